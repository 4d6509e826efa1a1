"""Compare: two sets of law on a day or over time, every difference with its references, each parameter's history."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import streamlit

from openfisca_goodwork import policy
from openfisca_goodwork.company.outcomes import Outcomes, first_day, outcomes
from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.number_formats import STATUSES
from openfisca_goodwork.policy import Comparison
from openfisca_goodwork.policy.vocabulary import current_vocabulary, day, day_of_law
from openfisca_goodwork.reports import citations
from openfisca_goodwork.reports.comparison import NOTHING_DIFFERS, of_comparison
from openfisca_goodwork.screens import (
    cost_result,
    downloads,
    links,
    page_behaviour,
    parameter_history,
    reform_picker,
    render,
    shared,
    widgets,
)
from openfisca_goodwork.screens.form_parsing import day_shown
from openfisca_goodwork.screens.links import AS_AT, LAW, Asked
from openfisca_goodwork.screens.parameter_history import title_of
from openfisca_goodwork.screens.widgets import heading, plain

PAGE, REFUSED = "compare", "compare_refused"
ALWAYS, ON, SPAN = "All days", "On a day", "Over a span of days"
PARAMETER = "compare_parameter"
DAY, KEPT = "compare_outcomes_day", "compare_cost"
COLUMNS = {"a": "Pays under A, £", "b": "Pays under B, £", "difference": "B less A, £"}
state = streamlit.session_state


def fields_of(query: links.Query) -> dict[str, Any]:
    """Values of the page's fields from a link, and the parts of the link that cannot be used, in words."""
    link = links.comparison_in(query, reform_picker.reforms())
    asked = link.content
    fields = {
        REFUSED: link,
        "compare_when": ON if asked.on else SPAN if asked.start or asked.end else ALWAYS,
        "compare_on": day_shown(asked.on),
        "compare_from": day_shown(asked.start),
        "compare_to": day_shown(asked.end),
        PARAMETER: asked.parameter or None,
    }
    for name in ("a", "b"):
        fields[f"compare_{name}"], _, on = getattr(asked, name).partition(AS_AT)
        fields[f"compare_{name}_day"] = day_shown(on)
    return fields


def choose(name: str) -> str:
    """One side: current law or a reform of the library, over time or as in force on a day."""
    names = [LAW, *reform_picker.reforms()]
    law = streamlit.selectbox(
        f"Law {name.upper()}",
        names,
        format_func=lambda law: "Current law" if law == LAW else reform_picker.title_with_group(law),
        key=f"compare_{name}",
    )
    typed = _day(f"Law {name.upper()} as at a day (leave blank for all its changes)", f"compare_{name}_day", "1 April 2023")
    return f"{law}{AS_AT}{typed}" if typed else str(law)


def ask() -> Asked:
    """The two laws and the days; two laws each as at a day are compared on the later one."""
    a, b = choose("a"), choose("b")
    today = datetime.datetime.now(tz=datetime.UTC).date()
    streamlit.caption(
        "Current law has its changes over time, those too that are enacted for later days, such as next April. For what "
        f"applies today alone, write today’s day: {day_in_words(today)}. Write two days to compare one law with itself. "
        "A day’s law is the one that applies to profits and spending of that day. An Act may have been passed after it: the "
        "references name the Act."
    )
    asked = Asked(a, b, parameter=state.get(PARAMETER) or "")
    if AS_AT in a and AS_AT in b:
        return replace(asked, on=max(side.partition(AS_AT)[2] for side in (a, b)))
    when = streamlit.radio("When", [ALWAYS, ON, SPAN], horizontal=True, key="compare_when")
    if when == ON:
        return replace(asked, on=_day("Day", "compare_on"))
    if when == SPAN:
        start, end = streamlit.columns(2)
        with start:
            first = _day("First day (leave blank for the beginning)", "compare_from")
        with end:
            last = _day("Last day (leave blank for the end)", "compare_to")
        return replace(asked, start=first, end=last)
    return asked


def _day(label: str, key: str, example: str = "1 April 2028") -> str:
    typed = widgets.day_box(label, key, example)
    with suppress(GoodworkError):
        return day_of_law(typed).isoformat() if typed else ""
    page_behaviour.refuse([label])
    return typed


