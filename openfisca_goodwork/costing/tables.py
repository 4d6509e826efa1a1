"""What a comparison of two laws comes to, added up over its companies, and what a result says beside its steps.

The tables of parts of a population add up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np

from openfisca_goodwork.costing.behaviour import Behaviour
from openfisca_goodwork.costing.comparison import Comparison
from openfisca_goodwork.costing.gains import Gains
from openfisca_goodwork.costing.payments import CONVENTIONS, Bridge, Flows
from openfisca_goodwork.costing.two_laws import TwoLaws
from openfisca_goodwork.costing.value_for_money import (
    Administration,
    Amounts,
    Value,
    administration_of,
    present_value_factors,
)
from openfisca_goodwork.law.human_investment import relief_begins
from openfisca_goodwork.law.periods import add_months, financial_year, financial_year_name, financial_year_start, history
from openfisca_goodwork.number_formats import place_of_most
from openfisca_goodwork.rendering import as_json

# --- where a measure lies in time: what it costs before it starts, at a steady pace, and after it has ended -----------


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


# --- what a comparison of two laws comes to, added up over its companies, and what a result says beside its steps -----


_MILLION = 1e6
ByName = Mapping[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class FirstTables:
    """What of a comparison's tables is there first, by financial year (£, not rounded).

    Attributes:
        steps, without_response, by_head, claimants, training, relief_cost, relief_granted, trainees, claims: as of a
            ``Comparison``; by name or by year, and empty or 0 where no company has any relief.
        responding: companies whose training responds, and those whose response the maximum cuts off.
        affected: records with relieved training. invested: as of a ``Comparison``.
    """

    steps: ByName
    without_response: np.ndarray
    by_head: ByName
    claimants: np.ndarray | float
    training: ByName
    relief_cost: np.ndarray | float
    relief_granted: ByName
    trainees: ByName
    claims: np.ndarray | float
    responding: np.ndarray | float
    affected: int
    invested: ByName

    @classmethod
    def at_first(cls, comparison: Comparison) -> FirstTables:
        """What of a comparison's tables is there first."""
        affected = int(comparison.affected.sum())
        return FirstTables(
            steps=comparison.steps(),
            without_response=comparison.without_response(),
            by_head=comparison.by_head() if affected else {},
            claimants=comparison.claimants() if affected else 0.0,
            training=comparison.training() if affected else {},
            relief_cost=comparison.relief_cost() if affected else 0.0,
            relief_granted=comparison.relief_granted() if affected else {},
            trainees=comparison.trainees() if affected else {},
            claims=comparison.claims() if affected else 0.0,
            responding=comparison.responding() if affected else 0.0,
            affected=affected,
            invested=comparison.others.invested,
        )

    @property
    def share_at_maximum(self) -> float:
        """Share of responding companies whose response the maximum cuts off."""
        everyone, cut_off = np.broadcast_to(self.responding, 2)
        return float(cut_off / everyone) if everyone else 0.0


@dataclass(frozen=True, eq=False)
class Tables(FirstTables):
    """The tables of a comparison, by financial year (£, not rounded).

    Attributes:
        static_accrued, spending: as of a ``Comparison``. flows: the effect by how it is paid.
        gains: what each record gains in one financial year, one ``Gains`` a part. year_of_gains: which year that is.
        invalid_claims: as of a ``Comparison``. standing: for disclosure control (``disclosure.Standing``).
    """

    static_accrued: np.ndarray
    spending: np.ndarray
    flows: Flows
    gains: tuple[Gains, ...]
    year_of_gains: int
    invalid_claims: np.ndarray
    standing: Any = None

    @classmethod
    def of(
        cls,
        comparison: Comparison,
        year_of_gains: int | None = None,
        stands_for: float = 1.0,
        standing: Callable[[Comparison], Any] | None = None,
        early: Callable[[FirstTables], None] = lambda _first: None,
    ) -> Tables:
        """The tables of one comparison.

        Args:
            year_of_gains: in which it is shown who gains; that of the finding where None is given.
            stands_for: how many times these records the whole population has, which makes the words of the finding.
            standing: works out what stands behind the figures, company by company, for disclosure control.
            early: called with what is there first, before how it is paid and who gains are worked out.
        """
        first = cls.at_first(comparison)
        early(first)
        if year_of_gains is None:
            effect = stands_for * np.sum(list(first.steps.values()), axis=0) / _MILLION
            year_of_gains = comparison.years[place_of_most(effect.tolist())]
        return cls(
            **{one.name: getattr(first, one.name) for one in fields(FirstTables)},
            static_accrued=comparison.static_accrued,
            spending=comparison.spending(),
            flows=comparison.flows,
            gains=(Gains.of(comparison, year_of_gains),),
            year_of_gains=year_of_gains,
            invalid_claims=comparison.invalid_claims(),
            standing=None if standing is None else standing(comparison),
        )

    def __add__(self, other: Tables) -> Tables:
        together = {one.name: _added(getattr(self, one.name), getattr(other, one.name)) for one in fields(Tables)}
        return Tables(**together | {"year_of_gains": self.year_of_gains})

    @property
    def accrued(self) -> tuple[np.ndarray, np.ndarray]:
        """The static and the post-behavioural effect as they accrue, whatever the basis of the steps (£)."""
        return self.static_accrued, self.flows.accrued.sum(axis=0)


