"""The companies of a group, typed by hand: a name, a profit, training and an owner each; made into the file of a group."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit
import yaml

from openfisca_goodwork.company.assumed import LARGE_BEFORE
from openfisca_goodwork.company.group import is_group, read_group
from openfisca_goodwork.company.reading import document_of
from openfisca_goodwork.errors import CompanyFileError
from openfisca_goodwork.law.inputs.classes import NOT_GIVEN
from openfisca_goodwork.number_formats import pounds
from openfisca_goodwork.screens import downloads, page_behaviour, widgets
from openfisca_goodwork.screens.company_questions import END, FIELDS, PROFIT, QUESTIONS, SIZES, START, Field
from openfisca_goodwork.screens.company_visit import MOST_COMPANIES, visit
from openfisca_goodwork.screens.form_parsing import (
    LONGEST_ANSWER,
    UNKNOWN,
    answers_in,
    choices_of,
    company_of,
    doubts_of,
    faults_of,
    in_words_of_answer,
    limit_of_instalments,
)
from openfisca_goodwork.screens.widgets import plain

_BOX = "group_"
FEWEST = 2
NAME, OWNER, SHARE = "name", "owner", "share"
NOBODY = "Nobody on this page"
# Owners that are no company of the list: what a list of owners calls them, and how the file does.
PASSIVE, ACTIVE, PEOPLE = OUTSIDE = "passive", "active", "people"
_OUTSIDE = {
    PASSIVE: "Holding company elsewhere, no business",
    ACTIVE: "Parent company elsewhere, in business",
    PEOPLE: "The same people as others here",
}
_OF_OWNERS = (
    "Who owns the ordinary shares. Elsewhere: a company that owns this one and is not on this page, and whether it has a "
    "business of its own. The same people: they own others on this page too."
)
_WHOLLY = "100%"
_OWNERS = {
    PASSIVE: "Holding company that is not listed",
    ACTIVE: "Parent company that is not listed",
    PEOPLE: "The same people",
}
TEMPLATE = f"""\
# A parent and a subsidiary that it owns wholly. Put your own names, dates and figures in; add companies as these two.
group: {{name: The group}}
companies:
  - company: {{name: Parent Ltd}}
    accounting_periods:
      - start: 2027-04-01
        end: 2028-03-31
        {PROFIT}: 1400000
        main_rate_plant_new: 300000
        external_course_fees: 120000
        levy_funded_training: 0
        {LARGE_BEFORE}: 0   # 1 where profits were above the limit for instalments in the year before
  - company: {{name: Subsidiary Ltd, owners: {{Parent Ltd: 1.0}}}}
    accounting_periods:
      - start: 2027-04-01
        end: 2028-03-31
        {PROFIT}: -200000   # a loss
        external_course_fees: 50000
