"""Several values of one lever side by side: each costed as if it were typed by hand, in a table, a picture and a CSV."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import streamlit

from openfisca_goodwork import policy
from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.questions import SweepResult
from openfisca_goodwork.questions.sweeping import Costing, Sweep
from openfisca_goodwork.reports import report_of
from openfisca_goodwork.screens import cost_run, costing_options, levers, links, render, widgets
from openfisca_goodwork.screens.reform_draft import Draft
from openfisca_goodwork.screens.shared import desk
from openfisca_goodwork.screens.widgets import plain

RUN = DONE = "tried"
NAME, FAILED = "values-side-by-side", "The values could not be costed."
FEWEST, MOST, LONGEST = 2, 8, 200
_BETWEEN = re.compile(r"\s*(?:;|\n|,(?!\d{3}\b))\s*")  # a comma within £250,000 is no end of a value
_NUMBER = re.compile(r"(?P<before>£?)(?P<number>[0-9][0-9,]*(?:\.[0-9]+)?)(?P<after> ?%?)")
_WHOLE = 1_000
state = streamlit.session_state


@dataclass(frozen=True)
class Tried:
    """Values that were costed: of which draft, with which other options, what came of it, warnings, and its link."""

    draft: Draft
    options: CostingRequest
    result: SweepResult
    warnings: tuple[str, ...]
    link: links.Values


def ask(made: Draft, level: str) -> Sweep | None:
    """The lever and its values; what is to be costed, once it is asked for.

    Args:
        made: the draft. level: of the response, whose assumptions are levers.
    """
    if made.report.reform is None:
        streamlit.info("Choose a reform that has no faults first.")
        return None
    known = {lever.name: lever for lever in levers.levers_of(made, level)}
    name = streamlit.selectbox("Lever", list(known), format_func=lambda name: known[name].label, key="try_lever")
    lever = known.get(str(name)) or next(iter(known.values()))
    typed = streamlit.text_input(
        f"Values, {FEWEST} to {MOST}, with commas between (it is {plain(lever.value)} here)",
        max_chars=LONGEST,
        placeholder="for example 10%, 20%, 30%, 40%",
        key="try_values",
    )
    sent = streamlit.button("Cost each value", key="try_send")
    streamlit.caption("Everything else stays as it is on this page. No 80% range is drawn here.")
    if not sent:
        return None
    values = _values_in(typed or "")
    if not FEWEST <= len(values) <= MOST:
        streamlit.error(f"There is a problem. Type {FEWEST} to {MOST} values, for example 10%, 20%, 30%, 40%.")
        return None
    return _sweep(made, lever, values)


def _sweep(made: Draft, lever: levers.Lever, values: list[str]) -> Sweep | None:
    """A costing for each value; None where one cannot be used, which is said."""
    refused = list(filter(None, (levers.refusal(made, lever.name, value) for value in values)))
    for why in refused:
        streamlit.error(f"There is a problem. {plain(why)}")
    if refused:
        return None
    drafts = {value: levers.moved(made, lever.name, value) for value in values}
    wrong = {value: draft.report.faults for value, draft in drafts.items() if draft.report.reform is None}
    for value, listed in wrong.items():
        if listed:
            widgets.faults(listed, f"{plain(value)} cannot be used: mend it, and press the button again.")
        else:
            streamlit.error(f"There is a problem. {plain(value)} cannot be read as a value of: {plain(lever.label)}.")
    return None if wrong else _sweep_of(made, lever, values)


def _values_in(typed: str) -> list[str]:
    return list(dict.fromkeys(filter(None, _BETWEEN.split(typed.strip()))))


def _sweep_of(made: Draft, lever: levers.Lever, values: Sequence[str]) -> Sweep | None:
    """A costing for each value; None where one of them makes no reform."""
    drafts = {value: levers.moved(made, lever.name, value) for value in values}
    if any(draft.report.reform is None for draft in drafts.values()):
        return None
    requests = {value: costing_options.request_of(draft.reforms) for value, draft in drafts.items()}
    costings = tuple(Costing({lever.label: value}, request) for value, request in requests.items())
    return Sweep(NAME, f"{made.reforms[0].title}, {lever.label.lower()}", (lever.label,), costings)


def run(asked: Sweep, made: Draft) -> None:
    """Cost each value, stage by stage, with a button that cancels it."""
    with cost_run.cancellable(RUN, FAILED) as stages:
        result = desk().sweep(asked, stages)
    if stages.problem:
        widgets.failed(FAILED, stages.problem)
    else:
        _keep(asked, made, result)


def restore(made: Draft, level: str, link: Mapping[str, Sequence[str]]) -> None:
    """Fill the fields in from a link, and show the values where they are kept from before; nothing is run."""
    name, typed = (next(iter(link.get(key, ())), "") for key in (links.LEVER, links.TRIED))
    lever = next((known for known in levers.levers_of(made, level) if known.name == name), None)
    values = _values_in(typed)
    if lever is None or not FEWEST <= len(values) <= MOST or made.report.reform is None:
        return
    state["try_lever"], state["try_values"] = name, typed
    asked = _sweep_of(made, lever, values)
    if asked is not None and (result := desk().kept_sweep(asked)) is not None:
        _keep(asked, made, result)


def link_of(made: Draft) -> links.Values:
    """The part of the page's link for the values that were costed last; nothing where they were of another draft."""
    done: Tried | None = state.get(DONE)
    return {} if done is None or done.draft != made else done.link


