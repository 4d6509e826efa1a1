"""Where a visit to the page for companies stands, as text: kept in the browser's tab over a refresh, and in a link.

No figure stays on the server. The text comes back from a browser, so it is read as any text that a visitor types.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Annotated, Any

import streamlit
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from streamlit.components import v2

from openfisca_goodwork.screens import links, widgets
from openfisca_goodwork.screens.form_parsing import LONGEST_ANSWER

LINK, NOW = "answers", "company_now"
LONGEST_FILE, MOST_PERIODS, MOST_ANSWERS, MOST_COMPANIES = 90_000, 10, 200, 10
CUT_SHORT = "The answers of this link cannot be read: the link was cut short or changed. Ask for it again."
WHO_READS = "The link holds every figure you typed: whoever has it can read them. It is made here and kept nowhere."
TOO_LONG = "This file is too long for a link: save it below, and send the file."
# A new screen begins at its top. The tab keeps the text until it is closed; no other tab or browser sees it. The answers of
# a link leave the address without another entry of the browser's history, which would take one more press of Back.
_SCRIPT = """
export default function({ data, setTriggerValue }) {
    const name = 'goodwork-company', main = document.querySelector('[data-testid=stMain]');
    if (main && ![undefined, data.screen].includes(window.goodworkScreen)) main.scrollTo(0, 0);
    window.goodworkScreen = data.screen;
    const here = new URL(window.location);
    if (here.searchParams.has(data.link)) {
        here.searchParams.delete(data.link);
        window.history.replaceState(window.history.state, '', here);
    }
    try {
        if (!data.asks) {
            if (data.text) sessionStorage.setItem(name, data.text); else sessionStorage.removeItem(name);
        } else if (sessionStorage.getItem(name)) setTriggerValue('kept', sessionStorage.getItem(name));
    } catch (refused) { console.info('This browser keeps nothing for a page: answers are gone after a refresh.'); }
}
"""
_ASKED, _TAKEN = "company_asked_the_browser", "company_link_taken"
_keeper = v2.component("goodwork_company_visit", js=_SCRIPT)

Text = Annotated[str, StringConstraints(max_length=LONGEST_ANSWER)]
Answers = Annotated[dict[Text, Text], Field(max_length=MOST_ANSWERS)]


class Visit(BaseModel):
    """Where a visit stands, as the session holds it.

    Attributes:
        place: of the screen. period: of the accounting period asked of, from 0. checked: whether the answers were checked.
        relief: its name. periods: answers of each accounting period. group: of each company of a group typed by hand.
        file: text of the company or group file loaded. is_by_hand: whether that file was made of the group's answers.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    place: int
    period: int
    checked: bool
    relief: str
    periods: Annotated[list[Answers], Field(min_length=1, max_length=MOST_PERIODS)]
    group: Annotated[list[Answers], Field(max_length=MOST_COMPANIES)]
    file: Annotated[str, StringConstraints(max_length=LONGEST_FILE)]
    is_by_hand: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered or loaded."""
        return not (any(self.periods) or any(self.group) or self.file)

    def to_text(self) -> str:
        """It as text, without a file that is too long for one; empty where nothing else was answered or loaded."""
        kept = self if len(self.file) <= LONGEST_FILE else self.model_copy(update={"file": ""})
        return "" if kept.is_empty else json.dumps(kept.model_dump(), ensure_ascii=False, separators=(",", ":"))


def visit() -> Visit:
    """Where this visit stands."""
    return streamlit.session_state[NOW]


def visit_in(text: str, places: Collection[int], reliefs: Collection[str], names: Collection[str]) -> Visit | None:
    """The visit that a text holds; None for one that is of no visit.

    Args:
        places: of the screens. reliefs: names of those that can be chosen. names: of the answers that there are.
    """
    try:
        read = Visit.model_validate_json(text)
    except ValidationError:
        return None
    is_known = read.place in places and read.relief in reliefs and 0 <= read.period < len(read.periods)
    return read if is_known and all(answers.keys() <= set(names) for answers in read.periods) else None


def kept_by_browser() -> str:
    """Keep this visit in the browser's tab; what the tab kept of it before a refresh, the first time it is asked."""
    asks = not streamlit.session_state.get(_ASKED)
    streamlit.session_state[_ASKED] = True
    data = {"asks": asks, "text": visit().to_text(), "screen": f"{visit().place} {visit().period}", "link": LINK}
    result: Any = _keeper(data=data, key="company_visit")
    return str(result.get("kept") or "")


def in_address() -> str | None:
    """The visit that a link holds, once; empty where there is none, None where it cannot be read.

    The browser takes it out of the address.
    """
    packed = streamlit.query_params.get(LINK, "")
    if not packed or packed == streamlit.session_state.get(_TAKEN):
        return ""
    streamlit.session_state[_TAKEN] = packed
    return links.unpack_text(packed)


def offer_link() -> None:
    """A link with the answers, for whom they may be shown to."""
    with streamlit.expander("Copy a link with my answers"):
        packed = links.pack_text(visit().to_text())
        if len(visit().file) > LONGEST_FILE or len(packed) > links.LONGEST_TEXT:
            streamlit.markdown(TOO_LONG)
            return
        streamlit.markdown(WHO_READS)
        streamlit.code(widgets.address(links.as_address({LINK: [packed]})), language=None, wrap_lines=True)
