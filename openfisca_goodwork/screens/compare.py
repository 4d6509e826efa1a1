"""Compare: two sets of law on a day or over time, every difference with its references, each parameter's history."""

from __future__ import annotations

import datetime
from contextlib import suppress
from dataclasses import replace
from typing import Any

import streamlit

from openfisca_goodwork import policy
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy.vocabulary import current_vocabulary, day, day_of_law
from openfisca_goodwork.screens import compare_result, links, page_behaviour, reform_picker, widgets
from openfisca_goodwork.screens.form_parsing import day_shown
from openfisca_goodwork.screens.links import AS_AT, LAW, Asked

PAGE, REFUSED = "compare", "compare_refused"
ALWAYS, ON, SPAN = "All days", "On a day", "Over a span of days"
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
        compare_result.PARAMETER: asked.parameter or None,
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
    asked = Asked(a, b, parameter=state.get(compare_result.PARAMETER) or "")
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
    compare_result.show(comparison, asked, [path for path in {row.path: None for row in comparison.rows} if path in known])
    links.write(PAGE, replace(asked, parameter=state.get(compare_result.PARAMETER) or "").to_link())
