"""The interval of a costing: records taken while it runs, then the law on them for each assumption, then the draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from openfisca_goodwork import system
from openfisca_goodwork.costing.behaviour import Behaviour
from openfisca_goodwork.costing.comparison import Comparison
from openfisca_goodwork.costing.people import People
from openfisca_goodwork.costing.two_laws import INCLUDES_LEVY, TwoLaws
from openfisca_goodwork.costing.uncertainty.assumptions import (
    LEVY_IN_SURVEY,
    ROOT,
    Varied,
    assumptions_varied,
    constant,
    drawn,
    interval,
)
from openfisca_goodwork.costing.uncertainty.copies import Copies, Point
from openfisca_goodwork.costing.uncertainty.result import Sensitivity, Uncertainty
from openfisca_goodwork.costing.uncertainty.sample import Sample
from openfisca_goodwork.costing.uncertainty.surface import Surface

_FEW, _MANY = "records", "records_where_uneven"
_SHARED = {f"{ROOT}.{name}" for name in (_FEW, _MANY, "level", "seed", "last_known_year")}
_ANYBODY = np.zeros(1, dtype=np.int64)
_MILLION = 1e6
# Of the central effect: below it, an assumption is said to change nothing.
_NOTHING = 1e-9


@dataclass(eq=False)
class Estimate:
    """What an interval is read from.

    Attributes:
        laws: the two laws of the costing. people: its population, whole. assumed: behaviour.
    """

    laws: TwoLaws
    people: People
    assumed: Behaviour
    _samples: dict[str, list[Sample]] = field(default_factory=lambda: {_FEW: [], _MANY: []})
    _passed: int = 0

    def take(self, comparison: Comparison) -> None:
        """Take records of a comparison, which may be of a part of the population; the parts come in their order."""
        if self.draws:
            share = comparison.people.records / self.people.records
            counts = [max(share * self._constant(name), 1) for name in self._samples]
            for samples, one in zip(self._samples.values(), Sample.of(comparison, counts, self._passed), strict=True):
                samples.append(one)
        self._passed += comparison.people.records

    @cached_property
    def draws(self) -> int:
        """How many draws there are; no interval where 0."""
        return int(self._constant("draws")) if self.laws.request.draws is None else self.laws.request.draws

    @property
    def _law(self) -> Any:
        return self.laws.after

    @property
    def _on(self) -> date:
        return self.laws.day_of_assumptions

    def _constant(self, name: str) -> float:
        return constant(self._law, name, self._on)

    @cached_property
    def _known(self) -> tuple[Varied, ...]:
        found = assumptions_varied(self._law, self.assumed, self._on, self.laws.measures)
        return tuple(one for one in found if one.name != LEVY_IN_SURVEY or self._levy_matters)

    @cached_property
    def varied(self) -> tuple[Varied, ...]:
        """The assumptions that are moved: those with any room."""
        return tuple(one for one in self._known if one.ends)

    @property
    def ends_of_behaviour(self) -> set[str]:
        """Parameters of behaviour that say how far it may be from the central case, by path; none without draws."""
        moved = {one.moves for one in self._known} if self.draws else set()
        ends = {f"{path}.{end}" for path in moved for end in ("low", "high")}
        return {path for path in system.leaf_parameters(self._law) if path in ends or path.rpartition(".")[0] in ends}

    @property
    def parameters(self) -> set[str]:
        """Parameters below ``assumptions.uncertainty`` that the interval is read from, by path; no ratings among them."""
        how_many = set() if self.laws.request.draws is not None else {f"{ROOT}.draws"}
        if not self.draws:
            return how_many
        varied = tuple(f"{ROOT}.{one.name}." for one in self._known)
        return how_many | {path for path in system.leaf_parameters(self._law) if path in _SHARED or path.startswith(varied)}

    @cached_property
    def _levy_matters(self) -> bool:
        return self.laws.survey_includes_levy is not None and self._otherwise_levy_funded(_ANYBODY) is not None

    def run(self, copies: Sequence[tuple[Sample, Point]]) -> np.ndarray:
        """The effect of copies of samples, each with its own assumptions: copies × financial years (£).

        What companies do about other changes than a relief for training is not in it: steps of the costing are in
        proportion to that.
        """
        before, after = self.laws.both
        return Copies(
            copies,
            {one.name: one for one in self.varied},
            before,
            after,
            has_other_changes=bool(self.laws.other_changes),
            assumed=self.assumed,
            on=self._on,
            last_known_year=int(self._constant("last_known_year")),
            years=self.laws.years,
        ).effects

    def joined(self) -> tuple[Sample, Sample]:
        """The records taken: those that do for what moves all companies much alike, and more for the rest."""
        few, many = (Sample.joined(self._samples[name]) for name in (_FEW, _MANY))
        return (
            replace(few, levy_funded=self._levy_funded(few)),
            replace(many, levy_funded=self._levy_funded(many)),
        )

    def _levy_funded(self, sample: Sample) -> Mapping[int, np.ndarray] | None:
        """What the levy pays for under the other reading of the survey, by label; None where it does not matter."""
        return self._otherwise_levy_funded(sample.records) if self._levy_matters else None

    def _otherwise_levy_funded(self, records: np.ndarray) -> Mapping[int, np.ndarray] | None:
        law = self.laws.before
        dated = system.dated_values(system.leaf_parameters(law)[INCLUDES_LEVY])
        other = [system.DatedValue(one.date, not self.laws.survey_includes_levy, one.metadata) for one in dated]
        return self.people.levy_funded(system.with_values(law, {INCLUDES_LEVY: other}), records)

    def uncertainty(self, steps: Mapping[str, np.ndarray]) -> Uncertainty | None:
        """The interval around the central effect, which the steps add up to (£ by financial year); None without draws.

        What an assumption does is read from what accrues; on a cash basis it moves each year's cash in the same proportion.

        Where nothing can move, or no company is touched, it is the central effect.
        """
        if not self.draws:
            return None
        seed, level = int(self._constant("seed")), self._constant("level")
        central, samples = np.sum(list(steps.values()), axis=0), self.joined()
        if not (self.varied and all(sample.size for sample in samples)):
            whole = float(central.sum()) / _MILLION
            return Uncertainty(level, self.draws, seed, _millions(central), _millions(central), (whole, whole), ())
        surface = Surface.of(self.varied, self.run, samples, steps)
        effects = surface.at(drawn(self.varied, self.draws, seed))
        low, high = interval(effects, level)
        total = interval(effects.sum(axis=1, keepdims=True), level)
        moved = {one.name: self._sensitivity(surface, one) for one in self.varied}
        nothing = _NOTHING * np.abs(central).sum() / _MILLION
        matter = sorted((one for one in moved.values() if one.swing > nothing), key=lambda one: -one.swing)
        idle = tuple(one.label for one in moved.values() if one.swing <= nothing)
        ends = (float(total[0][0]) / _MILLION, float(total[1][0]) / _MILLION)
        return Uncertainty(level, self.draws, seed, _millions(low), _millions(high), ends, tuple(matter), idle)

    def _sensitivity(self, surface: Surface, one: Varied) -> Sensitivity:
        path = one.moves if one.moves.startswith("assumptions.") else f"{ROOT}.{one.name}"
        low, high = (_millions(surface.alone(one, end)) for end in (one.low, one.high))
        values = one.low, one.central, one.high
        words = one.in_words(one.low), one.in_words(one.central), one.in_words(one.high)
        return Sensitivity(path, one.label, *values, words, low, high)


def _millions(amounts: np.ndarray) -> tuple[float, ...]:
    return tuple((amounts / _MILLION).tolist())
