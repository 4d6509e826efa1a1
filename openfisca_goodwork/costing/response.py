"""How companies respond: each to its own after-tax price of one more £1 of training.

A scenario edits the inputs of the law; the law is then run in full. Spending moves only where it qualifies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from openfisca_goodwork.costing.runs import Edit, Outcome
from openfisca_goodwork.law.human_investment import HEADS

_CLAIMS = "claims_human_investment_relief"
_PROFIT = "trading_profit_before_capital_allowances"
# Small enough to stay clear of the kinks of the charge, large enough to stand out of rounding.
_NUDGE = 1e-3

ByLabel = Mapping[int, np.ndarray]


@dataclass(frozen=True, eq=False)
class Scenario:
    """What differs from the companies' own plans.

    Attributes:
        claims: label → whether each company claims the relief (bool per record), and only those that do respond; None:
            all do.
        counted: label → cost head → 1 where the head qualifies in any part, else 0.
        more: spending on qualifying heads, as a multiple of the planned (0.1 = 10% more); scalar or per record.
        qualifying: label → planned qualifying spending (£ per record), on which ``displaced`` works.
        displaced: profit lost, as a multiple of planned qualifying spending; scalar or per record.
    """

    counted: Mapping[int, Mapping[str, float]]
    qualifying: ByLabel
    claims: ByLabel | None = None
    more: np.ndarray | float = 0.0
    displaced: np.ndarray | float = 0.0

    @property
    def edit(self) -> Edit:
        """The scenario as an edit of inputs."""
        return self._edit

    def _edit(self, label: int, given: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        if label not in self.qualifying:
            return given  # before the reform
        acting: np.ndarray | float = 1.0
        if self.claims is not None:
            given[_CLAIMS] = acting = self.claims[label]
        if np.any(self.more):
            for head in set(HEADS) & set(given):
                given[head] = given[head] * (1 + acting * self.more * self.counted[label][head])
        if np.any(self.displaced):
            given[_PROFIT] = given[_PROFIT] - acting * self.displaced * self.qualifying[label]
        return given


def nudged(counted: Mapping[int, Mapping[str, float]], qualifying: ByLabel) -> Scenario:
    """Everyone claims and trains a little more, which costs profit £1 for £1: what a price is read from."""
    return Scenario(counted, qualifying, more=_NUDGE, displaced=_NUDGE)


def after_tax_price(before: Outcome, after: Outcome, qualifying: ByLabel, discount_rate: float) -> np.ndarray:
    """After-tax price of one more £1 of qualifying training, per record (£).

    £1 less the tax it saves, in present value over all accounting periods of the run: a company in loss saves when it
    uses the loss, a company above a cap saves nothing on the relief.

    Args:
        before, after: the same law without and with a little more training (``nudged``).
        qualifying: label → planned qualifying spending (£ per record).
    """
    first = min(qualifying)
    spent, saved = np.zeros_like(qualifying[first]), np.zeros_like(qualifying[first])
    for label, amount in qualifying.items():
        factor = (1 + discount_rate) ** (first - label)
        spent += factor * _NUDGE * amount
        saved += factor * (before.balance[label] - after.balance[label])
    return 1 - saved / np.where(spent > 0, spent, 1)


def induced_share(price_before: np.ndarray, price_after: np.ndarray, elasticity: float, maximum: float) -> np.ndarray:
    """Extra training as a share of the planned: elasticity × proportional fall in price, never above the maximum."""
    fall = np.where(price_before > 0, (price_before - price_after) / np.where(price_before > 0, price_before, 1), 0)
    return np.minimum(elasticity * np.maximum(fall, 0), maximum)
