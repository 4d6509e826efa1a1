"""The result of a costing on a page: the finding, the table, the chart, then what stands behind them."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan

import streamlit

from openfisca_goodwork.costing import CostingResult, sentences
from openfisca_goodwork.number_formats import rounded
from openfisca_goodwork.reports import charts, tables, words
from openfisca_goodwork.reports.step_charts import steps_of_a_year
from openfisca_goodwork.screens import cost_gains, cost_sure, cost_taken_away, cost_value, shown
from openfisca_goodwork.screens.plain_text import plain

MILLION = "£ million, plus improves the public finances"


STEPS: shown.Form = (
    {"step": "Step", "start": "From", "end": "To", "value": shown.UNIT, "is_total": "Total"},
    {"From": rounded, "To": rounded, shown.UNIT: rounded},
)


def headline(result: CostingResult) -> None:
    """The finding, what it is measured in, and the table by financial year."""
    streamlit.subheader(plain(words.finding(result)))
    streamlit.markdown(f"**{words.status(result)}** {plain(words.measured(result))} {words.ROUNDING}")
    if not result.no_effect:
        shown.by_year(tables.by_year(result), rounded, f"Cost by financial year, {MILLION}")


def show(result: CostingResult, fit: str, seconds: float) -> None:
    """The whole result; `fit` is a sentence on the population, `seconds` what the run took."""
    headline(result)
    if result.no_effect:
        streamlit.info(f"No effect. {plain(result.no_effect)}")
        cost_taken_away.show(result, seconds)
        return
    shown.chart(charts.cost_by_year(result), "cost-by-year", titled=False)
    if result.uncertainty is not None:
        streamlit.caption(f"The lines upon the columns are the {result.uncertainty.level:.0%} interval.")
    _official(result)
    if told := sentences.in_time(result):
        streamlit.markdown(plain(told))
    streamlit.markdown(f"**How far to trust it.** {plain(result.credibility.text)}")
    for heading, part in PARTS.items():
        with streamlit.expander(heading, expanded=part is _steps):
            part(result)
    streamlit.caption(f"{words.population(result)} {fit}")
    cost_taken_away.show(result, seconds)


def _official(result: CostingResult) -> None:
    """The official costing of the same beside it, where one is on file."""
    if result.official is None:
        return
    table = tables.official(result)
    if not table.empty:
        streamlit.markdown("#### Beside the official costing")
        shown.by_year(
            table, lambda one: "–" if isnan(one) else rounded(one), f"The official costing beside this one, {MILLION}"
        )
    streamlit.markdown(plain(result.official.text))


def _steps(result: CostingResult) -> None:
    table = tables.steps(result)
    totals = tables.by_year(result).index[:2]
    streamlit.markdown("From full entitlement to the post-behavioural cost. The steps add up before rounding.")
    shown.downwards(table, rounded, f"Steps of the costing, {MILLION}", totals)
    chart = steps_of_a_year(result)
    if chart is not None:
        shown.chart(chart, "steps", form=STEPS)


def _heads(result: CostingResult) -> None:
    chart = charts.cost_by_head(result)
    if chart is None:
        streamlit.markdown("No training costs qualify, so there is nothing to share out.")
        return
    shown.chart(chart, "cost-by-head")
    shown.by_year(tables.by_head(result), rounded, f"Static effect by cost head, {MILLION}")


def _assumptions(result: CostingResult) -> None:
    streamlit.markdown(f"Behaviour: **{result.behaviour}**.")
    table = tables.assumptions(result)
    hidden = [] if table[tables.DEFAULT].any() else [tables.DEFAULT]
    shown.texts(table.drop(columns=[*hidden, "Source", "Path"]), alt="Assumptions of this costing")
    _reading_of_levy(result)
    with streamlit.expander("Sources of the assumptions"):
        shown.sources(table, "Assumption", "Source")


def _reading_of_levy(result: CostingResult) -> None:
    """How the survey of training is read, where the answer hangs on it, and how to have the other reading."""
    said, setting = words.reading_of_levy(result)
    if said:
        streamlit.markdown(f"{plain(said)}. For the other reading, set this parameter for the run:")
        streamlit.code(setting, language=None, wrap_lines=True)


def _law(result: CostingResult) -> None:
    shown.changes(tables.parameters_changed(result.reforms, result.baseline))


PARTS: dict[str, Callable[[CostingResult], None]] = {
    "Steps from full entitlement to the cost": _steps,
    "How sure it is": cost_sure.show,
    "Who gains": cost_gains.show,
    "By cost head": _heads,
    "Companies that claim, and value for money": cost_value.show,
    "Accruals and cash": cost_value.show_bridge,
    "Assumptions": _assumptions,
    "Parameters changed": _law,
}
