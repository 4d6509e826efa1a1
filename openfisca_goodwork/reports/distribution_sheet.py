"""Who gains, on one sheet of a workbook: every classification in both steps, each with its totals as formulas."""

from __future__ import annotations

from openfisca_goodwork.costing.distribution import BASIS, UNITS, Distribution, Row, Table, in_words
from openfisca_goodwork.reports import words
from openfisca_goodwork.reports.workbook_pages import Page, letter

_TOLD = ("Classes", "Step", "Observed or modelled", "Class")
WIDTHS = (34, 17, 12, 36, *[14] * len(UNITS), 12, 90)
_ADDED = (
    *("records", "records_affected", "companies", "gaining", "losing", "unaffected", "gain", "claimants"),
    *("qualifying_training", "induced_training"),
)
_STYLES = {"records": "count", "companies": "count", "£ million": "million", "share": "percentage", "£": "money"}
ALL = "All of these"


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
    page.line([BASIS])


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
