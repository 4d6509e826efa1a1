"""Several values of one lever side by side: each costed as if it were typed by hand, in a table, a picture and a CSV."""

from __future__ import annotations

import re
from dataclasses import dataclass

import streamlit

from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.questions import SweepResult
from openfisca_goodwork.questions.sweep_file import Costing, Sweep
from openfisca_goodwork.reports.questions import report_of
from openfisca_goodwork.screens import cost_run, costing_options, levers, render, widgets
from openfisca_goodwork.screens.draft import Draft
from openfisca_goodwork.screens.plain_text import plain
from openfisca_goodwork.screens.shared import desk

RUN = DONE = "tried"
NAME = "values-side-by-side"
FEWEST, MOST, LONGEST = 2, 8, 200
_BETWEEN = re.compile(r"\s*(?:;|\n|,(?!\d{3}\b))\s*")  # a comma within £250,000 is no end of a value
state = streamlit.session_state


@dataclass(frozen=True)
class Tried:
    """Values that were costed: of which draft, with which other options, and what came of it."""

    draft: Draft
    options: CostingRequest
    result: SweepResult


def ask(made: Draft, level: str) -> Sweep | None:
    """The lever and its values; what is to be costed, once it is asked for.

    Args:
        made: the draft. level: of the response, whose assumptions are levers.
    """
    if made.report.reform is None:
        streamlit.info("Choose a reform that has no faults first.")
        return None
    known = {lever.name: lever for lever in levers.levers_of(made, level)}
    name = streamlit.selectbox("Lever", list(known), format_func=lambda name: known[name].label, key="try_lever")
    lever = known.get(str(name)) or next(iter(known.values()))
    typed = streamlit.text_input(
        f"Values, {FEWEST} to {MOST}, with commas between (it is {plain(lever.value)} here)",
        max_chars=LONGEST,
        placeholder="for example 10%, 20%, 30%, 40%",
        key="try_values",
    )
    sent = streamlit.button("Cost each value", key="try_send")
    streamlit.caption("Everything else stays as it is on this page. No 80% range is drawn here.")
    if not sent:
        return None
    values = list(dict.fromkeys(filter(None, _BETWEEN.split((typed or "").strip()))))
    if not FEWEST <= len(values) <= MOST:
        streamlit.error(f"There is a problem. Type {FEWEST} to {MOST} values, for example 10%, 20%, 30%, 40%.")
        return None
    return _sweep(made, lever, values)


def _sweep(made: Draft, lever: levers.Lever, values: list[str]) -> Sweep | None:
    """A costing for each value; None where one cannot be used, which is said."""
    drafts = {value: levers.moved(made, lever.name, value) for value in values}
    wrong = {value: draft.report.faults for value, draft in drafts.items() if draft.report.reform is None}
    for value, listed in wrong.items():
        if listed:
            widgets.faults(listed, f"{plain(value)} cannot be used: mend it, and press the button again.")
        else:
            streamlit.error(f"There is a problem. {plain(value)} cannot be read as a value of: {plain(lever.label)}.")
    if wrong:
        return None
    requests = {value: costing_options.request_of(draft.reforms) for value, draft in drafts.items()}
    costings = tuple(Costing({lever.label: value}, request) for value, request in requests.items())
    return Sweep(NAME, f"{made.reforms[0].title}, {lever.label.lower()}", (lever.label,), costings)


def run(asked: Sweep, made: Draft) -> None:
    """Cost each value, stage by stage, with a button that cancels it."""
    with cost_run.cancellable(RUN) as stages:
        try:
            result = desk().sweep(asked, stages)
        except GoodworkError as error:
            stages.end("The values could not be costed.", "error")
            streamlit.error("There is a problem. The values could not be costed.")
            streamlit.code(str(error), language=None, wrap_lines=True)
            return
        stages.end(f"Done in {stages.elapsed:.1f} seconds.")
    state[DONE] = Tried(made, costing_options.request_of(()), result)


def show(made: Draft, asked: Sweep | None) -> None:
    """Run what is asked for now, and show what was costed last, marked where the page has changed since."""
    stopped = cost_run.stopped(RUN)
    if stopped is not None and asked is None:
        streamlit.warning(stopped)
    if asked is not None:
        run(asked, made)
    done: Tried | None = state.get(DONE)
    if done is None:
        return
    report = report_of(done.result)
    section = report.section("Sweep")
    streamlit.header("Several values side by side", anchor=False)
    if (done.draft, done.options) != (made, costing_options.request_of(())):
        streamlit.warning("The reform or the options have changed since these values were costed.")
    streamlit.subheader(plain(section.finding))
    streamlit.caption(plain(section.tables()[0].caption))
    render.parts(section)
    render.files(report, done.result)
