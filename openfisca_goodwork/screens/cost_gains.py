"""Who gains from a reform, on a page: one classification at a time, as a table and charts, with what its classes rest on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas
import streamlit

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.distribution import BASIS, POST_BEHAVIOURAL, STEPS, Distribution, Row, Table
from openfisca_goodwork.costing.summary import who_gains
from openfisca_goodwork.number_formats import rounded, three_figures
from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.reports.gain_charts import gain_by
from openfisca_goodwork.reports.winner_charts import winners_and_losers
from openfisca_goodwork.screens import shown
from openfisca_goodwork.screens.plain_text import plain

NAME, STEP = "gains_table", "gains_step"
CHARTS = {"gains": gain_by, "winners": winners_and_losers}
SHARE = "{:.1%}".format
FORMS: dict[str, shown.Form] = {
    "gains": ({"name": "Class", "value": shown.UNIT}, {shown.UNIT: rounded}),
    "winners": ({"class": "Class", "outcome": "Companies that", "value": "Share"}, {"Share": SHARE}),
}


def show(result: CostingResult) -> None:
    """How many gain and lose, then a table and two charts of the classification chosen."""
    gains = result.distribution
    if gains is None:
        streamlit.markdown("Nobody gains or loses.")
        return
    streamlit.markdown(plain(who_gains(result)))
    names = list(dict.fromkeys(one.name for one in gains.tables))
    name = streamlit.selectbox("By", names, key=NAME)
    step = streamlit.radio("Step", list(STEPS), index=STEPS.index(POST_BEHAVIOURAL), horizontal=True, key=STEP)
    table = gains.table(str(name), str(step))
    _table(table, gains)
    for file, make in CHARTS.items():
        chart = make(table.name, result, table.step)
        if chart is not None:
            shown.chart(chart, file, form=FORMS[file])
    if gains.priority_areas is not None:
        streamlit.caption(plain(gains.priority_areas.basis))


def _table(table: Table, gains: Distribution) -> None:
    alt = f"Who gains by {table.name.lower()}, {table.step}, {gains.financial_year}"
    cells = [[row.name, *(write(row) for write in COLUMNS.values())] for row in table.rows]
    shown.texts(pandas.DataFrame(cells, columns=[table.name, *COLUMNS]), alt)
    if any(row.has_few_records for row in table.rows):
        few = ", ".join(row.name for row in table.rows if row.has_few_records)
        streamlit.caption(plain(f"Too few records to be quoted: {few}."))
    streamlit.markdown(f"**{table.marked.capitalize()}.** {plain(table.basis)}")
    streamlit.caption(plain(BASIS))
    make = partial(csv_of, table.to_dataframe())
    streamlit.download_button(
        "Download this table (CSV)", make, "who-gains.csv", "text/csv", on_click="ignore", key="csv_who"
    )


def _thousands(count: float) -> str:
    return f"{count / 1_000:,.1f}"


def _or_none(amount: float | None) -> str:
    return "–" if amount is None else three_figures(amount)


COLUMNS: dict[str, Callable[[Row], str]] = {
    "Companies, thousand": lambda row: _thousands(row.companies),
    "Gaining, thousand": lambda row: _thousands(row.gaining),
    "Losing, thousand": lambda row: _thousands(row.losing),
    "Gain, £ million": lambda row: rounded(row.gain),
    "Gain per gaining company, £": lambda row: _or_none(row.gain_per_gaining_company),
    "Claimants, thousand": lambda row: _thousands(row.claimants),
}
