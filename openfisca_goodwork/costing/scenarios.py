"""One law over the companies it affects, from no relief for training at all to everything companies do about it.

A scenario belongs to a law: who claims, how long the relief has been there, what its price is and in which accounting
periods. A costing is the difference of two laws' scenarios, so that the cost of A over B is the cost of A less that of B.
What companies do is an edit of the inputs (``Scenario``); the law is then run in full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from typing import Any

import numpy as np
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.costing.behaviour import HALF_WAY_GAIN, Behaviour, Step, days_in
from openfisca_goodwork.costing.runs import (
    BALANCE,
    BY_HEAD,
    CHARGE,
    CLAIMS,
    COUNTED,
    CREDIT,
    DEDUCTION,
    EXCHEQUER,
    PROFIT,
    QUALIFYING,
    TAXED_CREDIT,
    Base,
    ByLabel,
    Outcome,
)
from openfisca_goodwork.costing.ticks import side_by_side
from openfisca_goodwork.law.human_investment import HEADS, has_rolling_baseline, relief_begins, relief_spells
from openfisca_goodwork.law.periods import AccountingPeriod, AccountingPeriods, constant_array, full_years_between, history
from openfisca_goodwork.law.periods.calendar import ONE_DAY
from openfisca_goodwork.law.periods.history import value_over
from openfisca_goodwork.system import current_law, dated_values, leaf_parameters, with_values

UNRELIEVED, UNLIMITED, ENTITLED, STATIC = LEVELS_OF_LAW = ("unrelieved", "unlimited", "entitled", "static")
"""Levels in which companies do as they planned; every other is named after the response that leads to it."""
WITHOUT_PRICE = "elasticity 0"
"""The level in which companies do all but what follows the after-tax price."""
_MAIN_RATE = "corporation_tax.main_rate"
_CLAUSE = "human_investment."
_LIMITS = (
    f"{_CLAUSE}caps.",
    f"{_CLAUSE}incremental.",
    f"{_CLAUSE}good_work.",
    f"{_CLAUSE}clawback.",
    f"{_CLAUSE}payable.maximum",
    f"{_CLAUSE}payable.cap_",
    f"{_CLAUSE}eligibility.",
)
# The definitions of small and medium-sized groups are no cap on the relief, but its rates may depend on them.
_SIZES = (f"{_CLAUSE}eligibility.small.", f"{_CLAUSE}eligibility.medium.")
_USES = (f"{_CLAUSE}losses.", f"{_CLAUSE}cash_option.")
# Small enough to stay clear of the kinks of the charge, large enough to stand out of rounding.
_NUDGE = 1e-3
_LEAST_PRICE = 1e-9
_NEARLY_ALL = 0.7
_EMPLOYEES, _TRAINEES = "employees", "trainees"
# What grows with training, so that what counts of it grows in proportion: the part that others pay for, that of leavers.
WITH_TRAINING = (
    *HEADS,
    "levy_funded_training",
    "training_from_connected_parties",
    "training_grants_received",
    "training_in_research_and_development",
    "training_cost_of_leavers",
)

_PAID_BY_OTHERS = ("levy_funded_training", "training_grants_received")


@dataclass(frozen=True)
class Change:
    """What companies do in one response, beside what they did before.

    Attributes:
        more: training, of every head, as a multiple of the planned (0.1 = 10% more); scalar or per record.
        displaced: profit lost, as a multiple of what planned training costs in full; scalar or per record.
        earlier: label → training of a later period brought forward into this one, as a multiple of the planned.
        moved: label → profit gained because training has moved out of the period (£; minus where it has moved in).
    """

    more: np.ndarray | float = 0.0
    displaced: np.ndarray | float = 0.0
    earlier: ByLabel = field(default_factory=dict)
    moved: ByLabel = field(default_factory=dict)

    def only(self, records: np.ndarray) -> Change:
        """The change of some of the records (a mask)."""
        more, displaced = (one if np.ndim(one) == 0 else np.asarray(one)[records] for one in (self.more, self.displaced))
        return Change(more, displaced, _only(self.earlier, records), _only(self.moved, records))

    @property
    def is_any(self) -> bool:
        """Whether it changes anything."""
        return bool(np.any(self.more) or np.any(self.displaced) or self.earlier or self.moved)

    def __add__(self, other: Change) -> Change:
        return Change(
            self.more + other.more,
            self.displaced + other.displaced,
            _sum(self.earlier, other.earlier),
            _sum(self.moved, other.moved),
        )


def _sum(one: ByLabel, other: ByLabel) -> ByLabel:
    if not (one and other):
        return one or other
    return {label: amount + other[label] for label, amount in one.items()}


def _only(amounts: ByLabel, records: np.ndarray) -> ByLabel:
    return {label: amount[records] for label, amount in amounts.items()}


@dataclass(frozen=True, eq=False)
class Scenario:
    """What differs from the companies' own plans, in the accounting periods from the first that matters.

    Attributes:
        in_full: label → what planned training costs in the days of the relief, every head, relieved or not (£ per record).
        claims: label → whether each company claims the relief (bool per record).
        acts: label → whether it trains more (bool per record).
        change: what companies do.
    """

    in_full: ByLabel
    claims: ByLabel
    acts: ByLabel
    change: Change = field(default_factory=Change)

    def only(self, records: np.ndarray) -> Scenario:
        """The scenario of some of the records (a mask)."""
        in_full, claims, acts = (_only(one, records) for one in (self.in_full, self.claims, self.acts))
        return Scenario(in_full, claims, acts, self.change.only(records))

    def edit(self, label: int, given: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The inputs of one label with the scenario applied to them (an ``Edit``)."""
        if label not in self.in_full:
            return given  # before the two laws differ
        change, acts = self.change, self.acts[label]
        given[CLAIMS] = self.claims[label]
        if np.any(change.more) or label in change.earlier:
            factor = 1 + acts * change.more + change.earlier.get(label, 0.0)
            for name in set(WITH_TRAINING) & set(given):
                given[name] = given[name] * factor
        if np.any(change.displaced):
            given[PROFIT] = given[PROFIT] - acts * change.displaced * self.in_full[label]
        if label in change.moved:
            given[PROFIT] = given[PROFIT] + change.moved[label]
        return given


