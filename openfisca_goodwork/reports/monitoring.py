"""The report of a costing held against what came of it."""

from __future__ import annotations

from openfisca_goodwork.costing.monitoring import BASE, CAUSES, COST, FIGURES, TAKE_UP, Line, Monitoring
from openfisca_goodwork.number_formats import COUNT, MILLION_1
from openfisca_goodwork.reports.sections import Column, Note, Part, Report, Row, Section, Style, Table

_CALLED = {
    "tax_relief_cost": ("Cost of the relief", "£ million", MILLION_1),
    "claimed_training": ("Training claimed", "£ million", MILLION_1),
    "qualifying_training": ("Training that qualifies", "£ million", MILLION_1),
    "claimants": ("Companies that claim", "Companies", COUNT),
}
_CAUSES = {
    "model": "Model: the same costing, by the present version",
    "law": "Law: what was enacted",
    "economy": "Economy: the later OBR forecast",
    "base": "Base: training that qualifies",
    "take-up": "Take-up: how much of it is claimed",
    "rest": "Rest: rates, losses, incorrect claims, errors of the outturn",
}
_TOLD_BY_OUTTURN = (BASE, TAKE_UP)
NAME = "What came of it"
_NOT_TOLD = "Not told apart, and so within the parts that follow: {}."
_COST_IS = (
    "Cost of the relief: the relief on all that is claimed, as HMRC publishes it. Incorrect claims and the "
    "ordinary deduction on "
    "extra training, which the costing's effect on the Exchequer has on top, are not in it."
)


def report_of(monitoring: Monitoring) -> Report:
    """The report of a costing held against what came of it: a table a figure, the difference split by cause."""
    record = monitoring.record
    title = " + ".join(reform["title"] for reform in record["reforms"]) or "Settings of a run"
    figures = [name for name in FIGURES if any(line.figure == name for line in monitoring.lines)]
    findings = [_finding(monitoring, line) for line in monitoring.lines if line.figure == COST]
    finding, *others = findings or [f"What came of {title}"]
    parts: list[Part] = [
        *map(Note, others),
        *(_table(monitoring, name) for name in figures),
        Note(_untold(monitoring), Style.SMALL),
        Note(_COST_IS if COST in figures else "", Style.SMALL),
        Note(f"Outturn: {monitoring.outturn.source}", Style.SMALL),
        Note(f"Record: {record.get('command') or 'costing'}, by model {record['model_version']}.", Style.SMALL),
    ]
    section = Section(NAME, "What came of the costing, and why it differs", tuple(parts), finding, sheet="Outturn")
    return Report(f"{title}: costing and outturn", "", (section,), command="", stem="monitoring")


def _table(monitoring: Monitoring, figure: str) -> Table:
    lines = [line for line in monitoring.lines if line.figure == figure]
    called, unit, kind = _CALLED[figure]
    causes = [cause for cause in CAUSES if any(cause in line.parts for line in lines)]
    rows = [
        Row(("In the record", *(line.recorded for line in lines)), key="record"),
        *(Row((_CAUSES[cause], *(line.parts.get(cause) for line in lines)), key=cause, indent=1) for cause in causes),
        Row(
            ("Outturn", *(line.outturn for line in lines)),
            key="outturn",
            formula=f"SUM({{record}}:{{{causes[-1]}}})",
            is_total=True,
        ),
    ]
    columns = (Column(unit, width=62), *(Column(line.year, kind, width=12) for line in lines))
    return Table(f"{called}, {unit.lower()}" if unit != called else called, columns, tuple(rows), name=called)


def _finding(monitoring: Monitoring, line: Line) -> str:
    """What was said of a year, what came, what moved it most, and whether that was in the range."""
    most = max(line.parts, key=lambda cause: abs(line.parts[cause]))
    gap, part = (
        f"£{abs(by):,.0f}m {'more' if by > 0 else 'less'}" for by in (line.outturn - line.recorded, line.parts[most])
    )
    if line.outturn == line.recorded:
        return f"In {line.year} the relief cost £{line.outturn:,.0f}m, as in the record.{_within(monitoring, line)}"
    return (
        f"In {line.year} the relief cost £{line.outturn:,.0f}m, {gap} than the £{line.recorded:,.0f}m of the record. "
        f"The largest part of the difference is {_cause_of(line, most)}: {part}.{_within(monitoring, line)}"
    )


def _cause_of(line: Line, most: str) -> str:
    """A cause by name; of take-up and the rest, what they hold because outturn of the year does not tell it."""
    untold = [cause for cause in _TOLD_BY_OUTTURN if cause not in line.parts]
    held = [cause for cause in untold if CAUSES.index(cause) < CAUSES.index(most)]
    return f"{most} (with {' and '.join(held)}, not told apart)" if held else most


def _within(monitoring: Monitoring, line: Line) -> str:
    ends = monitoring.range_of(line)
    if ends is None:
        return ""
    is_within = ends[0] <= line.outturn <= ends[1]
    level = monitoring.record["result"]["interval"].get("level")
    named = f"{level:.0%} range" if level else "range"
    return f" That is {'within' if is_within else 'outside'} the record's {named} of £{ends[0]:,.0f}m to £{ends[1]:,.0f}m."


def _untold(monitoring: Monitoring) -> str:
    costs = [line for line in monitoring.lines if line.figure == COST]
    missing = []
    for cause in CAUSES[:-1]:
        years = [line.year for line in costs if cause not in line.parts]
        if years:
            missing.append(cause if len(years) == len(costs) else f"{cause} in {', '.join(years)}")
    return _NOT_TOLD.format(", ".join(missing)) if missing else ""
