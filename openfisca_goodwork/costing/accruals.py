"""From accounting periods to financial years: a period's liability accrues evenly over its months."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import numpy as np

from openfisca_goodwork.periods import AccountingPeriods, financial_year, shares_by_financial_year

ByLabel = Mapping[int, np.ndarray]


class Accruals:
    """Adds weighted amounts of accounting periods up into financial years.

    Args:
        periods: the companies' accounting periods, by label.
        weights: number of companies each record stands for.
        years: the financial years wanted, by the year each begins in.
    """

    def __init__(self, periods: Mapping[int, AccountingPeriods], weights: np.ndarray, years: tuple[int, ...]) -> None:
        self.periods, self.weights, self.years = periods, weights, years

    def total(self, amounts: ByLabel) -> np.ndarray:
        """Weighted total of each financial year (£), from amounts per record and accounting period."""
        return self._spread(amounts, shares_by_financial_year)

    def ending_in(self, counts: ByLabel) -> np.ndarray:
        """Weighted total over the accounting periods that end in each financial year, as official counts have it."""
        return self._spread(counts, lambda _start, end: {financial_year(end): 1.0})

    def _spread(self, amounts: ByLabel, shares_of: Callable[[date, date], Mapping[int, float]]) -> np.ndarray:
        totals = dict.fromkeys(self.years, 0.0)
        for label, values in amounts.items():
            found = self.periods[label]
            sums = np.bincount(found.index, weights=self.weights * values, minlength=len(found.distinct))
            for one, amount in zip(found.distinct, sums.tolist(), strict=True):
                for year, share in shares_of(one.start, one.end).items():
                    if year in totals:
                        totals[year] += share * amount
        return np.array([totals[year] for year in self.years])
