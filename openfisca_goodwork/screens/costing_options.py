"""The fields of a costing besides its reform, each made from its ``Option``: kept for the visit, set by its link."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from typing import Any

import streamlit

from openfisca_goodwork.costing.people import every_part
from openfisca_goodwork.costing.request import YES, CostingRequest, Kind, Option, options
from openfisca_goodwork.law.periods import day_in_words, financial_year_name
from openfisca_goodwork.policy.check import ASSUMPTIONS
from openfisca_goodwork.policy.laws import SETTING
from openfisca_goodwork.policy.vocabulary import current_vocabulary, day, in_force, titles
from openfisca_goodwork.population import LATEST, TO_2050, financial_years, known, outlooks
from openfisca_goodwork.reports import trail
from openfisca_goodwork.screens import links, reform_picker, render, widgets
from openfisca_goodwork.screens.form_parsing import as_iso_day, day_shown
from openfisca_goodwork.screens.reform_draft import as_read, as_typed, named, scalar
from openfisca_goodwork.screens.widgets import plain

YEARS = [
    financial_year_name(year)
    for year in sorted({year for month in (*outlooks(), TO_2050) for year in financial_years(month)})
]
_CALLED = {LATEST: "The latest", TO_2050: "The latest, carried on to 2050 with nominal GDP"}
FORECASTS = (LATEST, TO_2050, *(forecast for forecast in outlooks() if known(forecast) != LATEST))
LONGEST_VALUE = 60
WRITTEN_LATELY = 2.0  # seconds
TOO_LONG = "This reform is too long for a link: download its file under “Change this reform”, and send that."
_FROM = "2027-04-01"
# In the session: values by the keys of the link, settings as they are typed, how often the fields were laid out.
ASKED, SET, EDITION = "costing_asked", "costing_set", "costing_edition"
LEVELS = "costing_levels"  # whether the box with what the levels assume is open
Setting = tuple[str, str, str]
state = streamlit.session_state


def put(values: Mapping[str, tuple[str, ...]]) -> None:
    """Set every field to what a link says of it, or else to its default; the fields are laid out anew."""
    state[ASKED] = {key: said for key, said in values.items() if key != "set"}
    matches = (SETTING.fullmatch(text) for text in values.get("set", ()))
    parts = [(match["path"], match["date"], match["value"]) for match in matches if match is not None]
    state[SET] = [(path, day_shown(when), as_read(value, path)) for path, when, value in parts]
    state[EDITION] = state.get(EDITION, -1) + 1


def asked() -> dict[str, Any]:
    """What is asked for besides the reform, by the names of the options."""
    said: dict[str, Any] = {"settings": settings()}
    for field in _on_page():
        values = [_said(key, default) for key, default in zip(field.link, _defaults(field), strict=True)]
        if field.kind is Kind.FLAG:
            said[field.name] = values == [(YES,)]
        elif field.kind is Kind.PARTS:
            said[field.name] = values[0]
        elif field.kind is Kind.REFORMS:
            said[field.name] = tuple(reform_picker.reforms()[name] for name in values[0])
        else:
            said[field.name] = ":".join(value[0] for value in values)
    return said


def _on_page() -> list[Option]:
    return [field for field in options() if field.link and field.name not in {"reforms", "settings"}]


def _defaults(field: Option) -> list[tuple[str, ...]]:
    if field.kind is Kind.YEARS:
        return [(year,) for year in field.default.split(":")]
    return [tuple(field.default) if field.is_list else () if field.kind is Kind.FLAG else (str(field.default),)]


def _said(key: str, default: tuple[str, ...]) -> tuple[str, ...]:
    said: tuple[str, ...] = state.get(ASKED, {}).get(key, default)
    return said


def field_key(name: str) -> str:
    """The key of a field as it is laid out now."""
    edition = state.get(EDITION, 0)
    return f"{name}_{edition}" if edition else name


def _keep(key: str, name: str) -> None:
    value = state[field_key(key)]
    if isinstance(value, bool):
        value = [YES] if value else []
    said = tuple(value) if isinstance(value, list) else (str(value),)
    state[ASKED] = state.get(ASKED, {}) | {name: said}


# --- the fields ---------------------------------------------------------------------------------------------------------


def ask() -> None:
    """The fields: years, response, basis, what it is compared with, forecast, and assumptions."""
    for field in sorted(_on_page(), key=lambda field: field.kind is Kind.REFORMS):
        if field.kind is Kind.YEARS:
            names, keys = ("First financial year", "Last financial year"), field.link
            for column, name, key, default in zip(streamlit.columns(2), names, keys, _defaults(field), strict=True):
                column.selectbox(name, YEARS, YEARS.index(_said(key, default)[0]), **_kept(key, key))
        else:
            _field(field)
    _assumptions()


def _kept(name: str, key: str) -> dict[str, Any]:
    """What every field has: its name in the session, and what it says kept under its key of the link."""
    return {"key": field_key(name), "on_change": _keep, "args": (name, key)}


def _field(field: Option) -> None:
    """The field of an option, by its kind."""
    [key], [default] = field.link, _defaults(field)
    title, said, kept = field.title, _said(key, default), _kept(field.name, key)
    match field.kind:
        case Kind.CHOICE:
            values = list(field.choices)
            streamlit.radio(title, values, values.index(said[0]), field.choices.__getitem__, **kept)
            if field.name == "behaviour":
                label = "What the levels assume, and the sources"
                widgets.unfolding(label, LEVELS, lambda: render.table(trail.levels_of_behaviour()))
        case Kind.FORECAST:
            streamlit.selectbox(title, FORECASTS, FORECASTS.index(said[0]), _forecast_in_words, **kept)
        case Kind.FLAG:
            streamlit.checkbox(title, said == (YES,), **kept)
        case Kind.REFORMS:
            names, words = list(reform_picker.reforms()), reform_picker.title_with_group
            streamlit.multiselect(title, names, list(said), words, placeholder="Current law", **kept)
        case Kind.PARTS:
            parts = every_part()
            streamlit.multiselect(title, list(parts), list(said), parts.__getitem__, placeholder="All companies", **kept)


def _forecast_in_words(month: str) -> str:
    return _CALLED.get(month) or f"{date.fromisoformat(month + '-01'):%B %Y}"


# --- assumptions and parameters of this run -----------------------------------------------------------------------------


def settings() -> tuple[str, ...]:
    """Assumptions and parameters set for this run alone, as ``PATH@DATE=VALUE``; those left as they are not among them."""
    changed = [setting for setting in state.get(SET, ()) if setting[2] and setting[2] != default_of(setting[0])]
    return tuple(f"{path}@{as_iso_day(when)}={scalar(value, path)}" for path, when, value in changed)


def default_of(path: str) -> str:
    """What an assumption is, as somebody would type it."""
    leaf = current_vocabulary()[path]
    dated = in_force(leaf.values, day(_FROM)) or leaf.values[0]
    return as_typed(dated.value, leaf)


def first_day(path: str) -> str:
    """From when a setting holds unless its day is typed: from the first, or from 1 April 2027 where values are by year."""
    values = current_vocabulary()[path].values
    return day_in_words(values[0].date if len(values) == 1 else day(_FROM))


@cache
def _names() -> dict[str, str]:
    """Every parameter by its label, with its path where another has the same."""
    labels = Counter(leaf.label for leaf in current_vocabulary().values())
    return {path: leaf.label if labels[leaf.label] == 1 else named(path) for path, leaf in current_vocabulary().items()}


def _assumptions() -> None:
    """A list to choose from by name, and for each that is chosen its value and the day from which it holds."""
    held: list[Setting] = state.get(SET, [])
    known_paths = sorted(current_vocabulary(), key=lambda path: (not path.startswith(ASSUMPTIONS), path))
    key = field_key("settings")
    streamlit.multiselect(
        "Assumptions and parameters to change for this run",
        known_paths,
        list(dict.fromkeys(path for path, *_ in held)),
        format_func=_names().__getitem__,
        key=key,
        placeholder="Type to search, for example take-up or elasticity",
        on_change=_choose,
        args=(key,),
    )
    for place, (path, when, value) in enumerate(held):
        leaf, default = current_vocabulary()[path], default_of(path)
        mark = "" if value == default else f" · changed from {plain(default)}"
        first, second = streamlit.columns([2, 1])
        value_key, day_key = field_key(f"value_{place}_{path}"), field_key(f"day_{place}_{path}")
        given: dict[str, Any] = {"max_chars": LONGEST_VALUE, "on_change": _typed, "args": (place, value_key, day_key)}
        source = titles(in_force(leaf.values, day(_FROM)) or leaf.values[0])
        first.text_input(f"{plain(leaf.label)}{mark}", value, key=value_key, help=plain(source), **given)
        second.text_input("From", when, key=day_key, **given)
        streamlit.caption(plain(f"{leaf.description} It is {default} unless changed."))


def _choose(key: str) -> None:
    """Keep what is set of the chosen, and begin those chosen now with what they are."""
    held = {path: [setting for setting in state.get(SET, ()) if setting[0] == path] for path in state[key]}
    state[SET] = [setting for path, kept in held.items() for setting in kept or [(path, first_day(path), default_of(path))]]


def _typed(place: int, value_key: str, day_key: str) -> None:
    held = list(state[SET])
    path = held[place][0]
    held[place] = (path, state[day_key].strip(), as_read(state[value_key].strip(), path))
    state[SET] = held


def request_of(reforms: tuple[Any, ...]) -> CostingRequest:
    """The costing that is asked for."""
    return CostingRequest(reforms=reforms, **asked())


def level() -> str:
    """The level of the response that is asked for."""
    return str(asked()["behaviour"])


# --- the address of a page of costings: what it asks when the page is opened with it or goes back to it ------------------


def _address_key(page: str) -> str:
    return f"{page}_address"


def _shown() -> links.Values:
    return {key: streamlit.query_params.get_all(key) for key in streamlit.query_params}


def take_address(page: str) -> links.AskedCosting | None:
    """What a page is asked where it is opened, or goes back, to an address; the fields of its costing are set to it.

    The address that the page wrote last asks nothing new, and neither does an older one just after the last was written: a
    browser may still send it. What cannot be used of an address is kept to be said.
    """
    query, now = _shown(), time.monotonic()
    address = links.as_address(query)
    written, when = state.get(_address_key(page), ("", 0.0))
    if _address_key(page) in state and (not query or address == written or now - when < WRITTEN_LATELY):
        return None
    known_values: dict[Kind, Collection[str]] = {
        Kind.REFORMS: reform_picker.reforms(),
        Kind.YEARS: YEARS,
        Kind.FORECAST: FORECASTS,
        Kind.PARTS: every_part(),
        Kind.FLAG: (YES,),
    }
    fields = [option for option in options() if option.link and option.kind is not Kind.SETTINGS]
    values = {key: option.choices or known_values[option.kind] for option in fields for key in option.link}
    opened = links.costing_in(query, values, reform_picker.MAIN)
    state[_address_key(page)], state[f"{page}_notes"] = (address, now), (opened.refused, opened.other_version)
    if query or ASKED not in state:
        put(opened.content.values)
    return opened.content


def warn_of_address(page: str) -> None:
    """What could not be used of the address that the page was opened with."""
    widgets.link_warnings(*state.get(f"{page}_notes", ((), "")))


def write_address(page: str, query: links.Values) -> str:
    """Keep the state of a page in its address; why it is not there, where it is too long."""
    if not query:
        return TOO_LONG
    address = links.as_address(query)
    if address != links.as_address(_shown()):
        state[_address_key(page)] = (address, time.monotonic())
        streamlit.query_params.from_dict(query)
    return ""
