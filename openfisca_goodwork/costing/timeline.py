"""Where a measure lies in time: what it costs before it starts, at a steady pace, and after it has ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from openfisca_goodwork.law.periods import financial_year, financial_year_name, financial_year_start
from openfisca_goodwork.rendering import as_json

Amounts = tuple[float, ...]
Years = tuple[int, ...]


@dataclass(frozen=True)
class Timeline:
    """Dates of a measure, and what of its effect falls to accounting periods under way when it starts.

    Attributes:
        starts: the first day on which the laws differ. ends: the last; None where they differ for good.
        complete: the first day by which take-up of the relief is complete; None of a measure without one.
        straddling: accrued in all years by the accounting periods that the first day falls into (£ million).
        straddling_by_year: what of that accrues in each financial year asked for; empty of a measure without an effect.
    """

    starts: date | None = None
    ends: date | None = None
    complete: date | None = None
    straddling: float = 0.0
    straddling_by_year: Amounts = ()

    def before_the_start(self, years: Years) -> Early | None:
        """What of the periods under way at the start accrues in the financial year wholly before it; None where nothing."""
        first = None if self.starts is None else financial_year(self.starts) - 1
        if self.starts is None or first not in years or not self.straddling:
            return None
        effect = self.straddling_by_year[years.index(first)]
        return Early(first, self.starts, effect, self.straddling) if effect else None

    def steady_state(self, years: Years, accrued: Amounts) -> Steady | None:
        """The pace of the last year; None of a measure that has ended by then."""
        if self.starts is None or (self.ends is not None and self.ends < financial_year_start(years[-1] + 1)):
            return None
        before = accrued[-2] if len(years) > 1 else None
        return Steady(years[-1], accrued[-1], before, None if self.complete is None else _first_whole_year(self.complete))

    def after_the_end(self, years: Years, accrued: Amounts) -> After | None:
        """What is left in the financial years wholly after the end; None where the measure does not end before them."""
        later = [] if self.ends is None else [year for year in years if financial_year_start(year) > self.ends]
        if self.ends is None or not later:
            return None
        return After(self.ends, tuple(later), tuple(accrued[years.index(year)] for year in later))

    def to_dict(self, years: Years, accrued: Amounts) -> dict[str, Any]:
        """The timeline for JSON: dates, and each part or None."""
        return as_json(
            {
                "starts": self.starts,
                "ends": self.ends,
                "before_the_start": self.before_the_start(years),
                "steady_state": self.steady_state(years, accrued),
                "after_the_end": self.after_the_end(years, accrued),
            }
        )


@dataclass(frozen=True)
class Early:
    """Effect before the start (£ million).

    Attributes:
        year: the financial year, by the year it begins in. starts: the first day of the measure.
        effect: of the accounting periods under way at the start, what accrues in that year. of_periods: in all years.
    """

    year: int
    starts: date
    effect: float
    of_periods: float

    @property
    def share(self) -> float:
        """What lies before the start, of the effect on the accounting periods that began before it."""
        return self.effect / self.of_periods

    def to_dict(self) -> dict[str, Any]:
        """The effect before the start for JSON."""
        return {
            "financial_year": financial_year_name(self.year),
            "effect": self.effect,
            "of_periods_under_way": self.of_periods,
            "share_of_them": self.share,
        }


@dataclass(frozen=True)
class Steady:
    """The pace of the last year (£ million).

    Attributes:
        year: the last financial year. effect: in it. before: in the year before; None where that was not asked for.
        complete_from: the first financial year with complete take-up; None of a measure without take-up.
    """

    year: int
    effect: float
    before: float | None
    complete_from: int | None

    @property
    def is_reached(self) -> bool:
        """Whether take-up is complete throughout the last year."""
        return self.complete_from is not None and self.complete_from <= self.year

    def to_dict(self) -> dict[str, Any]:
        """The pace of the last year for JSON; ``long_run`` is None where take-up is not complete, or there is none."""
        return {
            "financial_year": financial_year_name(self.year),
            "effect": self.effect,
            "take_up_complete_from": None if self.complete_from is None else financial_year_name(self.complete_from),
            "long_run": self.effect if self.is_reached else None,
        }


@dataclass(frozen=True)
class After:
    """What is left after the end (£ million): ends, the last day; years, wholly after it; effect in each."""

    ends: date
    years: Years
    effect: Amounts

    def to_dict(self) -> dict[str, Any]:
        """The effect after the end for JSON."""
        return {
            "financial_years": [financial_year_name(year) for year in self.years],
            "effect": list(self.effect),
            "total": sum(self.effect),
        }


def _first_whole_year(day: date) -> int:
    """The first financial year that begins on a day or after it."""
    return financial_year(day) + (day > financial_year_start(financial_year(day)))
