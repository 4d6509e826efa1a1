"""The earlier accounting periods that a loss may reach, the latest first, and what it takes of their profits.

A period that lies only partly within the reach gives that share of its profits and no more (CTA 2010 ss.38, 39(4), 45G).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import numpy as np

from openfisca_goodwork.law.periods import (
    PERIODS_BACK,
    AccountingPeriod,
    AccountingPeriods,
    RefusedPeriodError,
    accounting_periods,
    add_months,
    constant_array,
    distinct_combinations,
    first_labels,
    of_earlier_period,
    where,
)
from openfisca_goodwork.law.periods.calendar import ONE_DAY, day_in_words

REACH = range(1, PERIODS_BACK + 1)


@dataclass
class EarlierPeriod:
    """An accounting period that a loss may reach, and what is taken of its profits (£, one per company).

    Attributes:
        back: how many periods before that of the loss. label: its label as the engine's period.
        total: its total profits, of which a partly reached period gives its share (s.38).
        given: losses that periods in between have carried back to it.
        left: its profits less every relief already given, donations apart, which come after.
        taken: what the period of the loss carries back to it.
        relieved: losses carried forward that it relieves when the trade ceases (s.45F).
    """

    back: int
    label: Any
    total: np.ndarray
    given: np.ndarray
    left: np.ndarray
    taken: np.ndarray
    relieved: np.ndarray


def variable_name(back: int) -> str:
    """Name of the output: loss carried back to the period so many before."""
    return f"loss_carried_back_{back}"


def earlier_periods(company: Any, period: Any, months: np.ndarray) -> Iterator[EarlierPeriod]:
    """The company's earlier accounting periods, the latest first, as far as one begins or ends within so many months."""
    most = int(months.max())
    periods = accounting_periods(company, period)
    farthest = periods.spread(periods.figure(_months_before, most))
    for back in REACH:
        label = period.offset(-back, "year")
        if not (label.start.year >= first_labels(company, period)).any():
            return
        if (accounting_periods(company, label).ends < farthest).all():
            return
        yield _earlier_period(company, period, label, back)


def _months_before(one: AccountingPeriod, months: int) -> np.datetime64:
    return np.datetime64(add_months(one.start, -months), "D")


def _earlier_period(company: Any, period: Any, label: Any, back: int) -> EarlierPeriod:
    def there(name: str) -> np.ndarray:
        return of_earlier_period(company, period, name, back)

    nothing = constant_array(0.0, company.count)
    given = sum(
        (of_earlier_period(company, period, variable_name(between), back - between) for between in range(1, back)), nothing
    )
    total = there("total_profits") - there("trading_losses_used_pre_april_2017")
    left = there("taxable_total_profits") + there("charitable_donations_relief") - given
    return EarlierPeriod(back, label, total, given, left, nothing, nothing)


def take(
    company: Any,
    periods: AccountingPeriods,
    earlier: Sequence[EarlierPeriod],
    loss: np.ndarray,
    after: np.ndarray,
    until: np.ndarray,
) -> np.ndarray:
    """Use a loss on the earlier periods, latest first, within so many months before it began; what is left of it.

    A period that lies only partly within the window gives that share of its total profits, and no more than is left (s.38).
    """
    has_loss = loss > 0
    for one in earlier:
        share = share_within(periods, accounting_periods(company, one.label), after, until)
        taken = where(has_loss, np.minimum(loss, np.minimum(one.left, share * one.total)), 0)
        one.left, one.taken, loss = one.left - taken, one.taken + taken, loss - taken
    return loss


def share_within(here: AccountingPeriods, there: AccountingPeriods, after: np.ndarray, until: np.ndarray) -> np.ndarray:
    """Share of each company's earlier period that lies between two numbers of months before the later one began."""
    return of_pairs(here, there, _share_between, after.astype(int), until.astype(int))


@lru_cache(maxsize=65_536)
def _share_between(now: AccountingPeriod, then: AccountingPeriod, near: int, far: int) -> float:
    last = add_months(now.start, -near) - ONE_DAY
    return then.share(add_months(now.start, -far), last) if far > near else 0.0


def share_of_last_months(here: AccountingPeriods, there: AccountingPeriods, months: np.ndarray) -> np.ndarray:
    """Share of each company's earlier period that lies in so many months up to the end of the later one."""

    def share(now: AccountingPeriod, then: AccountingPeriod, far: int) -> float:
        return then.share(add_months(now.end + ONE_DAY, -far), now.end) if far else 0.0

    return of_pairs(here, there, share, months.astype(int))


def of_pairs(
    here: AccountingPeriods, there: AccountingPeriods, function: Callable[..., float], *numbers: np.ndarray
) -> np.ndarray:
    """A number worked out once per kind of company: its later period, its earlier one, and whole numbers of its own."""
    of_all = [getattr(one, "number", None) for one in numbers]
    if here.index is there.index and None not in of_all:
        pairs = zip(here.distinct, there.distinct, strict=True)
        return here.spread([function(*pair, *(int(cast("float", one)) for one in of_all)) for pair in pairs])
    example, kind = distinct_combinations(here.index, there.index, *numbers)
    found = np.empty(example.size)
    for place, at in enumerate(example.tolist()):
        pair = here.distinct[here.index[at]], there.distinct[there.index[at]]
        found[place] = function(*pair, *(int(one[at]) for one in numbers))
    return found[kind]


def refuse_more_periods(company: Any, period: Any, left: np.ndarray, share: Callable[..., np.ndarray]) -> None:
    """Refuse a loss that could still reach a period further back than is looked at.

    Args:
        left: what the periods looked at leave of the loss (£).
        share: of an earlier period that lies within its reach, from the later periods and the earlier ones.

    Raises:
        RefusedPeriodError: more accounting periods within its reach than ``PERIODS_BACK``.
    """
    label = period.offset(-(PERIODS_BACK + 1), "year")
    exists = (label.start.year >= first_labels(company, period)) & (left > 0)
    if not exists.any():
        return
    here, there = accounting_periods(company, period), accounting_periods(company, label)
    reached = exists & (share(here, there) > 0)
    if reached.any():
        start = here.starts[int(np.flatnonzero(reached)[0])].item()
        raise RefusedPeriodError(
            f"Losses claimed in the period from {day_in_words(start)} can reach more than {PERIODS_BACK} earlier periods, "
            "which is as many as are looked at. Leave claims_loss_carry_back out there, or give longer periods."
        )
