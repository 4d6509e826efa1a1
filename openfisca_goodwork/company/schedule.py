"""What a schedule is made of: columns, rows, and the accounting period they are taken from, with its boxes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from openfisca_core.periods import period as engine_period

from openfisca_goodwork.company.facts import Company, CompanyPeriod, Fact
from openfisca_goodwork.company.steps import Entry
from openfisca_goodwork.company.under_law import plain
from openfisca_goodwork.law import tax_return
from openfisca_goodwork.law.model import POUNDS, box_of
from openfisca_goodwork.rendering import as_json

TEXT, DAY, WHOLE = "text", "date", "number"
BOXES = "boxes"


@dataclass(frozen=True)
class Column:
    """A column of a schedule.

    Attributes:
        name: its key in JSON. label: for people. unit: of its figures as parameters write it, or text, date, number.
    """

    name: str
    label: str
    unit: str = POUNDS


@dataclass(frozen=True)
class Schedule:
    """One table of the computation of one accounting period under one law.

    Attributes:
        name: by which results have it. title: for people.
        columns: of it; the last are the boxes of the return that a row stands in.
        rows: one value a column; None where a column says nothing of a row.
        totals: places of the rows that are sums of those above them.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Entry | None, ...], ...]
    totals: frozenset[int] = frozenset()

    def column(self, name: str) -> tuple[Entry | None, ...]:
        """The values of a column, row by row."""
        place = [column.name for column in self.columns].index(name)
        return tuple(row[place] for row in self.rows)

    def to_dict(self) -> dict[str, Any]:
        """The schedule as JSON holds it: a row is an object with the names of the columns."""
        names = [column.name for column in self.columns]
        rows = [dict(zip(names, row, strict=True)) for row in self.rows]
        return as_json({"title": self.title, "columns": self.columns, "rows": rows, "totals": self.totals})


Schedules = Mapping[str, Schedule]
Rows = list[tuple[Entry | None, ...]]


@dataclass(frozen=True)
class Period:
    """One accounting period of a company under a law, worked out."""

    law: Any
    run: Any
    company: Company
    place: int

    @property
    def facts(self) -> CompanyPeriod:
        """What was said of the period."""
        return self.company.accounting_periods[self.place]

    @cached_property
    def at(self) -> Any:
        """The period as the engine labels it."""
        return engine_period(self.company.labels[self.place])

    def value(self, name: str) -> Fact:
        """A variable of the period as Python's own."""
        return plain(self.run(name, self.at))

    def amount(self, name: str) -> float:
        """A figure of the period."""
        return float(self.value(name))

    def box(self, name: str) -> str:
        """The boxes of a variable, in words: where it stands in one or another, the one of this period."""
        if name in _CHOICES:
            return tax_return.in_words(_CHOICES[name](self, self.law.variables[name].cerfa_field.split(" or ")))
        return box_of(self.law.variables[name])


def _box_of_research(period: Period, boxes: list[str]) -> str:
    """The box of the relief that the spending has; none where it has neither."""
    with_deduction, with_credit = boxes
    if period.amount("research_and_development_additional_deduction"):
        return with_deduction
    return with_credit if period.amount("research_and_development_expenditure_credit") else ""


# Zero-emission cars stand with other allowances in periods that begin on this day or later (the guide to box 725).
_CARS_HAVE_NO_BOX = date(2026, 4, 1)


def _box_of_cars(period: Period, boxes: list[str]) -> str:
    """The box of zero-emission cars, which periods of today have no more."""
    of_their_own, with_others = boxes
    return of_their_own if period.facts.start < _CARS_HAVE_NO_BOX else with_others


_CHOICES: Mapping[str, Callable[[Period, list[str]], str]] = {
    "research_and_development_expenditure": _box_of_research,
    "zero_emission_car_allowance": _box_of_cars,
}


def schedule(name: str, title: str, columns: Iterable[Column], rows: Rows, totals: Iterable[int] = ()) -> Schedule:
    """A schedule whose columns end with the boxes; totals are counted from the end where they are below 0."""
    places = frozenset(place % len(rows) for place in totals) if rows else frozenset()
    return Schedule(name, title, (*columns, Column(BOXES, "Company tax return", TEXT)), tuple(rows), places)
