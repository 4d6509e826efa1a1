"""The errors of the fit on the sheet of a costing's workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openfisca_goodwork.population.report import BlockFit, in_words
from openfisca_goodwork.reports.workbook import Page

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


def block_cells(one: BlockFit) -> Mapping[str, tuple[Any, str]]:
    """A block of the fit: each column with its value and style."""
    values = (
        *((one.block, ""), (one.role, ""), (one.figures, "number")),
        *((one.aggregate, "percentage"), (one.mean, "percentage"), (one.worst, "percentage"), (one.worst_target, "")),
        *((one.bound, "percentage"), (one.is_met, ""), (one.within, "number"), (in_words(one.statuses), "")),
        (one.note, ""),
    )
    return dict(zip(BLOCKS, values, strict=True))


def write_cells(page: Page, values: Mapping[str, tuple[Any, str]]) -> None:
    """Write a row of values, each with its style."""
    for column, (value, style) in enumerate(values.values()):
        page.put(column, value, style=style)
    page.row += 1
