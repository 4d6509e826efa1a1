"""Assumptions as the population reads them: `assumptions.base`, `.growth` and `.timing`, by path and day.

A growth series of financial years becomes an index of the accounting periods that end in each month.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.errors import DataError
from openfisca_goodwork.population import forecasts

BASE_YEAR = 2018
"""The financial year in which indices of growth are 1, and the first of which dated assumptions are held."""
ANY_DAY = datetime.date(BASE_YEAR, 1, 1)
NOMINAL_GDP = "turnover"
"""Turnover grows with nominal GDP, as the parameter says."""
_NOT_MONEY = ("consumer_prices", "employees")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Assumptions:
    """A reader of the parameters below `assumptions` in a tree of parameters (OpenFisca's ParameterNode).

    `forecast` is the outlook that growth follows: the latest, which the parameters hold, or one of `forecasts`.
    """

    tree: Any
    forecast: str = forecasts.LATEST

    @property
    def labels(self) -> range:
        """Labels of the accounting periods of the panel: the calendar years in which they end."""
        return forecasts.labels(self.forecast)

    @property
    def seed(self) -> int:
        """What all random draws of a population are keyed by, besides the company and what is drawn."""
        return int(self("base.population.seed"))

    @property
    def panel_years(self) -> range:
        """Financial years in which they end, by the calendar year in which each begins."""
        return range(self.labels[0] - 1, self.labels[-1] + 1)

    def __call__(self, path: str, day: datetime.date = ANY_DAY) -> float:
        """The value of `assumptions.<path>` on a day. Raises DataError if there is none."""
        node = self.tree.assumptions
        for name in path.split("."):
            node = getattr(node, name, None)
            if node is None:
                raise DataError(f"assumptions.{path} is not a parameter; the population needs it.")
        value = node(day.isoformat())
        if value is None:
            raise DataError(f"assumptions.{path} has no value on {day}; the population needs one.")
        return float(value)

    def each(self, path: str, names: tuple[str, ...]) -> NDArray[np.float64]:
        """The values of several parameters of one node, in the order of their names."""
        return np.array([self(f"{path}.{name}") for name in names])

    def by_month(self, path: str) -> NDArray[np.float64]:
        """The value on the first of each month, the calendar years of the panel, as years × 12; that of 2018 before it."""
        days = [[datetime.date(max(year, BASE_YEAR), month, 1) for month in range(1, 13)] for year in self.panel_years]
        return np.array([[self(path, day) for day in row] for row in days])

    def growth(self, series: str) -> NDArray[np.float64]:
        """Level of a series in the financial years of the labels; 1 in 2018-19 as it turned out."""
        first, years = self.labels[0], self.labels[1:]
        rates = {year: self._growth_as_known_now(series, year) for year in years}
        if not forecasts.is_latest(self.forecast):
            rates |= self._expected(series)
        levels = np.array([1.0, *(1 + rates[year] for year in years)]).cumprod()
        since = [1 + self._growth_as_known_now(series, year) for year in range(first + 1, BASE_YEAR + 1)]
        return levels / np.prod(since)

    def _growth_as_known_now(self, series: str, year: int) -> float:
        """Growth in a year; after the last of the parameters money grows with nominal GDP, prices and people as before."""
        is_carried_on = year > forecasts.LAST_YEAR and series not in _NOT_MONEY
        return self(f"growth.{NOMINAL_GDP if is_carried_on else series}", datetime.date(year, 4, 1))

    def _expected(self, series: str) -> dict[int, float]:
        """Growth as an outlook expected it, from the year of its publication on; its last growth is held."""
        found = forecasts.growth(self.forecast, series)
        if found:
            last = max(found)
            found |= dict.fromkeys(range(last + 1, self.labels[-1] + 1), found[last])
        return {year: rate for year, rate in found.items() if year in self.labels[1:]}

    @property
    def as_known_now(self) -> Assumptions:
        """The same with growth as it turned out and as the latest outlook has it."""
        return replace(self, forecast=forecasts.LATEST)


def growth_index(read: Assumptions, series: str, base: tuple[int, int] | None = None) -> Floats:
    """A growth series as years × end months (January first): its mean over the 12 months of the accounting period.

    1 is the level of 2018-19; or, with `base` (financial year, end month), of that period as it
    turned out: the figures of the base are of what was, whatever an outlook expected of it.
    """
    table = _of_levels(read.growth(series), read.labels)
    if base is None:
        return table
    now = read.as_known_now
    return table / _of_levels(now.growth(series), now.labels)[now.panel_years.index(base[0]), base[1] - 1]


def _of_levels(levels: Floats, labels: range) -> Floats:
    """Means over accounting periods of a series of financial years, which is carried on before and after them."""
    first, last = levels[1] / levels[0], levels[-1] / levels[-2]
    before = np.array([first**-3, first**-2, first**-1])
    levels = np.concatenate([before, levels, levels[-1] * np.array([last, last**2])])
    centres = np.arange(levels.size) * 12.0 + 6
    months = np.interp(np.arange((levels.size) * 12) + 0.5, centres, levels)
    return _over_periods(months, (labels[0] - 3, 4), range(labels[0] - 1, labels[-1] + 1))


def dated_shares(read: Assumptions, path: str) -> Floats:
    """A dated share as years × end months: its mean over the 12 months of the accounting period."""
    return over_periods(read.by_month(path), read.panel_years)


def over_periods(months: Floats, years: range) -> Floats:
    """Monthly figures of the panel's years (years × 12) as their means over accounting periods, by end month."""
    months = np.concatenate([months[:1], months]).ravel()
    months = np.concatenate([months, np.repeat(months[-1:], 12)])
    return _over_periods(months, (years[0] - 1, 1), years)


def _over_periods(months: Floats, start: tuple[int, int], years: range) -> Floats:
    """Mean of the 12 months up to the end of each month of each year of the panel; `start` is the first month given."""
    sums = np.concatenate([[0.0], months.cumsum()])
    table = np.empty((len(years), 12))
    for at, year in enumerate(years):
        for month in range(1, 13):
            end = 12 * (year + (month <= 3) - start[0]) + month - start[1] + 1
            table[at, month - 1] = (sums[end] - sums[end - 12]) / 12
    return table
