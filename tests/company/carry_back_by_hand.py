"""Losses carried back, worked out again from what a working lists, beside `by_hand`."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from datetime import date
from typing import Any

from tests.company.days_by_hand import DAY, months_on
from tests.company.terminal_by_hand import Lost, relieve_at_the_end
from tests.company.told import Told, Worked


def carried_back(
    now: Worked, loss: float, lost: list[Lost], before: list[Worked], balances: Sequence[Any]
) -> tuple[float, float]:
    """Cash repaid, and loss used: the usual window (longer for the final period), the extended one, terminal losses."""
    t = now.period
    usual, terminal = t.first("losses.carry_back_months"), t.first("losses.terminal_carry_back_months")
    final = t.amount("is_final_accounting_period")
    taken = relieve_at_the_end(t, lost, before) if final else [0.0] * len(before)
    loss_left = take(t, loss, before, taken, 0, max(usual, terminal) if final else usual)
    extended = t.on("losses.extended_carry_back_months", t.end)
    if extended > usual:
        room = min(loss_left, extension_left(t, before))
        now.extension = room - take(t, room, before, taken, usual, extended)
        loss_left -= now.extension
    if final:
        take_terminal(t, lost, before, taken, terminal)
    repaid = run_again(before, taken, balances)
    for one, amount in zip(before, taken, strict=True):
        one.taken_back.append(amount)
    return repaid, loss - loss_left


def run_again(before: list[Worked], taken: list[float], balances: Sequence[Any]) -> float:
    """Cash of the earlier periods on their profits as they stood, less that on what is left; balances move by the same.

    Each period settles its tax with the credits that the one before leaves it, from the first that is reached.
    """
    reached = [place for place, amount in enumerate(taken) if amount > 0]
    if not reached:
        return 0.0
    stood, left = (deepcopy(before[reached[0]].brought) for _ in range(2))
    repaid = 0.0
    for one, amount in list(zip(before, taken, strict=True))[reached[0] :]:
        already = sum(one.taken_back)
        repaid += one.settle(max(one.taxable - already, 0), *stood) - one.settle(
            max(one.taxable - already - amount, 0), *left
        )
    for now, was, becomes in zip(balances, stood, left, strict=True):
        now.credit += becomes.credit - was.credit
        now.held_back += becomes.held_back - was.held_back
    return repaid


def extension_left(t: Told, before: list[Worked]) -> float:
    """The cap on the extension, less what periods that end under the same dated figure have used of it."""
    path = "losses.extended_carry_back_cap"

    def window(day: date) -> date:
        return max(start for start, _, _ in t.law[path] if start <= day)

    # A period's steps list the figure of its own end: one that ends before that day is of an earlier window.
    used = sum(one.extension for one in before if one.period.end >= window(t.end))
    return max(t.on(path, t.end) * t.amount("extended_carry_back_cap_share") - used, 0.0)


def take_terminal(t: Told, lost: list[Lost], before: list[Worked], taken: list[float], months: float) -> None:
    """What lies in the last twelve months of earlier losses and is still carried, on the three years before each."""
    first = months_on(t.end + DAY, -int(t.first("losses.terminal_loss_last_months")))
    for place in reversed(range(len(before))):
        one = before[place]
        share = sum(first <= day for day in one.period.every_day()) / one.period.days
        still = sum(each.later + each.older for each in lost if each.place == place)
        take(one.period, min(share * one.loss, still), before[:place], taken, 0, months)


def take(t: Told, loss: float, before: list[Worked], taken: list[float], near: float, far: float) -> float:
    """Use a loss on earlier periods between two numbers of months before this one, latest first; what is left."""
    first, last = months_on(t.start, -int(far)), months_on(t.start, -int(near)) - DAY
    for place in reversed(range(len(before))):
        one = before[place]
        share = sum(first <= day <= last for day in one.period.every_day()) / one.period.days
        left = one.taxable + one.donations - sum(one.taken_back) - taken[place]
        used = min(loss, left, share * one.total)
        taken[place] += used
        loss -= used
    return loss
