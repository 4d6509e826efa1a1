"""What a working lists of an accounting period, as told of the company and as law, and what moves between periods."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tests.company.days_by_hand import DAY, months_on
from tests.company.research_by_hand import ResearchBalances
from tests.company.terminal_by_hand import Lost
from tests.company.training_credit_by_hand import TrainingBalances


class Law(dict[str, list[tuple[date, Any, str]]]):
    """Figures of law as they are listed: path → from when, value, straddle.

    A figure that no step lists was not read, and is nothing here: were it needed, the tax would not come out again.
    """

    def __missing__(self, path: str) -> list[tuple[date, Any, str]]:
        return [(date.min, 0.0, "whole_period")]


@dataclass
class Told:
    """One accounting period: what was told of it, and the figures of law as they are listed."""

    start: date
    end: date
    given: dict[str, Any]
    items: dict[str, list[tuple[date, float]]]
    law: Law
    marks: dict[str, list[frozenset[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.days = (self.end - self.start).days + 1
        self.year_long = months_on(self.start, 12) == self.end + DAY
        self.length = 1.0 if self.year_long else self.days / 365

    def amount(self, name: str) -> Any:
        return self.given.get(name, 0)

    def on(self, path: str, day: date) -> Any:
        return [value for start, value, _ in self.law[path] if start <= day][-1]

    def first(self, path: str) -> Any:
        return self.on(path, self.start)

    def every_day(self) -> list[date]:
        return [self.start + n * DAY for n in range(self.days)]

    def spent(self, name: str, run: list[date]) -> float:
        """Amount of some days in a row: the items on them, and an even share of what was told for the whole period."""
        items = sum(amount for when, amount in self.items.get(name, ()) if run[0] <= when <= run[-1])
        return items + self.amount(name) * len(run) / self.days

    def mean(self, path: str, first: date | None = None, last: date | None = None) -> Fraction:
        within = [
            [day for day in run if (first or self.start) <= day <= (last or self.end)] for run in self.stretches([path])
        ]
        total = sum((Fraction(str(self.on(path, run[0]))) * len(run) for run in within if run), Fraction())
        return total / sum(map(len, within))

    def stretches(self, paths: list[str]) -> list[list[date]]:
        """The days of the period in runs over which none of the paths changes its value."""
        dated = {day for path in paths for day, _, _ in self.law[path] if self.start < day <= self.end}
        cuts = sorted(day for day in dated if any(self.on(path, day - DAY) != self.on(path, day) for path in paths))
        edges = [self.start, *cuts, self.end + DAY]
        return [[a + n * DAY for n in range((b - a).days)] for a, b in pairwise(edges)]


def told(steps: list[dict[str, Any]]) -> Told:
    """What the steps of one period list as told of the company, and as law; anything that disagrees with itself fails."""
    given: dict[str, Any] = {}
    items: dict[str, dict[tuple[str, int], float]] = {}
    tags: dict[str, dict[tuple[str, int], frozenset[str]]] = {}
    law: dict[str, dict[date, tuple[Any, str]]] = {}
    for step in steps:
        for place, one in enumerate(step["inputs"]):
            if one["from"] != "company":
                continue
            if "on" in one:
                key = one["on"], place - _first_of(step, one["name"])
                items.setdefault(one["name"], {})[key] = one["value"]
                tags.setdefault(one["name"], {})[key] = frozenset(one.get("tags", ()))
            else:
                assert given.setdefault(one["name"], one["value"]) == one["value"]
        for one in step["parameters"]:
            value = math.inf if one["value"] is None else one["value"]
            dated = law.setdefault(one["path"], {})
            assert dated.setdefault(date.fromisoformat(one["from"]), (value, one["straddle"])) == (value, one["straddle"])
    listed = {name: [(date.fromisoformat(day), amount) for (day, _), amount in each.items()] for name, each in items.items()}
    ordered = Law({path: [(day, *value) for day, value in sorted(dated.items())] for path, dated in law.items()})
    start, end = (date.fromisoformat(given[f"accounting_period_{edge}"]) for edge in ("start", "end"))
    assert given["apportionment"] == "days"
    return Told(start, end, given, listed, ordered, {name: list(each.values()) for name, each in tags.items()})


def _first_of(step: dict[str, Any], name: str) -> int:
    return next(place for place, entry in enumerate(step["inputs"]) if entry["name"] == name)


@dataclass
class Balances:
    main: float = 0.0
    special: float = 0.0
    buildings: float = 0.0
    losses: float = 0.0
    older: float = 0.0
    lost: list[Lost] = field(default_factory=list)
    research: ResearchBalances = field(default_factory=ResearchBalances)
    training: TrainingBalances = field(default_factory=TrainingBalances)


@dataclass
class Worked:
    """What later periods may look back at."""

    period: Told
    taxable: float
    donations: float
    total: float
    tax: float
    trade: float
    loss: float = 0.0
    unrelieved: float = 0.0
    extension: float = 0.0
    net: float = 0.0
    taken_back: list[float] = field(default_factory=list)
    brought: Any = None
    settle: Any = None
    clause: dict[str, float] = field(default_factory=dict)
