"""Cells from the official figures on file, `data/good_jobs.csv`: of each indicator the year that most places share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from openfisca_goodwork.audit.cells import ALL, OBSERVED, PLACES, UK, Cell
from openfisca_goodwork.audit.indicators import BY_NAME, PEOPLE
from openfisca_goodwork.population import sources

TABLE = "good_jobs"


def cells() -> Iterator[Cell]:
    """Every observed cell: one for each indicator, place and section held."""
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
    found = [row.figure for row in sources.rows(TABLE) if row.keys == (indicator, UK, ALL, ALL) and row.year == year]
    return found[0] if found else None


def year_of(written: str) -> tuple[int, str]:
    """A year, or a quarter of one such as `Oct-Dec 2015`, in the order of time."""
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


def people() -> Iterator[dict[str, str | float]]:
    """Who lives and works in the places: every figure on file that is of a group of people, or context alone."""
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
