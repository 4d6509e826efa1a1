"""The companies of a group, typed by hand: a name, a profit, training and an owner each; made into the file of a group."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit
import yaml

from openfisca_goodwork.company.group import read_group
from openfisca_goodwork.company.reading import document_of
from openfisca_goodwork.errors import CompanyFileError
from openfisca_goodwork.law.inputs.classes import NOT_GIVEN
from openfisca_goodwork.screens import page_behaviour
from openfisca_goodwork.screens.company_questions import END, FIELDS, PROFIT, SIZES, START, Field
from openfisca_goodwork.screens.form_parsing import LONGEST_ANSWER, choices_of, company_of, faults_of, in_words_of_answer
from openfisca_goodwork.screens.plain_text import plain

TYPED = "company_group"
FEWEST, MOST = 2, 10
NAME, OWNER, SHARE = "name", "owner", "share"
NOBODY = "No company of this list"
GROUP_NAME = "The group"
NO_GROUP = "No company of this list owns another, so there is no group. Choose who owns a company, and the share."
_PERCENT = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?) ?%")
_PLACE = re.compile(r"^companies\.(?P<company>\d+)(?:\.[\w.]+)?:? ")
_OF_ALL = (FIELDS[START], FIELDS[END])
Typed = dict[str, str]
state = streamlit.session_state


def _rows() -> list[Typed]:
    return state.get(TYPED, [{}, {}])


def _called(row: Typed, place: int) -> str:
    return row.get(NAME, "").strip() or f"Company {place + 1}"


def ask(matters: Sequence[Field]) -> bytes | None:
    """The companies of the group; their file, once it is asked for and has no fault.

    Args:
        matters: boxes of what the relief depends on; those of size are asked of the whole group, all others of each company.
    """
    streamlit.header("The companies of the group")
    streamlit.markdown(
        "A loss can be used by another company of the group where one owns at least 75% of the other, or both have the same "
        "owner of 75%. All companies here have the same accounting period; a group file can say more. A loss begins with a "
        "minus. Leave blank if none."
    )
    faults, rows = streamlit.empty(), _rows()
    of_all = (*_OF_ALL, *(field._replace(hint="") for field in matters if field.name in SIZES))
    of_each = (FIELDS[PROFIT], *(field for field in matters if field.name not in SIZES))
    if len(of_all) > len(_OF_ALL):
        streamlit.markdown("The relief depends on the size of the whole group.")
    together = _boxes(of_all, rows[0], 0)
    typed = [_company(place, row, of_each, rows) | together for place, row in enumerate(rows)]
    state[TYPED] = typed
    with streamlit.container(horizontal=True):
        sent = streamlit.button("Work out the tax", type="primary", key="group_send")
        if len(rows) < MOST:
            streamlit.button("Add a company", on_click=lambda: state.update({TYPED: [*_rows(), {}]}))
        if len(rows) > FEWEST:
            streamlit.button("Remove the last company", on_click=lambda: state.update({TYPED: _rows()[:-1]}))
    if not sent:
        return None
    messages, content = _messages(typed, of_all, of_each), _file(typed)
    try:
        if not messages:
            read_group(document_of(content))
            return content
    except CompanyFileError as error:
        messages = [_named(fault.message, typed) for fault in error.faults]
    faults.error("\n".join(["There is a problem:", "", *(f"- {plain(message)}" for message in messages)]))
    page_behaviour.refuse(
        _label(field, place)
        for place, row in enumerate(typed)
        for field in (*of_all, *of_each)
        for named in [field.label if field in of_all else f"{_called(row, place)}: {field.label}"]
        if any(message.startswith(named) for message in messages)
    )
    return None


def _label(field: Field, place: int) -> str:
    """What stands over a box: it names the company, as every company has the same boxes."""
    return field.over_box if field in _OF_ALL or field.name in SIZES else f"{field.label}, company {place + 1}"


def _box(column: Any, field: Field, row: Typed, place: int) -> str:
    """A box to type in, which holds what was typed when somebody comes back to it."""
    key, known, words = f"group_{place}_{field.name}", choices_of(field), partial(in_words_of_answer, field)
    if key not in state:  # given as `value`, a changed answer would make Streamlit draw a new box
        state[key] = row.get(field.name) or (known[0] if known else "")
    if known:
        chosen = str(column.selectbox(_label(field, place), known, format_func=words, key=key))
        return "" if chosen == NOT_GIVEN else chosen
    example = f"for example {field.example}"
    typed = column.text_input(_label(field, place), max_chars=LONGEST_ANSWER, placeholder=example, key=key)
    return (typed or "").strip()


def _boxes(fields: Sequence[Field], row: Typed, place: int) -> Typed:
    """The boxes of some fields, two in a line."""
    typed = {}
    for begin in range(0, len(fields), 2):
        for column, field in zip(streamlit.columns(2), fields[begin : begin + 2], strict=False):
            typed[field.name] = _box(column, field, row, place)
    return typed


def _company(place: int, row: Typed, of_each: Sequence[Field], rows: Sequence[Typed]) -> Typed:
    """One company: its name, profit, what the relief depends on, and which company of the list owns it."""
    others = [other for other in range(len(rows)) if other != place]
    with streamlit.container(border=True):
        typed = _boxes((Field(NAME, "Name", example=f"Company {place + 1}"), *of_each), row, place)
        left, right = streamlit.columns(2)
        known, key = ["", *map(str, others)], f"group_{place}_{OWNER}"
        if state.get(key) not in known:
            state[key] = row[OWNER] if row.get(OWNER) in known else ""
        typed[OWNER] = left.selectbox(f"Owned by, company {place + 1}", known, format_func=_owner, key=key)
        typed[SHARE] = _box(right, Field(SHARE, "Share owned", example="80%"), row, place)
    return typed


def _owner(place: str) -> str:
    return f"Company {int(place) + 1}" if place else NOBODY


def _share(text: str) -> float | None:
    """A percentage, as typed, as a share; None for text that is no percentage from 0 to 100."""
    match = _PERCENT.fullmatch(text)
    number = None if match is None else float(match["number"])
    return None if number is None or not 0 < number <= 100 else number / 100


def _messages(typed: Sequence[Typed], of_all: Sequence[Field], of_each: Sequence[Field]) -> list[str]:
    """What is wrong with what was typed: of all companies, then company by company."""
    messages = faults_of({field.name: typed[0][field.name] for field in of_all}, of_all)
    for place, row in enumerate(typed):
        of_company = faults_of({field.name: row[field.name] for field in of_each}, of_each)
        if row[OWNER] and _share(row[SHARE]) is None:
            of_company.append("Share owned is no percentage above 0%, up to 100%. For example: 80%.")
        if row[SHARE] and not row[OWNER]:
            of_company.append("Share owned, and by no company of this list. Choose the owner, or leave the share blank.")
        messages += [f"{_called(row, place)}: {message}" for message in of_company]
    return messages if any(row[OWNER] for row in typed) else [*messages, NO_GROUP]


def _named(message: str, typed: Sequence[Typed]) -> str:
    """A fault of the file, which calls a company by its place, by the company's name."""
    match = _PLACE.match(message)
    if match is None:
        return message
    place = int(match["company"])
    return f"{_called(typed[place], place)}: {message[match.end() :]}"


def _file(typed: Sequence[Typed]) -> bytes:
    """The file of the group."""
    companies = []
    for place, row in enumerate(typed):
        about: dict[str, Any] = {"name": _called(row, place)}
        share = _share(row[SHARE])
        if row[OWNER] and share is not None:
            owner = int(row[OWNER])
            about["owners"] = {_called(typed[owner], owner): share}
        facts = {name: text for name, text in row.items() if name in FIELDS}
        companies.append({"company": about, **company_of(facts)})
    whole = {"group": {"name": GROUP_NAME}, "companies": companies}
    return str(yaml.safe_dump(whole, sort_keys=False, allow_unicode=True)).encode()
