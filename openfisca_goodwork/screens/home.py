"""Home: three doors, by what somebody comes to do, and what else is here."""

from __future__ import annotations

import streamlit

from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy.vocabulary import current_vocabulary, last_date
from openfisca_goodwork.reports import costing_words as words
from openfisca_goodwork.screens import cost_run, widgets
from openfisca_goodwork.screens.widgets import plain
from openfisca_goodwork.version import model_version

DOORS = (
    (
        "Cost a policy",
        "What would a reform cost the Exchequer?",
        "Year by year, with a range, who gains, and what the figure rests on.",
        "cost",
    ),
    (
        "For a company",
        "What would a relief do to one company’s tax bill?",
        "A few questions, then the tax with the relief and without it, step by step.",
        "company",
    ),
    (
        "Compare two sets of law",
        "What differs between two laws?",
        "Parameter by parameter, with references, and what follows for example companies.",
        "compare",
    ),
)
ALSO = (
    ("Effective tax rates", "What tax does to £1 spent on a machine, a building or training.", "rates"),
    ("Good Jobs Audit", "Pay, security and training of jobs, by region or place.", "audit"),
    ("Good Work First", "Suppliers that would pass conditions for public contracts. Proposed, not law.", "procurement"),
    ("Methods and data", "How it works, what it rests on, how far to trust it.", "methods"),
)
streamlit.title("What would a change to corporation tax cost?")
streamlit.markdown(
    "An open model of UK corporation tax for companies. Its main question is what a **human-investment super-deduction**, "
    "an extra deduction for what companies spend on training people, would cost the Exchequer. "
    "It is a proposal, not law."
)

for label, question, about, page in DOORS:
    with streamlit.container(border=True):
        streamlit.header(question)
        streamlit.markdown(about)
        widgets.way(page, label)

done: cost_run.Done | None = streamlit.session_state.get(cost_run.DONE)
if done is not None and done.result is not None:
    streamlit.subheader("Your last costing of this visit")
    streamlit.markdown(f"{plain(words.finding(done.result))}. **{words.standing(done.result)}**")
    widgets.way("cost", "Back to this costing")
streamlit.subheader("Also here")
for heading, about, page in ALSO:
    with streamlit.container(gap=None):
        widgets.way(page, heading)
        streamlit.markdown(about)
streamlit.caption(
    f"Model {model_version()}. Law is held to {day_in_words(last_date(current_vocabulary()))}. Beyond what is enacted, "
    "values stay as they are and are marked as forecasts. The model covers companies, not other businesses."
)
