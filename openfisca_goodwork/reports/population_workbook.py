"""How well the population fits, as a workbook: errors by block, every figure with its source, the weights, notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from openfisca_goodwork.population import FitReport
from openfisca_goodwork.population.report import HEADINGS, BlockFit, Line, in_words, share
from openfisca_goodwork.reports.workbook import Page, Pages, write_workbook
from openfisca_goodwork.version import model_version

COMMAND = "goodwork population report --xlsx fit.xlsx"
NOTES = """\
The model's figures are those of the companies of the population, added up by their weights; tax and allowances are what \
the law makes of them.
Fitted: the population was made to meet these figures. Held out: in no step of the fit. Check: in no step either, and not \
quite a count of what the model counts; its note says how, and it has no bound. Not held: no official figure is on file, \
and the model's stands alone.
Error is the model's figure over the official one, less 1. Together is the sum of absolute errors over the sum of official \
figures; mean and worst leave out official figures of 0 and counts under 100 companies, which are published rounded to 5.
Bound is the mean error that a block is allowed; tolerance, the error of one figure. A figure known as a range has no \
tolerance: it is within where the model's is in the range.
Status of a source. Seen: in the source itself. Second-hand: the source as reported by another. Derived: worked out from \
sources.
Effective sample size: the number of records that, drawn with equal weights, would tell as much.""".splitlines()
BLOCKS = {
    "Block": 48,
    "Role": 11,
    "Figures": 10,
    "Together": 11,
    "Mean": 11,
    "Worst": 11,
    "Worst at": 40,
    "Bound": 9,
    "Is met": 9,
    "Within tolerance": 11,
    "Status of sources": 34,
    "Note": 90,
}
_FIGURES = {
    "Block": 48,
    "Role": 11,
    "Figure": 44,
    "Year": 10,
    "Unit": 13,
    "Official": 18,
    "Model": 18,
    "Error": 11,
    "Tolerance": 11,
    "Lowest": 11,
    "Highest": 11,
    "Is within": 9,
    "Status": 13,
    "Source": 90,
    "Note": 90,
}
_WEIGHTS = {
    "records": "Records",
    "companies": "Companies they stand for",
    "certain": "Records that stand for themselves",
    "effective_size": "Effective sample size",
    "least_factor": "Least calibration factor",
    "greatest_factor": "Greatest calibration factor",
    "share_at_bounds": "Share of records at a bound",
    "greatest_weight": "Greatest weight",
}


def write_fit_workbook(report: FitReport, path: Path, command: str = COMMAND) -> Path:
    """Write a population's fit as a workbook: Cover, Fit, Figures, Weights, Notes.

    Raises:
        GoodworkError: for a name that is not of a workbook, without XlsxWriter, or where the disk refuses.
    """
    return write_workbook(path, lambda pages: _fill(pages, report, command))


def _fill(pages: Pages, report: FitReport, command: str) -> None:
    _cover(pages.page("Cover", "How well the population fits the official figures", [24, 110]), report, command)
    fit = pages.page("Fit", "Errors by block: fitted, held out, checks", [*BLOCKS.values()])
    fit.heading([*BLOCKS])
    for role in HEADINGS:
        for block in report.blocks(role):
            write_cells(fit, block_cells(block))
    figures = pages.page("Figures", "Every official figure and the model's", [*_FIGURES.values()])
    figures.heading([*_FIGURES])
    for one in report.lines:
        write_cells(figures, _figure(one))
    weights = pages.page("Weights", "What the weights look like", [40, 18])
    for name, value in asdict(report.weights).items():
        weights.put(0, _WEIGHTS[name])
        weights.put(1, value, style="percentage" if name == "share_at_bounds" else "number")
        weights.row += 1
    notes = pages.page("Notes", "Notes", [110])
    for note in NOTES:
        notes.line([note], style="wrapped")


def _cover(page: Page, report: FitReport, command: str) -> None:
    missed = [f"{one.block} ({one.role}): {share(one.mean)}, bound {share(one.bound, 0)}" for one in report.missed()]
    lines = {
        "Population": f"{report.weights.records:,} records for {report.weights.companies:,.0f} companies",
        "Fingerprint": report.fingerprint,
        "Figures": f"{len(report.lines):,}; {in_words(report.statuses())}",
        "Blocks over their bound": "; ".join(missed) or "none",
        "Model": f"openfisca-goodwork {model_version()}",
        "Reproduce": command,
    }
    for label, value in lines.items():
        page.put(0, label, style="bold")
        page.put(1, value, style="wrapped")
        page.row += 1


def block_cells(one: BlockFit) -> Mapping[str, tuple[Any, str]]:
    """A block of the fit: each column with its value and style."""
    values = (
        *((one.block, ""), (one.role, ""), (one.figures, "number")),
        *((one.aggregate, "percentage"), (one.mean, "percentage"), (one.worst, "percentage"), (one.worst_target, "")),
        *((one.bound, "percentage"), (one.is_met, ""), (one.within, "number"), (in_words(one.statuses), "")),
        (one.note, ""),
    )
    return dict(zip(BLOCKS, values, strict=True))


def _figure(one: Line) -> Mapping[str, tuple[Any, str]]:
    amount = "percentage" if one.unit == "/1" else "number"
    values = (
        *((one.block, ""), (one.role, ""), (one.target, ""), (one.year, ""), (one.unit, "")),
        *((one.official, amount), (one.model, amount), (one.error, "percentage"), (one.tolerance, "percentage")),
        *((one.lowest, amount), (one.highest, amount)),
        *((one.within, ""), (one.status, ""), (one.source, ""), (one.note, "")),
    )
    return dict(zip(_FIGURES, values, strict=True))


def write_cells(page: Page, values: Mapping[str, tuple[Any, str]]) -> None:
    """Write a row of values, each with its style."""
    for column, (value, style) in enumerate(values.values()):
        page.put(column, value, style=style)
    page.row += 1
