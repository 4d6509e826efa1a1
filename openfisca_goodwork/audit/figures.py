"""A figure of the audit and how it is known; its figures: observed, modelled, and ranked beside each other.

Observed: the official figures on file (`data/good_jobs.csv`), of each indicator the year that most places share. Modelled:
jobs in companies and their training. A place has as many companies of each section and size as the population gives it,
each with the jobs and training that are usual in the country for its section and size: the chance draws of a few large
companies say nothing of a place. Low pay and zero hours of companies are drawn without regard to place, so no place has a
modelled figure of them.
"""

from __future__ import annotations

import shlex
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import Any

import numpy as np

from openfisca_goodwork.audit.indicators import BY_NAME, HIGHER, JOBS, PEOPLE
from openfisca_goodwork.costing import distribution
from openfisca_goodwork.population import Population, sources
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.inputs import HEADS
from openfisca_goodwork.population.sources import EMPLOYMENT_BANDS, REGIONS, SECTIONS

# --- a figure of the audit, and how it is known -----------------------------------------------------------------------


UK, ALL = "United Kingdom", "all"
PLACES = (UK, *REGIONS)
OBSERVED, MODELLED, NOT_HELD = "observed", "modelled", "not held"
SECTION_NAMES = dict(zip(SECTIONS, distribution.SECTION_NAMES, strict=True))


@dataclass(frozen=True)
class Cell:
    """One indicator of one place and section; `value` is None where it is not held.

    Attributes:
        place: the United Kingdom, or a region or nation. section: letter of the SIC section, or all.
        status: observed (an official figure, of all employers), modelled (the population's, of companies) or not held.
        known: how an observed figure was seen: seen, second-hand, derived.
        rank, ranked: its place among those held of one year and status, 1 is best, and how many those are.
        uk, gap: the United Kingdom's figure of that year and status, and how far this one is from it.
        median_gap: how far it is from the median of the places it is ranked among.
    """

    place: str
    section: str
    indicator: str
    value: float | None = None
    unit: str = ""
    year: str = ""
    status: str = NOT_HELD
    known: str = ""
    source: str = ""
    address: str = ""
    rank: int | None = None
    ranked: int = 0
    uk: float | None = None
    gap: float | None = None
    median_gap: float | None = None

    @property
    def label(self) -> str:
        """Label of the indicator, for people."""
        return BY_NAME[self.indicator].label

    @property
    def where(self) -> str:
        """Name of the place and section, for people."""
        return where(self.place, self.section)

    @property
    def is_worse_than_uk(self) -> bool:
        """Whether the place does worse than the United Kingdom on the indicator."""
        if not self.gap:
            return False
        return (self.gap > 0) == (BY_NAME[self.indicator].better == "lower")

    def to_dict(self) -> dict[str, Any]:
        """Fields of the cell by name, for JSON and a row of a table."""
        return {"label": self.label, **asdict(self)}


def where(place: str, section: str) -> str:
    """Name of a section within a place, such as `Construction, Wales`; of the place alone where the section is all."""
    return place if section == ALL else f"{SECTION_NAMES[section]}, {place}"


def command_of(asked: str, reforms: Iterable[str], year: str, settings: Iterable[str]) -> str:
    """The command that gives an answer of the audit again: what is asked, with its reforms, their year and settings."""
    options = [f"--reform {shlex.quote(reform)}" for reform in reforms]
    options += [f"--year {year}"] if year else []
    return " ".join([asked, *options, *(f"--set {shlex.quote(setting)}" for setting in settings)])


# --- observed, modelled, ranked --------------------------------------------------------------------------------------


TABLE = "good_jobs"
LABEL = 2025
"""The accounting periods that are counted: those that end in this calendar year."""
SOURCE = "The model's companies: how many of each section and size are there, with what is usual for these in the country"
_PERCENT = 100
Table = dict[str, np.ndarray]


def observed_cells() -> Iterator[Cell]:
    """Cells of official figures on file, one an indicator, place and section, in the year that most places share."""
    for name in BY_NAME:
        held = [row for row in sources.rows(TABLE) if row.keys[0] == name and row.keys[3] == ALL]
        regions = [row for row in held if row.keys[1] in PLACES and row.keys[1] != UK and row.keys[2] == ALL]
        sections = [row for row in held if row.keys[1] == UK and row.keys[2] != ALL]
        of_uk = [row for row in held if row.keys[1] == UK and row.keys[2] == ALL]
        yield from _chosen(regions, _year_of_most(regions))
        yield from _chosen(sections, _year_of_most(sections))
        yield from _chosen(of_uk, max((row.year for row in of_uk), key=year_of, default=""))


def of_uk(indicator: str, year: str) -> float | None:
    """The observed figure of the United Kingdom of a year; None where it is not held."""
    figures = [row.figure for row in sources.rows(TABLE) if row.keys == (indicator, UK, ALL, ALL) and row.year == year]
    return figures[0] if figures else None


def year_of(written: str) -> tuple[int, str]:
    """Sort key of a year or of a quarter such as `Oct-Dec 2015`: its calendar year, then its text."""
    return int(written.rsplit(maxsplit=1)[-1]), written


def _year_of_most(rows: Iterable[sources.Row]) -> str:
    """The year of which most places have a figure; of several such, the latest."""
    counts = Counter(row.year for row in rows)
    return max(counts, key=lambda year: (counts[year], year_of(year)), default="")


