"""The same companies year after year: which make losses, how profits and plant spending move around their usual level.

Every part is stationary: each year has the same cross-section of profits, of losses and of spending, before the growth
paths of the economy are put on top. The drawn profits are those of the anchor year.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.population import distributions
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.frame import Frame

Floats = NDArray[np.float64]


def profits(read: Assumptions, who: Frame, large: NDArray[np.bool_], years: range) -> NDArray[np.float32]:
    """Profit (a loss is negative) of each company in each year, years × companies, at the level of the anchor year.

    The `large` lose less often.
    """
    potential = _potential_profits(read, who, years)
    loses = _losses(read, who.id, large, years)
    never_pays = distributions.uniform(who.id, "never pays", read.seed) < read("base.population.never_pays_share")
    paying = ~who.dormant & ~never_pays
    potential *= np.where(loses, -read("base.losses.size"), 1.0).astype(np.float32)
    potential[:, ~paying] = np.minimum(potential[:, ~paying], 0)
    potential[:, who.dormant] = 0
    return potential


def plant(read: Assumptions, who: Frame, years: range) -> NDArray[np.float32]:
    """Plant spending of each company in each year, years × companies, before scaling to the total of the year."""
    from scipy.special import ndtr

    score = np.where(who.dormant, distributions.LOWEST_SCORE, who.plant_score.astype(np.float64))
    small, large = read("base.plant.yearly_share_small"), read("base.plant.yearly_share_large")
    start, end = read("base.plant.yearly_share_from"), read("base.plant.yearly_share_to")
    share = small + (large - small) * np.clip((score - start) / (end - start), 0, 1)
    spending = who.plant_distribution
    least = np.exp(spending.log_survival[0])
    spent = np.zeros((len(years), score.size), dtype=np.float32)
    for at, year in enumerate(years):
        yearly = np.sqrt(1 - share**2) * score + share * distributions.normal(who.id, f"plant {year}", read.seed)
        survival = ndtr(-yearly)
        spent[at] = np.where(~who.dormant & (survival < least), spending.amount(survival), 0)
    return spent


def _potential_profits(read: Assumptions, who: Frame, years: range) -> NDArray[np.float32]:
    """Profits of years without a loss: the drawn ones in the anchor year."""
    moves = Moves("profit", int(read("base.population.anchor_year")), read("base.profit.persistence"), read.seed)
    offset = who.profit_offset.astype(np.float64)
    own = who.profit_score.astype(np.float64) - offset
    scores, logs = who.profit_map
    found = np.empty((len(years), own.size), dtype=np.float32)
    for at, moved in enumerate(yearly(who.id, own, read("base.profit.yearly_share"), moves, years)):
        found[at] = np.exp(np.interp(offset + moved, scores, logs))
    return found


@dataclass(frozen=True)
class Moves:
    """How a score moves over the years: the stage of its draws, the year it is drawn for, its persistence, the seed."""

    stage: str
    anchor: int
    persistence: float
    seed: int


def yearly(ids: NDArray, score: Floats, share: Floats | float, moves: Moves, years: range) -> Iterator[Floats]:
    """Scores of each year: a permanent part and a yearly one that persists, of which `share` is the weight.

    Together they are the drawn score in the anchor year, and standard normal in every year.
    """
    own = distributions.normal(ids, f"permanent {moves.stage}", moves.seed)
    lasting = np.sqrt(1 - share**2)
    permanent = lasting * (lasting * score + share * own)
    for part in _autoregressive(ids, share * score - lasting * own, moves, years):
        yield permanent + share * part


def _autoregressive(ids: NDArray, value: Floats, moves: Moves, years: range) -> NDArray[np.float32]:
    """A stationary path through `value` in the anchor year, run forward and back from it."""
    rho, anchor = moves.persistence, moves.anchor
    path = np.empty((len(years), ids.size), dtype=np.float32)
    for direction in (1, -1):
        current = value
        for year in range(anchor, years[-1] + 1 if direction > 0 else years[0] - 1, direction):
            if year != anchor:
                current = rho * current + np.sqrt(1 - rho**2) * distributions.normal(
                    ids, f"{moves.stage} {year}", moves.seed
                )
            if year in years:
                path[years.index(year)] = current
    return path


def _losses(read: Assumptions, ids: NDArray, large: NDArray[np.bool_], years: range) -> NDArray[np.bool_]:
    """Which companies lose in each year: a two-state chain that starts at its long-run shares."""
    stay = read("base.losses.persistence")
    entry = read("base.losses.entry") * np.where(large, read("base.losses.large_entry_factor"), 1.0)
    loses = np.zeros((len(years), entry.size), dtype=bool)
    chance = entry / (1 - stay + entry)
    for at, year in enumerate(years):
        loses[at] = distributions.uniform(ids, f"loss {year}", read.seed) < chance
        chance = np.where(loses[at], stay, entry)
    return loses
