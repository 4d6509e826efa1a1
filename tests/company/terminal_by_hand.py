"""Losses carried forward to the end of a trade, worked out again loss by loss: each remembers the period it was made in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.company.days_by_hand import months_on


@dataclass
class Lost:
    """What is left of one period's loss: of its place among the periods, -1 for losses brought into the first."""

    place: int
    later: float
    older: float


def use_oldest_first(lost: list[Lost], later: float, older: float) -> None:
    for one in lost:
        taken, taken_older = min(one.later, later), min(one.older, older)
        one.later, one.older = one.later - taken, one.older - taken_older
        later, older = later - taken, older - taken_older


def relieve_at_the_end(t: Any, lost: list[Lost], before: list[Any]) -> list[float]:
    """What each earlier period has relieved when the trade ceases: losses made before it, the latest period first."""
    months = int(t.first("losses.terminal_relief_months"))
    taken = [0.0] * len(before)
    if not months:
        return taken
    after = t.end.toordinal() + 1
    begin = months_on(date.fromordinal(after), -months)
    begin = max(begin, *(day for day, value, _ in t.law["losses.carried_forward_against_total_profits"] if value))
    of_trade = [0.0] * len(before)
    for kind in ("older", "later"):
        for loss in sorted(lost, key=lambda one: -one.place):
            for place in reversed(range(loss.place + 1, len(before))):
                one = before[place]
                share = sum(day >= begin for day in one.period.every_day()) / one.period.days
                room = min(max(one.taxable - sum(one.taken_back), 0.0), share * one.total) - taken[place]
                if kind == "older":
                    room = min(room, share * one.trade - of_trade[place])
                used = max(min(getattr(loss, kind), room), 0.0)
                setattr(loss, kind, getattr(loss, kind) - used)
                taken[place] += used
                of_trade[place] += used if kind == "older" else 0.0
    return taken
