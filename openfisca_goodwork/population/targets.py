"""Which official figures the population is fitted to, which are held out, and what the model makes of each.

A block is a group of figures of one kind. Counts of companies are fitted by the weights, tax by the level of profits,
training by scaling. Held-out blocks enter no step: companies by region and turnover, those with ten or more employees by
region and section, tax and companies with a liability by section in 2021-22, and the concentration of tax in that year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.errors import DataError
from openfisca_goodwork.population import sources
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.frame import Cells, count_cells, region_shares, registered_cells

# --- weights that meet known totals ----------------------------------------------------------------------------------
# Bounded, ridged generalised raking (Deville and Särndal 1992, the logit case).
# Each record's design weight is multiplied by a factor between two bounds, as near to 1 as the totals allow. A total
# is met up to a tolerance, so that totals which disagree by a rounding do not stop the search. It converges or raises.


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
    search = _Search(weights, totals, bounds)
    state = search.at(np.zeros(totals.wanted.size))
    for _ in range(ROUNDS):
        state = search.next(state)
        if state.distance < PRECISION:
            return search.finished(state)
    raise DataError(search.unmet(state, f"Calibration did not converge in {ROUNDS} rounds."))


@dataclass(frozen=True)
class _State:
    """Where the search stands: multipliers, factors, slopes and what is still missing from each total."""

    multipliers: Floats
    factors: Floats
    slopes: Floats
    missing: Floats
    distance: float


@dataclass(frozen=True)
class _Search:
    """The search for the multipliers of totals, by Newton's method."""

    weights: Floats
    totals: Totals
    bounds: Bounds

    def at(self, multipliers: Floats) -> _State:
        factors, slopes = self.bounds.factor(self.totals.matrix @ multipliers)
        missing = self.totals.wanted - self.achieved(factors) - self.totals.tolerance * multipliers
        distance = float(np.max(np.abs(missing) / np.maximum(np.abs(self.totals.wanted), 1.0)))
        return _State(multipliers, factors, slopes, missing, distance)

    def achieved(self, factors: Floats) -> Floats:
        return np.asarray(self.totals.matrix.T @ (self.weights * factors))

    def next(self, state: _State) -> _State:
        """The state after a step, halved until it comes nearer to the totals; after five halvings whatever it is."""
        scaled = self.totals.matrix.multiply((self.weights * state.slopes)[:, None]).tocsr()
        hessian = (self.totals.matrix.T @ scaled).toarray()
        hessian[np.diag_indices_from(hessian)] += self.totals.tolerance
        step = np.linalg.solve(hessian, state.missing)
        for length in (1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125):
            tried = self.at(state.multipliers + length * step)
            if np.linalg.norm(tried.missing) < np.linalg.norm(state.missing):
                break
        return tried

    def finished(self, state: _State) -> Calibration:
        achieved, least, greatest = self.achieved(state.factors), self.bounds.least, self.bounds.greatest
        if np.any(np.abs(achieved - self.totals.wanted) > self.totals.slack * self.totals.tolerance):
            raise DataError(self.unmet(state, "No weights within the bounds meet these totals."))
        edge = 1e-3 * (greatest - least)
        at_bounds = (state.factors < least + edge) | (state.factors > greatest - edge)
        return Calibration(self.weights * state.factors, state.factors, achieved, float(at_bounds.mean()))

    def unmet(self, state: _State, heading: str) -> str:
        achieved, wanted = self.achieved(state.factors), self.totals.wanted
        worst = np.argsort(-np.abs(achieved - wanted) / np.maximum(self.totals.tolerance, 1e-12))[:WORST_SHOWN]
        lines = [f"  {self.totals.names[i]}: wanted {wanted[i]:,.0f}, reached {achieved[i]:,.0f}" for i in worst]
        return "\n".join([heading, *lines])


# --- the figures -----------------------------------------------------------------------------------------------------


Columns = dict[str, NDArray]
TABLES = {
    "companies_by_industry_and_employment": ("industry", "employment_band"),
    "companies_by_industry_and_turnover": ("industry", "turnover_band"),
    "companies_by_region_and_employment": ("region", "employment_band"),
    "companies_by_region_and_turnover": ("region", "turnover_band"),
}
HELD_OUT = ("companies_by_region_and_turnover",)
LABELS = {
    "industry": sources.INDUSTRIES,
    "region": sources.REGIONS,
    "employment_band": sources.EMPLOYMENT_BANDS,
    "turnover_band": sources.TURNOVER_BANDS,
}
ROUNDED_TO = 5.0


@dataclass(frozen=True)
class Count:
    """A table of counts: the cell of each record (-1: in none), the name and the official count of each cell.

    `of` says what they count, when, and where they come from.
    """

    block: str
    cell: NDArray[np.int64]
    names: tuple[str, ...]
    official: Floats
    of: sources.Row
    fitted: bool = True


def counts(read: Assumptions, columns: Columns) -> tuple[Count, ...]:
    """Every table of counts of companies, fitted or held out."""
    found = [
        Count(
            block=table.replace("_", " "),
            cell=np.where(columns["registered"], columns[down].astype(int) * len(LABELS[across]) + columns[across], -1),
            names=tuple(f"{row}, {column}" for row in LABELS[down] for column in LABELS[across]),
            official=sources.matrix(table, LABELS[down], LABELS[across], (0 if down == "industry" else 1, 2)).ravel(),
            of=sources.rows(table)[0],
            fitted=table not in HELD_OUT,
        )
        for table, (down, across) in TABLES.items()
    ]
    return (
        *found,
        *_unregistered(columns, count_cells(read)),
        _regions_and_sections(columns),
        _larger_by_region_and_section(columns),
    )


