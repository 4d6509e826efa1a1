"""Measuring a population that has been built against the official figures, those it was fitted to and those held out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.population import checks, forecasts, level, sources, targets, training
from openfisca_goodwork.population.assumptions import FIRST_YEAR, Assumptions
from openfisca_goodwork.population.build import Built
from openfisca_goodwork.population.report import FitReport, Line, Origin, Weights, line

Floats = NDArray[np.float64]
Within = Mapping[str, float]
REPAID = "loss_carry_back_repayment"
BY_COMPANY = (level.TAX, level.GROSS_TAX, REPAID)
IN_ALL = (level.TAX, "capital_allowances", "super_deduction", *checks.RELIEFS)
TOLERANCES = ("counts", "regions", "tax", "training", "shape", "loose")
MILLION = 1e6
FITTED_YEAR = "2023-24"
CONCENTRATION_YEARS = ("2019-20", "2021-22", "2023-24")
FITTED_ALLOWANCES = {
    ("2018-19", "annual investment allowance"),
    ("2018-19", "capital allowances"),
    ("2021-22", "super-deduction"),
    ("2023-24", "capital allowances"),
}


def measure(law: TaxBenefitSystem, built: Built) -> FitReport:
    """The report of a population: the law is run once over all its years.

    What an outlook of the past did not know (tax by section and what else turned out after it) is no figure to be met.
    """
    read, weights = Assumptions(law.parameters, built.forecast), built.columns["weight"]
    years = range(FIRST_YEAR, level.fitted_years()[-1] + 1)
    outputs, totals = level.with_totals(law, built.columns, BY_COMPANY, years, IN_ALL, amounts=checks.SAVED)
    within = {name: read(f"base.fit_tolerance.{name}") for name in TOLERANCES}
    known = [year for year in level.published_years() if forecasts.was_known(year, built.forecast)]
    concentration = [year for year in CONCENTRATION_YEARS if forecasts.was_known(year, built.forecast)]
    lines = [
        *_counts(read, built, weights, within),
        *_tax_by_year(built.forecast, totals, within),
        *(one for year in known for one in _tax_by_section(built, outputs, weights, within, year)),
        *(one for year in known for one in _liable(read, built, outputs, weights, within, year)),
        *(one for year in concentration for one in _concentration(outputs, weights, within, year)),
        *_training(read, built, weights, within),
        *_allowances(built.forecast, totals, within),
        *_plant_by_sector(built, weights, within),
        *checks.lines(checks.Measured(law, read, built.columns, totals, within["loose"]), built.forecast),
    ]
    return FitReport(tuple(lines), _weights(built, weights))


def _counts(read: Assumptions, built: Built, weights: Floats, within: Within) -> list[Line]:
    kinds = {"companies by region and section": "regions"}
    lines = []
    for table in targets.counts(read, built.columns):
        kind = kinds.get(table.block, "counts") if table.fitted else "loose"
        lines += _count_lines(table, weights, within[kind])
    return lines


def _count_lines(table: targets.Count, weights: Floats, tolerance: float) -> list[Line]:
    inside = table.cell >= 0
    model = np.bincount(table.cell[inside], weights[inside], minlength=len(table.names))
    origin = Origin("companies", table.year, table.source, table.status)
    figures = zip(table.official, model, strict=True)
    return [
        line(table.block, name, both, origin, tolerance=tolerance, fitted=table.fitted)
        for name, both in zip(table.names, figures, strict=True)
    ]


def _at(year: str) -> int:
    """Place of a financial year among those solved for."""
    return int(year[:4]) - FIRST_YEAR


def _origin(row: sources.Row, source: str = "", status: str = "") -> Origin:
    return Origin(row.unit, row.year, source or row.source, status or row.status)


def _tax_by_year(forecast: str, totals: dict[str, Floats], within: Within) -> list[Line]:
    return [
        line(
            "corporation tax by year",
            row.year,
            (row.figure, totals[level.TAX][_at(row.year)] / MILLION),
            _origin(row),
            tolerance=within["tax"],
            fitted=True,
        )
        for row in level.tax_by_year(forecast).values()
        if int(row.year[:4]) in level.SOLVED_YEARS
    ]


def _tax_by_section(built: Built, outputs: dict[str, NDArray], weights: Floats, within: Within, year: str) -> list[Line]:
    """Tax by section: the sections' shares of the official total of the year."""
    official = sources.by_section("corporation tax liabilities", year)
    total = sources.row("corporation_tax", year, "corporation tax liabilities")
    official = official / official.sum() * total.figure
    section = built.columns["section"].astype(int)
    model = np.bincount(section, weights * outputs[level.TAX][_at(year)], minlength=official.size) / MILLION
    source = sources.rows("corporation_tax_by_section")[0].source + "; scaled to the headline total"
    fitted = year != level.HELD_OUT_YEAR
    return [
        line(
            f"corporation tax by section, {year}",
            name,
            both,
            Origin("GBP million", year, source, "derived"),
            tolerance=within["tax" if fitted else "loose"],
            fitted=fitted,
        )
        for name, both in zip(sources.SECTIONS, zip(official, model, strict=True), strict=True)
    ]


