"""Two laws compared, the variables that the differences affect, and the history of a parameter, each as a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import attrgetter

from openfisca_goodwork.errors import counted
from openfisca_goodwork.law.model import POUNDS, SHARE
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.number_formats import DAY, LINK, NUMBER, PERCENTAGE, POUNDS_AND_PENCE, Kind
from openfisca_goodwork.policy import CURRENT_LAW, Comparison, Difference, ParameterHistory
from openfisca_goodwork.policy.affected_variables import AffectedVariables
from openfisca_goodwork.policy.check import in_unit_words, what_it_may_be
from openfisca_goodwork.policy.differences import spoken
from openfisca_goodwork.policy.parameter_history import Dated
from openfisca_goodwork.policy.reform import Edit, Value
from openfisca_goodwork.policy.vocabulary import BETWEEN, current_vocabulary, last_date
from openfisca_goodwork.reports.sections import (
    Cell,
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


def report_of(result: Comparison | AffectedVariables | ParameterHistory) -> Report:
    """The report of a comparison, of the variables that its differences affect, or of the history of a parameter."""
    match result:
        case Comparison():
            return of_comparison(result)
        case AffectedVariables():
            affected = _affected(result)
            return Report("Variables that the differences affect", STANDING, (affected,), "goodwork compare", "variables")
        case ParameterHistory():
            return _of_history(result)


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
    rows = rows_of(columns, comparison.rows)
    table = Table(caption, columns, rows, "differences", NOTHING_DIFFERS, filtered=True, on=Medium.NOT_TERMINAL)
    return Section("Differences", "Every parameter that differs", (*lines, table), comparison.finding)


def _source_columns(side: str) -> Iterator[Column]:
    """The sources of the value of a side: title, address, other addresses."""
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
    """The value of a side: a number in the format of its unit, or words."""
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
    name, rows = "What later reforms replace of earlier ones", rows_of(columns, comparison.overrides)
    return Section("Overrides", name, (Table(name, columns, rows, "overrides", NO_OVERRIDES),), on=Medium.WORKBOOK)


def _edit(value: Edit, path: str) -> Cell:
    leaf = current_vocabulary().get(path)
    return Cell("as in current law") if value is CURRENT_LAW else _written(value, leaf.unit if leaf else "", str(value))


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


def _of_history(history: ParameterHistory) -> Report:
    is_one = history.paths == (history.path,)
    parts = _timeline(history) if is_one else _members(history)
    command = f"goodwork compare {' '.join(history.laws)} --history {history.path}"
    return Report(f"History of {history.path}", STANDING, (parts,), command, "history")


def _timeline(history: ParameterHistory) -> Section:
    """Every value of one parameter with its sources, law by law, and how it moves."""
    first = history.values[0]
    leaf = current_vocabulary().get(first.path)
    what = what_it_may_be(leaf) if leaf else in_unit_words(first.unit)
    title = f"{first.label}  {first.path} ({what})"
    lines = ["In brackets: its kind, how accounting periods across its first day take the change, how well it is sourced."]
    for law, values in groupby(history.values, key=lambda dated: dated.law):
        lines += [f"{law}:"] if len(history.laws) > 1 else []
        lines += [line for dated in values for line in _dated_lines(dated)]
    notes = (Note(line, on=Medium.TERMINAL) for line in lines)
    return Section("History", title, (*notes, _history_table(history), _picture(history)), title)


def _picture(history: ParameterHistory) -> Figure:
    from openfisca_goodwork.reports.law_charts import timeline  # here: it needs pandas, which takes long to import

    columns = {"law": Column("Law"), "from": Column("From"), "value": Column("Value", NUMBER)}
    return Figure("timeline", partial(timeline, history, last_date(current_vocabulary())), columns)


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
    rows = rows_of(columns, history.values)
    return Table(f"Every value of {history.path}", columns, rows, "history", on=Medium.NOT_TERMINAL)


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
