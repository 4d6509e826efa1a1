"""The schedules of one company as sections, and what its computation assumed.

Each schedule is one table for an accounting period and a law. What a reader sees leaves out rows and columns of figures that
are all 0; the workbook has every row and column, on the sheet that ``_SHEETS`` names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from openfisca_goodwork.company import CompanyResult
from openfisca_goodwork.company.assumption import once
from openfisca_goodwork.company.facts import CURRENT_LAW, PENNY, REFORM
from openfisca_goodwork.company.return_schedules import ENTRY
from openfisca_goodwork.company.schedule import BOXES, DAY, TEXT, WHOLE, Schedule
from openfisca_goodwork.company.schedule import Column as Field
from openfisca_goodwork.law.model import POUNDS, SHARE
from openfisca_goodwork.number_formats import EXACT_PERCENTAGE, POUNDS_AND_PENCE, YEAR, Kind, written
from openfisca_goodwork.number_formats import TEXT as WORDS
from openfisca_goodwork.reports.company_working import UNDER, span_of
from openfisca_goodwork.reports.sections import Cell, Column, Medium, Note, Row, Section, Style, Table, Value

ASSUMED = "What is assumed"
_BOOK = Medium.WORKBOOK
_READ = ~Medium.WORKBOOK
_SHEETS = {
    "tax_return": "Charge",
    "charge": "Charge",
    "capital_allowances": "Capital allowances",
    "plant": "Capital allowances",
    "pools": "Capital allowances",
    "balancing_charges": "Capital allowances",
    "structures_and_buildings": "Capital allowances",
    "losses": "Losses",
    "losses_by_period": "Losses",
    "carry_back": "Carry-back",
    "restated_returns": "Carry-back",
    "research_and_development": "Research",
    "loans_to_participators": "Loans",
    "payment": "Payment",
    "next_year": "Opening balances",
}
_KINDS: dict[str, Kind] = {POUNDS: POUNDS_AND_PENCE, SHARE: EXACT_PERCENTAGE, TEXT: WORDS, DAY: WORDS, WHOLE: YEAR}
# A schedule with more columns is turned where it is read, if so few rows become its columns.
_MOST_COLUMNS, _FEW_ROWS = 6, 4
# Losses of one period alone stand in the schedule of losses by kind already.
_A_ROW_AND_ITS_SUM = 2
_ALL = "All"
_PENCE, _CAST = 2, ("box 430", "box 435", "box 440")
WHOLE_POUNDS = (
    "The return takes whole pounds of profits, reliefs, allowances and spending (boxes 155 to 315, 335, 385, 690 to 780); "
    "HMRC allows profits to be rounded down. Figures here are to the penny."
)
# Columns that are read where they say something beside the one of money before them, and one for machines.
_SUMS, _FOR_MACHINES = {"total", "tax"}, "share_in_reach"


def section_of_assumed(result: CompanyResult) -> Section:
    """What was assumed, a point each; a section of nothing where nothing was."""
    points = tuple(Note(each.with_keys, Style.POINT) for each in once(result.assumptions))
    heading = (Note(f"{ASSUMED}:", Style.STRONG, on=Medium.TERMINAL),) if points else ()
    return Section(ASSUMED, "What did the computation assume?", (*heading, *points), sheet=ASSUMED)


def sections(result: CompanyResult) -> Iterator[Section]:
    """Every schedule that has anything to show, accounting period by accounting period, under each law or under both."""
    for place, period in enumerate(result.accounting_periods):
        for schedule, law, whose in by_law(result, place):
            title = f"{schedule.title}, {span_of(period)}, {whose}"
            parts = (_whole(schedule, title, f"{schedule.name} {place} {law}"), table_of(schedule, title))
            yield Section(schedule.title, schedule.title, parts, sheet=_SHEETS[schedule.name])
    yield Section("Whole pounds", "What does the return round?", (Note(WHOLE_POUNDS),), on=_READ)


def printed_relief(before: float, tax: float) -> float:
    """Marginal relief as it is printed: the tax before it less the tax, both to the penny, so that the three cast (£)."""
    return round(round(before, _PENCE) - round(tax, _PENCE), _PENCE)


def _printed(schedule: Schedule) -> Schedule:
    """The schedule as it is printed: boxes 430, 435 and 440 cast to the penny, down the financial years and across."""
    rows: list[list[Any]] = [list(row) for row in schedule.rows]
    places = {column.name: place for place, column in enumerate(schedule.columns)}
    if schedule.name == "charge" and rows:
        before, relief, tax = (places[name] for name in ("tax_before_relief", "marginal_relief", "tax"))
        for place in (before, tax):
            *parts, total = (round(row[place], _PENCE) for row in rows)
            parts[-1] = round(total - sum(parts[:-1]), _PENCE)
            for row, amount in zip(rows, (*parts, total), strict=True):
                row[place] = amount
        for row in rows:
            row[relief] = printed_relief(row[before], row[tax])
    for above, row, below in zip(rows, rows[1:], rows[2:], strict=False):
        if tuple(line[places[BOXES]] for line in (above, row, below)) == _CAST:
            for column in schedule.columns:
                if column.unit == POUNDS:
                    place = places[column.name]
                    row[place] = printed_relief(above[place], below[place])
    return replace(schedule, rows=tuple(map(tuple, rows)))


def by_law(result: CompanyResult, place: int) -> Iterator[tuple[Schedule, str, str]]:
    """The schedules of an accounting period that have anything to show: each with its law, and the law in words.

    One that is the same under both laws is there once.
    """
    of_law = {law: result.schedules(law)[place] for law in result.laws}
    for name, current in of_law[CURRENT_LAW].items():
        tables = {law: schedules[name] for law, schedules in of_law.items()}
        is_same = len(tables) > 1 and tables[REFORM] == current
        for law, schedule in tables.items():
            says_more = schedule.name != "losses_by_period" or len(schedule.rows) > _A_ROW_AND_ITS_SUM
            if schedule.rows and says_more and not (is_same and law == REFORM):
                yield schedule, law, "under both laws" if is_same else UNDER[law]


def _whole(schedule: Schedule, caption: str, name: str) -> Table:
    """A schedule with all that it has, for a workbook."""
    columns = tuple(_column(column) for column in schedule.columns)
    rows = [Row(cells, is_total=place in schedule.totals) for place, cells in enumerate(schedule.rows)]
    return Table(caption, columns, rows, name=name, on=_BOOK)


def table_of(schedule: Schedule, caption: str) -> Table:
    """A schedule as it is read: without what is all 0, and turned where it has many columns and few rows."""
    schedule = _printed(schedule)
    places = [place for place in range(len(schedule.columns)) if _is_shown(schedule, place)]
    kept = [place for place in range(len(schedule.rows)) if _says(schedule, place)]
    columns = [schedule.columns[place] for place in places]
    rows = [tuple(schedule.rows[row][place] for place in places) for row in kept]
    if len(columns) > _MOST_COLUMNS and len(rows) <= _FEW_ROWS:
        return _turned(caption, columns, rows)
    lines = [
        Row((_ALL if row in schedule.totals and cells[0] is None else cells[0], *cells[1:]), is_total=row in schedule.totals)
        for row, cells in zip(kept, rows, strict=True)
    ]
    return Table(caption, tuple(map(_column, columns)), lines, on=_READ)


def _turned(caption: str, columns: Sequence[Field], rows: Sequence[tuple[Value, ...]]) -> Table:
    """The rows as columns, each under the name of what it is of."""
    names = [_ALL if row[0] is None else written(row[0], _KINDS[columns[0].unit]) for row in rows]
    lines = [
        Row((column.label, *(Cell(row[place], _KINDS[column.unit]) for row in rows)))
        for place, column in enumerate(columns)
        if place
    ]
    heads = (Column(columns[0].label, WORDS, 34), *(Column(name, POUNDS_AND_PENCE, 22) for name in names))
    return Table(caption, heads, lines, on=_READ)


def _column(column: Field) -> Column:
    return Column(column.label, _KINDS[column.unit], _WIDTHS.get(column.unit, 34.0 if column.name == BOXES else 44.0))


_WIDTHS = {POUNDS: 16.0, SHARE: 12.0, DAY: 18.0, WHOLE: 12.0}


def _comes_to_something(value: object) -> bool:
    return isinstance(value, float) and abs(value) >= PENNY


def _is_shown(schedule: Schedule, place: int) -> bool:
    """Whether a column says anything: figures of money other than 0, or words."""
    column, values = schedule.columns[place], [row[place] for row in schedule.rows]
    if column.unit == POUNDS:
        others = [schedule.column(other.name) for other in schedule.columns[:place] if other.unit == POUNDS]
        is_said = column.name in _SUMS and tuple(values) in others
        return any(map(_comes_to_something, values)) and not is_said
    return column.name != _FOR_MACHINES and any(value not in {None, ""} for value in values)


def _says(schedule: Schedule, place: int) -> bool:
    """Whether a row is worth reading: a sum, or one with money in it."""
    amounts = (value for value, column in zip(schedule.rows[place], schedule.columns, strict=True) if column.unit == POUNDS)
    has_entry = any(
        value and column.name == ENTRY for value, column in zip(schedule.rows[place], schedule.columns, strict=True)
    )
    return place in schedule.totals or has_entry or any(map(_comes_to_something, amounts))
