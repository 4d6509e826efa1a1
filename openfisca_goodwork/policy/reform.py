"""What a reform is: a dated edit of the parameters of the law, and who asks for it; several as one.

A reform holds no law of its own. It names parameters, dates and values; what it leaves alone is as in the law
it is applied to. This module also writes a reform as the YAML that `policy.reading` reads.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import reduce
from typing import Any

import yaml

from openfisca_goodwork.rendering import fields_as_json

STATUSES = ("proposal", "enacted", "counterfactual", "stress")
HEADER = ("reform", "title", "summary", "status", "source", "requires")
OPTIONAL_HEADER = ("notes",)
VALUE, STRADDLE = "value", "straddle"
TEXT_WIDTH = 100
UNUSUAL_BREAKS = "\x85\u2028\u2029"


class Beneath(Enum):
    """The value that is no value: the path follows the law beneath the reform again."""

    CURRENT_LAW = "current_law"


CURRENT_LAW = Beneath.CURRENT_LAW

Value = float | bool | str
Edit = Value | Beneath
Edits = Mapping[str, tuple[tuple[datetime.date, Edit], ...]]
Straddles = Mapping[tuple[str, datetime.date], str]


@dataclass(frozen=True)
class Origin:
    """Who set a value: a reform's name, title and source, and where it is written."""

    reform: str
    title: str
    source: str
    file: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Override:
    """One value of an earlier reform that a later one replaces, from `date` on."""

    path: str
    date: datetime.date
    earlier: str
    earlier_value: Edit
    later: str
    later_value: Edit

    def to_dict(self) -> dict[str, Any]:
        """The same for JSON: ``current_law`` for the law beneath."""
        return fields_as_json(self, date="from")


@dataclass(frozen=True)
class Reform:
    """A dated edit of the parameters of the law.

    `edits` maps each path to its (date, value) pairs in ascending order; a value holds until the next date of
    its path, or for good. `CURRENT_LAW` gives the path back to the law beneath. Two reforms are equal if they
    say the same; their files, lines and layout do not matter. `straddles` says of single values how an
    accounting period that straddles their date treats the change, where that is not as the parameter says.
    """

    name: str
    title: str
    edits: Edits = field(hash=False)
    summary: str = ""
    status: str = "proposal"
    source: str = ""
    requires: str = ""
    notes: str = ""
    straddles: Straddles = field(default_factory=dict, hash=False)
    text: str = field(default="", compare=False, repr=False)
    file: str = field(default="", compare=False)
    origins: Mapping[tuple[str, datetime.date], Origin] = field(default_factory=dict, compare=False, repr=False)
    overrides: tuple[Override, ...] = field(default=(), compare=False, repr=False)

    def origin(self, path: str, date: datetime.date) -> Origin:
        """Who set the value of `path` on `date`: this reform, or the part of it that did."""
        return self.origins.get((path, date), Origin(self.name, self.title, self.source, self.file))

    def dated_edits(self) -> Iterator[tuple[str, datetime.date, Edit]]:
        """Every edit as (path, date, value), by path as written and then by date."""
        for path, edits in self.edits.items():
            for date, value in edits:
                yield path, date, value

    @property
    def first_date(self) -> datetime.date:
        """The earliest date on which this reform sets anything."""
        return min(date for _, date, _ in self.dated_edits())

    def to_yaml(self) -> str:
        """The reform as a file that reads back as an equal reform."""
        header = {key: self.name if key == "reform" else getattr(self, key) for key in HEADER + OPTIONAL_HEADER}
        parameters = {
            path: {date: self._dated(path, date, value) for date, value in edits} for path, edits in self.edits.items()
        }
        content = {key: text for key, text in header.items() if text} | {"parameters": parameters}
        return yaml.dump(content, Dumper=_Written, sort_keys=False, allow_unicode=True, width=TEXT_WIDTH)

    def _dated(self, path: str, date: datetime.date, value: Edit) -> object:
        """A value as it stands below its date: alone, or with how a straddling period treats the change."""
        straddle = self.straddles.get((path, date))
        return _written(value) if straddle is None else {VALUE: _written(value), STRADDLE: straddle}


