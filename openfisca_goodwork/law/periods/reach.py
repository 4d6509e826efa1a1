"""Earlier accounting periods within so many months of a later one: how many there are, and what share of each lies there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import cast

import numpy as np
from openfisca_core.periods import Period

from openfisca_goodwork.law.notes import Companies
from openfisca_goodwork.law.periods.accounting_period import AccountingPeriod, distinct_combinations
from openfisca_goodwork.law.periods.balances import EARLIER_PERIODS, PERIODS_BACK
from openfisca_goodwork.law.periods.calendar import ONE_DAY, add_months
from openfisca_goodwork.law.periods.companies import accounting_periods, first_labels
from openfisca_goodwork.law.periods.constant_arrays import constant_array


def periods_within(company: Companies, period: Period, months: np.ndarray) -> int:
    """How many earlier accounting periods lie, in part at least, within so many months before this one, for any company."""
    here = accounting_periods(company, period)
    farthest = here.spread(here.figure(_months_before, int(months.max())))
    for back in EARLIER_PERIODS:
        label = period.offset(-back, "year")
        has_begun = (label.start.year >= first_labels(company, period)).any()
        if not has_begun or (accounting_periods(company, label).ends < farthest).all():
            return back - 1
    return PERIODS_BACK


def _months_before(later: AccountingPeriod, months: int) -> np.datetime64:
    return np.datetime64(add_months(later.start, -months), "D")


def share_within_months_before(
    company: Companies, period: Period, back: int, near: np.ndarray, far: np.ndarray
) -> np.ndarray:
    """Share of the accounting period so many before this one that lies between two numbers of months before this one began.

    0 for a company that had not begun (one per company).
    """
    return _of_both(company, period, back, _share_before, near.astype(int), far.astype(int))


@lru_cache(maxsize=65_536)
def _share_before(later: AccountingPeriod, earlier: AccountingPeriod, near: int, far: int) -> float:
    last = add_months(later.start, -near) - ONE_DAY
    return earlier.share(add_months(later.start, -far), last) if far > near else 0.0


def share_within_last_months(
    company: Companies, period: Period, back: int, months: np.ndarray, since: Callable[[date], date] | None = None
) -> np.ndarray:
    """Share of the accounting period so many before this one that lies in so many months up to the end of this one.

    Args:
        since: the first day that counts, from the last day of this one; None for any.
    """

    def share(later: AccountingPeriod, earlier: AccountingPeriod, far: int) -> float:
        first = add_months(later.end + ONE_DAY, -far)
        return earlier.share(max(first, since(later.end)) if since else first, later.end) if far else 0.0

    return _of_both(company, period, back, share, months.astype(int))


def _of_both(
    company: Companies, period: Period, back: int, function: Callable[..., float], *numbers: np.ndarray
) -> np.ndarray:
    """A number worked out once per kind of company: its later period, its earlier one, and whole numbers of its own."""
    label = period.offset(-back, "year")
    has_begun = label.start.year >= first_labels(company, period)
    if not has_begun.any():
        return constant_array(0.0, company.count)
    here, there = accounting_periods(company, period), accounting_periods(company, label)
    of_all = [getattr(each, "number", None) for each in numbers]
    if here.index is there.index and None not in of_all:
        pairs = zip(here.distinct, there.distinct, strict=True)
        shares = here.spread([function(*pair, *(int(cast("float", each)) for each in of_all)) for pair in pairs])
    else:
        example, kind = distinct_combinations(here.index, there.index, *numbers)
        of_kind = np.empty(example.size)
        for place, at in enumerate(example.tolist()):
            pair = here.distinct[here.index[at]], there.distinct[there.index[at]]
            of_kind[place] = function(*pair, *(int(each[at]) for each in numbers))
        shares = of_kind[kind]
    return shares if has_begun.all() else shares * has_begun
