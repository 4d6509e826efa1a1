"""How a company's text lays out figures: labels to the left, columns to the right, pounds and pence."""

from __future__ import annotations

from collections.abc import Iterator

PENNY = 0.005
_BETWEEN_COLUMNS = 3
_PENCE = 100

Row = tuple[str, list[str]]


def aligned(rows: list[Row]) -> Iterator[str]:
    """Labels to the left, figures to the right, each column as wide as it has to be."""
    left = max(len(label) for label, cells in rows if cells)
    right = max(len(cell) for _label, cells in rows for cell in cells) + _BETWEEN_COLUMNS
    for label, cells in rows:
        yield f"{label:<{left}}{''.join(f'{cell:>{right}}' for cell in cells)}".rstrip()


def figure(amount: float) -> str:
    """An amount in a column, to the penny; never minus nothing."""
    return f"{round(amount, 2) + 0.0:,.2f}"


def pounds(amount: float) -> str:
    """An amount in a sentence."""
    return f"£{amount:,.2f}"


def pence(share: float) -> str:
    """A share of £1, in pence to the hundredth."""
    return f"{share * _PENCE:.2f}p"


def lower_first(label: str) -> str:
    """A label inside a sentence or under another one."""
    return f"{label[0].lower()}{label[1:]}"
