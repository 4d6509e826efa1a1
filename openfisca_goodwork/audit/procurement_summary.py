"""Good Work First as text: what is asked, who passes, which condition fails, what passing costs and who would pay."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from openfisca_goodwork.audit import words
from openfisca_goodwork.audit.procurement import GoodWorkFirst, Suppliers

PAGE = 122
_LABEL, _COLUMN = 40, 11
_HEADINGS = (
    ("Suppliers", "Contracts", "Passing", "Contracts", "Failing", "Contracts", "Near", "Jobs at"),
    ("", "£m a year", "", "£m", "", "£m", "passing", "failing"),
)
_PERCENT = 100


def summary_of(result: GoodWorkFirst) -> str:
    """The whole text."""
    parts = [_title(result), _suppliers(result), _conditions(result), _together(result), _wage_bill(result), _notes(result)]
    return "\n\n".join(parts)


def finding(result: GoodWorkFirst) -> str:
    """What was found, as a title."""
    held = result.all
    share = held.contracts_failing / held.contracts if held.contracts else 0
    return f"{result.title}: suppliers with {share:.0%} of the contracts covered would fail"


def near(result: GoodWorkFirst) -> str:
    """Which accounting periods are looked at, and what it is to be near passing."""
    points = _PERCENT * result.near_points
    return f"Accounting periods that end in {result.label}. Near: fails, but not with limits {points:g} points wider."


def _title(result: GoodWorkFirst) -> str:
    asked = "; ".join(result.conditions)
    return "\n".join(
        [
            finding(result),
            "Modelled throughout, companies of the United Kingdom. Proposed, not law.",
            *wrap(f"Asked: {asked}.", PAGE),
            near(result),
        ]
    )


def _suppliers(result: GoodWorkFirst) -> str:
    lines = [_line("", heading) for heading in _HEADINGS]
    for by, rows in result.tables.items():
        lines += [] if by == "all" else ["", f"By {by}"]
        lines += [_line(row.name.capitalize() if by == "size" else row.name, _cells(row)) for row in rows if row.suppliers]
    return "\n".join(lines)


def _cells(row: Suppliers) -> list[str]:
    return [
        words.count(row.suppliers),
        words.millions(row.contracts),
        words.count(row.passing),
        words.millions(row.contracts_passing),
        words.count(row.failing),
        words.millions(row.contracts_failing),
        words.count(row.near),
        words.jobs(row.jobs_failing),
    ]


def _line(label: str, cells: Sequence[str]) -> str:
    return (f"{label[: _LABEL - 1]:{_LABEL}}" + "".join(f"{cell:>{_COLUMN}}" for cell in cells)).rstrip()


def _conditions(result: GoodWorkFirst) -> str:
    lines = [_line("Which condition fails", ["Fail it", "£m", "Fail alone", "£m"])]
    for one in result.by_condition:
        cells = [text for held in (one.fails, one.alone) for text in (words.count(held[0]), words.millions(held[1]))]
        lines.append(_line(f"  {one.label}", cells))
    return "\n".join(lines)


def _together(result: GoodWorkFirst) -> str:
    lines = [_line("Exactly which conditions fail", ["Suppliers", "£m"])]
    for one in result.together:
        named = " + ".join(one.conditions) or "none"
        lines.append(_line(f"  {named}", [words.count(one.suppliers), words.millions(one.contracts)]))
    return "\n".join(lines)


def _wage_bill(result: GoodWorkFirst) -> str:
    lines = [
        f"The wage bill of passing: £{words.millions(result.passed_on[0].wage_bill)} million a year",
        _line("Passed on to the buyer", ["Buyers, £m", "Suppliers"]),
    ]
    for one in result.passed_on:
        cells = [words.millions(one.departmental_spending), words.millions(one.suppliers)]
        lines.append(_line(f"  {_PERCENT * one.share:.0f}%", cells))
    return "\n".join(lines)


def _notes(result: GoodWorkFirst) -> str:
    lines = [line for note in result.notes for line in wrap(note, PAGE)]
    return "\n".join([*lines, f"Population {result.population[:12]}", f"Reproduce: {result.command}"])
