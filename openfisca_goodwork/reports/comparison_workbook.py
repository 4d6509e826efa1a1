"""A comparison of two laws as a workbook: what differs, with the sources of both sides as links, and what that touches."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openfisca_goodwork.law.model import POUNDS, SHARE
from openfisca_goodwork.policy import CURRENT_LAW, Comparison, Difference
from openfisca_goodwork.policy.affected_variables import AffectedVariables
from openfisca_goodwork.policy.differences import spoken
from openfisca_goodwork.policy.reform import Edit
from openfisca_goodwork.policy.vocabulary import BETWEEN, current_vocabulary
from openfisca_goodwork.reports.workbook import Page, Pages, write_workbook
from openfisca_goodwork.version import model_version

NOT_IN_LAW = "not in law"
NOTHING_DIFFERS = "Nothing differs."
NO_OVERRIDES = "No reform of a side replaces a value of an earlier one."
NOTES = """\
A and B are two laws. “law” is the law held by this version of the model, with its changes enacted so far; “law@2023-04-01” \
is that law as it stood on the day, held as if nothing had been changed since; a reform lies upon the law.
Each row is one parameter over one stretch of days in which it has one value in A and another in B. No day in the column To \
means as long as the law is held.
New: only B has such a rule. Repealed: only A has. Moved: both have it, with two values. Deferred, brought forward: B takes \
the same steps as A on later days, or on earlier ones. Straddling: both change to one value on one day, which reaches \
accounting periods across that day in another way. Begun anew, run on: B alone, or A alone, states a value once more, \
and what is counted from it, as a cap for each window of time, begins again.
The columns Across the day say how accounting periods that straddle the first day of a value take the change.
Amounts are pounds and rates are percentages, unrounded in the cells.
Overrides lists what a later reform of a sum such as a + b replaces of an earlier one.
A reform is a proposal unless it says otherwise. This is a table of law and proposals, not advice.""".splitlines()

_STYLES = {POUNDS: "money", SHARE: "percentage"}
_COLUMNS = {
    "Parameter": 40,
    "Path": 60,
    "Unit": 12,
    "A": 14,
    "B": 14,
    "From": 13,
    "To": 13,
    "Change": 15,
    "A: across the day": 18,
    "B: across the day": 18,
    "A: source": 50,
    "A: link": 45,
    "A: other links": 30,
    "B: source": 50,
    "B: link": 45,
    "B: other links": 30,
}


def write_comparison_workbook(comparison: Comparison, path: Path, touched: AffectedVariables | None = None) -> Path:
    """Write a comparison as a workbook: Cover, Differences, Overrides, Touched where that was asked for, Notes.

    Raises:
        GoodworkError: for a name that is not of a workbook, without XlsxWriter, or where the disk refuses.
    """
    return write_workbook(path, lambda pages: _fill(pages, comparison, touched))


def _fill(pages: Pages, comparison: Comparison, touched: AffectedVariables | None) -> None:
    _cover(pages.page("Cover", "Two laws compared", [20, 100]), comparison)
    differences = pages.page("Differences", "Every parameter that differs", [*_COLUMNS.values()])
    differences.heading([*_COLUMNS])
    for row in comparison.rows:
        _difference(differences, row)
    if not comparison.rows:
        differences.line([NOTHING_DIFFERS])
    _overrides(pages.page("Overrides", "What later reforms replace of earlier ones", [60, 13, 40, 16, 40, 16]), comparison)
    if touched is not None:
        _touched(pages.page("Touched", "Variables that the differences touch", [50, 60, 90]), touched)
    notes = pages.page("Notes", "Notes", [110])
    for note in NOTES:
        notes.line([note], style="wrapped")


def _cover(page: Page, comparison: Comparison) -> None:
    lines = [
        ("Result", comparison.finding),
        ("A", comparison.a),
        ("B", comparison.b),
        ("First day", comparison.start or "open"),
        ("Last day", comparison.end or "open"),
        ("Model", f"openfisca-goodwork {model_version()}"),
        ("Reproduce", comparison.command),
    ]
    for label, value in lines:
        page.put(0, label, style="bold")
        page.put(1, value)
        page.row += 1


def _difference(page: Page, row: Difference) -> None:
    page.line([row.label, row.path, row.unit])
    page.row -= 1
    style = _STYLES.get(row.unit, "number")
    _value(page, 3, NOT_IN_LAW if row.value_a is None else row.meaning_a or row.value_a, style)
    _value(page, 4, NOT_IN_LAW if row.value_b is None else row.meaning_b or row.value_b, style)
    told = [row.starts, row.ends, row.change, spoken(row.straddle_a), spoken(row.straddle_b)]
    for column, value in enumerate(told, start=5):
        page.put(column, value)
    for column, source, addresses in ((10, row.reference_a, row.href_a), (13, row.reference_b, row.href_b)):
        first, _, others = addresses.partition(BETWEEN)
        page.put(column, source)
        page.link(column + 1, first)
        page.put(column + 2, others)
    page.row += 1


def _value(page: Page, column: int, value: Any, style: str) -> None:
    """A number with the format of its unit; anything else as the page writes it."""
    is_number = isinstance(value, float | int) and not isinstance(value, bool)
    page.put(column, value, style=style if is_number else "")


def _overrides(page: Page, comparison: Comparison) -> None:
    page.heading(["Path", "From", "Earlier reform", "Its value", "Later reform", "Its value"])
    for one in comparison.overrides:
        leaf = current_vocabulary().get(one.path)
        style = _STYLES.get(leaf.unit if leaf else "", "number")
        for column, value in enumerate((one.path, one.date, one.earlier, one.earlier_value, one.later, one.later_value)):
            _value(page, column, _said(value), style)
        page.row += 1
    if not comparison.overrides:
        page.line([NO_OVERRIDES])


def _said(value: Edit | Any) -> Any:
    return "as in current law" if value is CURRENT_LAW else value


def _touched(page: Page, touched: AffectedVariables) -> None:
    page.line([touched.finding], style="text")
    page.heading(["Variable", "What", "Reads"])
    rows: Sequence[Sequence[str]] = touched.to_dataframe().to_numpy().tolist()
    for row in rows:
        page.line(row)
    for path in touched.unread:
        page.line([f"({path}: read by no formula)"])
