"""The costing note of two pages, in the order of an official one; the costing in full is the annex behind it."""

from __future__ import annotations

from collections.abc import Iterator

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.number_formats import MILLION, ROUNDING
from openfisca_goodwork.reports import costing_tables as tables
from openfisca_goodwork.reports import costing_words as words
from openfisca_goodwork.reports import trail
from openfisca_goodwork.reports.sections import Column, Medium, Note, Part, Row, Section, Style, Table, Value, facts

MEASURE, IMPACT, BASE = "Measure description", "Exchequer impact", "The tax base"
STATIC, RESPONSE, TIMING = "Static costing", "Post-behavioural costing", "Timing"
UNCERTAINTY, OUTSIDE = "Areas of uncertainty", "What this leaves out"


def note(result: CostingResult) -> tuple[Section, ...]:
    """The sections of the note: measure, impact, base, static, behaviour, timing, uncertainty, what is left out."""
    made = ((name, tuple(parts(result))) for name, parts in _PARTS.items())
    return tuple(Section(name, name, parts, on=Medium.DOCUMENT) for name, parts in made)


def _measure(result: CostingResult) -> Iterator[Part]:
    differs = bool(trail.changes(result))
    lines: dict[str, Value] = {
        "What it does": " ".join(reform.summary for reform in result.reforms) or "; ".join(result.settings),
        "Starts": trail.day(trail.commencement(result)) if differs else "none",
        "Ends": trail.day(trail.sunset(result)) if differs else "none",
        "Compared with": words.against(result),
        "OBR forecast": words.forecast(result),
    }
    for text in words.in_short(result):
        yield Note(text, Style.STRONG)
    yield facts("", lines)


def _impact(result: CostingResult) -> Iterator[Part]:
    """Static, response, post-behavioural and what stands beside them, to £5 million."""
    yield Table("", tables.years(result, total=False), tuple(_lines_of_impact(result)))
    yield Note(f"{words.measured(result)} {ROUNDING}", Style.SMALL)


def _lines_of_impact(result: CostingResult) -> Iterator[Row]:
    moved = tuple(after - before for before, after in zip(result.static, result.post_behavioural, strict=True))
    yield Row((tables.STATIC, *result.static))
    yield Row((tables.RESPONSE, *moved))
    yield Row((tables.post_behavioural(result), *result.post_behavioural), is_total=True)
    for row in tables.ends_of_range(result, Medium.EVERYWHERE):
        yield Row(row.cells[:-1], indent=1)
    yield Row((words.WITHOUT_RESPONSE, *result.without_response))
    if result.bridge is not None:
        name, amounts = (
            (tables.CASH, result.bridge.cash) if result.basis == "accruals" else (tables.ACCRUALS, result.bridge.accruals)
        )
        yield Row((name, *amounts))
    if result.administration:
        yield Row((tables.RUNNING_COST, *result.administration))


def _base(result: CostingResult) -> Iterator[Part]:
    """What the measure bears upon, without the steps between that the annex gives."""
    lines = [base for base in trail.tax_base(result) if base.unit != trail.SHARE_OF_TRAINING]
    columns = (Column("Base", width=46), Column("£ million", MILLION, width=14), Column("Year", width=12), Column("Status"))
    rows = tuple((base.what, base.amount, base.year, base.status) for base in lines)
    yield Table("", columns, rows, empty=words.NO_BASE)
    yield Note(words.population(result), Style.SMALL)


def _static(result: CostingResult) -> Iterator[Part]:
    yield Note(words.method_static(result))


def _response(result: CostingResult) -> Iterator[Part]:
    yield Note(words.method_response(result))


def _timing(result: CostingResult) -> Iterator[Part]:
    for text in (words.basis(result), words.carried_on(result), *words.in_time(result)):
        yield Note(text)


def _uncertainty(result: CostingResult) -> Iterator[Part]:
    yield tables.rating(result)
    yield Note(words.driver(result))
    yield Note(" ".join(words.otherwise(result)))


def _outside(_result: CostingResult) -> Iterator[Part]:
    yield Note(words.LEFT_OUT)


_PARTS = {
    MEASURE: _measure,
    IMPACT: _impact,
    BASE: _base,
    STATIC: _static,
    RESPONSE: _response,
    TIMING: _timing,
    UNCERTAINTY: _uncertainty,
    OUTSIDE: _outside,
}
