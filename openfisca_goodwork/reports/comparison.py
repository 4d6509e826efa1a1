"""Two laws compared, the variables that the differences affect, parameters and their history, each as a report."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from openfisca_goodwork.errors import counted
from openfisca_goodwork.law.model import POUNDS, SHARE
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.number_formats import DAY, LINK, NUMBER, PERCENTAGE, POUNDS_AND_PENCE, Kind
from openfisca_goodwork.policy import CURRENT_LAW, Comparison, Difference, ParameterHistory
from openfisca_goodwork.policy.affected_variables import AffectedVariables
from openfisca_goodwork.policy.check import in_unit_words, what_it_may_be
from openfisca_goodwork.policy.compare import Dated, ParameterList
from openfisca_goodwork.policy.differences import spoken
from openfisca_goodwork.policy.reform import Edit, Value
from openfisca_goodwork.policy.vocabulary import BETWEEN, current_vocabulary, in_words, last_date
from openfisca_goodwork.reports.charts import OTHER, STRONG, Spec, spec_of
from openfisca_goodwork.reports.sections import (
    Cell,
    Chart,
    Column,
    Figure,
    Medium,
    Note,
    Part,
    Report,
    Section,
    Table,
    facts,
    rows_of,
)
from openfisca_goodwork.system import current_law

if TYPE_CHECKING:
    import pandas


# --- the timeline of a parameter: its value on every day, in one law or in two, as steps ------------------------------


_COLOURS = (STRONG, OTHER)
_DASHES = ([1, 0], [7, 4])
_HEIGHT = 240


def timeline(history: ParameterHistory) -> Chart | None:
    """Steps of a parameter over the days of the law held, a line for each law; None where it is no finite number."""
    if len(history.paths) != 1 or not all(_is_number(dated.value) for dated in history.values):
        return None
    by_law = {law: list(values) for law, values in groupby(history.values, key=lambda dated: dated.law)}
    until = last_date(current_vocabulary())
    rows = [row for law, values in by_law.items() for row in _steps(law, values, until)]
    import pandas  # here: it takes long to import

    data = pandas.DataFrame(rows, columns=["law", "from", "value", "label"])
    first = history.values[0]
    values_in_words = " ".join(f"{law}: {_in_words(values)}." for law, values in by_law.items())
    laws = ", ".join("current law" if law == "law" else law for law in by_law)
    subtitle = f"Value in force from each day, {laws}."
    return Chart(
        _finding(by_law), subtitle, f"Steps over time of {first.label}. {values_in_words}", _spec(data, first.unit), data
    )


def _finding(by_law: dict[str, list[Dated]]) -> str:
    """From what to what, in the last law."""
    law, values = list(by_law.items())[-1]
    first, last = values[0], values[-1]
    where = f" in {law}" if len(by_law) > 1 else ""
    if len(values) == 1:
        return f"{first.label} is {first.in_words}{where} throughout"
    if first.in_words != last.in_words:
        return f"{first.label} goes from {first.in_words} to {last.in_words}{where}"
    between = max(values, key=lambda dated: abs(float(dated.value) - float(first.value)))
    return f"{first.label} goes from {first.in_words} to {between.in_words} and back{where}"


def _steps(law: str, values: Sequence[Dated], until: datetime.date) -> list[tuple[str, str, float, str]]:
    rows = [(law, dated.starts.isoformat(), float(dated.value), dated.in_words) for dated in values]
    return [*rows, (law, max(until, values[-1].starts).isoformat(), float(values[-1].value), values[-1].in_words)]


def _is_number(value: Any) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool) and abs(value) != float("inf")


def _in_words(values: Sequence[Dated]) -> str:
    return "; ".join(f"{dated.in_words} from {day_in_words(dated.starts)}" for dated in values)


def _spec(data: pandas.DataFrame, unit: str) -> Spec:
    laws = list(dict.fromkeys(data["law"]))
    axis = {"title": None, "grid": False, "format": ".0%" if unit == SHARE else ",.0f", "tickCount": 5}
    scale = {"domain": laws, "range": list(_COLOURS[: len(laws)])}
    dash = {"domain": laws, "range": list(_DASHES[: len(laws)])}
    legend = {"title": None, "orient": "top", "labelLimit": 300} if len(laws) > 1 else None
    encoding = {
        "x": {"field": "from", "type": "temporal", "axis": {"title": None, "grid": False, "format": "%Y"}},
        "y": {"field": "value", "type": "quantitative", "axis": axis},
        "color": {"field": "law", "type": "nominal", "scale": scale, "legend": legend},
        "strokeDash": {"field": "law", "type": "nominal", "scale": dash, "legend": legend},
    }
    mark = {"type": "line", "interpolate": "step-after", "strokeWidth": 3}
    return spec_of(data, height=_HEIGHT, mark=mark, encoding=encoding)


# --- the reports -----------------------------------------------------------------------------------------------------


NOT_IN_LAW = "not in law"
NOTHING_DIFFERS = "No effect: on these days nothing differs."
NO_OVERRIDES = "No reform of a side replaces a value of an earlier one."
NO_FORMULA = "no formula of a variable"
STANDING = "Law and proposals, as the sources of each side say."
NOTES = """\
A and B are two laws. “law” is the law held by this version of the model, with its changes enacted so far; “law@2023-04-01” \
is that law as it stood on the day, held as if nothing had been changed since; a reform is applied to the law.
Each row is one parameter over one stretch of days in which it has one value in A and another in B. No day in the column To \
means as long as the law is held.
New: only B has such a rule. Ended: only A has. Moved: both have it, with two values. Deferred, brought forward: B takes \
the same steps as A on later days, or on earlier ones. Straddling: both change to one value on one day, which reaches \
accounting periods across that day in another way. Begun anew, run on: B alone, or A alone, states a value once more, \
and what is counted from it, as a cap for each window of time, begins again.
The columns Across the day say how accounting periods that straddle the first day of a value take the change.
Amounts are pounds and rates are percentages, unrounded in the cells.
Overrides lists what a later reform of a sum such as a + b replaces of an earlier one.
A reform is a proposal unless it says otherwise. This is a table of law and proposals, not advice.""".splitlines()
_KINDS = {POUNDS: POUNDS_AND_PENCE, SHARE: PERCENTAGE}


def of_comparison(comparison: Comparison, affected: AffectedVariables | None = None) -> Report:
    """What differs between two laws, with the sources of both sides.

    Args:
        comparison: of the laws. affected: the variables that the differences affect, where they were asked for.
    """
    parts = [_cover(comparison), _differences(comparison), _overrides(comparison)]
    parts += [] if affected is None else [_affected(affected)]
    notes = Section("Notes", "What the words mean", tuple(map(Note, NOTES)), on=Medium.FILES)
    return Report("Two laws compared", STANDING, (*parts, notes), comparison.command, "comparison")


def _cover(comparison: Comparison) -> Section:
    lines = {
        "Result": comparison.finding,
        "A": comparison.a,
        "B": comparison.b,
        "First day": comparison.start or "open",
        "Last day": comparison.end or "open",
        "Reproduce": comparison.command,
    }
    return Section("Cover", "Two laws compared", (facts("The comparison", lines),), on=Medium.FILES)


def _differences(comparison: Comparison) -> Section:
    """Each difference: lines with the sources of both sides in a text, a row of a table elsewhere."""
    lines = (Note(line, on=Medium.TERMINAL) for row in comparison.rows for line in _lines(row))
    columns = (
        Column("Parameter", width=40, of="label"),
        Column("Path", width=60, on=Medium.FILES, of="path"),
        Column("Unit", width=12, on=Medium.WORKBOOK, of="unit"),
        Column("A", width=14, of=lambda row: _value(row, "a")),
        Column("B", width=14, of=lambda row: _value(row, "b")),
        Column("When", on=Medium.READ, of=when),
        Column("From", DAY, 13, on=Medium.WORKBOOK, of="starts"),
        Column("To", DAY, 13, on=Medium.WORKBOOK, of="ends"),
        Column("Change", width=15, of="change_in_words"),
        Column("A: across the day", width=18, on=Medium.WORKBOOK, of=lambda row: spoken(row.straddle_a)),
        Column("B: across the day", width=18, on=Medium.WORKBOOK, of=lambda row: spoken(row.straddle_b)),
        *_source_columns("a"),
        *_source_columns("b"),
    )
    caption = f"Parameters that differ between {comparison.a} (A) and {comparison.b} (B)"
    table = Table(
        caption,
        columns,
        rows_of(columns, comparison.rows),
        "differences",
        NOTHING_DIFFERS,
        filtered=True,
        on=Medium.NOT_TERMINAL,
    )
    return Section("Differences", "Every parameter that differs", (*lines, table), comparison.finding)


def _source_columns(side: str) -> Iterator[Column]:
    name, href = side.upper(), attrgetter(f"href_{side}")
    yield Column(f"{name}: source", width=50, on=Medium.FILES, of=f"reference_{side}")
    yield Column(f"{name}: link", LINK, 45, on=Medium.WORKBOOK, of=lambda row: href(row).partition(BETWEEN)[0])
    yield Column(f"{name}: other links", width=30, on=Medium.WORKBOOK, of=lambda row: href(row).partition(BETWEEN)[2])


def _lines(row: Difference) -> Iterator[str]:
    """A difference as text: what differs, and by what authority on either side; addresses are left to tables."""
    yield f"  {row.in_words()}"
    yield from (f"    {side}: {source}" for side, source in (("A", row.reference_a), ("B", row.reference_b)) if source)


def when(row: Difference) -> str:
    """The days of a difference: `from 1 April 2027 to 31 March 2028`."""
    until = "" if row.ends is None else f" to {day_in_words(row.ends)}"
    return f"from {day_in_words(row.starts)}{until}"


def _value(row: Difference, side: str) -> Cell:
    value, meaning, said = (getattr(row, name) for name in (f"value_{side}", f"meaning_{side}", f"{side}_in_words"))
    if value is None or meaning:
        return Cell(meaning or NOT_IN_LAW)
    return _written(value, row.unit, said)


def _written(value: Value, unit: str, said: str) -> Cell:
    if isinstance(value, float | int) and not isinstance(value, bool):
        kind = _KINDS.get(unit, NUMBER)
        return Cell(value, Kind(kind.name, lambda _: said, kind.excel, is_figure=False))
    return Cell(value.replace("_", " ") if isinstance(value, str) else value)


def _overrides(comparison: Comparison) -> Section:
    columns = (
        Column("Path", width=60, of="path"),
        Column("From", DAY, 13, of="date"),
        Column("Earlier reform", width=40, of="earlier"),
        Column("Its value", width=16, of=lambda override: _edit(override.earlier_value, override.path)),
        Column("Later reform", width=40, of="later"),
        Column("Its value ", width=16, of=lambda override: _edit(override.later_value, override.path)),
    )
    name = "What later reforms replace of earlier ones"
    table = Table.of(name, columns, comparison.overrides, "overrides", empty=NO_OVERRIDES)
    return Section("Overrides", name, (table,), on=Medium.WORKBOOK)


def _edit(value: Edit, path: str) -> Cell:
    leaf = current_vocabulary().get(path)
    return Cell("as in current law") if value is CURRENT_LAW else _written(value, leaf.unit if leaf else "", str(value))


def report_of_variables(affected: AffectedVariables) -> Report:
    """The variables that read what differs between two laws, and those that follow."""
    return Report("Variables that the differences affect", STANDING, (_affected(affected),), "goodwork compare", "variables")


def _affected(affected: AffectedVariables) -> Section:
    """The variables that read what differs, and those that follow: as lines in a text, as a table elsewhere."""
    variables = current_law().variables
    lines = [f"  {path} is read for: {', '.join(read) or NO_FORMULA}" for path, read in affected.readers.items()]
    lines += ["What follows:"] if affected.downstream else []
    lines += [f"  {name}: {variables[name].label}" for name in affected.downstream]
    reads = {name: [path for path, names in affected.readers.items() if name in names] for name in affected.downstream}
    rows = [(name, str(variables[name].label), BETWEEN.join(paths)) for name, paths in reads.items()]
    columns = (Column("Variable", width=50), Column("What", width=60), Column("Reads", width=90))
    table = Table("Variables that the differences affect", columns, rows, "variables", on=Medium.NOT_TERMINAL)
    unread = (Note(f"({path}: read by no formula)", on=Medium.NOT_TERMINAL) for path in affected.unread)
    notes = (Note(line, on=Medium.TERMINAL) for line in lines)
    return Section("Variables", "Variables that the differences affect", (*notes, table, *unread), affected.finding)


def report_of_history(history: ParameterHistory) -> Report:
    """Every value of a parameter with its sources, or the members of a group, each with its latest."""
    is_one = history.paths == (history.path,)
    parts = _timeline(history) if is_one else _members(history)
    command = f"goodwork compare {' '.join(history.laws)} --history {history.path}"
    return Report(f"History of {history.path}", STANDING, (parts,), command, "history")


def _timeline(history: ParameterHistory) -> Section:
    first = history.values[0]
    leaf = current_vocabulary().get(first.path)
    what = what_it_may_be(leaf) if leaf else in_unit_words(first.unit)
    title = f"{first.label}  {first.path} ({what})"
    lines = ["In brackets: its kind, how accounting periods across its first day take the change, how well it is sourced."]
    for law, values in groupby(history.values, key=lambda dated: dated.law):
        lines += [f"{law}:"] if len(history.laws) > 1 else []
        lines += [line for dated in values for line in _dated_lines(dated)]
    notes = (Note(line, on=Medium.TERMINAL) for line in lines)
    columns = {"law": Column("Law"), "from": Column("From"), "value": Column("Value", NUMBER)}
    picture = Figure("timeline", partial(timeline, history), columns)
    return Section("History", title, (*notes, _history_table(history), picture), title)


def _dated_lines(dated: Dated) -> Iterator[str]:
    """A dated value as text: when, how much, what of it, by what authority."""
    until = "" if dated.ends is None else f" to {day_in_words(dated.ends)}"
    about = ", ".join(filter(None, (dated.kind, dated.straddle and spoken(dated.straddle), dated.status)))
    yield f"  from {day_in_words(dated.starts)}{until}: {dated.in_words}  ({about})"
    yield from (f"    {line}" for line in (dated.reference, *dated.href.split(BETWEEN)) if line)


def _history_table(history: ParameterHistory) -> Table:
    columns = (
        Column("Law", of="law"),
        Column("Parameter", width=40, of="label"),
        Column("Value", width=14, of=lambda dated: _written(dated.value, dated.unit, dated.in_words)),
        Column("From", DAY, of="starts"),
        Column("To", DAY, of="ends"),
        Column("Kind", of="kind"),
        Column("Across the day", of=lambda dated: spoken(dated.straddle)),
        Column("Status", of="status"),
        Column("Source", width=60, of="reference"),
        Column("Address", LINK, 60, of=lambda dated: dated.href.partition(BETWEEN)[0]),
    )
    return Table.of(f"Every value of {history.path}", columns, history.values, "history", on=Medium.NOT_TERMINAL)


def _members(history: ParameterHistory) -> Section:
    """The members of a group, each with its latest value; in both laws where these differ."""
    counted_members = counted(len(history.paths), "parameter")
    finding = f"{history.path} is a group of {counted_members}. The history of one: --history PATH"
    notes: list[Part] = []
    for path, of_path in groupby(history.values, key=lambda dated: dated.path):
        said = {law: _latest(list(values)) for law, values in groupby(of_path, key=lambda row: row.law)}
        is_one = len(history.laws) == 1 or (len(said) > 1 and len(set(said.values())) == 1)
        lines = [*said.values()][:1] if is_one else [f"{text} in {law}" for law, text in said.items()]
        notes += [Note(f"  {path}: {line}", on=Medium.TERMINAL) for line in lines]
    return Section("History", finding, (*notes, _history_table(history)), finding)


def _latest(values: Sequence[Dated]) -> str:
    last = values[-1]
    return f"{last.label}, {last.in_words} from {day_in_words(last.starts)} ({counted(len(values), 'dated value')})"


# --- the report of parameters found by a word -------------------------------------------------------------------------


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
    return Table.of("Parameters by path", columns, listed.parameters, PARAMETERS)
