"""Cost a policy: choose reforms, years and behaviour; run; read the result."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.assumptions import LEVELS
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.periods import financial_year_name
from openfisca_goodwork.policy import Reform
from openfisca_goodwork.policy.laws import SETTING_EXAMPLE
from openfisca_goodwork.population import FINANCIAL_YEARS
from openfisca_goodwork.reports import tables
from openfisca_goodwork.screens import cost_link, cost_result, reform_choice, shelf, shown
from openfisca_goodwork.screens.costing_desk import CostRequest
from openfisca_goodwork.screens.shared import desk

YEARS = [financial_year_name(year) for year in FINANCIAL_YEARS]
FIRST, LAST = "2026-27", "2031-32"
BEHAVIOUR = "central"
MOST_SETTINGS = 5_000
RUN, DONE, LINK = "run", "done", "cost_link"
state = streamlit.session_state
LEVELS_IN_WORDS = {
    "none": "None: take-up as in the central case, and nobody changes what they do",
    "low": "Low",
    "central": "Central",
    "high": "High",
}


@dataclass(frozen=True)
class Done:
    """A run that is over: what was asked, what came of it, how long it took."""

    request: CostRequest
    result: CostingResult | None
    problem: str
    seconds: float


def begin() -> None:
    """Take the state of a link, once a visit of the page; what cannot be used of it is said."""
    known = {"reforms": shelf.reforms(), "baseline": shelf.reforms(), "first": YEARS, "last": YEARS, "behaviour": LEVELS}
    query = streamlit.query_params
    found = state[LINK] = cost_link.opened({key: query.get_all(key) for key in query}, known)
    for key, default in {"first": FIRST, "last": LAST, "behaviour": BEHAVIOUR}.items():
        state[key] = found.values.get(key, (default,))[0]
    state["reforms"] = list(found.values.get("reforms", (shelf.MAIN,)))
    state["baseline"] = list(found.values.get("baseline", ()))
    state["settings"] = "\n".join(found.values.get("set", ()))


def ask(reforms: tuple[Reform, ...]) -> CostRequest | None:
    """The form of years and behaviour; a request once it is sent."""
    with streamlit.form(RUN):
        first, last = streamlit.columns(2)
        start = first.selectbox("First financial year", YEARS, key="first")
        end = last.selectbox("Last financial year", YEARS, key="last")
        level = streamlit.radio(
            "How strongly companies respond",
            LEVELS,
            format_func=LEVELS_IN_WORDS.__getitem__,
            key="behaviour",
        )
        with streamlit.expander("What the levels assume, and the sources"):
            levels = tables.levels_of_behaviour()
            shown.texts(levels.drop(columns="Sources"), alt="Assumptions of each level of behaviour")
            shown.sources(levels, "Assumption", "Sources")
        baseline, settings = ask_beneath()
        sent = streamlit.form_submit_button("Run the costing", type="primary", disabled=not reforms)
    return CostRequest(reforms, f"{start}:{end}", level, baseline, settings) if sent else None


def ask_beneath() -> tuple[tuple[Reform, ...], tuple[str, ...]]:
    """What the reform is laid upon, and single parameters set for this run alone."""
    with streamlit.expander("Baseline and single parameters"):
        names = streamlit.multiselect(
            "Baseline: laid upon current law first, beneath what is costed",
            list(shelf.reforms()),
            format_func=shelf.title_with_group,
            key="baseline",
            placeholder="Current law",
        )
        typed = streamlit.text_area(
            "Parameters and assumptions set for this run, one on each line: path@date=value",
            key="settings",
            placeholder=f"for example {SETTING_EXAMPLE}",
            max_chars=MOST_SETTINGS,
        )
    lines = (typed or "").splitlines()
    return tuple(shelf.reforms()[name] for name in names), tuple(line.strip() for line in lines if line.strip())


def run(request: CostRequest) -> Done:
    """Cost the request, stage by stage."""
    with streamlit.status("Starting", expanded=True) as box:
        stages = shown.Stages(box)
        try:
            result = desk().cost(request, stages)
        except GoodworkError as error:
            stages.end("The costing could not be run.", "error")
            return Done(request, None, str(error), stages.elapsed)
        stages.end(f"Done in {stages.elapsed:.1f} seconds.")
    return Done(request, result, "", stages.elapsed)


def show(done: Done | None, reforms: tuple[Reform, ...]) -> None:
    """The last run of this visit, marked where the reform has changed since."""
    if done is None:
        streamlit.info("Nothing has been run yet. A run takes a few seconds; the very first builds the population.")
        return
    if done.request.reforms != reforms:
        streamlit.warning("The reform has changed since this result. Run the costing again to bring it up to date.")
    if done.result is None:
        streamlit.error("The costing could not be run.")
        streamlit.code(done.problem, language=None, wrap_lines=True)
        return
    cost_result.show(done.result, desk().fit(), done.seconds)
    if query := cost_link.query_of(done.request):
        shown.link(query)


streamlit.title("Cost a policy")
streamlit.markdown("What a reform would cost the Exchequer by financial year, against current law, over all UK companies.")
if LINK not in state or "behaviour" not in state:
    begin()
shown.link_warnings(state[LINK].refused, state[LINK].other_version)
streamlit.header("1. Reform")
chosen = reform_choice.choose()
streamlit.header("2. Years and response")
request = ask(chosen)
streamlit.header("3. Result")
if request is not None:
    state[DONE] = run(request)
show(state.get(DONE), chosen)
