"""The working of one company as sections: its steps under their headings, by accounting period and law, and their sources.

Only steps that come to something are shown, numbered as they are shown. A terminal and a page have each fact once under a
heading, and each figure of law that bears on the company; the workbook lists each step with all that it rests on, and every
figure of law with its source.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from openfisca_goodwork.company import CompanyPeriod, CompanyResult, PeriodResult
from openfisca_goodwork.company.facts import CURRENT_LAW, REFORM
from openfisca_goodwork.company.steps import PERIOD_BEFORE, Entry, Input, ParameterValue, Reference, Step
from openfisca_goodwork.errors import printable
from openfisca_goodwork.law.model import POUNDS, SHARE, box_of
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.law.research_and_development_payment import CREDIT
from openfisca_goodwork.number_formats import NUMBER, POUNDS_AND_PENCE, RATE, TEXT, Kind
from openfisca_goodwork.policy.vocabulary import in_words
from openfisca_goodwork.reports.company_figures import figures_that_bear
from openfisca_goodwork.reports.sections import Cell, Column, Medium, Note, Part, Row, Section, Style, Table, Value
from openfisca_goodwork.system import current_law

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
    return Row((label, Cell(value)), indent=2 if is_total else 4, is_total=is_total)


def named(entry: Input) -> str:
    """What goes into a step, with its day and where it comes from."""
    return f"{entry.title}{'' if entry.day is None else f', {day_in_words(entry.day)}'}{_ORIGINS.get(entry.origin, '')}"


def _listed(sources: Sources) -> Table:
    """Each figure of law by its number, with the first place where it is to be read."""
    rows = [
        Row(
            (
                number,
                f"{path}, from {day_in_words(start)}",
                Cell(printable(reference.title), link=reference.href),
            )
        )
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


def lower_first(label: str) -> str:
    """A label inside a sentence or under another one."""
    return f"{label[0].lower()}{label[1:]}"


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
    """The steps that come to something, a row for each thing that they rest on and for what they come to."""
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
    """What went in, the figures of law, and the result last."""
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
    """A value with the number format of its unit."""
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
