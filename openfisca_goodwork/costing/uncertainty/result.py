"""How far a costing may be from the truth: an interval by year, what each assumption alone would make of it, a rating."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.costing.payments import Amounts
from openfisca_goodwork.costing.uncertainty.assumptions import ROOT, constant
from openfisca_goodwork.law.periods import history
from openfisca_goodwork.rendering import as_json, fields_as_json
from openfisca_goodwork.system import leaf_parameters


@dataclass(frozen=True)
class Sensitivity:
    """One assumption at the ends of its range, the others central (£ million by financial year, plus improves).

    Attributes:
        assumption: its path. label: what it is, in words.
        low, central, high: its range and what the costing assumes.
        in_words: the three values as people read them.
        effect_low, effect_high: by how much the effect moves at each end.
    """

    assumption: str
    label: str
    low: float
    central: float
    high: float
    in_words: tuple[str, str, str]
    effect_low: Amounts
    effect_high: Amounts

    @property
    def at_the_ends(self) -> tuple[tuple[str, Amounts], tuple[str, Amounts]]:
        """The low and the high value in words, each with what it does."""
        low, _, high = self.in_words
        return (low, self.effect_low), (high, self.effect_high)

    @property
    def swing(self) -> float:
        """How far the total of all years moves from one end to the other, the central one among them (£ million)."""
        reached = 0.0, sum(self.effect_low), sum(self.effect_high)
        return max(reached) - min(reached)

    def to_dict(self) -> dict[str, Any]:
        """The sensitivity for JSON: by year, and over all years together."""
        totals = {"total_effect_low": sum(self.effect_low), "total_effect_high": sum(self.effect_high)}
        return {name: value for name, value in fields_as_json(self).items() if name != "in_words"} | totals


@dataclass(frozen=True)
class Alternative:
    """The effect under another value of one assumption that evidence speaks for (£ million by financial year).

    Attributes:
        words: when it holds: ``groups use 85% of their losses at once``.
    """

    words: str
    effect: Amounts


@dataclass(frozen=True)
class Uncertainty:
    """The interval of a costing (£ million by financial year, plus improves the public finances).

    Attributes:
        level: share of the draws within it. draws, seed: how many there are, and of which seed.
        low, high: its ends by financial year. total: its ends for all years together.
        sensitivity: the assumptions that matter, the one that moves the total most first.
        bought: ends of the range of what £1 of public money buys, as multiples of the central figure; None where nothing is
            induced.
        alternatives: the effect under other values of single assumptions that evidence speaks for.
        idle: labels of assumptions that were moved and changed nothing.
    """

    level: float
    draws: int
    seed: int
    low: Amounts
    high: Amounts
    total: tuple[float, float]
    sensitivity: tuple[Sensitivity, ...]
    idle: tuple[str, ...] = ()
    bought: tuple[float, float] | None = None
    alternatives: tuple[Alternative, ...] = ()

    @property
    def driver(self) -> Sensitivity | None:
        """The assumption that moves the total most."""
        return next(iter(self.sensitivity), None)

    def to_dict(self) -> dict[str, Any]:
        """The interval for JSON."""
        given = {name: as_json(getattr(self, name)) for name in ("level", "draws", "seed", "low", "high", "total")}
        return given | {"alternatives": [fields_as_json(one, words="if") for one in self.alternatives]}


# --- how uncertain a costing is, on the scale of the Office for Budget Responsibility --------------------------------


AXES = ("data", "modelling", "behaviour")
SCALE = ("low", "medium-low", "medium", "medium-high", "high", "very high")
_HALF = 0.5
RATING = f"{ROOT}.rating"
WEIGHT_OF_WORST = "rating.weight_of_worst"


@dataclass(frozen=True)
class Rating:
    """A rating of a costing, each on ``SCALE``.

    Attributes:
        data, modelling, behaviour: the most uncertain of the kinds of measure at hand.
        overall: the most uncertain of the three, weighed with their mean.
        reasons: why, by axis.
    """

    data: str
    modelling: str
    behaviour: str
    overall: str
    reasons: Mapping[str, str]


def rating_of(law: TaxBenefitSystem, measures: frozenset[str], on: date) -> Rating | None:
    """The rating of a costing; None where no kind of measure at hand has one.

    Args:
        law: the reformed law, which holds the ratings. on: the day of assumptions.
        measures: the kinds of measure (first names of the parameters that differ). What a costing leaves out is no less
            uncertain: the rating is the same whether a response is costed or not.
    """
    known, rated = leaf_parameters(law), _rated(law, measures)
    if not rated:
        return None
    found, reasons = {}, {}
    for axis in AXES:
        worst = max(rated, key=lambda kind: _place(law, f"{RATING}.{kind}.{axis}", on))
        found[axis] = str(history(law, f"{RATING}.{worst}.{axis}").on(on))
        reasons[axis] = known[f"{RATING}.{worst}.{axis}"].description.strip()
    places = [SCALE.index(each) for each in found.values()]
    weight = constant(law, WEIGHT_OF_WORST, on)
    overall = SCALE[int(weight * max(places) + (1 - weight) * sum(places) / len(places) + _HALF)]
    return Rating(**found, overall=overall, reasons=reasons)


def rates(law: TaxBenefitSystem, measures: frozenset[str], path: str) -> bool:
    """Whether the rating of a costing of these kinds of measure is read from a parameter."""
    rated = tuple(f"{RATING}.{kind}." for kind in _rated(law, measures))
    return path.startswith(rated) or (bool(rated) and path == f"{ROOT}.{WEIGHT_OF_WORST}")


def _rated(law: TaxBenefitSystem, measures: frozenset[str]) -> list[str]:
    known = leaf_parameters(law)
    return [kind for kind in sorted(measures) if f"{RATING}.{kind}.{AXES[0]}" in known]


def _place(law: TaxBenefitSystem, path: str, on: date) -> int:
    return SCALE.index(str(history(law, path).on(on)))
