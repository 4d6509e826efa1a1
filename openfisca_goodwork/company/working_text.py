"""A working as plain text: steps numbered under their headings, each with what went in, the law, and what came out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from openfisca_goodwork.company.facts import REFORM
from openfisca_goodwork.company.result import CompanyResult
from openfisca_goodwork.company.steps import GIVEN, PERIOD_BEFORE, Entry, Input, Reference, Step
from openfisca_goodwork.errors import printable
from openfisca_goodwork.law.instalments import Instalment
from openfisca_goodwork.law.model import POUNDS, box_of
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy.vocabulary import in_words
from openfisca_goodwork.system import current_law

_WIDTH = 110
_FIGURES = 18
_INDENT = "      "
_TITLES = {REFORM: "under the reform"}
_LEFT_OUT = "Amounts and figures of law that are 0 are left out here; --json lists them all."
# What is left out too: a truth of everybody where nothing is asked.
_USUAL = {"meets_good_work_conditions": True}
_ALWAYS = ("adjusted_trading_result", "taxable_total_profits", "corporation_tax", "net_corporation_tax")
_ORIGINS = {GIVEN: "", PERIOD_BEFORE: ", carried forward by the period before"}

Sources = dict[tuple[str, date, tuple[Reference, ...]], int]


def text_of(result: CompanyResult) -> str:
    """The working of every accounting period under every law, lines parted by newlines."""
    return "\n".join(_lines(result))


def _lines(result: CompanyResult) -> Iterator[str]:
    yield f"Working of {printable(result.company.name) or 'the company'}, in pounds; model {result.model_version}"
    yield _LEFT_OUT
    workings = {law: result.working(law) for law in result.laws}
    sources: Sources = {}
    for place, one in enumerate(result.accounting_periods):
        for law, periods in workings.items():
            yield f"\n{day_in_words(one.start)} to {day_in_words(one.end)}, {_TITLES.get(law, 'current law')}"
            yield from _period(periods[place], sources)
    yield "\nSources of the figures of law"
    yield from _listed(sources)


def _period(steps: Sequence[Step], sources: Sources) -> Iterator[str]:
    """The steps that come to anything, numbered as in the whole list."""
    shown = [(number, step) for number, step in enumerate(steps, start=1) if comes_to_anything(step)]
    for part, group in groupby(shown, key=lambda pair: pair[1].part):
        yield f"\n{part}"
        for number, step in group:
            head = f"{number:>4}  {step.label}"
            result = "" if isinstance(step.result, tuple) else value_in_words(step.result, step.unit)
            yield f"{head:<{_WIDTH - _FIGURES}}{result:>{_FIGURES}}" if result else head
            told = (step.reference, box_of(current_law().variables[step.variable]) if step.variable else "")
            cited = "; ".join(one for one in told if one)
            yield from _wrapped(f"{step.words}{f' [{cited}]' if cited else ''}", _INDENT)
            yield from _ingredients(step, sources)
            yield from _instalments(step)


def comes_to_anything(step: Step) -> bool:
    """Whether a step is worth showing: its result is not 0, nor as usual."""
    return step.variable in _ALWAYS or bool(step.result and step.result != _USUAL.get(step.variable))


def _ingredients(step: Step, sources: Sources) -> Iterator[str]:
    for one in step.inputs:
        if one.value:
            yield _line(named_input(one), entry_in_words(one.value))
    for figure in step.parameters:
        if figure.value:
            number = sources.setdefault((figure.path, figure.start, figure.references), len(sources) + 1)
            yield _line(f"{figure.label}, from {day_in_words(figure.start)} ({number})", in_words(figure.value, figure.unit))
    dated = {(figure.path, figure.value) for figure in step.parameters}
    labels = {figure.path: figure.label for figure in step.parameters}
    for used in step.used:
        if used.value and (used.path, used.value) not in dated:
            stretch = f"{day_in_words(used.start)} to {day_in_words(used.end)}"
            yield _line(f"{labels[used.path]}, over {stretch}", entry_in_words(used.value))


def named_input(one: Input) -> str:
    """What goes into a step, with its day and where it comes from."""
    return f"{one.title}{'' if one.day is None else f', {day_in_words(one.day)}'}{_ORIGINS.get(one.origin, '')}"


def _line(label: str, value: str) -> str:
    return f"{_INDENT}  {label:<{_WIDTH - 2 * _FIGURES - len(_INDENT)}}{value:>{_FIGURES}}"


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent)


def _listed(sources: Sources) -> Iterator[str]:
    """Each figure's number, path, and where it is to be read."""
    for (path, start, references), number in sources.items():
        yield f"{number:>4}  {path}, from {day_in_words(start)}"
        for one in references:
            yield from _wrapped(printable(one.title), _INDENT)
            if one.href:
                yield f"{_INDENT}{printable(one.href)}"


def _instalments(step: Step) -> Iterator[str]:
    due: tuple[Instalment, ...] = step.result if isinstance(step.result, tuple) else ()
    for one in due:
        yield _line(day_in_words(one.due), f"{one.amount:,.2f}")


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
    return str(value)
