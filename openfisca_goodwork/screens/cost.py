"""Cost a policy: choose and change a reform, run, read the result."""

from __future__ import annotations

import streamlit

from openfisca_goodwork.questions.sweeping import Sweep
from openfisca_goodwork.screens import cost_run, costing_options, links, reform_picker, try_values, widgets
from openfisca_goodwork.screens.shared import desk

PAGE, SEND = "cost", "cost_send"
state = streamlit.session_state


def take_link() -> bool:
    """Fill the page in from its link, when it is opened with a link or the browser goes back; show a result that is kept.

    Returns:
        Whether it was opened so.
    """
    opened = costing_options.take_address(PAGE)
    if opened is None:
        return False
    reform_picker.put(opened.draft)
    request = costing_options.request_of(reform_picker.draft().reforms)
    if request.reforms and (result := desk().kept(request)) is not None:
        cost_run.restore(request, result)
    if links.LEVER in opened.values:
        try_values.restore(opened.draft, costing_options.level(), opened.values)
    state[cost_run.LINKED] = bool(streamlit.query_params and request.reforms)
    return True


def _send() -> None:
    state[SEND] = True


streamlit.title("Cost a policy", anchor=False)
streamlit.markdown("What a reform would cost the Exchequer by financial year, against current law, over all UK companies.")
# What may come and go stands in boxes of its own: were it to move the fields beneath, they would lose the keyboard.
notes, choice, expected, about, fields, result = (streamlit.container() for _ in range(6))
is_opened = take_link()
beforehand = expected.empty()
stopped = cost_run.stopped()
reform_picker.take_typed_rows()
with notes:
    costing_options.warn_of_address(PAGE)
with choice:
    reform_picker.pick()
    asked = costing_options.request_of(reform_picker.draft().reforms)
    streamlit.button("Run the costing", type="primary", disabled=not asked.reforms, on_click=_send)
sent = state.pop(SEND, False) and bool(asked.reforms)
joins = is_opened and bool(asked.reforms) and desk().is_under_way(asked)
with result:
    streamlit.header("Result", anchor=False)
    ran = streamlit.container()
kept = desk().kept(asked) if sent else None
if kept is not None:  # before all else is drawn
    with ran:
        cost_run.restore_when_sent(asked, kept)
with beforehand.container():
    if kept is None and not joins:
        cost_run.expectation(asked)
    if stopped is not None and not sent and not joins:
        streamlit.warning(stopped)
with about:
    reform_picker.show_draft()
    if asked.reforms and not reform_picker.what_it_changes(asked.reforms):
        asked = costing_options.request_of(())
made = reform_picker.draft()
query = links.costing_query(asked, made)
too_long = costing_options.write_address(PAGE, query and query | try_values.link_of(made))
tried: list[Sweep | None] = []


def draw_fields() -> None:
    """Draw what is folded up above the result, once: while a run goes on, which need not wait for it."""
    if tried:
        return
    with fields:
        with streamlit.expander("Change this reform: rate, dates, costs that count, cap, or anything else"):
            reform_picker.edit(costing_options.level())
        with streamlit.expander("Years, response and assumptions"):
            costing_options.ask()
        with streamlit.expander("Try several values of one lever, side by side"):
            tried.append(try_values.ask(reform_picker.draft(), costing_options.level()))
        try_values.show(reform_picker.draft(), tried[0])  # beneath its button, where it is looked for


if joins or (sent and kept is None):
    with ran:
        cost_run.run(asked, draw_fields, cost_run.UNDER_WAY if joins else "")
    beforehand.empty()  # how long a run takes, and that companies are built first, is over
draw_fields()
if tried[0] is not None and query:  # values that were costed just now
    costing_options.write_address(PAGE, query | try_values.link_of(made))
with result:
    if cost_run.show(asked, _send):
        opens = "opens exactly this" if cost_run.is_current(asked) else "opens the reform as it stands now, not this result"
        streamlit.caption(too_long or f"The address of this page {opens}: copy it to keep or to send it.")
    widgets.way("compare_costings", "Several reforms side by side, year by year")
