"""A report as a page of the app: its sections under headings, and what can be downloaded of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import Any, Protocol

import pandas
import streamlit

from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.reports.sections import Figure, Medium, Note, Part, Report, Section, Style, Table
from openfisca_goodwork.reports.workbook import write_report
from openfisca_goodwork.screens import shown, taken_away
from openfisca_goodwork.screens.plain_text import plain


class Result(Protocol):
    """A result that has a report, and a table of all its figures."""

    @property
    def command(self) -> str:
        """The command that gives it again."""

    def to_dataframe(self) -> pandas.DataFrame:
        """Every figure, unrounded."""

    def summary(self) -> str:
        """It as text for a terminal."""


def sections(report: Report, leave_out: Collection[str] = ()) -> None:
    """Every section that pages show, under its finding or its question; folded up where it says so.

    Args:
        report: what is said. leave_out: names of sections that the page shows in a way of its own.
    """
    for place, one in enumerate(report.shown_on(Medium.SCREEN).sections):
        if one.name not in leave_out:
            section(one, is_first=place == 0)


def section(one: Section, *, is_first: bool = False) -> None:
    """A section; the first of a page has the larger heading."""
    heading = plain(one.finding or one.question)
    if one.folded:
        with streamlit.expander(heading):
            parts(one.parts)
        return
    (streamlit.header if is_first else streamlit.subheader)(heading)
    parts(one.parts)


def parts(listed: Sequence[Part]) -> None:
    """Tables, charts, and notes, those in a row that are points as one list."""
    for is_points, group in groupby(listed, key=_is_point):
        if is_points:
            streamlit.markdown("\n".join(_points(group)))
        else:
            for one in group:
                part(one)


def _is_point(one: Part) -> bool:
    return isinstance(one, Note) and one.style is Style.POINT


def _points(notes: Iterator[Any]) -> Iterator[str]:
    return (f"- {plain(one.text)}" for one in notes)


def part(one: Part) -> None:
    """A table, a note, or a chart that has something to show."""
    match one:
        case Table():
            table(one)
        case Note(text=text, style=Style.CODE):
            streamlit.code(text, language=None, wrap_lines=True)
        case Note(text=text, style=Style.SMALL):
            streamlit.caption(plain(text))
        case Note(text=text, style=style):
            streamlit.markdown(f"**{plain(text)}**" if style is Style.STRONG else plain(text))
        case Figure():
            figure(one)


def table(one: Table) -> None:
    """A table with its figures at the right; what it says where it has no rows."""
    if not one.rows:
        streamlit.markdown(plain(one.empty))
        return
    cells = pandas.DataFrame(list(one.texts()), columns=[column.name for column in one.columns])
    shown.texts(cells.T if one.turned else cells, one.caption)


def figure(one: Figure) -> None:
    """A chart under its finding, with its figures; nothing where there is nothing to draw."""
    chart = one.draw()
    if chart is not None:
        names = {field: column.name for field, column in one.columns.items()}
        formats = {column.name: column.kind.write for column in one.columns.values() if column.kind.is_figure}
        shown.chart(chart, one.name, form=(names, formats))


def downloads(report: Report, result: Result) -> None:
    """Buttons for every figure as CSV and for the workbook."""
    with streamlit.container(horizontal=True):
        csv = csv_of(result.to_dataframe())
        streamlit.download_button("Download every figure (CSV)", csv, f"{report.stem}.csv", "text/csv", on_click="ignore")
        taken_away.workbook("Download the workbook", write_report, report, f"{report.stem}.xlsx")
