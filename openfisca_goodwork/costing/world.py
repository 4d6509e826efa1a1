"""One law over the companies it touches, in the steps from no relief at all to everything companies do about it.

A scenario belongs to a law: who claims, how long the relief has been there, what its price is and in which accounting
periods. A costing is the difference of two of these worlds, so that the cost of A over B is the cost of A less that of B.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from openfisca_goodwork.costing.assumptions import Behaviour
from openfisca_goodwork.costing.response import Scenario, after_tax_price, induced_share
from openfisca_goodwork.costing.runs import Base, Outcome
from openfisca_goodwork.law.human_investment import HEADS, RATES, inclusion_path
from openfisca_goodwork.periods import AccountingPeriod, full_years_between, history
from openfisca_goodwork.periods.history import value_over

_MAIN_RATE = "corporation_tax.main_rate"
_WORKERS = 2

ByLabel = Mapping[int, np.ndarray]


def relief_begins(law: Any) -> date | None:
    """The first day on which a law gives any extra deduction for training; None where it never does."""
    rates, heads = ([history(law, path) for path in paths] for paths in (RATES, map(inclusion_path, HEADS)))
    days = sorted({one.start for parameter in (*rates, *heads) for one in parameter.values})
    days = [day for day in days if day >= max(parameter.values[0].start for parameter in (*rates, *heads))]
    return next((day for day in days if all(any(one.on(day) > 0 for one in some) for some in (rates, heads))), None)


@dataclass(frozen=True, eq=False)
class World:
    """What one law makes of some companies, step by step; each step is a full run of the law.

    Attributes:
        law: the law. base: the companies.
        entitled: the law with everyone claiming.
        unrelieved: the law with nobody claiming the relief.
        assumed: behaviour. draw: uniform per record, for take-up.
    """

    law: Any
    base: Base
    entitled: Outcome
    unrelieved: Outcome
    assumed: Behaviour
    draw: np.ndarray

    @cached_property
    def begins(self) -> date | None:
        """The first day of the relief."""
        return relief_begins(self.law)

    @cached_property
    def relieved(self) -> dict[int, np.ndarray]:
        """Qualifying training on which the law gives an extra deduction, by label (£ per record)."""
        extra = self.entitled.deduction
        return {label: amount * (extra[label] > 0) for label, amount in self.entitled.qualifying.items()}

    @cached_property
    def has_relief(self) -> bool:
        """Whether any of the companies has any extra deduction in any of the periods."""
        return self.begins is not None and any(amount.any() for amount in self.relieved.values())

    @cached_property
    def claims(self) -> dict[int, np.ndarray]:
        """Who claims, by label: the same draw throughout, so that a company that has begun to claim goes on."""
        return {label: self.draw < periods.each(self._take_up) for label, periods in self.base.periods.items()}

    def _take_up(self, period: AccountingPeriod) -> float:
        return 0.0 if self.begins is None else self.assumed.take_up(full_years_between(self.begins, period.end))

    @cached_property
    def claimed(self) -> dict[int, np.ndarray]:
        """Qualifying training of those who claim, by label (£ per record)."""
        if not self.has_relief:
            return {label: np.zeros_like(amount) for label, amount in self.relieved.items()}
        return {label: amount * self.claims[label] for label, amount in self.relieved.items()}

    def _run(self, more: Any = 0.0, displaced: Any = 0.0) -> Outcome:
        return self.base.run(self.law, Scenario(self.relieved, self.claims, more, displaced).edit)

    @cached_property
    def static(self) -> Outcome:
        """Those who claim, claiming; nobody changes anything else."""
        return self._run() if self.has_relief else self.unrelieved

    @cached_property
    def relabelled(self) -> Outcome:
        """Other spending, deducted already, is called training."""
        share = self.assumed["relabelling"]
        return self._run(share) if self.has_relief and share else self.static

    @cached_property
    def induced(self) -> Outcome:
        """The relief on the training it induces."""
        if not self.induced_share.any():
            return self.relabelled
        return self._run(self.assumed["relabelling"] + self.induced_share)

    @cached_property
    def displaced(self) -> Outcome:
        """Induced training displaces profit, and so takes its ordinary 100% deduction as well."""
        lost = self.assumed["displacement"] * self.induced_share
        if not lost.any():
            return self.induced
        return self._run(self.assumed["relabelling"] + self.induced_share, lost)

    @cached_property
    def induced_share(self) -> np.ndarray:
        """Extra training as a share of the planned in the periods of the relief, each company by its own price."""
        elasticity = self.assumed["elasticity"]
        if not (self.has_relief and elasticity):
            return np.zeros(self.draw.size)
        return induced_share(*self.prices, elasticity, self.assumed["maximum_response"])

    @cached_property
    def prices(self) -> tuple[np.ndarray, np.ndarray]:
        """After-tax price of one more £1 of relieved training without the relief and to one who claims it, per record."""
        without, with_relief = (Scenario.nudge(self.relieved, claiming=claiming).edit for claiming in (False, True))
        more_without, more_with = side_by_side(
            lambda: self.base.run(self.law, without), lambda: self.base.run(self.law, with_relief)
        )
        rate = self.assumed["discount_rate"]
        return (
            after_tax_price(self.unrelieved, more_without, self.relieved, rate),
            after_tax_price(self.entitled, more_with, self.relieved, rate),
        )

    @cached_property
    def entitlement(self) -> dict[int, np.ndarray]:
        """The extra deduction of everyone entitled, at the main rate of their period (£ per record)."""
        rate = history(self.law, _MAIN_RATE)
        return {
            label: amount * self.base.periods[label].each(lambda one: value_over(rate, one))
            for label, amount in self.entitled.deduction.items()
        }

    @property
    def share_at_maximum(self) -> np.ndarray:
        """Which companies' responses the maximum cuts off (bool per record)."""
        return (self.induced_share > 0) & (self.induced_share >= self.assumed["maximum_response"])


def side_by_side(*runs: Callable[[], Any]) -> list[Any]:
    """Runs that do not depend on one another, on two processors: NumPy lets go of the interpreter while it computes."""
    with ThreadPoolExecutor(_WORKERS) as pool:
        return list(pool.map(lambda run: run(), runs))
