"""The records on which assumptions are moved: drawn so that each stands for about as much of the effect as any other.

Records go in the order of their draws for take-up, so that whatever part of the companies claims, the sample's part of
the effect is that of all companies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from openfisca_goodwork.costing.accruals import ByLabel
from openfisca_goodwork.costing.comparison import TAKE_UP_DRAW, Comparison
from openfisca_goodwork.costing.runs import PROFIT, Arrays, Base

# Records that the reform leaves as they are may matter under other assumptions: in proportion to what they train or earn.
_OF_THE_OTHERS = 0.15


@dataclass(frozen=True, eq=False)
class Sample:
    """Some records of a comparison, in the place of all.

    Attributes:
        base: the companies.
        weight: companies each record stands for, so that the sample stands for all. draw: uniform, for take-up.
        records: places of the records in the whole population.
        levy_funded: training the levy pays for under the other reading of the survey, by label, where it matters (£).
    """

    base: Base
    weight: np.ndarray
    draw: np.ndarray
    records: np.ndarray
    levy_funded: Mapping[int, np.ndarray] | None = None

    @classmethod
    def of(cls, comparison: Comparison, count: float, offset: int = 0) -> Sample:
        """A sample of about so many records; of all that matter where there are no more.

        Args:
            offset: records of the population before those of the comparison, which may be a part of it.
        """
        people, base = comparison.people, comparison.base
        draw, chance = people.uniform(TAKE_UP_DRAW), _inclusion(_measure(comparison), count)
        order = np.argsort(draw, kind="stable")
        passed = np.floor(chance[order].cumsum() + 0.5 + 1e-9)  # whole chances stay whole
        chosen = np.sort(order[np.diff(passed, prepend=0.0) > 0])
        weight = people.weight[chosen] / chance[chosen]
        return cls(base.only(chosen), weight, draw[chosen], offset + chosen)

    @classmethod
    def joined(cls, samples: Sequence[Sample]) -> Sample:
        """Samples of the parts of a population as one."""
        first = samples[0]
        if len(samples) == 1:
            return first
        inputs, standing = (
            {label: joined(of(one)[label] for one in samples) for label in of(first)}
            for of in (attrgetter("base.inputs"), attrgetter("base.baseline_status"))
        )
        weight, draw, records = (
            np.concatenate([getattr(one, name) for one in samples]) for name in ("weight", "draw", "records")
        )
        absent = {
            label: np.concatenate([one.base.absent.get(label, np.zeros(one.size, dtype=bool)) for one in samples])
            for label in {label for one in samples for label in one.base.absent}
        }
        return cls(Base(inputs, first.base.start, standing, absent), weight, draw, records)

    @property
    def size(self) -> int:
        """How many records there are."""
        return int(self.weight.size)


def joined(parts: Iterable[Arrays]) -> dict[str, np.ndarray]:
    """The records of some arrays, one after the other, by name."""
    listed = list(parts)
    return {name: np.concatenate([one[name] for one in listed]) for name in listed[0]}


def _measure(comparison: Comparison) -> np.ndarray:
    """What each record stands for (£ of tax moved, weighted), and a little for those that the reform leaves as they are."""
    moved = sum(
        _apart(one, other)
        for one, other in (
            (comparison.entitled.balance, comparison.unrelieved_after.balance),
            (comparison.current.balance, comparison.unrelieved_before.balance),
            (comparison.unrelieved_after.balance, comparison.unrelieved_before.balance),
        )
    )
    trained = sum(
        np.maximum(one, other)
        for one, other in zip(comparison.current.counted.values(), comparison.entitled.counted.values(), strict=True)
    )
    earned = sum(np.abs(comparison.base.inputs[label][PROFIT]) for label in comparison.current.balance)
    possible = trained if np.any(trained) else earned
    found = np.zeros(comparison.people.records)
    for measure, share in ((moved, 1.0), (possible, _OF_THE_OTHERS)):
        weighted = comparison.people.weight * measure
        found += share * weighted / (weighted.sum() or 1.0)
    return found


def _apart(one: ByLabel, other: ByLabel) -> np.ndarray:
    if one is other:
        return np.zeros(1)
    return np.sum([np.abs(amount - other[label]) for label, amount in one.items()], axis=0)


def _inclusion(measure: np.ndarray, count: float) -> np.ndarray:
    """Chance of each record: in proportion to its measure, 1 at most; they sum to the count, or to all that matter."""
    matters = measure > 0
    if matters.sum() <= count:
        return matters.astype(np.float64)
    certain = np.zeros(measure.size, dtype=bool)
    while True:
        scale = (count - certain.sum()) / measure[~certain].sum()
        more = ~certain & (measure * scale >= 1)
        if not more.any():
            return np.where(certain, 1.0, measure * scale)
        certain |= more
