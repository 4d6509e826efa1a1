"""Parameters found by a word: what each means, its unit, range and allowed words, and its value on a day."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from typing import Any

from openfisca_goodwork.errors import ParameterError, did_you_mean, quoted
from openfisca_goodwork.policy.differences import for_json
from openfisca_goodwork.policy.reform import Value
from openfisca_goodwork.policy.vocabulary import Leaf, current_vocabulary, in_force, in_words, status_of, titles
from openfisca_goodwork.rendering import Worded


@dataclass(frozen=True)
class Found:
    """A parameter of current law, and its value on a day; `value` is None before it exists."""

    leaf: Leaf
    value: Value | None
    starts: datetime.date | None
    reference: str
    status: str

    @property
    def allowed(self) -> str:
        """What its values may be: the words, or the range."""
        leaf = self.leaf
        if leaf.options:
            return ", ".join(leaf.options)
        if leaf.value_type is not float:
            return "true, false" if leaf.value_type is bool else "a date"
        if math.isinf(leaf.least) and math.isinf(leaf.most):
            return "any number"
        ends = [in_words(end, leaf.unit) for end in (leaf.least, leaf.most)]
        return f"{ends[0]} to {ends[1]}{', or .inf for no limit' if leaf.may_be_unlimited else ''}"

    def to_dict(self) -> dict[str, Any]:
        """The parameter for JSON."""
        leaf = self.leaf
        return {
            "path": leaf.path,
            "label": leaf.label,
            "description": " ".join(leaf.description.split()),
            "unit": leaf.unit,
            "kind": leaf.kind,
            "allowed": self.allowed,
            "value": for_json(self.value) if self.value is not None else None,
            "in_words": "" if self.value is None else in_words(self.value, leaf.unit),
            "since": None if self.starts is None else self.starts.isoformat(),
            "reference": self.reference,
            "status": self.status,
        }


@dataclass(frozen=True)
class ParameterList(Worded):
    """Parameters that have a word in their path, label or description, and their values on a day."""

    word: str
    on: datetime.date
    parameters: tuple[Found, ...]

    def to_dict(self) -> dict[str, Any]:
        """The list for JSON."""
        return {"word": self.word, "on": self.on.isoformat(), "parameters": [each.to_dict() for each in self.parameters]}


def parameter_list(word: str = "", on: datetime.date | None = None) -> ParameterList:
    """Parameters of current law by a word, or every one; those whose path has the word first.

    Args:
        word: in the path, the label or the description, whatever its case; several words must all be there.
        on: the day of the values; today unless given.

    Raises:
        ParameterError: where no parameter has the word, with the nearest path.
    """
    day = on or datetime.datetime.now(tz=datetime.UTC).date()
    words = word.lower().split()
    known = current_vocabulary()
    texts = {path: f"{path} {leaf.label} {leaf.description}".lower() for path, leaf in known.items()}
    paths = [path for path, text in texts.items() if all(part in text for part in words)]
    if not paths:
        raise ParameterError(f"No parameter has {quoted(word)}. {did_you_mean(word, known)}".rstrip())
    paths.sort(key=lambda path: (not all(part in path.lower() for part in words), path))
    return ParameterList(word, day, tuple(_found(known[path], day) for path in paths))


def _found(leaf: Leaf, day: datetime.date) -> Found:
    dated = in_force(leaf.values, day)
    if dated is None:
        return Found(leaf, None, None, "", "")
    return Found(leaf, dated.value, dated.date, titles(dated), status_of(dated))
