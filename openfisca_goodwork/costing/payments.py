"""A comparison of two laws by how it is paid: each step's flows, and those of all companies where no relief is claimed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from operator import attrgetter
from typing import Any

import numpy as np

from openfisca_goodwork.costing.cash import Flows, Ledger
from openfisca_goodwork.costing.runs import Outcome
from openfisca_goodwork.costing.ticks import side_by_side
from openfisca_goodwork.costing.world import World

ByLabel = Mapping[int, np.ndarray]
Run = tuple[Any, Outcome]


@dataclass(frozen=True, eq=False)
class Payments:
    """What the two worlds of a comparison pay, and when.

    Attributes:
        worlds: what the baseline and the reformed law make of the companies that a relief touches.
        weights: how many companies each record of theirs stands for.
        years: financial years wanted. first_day: of the reform.
    """

    worlds: tuple[World, World]
    weights: np.ndarray
    years: tuple[int, ...]
    first_day: date

    @cached_property
    def _ledger(self) -> Ledger:
        return Ledger(self.worlds[0].base, self.weights, self.years, self.first_day)

    def in_step(self, name: str) -> Flows:
        """The flows in a step of the worlds, the reform's less the baseline's."""
        before, after = (self._ledger.of(world.law, attrgetter(name)(world)) for world in self.worlds)
        return after - before

    def prepare(self, *names: str) -> None:
        """Work out some steps of the reformed law at once, for what is asked for later."""
        world = self.worlds[1]
        outcomes = dict.fromkeys(attrgetter(name)(world) for name in names)
        side_by_side(*(partial(self._ledger.of, world.law, one) for one in outcomes))

    def of_entitlement(self) -> Flows:
        """The relief without limits at the main rate, due as each company's tax is without it."""
        before, after = (self._ledger.as_tax(world.law, world.unrelieved, world.entitlement) for world in self.worlds)
        return after - before

    def of_share(self, world: World, share: ByLabel) -> Flows:
        """What a share of each company's static relief moves, by label."""
        static, unrelieved = (self._ledger.shared(world.law, one, share) for one in (world.static, world.unrelieved))
        return static - unrelieved


def of_all(ledger: Ledger, before: Run, after: Run) -> Flows:
    """The flows of one run of a law over all companies less those of another."""
    if before[1] is after[1]:
        return Flows.none(len(ledger.years))
    one, other = side_by_side(lambda: ledger.of(*before), lambda: ledger.of(*after))
    return other - one
