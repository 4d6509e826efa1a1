"""The history of a parameter, or of all in a group: every dated value with its source, in one law or beside another."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from openfisca_goodwork.errors import GoodworkError, ParameterError
from openfisca_goodwork.policy.check import unknown_path
from openfisca_goodwork.policy.differences import MEANS_NONE, ONE_DAY, for_json
from openfisca_goodwork.policy.library import Reforms
from openfisca_goodwork.policy.reform import Value
from openfisca_goodwork.policy.sides import LAW, Given, Side, side, together, tried
from openfisca_goodwork.policy.vocabulary import Leaf, addresses, in_words, kind_of, status_of, straddle_of, titles
from openfisca_goodwork.rendering import Worded
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
        own = {name: getattr(self, name) for name in self.__dataclass_fields__ if name not in {"starts", "ends"}}
        ends = None if self.ends is None else self.ends.isoformat()
        return own | {"value": for_json(self.value), "from": self.starts.isoformat(), "to": ends}


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

    def to_dict(self) -> dict[str, Any]:
        """The history for JSON."""
        values = [dated.to_dict() for dated in self.values]
        return {"path": self.path, "laws": list(self.laws), "parameters": list(self.paths), "values": values}

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
