"""The interval of a costing: records taken while it runs, then the law on them again, once for each draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork import policy, system
from openfisca_goodwork.costing.behaviour import Behaviour
from openfisca_goodwork.costing.comparison import Comparison
from openfisca_goodwork.costing.credibility import credibility_of
from openfisca_goodwork.costing.payments import millions
from openfisca_goodwork.costing.people import People
from openfisca_goodwork.costing.request import HIGH, LOW
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
from openfisca_goodwork.costing.uncertainty.result import Alternative, Sensitivity, Uncertainty
from openfisca_goodwork.costing.uncertainty.stacked import Sample, Stacked, Values

_SHARED = {f"{ROOT}.{name}" for name in ("records", "level", "seed", "last_known_year")}
_ANYBODY = np.zeros(1, dtype=np.int64)
_MILLION = 1e6
# Records of all draws that run together: some hundred arrays of each are held for every accounting period.
ROWS_AT_ONCE = 80_000
# Of the central effect: below it, an assumption is said to change nothing.
_NOTHING = 1e-9


class Drawn(NamedTuple):
    """What a sample comes to in each draw: its effect and the training induced, draws × financial years (£)."""

    effects: np.ndarray
    induced: np.ndarray


@dataclass(eq=False)
class Estimate:
    """What an interval is read from.

    Attributes:
        laws: the two laws of the costing. people: its population, whole. assumed: behaviour.
        elsewhere: works out several stretches of draws of a sample, as ``run_stretch`` does one; None for here.
    """

    laws: TwoLaws
    people: People
    assumed: Behaviour
    elsewhere: Callable[[Sample, Sequence[Values]], list[Drawn]] | None = None
    _samples: list[Sample] = field(default_factory=list)

    def sample_of(self, comparison: Comparison, passed: int, of: int) -> Sample | None:
        """Records of a comparison, which may be of a part of a population; None without draws.

        Args:
            passed: records of the population before those of the comparison. of: records of all of it.
        """
        share = comparison.people.records / of
        return Sample.of(comparison, max(share * self._constant("records"), 1), passed) if self.draws else None

    def take(self, sample: Sample | None) -> None:
        """Take the records of a part of the population; the parts come in their order."""
        self._samples += [] if sample is None else [sample]

    @cached_property
    def draws(self) -> int:
        """How many draws there are; no interval where 0."""
        return int(self._constant("draws")) if self.laws.request.draws is None else self.laws.request.draws

    @property
    def _law(self) -> TaxBenefitSystem:
        return self.laws.after

    @property
    def _on(self) -> date:
        return self.laws.day_of_assumptions

    def _constant(self, name: str) -> float:
        return constant(self._law, name, self._on)

    @cached_property
    def _known(self) -> tuple[Varied, ...]:
        request = self.laws.request
        reforms, baseline = (policy.load_all(given) if given else () for given in (request.reforms, request.baseline))
        error = credibility_of(reforms, tuple(request.settings), baseline).mean
        found = assumptions_varied(self._law, self.assumed, self._on, self.laws.measures, error)
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

    def run(self, sample: Sample, values: Values) -> Drawn:
        """A sample in each draw, the law run again.

        What companies do about other changes than a relief for training is not in its effects: steps of the costing are in
        proportion to that.

        Args:
            values: of assumptions, one per draw each; others are central.
        """
        at_once = max(ROWS_AT_ONCE // max(sample.size, 1), 1)
        draws = len(next(iter(values.values())))
        parts = (slice(start, start + at_once) for start in range(0, draws, at_once))
        stretches = [{name: one[part] for name, one in values.items()} for part in parts]
        if self.elsewhere is None or len(stretches) == 1:
            found = [self.run_stretch(sample, one) for one in stretches]
        else:
            found = self.elsewhere(sample, stretches)
        return Drawn(np.concatenate([one.effects for one in found]), np.concatenate([one.induced for one in found]))

    def run_stretch(self, sample: Sample, values: Values) -> Drawn:
        """A sample in some draws, which run together."""
        if sample.levy_funded is None and self._levy_matters:
            sample = replace(sample, levy_funded=self._otherwise_levy_funded(sample.records))
        varied = {one.name: one for one in self.varied}
        stacked = Stacked(sample, values, varied, self.laws, self.assumed, int(self._constant("last_known_year")))
        return Drawn(stacked.effects, stacked.induced)

    def sample(self) -> Sample:
        """The records taken."""
        return Sample.joined(self._samples)

    def effects(self, values: Values, steps: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The effect of all companies in each draw, that before factors on the whole, and the training induced.

        The sample says in what proportion a draw moves the effect of each year; where the sample's effect of a year has
        another sign than the costing's, by how much. A response that a step of the costing is in proportion to goes with
        its assumption, and with the effect that it responds to.

        Args:
            values: of assumptions, one per draw each; others are central. steps: of the costing, which add up to its
                effect (£ by financial year).

        Returns:
            Two effects, draws × financial years (£); training as a multiple of the central, one per draw.
        """
        central = {one.name: one.central for one in self.varied}
        found = self.run(self.sample(), {name: np.append(central[name], drawn) for name, drawn in values.items()})
        own, moved = found.effects[0], found.effects[1:]
        induced = found.induced.sum(axis=1)
        responses = {one: steps[one.step] for one in self.varied if one.step}
        plain = np.sum(list(steps.values()), axis=0) - sum(responses.values())
        is_alike = own * plain > 0
        growth = np.where(is_alike, moved / np.where(is_alike, own, 1), 1)
        effects = np.where(is_alike, plain * growth, plain + moved - own)
        for one, step in responses.items():
            share = values[one.name] / one.central if one.name in values else np.ones(len(moved))
            effects = effects + step * share[:, None] * np.where(growth > 0, growth, 1)
        on_result = [values[one.name][:, None] for one in self.varied if one.is_on_result and one.name in values]
        return effects * np.prod(on_result, axis=0), np.asarray(effects), induced[1:] / (induced[0] or 1.0)

    def _otherwise_levy_funded(self, records: np.ndarray) -> Mapping[int, np.ndarray] | None:
        """What the levy pays for under the other reading of the survey, by label; None where the companies are not of it."""
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
            return Uncertainty(level, self.draws, seed, millions(central), millions(central), (whole, whole), ())
        alone = [(one, end) for one in self.varied for end in (one.low, one.high)]
        ends = {one.name: np.array([end if other is one else one.central for other, end in alone]) for one in self.varied}
        drawn_values = drawn(self.varied, self.draws, seed)
        others = [one for one in self.varied if one.other is not None]
        cases = {
            one.name: [
                *(one.case(self._law, case) for case in (LOW, HIGH)),
                *(float(other.other or 0.0) if other is one else one.central for other in others),
            ]
            for one in self.varied
        }
        values = {name: np.concatenate([own, cases[name], ends[name]]) for name, own in drawn_values.items()}
        found, plain, induced = self.effects(values, steps)
        last = self.draws + len((LOW, HIGH)) + len(others)
        effects, of_cases, at_ends = found[: self.draws], found[self.draws : last], found[last:] - central
        low, high = _with(of_cases, *interval(effects, level))
        total = _with(of_cases.sum(axis=1, keepdims=True), *interval(effects.sum(axis=1, keepdims=True), level))
        of_each = at_ends.reshape(len(self.varied), -1, central.size)
        moved = [_sensitivity(one, *low_and_high) for one, low_and_high in zip(self.varied, of_each, strict=True)]
        nothing = _NOTHING * np.abs(central).sum() / _MILLION
        matter = sorted((one for one in moved if one.swing > nothing), key=lambda one: -one.swing)
        idle = tuple(one.label for one in moved if one.swing <= nothing)
        whole_ends = (float(total[0][0]) / _MILLION, float(total[1][0]) / _MILLION)
        ends_of_years = millions(low), millions(high)
        bought = self._bought(plain[: self.draws], induced[: self.draws], central, level)
        alternatives = tuple(
            Alternative(one.if_other, millions(effect))
            for one, effect in zip(others, of_cases[len((LOW, HIGH)) :], strict=True)
        )
        return Uncertainty(level, self.draws, seed, *ends_of_years, whole_ends, tuple(matter), idle, bought, alternatives)

    def _bought(
        self, effects: np.ndarray, induced: np.ndarray, central: np.ndarray, level: float
    ) -> tuple[float, float] | None:
        """Ends of the range of what £1 of public money buys, against the central figure; None for no relief alone."""
        if self.laws.other_changes or not central.sum() or not np.any(induced):
            return None
        paid = effects.sum(axis=1) / central.sum()
        bought = np.divide(induced, paid, out=np.zeros_like(induced), where=paid > 0)
        low, high = interval(bought[:, None], level)
        return float(low[0]), float(high[0])


def _with(cases: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A range widened to hold the low and the high case of behaviour, and what other evidence says."""
    return np.minimum(low, cases.min(axis=0)), np.maximum(high, cases.max(axis=0))


def _sensitivity(one: Varied, at_low: np.ndarray, at_high: np.ndarray) -> Sensitivity:
    """One assumption at its ends: by how much the effect moves (£ by financial year)."""
    path = one.moves if one.moves.startswith("assumptions.") else f"{ROOT}.{one.name}"
    words = one.in_words(one.low), one.in_words(one.central), one.in_words(one.high)
    return Sensitivity(path, one.label, one.low, one.central, one.high, words, millions(at_low), millions(at_high))
