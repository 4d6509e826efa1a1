"""What a costing needs of the companies that it is made over: the population has it, and so may a handful by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np

from openfisca_goodwork.system import Inputs


@runtime_checkable
class People(Protocol):
    """Weighted companies with their accounting periods, as ``population.Population`` has them."""

    @property
    def fingerprint(self) -> str:
        """Text that is another for other companies: what is kept of a run is kept under it."""

    @property
    def is_part(self) -> bool:
        """Whether they are one of the `parts` of more: what is run of those is not kept."""

    @property
    def columns(self) -> Mapping[str, np.ndarray]:
        """The compact store, with the report of its fit where there is one; empty where the companies are told outright."""

    @property
    def labels(self) -> range:
        """Labels of the accounting periods: the calendar years in which they end."""

    @property
    def financial_years(self) -> Sequence[int]:
        """Financial years that the accounting periods cover in full, by the year each begins in."""

    @property
    def weight(self) -> np.ndarray:
        """How many companies each record stands for."""

    @property
    def records(self) -> int:
        """How many records there are."""

    @property
    def companies(self) -> float:
        """How many companies the records stand for."""

    @property
    def classes(self) -> Mapping[str, tuple[np.ndarray, tuple[str, ...]]]:
        """Classes of official statistics by name: the code of each record, and what the codes stand for."""

    @property
    def registered(self) -> np.ndarray:
        """Whether each record is registered for VAT or PAYE."""

    def present(self, label: int) -> np.ndarray:
        """Which records have an accounting period of a label: the others pay nothing in it (bool per record)."""

    def inputs(self, label: int) -> Mapping[str, np.ndarray]:
        """Input variables of the law for the accounting periods of a label, one value per record."""

    def panel(self) -> Inputs:
        """The inputs of all labels, as ``system.run`` takes them."""

    def parts(self, records: int) -> Iterator[People]:
        """Companies of at most so many records, in order, which together are these; they themselves where they are few."""

    def uniform(self, name: str, /) -> np.ndarray:
        """A draw in (0, 1) for each record, the same for the same name."""

    def levy_funded(self, law: Any, records: np.ndarray) -> Mapping[int, np.ndarray] | None:
        """What the levy pays for as a law reads the survey of training, by label, for some records (£).

        None where the companies were not drawn from the survey, so that no other reading of it moves them.
        """


@dataclass(frozen=True)
class PopulationUsed:
    """The population behind a figure: its fingerprint, records, the companies they stand for, and its name.

    Attributes:
        source: the file of companies of one's own; empty for a population of official figures.
        gaps: what that file does not tell and what it leaves out of a costing, a sentence each.
        given: those companies, as they were asked for.
        of_records, of_companies: all of the population that they are a part of; 0 where they are the whole.
    """

    fingerprint: str
    records: int
    companies: float
    name: str = "default"
    source: str = ""
    gaps: tuple[str, ...] = ()
    given: Any = field(default=None, repr=False, compare=False)
    of_records: int = 0
    of_companies: float = 0.0

    @classmethod
    def of(cls, people: People, name: str, gaps: tuple[str, ...] = (), given: Any = None) -> PopulationUsed:
        """What a figure says of the companies behind it; ``given`` are companies of one's own."""
        everybody, _places = getattr(people, "whole", None) or (None, None)
        return cls(
            *(people.fingerprint, people.records, people.companies, name),
            source=getattr(people, "source", ""),
            gaps=gaps,
            given=given,
            of_records=0 if everybody is None else everybody.records,
            of_companies=0.0 if everybody is None else everybody.companies,
        )

    def to_dict(self) -> dict[str, Any]:
        """The population for JSON; of a part also its share of the whole."""
        told: dict[str, Any] = {"fingerprint": self.fingerprint, "records": self.records, "companies": self.companies}
        if self.source:
            told |= {"source": self.source, "gaps": list(self.gaps)}
        if not self.of_records:
            return told
        return told | {
            "of_records": self.of_records,
            "of_companies": self.of_companies,
            "share_of_records": self.records / self.of_records,
            "share_of_companies": self.companies / self.of_companies,
        }
