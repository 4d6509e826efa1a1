"""The history of a parameter, or of all in a group: every dated value with its source, in one law or beside another."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from openfisca_goodwork.errors import GoodworkError, ParameterError, did_you_mean, quoted
from openfisca_goodwork.policy.check import unknown_path
from openfisca_goodwork.policy.compare import LAW, Given, Side, side, together, tried
from openfisca_goodwork.policy.differences import ONE_DAY
from openfisca_goodwork.policy.library import Reforms
from openfisca_goodwork.policy.reform import Value
from openfisca_goodwork.policy.vocabulary import (
    MEANS_NONE,
    Leaf,
    addresses,
    current_vocabulary,
    in_force,
    in_words,
    kind_of,
    status_of,
    straddle_of,
    titles,
)
from openfisca_goodwork.rendering import Worded, as_json, fields_as_json
from openfisca_goodwork.system import DatedValue

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Dated:
    """One dated value of a parameter in one law.

    `ends` is the day before the next value, None for the last; `law` the side that it stands in. `status` says how well
    the value is sourced, or which reform sets it.
    """

    path: str
    label: str
    unit: str
    law: str
    value: Value
    in_words: str
    starts: datetime.date
    ends: datetime.date | None
    kind: str
    straddle: str
    reference: str
    href: str
    status: str

    def to_dict(self) -> dict[str, Any]:
        """The value for JSON: dates as text, no limit as null."""
        return fields_as_json(self, starts="from", ends="to")


@dataclass(frozen=True)
class ParameterHistory(Worded):
    """Every dated value of a parameter, or of each parameter in a group, in one law or in two; oldest first."""

    path: str
    laws: tuple[str, ...]
    values: tuple[Dated, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of the parameters: one, or the members of the group."""
        return tuple(dict.fromkeys(dated.path for dated in self.values))

    @property
    def is_same_in_all(self) -> bool:
        """Whether its laws have the same values from the same days, from the same sources."""
        by_law = [[replace(dated, law="") for dated in self.values if dated.law == law] for law in self.laws]
        return all(values == by_law[0] for values in by_law)

    def to_dict(self) -> dict[str, Any]:
        """The history for JSON."""
        return as_json({"path": self.path, "laws": self.laws, "parameters": self.paths, "values": self.values})

    def to_dataframe(self) -> pandas.DataFrame:
        """One row a dated value of a law."""
        import pandas  # here, because it takes longer to import than a history takes to make

        names = {"starts": "from", "ends": "to"}
        columns = list(Dated.__dataclass_fields__)
        rows = [[getattr(dated, column) for column in columns] for dated in self.values]
        return pandas.DataFrame(rows, columns=[names.get(column, column) for column in columns], dtype=object)


def parameter_history(path: str, *laws: Given, baseline: Reforms = (), settings: Iterable[str] = ()) -> ParameterHistory:
    """Every dated value of a parameter, or of each parameter in a group.

    Args:
        path: of a parameter, or of a group of them.
        laws: one or two sides as `compare` takes them; one that is not current law is shown beside it, none means
            current law alone.
        baseline, settings: as for `compare`; settings apply to the last law.

    Raises:
        ParameterError: for a path that is in none of the laws, with the nearest names. ReformError, PeriodError: for a
            law that cannot be made; GoodworkError for faults of both kinds, all reported at once.
    """
    listed = tuple(settings)
    given = _sides(laws, has_settings=bool(listed))
    upon = [() for _ in given[:-1]] + [listed]
    errors: list[GoodworkError] = []
    tries = [tried(partial(side, law, baseline, each), errors) for law, each in zip(given, upon, strict=True)]
    sides = [entry for entry in tries if entry is not None]
    paths = sorted({known for entry in sides for known in entry.law if known == path or known.startswith(f"{path}.")})
    if sides and not paths:
        errors.append(ParameterError(unknown_path(path, sides[0].law)))
    if errors:
        raise together(errors)
    values = tuple(dated for known in paths for entry in sides for dated in _values(entry, known))
    return ParameterHistory(path, tuple(entry.name for entry in sides), values)


def _sides(laws: tuple[Given, ...], *, has_settings: bool) -> tuple[Given, ...]:
    """The laws to show: current law, and what is asked for beside it."""
    if len(laws) > 2:
        raise GoodworkError(f"A history shows one law or two, not {len(laws)}.")
    if not laws:
        return (LAW, LAW) if has_settings else (LAW,)
    return laws if len(laws) > 1 or (laws[0] == LAW and not has_settings) else (LAW, laws[0])


def _values(side: Side, path: str) -> Iterator[Dated]:
    leaf = side.law.get(path)
    if leaf is not None:
        for dated, after in zip_longest(leaf.values, leaf.values[1:]):
            yield _dated(side.name, leaf, dated, None if after is None else after.date - ONE_DAY)


def _dated(law: str, leaf: Leaf, dated: DatedValue, ends: datetime.date | None) -> Dated:
    return Dated(
        path=leaf.path,
        label=leaf.label,
        unit=leaf.unit,
        law=law,
        value=dated.value,
        in_words=str(dated.metadata.get(MEANS_NONE, "")) or in_words(dated.value, leaf.unit),
        starts=dated.date,
        ends=ends,
        kind=kind_of(dated, leaf),
        straddle=straddle_of(dated, leaf),
        reference=titles(dated),
        href=addresses(dated),
        status=status_of(dated),
    )


# --- parameters found by a word --------------------------------------------------------------------------------------


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
            "value": as_json(self.value),
            "in_words": "" if self.value is None else in_words(self.value, leaf.unit),
            "since": as_json(self.starts),
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
        return fields_as_json(self)


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
