"""Several reforms in one table: each costed alike, one after the other, by financial year."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.request import LEVELS, CostingRequest, option
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.periods import financial_year_name
from openfisca_goodwork.population import FINANCIAL_YEARS
from openfisca_goodwork.reports import costing, csv_text
from openfisca_goodwork.screens import cost_run, reform_picker, render
from openfisca_goodwork.screens.plain_text import plain
from openfisca_goodwork.screens.shared import desk

COST = Path(__file__).parent / "cost.py"
RUN, DONE = "several", "several_done"
YEARS = [financial_year_name(year) for year in FINANCIAL_YEARS]
FIRST, LAST = option("years").default.split(":")
BEGIN_WITH = (reform_picker.MAIN, "human-investment-super-deduction-external-fees", "training-boost-120-percent")
MOST = 12
state = streamlit.session_state


@dataclass(frozen=True)
class Done:
    """Runs that are over: what was asked, what came of each, and why others came to nothing."""

    requests: tuple[CostingRequest, ...]
    results: tuple[CostingResult, ...]
    problems: tuple[str, ...]


def ask() -> tuple[tuple[CostingRequest, ...], bool]:
    """The form: what is asked for as it stands, one request a reform, and whether it has just been sent."""
    with streamlit.form("several_form"):
        names = streamlit.multiselect(
            f"Reforms of the library, each against current law (up to {MOST})",
            list(reform_picker.reforms()),
            default=BEGIN_WITH,
            format_func=reform_picker.title_with_group,
            max_selections=MOST,
            key="several_reforms",
            placeholder="Choose reforms",
        )
        first, last = streamlit.columns(2)
        start = first.selectbox("First financial year", YEARS, index=YEARS.index(FIRST), key="several_first")
        end = last.selectbox("Last financial year", YEARS, index=YEARS.index(LAST), key="several_last")
        level = streamlit.radio(
            option("behaviour").title,
            LEVELS,
            index=LEVELS.index(option("behaviour").default),
            format_func=str.capitalize,
            horizontal=True,
            key="several_behaviour",
        )
        sent = streamlit.form_submit_button("Cost them", type="primary")
    requests = tuple(
        CostingRequest([reform_picker.reforms()[name]], years=f"{start}:{end}", behaviour=str(level)) for name in names
    )
    return requests, sent and bool(requests)


def run(requests: tuple[CostingRequest, ...]) -> None:
    """Cost one after the other; what the desk has costed before comes at once."""
    results, problems = [], []
    with cost_run.cancellable(RUN) as stages:
        for number, request in enumerate(requests):
            title = request.reforms[0].title

            def report(stage: str, done: float, title: str = title, number: int = number) -> None:
                stages(f"{title}: {stage[:1].lower()}{stage[1:]}", (number + done) / len(requests))

            try:
                results.append(desk().cost(request, report))
            except GoodworkError as error:
                problems.append(f"{title}: {error}")
        stages.end(f"Done in {stages.elapsed:.1f} seconds.")
    state[DONE] = Done(requests, tuple(results), tuple(problems))


def show(done: Done) -> None:
    """The table, what it is measured in, and how to have it again."""
    for problem in done.problems:
        streamlit.error(plain(problem))
    if not done.results:
        return
    report = costing.compared(done.results)
    render.parts(report.sections[0])
    tidy = csv_text.render(report.sections[-1].tables()[0])
    streamlit.download_button("Download the table (CSV)", tidy, "reforms-by-year.csv", "text/csv", on_click="ignore")
    streamlit.code(report.command, language=None, wrap_lines=True)


streamlit.title("Several reforms, year by year")
streamlit.markdown(
    "What each of several reforms would cost the Exchequer, in one table. Those that are proposals are **not law**."
)
stopped = cost_run.stopped(RUN)
asked, sent = ask()
if stopped is not None and not sent:
    streamlit.warning(stopped)
if sent:
    run(asked)
previous: Done | None = state.get(DONE)
if previous is not None:
    if previous.requests != asked:
        streamlit.warning("Changed since this table. Cost them again to bring it up to date.")
    show(previous)
streamlit.page_link(COST, label="Cost a policy", icon=":material/arrow_back:")
