"""Two laws over one population: the effect of each step of the waterfall, and all that is told beside them.

Each step is the difference of two laws' scenarios in the same level, so that the steps add up. Which steps there are, and
what companies do in each, is in ``steps``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.costing.behaviour import Behaviour, Step
from openfisca_goodwork.costing.investment import OtherChanges
from openfisca_goodwork.costing.payments import ROWS, Accruals, Flows, Ledger
from openfisca_goodwork.costing.people import People
from openfisca_goodwork.costing.request import ACCRUALS
from openfisca_goodwork.costing.runs import COUNTED, PLANT, Base, ByLabel, Outcome, goes_by_plant_alone
from openfisca_goodwork.costing.scenarios import STATIC, UNRELIEVED, WITHOUT_PRICE, AtLevel, LawScenarios, invalid_claims
from openfisca_goodwork.costing.steps import GRANTED, LAST, OF_ALL_COMPANIES, STEPS, TRAINING_STEPS
from openfisca_goodwork.costing.ticks import side_by_side
from openfisca_goodwork.costing.two_laws import TwoLaws
from openfisca_goodwork.law.human_investment import HEADS, relief_begins

TAKE_UP_DRAW = "take_up"


AmountOfShare = Callable[[LawScenarios, str, np.ndarray], Any]
"""Scenarios of a law, a level, a share of each company's amount → what the Exchequer has of it (£)."""


Pair = tuple[LawScenarios, LawScenarios]


