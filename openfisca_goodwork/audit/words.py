"""How figures of the audit are written for people."""

from __future__ import annotations

from openfisca_goodwork.audit.cells import MODELLED, NOT_HELD, Cell
from openfisca_goodwork.audit.indicators import BY_NAME, JOBS

THOUSAND, MILLION, BILLION = 1e3, 1e6, 1e9
MARK = "m"
NONE = "-"


def number(value: float, decimals: int) -> str:
    """A number with commas and so many decimals."""
    return f"{value:,.{decimals}f}"


def in_cell(cell: Cell) -> str:
    """A cell of a table: the figure, m where it is modelled, its rank in brackets; a dash where it is not held."""
    if cell.status == NOT_HELD or cell.value is None:
        return NONE
    if cell.indicator == JOBS:
        return f"{number(cell.value / THOUSAND, 0)}k{MARK}"
    shown = number(cell.value, BY_NAME[cell.indicator].decimals) + (MARK if cell.status == MODELLED else "")
    return shown if cell.rank is None else f"{shown} ({cell.rank})"


def jobs(value: float | None) -> str:
    """Jobs in thousands."""
    return NONE if value is None else f"{number(value / THOUSAND, 0)}k"


def measured(value: float, unit: str, decimals: int) -> str:
    """A figure with its unit: `15.9%`, `£578`."""
    if unit.startswith("GBP"):
        return f"£{number(value, decimals)}"
    return f"{number(value, decimals)}{'%' if unit.startswith('%') else ''}"


def millions(pounds: float) -> str:
    """£ million, without decimals from ten on."""
    amount = pounds / MILLION
    return number(amount, 0 if abs(amount) >= 10 else 1)


def count(value: float) -> str:
    """A number of companies, rounded to three figures as nobody counted them."""
    if abs(value) < THOUSAND:
        return number(value, 0)
    return f"{number(value / THOUSAND, 1 if abs(value) < 100 * THOUSAND else 0)}k"
