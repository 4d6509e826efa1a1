"""A figure of the audit, and how it is known."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from openfisca_goodwork.audit.indicators import BY_NAME
from openfisca_goodwork.costing import distribution
from openfisca_goodwork.population.sources import REGIONS, SECTIONS

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
    if section == ALL:
        return place
    name = SECTION_NAMES[section]
    return f"{name}, {place}"
