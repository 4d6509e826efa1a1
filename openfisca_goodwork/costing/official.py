"""The measures that are costed again: law of the day, outlook, years, the official figures; bounds by group.

`data/backcasts.yaml` declares them; the figures are in `data/official_costings.csv` and `data/ready_reckoner.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import yaml

from openfisca_goodwork.errors import DataError, GoodworkError, did_you_mean, quoted
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.population import sources

FILE = sources.DATA / "backcasts.yaml"
TABLES = ("official_costings", "ready_reckoner")
PEAK, TOTAL = "peak", "total"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Group:
    """Measures that are judged together: title, and by column the mean error allowed and that of each (None: no bound)."""

    name: str
    title: str
    bounds: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Measure:
    """A measure that was costed officially.

    Attributes:
        name, title: what it is called. kind: what it changes. group: whom it is judged with.
        laws: what lies beneath it, oldest first. reforms, settings: the measure.
        forecast: the outlook of its day. years: financial years that are run.
        official: the official figures, £ million, a row a year, or one row for the year of the peak or for all years.
        bound: the error it is allowed as the model is used; None where none is set for it alone.
        why: what the model and the official figure are known to treat differently.
    """

    name: str
    title: str
    group: Group
    kind: str
    laws: tuple[str, ...]
    reforms: tuple[str, ...]
    settings: tuple[str, ...]
    forecast: str
    years: str
    official: tuple[sources.Row, ...]
    bound: float | None
    why: str

    @property
    def origin(self) -> str:
        """The event, its day and the place in the document, of the first figure."""
        _name, *place = self.official[0].keys
        return ", ".join(_day(part) for part in place)

    def compared(self, amounts: Mapping[str, float]) -> list[float]:
        """The model's figures beside the official ones, from amounts by financial year (£ million)."""
        return [self._beside(amounts, one) for one in self.official]

    @staticmethod
    def _beside(amounts: Mapping[str, float], official: sources.Row) -> float:
        """The amount of a year, of all, or of that in which most is moved in the direction of the official figure."""
        if official.year == TOTAL:
            return sum(amounts.values())
        if official.year == PEAK:
            return (max if official.figure > 0 else min)(amounts.values())
        return amounts[official.year]


def _day(part: str) -> str:
    """A date in words; anything else as it stands."""
    return day_in_words(date.fromisoformat(part)) if _DATE.fullmatch(part) else part


@cache
def declared() -> Mapping[str, Any]:
    """What `data/backcasts.yaml` holds. Raises DataError where it cannot be read."""
    try:
        found = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as fault:
        raise DataError(f"{FILE} cannot be read: {fault}") from fault
    return dict(found)


@cache
def groups() -> Mapping[str, Group]:
    """The groups by name, in the order of the file."""
    return {name: Group(name, one["title"], one["bounds"]) for name, one in declared()["groups"].items()}


@cache
def measures() -> Mapping[str, Measure]:
    """Every measure by name, in the order of the file. Raises DataError for one that has no official figure."""
    return {name: _measure(name, one) for name, one in declared()["measures"].items()}


def _measure(name: str, one: Mapping[str, Any]) -> Measure:
    official = official_figures(name)
    return Measure(
        name=name,
        title=one["title"],
        group=groups()[one["group"]],
        kind=one["kind"],
        laws=tuple(one.get("laws", ())),
        reforms=tuple(one.get("reforms", ())),
        settings=tuple(one.get("settings", ())),
        forecast=one["forecast"],
        years=one.get("years") or f"{official[0].year}:{official[-1].year}",
        official=official,
        bound=one.get("bound", groups()[one["group"]].bounds["as_used"].get("each")),
        why=one["why"],
    )


def why_checks_differ(name: str) -> str:
    """What the official figure of a check and the model's are known to treat differently."""
    return str((declared()["relief_checks"] | declared()["foreign_checks"])[name]["why"]).strip()


def official_figures(name: str) -> tuple[sources.Row, ...]:
    """The official figures of a measure, in the order of their years. Raises DataError where none is on file."""
    found = tuple(row for table in TABLES for row in sources.rows(table) if row.keys[0] == name)
    if not found:
        raise DataError(f"No official figure of {name} is on file: {', '.join(f'data/{table}.csv' for table in TABLES)}.")
    return found


def chosen(names: Iterable[str]) -> tuple[Measure, ...]:
    """The measures named; all of them where none is. Raises GoodworkError with every name that is not there."""
    asked = tuple(dict.fromkeys(names))
    faults = [_unknown(name) for name in asked if name not in measures()]
    if faults:
        raise GoodworkError("\n".join(faults))
    return tuple(measures()[name] for name in asked or measures())


def _unknown(name: str) -> str:
    left_out = declared()["not_covered"].get(name)
    if left_out:
        return f"{name} is costed officially, and not by the model. {left_out['why']}"
    return f"There is no measure {quoted(name)} to validate. {did_you_mean(name, measures())}"
