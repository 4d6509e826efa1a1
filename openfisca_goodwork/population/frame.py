"""Every UK company, one by one, in memory: the frame from which the records are drawn.

Companies registered for VAT or PAYE follow the published counts by industry and employment exactly, and by industry
and turnover exactly; the others, of which some are dormant, are spread over sections so that companies with profits
are about as many in each as HMRC finds liable. Size, turnover, profit and plant spending are joined by correlated normal
scores, and each score is turned into an amount by its rank. Sections have the shares of tax that HMRC finds, and shares of
plant that are assumed after its order of allowances.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.errors import DataError
from openfisca_goodwork.population import distributions, sources
from openfisca_goodwork.population.assumptions import Assumptions

Floats = NDArray[np.float64]
SHIFT_ROUNDS = 100
SHIFT_DAMPING = 0.3
SHARE_ROUNDS = 30
MAP_POINTS, NEAR_THE_TOP = 4000, 5000
LEAST_SCORE, BIN, BINS = -12.0, 0.002, 12_000
FITTED_YEAR = "2023-24"
SCORES = ("employment", "turnover", "profit", "investment")
PAIRS = {
    ("turnover", "employment"): "turnover_employment",
    ("profit", "employment"): "profit_employment",
    ("investment", "employment"): "investment_employment",
    ("profit", "turnover"): "turnover_profit",
    ("investment", "turnover"): "investment_turnover",
    ("investment", "profit"): "investment_profit",
}


@dataclass(frozen=True)
class Frame:
    """All companies, or some of them, as arrays of equal length; a company's id is its place among all.

    `profit_offset` is the part of the profit score that belongs to the company's section and registration; what is left is
    standard normal over all companies.
    """

    id: NDArray[np.uint32]
    industry: NDArray[np.int8]
    section: NDArray[np.int8]
    region: NDArray[np.int8]
    employment_band: NDArray[np.int8]
    turnover_band: NDArray[np.int8]
    registered: NDArray[np.bool_]
    dormant: NDArray[np.bool_]
    employees: NDArray[np.float32]
    turnover: NDArray[np.float32]
    profit_score: NDArray[np.float32]
    profit_offset: NDArray[np.float32]
    profit: NDArray[np.float32]
    plant_score: NDArray[np.float32]
    plant: NDArray[np.float32]
    profit_map: tuple[Floats, Floats]
    plant_distribution: distributions.Distribution

    @property
    def companies(self) -> int:
        """How many companies there are."""
        return self.section.size

    def at(self, places: NDArray[np.int64]) -> Frame:
        """The companies at some places."""
        held = ((field.name, getattr(self, field.name)) for field in fields(self))
        some: dict[str, Any] = {name: array[places] for name, array in held if isinstance(array, np.ndarray)}
        return replace(self, **some)


@dataclass(frozen=True)
class Cells:
    """Counts from which the frame is laid out: registered by industry × section × band, others by section."""

    registered: NDArray[np.int64]
    unregistered: NDArray[np.int64]
    dormant: NDArray[np.int64]


def build(read: Assumptions) -> Frame:
    """The frame of all companies under the assumptions read."""
    cells = count_cells(read)
    layout = _laid_out(cells)
    ids = np.arange(layout["section"].size, dtype=np.uint32)
    band, registered, active = layout["employment_band"], layout["registered"], ~layout["dormant"]
    employees, employment_score = _employment(read, ids, band)
    scores = _scores(read, ids, employment_score)
    own_profit_score = scores["profit"].copy()
    for name in SCORES[1:]:
        scores[name] += np.where(registered, 0.0, read("base.population.unregistered_score"))
    turnover, turnover_band = _turnover(read, layout, scores["turnover"])
    profit_score, profit, profit_map = _profit(read, layout["section"], scores["profit"], active)
    spending = distributions.plant_spending(read, active.sum())
    plant_score, plant = _plant(layout["section"], scores["investment"], active, spending)
    return Frame(
        id=ids,
        **layout,
        region=_regions(layout, distributions.uniform(ids, "region", read.seed)),
        turnover_band=turnover_band,
        employees=np.where(registered, np.floor(employees), 0).astype(np.float32),
        turnover=turnover,
        profit_score=profit_score,
        profit_offset=(profit_score - own_profit_score).astype(np.float32),
        profit=profit,
        plant_score=plant_score,
        plant=plant,
        profit_map=profit_map,
        plant_distribution=spending,
    )


def count_cells(read: Assumptions) -> Cells:
    """Whole numbers of companies in each cell of the layout."""
    registered = registered_cells()
    every = sources.row("corporation_tax", "2021-22", "all companies").figure
    liable = sources.by_section("companies with a liability", FITTED_YEAR)
    in_section = registered.sum(axis=(0, 2))
    others = every - in_section.sum()
    short = np.maximum(liable * every / liable.sum() - in_section, 0)
    unregistered = whole(short * others / short.sum())
    dormant_share = read("base.population.dormant_share")
    idle = np.maximum(in_section + unregistered - liable * every * (1 - dormant_share) / liable.sum(), 0)
    dormant = np.minimum(whole(idle * every * dormant_share / idle.sum()), unregistered)
    return Cells(registered, unregistered, dormant)


def registered_cells() -> NDArray[np.int64]:
    """Registered companies by industry × section × employment band (ONS; shared within an industry by all enterprises)."""
    counts = sources.matrix("companies_by_industry_and_employment", sources.INDUSTRIES, sources.EMPLOYMENT_BANDS, (0, 2))
    enterprises = sources.matrix(
        "enterprises_by_section_and_employment", tuple(sources.SECTIONS), sources.EMPLOYMENT_BANDS, (0, 1)
    )
    cells = np.zeros((len(sources.INDUSTRIES), len(sources.SECTIONS), len(sources.EMPLOYMENT_BANDS)), dtype=np.int64)
    for industry, letters in enumerate(sources.SECTIONS_OF_INDUSTRY):
        at = [sources.SECTIONS.index(letter) for letter in letters]
        shares = enterprises[at] / enterprises[at].sum(axis=0)
        for band in range(counts.shape[1]):
            cells[industry, at, band] = whole(shares[:, band] * counts[industry, band])
    return cells


def whole(amounts: Floats) -> NDArray[np.int64]:
    """Whole numbers near the amounts with the same (rounded) sum: largest remainders go up."""
    floor = np.floor(amounts).astype(np.int64)
    missing = round(float(amounts.sum())) - int(floor.sum())
    order = np.argsort(floor - amounts, kind="stable")
    floor[order[:missing]] += 1
    return floor


def _laid_out(cells: Cells) -> dict[str, NDArray]:
    """Industry, section, band, registration and dormancy of each company; unregistered companies come last."""
    shape = cells.registered.shape
    industry, section, band = (
        np.repeat(grid.astype(np.int8).ravel(), cells.registered.ravel()) for grid in np.indices(shape)
    )
    others = np.repeat(np.arange(shape[1], dtype=np.int8), cells.unregistered)
    starts = np.concatenate([[0], cells.unregistered.cumsum()[:-1]])
    asleep = np.arange(others.size) - starts[others] < cells.dormant[others]
    return {
        "industry": np.concatenate([industry, np.full(others.size, -1, dtype=np.int8)]),
        "section": np.concatenate([section, others]),
        "employment_band": np.concatenate([band, np.zeros(others.size, dtype=np.int8)]),
        "registered": np.concatenate([np.ones(industry.size, bool), np.zeros(others.size, bool)]),
        "dormant": np.concatenate([np.zeros(industry.size, bool), asleep]),
    }


def _employment(read: Assumptions, ids: NDArray, band: NDArray) -> tuple[Floats, Floats]:
    """Employment, Pareto within its band, and its normal score among all companies."""
    from scipy.special import ndtri

    top = len(sources.EMPLOYMENT_EDGES) - 1
    share = distributions.uniform(ids, "employment", read.seed)
    edges = np.append(sources.EMPLOYMENT_EDGES, read("base.employment.maximum"))
    exponents = np.full(top + 1, read("base.employment.exponent"))
    exponents[top] = read("base.employment.large_exponent")
    employment = distributions.pareto_between(edges[band], edges[band + 1], exponents[band], share)
    counts = np.bincount(band, minlength=top + 1)
    below = np.concatenate([[0], counts.cumsum()[:-1]])
    return employment, ndtri((below[band] + share * counts[band]) / band.size)


def _scores(read: Assumptions, ids: NDArray, employment: Floats) -> dict[str, Floats]:
    """Normal scores of turnover, profit and investment, correlated with employment and one another."""
    correlation = np.eye(len(SCORES))
    for (first, second), name in PAIRS.items():
        at, across = SCORES.index(first), SCORES.index(second)
        correlation[at, across] = correlation[across, at] = read(f"base.correlation.{name}")
    mix = np.linalg.cholesky(correlation)
    drawn = [employment, *(distributions.normal(ids, name, read.seed) for name in SCORES[1:])]
    return {
        name: sum((mix[at, k] * drawn[k] for k in range(1, at + 1)), mix[at, 0] * drawn[0]) for at, name in enumerate(SCORES)
    }


def _turnover(read: Assumptions, layout: dict[str, NDArray], score: Floats) -> tuple[NDArray, NDArray]:
    """Turnover by rank within the industry; by score for the unregistered, under the VAT threshold."""
    counts = sources.matrix("companies_by_industry_and_turnover", sources.INDUSTRIES, sources.TURNOVER_BANDS, (0, 2))
    turnover = np.empty(score.size)
    for industry in range(len(sources.INDUSTRIES)):
        at = np.flatnonzero(layout["industry"] == industry)
        curve = distributions.turnover(read, sources.TURNOVER_EDGES, counts[industry])
        turnover[at] = curve.amount(_survival_by_rank(score[at]))
    others = np.flatnonzero(~layout["registered"])
    turnover[others] = _unregistered_turnover(read, score[others])
    band = np.searchsorted(sources.TURNOVER_EDGES, turnover, side="right") - 1
    return turnover.astype(np.float32), band.astype(np.int8)


def _unregistered_turnover(read: Assumptions, score: Floats) -> Floats:
    """A lognormal cut off at the VAT threshold, by rank."""
    from scipy.special import ndtr, ndtri

    median, spread = read("base.turnover.unregistered_median"), read("base.turnover.unregistered_spread")
    ceiling = ndtr(np.log(read("base.turnover.unregistered_maximum") / median) / spread)
    return median * np.exp(spread * ndtri(ceiling * (1 - _survival_by_rank(score))))


def _profit(
    read: Assumptions, section: NDArray, score: Floats, active: NDArray
) -> tuple[NDArray, NDArray, tuple[Floats, Floats]]:
    """Score and amount of the profit each company makes in a year without a loss, and the map from one to the other.

    Each section's scores are shifted until its share of profits is its share of corporation tax in the fitted year.
    """
    entry, stay = read("base.losses.entry"), read("base.losses.persistence")
    makers = active.sum() * (1 - read("base.population.never_pays_share")) * (1 - entry / (1 - stay + entry))
    curve = distributions.profits(read, makers)
    at = np.flatnonzero(active)
    own, letters = score[at], section[at]
    amounts = curve.amount((np.arange(at.size)[::-1] + 0.5) / at.size)
    shifted = np.full(score.size, distributions.LOWEST_SCORE, dtype=np.float32)
    wanted = sources.by_section("corporation tax liabilities", FITTED_YEAR)
    shifted[at] = own + _shifts(curve.amount, own, letters, wanted / wanted.sum())[letters]
    order = np.argsort(shifted[at], kind="stable")
    profit = np.zeros(score.size, dtype=np.float32)
    profit[at[order]] = amounts
    return shifted, profit, _thinned(shifted[at[order]], amounts)


def _shifts(amounts: Callable[[Floats], Floats], score: Floats, group: NDArray, wanted: Floats) -> Floats:
    """Shift of each group's scores that gives it the share `wanted` of all amounts, found on a histogram of scores.

    `amounts` is the amount at the share of companies with a higher score.
    """
    bins = np.clip((score - LEAST_SCORE) / BIN, 0, BINS - 1).astype(np.int64)
    histogram = np.bincount(group.astype(np.int64) * BINS + bins, minlength=wanted.size * BINS).reshape(-1, BINS)
    shift = np.zeros(wanted.size)
    for _ in range(SHIFT_ROUNDS):
        moved = np.stack([np.roll(row, round(by / BIN)) for row, by in zip(histogram, shift, strict=True)])
        above = moved.sum(axis=0)[::-1].cumsum()[::-1]
        share = moved @ amounts((above - moved.sum(axis=0) / 2 + 0.25) / score.size)
        if not share.all():
            raise DataError(
                f"Group {int(np.argmin(share)) + 1} of {share.size} has no company with an amount to be shifted."
            )
        shift += SHIFT_DAMPING * np.log(wanted / (share / share.sum()))
        shift -= shift.mean()
    return shift


def _thinned(score: NDArray, amounts: Floats) -> tuple[Floats, Floats]:
    """The map from score to log amount at its quantiles, and at every company near the top."""
    near_top = max(score.size - NEAR_THE_TOP, 0)
    kept = np.unique(np.concatenate([np.linspace(0, near_top, MAP_POINTS).astype(int), np.arange(near_top, score.size)]))
    return score[kept].astype(np.float64), np.log(amounts[kept])


def _plant(
    section: NDArray, score: Floats, active: NDArray, spending: distributions.Distribution
) -> tuple[NDArray, NDArray]:
    """Normal score of investment among active companies, and the plant spending of a usual year (0: none).

    The scores of the sectors of allowances are shifted until each has its share of them, assumed to be that of plant.
    """
    from scipy.special import ndtri

    at = np.flatnonzero(active)
    group, wanted = sources.allowance_groups()
    sector = group[section[at]]
    shift = _shifts(partial(plant_at, spending), score[at], sector, wanted)
    survival = _survival_by_rank(score[at] + shift[sector])
    scores = np.full(score.size, distributions.LOWEST_SCORE, dtype=np.float32)
    scores[at] = -ndtri(survival)
    plant = np.zeros(score.size, dtype=np.float32)
    plant[at] = plant_at(spending, survival)
    return scores, plant


def plant_at(spending: distributions.Distribution, survival: Floats) -> Floats:
    """Spending on plant (£) of a company above whose score a share `survival` of companies lies; 0 if it does not invest."""
    invests = survival < np.exp(spending.log_survival[0])
    return np.where(invests, spending.amount(survival), 0.0)


def _survival_by_rank(score: Floats) -> Floats:
    """The share of companies with a higher score, counting half of the company itself."""
    survival = np.empty(score.size)
    survival[np.argsort(score.astype(np.float32), kind="stable")] = (np.arange(score.size)[::-1] + 0.5) / score.size
    return survival


def _regions(layout: dict[str, NDArray], chance: Floats) -> NDArray[np.int8]:
    """A region for each company, from the shares of its section and employment band."""
    share = region_shares().cumsum(axis=0)
    region = np.zeros(chance.size, dtype=np.int8)
    for place in range(len(sources.REGIONS) - 1):
        region += chance > share[place, layout["section"], layout["employment_band"]]
    return region


def region_shares() -> Floats:
    """Share of each region in the companies of a section and employment band, as region × section × band.

    Enterprises of all legal forms by region and section, fitted in turn to companies by region and band and to companies
    by section and band.
    """
    cells = registered_cells().sum(axis=0).astype(float)
    by_band = sources.matrix("companies_by_region_and_employment", sources.REGIONS, sources.EMPLOYMENT_BANDS, (1, 2))
    enterprises = sources.matrix("enterprises_by_region_and_section", sources.REGIONS, tuple(sources.SECTIONS), (1, 2))
    joint = enterprises[:, :, None] / enterprises.sum(axis=0)[None, :, None] * cells[None]
    for _ in range(SHARE_ROUNDS):
        joint *= (by_band / joint.sum(axis=1))[:, None, :]
        joint *= np.where(cells > 0, cells / np.maximum(joint.sum(axis=0), 1e-12), 1)[None]
    return joint / np.maximum(joint.sum(axis=0, keepdims=True), 1e-12)