def _keep(asked: Sweep, made: Draft, result: SweepResult) -> None:
    as_it_stands = {warning.message for warning in policy.advice_on(made.reforms)}
    warned = {
        f"{value}: {warning.message}"
        for costing in asked.costings
        for value in costing.varied.values()
        for warning in policy.advice_on(costing.request.reforms)
        if warning.message not in as_it_stands
    }
    link = {links.LEVER: [state["try_lever"]], links.TRIED: [state["try_values"]]}
    state[DONE] = Tried(made, costing_options.request_of(()), result, tuple(sorted(warned)), link)


def show(made: Draft, asked: Sweep | None) -> None:
    """Run what is asked for now, and show what was costed last, marked where the page has changed since."""
    stopped = cost_run.stopped(RUN)
    if stopped is not None and asked is None:
        streamlit.warning(stopped)
    if asked is not None:
        run(asked, made)
    done: Tried | None = state.get(DONE)
    if done is None:
        return
    report = report_of(done.result)
    section = report.section("Sweep")
    streamlit.header("Several values side by side", anchor=False)
    if (done.draft, done.options) != (made, costing_options.request_of(())):
        streamlit.warning("The reform or the options have changed since these values were costed.")
    for warning in done.warnings:
        streamlit.warning(plain(warning))
    streamlit.subheader(plain(section.finding))
    streamlit.caption(plain(section.tables()[0].caption))
    render.parts(section)
    _which_value(done)
    render.files(report, done.result)


def _which_value(done: Tried) -> None:
    """The value that would cost an amount, read off between those that were costed; for values that are numbers."""
    result = done.result
    written = [str(value) for costing in result.sweep.costings for value in costing.varied.values()]
    matches = [_NUMBER.fullmatch(value) for value in written]
    signs = {(match["before"], match["after"]) for match in matches if match}
    if None in matches or len(signs) != 1:
        return
    year = result.headlines[0].financial_years[-1]
    wanted = streamlit.number_input(
        f"Which value would cost this much in {year}? £ million", value=None, step=50.0, key="try_wanted"
    )
    if wanted is None:
        return
    values = [float(match["number"].replace(",", "")) for match in matches if match]
    near = between(values, [-headline.effect[-1] for headline in result.headlines], wanted)
    if near is None:
        streamlit.info("No two neighbouring values cost less and more than that. Cost values further apart.")
        return
    before, after = signs.pop()
    shown, low, high = (
        f"{before}{value:,.0f}{after}" if value >= _WHOLE else f"{before}{value:.3g}{after}" for value in near[0]
    )
    least, most = (_costs(amount) for amount in near[1])
    streamlit.markdown(
        plain(
            f"About {shown} {_costs(wanted)} in {year}. This is read off in a straight line between two values that were "
            f"costed: {low}, which {least}, and {high}, which {most}."
        )
    )
    _in_full(done, shown, wanted, year)


def _in_full(done: Tried, value: str, wanted: float, year: str) -> None:
    """The costing of a value that was read off, once somebody asks for it, and how far out the reading was."""
    [name] = done.link[links.LEVER]
    lever = next((lever for lever in levers.levers_of(done.draft, done.options.behaviour) if lever.name == name), None)
    made = levers.moved(done.draft, name, value)
    if lever is None or made.report.reform is None:
        return
    asked = Sweep(NAME, value, (lever.label,), (Costing({lever.label: value}, replace(done.options, reforms=made.reforms)),))
    if streamlit.button(f"Cost {value} in full", key="try_full"):
        with cost_run.cancellable(RUN, "It could not be costed.") as stages:
            desk().sweep(asked, stages)
        if stages.problem:
            streamlit.error(f"There is a problem. {plain(stages.problem)}")
    result = desk().kept_sweep(asked)
    if result is not None:
        costs = -result.headlines[0].effect[-1]
        streamlit.markdown(
            plain(f"Costed in full, {value} {_costs(costs, 1)} in {year}: the line was £{abs(costs - wanted):,.1f}m out.")
        )


def _costs(amount: float, places: int = 0) -> str:
    return f"{'raises' if amount < 0 else 'costs'} £{abs(amount):,.{places}f}m"


def between(
    values: Sequence[float], costs: Sequence[float], wanted: float
) -> tuple[tuple[float, float, float], tuple[float, float]] | None:
    """The value at which a cost is reached, on a straight line between two neighbours; None where none reach it.

    Returns:
        That value and the two between which it lies; what the two cost.
    """
    points = sorted(zip(values, costs, strict=True))
    for (low, least), (high, most) in pairwise(points):
        if least != most and min(least, most) <= wanted <= max(least, most):
            return (low + (high - low) * (wanted - least) / (most - least), low, high), (least, most)
    return None
