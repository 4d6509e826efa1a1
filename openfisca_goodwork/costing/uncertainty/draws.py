"""Draws of all the assumptions together, each from its own distribution, and the interval that the draws give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from openfisca_goodwork.costing.uncertainty.assumptions import Varied

# One in twenty is below low and one in twenty above high.
_TAIL = 0.05
_HALF = 0.5


def drawn(varied: Sequence[Varied], count: int, seed: int) -> dict[str, np.ndarray]:
    """A Latin hypercube of the assumptions, which do not depend on one another: name → one value per draw."""
    from scipy.stats import qmc  # here: it takes longer to load than the draws take

    chances = qmc.LatinHypercube(d=len(varied), seed=seed).random(count)
    return {one.name: quantiles(one, chance) for one, chance in zip(varied, chances.T, strict=True)}


def quantiles(one: Varied, chance: np.ndarray) -> np.ndarray:
    """The values below which an assumption is with these chances. The central value has half the chances on each side."""
    return _SHAPES[one.shape](one, chance)


def _triangular(one: Varied, chance: np.ndarray) -> np.ndarray:
    below = one.central - (one.central - one.low) * (1 - np.sqrt(2 * np.minimum(chance, _HALF)))
    above = one.central + (one.high - one.central) * (1 - np.sqrt(2 * (1 - np.maximum(chance, _HALF))))
    return np.where(chance < _HALF, below, above)


def _lognormal(one: Varied, chance: np.ndarray) -> np.ndarray:
    from scipy.special import ndtri

    end = np.where(chance < _HALF, one.low, one.high)
    return np.asarray(one.central * (end / one.central) ** (np.abs(ndtri(chance)) / ndtri(1 - _TAIL)))


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
