"""The report in words and plain tables, as a terminal shows it: what was asked, each measure by year, the verdict."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from openfisca_goodwork.costing.credibility import AS_USED, LEFT_OUT, NOTHING_FITTED
from openfisca_goodwork.costing.official import declared, measures, why_checks_differ
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.number_formats import rounded

if TYPE_CHECKING:
    from openfisca_goodwork.validation.checks import Check
    from openfisca_goodwork.validation.report import MeasureError, ValidationReport, Verdict

_LABEL, _COLUMN, _WIDTH = 34, 10, 120
NAMES = {
    AS_USED: "Model, as used",
    LEFT_OUT: "Fitted without it",
    NOTHING_FITTED: "Nothing fitted to any costing",
}
HEADING = (
    "The model against official figures, £ million; minus is a cost. Each measure on the law and the outlook of its day.\n"
    "Error: total absolute difference over the years published, as a share of the total of the official figures."
)


def summary_of(report: ValidationReport) -> str:
    """The whole text: group by group, checks, what is not covered."""
    blocks = [HEADING, *_groups(report)]
    if report.checks:
        blocks += [_checks(report.checks), _not_covered()]
    return "\n\n".join(blocks)


def _groups(report: ValidationReport) -> Iterator[str]:
    for title in dict.fromkeys(one.title for one in report.verdicts):
        verdicts = [one for one in report.verdicts if one.title == title]
        errors = [one for one in report.errors if one.measure.group.title == title]
        yield title.upper()
        yield from (_measure(one) for one in errors)
        said = [*map(verdict, verdicts), *(miss(one) for one in errors if not one.is_met), *fitted_in(errors)]
        yield "\n".join(textwrap.fill(one, _WIDTH, subsequent_indent="  ") for one in said)


def _measure(error: MeasureError) -> str:
    """A measure by year: the official figure and the model's."""
    about = error.measure
    lines = [textwrap.fill(f"{about.title} ({about.name}): {about.origin}; {outlook(about.forecast)}.", _WIDTH)]
    lines.append(_line("", [*(one.financial_year for one in error.figures), "error"]))
    lines.append(_line("  Official", [rounded(one.official) for one in error.figures]))
    for column in (AS_USED, LEFT_OUT, NOTHING_FITTED):
        if error.errors[column] is not None and not (column != AS_USED and _same(error, column)):
            amounts = [rounded(one.model[column] or 0.0) for one in error.figures]
            lines.append(_line(f"  {NAMES[column]}", [*amounts, f"{error.errors[column]:.1%}"]))
    lines.append(f"  {fitted(error)}")
    return "\n".join(lines)


def _same(error: MeasureError, column: str) -> bool:
    return all(one.model[column] == one.model[AS_USED] for one in error.figures)


def fitted(error: MeasureError) -> str:
    """How much was fitted to a measure, in a sentence."""
    if not error.fitted_by:
        return "Nothing was fitted to it."
    return f"{len(error.fitted_by)} assumptions were fitted to it, among others."


def fitted_in(errors: Iterable[MeasureError]) -> tuple[str, ...]:
    """The assumptions that were fitted to any of some measures, in a sentence; none where there are none."""
    paths = dict.fromkeys(path for one in errors for path in one.fitted_by)
    return (f"Fitted to costings: {', '.join(paths)}.",) if paths else ()


def outlook(forecast: str) -> str:
    """An outlook in words: `outlook of March 2021`."""
    return f"outlook of {day_in_words(date.fromisoformat(f'{forecast}-01')).partition(' ')[2]}"


def verdict(one: Verdict) -> str:
    """Mean and worst error of a group in one column, and whether the bound is met."""
    said = f"{NAMES[one.column]}: {one.mean:.1%} off" + (f" on average of {one.measures}" if one.measures > 1 else "")
    if one.bound is not None:
        said += f", {'within' if one.is_met else 'over'} the bound of {one.bound:.0%}"
    worst = f"; worst {one.worst:.1%}, {measures()[one.worst_measure].title}" if one.measures > 1 else ""
    return f"{said}{worst}."


def miss(error: MeasureError) -> str:
    """That a measure is over its bound, and what the two figures are known to treat differently."""
    about = error.measure
    return f"Over its bound of {about.bound:.0%}: {about.title}, {error.errors[AS_USED]:.1%}. {about.why.strip()}"


def _checks(checks: Sequence[Check]) -> str:
    """The checks, as costs."""
    lines = ["CHECKS: COSTS, £ MILLION, NO ERRORS"]
    for role, name in dict.fromkeys((one.role, one.name) for one in checks):
        of = [one for one in checks if (one.role, one.name) == (role, name)]
        lines += ["", f"{name} ({role})"]
        lines += [f"  {one.financial_year:17}{one.official:10,.0f}{one.model:10,.0f}  {one.basis}" for one in of]
        lines.append(textwrap.fill(why_checks_differ(name), _WIDTH, initial_indent="  ", subsequent_indent="  "))
    lines.insert(1, f"  {'':17}{'official':>10}{'model':>10}")
    return "\n".join(lines)


def _not_covered() -> str:
    left_out = declared()["not_covered"]
    lines = ["NOT COVERED"]
    told = [f"{one['title']} ({name}): {one['why'].strip()}" for name, one in left_out.items()]
    told += [f"Cost of {name}: {why.strip()}" for name, why in declared()["reliefs_not_covered"].items()]
    return "\n".join([*lines, *(textwrap.fill(one, _WIDTH, initial_indent="  ", subsequent_indent="    ") for one in told)])


def _line(label: str, cells: Iterable[str]) -> str:
    return f"{label:<{_LABEL}}" + "".join(f"{cell:>{_COLUMN}}" for cell in cells)