def _chosen(rows: list[sources.Row], year: str) -> Iterator[Cell]:
    """The cell of each place: of the year, or the latest of another year where it has none."""
    by_place: dict[tuple[str, str], sources.Row] = {}
    for row in sorted(rows, key=lambda row: (row.year == year, year_of(row.year))):
        by_place[row.keys[1], row.keys[2]] = row
    for (place, section), row in by_place.items():
        yield Cell(
            place=place,
            section=section,
            indicator=row.keys[0],
            value=row.figure,
            unit=row.unit,
            year=row.year,
            status=OBSERVED,
            known=row.status,
            source=row.source,
            address=row.address,
        )


def people_of_places() -> Iterator[dict[str, str | float]]:
    """Figures on file about the people of each place, by group: context that is ranked nowhere."""
    for row in sources.rows(TABLE):
        indicator, place, section, group = row.keys
        is_context = indicator not in BY_NAME or group != ALL or place not in PLACES
        if indicator in PEOPLE and section == ALL and is_context:
            yield {
                "place": place,
                "group": group,
                "measure": PEOPLE[indicator],
                "value": row.figure,
                "unit": row.unit,
                "year": row.year,
                "status": OBSERVED,
                "known": row.status,
                "source": row.source,
                "address": row.address,
            }


def totals(people: Population) -> Table:
    """Jobs, training (£), trainees and records by region × section, with a last row and column for all of them."""
    given = people.inputs(LABEL)
    training = sum((given[head] for head in HEADS), np.zeros(people.records))
    amounts = {JOBS: given["employees"], "training": training, "trainees": given["trainees"]}
    sums = {name: by_place(people, people.weight * _usual(people, amount)) for name, amount in amounts.items()}
    return {**sums, "records": by_place(people, (given["employees"] > 0).astype(np.float64))}


def _usual(people: Population, amount: np.ndarray) -> np.ndarray:
    """The mean of each company's section and size band in the country, in place of its own amount."""
    bands = len(EMPLOYMENT_BANDS)
    kind = people.classes["sic_section"][0].astype(np.int64) * bands + people.classes["employment_band"][0]
    counts = np.bincount(kind, people.weight, minlength=len(SECTIONS) * bands)
    sums = np.bincount(kind, people.weight * amount, minlength=counts.size)
    return _ratio(sums, counts)[kind]


def by_place(people: Population, amount: np.ndarray) -> np.ndarray:
    """Amounts of records added up to region × section, the last row and column being all of them."""
    at = people.classes["region"][0].astype(np.int64) * len(SECTIONS) + people.classes["sic_section"][0]
    cells = np.bincount(at, amount, minlength=len(REGIONS) * len(SECTIONS)).reshape(len(REGIONS), len(SECTIONS))
    rows = np.vstack([cells, cells.sum(axis=0)])
    return np.hstack([rows, rows.sum(axis=1, keepdims=True)])


def modelled_cells(people: Population, read: Assumptions) -> Iterator[Cell]:
    """Cells that the population makes of each place and section; none where too few records stand behind it."""
    held = totals(people)
    values = {
        JOBS: held[JOBS],
        "training_spend": _ratio(held["training"], held[JOBS]),
        "staff_trained": _PERCENT * _ratio(held["trainees"], held[JOBS]),
    }
    least = read("audit.least_records")
    for row, place in enumerate((*PLACES[1:], UK)):
        for column, section in enumerate((*SECTIONS, ALL)):
            if held["records"][row, column] < least:
                continue
            for name, table in values.items():
                unit = BY_NAME[name].unit
                yield Cell(place, section, name, float(table[row, column]), unit, str(LABEL), MODELLED, source=SOURCE)


def _ratio(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    return np.divide(over, under, out=np.zeros_like(over), where=under > 0)


def ranked(cells: Iterable[Cell]) -> list[Cell]:
    """The cells with ranks and gaps: regions beside regions, section by section; sections of the country beside each other.

    Only what is of one year and status is ranked together, and nothing that stands alone.
    """
    listed = list(cells)
    groups: dict[tuple[str, ...], list[Cell]] = defaultdict(list)
    for cell in listed:
        groups[_group(cell)].append(cell)
    modelled = {
        (held.indicator, held.section): held.value for held in listed if held.status == MODELLED and held.place == UK
    }
    return [_told(cell, groups[_group(cell)], modelled) for cell in listed]


def _group(cell: Cell) -> tuple[str, ...]:
    """What a cell is ranked with: regions of a section, or the sections of the whole country."""
    kind = ("sections",) if cell.place == UK and cell.section != ALL else ("regions", cell.section)
    return (cell.indicator, cell.status, cell.year, *kind, *(["whole"] if (cell.place, cell.section) == (UK, ALL) else []))


def _told(cell: Cell, beside: Sequence[Cell], modelled: dict[tuple[str, str], float | None]) -> Cell:
    if cell.value is None or (cell.place, cell.section) == (UK, ALL):
        return cell
    section = ALL if cell.place == UK else cell.section
    uk = modelled.get((cell.indicator, section)) if cell.status == MODELLED else None
    if cell.status != MODELLED and section == ALL:
        uk = of_uk(cell.indicator, cell.year)
    better = BY_NAME[cell.indicator].better
    if not better:
        return cell
    compared = replace(cell, uk=uk, gap=None if uk is None else cell.value - uk)
    values = [other.value for other in beside if other.value is not None]
    if len(values) < 2:
        return compared
    ahead = sum(value > cell.value if better == HIGHER else value < cell.value for value in values)
    return replace(compared, rank=ahead + 1, ranked=len(values), median_gap=cell.value - median(values))
