"""The level of profits: one factor a financial year, and one a section, found by running the law itself.

The factors are such that the tax the law charges comes to the official total of each financial year (accounting periods
that end in it), and in the fitted year to each section's share of it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork import system
from openfisca_goodwork.errors import DataError
from openfisca_goodwork.population import inputs, sources
from openfisca_goodwork.population.assumptions import FIRST_YEAR, LAST_YEAR, Assumptions

Floats = NDArray[np.float64]
Columns = dict[str, NDArray]
SOLVED_YEARS = range(FIRST_YEAR, LAST_YEAR)
FITTED_YEAR = 2023
TOTALS = ("corporation tax liabilities", "onshore corporation tax")
LAST_DAY = datetime.date(LAST_YEAR, 4, 1)
TAX = "net_corporation_tax"
GROSS_TAX = "corporation_tax"
FIRST_ELASTICITY = 1.1
ELASTICITIES = (0.7, 2.0)
LEAST_STEP = 1e-4
PRECISION = 1e-4
ROUNDS = 14
USUAL_ROUNDS = 4
SECTION_ROUNDS = 7
SECTION_PRECISION = 1e-3

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Solved:
    """Levels by financial year and by section, and how far the tax of the worst year is from its total."""

    profit_level: Floats
    section_level: Floats
    error: float
    rounds: int


def targets(read: Assumptions) -> Floats:
    """Official tax of each year solved for (£): HMRC's liabilities to 2023-24, then the OBR's onshore tax."""
    official = {int(row.keys[0][:4]): row for row in sources.rows("corporation_tax") if row.keys[1] in TOTALS}
    found: list[float] = []
    for year in SOLVED_YEARS:
        if year in official:
            found.append(official[year].figure * sources.pounds(official[year].unit))
        else:
            found.append(found[-1] * (1 + read("growth.corporation_tax_after", LAST_DAY)))
    return np.array(found)


def by_financial_year(
    law: TaxBenefitSystem, columns: Columns, names: tuple[str, ...], years: range
) -> dict[str, NDArray[np.float64]]:
    """Outputs of the law for the accounting periods that end in each financial year: name → years × companies."""
    labels = range(FIRST_YEAR, years[-1] + 2)
    found = {name: np.zeros((len(years), columns["id"].size)) for name in names}
    results = system.run(law, inputs.Panel(columns, labels), names)
    for label, values in results.items():
        row = inputs.financial_year(columns, label) - years[0]
        for at in np.unique(row[(row >= 0) & (row < len(years))]):
            here = row == at
            for name in names:
                found[name][at, here] = values[name][here]
    return found


def solve_sections(
    law: TaxBenefitSystem, columns: Columns, weights: Floats, read: Assumptions, progress: Progress
) -> Solved:
    """Levels of the years up to the fitted one and of the sections, together; a first guess for the years after.

    A section whose share needs a factor beyond the assumed limit keeps the limit; the report shows what is missed.
    """
    columns, totals, limit = dict(columns), targets(read), read("base.profit.section_factor_limit")
    years = range(FIRST_YEAR, FITTED_YEAR + 1)
    wanted = sources.by_section("corporation tax liabilities", "2023-24")
    section = columns["section"].astype(np.int64)
    for number in range(1, SECTION_ROUNDS + 1):
        tax = by_financial_year(law, columns, (TAX,), years)[TAX]
        found = np.bincount(section, weights * tax[-1], minlength=wanted.size)
        missed = wanted / wanted.sum() * found.sum() / np.where(found == 0, 1e-9, found)
        progress(number / SECTION_ROUNDS)
        if np.abs(missed - 1).max() < SECTION_PRECISION:
            break
        step = np.where(missed > 0, missed, np.inf) ** (1 / FIRST_ELASTICITY)
        columns["section_level"] = np.clip(columns["section_level"] * step, 1 / limit, limit)
        year_step = np.clip(totals[: len(years)] / (tax @ weights), 0.2, 5) ** (1 / FIRST_ELASTICITY)
        columns["profit_level"] = _padded(columns["profit_level"][1 : len(years) + 1] * year_step, totals)
    return Solved(columns["profit_level"], columns["section_level"], float(np.abs(missed - 1).max()), number)


def solve_years(law: TaxBenefitSystem, columns: Columns, weights: Floats, read: Assumptions, progress: Progress) -> Solved:
    """Levels of every year, the sections' held, by the secant method. Raises DataError if the totals are not met."""
    columns, totals = dict(columns), targets(read)
    level = columns["profit_level"][1:-1].copy()
    elasticity = np.full(level.size, FIRST_ELASTICITY)
    last_missed, last_step = np.zeros(level.size), np.zeros(level.size)
    for number in range(1, ROUNDS + 1):
        columns["profit_level"] = _padded(level, totals)
        tax = by_financial_year(law, columns, (TAX,), SOLVED_YEARS)[TAX]
        missed = np.log(totals / np.maximum(tax @ weights, 1.0))
        progress(min(number / USUAL_ROUNDS, 1.0))
        if np.abs(missed).max() < PRECISION:
            return Solved(columns["profit_level"], columns["section_level"], float(np.abs(missed).max()), number)
        moved = np.abs(last_step) > LEAST_STEP
        slope = (last_missed - missed) / np.where(moved, last_step, 1.0)
        elasticity = np.where(moved, np.clip(slope, *ELASTICITIES), elasticity)
        last_step, last_missed = np.clip(missed, -1, 1) / elasticity, missed
        level = level * np.exp(last_step)
    raise DataError(
        f"Corporation tax is {np.abs(missed).max():.1%} from its official total after {ROUNDS} rounds. The assumptions "
        "on profits or losses have no level that fits; change them back one by one."
    )


def _padded(level: Floats, totals: Floats) -> Floats:
    """Levels of all years of the panel from those of its first years: the first also stands for the year before.

    Years after follow the official totals, and a year without one grows as the year before it.
    """
    known = level[-1] * totals[level.size :] / totals[level.size - 1]
    solved = np.concatenate([level, known])
    return np.concatenate([level[:1], solved, solved[-1:] ** 2 / solved[-2:-1]])
