"""Tables as CSV in which text stays text: a spreadsheet takes no cell that somebody wrote for a formula."""

from __future__ import annotations

from typing import Any

import pandas

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_TEXT_MARK = "'"


def safe_text(value: Any) -> Any:
    """A value as a spreadsheet may read it: text that it would take for a formula gets a leading apostrophe."""
    if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA):
        return _TEXT_MARK + value
    return value


def csv_of(table: pandas.DataFrame) -> str:
    """The table as CSV: a heading line, commas, full precision, its index left out."""
    safe = table.map(safe_text).rename(columns=safe_text)
    return safe.to_csv(index=False, lineterminator="\n")