@dataclass(frozen=True, eq=False)
class ReliefEffects:
    """What reliefs for training move between two laws, by financial year (£; plus improves the public finances).

    Attributes:
        scenarios: what the baseline and the reformed law make of the companies that a relief affects.
        weight: how many companies each record of theirs stands for.
        laws: what is asked; the effects of levels are on its basis.
        parts: stretches of the records, of which every total has a row each; none for all as one.
    """

    scenarios: Pair
    weight: np.ndarray
    laws: TwoLaws
    parts: tuple[slice, ...] = ()
    _accruals_at: dict[str, np.ndarray] = field(default_factory=dict)

    @cached_property
    def _added(self) -> Accruals:
        return Accruals(self.scenarios[0].base, self.weight, self.laws.years, self.parts)

    @cached_property
    def _ledger(self) -> Ledger:
        return Ledger(self.scenarios[0].base, self.weight, self.laws.years, self.laws.first_day)

    def _moved(self, of: Callable[[LawScenarios], ByLabel]) -> np.ndarray:
        """Difference in an amount between the two laws, tax or activity, over the months of each financial year."""
        before, after = (self._added.over_months(of(one)) for one in self.scenarios)
        return after - before

    def accrued(self, level: str) -> np.ndarray:
        """The Exchequer's balance at a level as it accrues, the reform's less the baseline's."""
        if level not in self._accruals_at:
            self._accruals_at[level] = self._moved(lambda one: one.level(level).balance)
        return self._accruals_at[level]

    def _paid(self, level: str) -> Flows:
        before, after = (self._ledger.of(one.law, one.level(level)) for one in self.scenarios)
        return after - before

    def _share_paid(self, scenarios: LawScenarios, level: str, share: np.ndarray) -> Flows:
        return self._ledger.shared(scenarios.law, scenarios.level(level), share)

    @cached_property
    def flows(self) -> Flows:
        """The whole effect, responses and incorrect claims with it, by how it is paid."""
        reformed = self.scenarios[1]
        outcomes = dict.fromkeys(map(reformed.level, (UNRELIEVED, LAST)))
        side_by_side(*(partial(self._ledger.of, reformed.law, one) for one in outcomes))
        whole: Flows = self._in_the_end(self._paid, self._share_paid)
        return whole

    def _in_the_end(self, at: AtLevel, of_share: AmountOfShare) -> Any:
        return at(LAST) - at(UNRELIEVED) + self._invalid_claims(of_share)

    def _invalid_claims(self, of_share: AmountOfShare, level: str = LAST) -> Any:
        """Incorrect claims paid under the reform more than under the baseline, up to a level."""

        def of(scenarios: LawScenarios) -> Any:
            return invalid_claims(lambda name: of_share(scenarios, name, scenarios.invalid_share), scenarios, level)

        before, after = map(of, self.scenarios)
        return after - before

    @property
    def invalid_claims(self) -> np.ndarray:
        """Incorrect claims paid, by the financial year in which the accounting period ends (minus is a cost)."""
        return np.asarray(self._invalid_claims(partial(_share_of, self._added.ending_in)))

    def invalid_claims_after(self, level: str) -> np.ndarray:
        """Incorrect claims paid where companies do all up to a level, on the basis asked for."""

        def of_share(scenarios: LawScenarios, name: str, share: np.ndarray) -> np.ndarray:
            if self.laws.request.basis == ACCRUALS:
                return _share_of(self._added.over_months, scenarios, name, share)
            return self._share_paid(scenarios, name, share).in_cash

        return np.asarray(self._invalid_claims(of_share, level))

    def level(self, name: str) -> np.ndarray:
        """The balance at a level on the basis asked for, the reform's less the baseline's."""
        return self.accrued(name) if self.laws.request.basis == ACCRUALS else self._paid(name).in_cash

    @cached_property
    def at_main_rate(self) -> np.ndarray:
        """The effect of a relief without limits, given to everyone at the main rate; due as tax is without it."""
        if self.laws.request.basis == ACCRUALS:
            return -self._moved(lambda one: one.entitlement)
        before, after = (self._ledger.as_tax(one.law, one.unrelieved, one.entitlement) for one in self.scenarios)
        return -(after - before).in_cash

    @property
    def by_head(self) -> dict[str, np.ndarray]:
        """The static effect by type of training cost, shared out as qualifying training is."""
        before, after = (self._heads_of(one) for one in self.scenarios)
        return {head: after[head] - before[head] for head in HEADS}

    def _heads_of(self, scenarios: LawScenarios) -> dict[str, np.ndarray]:
        if not scenarios.has_relief:
            return {head: np.zeros(len(self.laws.years)) for head in HEADS}
        given = {
            head: sum(amount * scenarios.acts[label] for label, amount in amounts.items())
            for head, amounts in scenarios.static.by_head.items()
        }
        whole = np.asarray(sum(given.values()))
        unrelieved = scenarios.unrelieved.balance
        moved = {label: amount - unrelieved[label] for label, amount in scenarios.static.balance.items()}
        shares = {head: amount / np.where(whole > 0, whole, 1) for head, amount in given.items()}
        if self.laws.request.basis != ACCRUALS:
            of = partial(self._share_paid, scenarios)
            return {head: (of(STATIC, share) - of(UNRELIEVED, share)).in_cash for head, share in shares.items()}
        return {
            head: self._added.over_months({label: amount * share for label, amount in moved.items()})
            for head, share in shares.items()
        }

    @property
    def claimants(self) -> np.ndarray:
        """Companies that claim under the reform, in accounting periods ending in each financial year."""
        return self._claiming(self.scenarios[1])

    @property
    def claims(self) -> np.ndarray:
        """Claims more than under the baseline, in accounting periods ending in each financial year."""
        before, after = map(self._claiming, self.scenarios)
        return after - before

    def _claiming(self, scenarios: LawScenarios) -> np.ndarray:
        claims = {label: (amount > 0).astype(np.float64) for label, amount in scenarios.claimed.items()}
        return self._added.ending_in(claims)

    @property
    def training(self) -> dict[str, np.ndarray]:
        """Training relieved under the reform, entitled and claimed; induced, in full and relieved, by year (£)."""
        reformed, total = self.scenarios[1], self._added.over_months
        return {
            "entitled": total(reformed.relieved),
            "claimed": total(reformed.claimed),
            "induced": self._moved(lambda one: one.extra_training),
            "induced_relieved": self._moved(lambda one: one.extra_relieved),
        }

    @property
    def relief_cost(self) -> np.ndarray:
        """What the relief alone moves as it accrues, response and invalid claims included (£ by financial year)."""
        of_share = partial(_share_of, self._added.over_months)
        return np.asarray(self._in_the_end(self.accrued, of_share))

    @property
    def relief_granted(self) -> dict[str, np.ndarray]:
        """What the relief alone takes off tax as it accrues (£ by financial year; minus is a cost).

        ``forgone`` on training as planned; ``claimed`` on all that is claimed, reclassified and induced
        training with it: what HM Revenue and Customs publish as the cost of a tax relief.
        """
        at = self.accrued
        return {"forgone": at(STATIC) - at(UNRELIEVED), "claimed": at(GRANTED) - at(UNRELIEVED)}

    @property
    def trainees(self) -> dict[str, np.ndarray]:
        """People trained with the relief in each financial year, and those of them whom it induces; empty where not held."""
        supported = self.scenarios[1].trainees
        if not supported:
            return {}
        additional = self._moved(lambda one: one.additional_trainees)
        return {"supported": self._added.over_months(supported), "additional": additional}

    @property
    def responding(self) -> np.ndarray:
        """Companies whose training responds, and those of them whose response the maximum cuts off."""
        weights, reformed = self.weight, self.scenarios[1]
        return np.array([weights[reformed.induced_share > 0].sum(), weights[reformed.share_at_maximum].sum()])


