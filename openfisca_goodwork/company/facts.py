"""What is known of one company: its accounting periods, their amounts, and their dated items. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

Fact = float | bool | str


@dataclass(frozen=True)
class Item:
    """An amount of one dated variable, incurred on one day (£)."""

    day: date
    variable: str
    amount: float


@dataclass(frozen=True)
class CompanyPeriod:
    """One accounting period of a company, both days included.

    Attributes:
        values: input variable → its value for the period.
        items: dated spending, in the order given.
    """

    start: date
    end: date
    values: Mapping[str, Fact] = field(hash=False)
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Company:
    """One company as its file tells it.

    Attributes:
        name: for people; may be empty.
        apportionment: ``days`` or ``months``.
        accounting_periods: oldest first, each beginning the day after the one before.
    """

    name: str
    apportionment: str
    accounting_periods: tuple[CompanyPeriod, ...]

    @cached_property
    def labels(self) -> tuple[int, ...]:
        """The label of each accounting period: the calendar year it ends in, or the next free one."""
        labels: list[int] = []
        for one in self.accounting_periods:
            labels.append(max(one.end.year, labels[-1] + 1) if labels else one.end.year)
        return tuple(labels)
