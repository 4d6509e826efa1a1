"""The state of a costing as a link: reforms of the library, years, response, baseline, settings; read as untrusted text.

No Streamlit. A reform of somebody's own is in no link: it goes by its file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from openfisca_goodwork.costing.request import CostingRequest, options
from openfisca_goodwork.errors import quoted
from openfisca_goodwork.screens.costing_desk import is_public
from openfisca_goodwork.version import model_version

VERSION = "version"
KEYS = (*(key for option in options() for key in option.link), VERSION)
MOST_OF_A_KIND, LONGEST = 20, 200
Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Opened:
    """A link as it was opened: what of it can be used by key, what was refused and why, another version that made it."""

    values: Mapping[str, tuple[str, ...]]
    refused: tuple[str, ...]
    other_version: str


def query_of(request: CostingRequest) -> str:
    """The end of the address that asks for the same again; nothing where a reform is somebody's own."""
    if not is_public(replace(request, settings=())):
        return ""
    query: dict[str, list[str]] = {}
    for option, value in request.each():
        if option.link and (option.is_always_written or value != option.default):
            query |= option.in_link(value)
    return f"?{urlencode(query | {VERSION: [model_version()]}, doseq=True)}"


def opened(query: Query, known: Mapping[str, Collection[str]]) -> Opened:
    """Read a link; what cannot be used is left out and told of.

    Args:
        query: of the address. known: key → what its values may be; settings are checked when the costing is run.
    """
    refused = [
        f"{quoted(key)} is no part of a link of this page." for key in list(query)[:MOST_OF_A_KIND] if key not in KEYS
    ]
    good: dict[str, tuple[str, ...]] = {}
    for key in (part for part in KEYS if part in query):
        given = list(query[key])[:MOST_OF_A_KIND]
        wrong = [text for text in given if len(text) > LONGEST or text not in known.get(key, given)]
        refused += [f"{quoted(text)} is not known here as {key}." for text in wrong]
        good[key] = tuple(text for text in given if text not in wrong)
    version = next(iter(good.pop(VERSION, ())), "")
    return Opened({key: values for key, values in good.items() if values}, tuple(refused), _if_other(version))


def _if_other(version: str) -> str:
    return "" if version == model_version() else version
