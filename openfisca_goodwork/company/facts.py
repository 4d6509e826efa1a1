"""What is known of one company: its accounting periods, their amounts, and their dated items. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

Fact = float | bool | str
# The laws that a company is worked out under, as results name them.
CURRENT_LAW, REFORM = "current_law", "reform"
# Under half a penny (£) is nothing.
PENNY = 0.005


@dataclass(frozen=True)
class Item:
    """An amount of one dated variable, incurred on one day (£).

    Attributes:
        tags: what spending on training is marked as; none for anything else.
    """

    day: date
    variable: str
    amount: float
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Car:
    """A car bought on one day. Which class of plant it is depends on the law.

    Attributes:
        cost: in £.
        emissions: grams of carbon dioxide per kilometre, as registered.
        is_new: unused and not second-hand.
        is_double_cab: whether it is a double-cab pick-up with a payload of one tonne or more, once no car.
        ordered: the day of the contract for such a pick-up, where it was earlier.
    """

    day: date
    cost: float
    emissions: float
    is_new: bool
    is_double_cab: bool = False
    ordered: date | None = None


@dataclass(frozen=True)
class BuildingSold:
    """A structure or building that was sold. The allowances given on it depend on the law.

    Attributes:
        cost: that qualifies (£).
        begins: the day its allowance begins: the later of the days of the cost and of first use.
        sold: the day of the sale.
        proceeds: land left out (£).
    """

    cost: float
    begins: date
    sold: date
    proceeds: float


class Payment(NamedTuple):
    """Tax of an accounting period that the company paid on one day; below 0 what was repaid to it (£)."""

    day: date
    amount: float


@dataclass(frozen=True)
class CompanyPeriod:
    """One accounting period of a company, both days included.

    Attributes:
        values: input variable → its value for the period.
        items: dated spending, in the order given.
        cars: bought in the period. buildings_sold: in the period. ``under_law.under`` adds both to values and items.
        payments: of tax of the period. return_filed: the day its return was filed; None where it is not said.
    """

    start: date
    end: date
    values: Mapping[str, Fact] = field(hash=False)
    items: tuple[Item, ...] = ()
    cars: tuple[Car, ...] = ()
    buildings_sold: tuple[BuildingSold, ...] = ()
    payments: tuple[Payment, ...] = ()
    return_filed: date | None = None


@dataclass(frozen=True)
class Company:
    """One company as its file tells it.

    Attributes:
        name: for people; may be empty.
        apportionment: ``days`` or ``months``.
        accounting_periods: oldest first, each beginning the day after the one before.
        mean_date: the day of the year to which its accounts count, in words; empty where they count as they end.
        ownership_changed: the day on which its ownership changed; None where it did not.
    """

    name: str
    apportionment: str
    accounting_periods: tuple[CompanyPeriod, ...]
    mean_date: str = ""
    ownership_changed: date | None = None

    def with_period(self, place: int, **changes: Any) -> Company:
        """The company with other facts in one of its accounting periods, by the names of its fields."""
        periods = list(self.accounting_periods)
        periods[place] = replace(periods[place], **changes)
        return replace(self, accounting_periods=tuple(periods))

    @cached_property
    def labels(self) -> tuple[int, ...]:
        """The label of each accounting period: the calendar year it ends in, or the next free one."""
        labels: list[int] = []
        for period in self.accounting_periods:
            labels.append(max(period.end.year, labels[-1] + 1) if labels else period.end.year)
        return tuple(labels)
