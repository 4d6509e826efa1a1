"""Check your answers: each as it was understood, with a button that says what it changes; periods added and removed."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit

from openfisca_goodwork.screens.company_questions import QUESTIONS, Field, places_of
from openfisca_goodwork.screens.company_visit import (
    ANSWERS,
    BEGIN,
    CHECKED,
    MOST_PERIODS,
    RESULT,
    add_period,
    drop_period,
    go,
    start,
    state,
)
from openfisca_goodwork.screens.form_parsing import as_read, span_of
from openfisca_goodwork.screens.plain_text import plain


def check() -> None:
    """Every answer of every accounting period, then on to the result."""
    state[CHECKED] = True
    streamlit.header("Check your answers")
    for period in range(len(state[ANSWERS])):
        _period(period, many=len(state[ANSWERS]) > 1)
    with streamlit.container(horizontal=True):
        streamlit.button("Work out the tax", type="primary", on_click=go, args=(RESULT,))
        if len(state[ANSWERS]) < MOST_PERIODS:
            streamlit.button("Add the next accounting period", on_click=add_period)
        if len(state[ANSWERS]) > 1:
            streamlit.button("Remove the last accounting period", on_click=drop_period)
        streamlit.button("Start again", on_click=start, args=([], BEGIN))


def _period(period: int, *, many: bool) -> None:
    answers = state[ANSWERS][period]
    if many:
        streamlit.subheader(f"Accounting period {period + 1}: {span_of(answers)}")
    for place in places_of(period):
        question = QUESTIONS[place]
        left, right = streamlit.columns([5, 4])
        left.markdown(f"**{question.title}**")
        left.markdown("\n".join(_told(answers, question.fields)) or "No answer given.")
        label = f"{question.change}, period {period + 1}" if many else question.change
        right.button(label, key=f"change_{period}_{place}", on_click=go, args=(place, period))


def _told(answers: dict[str, str], fields: Iterable[Field]) -> list[str]:
    read = {field.label: as_read(field.name, answers) for field in fields}
    return [f"- {label}: {plain(value)}" for label, value in read.items() if value]
