"""From accounting periods to financial years: a period's liability accrues evenly over its months.

Of very large companies a share accrues a year late, as official costings show it: an assumption fitted to them, and no rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from openfisca_goodwork.costing.runs import VERY_LARGE, Base
from openfisca_goodwork.law.periods import AccountingPeriod, financial_year, history, shares_by_financial_year

ByLabel = Mapping[int, np.ndarray]

_SIZES = (False, True)
A_YEAR_LATE = "assumptions.timing.accrual.share_a_year_late"


class Accruing(NamedTuple):
    """Accounting periods that accrue alike: those of the same days, of very large companies or of others."""

    period: AccountingPeriod
    is_very_large: bool


def accruing(base: Base, label: int) -> tuple[np.ndarray, tuple[Accruing, ...]]:
    """The place of each record's period of a label among the distinct ``Accruing``, and all of these."""
    periods = base.periods[label]
    index = periods.index * len(_SIZES) + base.baseline_status[label][VERY_LARGE]
    return index, tuple(Accruing(one, size) for one in periods.distinct for size in _SIZES)


def accrued_shares(law: Any, one: Accruing) -> dict[int, float]:
    """Share of an effect on the tax of an accounting period that accrues in each financial year; together 1."""
    late = history(law, A_YEAR_LATE).on(one.period.end) if one.is_very_large else 0.0
    found: dict[int, float] = {}
    for year, share in _by_months(one).items():
        for later, part in ((0, 1 - late), (1, late)):
            found[year + later] = found.get(year + later, 0.0) + part * share
    return found


def _by_months(one: Accruing) -> dict[int, float]:
    return shares_by_financial_year(one.period.start, one.period.end)


class Accruals:
    """Adds weighted amounts of accounting periods up into financial years.

    Args:
        base: the companies. weights: how many each record stands for.
        years: the financial years wanted, by the year each begins in.
        law: which says how much accrues late.
    """

    def __init__(self, base: Base, weights: np.ndarray, years: tuple[int, ...], law: Any) -> None:
        self.base, self.weights, self.years, self.law = base, weights, years, law

    def of_tax(self, amounts: ByLabel) -> np.ndarray:
        """Weighted total of tax that accrues in each financial year (£), from amounts per record and accounting period."""
        return self._spread(amounts, partial(accrued_shares, self.law))

    def over_months(self, amounts: ByLabel) -> np.ndarray:
        """Weighted total of what is spent or done over the months of each financial year."""
        return self._spread(amounts, _by_months)

    def ending_in(self, counts: ByLabel) -> np.ndarray:
        """Weighted total over the accounting periods that end in each financial year, as official counts have it."""
        return self._spread(counts, lambda one: {financial_year(one.period.end): 1.0})

    def _spread(self, amounts: ByLabel, shares_of: Callable[[Accruing], Mapping[int, float]]) -> np.ndarray:
        totals = dict.fromkeys(self.years, 0.0)
        for label, values in amounts.items():
            index, distinct = accruing(self.base, label)
            sums = np.bincount(index, weights=self.weights * values, minlength=len(distinct))
            for one, amount in zip(distinct, sums.tolist(), strict=True):
                for year, share in shares_of(one).items() if amount else ():
                    if year in totals:
                        totals[year] += share * amount
        return np.array([totals[year] for year in self.years])
