"""Reading the dated items of an accounting period, under ``expenditure``: spending of one variable, or a car."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache

from openfisca_goodwork.company.cars import is_car, read_car, refuse_part_of_car
from openfisca_goodwork.company.dates import Span
from openfisca_goodwork.company.facts import Car, Item
from openfisca_goodwork.company.tags import KEY, read_tags
from openfisca_goodwork.company.values import named, read_value, refuse_name
from openfisca_goodwork.company.vocabulary import CAR, input_variables
from openfisca_goodwork.documents import Entry, Node
from openfisca_goodwork.law.periods import day_in_words

_EXAMPLE = "{on: 2027-02-14, external_course_fees: 12000}"


def read_expenditure(items: Node, span: Span | None) -> Iterator[Item | Car]:
    """The items under ``expenditure``: each one day and one dated variable or one car, within the accounting period."""
    for item in items.items():
        found = {entry.key: entry for entry in item.entries()}
        day = _day(found.pop("on", None), item, span)
        tags = found.pop(KEY, None)
        marks = read_tags(tags, found) if tags else ()
        one = read_car(item, found, day) if is_car(found) else _spending(item, found, day)
        if one is not None:
            yield replace(one, tags=marks) if marks and isinstance(one, Item) else one


def _spending(item: Node, found: Mapping[str, Entry], day: date | None) -> Item | None:
    """An amount of one dated variable, or None with its faults noted."""
    amounts = [(entry, _amount(entry)) for key, entry in found.items() if key not in CAR]
    if item.is_mapping and len(amounts) != 1:
        item.fault(f"{_how_many(amounts)} An item has one day and one variable: {_EXAMPLE}.")
        return None
    if not amounts:
        return None
    refuse_part_of_car(found)
    entry, amount = amounts[0]
    return None if day is None or amount is None else Item(day, entry.key, amount)


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
        refuse_name(entry, (*_dated_variables(), CAR[0]))
        return None
    if not variable.dated:
        entry.fault(f"{entry.key} cannot be dated. Give it once for the accounting period, outside `expenditure`.")
        return None
    amount = read_value(entry.value, variable)
    return None if amount is None else float(amount)


@cache
def _dated_variables() -> tuple[str, ...]:
    return tuple(name for name, variable in input_variables().items() if variable.dated)
