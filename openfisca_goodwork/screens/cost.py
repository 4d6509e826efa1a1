"""Cost a policy: choose reforms, years and behaviour; run; read the result."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import streamlit

from openfisca_goodwork.costing.assumptions import LEVELS
from openfisca_goodwork.costing.steps import ACCRUALS, BASES, CASH
from openfisca_goodwork.law.periods import financial_year_name
from openfisca_goodwork.policy import Reform
from openfisca_goodwork.policy.laws import SETTING_EXAMPLE
from openfisca_goodwork.population import FINANCIAL_YEARS, LATEST, known, outlooks
from openfisca_goodwork.reports import tables
from openfisca_goodwork.screens import cost_link, cost_run, reform_choice, shelf, shown
from openfisca_goodwork.screens.costing_desk import CostRequest

YEARS = [financial_year_name(year) for year in FINANCIAL_YEARS]
FIRST, LAST = "2026-27", "2031-32"
BEHAVIOUR = "central"
OUTLOOKS = (LATEST, *(one for one in outlooks() if known(one) != LATEST))
MOST_SETTINGS = 5_000
RUN, LINK = "run", "cost_link"
SEVERAL = Path(__file__).parent / "several.py"
state = streamlit.session_state
BASES_IN_WORDS = {
    ACCRUALS: "Accruals: tax of a period spread over its months, as official costings have it",
    CASH: "Cash: in the year in which it falls due",
}
LEVELS_IN_WORDS = {
    "none": "None: take-up as in the central case, and nobody changes what they do",
    "low": "Low",
    "central": "Central",
    "high": "High",
}


def begin() -> None:
    """Take the state of a link, once a visit of the page; what cannot be used of it is said."""
    values = {
        "reforms": shelf.reforms(),
        "baseline": shelf.reforms(),
        "first": YEARS,
        "last": YEARS,
        "behaviour": LEVELS,
    } | {
        "basis": BASES,
        "forecast": OUTLOOKS,
    }
    query = streamlit.query_params
    state[LINK] = cost_link.opened({key: query.get_all(key) for key in query}, values)


def told(key: str, *default: str) -> list[str]:
    """What the link says of a field, or else its default: what the field begins with.

    Fields begin with it instead of being set to it: a browser that is clicked before a page is drawn to its end would show a
    field that was only set as empty.
    """
    return list(state[LINK].values.get(key, default))


def ask(reforms: tuple[Reform, ...]) -> tuple[CostRequest, bool]:
    """The form of years and behaviour: what is asked for as it stands, and whether it has just been sent."""
    with streamlit.form(RUN):
        first, last = streamlit.columns(2)
        start = first.selectbox("First financial year", YEARS, index=YEARS.index(told("first", FIRST)[0]), key="first")
        end = last.selectbox("Last financial year", YEARS, index=YEARS.index(told("last", LAST)[0]), key="last")
        level = streamlit.radio(
            "How strongly companies respond",
            LEVELS,
            index=LEVELS.index(told("behaviour", BEHAVIOUR)[0]),
            format_func=LEVELS_IN_WORDS.__getitem__,
            key="behaviour",
        )
        on = BASES.index(told("basis", ACCRUALS)[0])
        basis = streamlit.radio("Basis", BASES, index=on, format_func=BASES_IN_WORDS.__getitem__, key="basis")
        with streamlit.expander("What the levels assume, and the sources"):
            levels = tables.levels_of_behaviour()
            shown.texts(levels.drop(columns="Sources"), alt="Assumptions of each level of behaviour")
            shown.sources(levels, "Assumption", "Sources")
        baseline, settings, forecast = ask_beneath()
        sent = streamlit.form_submit_button("Run the costing", type="primary", disabled=not reforms)
    return CostRequest(reforms, f"{start}:{end}", level, baseline, settings, str(basis), forecast), sent


def ask_beneath() -> tuple[tuple[Reform, ...], tuple[str, ...], str]:
    """What the reform is laid upon, single parameters set for this run alone, and the outlook for the economy."""
    with streamlit.expander("Baseline, outlook and single parameters"):
        names = streamlit.multiselect(
            "Baseline: laid upon current law first, beneath what is costed",
            list(shelf.reforms()),
            default=told("baseline"),
            format_func=shelf.title_with_group,
            key="baseline",
            placeholder="Current law",
        )
        typed = streamlit.text_area(
            "Parameters and assumptions set for this run, one on each line: path@date=value",
            value="\n".join(told("set")),
            key="settings",
            placeholder=f"for example {SETTING_EXAMPLE}",
            max_chars=MOST_SETTINGS,
        )
        forecast = streamlit.selectbox(
            "Outlook of the OBR for the economy (one of the past takes up to a minute more the first time)",
            OUTLOOKS,
            index=OUTLOOKS.index(told("forecast", LATEST)[0]),
            format_func=lambda one: "The latest" if one == LATEST else f"{date.fromisoformat(one + '-01'):%B %Y}",
            key="forecast",
        )
    lines = (typed or "").splitlines()
    settings = tuple(line.strip() for line in lines if line.strip())
    return tuple(shelf.reforms()[name] for name in names), settings, str(forecast)


streamlit.title("Cost a policy")
streamlit.markdown("What a reform would cost the Exchequer by financial year, against current law, over all UK companies.")
if LINK not in state or "behaviour" not in state:
    begin()
shown.link_warnings(state[LINK].refused, state[LINK].other_version)
stopped = cost_run.stopped()
streamlit.header("1. Reform")
chosen = reform_choice.choose(told("reforms", shelf.MAIN))
streamlit.header("2. Years and response")
asked, sent = ask(chosen)
streamlit.header("3. Result")
if stopped is not None and not sent:
    streamlit.warning(stopped)
if sent:
    cost_run.run(asked)
cost_run.show(asked)
streamlit.page_link(SEVERAL, label="Several reforms in one table, year by year", icon=":material/arrow_forward:")
