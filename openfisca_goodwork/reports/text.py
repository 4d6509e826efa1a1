"""A report as text for a terminal: findings first, tables with their figures at the right, long lines broken."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import pairwise

from openfisca_goodwork.reports.sections import Column, Figure, Medium, Note, Part, Report, Section, Style, Table

WIDTH = 120
_NAMES, _FIGURES, _GAP, _INDENT = 38, 11, 2, "  "


def render(report: Report) -> str:
    """The report as text: a block a section, with an empty line between blocks."""
    return "\n\n".join("\n".join(_section(section)) for section in report.shown_on(Medium.TERMINAL).sections)


def _section(section: Section) -> Iterator[str]:
    yield from section.finding.splitlines()
    has_table = False
    for before, part in pairwise((None, *section.parts)):
        is_apart = isinstance(before, Table) and isinstance(part, Note) and part.style is Style.PLAIN
        if is_apart or (has_table and isinstance(part, Table) and part.caption):
            yield ""
        if part is not None:
            yield from _part(part)
        has_table = has_table or isinstance(part, Table)


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
    cells = [max(map(len, column)) for column in zip(*texts, strict=True)]
    heads = [list(_heading(column, width)) for column, width in zip(shown.columns, cells, strict=True)]
    widths = [max(width, *map(len, head)) for width, head in zip(cells, heads, strict=True)]
    places = _places(widths, shown.columns)
    depth = max(map(len, heads)) if any(head != [""] for head in heads) else 0
    for line in range(depth):
        yield _line([head[line - depth] if len(head) >= depth - line else "" for head in heads], places, shown.columns)
    yield from (_line(cells, places, shown.columns) for cells in texts)


def _heading(column: Column, width: int) -> Iterator[str]:
    """The name of a column; of one with figures in several lines, no wider than these where its words allow."""
    name = column.name.strip()
    if name and column.kind.is_figure:
        yield from textwrap.wrap(name, max(width, _FIGURES - _GAP), break_on_hyphens=False, break_long_words=False)
    else:
        yield name


def _places(widths: Sequence[int], columns: Sequence[Column]) -> list[int]:
    """How wide each column stands: figures at least so wide, the first before them as far as the line has room."""
    is_figure = [column.kind.is_figure for column in columns]
    if not any(is_figure):
        return list(widths)
    full = [max(width + _GAP, _FIGURES) if figure else width for width, figure in zip(widths, is_figure, strict=True)]
    close = [width + _GAP if figure else width for width, figure in zip(widths, is_figure, strict=True)]
    gaps = _GAP * is_figure[1:].count(False)
    places = full if sum(full) + gaps <= WIDTH else close
    return [max(places[0], min(_NAMES, WIDTH - gaps - sum(places[1:]))), *places[1:]]


def _line(cells: Sequence[str], places: Sequence[int], columns: Sequence[Column]) -> str:
    placed = []
    for number, (cell, place, column) in enumerate(zip(cells, places, columns, strict=True)):
        if column.kind.is_figure:
            placed.append(f"{cell:>{place}}")
        else:
            placed.append(f"{'' if number == 0 else ' ' * _GAP}{cell:<{place}}")
    return "".join(placed).rstrip()


def _wrapped(text: str) -> str:
    """A line broken where it is too long; what follows of an indented line stands further in than its beginning."""
    indent = text[: len(text) - len(text.lstrip())]
    indent += _INDENT if indent else ""
    return textwrap.fill(text, WIDTH, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
