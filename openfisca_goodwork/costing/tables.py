"""What a comparison of two laws comes to, added up over its companies, and the result that is made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from openfisca_goodwork.costing.behaviour import Behaviour
from openfisca_goodwork.costing.comparison import Comparison
from openfisca_goodwork.costing.distribution import OWN_CLASSES, POST_BEHAVIOURAL, STATIC, Distribution
from openfisca_goodwork.costing.gains import Gains, distribution_of
from openfisca_goodwork.costing.payments import CONVENTIONS, Amounts, Bridge, Flows, millions
from openfisca_goodwork.costing.request import ACCRUALS
from openfisca_goodwork.costing.result import CostingResult, Step, Timeline
from openfisca_goodwork.costing.steps import STEPS
from openfisca_goodwork.costing.two_laws import TwoLaws
from openfisca_goodwork.costing.value_for_money import Administration, Value, administration_of, present_value_factors
from openfisca_goodwork.law.human_investment import relief_begins
from openfisca_goodwork.law.periods import add_months, history
from openfisca_goodwork.number_formats import place_of_most

_MILLION = 1e6
_MONTHS_OF_A_YEAR = 12
_OF_A_RELIEF = ("by_head", "claimants", "training", "relief_cost", "relief_granted", "trainees", "claims", "responding")

ByName = Mapping[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Tables:
    """The tables of a comparison, by financial year (£, not rounded); those of parts of a population add up.

    Attributes:
        affected: records with relieved training.
        steps, without_response, invested: as of a ``Comparison``.
        by_head … responding: as of ``ReliefEffects``; empty or 0 where no company has any relief.
        flows: the effect by how it is paid. static_accrued, spending, invalid_claims: as of a ``Comparison``.
        gains: what each record gains in one financial year, one ``Gains`` a part. year_of_gains: which year that is.
        standing: for disclosure control (``disclosure.Standing``).
    """

    affected: int
    steps: ByName
    without_response: np.ndarray
    invested: ByName
    flows: Flows
    by_head: ByName = field(default_factory=dict)
    training: ByName = field(default_factory=dict)
    relief_granted: ByName = field(default_factory=dict)
    trainees: ByName = field(default_factory=dict)
    claimants: np.ndarray | float = 0.0
    relief_cost: np.ndarray | float = 0.0
    claims: np.ndarray | float = 0.0
    responding: np.ndarray | float = 0.0
    static_accrued: np.ndarray | float = 0.0
    spending: np.ndarray | float = 0.0
    invalid_claims: np.ndarray | float = 0.0
    gains: tuple[Gains, ...] = ()
    year_of_gains: int = 0
    standing: Any = None

    @classmethod
    def of(
        cls,
        comparison: Comparison,
        year_of_gains: int | None = None,
        stands_for: float = 1.0,
        standing: Callable[[Comparison], Any] | None = None,
        early: Callable[[Tables], None] = lambda _first: None,
    ) -> Tables:
        """The tables of one comparison.

        Args:
            year_of_gains: in which it is shown who gains; that of the finding where None is given.
            stands_for: how many times these records the whole population has, which makes the words of the finding.
            standing: works out what stands behind the figures, company by company, for disclosure control.
            early: called with what is there first, before how it is paid and who gains are worked out.
        """
        affected, nothing = int(comparison.affected.sum()), Flows.none(len(comparison.years))
        first = cls(affected, comparison.steps(), comparison.without_response(), comparison.others.invested, nothing)
        if affected:
            first = replace(first, **{name: getattr(comparison.relief, name) for name in _OF_A_RELIEF})
        early(first)
        if year_of_gains is None:
            effect = stands_for * np.sum(list(first.steps.values()), axis=0)
            year_of_gains = comparison.years[place_of_most(millions(effect))]
        return replace(
            first,
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


def _added(one: Any, other: Any) -> Any:
    """The sum of two amounts, or of what two tables have under each name."""
    if not isinstance(one, Mapping):
        return one if one is None else one + other
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    return {name: amount + shorter.get(name, 0.0) for name, amount in longer.items()}


def first_result(laws: TwoLaws, tables: Tables, assumed: Behaviour, about: Mapping[str, Any]) -> CostingResult:
    """What of a result is there first, in £ million; with it the assumptions that it rests on.

    Args:
        about: what a result says of where it comes from, by its attributes.
    """
    running = administration_of(*laws.both, laws.day_of_assumptions)
    if running is not None and laws.request.where:  # setting up a relief is no more for one part than for all
        running = replace(running, set_up_in=None)
    timing = {path: float(history(laws.after, path).on(laws.last_day)) for path in CONVENTIONS}
    whole: dict[str, Any] = {
        "steps": tuple(
            Step(step.name, step.is_behavioural, millions(tables.steps[step.name]), step.words)
            for step in STEPS
            if step.name in tables.steps and tables.steps[step.name].any()
        ),
        "without_response": millions(tables.without_response),
        "investment": _each(tables.invested) if np.any(tables.invested.get("induced", 0.0)) else {},
        "administration": () if running is None else millions(running.spent(tables.claims, laws.years)),
        "value": _value(laws, tables, assumed, running),
        "assumptions": {**assumed.read, **timing, **({} if running is None else running.values)},
    }
    if tables.affected:
        responding, cut_off = np.broadcast_to(tables.responding, 2).tolist()
        whole |= {
            "by_head": _each(tables.by_head),
            "claimants": tuple(np.asarray(tables.claimants).tolist()),
            "training": _each(tables.training),
            "relief_cost": millions(tables.relief_cost),
            "share_at_maximum": cut_off / responding if responding else 0.0,
        }
    return CostingResult(**{**about, **whole})


def whole_result(laws: TwoLaws, tables: Tables, assumed: Behaviour, about: Mapping[str, Any]) -> CostingResult:
    """A result with how it is paid and who gains, without its interval; as ``first_result``."""
    begins, flows = relief_begins(laws.after), tables.flows
    result = replace(
        first_result(laws, tables, assumed, about),
        spending=millions(tables.spending),
        bridge=Bridge.of(flows),
        timeline=Timeline(
            laws.differs_from,
            laws.differs_until,
            None if begins is None else add_months(begins, _MONTHS_OF_A_YEAR * assumed.years_to_complete),
            flows.straddling / _MILLION,
            millions(flows.straddling_by_year),
        ),
    )
    return replace(result, distribution=_who_gains(tables, result))


def _who_gains(tables: Tables, result: CostingResult) -> Distribution:
    year = tables.year_of_gains
    place = result.years.index(year)
    static, whole = result.static, result.post_behavioural
    if result.basis != ACCRUALS:
        static, whole = millions(tables.static_accrued), result.accrued
    accrued = {STATIC: static[place], POST_BEHAVIOURAL: whole[place]}
    basis = OWN_CLASSES if result.population.source else ""
    invalid_claims = float(np.asarray(tables.invalid_claims)[place])
    return distribution_of(Gains.joined(tables.gains), year, invalid_claims, accrued, basis)


def _value(laws: TwoLaws, tables: Tables, assumed: Behaviour, running: Administration | None) -> Value | None:
    """Value for money of the relief; None where no training is relieved."""
    if not tables.training:
        return None
    rate, claims = assumed["discount_rate"], tables.claims
    return Value(
        years=laws.years,
        costs={
            "tax_relief_cost": _cost(tables.relief_granted["claimed"]),
            "revenue_forgone": _cost(tables.relief_granted["forgone"]),
            "exchequer_cost": _cost(tables.relief_cost),
        },
        claimed=millions(tables.training["claimed"]),
        induced=millions(tables.training["induced"]),
        induced_relieved=millions(tables.training["induced_relieved"]),
        factors=present_value_factors(laws.after, laws.years, rate),
        discount_rate=rate,
        running=_cost(0.0 if running is None else running.spent(claims, laws.years) + running.of_companies(claims)),
        people={name: tuple(counts.tolist()) for name, counts in tables.trainees.items()},
    )


def _cost(effect: np.ndarray | float) -> Amounts:
    """An effect as a cost: positive where it is one."""
    return millions(-np.asarray(effect))


def _each(amounts: ByName) -> dict[str, Amounts]:
    return {name: millions(amount) for name, amount in amounts.items()}
