"""Losses carried back, worked out again from what a working lists, beside `by_hand`."""

from __future__ import annotations

from datetime import date

from tests.company.charge_by_hand import charge
from tests.company.days_by_hand import DAY, months_on
from tests.company.terminal_by_hand import Lost, relieve_at_the_end
from tests.company.told import Told, Worked


def carried_back(now: Worked, loss: float, lost: list[Lost], before: list[Worked]) -> tuple[float, float]:
    """Tax repaid, and loss used: the usual window (longer for the final period), the extended one, terminal losses."""
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
    repaid = 0.0
    for one, amount in zip(before, taken, strict=True):
        already = sum(one.taken_back)
        reached = [max(one.taxable - each, 0) for each in (already, already + amount)]
        repaid += charge(one.period, reached[0]) - charge(one.period, reached[1])
        one.taken_back.append(amount)
    return repaid, loss - loss_left


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