def _share_of(added: Callable[[ByLabel], np.ndarray], scenarios: LawScenarios, level: str, share: np.ndarray) -> np.ndarray:
    """A share of each company's balance under a law at a level, added up by financial year (£)."""
    return added({label: share * amount for label, amount in scenarios.level(level).balance.items()})


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two laws over one population.

    Attributes:
        laws: what is asked, and in what the laws differ. people: the companies. assumed: behaviour.
        before: the baseline law; of several costings that share it, the same.
        base, current: companies from the first label that matters, and the baseline law's outcome with all claiming.
    """

    laws: TwoLaws
    people: People
    assumed: Behaviour
    before: TaxBenefitSystem
    base: Base
    current: Outcome

    @property
    def after(self) -> TaxBenefitSystem:
        """The reformed law."""
        return self.laws.after

    @property
    def years(self) -> tuple[int, ...]:
        """Financial years, by the year each begins in."""
        return self.laws.years

    @property
    def entitled(self) -> Outcome:
        """The reformed law with every entitled company claiming."""
        return self._all_claiming[0]

    @cached_property
    def _all_claiming(self) -> tuple[Outcome, Base, Outcome]:
        """``entitled``; the companies affected, told what they claim for plant where training does not move it; it of them.

        Those that train, of whom they are taken, are let go again: of 120,000 records their arrays take 160 MB.
        """
        trains = self.base.trains
        if self.laws.other_changes or not trains.any():
            entitled = self.base.run(self.after) if self.laws.other_changes else self.current
            affected = self._affected_by(entitled)
            return entitled, self.base.only(affected), entitled.only(affected)
        trained = self.base.only(trains)
        found = trained.run(self.after, also=PLANT)
        entitled = self.current.with_those(trains, found)
        is_affected = self._affected_by(entitled)[trains]
        told = trained.with_plant_of(found) if goes_by_plant_alone(self.after) else trained
        if is_affected.all():
            return entitled, told, found
        return entitled, told.only(is_affected), found.only(is_affected)

    def _affected_by(self, entitled: Outcome) -> np.ndarray:
        return np.any([amount > 0 for one in (self.current, entitled) for amount in one.of(COUNTED).values()], axis=0)

    @cached_property
    def unrelieved_before(self) -> Outcome:
        """The baseline law with nobody claiming a relief."""
        return self.current if relief_begins(self.before) is None else self.base.run_unclaimed(self.before)

    @cached_property
    def unrelieved_after(self) -> Outcome:
        """The reformed law with nobody claiming a relief."""
        if not self.laws.other_changes:
            return self.unrelieved_before
        return self.entitled if relief_begins(self.after) is None else self.base.run_unclaimed(self.after)

    @cached_property
    def affected(self) -> np.ndarray:
        """Records with training that counts under either law (mask): the only ones that could claim and respond."""
        return self._affected_by(self.entitled)

    @cached_property
    def scenarios(self) -> Pair:
        """What each law makes of the affected companies, level by level."""
        chosen = self.affected
        entitled, base, of_affected = self._all_claiming
        draw = self.people.uniform(TAKE_UP_DRAW)[chosen]
        pairs = (
            (self.before, self.current, self.unrelieved_before),
            (self.after, entitled, self.unrelieved_after),
        )
        # What is one outcome of all companies stays one, so that nothing is worked out of it twice.
        theirs = {entitled: of_affected}
        theirs |= {outcome: outcome.only(chosen) for pair in pairs for outcome in pair[1:] if outcome not in theirs}
        one, other = (
            LawScenarios(
                *(law, base, theirs[entitled], theirs[unrelieved], self.assumed, draw, TRAINING_STEPS),
                tells_heads=True,
            )
            for law, entitled, unrelieved in pairs
        )
        return one, other

    @cached_property
    def relief(self) -> ReliefEffects:
        """What a relief for training moves."""
        return ReliefEffects(self.scenarios, self.people.weight[self.affected], self.laws)

    @cached_property
    def others(self) -> OtherChanges:
        """What the laws' differences do without the relief, for all companies, and what companies do about them."""
        return OtherChanges(
            *(self.base, self.before, self.after, self.unrelieved_before, self.unrelieved_after),
            assumed=self.assumed,
            changed=self.laws.other_changes,
            known_on=self.laws.known_on,
            weights=self.people.weight,
            years=self.years,
            first_day=self.laws.first_day,
            on_cash=self.laws.request.basis != ACCRUALS,
        )

    @cached_property
    def flows(self) -> Flows:
        """The post-behavioural effect by how it is paid, as it accrues and when it falls due (£)."""
        return self.others.flows + self.relief.flows if self.affected.any() else self.others.flows

    def final_balance(self) -> tuple[ByLabel, ByLabel]:
        """What the Exchequer has of every company under the two laws with the response assumed, by label (£ per record).

        Whatever companies do about a law belongs here. Invalid claims do not: they are no company's on file.
        """
        before, after = self._balance_at(LAST)
        return self.others.with_response(before, after) if self.laws.other_changes else (before, after)

    def static_balance(self) -> tuple[ByLabel, ByLabel]:
        """What the Exchequer has of every company under the two laws if companies do nothing but claim (£ per record)."""
        return self._balance_at(STATIC)

    def _balance_at(self, level: str) -> tuple[ByLabel, ByLabel]:
        """The balance at a level; of companies that no relief affects, what the laws without it make of it."""
        before, after = self.unrelieved_before.balance, self.unrelieved_after.balance
        if not self.affected.any():
            return before, after
        theirs, reformed = (one.level(level).balance for one in self.scenarios)
        return self._replaced(before, theirs), self._replaced(after, reformed)

    def _replaced(self, of_all: ByLabel, of_affected: ByLabel) -> dict[int, np.ndarray]:
        """Amounts of all companies, with those of the affected ones in their places."""
        found = {label: amount.copy() for label, amount in of_all.items()}
        for label, amount in found.items():
            amount[self.affected] = of_affected[label]
        return found

    def invalid_claims(self) -> np.ndarray:
        """Incorrect claims paid, by the financial year in which the accounting period ends (£; minus is a cost)."""
        return self.relief.invalid_claims if self.affected.any() else np.zeros(len(self.years))

    def steps(self) -> dict[str, np.ndarray]:
        """The effect of each step by financial year (£; plus improves the public finances), which add up to the whole."""
        if not self.affected.any():
            return {step.name: self._effect(step) for step in OF_ALL_COMPANIES}
        for one in self.scenarios:
            one.prepare()
        return {step.name: self._effect(step) for step in STEPS}

    def _effect(self, step: Step) -> np.ndarray:
        if step.effect is not None:
            return step.effect(self)
        if step not in TRAINING_STEPS:
            return self.others.steps[step.name]
        place = TRAINING_STEPS.index(step)
        return self.relief.level(step.name) - self.relief.level(TRAINING_STEPS[place - 1].name if place else STATIC)

    @property
    def static_accrued(self) -> np.ndarray:
        """The static effect as it accrues, whatever the basis of the steps (£)."""
        others = self.others.static_accrued
        if not self.affected.any():
            return others
        return others + self.relief.accrued(STATIC) - self.relief.accrued(UNRELIEVED)

    def without_response(self) -> np.ndarray:
        """The whole effect if training and investment did not respond to price: elasticity 0, all else as assumed (£)."""
        others = self.others.without_price
        if not self.affected.any():
            return others
        at = self.relief.level
        return others + at(WITHOUT_PRICE) - at(UNRELIEVED) + self.relief.invalid_claims_after(WITHOUT_PRICE)

    def spending(self) -> np.ndarray:
        """The part of the post-behavioural effect that is cash paid out, by financial year (£; minus is a cost)."""
        flows = self.flows.accrued if self.laws.request.basis == ACCRUALS else self.flows.paid
        return flows[ROWS.index("credits")] + 0.0
