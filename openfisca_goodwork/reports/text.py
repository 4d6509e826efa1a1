"""A report as text for a terminal: findings first, tables with their figures at the right, long lines broken."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import pairwise

from openfisca_goodwork.reports.sections import Column, Figure, Medium, Note, Part, Report, Section, Style, Table

WIDTH = 120
_NAMES, _FIGURES, _GAP, _INDENT = 38, 11, 2, "  "


def render(report: Report) -> str:
    """The report as text: a block a section, with an empty line between blocks."""
    return "\n\n".join("\n".join(_section(section)) for section in report.shown_on(Medium.TERMINAL).sections)


def _section(section: Section) -> Iterator[str]:
    yield from section.finding.splitlines()
    for before, part in pairwise((None, *section.parts)):
        if isinstance(before, Table) and isinstance(part, Note) and part.style is Style.PLAIN:
            yield ""
        if part is not None:
            yield from _part(part)


def _part(part: Part) -> Iterator[str]:
    match part:
        case Note(text=text, style=style):
            yield text if style is Style.CODE else "\n".join(map(_wrapped, text.splitlines()))
        case Table():
            yield from table(part)
        case Figure():
            pass


def table(shown: Table) -> Iterator[str]:
    """A table line by line: caption, headings where columns have names, rows; what it says where it is empty."""
    if shown.caption:
        yield _wrapped(shown.caption)
    texts = [[_INDENT * row.indent + cells[0], *cells[1:]] for row, cells in zip(shown.lines(), shown.texts(), strict=True)]
    if not texts:
        yield shown.empty
        return
    names = [column.name.strip() for column in shown.columns]
    widths = [max(map(len, cells)) for cells in zip(names, *texts, strict=True)]
    if any(names):
        yield _line(names, widths, shown.columns)
    yield from (_line(cells, widths, shown.columns) for cells in texts)


def _line(cells: list[str], widths: list[int], columns: tuple[Column, ...]) -> str:
    has_figures = any(column.kind.is_figure for column in columns)
    placed = []
    for place, (cell, width, column) in enumerate(zip(cells, widths, columns, strict=True)):
        if column.kind.is_figure:
            placed.append(f"{cell:>{max(width + _GAP, _FIGURES)}}")
        else:
            least = _NAMES if place == 0 and has_figures else width
            placed.append(f"{'' if place == 0 else ' ' * _GAP}{cell:<{max(width, least)}}")
    return "".join(placed).rstrip()


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_on_hyphens=False, break_long_words=False)