def _unregistered(columns: Columns, cells: Cells) -> tuple[Count, Count]:
    """Companies outside the register, by section, and the dormant: a total of HMRC's less the ONS's."""
    section, outside = columns["section"].astype(int), ~columns["registered"]
    of = sources.row("corporation_tax", "2021-22", "all companies")
    awake = Count(
        block="companies outside VAT and PAYE",
        cell=np.where(outside & ~columns["dormant"], section, -1),
        names=tuple(sources.SECTIONS),
        official=(cells.unregistered - cells.dormant).astype(float),
        of=of,
    )
    asleep = Count(
        block="dormant companies",
        cell=np.where(columns["dormant"], 0, -1),
        names=("all sections",),
        official=np.array([float(cells.dormant.sum())]),
        of=of,
    )
    return awake, asleep


def _regions_and_sections(columns: Columns) -> Count:
    """Companies by region and section: enterprises of all legal forms, scaled to companies."""
    cells = registered_cells().sum(axis=0)
    official = (region_shares() * cells[None]).sum(axis=2)
    of = sources.rows("enterprises_by_region_and_section")[0]
    return _by_region_and_section("companies by region and section", columns, columns["registered"], official, of)


def _larger_by_region_and_section(columns: Columns) -> Count:
    """Companies with ten or more employees by region and section: enterprises of all legal forms, scaled to companies.

    Held out: of region and section the fit knows companies of all sizes only.
    """
    first = sources.EMPLOYMENT_BANDS.index("10-19")
    cells = registered_cells().sum(axis=0)[:, first:].sum(axis=1)
    sections = tuple(sources.SECTIONS)
    enterprises = sources.matrix("enterprises_of_10_or_more_by_region_and_section", sources.REGIONS, sections, (1, 2))
    chosen = columns["registered"] & (columns["employment_band"] >= first)
    official = enterprises / enterprises.sum(axis=0) * cells
    block = "companies with 10 or more employees by region and section"
    of = sources.rows("enterprises_of_10_or_more_by_region_and_section")[0]
    return replace(_by_region_and_section(block, columns, chosen, official, of), fitted=False)


def _by_region_and_section(
    block: str, columns: Columns, chosen: NDArray[np.bool_], official: Floats, of: sources.Row
) -> Count:
    cell = columns["region"].astype(int) * len(sources.SECTIONS) + columns["section"]
    return Count(
        block=block,
        cell=np.where(chosen, cell, -1),
        names=tuple(f"{region}, {section}" for region in sources.REGIONS for section in sources.SECTIONS),
        official=official.ravel(),
        of=replace(of, unit="companies", source=f"{of.source}; scaled to companies", status="derived"),
    )


RAKED = (
    "companies by industry and employment",
    "companies by industry and turnover",
    "companies by region and employment",
    "companies outside VAT and PAYE",
    "dormant companies",
    "companies by region and section",
)


def totals(read: Assumptions, tables: Sequence[Count], certain: NDArray[np.bool_], liable: Count | None) -> Totals:
    """The totals to be met by the records that are not certain, whose weights alone may move.

    A cell with fewer than the assumed number of them is left as sampled.
    """
    from scipy import sparse

    chosen = [table for table in tables if table.block in RAKED] + ([liable] if liable else [])
    tolerances = {"companies by region and section": read("base.weights.scaled_count_tolerance")}
    if liable:
        tolerances[liable.block] = read("base.weights.tax_tolerance")
    columns, names, wanted, tolerance = [], [], [], []
    for table in chosen:
        share = tolerances.get(table.block, read("base.weights.count_tolerance"))
        free = (table.cell >= 0) & ~certain
        records = np.bincount(table.cell[free], minlength=len(table.names))
        fixed = np.bincount(table.cell[certain & (table.cell >= 0)], minlength=len(table.names))
        kept = np.flatnonzero(records >= read("base.weights.least_records"))
        columns.append(indicators(table.cell, free, kept))
        names += [f"{table.block}: {table.names[cell]}" for cell in kept]
        wanted.append((table.official - fixed)[kept])
        shares = np.maximum(share, read("base.weights.sampling_tolerance") / np.maximum(records, 1))
        tolerance.append(np.maximum(shares * table.official, ROUNDED_TO)[kept])
    free_rows = ~certain
    matrix: Any = sparse.hstack(columns).tocsr()[free_rows]
    return Totals(names, matrix, np.concatenate(wanted), np.concatenate(tolerance))


def indicators(cell: NDArray[np.int64], free: NDArray[np.bool_], kept: NDArray[np.int64]) -> Any:
    """A records × kept-cells matrix with 1 where a free record is in the cell."""
    from scipy import sparse

    place = np.full(int(cell.max()) + 2, -1)
    place[kept] = np.arange(kept.size)
    column = np.where(free, place[cell], -1)
    rows = np.flatnonzero(column >= 0)
    return sparse.csr_matrix((np.ones(rows.size), (rows, column[rows])), shape=(cell.size, kept.size))


def liable(read: Assumptions, columns: Columns, tax: Floats, year: str, *, fitted: bool = True) -> Count:
    """Companies with a liability by section in a financial year, the tax of each record given.

    A liability is at least the assumed pound: what the law's arithmetic leaves by rounding is none.
    """
    return Count(
        block=f"companies with a liability by section, {year}",
        cell=np.where(tax >= read("base.population.least_liability"), columns["section"].astype(int), -1),
        names=tuple(sources.SECTIONS),
        official=sources.by_section("companies with a liability", year),
        of=replace(sources.rows("corporation_tax_by_section")[0], unit="companies", year=year),
        fitted=fitted,
    )
