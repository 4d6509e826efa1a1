"""Where a visit to the door for companies stands: the answers of each accounting period, the screen, the file loaded."""

from __future__ import annotations

import streamlit

from openfisca_goodwork.screens.company_questions import QUESTIONS
from openfisca_goodwork.screens.form_parsing import next_of

ANSWERS, PERIOD, PLACE, CHECKED, FILE = (f"company_{name}" for name in ("answers", "asked", "place", "checked", "file"))
BEGIN, CHECK, RESULT = -1, len(QUESTIONS), len(QUESTIONS) + 1
MOST_PERIODS = 10
state = streamlit.session_state

Periods = list[dict[str, str]]


def go(place: int, period: int | None = None) -> None:
    """Turn to another screen; a callback, so that it is the next one drawn."""
    state[PLACE] = place
    if period is not None:
        state[PERIOD] = period


def start(periods: Periods, place: int) -> None:
    """Begin anew with the answers of these accounting periods, on this screen."""
    state[ANSWERS], state[CHECKED], state[FILE] = periods or [{}], place >= CHECK, None
    go(place, 0)


def add_period() -> None:
    """Ask of one more accounting period, which follows the last one."""
    state[ANSWERS] = [*state[ANSWERS], next_of(state[ANSWERS][-1])]
    state[CHECKED] = False
    go(0, len(state[ANSWERS]) - 1)


def drop_period() -> None:
    """Leave out the last accounting period."""
    state[ANSWERS] = state[ANSWERS][:-1]
    go(CHECK, 0)
