"""Smooth distributions of size: of profits, plant spending, turnover and employment; and random draws, keyed by company.

Each is given by a few points of its survival function (the share of companies above an amount) and drawn through them
as one smooth curve in logs, so that no amount, and no threshold of the tax law, has a step in density.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.population.assumptions import Assumptions

POINTS = 4000
BODY_POINTS = 32
TAIL_POINTS = 16
POINTS_OF_A_PIECE = 5
PIECES = ("first", "second", "third", "fourth")
# The tail is drawn down to where fewer than this many companies are left; a band without companies counts for half of one.
LAST_COMPANY, HALF_A_COMPANY = 0.4, 0.5
# Points of the tail nearer its start than this many times the start are left out, so that body and tail join smoothly.
CLEAR_OF_THE_JOIN = 2
FALLING = 1e-12


@dataclass(frozen=True)
class Distribution:
    """A distribution of positive amounts: logs of survival (falling) at logs of amount (rising)."""

    log_amount: NDArray[np.float64]
    log_survival: NDArray[np.float64]

    def amount(self, survival: NDArray[np.float64]) -> NDArray[np.float64]:
        """The amount that a share `survival` of companies exceeds."""
        return np.exp(np.interp(np.log(survival), self.log_survival[::-1], self.log_amount[::-1]))

    def survival(self, amount: NDArray[np.float64]) -> NDArray[np.float64]:
        """The share of companies above an amount."""
        return np.exp(np.interp(np.log(amount), self.log_amount, self.log_survival))


def through(amounts: NDArray[np.float64], survival: NDArray[np.float64]) -> Distribution:
    """The smooth, monotone distribution through points of its survival function (amounts rising)."""
    from scipy.interpolate import PchipInterpolator

    x, y = np.log(amounts), np.log(survival)
    grid = np.linspace(x[0], x[-1], POINTS)
    return Distribution(grid, PchipInterpolator(x, y)(grid))


def profits(read: Assumptions, profit_makers: float) -> Distribution:
    """Profits of profit-making companies: a lognormal body and a tail whose exponent changes three times.

    The points leave out the stretch where the two meet, so that the join is smooth.
    """
    above = read("base.profit.companies_in_tail") / profit_makers
    steps = [*(read(f"base.profit.tail.{piece}.starts") for piece in PIECES), read("base.profit.maximum")]
    exponents = [read(f"base.profit.tail.{piece}.exponent") for piece in PIECES]
    mean, spread, start = read("base.profit.log_mean"), read("base.profit.log_spread"), steps[0]
    body_x, body_s = _lognormal_body(mean, spread, start, above, (1.0, read("base.profit.body_ends")))
    tail_x, tail_s = _broken_tail(steps, exponents, above, LAST_COMPANY / profit_makers)
    clear = tail_x >= CLEAR_OF_THE_JOIN * start
    return through(np.concatenate([body_x, tail_x[clear]]), np.concatenate([body_s, tail_s[clear]]))


def plant_spending(read: Assumptions, companies: float) -> Distribution:
    """Plant spending of a year over all `companies`, most of which buy none: the share above each amount."""
    start = read("base.plant.tail_starts")
    investing = read("base.plant.investing_companies") / companies
    above = read("base.plant.companies_in_tail") / companies
    mean, spread = np.log(read("base.plant.median")), read("base.plant.log_spread")
    span = (read("base.plant.body_starts"), read("base.plant.body_ends"))
    body_x, body_s = _lognormal_body(mean, spread, start, above / investing, span)
    steps = (start, read("base.plant.maximum"))
    tail_x, tail_s = _truncated_tail(steps, read("base.plant.exponent"), above, LAST_COMPANY / companies)
    clear = tail_x >= CLEAR_OF_THE_JOIN * start
    return through(np.concatenate([body_x, tail_x[clear]]), np.concatenate([body_s * investing, tail_s[clear]]))


def turnover(read: Assumptions, edges: NDArray[np.float64], counts: NDArray[np.float64]) -> Distribution:
    """Turnover in an industry: smooth through the edges of the published bands, a truncated Pareto above the last."""
    total = counts.sum()
    above = np.maximum(counts[::-1].cumsum()[::-1], HALF_A_COMPANY) / total
    amounts = np.concatenate([[read("base.turnover.smallest")], edges[1:-1]])
    steps = (edges[-1], read("base.turnover.maximum"))
    tail_x, tail_s = _truncated_tail(steps, read("base.turnover.exponent"), above[-1], LAST_COMPANY / total)
    survival = np.concatenate([above[:-1], tail_s])
    return through(np.concatenate([amounts, tail_x]), np.minimum.accumulate(survival - FALLING * np.arange(survival.size)))


def _lognormal_body(
    mean: float, spread: float, start: float, above: float, span: tuple[float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points of a lognormal cut off at `start`, above which a share `above` lies."""
    from scipy.special import ndtr

    amounts = np.geomspace(*span, BODY_POINTS)
    below = ndtr((np.log(amounts) - mean) / spread) / ndtr((np.log(start) - mean) / spread)
    return amounts, above + (1 - above) * (1 - below)


def _broken_tail(
    steps: Sequence[float], exponents: Sequence[float], above: float, least: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points of a tail of Pareto pieces, down to the share `least`."""
    amounts, survival = [steps[0]], [above]
    for low, high, exponent in zip(steps[:-1], steps[1:], exponents, strict=True):
        inner = np.geomspace(low, high, POINTS_OF_A_PIECE)[1:]
        start = survival[-1]
        amounts += list(inner)
        survival += list(start * (inner / low) ** -exponent)
    kept = np.array(survival) > least
    return np.array(amounts)[kept], np.array(survival)[kept]


def _truncated_tail(
    steps: tuple[float, float], exponent: float, above: float, least: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points of a Pareto tail cut off at the last step, down to the share `least`."""
    low, high = steps
    end = (high / low) ** -exponent
    survival = np.geomspace(above, min(least, above / 2), TAIL_POINTS)
    amounts = low * (survival / above * (1 - end) + end) ** (-1 / exponent)
    return amounts, survival


def pareto_between(
    low: NDArray[np.float64], high: NDArray[np.float64], exponent: NDArray[np.float64], draw: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Quantiles of Pareto distributions cut off below `low` and above `high`: `draw` is the share that lies below."""
    end = (high / low) ** -exponent
    return low * (1 - draw * (1 - end)) ** (-1 / exponent)


# --- random draws, keyed by company ----------------------------------------------------------------------------------
# The draw for company i at a stage depends on the seed, the stage and i, on nothing else.
# So a population is the same whatever the order or the chunks in which it is built, and a new stage changes no other.


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
