"""How companies respond: each to its own after-tax price of one more £1 of training.

A scenario edits the inputs of the law; the law is then run in full. Spending moves only where it is relieved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from openfisca_goodwork.costing.runs import CLAIMS, PROFIT, Outcome
from openfisca_goodwork.law.human_investment import HEADS

# Small enough to stay clear of the kinks of the charge, large enough to stand out of rounding.
_NUDGE = 1e-3

ByLabel = Mapping[int, np.ndarray]


@dataclass(frozen=True, eq=False)
class Scenario:
    """What differs from the companies' own plans, in the accounting periods in which they have relieved training.

    Attributes:
        relieved: label → planned training on which the law gives an extra deduction (£ per record).
        claims: label → whether each company claims the relief (bool per record).
        more: training, of every head, as a multiple of the planned (0.1 = 10% more); scalar or per record.
        displaced: profit lost, as a multiple of planned relieved training; scalar or per record.
        claimants_only: whether only those who claim spend more.
    """

    relieved: ByLabel
    claims: ByLabel
    more: np.ndarray | float = 0.0
    displaced: np.ndarray | float = 0.0
    claimants_only: bool = True

    @classmethod
    def nudge(cls, relieved: ByLabel, *, claiming: bool) -> Scenario:
        """All claim, or none, and all train a little more, which costs profit £1 for £1: what a price is read from."""
        claims = {label: np.full(amount.size, claiming) for label, amount in relieved.items()}
        return cls(relieved, claims, more=_NUDGE, displaced=_NUDGE, claimants_only=False)

    def edit(self, label: int, given: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The inputs of one label with the scenario laid upon them (an ``Edit``)."""
        if label not in self.relieved:
            return given  # before the two laws differ
        given[CLAIMS] = self.claims[label]
        acting = (self.relieved[label] > 0) & (self.claims[label] if self.claimants_only else True)
        if np.any(self.more):
            for head in set(HEADS) & set(given):
                given[head] = given[head] * (1 + acting * self.more)
        if np.any(self.displaced):
            given[PROFIT] = given[PROFIT] - acting * self.displaced * self.relieved[label]
        return given


def after_tax_price(before: Outcome, after: Outcome, relieved: ByLabel, discount_rate: float) -> np.ndarray:
    """After-tax price of one more £1 of relieved training, per record (£).

    £1 less the tax it saves, in present value over all accounting periods of the run: a company in loss saves when it
    uses the loss, a company above a cap saves nothing on the relief.

    Args:
        before, after: the same law without and with a little more training (``Scenario.nudge``).
        relieved: label → planned training on which there is an extra deduction (£ per record).
    """
    first = min(relieved)
    spent, saved = np.zeros_like(relieved[first]), np.zeros_like(relieved[first])
    for label, amount in relieved.items():
        factor = (1 + discount_rate) ** (first - label)
        spent += factor * _NUDGE * amount
        saved += factor * (before.balance[label] - after.balance[label])
    return 1 - saved / np.where(spent > 0, spent, 1)


def induced_share(price_without: np.ndarray, price_with: np.ndarray, elasticity: float, maximum: float) -> np.ndarray:
    """Extra training as a share of the planned: elasticity × proportional fall in price.

    Never below 0 (a relief induces, it does not deter) and never above the maximum.
    """
    known = price_without > 0
    fall = np.where(known, (price_without - price_with) / np.where(known, price_without, 1), 0)
    return np.minimum(elasticity * np.maximum(fall, 0), maximum)
