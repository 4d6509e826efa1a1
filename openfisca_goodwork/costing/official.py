"""The measures that were costed officially: how they are costed again, and the official figures beside the model's.

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

from openfisca_goodwork.costing.request import CENTRAL
from openfisca_goodwork.errors import DataError, GoodworkError, did_you_mean, quoted
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy import Reform, in_library
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
        """The model's amount for what an official figure covers: a year, all years, or the year that moves most its way."""
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


NAME = "Official costing"


@dataclass(frozen=True)
class OfficialCosting:
    """What a measure was officially expected to do to the public finances.

    Attributes:
        measure: which. financial_years: of the costing that it stands beside.
        is_like_for_like: whether that follows the law and the outlook that the official one stands on, on accruals.
    """

    measure: Measure
    financial_years: tuple[str, ...]
    is_like_for_like: bool

    @property
    def amounts(self) -> tuple[float | None, ...]:
        """The official effect by financial year (£ million; minus is a cost); None in a year that was not published."""
        published = {row.year: row.figure for row in self.measure.official}
        return tuple(published.get(year) for year in self.financial_years)

    @property
    def can_stand_beside(self) -> bool:
        """Whether it is like for like, and was published for any of the years."""
        return self.is_like_for_like and any(amount is not None for amount in self.amounts)

    def to_dict(self) -> dict[str, Any]:
        """The official costing as plain values: £ million, None in a year that was not published."""
        row = self.measure.official[0]
        return {
            "measure": self.measure.name,
            "title": self.measure.title,
            "effect": list(self.amounts),
            "published": {one.year: one.figure for one in self.measure.official},
            "like_for_like": self.is_like_for_like,
            "origin": self.measure.origin,
            "source": row.source,
            "address": row.address,
            "status": row.status,
        }


def official_of(
    reforms: Iterable[Reform], settings: Iterable[str], years: Iterable[str], **run: Any
) -> OfficialCosting | None:
    """The official costing on file of just these reforms and settings; None where there is none.

    Args:
        years: financial years of the costing. run: its `baseline`, `forecast`, `basis` and `behaviour`.

    Raises:
        DataError: where the official figures cannot be read.
    """
    asked, values = tuple(reforms), set(settings)
    if not all(map(in_library, asked)):
        return None
    names = tuple(one.name for one in asked)
    found = [one for one in measures().values() if one.reforms == names and set(one.settings) == values]
    if not found:
        return None
    beneath = tuple(one.name for one in run["baseline"])
    asked_for = (beneath, *(run[one] for one in ("forecast", "basis", "behaviour")))
    is_like = asked_for == (found[0].laws, found[0].forecast, "accruals", CENTRAL) and all(map(in_library, run["baseline"]))
    return OfficialCosting(found[0], tuple(years), is_like)
