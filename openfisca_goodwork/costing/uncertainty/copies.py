"""The law over copies of the same records, each with assumptions of its own, in one run.

Companies do not depend on one another, so a record with other assumptions is one company more. The law is that of the
costing, whole; only the inputs, the draw for take-up and the behaviour differ from copy to copy. What the law entitles
companies to, and their prices, is worked out once for all copies with the same inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from typing import Any

import numpy as np

from openfisca_goodwork.costing.accruals import accrued_shares, accruing
from openfisca_goodwork.costing.behaviour import Behaviour
from openfisca_goodwork.costing.request import CENTRAL
from openfisca_goodwork.costing.runs import BALANCE, CLAIMS, PLANT, PROFIT, Base, Outcome, goes_by_plant_alone
from openfisca_goodwork.costing.scenarios import UNRELIEVED, WITH_TRAINING, LawScenarios, in_the_end, passing
from openfisca_goodwork.costing.steps import LAST, TRAINING_STEPS, behaviour_of
from openfisca_goodwork.costing.ticks import side_by_side
from openfisca_goodwork.costing.uncertainty.assumptions import LEVY_IN_SURVEY, TAKE_UP, Varied
from openfisca_goodwork.costing.uncertainty.sample import Sample, joined
from openfisca_goodwork.law.human_investment import HEADS, relief_begins
from openfisca_goodwork.law.plant import CLASSES
from openfisca_goodwork.population import HEADS_PRICED_BY_CPI

LEVY_FUNDED = "levy_funded_training"
ABSORBED = "loss_absorbed_by_group_share"
FEES, TRAINERS = "external_course_fees", "trainer_pay"
NEW_PLANT, OTHER_PLANT = "main_rate_plant_new", "main_rate_plant_used"
_OF_TRAINING = tuple(name for name in WITH_TRAINING if name not in {*HEADS, LEVY_FUNDED})
_INVESTMENT = (*CLASSES, "structures_and_buildings_expenditure")

Given = dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Period:
    """The accounting period of an edit.

    Attributes:
        years_ahead: years from the last that is known; 0 for one that is. has_begun: whether the laws may differ in it.
        otherwise_levy_funded: training that the levy pays for under the other reading of the survey (£ per record).
    """

    years_ahead: int
    has_begun: bool
    otherwise_levy_funded: np.ndarray | None = None


def move(name: str, value: float, central: float, given: Given, period: Period) -> None:
    """Lay one assumption's value upon the inputs of a period, in place; what a company is not given stays away."""
    MOVES[name](value, central, given, period)


def _training(value: float, central: float, given: Given, _period: Period) -> None:
    _scale_heads(given, dict.fromkeys(HEADS, value / central))


def _share_of(head: str) -> Callable[[float, float, Given, Period], None]:
    """The share of one head in the whole; the others make room, so that the whole stays as it is."""

    def moved(value: float, central: float, given: Given, _period: Period) -> None:
        others = (1 - value) / (1 - central)
        _scale_heads(given, dict.fromkeys(HEADS, others) | {head: value / central})

    return moved


def _earnings(value: float, central: float, given: Given, period: Period) -> None:
    factor = _grown(value - central, period)
    _scale_heads(given, {head: factor for head in HEADS if head not in HEADS_PRICED_BY_CPI})
    _scale(given, (LEVY_FUNDED,), factor)


def _prices(value: float, central: float, given: Given, period: Period) -> None:
    _scale_heads(given, dict.fromkeys(HEADS_PRICED_BY_CPI, _grown(value - central, period)))


def _profits(value: float, central: float, given: Given, period: Period) -> None:
    if period.has_begun:
        _scale(given, (PROFIT,), _grown(value - central, period))


def _investment(value: float, central: float, given: Given, period: Period) -> None:
    if period.has_begun:
        _scale(given, _INVESTMENT, _grown(value - central, period))


