"""The interval of a costing: records taken while it runs, then the law on them again, once for each draw."""

from __future__ import annotations

from collections.abc import Mapping
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
from openfisca_goodwork.costing.uncertainty.result import Sensitivity, Uncertainty
from openfisca_goodwork.costing.uncertainty.sample import Sample
from openfisca_goodwork.costing.uncertainty.stacked import Stacked, Values

_SHARED = {f"{ROOT}.{name}" for name in ("records", "level", "seed", "last_known_year")}
_ANYBODY = np.zeros(1, dtype=np.int64)
_MILLION = 1e6
# Records of all draws that run together: some hundred arrays of each are held for every accounting period.
_ROWS_AT_ONCE = 80_000
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
    _samples: list[Sample] = field(default_factory=list)
    _passed: int = 0

    def take(self, comparison: Comparison) -> None:
        """Take records of a comparison, which may be of a part of the population; the parts come in their order."""
        if self.draws:
            share = comparison.people.records / self.people.records
            self._samples.append(Sample.of(comparison, max(share * self._constant("records"), 1), self._passed))
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

    def run(self, sample: Sample, values: Values) -> np.ndarray:
        """The effect of a sample in each draw, the law run again: draws × financial years (£).

        What companies do about other changes than a relief for training is not in it: steps of the costing are in
        proportion to that.

        Args:
            values: of assumptions, one per draw each; others are central.
        """
        at_once = max(_ROWS_AT_ONCE // max(sample.size, 1), 1)
        draws = len(next(iter(values.values())))
        parts = (slice(start, start + at_once) for start in range(0, draws, at_once))
        return np.concatenate([self._run(sample, {name: one[part] for name, one in values.items()}) for part in parts])

    def _run(self, sample: Sample, values: Values) -> np.ndarray:
        return Stacked(
            sample,
            values,
            {one.name: one for one in self.varied},
            *self.laws.both,
            has_other_changes=bool(self.laws.other_changes),
            assumed=self.assumed,
            on=self._on,
            last_known_year=int(self._constant("last_known_year")),
            years=self.laws.years,
        ).effects

    def sample(self) -> Sample:
        """The records taken."""
        taken = Sample.joined(self._samples)
        return replace(taken, levy_funded=self._levy_funded(taken))

    def effects(self, values: Values, steps: Mapping[str, np.ndarray]) -> np.ndarray:
        """The effect of all companies in each draw: draws × financial years (£).

        The sample says in what proportion a draw moves the effect of each year; where the sample's effect of a year has
        another sign than the costing's, by how much. A response that a step of the costing is in proportion to goes with
        its assumption, and with the effect that it responds to.

        Args:
            values: of assumptions, one per draw each; others are central. steps: of the costing, which add up to its
                effect (£ by financial year).
        """
        found = self.run(self.sample(), {name: np.append(self._central(name), drawn) for name, drawn in values.items()})
        own, moved = found[0], found[1:]
        responses = {one: steps[one.step] for one in self.varied if one.step}
        plain = np.sum(list(steps.values()), axis=0) - sum(responses.values())
        is_alike = own * plain > 0
        growth = np.where(is_alike, moved / np.where(is_alike, own, 1), 1)
        effects = np.where(is_alike, plain * growth, plain + moved - own)
        for one, step in responses.items():
            share = values[one.name] / one.central if one.name in values else np.ones(len(moved))
            effects = effects + step * share[:, None] * np.where(growth > 0, growth, 1)
        return np.asarray(effects)

    def _central(self, name: str) -> float:
        return next(one.central for one in self.varied if one.name == name)

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

        Where nothing can move, or no company is affected, it is the central effect.
        """
        if not self.draws:
            return None
        seed, level = int(self._constant("seed")), self._constant("level")
        central = np.sum(list(steps.values()), axis=0)
        if not (self.varied and self.sample().size):
            whole = float(central.sum()) / _MILLION
            return Uncertainty(level, self.draws, seed, _millions(central), _millions(central), (whole, whole), ())
        alone = [(one, end) for one in self.varied for end in (one.low, one.high)]
        ends = {one.name: np.array([end if other is one else one.central for other, end in alone]) for one in self.varied}
        values = drawn(self.varied, self.draws, seed)
        found = self.effects({name: np.append(values[name], ends[name]) for name in values}, steps)
        effects, at_ends = found[: self.draws], found[self.draws :] - central
        low, high = interval(effects, level)
        total = interval(effects.sum(axis=1, keepdims=True), level)
        of_each = at_ends.reshape(len(self.varied), -1, central.size)
        moved = [_sensitivity(one, *low_and_high) for one, low_and_high in zip(self.varied, of_each, strict=True)]
        nothing = _NOTHING * np.abs(central).sum() / _MILLION
        matter = sorted((one for one in moved if one.swing > nothing), key=lambda one: -one.swing)
        idle = tuple(one.label for one in moved if one.swing <= nothing)
        whole_ends = (float(total[0][0]) / _MILLION, float(total[1][0]) / _MILLION)
        return Uncertainty(level, self.draws, seed, _millions(low), _millions(high), whole_ends, tuple(matter), idle)


def _sensitivity(one: Varied, at_low: np.ndarray, at_high: np.ndarray) -> Sensitivity:
    """One assumption at its ends: by how much the effect moves (£ by financial year)."""
    path = one.moves if one.moves.startswith("assumptions.") else f"{ROOT}.{one.name}"
    words = one.in_words(one.low), one.in_words(one.central), one.in_words(one.high)
    return Sensitivity(path, one.label, one.low, one.central, one.high, words, _millions(at_low), _millions(at_high))


def _millions(amounts: np.ndarray) -> tuple[float, ...]:
    return tuple((amounts / _MILLION).tolist())
