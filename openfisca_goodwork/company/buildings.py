"""Reading the structures and buildings of an accounting period: when the allowance begins, and what a sale brings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from openfisca_goodwork.company.dates import Span
from openfisca_goodwork.company.facts import BuildingSold, Item
from openfisca_goodwork.company.values import named, read_value
from openfisca_goodwork.company.vocabulary import BUILDINGS, BUILDINGS_PROCEEDS, BUILDINGS_SOLD, amount_of
from openfisca_goodwork.documents import Node
from openfisca_goodwork.law.periods import day_in_words, history
from openfisca_goodwork.law.structures_and_buildings import RATE
from openfisca_goodwork.system import current_law

_DAYS = ("incurred", "brought_into_use")
_SALE = ("sold", "proceeds")
_EXAMPLE = "{cost: 500000, incurred: 2026-09-01, brought_into_use: 2027-01-01, sold: 2028-06-30, proceeds: 600000}"


class Building(NamedTuple):
    """A building as its item tells of it.

    Attributes:
        node: where it is written.
        cost: that qualifies (£).
        begins: the day its allowance begins, the later of its two days.
        sale: None for a building that is kept.
    """

    node: Node
    cost: float
    begins: date
    sale: BuildingSold | None


class Buildings(NamedTuple):
    """What the ``structures_and_buildings`` of an accounting period come to.

    Attributes:
        items: cost of buildings whose allowance begins in the period, on its day.
        before: cost of buildings whose allowance had begun before the company's first period (£).
        sold: those among them that are sold, in this period or later.
    """

    items: tuple[Item, ...] = ()
    before: float = 0.0
    sold: tuple[Building, ...] = ()


def read_buildings(buildings: Node, span: Span | None, *, is_first: bool) -> Buildings:
    """The items under ``structures_and_buildings``: the allowance begins on the later of their two days."""
    items: list[Item] = []
    before = 0.0
    sold: list[Building] = []
    for building in _read(buildings):
        if span is None:
            continue
        if is_first and building.begins < span.start:
            before += building.cost
        elif span.holds(building.begins):
            items.append(Item(building.begins, BUILDINGS, building.cost))
        else:
            building.node.fault(
                f"The allowance on this building begins on {day_in_words(building.begins)}, the later of its two days, "
                f"outside the accounting period, {span.words}. List it under the period in which it begins, or the first "
                "if earlier."
            )
            continue
        sold += [building] if building.sale else []
    return Buildings(tuple(items), before, tuple(sold))


def _read(buildings: Node) -> Iterator[Building]:
    for node in buildings.items():
        given = node.fields(("cost", *_DAYS, *_SALE), required=("cost", *_DAYS))
        cost = read_value(given["cost"], amount_of(BUILDINGS, "cost")) if "cost" in given else None
        known = [day for day in (named(given[name], name).date() for name in _DAYS if name in given) if day is not None]
        sale = _sale(node, given)
        if cost is None or len(known) < len(_DAYS) or _is_too_old(node, known[0]):
            continue
        yield _building(node, float(cost), max(known), sale)


def _building(node: Node, cost: float, begins: date, sale: tuple[date, float] | None) -> Building:
    if sale is None:
        return Building(node, cost, begins, None)
    sold, proceeds = sale
    if sold < begins:
        node.fault(
            f"This building is sold on {day_in_words(sold)}, before its allowance begins on {day_in_words(begins)}, the "
            "later of its two days. A building sold unused carries no allowance: leave it out."
        )
        return Building(node, cost, begins, None)
    return Building(node, cost, begins, BuildingSold(cost, begins, sold, proceeds))


def _sale(node: Node, given: Mapping[str, Node]) -> tuple[date, float] | None:
    """The day and the proceeds of a sale; None where there is none, or with its faults noted."""
    missing = [name for name in _SALE if name not in given]
    if len(missing) == 1:
        told = next(name for name in _SALE if name in given)
        node.fault(f"{told} is given without {missing[0]}. A sale has both: {_EXAMPLE}.")
    sold = named(given["sold"], "sold").date() if "sold" in given else None
    proceeds = read_value(given["proceeds"], amount_of(BUILDINGS_PROCEEDS, "proceeds")) if "proceeds" in given else None
    return None if sold is None or proceeds is None else (sold, float(proceeds))


def _is_too_old(node: Node, incurred: date) -> bool:
    """Whether a cost is older than the allowance; the fault is noted."""
    first = _first_day_of_allowance()
    if incurred < first:
        node.fault(
            f"A cost incurred before {day_in_words(first)} carries no structures and buildings allowance. Leave it out."
        )
    return incurred < first


@cache
def _first_day_of_allowance() -> date:
    return next(one.start for one in history(current_law(), RATE).values if one.value > 0)


def sales_by_period(buildings: Sequence[Building], spans: Sequence[Span | None]) -> list[list[Building]]:
    """The buildings sold in each accounting period; a sale outside all of them is noted as a fault."""
    found: list[list[Building]] = [[] for _ in spans]
    for building in buildings:
        if building.sale is None:
            continue
        places = [place for place, span in enumerate(spans) if span is not None and span.holds(building.sale.sold)]
        if places:
            found[places[0]].append(building)
        elif spans and all(span is not None for span in spans):
            _refuse_outside(building.node, building.sale.sold, [span for span in spans if span is not None])
    return found


def refuse_two_ways(sold: Sequence[Building], items: Sequence[Item]) -> None:
    """Note a building sold in a period that has disposals among its dated items, whose proceeds nobody could tell apart."""
    if any(item.variable == BUILDINGS_SOLD for item in items):
        for building in sold:
            building.node.fault(
                f"This building is sold in an accounting period with {BUILDINGS_SOLD} among its dated items. List those "
                "buildings here as well, each with what it was sold for."
            )


def _refuse_outside(node: Node, sold: date, spans: Sequence[Span]) -> None:
    first, last = min(span.start for span in spans), max(span.end for span in spans)
    if sold > last:
        node.fault(
            f"This building is sold on {day_in_words(sold)}, after the last accounting period of the file, which ends on "
            f"{day_in_words(last)}. Leave sold and proceeds out, or add the period of the sale."
        )
    elif sold < first:
        node.fault(
            f"This building is sold on {day_in_words(sold)}, before the first accounting period of the file, which starts "
            f"on {day_in_words(first)}. Leave it out."
        )
