"""The behaviour assumed in a costing: read from the parameters of the reformed law, never from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from openfisca_goodwork.costing.request import CENTRAL, LEVELS, NONE
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.periods import history

_UNRESPONSIVE_TAKE_UP = CENTRAL
_YEARS = ("first_year", "second_year", "third_year", "later_years")
_BEHAVIOUR = "assumptions.behaviour"
_BY_LEVEL = ("elasticity", "relabelling")
_BEFORE_AN_END = "retiming"
_COMMON = ("displacement", "maximum_response", "compliance_loss", "discount_rate")
_OTHER_BY_LEVEL = ("investment.elasticity", "investment.retiming", "profits.response_to_rate")
_OTHER_COMMON = (
    "investment.discount_rate",
    "investment.maximum_response",
    "investment.retiming_months_before",
    "investment.retiming_months_after",
)


class Watched(dict[str, float]):
    """Assumptions by path, which remember which of them were read."""

    def __init__(self, values: Mapping[str, float]) -> None:
        super().__init__(values)
        self.read: set[str] = set()

    def __getitem__(self, path: str) -> float:
        """An assumption, which counts as read from now on."""
        self.read.add(path)
        return super().__getitem__(path)


@dataclass(frozen=True)
class Behaviour:
    """The response assumed at one level.

    Attributes:
        level: ``none``, ``low``, ``central`` or ``high``; ``none`` keeps the central take-up and nothing else.
        values: every assumption of the level, by parameter path.
    """

    level: str
    values: Watched

    @property
    def read(self) -> dict[str, float]:
        """The assumptions that were read up to now, by parameter path."""
        return {path: value for path, value in self.values.items() if path in self.values.read}

    def __getitem__(self, name: str) -> float:
        """An assumption by its short name; without a response everything but the discount rate is 0."""
        if self.level == NONE and name != "discount_rate":
            return 0.0
        by_level = name in (*_BY_LEVEL, *_OTHER_BY_LEVEL, _BEFORE_AN_END)
        if name == _BEFORE_AN_END and f"{_BEHAVIOUR}.{name}.{self.level}" not in self.values:
            return 0.0
        return self.values[f"{_BEHAVIOUR}.{name}.{self.level}" if by_level else f"{_BEHAVIOUR}.{name}"]

    @property
    def years_to_complete(self) -> int:
        """Full years from the start of the relief until take-up is complete."""
        return len(_YEARS) - 1

    def take_up(self, years_since_start: int) -> float:
        """Share of entitled companies that claim, by full years since the relief began (0 is the first year)."""
        level = _UNRESPONSIVE_TAKE_UP if self.level == NONE else self.level
        return self.values[f"assumptions.take_up.{level}.{_YEARS[min(years_since_start, len(_YEARS) - 1)]}"]


def behaviour_of(system: Any, level: str, on: date, *, ends: bool = False, others: bool = False) -> Behaviour:
    """The assumptions of one level, as they stand on a day in a law.

    Args:
        ends: whether a relief ends, so that training is brought forward.
        others: whether anything but the relief for training changes, so that investment and profits respond.

    Raises:
        GoodworkError: for a level that is not one of ``LEVELS``.
    """
    if level not in LEVELS:
        raise GoodworkError(f"{level!r} is not a level of behaviour. Choose one of {', '.join(LEVELS)}.")
    take_up_level = _UNRESPONSIVE_TAKE_UP if level == NONE else level
    paths = [f"assumptions.take_up.{take_up_level}.{year}" for year in _YEARS] + [f"{_BEHAVIOUR}.discount_rate"]
    if level != NONE:
        paths += [f"{_BEHAVIOUR}.{name}.{level}" for name in (*_BY_LEVEL, *([_BEFORE_AN_END] if ends else ()))]
        paths += [f"{_BEHAVIOUR}.{name}" for name in _COMMON if f"{_BEHAVIOUR}.{name}" not in paths]
    if level != NONE and others:
        paths += [f"{_BEHAVIOUR}.{name}.{level}" for name in _OTHER_BY_LEVEL]
        paths += [f"{_BEHAVIOUR}.{name}" for name in _OTHER_COMMON]
    return Behaviour(level, Watched({path: float(history(system, path).on(on)) for path in paths}))
