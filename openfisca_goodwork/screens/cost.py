"""Cost a policy: choose reforms, years and behaviour; run; read the result."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path
from typing import Any

import streamlit

from openfisca_goodwork.costing.request import YES, CostingRequest, Kind, Option, option, options
from openfisca_goodwork.law.periods import financial_year_name
from openfisca_goodwork.policy import Reform
from openfisca_goodwork.policy.laws import SETTING_EXAMPLE
from openfisca_goodwork.population import LATEST, TO_2050, financial_years, known, outlooks
from openfisca_goodwork.reports import trail
from openfisca_goodwork.screens import cost_run, links, reform_picker, render, widgets

YEARS = [
    financial_year_name(year)
    for year in sorted({year for month in (*outlooks(), TO_2050) for year in financial_years(month)})
]
_CALLED = {LATEST: "The latest", TO_2050: "The latest, carried on to 2050 with nominal GDP"}
FORECASTS = (LATEST, TO_2050, *(forecast for forecast in outlooks() if known(forecast) != LATEST))
MOST_SETTINGS = 5_000
RUN, LINK = "run", "cost_link"
SEVERAL = Path(__file__).parent / "compare_costings.py"
state = streamlit.session_state


def begin() -> None:
    """Take the state of a link, once a visit of the page; what cannot be used of it is said."""
    allowed: dict[Kind, Collection[str]] = {
        Kind.REFORMS: reform_picker.reforms(),
        Kind.YEARS: YEARS,
        Kind.FORECAST: FORECASTS,
        Kind.FLAG: (YES,),
    }
    asked = [field for field in options() if field.kind is not Kind.SETTINGS]
    values = {key: field.choices or allowed[field.kind] for field in asked for key in field.link}
    query = streamlit.query_params
    state[LINK] = links.costing_in({key: query.get_all(key) for key in query}, values)


def in_link(key: str, *default: str) -> list[str]:
    """What the link says of a field, or else its default: what the field begins with.

    Fields begin with it instead of being set to it: a browser that is clicked before a page is drawn to its end would show a
    field that was only set as empty.
    """
    return list(state[LINK].content.get(key, default))


def ask(reforms: tuple[Reform, ...]) -> tuple[CostingRequest, bool]:
    """The form of years and behaviour: what is asked for as it stands, and whether it has just been sent."""
    asked: dict[str, Any] = {"reforms": reforms}
    on_page = [field for field in options() if field.link and field.name not in asked]
    first = [field for field in on_page if field.kind in {Kind.YEARS, Kind.CHOICE}]
    with streamlit.form(RUN):
        asked |= {field.name: FIELDS[field.kind](field) for field in first}
        with streamlit.expander("What the levels assume, and the sources"):
            render.table(trail.levels_of_behaviour())
        with streamlit.expander("Baseline, OBR forecast and single parameters"):
            asked |= {field.name: FIELDS[field.kind](field) for field in on_page if field not in first}
        sent = streamlit.form_submit_button("Run the costing", type="primary", disabled=not reforms)
    return CostingRequest(**asked), sent


def _years(field: Option) -> str:
    """The first and the last financial year."""
    names = ("First financial year", "Last financial year")
    chosen = [
        column.selectbox(name, YEARS, index=YEARS.index(in_link(key, default)[0]), key=key)
        for column, name, key, default in zip(streamlit.columns(2), names, field.link, field.default.split(":"), strict=True)
    ]
    return ":".join(chosen)


def _choice(field: Option) -> str:
    """One of the allowed values, each in words."""
    values = list(field.choices)
    begins = values.index(in_link(*field.link, field.default)[0])
    return str(streamlit.radio(field.title, values, index=begins, format_func=field.choices.__getitem__, key=field.name))


def _reforms(field: Option) -> tuple[Reform, ...]:
    """Reforms of the library."""
    names = streamlit.multiselect(
        field.title,
        list(reform_picker.reforms()),
        default=in_link(*field.link),
        format_func=reform_picker.title_with_group,
        key=field.name,
        placeholder="Current law",
    )
    return tuple(reform_picker.reforms()[name] for name in names)


def _settings(field: Option) -> tuple[str, ...]:
    """Single parameters set for this run alone, one on each line."""
    typed = streamlit.text_area(
        field.title,
        value="\n".join(in_link(*field.link)),
        key=field.name,
        placeholder=f"for example {SETTING_EXAMPLE}",
        max_chars=MOST_SETTINGS,
    )
    return tuple(line.strip() for line in (typed or "").splitlines() if line.strip())


def _forecast(field: Option) -> str:
    """The OBR forecast for the economy."""
    return str(
        streamlit.selectbox(
            field.title,
            FORECASTS,
            index=FORECASTS.index(in_link(*field.link, field.default)[0]),
            format_func=lambda day: _CALLED.get(day) or f"{date.fromisoformat(day + '-01'):%B %Y}",
            key=field.name,
        )
    )


def _flag(field: Option) -> bool:
    """Whether something more is asked."""
    return streamlit.checkbox(field.title, value=in_link(*field.link) == [YES], key=field.name)


# How each kind of option is asked for: a function that draws its field and returns its value.
FIELDS: dict[Kind, Callable[[Option], Any]] = {
    Kind.YEARS: _years,
    Kind.CHOICE: _choice,
    Kind.REFORMS: _reforms,
    Kind.SETTINGS: _settings,
    Kind.FORECAST: _forecast,
    Kind.FLAG: _flag,
}


streamlit.title("Cost a policy")
streamlit.markdown("What a reform would cost the Exchequer by financial year, against current law, over all UK companies.")
if LINK not in state or "behaviour" not in state:
    begin()
widgets.link_warnings(state[LINK].refused, state[LINK].other_version)
stopped = cost_run.stopped()
streamlit.header("1. Reform")
chosen = reform_picker.choose(in_link(*option("reforms").link, reform_picker.MAIN))
streamlit.header("2. Years and response")
asked, sent = ask(chosen)
streamlit.header("3. Result")
if stopped is not None and not sent:
    streamlit.warning(stopped)
if sent:
    cost_run.run(asked)
cost_run.show(asked)
streamlit.page_link(SEVERAL, label="Several reforms in one table, year by year", icon=":material/arrow_forward:")
