"""Reading a car among the dated items: what it cost, its emissions, and whether it was new. The law gives it its class."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from openfisca_goodwork.company.facts import Car
from openfisca_goodwork.company.values import named, read_value, refuse_name
from openfisca_goodwork.company.vocabulary import (
    CAR,
    CAR_EXAMPLE,
    CLASSES_OF_CARS,
    amount_of,
    emissions,
    input_variables,
)
from openfisca_goodwork.documents import Entry, Node

_COST, _EMISSIONS, _NEW = CAR
_WHY = {
    _COST: "what it cost as `car`",
    _EMISSIONS: "its emissions in grams per kilometre as `co2_emissions`",
    _NEW: "whether it was new or second-hand as `new`",
}


def is_car(found: Mapping[str, Entry]) -> bool:
    """Whether an item is of a car: it gives its cost, or something that only a car has and no other variable."""
    others = [key for key in found if key not in CAR]
    return _COST in found or (bool(found) and not others)


def read_car(item: Node, found: Mapping[str, Entry], day: date | None) -> Car | None:
    """A car, or None with its faults noted.

    Args:
        item: the item. found: its keys but the day. day: on which it was bought, None where that is faulty.
    """
    _refuse_others(item, found)
    missing = [name for name in CAR if name not in found]
    if missing:
        item.fault(f"The car does not say {' or '.join(_WHY[name] for name in missing)}. Write {CAR_EXAMPLE}.")
    cost = read_value(found[_COST].value, amount_of(CLASSES_OF_CARS[0], _COST)) if _COST in found else None
    grams = read_value(found[_EMISSIONS].value, emissions()) if _EMISSIONS in found else None
    is_new = named(found[_NEW].value, _NEW).boolean() if _NEW in found else None
    if day is None or cost is None or grams is None or is_new is None:
        return None
    return Car(day, float(cost), float(grams), is_new)


def _refuse_others(item: Node, found: Mapping[str, Entry]) -> None:
    """A car's item is of nothing else: its class least of all, which its emissions give it."""
    for entry in (one for name, one in found.items() if name not in CAR):
        if entry.key in CLASSES_OF_CARS:
            entry.fault(f"{entry.key} and car are given in one item. The emissions of a car give it its class: keep `car`.")
        elif entry.key in input_variables():
            item.fault(f"The item has a car and {entry.key}. An item has one day and one car: {CAR_EXAMPLE}.")
        else:
            refuse_name(entry, ("on", *CAR))


def refuse_part_of_car(found: Mapping[str, Entry]) -> None:
    """Note what only a car has in the item of something else."""
    others = [key for key in found if key not in CAR]
    for name in (name for name in CAR if name in found):
        if others[0] in CLASSES_OF_CARS:
            found[name].fault(
                f"{name} is given with {others[0]}, which is a class of cars already. Leave {name} out, or have the class "
                f"worked out from a car: {CAR_EXAMPLE}."
            )
        else:
            found[name].fault(f"{name} belongs to a car, not to {others[0]}. Leave it out, or write {CAR_EXAMPLE}.")
