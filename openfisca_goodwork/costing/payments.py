"""A comparison of two laws by how it is paid: flows at each level, and those of all companies where no relief is claimed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any

import numpy as np

from openfisca_goodwork.costing.cash import Flows, Ledger
from openfisca_goodwork.costing.runs import Outcome
from openfisca_goodwork.costing.scenarios import LawScenarios
from openfisca_goodwork.costing.ticks import side_by_side

ByLabel = Mapping[int, np.ndarray]
Run = tuple[Any, Outcome]


@dataclass(frozen=True, eq=False)
class Payments:
    """What companies pay under the two laws of a comparison, and when.

    Attributes:
        scenarios: what the baseline and the reformed law make of the companies that a relief touches.
        weights: how many companies each record of theirs stands for.
        years: financial years wanted. first_day: of the reform.
    """

    scenarios: tuple[LawScenarios, LawScenarios]
    weights: np.ndarray
    years: tuple[int, ...]
    first_day: date

    @cached_property
    def _ledger(self) -> Ledger:
        return Ledger(self.scenarios[0].base, self.weights, self.years, self.first_day)

    def at(self, level: str) -> Flows:
        """The flows at a level of the scenarios, the reform's less the baseline's."""
        before, after = (self._ledger.of(one.law, one.level(level)) for one in self.scenarios)
        return after - before

    def prepare(self, *levels: str) -> None:
        """Work out some levels of the reformed law at once, for what is asked for later."""
        reformed = self.scenarios[1]
        outcomes = dict.fromkeys(map(reformed.level, levels))
        side_by_side(*(partial(self._ledger.of, reformed.law, one) for one in outcomes))

    def of_entitlement(self) -> Flows:
        """The relief without limits at the main rate, due as each company's tax is without it."""
        before, after = (self._ledger.as_tax(one.law, one.unrelieved, one.entitlement) for one in self.scenarios)
        return after - before

    def of_share(self, scenarios: LawScenarios, share: ByLabel) -> Flows:
        """What a share of each company's static relief moves, by label."""
        levels = scenarios.static, scenarios.unrelieved
        static, unrelieved = (self._ledger.shared(scenarios.law, one, share) for one in levels)
        return static - unrelieved


def of_all(ledger: Ledger, before: Run, after: Run) -> Flows:
    """The flows of one run of a law over all companies less those of another."""
    if before[1] is after[1]:
        return Flows.none(len(ledger.years))
    one, other = side_by_side(lambda: ledger.of(*before), lambda: ledger.of(*after))
    return other - one
