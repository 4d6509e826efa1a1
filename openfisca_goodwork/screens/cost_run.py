"""A run of a costing on a page: its stages, a way to cancel it, what came of it, and whether that is still what is asked.

A run goes on in the script of its page. Whatever the visitor does to the page ends it before the next accounting period: the
desk is then free for the next costing, and nothing of the run is kept. A page that is loaded anew in its midst finds the run
again, which goes on meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import streamlit

from openfisca_goodwork import population
from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.errors import GoodworkError, counted
from openfisca_goodwork.reports import costing_words as words
from openfisca_goodwork.screens import cost_result, widgets
from openfisca_goodwork.screens.shared import desk

DONE, RUN, LINKED = "done", "cost", "cost_linked"
BUILDS = "This machine has no table of companies yet. The first run builds it, which takes one to three minutes."
NOTHING = "Nothing has been run yet. Choose a reform and press “Run the costing”."
UNDER_WAY = "This costing was under way when the page was opened. It goes on, and its result comes here."
NOT_HELD = "The result of this link is not held here. Press “Run the costing” to have it worked out."
FAILED = "The costing could not be run."
AT_ONCE = "Done at once: the same costing was run before."
state = streamlit.session_state


@dataclass(frozen=True)
class Done:
    """A run that is over: what was asked, what came of it, how long it took."""

    request: CostingRequest
    result: CostingResult | None
    problem: str
    seconds: float


def _cancel(run: str) -> None:
    state[f"{run}_cancelled"] = True


@contextmanager
def cancellable(run: str, failed: str) -> Iterator[widgets.Stages]:
    """As `widgets.staged`, with a button that cancels the run; `stopped` says of a run that did not end."""
    state[f"{run}_running"] = True
    cancel = streamlit.empty()
    with widgets.staged(failed, expanded=True) as stages:
        cancel.button("Cancel the run", on_click=_cancel, args=(run,), key=f"{run}_cancel")
        yield stages
    cancel.empty()
    del state[f"{run}_running"]


def run(request: CostingRequest, meanwhile: Callable[[], None] = lambda: None, said: str = "") -> None:
    """Cost the request, stage by stage, with a button that cancels it.

    Args:
        request: what is asked. meanwhile: called at each stage. said: of the run, while it goes on.
    """
    about, early = streamlit.empty(), streamlit.empty()
    if said:
        about.info(said)
    result: CostingResult | None = None
    with cancellable(RUN, FAILED) as stages:

        def progress(stage: str, done: float) -> None:
            stages(stage, done)
            meanwhile()

        result = desk().cost(request, progress, lambda figures: _show_early(early, figures))
    about.empty()
    early.empty()
    state[DONE] = Done(request, result, stages.problem, stages.took)


def _show_early(place: Any, result: CostingResult) -> None:
    with place.container():
        cost_result.headline(result)
        cost_result.by_year(result)
        streamlit.caption("The range and who gains are being worked out.")


def stopped(run: str = RUN) -> str | None:
    """What to say of a run of this visit that did not come to its end; None where there is none. Asked once."""
    was_running, cancelled = (state.pop(f"{run}_{how}", False) for how in ("running", "cancelled"))
    if not was_running:
        return None
    why = "You cancelled the run" if cancelled else "The run was stopped, because the page was changed or left"
    return f"{why}. Nothing is running any more, and nothing of it is kept."


def restore(request: CostingRequest, result: CostingResult) -> None:
    """Show a result that is kept from before."""
    state[DONE] = Done(request, result, "", 0.0)


def restore_when_sent(request: CostingRequest, result: CostingResult) -> None:
    """Show a result that is kept from before to somebody who has just asked for it; a box of stages would take 0.05 s."""
    restore(request, result)
    streamlit.caption(AT_ONCE)


def expectation(request: CostingRequest) -> None:
    """How long a run will take, before it begins: whether it is kept, has to wait, or builds a population first."""
    if not request.reforms:
        return
    try:
        has_to_build = desk().has_to_build(request)
    except GoodworkError:
        return  # said when it is run
    before = desk().before()
    if desk().kept(request) is not None:
        said = "It was costed before: the result comes at once."
    elif has_to_build:
        said = f"{BUILDS} It can be cancelled. Whoever runs this server can have it ready: goodwork app --prepare"
    else:
        said = f"A run takes about {desk().seconds(request):.0f} seconds once it begins, and longer on a busy server."
    waits = f" {counted(before, 'run')} of other visitors {'comes' if before == 1 else 'come'} first." if before else ""
    streamlit.caption(f"{said}{waits}")


def is_current(asked: CostingRequest) -> bool:
    """Whether the last run of this visit is of what is asked for now."""
    done: Done | None = state.get(DONE)
    return done is not None and not _changed(done, asked)


def _changed(done: Done, asked: CostingRequest) -> list[str]:
    """What is asked for otherwise than in a run that is over."""
    return [option.called for option, value in done.request.each() if option.called and value != getattr(asked, option.name)]


def _fit(result: CostingResult) -> str:
    return "" if result.fit is None else words.fit(result.fit)


def show(asked: CostingRequest, again: Callable[[], None]) -> bool:
    """The last run of this visit, marked where anything asked for has changed since; whether there is a result.

    Args:
        asked: what is asked for now. again: called when somebody wants it run again.
    """
    done: Done | None = state.get(DONE)
    if done is None:
        streamlit.info(NOT_HELD if state.get(LINKED) else NOTHING)
        return False
    changed = _changed(done, asked)
    if changed:
        streamlit.warning(f"Changed since this result: {', '.join(changed)}.")
        streamlit.button("Run it again", on_click=again, key="again", disabled=not asked.reforms)
    if done.result is None:
        widgets.failed(FAILED, done.problem)
        return False
    is_latest = done.request.forecast == population.LATEST  # the desk holds its companies, and no others
    cost_result.show(done.result, (is_latest and desk().fit()) or _fit(done.result), done.seconds)
    return True
