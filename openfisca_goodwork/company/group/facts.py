"""What is known of a group: its companies, who owns them, and what the file says of shares and claims."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import numpy as np

from openfisca_goodwork.company.facts import Company, CompanyPeriod, Fact

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

    def with_values(self, values_of: Callable[[Slot, Mapping[str, Fact]], dict[str, Fact]]) -> Group:
        """The group with other values in its accounting periods, which a function makes of those that each has."""
        members = []
        for place, member in enumerate(self.members):
            company = member.company
            for at, period in enumerate(company.accounting_periods):
                company = company.with_period(at, values=values_of(Slot(place, at), period.values))
            members.append(replace(member, company=company))
        return replace(self, members=tuple(members))

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


# --- links by ownership: control, associated companies, 51% groups and 75% groups ------------------------------------
# Ordinary shares stand for votes, capital and income alike. An owner that is no company of the group is a person of its
# own: rights of relatives and partners are not attributed (CTA 2010 s.451(4) applies to them only where the companies
# depend on each other, ss.18G, 18H).


MOST_OWNERS = 20
# Participators by which companies are close are at most five (CTA 2010 s.439(2)); larger combinations are no control here.
_MOST_TOGETHER = 5
_HALF, _GROUP, _ROUNDING = 0.5, 0.75, 1e-9


class Links:
    """The links between the members of a group, each a square of yes or no by their places.

    Args:
        members: of the group; shares that they own in one another never go round in a circle.
    """

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = members
        self._places = {member.name: place for place, member in enumerate(members)}

    @cached_property
    def direct(self) -> np.ndarray:
        """Share of the ordinary capital of each (column) that each (row) owns directly."""
        shares = np.zeros((len(self._members),) * 2)
        for place, member in enumerate(self._members):
            for owner, share in member.owners.items():
                if owner in self._places:
                    shares[self._places[owner], place] = share
        return shares

    @cached_property
    def interest(self) -> np.ndarray:
        """Share that each (row) owns of each (column) directly and through others (CTA 2010 ss.1155 to 1157)."""
        unit = np.eye(len(self._members))
        return np.linalg.inv(unit - self.direct) - unit

    @cached_property
    def controls(self) -> np.ndarray:
        """Whether each (row) controls each (column): by its own votes and those of companies it controls (s.451(4))."""
        controlled = np.zeros_like(self.direct, dtype=bool)
        while True:
            votes = self.direct + controlled.astype(float) @ self.direct
            now = votes > _HALF + _ROUNDING
            if (now == controlled).all():
                return controlled
            controlled = now

    @cached_property
    def under_one_company(self) -> np.ndarray:
        """Whether two are one parent and its subsidiary, or subsidiaries of one parent (CAA 2001 ss.51C, 51D)."""
        return _together(self.controls)

    @cached_property
    def is_51_percent(self) -> np.ndarray:
        """Whether two are related 51% group companies (CTA 2010 ss.279F, 1154(2))."""
        return _together(self.interest > _HALF + _ROUNDING)

    @cached_property
    def is_75_percent(self) -> np.ndarray:
        """Whether two are members of the same group for group relief (CTA 2010 ss.152, 1154(3))."""
        return _together(self.interest >= _GROUP - _ROUNDING)

    @cached_property
    def associated(self) -> np.ndarray:
        """Whether two are associated: one controls the other, or the same persons control both (CTA 2010 s.18E(4))."""
        holders = [set(self._controllers(member.name)) for member in self._members]
        linked = self.under_one_company.copy()
        for first, other in combinations(range(len(holders)), 2):
            if holders[first] & holders[other]:
                linked[first, other] = linked[other, first] = True
        return linked

    def owners_above(self, name: str) -> set[str]:
        """Everybody who owns shares in a company, directly or through others."""
        above: set[str] = set()
        waiting = [name]
        while waiting:
            place = self._places.get(waiting.pop())
            new = set() if place is None else set(self._members[place].owners) - above
            above |= new
            waiting += new
        return above

    def _controllers(self, name: str) -> Iterator[frozenset[str]]:
        """Every least combination that controls a company: none of them could be left out (HMRC CTM03941)."""
        least_sets: list[frozenset[str]] = []
        above = sorted(self.owners_above(name))
        for size in range(1, min(_MOST_TOGETHER, len(above)) + 1):
            for some in map(frozenset, combinations(above, size)):
                if not any(least <= some for least in least_sets) and self._is_controlled(name, some):
                    least_sets.append(some)
                    yield some

    def _is_controlled(self, name: str, holders: frozenset[str]) -> bool:
        """Whether some holders together have most votes, those of companies that they control counted as theirs."""
        votes = 0.0
        for owner, share in self._members[self._places[name]].owners.items():
            is_theirs = owner in holders or (owner in self._places and self._is_controlled(owner, holders))
            votes += share if is_theirs else 0.0
        return votes > _HALF + _ROUNDING


def _together(holds: np.ndarray) -> np.ndarray:
    """Whether one holds the other, or a third holds both."""
    by_third = holds.T.astype(int) @ holds.astype(int) > 0
    linked: np.ndarray = holds | holds.T | by_third
    np.fill_diagonal(linked, val=False)
    return linked


def clusters(linked: np.ndarray) -> list[list[int]]:
    """The members in sets that are linked, one to another or through others; a member without links is a set of its own."""
    left, sets = list(range(len(linked))), []
    while left:
        cluster, waiting = [], [left.pop(0)]
        while waiting:
            here = waiting.pop(0)
            cluster.append(here)
            near = [other for other in left if linked[here, other]]
            left = [other for other in left if other not in near]
            waiting += near
        sets.append(sorted(cluster))
    return sets
