"""What is wrong with the form of a question, in words: its place, what was given, what was expected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from openfisca_goodwork.errors import did_you_mean, quoted

_SHOWN = 60
# By the first word of pydantic's name for a fault: what was expected.
_EXPECTED = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list, in [ ]",
    "tuple": "a list, in [ ]",
    "dict": "an object, in { }",
    "model": "an object, in { }",
}


def in_words(faults: Iterable[Mapping[str, Any]], known: Iterable[str], help_at: str) -> Iterator[str]:
    """Pydantic's faults as sentences.

    Args:
        faults: as a `ValidationError` lists them, their places within the question.
        known: the fields of the question, of which the nearest is named. help_at: who lists them.
    """
    names = list(known)
    for fault in faults:
        place = ".".join(map(str, fault["loc"]))
        if fault["type"] == "missing":
            yield f"{place or 'The body'} is missing."
        elif fault["type"] == "extra_forbidden":
            yield " ".join(filter(None, (f"{quoted(place)} is not known here.", did_you_mean(place, names), help_at)))
        elif place:
            yield f"{place} must be {_expected(fault)}, and is {_shown(fault['input'])}."
        else:
            yield "The body must be a JSON object, sent with the header Content-Type: application/json."


def _expected(fault: Mapping[str, Any]) -> str:
    details = fault.get("ctx", {})
    if "expected" in details:
        return str(details["expected"])
    bounds = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    if within := [f"{words} {details[name]}" for name, words in bounds.items() if name in details]:
        return " and ".join(within)
    return _EXPECTED.get(fault["type"].partition("_")[0], fault["msg"])


def _shown(given: Any) -> str:
    shown = quoted(given) if isinstance(given, str) else str(given)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
