"""From accounting periods to financial years: the tax of a period accrues evenly over the months of the period.

That is the rule of the National Accounts since February 2017, whatever the payment regime: each payment is moved back to the
months whose profits it is for. Instalments of large companies count in the three months four to six months before, those of
very large ones in the month paid and the two before, payments of other companies 10 to 21 months before. For twelve months
each lands on the period's own months; a shorter one is given its own months too. Costings before 2017 are cash.

Source: OBR, New national accounts accruals methodology for corporation tax,
https://obr.uk/box/new-national-accounts-accruals-methodology-for-corporation-tax/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np

from openfisca_goodwork.costing.runs import Base
from openfisca_goodwork.law.periods import AccountingPeriod, financial_year, shares_by_financial_year

ByLabel = Mapping[int, np.ndarray]
SharesOf = Callable[[AccountingPeriod], Mapping[int, float]]


@cache
def accrued_shares(period: AccountingPeriod) -> Mapping[int, float]:
    """Share of an accounting period's tax that accrues in each financial year; together 1."""
    return shares_by_financial_year(period.start, period.end)


def _year_of_end(period: AccountingPeriod) -> Mapping[int, float]:
    return {financial_year(period.end): 1.0}


class Accruals:
    """Adds weighted amounts of accounting periods up into financial years.

    Args:
        base: the companies. weights: how many each record stands for.
        years: the financial years wanted, by the year each begins in.
        parts: stretches of the records that are added up each by itself, a row of the totals each; none for all as one.
    """

    def __init__(self, base: Base, weights: np.ndarray, years: tuple[int, ...], parts: Sequence[slice] = ()) -> None:
        self.base, self.weights, self.years, self.parts = base, weights, years, parts
        self._shares: dict[tuple[int, SharesOf], list[list[tuple[int, float]]]] = {}

    def over_months(self, amounts: ByLabel) -> np.ndarray:
        """Weighted total over the months of each financial year: tax that accrues (£), or what is spent or done."""
        return self._spread(amounts, accrued_shares)

    def ending_in(self, counts: ByLabel) -> np.ndarray:
        """Weighted total over the accounting periods that end in each financial year, as official counts have it."""
        return self._spread(counts, _year_of_end)

    def _spread(self, amounts: ByLabel, shares_of: SharesOf) -> np.ndarray:
        found = [self._spread_part(amounts, shares_of, part) for part in self.parts or (slice(None),)]
        return np.array(found if self.parts else found[0])

    def _spread_part(self, amounts: ByLabel, shares_of: SharesOf, part: slice) -> list[float]:
        totals = dict.fromkeys(self.years, 0.0)
        for label, values in amounts.items():
            periods = self.base.periods[label]
            weighted = self.weights[part] * values[part]
            sums = np.bincount(periods.index[part], weights=weighted, minlength=len(periods.distinct))
            for shares, amount in zip(self._shares_in(label, shares_of), sums.tolist(), strict=True):
                for year, share in shares if amount else ():
                    totals[year] += share * amount
        return [totals[year] for year in self.years]

    def _shares_in(self, label: int, shares_of: SharesOf) -> list[list[tuple[int, float]]]:
        """Financial years wanted and shares of them, one list a distinct accounting period of the label."""
        if (label, shares_of) not in self._shares:
            every = (shares_of(one).items() for one in self.base.periods[label].distinct)
            self._shares[label, shares_of] = [[pair for pair in pairs if pair[0] in self.years] for pairs in every]
        return self._shares[label, shares_of]