def _claims(value: float, central: float, given: Given, period: Period) -> None:
    """More or less of new plant is put forward for a first-year allowance; the rest is written down, as second-hand is."""
    if period.has_begun and {NEW_PLANT, OTHER_PLANT} <= set(given):
        both = given[NEW_PLANT] + given[OTHER_PLANT]
        np.minimum(given[NEW_PLANT] * (value / central), both, out=given[NEW_PLANT])
        given[OTHER_PLANT][:] = both - given[NEW_PLANT]


def _losses_of_groups(value: float, central: float, given: Given, period: Period) -> None:
    if period.has_begun and ABSORBED in given:
        np.minimum(given[ABSORBED] * (value / central), 1, out=given[ABSORBED])


def _levy(value: float, central: float, given: Given, period: Period) -> None:
    if value != central and period.otherwise_levy_funded is not None:
        given[LEVY_FUNDED][:] = period.otherwise_levy_funded


MOVES: Mapping[str, Callable[[float, float, Given, Period], None]] = {
    "training_spending": _training,
    "company_share": _training,
    "external_fee_share": _share_of(FEES),
    "trainer_pay_share": _share_of(TRAINERS),
    "earnings_growth": _earnings,
    "prices_growth": _prices,
    "profits_growth": _profits,
    "investment_growth": _investment,
    "claims_of_first_year_allowances": _claims,
    "losses_used_by_groups": _losses_of_groups,
    LEVY_IN_SURVEY: _levy,
}


def _grown(a_year: float, period: Period) -> float:
    return float((1 + a_year) ** period.years_ahead)


def _scale(given: Given, names: tuple[str, ...], factor: float) -> None:
    for name in set(names) & set(given):
        given[name] *= factor


def _scale_heads(given: Given, factors: Mapping[str, float]) -> None:
    """Heads by their factors, and what is a part of training (grants, leavers, connected parties) by that of the whole."""
    before = _whole(given)
    for head, factor in factors.items():
        _scale(given, (head,), factor)
    factor_of_whole = np.where(before > 0, _whole(given) / np.where(before > 0, before, 1), 1)
    for name in set(_OF_TRAINING) & set(given):
        given[name] *= factor_of_whole


def _whole(given: Given) -> np.ndarray:
    return np.sum([given[head] for head in HEADS if head in given] or [np.zeros(1)], axis=0)


Point = Mapping[str, float]
"""Values of assumptions by name; those left out are central."""
Moved = tuple[tuple[str, float], ...]
"""Assumptions that move the inputs, with their values."""

_YEARS_OF_TAKE_UP = range(4)


@dataclass(frozen=True)
class VariedBehaviour(Behaviour):
    """Behaviour that differs from record to record.

    Attributes:
        by_record: assumptions that do, by their short names (one value per record of all copies).
    """

    by_record: Mapping[str, np.ndarray]

    def __getitem__(self, name: str) -> Any:
        """An assumption by its short name: a number, or one value per record."""
        return self.by_record[name] if name in self.by_record else super().__getitem__(name)


@dataclass(frozen=True, eq=False)
class PricedScenarios(LawScenarios):
    """Scenarios whose companies' prices are known already.

    Attributes:
        known: see ``LawScenarios.prices``.
    """

    known: tuple[np.ndarray, np.ndarray] = field(kw_only=True)

    @property
    def _outputs(self) -> tuple[str, ...]:
        """What a level has to say: an interval asks for no more than the balance."""
        return BALANCE

    @property
    def prices(self) -> tuple[np.ndarray, np.ndarray]:
        """After-tax price of one more £1 of training without the relief and to one who claims it, per record."""
        return self.known


