"""Reading a company: a file or a mapping → its facts, or every fault of it at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from openfisca_goodwork.company.buildings import Building, Buildings, read_buildings, refuse_two_ways, sales_by_period
from openfisca_goodwork.company.dates import Span, check_sequence, read_span
from openfisca_goodwork.company.facts import Car, Company, CompanyPeriod, Fact, Item
from openfisca_goodwork.company.plain_data import document_of
from openfisca_goodwork.company.spending import read_expenditure
from openfisca_goodwork.company.tags import refuse_shares
from openfisca_goodwork.company.values import NOT_THE_LAST, named, read_fact, read_value
from openfisca_goodwork.company.vocabulary import (
    BUILDINGS_BEFORE,
    BUILDINGS_SALES,
    CLASSES_OF_CARS,
    FINAL,
    LISTS,
    apportionment,
)
from openfisca_goodwork.documents import Document, Entry, Node, load
from openfisca_goodwork.errors import CompanyFileError, Fault

MOST_PERIODS = 40
MOST_ITEMS = 10_000

_TOP = ("company", "apportionment", "accounting_periods")
_DATES = ("start", "end")
_REFORM = {"reform", "parameters"}

Source = Mapping[str, Any] | str | Path | bytes


def read(source: Source) -> Company:
    """The facts of a company.

    Args:
        source: a mapping, the path of a file, or (as bytes) the content of a file.

    Raises:
        CompanyFileError: with every fault found, each with its line, or its place in the mapping.
    """
    document = _document(source)
    if _is_reform(document):
        document.fault("This is a reform. Give a company file, and the reform beside it with --reform.", document.root.line)
        document.raise_faults()
    company = _company(document)
    document.faults[:] = [_placed(one) for one in document.faults]
    document.raise_faults()
    return company


def _document(source: Source) -> Document:
    if isinstance(source, Mapping):
        return document_of(source)
    if isinstance(source, bytes):
        return load(source, name="The company file", error=CompanyFileError)
    return load(Path(source), error=CompanyFileError)


def _is_reform(document: Document) -> bool:
    """Whether a document is a reform file, given in the place of a company's."""
    keys = {key.value for key, _value in document.root.raw.value if isinstance(key.value, str)}
    return keys >= _REFORM and "accounting_periods" not in keys


def _placed(fault: Fault) -> Fault:
    """A fault of a mapping, which has no lines, says where it is by its path."""
    if fault.line is None and fault.path and not fault.message.startswith(fault.path):
        return replace(fault, message=f"{fault.path}: {fault.message}")
    return fault


def _company(document: Document) -> Company:
    """What a document says, as far as it can be read; its faults are noted in it."""
    given = document.root.fields(_TOP, required=("accounting_periods",))
    name = _name(given["company"]) if "company" in given else ""
    chosen = read_value(given["apportionment"], apportionment()) if "apportionment" in given else None
    periods = _periods(given["accounting_periods"]) if "accounting_periods" in given else ()
    return Company(name, str(chosen or apportionment().options[0]), periods)


def _name(company: Node) -> str:
    name = company.fields(("name",)).get("name")
    return (named(name, "name").text() or "") if name else ""


def _periods(node: Node) -> tuple[CompanyPeriod, ...]:
    periods = named(node, "accounting_periods").items()
    if node.is_sequence and not periods:
        node.fault("accounting_periods is empty. Give at least one, with its start and end.")
    if len(periods) > MOST_PERIODS:
        node.fault(
            f"accounting_periods has {len(periods):,} periods; at most {MOST_PERIODS} are worked out for one company."
        )
        return ()
    if _too_many_items(node, periods):
        return ()
    read_ones = [_period(period, is_first=place == 0) for place, period in enumerate(periods)]
    check_sequence(one.span for one in read_ones)
    _refuse_early_end(read_ones)
    listed = [building for one in read_ones for building in one.sold_buildings]
    pairs = list(zip(read_ones, sales_by_period(listed, [one.span for one in read_ones]), strict=True))
    for one, sold in pairs:
        _refuse_both_ways(one.entries, BUILDINGS_SALES if sold else (), "and with a building that is sold")
        refuse_two_ways(sold, one.items)
    return tuple(one.as_period(one.span, sold) for one, sold in pairs if one.span is not None)


def _too_many_items(node: Node, periods: list[Node]) -> bool:
    """Whether there are more dated items than are worked out for one company; the fault is noted."""
    lists = (value for period in periods if period.is_mapping for key, value in period.raw.value if key.value in LISTS)
    count = sum(len(one.value) for one in lists if not isinstance(one.value, str))
    if count > MOST_ITEMS:
        node.fault(f"There are {count:,} dated items; at most {MOST_ITEMS:,} are worked out for one company. Add some up.")
    return count > MOST_ITEMS


class _Read(NamedTuple):
    """One accounting period as it is read.

    Attributes:
        span: its dates, None where they cannot be read. entries: its facts as they are written.
        values, items, cars: its facts. sold_buildings: those listed under it that are sold, then or later.
    """

    span: Span | None
    entries: Mapping[str, Entry]
    values: Mapping[str, Fact]
    items: tuple[Item, ...] = ()
    cars: tuple[Car, ...] = ()
    sold_buildings: tuple[Building, ...] = ()

    def as_period(self, span: Span, sold: Iterable[Building]) -> CompanyPeriod:
        """Its facts, with the buildings sold in it."""
        sales = tuple(one.sale for one in sold if one.sale)
        return CompanyPeriod(span.start, span.end, self.values, self.items, self.cars, sales)


def _period(node: Node, *, is_first: bool) -> _Read:
    """One accounting period; every fault that it has by itself is noted."""
    entries = {entry.key: entry for entry in node.entries()}
    if not node.is_mapping:
        return _Read(None, {}, {})
    parts = {key: named(entries.pop(key).value, key) for key in (*_DATES, *LISTS) if key in entries}
    span = read_span(node, parts)
    facts = {key: read_fact(entry, is_first=is_first) for key, entry in entries.items()}
    spent = tuple(read_expenditure(parts["expenditure"], span)) if "expenditure" in parts else ()
    buildings = Buildings()
    if "structures_and_buildings" in parts:
        buildings = read_buildings(parts["structures_and_buildings"], span, is_first=is_first)
    items = (*(one for one in spent if isinstance(one, Item)), *buildings.items)
    cars = tuple(one for one in spent if isinstance(one, Car))
    _refuse_both_ways(entries, (item.variable for item in items), "and as dated items")
    _refuse_both_ways(entries, CLASSES_OF_CARS if cars else (), "and car by car")
    refuse_shares(entries, items)
    values = {key: value for key, value in facts.items() if value is not None}
    if buildings.before:
        values[BUILDINGS_BEFORE] = float(values.get(BUILDINGS_BEFORE, 0)) + buildings.before
    return _Read(span, entries, values, items, cars, buildings.sold)


def _refuse_both_ways(entries: Mapping[str, Entry], names: Iterable[str], other: str) -> None:
    """Note every amount of a period that is told another way as well."""
    for name in dict.fromkeys(names):
        if name in entries:
            entries[name].fault(f"{name} is given both as an amount {other}. Give one or the other.")


def _refuse_early_end(periods: Sequence[_Read]) -> None:
    """Note an accounting period that is said to be the final one, and is not the last."""
    for one in periods[:-1]:
        if one.values.get(FINAL):
            one.entries[FINAL].fault(NOT_THE_LAST)
