"""Choosing reforms: from the library by group, edited in a table or as text, or uploaded; checked as they are chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pandas
import streamlit

from openfisca_goodwork import policy
from openfisca_goodwork.documents import LARGEST_FILE
from openfisca_goodwork.errors import ReformError
from openfisca_goodwork.number_formats import STATUSES
from openfisca_goodwork.policy import CheckReport, Reform
from openfisca_goodwork.reports import trail
from openfisca_goodwork.screens import reform_rows, render, widgets
from openfisca_goodwork.screens.costing_desk import checked
from openfisca_goodwork.screens.plain_text import plain
from openfisca_goodwork.screens.reform_rows import DAY, LAW, OUT, PATH, UNIT, VALUE

MAIN = "human-investment-super-deduction"
GROUPS = {
    "proposals": "Proposed",
    "foreign": "As abroad",
    "stress": "Stress test",
    "procurement": "Proposed for public contracts, no tax",
    "counterfactual": "What if",
    "history": "Enacted",
}
RELIEFS = ("proposals", "foreign", "stress")
CHOSEN = "reforms"
TEXT = "reform_text"
TEXT_START = "reform_to_edit"
HEIGHT = 420
IN_TABLE, AS_TEXT = "Edit in a table", "Edit as text (YAML)"

Reforms = tuple[Reform, ...]
TABLE_START, TITLE, TABLE, EDITION = "table_start", "table_title", "table_rows", "table_edition"
EMPTY_ROWS, LONGEST_VALUE, LONGEST_TITLE = 3, 60, 120
ROW_HEIGHT, MOST_ROWS_SHOWN = 35, 12
WIDTHS = {PATH: 265, DAY: 105, VALUE: 85, UNIT: 75, LAW: 95, OUT: 75}
state = streamlit.session_state


# --- the library ----------------------------------------------------------------------------------------------------


@streamlit.cache_resource(show_spinner=False)
def by_group() -> dict[str, list[Reform]]:
    """Every reform of the library by its group."""
    return policy.library_by_group()


@streamlit.cache_resource(show_spinner=False)
def reforms() -> dict[str, Reform]:
    """Every reform of the library by its name."""
    return {reform.name: reform for group in by_group().values() for reform in group}


@streamlit.cache_resource(show_spinner=False)
def _titles() -> dict[str, str]:
    return {
        reform.name: f"{GROUPS.get(group, group)}: {reform.title}"
        for group, listed in by_group().items()
        for reform in listed
    }


def title_with_group(name: str) -> str:
    """What a list of reforms calls one: its group and its title."""
    return _titles()[name]


def choose_relief(key: str, first: str = MAIN) -> str:
    """The name of the relief to set against current law; `first` is chosen to begin with."""
    names = [reform.name for group in RELIEFS for reform in by_group().get(group, [])]
    return streamlit.selectbox(
        "Relief to set against current law (none of them is law)",
        names,
        index=names.index(first),
        format_func=title_with_group,
        key=key,
    )


# --- one reform or several ------------------------------------------------------------------------------------------


def choose(first: Sequence[str]) -> Reforms:
    """Show the ways to choose, the choice, and what it changes; the reforms, none while something is wrong.

    Args:
        first: names of the library to begin with.
    """
    ways: dict[str, Callable[[], Reforms]] = {
        "From the library": partial(_from_library, list(first)),
        IN_TABLE: _in_table,
        AS_TEXT: _edited,
        "Upload a file": _uploaded,
    }
    way = streamlit.radio("Where the reform comes from", list(ways), horizontal=True, key="way")
    chosen = ways[way]()
    for reform in chosen:
        _card(reform)
    return chosen if chosen and _what_it_changes(chosen) else ()


def _from_library(first: list[str]) -> Reforms:
    names = streamlit.multiselect(
        "Reforms, each applied on top of the ones before it",
        list(reforms()),
        default=first,
        format_func=title_with_group,
        key=CHOSEN,
        placeholder="Choose a reform",
    )
    return tuple(reforms()[name] for name in names)


def _in_table() -> Reforms:
    report = edit_in_table()
    return () if report.reform is None else (report.reform,)


def _edited() -> Reforms:
    start = streamlit.selectbox(
        "Start from",
        list(reforms()),
        index=list(reforms()).index(MAIN),
        format_func=title_with_group,
        key=TEXT_START,
        on_change=_reset,
    )
    if TEXT not in streamlit.session_state:
        streamlit.session_state[TEXT] = reforms()[start].text
    text = streamlit.text_area("Reform (YAML)", height=HEIGHT, key=TEXT, max_chars=LARGEST_FILE)
    streamlit.caption(
        "Path, date, value. The text is checked when you leave the box or press Ctrl and Enter. It is read as data, never "
        "run, and kept for this visit only."
    )
    return _of_report(checked(text))


def _reset() -> None:
    """Put the text of the reform to start from into the box."""
    streamlit.session_state[TEXT] = reforms()[streamlit.session_state[TEXT_START]].text


def _uploaded() -> Reforms:
    file = streamlit.file_uploader(
        "Reform file (YAML, up to 1 MB)", type=["yaml", "yml"], key="upload", max_upload_size=LARGEST_FILE // 10**6
    )
    streamlit.caption("The file is read as data and never run. It is kept for this visit only and shown to nobody else.")
    return () if file is None else _of_report(checked(file.getvalue(), file.name))


def _of_report(report: CheckReport) -> Reforms:
    """The reform of a file that is good; its faults shown otherwise."""
    if report.reform is None:
        widgets.faults(report.faults)
        return ()
    streamlit.success("The reform has no faults.")
    return (report.reform,)


def _card(reform: Reform) -> None:
    """What a reform is, where it comes from, and that it is no law."""
    with streamlit.container(border=True):
        streamlit.markdown(f"### {plain(reform.title)}")
        streamlit.markdown(f"**{STATUSES[reform.status]}.** {plain(reform.summary)}")
        streamlit.markdown(f"Source: {plain(reform.source)}")
        if reform.notes:
            with streamlit.expander("Notes"):
                streamlit.markdown(plain(reform.notes))


def _what_it_changes(reforms: Reforms) -> bool:
    """The parameters that differ from current law; False where the reforms do not fit together."""
    try:
        changed = trail.parameters_changed(reforms)
    except ReformError as error:
        widgets.faults(error.faults)
        return False
    for warning in policy.advice_on(reforms):
        streamlit.warning(plain(warning.message))
    streamlit.markdown("### What it changes of current law")
    if not changed.rows:
        streamlit.info("Nothing: it says only what the law says already.")
        return True
    render.table(changed)
    return True


# --- a reform as a table --------------------------------------------------------------------------------------------


def edit_in_table() -> CheckReport:
    """The table, its faults above it, and the reform that it makes."""
    names = list(reforms())
    first = names.index(MAIN)
    streamlit.selectbox("Start from", names, first, title_with_group, key=TABLE_START, on_change=_begin)
    if TABLE not in state:
        _begin()
    start = reforms()[state[TABLE_START]]
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
    start = reforms()[state[TABLE_START]]
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
            # Text, as a date of the browser reads a day typed in full by the order of its own country.
            DAY: columns.TextColumn(DAY, max_chars=LONGEST_VALUE, width=WIDTHS[DAY]),
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
        file = f"{reform_rows.name_of(reform_rows.titled(title, start))}.yaml"
        streamlit.download_button(f"Download {file}", text, file, "application/yaml", on_click="ignore", key="table_yaml")
