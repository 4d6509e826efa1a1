"""Effective tax rates: what £1 spent on a machine, a building or training costs after tax, under law and a relief."""

from __future__ import annotations

import pandas
import streamlit

from openfisca_goodwork.effective_rates import DEFAULT_DAY, EffectiveRates, Rate, effective_rates
from openfisca_goodwork.effective_rates.rates import TAXPAYERS
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.number_formats import PROPOSED, STATUSES
from openfisca_goodwork.policy.vocabulary import day_of_law
from openfisca_goodwork.reports.rates import picture_of
from openfisca_goodwork.screens import downloads, page_behaviour, reform_picker, render, widgets
from openfisca_goodwork.screens.widgets import plain

RELIEF, COMPANY, DAY = "rates_relief", "rates_company", "rates_day"
DAY_LABEL = f"Day of the spending (leave blank for {day_in_words(DEFAULT_DAY)})"
KINDS = {taxpayer.name: taxpayer.label for taxpayer in TAXPAYERS}


def table_of(rates: EffectiveRates, company: str) -> pandas.DataFrame:
    """A row for each thing to spend on: cost after tax, marginal and average rate, under both laws, as people write them."""
    rows = [row for row in rates.rows if row.company == company and row.number == 0]
    return pandas.DataFrame([_row(rate, rates.of(company, rate.spent_on, 1)) for rate in rows])


def _row(a: Rate, b: Rate) -> dict[str, str]:
    return {
        "Spent on": a.label,
        "Cost of £1, law": _pence(a.cost_after_tax),
        "Cost of £1, relief": _pence(b.cost_after_tax),
        "EMTR, law": _percent(a.marginal_rate),
        "EMTR, relief": _percent(b.marginal_rate),
        "EATR, law": _percent(a.average_rate),
        "EATR, relief": _percent(b.average_rate),
    }


def _pence(pounds: float) -> str:
    return f"{100 * pounds:.1f}p"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share + 0.0:.1%}"


def show(rates: EffectiveRates, relief: str, company: str) -> None:
    """The table, what its words mean, and what can be taken away."""
    reform = reform_picker.reforms()[relief]
    rows = rates.of(company, "external_course_fees", 0), rates.of(company, "external_course_fees", 1)
    costs = [_pence(rate.cost_after_tax) for rate in rows]
    streamlit.header(f"£1 of course fees costs {costs[0]} after tax, and {costs[1]} with the relief")
    streamlit.markdown(f"**{STATUSES[reform.status]}:** {plain(reform.title)}. {plain(reform.summary)}")
    render.figure(picture_of(rates, company), level=3)
    widgets.texts(table_of(rates, company), f"Effective tax rates of a company: {KINDS[company]}")
    streamlit.caption(
        "Cost of £1: £1 less the present value of the tax it saves. EMTR, the effective marginal tax rate: the part that "
        "tax takes of the return at which the £1 breaks even; empty where it breaks even without a return. EATR, the "
        "effective average tax rate: the part that tax takes of an investment that earns the assumed return. A minus is a "
        "subsidy, at -100% one as large as that return."
    )
    for remark in rates.remarks:
        if not remark.startswith(PROPOSED):  # said above, with the title
            streamlit.markdown(f"- {plain(remark)}")
    downloads.offer("Download every rate (CSV)", rates.to_dataframe(), "rates.csv")
    downloads.as_text("The whole answer as text, with its assumptions", rates)


streamlit.title("Effective tax rates")
streamlit.markdown(
    "What £1 spent on a machine, a building or training costs after tax, and how much tax takes of what it earns, under "
    "current law and under a relief that is **proposed, not law**."
)
chosen = reform_picker.choose_relief(RELIEF)
kind = streamlit.selectbox("Company", list(KINDS), format_func=KINDS.__getitem__, key=COMPANY)
typed = widgets.day_box(DAY_LABEL, DAY, day_in_words(DEFAULT_DAY))
try:
    day = day_of_law(typed or DEFAULT_DAY, "the day of the spending")
    result = effective_rates(reforms=[chosen], on=day)
except GoodworkError as error:
    page_behaviour.refuse([DAY_LABEL])
    widgets.failed("The rates cannot be worked out.", error)
else:
    streamlit.caption(f"Spent on {day_in_words(day)}.")
    show(result, chosen, str(kind))
widgets.way("methods", "Methods and data", is_back=True)
