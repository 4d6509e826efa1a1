"""The law over copies of the same records, each with assumptions of its own, in one run.

Companies do not depend on one another, so a record with other assumptions is one company more. The law is that of the
costing, whole; only the inputs, the draw for take-up and the behaviour differ from copy to copy. What the law entitles
companies to, and their prices, is worked out once for all copies with the same inputs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from operator import attrgetter
from typing import Any

import numpy as np

from openfisca_goodwork.costing.accruals import accrued_shares, accruing
from openfisca_goodwork.costing.assumptions import Behaviour, behaviour_of
from openfisca_goodwork.costing.in_the_end import in_the_end
from openfisca_goodwork.costing.request import CENTRAL
from openfisca_goodwork.costing.runs import BALANCE, CLAIMS, PLANT, Base, Outcome, goes_by_plant_alone
from openfisca_goodwork.costing.ticks import side_by_side
from openfisca_goodwork.costing.uncertainty.assumptions import TAKE_UP, Varied
from openfisca_goodwork.costing.uncertainty.inputs import MOVES, Period, move
from openfisca_goodwork.costing.uncertainty.sample import Sample, joined
from openfisca_goodwork.costing.world import World
from openfisca_goodwork.law.human_investment import relief_begins

Point = Mapping[str, float]
"""Values of assumptions by name; those left out are central."""
Moved = tuple[tuple[str, float], ...]
"""Assumptions that move the inputs, with their values."""

_YEARS_OF_TAKE_UP = range(4)


@dataclass(frozen=True)
class VariedBehaviour(Behaviour):
    """Behaviour that differs from record to record.

    Attributes:
        by_record: assumptions that do, by their short names (one value per record of all copies).
    """

    by_record: Mapping[str, np.ndarray]

    def __getitem__(self, name: str) -> Any:
        """An assumption by its short name: a number, or one value per record."""
        return self.by_record[name] if name in self.by_record else super().__getitem__(name)


@dataclass(frozen=True, eq=False)
class PricedWorld(World):
    """A world whose companies' prices are known already.

    Attributes:
        known: see ``World.prices``.
    """

    known: tuple[np.ndarray, np.ndarray]

    @property
    def _outputs(self) -> tuple[str, ...]:
        """What a step has to say: an interval asks for no more than the balance."""
        return BALANCE

    @property
    def prices(self) -> tuple[np.ndarray, np.ndarray]:
        """After-tax price of one more £1 of training without the relief and to one who claims it, per record."""
        return self.known


@dataclass(frozen=True, eq=False)
class Copies:
    """Copies of samples, one for each point.

    Attributes:
        copies: records, and their assumptions. varied: what may differ, by name.
        before, after: the two laws. has_other_changes: whether they differ in anything but the relief.
        assumed: behaviour in the central case. on: the day of assumptions. last_known_year: see ``Period``.
        years: financial years wanted.
    """

    copies: Sequence[tuple[Sample, Point]]
    varied: Mapping[str, Varied]
    before: Any
    after: Any
    has_other_changes: bool
    assumed: Behaviour
    on: date
    last_known_year: int
    years: tuple[int, ...]
    _known: dict[Outcome, Outcome] = field(default_factory=dict)

    @cached_property
    def points(self) -> list[Point]:
        """The assumptions of each copy."""
        return [point for _, point in self.copies]

    @cached_property
    def _inputs_of(self) -> list[tuple[Sample, Moved]]:
        """Each copy's records, and what its point says of their inputs."""
        return [(sample, tuple((name, point[name]) for name in MOVES if name in point)) for sample, point in self.copies]

    @cached_property
    def _given(self) -> dict[tuple[Sample, Moved], slice]:
        """The different inputs among them, and their places in one run."""
        distinct = dict.fromkeys(self._inputs_of)
        ends = np.cumsum([0, *(sample.size for sample, _ in distinct)]).tolist()
        return dict(zip(distinct, map(slice, ends, ends[1:]), strict=True))

    @property
    def _records(self) -> int:
        """How many records the different inputs have."""
        return sum(sample.size for sample, _ in self._given)

    @cached_property
    def _places(self) -> np.ndarray:
        """For each record of all copies, its place among those of the different inputs."""
        return np.concatenate(
            [np.arange(place.start, place.stop) for place in map(self._given.__getitem__, self._inputs_of)]
        )

    @cached_property
    def _base(self) -> Base:
        sample, _ = self.copies[0]
        standing = {label: joined(one.base.standing[label] for one, _ in self._given) for label in sample.base.standing}
        return Base({label: self._inputs(label) for label in sample.base.inputs}, sample.base.start, standing)

    def _inputs(self, label: int) -> dict[str, np.ndarray]:
        """The different inputs, one after the other, each moved as it says."""
        given = joined(sample.base.inputs[label] for sample, _ in self._given)
        for (sample, moves), place in self._given.items():
            other = None if sample.levy_funded is None else sample.levy_funded[label]
            period = Period(max(label - self.last_known_year, 0), label >= sample.base.start, other)
            here = {name: array[place] for name, array in given.items()}
            for name, value in moves:
                move(name, value, self.varied[name].central, here, period)
        return given

    @cached_property
    def _sizes(self) -> list[int]:
        """How many records each copy has."""
        return [sample.size for sample, _ in self.copies]

    def _each(self, name: str) -> np.ndarray:
        """An assumption of every copy (one value per point)."""
        return np.array([point.get(name, self.varied[name].central) for point in self.points], dtype=np.float64)

    @cached_property
    def _assumed(self) -> VariedBehaviour:
        moved = [one for one in self.varied.values() if one.behaviour and any(one.name in point for point in self.points)]
        by_record = {one.behaviour: np.repeat(self._each(one.name), self._sizes) for one in moved}
        return VariedBehaviour(self.assumed.level, self.assumed.values, by_record)

    @cached_property
    def _draw(self) -> np.ndarray:
        """Draws for take-up, stretched so that as many are below the central take-up as each copy's take-up says."""
        if not any(TAKE_UP in point for point in self.points):
            return np.concatenate([sample.draw for sample, _ in self.copies])
        levels = [self._take_up(level) for level in ("low", CENTRAL, "high")]
        found = []
        for (sample, _), value in zip(self.copies, self._each(TAKE_UP), strict=True):
            own = [np.interp(value, (-1, 0, 1), amounts) for amounts in zip(*levels, strict=True)]
            found.append(np.interp(sample.draw, [0, *own, 1], [0, *levels[1], 1]))
        return np.concatenate(found)

    def _take_up(self, level: str) -> list[float]:
        behaviour = behaviour_of(self.after, level, self.on) if level != CENTRAL else self.assumed
        return [behaviour.take_up(year) for year in _YEARS_OF_TAKE_UP]

    @cached_property
    def effects(self) -> np.ndarray:
        """Post-behavioural effect of each copy on the Exchequer: copies × financial years (£; minus is a cost)."""
        before, after = self._worlds()
        loss = self._assumed["compliance_loss"]
        weight = np.concatenate([sample.weight for sample, _ in self.copies])
        starts = np.cumsum([0, *self._sizes[:-1]])
        total = np.zeros((len(self.copies), len(self.years)))
        for label in before.unrelieved.balance:
            in_step = partial(_between, before, after, label)
            moved = in_step("unrelieved") + in_the_end(in_step, loss, is_retimed=before.is_retimed or after.is_retimed)
            accrued = (weight * moved)[:, None] * self._shares(label)
            total += np.add.reduceat(accrued, starts, axis=0)
        return total

    def _worlds(self) -> tuple[World, World]:
        """What each law makes of the copies."""
        plain, reformed = side_by_side(lambda: self._unrelieved(self.before), lambda: self._base.run(self.after, also=PLANT))
        entitled = plain if relief_begins(self.before) is None else self._base.run(self.before)
        relieved = relief_begins(self.after) is not None
        without = plain if not self.has_other_changes else self._unrelieved(self.after) if relieved else reformed
        base = self._base
        if not self.has_other_changes and goes_by_plant_alone(self.after):
            base = base.with_plant_of(reformed)
        bases = base, base.only(self._places)
        return self._world(self.before, bases, entitled, plain), self._world(self.after, bases, reformed, without)

    def _unrelieved(self, law: Any) -> Outcome:
        """A law with nobody claiming a relief."""
        if relief_begins(law) is None:
            return self._base.run(law)
        nobody = np.zeros(self._records, dtype=bool)
        return self._base.run(law, lambda _label, given: given | {CLAIMS: nobody})

    def _world(self, law: Any, bases: tuple[Base, Base], entitled: Outcome, unrelieved: Outcome) -> World:
        """A law's world of the copies, with prices of companies as they are given; behaviour moves no price.

        Args:
            bases: companies with the different inputs, and those of all copies.
        """
        base, copied = bases
        given = World(law, base, entitled, unrelieved, self.assumed, np.zeros(self._records))
        prices = given.prices if given.has_relief and np.any(self._assumed["elasticity"]) else (np.ones(1), np.ones(1))
        without, having = (np.broadcast_to(one, given.draw.shape)[self._places] for one in prices)
        whole, none = (self._of_copies(one) for one in (entitled, unrelieved))
        return PricedWorld(law, copied, whole, none, self._assumed, self._draw, (without, having))

    def _of_copies(self, outcome: Outcome) -> Outcome:
        """What a run over the different inputs gave, for all copies; worked out once, where two worlds share it."""
        if outcome not in self._known:
            self._known[outcome] = outcome.only(self._places)
        return self._known[outcome]

    def _shares(self, label: int) -> np.ndarray:
        """Share of each record's period of a label in each financial year: records of all copies × financial years."""
        index, distinct = accruing(self._base, label)
        table = np.zeros((len(distinct), len(self.years)))
        for row, one in zip(table, distinct, strict=True):
            found = accrued_shares(self.after, one)
            row[:] = [found.get(year, 0.0) for year in self.years]
        return table[index[self._places]]


def _between(before: World, after: World, label: int, step: str) -> np.ndarray:
    """What the Exchequer has in a step of the one world more than in that of the other (£ per record)."""
    one, other = (attrgetter(step)(world).balance[label] for world in (before, after))
    return np.asarray(other - one)
