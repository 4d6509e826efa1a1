"""Choosing reforms: one draft, begun from the library or blank, changed by levers, in a table, as text or from a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pandas
import streamlit

from openfisca_goodwork import policy
from openfisca_goodwork.desk.costing_desk import checked
from openfisca_goodwork.documents import LARGEST_FILE
from openfisca_goodwork.errors import Fault, ReformError, counted
from openfisca_goodwork.number_formats import STATUSES
from openfisca_goodwork.policy import Reform
from openfisca_goodwork.policy.check import ASSUMPTIONS
from openfisca_goodwork.policy.vocabulary import current_vocabulary
from openfisca_goodwork.reports import trail
from openfisca_goodwork.reports.sections import Table
from openfisca_goodwork.screens import downloads, levers, page_tables, reform_draft, render, widgets
from openfisca_goodwork.screens.reform_draft import BLANK, DAY, LAW, LONGEST_TITLE, OUT, PATH, UNIT, VALUE, Draft
from openfisca_goodwork.screens.widgets import plain

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
HEIGHT = 420
LEVERS, IN_TABLE, AS_TEXT, FROM_FILE = WAYS = ("Main levers", "Table", "Text (YAML)", "File")
BACK = "Back to the reform as it is in the library"
ABOLISHED = " (abolished)"  # for whoever searches the list for that word
BLANK_TITLE = "Blank: start from current law"

Reforms = tuple[Reform, ...]
# In the session: the draft, the own one that another replaced, the way of editing, and how often the editors, the list of
# reforms and the table were laid out.
DRAFT, PUT_ASIDE, WAY, EDITION = "draft", "draft_put_aside", "way", "draft_edition"
START, TABLE, TABLE_TEXT, FAULTS_OF_FILE = "draft_start", "table_rows", "table_text", "file_faults"
REFUSED = "lever_refused"
CHANGED = "reform_changes"  # whether the box with what the reforms change is open
EMPTY_ROWS, LONGEST_VALUE = 3, 60
ROW_HEIGHT, MOST_ROWS_SHOWN = 35, 12
WIDTHS = {PATH: 203, DAY: 105, VALUE: 85, UNIT: 75, LAW: 95, OUT: 102}
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
        reform.name: f"{GROUPS.get(group, group)}: {reform.title}{ABOLISHED if reform.title.startswith('No ') else ''}"
        for group, listed in by_group().items()
        for reform in listed
    }


def title_with_group(name: str) -> str:
    """What a list of reforms calls one: its group and its title."""
    return BLANK_TITLE if name == BLANK else _titles()[name]


def reliefs() -> list[str]:
    """Names of the reliefs that a company can choose."""
    return [reform.name for group in RELIEFS for reform in by_group().get(group, [])]


def choose_relief(key: str, first: str = MAIN) -> str:
    """The name of the relief to set against current law; `first` is chosen to begin with."""
    state.setdefault(key, first)
    return streamlit.selectbox(
        "Relief to set against current law (none of them is law)", reliefs(), format_func=title_with_group, key=key
    )


# --- the draft ------------------------------------------------------------------------------------------------------


def draft() -> Draft:
    """The draft of this visit, as it stands."""
    return state.get(DRAFT, Draft(MAIN))


def put(made: Draft, *, is_edited: bool = False, is_picked: bool = False) -> None:
    """Keep a draft in the session. The editors and the list of reforms are drawn anew, unless they made the change."""
    state[DRAFT] = made
    if not is_edited:
        state[EDITION] = state.get(EDITION, -1) + 1
        if not is_picked:
            state[START] = state.get(START, -1) + 1


def _key(name: str, counted_by: str = EDITION) -> str:
    edition = state.get(counted_by, 0)
    return f"{name}_{edition}" if edition else name


def pick() -> None:
    """The reform to begin with, which replaces the draft; an edited one is put aside and can be brought back."""
    names, key = [*reforms(), BLANK], _key("start", START)
    streamlit.selectbox(
        "Reform (type to search; a new choice replaces what is here)",
        names,
        index=names.index(draft().start),
        format_func=title_with_group,
        key=key,
        on_change=lambda: _replace(Draft(state[key]), is_picked=True),
    )


def _replace(made: Draft, *, is_picked: bool = False) -> None:
    if draft().text:
        state[PUT_ASIDE] = draft()
    put(made, is_picked=is_picked)


def take_typed_rows() -> None:
    """Take into the draft what was typed into the table since the last run of the page."""
    if state.get(WAY) == IN_TABLE and TABLE in state and state.get(TABLE_TEXT) == draft().source:
        entries = reform_draft.entries_of(_typed(), draft().entries)
        if entries != draft().entries:
            put(draft().with_entries(entries), is_edited=True)
            state[TABLE_TEXT] = draft().source


def show_draft() -> None:
    """What the draft is, whether it is law, and its faults."""
    made = draft()
    if made.text and made.start != BLANK:
        streamlit.button(BACK, on_click=lambda: _replace(replace(made, text="")), key="back_to_library")
    if PUT_ASIDE in state:
        title = plain(reform_draft.heading_in(state[PUT_ASIDE].text).title)
        streamlit.button(f"Bring back: {title}", on_click=lambda: put(state.pop(PUT_ASIDE)), key="bring_back")
    if made.is_empty:
        streamlit.info("Nothing is changed yet. Open “Change this reform”, and choose the parameter to change first.")
    if made.report.faults:
        _faults(made)
    for reform in made.reforms:
        streamlit.markdown(f"**{plain(reform.title)}.** {STATUSES[reform.status]}. {plain(reform.summary)}")


def _faults(made: Draft) -> None:
    way = state.get(WAY, LEVERS)
    if way == LEVERS and (unread := levers.unread_days(made.entries)):
        streamlit.error(f"There is a problem. {plain(unread)}")
        return
    if way == IN_TABLE and TABLE in state:
        heading = reform_draft.heading_in(made.source)
        listed = reform_draft.examined(_typed(), heading, made.entries).faults
    elif way == LEVERS and made.entries:
        listed = levers.faults_of(made)
    else:
        listed = made.report.faults
    widgets.faults(listed or made.report.faults, "Mend the reform below, and it is checked again.")


# --- changing it ----------------------------------------------------------------------------------------------------


def edit(level: str) -> None:
    """The ways to change the draft, each over the same text.

    Args:
        level: of the response to the reform, whose assumptions are levers.
    """
    key, first = _key("edit_way"), WAYS.index(state.get(WAY, LEVERS))
    way = streamlit.radio(
        "Change it by", WAYS, first, horizontal=True, key=key, on_change=lambda: state.update({WAY: state[key]})
    )
    if way != AS_TEXT:
        _title()
    {LEVERS: lambda: _levers(level), IN_TABLE: _in_table, AS_TEXT: _as_text, FROM_FILE: _from_file}[way]()
    _combine()
    made = draft()
    if made.report.reform is not None:
        file = f"{made.report.reform.name}.yaml"
        downloads.offer("Download the reform (YAML)", made.source, file, key="draft_yaml")


def _title() -> None:
    made = draft()
    streamlit.text_input(
        "Title (leave empty for the automatic one)",
        made.typed_title,
        max_chars=LONGEST_TITLE,
        key=_key("title"),
        placeholder=made.automatic_title if made.text else "Named after what you change",
        on_change=lambda: put(draft().with_entries(draft().entries, state[_key("title")]), is_edited=True),
    )


def _levers(level: str) -> None:
    made = draft()
    if made.is_empty:
        _add_first()
        return
    if made.report.faults and not made.entries:
        streamlit.info("The text cannot be read as a reform, so it has no levers. Mend it as text first.")
        return
    if refused := state.pop(REFUSED, ""):
        streamlit.error(f"There is a problem. {plain(refused)} Nothing was changed.")
    shown = levers.levers_of(made, level)
    for first in range(0, len(shown), 2):  # a row of two at a time: a phone shows them in their order
        for column, lever in zip(streamlit.columns(2), shown[first : first + 2], strict=False):
            key = _key(f"lever_{lever.name}")
            column.text_input(
                _marked(lever.label, lever.default if lever.is_changed else ""),
                lever.value,
                max_chars=LONGEST_VALUE,
                key=key,
                on_change=_moved,
                args=(lever.name, key),
            )
            if said := " ".join(filter(None, (_taken_as(key, lever, made), levers.in_all(lever)))):
                column.caption(plain(said))
    if levers.is_of_training(made.entries):
        _heads(made)
    streamlit.caption(
        "Type 30% or 0.3, £250,000 or 250k, 1 April 2027 or April 2027, “no limit”, “no end”. The table has all else."
    )


def _taken_as(key: str, lever: levers.Lever, made: Draft) -> str:
    """What was typed, as it was read, where that reads otherwise: the day of 4/1/2028."""
    typed = " ".join(str(state.get(key, lever.value)).split())
    return "" if made.report.faults or typed.lower() == lever.value.lower() else f"Taken as {lever.value}."


def _marked(label: str, default: str) -> str:
    return f"{label} · changed from {plain(default)}" if default else label


def _moved(name: str, key: str) -> None:
    refused = levers.refusal(draft(), name, state[key])
    if refused:
        state[REFUSED] = refused
        put(draft())  # the fields are drawn anew, and show what holds
    else:
        put(levers.moved(draft(), name, state[key]), is_edited=True)


def _heads(made: Draft) -> None:
    counts, begun = levers.heads_that_count(made.entries), levers.heads_that_count(made.began_with)
    key = _key("heads")
    labels = {
        path: current_vocabulary()[path].label.removesuffix(" that count").removesuffix(" that counts") for path in counts
    }
    was = ", ".join(labels[path] for path, counting in begun.items() if counting) or "none"
    streamlit.multiselect(
        _marked("Costs that count", was if counts != begun else ""),
        list(counts),
        [path for path, counting in counts.items() if counting],
        format_func=labels.__getitem__,
        key=key,
        on_change=lambda: put(levers.with_heads(draft(), state[key]), is_edited=True),
    )


def _add_first() -> None:
    key = _key("first_parameter")
    streamlit.selectbox(
        "Parameter to change first",
        reform_draft.paths(),
        index=None,
        format_func=reform_draft.named,
        key=key,
        placeholder="Type to search, for example annual investment allowance",
        on_change=lambda: put(levers.begun_with(draft(), state[key])),
    )


# --- in a table -----------------------------------------------------------------------------------------------------


def _in_table() -> None:
    made = draft()
    if made.report.faults and not made.entries and made.text:
        streamlit.info("The text cannot be read as a reform, so there is no table of it. Mend it as text first.")
        return
    if TABLE not in state or state.get(TABLE_TEXT) != made.source:
        _lay_out(reform_draft.table_of(made.entries, EMPTY_ROWS))
    _grid()
    streamlit.button(
        "Clear removed rows, and add empty ones",
        on_click=lambda: _lay_out(reform_draft.extended(_typed(), EMPTY_ROWS)),
        key="table_more",
    )
    streamlit.caption(
        "A value holds from its day until the next day of the same parameter, or for good. Type 30% or 0.30, £250,000 or "
        "250k, yes or no; “current law” gives the parameter back to current law, “no limit” is no limit."
    )


def _lay_out(table: pandas.DataFrame) -> None:
    """A grid of these rows, with nothing typed into it yet."""
    state[TABLE], state[TABLE_TEXT] = table, draft().source
    state["table_edition"] = state.get("table_edition", 0) + 1


def _grid_key() -> str:
    return f"table_grid_{state['table_edition']}"


def _typed() -> pandas.DataFrame:
    changes: Any = state.get(_grid_key()) or {}
    return reform_draft.edited(state[TABLE], changes.get("edited_rows", {}))


def _grid() -> None:
    """The grid: units and current law follow what is typed, and nobody can type into them."""
    typed = _typed()
    columns = streamlit.column_config
    page_tables.hint(sum(WIDTHS.values()))
    streamlit.data_editor(
        reform_draft.beside_law(typed).assign(**{name: state[TABLE][name] for name in reform_draft.TYPED}),
        key=_grid_key(),
        num_rows="fixed",
        hide_index=True,
        height=ROW_HEIGHT * (min(len(typed), MOST_ROWS_SHOWN) + 1) + 2,
        alt="The values that the reform sets: parameter, first day, value, unit, and the value of current law on that day",
        column_config={
            PATH: columns.SelectboxColumn(
                PATH, options=reform_draft.paths(), format_func=reform_draft.named, width=WIDTHS[PATH]
            ),
            # Text, as a date of the browser reads a day typed in full by the order of its own country.
            DAY: columns.TextColumn(DAY, max_chars=LONGEST_VALUE, width=WIDTHS[DAY]),
            VALUE: columns.TextColumn(VALUE, max_chars=LONGEST_VALUE, width=WIDTHS[VALUE]),
            UNIT: columns.TextColumn(UNIT, disabled=True, width=WIDTHS[UNIT]),
            LAW: columns.TextColumn(LAW, disabled=True, width=WIDTHS[LAW]),
            OUT: columns.CheckboxColumn(OUT, width=WIDTHS[OUT]),
        },
    )


# --- as text, and from a file -----------------------------------------------------------------------------------------


def _as_text() -> None:
    key = _key("text")
    streamlit.text_area(
        "Reform (YAML)",
        draft().source,
        height=HEIGHT,
        key=key,
        max_chars=LARGEST_FILE,
        on_change=lambda: put(draft().with_text(state[key]), is_edited=True),
    )
    streamlit.caption(
        "Path, date, value. It is checked when you leave the box or press Ctrl and Enter. It is read as data, never run."
    )


def _from_file() -> None:
    key = _key("upload")
    streamlit.file_uploader(
        "Reform file (YAML, up to 1 MB); it replaces what is here",
        type=["yaml", "yml"],
        key=key,
        max_upload_size=LARGEST_FILE // 10**6,
        on_change=lambda: _take_file(state[key]),
    )
    listed: tuple[Fault, ...] = state.get(FAULTS_OF_FILE, ())
    if listed:
        widgets.faults(listed, "Mend the file and upload it again. The reform here is as it was.")
    streamlit.caption("The file is read as data and never run.")


def _take_file(file: Any) -> None:
    state[FAULTS_OF_FILE] = ()
    if file is None:
        return
    try:
        text = file.getvalue().decode("utf-8-sig")
    except UnicodeDecodeError:
        state[FAULTS_OF_FILE] = checked(file.getvalue(), file.name).faults
        return
    _replace(Draft(BLANK, text))


# --- on top of it ---------------------------------------------------------------------------------------


def _combine() -> None:
    made, key = draft(), _key("more")
    others = [name for name in reforms() if name != made.start or name in made.more]
    streamlit.multiselect(
        "Combine with (reforms of the library, each applied on top of what stands before it)",
        others,
        [name for name in made.more if name in others],
        format_func=title_with_group,
        key=key,
        placeholder="None",
        on_change=lambda: put(replace(draft(), more=tuple(state[key])), is_edited=True),
    )


def what_it_changes(chosen: Sequence[Reform]) -> bool:
    """The parameters that differ from current law, and the source; False where the reforms do not fit together."""
    try:
        changed = trail.parameters_changed(chosen)
    except ReformError as error:
        widgets.faults(error.faults)
        return False
    for warning in policy.advice_on(chosen):
        streamlit.warning(plain(warning.message))
    rows = len(changed.rows)
    sets_assumptions = any(path.startswith(ASSUMPTIONS) for reform in chosen for path in reform.edits)
    of_what = f"current law{', and in the assumptions' if sets_assumptions else ''}"
    label = f"What it changes in {of_what}: {counted(rows, 'value')}, with sources"
    widgets.unfolding(label, CHANGED, partial(_changed, changed, chosen))
    return True


def _changed(changed: Table, chosen: Sequence[Reform]) -> None:
    if changed.rows:
        render.table(changed)
    else:
        streamlit.info("Nothing: it says only what the law says already.")
    for reform in chosen:
        streamlit.markdown(f"**{plain(reform.title)}.** Source: {plain(reform.source)}")
        if reform.notes:
            streamlit.markdown(plain(reform.notes))
