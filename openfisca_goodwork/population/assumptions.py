"""Assumptions as the population reads them: `assumptions.base`, `.growth` and `.timing`, by path and day."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.errors import DataError

FIRST_YEAR = 2018
LAST_YEAR = 2033
ANY_DAY = datetime.date(FIRST_YEAR, 1, 1)


@dataclass(frozen=True)
class Assumptions:
    """A reader of the parameters below `assumptions` in a tree of parameters (OpenFisca's ParameterNode)."""

    tree: Any

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
        starts = [datetime.date(year, 4, 1) for year in range(FIRST_YEAR + 1, LAST_YEAR + 1)]
        return np.array([1.0, *(1 + self(f"growth.{series}", day) for day in starts)]).cumprod()
