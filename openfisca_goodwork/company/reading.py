"""Reading a company: a file or a mapping → its facts, or every fault of it at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from openfisca_goodwork.company.dates import Span, check_sequence, read_span
from openfisca_goodwork.company.facts import Company, CompanyPeriod, Item
from openfisca_goodwork.company.plain_data import document_of
from openfisca_goodwork.company.spending import Buildings, read_buildings, read_expenditure
from openfisca_goodwork.company.values import named, read_fact, read_value
from openfisca_goodwork.company.vocabulary import BUILDINGS_BEFORE, apportionment
from openfisca_goodwork.documents import Document, Entry, Node, load
from openfisca_goodwork.errors import CompanyFileError, Fault

MOST_PERIODS = 40
MOST_ITEMS = 10_000

_TOP = ("company", "apportionment", "accounting_periods")
_DATES = ("start", "end")
_LISTS = ("expenditure", "structures_and_buildings")
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
    check_sequence(span for span, _period in read_ones)
    return tuple(period for _span, period in read_ones if period is not None)


def _too_many_items(node: Node, periods: list[Node]) -> bool:
    """Whether there are more dated items than are worked out for one company; the fault is noted."""
    lists = (value for period in periods if period.is_mapping for key, value in period.raw.value if key.value in _LISTS)
    count = sum(len(one.value) for one in lists if not isinstance(one.value, str))
    if count > MOST_ITEMS:
        node.fault(f"There are {count:,} dated items; at most {MOST_ITEMS:,} are worked out for one company. Add some up.")
    return count > MOST_ITEMS


def _period(node: Node, *, is_first: bool) -> tuple[Span | None, CompanyPeriod | None]:
    """One accounting period: its dates, and its facts if the dates can be read."""
    entries = {entry.key: entry for entry in node.entries()}
    if not node.is_mapping:
        return None, None
    parts = {key: named(entries.pop(key).value, key) for key in (*_DATES, *_LISTS) if key in entries}
    span = read_span(node, parts)
    facts = {key: read_fact(entry, is_first=is_first) for key, entry in entries.items()}
    items = tuple(read_expenditure(parts["expenditure"], span)) if "expenditure" in parts else ()
    buildings = Buildings((), 0.0)
    if "structures_and_buildings" in parts:
        buildings = read_buildings(parts["structures_and_buildings"], span, is_first=is_first)
    items = (*items, *buildings.items)
    _refuse_both(entries, items)
    values = {key: value for key, value in facts.items() if value is not None}
    if buildings.before:
        values[BUILDINGS_BEFORE] = float(values.get(BUILDINGS_BEFORE, 0)) + buildings.before
    return span, None if span is None else CompanyPeriod(span.start, span.end, values, items)


def _refuse_both(entries: Mapping[str, Entry], items: tuple[Item, ...]) -> None:
    for name in dict.fromkeys(item.variable for item in items):
        if name in entries:
            entries[name].fault(f"{name} is given both as an amount and as dated items. Give one or the other.")
