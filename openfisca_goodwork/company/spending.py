"""Reading the dated items of an accounting period: ``expenditure``, and ``structures_and_buildings``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from openfisca_goodwork.company.dates import Span
from openfisca_goodwork.company.facts import Item
from openfisca_goodwork.company.values import named, read_value, refuse_name
from openfisca_goodwork.company.vocabulary import BUILDINGS, input_variables
from openfisca_goodwork.documents import Entry, Node
from openfisca_goodwork.periods import day_in_words, history
from openfisca_goodwork.system import current_law

_EXAMPLE = "{on: 2027-02-14, external_course_fees: 12000}"
_BUILDING = ("cost", "incurred", "brought_into_use")
_SALE = ("sold", "proceeds")
_BUILDINGS_RATE = "capital_allowances.structures_and_buildings.rate"


def read_expenditure(items: Node, span: Span | None) -> Iterator[Item]:
    """The items under ``expenditure``: each one day and one dated variable, within the accounting period."""
    for item in items.items():
        found = {entry.key: entry for entry in item.entries()}
        day = _day(found.pop("on", None), item, span)
        if "tags" in found:
            found.pop("tags").fault("tags are not accepted: this version has no uplift that reads them. Leave them out.")
        amounts = [(entry, _amount(entry)) for entry in found.values()]
        if item.is_mapping and len(amounts) != 1:
            item.fault(f"{_how_many(amounts)} An item has one day and one variable: {_EXAMPLE}.")
        elif amounts:
            entry, amount = amounts[0]
            if day is not None and amount is not None:
                yield Item(day, entry.key, amount)


def _how_many(amounts: list[tuple[Entry, float | None]]) -> str:
    names = [entry.key for entry, _amount in amounts]
    return f"The item has {len(names)} variables: {', '.join(names[:3])}." if names else "The item has no variable."


def _day(entry: Entry | None, item: Node, span: Span | None) -> date | None:
    """The day of an item, within its accounting period."""
    if entry is None:
        if item.is_mapping:
            item.fault(f"The item has no date. Write its day as `on`: {_EXAMPLE}.")
        return None
    day = named(entry.value, "on").date()
    if day is not None and span is not None and not span.holds(day):
        entry.value.fault(f"{day_in_words(day)} is outside the accounting period of this item, {span.words}.")
    return day


def _amount(entry: Entry) -> float | None:
    """The amount of an item, if it is of a dated variable."""
    variable = input_variables().get(entry.key)
    if variable is None:
        refuse_name(entry, _dated_variables())
        return None
    if not variable.dated:
        entry.fault(f"{entry.key} cannot be dated. Give it once for the accounting period, outside `expenditure`.")
        return None
    amount = read_value(entry.value, variable)
    return None if amount is None else float(amount)


@cache
def _dated_variables() -> tuple[str, ...]:
    return tuple(name for name, variable in input_variables().items() if variable.dated)


class Buildings(NamedTuple):
    """What the ``structures_and_buildings`` of an accounting period come to.

    Attributes:
        items: cost of buildings whose allowance begins in the period, on its day.
        before: cost of buildings whose allowance had begun before the company's first period (£).
    """

    items: tuple[Item, ...]
    before: float


def read_buildings(buildings: Node, span: Span | None, *, is_first: bool) -> Buildings:
    """The items under ``structures_and_buildings``: the allowance begins on the later of their two days."""
    items: list[Item] = []
    before = 0.0
    for building in buildings.items():
        found = _building(building)
        if found is None or span is None:
            continue
        if is_first and found.day < span.start:
            before += found.amount
        elif span.holds(found.day):
            items.append(found)
        else:
            building.fault(
                f"The allowance on this building begins on {day_in_words(found.day)}, the later of its two days, outside "
                f"the accounting period, {span.words}. List it under the period in which it begins, or the first if earlier."
            )
    return Buildings(tuple(items), before)


def _building(building: Node) -> Item | None:
    given = building.fields((*_BUILDING, *_SALE), required=_BUILDING)
    if any(name in given for name in _SALE):
        building.fault(
            "sold and proceeds are not accepted: this version does not end an allowance by a sale. Leave them out."
        )
    cost = read_value(given["cost"], input_variables()[BUILDINGS]) if "cost" in given else None
    days = [named(given[name], name).date() for name in _BUILDING[1:] if name in given]
    known = [day for day in days if day is not None]
    if cost is None or len(known) < len(_BUILDING) - 1:
        return None
    if known[0] < _first_day_of_allowance():
        first = day_in_words(_first_day_of_allowance())
        building.fault(f"A cost incurred before {first} carries no structures and buildings allowance. Leave it out.")
        return None
    return Item(max(known), BUILDINGS, float(cost))


@cache
def _first_day_of_allowance() -> date:
    return next(one.start for one in history(current_law(), _BUILDINGS_RATE).values if one.value > 0)
