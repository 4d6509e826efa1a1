"""Weights of companies of one's own fitted to official counts of companies, by the calibration of the population."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.errors import GoodworkError, and_joined
from openfisca_goodwork.population import sources
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.own_columns import NOT_KNOWN
from openfisca_goodwork.population.own_index import Index
from openfisca_goodwork.population.targets import ROUNDED_TO, Bounds, Totals, indicators, rake
from openfisca_goodwork.system import current_law

_BY_INDUSTRY, _BY_REGION = "companies_by_industry_and_employment", "companies_by_region_and_employment"
_NEEDED = ("sic_section", "region", "employment_band")


def reweighted(index: Index) -> NDArray[np.float64]:
    """Weights of the registered companies that meet the official counts by industry, region and number of employees.

    Raises:
        GoodworkError: where the file does not tell the classes that are counted. DataError: where no weights meet them.
    """
    from scipy import sparse

    missing = [name for name in _NEEDED if (index.classes[name] == NOT_KNOWN).any()]
    if missing:
        raise GoodworkError(
            f"Weights are fitted to counts by class: fill {and_joined(missing)} in every company, or leave out --reweight."
        )
    read = Assumptions(current_law().parameters)
    rows = np.flatnonzero(index.registered)
    matrices, names, wanted = [], [], []
    for name, (cell, labels, official) in _tables(index).items():
        kept = np.flatnonzero(np.bincount(cell[rows], minlength=official.size))
        matrices.append(indicators(cell, index.registered, kept)[rows])
        names += [f"{name}: {labels[at]}" for at in kept]
        wanted.append(official[kept])
    target = np.concatenate(wanted)
    tolerance = np.maximum(read("base.weights.count_tolerance") * target, ROUNDED_TO)
    start = index.weight[rows] * wanted[0].sum() / index.weight[rows].sum()
    bounds = Bounds(read("base.weights.least_factor"), read("base.weights.greatest_factor"))
    matrix: Any = sparse.hstack(matrices).tocsr()
    found = index.weight.copy()
    found[rows] = rake(start, Totals(names, matrix, target, tolerance), bounds).weights
    return found


Table = tuple[NDArray[np.int64], tuple[str, ...], NDArray[np.float64]]


def _tables(index: Index) -> dict[str, Table]:
    """Official counts of companies by table: the cell of each company, the names of the cells, the counts."""
    groups = tuple(dict.fromkeys(sources.SECTIONS_OF_INDUSTRY))
    group_of = np.array([next(at for at, letters in enumerate(groups) if one in letters) for one in sources.SECTIONS])
    by_industry = sources.matrix(_BY_INDUSTRY, sources.INDUSTRIES, sources.EMPLOYMENT_BANDS, (0, 2))
    of_groups = np.zeros((len(groups), len(sources.EMPLOYMENT_BANDS)))
    np.add.at(of_groups, [groups.index(letters) for letters in sources.SECTIONS_OF_INDUSTRY], by_industry)
    by_region = sources.matrix(_BY_REGION, sources.REGIONS, sources.EMPLOYMENT_BANDS, (1, 2))
    down = {
        _BY_INDUSTRY: (group_of[index.classes["sic_section"]], groups, of_groups),
        _BY_REGION: (index.classes["region"].astype(np.int64), sources.REGIONS, by_region),
    }
    band = index.classes["employment_band"].astype(np.int64)
    return {
        name.replace("_", " "): (
            place * len(sources.EMPLOYMENT_BANDS) + band,
            tuple(f"{label}, {size}" for label in labels for size in sources.EMPLOYMENT_BANDS),
            official.ravel(),
        )
        for name, (place, labels, official) in down.items()
    }
