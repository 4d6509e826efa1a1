"""Editing a reform in a table: a row for each value and day, beside its unit and current law; checked as it is typed."""

from __future__ import annotations

from typing import Any

import pandas
import streamlit

from openfisca_goodwork.policy import CheckReport, Reform
from openfisca_goodwork.screens import reform_rows, shelf, widgets
from openfisca_goodwork.screens.reform_rows import DAY, LAW, OUT, PATH, UNIT, VALUE

START, TITLE, TABLE, EDITION = "table_start", "table_title", "table_rows", "table_edition"
EMPTY_ROWS, LONGEST_VALUE, LONGEST_TITLE = 3, 60, 120
ROW_HEIGHT, MOST_ROWS_SHOWN = 35, 12
WIDTHS = {PATH: 265, DAY: 105, VALUE: 85, UNIT: 75, LAW: 95, OUT: 75}
state = streamlit.session_state


def edit() -> CheckReport:
    """The table, its faults above it, and the reform that it makes."""
    names = list(shelf.reforms())
    first = names.index(shelf.MAIN)
    streamlit.selectbox("Start from", names, first, shelf.title_with_group, key=START, on_change=_begin)
    if TABLE not in state:
        _begin()
    start = shelf.reforms()[state[START]]
    title = streamlit.text_input("Title of your reform", key=TITLE, max_chars=LONGEST_TITLE)
    above = streamlit.container()
    typed = _grid()
    report = reform_rows.examined(typed, start, title or "")
    with above:
        if report.faults:
            widgets.faults(report.faults, "Mend the rows, and they are checked again.")
        else:
            streamlit.success("The table has no faults.")
    _below(typed, start, title or "")
    return report


def _begin() -> None:
    """Put the values of the reform to start from into the table."""
    start = shelf.reforms()[state[START]]
    state[TITLE] = f"{start.title}, edited"
    _lay_out(reform_rows.table_of(start, EMPTY_ROWS))


def _lay_out(table: pandas.DataFrame) -> None:
    """A grid of these rows, with nothing typed into it yet."""
    state[TABLE], state[EDITION] = table, state.get(EDITION, 0) + 1


def _key() -> str:
    return f"table_grid_{state[EDITION]}"


def _typed() -> pandas.DataFrame:
    """The rows with what has been typed into the grid since they were laid out."""
    changes: Any = state.get(_key()) or {}
    return reform_rows.edited(state[TABLE], changes.get("edited_rows", {}))


def _grid() -> pandas.DataFrame:
    """The grid: units and current law follow what is typed, and nobody can type into them."""
    typed = _typed()
    columns = streamlit.column_config
    streamlit.data_editor(
        reform_rows.beside_law(typed).assign(**{name: state[TABLE][name] for name in reform_rows.TYPED}),
        key=_key(),
        num_rows="fixed",
        hide_index=True,
        height=ROW_HEIGHT * (min(len(typed), MOST_ROWS_SHOWN) + 1) + 2,
        alt="The values that the reform sets: parameter, first day, value, unit, and the value of current law on that day",
        column_config={
            PATH: columns.SelectboxColumn(
                PATH, options=reform_rows.paths(), format_func=reform_rows.named, width=WIDTHS[PATH]
            ),
            DAY: columns.DateColumn(DAY, format="YYYY-MM-DD", width=WIDTHS[DAY]),
            VALUE: columns.TextColumn(VALUE, max_chars=LONGEST_VALUE, width=WIDTHS[VALUE]),
            UNIT: columns.TextColumn(UNIT, disabled=True, width=WIDTHS[UNIT]),
            LAW: columns.TextColumn(LAW, disabled=True, width=WIDTHS[LAW]),
            OUT: columns.CheckboxColumn(OUT, width=WIDTHS[OUT]),
        },
    )
    return typed


def _more() -> None:
    """Empty rows beneath those that say something."""
    _lay_out(reform_rows.extended(_typed(), EMPTY_ROWS))


def _below(typed: pandas.DataFrame, start: Reform, title: str) -> None:
    streamlit.button("Clear removed rows, and add empty ones", on_click=_more, key="table_more")
    streamlit.caption(
        "A value holds from its day until the next day of the same parameter, or for good. Type 30% or 0.30, £250,000 or "
        "250k, yes or no; “current law” gives the parameter back to current law, “no limit” is no limit. "
        "What you type is kept for this visit only."
    )
    with streamlit.expander("The same as text (YAML)"):
        text = reform_rows.text_of(typed, start, title)
        streamlit.code(text, language="yaml", wrap_lines=True)
        file = f"{start.name}.yaml"
        streamlit.download_button(f"Download {file}", text, file, "application/yaml", on_click="ignore", key="table_yaml")
