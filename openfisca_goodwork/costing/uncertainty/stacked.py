"""The law run again on a sample of records, once for each draw of the assumptions: all draws stacked in one run.

Companies do not depend on one another, so a record with other assumptions is one company more. The law is that of the
costing, whole; only the inputs, the draw for take-up and the behaviour differ from draw to draw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any

import numpy as np

from openfisca_goodwork.costing.behaviour import BEHAVIOUR, Behaviour
from openfisca_goodwork.costing.behaviour import TAKE_UP as OF_TAKE_UP
from openfisca_goodwork.costing.comparison import TAKE_UP_DRAW, Comparison
from openfisca_goodwork.costing.payments import year_shares
from openfisca_goodwork.costing.runs import (
    BALANCE,
    COUNTED,
    PLANT,
    PROFIT,
    Arrays,
    Base,
    ByLabel,
    Outcome,
    fixed,
    goes_by_plant_alone,
    joined,
)
from openfisca_goodwork.costing.scenarios import WITH_TRAINING, LawScenarios, invalid_claims
from openfisca_goodwork.costing.steps import LAST, TRAINING_STEPS, behaviour_of
from openfisca_goodwork.costing.ticks import side_by_side
from openfisca_goodwork.costing.two_laws import TwoLaws
from openfisca_goodwork.costing.uncertainty.assumptions import LEVY_IN_SURVEY, TAKE_UP, Varied
from openfisca_goodwork.law.human_investment import HEADS, relief_begins
from openfisca_goodwork.law.periods import picked
from openfisca_goodwork.law.plant import CLASSES
from openfisca_goodwork.population import HEADS_PRICED_BY_CPI

# --- the records on which assumptions are moved: each stands for about as much of the effect -------------------------
# Records go in the order of their draws for take-up, so that whatever part of the companies claims, the sample's part
# of the effect is that of all companies.


# Records that the reform leaves as they are may matter under other assumptions: in proportion to what they train or earn.
_OF_THE_OTHERS = 0.15


@dataclass(frozen=True, eq=False)
class Sample:
    """Some records of a comparison, in the place of all.

    Attributes:
        base: the companies.
        weight: companies each record stands for, so that the sample stands for all. draw: uniform, for take-up.
        records: places of the records in the whole population.
        levy_funded: training the levy pays for under the other reading of the survey, by label, where it matters (£).
    """

    base: Base
    weight: np.ndarray
    draw: np.ndarray
    records: np.ndarray
    levy_funded: Mapping[int, np.ndarray] | None = None

    @classmethod
    def of(cls, comparison: Comparison, count: float, offset: int = 0) -> Sample:
        """A sample of about so many records; of all that matter where there are no more.

        Args:
            offset: records of the population before those of the comparison, which may be a part of it.
        """
        people, base = comparison.people, comparison.base
        draw, chance = people.uniform(TAKE_UP_DRAW), _inclusion(_measure(comparison), count)
        order = np.argsort(draw, kind="stable")
        passed = np.floor(chance[order].cumsum() + 0.5 + 1e-9)  # whole chances stay whole
        chosen = np.sort(order[np.diff(passed, prepend=0.0) > 0])
        weight = people.weight[chosen] / chance[chosen]
        return cls(base.only(chosen), weight, draw[chosen], offset + chosen)

    @classmethod
    def joined(cls, samples: Sequence[Sample]) -> Sample:
        """Samples of the parts of a population as one."""
        first = samples[0]
        if len(samples) == 1:
            return first
        inputs, standing = (
            {label: joined(of(one)[label] for one in samples) for label in of(first)}
            for of in (attrgetter("base.inputs"), attrgetter("base.baseline_status"))
        )
        weight, draw, records = (
            np.concatenate([getattr(one, name) for one in samples]) for name in ("weight", "draw", "records")
        )
        absent = {
            label: np.concatenate([one.base.absent.get(label, np.zeros(one.size, dtype=bool)) for one in samples])
            for label in {label for one in samples for label in one.base.absent}
        }
        return cls(Base(inputs, first.base.start, standing, absent), weight, draw, records)

    @property
    def size(self) -> int:
        """How many records there are."""
        return int(self.weight.size)


def _measure(comparison: Comparison) -> np.ndarray:
    """What each record stands for (£ of tax moved, weighted), and a little for those that the reform leaves as they are."""
    moved = sum(
        _apart(one, other)
        for one, other in (
            (comparison.entitled.balance, comparison.unrelieved_after.balance),
            (comparison.current.balance, comparison.unrelieved_before.balance),
            (comparison.unrelieved_after.balance, comparison.unrelieved_before.balance),
        )
    )
    trained = sum(
        np.maximum(one, other)
        for one, other in zip(comparison.current.of(COUNTED).values(), comparison.entitled.of(COUNTED).values(), strict=True)
    )
    earned = sum(np.abs(comparison.base.inputs[label][PROFIT]) for label in comparison.current.balance)
    possible = trained if np.any(trained) else earned
    found = np.zeros(comparison.people.records)
    for measure, share in ((moved, 1.0), (possible, _OF_THE_OTHERS)):
        weighted = comparison.people.weight * measure
        found += share * weighted / (weighted.sum() or 1.0)
    return found


def _apart(one: ByLabel, other: ByLabel) -> np.ndarray:
    if one is other:
        return np.zeros(1)
    return np.sum([np.abs(amount - other[label]) for label, amount in one.items()], axis=0)


def _inclusion(measure: np.ndarray, count: float) -> np.ndarray:
    """Chance of each record: in proportion to its measure, 1 at most; they sum to the count, or to all that matter."""
    matters = measure > 0
    if matters.sum() <= count:
        return matters.astype(np.float64)
    certain = np.zeros(measure.size, dtype=bool)
    while True:
        scale = (count - certain.sum()) / measure[~certain].sum()
        more = ~certain & (measure * scale >= 1)
        if not more.any():
            return np.where(certain, 1.0, measure * scale)
        certain |= more


# --- the law run again on them, once for each draw of the assumptions ------------------------------------------------


LEVY_FUNDED = "levy_funded_training"
ABSORBED = "loss_absorbed_by_group_share"
FEES, TRAINERS = "external_course_fees", "trainer_pay"
NEW_PLANT, OTHER_PLANT = "main_rate_plant_new", "main_rate_plant_used"
_OF_TRAINING = tuple(name for name in WITH_TRAINING if name not in {*HEADS, LEVY_FUNDED})
_INVESTMENT = (*CLASSES, "structures_and_buildings_expenditure")

Given = dict[str, np.ndarray]
Values = Mapping[str, np.ndarray]
"""Values of assumptions by name: one per draw, or one per record of all draws."""


@dataclass(frozen=True, eq=False)
class Period:
    """The accounting period whose inputs are moved.

    Attributes:
        years_ahead: years from the last that is known; 0 for one that is. has_begun: whether the laws may differ in it.
        otherwise_levy_funded: training that the levy pays for under the other reading of the survey (£ per record).
    """

    years_ahead: int
    has_begun: bool
    otherwise_levy_funded: np.ndarray | None = None


def move(values: Values, central: Mapping[str, float], given: Given, period: Period) -> Given:
    """The inputs of a period under other values of the assumptions that move inputs; what is not given stays away.

    Both laws see the same companies, moved in the same way. What was handed on before the laws differ stays as it is.

    Args:
        values: one per record each; names of other assumptions are passed over. central: what the costing assumes.
    """
    moved = dict(given)
    factors: dict[str, np.ndarray] = {}
    for name in (one for one in HEAD_FACTORS if one in values):
        for what, factor in HEAD_FACTORS[name](values[name], central[name], period.years_ahead).items():
            factors[what] = factors[what] * factor if what in factors else factor
    if factors:
        _scale_training(moved, factors)
    for name in (one for one in OTHER_MOVES if one in values):
        OTHER_MOVES[name](values[name], central[name], moved, period)
    return moved


Factors = Callable[[np.ndarray, float, int], Given]
"""Value, central value, years ahead → the factor of each input."""
Move = Callable[[np.ndarray, float, Given, Period], None]
"""Value, central value → inputs of a period moved in place."""


def _in_proportion(value: np.ndarray, central: float, _years: int) -> Given:
    return dict.fromkeys(HEADS, value / central)


def _share_of(head: str) -> Factors:
    """The share of one head in the whole; the others make room, so that the whole stays as it is."""

    def factors(value: np.ndarray, central: float, _years: int) -> Given:
        return dict.fromkeys(HEADS, (1 - value) / (1 - central)) | {head: value / central}

    return factors


def _growth_of(names: Iterable[str]) -> Factors:
    def factors(value: np.ndarray, central: float, years: int) -> Given:
        return dict.fromkeys(names, _grown(value - central, years))

    return factors


HEAD_FACTORS: Mapping[str, Factors] = {
    "training_spending": _in_proportion,
    "company_share": _in_proportion,
    "external_fee_share": _share_of(FEES),
    "trainer_pay_share": _share_of(TRAINERS),
    "earnings_growth": _growth_of((*(head for head in HEADS if head not in HEADS_PRICED_BY_CPI), LEVY_FUNDED)),
    "prices_growth": _growth_of(HEADS_PRICED_BY_CPI),
    "training_trend": _growth_of((*HEADS, LEVY_FUNDED)),
}
"""Assumptions that scale types of training cost."""


def _growing(names: Iterable[str]) -> Move:
    def move(value: np.ndarray, central: float, given: Given, period: Period) -> None:
        for name in set(names) & set(given) if period.has_begun else ():
            given[name] = given[name] * _grown(value - central, period.years_ahead)

    return move


def _claims(value: np.ndarray, central: float, given: Given, period: Period) -> None:
    """More or less of new plant is put forward for a first-year allowance; the rest is written down, as second-hand is."""
    if period.has_begun and {NEW_PLANT, OTHER_PLANT} <= set(given):
        both = given[NEW_PLANT] + given[OTHER_PLANT]
        given[NEW_PLANT] = np.minimum(given[NEW_PLANT] * (value / central), both)
        given[OTHER_PLANT] = both - given[NEW_PLANT]


def _losses_of_groups(value: np.ndarray, central: float, given: Given, period: Period) -> None:
    if period.has_begun and ABSORBED in given:
        given[ABSORBED] = np.minimum(given[ABSORBED] * (value / central), 1)


def _levy(value: np.ndarray, central: float, given: Given, period: Period) -> None:
    if period.otherwise_levy_funded is not None:
        given[LEVY_FUNDED] = np.where(value == central, given[LEVY_FUNDED], period.otherwise_levy_funded)


OTHER_MOVES: Mapping[str, Move] = {
    "profits_growth": _growing([PROFIT]),
    "investment_growth": _growing(_INVESTMENT),
    "claims_of_first_year_allowances": _claims,
    "losses_used_by_groups": _losses_of_groups,
    LEVY_IN_SURVEY: _levy,
}
"""Assumptions that move other inputs."""
MOVES = frozenset({*HEAD_FACTORS, *OTHER_MOVES})
MOVES_OF_INVESTMENT = frozenset({"investment_growth", "claims_of_first_year_allowances"})


def _grown(a_year: np.ndarray, years: int) -> np.ndarray:
    return np.asarray((1 + a_year) ** years)


def _scale_training(given: Given, factors: Mapping[str, np.ndarray]) -> None:
    """Types of cost by their factors, and what is a part of training (grants, leavers) by that of the whole."""
    before = _whole(given)
    for name in set(factors) & set(given):
        given[name] = given[name] * factors[name]
    factor_of_whole = np.where(before > 0, _whole(given) / np.where(before > 0, before, 1), 1)
    for name in set(_OF_TRAINING) & set(given):
        given[name] = given[name] * factor_of_whole


def _whole(given: Given) -> np.ndarray:
    return np.sum([given[head] for head in HEADS if head in given] or [np.zeros(1)], axis=0)


@dataclass(frozen=True)
class VariedBehaviour(Behaviour):
    """Behaviour that differs from record to record.

    Attributes:
        by_record: assumptions that do, by their names (one value per record).
    """

    by_record: Values

    def __getitem__(self, name: str) -> Any:
        """An assumption by its name: a number, or one value per record."""
        return self.by_record[name] if name in self.by_record else super().__getitem__(name)

    def of_take_up(self, name: str) -> Any:
        """An assumption on take-up: a number, or one value per record."""
        return self.by_record.get(f"{TAKE_UP}.{name}", super().of_take_up(name))


@dataclass(frozen=True, eq=False)
class Stacked:
    """A sample of companies, once for each draw of the assumptions.

    Attributes:
        sample: the records. values: of assumptions, one per draw each; others are central. varied: what may differ, by name.
        laws: the two laws. assumed: behaviour in the central case. last_known_year: see ``Period``.
    """

    sample: Sample
    values: Values
    varied: Mapping[str, Varied]
    laws: TwoLaws
    assumed: Behaviour
    last_known_year: int

    @cached_property
    def effects(self) -> np.ndarray:
        """Post-behavioural effect of the sample in each draw: draws × financial years (£; minus is a cost).

        What companies do about other changes than a relief for training is not in it.
        """
        before, after = self._scenarios
        return self._added(
            {label: _in_the_end(after, label) - _in_the_end(before, label) for label in before.unrelieved.balance}
        )

    @property
    def induced(self) -> np.ndarray:
        """Training of the sample that is induced, at its full cost, in each draw: draws × financial years (£)."""
        before, after = (one.extra_training for one in self._scenarios)
        return self._added({label: amount - before[label] for label, amount in after.items()})

    def _added(self, amounts: Mapping[int, np.ndarray]) -> np.ndarray:
        total = np.zeros((self._draws, len(self.laws.years)))
        for label, amount in amounts.items():
            total += (amount.reshape(self._draws, -1) * self.sample.weight) @ self._shares(label)
        return total

    @cached_property
    def _draws(self) -> int:
        return len(next(iter(self.values.values())))

    def _of_records(self, values: np.ndarray) -> np.ndarray:
        return np.repeat(values, self.sample.size)

    def _again(self, arrays: Arrays) -> Given:
        places = np.tile(np.arange(self.sample.size), self._draws)
        return {name: picked(array, places) for name, array in arrays.items()}

    @cached_property
    def _base(self) -> Base:
        own = self.sample.base
        values = {name: self._of_records(one) for name, one in self.values.items() if name in MOVES}
        central = {name: self.varied[name].central for name in values}
        inputs = {}
        for label, given in own.inputs.items():
            other = None if self.sample.levy_funded is None else np.tile(self.sample.levy_funded[label], self._draws)
            period = Period(max(label - self.last_known_year, 0), label >= own.start, other)
            moved = move(values, central, self._again(given), period)
            inputs[label] = {name: fixed(array) for name, array in moved.items()}
        standing = {label: self._again(one) for label, one in own.baseline_status.items()}
        base = Base(inputs, own.start, standing, {label: np.tile(one, self._draws) for label, one in own.absent.items()})
        is_moved = not MOVES_OF_INVESTMENT.isdisjoint(self.values)
        if is_moved or self.laws.other_changes or not all(map(goes_by_plant_alone, self.laws.both)):
            return base
        # The same in every draw and under both laws: worked out once, of the sample.
        of_sample = own.run_for(PLANT, self.laws.before).values
        return base.with_plant_of(Outcome({label: self._again(arrays) for label, arrays in of_sample.items()}))

    @cached_property
    def _behaviour(self) -> VariedBehaviour:
        named = ((self.varied[name].moves.removeprefix(f"{BEHAVIOUR}."), name) for name in self.values)
        by_record = {own: self._of_records(self.values[name]) for own, name in named if own in self.assumed.paths}
        return VariedBehaviour(**vars(self.assumed), by_record=by_record | self._take_up)

    @property
    def _take_up(self) -> Given:
        """The assumptions on take-up of each draw, between those of the levels of behaviour (one value per record)."""
        if TAKE_UP not in self.values:
            return {}
        low, high = (behaviour_of(self.laws.after, level, self.laws.day_of_assumptions) for level in ("low", "high"))
        levels = {name: [one.of_take_up(name) for one in (low, self.assumed, high)] for name in OF_TAKE_UP}
        drawn = self.values[TAKE_UP]
        return {f"{TAKE_UP}.{name}": self._of_records(np.interp(drawn, (-1, 0, 1), of)) for name, of in levels.items()}

    @cached_property
    def _scenarios(self) -> tuple[LawScenarios, LawScenarios]:
        base = self._base
        plain, reformed = side_by_side(lambda: base.run_unclaimed(self.laws.before), lambda: base.run(self.laws.after))
        entitled = plain if relief_begins(self.laws.before) is None else self._base.run(self.laws.before)
        without = plain
        if self.laws.other_changes:
            without = reformed if relief_begins(self.laws.after) is None else base.run_unclaimed(self.laws.after)
        more = self._behaviour, np.tile(self.sample.draw, self._draws), TRAINING_STEPS, BALANCE
        return (
            LawScenarios(self.laws.before, base, entitled, plain, *more),
            LawScenarios(self.laws.after, base, reformed, without, *more),
        )

    def _shares(self, label: int) -> np.ndarray:
        """Share of each record's period of a label in each financial year: records of the sample × financial years."""
        periods = self.sample.base.periods[label]
        return np.asarray(year_shares(periods, self.laws.years)[periods.index])


def _in_the_end(scenarios: LawScenarios, label: int) -> np.ndarray:
    """What the Exchequer has under a law after all responses, incorrect claims included (£ per record)."""

    def at(level: str) -> np.ndarray:
        return np.asarray(scenarios.level(level).balance[label])

    return at(LAST) + scenarios.invalid_share * invalid_claims(at, scenarios, LAST)
