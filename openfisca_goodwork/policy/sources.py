"""What is written beside a dated value of a parameter, as text: its sources, their addresses, its straddle, its status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from openfisca_goodwork.policy.vocabulary import Leaf
from openfisca_goodwork.system import DatedValue

BETWEEN = "; "


def titles(dated: DatedValue | None) -> str:
    """The titles of the references of a value, as one text; nothing for no value."""
    return BETWEEN.join(" ".join(str(one.get("title") or one.get("href", "")).split()) for one in _references(dated))


def addresses(dated: DatedValue | None) -> str:
    """The addresses of the references of a value, each once, as one text."""
    return BETWEEN.join(dict.fromkeys(str(one["href"]) for one in _references(dated) if one.get("href")))


def _references(dated: DatedValue | None) -> Iterator[Mapping[str, Any]]:
    given: Any = dated.metadata.get("reference", ()) if dated is not None else ()
    listed = [given] if isinstance(given, str | Mapping) else given
    return ({"title": one} if isinstance(one, str) else one for one in listed)


def straddle_of(dated: DatedValue, leaf: Leaf) -> str:
    """How a change to this value treats accounting periods across its date: as it says itself, or as its parameter does."""
    return str(dated.metadata.get("straddle", leaf.straddle))


def status_of(dated: DatedValue) -> str:
    """How well a value is sourced (seen, second-hand, derived, memory, assumption), or the reform that sets it."""
    return str(dated.metadata.get("status", "") or dated.metadata.get("reform", ""))


def kind_of(dated: DatedValue, leaf: Leaf) -> str:
    """Law, assumption, proposal or forecast: as the value says itself, or as its parameter does."""
    return str(dated.metadata.get("kind", leaf.kind))