class _Written(yaml.SafeDumper):
    """Writes every value out where it stands: a reform file may hold no anchors."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        """Never write an alias."""
        return True


def _text(writer: _Written, text: str) -> yaml.ScalarNode:
    # YAML takes these for line breaks and would fold them to a space; only in double quotes are they written escaped.
    style = '"' if any(mark in text for mark in UNUSUAL_BREAKS) else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Written.add_representer(str, _text)


def _written(value: Edit) -> float | int | bool | str:
    if isinstance(value, Beneath):
        return value.value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def compose(reforms: Iterable[Reform]) -> Reform:
    """One reform that does what the given ones do, in their order.

    A later reform owns each path it sets from its first date there on; what it replaces is in `.overrides`.
    `CURRENT_LAW` means the law beneath all of them. Raises ValueError if no reform is given.
    """
    given = tuple(reforms)
    if not given:
        raise ValueError("There is no reform to compose.")
    return reduce(_together, given)


def _together(first: Reform, second: Reform) -> Reform:
    edits = dict(first.edits)
    kept: set[tuple[str, datetime.date]] = {(path, date) for path, date, _ in first.dated_edits()}
    for path, later in second.edits.items():
        earlier = first.edits.get(path, ())
        edits[path] = tuple(edit for edit in earlier if edit[0] < later[0][0]) + later
        kept -= {(path, date) for date, _ in earlier if date >= later[0][0]}
    return Reform(
        name=f"{first.name} + {second.name}",
        title=f"{first.title} + {second.title}",
        edits=edits,
        summary=_joined(first.summary, second.summary),
        status=first.status if first.status == second.status else STATUSES[0],
        source=_joined(first.source, second.source),
        requires=",".join(part for part in (first.requires, second.requires) if part),
        notes=_joined(first.notes, second.notes),
        straddles={at: straddle for at, straddle in first.straddles.items() if at in kept} | dict(second.straddles),
        text=_joined(first.text, second.text, "\n"),
        origins=_origins(first, second, edits),
        overrides=(*first.overrides, *_overrides(first, second)),
    )


def _joined(first: str, second: str, between: str = " ") -> str:
    return between.join(part for part in (first, second) if part)


def _origins(
    first: Reform, second: Reform, edits: dict[str, tuple[tuple[datetime.date, Edit], ...]]
) -> dict[tuple[str, datetime.date], Origin]:
    """Who set each value: the later reform from its first date of the path on."""
    starts = {path: later[0][0] for path, later in second.edits.items()}
    return {
        (path, date): (second if path in starts and date >= starts[path] else first).origin(path, date)
        for path, dated in edits.items()
        for date, _ in dated
    }


def _overrides(first: Reform, second: Reform) -> Iterator[Override]:
    """Each value of the first reform that the second replaces by another, from when."""
    for path, later in second.edits.items():
        earlier = first.edits.get(path, ())
        dates = sorted({date for date, _ in (*earlier, *later) if date >= later[0][0]})
        seen: tuple[Edit | None, Edit | None] | None = None
        for date in dates:
            pair = _edit_on(earlier, date), _edit_on(later, date)
            if pair[0] is not None and pair[1] is not None and pair[0] != pair[1] and pair != seen:
                setter = first.origin(path, max(at for at, _ in earlier if at <= date))
                yield Override(path, date, setter.reform, pair[0], second.origin(path, later[0][0]).reform, pair[1])
            seen = pair


def _edit_on(edits: Sequence[tuple[datetime.date, Edit]], date: datetime.date) -> Edit | None:
    return next((value for at, value in reversed(edits) if at <= date), None)
