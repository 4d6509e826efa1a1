"""The steps from the one law to the other: each the difference of two worlds in the same step, so that they add up.

Change of law, training relief apart → full entitlement at the main rate → actual tax rates and losses → caps and
eligibility → take-up = static; retiming of investment → induced investment → response of profits → relabelling → retiming →
induced training → displacement → compliance = post-behavioural.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import Any

import numpy as np

from openfisca_goodwork.costing import trainees
from openfisca_goodwork.costing.accruals import Accruals, ByLabel
from openfisca_goodwork.costing.assumptions import Behaviour
from openfisca_goodwork.costing.cash import ROWS, Flows
from openfisca_goodwork.costing.in_the_end import LAST, InStep, in_the_end, invalid_claims
from openfisca_goodwork.costing.investment import InvestmentResponse
from openfisca_goodwork.costing.other_changes import INVESTMENT, OtherChanges
from openfisca_goodwork.costing.payments import Payments
from openfisca_goodwork.costing.people import People
from openfisca_goodwork.costing.request import ACCRUALS
from openfisca_goodwork.costing.runs import CLAIMS, PLANT, Base, Outcome, goes_by_plant_alone
from openfisca_goodwork.costing.world import World
from openfisca_goodwork.law.human_investment import HEADS, relief_begins

STATIC = (
    "Change of law, training relief apart",
    "Full entitlement at the main rate",
    "Actual tax rates and losses",
    "Caps and eligibility",
    "Take-up",
)
RESPONSE = (*INVESTMENT, "Relabelling", "Retiming", "Induced training", "Displacement", "Compliance")
TAKE_UP_DRAW = "take_up"


@dataclass(frozen=True, eq=False)
class _Levels:
    """What the Exchequer has under the one law more than under the other, in each step of a world (£ by financial year)."""

    unrelieved: np.ndarray
    unlimited: np.ndarray
    entitled: np.ndarray
    static: np.ndarray
    relabelled: np.ndarray
    retimed: np.ndarray
    induced: np.ndarray
    displaced: np.ndarray

    def in_step(self, name: str) -> np.ndarray:
        """The level of a step by its name."""
        return np.asarray(getattr(self, name))


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two laws over one population.

    Attributes:
        people: the population.
        base, current: its companies from the first label that matters, and the baseline law's outcome with all claiming.
        before, after: the two laws.
        assumed: behaviour. years: financial years wanted.
        other_paths: paths in which the laws differ, but for the relief.
        known_on: the day on which the laws are known.
        first_day: whose accounting periods are told apart in the flows.
        basis: ``accruals`` or ``cash``, which the steps are on.
    """

    people: People
    base: Base
    current: Outcome
    before: Any
    after: Any
    assumed: Behaviour
    years: tuple[int, ...]
    other_paths: tuple[str, ...]
    first_day: date = date.max
    known_on: date = date.max
    basis: str = ACCRUALS

    @cached_property
    def entitled(self) -> Outcome:
        """The reformed law with every entitled company claiming."""
        if self.other_paths:
            return self.base.run(self.after)
        return self.current.with_those(self._trains, self._entitled_of_trained) if self._trains.any() else self.current

    @cached_property
    def _trains(self) -> np.ndarray:
        """Records with any training (mask): a relief for it leaves all others as they are."""
        heads = [given[head] > 0 for given in self.base.inputs.values() for head in HEADS if head in given]
        return np.any(heads or [np.zeros(self.people.records, dtype=bool)], axis=0)

    @cached_property
    def _trained(self) -> Base:
        """The companies with any training."""
        return self.base.only(self._trains)

    @cached_property
    def _entitled_of_trained(self) -> Outcome:
        return self._trained.run(self.after, also=PLANT)

    @property
    def _base_of_touched(self) -> Base:
        """The touched companies; what they claim for plant is told where a relief for training leaves it as it is."""
        if self.other_paths or not goes_by_plant_alone(self.after):
            return self.base.only(self.touched)
        told, is_touched = self._trained.with_plant_of(self._entitled_of_trained), self.touched[self._trains]
        return told if is_touched.all() else told.only(is_touched)

    @cached_property
    def unrelieved_before(self) -> Outcome:
        """The baseline law with nobody claiming a relief."""
        return self.current if relief_begins(self.before) is None else self._without_claims(self.before)

    @cached_property
    def unrelieved_after(self) -> Outcome:
        """The reformed law with nobody claiming a relief."""
        if not self.other_paths:
            return self.unrelieved_before
        return self.entitled if relief_begins(self.after) is None else self._without_claims(self.after)

    def _without_claims(self, law: Any) -> Outcome:
        nobody = np.zeros(self.people.records, dtype=bool)
        return self.base.run(law, lambda _label, given: given | {CLAIMS: nobody})

    @cached_property
    def touched(self) -> np.ndarray:
        """Records with training that counts under either law (mask): the only ones that could claim and respond."""
        return np.any([amount > 0 for one in (self.current, self.entitled) for amount in one.counted.values()], axis=0)

    @cached_property
    def worlds(self) -> tuple[World, World]:
        """What each law makes of the touched companies, step by step."""
        chosen = self.touched
        base, draw = self._base_of_touched, self.people.uniform(TAKE_UP_DRAW)[chosen]
        pairs = (
            (self.before, self.current, self.unrelieved_before),
            (self.after, self.entitled, self.unrelieved_after),
        )
        # What is one outcome of all companies stays one, so that nothing is worked out of it twice.
        theirs = {outcome: outcome.only(chosen) for pair in pairs for outcome in pair[1:]}
        one, other = (
            World(law, base, theirs[entitled], theirs[unrelieved], self.assumed, draw) for law, entitled, unrelieved in pairs
        )
        return one, other

    @cached_property
    def payments(self) -> Payments:
        """What the touched companies pay, and when."""
        return Payments(self.worlds, self.people.weight[self.touched], self.years, self.first_day)

    @cached_property
    def accruals(self) -> Accruals:
        """Adds the touched companies up."""
        return Accruals(self.worlds[0].base, self.people.weight[self.touched], self.years, self.after)

    def _moved(self, of: Callable[[World], ByLabel]) -> np.ndarray:
        """By how much an amount of tax differs between the two worlds, as it accrues in each financial year (£)."""
        before, after = (self.accruals.of_tax(of(world)) for world in self.worlds)
        return after - before

    def _done_more(self, of: Callable[[World], ByLabel]) -> np.ndarray:
        """By how much what companies do in the months of each financial year differs between the two worlds."""
        before, after = (self.accruals.over_months(of(world)) for world in self.worlds)
        return after - before

    def _moved_in(self, step: Callable[[World], Outcome]) -> np.ndarray:
        return self._moved(lambda world: step(world).balance)

    @cached_property
    def _accrued(self) -> _Levels:
        """The Exchequer's balance in each step of the worlds as it accrues, the reform's less the baseline's (£)."""
        return _Levels(*(self._moved_in(attrgetter(step.name)) for step in fields(_Levels)))

    @cached_property
    def _by_months(self) -> _Levels:
        """The same spread over the months of accounting periods, nothing of it late."""
        return _Levels(*(self._done_more(attrgetter(f"{step.name}.balance")) for step in fields(_Levels)))

    @cached_property
    def _levels(self) -> _Levels:
        """The same on the basis asked for."""
        if self.basis == ACCRUALS:
            return self._accrued
        return _Levels(*(self.payments.in_step(step.name).in_cash for step in fields(_Levels)))

    @cached_property
    def others(self) -> OtherChanges:
        """What the laws' differences do without the relief, for all companies, and what companies do about them."""
        response = InvestmentResponse(
            *(self.base, self.before, self.after, self.unrelieved_before, self.unrelieved_after),
            *(self.assumed, self.other_paths, self.known_on),
        )
        return OtherChanges(response, self.people.weight, self.years, self.first_day, on_cash=self.basis != ACCRUALS)

    @cached_property
    def flows(self) -> Flows:
        """The post-behavioural effect by how it is paid, as it accrues and when it falls due (£)."""
        if not self.touched.any():
            return self.others.flows
        self.payments.prepare("unrelieved", "displaced")
        return self.others.flows + self._in_the_end(self.payments.in_step)

    def _in_the_end(self, in_step: InStep) -> Any:
        return in_the_end(in_step, self.assumed["compliance_loss"], is_retimed=self._is_retimed)

    @property
    def _is_retimed(self) -> bool:
        return any(world.is_retimed for world in self.worlds)

    def final_balance(self) -> tuple[ByLabel, ByLabel]:
        """What the Exchequer has of every company under the two laws with the response assumed, by label (£ per record).

        Whatever companies do about a law belongs here. Invalid claims do not: they are no company's on file.
        """
        before, after = self._balance_in("displaced")
        return self.others.with_response(before, after) if self.other_paths else (before, after)

    def static_balance(self) -> tuple[ByLabel, ByLabel]:
        """The same with nobody doing anything but claim."""
        return self._balance_in("static")

    def _balance_in(self, step: str) -> tuple[ByLabel, ByLabel]:
        """The balance in a step of the worlds; of companies that no relief touches, what the laws without it make of it."""
        before, after = self.unrelieved_before.balance, self.unrelieved_after.balance
        if not self.touched.any():
            return before, after
        theirs, reformed = (attrgetter(step)(world).balance for world in self.worlds)
        return self._laid_upon(before, theirs), self._laid_upon(after, reformed)

    def _laid_upon(self, of_all: ByLabel, of_touched: ByLabel) -> dict[int, np.ndarray]:
        """Amounts of all companies, with those of the touched ones in their places."""
        found = {label: amount.copy() for label, amount in of_all.items()}
        for label, amount in found.items():
            amount[self.touched] = of_touched[label]
        return found

    def _invalid_claims(self, in_step: InStep, step: str = LAST) -> np.ndarray:
        return np.asarray(invalid_claims(in_step, self.assumed["compliance_loss"], is_retimed=self._is_retimed, step=step))

    def invalid_claims(self) -> np.ndarray:
        """Invalid claims paid, by the financial year in which the accounting period ends (£; minus is a cost)."""
        if not self.touched.any():
            return np.zeros(len(self.years))
        return self._invalid_claims(self._ending_in)

    def _ending_in(self, step: str) -> np.ndarray:
        """The balance in a step, the reform's less the baseline's, of the accounting periods that end in each year (£)."""
        before, after = (self.accruals.ending_in(attrgetter(step)(world).balance) for world in self.worlds)
        return after - before

    def steps(self) -> dict[str, np.ndarray]:
        """The effect of each step by financial year (£; plus improves the public finances)."""
        if not self.touched.any():
            return {STATIC[0]: self.others.static, **self.others.steps}
        for world in self.worlds:
            world.prepare()
        level = self._levels
        at_main_rate = -self._at_main_rate()
        effects = [
            self.others.static,
            at_main_rate,
            level.unlimited - level.unrelieved - at_main_rate,
            level.entitled - level.unlimited,
            level.static - level.entitled,
            *self.others.steps.values(),
            level.relabelled - level.static,
            level.retimed - level.relabelled,
            level.induced - level.retimed,
            level.displaced - level.induced,
            self._invalid_claims(level.in_step),
        ]
        return dict(zip(STATIC + RESPONSE, effects, strict=True))

    def _at_main_rate(self) -> np.ndarray:
        if self.basis == ACCRUALS:
            return self._moved(lambda world: world.entitlement)
        return self.payments.of_entitlement().in_cash

    @property
    def static_accrued(self) -> np.ndarray:
        """The static effect as it accrues, whatever the basis of the steps (£)."""
        others = self.others.static_accrued
        return others + self._accrued.static - self._accrued.unrelieved if self.touched.any() else others

    def without_response(self) -> np.ndarray:
        """The whole effect if training and investment did not respond to price: elasticity 0, all else as assumed (£)."""
        others = self.others.without_induced
        if not self.touched.any():
            return others
        level = self._levels
        return others + level.retimed - level.unrelieved + self._invalid_claims(level.in_step, "retimed")

    def spending(self) -> np.ndarray:
        """The part of the post-behavioural effect that is cash paid out, by financial year (£; minus is a cost)."""
        flows = self.flows.accrued if self.basis == ACCRUALS else self.flows.paid
        return flows[ROWS.index("credits")] + 0.0

    def by_head(self) -> dict[str, np.ndarray]:
        """The static effect of the relief by cost head (£): each company's is shared out as its qualifying training is."""
        before, after = (self._heads_of(world) for world in self.worlds)
        return {head: after[head] - before[head] for head in HEADS}

    def _heads_of(self, world: World) -> dict[str, np.ndarray]:
        if not world.has_relief:
            return {head: np.zeros(len(self.years)) for head in HEADS}
        given = {
            head: sum(amount * world.acts[label] for label, amount in amounts.items())
            for head, amounts in world.static.by_head.items()
        }
        whole = np.asarray(sum(given.values()))
        unrelieved = world.unrelieved.balance
        moved = {label: amount - unrelieved[label] for label, amount in world.static.balance.items()}
        shares = {head: amount / np.where(whole > 0, whole, 1) for head, amount in given.items()}
        if self.basis != ACCRUALS:
            return {
                head: self.payments.of_share(world, dict.fromkeys(moved, share)).in_cash for head, share in shares.items()
            }
        return {
            head: self.accruals.of_tax({label: amount * share for label, amount in moved.items()})
            for head, share in shares.items()
        }

    def claimants(self) -> np.ndarray:
        """Companies that claim under the reform, in accounting periods ending in each financial year."""
        claimed = self.worlds[1].claimed
        return self.accruals.ending_in({label: (amount > 0).astype(np.float64) for label, amount in claimed.items()})

    def training(self) -> dict[str, np.ndarray]:
        """Training relieved under the reform, entitled and claimed, and induced against the baseline, by year (£)."""
        world, total = self.worlds[1], self.accruals.over_months
        return {
            "entitled": total(world.relieved),
            "claimed": total(world.claimed),
            "induced": self._done_more(lambda each: each.extra_training),
        }

    def relief_cost(self) -> np.ndarray:
        """What the relief alone moves, response and compliance included, by the months of the training (£)."""
        return np.asarray(self._in_the_end(self._by_months.in_step))

    def relief_granted(self) -> dict[str, np.ndarray]:
        """What the relief alone takes off tax, by the months of the training (£ by financial year; minus is a cost).

        ``forgone`` on training as planned; ``claimed`` on all that is claimed, relabelled and induced training with it: what
        HM Revenue and Customs publish as the cost of a tax relief.
        """
        level = self._by_months
        return {"forgone": level.static - level.unrelieved, "claimed": level.induced - level.unrelieved}

    def trainees(self) -> dict[str, np.ndarray]:
        """People trained with the relief in each financial year, and those of them whom it induces; empty where not held."""
        world, total = self.worlds[1], self.accruals.over_months
        if not trainees.are_held(world.base):
            return {}
        return {"supported": total(trainees.supported(world)), "additional": self._done_more(trainees.additional)}

    def claims(self) -> np.ndarray:
        """Claims more than under the baseline, in accounting periods ending in each financial year."""
        before, after = (
            self.accruals.ending_in({label: (amount > 0).astype(np.float64) for label, amount in world.claimed.items()})
            for world in self.worlds
        )
        return after - before

    def responding(self) -> np.ndarray:
        """Companies whose training responds, and those of them whose response the maximum cuts off."""
        weights, world = self.people.weight[self.touched], self.worlds[1]
        return np.array([weights[world.induced_share > 0].sum(), weights[world.share_at_maximum].sum()])