def _added(one: Any, other: Any) -> Any:
    """The sum of two amounts, or of what two tables have under each name."""
    if not isinstance(one, Mapping):
        return one if one is None else one + other
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    return {name: amount + shorter.get(name, 0.0) for name, amount in longer.items()}


_MONTHS_OF_A_YEAR = 12


def first_parts_of(laws: TwoLaws, tables: FirstTables, assumed: Behaviour) -> dict[str, Any]:
    """What is there first, by the attributes of a ``CostingResult``; with it the assumptions that it rests on."""
    running = administration_of(*laws.both, laws.day_of_assumptions)
    if running is not None and laws.request.where:  # setting up a relief is no more for one part than for all
        running = replace(running, set_up_in=None)
    return {
        "administration": () if running is None else _millions(running.spent(tables.claims, laws.years)),
        "value": _value(laws, tables, assumed, running),
        "assumptions": {**assumed.read, **_timing(laws), **({} if running is None else running.values)},
    }


def parts_of(laws: TwoLaws, tables: Tables, assumed: Behaviour) -> dict[str, Any]:
    """All of them."""
    return first_parts_of(laws, tables, assumed) | {
        "spending": tuple((tables.spending / _MILLION).tolist()),
        "bridge": Bridge.of(tables.flows),
        "timeline": _timeline(laws, tables, assumed),
    }


def _timing(laws: TwoLaws) -> Mapping[str, float]:
    """The assumptions on when cash moves, as they stand on the last day."""
    return {path: float(history(laws.after, path).on(laws.last_day)) for path in CONVENTIONS}


def _timeline(laws: TwoLaws, tables: Tables, assumed: Behaviour) -> Timeline:
    begins = relief_begins(laws.after)
    complete = None if begins is None else add_months(begins, _MONTHS_OF_A_YEAR * assumed.years_to_complete)
    flows = tables.flows
    return Timeline(
        laws.differs_from,
        laws.differs_until,
        complete,
        flows.straddling / _MILLION,
        _millions(flows.straddling_by_year),
    )


def _value(laws: TwoLaws, tables: FirstTables, assumed: Behaviour, running: Administration | None) -> Value | None:
    """Value for money of the relief; None where no training is relieved."""
    if not tables.training:
        return None
    rate = assumed["discount_rate"]
    return Value(
        years=laws.years,
        costs={
            "tax_relief_cost": _costs(tables.relief_granted["claimed"]),
            "revenue_forgone": _costs(tables.relief_granted["forgone"]),
            "exchequer_cost": _costs(tables.relief_cost),
        },
        claimed=_millions(tables.training["claimed"]),
        induced=_millions(tables.training["induced"]),
        induced_relieved=_millions(tables.training["induced_relieved"]),
        factors=present_value_factors(laws.after, laws.years, rate),
        discount_rate=rate,
        running=_costs(
            0.0 if running is None else running.spent(tables.claims, laws.years) + running.of_companies(tables.claims)
        ),
        people={name: tuple(counts.tolist()) for name, counts in tables.trainees.items()},
    )


def _costs(effect: np.ndarray | float) -> Amounts:
    """An effect as a cost: positive where it is one."""
    return _millions(-np.asarray(effect))


def _millions(amounts: np.ndarray) -> Amounts:
    return tuple((amounts / _MILLION + 0.0).tolist())
