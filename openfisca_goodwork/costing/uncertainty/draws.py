"""Draws of all the assumptions together, each from its own distribution, and the interval that the draws give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import NormalDist

import numpy as np

from openfisca_goodwork.costing.uncertainty.assumptions import Varied

# One in twenty is below low and one in twenty above high.
_TAIL = 0.05
_HALF = 0.5
_NORMAL = NormalDist()


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
