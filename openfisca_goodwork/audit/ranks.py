"""Places beside each other: rank, gap to the United Kingdom, gap to the median place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median

from openfisca_goodwork.audit.cells import ALL, MODELLED, UK, Cell
from openfisca_goodwork.audit.indicators import BY_NAME, HIGHER
from openfisca_goodwork.audit.observed import of_uk


def ranked(cells: Iterable[Cell]) -> list[Cell]:
    """The cells with ranks and gaps: regions beside regions, section by section; sections of the country beside each other.

    Only what is of one year and status is ranked together, and nothing that stands alone.
    """
    listed = list(cells)
    groups: dict[tuple[str, ...], list[Cell]] = defaultdict(list)
    for cell in listed:
        groups[_group(cell)].append(cell)
    modelled = {(one.indicator, one.section): one.value for one in listed if one.status == MODELLED and one.place == UK}
    return [_told(cell, groups[_group(cell)], modelled) for cell in listed]


def _group(cell: Cell) -> tuple[str, ...]:
    """What a cell is ranked with: regions of a section, or the sections of the whole country."""
    kind = ("sections",) if cell.place == UK and cell.section != ALL else ("regions", cell.section)
    return (cell.indicator, cell.status, cell.year, *kind, *(["whole"] if (cell.place, cell.section) == (UK, ALL) else []))


def _told(cell: Cell, beside: Sequence[Cell], modelled: dict[tuple[str, str], float | None]) -> Cell:
    if cell.value is None or (cell.place, cell.section) == (UK, ALL):
        return cell
    section = ALL if cell.place == UK else cell.section
    uk = modelled.get((cell.indicator, section)) if cell.status == MODELLED else None
    if cell.status != MODELLED and section == ALL:
        uk = of_uk(cell.indicator, cell.year)
    better = BY_NAME[cell.indicator].better
    if not better:
        return cell
    told = replace(cell, uk=uk, gap=None if uk is None else cell.value - uk)
    values = [one.value for one in beside if one.value is not None]
    if len(values) < 2:
        return told
    ahead = sum(value > cell.value if better == HIGHER else value < cell.value for value in values)
    return replace(told, rank=ahead + 1, ranked=len(values), median_gap=cell.value - median(values))
