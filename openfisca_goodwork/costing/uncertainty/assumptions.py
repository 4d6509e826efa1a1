"""The assumptions that a costing varies: what each may be (from `assumptions.uncertainty`), and draws of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf
from statistics import NormalDist

import numpy as np
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.costing.behaviour import Behaviour
from openfisca_goodwork.costing.request import CENTRAL, LEVELS
from openfisca_goodwork.costing.steps import STEPS
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.periods import history
from openfisca_goodwork.system import leaf_parameters

ROOT = "assumptions.uncertainty"
BEHAVIOUR = "assumptions.behaviour."
# One in twenty is below low and one in twenty above high.
_TAIL = 0.05
_HALF = 0.5
_NORMAL = NormalDist()
# The error that one in twenty is above, for a mean error of 1: of a normal distribution the mean is √(2/π) of the deviation.
_TAIL_OF_MEAN_ERROR = _NORMAL.inv_cdf(1 - _TAIL) * math.sqrt(math.pi / 2)
TAKE_UP = "take_up"
LEVY_IN_SURVEY = "levy_in_survey"
TWO_POINT = "two_point"
# Assumptions whose draws scale what is given in proportion to the central value, and what that is below: a share makes room.
_IN_PROPORTION = {
    **dict.fromkeys(("training_spending", "company_share", "claims_of_first_year_allowances", "losses_used_by_groups"), inf),
    **dict.fromkeys(("external_fee_share", "trainer_pay_share"), 1.0),
}
MODEL_ERROR = "model_error"
ON_RESULT = "result"
"""What an assumption moves that is a factor on the whole effect."""
_LEVELS_OF_TAKE_UP = (-1.0, 0.0, 1.0)
_STEPS = {step.in_proportion_to: step.name for step in STEPS if step.in_proportion_to}


@dataclass(frozen=True)
class Varied:
    """An assumption and what it may be.

    Attributes:
        name: the node below ``assumptions.uncertainty``. label: what it is, in words.
        moves: the assumption it stands for, by its path; ``inputs``, where it moves what companies are given; or ``result``,
            where it is a factor on the effect.
        low, central, high: the ends of its range, and what the costing assumes.
        shape: ``triangular``, ``lognormal`` or ``two_point``.
        other, if_other: another value that evidence speaks for, and when it holds, in words; None and empty for none.
    """

    name: str
    label: str
    moves: str
    low: float
    central: float
    high: float
    shape: str
    other: float | None = None
    if_other: str = ""

    @property
    def step(self) -> str:
        """The step of a costing that is in proportion to it; empty where the law has to be run to see what it does."""
        return _STEPS.get(self.moves.removeprefix(BEHAVIOUR), "")

    def in_words(self, value: float) -> str:
        """A value as people read it: a level of take-up by its name, one of two values as yes or no."""
        if self.name == TAKE_UP:
            return dict(zip(_LEVELS_OF_TAKE_UP, LEVELS[1:], strict=True))[value]
        if self.is_on_result:
            return "none" if value == 1 else f"{value - 1:+.0%}"
        return ("no", "yes")[int(value)] if self.shape == TWO_POINT else f"{value:g}"

    @property
    def is_on_result(self) -> bool:
        """Whether it is a factor on the whole effect."""
        return self.moves == ON_RESULT

    def case(self, law: TaxBenefitSystem, level: str) -> float:
        """Its value in the low or the high case of behaviour: the central one where that has none of its own."""
        if self.name == TAKE_UP or f"{self.moves}.{level}" in leaf_parameters(law):
            return self.low if level == LEVELS[1] else self.high
        return self.central

    @property
    def ends(self) -> tuple[float, ...]:
        """The low and the high value, each left out where it is the central value."""
        return tuple(one for one in (self.low, self.high) if one != self.central)


def constant(law: TaxBenefitSystem, name: str, on: date) -> float:
    """One of the figures that all assumptions share: level, draws, seed, records, last known year."""
    return float(history(law, f"{ROOT}.{name}").on(on))


def assumptions_varied(
    law: TaxBenefitSystem, assumed: Behaviour, on: date, measures: frozenset[str], model_error: float = 0.0
) -> tuple[Varied, ...]:
    """The assumptions that may matter to a costing, in alphabetical order of their names.

    Args:
        law: the reformed law. assumed: behaviour; it varies around the central case only. on: the day of assumptions.
        measures: the kinds of measure at hand (first names of the parameters that differ).
        model_error: mean error of the model on official costings nearest in kind (a share), where it is measured.
    """
    known, found = leaf_parameters(law), []
    for name, node in sorted(law.parameters.assumptions.uncertainty.children.items()):
        root, about = f"{ROOT}.{name}", node.metadata
        if f"{root}.shape" not in known or not measures & frozenset(about.get("measures", measures)):
            continue
        moves = str(about["moves"])
        if name == MODEL_ERROR:
            most = 1 + _TAIL_OF_MEAN_ERROR * model_error * float(history(law, f"{root}.scale").on(on))
            ends: tuple[float, float, float] | None = (1 / most, 1.0, most)
        else:
            ends = _ends(law, assumed, on, name, moves)
        if ends is not None:
            low, central, high = ends
            shape, other = _shape(law, name, on, ends), None
            if f"{root}.other" in known:
                other = float(history(law, f"{root}.other").on(on))
            words = "" if other is None else str(about["if_other"])
            label, least, most = node.description.strip(), min(low, central), max(high, central)
            found.append(Varied(name, label, moves, least, central, most, shape, other, words))
    return tuple(found)


def _shape(law: TaxBenefitSystem, name: str, on: date, values: tuple[float, float, float]) -> str:
    """The form of a distribution. Raises GoodworkError for one that low, central and high cannot have."""
    shape = str(history(law, f"{ROOT}.{name}.shape").on(on))
    low, central, high = values
    if shape == TWO_POINT and name != LEVY_IN_SURVEY:
        raise GoodworkError(f"{ROOT}.{name}.shape cannot be {shape}: it has a central value of its own. Choose triangular.")
    if shape == "lognormal" and min(low, central, high) <= 0:
        raise GoodworkError(f"{ROOT}.{name}.shape cannot be {shape}: {low:g} to {high:g} is not above 0. Choose triangular.")
    return shape


def _ends(law: TaxBenefitSystem, assumed: Behaviour, on: date, name: str, moves: str) -> tuple[float, float, float] | None:
    """Low, central and high value; None for a behaviour that this costing does not assume, and for what cannot move."""
    known = leaf_parameters(law)
    if name == TAKE_UP:
        return _LEVELS_OF_TAKE_UP if assumed.level == CENTRAL else None
    if moves.startswith(BEHAVIOUR):
        if assumed.level != CENTRAL or not {moves, f"{moves}.{CENTRAL}"} & set(assumed.values):
            return None
        central = assumed[moves.removeprefix(BEHAVIOUR)]
        if not central and moves.removeprefix(BEHAVIOUR) in _STEPS:
            return None  # nothing is in proportion to no response
    else:
        path = f"{ROOT}.{name}.central"
        central = float(history(law, path if path in known else moves).on(on))
    if name == LEVY_IN_SURVEY:
        return 0.0, central, 1.0
    if name in _IN_PROPORTION and not 0 < central < _IN_PROPORTION[name]:
        return None  # there is nothing that its draws could be in proportion to
    # An end of its own, or that of the levels of behaviour.
    paths = ((f"{ROOT}.{name}.{end}", f"{moves}.{end}") for end in ("low", "high"))
    low, high = (float(history(law, own if own in known else of_behaviour).on(on)) for own, of_behaviour in paths)
    return low, central, high


def drawn(varied: Sequence[Varied], count: int, seed: int) -> dict[str, np.ndarray]:
    """A Latin hypercube of the assumptions, which do not depend on one another: name → one value per draw."""
    chances = _latin_hypercube(len(varied), count, seed)
    return {one.name: quantiles(one, chance) for one, chance in zip(varied, chances, strict=True)}


def _latin_hypercube(dimensions: int, count: int, seed: int) -> np.ndarray:
    """Chances, dimensions × draws, one in each of as many equal parts; SciPy's, which takes longer to load than to draw."""
    random = np.random.default_rng(seed)
    within = random.uniform(size=(count, dimensions))
    parts = np.tile(np.arange(1, count + 1), (dimensions, 1))
    for part in parts:
        random.shuffle(part)
    return np.asarray((parts - within.T) / count)