@dataclass(frozen=True, eq=False)
class LawScenarios:
    """What one law makes of some companies, level by level; each level is a full run of the law.

    Attributes:
        law: the law. base: the companies.
        entitled: the law with everyone claiming.
        unrelieved: the law with nobody claiming the relief.
        assumed: behaviour. draw: uniform per record, for take-up.
        responses: what companies do about the relief, in the order of the waterfall.
        outputs: what a level has to say: how what it moves is paid, unless less is asked for.
        tells_heads: whether the static level also tells types of training cost apart.
        known_without: ``more_without``, where it is known already.
    """

    law: TaxBenefitSystem
    base: Base
    entitled: Outcome
    unrelieved: Outcome
    assumed: Behaviour
    draw: np.ndarray
    responses: tuple[Step, ...]
    outputs: tuple[str, ...] = EXCHEQUER
    tells_heads: bool = False
    known_without: Outcome | None = None
    _changes: dict[str, Change] = field(default_factory=dict)
    _runs: dict[tuple[str, ...], Outcome] = field(default_factory=dict)

    @cached_property
    def begins(self) -> date | None:
        """The first day of the relief."""
        return relief_begins(self.law)

    @cached_property
    def relieved(self) -> dict[int, np.ndarray]:
        """Qualifying training on which the law gives any relief, by label (£ per record)."""
        has_any = self.entitled.is_relieved
        return {label: amount * has_any[label] for label, amount in self.entitled.of(QUALIFYING).items()}

    @cached_property
    def has_relief(self) -> bool:
        """Whether any of the companies has any relief in any of the periods."""
        return self.begins is not None and any(has_any.any() for has_any in self.entitled.is_relieved.values())

    @cached_property
    def in_full(self) -> dict[int, np.ndarray]:
        """What planned training costs companies in the days of the relief, every head, less what others pay (£ per record).

        More training takes more of every head: trainees' time and management too, whether or not a law relieves them.
        """
        return {label: share * borne_by(self.base.inputs[label]) for label, share in self._in_force.items()}

    @cached_property
    def _in_force(self) -> dict[int, np.ndarray]:
        """Share of each period in which the relief is in force, by label (per record)."""
        spells = [(first, last or date.max - ONE_DAY) for first, last in relief_spells(self.law)]
        found = {}
        for label, periods in self.base.periods.items():
            days = sum((days_in(periods, spell) for spell in spells), np.zeros(1))
            found[label] = days / days_in(periods, (date.min, date.max))
        return found

    @cached_property
    def gain(self) -> np.ndarray:
        """What claiming is worth to each company, on average over the periods in which it has relief (£ a period)."""
        return self._saved_per(self.entitled.is_relieved)

    def _saved_per(self, amounts: ByLabel) -> np.ndarray:
        """Tax that claiming saves over all periods, by an amount of the same periods; 0 where it saves none."""
        saved, whole = np.zeros(self.draw.size), np.zeros(self.draw.size)
        for label, amount in amounts.items():
            saved += self.unrelieved.balance[label] - self.entitled.balance[label]
            whole += amount
        return np.maximum(saved, 0) / np.where(whole > 0, whole, np.inf)

    @cached_property
    def claims(self) -> dict[int, np.ndarray]:
        """Who claims, by label: the same draw throughout, so that a company that has begun to claim goes on.

        The chance is the take-up of the year, among companies with much to gain, times gain ÷ (gain + the half-way gain).
        """
        if self.begins is None:
            return {label: np.zeros(self.draw.size, dtype=bool) for label in self.base.periods}
        by_gain = self.gain / (self.gain + self.assumed.of_take_up(HALF_WAY_GAIN))
        levels = [self.assumed.take_up(year) * by_gain for year in range(self.assumed.years_to_complete + 1)]
        claims = [self.draw < chance for chance in levels]
        return {label: self._in_their_year(periods, claims) for label, periods in self.base.periods.items()}

    def _in_their_year(self, periods: AccountingPeriods, claims: Sequence[np.ndarray]) -> np.ndarray:
        """Who claims in a period, from who does in each year of the relief: most periods of a label end in the same year."""
        years = [self._year_of(one) for one in periods.distinct]
        found = claims[years[0]]
        for year in {*years} - {years[0]}:
            is_then = periods.spread([one == year for one in years])
            found = (claims[year] & is_then) | (found & ~is_then)
        return found

    def _year_of(self, period: AccountingPeriod) -> int:
        """Full years from the start of the relief to the end of a period, up to those in which take-up is complete."""
        begins = self.begins or date.max
        return min(full_years_between(begins, period.end), self.assumed.years_to_complete)

    @cached_property
    def claimed(self) -> dict[int, np.ndarray]:
        """Qualifying training of those who claim, by label (£ per record)."""
        return {label: amount * self.acts[label] for label, amount in self.relieved.items()}

    @cached_property
    def acts(self) -> dict[int, np.ndarray]:
        """Who has a relief and claims it, and so may respond to it, by label."""
        if not self.has_relief:
            return {label: np.zeros(self.draw.size, dtype=bool) for label in self.relieved}
        return {label: has_any & self.claims[label] for label, has_any in self.entitled.is_relieved.items()}

    @cached_property
    def unlimited(self) -> Outcome:
        """Everyone claiming a relief without caps, baselines, conditions and tests of who may have it."""
        law = without_limits(self.law)
        return self.entitled if law is self.law or self.begins is None else self.base.run(law)

    @cached_property
    def entitlement(self) -> dict[int, np.ndarray]:
        """What a relief without limits is worth to everyone at the main rate of their period (£ per record).

        Cash instead of a deduction and limits on losses are uses of a relief; here it is the deduction, in full.
        """
        law = without_limits(self.law)
        in_full = as_ordinary_relief(law)
        whole = self.unlimited if in_full is law or self.begins is None else self.base.run(in_full)
        found = {}
        for label, given in whole.values.items():
            rate = self.base.periods[label].each(lambda one: value_over(history(self.law, _MAIN_RATE), one))
            found[label] = (given[DEDUCTION] - given[TAXED_CREDIT]) * rate + given[CREDIT]
        return found

    @cached_property
    def static(self) -> Outcome:
        """Those who claim, claiming; nobody changes anything else."""
        return self._run(Change(), BY_HEAD.values() if self.tells_heads else ()) if self.has_relief else self.unrelieved

    def level(self, name: str) -> Outcome:
        """One of ``LEVELS_OF_LAW``; what follows from all responses up to the one named; or ``WITHOUT_PRICE``."""
        if name in LEVELS_OF_LAW:
            outcome: Outcome = getattr(self, name)
            return outcome
        return self._after(self._leading_to(name))

    def change(self, response: Step) -> Change:
        """What companies do in a response; nothing where no relief is given."""
        if response.name not in self._changes:
            made = response.change if self.has_relief else None
            self._changes[response.name] = Change() if made is None else made(self)
        return self._changes[response.name]

    def prepare(self) -> None:
        """Run at once the levels that do not wait for one another, for what is asked for later."""
        if self.has_relief:
            ways = dict.fromkeys(self._leading_to(one.name) for one in self.responses)
            side_by_side(lambda: self.static, *(partial(self._after, way) for way in ways if way))

    def _leading_to(self, level: str) -> tuple[str, ...]:
        """The responses that lead to a level, without those that change nothing: levels with the same ones are one run."""
        if level == WITHOUT_PRICE:
            chosen = [one for one in self.responses if not one.follows_price]
        else:
            chosen = list(self.responses[: [one.name for one in self.responses].index(level) + 1])
        return tuple(one.name for one in chosen if self.change(one).is_any)

    def _after(self, names: tuple[str, ...]) -> Outcome:
        """The law where companies do all of some responses."""
        if not names:
            return self.static
        if names not in self._runs:
            first, *others = (self._changes[name] for name in names)
            self._runs[names] = self._run(sum(others, first))
        return self._runs[names]

    def _run(self, change: Change, also: Iterable[str] = ()) -> Outcome:
        """The law with a change, over those who claim: all others are as where nobody claims, and do not respond.

        Of others, outputs that are only of the relief are 0.
        """
        outputs, claiming = (*self.outputs, *also), self._ever_claims
        nothing = constant_array(0.0, claiming.size)
        of_others = Outcome(
            {
                label: {name: arrays.get(name, nothing) for name in outputs}
                for label, arrays in self.unrelieved.values.items()
            }
        )
        if not claiming.any():
            return of_others
        scenario = Scenario(self.in_full, self.claims, self.acts, change).only(claiming)
        return of_others.with_those(claiming, self._those_claiming.run_for(outputs, self.law, scenario.edit))

    @cached_property
    def _ever_claims(self) -> np.ndarray:
        """Which companies claim in any period (bool per record), and the few whose tax binary noise puts below nothing.

        Whoever claims, the use of notional tax on credits takes that noise up where the law has credits. All, where nearly
        all claim: to pick them out takes longer than to run the others.
        """
        below = [charge < 0 for charge in self.unrelieved.of(CHARGE).values()]
        found = np.any([*self.claims.values(), *below], axis=0)
        return np.ones_like(found) if np.count_nonzero(found) > _NEARLY_ALL * found.size else found

    @cached_property
    def _those_claiming(self) -> Base:
        return self.base if self._ever_claims.all() else self.base.only(self._ever_claims)

    @cached_property
    def induced_share(self) -> np.ndarray:
        """Extra training as a share of the planned in the periods of the relief, each company by its own price."""
        is_small = (
            self.base.inputs[self.base.start].get(_EMPLOYEES, np.zeros(1)) < self.assumed["elasticity_of_small.employees"]
        )
        elasticity = np.where(is_small, self.assumed["elasticity_of_small"], self.assumed["elasticity"])
        if not (self.has_relief and np.any(elasticity)):
            return np.zeros(self.draw.size)
        return induced_share(*self.prices, elasticity, self.assumed["maximum_response"])

    @cached_property
    def growth_with_rate(self) -> np.ndarray:
        """Factor on what grows with the rate of a relief: what it is worth per £1 against the assumed, per record."""
        worth = self._saved_per(self.relieved) / (self.assumed["rate.per_pound"] or np.inf)
        return np.minimum(worth, self.assumed["rate.most_growth"])

    @cached_property
    def invalid_share(self) -> np.ndarray:
        """Incorrect claims paid, as a share of what the relief costs of each company."""
        return self.assumed["compliance_loss"] * self.growth_with_rate

    @cached_property
    def extra_training(self) -> dict[int, np.ndarray]:
        """Induced training, at its full cost, by label (£ per record)."""
        return {label: amount * self.acts[label] * self.induced_share for label, amount in self.in_full.items()}

    @cached_property
    def extra_relieved(self) -> dict[int, np.ndarray]:
        """The part of the induced training that counts for the relief, by label (£ per record)."""
        return {label: amount * self.acts[label] * self.induced_share for label, amount in self.entitled.of(COUNTED).items()}

    @cached_property
    def trainees(self) -> dict[int, np.ndarray]:
        """People trained in the days of the relief by those who claim it, by label (per record); empty where not held."""
        if _TRAINEES not in self.base.inputs[self.base.start]:
            return {}
        return {
            label: share * self.base.inputs[label][_TRAINEES] * self.acts[label] for label, share in self._in_force.items()
        }

    @property
    def additional_trainees(self) -> dict[int, np.ndarray]:
        """Those of them who are trained because of the relief, by label (per record)."""
        return {label: trained * self.induced_share for label, trained in self.trainees.items()}

    @cached_property
    def prices(self) -> tuple[np.ndarray, np.ndarray]:
        """After-tax price of one more £1 of training without the relief and to one who claims it, per record."""
        without, with_relief = (self.nudge(claiming=claiming) for claiming in (False, True))
        more_without, more_with = side_by_side(
            lambda: self.more_without, partial(self.base.run_for, BALANCE, self.law, with_relief.edit)
        )
        rate = self.assumed["discount_rate"]
        return (
            after_tax_price(self.unrelieved, more_without, without, rate),
            after_tax_price(self.entitled, more_with, with_relief, rate),
        )

    def nudge(self, *, claiming: bool) -> Scenario:
        """All claim, or none, and train a little more where a price is asked, which costs profit £1 for £1."""
        claims = {label: np.full(amount.size, claiming) for label, amount in self.in_full.items()}
        return Scenario(self.in_full, claims, self.nudged, Change(more=_NUDGE, displaced=_NUDGE))

    @cached_property
    def more_without(self) -> Outcome:
        """The law where nobody claims and companies train a little more."""
        return self.known_without or self.base.run_for(BALANCE, self.law, self.nudge(claiming=False).edit)

    @cached_property
    def nudged(self) -> dict[int, np.ndarray]:
        """The periods in which a price is asked: all with relief; on a rolling baseline the first one wholly within it.

        There £1 more in one period takes relief from the next ones, which £1 more in all of them would hide.
        """
        relieved = self.entitled.is_relieved
        if not has_rolling_baseline(self.law):
            return relieved
        within = {label: periods.starts >= np.datetime64(self.begins) for label, periods in self.base.periods.items()}
        whole = {label: has_any & within[label] for label, has_any in relieved.items()}
        has_whole = np.any(list(whole.values()), axis=0)
        found, done = {}, np.zeros(self.draw.size, dtype=bool)
        for label in sorted(relieved):
            found[label] = np.where(has_whole, whole[label], relieved[label]) & ~done
            done = done | found[label]
        return found

    @property
    def share_at_maximum(self) -> np.ndarray:
        """Which companies' responses the maximum cuts off (bool per record)."""
        return (self.induced_share > 0) & (self.induced_share >= self.assumed["maximum_response"])


