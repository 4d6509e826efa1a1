"""The state of a page as a link: written in full, read back as untrusted text, and taken once to set the fields of the page.

A reform of somebody's own is in the link as its text, compressed, up to a length; it is read back as any text that a visitor
types, and never run by itself. A run of a page may end at any step, when the visitor acts
before it is drawn, and the next one may still bring the address of the one before. So a link is taken in one step and kept
until all of it is applied, and an address that the page has seen or has written itself is no link.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import streamlit

from openfisca_goodwork.costing.request import CostingRequest, options
from openfisca_goodwork.errors import GoodworkError, quoted
from openfisca_goodwork.policy.laws import SETTING
from openfisca_goodwork.policy.vocabulary import current_vocabulary, day_of_law
from openfisca_goodwork.screens.reform_draft import BLANK, Draft
from openfisca_goodwork.version import model_version

VERSION = "version"
LAW, AS_AT = "law", "@"
SIDES, DAYS = ("a", "b"), ("on", "from", "to")
MOST_UNKNOWN, MOST_OF_A_KIND, LONGEST = 50, 20, 200

Query = dict[str, str]
Content = TypeVar("Content")


@dataclass(frozen=True)
class Opened(Generic[Content]):
    """A link as it was opened.

    Attributes:
        content: what can be used of it. refused: what cannot, and why.
        other_version: the version that made the link, where that is not this one; else empty.
    """

    content: Content
    refused: tuple[str, ...] = ()
    other_version: str = ""


def _unknown(query: Iterable[str], keys: Collection[str]) -> list[str]:
    return [f"{quoted(key)} is no part of a link of this page." for key in list(query)[:MOST_UNKNOWN] if key not in keys]


def _if_other(version: str) -> str:
    return "" if version == model_version() else version


# --- fields set by a link ---------------------------------------------------------------------------------------------


@dataclass
class _Taken:
    """Addresses that a page has seen, what the last of them says of its fields, and whether they are set to it."""

    seen: set[frozenset[tuple[str, str]]]
    fields: Mapping[str, Any]
    is_applied: bool = False


def take(page: str, field: str, read: Callable[[Query], Mapping[str, Any]]) -> None:
    """Set what the fields of a page are, where it is opened anew or with another link.

    Args:
        page: its name. field: the key of one of its fields, which is gone where the page is opened anew.
        read: what a query says: values of the session by their keys.
    """
    state = streamlit.session_state
    query = streamlit.query_params.to_dict()
    address = frozenset(query.items())
    link: _Taken | None = state.get(_key(page))
    if link is None or address not in link.seen or (link.is_applied and field not in state):
        link = _Taken({address} if link is None else {*link.seen, address}, read(query))
        state[_key(page)] = link
    if not link.is_applied:
        for name, value in link.fields.items():
            state[name] = value
        link.is_applied = True


def write(page: str, query: Query) -> None:
    """Write the state of a page into its address."""
    link: _Taken = streamlit.session_state[_key(page)]
    link.seen.add(frozenset(query.items()))
    streamlit.query_params.from_dict(query)


def _key(page: str) -> str:
    return f"{page}_opened_with"


# --- a comparison -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What a comparison was asked for: two laws, a day or a span of days, the parameter opened.

    Attributes:
        a, b: `law` or a reform of the library, either also as at a day: `law@2023-04-01`.
        on, start, end: days as text, empty where open.
        parameter: path of the one whose history is open, or empty.
    """

    a: str = LAW
    b: str = "human-investment-super-deduction"
    on: str = ""
    start: str = ""
    end: str = ""
    parameter: str = ""

    def to_link(self) -> dict[str, str]:
        """The query of the link, empty parts left out, with the version that it was made by."""
        days = {"on": self.on, "from": self.start, "to": self.end}
        query = {"a": self.a, "b": self.b, **days, "parameter": self.parameter, VERSION: model_version()}
        return {key: value for key, value in query.items() if value}

    def query(self) -> str:
        """The query as an address ends with it."""
        return f"?{urlencode(self.to_link())}"


def comparison_in(query: Mapping[str, str], reforms: Collection[str]) -> Opened[Asked]:
    """Read the link of a comparison; what cannot be used is left out, and refused in words."""
    keys = (*SIDES, *DAYS, "parameter", VERSION)
    refused = _unknown(query, keys)
    good: dict[str, str] = {}
    for key in keys:
        value = query.get(key, "")
        fault = _fault(key, value, reforms) if value else ""
        if fault:
            refused.append(fault)
        elif value:
            good[{"from": "start", "to": "end"}.get(key, key)] = value
    version = good.pop(VERSION, "")
    return Opened(Asked(**good), tuple(refused), _if_other(version))


