"""The steps from full entitlement to the post-behavioural effect, each the difference of two full runs of the law.

Full entitlement at the main rate → actual tax rates and losses → take-up = static; relabelling → induced training →
displacement → compliance = post-behavioural. What one step starts from is what the last one ended at, so they add up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from openfisca_goodwork.costing.accruals import Accruals, ByLabel
from openfisca_goodwork.costing.assumptions import Behaviour
from openfisca_goodwork.costing.response import Scenario, after_tax_price, induced_share, nudged
from openfisca_goodwork.costing.runs import Base, Outcome
from openfisca_goodwork.law.human_investment import HEADS, inclusion_path
from openfisca_goodwork.periods import history
from openfisca_goodwork.periods.history import value_over

STATIC = ("Other changes of law", "Full entitlement at the main rate", "Actual tax rates and losses", "Take-up")
RESPONSE = ("Relabelling", "Induced training", "Displacement", "Compliance")

_MAIN_RATE = "corporation_tax.main_rate"
_TAKE_UP_DRAW = "take_up"
_WORKERS = 2
_DAYS_OF_A_YEAR = 365.25


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two laws over one population.

    Attributes:
        people: the population.
        base, current: its companies from the first label on which the laws differ, and the baseline law's outcome.
        before, after: the two laws.
        assumed: behaviour. start: the first day on which the laws differ. years: financial years wanted.
    """

    people: Any
    base: Base
    current: Outcome
    before: Any
    after: Any
    assumed: Behaviour
    start: date
    years: tuple[int, ...]

    @cached_property
    def entitled(self) -> Outcome:
        """The reform with every entitled company claiming."""
        return self.base.run(self.after)

    @cached_property
    def touched(self) -> np.ndarray:
        """Records with qualifying training (mask): the only ones on which take-up and response can act."""
        return np.any([amount > 0 for amount in self.entitled.qualifying.values()], axis=0)

    @cached_property
    def response(self) -> Response:
        """What the touched companies do."""
        chosen = self.touched
        return Response(
            self.base.only(chosen),
            self.current.only(chosen),
            self.entitled.only(chosen),
            self.before,
            self.after,
            self.assumed,
            self.start,
            self.people.uniform(_TAKE_UP_DRAW)[chosen],
        )

    @cached_property
    def accruals(self) -> Accruals:
        """Adds the touched companies up."""
        return Accruals(self.response.base.periods, self.people.weight[self.touched], self.years)

    def steps(self) -> dict[str, np.ndarray]:
        """The effect of each step by financial year (£; plus improves the public finances)."""
        if not self.touched.any():
            return {STATIC[0]: self._untouched()}
        here, total = self.response, self.accruals.total
        runs = (here.current, here.entitled, here.static, here.relabelled, here.induced, here.displaced)
        levels = [total(run.balance) for run in runs]
        at_main_rate = -total(here.entitlement_at(self._main_rates()))
        moved = [after - before for before, after in pairwise(levels)]
        static = [self._untouched(), at_main_rate, moved[0] - at_main_rate, moved[1]]
        response = [*moved[2:], self.assumed["compliance_loss"] * (levels[-1] - levels[0])]
        return dict(zip(STATIC + RESPONSE, static + response, strict=True))

    def spending(self) -> np.ndarray:
        """The part of the post-behavioural effect that is cash paid out, by financial year (£; minus is a cost)."""
        saved = self._of_others(self.entitled.credits, self.current.credits)
        if not self.touched.any():
            return saved
        here, total = self.response, self.accruals.total
        saved_here = total(here.current.credits) - total(here.displaced.credits)
        return saved + saved_here * (1 + self.assumed["compliance_loss"])

    def _untouched(self) -> np.ndarray:
        """What the reform does to companies without qualifying training."""
        return self._of_others(self.current.balance, self.entitled.balance)

    def _of_others(self, before: ByLabel, after: ByLabel) -> np.ndarray:
        """What an amount moves by for companies without qualifying training, by financial year (£)."""
        others = np.where(self.touched, 0.0, self.people.weight)
        moved = {label: after[label] - amount for label, amount in before.items()}
        return Accruals(self.base.periods, others, self.years).total(moved)

    def _main_rates(self) -> dict[int, np.ndarray]:
        """The main rate of corporation tax over each touched company's accounting period, by label."""
        rate = history(self.after, _MAIN_RATE)
        periods = self.response.base.periods
        return {label: found.each(lambda one: value_over(rate, one)) for label, found in periods.items()}

    def by_head(self) -> dict[str, np.ndarray]:
        """The static effect by cost head (£): each company's effect shared out as its deduction is."""
        here = self.response
        given = {head: sum(amounts.values()) for head, amounts in here.static.deductions.items()}
        whole = sum(given.values())
        moved = {label: tax - here.current.balance[label] for label, tax in here.static.balance.items()}
        return {
            head: self.accruals.total(_times(moved, amount / np.where(whole > 0, whole, 1)))
            for head, amount in given.items()
        }

    def claimants(self) -> np.ndarray:
        """Companies that claim, in accounting periods ending in each financial year."""
        return self.accruals.ending_in(_times(self.response.relieved, 1.0))

    def training(self) -> dict[str, np.ndarray]:
        """Qualifying training: all of it, what is claimed, and what the relief induces, by financial year (£)."""
        here, total = self.response, self.accruals.total
        claimed = {label: amount * here.relieved[label] for label, amount in here.entitled.qualifying.items()}
        return {
            "entitled": total(here.entitled.qualifying),
            "claimed": total(claimed),
            "induced": total(_times(claimed, here.induced_share)),
        }

    def at_the_maximum(self) -> float:
        """Share of claiming companies whose response the maximum cuts off."""
        weights = self.people.weight[self.touched]
        responding = self.response.induced_share > 0
        cut = responding & (self.response.induced_share >= self.assumed["maximum_response"])
        return float(weights[cut].sum() / weights[responding].sum()) if responding.any() else 0.0


