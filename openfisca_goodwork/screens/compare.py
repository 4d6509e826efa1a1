"""Compare: two sets of law on a day or over time, every difference with its references, each parameter's history."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit

from openfisca_goodwork import policy
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.policy.vocabulary import current_vocabulary, day
from openfisca_goodwork.screens import compare_result, links, reform_picker, widgets
from openfisca_goodwork.screens.links import LAW, LAW_ON, Asked

PAGE, REFUSED = "compare", "compare_refused"
EARLIER = "earlier"
ALWAYS, ON, SPAN = "All days", "On a day", "Over a span of days"
FIRST_DAY = "2023-04-01"
state = streamlit.session_state


def fields_of(query: links.Query) -> dict[str, Any]:
    """What a link says of the fields, and what of it cannot be used."""
    link = links.comparison_in(query, reform_picker.reforms())
    asked = link.content
    fields = {
        REFUSED: link,
        "compare_when": ON if asked.on else SPAN if asked.start or asked.end else ALWAYS,
        "compare_on": asked.on,
        "compare_from": asked.start,
        "compare_to": asked.end,
        compare_result.PARAMETER: asked.parameter or None,
    }
    for name in ("a", "b"):
        side = getattr(asked, name)
        is_earlier = side.startswith(LAW_ON)
        fields[f"compare_{name}"] = EARLIER if is_earlier else side
        fields[f"compare_{name}_day"] = side.removeprefix(LAW_ON) if is_earlier else FIRST_DAY
    return fields


def choose(name: str, label: str) -> str:
    """One side: current law, the law as it stood on a day, or a reform of the library."""
    options = [LAW, EARLIER, *reform_picker.reforms()]
    words = {LAW: "Current law", EARLIER: "The law as it stood on a day"}
    side = streamlit.selectbox(
        label, options, format_func=lambda law: words.get(law) or reform_picker.title_with_group(law), key=f"compare_{name}"
    )
    if side != EARLIER:
        return str(side)
    typed = streamlit.text_input(f"Day of law {name.upper()} (for example 2023-04-01)", key=f"compare_{name}_day")
    return f"{LAW_ON}{(typed or '').strip()}"


def ask() -> Asked:
    """The two laws and the days."""
    a = choose("a", "Law A")
    b = choose("b", "Law B")
    when = streamlit.radio("When", [ALWAYS, ON, SPAN], horizontal=True, key="compare_when")
    asked = Asked(a, b, parameter=state.get(compare_result.PARAMETER) or "")
    if when == ON:
        return replace(asked, on=_day("Day (for example 2028-04-01)", "compare_on"))
    if when == SPAN:
        start, end = streamlit.columns(2)
        with start:
            first = _day("First day (left empty: the beginning)", "compare_from")
        with end:
            last = _day("Last day (left empty: the end)", "compare_to")
        return replace(asked, start=first, end=last)
    return asked


def _day(label: str, key: str) -> str:
    return (streamlit.text_input(label, key=key, placeholder="2028-04-01", max_chars=20) or "").strip()


def compared(asked: Asked) -> policy.Comparison:
    """The comparison.

    Raises:
        GoodworkError: for a day that is none, or on which no law is held.
    """
    on, start, end = (day(typed) if typed else None for typed in (asked.on, asked.start, asked.end))
    return policy.compare(asked.a, asked.b, on, start, end)


streamlit.title("Compare two sets of law")
streamlit.markdown(
    "What exactly differs, parameter by parameter, with the references of both sides. Reforms are applied to current law; "
    "those that are proposals are **proposed, not law**."
)
links.take(PAGE, "compare_a", fields_of)
widgets.link_warnings(state[REFUSED].refused, state[REFUSED].other_version)
asked = ask()
try:
    comparison = compared(asked)
except GoodworkError as error:
    streamlit.error("The two laws cannot be compared.")
    streamlit.code(str(error), language=None, wrap_lines=True)
else:
    known = set(current_vocabulary())
    compare_result.show(comparison, asked, [path for path in {row.path: None for row in comparison.rows} if path in known])
    links.write(PAGE, replace(asked, parameter=state.get(compare_result.PARAMETER) or "").to_link())