def _liable(
    read: Assumptions, built: Built, outputs: dict[str, NDArray], weights: Floats, within: Within, year: str
) -> list[Line]:
    """Companies with a liability, by section and in all."""
    fitted = year != level.HELD_OUT_YEAR
    tax = outputs[level.GROSS_TAX][_at(year)]
    table = targets.liable(read, built.columns, tax, year, fitted=fitted)
    within_which = within["tax" if fitted else "loose"]
    everyone = line(
        "companies with a liability",
        f"all sections, {year}",
        (table.official.sum(), weights[table.cell >= 0].sum()),
        Origin("companies", year, table.source, table.status),
        tolerance=within_which,
        fitted=fitted,
    )
    return [*_count_lines(table, weights, within_which), everyone]


def _concentration(outputs: dict[str, NDArray], weights: Floats, within: Within, year: str) -> list[Line]:
    """Companies with over 1m of tax, and their share of it.

    What groups save by using losses at once is taken off their tax, and so are repayments to companies that had over 1m of
    tax in the year before.
    """
    gross, net = outputs[level.GROSS_TAX][_at(year)], outputs[level.TAX][_at(year)]
    repaid = outputs[REPAID][_at(year)]
    above, above_before = gross > MILLION, outputs[level.GROSS_TAX][_at(year) - 1] > MILLION
    theirs = weights @ (gross * above - (gross - repaid - net) - repaid * above_before)
    share = theirs / (weights @ net)
    model = {
        "companies with a liability over 1m": weights[above].sum(),
        "share of tax paid by companies with a liability over 1m": share,
    }
    rows = [row for row in sources.rows("corporation_tax") if row.keys[0] == year and row.keys[1] in model]
    return [
        line(
            "concentration of tax",
            f"{row.keys[1]}, {year}",
            (row.figure, model[row.keys[1]]),
            _origin(row),
            tolerance=within["shape"],
            fitted=year == FITTED_YEAR,
        )
        for row in rows
    ]


def _training(read: Assumptions, built: Built, weights: Floats, within: Within) -> list[Line]:
    section = built.columns["section"]
    spending = weights * training.in_survey_year(built.columns)
    lines = []
    for sector in training.sectors(read):
        here = np.isin(section, [sources.SECTIONS.index(letter) for letter in sector.sections])
        row = sources.row("training_by_sector", sector.name, sector.sections, "training spend")
        lines.append(
            line(
                "training by sector",
                sector.name,
                (sector.spending / MILLION, spending[here].sum() / MILLION),
                _origin(row, f"{row.source}; companies' share assumed", "derived"),
                tolerance=within["training"],
                fitted=True,
            )
        )
    return lines


def _allowances(forecast: str, totals: dict[str, Floats], within: Within) -> list[Line]:
    """Allowances: those that assumptions on spending were set by count as fitted."""
    lines = []
    for row in sources.rows("capital_allowances"):
        if not forecasts.was_known(row.year, forecast):
            continue
        name = row.keys[1].replace("-", "_").replace(" ", "_")
        model = totals[name][_at(row.year)] / MILLION
        lines.append(
            line(
                "capital allowances",
                f"{row.keys[1]}, {row.year}",
                (row.figure, model),
                _origin(row),
                tolerance=within["shape"],
                fitted=row.keys in FITTED_ALLOWANCES,
            )
        )
    return lines


def _plant_by_sector(built: Built, weights: Floats, within: Within) -> list[Line]:
    """Shares of plant of the sectors of capital allowances, to which spending is scaled."""
    group, wanted = sources.allowance_groups()
    spent = np.bincount(group[built.columns["section"].astype(int)], weights * built.columns["plant_mean"])
    figures = zip(100 * wanted, 100 * spent / spent.sum(), strict=True)
    return [
        line("plant by sector", row.keys[1], both, _origin(row), tolerance=within["shape"], fitted=True)
        for row, both in zip(sources.allowance_sectors(), figures, strict=True)
    ]


def _weights(built: Built, weights: Floats) -> Weights:
    return Weights(
        records=int(weights.size),
        companies=float(weights.sum()),
        certain=int(built.certain.sum()),
        effective_size=float(weights.sum() ** 2 / (weights**2).sum()),
        least_factor=float(built.calibration.factors.min()),
        greatest_factor=float(built.calibration.factors.max()),
        share_at_bounds=built.calibration.at_bounds,
        greatest_weight=float(weights.max()),
    )
