"""Building a population: figures → frame → records → weights → panel → level of profits → columns.

Stages pass data one way. The last two run the law itself, so a population belongs to the law, the assumptions and the
figures that it was built from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.population import (
    attributes,
    distributions,
    forecasts,
    frame,
    level,
    panel,
    plant,
    records,
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
    """The columns of a population, and what its report needs: the records drawn for certain, calibration, the outlook."""

    columns: Columns
    certain: NDArray[np.bool_]
    calibration: targets.Calibration
    forecast: str


def silent(stage: str, fraction: float) -> None:
    """A progress callback that shows nothing."""


def build(
    law: TaxBenefitSystem,
    size: int | None = None,
    progress: Progress = silent,
    *,
    full: bool = False,
    forecast: str = forecasts.LATEST,
) -> Built:
    """A population under a law and the assumptions among its parameters: a sample, or every company of the frame.

    The sample has `size` records, or as many as assumed; a full population is levelled on it. `forecast` is the outlook
    that growth and tax follow (`forecasts`). `progress` is called with the name of the stage and the fraction of the whole
    that is done. Raises DataError if weights or levels cannot meet the
    official figures.
    """
    read = Assumptions(law.parameters, forecasts.known(forecast))
    progress("every company", 0.0)
    companies = frame.build(read)
    progress("records", 0.2)
    probability = records.inclusion(read, companies, int(size or read("base.population.records")))
    places = records.systematic(read, companies, probability)
    design = 1 / probability[places]
    progress("years", 0.3)
    columns, spent = _records(read, companies.at(places), design <= 1)
    if not full:
        return _fitted(law, read, columns, spent, design, progress)
    levels = _levelled(law, read, columns, spent, design, progress)
    progress("every company, year by year", 0.8)
    columns, spent = _records(read, companies, probability >= 1)
    del companies, probability
    return _whole(read, columns, spent, levels)


def _records(read: Assumptions, who: frame.Frame, certain: NDArray[np.bool_]) -> tuple[Columns, NDArray[np.float32]]:
    """Columns of some companies that weights have no part in, and their plant spending before scaling.

    The `certain` stand for themselves in the sample, and keep their profits whatever the level of their section.
    """
    large = records.is_large(read, who)
    columns = records.columns(read, who, large)
    columns |= attributes.columns(read, who.id, who.section)
    columns |= records.profits(read, who, large, columns["loss_absorbed_by_group_share"])
    columns["labels"] = np.array([read.labels[0], read.labels[-1]])
    columns |= dict.fromkeys(level.LEVELS, np.ones((len(read.panel_years), len(sources.SECTIONS))))
    columns["paying_draw"] = np.where(certain, np.nan, distributions.uniform(who.id, "pays", read.seed))
    return columns, panel.plant(read, who, read.panel_years)


def _levelled(
    law: TaxBenefitSystem, read: Assumptions, columns: Columns, spent: NDArray, design: Floats, progress: Progress
) -> Columns:
    """Levels for every company of the frame, found on a sample by its design weights, which stand for the frame as it is."""
    columns |= _spending(read, columns, spent, design)
    showing = _part(progress, "tax by section", 0.35, 0.65)
    columns |= level.solve_sections(law, columns, design, read, showing, last_by_weights=False)
    return level.solve_years(law, columns, design, read, _part(progress, "tax by year", 0.65, 0.8))


def _whole(read: Assumptions, columns: Columns, spent: NDArray, levels: Columns) -> Built:
    """Every company, one record each, with levels found already and spending scaled to its totals."""
    one = np.ones(columns["id"].size)
    columns |= {**_spending(read, columns, spent, one), **levels, "weight": one}
    uncalibrated = targets.Calibration(one, one, np.zeros(0), at_bounds=0.0)
    return Built(columns, np.ones(one.size, dtype=bool), uncalibrated, read.forecast)


def _fitted(
    law: TaxBenefitSystem, read: Assumptions, columns: Columns, spent: NDArray, design: Floats, progress: Progress
) -> Built:
    """Weights on counts, levels of sections, weights on counts and liable companies, levels of sections and years.

    With an outlook of earlier years levels alone see to the liable companies: its years end before that of their count.
    """
    certain = design <= 1
    tables = targets.counts(read, columns)
    progress("weights", 0.4)
    calibration = _weighted(read, tables, design, certain, None)
    columns |= _spending(read, columns, spent, calibration.weights)
    again = not forecasts.is_of_earlier_years(read.forecast)
    showing = _part(progress, "tax by section", 0.45, 0.6)
    columns |= level.solve_sections(law, columns, calibration.weights, read, showing, last_by_weights=again)
    if again:
        year = range(level.fitted_years()[-1], level.fitted_years()[-1] + 1)
        tax = level.by_financial_year(law, columns, (level.GROSS_TAX,), year)[level.GROSS_TAX][0]
        progress("weights", 0.62)
        calibration = _weighted(read, tables, design, certain, targets.liable(read, columns, tax, "2023-24"))
        columns |= _spending(read, columns, spent, calibration.weights)
        showing = _part(progress, "tax by section", 0.65, 0.75)
        columns |= level.solve_sections(law, columns, calibration.weights, read, showing)
    columns |= level.solve_years(law, columns, calibration.weights, read, _part(progress, "tax by year", 0.75, 0.95))
    columns["weight"] = calibration.weights
    return Built(columns, certain, calibration, read.forecast)


def _weighted(
    read: Assumptions,
    tables: tuple[targets.Count, ...],
    design: Floats,
    certain: NDArray[np.bool_],
    liable: targets.Count | None,
) -> targets.Calibration:
    """Calibrated weights of all records: those that are certain keep 1."""
    bounds = targets.Bounds(read("base.weights.least_factor"), read("base.weights.greatest_factor"))
    totals = targets.totals(read, tables, certain, liable)
    found = targets.rake(design[~certain], totals, bounds)
    weights, factors = design.copy(), np.ones(design.size)
    weights[~certain], factors[~certain] = found.weights, found.factors
    return replace(found, weights=weights, factors=factors)


def _spending(read: Assumptions, columns: Columns, spent: NDArray, weights: Floats) -> Columns:
    """Columns of plant and training, which are scaled to totals and so depend on the weights."""
    ids, section = columns["id"], columns["section"]
    held = plant.columns(read, ids, section, weights, spent)
    held |= plant.opening_pools(read, held)
    held |= training.columns(read, ids, section, columns["employment_band"], columns["employees"], weights)
    held["levy_funded"] = attributes.levy_funded(read, columns["pay_bill"], weights)
    return held | attributes.public_contracts(read, columns, weights)


def _part(progress: Progress, stage: str, start: float, end: float) -> level.Progress:
    return lambda fraction: progress(stage, start + (end - start) * fraction)
