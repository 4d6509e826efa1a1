"""Random draws keyed by company: the draw for company i at a stage depends on the seed, the stage and i, on nothing else.

So a population is the same whatever the order or the chunks in which it is built, and a new stage changes no other.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)
BITS_KEPT = 2.0**-52
LOWEST_SCORE = -9.0
"""A normal score below that of every company: of those that do nothing."""


def uniform(ids: NDArray[np.integer], stage: str, seed: int) -> NDArray[np.float64]:
    """A draw in (0, 1) for each id: the SplitMix64 mix of id and stage, counter based."""
    key = np.frombuffer(hashlib.sha256(f"{seed}:{stage}".encode()).digest()[:16], dtype=np.uint64)
    state = (ids.astype(np.uint64) + np.uint64(1)) * GOLDEN
    state ^= key[0]
    state = _mixed(state)
    state += key[1]
    state = _mixed(state)
    state >>= np.uint64(12)
    draws = state.astype(np.float64)
    draws += 0.5
    draws *= BITS_KEPT
    return draws


def _mixed(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    state ^= state >> np.uint64(30)
    state *= FIRST
    state ^= state >> np.uint64(27)
    state *= SECOND
    state ^= state >> np.uint64(31)
    return state


def normal(ids: NDArray[np.integer], stage: str, seed: int) -> NDArray[np.float64]:
    """A standard normal draw for each id."""
    from scipy.special import ndtri

    return ndtri(uniform(ids, stage, seed))
