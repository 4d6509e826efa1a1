"""The headline of a costing alone: its effect by financial year; of a relief for training, who claims and what is induced.

Of the same steps as a whole costing, and equal to it. It leaves out the waterfall's levels between, who gains, payments that
nobody asks for and the interval; it runs the law for the companies that can differ. What costings over one population and
one baseline law have in common is worked out once (``Shared``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.costing.behaviour import YEARS_OF_TAKE_UP, Behaviour
from openfisca_goodwork.costing.comparison import TAKE_UP_DRAW, Comparison, ReliefEffects
from openfisca_goodwork.costing.engine import refuse_unused_settings
from openfisca_goodwork.costing.parts import assumed_by
from openfisca_goodwork.costing.people import People, PopulationUsed
from openfisca_goodwork.costing.request import ACCRUALS, CostingRequest, Progress
from openfisca_goodwork.costing.runs import (
    BALANCE,
    CASH,
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
from openfisca_goodwork.costing.scenarios import STATIC, UNRELIEVED, LawScenarios
from openfisca_goodwork.costing.steps import LAST, TRAINING_STEPS
from openfisca_goodwork.costing.two_laws import TwoLaws
from openfisca_goodwork.costing.uncertainty.estimate import Estimate
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.human_investment import relief_begins, relief_spells
from openfisca_goodwork.law.periods import financial_year_name
from openfisca_goodwork.law.stacked import LawsDifferError, stacked
from openfisca_goodwork.system import parameters_fingerprint

STATIC_EFFECT, POST_BEHAVIOURAL = EFFECTS = ("static", "post_behavioural")
CLAIMANTS, CLAIMED, INDUCED = OF_TRAINING = ("claimants", "claimed_training", "induced_training")
AMOUNTS = (*EFFECTS, *OF_TRAINING)
_MILLION = 1e6
# What says who claims, and what of: all that adding up as it accrues needs of companies that have a relief.
_OF_CLAIMS = (*BALANCE, QUALIFYING, COUNTED, DEDUCTION, CREDIT, CASH)
# Records that run together, as of a whole costing; those that claim under several reforms, as memory takes with ease.
_AT_ONCE = 150_000
_MOST_TOGETHER = 120_000

Arrays = dict[str, np.ndarray]


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
    law: TaxBenefitSystem
    base: Base
    current: Outcome
    _candidates: dict[tuple[float, bool], _Candidates] = field(default_factory=dict)

    def may_claim(self, most_take_up: float) -> np.ndarray:
        """Which of the companies train and claim where everybody with much to gain does (mask)."""
        draws: np.ndarray = self.people.uniform(TAKE_UP_DRAW)
        return self.base.trains & (draws < most_take_up)

    def candidates(self, most_take_up: float, *, by_plant_alone: bool) -> _Candidates:
        """The companies with training that claim where everybody with much to gain does; the same for every relief.

        Args:
            most_take_up: the largest share that claims. by_plant_alone: whether what they claim for plant goes by it alone.
        """
        key = most_take_up, by_plant_alone
        if key not in self._candidates:
            chosen = self.may_claim(most_take_up)
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
    law: TaxBenefitSystem
    chosen: np.ndarray
    base: Base
    current: Outcome
    _without: dict[Any, Outcome] = field(default_factory=dict)
    _again: dict[int, Base] = field(default_factory=dict)

    def entitled(self, laws: Sequence[Any], outputs: tuple[str, ...]) -> list[Outcome]:
        """What each of some laws makes of all of them, all claiming; several laws at once where they may run together."""
        at_once, found = max(_MOST_TOGETHER // max(self.draw.size, 1), 1), list[Outcome]()
        while len(found) < len(laws):
            some = laws[len(found) : len(found) + at_once]
            try:
                found += self._under(some, outputs)
            except LawsDifferError:
                found += [self.base.run_for(outputs, law) for law in some]
        return found

    def _under(self, laws: Sequence[Any], outputs: tuple[str, ...]) -> list[Outcome]:
        """What each of some laws makes of all of them, in one run. Raises LawsDifferError where none may be."""
        if len(laws) == 1:
            return [self.base.run_for(outputs, laws[0])]
        number = self.draw.size
        law = stacked(laws, np.repeat(np.arange(len(laws)), number))
        if len(laws) not in self._again:
            self._again.clear()
            self._again[len(laws)] = self.base.only(np.tile(np.arange(number), len(laws)))
        found = self._again[len(laws)].run_for(outputs, law)
        return found.parts([slice(at, at + number) for at in range(0, len(laws) * number, number)])

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
        return self.current if relief_begins(self.law) is None else self.base.run_unclaimed(self.law)

    @cached_property
    def weight(self) -> np.ndarray:
        return self.people.weight[self.chosen]

    @cached_property
    def draw(self) -> np.ndarray:
        return self.people.uniform(TAKE_UP_DRAW)[self.chosen]


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

    def planned(self, people: People, law: TaxBenefitSystem, label: int, reach: int) -> _Planned:
        """The baseline law over some companies, from a label on."""
        key = people.fingerprint, parameters_fingerprint(law), label, reach
        if self._planned is None or self._planned[0] != key:
            self._planned = None  # its arrays, before those of the next
            self._planned = key, _Planned(people, law, *run_baseline(people, law, label, reach))
        return self._planned[1]


@dataclass(frozen=True, eq=False)
class _Asked:
    """What one headline is asked of.

    Attributes:
        laws: the two laws. people: the companies. assumed: behaviour.
    """

    laws: TwoLaws
    people: People
    assumed: Behaviour

    @classmethod
    def of(cls, request: CostingRequest, shared: Shared) -> _Asked:
        """A request, read. Raises GoodworkError as ``costing.cost``."""
        laws = TwoLaws(request)
        people = shared.people(laws, lambda _stage, _done: None)
        assumed = assumed_by(laws)
        refuse_unused_settings(laws, Estimate(laws, people, assumed))
        return cls(laws, people, assumed)

    @cached_property
    def in_common(self) -> Any:
        """What those must have in common whose laws may run together; nothing else has a key without draws of its own."""
        laws, assumed = self.laws, self.assumed
        alone = laws.no_effect or laws.other_changes or relief_begins(laws.before) or laws.request.basis != ACCRUALS
        if alone:
            return id(self)
        of_laws = laws.years, laws.differs_from, relief_spells(laws.after), str(laws.request.baseline), laws.common_settings
        return id(self.people), of_laws, assumed.level, assumed.take_up_path, tuple(sorted(assumed.values.items()))

    def headline(self, amounts: Arrays) -> Headline:
        """The headline with these amounts."""
        laws, nothing = self.laws, dict.fromkeys(EFFECTS, np.zeros(len(self.laws.years)))
        in_order = {name: tuple((amount + 0.0).tolist()) for name, amount in (nothing | amounts).items()}
        about = laws.request, laws.years, in_order, laws.population_used(self.people)
        return Headline(*about, {} if laws.no_effect else self.assumed.read, no_effect=laws.no_effect)


def headline_of(request: CostingRequest, shared: Shared | None = None) -> Headline:
    """The headline of a costing; equal to that of the whole one (``costing.cost``) but for the order of adding up.

    Args:
        request: what is asked; of its draws only none. shared: what other costings have left to use.

    Raises:
        GoodworkError: as ``costing.cost``.
    """
    (found,) = headlines_of([request], shared or Shared())
    return found


def headlines_of(requests: Sequence[CostingRequest], shared: Shared) -> Iterator[Headline]:
    """The headlines of costings, in order; laws that differ in amounts of a relief alone run together (``law.stacked``).

    Raises:
        GoodworkError: for the first request that cannot be answered, those before it being answered.
    """
    asked: list[_Asked] = []
    refused: GoodworkError | None = None
    for request in requests:
        try:
            asked.append(_Asked.of(request, shared))
        except GoodworkError as fault:
            refused = fault
            break
    for _key, alike in groupby(asked, key=lambda one: one.in_common):
        yield from _headlines(list(alike), shared)
    if refused is not None:
        raise refused


def _headlines(asked: Sequence[_Asked], shared: Shared) -> list[Headline]:
    first, whole = asked[0], [Arrays() for _one in asked]
    if not first.laws.no_effect:
        for part in first.people.parts(_AT_ONCE):
            for amounts, found in zip(whole, _of_part(asked, part, shared), strict=True):
                for name, amount in found.items():
                    amounts[name] = amounts[name] + amount if name in amounts else amount
    return [one.headline(amounts) for one, amounts in zip(asked, whole, strict=True)]


def _of_part(asked: Sequence[_Asked], people: People, shared: Shared) -> list[Arrays]:
    """The amounts of companies that run together, costing by costing (£ million; companies)."""
    laws = asked[0].laws
    label = laws.first_label(people, asked[0].assumed)
    planned = shared.planned(people, laws.before, label, max(reach_of(law, label) for law in laws.both))
    # Of one baseline law, which all share: its formulas find again what they have worked out for it.
    comparisons = [Comparison(one.laws, people, one.assumed, laws.before, planned.base, planned.current) for one in asked]
    reliefs = [Arrays() for _one in asked]
    if any(map(relief_begins, laws.both)):
        reliefs = _of_reliefs(comparisons, planned)
    return [_in_millions(one, relief) for one, relief in zip(comparisons, reliefs, strict=True)]


def _in_millions(comparison: Comparison, relief: Arrays) -> Arrays:
    """The effects, with those of other changes of law than a relief (£ million), beside what else is told of the relief."""
    static = response = np.zeros(len(comparison.years))
    if comparison.laws.other_changes:
        static = static + comparison.others.static
        response = response + np.sum(list(comparison.others.steps.values()), axis=0)
    static = static + relief.get(STATIC_EFFECT, 0.0)
    response = response + relief.get(POST_BEHAVIOURAL, 0.0)
    return relief | {STATIC_EFFECT: static / _MILLION, POST_BEHAVIOURAL: (static + response) / _MILLION}


@dataclass(frozen=True, eq=False)
class _Claims:
    """Who claims a relief under one reform, and what is known of them.

    Attributes:
        comparison: the two laws. these: the companies that may claim, of which ``places`` are those that do.
        entitled: what the reformed law makes of those, all claiming.
        without_before, without_after: what each law makes of all of these, none of them claiming.
        more_without: what the reformed law makes of all of these where nobody claims and all train more, if it is known.
    """

    comparison: Comparison
    these: _Candidates
    places: np.ndarray
    entitled: Outcome
    without_before: Outcome
    without_after: Outcome
    more_without: Outcome | None

    @classmethod
    def of(cls, comparison: Comparison, these: _Candidates, entitled: Outcome) -> _Claims:
        """Those who claim, from what claiming is worth to each."""
        before = after = these.unrelieved
        if comparison.laws.other_changes:
            both = comparison.unrelieved_before, comparison.unrelieved_after
            before, after = (outcome.only(these.chosen) for outcome in both)
        more = comparison.assumed, these.draw, TRAINING_STEPS
        reformed = LawScenarios(comparison.after, these.base, entitled, after, *more)
        pair = LawScenarios(comparison.before, these.base, these.current, before, *more), reformed
        places = np.flatnonzero(np.any([claim for one in pair for claim in one.claims.values()], axis=0))
        responds = comparison.assumed["elasticity"] or comparison.assumed["elasticity_of_small"]
        known = these.more_without(reformed) if places.size and responds and not comparison.laws.other_changes else None
        return cls(comparison, these, places, entitled.only(places), before, after, known)


def _of_reliefs(comparisons: Sequence[Comparison], planned: _Planned) -> list[Arrays]:
    """What reliefs for training under two laws come to (£), the response to them apart, and who claims; one a reform."""
    first = comparisons[0]
    most = max(float(first.assumed.take_up(year)) for year in range(len(YEARS_OF_TAKE_UP)))
    alone = not first.laws.other_changes and all(map(goes_by_plant_alone, (first.before, first.after)))
    if not planned.may_claim(most).any():
        return [Arrays() for _one in comparisons]
    these = planned.candidates(most, by_plant_alone=alone)
    if first.laws.other_changes:
        entitled = [first.entitled.only(these.chosen)]
    else:
        of_claims = _OF_CLAIMS if first.laws.request.basis == ACCRUALS else OUTPUTS
        entitled = these.entitled([one.after for one in comparisons], of_claims)
    found = [Arrays() for _one in comparisons]
    waiting: dict[int, _Claims] = {}
    for number, comparison in enumerate(comparisons):
        claims = _Claims.of(comparison, these, entitled[number])
        if sum(one.places.size for one in (*waiting.values(), claims)) > _MOST_TOGETHER:
            found = _with_those(found, waiting)
            waiting = {}
        if claims.places.size:
            waiting[number] = claims
    return _with_those(found, waiting)


def _with_those(found: list[Arrays], waiting: Mapping[int, _Claims]) -> list[Arrays]:
    """The amounts of reforms, with those of the ones that wait: run together, or each alone where their laws ask for it."""
    try:
        amounts = _amounts_of(list(waiting.values())) if waiting else []
    except LawsDifferError:
        amounts = [_amounts_of([one])[0] for one in waiting.values()]
    of_those = dict(zip(waiting, amounts, strict=True))
    return [of_those.get(number, one) for number, one in enumerate(found)]


def _amounts_of(several: Sequence[_Claims]) -> list[Arrays]:
    """The amounts of reliefs, a reform each. Raises LawsDifferError where their laws cannot run together."""
    counted = _together(several)
    static, training = counted.level(STATIC) - counted.level(UNRELIEVED), counted.training
    amounts = {
        STATIC_EFFECT: static,
        POST_BEHAVIOURAL: counted.level(LAST) - counted.level(STATIC) + counted.invalid_claims_after(LAST),
        CLAIMANTS: counted.claimants,
        CLAIMED: training["claimed"] / _MILLION,
        INDUCED: training["induced"] / _MILLION,
    }
    for one in several:  # what is read of the first is read of all
        one.comparison.assumed.values.read.update(several[0].comparison.assumed.values.read)
    rows = {name: np.atleast_2d(amount) for name, amount in amounts.items()}
    return [{name: amount[place] for name, amount in rows.items()} for place in range(len(several))]


def _together(several: Sequence[_Claims]) -> ReliefEffects:
    """Those that claim under some reforms, one after the other, each under its own law: companies do not share a tax."""
    first, numbers = several[0], [one.places.size for one in several]
    comparison, these = first.comparison, first.these
    places, last = np.concatenate([one.places for one in several]), np.cumsum(numbers).tolist()
    after, parts = comparison.after, tuple[slice, ...]()
    if len(several) > 1:
        after = stacked([one.comparison.after for one in several], np.repeat(np.arange(len(numbers)), numbers))
        parts = tuple(slice(end - number, end) for end, number in zip(last, numbers, strict=True))
    chosen: dict[Outcome, Outcome] = {}

    def of(outcome: Outcome) -> Outcome:
        if outcome not in chosen:
            chosen[outcome] = outcome.only(places)
        return chosen[outcome]

    known = [(one.more_without, one.places) for one in several if one.more_without is not None]
    more_without = of(known[0][0]) if known else None
    if len({outcome for outcome, _places in known}) > 1:
        more_without = Outcome.joined([outcome.only(own) for outcome, own in known])
    accrues = comparison.laws.request.basis == ACCRUALS
    base = these.base.only(places)
    more = comparison.assumed, these.draw[places], TRAINING_STEPS, BALANCE if accrues else EXCHEQUER
    pair = (
        LawScenarios(comparison.before, base, of(these.current), of(first.without_before), *more),
        LawScenarios(
            *(after, base, Outcome.joined([one.entitled for one in several]), of(first.without_after)),
            *more,
            known_without=more_without,
        ),
    )
    return ReliefEffects(pair, these.weight[places], comparison.laws, parts)