"""
GROUP_NAME = "The group"
NO_GROUP = (
    "No company of this list owns another or has an owner in common with one. Choose who owns a company, and the share."
)
_PERCENT = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?) ?(?P<sign>%?)")
_PLACE = re.compile(r"^companies\.(?P<company>\d+)(?:\.[\w.]+)?:? ")
_OF_ALL, _DAYS = (FIELDS[START], FIELDS[END]), (START, END)
# What a company may have besides, as one company by itself is asked it.
_BESIDES = {"Change plant and machinery", "Change earlier periods"}
MORE = (
    *(field._replace(hint="") for question in QUESTIONS if question.change in _BESIDES for field in question.fields),
    FIELDS["exempt_distributions"],
)
Typed = dict[str, str]
state = streamlit.session_state


def put(rows: Sequence[Typed]) -> None:
    """Make these the companies of the form, which draws its boxes anew."""
    for key in [key for key in state if str(key).startswith(_BOX)]:
        del state[key]
    visit().group = [dict(row) for row in rows]


def _called(row: Typed, place: int) -> str:
    return row.get(NAME, "").strip() or f"Company {place + 1}"


def rows_of(content: bytes) -> list[Typed] | None:
    """The boxes that a file of a group fills; None for one that says more than there are boxes, or is of no group."""
    document = document_of(content)
    if not is_group(document.tree):
        return None
    group = read_group(document)
    places = {member.name: place for place, member in enumerate(group.members)}
    if group.shared or group.claims is not None or len(places) > MOST_COMPANIES:
        return None
    rows: list[Typed] = []
    for member in group.members:
        periods, owners = answers_in(member.company), list(member.owners.items())
        if periods is None or len(periods) != 1 or member.is_dormant or len(owners) > 1:
            return None
        row = {**periods[0], NAME: member.name, OWNER: "", SHARE: ""}
        for owner, share in owners:
            if owner not in places and owner != _OWNERS[PEOPLE]:
                return None
            row |= {OWNER: str(places[owner]) if owner in places else PEOPLE, SHARE: f"{share * 100:g}%"}
        rows.append(row)
    return rows if len({(row[START], row[END]) for row in rows}) == 1 else None


def ask(matters: Sequence[Field]) -> bytes | None:
    """The companies of the group; their file, once it is asked for and has no fault.

    Args:
        matters: boxes of what the relief depends on; those of size are asked of the whole group, all others of each company.
    """
    streamlit.header("The companies of the group")
    streamlit.markdown(
        "A loss can be used by another company of the group where one owns at least 75% of the other, or one company owns "
        "75% of both. Companies of the same people are associated, and give each other no losses. All companies here have "
        "the same accounting period; a group file can say more. The first company is set to own each of the others wholly: "
        "change the owner or the share where it does not. A loss begins with a minus; every company needs a profit, "
        "0 if none. Leave any other box blank if none."
    )
    downloads.offer("Download an example file of a group", TEMPLATE, "group.yaml")
    rows = visit().group or [{}, {}]
    of_all = (*_OF_ALL, *(field._replace(hint="") for field in matters if field.name in SIZES))
    of_each = (FIELDS[PROFIT], *(field for field in matters if field.name not in SIZES))
    every = (*of_each, *MORE, FIELDS[LARGE_BEFORE])
    if len(of_all) > len(_OF_ALL):
        streamlit.markdown("The relief depends on the size of the whole group.")
    together = _boxes(of_all, rows[0], 0)
    typed = [_company(place, row, of_each, rows, together) | together for place, row in enumerate(rows)]
    visit().group = typed
    faults = streamlit.empty()  # beside the button that was pressed: the top of the form is far away on a phone
    with streamlit.container(horizontal=True):
        sent = streamlit.button("Work out the tax", type="primary", key="group_send")
        if len(rows) < MOST_COMPANIES:
            streamlit.button("Add a company", on_click=setattr, args=(visit(), "group", [*typed, {}]))
        if len(rows) > FEWEST:
            streamlit.button("Remove the last company", on_click=setattr, args=(visit(), "group", typed[:-1]))
    if not sent:
        return None
    messages, content = _messages(typed, of_all, every), _file(typed)
    try:
        if not messages:
            read_group(document_of(content))
            return None if widgets.doubted(faults, _doubts(typed, of_all, every), typed) else content
    except CompanyFileError as error:
        messages = [_named(fault.message, typed) for fault in error.faults]
    faults.error("\n".join(["There is a problem:", "", *(f"- {plain(message)}" for message in messages)]))
    page_behaviour.refuse(
        _label(field, place)
        for place, row in enumerate(typed)
        for field in (*of_all, *every)
        for named in [field.label if field in of_all else f"{_called(row, place)}: {field.label}"]
        if any(message.startswith(named) for message in messages)
    )
    return None


def _label(field: Field, place: int) -> str:
    """What stands over a box: it names the company, as every company has the same boxes."""
    return field.over_box if field in _OF_ALL or field.name in SIZES else f"{field.label}, company {place + 1}"


def _box(column: Any, field: Field, row: Typed, place: int) -> str:
    """A box to type in, which holds what was typed when somebody comes back to it."""
    key, known, words = f"{_BOX}{place}_{field.name}", choices_of(field), partial(in_words_of_answer, field)
    if UNKNOWN in known:  # answered by nobody's silence
        known = ("", *known)
    if key not in state:  # given as `value`, a changed answer would make Streamlit draw a new box
        typed = row.get(field.name, "")
        state[key] = typed if typed in known or not known else known[0]
    if known:
        named = {"": "Choose yes, no, or I do not know"}
        chosen = str(
            column.selectbox(_label(field, place), known, format_func=lambda each: named.get(each) or words(each), key=key)
        )
        return "" if chosen == NOT_GIVEN else chosen
    example = f"for example {field.example}"
    typed = column.text_input(_label(field, place), max_chars=LONGEST_ANSWER, placeholder=example, key=key)
    return (typed or "").strip()


def _boxes(fields: Sequence[Field], row: Typed, place: int) -> Typed:
    typed = {}
    for begin in range(0, len(fields), 2):
        columns = streamlit.columns(2, vertical_alignment="bottom")  # a name in two lines pushes no box out of its line
        for column, field in zip(columns, fields[begin : begin + 2], strict=False):
            typed[field.name] = _box(column, field, row, place)
    return typed


def _company(place: int, row: Typed, of_each: Sequence[Field], rows: Sequence[Typed], of_all: Typed) -> Typed:
    """One company: its name, profit, what the relief depends on, who owns it, and what else it has."""
    if place and OWNER not in row:
        row = {**row, OWNER: "0", SHARE: _WHOLLY}
    others = [other for other in range(len(rows)) if other != place]
    names = [state.get(f"{_BOX}{other}_{NAME}") or _called(other_row, other) for other, other_row in enumerate(rows)]

    def owner(chosen: str) -> str:
        return _OUTSIDE.get(chosen) or (names[int(chosen)] if chosen else NOBODY)

    with streamlit.container(border=True):
        typed = _boxes((Field(NAME, "Name", example=f"Company {place + 1}"), *of_each), row, place)
        left, right = streamlit.columns(2)
        known, key = ["", *map(str, others), *OUTSIDE], f"{_BOX}{place}_{OWNER}"
        if state.get(key) not in known:
            state[key] = row[OWNER] if row.get(OWNER) in known else ""
        typed[OWNER] = left.selectbox(f"Owned by, company {place + 1}", known, format_func=owner, key=key, help=_OF_OWNERS)
        typed[SHARE] = _box(right, Field(SHARE, "Share owned", example="80%"), row, place)
        limit = limit_of_instalments(of_all | typed, len(rows))
        if limit:
            streamlit.caption(
                f"A company whose profits are above {pounds(limit, 0)} pays tax in instalments if they were above the limit "
                "in the year before too. Say yes, too, if tax of the year before was paid by instalments."
            )
            typed[LARGE_BEFORE] = _box(streamlit, FIELDS[LARGE_BEFORE], row, place)
        with streamlit.expander(f"Plant, dividends and losses of before, company {place + 1}"):
            typed |= _boxes(MORE, row, place)
    return typed


def _share(text: str) -> float | None:
    """A percentage, as typed, as a share; None for text that is no percentage from 0 to 100."""
    match = _PERCENT.fullmatch(text)
    if match is None:
        return None
    number = float(match["number"])
    share = number if number <= 1 and not match["sign"] else number / 100
    return share if 0 < share <= 1 else None


def _messages(typed: Sequence[Typed], of_all: Sequence[Field], of_each: Sequence[Field]) -> list[str]:
    """What is wrong with what was typed: of all companies, then company by company."""
    messages = faults_of({field.name: typed[0][field.name] for field in of_all}, of_all)
    for place, row in enumerate(typed):
        asked = [field for field in of_each if field.name in row]
        of_company = faults_of({field.name: row[field.name] for field in asked}, asked)
        if row[OWNER] and _share(row[SHARE]) is None:
            of_company.append("Share owned is no percentage above 0%, up to 100%. For example: 80%.")
        if row[SHARE] and not row[OWNER]:
            of_company.append("Share owned, and by nobody. Choose the owner, or leave the share blank.")
        messages += [f"{_called(row, place)}: {message}" for message in of_company]
    return messages if any(row[OWNER] for row in typed) else [*messages, NO_GROUP]


def _doubts(typed: Sequence[Typed], of_all: Sequence[Field], of_each: Sequence[Field]) -> list[str]:
    """What is hardly meant of what was typed: of all companies, then company by company."""
    doubts = doubts_of({field.name: typed[0][field.name] for field in of_all}, of_all)
    for place, row in enumerate(typed):
        asked = [field for field in of_each if field.name in row]
        doubts += [f"{_called(row, place)}: {doubt}" for doubt in doubts_of(row, asked)]
    return doubts


def _named(message: str, typed: Sequence[Typed]) -> str:
    match = _PLACE.match(message)
    if match is None:
        return message
    place = int(match["company"])
    return f"{_called(typed[place], place)}: {message[match.end() :]}"


def _file(typed: Sequence[Typed]) -> bytes:
    companies = []
    for place, row in enumerate(typed):
        about: dict[str, Any] = {"name": _called(row, place)}
        share = _share(row[SHARE])
        if row[OWNER] and share is not None:
            owner = row[OWNER]
            about["owners"] = {_called(typed[int(owner)], int(owner)) if owner.isdigit() else _OWNERS[owner]: share}
        facts = {name: text for name, text in row.items() if name in FIELDS}
        companies.append({"company": about, **company_of(facts)})
    for owner in {row[OWNER] for row in typed} & {PASSIVE, ACTIVE}:
        days = {name: text for name, text in typed[0].items() if name in _DAYS}
        parent = {"name": _OWNERS[owner]} | ({"dormant": True} if owner == PASSIVE else {})
        companies.append({"company": parent, **company_of({**days, PROFIT: "0"})})
    whole = {"group": {"name": GROUP_NAME}, "companies": companies}
    return str(yaml.safe_dump(whole, sort_keys=False, allow_unicode=True)).encode()
