"""The costing note of two pages, in the order of an official one; the costing in full is the annex behind it."""

from __future__ import annotations

from collections.abc import Iterator

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.number_formats import MILLION, ROUNDING
from openfisca_goodwork.reports import costing_tables as tables
from openfisca_goodwork.reports import costing_words as words
from openfisca_goodwork.reports import trail
from openfisca_goodwork.reports.sections import Column, Medium, Note, Part, Row, Section, Style, Table, facts

_COLUMNS_OF_BASE = (
    Column("Base", width=46, of="what"),
    Column("£ million", MILLION, width=14, of="amount"),
    Column("Year", width=12, of="year"),
    Column("Status", of="status"),
)


def note(result: CostingResult) -> tuple[Section, ...]:
    """The sections of the note: measure, impact, base, static, behaviour, timing, uncertainty, what is left out."""
    # What the measure bears upon, without the steps between that the annex gives.
    base = [line for line in trail.tax_base(result) if line.unit != trail.SHARE_OF_TRAINING]
    timing = (words.basis(result), words.carried_on(result), *words.in_time(result))
    uncertainty = (words.driver(result), " ".join(words.otherwise(result)))
    parts: dict[str, tuple[Part, ...]] = {
        "Measure description": (*(Note(text, Style.STRONG) for text in words.in_short(result)), _measure(result)),
        "Exchequer impact": (
            Table("", tables.years(result, total=False), tuple(_impact(result))),
            Note(f"{words.measured(result)} {ROUNDING}", Style.SMALL),
        ),
        "The tax base": (
            Table.of("", _COLUMNS_OF_BASE, base, empty=words.NO_BASE),
            Note(words.population(result), Style.SMALL),
        ),
        "Static costing": (Note(words.method_static(result)),),
        "Post-behavioural costing": (Note(words.method_response(result)),),
        "Timing": tuple(map(Note, timing)),
        "Areas of uncertainty": (tables.rating(result), *map(Note, uncertainty)),
        "What this leaves out": (Note(words.LEFT_OUT),),
    }
    return tuple(Section(name, name, held, on=Medium.DOCUMENT) for name, held in parts.items())


def _measure(result: CostingResult) -> Table:
    starts, ends = trail.days_of_change(result)
    return facts(
        "",
        {
            "What it does": " ".join(reform.summary for reform in result.reforms) or "; ".join(result.settings),
            "Starts": starts,
            "Ends": ends,
            "Compared with": words.against(result),
            "OBR forecast": words.forecast(result),
        },
    )


def _impact(result: CostingResult) -> Iterator[Row]:
    """Static, response, post-behavioural and what stands beside them, without the steps between."""
    post = tables.post_behavioural(result)
    chosen = {tables.STATIC, tables.RESPONSE, post, *words.ends_of_range(result), words.WITHOUT_RESPONSE}
    chosen |= {tables.CASH, tables.ACCRUALS, tables.RUNNING_COST}
    for row in tables.lines_of_cost(result):
        is_step = row.cells[0] == tables.RESPONSE and row.indent > 0  # as disclosure control calls the steps between
        if row.cells[0] in chosen and not is_step:
            yield Row(row.cells[:-1], indent=row.indent, is_total=row.cells[0] == post)
