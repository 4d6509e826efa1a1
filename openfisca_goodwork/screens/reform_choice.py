"""Choosing the reforms to cost: from the library, edited in a table or as text, or uploaded; checked as it is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit

from openfisca_goodwork import policy
from openfisca_goodwork.documents import LARGEST_FILE
from openfisca_goodwork.errors import ReformError
from openfisca_goodwork.number_formats import STATUSES
from openfisca_goodwork.policy import CheckReport, Reform
from openfisca_goodwork.reports import trail
from openfisca_goodwork.screens import reform_table, render, shelf, widgets
from openfisca_goodwork.screens.costing_desk import checked
from openfisca_goodwork.screens.plain_text import plain

CHOSEN = "reforms"
TEXT = "reform_text"
START = "reform_to_edit"
HEIGHT = 420
IN_TABLE, AS_TEXT = "Edit in a table", "Edit as text (YAML)"

Reforms = tuple[Reform, ...]


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
        "Reforms, each laid upon the ones before it",
        list(shelf.reforms()),
        default=first,
        format_func=shelf.title_with_group,
        key=CHOSEN,
        placeholder="Choose a reform",
    )
    return tuple(shelf.reforms()[name] for name in names)


def _in_table() -> Reforms:
    report = reform_table.edit()
    return () if report.reform is None else (report.reform,)


def _edited() -> Reforms:
    start = streamlit.selectbox(
        "Start from",
        list(shelf.reforms()),
        index=list(shelf.reforms()).index(shelf.MAIN),
        format_func=shelf.title_with_group,
        key=START,
        on_change=_reset,
    )
    if TEXT not in streamlit.session_state:
        streamlit.session_state[TEXT] = shelf.reforms()[start].text
    text = streamlit.text_area("Reform (YAML)", height=HEIGHT, key=TEXT, max_chars=LARGEST_FILE)
    streamlit.caption(
        "Path, date, value. The text is checked when you leave the box or press Ctrl and Enter. It is read as data, never "
        "run, and kept for this visit only."
    )
    return _of_report(checked(text))


def _reset() -> None:
    """Put the text of the reform to start from into the box."""
    streamlit.session_state[TEXT] = shelf.reforms()[streamlit.session_state[START]].text


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
    for one in policy.advice_on(reforms):
        streamlit.warning(plain(one.message))
    streamlit.markdown("### What it changes of current law")
    if not changed.rows:
        streamlit.info("Nothing: it says only what the law says already.")
        return True
    render.table(changed)
    return True
