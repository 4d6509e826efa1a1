"""A report on a page: its sections under their headings or folded up, tables, notes, charts with their figures and files."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, Protocol

import pandas
import streamlit

from openfisca_goodwork.number_formats import SOURCE, TEXT, written
from openfisca_goodwork.reports.sections import Cell, Column, Figure, Medium, Note, Part, Report, Row, Section, Style, Table
from openfisca_goodwork.reports.workbook import write_report
from openfisca_goodwork.screens import downloads, page_tables, widgets
from openfisca_goodwork.screens.widgets import heading, plain

YEARS = "Financial year"
LONGEST_CELL = 60  # characters of a cell of a table; what is longer is a sentence


class Tabular(Protocol):
    """A result with a table of all its figures."""

    def to_dataframe(self) -> pandas.DataFrame:
        """Every figure, unrounded."""


def sections(report: Report, leave_out: Collection[str] = (), *, is_page: bool = True) -> None:
    """Every section that pages show, under its finding or its question; folded up where it says so.

    Args:
        report: what is said. leave_out: names of sections that the page shows in a way of its own.
        is_page: whether the page is of nothing else, so that its first section has the larger heading.
    """
    for place, held in enumerate(report.shown_on(Medium.SCREEN).sections):
        if held.name in leave_out:
            continue
        if held.folded:
            section(held)
            continue
        write = streamlit.header if is_page and place == 0 else streamlit.subheader
        write(heading(held.finding or held.question))
        parts(held)


def files(report: Report, result: Tabular) -> None:
    """Buttons for every figure as CSV and for the workbook."""
    with streamlit.container(horizontal=True):
        downloads.offer("Download every figure (CSV)", result.to_dataframe(), f"{report.stem}.csv")
        downloads.workbook("Download the workbook", write_report, report, f"{report.stem}.xlsx")


def section(shown: Section) -> None:
    """A section of a report: folded up under its question, or beneath it."""
    if shown.folded:
        with streamlit.expander(shown.question):
            parts(shown)
    else:
        streamlit.markdown(f"#### {heading(shown.question)}")
        parts(shown)


def parts(shown: Section) -> None:
    """The parts of a section, without a heading."""
    for is_list, held in groupby(shown.shown_on(Medium.SCREEN).parts, _is_point):
        if is_list:
            points(each.text for each in held if isinstance(each, Note))
        else:
            for each in held:
                part(each, finding=shown.finding)


def part(shown: Part, *, finding: str = "") -> None:
    """A table, a note or a chart; `finding` stands above it already."""
    match shown:
        case Note():
            note(shown)
        case Table():
            table(shown)
        case Figure():
            figure(shown, finding=finding)


def _is_point(shown: Part) -> bool:
    return isinstance(shown, Note) and shown.style is Style.POINT


def points(texts: Iterable[str]) -> None:
    """Points that follow each other, in one list: apart, each would be a list of its own, with a gap between."""
    streamlit.markdown("\n".join(f"- {plain(text)}" for text in texts))


def note(shown: Note) -> None:
    """A paragraph, as it was written."""
    match shown.style:
        case Style.CODE:
            streamlit.code(shown.text, language=None, wrap_lines=True)
        case Style.SMALL:
            streamlit.caption(plain(shown.text))
        case Style.STRONG:
            streamlit.markdown(f"**{plain(shown.text)}**")
        case Style.POINT:
            points((shown.text,))
        case Style.PLAIN:
            streamlit.markdown(plain(shown.text))


def figure(shown: Figure, *, finding: str = "", level: int = 4) -> None:
    """A chart with its figures and files; its title, a heading of this level, is left out where the page says it already."""
    chart = shown.draw()
    if chart is None:
        return
    names = {name: column.name for name, column in shown.columns.items()}
    formats: dict[Any, Any] = {column.name: column.kind.write for column in shown.columns.values() if column.kind.is_figure}
    widgets.chart(chart, shown.name, titled=chart.title != finding, form=(names, formats), level=level)


def picture(pictures: Mapping[str, Figure], question: str, key: str) -> None:
    """One of several pictures, chosen by what it shows."""
    name = streamlit.selectbox(question, list(pictures), key=key)
    if name is not None:
        figure(pictures[name])


def table(shown: Table) -> None:
    """A table, totals in bold; what it says where it is empty; long sources folded up beneath it, each once."""
    seen = shown.shown_on(Medium.SCREEN)
    if not seen.rows:
        streamlit.markdown(plain(seen.empty))
        return
    sources = [place for place, column in enumerate(seen.columns) if column.kind is SOURCE]
    rows, columns = list(seen.lines()), [column for column in seen.columns if column.kind is not SOURCE]
    cells = [[cell for place, cell in enumerate(row.cells) if place not in sources] for row in rows]
    if seen.turned:
        _turned(seen, rows)
    elif _is_prose(seen):
        _records(seen)
    elif _is_plain(rows, columns):
        _numbers(seen.caption, rows, columns, cells)
    else:
        texts = [[text for place, text in enumerate(row) if place not in sources] for row in seen.texts()]
        _texts(seen.caption, rows, columns, texts)
    if sources:
        with streamlit.expander("Sources"):
            for place in sources:
                if len(sources) > 1:
                    streamlit.markdown(f"*{plain(seen.columns[place].name)}*")
                widgets.sources((row[0], row[place]) for row in seen.texts())


def _is_plain(rows: Sequence[Row], columns: Sequence[Column]) -> bool:
    """Whether each column of figures has one kind throughout, so that it is a column of numbers."""
    own = any(isinstance(cell, Cell) for row in rows for cell in row.cells) or any(row.kind for row in rows)
    return not own and any(column.kind.is_figure for column in columns)


def _is_prose(shown: Table) -> bool:
    """Whether several columns hold sentences, which a table would break after every word on a phone."""
    columns = zip(shown.columns, zip(*shown.texts(), strict=True), strict=True)
    lengths = [max(map(len, cells)) for column, cells in columns if column.kind is not SOURCE]
    return sum(length > LONGEST_CELL for length in lengths[1:]) > 1


def _records(shown: Table) -> None:
    """Each row under its name, its other cells as points, each under the name of its column."""
    for name, *cells in shown.texts():
        points = [
            f"- *{plain(column.name)}:* {plain(cell)}"
            for column, cell in zip(shown.columns[1:], cells, strict=True)
            if cell and column.kind is not SOURCE
        ]
        streamlit.markdown("\n".join((f"**{plain(name)}**", "", *points)))


def _numbers(caption: str, rows: Sequence[Row], columns: Sequence[Column], cells: Sequence[Sequence[Any]]) -> None:
    kinds = [column.kind for column in columns[1:]]
    texts = [
        [cell if kind.is_figure else written(cell, kind) for cell, kind in zip(row[1:], kinds, strict=True)] for row in cells
    ]
    shown = pandas.DataFrame([[_name(row), *rest] for row, rest in zip(rows, texts, strict=True)])
    shown.columns = [_heading(column.name) for column in columns]
    formats: dict[Any, Any] = {_heading(column.name): _writer(column) for column in columns if column.kind.is_figure}
    for name in formats:
        shown[name] = shown[name].astype(float)
    page_tables.table(shown.style.format(formats), caption)


def _turned(shown: Table, rows: Sequence[Row]) -> None:
    """A few measures by financial year: one row a year."""
    years = shown.columns[1:]
    by_name = {_name(row): [math.nan if cell is None else cell for cell in row.cells[1:]] for row in rows}
    turned = pandas.DataFrame({YEARS: [year.name for year in years], **by_name})
    writers = {_name(row): _writer(Column("", row.kind or years[0].kind)) for row in rows}
    formats: dict[Any, Any] = dict(writers)
    page_tables.table(turned.style.format(formats), shown.caption)


def _texts(caption: str, rows: Sequence[Row], columns: Sequence[Column], texts: Sequence[Sequence[str]]) -> None:
    named = [[_name(row), *(plain(text) for text in rest)] for row, (_, *rest) in zip(rows, texts, strict=True)]
    widgets.texts(pandas.DataFrame(named, columns=[_heading(column.name) for column in columns]), caption, str)


def _name(row: Row) -> str:
    """The name of a row, in bold for a total."""
    first = row.cells[0]
    text = plain(written(first.value, first.kind or TEXT) if isinstance(first, Cell) else written(first, TEXT))
    return f"**{text}**" if row.is_total else text


def _heading(name: str) -> str:
    """The name of a column; a year among words stays in one line, and a year alone does in any case."""
    return heading(name) if " " in name else plain(name)


def _writer(column: Column) -> Any:
    """How the numbers of a column are written; a dash for one that is missing."""
    return lambda number: written(None if number != number else number, column.kind)  # noqa: PLR0124 - not a number