def _fault(key: str, value: str, reforms: Collection[str]) -> str:
    if key in SIDES:
        law, _, on = value.partition(AS_AT)
        if law != LAW and law not in reforms:
            return f"{quoted(value)} is no law that this page can open: law or a reform, either also @2023-04-01."
        return _fault_of_day(on) if AS_AT in value else ""
    if key in DAYS:
        return _fault_of_day(value)
    if key == "parameter" and value not in current_vocabulary():
        return f"{quoted(value)} is no parameter."
    return ""


def _fault_of_day(value: str) -> str:
    try:
        day_of_law(value)
    except GoodworkError as error:
        return str(error)
    return ""


# --- a costing --------------------------------------------------------------------------------------------------------

TEXT, BEGAN_AS = "text", "from"
LEVER, TRIED = "lever", "values"  # of values side by side on the page of a costing
LONGEST_TEXT, MOST_UNPACKED = 6_000, 100_000
Values = dict[str, list[str]]


def costing_query(request: CostingRequest, draft: Draft) -> Values:
    """The query that asks for the same again; empty where the text of the draft is too long for a link."""
    packed = pack_text(draft.text) if draft.text else ""
    if len(packed) > LONGEST_TEXT:
        return {}
    own = {BEGAN_AS: [draft.start]} if draft.text or draft.start == BLANK else {}
    own |= {TEXT: [packed]} if packed else {}
    own["reforms"] = [*([] if own else [draft.start]), *draft.more]
    query: Values = {}
    for option, value in request.each():
        if option.link and option.name != "reforms" and (option.is_always_written or value != option.default):
            query |= option.in_link(value)
    return {key: values for key, values in own.items() if values} | query | {VERSION: [model_version()]}


def as_address(query: Values) -> str:
    """A query as an address ends with it."""
    return f"?{urlencode(sorted(query.items()), doseq=True)}"


def pack_text(text: str) -> str:
    """Compress a text into characters that an address may hold."""
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def unpack_text(packed: str) -> str | None:
    """A text unpacked from a link; None where it cannot be unpacked or is longer than a link may hold."""
    if len(packed) > LONGEST_TEXT:
        return None
    try:
        content = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(content, MOST_UNPACKED)
        return text.decode() if unpacking.eof and not unpacking.unused_data else None
    except (ValueError, zlib.error):
        return None


@dataclass(frozen=True)
class AskedCosting:
    """What a link asks of the page of a costing: the draft, and the values of its other fields by their keys."""

    draft: Draft
    values: Mapping[str, tuple[str, ...]]


def costing_in(query: Mapping[str, Sequence[str]], known: Mapping[str, Collection[str]], first: str) -> Opened[AskedCosting]:
    """Read the link of a costing; what cannot be used is left out, and refused in words. Nothing is run.

    Args:
        query: of the address. known: key → what its values may be; a setting must name a parameter, and its value is
            checked when the costing is run. first: the reform of a link that names none.
    """
    keys = (*(key for option in options() for key in option.link), TEXT, BEGAN_AS, LEVER, TRIED, VERSION)
    refused = _unknown(query, keys)
    good: dict[str, tuple[str, ...]] = {}
    for key in (part for part in keys if part in query and part != TEXT):
        given = list(query[key])[:MOST_OF_A_KIND]
        wrong = [text for text in given if len(text) > LONGEST or not _is_known(key, text, known)]
        refused += [f"{quoted(text)} is not known here as {key}." for text in wrong]
        good[key] = tuple(text for text in given if text not in wrong)
    version = next(iter(good.pop(VERSION, ())), "")
    draft, why = _draft_in(query, good.pop(BEGAN_AS, ()), good.pop("reforms", ()), first)
    values = {key: values for key, values in good.items() if values}
    return Opened(AskedCosting(draft, values), (*refused, *why), _if_other(version))


def _is_known(key: str, text: str, known: Mapping[str, Collection[str]]) -> bool:
    if key == "set":
        match = SETTING.fullmatch(text)
        return match is not None and match["path"] in current_vocabulary()
    if key == BEGAN_AS:
        return text == BLANK or text in known["reforms"]
    return text in known.get(key, (text,))


def _draft_in(
    query: Mapping[str, Sequence[str]], began_as: Sequence[str], names: Sequence[str], first: str
) -> tuple[Draft, list[str]]:
    """The draft of a link, and why its own reform cannot be opened."""
    packed = next(iter(query.get(TEXT, ())), "")
    text = unpack_text(packed) if packed else ""
    start = next(iter(began_as), BLANK if text else next(iter(names), first))
    draft = Draft(start, more=tuple(name for name in dict.fromkeys(names) if text or name != start))
    if text is None:
        return draft, ["The reform of this link cannot be read: the link was cut short or changed. Ask for its file."]
    return draft.with_text(text) if text else draft, []
