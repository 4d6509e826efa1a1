"""Growth over time: what a series of financial years is worth in the accounting periods that end in each month."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.population.assumptions import FIRST_YEAR, LAST_YEAR, Assumptions

Floats = NDArray[np.float64]
YEARS = range(FIRST_YEAR - 1, LAST_YEAR + 1)
"""Financial years in which the accounting periods of the panel end, by the calendar year in which they begin."""

_MONTHS_BEFORE = 24


def index(read: Assumptions, series: str, base: tuple[int, int] | None = None) -> Floats:
    """A growth series as years × end months (January first): its mean over the 12 months of the accounting period.

    1 is the level of the financial year FIRST_YEAR; or, with `base` (financial year, end month), of that period as it
    turned out: the figures of the base are of what was, whatever an outlook expected of it.
    """
    table = _of_levels(read.growth(series))
    if base is None:
        return table
    return table / _of_levels(read.as_known_now.growth(series))[base[0] - YEARS[0], base[1] - 1]


def _of_levels(levels: Floats) -> Floats:
    """Means over accounting periods of a series of financial years, which is carried on before and after them."""
    first, last = levels[1] / levels[0], levels[-1] / levels[-2]
    before = np.array([first**-3, first**-2, first**-1])
    levels = np.concatenate([before, levels, levels[-1] * np.array([last, last**2])])
    centres = np.arange(levels.size) * 12.0 + 6
    months = np.interp(np.arange((levels.size) * 12) + 0.5, centres, levels)
    return _over_periods(months, start=(FIRST_YEAR - 3, 4))


def shares(read: Assumptions, path: str) -> Floats:
    """A dated share as years × end months: its mean over the 12 months of the accounting period."""
    return over_periods(read.by_month(path))


def over_periods(months: Floats) -> Floats:
    """Monthly figures (years × 12, the first of FIRST_YEAR - 1) as their means over accounting periods, by end month."""
    months = np.concatenate([months[:1], months]).ravel()
    months = np.concatenate([months, np.repeat(months[-1:], 12)])
    return _over_periods(months, start=(FIRST_YEAR - 2, 1))


def _over_periods(months: Floats, start: tuple[int, int]) -> Floats:
    """Mean of the 12 months up to the end of each month of each year of the panel; `start` is the first month given."""
    sums = np.concatenate([[0.0], months.cumsum()])
    table = np.empty((len(YEARS), 12))
    for at, year in enumerate(YEARS):
        for month in range(1, 13):
            end = 12 * (year + (month <= 3) - start[0]) + month - start[1] + 1
            table[at, month - 1] = (sums[end] - sums[end - 12]) / 12
    return table