def compared(asked: Asked) -> policy.Comparison:
    """What differs between the two laws asked for, on a day or over days.

    Raises:
        GoodworkError: for text that is no day, or a day on which no law is held.
    """
    on, start, end = (day(typed) if typed else None for typed in (asked.on, asked.start, asked.end))
    return policy.compare(asked.a, asked.b, on, start, end)


def show(comparison: Comparison, asked: Asked, differing: Sequence[str]) -> None:
    """The finding, the table, the references, a parameter's history, and how to cite it."""
    streamlit.header(heading(_finding(comparison)))
    for side in dict.fromkeys(given.partition(AS_AT)[0] for given in (asked.a, asked.b)):
        if side in reform_picker.reforms():
            reform = reform_picker.reforms()[side]
            streamlit.markdown(f"**{STATUSES[reform.status]}:** {plain(reform.title)}. {plain(reform.summary)}")
    if not comparison.rows:
        streamlit.info(NOTHING_DIFFERS)
    else:
        _differences(comparison)
    _outcomes(comparison, asked)
    _parameter(asked, differing)
    _cite(comparison, asked)


def _finding(comparison: Comparison) -> str:
    """In how many parameters the two laws differ, the laws called as people call them."""
    named = replace(comparison, a=title_of(comparison.a), b=title_of(comparison.b))
    if AS_AT in comparison.a and AS_AT in comparison.b:
        named = replace(named, start=None, end=None)  # the laws say their days
    finding = named.finding
    return finding[:1].upper() + finding[1:]


def _differences(comparison: Comparison) -> None:
    report = of_comparison(comparison)
    render.parts(report.section("Differences"))
    with streamlit.expander("References and addresses of both sides"):
        for row in comparison.rows[: widgets.LONGEST_TABLE]:
            streamlit.markdown(f"**{plain(row.label)}**, from {day_in_words(row.starts)} (`{row.path}`)")
            sides = (("A", row.reference_a, row.href_a), ("B", row.reference_b, row.href_b))
            streamlit.markdown(
                "\n".join(f"- {side}: {parameter_history.source(source, address)}" for side, source, address in sides)
            )
    render.files(report, comparison)


def _outcomes(result: Comparison, asked: Asked) -> None:
    streamlit.header("What follows for companies")
    label = "First day of an accounting period of twelve months (leave blank for the first on which most differences apply)"
    _say(result, asked, widgets.day_box(label, DAY, day_in_words(first_day(result))))
    show_cost(asked)


def _say(result: Comparison, asked: Asked, typed: str) -> None:
    try:
        day = day_of_law(typed, "the first day of the accounting period") if typed else first_day(result)
        worked_out = outcomes(result, (asked.a, asked.b), day)
    except GoodworkError as error:
        streamlit.info(plain(str(error)))
        return
    _table(worked_out)
    for letter, side in (("A", asked.a), ("B", asked.b)):
        reform = reform_picker.reforms().get(side)
        if reform is not None and reform.first_date > worked_out.end:
            begins = day_in_words(reform.first_date)
            streamlit.info(f"{letter}, {plain(reform.title)}, begins on {begins}: it has not yet begun in this period.")


def _table(worked_out: Outcomes) -> None:
    streamlit.markdown(f"**{plain(worked_out.finding)}**")
    span = f"{day_in_words(worked_out.start)} to {day_in_words(worked_out.end)}"
    streamlit.markdown(
        f"Accounting period {span}. What a company pays is its corporation tax less credits paid to it in cash; a minus in "
        "the last column is less to pay. The companies are made up and stand for nobody. "
        f"A is {plain(_named(worked_out.a))}, B is {plain(_named(worked_out.b))}."
    )
    table = worked_out.to_dataframe()
    alt = f"What example companies pay under A and under B. {worked_out.finding}"
    widgets.figures(table.set_index("company").rename(columns=COLUMNS), "Company", "{:,.0f}".format, alt)
    downloads.offer("Download these companies (CSV)", table, "companies-a-b.csv")


def _named(side: str) -> str:
    """A law with its standing, so that nobody takes a proposal for law."""
    reform = reform_picker.reforms().get(side.partition(AS_AT)[0])
    return title_of(side) if reform is None else f"{title_of(side)} ({STATUSES[reform.status].lower()})"


