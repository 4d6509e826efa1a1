"""Assumptions as the population reads them: `assumptions.base`, `.growth` and `.timing`, by path and day."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.errors import DataError
from openfisca_goodwork.population import forecasts

FIRST_YEAR = 2018
LAST_YEAR = 2033
ANY_DAY = datetime.date(FIRST_YEAR, 1, 1)


@dataclass(frozen=True)
class Assumptions:
    """A reader of the parameters below `assumptions` in a tree of parameters (OpenFisca's ParameterNode).

    `forecast` is the outlook that growth follows: the latest, which the parameters hold, or one of `forecasts`.
    """

    tree: Any
    forecast: str = forecasts.LATEST

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
        """The value on the first of each month, calendar years FIRST_YEAR - 1 to LAST_YEAR, as years × 12."""
        years = range(FIRST_YEAR - 1, LAST_YEAR + 1)
        days = [[datetime.date(max(year, FIRST_YEAR), month, 1) for month in range(1, 13)] for year in years]
        return np.array([[self(path, day) for day in row] for row in days])

    def growth(self, series: str) -> NDArray[np.float64]:
        """Level of a series in the financial years from FIRST_YEAR to LAST_YEAR; 1 in the first."""
        years = range(FIRST_YEAR + 1, LAST_YEAR + 1)
        rates = {year: self(f"growth.{series}", datetime.date(year, 4, 1)) for year in years}
        if self.forecast != forecasts.LATEST:
            rates |= self._expected(series)
        return np.array([1.0, *(1 + rates[year] for year in years)]).cumprod()

    def _expected(self, series: str) -> dict[int, float]:
        """Growth as an outlook expected it, from the year of its publication on; its last growth is held."""
        found = forecasts.growth(self.forecast, series)
        last = max(found, default=LAST_YEAR)
        found |= dict.fromkeys(range(last + 1, LAST_YEAR + 1), found.get(last, 0.0))
        return {year: rate for year, rate in found.items() if FIRST_YEAR < year <= LAST_YEAR}

    @property
    def as_known_now(self) -> Assumptions:
        """The same with growth as it turned out and as the latest outlook has it."""
        return replace(self, forecast=forecasts.LATEST)