def after_tax_price(before: Outcome, after: Outcome, nudge: Scenario, discount_rate: float) -> np.ndarray:
    """After-tax price of one more £1 of training, every type of cost in it, per record (£).

    £1 less the tax it saves, in present value over all accounting periods of the run: a company in loss saves when it
    uses the loss, one above a cap or below a baseline saves nothing on the relief, and on a rolling baseline £1 more
    now takes relief from later periods.

    Args:
        before, after: the same law without and with a little more training (``nudge``).
    """
    first = min(nudge.in_full)
    spent, saved = np.zeros_like(nudge.in_full[first]), np.zeros_like(nudge.in_full[first])
    for label, amount in nudge.in_full.items():
        factor = (1 + discount_rate) ** (first - label)
        spent += factor * nudge.acts[label] * _NUDGE * amount
        saved += factor * (before.balance[label] - after.balance[label])
    return 1 - saved / np.where(spent > 0, spent, 1)


def induced_share(
    price_without: np.ndarray, price_with: np.ndarray, elasticity: np.ndarray | float, maximum: float
) -> np.ndarray:
    """Extra training as a share of the planned: (1 - proportional fall in price) ^ -elasticity, less 1.

    Never below 0 (a relief induces, it does not deter) and never above the maximum.
    """
    known = price_without > 0
    fall = np.where(known, (price_without - price_with) / np.where(known, price_without, 1), 0)
    left = np.clip(1 - fall, _LEAST_PRICE, 1)  # a relief that pays for all of it meets the maximum
    return np.minimum(left ** -np.asarray(elasticity) - 1, maximum)


