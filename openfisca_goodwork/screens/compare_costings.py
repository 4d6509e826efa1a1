"""Several reforms in one table: each costed alike, one after the other, by financial year."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.reports import costing, csv_text
from openfisca_goodwork.screens import (
    cost_run,
    costing_options,
    downloads,
    links,
    reform_draft,
    reform_picker,
    render,
    widgets,
)
from openfisca_goodwork.screens.reform_draft import BLANK, Draft
from openfisca_goodwork.screens.shared import desk
from openfisca_goodwork.screens.widgets import plain

PAGE = RUN = "several"
DONE, NAMES = "several_done", "several_names"
BEGIN_WITH = (reform_picker.MAIN, "human-investment-super-deduction-external-fees", "training-boost-120-percent")
DRAFT = "your own reform"
MOST = 12
state = streamlit.session_state


@dataclass(frozen=True)
class Done:
    """Runs that are over: what was asked, what came of each, and why others came to nothing."""

    requests: tuple[CostingRequest, ...]
    results: tuple[CostingResult, ...]
    problems: tuple[str, ...]


def own() -> Draft:
    """The reform of one's own, from the page of a costing; empty where that has one of the library as it is."""
    draft = reform_picker.draft()
    return draft if draft.text and draft.report.reform is not None else Draft()


def take_link() -> bool:
    """Fill the page in from its link, when it is opened with a link or the browser goes back; whether it was opened so."""
    opened = costing_options.take_address(PAGE)
    if opened is None:
        return False
    made = opened.draft
    if made.text:
        reform_picker.put(replace(made, more=()))
        state[NAMES] = [DRAFT, *made.more][:MOST]
    elif streamlit.query_params:
        state[NAMES] = [*([] if made.is_empty else [made.start]), *made.more][:MOST]
    return True


def _chosen() -> list[str]:
    has_own = bool(own().text)
    names = state.get(NAMES, [*([DRAFT] if has_own else []), *BEGIN_WITH])
    return [name for name in names if has_own or name != DRAFT]


def ask() -> tuple[tuple[CostingRequest, ...], bool]:
    """What is asked for as it stands, one request a reform, and whether it has just been sent."""
    mine, key = own(), costing_options.field_key("several_reforms")
    title = f"Yours: {reform_draft.heading_in(mine.text).title}"
    streamlit.multiselect(
        f"Reforms, each alone against current law (up to {MOST})",
        [*([DRAFT] if mine.text else []), *reform_picker.reforms()],
        _chosen(),
        format_func=lambda name: title if name == DRAFT else reform_picker.title_with_group(name),
        max_selections=MOST,
        key=key,
        placeholder="Choose reforms",
        on_change=lambda: state.update({NAMES: state[key]}),
    )
    chosen = _chosen()
    reforms = [mine.report.reform if name == DRAFT else reform_picker.reforms()[name] for name in chosen]
    requests = tuple(costing_options.request_of((reform,)) for reform in reforms)
    sent = streamlit.button("Cost them", type="primary", disabled=not requests)
    if requests and not sent:
        streamlit.caption(_expected(requests))
    with streamlit.expander("Years, response and assumptions, as on the page of one costing"):
        costing_options.ask()
    named = [name for name in chosen if name != DRAFT]
    draft = replace(mine, more=tuple(named)) if DRAFT in chosen else Draft(next(iter(named), BLANK), more=tuple(named[1:]))
    if too_long := costing_options.write_address(PAGE, links.costing_query(costing_options.request_of(()), draft)):
        streamlit.caption(too_long)
    return requests, sent


def _expected(requests: tuple[CostingRequest, ...]) -> str:
    new = [request for request in requests if desk().kept(request) is None]
    if not new:
        return "All of them were costed before: the table comes at once."
    seconds = sum(map(desk().seconds, new))
    which = "" if len(new) == len(requests) else f" for the {len(new)} not costed before"
    return f"This takes about {seconds:.0f} seconds{which}."


def run(requests: tuple[CostingRequest, ...]) -> None:
    """Cost the reforms one after the other; results that the desk has kept come at once."""
    results, problems = [], []
    with cost_run.cancellable(RUN, cost_run.FAILED) as stages:
        for number, request in enumerate(requests):
            title = request.reforms[0].title

            def report(stage: str, done: float, title: str = title, number: int = number) -> None:
                stages(f"{title}: {stage[:1].lower()}{stage[1:]}", (number + done) / len(requests))

            report("Begin", 0.0)  # ends here for a visitor who has left, before another costing is begun
            try:
                results.append(desk().cost(request, report))
            except GoodworkError as error:
                problems.append(f"{title}: {error}")
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
    downloads.offer("Download the table (CSV)", tidy, "reforms-by-year.csv")
    streamlit.code(report.command, language=None, wrap_lines=True)


streamlit.title("Several reforms, year by year", anchor=False)
streamlit.markdown(
    "What each of several reforms would cost the Exchequer, in one table. Those that are proposals are **not law**."
)
is_opened = take_link()
costing_options.warn_of_address(PAGE)
stopped = cost_run.stopped(RUN)
asked, sent = ask()
joins = is_opened and any(map(desk().is_under_way, asked))
about = streamlit.empty()
if joins:
    about.info(cost_run.UNDER_WAY)
elif stopped is not None and not sent:
    about.warning(stopped)
if sent or joins:
    run(asked)
    about.empty()
previous: Done | None = state.get(DONE)
if previous is not None:
    if previous.requests != asked:
        streamlit.warning("Changed since this table. Cost them again to bring it up to date.")
    show(previous)
widgets.way("cost", "Cost a policy", is_back=True)
