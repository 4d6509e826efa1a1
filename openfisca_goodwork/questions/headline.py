"""The headline of a costing alone: its effect by financial year; of a relief for training, who claims and what is induced.

Of the same steps as a whole costing, and equal to it. It leaves out the waterfall's levels between, who gains, payments that
nobody asks for and the interval; it runs the law for the companies that can differ. What costings over one population and
one baseline law have in common is worked out once (``Shared``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

import numpy as np

from openfisca_goodwork.costing.accruals import Accruals
from openfisca_goodwork.costing.behaviour import YEARS_OF_TAKE_UP, Behaviour
from openfisca_goodwork.costing.comparison import TAKE_UP_DRAW, Comparison
from openfisca_goodwork.costing.payments import Payments
from openfisca_goodwork.costing.people import People, PopulationUsed
from openfisca_goodwork.costing.request import ACCRUALS, CostingRequest, Progress
from openfisca_goodwork.costing.runs import (
    BALANCE,
    CASH,
    CLAIMS,
    COUNTED,
    CREDIT,
    DEDUCTION,
    EXCHEQUER,
    OUTPUTS,
    PLANT,
    QUALIFYING,
    Base,
    Outcome,
    goes_by_plant_alone,
    reach_of,
    run_baseline,
)
from openfisca_goodwork.costing.scenarios import STATIC, UNRELIEVED, Change, LawScenarios
from openfisca_goodwork.costing.steps import LAST, TRAINING_STEPS, behaviour_of
from openfisca_goodwork.costing.training_retiming import ends
from openfisca_goodwork.costing.two_laws import TwoLaws
from openfisca_goodwork.costing.uncertainty.estimate import Estimate
from openfisca_goodwork.costing.unused_settings import refuse_unused_settings
from openfisca_goodwork.law.human_investment import HEADS, relief_begins, relief_spells
from openfisca_goodwork.law.periods import financial_year_name
from openfisca_goodwork.system import parameters_fingerprint

STATIC_EFFECT, POST_BEHAVIOURAL = EFFECTS = ("static", "post_behavioural")
CLAIMANTS, CLAIMED, INDUCED = OF_TRAINING = ("claimants", "claimed_training", "induced_training")
AMOUNTS = (*EFFECTS, *OF_TRAINING)
_MILLION = 1e6
# What says who claims, and what of: all that adding up as it accrues needs of companies that have a relief.
_OF_CLAIMS = (*BALANCE, QUALIFYING, COUNTED, DEDUCTION, CREDIT, CASH)
# Records that run together, as of a whole costing.
_AT_ONCE = 150_000

Arrays = dict[str, np.ndarray]
Pair = tuple[LawScenarios, LawScenarios]


@dataclass(frozen=True)
class Headline:
    """The headline of a costing, by financial year (£ million; plus improves the public finances).

    Attributes:
        request: what was asked. years: financial years, by the year each begins in.
        amounts: by name: ``EFFECTS``, and of a relief for training ``OF_TRAINING`` (companies; £ million).
        population: the companies behind it. assumptions: those that were read, by path.
        low, high: the 80% range of the post-behavioural effect; empty without draws. no_effect: why nothing changes.
    """

    request: CostingRequest
    years: tuple[int, ...]
    amounts: dict[str, tuple[float, ...]]
    population: PopulationUsed
    assumptions: dict[str, float] = field(default_factory=dict)
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    no_effect: str = ""

    @property
    def effect(self) -> tuple[float, ...]:
        """The post-behavioural effect."""
        return self.amounts[POST_BEHAVIOURAL]

    @property
    def financial_years(self) -> list[str]:
        """Names of the years: ``2026-27`` and so on."""
        return [financial_year_name(year) for year in self.years]


@dataclass(frozen=True, eq=False)
class _Planned:
    """Companies under the baseline law, companies doing as they planned.

    Attributes:
        people: the companies. law: the baseline law.
        base, current: as of a ``Comparison``.
    """

    people: People
    law: Any
    base: Base
    current: Outcome
    _candidates: dict[tuple[float, bool], _Candidates] = field(default_factory=dict)

    @cached_property
    def trains(self) -> np.ndarray:
        """Records with any training (mask): a relief for it leaves all others as they are."""
        heads = [given[head] > 0 for given in self.base.inputs.values() for head in HEADS if head in given]
        return np.any(heads or [np.zeros(self.people.records, dtype=bool)], axis=0)

    def candidates(self, most_take_up: float, *, by_plant_alone: bool) -> _Candidates:
        """The companies with training that claim where everybody with much to gain does; the same for every relief.

        Args:
            most_take_up: the largest share that claims. by_plant_alone: whether what they claim for plant goes by it alone.
        """
        key = most_take_up, by_plant_alone
        if key not in self._candidates:
            chosen = self.trains & (self.people.uniform(TAKE_UP_DRAW) < most_take_up)
            base = self.base.only(chosen)
            if by_plant_alone:
                base = base.with_plant_of(base.run_for(PLANT, self.law))
            self._candidates[key] = _Candidates(self.people, self.law, chosen, base, self.current.only(chosen))
        return self._candidates[key]


@dataclass(frozen=True, eq=False)
class _Candidates:
    """Companies that may claim a relief.

    Attributes:
        law: the baseline law. chosen: which of the people they are (mask).
        base, current: of them, as of a ``Comparison``.
    """

    people: People
    law: Any
    chosen: np.ndarray
    base: Base
    current: Outcome
    _without: dict[Any, Outcome] = field(default_factory=dict)

    def more_without(self, scenarios: LawScenarios) -> Outcome:
        """``more_without`` of all of them under a law that differs in a relief alone, kept for the next such law.

        Nobody claims it there: it rests on the days of the relief and on who has any.
        """
        nudged = scenarios.nudged
        key = relief_spells(scenarios.law), *(nudged[label].tobytes() for label in sorted(nudged))
        if key not in self._without:
            self._without.clear()
            self._without[key] = scenarios.more_without
        return self._without[key]

    @cached_property
    def unrelieved(self) -> Outcome:
        """The baseline law with nobody claiming a relief."""
        if relief_begins(self.law) is None:
            return self.current
        nobody = np.zeros(self.draw.size, dtype=bool)
        return self.base.run(self.law, lambda _label, given: given | {CLAIMS: nobody})

    @cached_property
    def weight(self) -> np.ndarray:
        """How many companies each record stands for."""
        return self.people.weight[self.chosen]

    @cached_property
    def draw(self) -> np.ndarray:
        """The draw for take-up of each record."""
        return self.people.uniform(TAKE_UP_DRAW)[self.chosen]


@dataclass(frozen=True, eq=False)
class _OfClaimants(LawScenarios):
    """What one law makes of those who claim; no type of training cost is told apart.

    Attributes:
        known_without: ``more_without`` of these companies, where it is known already.
    """

    known_without: Outcome | None = field(default=None, kw_only=True)

    @cached_property
    def more_without(self) -> Outcome:
        """The law where nobody claims and companies train a little more."""
        return super().more_without if self.known_without is None else self.known_without

    @cached_property
    def static(self) -> Outcome:
        """Those who claim, claiming; nobody changes anything else."""
        return self._run(Change()) if self.has_relief else self.unrelieved


@dataclass(frozen=True, eq=False)
class _Claiming(Comparison):
    """Two laws over the companies that claim a relief under either.

    Attributes:
        pair: what each law makes of them. weight: how many companies each record stands for.
    """

    pair: Pair = field(kw_only=True)
    weight: np.ndarray = field(kw_only=True)

    @cached_property
    def scenarios(self) -> Pair:
        """What each law makes of them, level by level."""
        return self.pair

    @cached_property
    def accruals(self) -> Accruals:
        """Adds them up."""
        return Accruals(self.pair[0].base, self.weight, self.years)

    @cached_property
    def payments(self) -> Payments:
        """What they pay, and when."""
        return Payments(self.pair, self.weight, self.years, self.first_day)


class Shared:
    """What costings have in common, kept from one to the next: the population, and the baseline law run over it."""

    def __init__(self) -> None:
        self._people: tuple[Any, People] | None = None
        self._planned: tuple[Any, _Planned] | None = None

    def people(self, laws: TwoLaws, progress: Progress) -> People:
        """The population of a request."""
        asked = laws.request
        given = (one if isinstance(one, str) else id(one) for one in (asked.population, asked.companies))
        key = *given, asked.age_to, asked.reweight, laws.outlook, laws.common_settings
        if self._people is None or self._people[0] != key:
            self._people = key, laws.people(progress)
        elif not set(laws.years) <= set(self._people[1].financial_years):
            laws.people(progress)  # which says what is wrong with the years
        return self._people[1]

    def planned(self, people: People, law: Any, label: int, reach: int) -> _Planned:
        """The baseline law over some companies, from a label on."""
        key = people.fingerprint, parameters_fingerprint(law), label, reach
        if self._planned is None or self._planned[0] != key:
            self._planned = None  # its arrays, before those of the next
            self._planned = key, _Planned(people, law, *run_baseline(people, law, label, reach))
        return self._planned[1]


def headline_of(request: CostingRequest, shared: Shared | None = None, progress: Progress | None = None) -> Headline:
    """The headline of a costing; equal to that of the whole one (``costing.cost``) but for the order of adding up.

    Args:
        request: what is asked; of its draws only none. shared: what other costings have left to use.
        progress: called with the name of a stage and the share of the work done.

    Raises:
        GoodworkError: as ``costing.cost``.
    """
    laws, shared, told = TwoLaws(request), shared or Shared(), progress or (lambda _stage, _done: None)
    people = shared.people(laws, told)
    others = bool(laws.other_changes)
    assumed = behaviour_of(
        laws.after, request.behaviour, laws.day_of_assumptions, ends=any(map(ends, laws.both)), others=others
    )
    refuse_unused_settings(laws, Estimate(laws, people, assumed))
    used = laws.population_used(people)
    if laws.no_effect:
        return Headline(request, laws.years, _in_order({}, laws.years), used, no_effect=laws.no_effect)
    whole: Arrays = {}
    for part in people.parts(_AT_ONCE):
        for name, amount in _of_part(laws, part, assumed, shared).items():
            whole[name] = whole[name] + amount if name in whole else amount
    return Headline(request, laws.years, _in_order(whole, laws.years), used, assumed.read)


def _in_order(amounts: Arrays, years: tuple[int, ...]) -> dict[str, tuple[float, ...]]:
    nothing = dict.fromkeys(EFFECTS, np.zeros(len(years)))
    return {name: tuple((amount + 0.0).tolist()) for name, amount in (nothing | amounts).items()}


def _of_part(laws: TwoLaws, people: People, assumed: Behaviour, shared: Shared) -> Arrays:
    """The amounts of companies that run together (£ million; companies)."""
    before, after = laws.both
    label = laws.first_label(people, assumed)
    planned = shared.planned(people, before, label, max(reach_of(law, label) for law in laws.both))
    comparison = Comparison(
        *(people, planned.base, planned.current, before, after, assumed, laws.years),
        other_paths=laws.other_changes,
        first_day=laws.differs_from or laws.last_day,
        known_on=laws.known_on,
        basis=laws.request.basis,
    )
    static = np.zeros(len(laws.years))
    response = np.zeros(len(laws.years))
    if laws.other_changes:
        static = static + comparison.others.static
        response = response + np.sum(list(comparison.others.steps.values()), axis=0)
    relief = _of_relief(laws, comparison, planned) if any(map(relief_begins, laws.both)) else {}
    static = static + relief.pop(STATIC_EFFECT, 0.0)
    response = response + relief.pop(POST_BEHAVIOURAL, 0.0)
    in_millions = {STATIC_EFFECT: static / _MILLION, POST_BEHAVIOURAL: (static + response) / _MILLION}
    return in_millions | relief


def _of_relief(laws: TwoLaws, comparison: Comparison, planned: _Planned) -> Arrays:
    """What reliefs for training under the two laws come to (£), the response to them apart, and who claims."""
    before, after = laws.both
    most = max(float(comparison.assumed.take_up(year)) for year in range(len(YEARS_OF_TAKE_UP)))
    alone = not laws.other_changes and all(map(goes_by_plant_alone, laws.both))
    these = planned.candidates(most, by_plant_alone=alone)
    current = these.current
    if laws.other_changes:
        entitled, without_before, without_after = (
            outcome.only(these.chosen)
            for outcome in (comparison.entitled, comparison.unrelieved_before, comparison.unrelieved_after)
        )
    else:
        of_claims = _OF_CLAIMS if laws.request.basis == ACCRUALS else OUTPUTS
        entitled = these.base.run_for(of_claims, after)
        without_before = without_after = these.unrelieved

    def scenarios(base: Base, draw: np.ndarray, of: Callable[[Outcome], Outcome], known: Outcome | None) -> Pair:
        more = comparison.assumed, draw, TRAINING_STEPS, BALANCE if laws.request.basis == ACCRUALS else EXCHEQUER
        return (
            _OfClaimants(before, base, of(current), of(without_before), *more),
            _OfClaimants(after, base, of(entitled), of(without_after), *more, known_without=known),
        )

    wide = scenarios(these.base, these.draw, lambda outcome: outcome, None)
    claims = np.any([claim for one in wide for claim in one.claims.values()], axis=0)
    if not claims.any():
        return {}
    responds = comparison.assumed["elasticity"] or comparison.assumed["elasticity_of_small"]
    known = these.more_without(wide[1]).only(claims) if responds and not laws.other_changes else None
    pair = scenarios(these.base.only(claims), these.draw[claims], lambda outcome: outcome.only(claims), known)
    as_compared = {one.name: getattr(comparison, one.name) for one in fields(Comparison)}
    counted = _Claiming(**as_compared, pair=pair, weight=these.weight[claims])
    relief = counted.level(STATIC) - counted.level(UNRELIEVED)
    training = counted.training()
    return {
        STATIC_EFFECT: relief,
        POST_BEHAVIOURAL: counted.level(LAST) - counted.level(STATIC) + counted.invalid_claims_after(LAST),
        CLAIMANTS: counted.claimants(),
        CLAIMED: training["claimed"] / _MILLION,
        INDUCED: training["induced"] / _MILLION,
    }
