"""The address of a page of costings: what it asks when the page is opened with it or goes back to it, and its writing."""

from __future__ import annotations

import time
from collections.abc import Collection

import streamlit

from openfisca_goodwork.costing.people import every_part
from openfisca_goodwork.costing.request import YES, Kind, options
from openfisca_goodwork.screens import costing_options, links, reform_picker, widgets

WRITTEN_LATELY = 2.0
TOO_LONG = "This reform is too long for a link: download its file under “Change this reform”, and send that."
state = streamlit.session_state


def _key(page: str) -> str:
    return f"{page}_address"


def _shown() -> links.Values:
    return {key: streamlit.query_params.get_all(key) for key in streamlit.query_params}


def take(page: str) -> links.AskedCosting | None:
    """What a page is asked where it is opened, or goes back, to an address; the fields of its costing are set to it.

    The address that the page wrote last asks nothing new, and neither does an older one just after the last was written: a
    browser may still send it. What cannot be used of an address is kept to be said.
    """
    query, now = _shown(), time.monotonic()
    address = links.as_address(query)
    written, when = state.get(_key(page), ("", 0.0))
    if _key(page) in state and (not query or address == written or now - when < WRITTEN_LATELY):
        return None
    known: dict[Kind, Collection[str]] = {
        Kind.REFORMS: reform_picker.reforms(),
        Kind.YEARS: costing_options.YEARS,
        Kind.FORECAST: costing_options.FORECASTS,
        Kind.PARTS: every_part(),
        Kind.FLAG: (YES,),
    }
    fields = [option for option in options() if option.link and option.kind is not Kind.SETTINGS]
    values = {key: option.choices or known[option.kind] for option in fields for key in option.link}
    opened = links.costing_in(query, values, reform_picker.MAIN)
    state[_key(page)], state[f"{page}_notes"] = (address, now), (opened.refused, opened.other_version)
    if query or not costing_options.is_set():
        costing_options.put(opened.content.values)
    return opened.content


def warn(page: str) -> None:
    """What could not be used of the address that the page was opened with."""
    widgets.link_warnings(*state.get(f"{page}_notes", ((), "")))


def write(page: str, query: links.Values) -> str:
    """Keep the state of a page in its address; why it is not there, where it is too long."""
    if not query:
        return TOO_LONG
    address = links.as_address(query)
    if address != links.as_address(_shown()):
        state[_key(page)] = (address, time.monotonic())
        streamlit.query_params.from_dict(query)
    return ""
