"""The working of one company as sections: its steps under their headings, by accounting period and law, and their sources.

Only steps that come to something are shown, numbered as they are shown. A terminal and a page have each fact once under a
heading, and each figure of law that bears on the company; the workbook lists each step with all that it rests on, and every
figure of law with its source.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from math import inf
from typing import Any

from openfisca_goodwork.company import CompanyPeriod, CompanyResult, PeriodResult
from openfisca_goodwork.company.assumed import once
from openfisca_goodwork.company.facts import CURRENT_LAW, PENNY, REFORM
from openfisca_goodwork.company.schedule import BOXES, DAY, ENTRY, WHOLE, Schedule
from openfisca_goodwork.company.schedule import TEXT as TEXT_FIELD
from openfisca_goodwork.company.schedule import Column as Field
from openfisca_goodwork.company.steps import PERIOD_BEFORE, Entry, Input, ParameterValue, Reference, Step
from openfisca_goodwork.company.vocabulary import FINAL
from openfisca_goodwork.errors import printable
from openfisca_goodwork.law.human_investment import HEADS, inclusion_path
from openfisca_goodwork.law.human_investment.terms import (
    BY_SIZE,
    CAPS_BY_SIZE,
    ELIGIBLE_SIZES,
    FORM,
    OFF_BY_HEAD,
    OFF_PRO_RATA,
    STRADDLE,
)
from openfisca_goodwork.law.model import POUNDS, SHARE, box_of
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.law.research_and_development_payment import CREDIT
from openfisca_goodwork.number_formats import EXACT_PERCENTAGE, NUMBER, POUNDS_AND_PENCE, RATE, TEXT, YEAR, Kind, written
from openfisca_goodwork.policy.vocabulary import current_vocabulary, in_force, in_words
from openfisca_goodwork.reports.sections import Cell, Column, Medium, Note, Part, Row, Section, Style, Table, Value
from openfisca_goodwork.system import current_law

# --- which figures of law a step shows -------------------------------------------------------------------------------
# A law for training is a template of which a reform sets a part: limits, conditions and shares that nobody set do
# nothing.


_TEMPLATE = "human_investment."
_TERMINAL = "losses.terminal_"
_DUE, _REGIME = "payment.due_dates.", "payment_regime"
_REGIMES = ("ordinary", "large", "very_large")
_NEUTRAL = (inf, "all")
# Figures of law that bear on an amount, where there is some.
_OF_AMOUNTS = {
    **{inclusion_path(head): head for head in HEADS},
    **{path: name for name, path in {**OFF_BY_HEAD, **OFF_PRO_RATA}.items()},
}
_SIZES = ("human_investment.eligibility.small.", "human_investment.eligibility.medium.")
_BY_SIZE = (ELIGIBLE_SIZES, *BY_SIZE.values(), *CAPS_BY_SIZE.values())


def figures_that_bear(step: Step) -> Iterator[ParameterValue]:
    """The figures of law of a step that are not 0, and that bear on the company that the step is of."""
    given = {entry.name: entry.value for entry in step.inputs if entry.value}
    changed = {figure.path for figure in step.parameters if _is_set(figure)}
    for figure in step.parameters:
        path = figure.path
        if path in _OF_AMOUNTS:
            bears = _OF_AMOUNTS[path] in given
        elif path.startswith(_DUE):
            bears = _is_of_regime(path.removeprefix(_DUE), str(given.get(_REGIME)))
        elif path.startswith(_TERMINAL):
            bears = FINAL in given
        elif path == STRADDLE:
            bears = _is_set(figure) or _ends_within(step)
        elif not path.startswith(_TEMPLATE) or _is_set(figure):
            bears = True
        else:
            bears = figure.value not in _NEUTRAL and any(map(_companions_of(path), changed))
        if figure.value and bears:
            yield figure


def _is_set(figure: ParameterValue) -> bool:
    """Whether a reform set a figure: current law has another, or has it from another day."""
    leaf = current_vocabulary().get(figure.path)
    held = in_force(leaf.values, figure.start) if leaf else None
    return held is None or (held.date, held.value) != (figure.start, figure.value)


def _is_of_regime(term: str, regime: str) -> bool:
    """Whether a term of payment is of a regime, or of all that pay in instalments."""
    of_one = next((each for each in _REGIMES if term.startswith(f"{each}_")), None)
    return regime == of_one if of_one else regime != _REGIMES[0]


def _ends_within(step: Step) -> bool:
    """Whether a figure of the template goes back to nothing within the accounting period."""
    values: dict[str, list[object]] = {}
    for figure in step.parameters:
        values.setdefault(figure.path, []).append(figure.value)
    return any(any(of_path) and not of_path[-1] for path, of_path in values.items() if path.startswith(_TEMPLATE))


def _companions_of(path: str) -> Callable[[str], bool]:
    """What has to be set for a figure that is not to do anything: others of its part of the law, or the form."""
    if path.startswith(_SIZES):
        return lambda other: other in _BY_SIZE
    node = path.rpartition(".")[0]
    if f"{node}." == _TEMPLATE:
        return lambda other: FORM in (other, path)
    return lambda other: other.startswith(f"{node}.") or (other == FORM and ".payable" in path)


# --- the steps, under their headings ---------------------------------------------------------------------------------


LAWS = {CURRENT_LAW: "current law", REFORM: "reform"}
UNDER = {CURRENT_LAW: "current law", REFORM: "under the reform"}
_BOOK = Medium.WORKBOOK
# Values left out besides 0: where a law sets no conditions, every company meets them.
_USUAL = {"meets_good_work_conditions": True}
_ALWAYS = ("adjusted_trading_result", "taxable_total_profits", "corporation_tax", "net_corporation_tax")
# The most that may be claimed is worth saying where something is; no step is said to rest on it.
_FOR_ANOTHER = {
    "annual_investment_allowance_maximum": "annual_investment_allowance",
    "group_relief_for_carried_forward_losses_maximum": "group_relief_for_carried_forward_losses",
    "research_and_development_credit_cap": CREDIT,
    "group_relief_surrenderable": "trading_losses_surrendered_to_group",
    "carried_forward_losses_surrenderable": "carried_forward_losses_surrendered_to_group",
}
_ORIGINS = {PERIOD_BEFORE: ", carried forward by the period before"}

_WIDTH = 110
_INDENT = " " * 6

Workings = Mapping[str, tuple[tuple[Step, ...], ...]]
Sources = dict[tuple[str, date, tuple[Reference, ...]], int]


def sections(result: CompanyResult, workings: Workings) -> Iterator[Section]:
    """The working of every accounting period under every law, the sources of its figures, and all of it for a workbook.

    Args:
        workings: the steps of each accounting period by law.
    """
    sources: Sources = {}
    left_out = "Amounts of 0, and figures of law that do nothing to this company, are left out here; --json lists them all."
    title = f"Working of {printable(result.company.name) or 'the company'}, in pounds; model {result.model_version}"
    yield Section("How the tax comes about", title, (Note(f"{title}\n{left_out}"),), on=Medium.TERMINAL)
    for place, period in enumerate(result.accounting_periods):
        span = span_of(period)
        for law, periods in workings.items():
            yield Section(
                "Working", "", (Note(f"{span}, {UNDER[law]}", Style.STRONG),), on=Medium.TERMINAL | Medium.DOCUMENT
            )
            yield from sections_of(periods[place], sources)
    listed: tuple[Part, ...] = (*_sources_in_lines(sources), _listed(sources))
    yield Section("Sources of the figures of law", "Where is each figure of law to be read?", listed, on=~_BOOK)
    name = result.company.name or "The company"
    yield Section("Working", f"{name}: working, step by step", (_all_steps(result, workings),), on=_BOOK)
    yield Section("Parameters", f"{name}: figures of law used", (_parameters(workings),), on=_BOOK)


def sections_of(steps: Sequence[Step], sources: Sources) -> Iterator[Section]:
    """The steps of one accounting period that come to anything, numbered one after the other, under their headings.

    Args:
        sources: figures of law by their number, to which those of these steps are added.
    """
    for part, group in groupby(shown_of(steps), key=lambda pair: pair[1].part):
        shown_already: set[tuple[object, ...]] = set()
        tables: list[Part] = [Note(part, Style.STRONG, on=Medium.TERMINAL)]
        for number, step in group:
            tables += [_how(number, step), _table(step, shown_already, sources)]
        yield Section(part, "", tuple(tables), folded=True, on=~_BOOK)


def shown_of(steps: Sequence[Step]) -> list[tuple[int, Step]]:
    """The steps of one accounting period that come to anything, each with its number among them."""
    return list(enumerate((step for step in steps if comes_to_anything(step, steps)), start=1))


def comes_to_anything(step: Step, steps: Sequence[Step]) -> bool:
    """Whether a step is worth showing: its result is not 0, nor as usual, nor for steps alone that come to nothing.

    The rate at which an empty pool is written down is one of those.
    """
    if step.variable in _ALWAYS:
        return True
    if step.variable in _FOR_ANOTHER:
        other_name = _FOR_ANOTHER[step.variable]
        given = any(each.name == other_name and each.value for other in steps for each in other.inputs)
        return given or any(_is_something(other) for other in steps if other.variable == other_name)
    rest_on_it = (
        [other for other in steps if any(each.name == step.variable for each in other.inputs)] if step.variable else []
    )
    return _is_something(step) and (
        not rest_on_it
        or any(
            comes_to_anything(other, steps) if other.variable in _FOR_ANOTHER else _is_something(other)
            for other in rest_on_it
        )
    )


def _is_something(step: Step) -> bool:
    return bool(step.result and step.result != _USUAL.get(step.variable))


def _how(number: int, step: Step) -> Note:
    box = box_of(current_law().variables[step.variable]) if step.variable else ""
    cited = "; ".join(citation for citation in (step.reference, box) if citation)
    return Note(f"{number}. {step.label}. {step.words}{f' [{cited}]' if cited else ''}")


def _table(step: Step, shown_already: set[tuple[object, ...]], sources: Sources) -> Table:
    """What went into a step, the figures of law not shown under the same heading yet, and what came out."""
    rows = [_row(named(entry), entry_in_words(entry.value)) for entry in step.inputs if entry.value]
    figures = list(figures_that_bear(step))
    for figure in figures:
        if not _again(shown_already, figure.path, figure.start):
            number_of = sources.setdefault((figure.path, figure.start, figure.references), len(sources) + 1)
            label = f"{figure.label}, from {day_in_words(figure.start)} ({number_of})"
            value = figure.value
            rows.append(_row(label, entry_in_words(value) if isinstance(value, str) else in_words(value, figure.unit)))
    dated = {(figure.path, figure.value) for figure in step.parameters}
    labels = {figure.path: figure.label for figure in figures}
    for used in step.used:
        if (
            used.value
            and used.path in labels
            and (used.path, used.value) not in dated
            and not _again(shown_already, used.path, used.start, used.value)
        ):
            stretch = f"{day_in_words(used.start)} to {day_in_words(used.end)}"
            rows.append(_row(f"{labels[used.path]}, over {stretch}", entry_in_words(used.value)))
    if isinstance(step.result, tuple):
        rows += [
            _row(day_in_words(instalment.due), entry_in_words(instalment.amount), is_total=True)
            for instalment in step.result
        ]
    else:
        rows.append(_row(step.label, value_in_words(step.result, step.unit), is_total=True))
    return Table("", (Column("", width=80), Column(" ", NUMBER, 20)), rows)


def _again(shown_already: set[tuple[object, ...]], *what: object) -> bool:
    """Whether it was shown before; from now on it was."""
    is_old = what in shown_already
    shown_already.add(what)
    return is_old


def _row(label: str, value: str, *, is_total: bool = False) -> Row:
    return Row((label, Cell(value)), indent=2 if is_total else 4, is_total=is_total)  # a cell: as written, no number


def named(entry: Input) -> str:
    """What goes into a step, with its day and where it comes from."""
    return f"{entry.title}{'' if entry.day is None else f', {day_in_words(entry.day)}'}{_ORIGINS.get(entry.origin, '')}"


def _listed(sources: Sources) -> Table:
    """Each figure of law by its number, with the first place where it is to be read."""
    rows = [
        (number, f"{path}, from {day_in_words(start)}", Cell(printable(reference.title), link=reference.href))
        for (path, start, references), number in sources.items()
        for reference in references or (Reference(""),)
    ]
    columns = (Column("Number", NUMBER, 10), Column("Figure", TEXT, 60), Column("Source", TEXT, 60))
    return Table("Sources of the figures of law", columns, rows, on=Medium.READ)


def _sources_in_lines(sources: Sources) -> Iterator[Note]:
    """The sources of the figures of law as lines of a terminal: number and path, then each source with its address."""
    yield Note("Sources of the figures of law", on=Medium.TERMINAL)
    for (path, start, references), number in sources.items():
        lines = [f"{number:>4}  {path}, from {day_in_words(start)}"]
        lines_of_sources = (
            line for reference in references for line in (printable(reference.title), printable(reference.href)) if line
        )
        lines += [
            line
            for source_line in lines_of_sources
            for line in textwrap.wrap(
                source_line, _WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT, break_long_words=False
            )
        ]
        yield Note("\n".join(lines), Style.CODE, on=Medium.TERMINAL)


def span_of(period: PeriodResult | CompanyPeriod) -> str:
    """The first and the last day of an accounting period, in words."""
    return f"{day_in_words(period.start)} to {day_in_words(period.end)}"


def value_in_words(value: Entry, unit: str) -> str:
    """A result in its unit, amounts to the penny."""
    if isinstance(value, float) and unit == POUNDS:
        return f"{round(value, 2) + 0.0:,.2f}"
    return entry_in_words(value)


def entry_in_words(value: Entry) -> str:
    """A value by itself: days in words, amounts to the penny, shares and rates in full."""
    if isinstance(value, date):
        return day_in_words(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) > 2 else f"{value:,.6g}"
    return str(value).replace("_", " ")  # a choice, such as very_large


# --- the workbook ---------------------------------------------------------------------------------------------------


def _all_steps(result: CompanyResult, workings: Workings) -> Table:
    rows: list[Row] = []
    for place, period in enumerate(result.accounting_periods):
        span = span_of(period)
        for law, periods in workings.items():
            for number, step in shown_of(periods[place]):
                rows += [Row((span, LAWS[law], number, step.part, *cells)) for cells in _rows_of_step(step)]
    names = ("Accounting period", "Law", "Step", "Part", "Row", "What", "Value", "From", "In words, or source", "Link")
    widths = (26, 14, 7, 26, 10, 60, 18, 18, 60, 60)
    kinds: dict[str, Kind] = {"Step": NUMBER, "Value": RATE}
    columns = tuple(Column(name, kinds.get(name, TEXT), width) for name, width in zip(names, widths, strict=True))
    return Table("", columns, rows, name="Working", filtered=True)


def _rows_of_step(step: Step) -> Iterator[tuple[Value | Cell, ...]]:
    variables = current_law().variables
    for entry in (entry for entry in step.inputs if not (isinstance(entry.value, float) and entry.value == 0)):
        unit = variables[entry.name].unit if entry.name in variables else POUNDS
        yield "input", entry.title, _cell(entry.value, unit), entry.day, "", ""
    for figure in step.parameters:
        label = f"{figure.label} ({figure.path})"
        yield "law", label, _cell(figure.value, figure.unit), figure.start, *_source(figure)
    labels = {figure.path: figure.label for figure in step.parameters}
    for used in step.used:
        stretch = f"as it applies from {day_in_words(used.start)} to {day_in_words(used.end)}"
        yield "applied", labels.get(used.path, used.path), used.value, None, stretch, ""
    words = f"{step.words}{f' [{step.reference}]' if step.reference else ''}"
    if isinstance(step.result, tuple):
        for due in step.result:
            yield "result", step.label, _cell(due.amount, POUNDS), due.due, words, ""
    else:
        yield "result", step.label, _cell(step.result, step.unit), None, words, ""


def _cell(value: Entry, unit: object) -> Cell:
    return Cell(value, RATE if unit == SHARE else POUNDS_AND_PENCE if unit == POUNDS else NUMBER)


def _source(figure: ParameterValue) -> tuple[str, str]:
    titles = "; ".join(each.title for each in figure.references)
    return titles, "; ".join(each.href for each in figure.references if each.href)


def _parameters(workings: Workings) -> Table:
    """Every figure of law that some step rests on, the laws that have it, and its source."""
    used: dict[ParameterValue, list[str]] = {}
    for law, periods in workings.items():
        for figure in _figures(periods):
            laws = used.setdefault(figure, [])
            if law not in laws:
                laws.append(law)
    rows = []
    for figure, laws in sorted(used.items(), key=lambda pair: (pair[0].path, pair[0].start)):
        of_law = (
            figure.path,
            figure.label,
            _cell(figure.value, figure.unit),
            figure.unit,
            figure.start,
            figure.straddle,
            figure.kind,
            figure.status,
        )
        of = "both" if len(laws) > 1 or REFORM not in workings else LAWS[laws[0]]
        rows.append(Row((*of_law, of, *_source(figure))))
    names = ("Path", "Parameter", "Value", "Unit", "In force from", "In a straddling period", "Kind", "Source is", "Law")
    widths = (60, 40, 18, 14, 14, 20, 12, 12, 14)
    columns = [Column(name, RATE if name == "Value" else TEXT, width) for name, width in zip(names, widths, strict=True)]
    sources = (Column("Source", TEXT, 60), Column("Link", TEXT, 60))
    return Table("", (*columns, *sources), rows, name="Parameters", filtered=True)


def _figures(periods: Iterable[Sequence[Step]]) -> Iterator[ParameterValue]:
    return (figure for period in periods for step in period for figure in step.parameters)


# --- the schedules, and what was assumed -----------------------------------------------------------------------------
# Each schedule is one table for an accounting period and a law. What a reader sees leaves out rows and columns of
# figures that are all 0; the workbook has every row and column, on the sheet that ``_SHEETS`` names.


ASSUMED = "What is assumed"
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
_KINDS: dict[str, Kind] = {POUNDS: POUNDS_AND_PENCE, SHARE: EXACT_PERCENTAGE, TEXT_FIELD: TEXT, DAY: TEXT, WHOLE: YEAR}
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


def schedule_sections(result: CompanyResult) -> Iterator[Section]:
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
    heads = (Column(columns[0].label, TEXT, 34), *(Column(name, POUNDS_AND_PENCE, 22) for name in names))
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