def _parameter(asked: Asked, differing: Sequence[str]) -> None:
    streamlit.header("History of a parameter")
    paths = [*differing, *(path for path in current_vocabulary() if path not in differing)]
    labels = {path: f"{current_vocabulary()[path].label} ({path})" for path in paths}
    path = streamlit.selectbox(
        "Parameter (those that differ come first)", paths, index=None, format_func=labels.__getitem__, key=PARAMETER
    )
    if path is None:
        streamlit.caption("Choose one to see every value that it has had, with its sources.")
        return
    streamlit.subheader(plain(labels[path]))
    laws = dict.fromkeys(side.partition(AS_AT)[0] for side in (asked.a, asked.b))
    parameter_history.show(path, tuple(laws), level=4)
    widgets.way("parameter", "This parameter’s own page: where it is used, and which reforms set it", query={"path": path})


def _cite(comparison: Comparison, asked: Asked) -> None:
    streamlit.header("Cite and reopen")
    query = replace(asked, parameter=state.get(PARAMETER) or "").query()
    today = datetime.datetime.now(tz=datetime.UTC).date()
    cited = (citations.of_comparison(comparison, _finding(comparison), widgets.address(query), today),)
    parameter_history.to_cite(cited)
    widgets.link(query)


# --- the costing of one law against the other: here for the law of a day, else on the page of a costing ------------------


def show_cost(asked: Asked) -> None:
    """What one law would cost against the other, or the way to where it is costed."""
    known = (LAW, *reform_picker.reforms())
    if AS_AT in f"{asked.a}{asked.b}":
        _of_a_day(asked)
    elif asked.a not in known or asked.b not in known or asked.a == asked.b:
        streamlit.caption("A costing of B against A needs two different laws of the library.")
    elif LAW in {asked.a, asked.b}:
        side, name = ("B", asked.b) if asked.a == LAW else ("A", asked.a)
        _link("cost", f"What would law {side} cost against current law?", [name])
    else:
        _link("compare_costings", "What would each of the two cost against current law?", [asked.a, asked.b])


def _link(page: str, label: str, reforms: list[str]) -> None:
    widgets.way(page, label, query=[("reforms", name) for name in reforms])


def _of_a_day(asked: Asked) -> None:
    """A costing of the law of a day, kept as it was from that day on, against the other law."""
    sides = {"B": asked.b, "A": asked.a}
    costed = "B" if AS_AT in asked.b else "A"
    against = "A" if costed == "B" else "B"
    if asked.a == asked.b:
        return
    called = "current law" if sides[against] == LAW else f"law {against}"
    try:
        reform, *baseline = map(policy.load, (sides[costed], *([] if sides[against] == LAW else [sides[against]])))
        request = CostingRequest((reform,), baseline=tuple(baseline))
        expected = shared.desk().seconds(request)
    except GoodworkError as error:
        streamlit.info(plain(str(error)))
        return
    streamlit.subheader(f"What would law {costed} cost against {called}?")
    years = request.years.replace(":", " to ")
    streamlit.caption(f"The law of a day is costed as if it had been kept ever since, for the financial years {years}.")
    result = shared.desk().kept(request) or shared.worked_out(
        f"{KEPT}_{sides[costed]}_{sides[against]}",
        f"Cost law {costed} against {called} (about {expected:.0f} seconds)",
        "The costing could not be run.",
        lambda stages: shared.desk().cost(request, stages),
    )
    if result is not None:
        cost_result.headline(result)
        cost_result.by_year(result)
        streamlit.code(cost_result.report_of(result).command, language=None, wrap_lines=True)


streamlit.title("Compare two sets of law")
streamlit.markdown(
    "What differs between two reforms, between two days, or both: every rate, limit and condition, with the references of "
    "both sides. Reforms are applied to current law; those that are proposals are **proposed, not law**."
)
links.take(PAGE, "compare_a", fields_of)
widgets.link_warnings(state[REFUSED].refused, state[REFUSED].other_version)
asked = ask()
try:
    comparison = compared(asked)
except GoodworkError as error:
    widgets.failed("The two laws cannot be compared.", error)
else:
    known = set(current_vocabulary())
    show(comparison, asked, [path for path in {row.path: None for row in comparison.rows} if path in known])
    links.write(PAGE, replace(asked, parameter=state.get(PARAMETER) or "").to_link())