@dataclass(frozen=True, eq=False)
class Copies:
    """Copies of samples, one for each point.

    Attributes:
        copies: records, and their assumptions. varied: what may differ, by name.
        before, after: the two laws. has_other_changes: whether they differ in anything but the relief.
        assumed: behaviour in the central case. on: the day of assumptions. last_known_year: see ``Period``.
        years: financial years wanted.
    """

    copies: Sequence[tuple[Sample, Point]]
    varied: Mapping[str, Varied]
    before: Any
    after: Any
    has_other_changes: bool
    assumed: Behaviour
    on: date
    last_known_year: int
    years: tuple[int, ...]
    _known: dict[Outcome, Outcome] = field(default_factory=dict)

    @cached_property
    def points(self) -> list[Point]:
        """The assumptions of each copy."""
        return [point for _, point in self.copies]

    @cached_property
    def _inputs_of(self) -> list[tuple[Sample, Moved]]:
        """Each copy's records, and what its point says of their inputs."""
        return [(sample, tuple((name, point[name]) for name in MOVES if name in point)) for sample, point in self.copies]

    @cached_property
    def _given(self) -> dict[tuple[Sample, Moved], slice]:
        """The different inputs among them, and their places in one run."""
        distinct = dict.fromkeys(self._inputs_of)
        ends = np.cumsum([0, *(sample.size for sample, _ in distinct)]).tolist()
        return dict(zip(distinct, map(slice, ends, ends[1:]), strict=True))

    @property
    def _records(self) -> int:
        """How many records the different inputs have."""
        return sum(sample.size for sample, _ in self._given)

    @cached_property
    def _places(self) -> np.ndarray:
        """For each record of all copies, its place among those of the different inputs."""
        return np.concatenate(
            [np.arange(place.start, place.stop) for place in map(self._given.__getitem__, self._inputs_of)]
        )

    @cached_property
    def _base(self) -> Base:
        sample, _ = self.copies[0]
        standing = {label: joined(one.base.standing[label] for one, _ in self._given) for label in sample.base.standing}
        return Base({label: self._inputs(label) for label in sample.base.inputs}, sample.base.start, standing)

    def _inputs(self, label: int) -> dict[str, np.ndarray]:
        """The different inputs, one after the other, each moved as it says."""
        given = joined(sample.base.inputs[label] for sample, _ in self._given)
        for (sample, moves), place in self._given.items():
            other = None if sample.levy_funded is None else sample.levy_funded[label]
            period = Period(max(label - self.last_known_year, 0), label >= sample.base.start, other)
            here = {name: array[place] for name, array in given.items()}
            for name, value in moves:
                move(name, value, self.varied[name].central, here, period)
        return given

    @cached_property
    def _sizes(self) -> list[int]:
        """How many records each copy has."""
        return [sample.size for sample, _ in self.copies]

    def _each(self, name: str) -> np.ndarray:
        """An assumption of every copy (one value per point)."""
        return np.array([point.get(name, self.varied[name].central) for point in self.points], dtype=np.float64)

    @cached_property
    def _assumed(self) -> VariedBehaviour:
        moved = [one for one in self.varied.values() if one.behaviour and any(one.name in point for point in self.points)]
        by_record = {one.behaviour: np.repeat(self._each(one.name), self._sizes) for one in moved}
        return VariedBehaviour(**vars(self.assumed), by_record=by_record)

    @cached_property
    def _draw(self) -> np.ndarray:
        """Draws for take-up, stretched so that as many are below the central take-up as each copy's take-up says."""
        if not any(TAKE_UP in point for point in self.points):
            return np.concatenate([sample.draw for sample, _ in self.copies])
        levels = [self._take_up(level) for level in ("low", CENTRAL, "high")]
        found = []
        for (sample, _), value in zip(self.copies, self._each(TAKE_UP), strict=True):
            own = [np.interp(value, (-1, 0, 1), amounts) for amounts in zip(*levels, strict=True)]
            found.append(np.interp(sample.draw, [0, *own, 1], [0, *levels[1], 1]))
        return np.concatenate(found)

    def _take_up(self, level: str) -> list[float]:
        behaviour = behaviour_of(self.after, level, self.on) if level != CENTRAL else self.assumed
        return [behaviour.take_up(year) for year in _YEARS_OF_TAKE_UP]

    @cached_property
    def effects(self) -> np.ndarray:
        """Post-behavioural effect of each copy on the Exchequer: copies × financial years (£; minus is a cost)."""
        before, after = self._scenarios()
        moves = passing(TRAINING_STEPS, before, after)
        loss = self._assumed["compliance_loss"]
        weight = np.concatenate([sample.weight for sample, _ in self.copies])
        starts = np.cumsum([0, *self._sizes[:-1]])
        total = np.zeros((len(self.copies), len(self.years)))
        for label in before.unrelieved.balance:
            at = partial(_between, before, after, label)
            moved = at(UNRELIEVED) + in_the_end(at, loss, LAST, moves)
            accrued = (weight * moved)[:, None] * self._shares(label)
            total += np.add.reduceat(accrued, starts, axis=0)
        return total

    def _scenarios(self) -> tuple[LawScenarios, LawScenarios]:
        """What each law makes of the copies."""
        plain, reformed = side_by_side(lambda: self._unrelieved(self.before), lambda: self._base.run(self.after, also=PLANT))
        entitled = plain if relief_begins(self.before) is None else self._base.run(self.before)
        relieved = relief_begins(self.after) is not None
        without = plain if not self.has_other_changes else self._unrelieved(self.after) if relieved else reformed
        base = self._base
        if not self.has_other_changes and goes_by_plant_alone(self.after):
            base = base.with_plant_of(reformed)
        bases = base, base.only(self._places)
        return self._of_law(self.before, bases, entitled, plain), self._of_law(self.after, bases, reformed, without)

    def _unrelieved(self, law: Any) -> Outcome:
        """A law with nobody claiming a relief."""
        if relief_begins(law) is None:
            return self._base.run(law)
        nobody = np.zeros(self._records, dtype=bool)
        return self._base.run(law, lambda _label, given: given | {CLAIMS: nobody})

    def _of_law(self, law: Any, bases: tuple[Base, Base], entitled: Outcome, unrelieved: Outcome) -> LawScenarios:
        """A law's scenarios of the copies, with prices of companies as they are given; behaviour moves no price.

        Args:
            bases: companies with the different inputs, and those of all copies.
        """
        base, copied = bases
        given = LawScenarios(law, base, entitled, unrelieved, self.assumed, np.zeros(self._records), TRAINING_STEPS)
        prices = given.prices if given.has_relief and np.any(self._assumed["elasticity"]) else (np.ones(1), np.ones(1))
        without, having = (np.broadcast_to(one, given.draw.shape)[self._places] for one in prices)
        whole, none = (self._of_copies(one) for one in (entitled, unrelieved))
        return PricedScenarios(law, copied, whole, none, self._assumed, self._draw, TRAINING_STEPS, known=(without, having))

    def _of_copies(self, outcome: Outcome) -> Outcome:
        """What a run over the different inputs gave, for all copies; worked out once, where both laws share it."""
        if outcome not in self._known:
            self._known[outcome] = outcome.only(self._places)
        return self._known[outcome]

    def _shares(self, label: int) -> np.ndarray:
        """Share of each record's period of a label in each financial year: records of all copies × financial years."""
        index, distinct = accruing(self._base, label)
        table = np.zeros((len(distinct), len(self.years)))
        for row, one in zip(table, distinct, strict=True):
            found = accrued_shares(self.after, one)
            row[:] = [found.get(year, 0.0) for year in self.years]
        return table[index[self._places]]


def _between(before: LawScenarios, after: LawScenarios, label: int, level: str) -> np.ndarray:
    """What the Exchequer has at a level under the one law more than under the other (£ per record)."""
    one, other = (scenarios.level(level).balance[label] for scenarios in (before, after))
    return np.asarray(other - one)