@dataclass(frozen=True, eq=False)
class Response:
    """The runs of the reform for the companies it touches, each on top of the one before.

    Attributes:
        base: the companies. current: under the baseline. entitled: under the reform, all claiming.
        before, after: the laws. assumed: behaviour. start: first day of the reform. draw: uniform, for take-up.
    """

    base: Base
    current: Outcome
    entitled: Outcome
    before: Any
    after: Any
    assumed: Behaviour
    start: date
    draw: np.ndarray

    @cached_property
    def counted(self) -> dict[int, dict[str, float]]:
        """Which cost heads qualify in a label: those counted on the last day of its latest accounting period."""
        found = {}
        for label, periods in self.base.periods.items():
            day = max(one.end for one in periods.distinct)
            found[label] = {head: float(history(self.after, inclusion_path(head)).on(day) > 0) for head in HEADS}
        return found

    @cached_property
    def claims(self) -> dict[int, np.ndarray]:
        """Who claims, by label: the same draw throughout, so that a company that has begun to claim goes on."""
        return {label: self.draw < periods.each(self._take_up) for label, periods in self.base.periods.items()}

    def _take_up(self, period: Any) -> float:
        return self.assumed.take_up(max(int((period.end - self.start).days / _DAYS_OF_A_YEAR), 0))

    def _scenario(self, more: Any = 0.0, displaced: Any = 0.0) -> Scenario:
        return Scenario(self.counted, self.entitled.qualifying, self.claims, more, displaced)

    @cached_property
    def static(self) -> Outcome:
        """Those who claim, claiming; nobody changes anything else."""
        return self.base.run(self.after, self._scenario().edit)

    @cached_property
    def relieved(self) -> dict[int, np.ndarray]:
        """Which companies have any extra deduction, by label."""
        parts = self.static.deductions.values()
        return {label: np.any([amounts[label] > 0 for amounts in parts], axis=0) for label in self.claims}

    @cached_property
    def relabelled(self) -> Outcome:
        """Other spending, deducted already, is called training."""
        return self._with(self.assumed["relabelling"])

    @cached_property
    def induced(self) -> Outcome:
        """The relief on the training it induces."""
        return self._with(self.assumed["relabelling"] + self.induced_share)

    @cached_property
    def displaced(self) -> Outcome:
        """Induced training displaces profit, and so takes its ordinary 100% deduction as well."""
        return self._with(
            self.assumed["relabelling"] + self.induced_share, self.assumed["displacement"] * self.induced_share
        )

    def _with(self, more: Any, displaced: Any = 0.0) -> Outcome:
        if not np.any(more) and not np.any(displaced):
            return self.static
        return self.base.run(self.after, self._scenario(more, displaced).edit)

    @cached_property
    def induced_share(self) -> np.ndarray:
        """Extra training as a share of the planned, each company by its own price."""
        elasticity = self.assumed["elasticity"]
        if not elasticity:
            return np.zeros(self.draw.size)
        before, after = self.prices
        return induced_share(before, after, elasticity, self.assumed["maximum_response"])

    @cached_property
    def prices(self) -> tuple[np.ndarray, np.ndarray]:
        """After-tax price of one more £1 of qualifying training under each law, to a company that claims, per record."""
        qualifying, rate = self.entitled.qualifying, self.assumed["discount_rate"]
        edit = nudged(self.counted, qualifying).edit
        more_before, more_after = side_by_side(
            lambda: self.base.run(self.before, edit), lambda: self.base.run(self.after, edit)
        )
        return (
            after_tax_price(self.current, more_before, qualifying, rate),
            after_tax_price(self.entitled, more_after, qualifying, rate),
        )

    def entitlement_at(self, rates: ByLabel) -> dict[int, np.ndarray]:
        """The extra deduction the reform entitles to, at given tax rates (£ per record)."""
        gained = {label: np.zeros(self.draw.size) for label in rates}
        for head in HEADS:
            for label in rates:
                gained[label] += self.entitled.deductions[head][label] - self.current.deductions[head][label]
        return {label: amount * rates[label] for label, amount in gained.items()}


def side_by_side(*runs: Callable[[], Outcome]) -> list[Outcome]:
    """Runs that do not depend on one another, on two processors: NumPy lets go of the interpreter while it computes."""
    with ThreadPoolExecutor(_WORKERS) as pool:
        return list(pool.map(lambda run: run(), runs))


def _times(amounts: Mapping[int, np.ndarray], share: np.ndarray | float) -> dict[int, np.ndarray]:
    return {label: amount * share for label, amount in amounts.items()}
