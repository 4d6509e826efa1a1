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

from openfisca_goodwork.population import sources
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.calibrate import Totals
from openfisca_goodwork.population.frame import Cells, count_cells, region_shares, registered_cells

Floats = NDArray[np.float64]
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
        columns.append(_indicators(table.cell, free, kept))
        names += [f"{table.block}: {table.names[cell]}" for cell in kept]
        wanted.append((table.official - fixed)[kept])
        shares = np.maximum(share, read("base.weights.sampling_tolerance") / np.maximum(records, 1))
        tolerance.append(np.maximum(shares * table.official, ROUNDED_TO)[kept])
    free_rows = ~certain
    matrix: Any = sparse.hstack(columns).tocsr()[free_rows]
    return Totals(names, matrix, np.concatenate(wanted), np.concatenate(tolerance))


def _indicators(cell: NDArray[np.int64], free: NDArray[np.bool_], kept: NDArray[np.int64]) -> Any:
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
