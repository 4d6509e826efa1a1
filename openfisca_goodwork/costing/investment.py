"""How companies respond to changes of law other than a relief for training: in investment, and in the profits they show.

Investment is brought forward in front of the end of a first-year allowance, and made up for afterwards; it grows as its
user cost falls; and profits fall as the main rate rises. As with training, a scenario edits the inputs of the law, which
is then run in full, so that the relief on additional investment is in the cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from itertools import pairwise

import numpy as np
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.costing.behaviour import OTHER_LAW_CHANGES, Assumption, Behaviour, Step
from openfisca_goodwork.costing.payments import Accruals, Flows, Ledger
from openfisca_goodwork.costing.runs import CHARGE, CLAIMS, PROFIT, Base, ByLabel, Outcome
from openfisca_goodwork.costing.ticks import side_by_side
from openfisca_goodwork.law.periods import AccountingPeriod, AccountingPeriods, add_months, history
from openfisca_goodwork.law.periods.calendar import ONE_DAY
from openfisca_goodwork.law.periods.history import mean_within
from openfisca_goodwork.law.plant import CLASSES, rate_paths
from openfisca_goodwork.law.plant_allowances import LIMIT
from openfisca_goodwork.law.training_match import ENABLED
from openfisca_goodwork.system import dated_values, leaf_parameters, with_values

# --- investment brought forward in front of the end of an allowance, and missing from the months after it -------------
# What is brought forward grows evenly, month by month, to its peak in the last month before the end; what was brought
# forward is then missing evenly over the assumed months. The peak is that of an allowance which takes a whole
# deduction away; it is smaller for a smaller fall. Where a limit of the annual investment allowance falls, only
# spending between the two limits has anything to gain.
#
# In an accounting period that an end falls into, spending is dated before or after it, so that what moves counts in
# full.


# Companies look at what £1 of a new machine has at once.
_PATHS = rate_paths("main_rate_plant_new")


Days = tuple[date, date]


@dataclass(frozen=True)
class End:
    """An end of first-year allowances for main-rate plant, or a fall in the limit of the annual investment allowance.

    Attributes:
        first: first day of the months in which investment is brought forward. day: the first day without the allowance.
        peak: investment brought forward into the last month, as a share of what was planned for it.
        limits: of the annual investment allowance, from that day on and before it: the peak is a share of the spending that
            only the higher limit covers. None where the peak is a share of all spending.
    """

    first: date
    day: date
    peak: float
    limits: tuple[float, float] | None = None

    def share(self, day: date, months_after: int) -> float:
        """What a month has more than planned, as a share; negative where it has less."""
        length, at = _months(self.first, self.day), _months(self.first, day)
        if 0 <= at < length:
            return self.peak * (at + 0.5) / length
        if length <= at < length + months_after:
            return -self.peak * length / 2 / months_after
        return 0.0

    def applies_to(self, spent: np.ndarray) -> np.ndarray | float:
        """Share of spending (£ a year) that may be brought forward: above the old limit £1 more gains nothing."""
        if self.limits is None:
            return 1.0
        lower, upper = self.limits
        return np.where((spent > lower) & (spent < upper), 1 - lower / np.maximum(spent, 1), 0.0)


@dataclass(frozen=True)
class Retiming:
    """The ends of a law, and over how many months what was brought forward is then missing.

    Attributes:
        cuts: days on which an allowance for plant changes, at which spending is dated in a period with an end.
    """

    ends: tuple[End, ...]
    months_after: int
    cuts: tuple[date, ...] = ()

    @classmethod
    def of(cls, law: TaxBenefitSystem, assumed: Behaviour, known_on: date) -> Retiming:
        """What companies do in front of a law's ends from the day on which they are known.

        What they did before that day is in what they plan, whatever the law.
        """
        peak, after = assumed["investment.retiming"], int(assumed["investment.retiming_months_after"])
        longest = int(assumed["investment.retiming_months_before"])
        if not peak:
            return cls((), after)
        ends = []
        for day, fall, paths, limits in _falls(law, known_on):
            changes = (one.start for path in paths for one in history(law, path).changes if one.start < day)
            first = max(max(changes, default=day), add_months(day, -longest), known_on)
            ends += [End(first, day, peak * min(fall, 1.0), limits)] if fall > 0 else []
        # Days on which an allowance for plant changes, or whether it has to be matched by training.
        cuts = {one.start for path in (*rate_paths(), LIMIT, ENABLED) for one in history(law, path).changes}
        return cls(tuple(ends), after, tuple(sorted(cuts)))

    def factors(self, periods: AccountingPeriods, spent: np.ndarray) -> dict[str, np.ndarray]:
        """What becomes of a year's planned spending, as multiples of it (one value per record), by when it is spent.

        Args:
            periods: the companies' accounting periods of a label. spent: planned (£ per record).

        Returns:
            "" → spread over the whole period; a day (``2026-03-31``) → on that day, in periods that an end falls into.
        """
        stretches = {one: self._dated(one) for one in periods.distinct}
        whens = {"", *(when for of_one in stretches.values() for when in of_one)}
        return {
            when: self._multiple(periods, spent, {one: of_one.get(when) for one, of_one in stretches.items()})
            for when in sorted(whens)
        }

    def _multiple(
        self, periods: AccountingPeriods, spent: np.ndarray, stretches: Mapping[AccountingPeriod, Days | None]
    ) -> np.ndarray:
        """The part of planned spending that falls into a stretch of each period, by days, and what is moved into it."""

        def of_the_planned(one: AccountingPeriod) -> float:
            days = stretches[one]
            return 0.0 if days is None else one.share(*days)

        def moved_by(end: End, one: AccountingPeriod) -> float:
            days, months = stretches[one], _months_of(one)
            if days is None:
                return 0.0
            return sum(end.share(day, self.months_after) for day in months if days[0] <= day <= days[1]) / len(months)

        found = periods.each(of_the_planned)
        for end in self.ends:
            found = found + end.applies_to(spent) * periods.each(partial(moved_by, end))
        return found

    def _dated(self, period: AccountingPeriod) -> dict[str, Days]:
        """The stretches between the cuts of a period that an end falls into, by the day that stands for each."""
        if not any(period.start < end.day <= period.end for end in self.ends):
            return {"": (period.start, period.end)}
        cuts = [day for day in self.cuts if period.start < day <= period.end]
        firsts, lasts = [period.start, *cuts], [*(day - ONE_DAY for day in cuts), period.end]
        days = [lasts[0], *cuts]
        return {day.isoformat(): (first, last) for day, first, last in zip(days, firsts, lasts, strict=True)}


def retimed_from(before: TaxBenefitSystem, after: TaxBenefitSystem, assumed: Behaviour, known_on: date) -> date | None:
    """The first day on which investment is brought forward under one law and not the other; None where there is none."""
    one, other = (Retiming.of(law, assumed, known_on).ends for law in (before, after))
    return min((end.first for end in {*one} ^ {*other}), default=None)


def _falls(
    law: TaxBenefitSystem, known_on: date
) -> Iterator[tuple[date, float, tuple[str, ...], tuple[float, float] | None]]:
    """Days after which less is deducted at once, by how much of £1, the parameters that end, the limits where it is one.

    First the ends of first-year allowances for new main-rate plant, by their tax value; then falls in the limit of the
    annual investment allowance, where neither an allowance of 100% ends with it nor one begins.
    """
    for day in sorted({one.start for path in _PATHS for one in history(law, path).changes if one.start > known_on}):
        (before, taxed), (after, taxed_after) = (
            (_share(law, one), history(law, _MAIN_RATE).on(one)) for one in (day - ONE_DAY, day)
        )
        if before != after:
            yield day, (before * taxed - after * taxed_after) / taxed, _PATHS, None
    limit = history(law, LIMIT)
    for day, value in ((one.start, one.value) for one in limit.changes if one.start > known_on):
        before = limit.on(day - ONE_DAY)
        if value < before:
            most = max(_share(law, one) for one in (day - ONE_DAY, day))
            yield day, 1 - min(most, 1.0), (LIMIT,), (float(value), float(before))


def _share(law: TaxBenefitSystem, day: date) -> float:
    """The most of £1 of new main-rate plant that is deducted at once."""
    return max(float(history(law, path).on(day)) for path in _PATHS)


def _months_of(period: AccountingPeriod) -> list[date]:
    return [add_months(period.start, at) for at in range(max(_months(period.start, period.end + ONE_DAY), 1))]


def _months(first: date, day: date) -> int:
    """Whole calendar months from one day to another."""
    return 12 * (day.year - first.year) + day.month - first.month


# --- what companies do about law other than a relief for training ----------------------------------------------------


PLANT = tuple(one.name for one in CLASSES.values() if one.responds)
_POOLS = {
    "main_pool_carried_forward": "capital_allowances.writing_down.main_rate",
    "special_rate_pool_carried_forward": "capital_allowances.writing_down.special_rate",
}
_MAIN_RATE = "corporation_tax.main_rate"
_CHARGE = "corporation_tax."
_BEARS_ON_COST = ("capital_allowances.", _CHARGE)
# Small enough to stay clear of the kinks of the charge, large enough to stand out of rounding.
_NUDGE = 1e-3
_POINTS = 100
_HALF_A_PENNY = 0.005

_ELASTICITY, _RETIMING = Assumption("investment.elasticity", by_level=True), Assumption("investment.retiming", by_level=True)
_TO_RATE = Assumption("profits.response_to_rate", by_level=True)
INVESTMENT_STEPS = (
    Step(
        "Retiming of investment",
        "Investment is brought forward in front of the end of an allowance, and missing afterwards.",
        reads=(
            _RETIMING,
            Assumption("investment.retiming_months_before"),
            Assumption("investment.retiming_months_after"),
        ),
        needs=OTHER_LAW_CHANGES,
        change=lambda response: response.retimed_after,
        lasts=False,
        in_proportion_to=_RETIMING.name,
    ),
    Step(
        "Induced investment",
        "Companies invest more, or less, because investment costs them less, or more, after tax.",
        reads=(_ELASTICITY, Assumption("investment.discount_rate"), Assumption("investment.maximum_response")),
        needs=OTHER_LAW_CHANGES,
        change=lambda response: response.induced,
        follows_price=True,
        in_proportion_to=_ELASTICITY.name,
    ),
    Step(
        "Response of profits",
        "The profits that companies show fall as the main rate rises.",
        reads=(_TO_RATE,),
        needs=OTHER_LAW_CHANGES,
        change=lambda response: response.shifted,
        in_proportion_to=_TO_RATE.name,
    ),
)
"""What companies do about law other than a relief for training; each change gives the reformed law's outcome with it."""


