"""The report of parameters found by a word."""

from __future__ import annotations

from openfisca_goodwork.errors import counted
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy.compare import ParameterList
from openfisca_goodwork.policy.vocabulary import in_words
from openfisca_goodwork.reports.sections import Column, Medium, Note, Part, Report, Section, Table, facts, rows_of

PARAMETERS = "Parameters"
_HISTORY = "Every value it has had, with references: goodwork compare --history {}"


def report_of_parameters(listed: ParameterList) -> Report:
    """The report of parameters: all about one, or a line each of several."""
    parameters = listed.parameters
    heading = f"{counted(len(parameters), 'parameter')}{f' with {listed.word!r}' if listed.word else ''}"
    parts: list[Part] = [_one_parameter(listed)] if len(parameters) == 1 else [_several_parameters(listed)]
    path = parameters[0].leaf.path
    parts.append(Note(_HISTORY.format(path) if len(parameters) == 1 else "All about one: goodwork parameters PATH"))
    section = Section(PARAMETERS, heading, tuple(parts), heading)
    return Report(heading, "", (section,), command="", stem="parameters")


def _one_parameter(listed: ParameterList) -> Table:
    each = listed.parameters[0]
    leaf = each.leaf
    lines = {
        "Path": leaf.path,
        "Called": leaf.label,
        "What it is": " ".join(leaf.description.split()),
        f"On {day_in_words(listed.on)}": "not yet held" if each.value is None else in_words(each.value, leaf.unit),
        "Since": "" if each.starts is None else day_in_words(each.starts),
        "Unit": leaf.unit,
        "Kind": leaf.kind,
        "May be": each.allowed,
        "A period that straddles a change": ", ".join(leaf.straddles),
        "Reference": each.reference,
        "Status": each.status,
    }
    return facts("", lines)


def _several_parameters(listed: ParameterList) -> Table:
    columns = (
        Column("Path", width=60, of="leaf.path"),
        Column(
            f"On {day_in_words(listed.on)}",
            width=18,
            of=lambda each: "–" if each.value is None else in_words(each.value, each.leaf.unit),
        ),
        Column("Called", width=40, of="leaf.label"),
        Column("May be", width=30, on=Medium.NOT_TERMINAL, of="allowed"),
    )
    return Table("Parameters by path", columns, rows_of(columns, listed.parameters), name=PARAMETERS)
