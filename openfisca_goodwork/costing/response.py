"""How companies respond: each to its own after-tax price of one more £1 of training.

A scenario edits the inputs of the law; the law is then run in full. Spending moves only where it is relieved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from openfisca_goodwork.costing.runs import CLAIMS, PROFIT, Outcome
from openfisca_goodwork.law.human_investment import HEADS

# Small enough to stay clear of the kinks of the charge, large enough to stand out of rounding.
_NUDGE = 1e-3
# What grows with training, so that what counts of it grows in proportion: the part that others pay for, that of leavers.
WITH_TRAINING = (
    *HEADS,
    "levy_funded_training",
    "training_from_connected_parties",
    "training_grants_received",
    "training_in_research_and_development",
    "training_cost_of_leavers",
)

ByLabel = Mapping[int, np.ndarray]


@dataclass(frozen=True, eq=False)
class Scenario:
    """What differs from the companies' own plans, in the accounting periods from the first that matters.

    Attributes:
        counted: label → planned training that counts while the relief is in force (£ per record).
        claims: label → whether each company claims the relief (bool per record).
        acts: label → whether it trains more (bool per record).
        more: training, of every head, as a multiple of the planned (0.1 = 10% more); scalar or per record.
        displaced: profit lost, as a multiple of planned training that counts; scalar or per record.
        earlier: label → training of a later period brought forward into this one, as a multiple of the planned.
        moved: label → profit gained because training has moved out of the period (£; minus where it has moved in).
    """

    counted: ByLabel
    claims: ByLabel
    acts: ByLabel
    more: np.ndarray | float = 0.0
    displaced: np.ndarray | float = 0.0
    earlier: ByLabel = field(default_factory=dict)
    moved: ByLabel = field(default_factory=dict)

    @classmethod
    def nudge(cls, counted: ByLabel, acts: ByLabel, *, claiming: bool) -> Scenario:
        """All claim, or none, and train a little more, which costs profit £1 for £1: what a price is read from."""
        claims = {label: np.full(amount.size, claiming) for label, amount in counted.items()}
        return cls(counted, claims, acts, more=_NUDGE, displaced=_NUDGE)

    def edit(self, label: int, given: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The inputs of one label with the scenario laid upon them (an ``Edit``)."""
        if label not in self.counted:
            return given  # before the two laws differ
        given[CLAIMS] = self.claims[label]
        if np.any(self.more) or label in self.earlier:
            factor = 1 + self.acts[label] * self.more + self.earlier.get(label, 0.0)
            for name in set(WITH_TRAINING) & set(given):
                given[name] = given[name] * factor
        if np.any(self.displaced):
            given[PROFIT] = given[PROFIT] - self.acts[label] * self.displaced * self.counted[label]
        if label in self.moved:
            given[PROFIT] = given[PROFIT] + self.moved[label]
        return given


def after_tax_price(before: Outcome, after: Outcome, nudge: Scenario, discount_rate: float) -> np.ndarray:
    """After-tax price of one more £1 of training that counts, per record (£).

    £1 less the tax it saves, in present value over all accounting periods of the run: a company in loss saves when it
    uses the loss, one above a cap or below a baseline saves nothing on the relief, and on a rolling baseline £1 more
    now takes relief from later periods.

    Args:
        before, after: the same law without and with a little more training (``nudge``).
    """
    first = min(nudge.counted)
    spent, saved = np.zeros_like(nudge.counted[first]), np.zeros_like(nudge.counted[first])
    for label, amount in nudge.counted.items():
        factor = (1 + discount_rate) ** (first - label)
        spent += factor * nudge.acts[label] * _NUDGE * amount
        saved += factor * (before.balance[label] - after.balance[label])
    return 1 - saved / np.where(spent > 0, spent, 1)


def induced_share(price_without: np.ndarray, price_with: np.ndarray, elasticity: float, maximum: float) -> np.ndarray:
    """Extra training as a share of the planned: elasticity × proportional fall in price.

    Never below 0 (a relief induces, it does not deter) and never above the maximum.
    """
    known = price_without > 0
    fall = np.where(known, (price_without - price_with) / np.where(known, price_without, 1), 0)
    return np.minimum(elasticity * np.maximum(fall, 0), maximum)
