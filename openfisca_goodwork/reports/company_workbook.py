"""One company as a workbook: the computation with live formulas, its working, the figures of law, what was told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openfisca_goodwork.company import CompanyResult
from openfisca_goodwork.company.facts import REFORM
from openfisca_goodwork.company.steps import ParameterValue, Step
from openfisca_goodwork.company.vocabulary import label_of
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.number_formats import STATUSES
from openfisca_goodwork.policy import as_asked
from openfisca_goodwork.reports.company_computation import write_computation
from openfisca_goodwork.reports.company_training import write_training
from openfisca_goodwork.reports.workbook import Page, Pages, write_workbook

LAWS = {"current_law": "current law", "reform": "reform"}
_WIDE, _NARROW = 60, 18
NOTES = """\
Amounts are pounds, unrounded in the cells and shown to the penny; rates are fractions: 25% is 0.25.
On the sheet Computation, totals, differences and the tax are formulas: change a figure above one and it follows.
Allowances, reliefs and losses used are values there, which the sheet Working explains step by step.
The sheet Working lists every step of every accounting period under each law: what went in, the figures of law with the day \
from which each is in force, and what came out.
The reform is a proposal unless the cover says otherwise; current law is the law held by this version of the model.
This is a model's computation, not advice and not a return.""".splitlines()
_PARAMETERS = [
    "Path",
    "Parameter",
    "Value",
    "Unit",
    "In force from",
    "In a straddling period",
    "Kind",
    "Source is",
    "Law",
    "Source",
    "Link",
]


def write_company_workbook(result: CompanyResult, path: Path) -> Path:
    """Write one company's result as a workbook: Cover, Computation, Working, Parameters, Inputs, Notes.

    And Training, after the computation, where a reform gives a relief for it.

    Raises:
        GoodworkError: for a name that is not of a workbook, without XlsxWriter, or where the disk refuses.
    """
    return write_workbook(path, lambda pages: _fill(pages, result))


def _fill(pages: Pages, result: CompanyResult) -> None:
    name = result.company.name or "The company"
    _cover(pages.page("Cover", name, [30, 90]), result)
    figures = [_NARROW] * 3
    write_computation(pages.page("Computation", f"{name}: computation of corporation tax", [_WIDE, *figures]), result)
    steps = {law: result.working(law) for law in result.laws}
    if any(result.training):
        write_training(pages.page("Training", f"{name}: relief for training", [26, _WIDE, *figures]), result)
    widths = [26, 14, 7, 26, 10, _WIDE, _NARROW, _NARROW, _WIDE, _WIDE]
    _working(pages.page("Working", f"{name}: working, step by step", widths), result, steps)
    widths = [_WIDE, 40, _NARROW, 14, 14, 20, 12, 12, 14, _WIDE, _WIDE]
    _parameters(pages.page("Parameters", f"{name}: figures of law used", widths), steps)
    _inputs(pages.page("Inputs", f"{name}: what was told", [26, _WIDE, 50, _NARROW, _NARROW]), result)
    notes = pages.page("Notes", "Notes", [110])
    for note in NOTES:
        notes.line([note], style="wrapped")


def _cover(page: Page, result: CompanyResult) -> None:
    finding = result.summary().splitlines()[0]
    spans = [f"{day_in_words(one.start)} to {day_in_words(one.end)}" for one in result.accounting_periods]
    options = "".join(f" --reform {as_asked(one)}" for one in result.reforms)
    lines: list[tuple[str, Any]] = [
        ("Result", finding),
        ("Accounting periods", "; ".join(spans)),
        *(("Reform", f"{one.title}. {STATUSES[one.status]}.") for one in result.reforms),
        ("Limits and rates", f"apportioned by {result.company.apportionment}"),
        ("Unit", "£; the difference is reform less current law"),
        ("Model", f"openfisca-goodwork {result.model_version}"),
        ("Reproduce", f"goodwork calculate FILE{options} --working"),
    ]
    for label, value in lines:
        page.put(0, label, style="bold")
        page.put(1, value, style="" if str(value).startswith(("=", "+", "-", "@")) else "wrapped")
        page.row += 1


Workings = dict[str, tuple[tuple[Step, ...], ...]]


def _working(page: Page, result: CompanyResult, steps: Workings) -> None:
    page.heading(["Accounting period", "Law", "Step", "Part", "Row", "What", "Value", "From", "In words, or source", "Link"])
    for place, one in enumerate(result.accounting_periods):
        span = f"{day_in_words(one.start)} to {day_in_words(one.end)}"
        for law, periods in steps.items():
            for number, step in enumerate(periods[place], start=1):
                for row in _rows_of_step(step):
                    page.line([span, LAWS[law], None, step.part, *row])
                    page.row -= 1
                    page.put(2, number, style="text")
                    page.row += 1


def _rows_of_step(step: Step) -> Iterator[list[Any]]:
    """What went in, the figures of law, and the result last."""
    yield from (["input", one.title, one.value, one.day] for one in step.inputs)
    for one in step.parameters:
        yield ["law", f"{one.label} ({one.path})", one.value, one.start, *_source(one)]
    labels = {one.path: one.label for one in step.parameters}
    for used in step.used:
        stretch = f"as it applies from {day_in_words(used.start)} to {day_in_words(used.end)}"
        yield ["applied", labels.get(used.path, used.path), used.value, None, stretch]
    words = f"{step.words}{f' [{step.reference}]' if step.reference else ''}"
    if isinstance(step.result, tuple):
        yield from (["result", step.label, one.amount, one.due, words] for one in step.result)
    else:
        yield ["result", step.label, step.result, None, words]


def _source(one: ParameterValue) -> list[str]:
    titles = "; ".join(each.title for each in one.references)
    return [titles, "; ".join(each.href for each in one.references if each.href)]


def _parameters(page: Page, steps: Workings) -> None:
    page.heading(_PARAMETERS)
    used: dict[ParameterValue, list[str]] = {}
    for law, periods in steps.items():
        for one in (figure for period in periods for step in period for figure in step.parameters):
            laws = used.setdefault(one, [])
            if law not in laws:
                laws.append(law)
    for one, laws in sorted(used.items(), key=lambda pair: (pair[0].path, pair[0].start)):
        told = [one.path, one.label, one.value, one.unit, one.start, one.straddle, one.kind, one.status]
        page.line([*told, "both" if len(laws) > 1 or REFORM not in steps else LAWS[laws[0]], *_source(one)])


def _inputs(page: Page, result: CompanyResult) -> None:
    page.heading(["Accounting period", "Variable", "What", "Value", "Day"])
    for period in result.company.accounting_periods:
        span = f"{day_in_words(period.start)} to {day_in_words(period.end)}"
        for name, value in period.values.items():
            page.line([span, name, label_of(name), value])
        for item in period.items:
            marks = f" ({', '.join(item.tags)})" if item.tags else ""
            page.line([span, item.variable, f"{label_of(item.variable)}{marks}", item.amount, item.day])
        for car in period.cars:
            condition = "new" if car.is_new else "second-hand"
            page.line([span, "car", f"Car, {car.emissions:g} g/km, {condition}", car.cost, car.day])
        for one in period.buildings_sold:
            page.line([span, "cost", "Cost of a building sold; the day its allowance began", one.cost, one.begins])
            page.line([span, "proceeds", "Proceeds of a building sold", one.proceeds, one.sold])
