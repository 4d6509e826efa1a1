"""Who gains, on one sheet of a workbook: every classification in both steps, each with its totals as formulas."""

from __future__ import annotations

from collections.abc import Mapping

from openfisca_goodwork.costing.distribution import (
    BASIS,
    UNITS,
    Distribution,
    PriorityAreas,
    Row,
    Table,
    Totals,
    in_words,
)
from openfisca_goodwork.reports import words
from openfisca_goodwork.reports.workbook import Page, letter

_TOLD = ("Classes", "Step", "Observed or modelled", "Class")
WIDTHS = (50, 17, 12, 36, *[14] * len(UNITS), 12, 90)
_ADDED = (
    *("records", "records_affected", "companies", "gaining", "losing", "unaffected", "gain", "claimants"),
    *("qualifying_training", "induced_training"),
)
_STYLES = {"records": "count", "companies": "count", "£ million": "million", "share": "percentage", "£": "money"}
ALL, ALL_COMPANIES = "All of these", "All companies"


def write_distribution(page: Page, shown: Distribution | None) -> None:
    """Write every table below the other, or why there is none."""
    if shown is None:
        page.line([words.NO_DISTRIBUTION])
        return
    page.heading([*_TOLD, *map(in_words, UNITS), "Few records", "Basis"], frozen=False)
    page.sheet.freeze_panes(page.row, len(_TOLD))
    for table in shown.tables:
        _write(page, table)
    page.row += 1
    for total in shown.totals:
        _write_total(page, total)
    if shown.priority_areas:
        _write_priority_areas(page, shown.priority_areas)
    page.line([BASIS])


def _write_total(page: Page, total: Totals) -> None:
    """All companies in one step, and from what they gain to the effect of the financial year."""
    page.line([f"{ALL_COMPANIES}, {total.step}"], style="bold")
    lines = {
        "Mean gain of those that gain, £": (total.mean_gain, "money"),
        "Median gain of those that gain, £": (total.median_gain, "money"),
        "Gain of those that gain, £ million": (total.gain_of_gaining, "million"),
        "Loss of those that lose, £ million": (total.loss_of_losing, "million"),
        "Invalid claims, £ million": (total.invalid_claims, "million"),
        "Exchequer effect, these accounting periods, £ million": (total.exchequer_effect, "million"),
        "Exchequer effect, accruals of the year, £ million": (total.accrued, "million"),
    }
    _lines(page, lines)


def _write_priority_areas(page: Page, areas: PriorityAreas) -> None:
    page.line(["Training in priority areas (modelled)"], style="bold")
    lines = {
        "Share of qualifying training": (areas.share_of_training, "percentage"),
        "Qualifying training, £ million": (areas.qualifying_training, "million"),
        "Induced training, £ million": (areas.induced_training, "million"),
    }
    _lines(page, lines)
    page.line([areas.basis])
    page.row += 1


def _lines(page: Page, lines: Mapping[str, tuple[float | None, str]]) -> None:
    for name, (value, style) in lines.items():
        page.put(0, name)
        page.put(1, value, style=style)
        page.row += 1
    page.row += 1


def _write(page: Page, table: Table) -> None:
    first = page.row + 1
    for row in table.rows:
        for column, text in enumerate((table.name, table.step, table.marked, row.name)):
            page.put(column, text)
        for column, name in enumerate(UNITS, start=len(_TOLD)):
            page.put(column, getattr(row, name), style=_STYLES[UNITS[name]])
        page.put(len(_TOLD) + len(UNITS), "few" if row.has_few_records else "")
        page.put(len(_TOLD) + len(UNITS) + 1, table.basis)
        page.row += 1
    for column, text in enumerate((table.name, table.step, table.marked, ALL)):
        page.put(column, text, style="bold")
    for column, name in enumerate(UNITS, start=len(_TOLD)):
        if name in _ADDED:
            span = f"{letter(column)}{first}:{letter(column)}{page.row}"
            page.formula(column, f"SUM({span})", _sum(table.rows, name), style=f"{_STYLES[UNITS[name]]} total")
    page.row += 1


def _sum(rows: tuple[Row, ...], name: str) -> float:
    return float(sum(getattr(row, name) for row in rows))