def without_limits(law: TaxBenefitSystem) -> TaxBenefitSystem:
    """The law without caps, tests of size and eligibility, baselines, conditions and clawback; itself where it has none."""
    return _with_current(law, lambda path: path.startswith(_LIMITS) and not path.startswith(_SIZES))


def as_ordinary_relief(law: TaxBenefitSystem) -> TaxBenefitSystem:
    """The law without limits on losses and without cash instead of the deduction; itself where it has none."""
    return _with_current(law, lambda path: path.startswith(_USES))


def _with_current(law: TaxBenefitSystem, is_chosen: Callable[[str], bool]) -> TaxBenefitSystem:
    """The law with some paths as current law has them."""
    here = {path: one for path, one in leaf_parameters(current_law()).items() if is_chosen(path)}
    changed = {path: one for path, one in here.items() if history(law, path).values != history(current_law(), path).values}
    return with_values(law, {path: dated_values(one) for path, one in changed.items()}) if changed else law


AtLevel = Callable[[str], Any]
"""The name of a level of scenarios → what the Exchequer has in it under one law, or the reform's less the baseline's."""


def invalid_claims(at: AtLevel, scenarios: LawScenarios, level: str) -> Any:
    """What incorrect claims add under one law: of what its relief costs up to a level, without what only moves in time.

    Args:
        at: each company's share (``invalid_share``) of the amount of a level.
    """
    lasting = at(level) - at(UNRELIEVED)
    before = [STATIC, *(one.name for one in scenarios.responses)]
    for step, earlier in zip(scenarios.responses, before, strict=False):
        if not step.lasts and scenarios.change(step).is_any and (level != WITHOUT_PRICE or not step.follows_price):
            lasting = lasting - (at(step.name) - at(earlier))
    return lasting


def borne_by(given: Mapping[str, np.ndarray]) -> np.ndarray:
    """What training of every head costs companies, less what the levy and grants pay (£ per record)."""
    spent = sum((given[head] for head in HEADS if head in given), np.zeros(1))
    others = sum((given[name] for name in _PAID_BY_OTHERS if name in given), np.zeros(1))
    return np.maximum(spent - others, 0)
