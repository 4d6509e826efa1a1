"""What a comparison of two laws comes to, added up over its companies: the tables of parts of a population add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from openfisca_goodwork.costing.cash import Flows
from openfisca_goodwork.costing.gains import Gains
from openfisca_goodwork.costing.rounding import place_of_most
from openfisca_goodwork.costing.steps import Comparison

_MILLION = 1e6
ByName = Mapping[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Tables:
    """The tables of a comparison, by financial year (£, not rounded).

    Attributes:
        steps, static_accrued, without_response, spending, by_head, claimants, training, relief_cost: as of a
            ``Comparison``; by name or by year, and empty or 0 where no company has any relief.
        relief_granted, trainees, claims: as of a ``Comparison`` too. flows: the effect by how it is paid.
        responding: companies whose training responds, and those whose response the maximum cuts off.
        touched: records with relieved training.
        gains: what each record gains in one financial year, one ``Gains`` a part. year_of_gains: which year that is.
        invalid_claims, invested: as of a ``Comparison``.
    """

    steps: ByName
    static_accrued: np.ndarray
    without_response: np.ndarray
    spending: np.ndarray
    by_head: ByName
    claimants: np.ndarray | float
    training: ByName
    relief_cost: np.ndarray | float
    relief_granted: ByName
    trainees: ByName
    claims: np.ndarray | float
    flows: Flows
    responding: np.ndarray | float
    touched: int
    gains: tuple[Gains, ...]
    year_of_gains: int
    invalid_claims: np.ndarray
    invested: ByName

    @classmethod
    def of(cls, comparison: Comparison, year_of_gains: int | None = None, stands_for: float = 1.0) -> Tables:
        """The tables of one comparison.

        Args:
            year_of_gains: in which it is shown who gains; that of the finding where None is given.
            stands_for: how many times these records the whole population has, which makes the words of the finding.
        """
        touched, steps = int(comparison.touched.sum()), comparison.steps()
        if year_of_gains is None:
            effect = stands_for * np.sum(list(steps.values()), axis=0) / _MILLION
            year_of_gains = comparison.years[place_of_most(effect.tolist())]
        return cls(
            steps=steps,
            static_accrued=comparison.static_accrued,
            without_response=comparison.without_response(),
            spending=comparison.spending(),
            by_head=comparison.by_head() if touched else {},
            claimants=comparison.claimants() if touched else 0.0,
            training=comparison.training() if touched else {},
            relief_cost=comparison.relief_cost() if touched else 0.0,
            relief_granted=comparison.relief_granted() if touched else {},
            trainees=comparison.trainees() if touched else {},
            claims=comparison.claims() if touched else 0.0,
            flows=comparison.flows,
            responding=comparison.responding() if touched else 0.0,
            touched=touched,
            gains=(Gains.of(comparison, year_of_gains),),
            year_of_gains=year_of_gains,
            invalid_claims=comparison.invalid_claims(),
            invested=comparison.others.invested,
        )

    def __add__(self, other: Tables) -> Tables:
        together = {one.name: _added(getattr(self, one.name), getattr(other, one.name)) for one in fields(Tables)}
        return Tables(**together | {"year_of_gains": self.year_of_gains})

    @property
    def accrued(self) -> tuple[np.ndarray, np.ndarray]:
        """The static and the post-behavioural effect as they accrue, whatever the basis of the steps (£)."""
        return self.static_accrued, self.flows.accrued.sum(axis=0)

    @property
    def share_at_maximum(self) -> float:
        """Share of responding companies whose response the maximum cuts off."""
        everyone, cut_off = np.broadcast_to(self.responding, 2)
        return float(cut_off / everyone) if everyone else 0.0


def _added(one: Any, other: Any) -> Any:
    """The sum of two amounts, or of what two tables have under each name."""
    if not isinstance(one, Mapping):
        return one + other
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    return {name: amount + shorter.get(name, 0.0) for name, amount in longer.items()}
