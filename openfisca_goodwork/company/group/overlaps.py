"""How much of a loss may go from one accounting period to another: the days in common, and what earlier claims took of them.

CTA 2010 ss.138 to 142 for losses of the period, ss.188DB to 188DG for losses brought forward. Claims are taken in the order
in which they are made; each takes of the days it has in common with a later one in proportion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from openfisca_goodwork.company.group.facts import Claim, Days, Group, Slot, common_days, days_of
from openfisca_goodwork.company.group.links import Links
from openfisca_goodwork.law.periods import AccountingPeriod


class Pair(NamedTuple):
    """An accounting period that may give and one that may receive, and the days that they have in common."""

    giver: Slot
    receiver: Slot
    days: Days


class Room(NamedTuple):
    """What a claim may come to at most (£): what is left to give, and to relieve, of the days in common."""

    to_give: float
    to_relieve: float

    @property
    def most(self) -> float:
        """The lesser of the two."""
        return max(min(self), 0.0)


@lru_cache(maxsize=10_000)
def _part(of: Days, days: Days, in_months: bool) -> float:  # noqa: FBT001
    return AccountingPeriod(*of, in_months).share(*days)


@dataclass(frozen=True)
class Overlaps:
    """The pairs of accounting periods of a group between which a loss may go.

    Attributes:
        group, links: of the companies.
    """

    group: Group
    links: Links

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Every pair of two members of a 75% group with days in common, those with the fewest days first.

        A short overlap claimed first leaves longer ones the most room; the order in which claims are listed is this.
        """
        slots = list(self.group.slots())
        days = [self.days(slot) for slot in slots]
        starts, ends = (np.array([each[side].toordinal() for each in days]) for side in (0, 1))
        members = np.array([slot.member for slot in slots])
        start, end = np.maximum(starts[:, None], starts), np.minimum(ends[:, None], ends)
        may = self.links.is_75_percent[np.ix_(members, members)] & (start <= end)
        giver, receiver = np.nonzero(may)
        start, end = start[may], end[may]
        order = np.lexsort((receiver, giver, start, end - start))
        common = {of: Days(*map(date.fromordinal, of)) for of in set(zip(start.tolist(), end.tolist(), strict=True))}
        ordered = (each[order].tolist() for each in (giver, receiver, start, end))
        return tuple(
            Pair(slots[gives], slots[receives], common[begins, ends_on])
            for gives, receives, begins, ends_on in zip(*ordered, strict=True)
        )

    def days(self, slot: Slot) -> Days:
        """The days of an accounting period."""
        return self._days[slot]

    @cached_property
    def _days(self) -> dict[Slot, Days]:
        return {slot: days_of(self.group.period(slot)) for slot in self.group.slots()}

    def common(self, claim: Claim | Pair) -> Days | None:
        """The days that the two accounting periods of a claim have in common."""
        return common_days(self.days(claim.giver), self.days(claim.receiver))

    def part(self, slot: Slot, of: Days, days: Days) -> float:
        """What of a stretch of days lies within another: by days, or by months where the company counts in months."""
        in_months = self.group.members[slot.member].company.apportionment == "months"
        return _part(of, days, in_months)


class Made:
    """Claims of one kind of loss in the order in which they are made, and what each leaves to the next.

    Args:
        overlaps: of the accounting periods. to_give, to_relieve: of each whole accounting period (£).
    """

    def __init__(self, overlaps: Overlaps, to_give: Mapping[Slot, float], to_relieve: Mapping[Slot, float]) -> None:
        self._overlaps, self._whole = overlaps, {"giver": to_give, "receiver": to_relieve}
        # By role and accounting period: what was claimed for which days in common.
        self._taken: dict[tuple[str, Slot], dict[Days, float]] = {}

    def add(self, claim: Claim) -> None:
        """Make a claim."""
        days = self._overlaps.common(claim)
        for role, slot in (("giver", claim.giver), ("receiver", claim.receiver)):
            taken = self._taken.setdefault((role, slot), {})
            if days is not None:
                taken[days] = taken.get(days, 0.0) + claim.amount

    def given(self, slot: Slot) -> float:
        """What an accounting period has given in all (£)."""
        return sum(self._taken.get(("giver", slot), {}).values())

    def room(self, pair: Claim | Pair) -> Room:
        """What the next claim may come to; nothing where there are no days in common."""
        days = self._overlaps.common(pair) if isinstance(pair, Claim) else pair.days
        if days is None:
            return Room(0.0, 0.0)
        return Room(self.left("giver", pair.giver, days), self.left("receiver", pair.receiver, days))

    def left(self, role: str, slot: Slot, days: Days) -> float:
        """What is left of an amount of an accounting period for some of its days, and of it in all."""
        whole = self._whole[role].get(slot, 0.0)
        taken = self._taken.get((role, slot), {})
        of_days = whole * self._overlaps.part(slot, self._overlaps.days(slot), days)
        of_days -= sum(amount * self._overlaps.part(slot, of, days) for of, amount in taken.items())
        return min(of_days, whole - sum(taken.values()))
