"""Weights that meet known totals: bounded, ridged generalised raking (Deville and Särndal 1992, the logit case).

Each record's design weight is multiplied by a factor between two bounds, as near to 1 as the totals allow. A total is
met up to a tolerance, so that totals which disagree by a rounding do not stop the search. It converges or raises.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.errors import DataError

Floats = NDArray[np.float64]
ROUNDS = 80
PRECISION = 1e-8
WORST_SHOWN = 5


@dataclass(frozen=True)
class Totals:
    """Known totals: a sparse matrix of records × totals, what each should be, and the error it may keep.

    `tolerance` is in the unit of the total; a total may end up to `slack` tolerances away.
    """

    names: Sequence[str]
    matrix: Any
    wanted: Floats
    tolerance: Floats
    slack: float = 10.0


@dataclass(frozen=True)
class Calibration:
    """Weights that meet the totals, the factor on each design weight, and what each total came to."""

    weights: Floats
    factors: Floats
    achieved: Floats
    at_bounds: float


@dataclass(frozen=True)
class Bounds:
    """Bounds of the factors, with the logit function that keeps inside them: value and slope at a score."""

    least: float
    greatest: float

    def factor(self, score: Floats) -> tuple[Floats, Floats]:
        """The factor at a score, 1 at 0 and with slope 1 there, and its slope."""
        low, high = self.least, self.greatest
        steep = (high - low) / ((1 - low) * (high - 1))
        grown = np.exp(np.clip(steep * score, -600, 600))
        factor = (low * (high - 1) + high * (1 - low) * grown) / ((high - 1) + (1 - low) * grown)
        return factor, steep * (high - factor) * (factor - low) / (high - low)


def rake(weights: Floats, totals: Totals, bounds: Bounds) -> Calibration:
    """Factors for the weights such that `matrix.T @ weights` is as wanted. Raises DataError if there are none in bounds."""
    multipliers = np.zeros(totals.wanted.size)
    state = _State.at(multipliers, weights, totals, bounds)
    for _ in range(ROUNDS):
        step = state.newton(weights, totals)
        state = _searched(state, step, weights, totals, bounds)
        if state.distance < PRECISION:
            return _finished(state, weights, totals, bounds)
    raise DataError(_unmet(state, weights, totals, f"Calibration did not converge in {ROUNDS} rounds."))


@dataclass(frozen=True)
class _State:
    """Where the search stands: multipliers, factors, slopes and what is still missing from each total."""

    multipliers: Floats
    factors: Floats
    slopes: Floats
    missing: Floats
    distance: float

    @classmethod
    def at(cls, multipliers: Floats, weights: Floats, totals: Totals, bounds: Bounds) -> _State:
        factors, slopes = bounds.factor(totals.matrix @ multipliers)
        achieved = totals.matrix.T @ (weights * factors)
        missing = totals.wanted - achieved - totals.tolerance * multipliers
        distance = float(np.max(np.abs(missing) / np.maximum(np.abs(totals.wanted), 1.0)))
        return cls(multipliers, factors, slopes, missing, distance)

    def newton(self, weights: Floats, totals: Totals) -> Floats:
        """The Newton step of the multipliers."""
        scaled = totals.matrix.multiply((weights * self.slopes)[:, None]).tocsr()
        hessian = (totals.matrix.T @ scaled).toarray()
        hessian[np.diag_indices_from(hessian)] += totals.tolerance
        return np.linalg.solve(hessian, self.missing)


def _searched(state: _State, step: Floats, weights: Floats, totals: Totals, bounds: Bounds) -> _State:
    """The state after a step, halved until it comes nearer to the totals; after five halvings whatever it is."""
    for length in (1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125):
        tried = _State.at(state.multipliers + length * step, weights, totals, bounds)
        if np.linalg.norm(tried.missing) < np.linalg.norm(state.missing):
            break
    return tried


def _finished(state: _State, weights: Floats, totals: Totals, bounds: Bounds) -> Calibration:
    calibrated = weights * state.factors
    achieved = totals.matrix.T @ calibrated
    if np.any(np.abs(achieved - totals.wanted) > totals.slack * totals.tolerance):
        raise DataError(_unmet(state, weights, totals, "No weights within the bounds meet these totals."))
    edge = 1e-3 * (bounds.greatest - bounds.least)
    at_bounds = (state.factors < bounds.least + edge) | (state.factors > bounds.greatest - edge)
    return Calibration(calibrated, state.factors, achieved, float(at_bounds.mean()))


def _unmet(state: _State, weights: Floats, totals: Totals, heading: str) -> str:
    achieved = totals.matrix.T @ (weights * state.factors)
    error = np.abs(achieved - totals.wanted) / np.maximum(totals.tolerance, 1e-12)
    worst = np.argsort(-error)[:WORST_SHOWN]
    lines = [f"  {totals.names[i]}: wanted {totals.wanted[i]:,.0f}, reached {achieved[i]:,.0f}" for i in worst]
    return "\n".join([heading, *lines])
