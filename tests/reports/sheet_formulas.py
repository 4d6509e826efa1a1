"""The formulas of a sheet worked out as a spreadsheet would: sums, differences, IF, AND, MIN, MAX, SUM."""

from __future__ import annotations

import re
from typing import Any

CELL = r"[A-Z]+[0-9]+"
_FUNCTIONS = {
    "IF": lambda test, yes, no: yes if test else no,
    "AND": lambda *tests: all(tests),
    "MAX": max,
    "MIN": min,
    "SUM": lambda *cells: sum(sum(one) if isinstance(one, list) else one for one in cells),
}


class Sheet:
    """A sheet of openpyxl, asked for the value of a cell."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self.known: dict[str, Any] = {}

    def value(self, cell: str) -> Any:
        if cell not in self.known:
            held = self.sheet[cell].value
            self.known[cell] = self._of(held) if isinstance(held, str) and held.startswith("=") else held or 0
        return self.known[cell]

    def _of(self, formula: str) -> Any:
        code = re.sub(rf"({CELL}):({CELL})", r'_range("\1", "\2")', formula[1:])
        code = re.sub(rf'(?<!")\b({CELL})\b(?!")', r'_cell("\1")', code)
        return eval(code, {"__builtins__": {}, **_FUNCTIONS, "_cell": self.value, "_range": self._range})  # noqa: S307

    def _range(self, first: str, last: str) -> list[Any]:
        return [self.value(one.coordinate) for row in self.sheet[f"{first}:{last}"] for one in row]
