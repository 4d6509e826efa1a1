"""What two laws do without the relief for training, and what companies do about that: the steps for all companies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

import numpy as np

from openfisca_goodwork.costing.accruals import Accruals
from openfisca_goodwork.costing.investment import INVESTMENT_STEPS, InvestmentResponse
from openfisca_goodwork.costing.payments import Flows, Ledger, of_all
from openfisca_goodwork.costing.runs import Outcome

ByLabel = Mapping[int, np.ndarray]


@dataclass(frozen=True, eq=False)
class OtherChanges:
    """The effect of two laws without a relief for training, by financial year (£; plus improves the public finances).

    Attributes:
        response: the laws, and what companies do about them.
        weights: companies each record stands for. years: financial years wanted. first_day: of the reform.
        on_cash: whether steps are when tax falls due, not as it accrues.
    """

    response: InvestmentResponse
    weights: np.ndarray
    years: tuple[int, ...]
    first_day: date
    on_cash: bool

    @cached_property
    def static(self) -> np.ndarray:
        """Where companies do as they planned."""
        return self._between(self.response.planned_before, self.response.planned_after)

    @property
    def static_accrued(self) -> np.ndarray:
        """The same as it accrues, whatever the basis."""
        return self._accrued_between(self.response.planned_before, self.response.planned_after)

    @cached_property
    def steps(self) -> dict[str, np.ndarray]:
        """What each response adds, by its name."""
        if not self.response.changed:
            return {step.name: np.zeros(len(self.years)) for step in INVESTMENT_STEPS}
        before = self.response.retimed_before
        levels = [self.static, *(self._between(before, outcome) for outcome in self._outcomes)]
        return {
            step.name: later - earlier for step, (earlier, later) in zip(INVESTMENT_STEPS, pairwise(levels), strict=True)
        }

    @cached_property
    def _outcomes(self) -> tuple[Outcome, ...]:
        """The reformed law with each response and those before it."""
        return tuple(step.change(self.response) for step in INVESTMENT_STEPS if step.change is not None)

    @property
    def without_price(self) -> np.ndarray:
        """All of it but what follows the price of investment."""
        return sum((self.steps[step.name] for step in INVESTMENT_STEPS if not step.follows_price), self.static)

    @cached_property
    def flows(self) -> Flows:
        """All of it by how it is paid."""
        if not self.response.changed:
            return Flows.none(len(self.years))
        return self._flows(self.response.retimed_before, self._outcomes[-1])

    @property
    def invested(self) -> dict[str, np.ndarray]:
        """Plant for own use, planned and induced by the reform, by financial year (£); empty where only a relief changes."""
        if not self.response.changed:
            return {}
        spent = Accruals(self.response.base, self.weights, self.years, self.response.after).over_months
        return {"planned": spent(self.response.planned_investment()), "induced": spent(self.response.induced_investment())}

    def with_response(self, before: ByLabel, after: ByLabel) -> tuple[ByLabel, ByLabel]:
        """Balances of all companies under the two laws, with what their responses add, by label (£ per record)."""
        found = self.response
        return (
            _moved(before, found.planned_before, found.retimed_before),
            _moved(after, found.planned_after, self._outcomes[-1]),
        )

    def _between(self, before: Outcome, after: Outcome) -> np.ndarray:
        if before is after:
            return np.zeros(len(self.years))
        return self._flows(before, after).in_cash if self.on_cash else self._accrued_between(before, after)

    def _accrued_between(self, before: Outcome, after: Outcome) -> np.ndarray:
        if before is after:
            return np.zeros(len(self.years))
        moved = {label: after.balance[label] - amount for label, amount in before.balance.items()}
        return Accruals(self.response.base, self.weights, self.years, self.response.after).of_tax(moved)

    def _flows(self, before: Outcome, after: Outcome) -> Flows:
        ledger = Ledger(self.response.base, self.weights, self.years, self.first_day)
        return of_all(ledger, (self.response.before, before), (self.response.after, after))


def _moved(balance: ByLabel, planned: Outcome, responding: Outcome) -> ByLabel:
    """A balance and what a response adds to it."""
    if responding is planned:
        return balance
    return {label: amount + responding.balance[label] - planned.balance[label] for label, amount in balance.items()}
