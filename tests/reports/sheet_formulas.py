"""The formulas of a workbook worked out as a spreadsheet would: sums, products, IF, AND, MIN, MAX, ROUND, other sheets."""

from __future__ import annotations

import re
from typing import Any

CELL = r"[A-Z]+[0-9]+"
_FUNCTIONS = {
    "IF": lambda test, yes, no: yes if test else no,
    "AND": lambda *tests: all(tests),
    "MAX": max,
    "MIN": min,
    "ROUND": round,
    "SUMPRODUCT": lambda one, other: sum(a * b for a, b in zip(one, other, strict=True)),
    "SUM": lambda *cells: sum(sum(cell) if isinstance(cell, list) else cell for cell in cells),
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
        code = re.sub(rf"(?:'([^']+)'|\b(\w+))!({CELL})", r'_other("\1\2", "\3")', formula[1:])
        code = re.sub(rf"({CELL}):({CELL})", r'_range("\1", "\2")', code)
        code = re.sub(rf'(?<!")\b({CELL})\b(?!")', r'_cell("\1")', code)
        cells = {"_cell": self.value, "_range": self._range, "_other": self._other}
        return eval(code, {"__builtins__": {}, **_FUNCTIONS, **cells})  # noqa: S307

    def _other(self, name: str, cell: str) -> Any:
        return Sheet(self.sheet.parent[name]).value(cell)

    def _range(self, first: str, last: str) -> list[Any]:
        return [self.value(cell.coordinate) for row in self.sheet[f"{first}:{last}"] for cell in row]
