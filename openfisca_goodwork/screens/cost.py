"""Cost a policy: choose and change a reform, run, read the result."""

from __future__ import annotations

import time
from collections.abc import Collection
from pathlib import Path

import streamlit

from openfisca_goodwork.costing.request import YES, CostingRequest, Kind, options
from openfisca_goodwork.screens import cost_run, costing_options, links, reform_picker, widgets
from openfisca_goodwork.screens.shared import desk

PAGE, SEND, NOTES = "cost", "cost_send", "cost_link_notes"
WRITTEN_LATELY = 2.0
SEVERAL = Path(__file__).parent / "compare_costings.py"
state = streamlit.session_state


def take_link() -> None:
    """Set the page to a link, where it is opened with one or goes back to one; what cannot be used of it is said.

    The address that this page wrote last is no link, and neither is an older one just after the last was written: a browser
    may still send it.
    """
    query = _in_address()
    address, now = links.as_address(query), time.monotonic()
    written, when = state.get(PAGE, ("", 0.0))
    is_new = PAGE not in state
    is_back = bool(query) and address != written and now - when > WRITTEN_LATELY and not state.get(SEND)
    if not (is_new or is_back):
        return
    known: dict[Kind, Collection[str]] = {
        Kind.REFORMS: reform_picker.reforms(),
        Kind.YEARS: costing_options.YEARS,
        Kind.FORECAST: costing_options.FORECASTS,
        Kind.FLAG: (YES,),
    }
    fields = [one for one in options() if one.kind is not Kind.SETTINGS]
    opened = links.costing_in(
        query, {key: one.choices or known[one.kind] for one in fields for key in one.link}, reform_picker.MAIN
    )
    state[PAGE], state[NOTES] = (address, now), (opened.refused, opened.other_version)
    reform_picker.put(opened.content.draft)
    costing_options.put(opened.content.values)
    request = costing_options.request_of(reform_picker.draft().reforms)
    if request.reforms and (result := desk().kept(request)) is not None:
        cost_run.restore(request, result)


def _in_address() -> links.Values:
    return {key: streamlit.query_params.get_all(key) for key in streamlit.query_params}


def write_link(request: CostingRequest) -> str:
    """Keep the state of the page in its address; why it is not there, where it is too long."""
    query = links.costing_query(request, reform_picker.draft())
    if not query:
        return "This reform is too long for a link: download its file under “Change this reform”, and send that."
    address, shown = links.as_address(query), links.as_address(_in_address())
    if address != shown:
        state[PAGE] = (address, time.monotonic())
        streamlit.query_params.from_dict(query)
    return ""


def _send() -> None:
    state[SEND] = True


streamlit.title("Cost a policy", anchor=False)
streamlit.markdown("What a reform would cost the Exchequer by financial year, against current law, over all UK companies.")
take_link()
reform_picker.take_typed_rows()
widgets.link_warnings(*state[NOTES])
stopped = cost_run.stopped()
reform_picker.pick()
asked = costing_options.request_of(reform_picker.draft().reforms)
streamlit.button("Run the costing", type="primary", disabled=not asked.reforms, on_click=_send)
cost_run.expectation(asked)
reform_picker.show_draft()
if asked.reforms and not reform_picker.what_it_changes(asked.reforms):
    asked = costing_options.request_of(())
with streamlit.expander("Change this reform: rate, dates, costs that count, cap, or anything else"):
    reform_picker.edit(costing_options.level())
with streamlit.expander("Years, response and assumptions"):
    costing_options.ask()
too_long = write_link(asked)
sent = state.pop(SEND, False) and bool(asked.reforms)
streamlit.header("Result", anchor=False)
if stopped is not None and not sent:
    streamlit.warning(stopped)
if sent:
    cost_run.run(asked)
if cost_run.show(asked, _send):
    streamlit.caption(too_long or "The address of this page opens exactly this: copy it to keep or to send it.")
streamlit.page_link(SEVERAL, label="Several reforms side by side, year by year", icon=":material/arrow_forward:")
