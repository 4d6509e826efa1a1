"""A report on a page: its sections under their headings or folded up, tables, notes, charts with their figures and files."""

from __future__ import annotations

import pandas
import streamlit

from openfisca_goodwork.reports.sections import Figure, Medium, Note, Part, Section, Style, Table
from openfisca_goodwork.screens import shown as widgets
from openfisca_goodwork.screens.plain_text import plain


def section(shown: Section) -> None:
    """A section of a report: folded up under its question, or beneath it."""
    if shown.folded:
        with streamlit.expander(shown.question):
            parts(shown)
    else:
        streamlit.markdown(f"#### {plain(shown.question)}")
        parts(shown)


def parts(shown: Section) -> None:
    """The parts of a section, without a heading."""
    for one in shown.shown_on(Medium.SCREEN).parts:
        part(one, finding=shown.finding)


def part(shown: Part, *, finding: str = "") -> None:
    """A table, a note or a chart; `finding` stands above it already."""
    match shown:
        case Note():
            note(shown)
        case Table():
            table(shown)
        case Figure():
            figure(shown, finding=finding)


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
            streamlit.markdown(f"- {plain(shown.text)}")
        case Style.PLAIN:
            streamlit.markdown(plain(shown.text))


def figure(shown: Figure, *, finding: str = "") -> None:
    """A chart with its figures and its files; its title is left out where the page says it already."""
    chart = shown.draw()
    if chart is None:
        return
    names = {name: column.name for name, column in shown.columns.items()}
    formats = {column.name: column.kind.write for column in shown.columns.values() if column.kind.is_figure}
    widgets.chart(chart, shown.name, titled=chart.title != finding, form=(names, formats))


def table(shown: Table) -> None:
    """A table with its figures at the right; what it says where it is empty."""
    seen = shown.shown_on(Medium.SCREEN)
    if not seen.rows:
        streamlit.markdown(plain(seen.empty))
        return
    widgets.texts(pandas.DataFrame(list(seen.texts()), columns=[column.name for column in seen.columns]), seen.caption)
