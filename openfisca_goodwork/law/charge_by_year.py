"""The charge of one accounting period by financial year, as boxes 330 to 435 of the tax return show it (CTA 2009 s.8(5))."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from openfisca_goodwork.law.charge import FRACTION, LIMITS, RATES, charge_parts
from openfisca_goodwork.law.notes import cached_for_period
from openfisca_goodwork.law.periods import days_between, financial_year, financial_year_start, history, segments
from openfisca_goodwork.law.periods.calendar import ONE_DAY


@dataclass(frozen=True)
class YearCharge:
    """What falls to one financial year of an accounting period, or to one of its parts that is charged on its own.

    Attributes:
        year: the financial year, by the year in which it begins. start, end: the days of the period in it.
        profits: taxable total profits of those days (£). rate: they are charged at. relief: marginal relief (£).
        lower, upper: limits of the part of the period that is charged on its own and holds those days (£).
    """

    year: int
    start: date
    end: date
    profits: float
    rate: float
    relief: float
    lower: float
    upper: float

    @property
    def before_relief(self) -> float:
        """Tax before marginal relief (£)."""
        return self.profits * self.rate

    @property
    def tax(self) -> float:
        """Tax after marginal relief (£)."""
        return self.before_relief - self.relief


def charge_by_year(company: Any, period: Any) -> Iterator[YearCharge]:
    """The charge of the first company's accounting period, financial year by financial year; the taxes add up to all of it.

    Profits are shared by days. Within a part with one set of limits, each year has its own rate and its own fraction.
    """
    profits, augmented = company("taxable_total_profits", period), company("augmented_profits", period)
    parts = cached_for_period(company, period, charge_parts)
    for stretch, part in zip(segments(company, period, *LIMITS), parts, strict=True):
        first, last = (days[0].item() for days in stretch.days())
        years = list(_years(first, last))
        is_small = bool(part.is_charged_at_small_rate(augmented)[0])
        rate = history(company.law, RATES["small" if is_small else "main"])
        fractions = [history(company.law, FRACTION).on(start) * days_between(start, end) for start, end in years]
        whole, relief = sum(fractions), float(part.relief(profits, augmented)[0])
        for (start, end), fraction in zip(years, fractions, strict=True):
            share = float(part.share[0]) * days_between(start, end) / days_between(first, last)
            of_year = relief * fraction / whole if whole else 0.0
            limits = float(part.lower[0]), float(part.upper[0])
            yield YearCharge(
                financial_year(start), start, end, float(profits[0]) * share, float(rate.on(start)), of_year, *limits
            )


def _years(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The days from first to last, financial year by financial year."""
    start = first
    while start <= last:
        end = min(financial_year_start(financial_year(start) + 1) - ONE_DAY, last)
        yield start, end
        start = end + ONE_DAY
