"""Where an indicator fails, how many jobs are there, and which lever would move it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from openfisca_goodwork.audit.cells import ALL, UK, Cell, where
from openfisca_goodwork.audit.indicators import BY_NAME
from openfisca_goodwork.population.assumptions import Assumptions


@dataclass(frozen=True)
class Focus:
    """A place, or a section of the whole country, that fails an indicator.

    Attributes:
        value, uk, unit, year, status, rank, ranked: of its cell.
        jobs: in its companies (modelled). lever, parameter, reform: of the indicator.
    """

    place: str
    section: str
    indicator: str
    label: str
    value: float
    uk: float
    unit: str
    year: str
    status: str
    rank: int
    ranked: int
    jobs: float | None
    lever: str
    parameter: str
    reform: str

    @property
    def where(self) -> str:
        """Name of the place and section, for people."""
        return where(self.place, self.section)

    def to_dict(self) -> dict[str, Any]:
        """Fields of the entry by name, for JSON and a row of a table."""
        return {"where": self.where, **asdict(self)}


def focus(cells: Iterable[Cell], jobs: Mapping[tuple[str, str], float | None], read: Assumptions) -> tuple[Focus, ...]:
    """Places among the last of an indicator, and behind the country by more than the assumed gap; the widest gap first."""
    last, gap = read("audit.focus.places"), read("audit.focus.gap")
    chosen = [cell for cell in cells if _is_alone(cell) and _fails(cell, last, gap)]
    return tuple(_lines(sorted(chosen, key=lambda entry: (*_order(entry), entry.place, entry.section)), jobs))


def _is_alone(cell: Cell) -> bool:
    """Whether a cell is of a whole region, or of a section of the whole country."""
    return (cell.place == UK) != (cell.section == ALL)


def _fails(cell: Cell, last: float, gap: float) -> bool:
    if cell.rank is None or not cell.uk or cell.gap is None or not cell.is_worse_than_uk:
        return False
    behind = cell.ranked - cell.rank
    return behind < last and abs(cell.gap) / abs(cell.uk) > gap


def _order(cell: Cell) -> tuple[int, float]:
    """Indicators in their order, of each the widest gap first."""
    return list(BY_NAME).index(cell.indicator), -abs(cell.gap or 0)


def _lines(cells: Iterable[Cell], jobs: Mapping[tuple[str, str], float | None]) -> Iterator[Focus]:
    for cell in cells:
        indicator = BY_NAME[cell.indicator]
        yield Focus(
            place=cell.place,
            section=cell.section,
            indicator=cell.indicator,
            label=indicator.label,
            value=cell.value or 0.0,
            uk=cell.uk or 0.0,
            unit=cell.unit,
            year=cell.year,
            status=cell.status,
            rank=cell.rank or 0,
            ranked=cell.ranked,
            jobs=jobs.get((cell.place, cell.section)),
            lever=indicator.lever,
            parameter=indicator.parameter,
            reform=indicator.reform,
        )
