"""Building a population: figures → frame → records → weights → panel → level of profits → columns.

Stages pass data one way. The last two run the law itself, so a population belongs to the law, the assumptions and the
figures that it was built from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.population import (
    attributes,
    calibrate,
    draw,
    frame,
    level,
    panel,
    paths,
    plant,
    records,
    sample,
    sources,
    targets,
    training,
)
from openfisca_goodwork.population.assumptions import Assumptions

Floats = NDArray[np.float64]
Columns = dict[str, NDArray]
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Built:
    """The columns of a population, and what its report needs: design weights, calibration, levels."""

    columns: Columns
    design_weights: Floats
    certain: NDArray[np.bool_]
    calibration: calibrate.Calibration
    solved: level.Solved


def silent(stage: str, fraction: float) -> None:
    """A progress callback that shows nothing."""


def build(law: TaxBenefitSystem, size: int | None = None, progress: Progress = silent) -> Built:
    """A population under a law and the assumptions among its parameters; `size` records, or as many as assumed.

    `progress` is called with the name of the stage and the fraction of the whole that is done. Raises DataError if
    weights or levels cannot meet the official figures.
    """
    read = Assumptions(law.parameters)
    wanted = int(size or read("base.population.records"))
    progress("every company", 0.0)
    companies = frame.build(read)
    progress("records", 0.2)
    probability = sample.inclusion(read, companies, wanted)
    places = sample.systematic(read, companies, probability)
    design = 1 / probability[places]
    large = records.is_large(read, companies, places)
    columns = records.columns(read, companies, places, large)
    who = records.company(companies, places, large)
    del companies, probability
    progress("years", 0.3)
    columns |= attributes.columns(read, columns["id"], columns["section"])
    columns |= records.profits(read, who, columns["loss_absorbed_by_group_share"])
    spent = panel.plant(read, who, paths.YEARS)
    columns |= dict.fromkeys(("profit_level", "paying_level"), np.ones((len(paths.YEARS), len(sources.SECTIONS))))
    chance = draw.uniform(columns["id"], "pays", int(read("base.population.seed")))
    columns["paying_draw"] = np.where(design > 1, chance, np.nan)
    return _fitted(law, read, columns, spent, design, progress)


def _fitted(
    law: TaxBenefitSystem, read: Assumptions, columns: Columns, spent: NDArray, design: Floats, progress: Progress
) -> Built:
    """Weights on counts, levels of sections, weights on counts and liable companies, levels of sections and years."""
    certain = design <= 1
    tables = targets.counts(read, columns)
    progress("weights", 0.4)
    calibration = _weighted(read, tables, design, certain, None)
    columns |= _spending(law, read, columns, spent, calibration.weights)
    solved = level.solve_sections(law, columns, calibration.weights, read, _part(progress, "tax by section", 0.45, 0.6))
    columns |= solved.columns
    year = range(level.fitted_years()[-1], level.fitted_years()[-1] + 1)
    tax = level.by_financial_year(law, columns, (level.GROSS_TAX,), year)[level.GROSS_TAX][0]
    progress("weights", 0.62)
    calibration = _weighted(read, tables, design, certain, targets.liable(read, columns, tax, "2023-24"))
    columns |= _spending(law, read, columns, spent, calibration.weights)
    solved = level.solve_sections(law, columns, calibration.weights, read, _part(progress, "tax by section", 0.65, 0.75))
    columns |= solved.columns
    solved = level.solve_years(law, columns, calibration.weights, read, _part(progress, "tax by year", 0.75, 0.95))
    columns |= {**solved.columns, "weight": calibration.weights}
    return Built(columns, design, certain, calibration, solved)


def _weighted(
    read: Assumptions,
    tables: tuple[targets.Count, ...],
    design: Floats,
    certain: NDArray[np.bool_],
    liable: targets.Count | None,
) -> calibrate.Calibration:
    """Calibrated weights of all records: those that are certain keep 1."""
    bounds = calibrate.Bounds(read("base.weights.least_factor"), read("base.weights.greatest_factor"))
    totals = targets.totals(read, tables, certain, liable)
    found = calibrate.rake(design[~certain], totals, bounds)
    weights, factors = design.copy(), np.ones(design.size)
    weights[~certain], factors[~certain] = found.weights, found.factors
    return calibrate.Calibration(weights, factors, found.achieved, found.rounds, found.at_bounds)


def _spending(law: TaxBenefitSystem, read: Assumptions, columns: Columns, spent: NDArray, weights: Floats) -> Columns:
    """Columns of plant and training, which are scaled to totals and so depend on the weights."""
    ids, section = columns["id"], columns["section"]
    held = plant.columns(read, ids, section, weights, spent)
    held |= plant.opening_pools(read, plant.Rates(law.parameters), held)
    held |= training.columns(read, ids, section, columns["employment_band"], columns["employees"], weights)
    held["levy_funded"] = attributes.levy_funded(read, law.parameters, columns["pay_bill"], weights)
    return held


def _part(progress: Progress, stage: str, start: float, end: float) -> level.Progress:
    return lambda fraction: progress(stage, start + (end - start) * fraction)
