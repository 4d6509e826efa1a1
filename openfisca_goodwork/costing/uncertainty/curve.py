"""A monotone curve through points: Fritsch and Butland's piecewise cubic, as SciPy has it (``PchipInterpolator``).

Here in NumPy: SciPy takes as long to load as the law takes on all the copies.
"""

from __future__ import annotations

import numpy as np

_STEEPEST = 3


def monotone(places: np.ndarray, found: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Values of the curve; beyond the ends it goes on as its last piece does.

    Args:
        places: two or more, ascending. found: places × columns. at: where it is asked for.

    Returns:
        At × columns.
    """
    width = np.diff(places)[:, None]
    chord = np.diff(found, axis=0) / width
    slope = _slopes(width, chord)
    piece = np.clip(np.searchsorted(places, at, side="right") - 1, 0, len(width) - 1)
    along = at[:, None] - places[piece][:, None]
    first, last, secant, wide = slope[piece], slope[piece + 1], chord[piece], width[piece]
    square, cube = (3 * secant - 2 * first - last) / wide, (first + last - 2 * secant) / wide**2
    return np.asarray(found[piece] + along * (first + along * (square + along * cube)))


def _slopes(width: np.ndarray, chord: np.ndarray) -> np.ndarray:
    """The slope at each place: the weighted harmonic mean of the chords beside it, 0 where they turn."""
    if len(chord) == 1:
        return np.repeat(chord, 2, axis=0)
    before, after = 2 * width[1:] + width[:-1], width[1:] + 2 * width[:-1]
    alike = chord[:-1] * chord[1:] > 0
    left, right = (np.where(alike, one, 1) for one in (chord[:-1], chord[1:]))
    inner = np.where(alike, (before + after) / (before / left + after / right), 0)
    ends = (_at_an_end(width[:2], chord[:2]), _at_an_end(width[:-3:-1], chord[:-3:-1]))
    return np.vstack([ends[0], inner, ends[1]])


def _at_an_end(width: np.ndarray, chord: np.ndarray) -> np.ndarray:
    """The slope of three points at the first, so that the curve keeps the shape of its first chord."""
    found = ((2 * width[0] + width[1]) * chord[0] - width[0] * chord[1]) / (width[0] + width[1])
    found = np.where(found * chord[0] > 0, found, 0)
    turns = (chord[0] * chord[1] <= 0) & (np.abs(found) > _STEEPEST * np.abs(chord[0]))
    return np.where(turns, _STEEPEST * chord[0], found)
