"""What is known of a group: its companies, who owns them, and what the file says of shares and claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from openfisca_goodwork.company.facts import Company, CompanyPeriod

# The kinds of loss that one company may give to another.
CURRENT, CARRIED_FORWARD = "current", "carried_forward"
LOSSES = (CURRENT, CARRIED_FORWARD)


@dataclass(frozen=True)
class Member:
    """One company of a group.

    Attributes:
        company: its own facts. owners: of its ordinary shares, each with a share from 0 to 1.
        is_dormant: whether it carries on no trade or business, so that it counts for no other company.
    """

    company: Company
    owners: Mapping[str, float] = field(hash=False)
    is_dormant: bool = False

    @property
    def name(self) -> str:
        """The name of the company."""
        return self.company.name

    @property
    def span(self) -> tuple[date, date]:
        """The first and the last day that its accounting periods cover."""
        periods = self.company.accounting_periods
        return periods[0].start, periods[-1].end


class Slot(NamedTuple):
    """One accounting period of one member, by their places."""

    member: int
    place: int


class Claim(NamedTuple):
    """Loss that one company gives to another.

    Attributes:
        giver, receiver: the accounting period of the loss, and that of the profits. loss: its kind.
        amount: £.
    """

    giver: Slot
    receiver: Slot
    loss: str
    amount: float


@dataclass(frozen=True)
class Group:
    """A group as its file tells it.

    Attributes:
        name: for people; may be empty. members: in the order of the file.
        shared: limit that a group has once → company → its share; what is not there is shared by a rule.
        claims: in the order in which they are made; None where they are to be worked out.
    """

    name: str
    members: tuple[Member, ...]
    shared: Mapping[str, Mapping[str, float]] = field(default_factory=dict, hash=False)
    claims: tuple[Claim, ...] | None = None

    def slots(self) -> Iterator[Slot]:
        """Every accounting period of every member."""
        for member, listed in enumerate(self.members):
            for place in range(len(listed.company.accounting_periods)):
                yield Slot(member, place)

    def period(self, slot: Slot) -> CompanyPeriod:
        """An accounting period."""
        return self.members[slot.member].company.accounting_periods[slot.place]

    def name_of(self, slot: Slot) -> str:
        """The company whose accounting period it is."""
        return self.members[slot.member].name


class Days(NamedTuple):
    """A stretch of days, both included."""

    start: date
    end: date

    @property
    def length(self) -> int:
        """How many days."""
        return (self.end - self.start) // timedelta(1) + 1


def common_days(first: tuple[date, date], other: tuple[date, date]) -> Days | None:
    """The days that two stretches have in common; None where they have none."""
    start, end = max(first[0], other[0]), min(first[1], other[1])
    return Days(start, end) if start <= end else None


def days_of(period: CompanyPeriod) -> Days:
    """The days of an accounting period."""
    return Days(period.start, period.end)
