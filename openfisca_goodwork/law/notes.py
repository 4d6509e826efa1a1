"""What formulas see as ``company``, and what a simulation remembers beside its arrays: inputs, accounting periods, law read.

The notes hang on the simulation itself, and go when it goes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Protocol
from weakref import ref

import numpy as np
from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem


@dataclass
class Notes:
    """Notes on one simulation.

    Attributes:
        owner: the simulation they are about; None in a run, which has none.
        inputs: names and years of the inputs given; the years are the accounting-period labels in use.
        told: the names alone. labels: the years alone.
        days: calendar years of dated items, which stand for labels only where no yearly input was given.
        periods: distinct accounting periods by label, worked out once.
        worked: what several formulas of one label share, by name and label, worked out once.
        histories: what is known of the parameters of its law.
        settled: the same by path, of a law that nobody changes meanwhile; None where somebody may, or listens.
        beginnings: what is known of where the companies begin (``periods.companies.Beginnings``).
        training_items: tagged items of spending by label (``law.inputs.training``).
        reads: parameter values read (see ``periods.Read``); None unless somebody asked for a record.
        laws: the place of each company's law among those that run together (``law.stacked``); None where there is only one.
    """

    owner: ref[Any] | None = None
    inputs: set[tuple[str, int]] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    labels: set[int] = field(default_factory=set)
    days: set[int] = field(default_factory=set)
    periods: dict[int, Any] = field(default_factory=dict)
    reads: list[Any] | None = None
    worked: dict[tuple[str, int], Any] = field(default_factory=dict)
    histories: Any = None
    settled: dict[str, Any] | None = None
    beginnings: Any = None
    training_items: dict[int, Any] = field(default_factory=dict)
    laws: Any = None

    def record_input(self, name: str, unit: str, year: int) -> None:
        """Remember that a variable was given for a year, or for a day in that year; constants belong to no year."""
        if unit == "year":
            self.inputs.add((name, year))
            self.told.add(name)
            self.labels.add(year)
        elif unit == "day":
            self.days.add(year)

    def of_some(self, places: Any) -> Notes:
        """The notes about some of the companies, by their places; what is told of inputs is told of all."""
        laws = None if self.laws is None else self.laws.take(places)
        return replace(self, periods=_OfSome(self.periods, places, laws), worked={}, beginnings=None, laws=laws)

    def forget_spread(self) -> None:
        """Drop the arrays that dated figures were spread to, one value a company."""
        for periods in self.periods.values():
            periods.forget()

    def first_label(self, asked: int) -> int:
        """The earliest label with an input; the label asked for where there is none."""
        return min(self.labels or self.days or {asked})


class _OfSome(dict[int, Any]):
    """The accounting periods of some of the companies, picked out of those of all as they are asked for.

    Args:
        whole: those of all, by label. places: of the companies. laws: the place of the law of each, where there are several.
    """

    def __init__(self, whole: dict[int, Any], places: Any, laws: Any) -> None:
        super().__init__()
        self._whole, self._places, self._laws = whole, places, laws
        self._index: dict[int, Any] = {}  # by the index of all, which is the same one for most labels

    def __missing__(self, label: int) -> Any:
        of_all = self._whole[label]
        index = self._index.get(id(of_all.index))
        if index is None:
            index = self._index[id(of_all.index)] = of_all.index.take(self._places)
        found = self[label] = of_all.of_companies(index, self._laws)
        return found

    def __contains__(self, label: object) -> bool:
        return super().__contains__(label) or label in self._whole

    def get(self, label: int, default: Any = None) -> Any:
        """Those of a label; the default where it has none."""
        if label not in self:
            return default
        return self[label]


_ATTRIBUTE = "goodwork_notes"


def notes_of(simulation: Any) -> Notes:
    """The notes of one simulation, begun on first use.

    The engine's clone of a simulation shares its arrays; it keeps what is known of the inputs and works the rest out anew.
    """
    notes: Notes | None = vars(simulation).get(_ATTRIBUTE)
    if notes is None or notes.owner is None or notes.owner() is not simulation:
        begun = Notes(ref(simulation))
        if notes is not None:
            begun.inputs, begun.told = set(notes.inputs), set(notes.told)
            begun.labels, begun.days = set(notes.labels), set(notes.days)
            begun.training_items = dict(notes.training_items)
        notes = begun
        setattr(simulation, _ATTRIBUTE, notes)
    return notes


class Companies(Protocol):
    """What formulas see as ``company``: companies of a simulation (``engine``), or of a run over many (``executor``).

    Attributes:
        count: how many there are. law: the tax-benefit system. notes: what is known of them beside the arrays.
    """

    count: int

    @property
    def law(self) -> TaxBenefitSystem: ...

    @property
    def notes(self) -> Notes: ...

    def __call__(self, name: str, period: Period, /) -> Any:
        """A variable for an accounting period, one value per company."""

    def shared(self, function: Callable[[Any, Any], Any], period: Period, /) -> Any:
        """What a function of (company, period) works out, there for every formula of the period that asks for it."""

    def filled_array(self, value: Any, dtype: Any = None) -> np.ndarray:
        """The same value for every company."""

    def of_those_with(self, names: tuple[str, ...], period: Period, formula: Callable[[Any, Any], Any], /) -> np.ndarray:
        """What a formula gives for the companies that have any of some variables; 0 for all others."""

    def those(self, mask: np.ndarray) -> Companies | None:
        """Some of the companies, by a mask; None where it has none."""

    def given(self, name: str, period: Period) -> np.ndarray:
        """An input as it was given for a period, one value per company."""

    def items(self, name: str) -> list[tuple[date, np.ndarray]]:
        """Amounts of a dated variable by day, where they were given so (£, one per company)."""

    def of_earlier_label(self, name: str, label: int, first: int) -> np.ndarray:
        """A variable of an earlier period, every one before it worked out first."""


def cached_for_period(company: Companies, period: Period, function: Callable[[Any, Any], Any]) -> Any:
    """What a function of (company, period) works out, there for the other formulas of the same label."""
    return company.shared(function, period)
