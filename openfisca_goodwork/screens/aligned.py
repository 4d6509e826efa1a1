"""Tables of text in which the columns of figures stand to the right, as Streamlit lets a column of numbers stand.

No Streamlit here. A column in which every cell is a figure as people write it (`£250,000`, `30%`, `-1.5`, `75p`, `2.7k`)
becomes a column of numbers that is shown as it was written.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import pandas
from pandas.io.formats.style import Styler

from openfisca_goodwork.number_formats import UNDER_THE_LEAST

_FIGURE = re.compile(r"(?P<sign>[-+]?)£?(?P<number>[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)(?P<unit> ?%|[kp])?")
_UNITS = {"": 1.0, "%": 0.01, "p": 0.01, "k": 1_000.0}
_DASH = "–"
# Words that stand among figures, and where they stand among numbers.
_AMONG_FIGURES = {"": math.nan, "no limit": math.inf, UNDER_THE_LEAST: 0.0, "not in law": -math.inf, _DASH: math.nan}


def aligned(table: pandas.DataFrame, written: Callable[[Any], Any]) -> Styler:
    """The table with its figures as numbers, all cells shown as `written` makes them."""
    columns = {name: _numbers(table[name].tolist()) for name in table.columns}
    shown = pandas.DataFrame(
        {name: table[name].map(written).tolist() if numbers is None else numbers for name, numbers in columns.items()}
    )
    formats: dict[Any, Any] = {
        name: dict(zip(numbers, table[name], strict=True)).__getitem__
        for name, numbers in columns.items()
        if numbers is not None
    }
    return shown.style.format(formats, na_rep=_DASH if (table == _DASH).any(axis=None) else "")


def _numbers(cells: list[Any]) -> list[float] | None:
    """The cells as numbers; None where one of them is no figure, or one number is written in two ways."""
    if not all(isinstance(cell, str) for cell in cells):
        return None
    numbers = [_number(cell) for cell in cells]
    known = [one for one in numbers if one is not None]
    if len(known) < len(cells) or not any(map(math.isfinite, known)):
        return None
    pairs = {pair for pair in zip(known, cells, strict=True) if not math.isnan(pair[0])}
    return known if len({number for number, _ in pairs}) == len(pairs) else None


def _number(cell: str) -> float | None:
    found = _FIGURE.fullmatch(cell)
    if found is None:
        return _AMONG_FIGURES.get(cell)
    size = float(found["number"].replace(",", "")) * _UNITS[(found["unit"] or "").strip()]
    return -size if found["sign"] == "-" else size
