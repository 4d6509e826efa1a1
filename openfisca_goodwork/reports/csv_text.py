"""Tables as CSV in which text stays text: a spreadsheet takes no cell that somebody wrote for a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from openfisca_goodwork.reports.sections import Table, cell_of

if TYPE_CHECKING:
    import pandas

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_TEXT_MARK = "'"


def safe_text(value: Any) -> Any:
    """A value as a spreadsheet may read it: text that it would take for a formula gets a leading apostrophe."""
    if isinstance(value, str) and value.startswith(STARTS_A_FORMULA):
        return _TEXT_MARK + value
    return value


def render(table: Table) -> str:
    """A table of a report as CSV: a line of headings, raw values with full precision, days as 2027-04-01."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([safe_text(column.name) for column in table.columns])
    for row in table.lines():
        writer.writerow([safe_text(cell_of(row, place, table.columns).value) for place in range(len(table.columns))])
    return written.getvalue()


def csv_of(table: pandas.DataFrame) -> str:
    """A data frame as CSV: a heading line, commas, full precision, its index left out."""
    safe = table.map(safe_text).rename(columns=safe_text)
    return safe.to_csv(index=False, lineterminator="\n")
