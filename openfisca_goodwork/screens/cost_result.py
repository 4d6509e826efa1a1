"""The result of a costing on a page: the finding, the table, the chart, then what stands behind them."""

from __future__ import annotations

from collections.abc import Callable

import streamlit

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.summary import rounded
from openfisca_goodwork.reports import charts, costing_files, reproduce, tables, words
from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.screens import shown
from openfisca_goodwork.screens.plain_text import plain

MILLION = "£ million, plus improves the public finances"


def show(result: CostingResult, fit: str, seconds: float) -> None:
    """The whole result; `fit` is a sentence on the population, `seconds` what the run took."""
    streamlit.subheader(plain(words.finding(result)))
    streamlit.markdown(f"**{words.status(result)}** {plain(words.measured(result))} {words.ROUNDING}")
    if result.no_effect:
        streamlit.info(f"No effect. {plain(result.no_effect)}")
        _reproduce(result, seconds)
        return
    shown.by_year(tables.by_year(result), rounded, f"Cost by financial year, {MILLION}")
    shown.chart(charts.cost_by_year(result), "cost-by-year", titled=False)
    for heading, part in PARTS.items():
        with streamlit.expander(heading, expanded=part is _steps):
            part(result)
    streamlit.caption(f"{words.population(result)} {fit}")
    _reproduce(result, seconds)


def _steps(result: CostingResult) -> None:
    table = tables.steps(result)
    totals = tables.by_year(result).index[:2]
    streamlit.markdown("From full entitlement to the post-behavioural cost. The steps add up before rounding.")
    shown.downwards(table, rounded, f"Steps of the costing, {MILLION}", totals)


def _heads(result: CostingResult) -> None:
    chart = charts.cost_by_head(result)
    if chart is None:
        streamlit.markdown("No training costs qualify, so there is nothing to share out.")
        return
    shown.chart(chart, "cost-by-head")
    shown.by_year(tables.by_head(result), rounded, f"Static effect by cost head, {MILLION}")


def _claimants(result: CostingResult) -> None:
    claimants = tables.claimants(result)
    if claimants.empty:
        streamlit.markdown("No company claims a training relief.")
        return
    streamlit.markdown("Companies that claim, by the financial year in which their accounting period ends, to the thousand.")
    shown.by_year(claimants, _thousands, "Companies that claim, by financial year")
    streamlit.markdown("Training, £ million.")
    shown.by_year(tables.training(result), _to_5_million, "Training entitled, claimed and induced, £ million")
    streamlit.markdown(words.value_for_money(result))


def _thousands(count: float) -> str:
    return f"{round(count, -3):,.0f}"


def _to_5_million(amount: float) -> str:
    return rounded(amount).removeprefix("+")


def _assumptions(result: CostingResult) -> None:
    streamlit.markdown(f"Behaviour: **{result.behaviour}**.")
    table = tables.assumptions(result)
    hidden = [] if table[tables.DEFAULT].any() else [tables.DEFAULT]
    shown.texts(table.drop(columns=[*hidden, "Source", "Path"]), alt="Assumptions of this costing")
    with streamlit.expander("Sources of the assumptions"):
        shown.sources(table, "Assumption", "Source")


def _law(result: CostingResult) -> None:
    shown.changes(tables.parameters_changed(result.reforms, result.baseline))


def _reproduce(result: CostingResult, seconds: float) -> None:
    """How to get the result again, and the files to take away."""
    streamlit.subheader("Reproduce and take away")
    for reform in reproduce.files_needed(result):
        streamlit.markdown(f"The command needs the file of {plain(reform.title)}:")
        file = f"{reform.name}.yaml"
        streamlit.download_button(f"Download {file}", reform.text, file, "application/yaml", on_click="ignore")
    streamlit.code(result.command, language=None, wrap_lines=True)
    with streamlit.expander("The same in Python"):
        streamlit.code(reproduce.python(result), language="python", wrap_lines=True)
    with streamlit.container(horizontal=True):
        table = csv_of(result.to_dataframe())
        streamlit.download_button("Download every figure (CSV)", table, costing_files.TABLE, "text/csv", on_click="ignore")
        record = costing_files.run_record(result)
        streamlit.download_button(
            "Download run record (JSON)", record, costing_files.RECORD, "application/json", on_click="ignore"
        )
    streamlit.caption(f"Run in {seconds:.1f} seconds.")


PARTS: dict[str, Callable[[CostingResult], None]] = {
    "Steps from full entitlement to the cost": _steps,
    "By cost head": _heads,
    "Companies that claim, and value for money": _claimants,
    "Assumptions": _assumptions,
    "Parameters changed": _law,
}