def quantiles(one: Varied, chance: np.ndarray) -> np.ndarray:
    """The values below which an assumption is with these chances. The central value has half the chances on each side."""
    return _SHAPES[one.shape](one, chance)


def _triangular(one: Varied, chance: np.ndarray) -> np.ndarray:
    below = one.central - (one.central - one.low) * (1 - np.sqrt(2 * np.minimum(chance, _HALF)))
    above = one.central + (one.high - one.central) * (1 - np.sqrt(2 * (1 - np.maximum(chance, _HALF))))
    return np.where(chance < _HALF, below, above)


def _lognormal(one: Varied, chance: np.ndarray) -> np.ndarray:
    end = np.where(chance < _HALF, one.low, one.high)
    away = np.abs([_NORMAL.inv_cdf(each) for each in chance])
    return np.asarray(one.central * (end / one.central) ** (away / _NORMAL.inv_cdf(1 - _TAIL)))


def _two_point(one: Varied, chance: np.ndarray) -> np.ndarray:
    return np.where(chance < _HALF, one.low, one.high)


_SHAPES: Mapping[str, Callable[[Varied, np.ndarray], np.ndarray]] = {
    "triangular": _triangular,
    "lognormal": _lognormal,
    "two_point": _two_point,
}


def interval(effects: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """The ends between which a share of the draws lies, half of the others on each side (effects: draws × years)."""
    outside = (1 - level) / 2
    low, high = np.quantile(effects, [outside, 1 - outside], axis=0)
    return low, high