@dataclass(frozen=True, eq=False)
class OtherChanges:
    """Two laws without any relief for training, what companies do about them, and the effect by financial year (£).

    Attributes:
        base: the companies. before, after: the laws.
        planned_before, planned_after: what the laws give where companies do as they planned.
        assumed: behaviour. changed: paths in which the laws differ.
        known_on: the day on which the laws are known, from which companies can act on an end to come.
        weights: companies each record stands for. years: financial years wanted. first_day: of the reform.
        on_cash: whether steps are when tax falls due, not as it accrues.
    """

    base: Base
    before: TaxBenefitSystem
    after: TaxBenefitSystem
    planned_before: Outcome
    planned_after: Outcome
    assumed: Behaviour
    changed: tuple[str, ...]
    known_on: date
    weights: np.ndarray
    years: tuple[int, ...]
    first_day: date
    on_cash: bool

    @cached_property
    def retimed_before(self) -> Outcome:
        """The first law with investment brought forward in front of its ends."""
        return self._retimed(self.before, self.planned_before)

    @cached_property
    def retimed_after(self) -> Outcome:
        """The second law with investment brought forward in front of its ends."""
        return self._retimed(self.after, self.planned_after)

    @cached_property
    def induced(self) -> Outcome:
        """The second law with the investment that its user cost induces, against the first."""
        return self._run(self.after, more=self.induced_share) if self.induced_share.any() else self.retimed_after

    @cached_property
    def shifted(self) -> Outcome:
        """The second law with profits that respond to its main rate, against the first."""
        if not any(share.any() for share in self._profits_lost.values()):
            return self.induced
        return self._run(self.after, more=self.induced_share, lost=self._profits_lost)

    @cached_property
    def induced_share(self) -> np.ndarray:
        """Additional investment as a share of the planned, per record; negative where the second law makes it dearer."""
        elasticity, most = self.assumed["investment.elasticity"], self.assumed["investment.maximum_response"]
        if not (elasticity and any(path.startswith(_BEARS_ON_COST) for path in self.changed)):
            return np.zeros(self.base.records)
        costs = [self._user_cost(law, planned) for law, planned in self._laws]
        return np.clip(elasticity * (costs[0] - costs[1]) / costs[0], -most, most)

    def planned_investment(self) -> dict[int, np.ndarray]:
        """Plant for own use that companies plan, by label (£ per record)."""
        return {label: _plant_of(given) for label, given in self._inputs.items()}

    def induced_investment(self) -> dict[int, np.ndarray]:
        """Additional plant for own use, by label (£ per record)."""
        return {
            label: amount * self.induced_share * self._differ[label] for label, amount in self.planned_investment().items()
        }

    @cached_property
    def static(self) -> np.ndarray:
        """The effect where companies do as they planned, on the basis asked for."""
        return self._between(self.planned_before, self.planned_after)

    @property
    def static_accrued(self) -> np.ndarray:
        """The effect where companies do as they planned, as it accrues, whatever basis is asked for."""
        return self._accrued_between(self.planned_before, self.planned_after)

    @cached_property
    def steps(self) -> dict[str, np.ndarray]:
        """What each response adds, by its name."""
        if not self.changed:
            return {step.name: np.zeros(len(self.years)) for step in INVESTMENT_STEPS}
        before = self.retimed_before
        levels = [self.static, *(self._between(before, outcome) for outcome in self._outcomes)]
        return {
            step.name: later - earlier for step, (earlier, later) in zip(INVESTMENT_STEPS, pairwise(levels), strict=True)
        }

    @cached_property
    def _outcomes(self) -> tuple[Outcome, ...]:
        """The reformed law with each response and those before it."""
        return tuple(step.change(self) for step in INVESTMENT_STEPS if step.change is not None)

    @property
    def without_price(self) -> np.ndarray:
        """The effect without the steps that follow the price of investment."""
        return sum((self.steps[step.name] for step in INVESTMENT_STEPS if not step.follows_price), self.static)

    @cached_property
    def flows(self) -> Flows:
        """The whole effect by how it is paid."""
        if not self.changed:
            return Flows.none(len(self.years))
        return self._flows(self.retimed_before, self._outcomes[-1])

    @property
    def invested(self) -> dict[str, np.ndarray]:
        """Plant for own use, planned and induced by the reform, by financial year (£); empty where only a relief changes."""
        if not self.changed:
            return {}
        spent = Accruals(self.base, self.weights, self.years).over_months
        return {"planned": spent(self.planned_investment()), "induced": spent(self.induced_investment())}

    def with_response(self, before: ByLabel, after: ByLabel) -> tuple[ByLabel, ByLabel]:
        """Balances of all companies under the two laws, with what their responses add, by label (£ per record)."""
        return (
            _with_response(before, self.planned_before, self.retimed_before),
            _with_response(after, self.planned_after, self._outcomes[-1]),
        )

    def _between(self, before: Outcome, after: Outcome) -> np.ndarray:
        if before is after:
            return np.zeros(len(self.years))
        return self._flows(before, after).in_cash if self.on_cash else self._accrued_between(before, after)

    def _accrued_between(self, before: Outcome, after: Outcome) -> np.ndarray:
        if before is after:
            return np.zeros(len(self.years))
        moved = {label: after.balance[label] - amount for label, amount in before.balance.items()}
        return Accruals(self.base, self.weights, self.years).over_months(moved)

    def _flows(self, before: Outcome, after: Outcome) -> Flows:
        if before is after:
            return Flows.none(len(self.years))
        ledger = Ledger(self.base, self.weights, self.years, self.first_day)
        one, other = side_by_side(lambda: ledger.of(self.before, before), lambda: ledger.of(self.after, after))
        return other - one

    @property
    def _laws(self) -> tuple[tuple[TaxBenefitSystem, Outcome], tuple[TaxBenefitSystem, Outcome]]:
        return (self.before, self.planned_before), (self.after, self.planned_after)

    @property
    def _inputs(self) -> dict[int, Mapping[str, np.ndarray]]:
        return {label: given for label, given in self.base.inputs.items() if label >= self.base.start}

    @cached_property
    def _differ(self) -> dict[int, np.ndarray]:
        """Whether the two laws differ in a period in what bears on the cost of investment, by label (bool per record)."""
        paths = [path for path in self.changed if path.startswith(_BEARS_ON_COST)]

        def differ(period: AccountingPeriod) -> float:
            days = (period.start, period.start + (period.end - period.start) / 2, period.end)
            return float(
                any(history(self.before, path).on(d) != history(self.after, path).on(d) for path in paths for d in days)
            )

        return {label: periods.each(differ) > 0 for label, periods in self.base.periods.items()}

    def _retimed(self, law: TaxBenefitSystem, planned: Outcome) -> Outcome:
        return self._run(law) if Retiming.of(law, self.assumed, self.known_on).ends else planned

    def _run(self, law: TaxBenefitSystem, more: np.ndarray | float = 0.0, lost: ByLabel | None = None) -> Outcome:
        retiming = Retiming.of(law, self.assumed, self.known_on)

        def edit(label: int, given: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
            if label not in self.base.periods:
                return given  # before the two laws differ
            factors = retiming.factors(self.base.periods[label], _plant_of(given))
            found = _unclaimed(given) | _retimed(given, factors, 1 + more * self._differ[label])
            if lost:
                found[PROFIT] = given[PROFIT] - lost[label] * np.maximum(given[PROFIT], 0)
            return found

        return self.base.run(law, edit)

    @cached_property
    def _profits_lost(self) -> dict[int, np.ndarray]:
        """Share of a positive trading profit that is lost to the second law's higher main rate, by label (per record).

        Only where the rates of the second law, on what is planned, charge the company differently: who pays the small
        profits rate, or nothing, under both has no reason to respond.
        """
        response = self.assumed["profits.response_to_rate"]
        rates = [history(law, _MAIN_RATE) for law in (self.before, self.after)]

        def share(period: AccountingPeriod) -> float:
            before, after = (mean_within(rate, period.start, period.end) for rate in rates)
            return response * _POINTS * (after - before)

        found = {label: periods.each(share) for label, periods in self.base.periods.items()}
        return {label: one * self._is_charged_otherwise(label) if one.any() else one for label, one in found.items()}

    def _is_charged_otherwise(self, label: int) -> np.ndarray:
        """Whether the planned charge of a period is not the same at the rates of the two laws, per record."""
        before, after = (planned.values[label][CHARGE] for planned in (self.planned_before, self._planned_at_other_rates))
        return np.abs(np.asarray(after) - np.asarray(before)) > _HALF_A_PENNY

    @cached_property
    def _planned_at_other_rates(self) -> Outcome:
        """The first law with the charge of the second, where companies do as they planned."""
        if all(path.startswith(_CHARGE) for path in self.changed):
            return self.planned_after
        leaves = leaf_parameters(self.after)
        rates = {path: dated_values(leaves[path]) for path in self.changed if path.startswith(_CHARGE)}
        return self.base.run(with_values(self.before, rates), lambda _label, given: _unclaimed(given))

    def _user_cost(self, law: TaxBenefitSystem, planned: Outcome) -> np.ndarray:
        """What £1 of plant has to earn before tax to be worth its price, per record; 1 where there is no tax.

        (1 - A) / (1 - T): A is what the tax on £1 more of plant saves, T what £1 more of profit pays, both in present
        value over the accounting periods in which the laws differ, pools left at the end with their value.
        """
        more, pools = _NUDGE, tuple(_POOLS)
        plain = self.base.run(law, lambda _label, given: _unclaimed(given), also=pools)
        plant = self.base.run(law, lambda label, given: self._nudged(label, given, plant=more), also=pools)
        profit = self.base.run(law, lambda label, given: self._nudged(label, given, profit=more))
        spent = self._present_value({label: more * amount for label, amount in self._acting.items()})
        known = np.where(spent > 0, spent, 1)
        taxed = self._moved(profit, planned) / known
        saved = (-self._moved(plant, planned) + self._left_in_pools(law, plain, plant) * taxed) / known
        return np.where(spent > 0, (1 - saved) / np.maximum(1 - taxed, _NUDGE), 1.0)

    @cached_property
    def _acting(self) -> dict[int, np.ndarray]:
        """Planned plant of the periods in which the laws differ, by label (£ per record)."""
        return {label: amount * self._differ[label] for label, amount in self.planned_investment().items()}

    def _nudged(
        self, label: int, given: dict[str, np.ndarray], plant: float = 0.0, profit: float = 0.0
    ) -> dict[str, np.ndarray]:
        if label not in self._acting:
            return given
        found = _unclaimed(given)
        if plant:
            found |= {name: given[name] * (1 + plant * self._differ[label]) for name in PLANT if name in given}
        return found | {PROFIT: given[PROFIT] + profit * self._acting[label]}

    def _moved(self, one: Outcome, other: Outcome) -> np.ndarray:
        """Present value of what the Exchequer has in one outcome more than in another (£ per record)."""
        return self._present_value({label: one.balance[label] - amount for label, amount in other.balance.items()})

    def _left_in_pools(self, law: TaxBenefitSystem, plain: Outcome, more: Outcome) -> np.ndarray:
        """Present value of the allowances still to come on what is in the pools at the end (£ per record)."""
        last = max(self.base.periods)
        day, rate = self.base.periods[last].ends.max().astype(date), self.assumed["investment.discount_rate"]
        found = np.zeros(self.base.records)
        for pool, path in _POOLS.items():
            writing_down = history(law, path).on(day)
            found += (more.of(pool)[last] - plain.of(pool)[last]) * writing_down / (writing_down + rate)
        return found / (1 + rate) ** (last - self.base.start)

    def _present_value(self, amounts: ByLabel) -> np.ndarray:
        rate, first = self.assumed["investment.discount_rate"], self.base.start
        return np.sum([amount / (1 + rate) ** (label - first) for label, amount in amounts.items()], axis=0)


def _plant_of(given: Mapping[str, np.ndarray]) -> np.ndarray:
    return np.sum([np.zeros(len(given[PROFIT])), *(given[name] for name in PLANT if name in given)], axis=0)


def _retimed(
    given: Mapping[str, np.ndarray], factors: Mapping[str, np.ndarray], more: np.ndarray | float
) -> dict[str, np.ndarray]:
    """The plant among the inputs, multiplied, by when it is spent (see ``Retiming.factors``)."""
    named = {day: f"_on@{day}" if day else "" for day in factors}
    return {
        f"{name}{named[day]}": given[name] * factor * more
        for day, factor in factors.items()
        for name in PLANT
        if name in given
    }


def _unclaimed(given: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The inputs with nobody claiming a relief for training."""
    return given | {CLAIMS: np.zeros(len(given[PROFIT]), dtype=bool)}


def _with_response(balance: ByLabel, planned: Outcome, responding: Outcome) -> ByLabel:
    """A balance and what a response adds to it."""
    if responding is planned:
        return balance
    return {label: amount + responding.balance[label] - planned.balance[label] for label, amount in balance.items()}
