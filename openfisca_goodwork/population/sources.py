"""The official figures in `data/`, read as they stand.

Each table is a CSV file with a few columns of its own (its dimensions), then figure, unit, year, source, address and
status. A figure whose status is `memory` is never a target.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.errors import DataError, GoodworkError, did_you_mean, quoted

DATA = Path(__file__).parent.parent / "data"
COLUMNS = ("figure", "unit", "year", "source", "address", "status")
STATUSES = ("seen", "second-hand", "derived", "memory")
# What a population is built from; no other table of the package makes it another.
POPULATION_TABLES = (
    "apprenticeship_levy",
    "capital_allowances",
    "capital_allowances_by_section",
    "companies_by_industry_and_employment",
    "companies_by_industry_and_turnover",
    "companies_by_region_and_employment",
    "companies_by_region_and_turnover",
    "corporation_tax",
    "corporation_tax_by_section",
    "enterprises_by_region_and_section",
    "enterprises_by_section_and_employment",
    "enterprises_of_10_or_more_by_region_and_section",
    "forecasts_of_the_day",
    "national_accounts",
    "relief_costs",
    "training_by_sector",
    "training_cost_shares",
    "training_incidence",
)

SECTIONS = "ABCDEFGHIJKLMNOPQRS"
REGIONS = (
    "North East", "North West", "Yorkshire and The Humber", "East Midlands", "West Midlands", "East", "London",
    "South East", "South West", "Wales", "Scotland", "Northern Ireland",
)  # fmt: skip
EMPLOYMENT_BANDS = ("0-4", "5-9", "10-19", "20-49", "50-99", "100-249", "250+")
TURNOVER_BANDS = (
    "0-49", "50-99", "100-249", "250-499", "500-999", "1000-1999", "2000-4999", "5000-9999", "10000-49999", "50000+",
)  # fmt: skip
INDUSTRIES = (
    "01-03", "05-39", "41-43", "45", "46", "47", "49-53", "55-56", "58-63", "64-66", "68", "69-75", "77-82", "84", "85",
    "86-88", "90-99",
)  # fmt: skip
CLASSES: Mapping[str, tuple[str, ...]] = {
    "sic_section": tuple(SECTIONS),
    "region": REGIONS,
    "employment_band": EMPLOYMENT_BANDS,
    "turnover_band": TURNOVER_BANDS,
}
"""The classes of companies that a population has, by name, and the labels of each."""
SECTIONS_OF_INDUSTRY = ("A", "BCDE", "F", "G", "G", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "RS")
EMPLOYMENT_EDGES = np.array([1.0, 5, 10, 20, 50, 100, 250])
TURNOVER_EDGES = np.array([0.0, 50, 100, 250, 500, 1000, 2000, 5000, 10000, 50000]) * 1000.0


@dataclass(frozen=True)
class Row:
    """One official figure with where it comes from."""

    keys: tuple[str, ...]
    figure: float
    unit: str
    year: str
    source: str
    address: str
    status: str


def population_files() -> tuple[Path, ...]:
    """The files of the tables that a population is built from."""
    return tuple(DATA / f"{table}.csv" for table in POPULATION_TABLES)


@cache
def rows(table: str) -> tuple[Row, ...]:
    """The rows of `data/<table>.csv`, in file order. Raises DataError if the table is missing or malformed."""
    path = DATA / f"{table}.csv"
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.reader(file)
            heading = next(reader)
            return tuple(_row(heading, line) for line in reader)
    except (OSError, StopIteration, ValueError) as fault:
        raise DataError(f"{path} cannot be read as a table of official figures: {fault}") from fault


def _row(heading: Sequence[str], line: Sequence[str]) -> Row:
    dimensions = len(heading) - len(COLUMNS)
    if tuple(heading[dimensions:]) != COLUMNS or len(line) != len(heading):
        raise ValueError(f"a row needs {', '.join(COLUMNS)}: {line}")
    figure, unit, year, source, address, status = line[dimensions:]
    if status not in STATUSES:
        raise ValueError(f"status {status!r} is none of {', '.join(STATUSES)}")
    return Row(tuple(line[:dimensions]), float(figure), unit, year, source, address, status)


def row(table: str, *keys: str) -> Row:
    """The one row of a table with these dimensions. Raises DataError if it is not there."""
    for candidate in rows(table):
        if candidate.keys == keys:
            return candidate
    raise DataError(f"data/{table}.csv has no row {', '.join(keys)}.")


def matrix(table: str, first: Sequence[str], second: Sequence[str], columns: tuple[int, int]) -> NDArray[np.float64]:
    """A table of counts as an array: `first` × `second` categories, found in the two numbered columns."""
    found = np.zeros((len(first), len(second)))
    at = {label: i for i, label in enumerate(first)}
    across = {label: i for i, label in enumerate(second)}
    for entry in rows(table):
        found[at[entry.keys[columns[0]]], across[entry.keys[columns[1]]]] = entry.figure
    return found


def by_section(item: str, year: str) -> NDArray[np.float64]:
    """HMRC's figure for each section A to S in a financial year: £ or companies. Households (T) count with S."""
    found = np.zeros(len(SECTIONS))
    for entry in rows("corporation_tax_by_section"):
        if entry.keys[0] == year and entry.keys[2] == item:
            found[SECTIONS.index("S" if entry.keys[1] == "T" else entry.keys[1])] += entry.figure * pounds(entry.unit)
    return found


def allowance_sectors() -> list[Row]:
    """The sectors of capital allowances whose share is on file, assumed in part, by letters of sections: all but mining.

    Mining's allowances are mostly of ring-fence trades, which no population has; its other companies go with the rest.
    """
    return [row for row in rows("capital_allowances_by_section") if row.keys[2] == "share of capital allowances"]


def allowance_groups() -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For each section A to S, which of `allowance_sectors` it is in; and the share of allowances of each sector."""
    sectors = [sector.keys[1] for sector in allowance_sectors()]
    if sorted("".join(sectors)) != list(SECTIONS):
        raise DataError(f"data/capital_allowances_by_section.csv must have each section once, and has {', '.join(sectors)}.")
    figures = np.array([sector.figure for sector in allowance_sectors()])
    group = np.array([next(at for at, letters in enumerate(sectors) if section in letters) for section in SECTIONS])
    return group, figures / figures.sum()


def places_among(codes: Mapping[str, NDArray[np.int8]], where: Mapping[str, Sequence[str]], whose: str) -> NDArray[np.int64]:
    """The places of companies of some classes: of each class named any of its labels, of all classes named together.

    Args:
        codes: of each company, by class. where: labels, by class.
        whose: how a message begins that none is left: `The file has no companies`.

    Raises:
        GoodworkError: for a class or a label that is not held, and where no company is left.
    """
    masks = []
    for name, labels in where.items():
        if name not in CLASSES:
            raise GoodworkError(f"{quoted(name)} is not a class of the population. {did_you_mean(name, CLASSES)}")
        if unknown := [label for label in labels if label not in CLASSES[name]]:
            raise GoodworkError(f"{name} is never {quoted(unknown[0])}. Known: {', '.join(CLASSES[name])}.")
        masks.append(np.isin(codes[name], [CLASSES[name].index(label) for label in labels]))
    places = np.flatnonzero(np.all(masks, axis=0))
    if not places.size:
        said = " and ".join(f"{name} {' or '.join(labels)}" for name, labels in where.items())
        raise GoodworkError(f"{whose} with {said}. Ask for more classes.")
    return places


def pounds(unit: str) -> float:
    """What one of the unit is in pounds, companies or whatever is counted."""
    return 1e6 if unit == "GBP million" else 1.0
