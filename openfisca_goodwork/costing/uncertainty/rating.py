"""How uncertain a costing is, on the scale of the Office for Budget Responsibility: data, modelling, behaviour, overall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from openfisca_goodwork.costing.uncertainty.assumptions import ROOT, constant
from openfisca_goodwork.law.periods import history
from openfisca_goodwork.system import leaf_parameters

AXES = ("data", "modelling", "behaviour")
SCALE = ("low", "medium-low", "medium", "medium-high", "high", "very high")
RATING = f"{ROOT}.rating"
WEIGHT_OF_WORST = "rating.weight_of_worst"
_HALF = 0.5


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

    def to_dict(self) -> dict[str, Any]:
        """The rating for JSON."""
        return {axis: getattr(self, axis) for axis in (*AXES, "overall")} | {"reasons": dict(self.reasons)}


def rating_of(law: Any, measures: frozenset[str], on: date) -> Rating | None:
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


def rates(law: Any, measures: frozenset[str], path: str) -> bool:
    """Whether the rating of a costing of these kinds of measure is read from a parameter."""
    rated = tuple(f"{RATING}.{kind}." for kind in _rated(law, measures))
    return path.startswith(rated) or (bool(rated) and path == f"{ROOT}.{WEIGHT_OF_WORST}")


def _rated(law: Any, measures: frozenset[str]) -> list[str]:
    """The kinds of measure at hand that have a rating."""
    known = leaf_parameters(law)
    return [kind for kind in sorted(measures) if f"{RATING}.{kind}.{AXES[0]}" in known]


def _place(law: Any, path: str, on: date) -> int:
    return SCALE.index(str(history(law, path).on(on)))
