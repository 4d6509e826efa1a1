"""One law over the companies it touches, in the steps from no relief at all to everything companies do about it.

A scenario belongs to a law: who claims, how long the relief has been there, what its price is and in which accounting
periods. A costing is the difference of two of these worlds, so that the cost of A over B is the cost of A less that of B.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any

import numpy as np

from openfisca_goodwork.costing.assumptions import Behaviour
from openfisca_goodwork.costing.lifted import as_ordinary_relief, without_limits
from openfisca_goodwork.costing.response import Scenario, after_tax_price, induced_share
from openfisca_goodwork.costing.retiming import brought_forward
from openfisca_goodwork.costing.runs import BALANCE, BY_HEAD, CREDIT, DEDUCTION, EXCHEQUER, TAXED_CREDIT, Base, Outcome
from openfisca_goodwork.costing.ticks import side_by_side
from openfisca_goodwork.law.human_investment import has_rolling_baseline, relief_begins
from openfisca_goodwork.law.periods import AccountingPeriod, full_years_between, history
from openfisca_goodwork.law.periods.history import value_over

_MAIN_RATE = "corporation_tax.main_rate"

ByLabel = Mapping[int, np.ndarray]


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
        """Qualifying training on which the law gives any relief, by label (£ per record)."""
        has_any = self.entitled.is_relieved
        return {label: amount * has_any[label] for label, amount in self.entitled.qualifying.items()}

    @cached_property
    def has_relief(self) -> bool:
        """Whether any of the companies has any relief in any of the periods."""
        return self.begins is not None and any(has_any.any() for has_any in self.entitled.is_relieved.values())

    @cached_property
    def claims(self) -> dict[int, np.ndarray]:
        """Who claims, by label: the same draw throughout, so that a company that has begun to claim goes on."""
        return {label: self.draw < periods.each(self._take_up) for label, periods in self.base.periods.items()}

    def _take_up(self, period: AccountingPeriod) -> float:
        return 0.0 if self.begins is None else self.assumed.take_up(full_years_between(self.begins, period.end))

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

    @property
    def _outputs(self) -> tuple[str, ...]:
        """What a step has to say: how what it moves is paid."""
        return EXCHEQUER

    def _run(self, also: Iterable[str] = (), **response: Any) -> Outcome:
        scenario = Scenario(self.entitled.counted, self.claims, self.acts, **response)
        return self.base.run_for((*self._outputs, *also), self.law, scenario.edit)

    def prepare(self) -> None:
        """Work out at once the steps that do not wait for one another, for what is asked for later."""
        if not self.has_relief:
            return
        side_by_side(lambda: self.static, lambda: self.relabelled)
        if self.induced_share.any():
            side_by_side(lambda: self.induced, lambda: self.displaced)

    @cached_property
    def static(self) -> Outcome:
        """Those who claim, claiming; nobody changes anything else."""
        return self._run(also=BY_HEAD.values()) if self.has_relief else self.unrelieved

    @cached_property
    def relabelled(self) -> Outcome:
        """Other spending, deducted already, is called training."""
        share = self.assumed["relabelling"]
        return self._run(more=share) if self.has_relief and np.any(share) else self.static

    @cached_property
    def _retiming(self) -> dict[str, Any]:
        """What training is brought forward in front of an end; nothing where no end is in sight."""
        share = self.assumed["retiming"]
        if not (self.has_relief and np.any(share)):
            return {}
        acting = {label: amount * self.acts[label] for label, amount in self.entitled.counted.items()}
        earlier, moved = brought_forward(self.law, self.base.periods, acting, share)
        return {"earlier": earlier, "moved": moved}

    @property
    def is_retimed(self) -> bool:
        """Whether any training is brought forward in front of an end."""
        return bool(self._retiming)

    @cached_property
    def retimed(self) -> Outcome:
        """Training of the year after an end is brought forward in front of it."""
        if not self._retiming:
            return self.relabelled
        return self._run(more=self.assumed["relabelling"], **self._retiming)

    @cached_property
    def induced(self) -> Outcome:
        """The relief on the training it induces."""
        if not self.induced_share.any():
            return self.retimed
        return self._run(more=self.assumed["relabelling"] + self.induced_share, **self._retiming)

    @cached_property
    def displaced(self) -> Outcome:
        """Induced training displaces profit, and so takes its ordinary 100% deduction as well."""
        lost = self.assumed["displacement"] * self.induced_share
        if not lost.any():
            return self.induced
        more = self.assumed["relabelling"] + self.induced_share
        return self._run(more=more, displaced=lost, **self._retiming)

    @cached_property
    def induced_share(self) -> np.ndarray:
        """Extra training as a share of the planned in the periods of the relief, each company by its own price."""
        elasticity = self.assumed["elasticity"]
        if not (self.has_relief and np.any(elasticity)):
            return np.zeros(self.draw.size)
        return induced_share(*self.prices, elasticity, self.assumed["maximum_response"])

    @cached_property
    def extra_training(self) -> dict[int, np.ndarray]:
        """Induced training that counts, by label (£ per record)."""
        return {label: amount * self.acts[label] * self.induced_share for label, amount in self.entitled.counted.items()}

    @cached_property
    def prices(self) -> tuple[np.ndarray, np.ndarray]:
        """After-tax price of one more £1 of training without the relief and to one who claims it, per record."""
        counted, acts = self.entitled.counted, self._nudged
        without, with_relief = (Scenario.nudge(counted, acts, claiming=claiming) for claiming in (False, True))
        more_without, more_with = side_by_side(
            *(partial(self.base.run_for, BALANCE, self.law, one.edit) for one in (without, with_relief))
        )
        rate = self.assumed["discount_rate"]
        return (
            after_tax_price(self.unrelieved, more_without, without, rate),
            after_tax_price(self.entitled, more_with, with_relief, rate),
        )

    @cached_property
    def _nudged(self) -> dict[int, np.ndarray]:
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
