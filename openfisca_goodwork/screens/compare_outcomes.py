"""What follows from two laws on a page: the same example companies under both, and the way to what B costs against A."""

from __future__ import annotations

from pathlib import Path

import streamlit

from openfisca_goodwork.company.outcomes import LAW_ON, Outcomes, first_day, outcomes
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.number_formats import STATUSES
from openfisca_goodwork.policy import Comparison
from openfisca_goodwork.policy.vocabulary import day_of_law
from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.screens import reform_picker, widgets
from openfisca_goodwork.screens.compare_link import LAW, Asked
from openfisca_goodwork.screens.plain_text import plain

DAY = "compare_outcomes_day"
COST = Path(__file__).parent / "cost.py"
COLUMNS = {"a": "Bears under A, £", "b": "Bears under B, £", "difference": "Difference, £"}


def show(result: Comparison, asked: Asked) -> None:
    """Companies side by side, then the costing of one law against the other."""
    streamlit.header("What follows for companies")
    if LAW_ON in (asked.a[: len(LAW_ON)], asked.b[: len(LAW_ON)]):
        _say(result, asked, "")
    else:
        typed = streamlit.text_input(
            "First day of an accounting period of twelve months (for example 2028-01-01; left empty: the first day on "
            "which the laws differ)",
            key=DAY,
            max_chars=20,
            placeholder=first_day(result).isoformat(),
        )
        _say(result, asked, (typed or "").strip())
    _cost(asked)


def _say(result: Comparison, asked: Asked, typed: str) -> None:
    try:
        day = day_of_law(typed, "the first day of the accounting period") if typed else first_day(result)
        worked_out = outcomes(result, (asked.a, asked.b), day)
    except GoodworkError as error:
        streamlit.info(plain(str(error)))
        return
    _table(worked_out)


def _table(worked_out: Outcomes) -> None:
    streamlit.markdown(f"**{plain(worked_out.finding)}**")
    span = f"{day_in_words(worked_out.start)} to {day_in_words(worked_out.end)}"
    streamlit.markdown(
        f"Accounting period {span}. What a company bears is its corporation tax less credits paid to it in cash. The "
        "companies are made up and stand for nobody. "
        f"A is {plain(_named(worked_out.a))}, B is {plain(_named(worked_out.b))}."
    )
    table = worked_out.to_dataframe()
    alt = f"What example companies bear under A and under B. {worked_out.finding}"
    widgets.figures(table.set_index("company").rename(columns=COLUMNS), "Company", "{:,.0f}".format, alt)
    csv = csv_of(table)
    streamlit.download_button("Download these companies (CSV)", csv, "companies-a-b.csv", "text/csv", on_click="ignore")


def _named(side: str) -> str:
    """A law with its standing, so that nobody takes a proposal for law."""
    reform = reform_picker.reforms().get(side)
    return "current law" if reform is None else f"{reform.title} ({STATUSES[reform.status].lower()})"


def _cost(asked: Asked) -> None:
    """The way to the costing, where both laws can be costed: current law, or a reform of the library."""
    if LAW_ON in (asked.a[: len(LAW_ON)], asked.b[: len(LAW_ON)]):
        streamlit.caption("Nor can it be costed: a costing sets a reform of the library against current law or another one.")
        return
    known = (LAW, *reform_picker.reforms())
    if asked.a not in known or asked.b not in known or asked.a == asked.b:
        streamlit.caption("A costing of B against A needs two different laws of the library.")
        return
    costed, beneath = (asked.b, asked.a) if asked.b != LAW else (asked.a, asked.b)
    against = "current law" if beneath == LAW else "law A beneath it"
    what = {"reforms": costed} | ({} if beneath == LAW else {"baseline": beneath})
    label = f"What would law {'B' if costed == asked.b else 'A'} cost against {against}?"
    streamlit.page_link(COST, label=label, query_params=what, icon=":material/arrow_forward:")
