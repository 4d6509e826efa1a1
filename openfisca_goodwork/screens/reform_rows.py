"""A reform as rows of a table: what it sets, from which day, beside what current law says; and back to a reform.

No Streamlit here. Rows are written as the text of a reform file, with one value a line, so that a table and a file have one
checker: its faults name the row that they are about.
"""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pandas
import yaml

from openfisca_goodwork.company.days import read_day
from openfisca_goodwork.documents import MisreadError, Scalar, pounds
from openfisca_goodwork.errors import Fault
from openfisca_goodwork.policy import CheckReport, Reform, library
from openfisca_goodwork.policy.check import ASSUMPTIONS, RESPONSES
from openfisca_goodwork.policy.reform import CURRENT_LAW
from openfisca_goodwork.policy.vocabulary import POUNDS, SHARE, Leaf, current_vocabulary, in_force, in_words
from openfisca_goodwork.screens.costing_desk import checked

PATH, DAY, VALUE, UNIT, LAW, OUT = "Parameter", "From", "Value", "Unit", "Current law", "Remove"
TYPED = (PATH, DAY, VALUE, OUT)
TABLE = "The table"
NO_LIMIT, FOLLOWS_LAW = "no limit", "current law"
_PLAIN = re.compile(r"[A-Za-z0-9.£][A-Za-z0-9_.,£%+ -]*|-[0-9£.][0-9.,£]*")
_PERCENT = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?) ?%")
_UNITS = {SHARE: "share", POUNDS: "pounds", "boolean": "yes or no", "": "number"}


@dataclass(frozen=True)
class Row:
    """A row that says something, by its number from 1: a parameter, a day or why there is none, a value as typed."""

    number: int
    path: str
    day: datetime.date | None
    value: str
    why_no_day: str = ""


def paths() -> list[str]:
    """Every parameter that a reform may set, by path."""
    return [path for path in current_vocabulary() if not path.startswith(ASSUMPTIONS) or path.startswith(RESPONSES)]


def named(path: Any) -> str:
    """A parameter as a list of them calls it: its label, then its path."""
    leaf = current_vocabulary().get(path)
    return str(path) if leaf is None else f"{leaf.label} ({path})"


def table_of(reform: Reform, more: int) -> pandas.DataFrame:
    """The values that a reform sets, a row each, and `more` empty rows."""
    rows = [
        (path, day.isoformat(), _typed(value, current_vocabulary()[path]), False)
        for path, day, value in reform.dated_edits()
    ]
    return extended(pandas.DataFrame(rows, columns=list(TYPED)), more)


def extended(table: pandas.DataFrame, more: int) -> pandas.DataFrame:
    """What is typed of a table, without what is removed or empty, and `more` empty rows."""
    kept = [tuple(row) for row in table[list(TYPED)].itertuples(index=False) if not (row[3] or _is_empty(row))]
    return pandas.DataFrame([*kept, *[(None, None, "", False)] * more], columns=list(TYPED)).astype({OUT: bool})


def edited(table: pandas.DataFrame, changes: dict[Any, dict[str, Any]]) -> pandas.DataFrame:
    """The table with what somebody typed into it: row by place → column → value."""
    rows = table.to_dict(orient="records")
    for place, typed in changes.items():
        if int(place) < len(rows):
            rows[int(place)].update(dict(typed))
    return pandas.DataFrame(rows, columns=list(table.columns))


def beside_law(table: pandas.DataFrame) -> pandas.DataFrame:
    """The table with the unit of each parameter, and what current law says on the day."""
    law = [_law_of(row[0], _day(row[1])[0]) for row in table[list(TYPED)].itertuples(index=False)]
    units, values = ([entry[place] for entry in law] for place in (0, 1))
    return table.assign(**{UNIT: units, LAW: values})[[PATH, DAY, VALUE, UNIT, LAW, OUT]]


def _law_of(path: Any, day: datetime.date | None) -> tuple[str, str]:
    leaf = current_vocabulary().get(path) if isinstance(path, str) else None
    if leaf is None:
        return "", ""
    dated = in_force(leaf.values, day) if day else None
    unit = ", ".join(leaf.options) or _UNITS.get(_unit(leaf), leaf.unit)
    return unit, _in_words(dated.value if dated else None, leaf) if day else ""


def examined(table: pandas.DataFrame, start: Reform, title: str) -> CheckReport:
    """The reform that a table makes of the one it started from, or every fault of it, by row."""
    rows = list(_rows(table))
    faults = list(_faults_of_rows(rows))
    text, lines = _text(rows, start, title)
    report = checked(text)
    faults += [_by_row(fault, lines) for fault in report.faults]
    return replace(report, file=TABLE, reform=None if faults else report.reform, faults=tuple(faults))


def text_of(table: pandas.DataFrame, start: Reform, title: str) -> str:
    """The table as the text of a reform file, whether it has faults or not."""
    return _text(list(_rows(table)), start, title)[0]


def titled(title: str, start: Reform) -> str:
    """The title of an edited reform: what was typed, or that of the reform it comes from, said to be edited."""
    return " ".join(title.split()) or f"{start.title}, edited"


def name_of(title: str) -> str:
    """The name of a reform, and of its file, after its title; never that of a reform of the library."""
    words = "-".join(re.findall(r"[a-z0-9]+", title.lower()))
    return f"edited-{words}".rstrip("-") if not words or words in library() else words


def _rows(table: pandas.DataFrame) -> Iterator[Row]:
    for number, row in enumerate(table[list(TYPED)].itertuples(index=False), start=1):
        path, day, value, is_out = row
        if not (is_out or _is_empty(row)):
            read, why_none = _day(day)
            yield Row(number, path if isinstance(path, str) else "", read, str(_or_nothing(value)).strip(), why_none)


def _is_empty(row: Iterable[Any]) -> bool:
    path, day, value, _out = row
    return not (_or_nothing(path) or _or_nothing(day) or str(_or_nothing(value)).strip())


def _or_nothing(value: Any) -> Any:
    return "" if value is None or value is pandas.NaT or (isinstance(value, float) and math.isnan(value)) else value


def _day(value: Any) -> tuple[datetime.date | None, str]:
    """A day as the grid hands it over, a date or what was typed; or None, and what is wrong with it."""
    if isinstance(value, datetime.date) and value is not pandas.NaT:
        return value, ""
    typed = str(_or_nothing(value)).strip()
    try:
        return (read_day(Scalar(typed)), "") if typed else (None, "has no day.")
    except MisreadError as misread:
        return None, f"the day {misread}"


def _faults_of_rows(rows: Iterable[Row]) -> Iterator[Fault]:
    """What a row leaves out, and rows that say one thing twice."""
    first: dict[tuple[str, datetime.date], int] = {}
    for row in rows:
        here = f"Row {row.number}"
        if not row.path:
            yield Fault(f"{here} names no parameter. Choose one in its first column, for example {paths()[-1]}.", TABLE)
            continue
        if row.day is None:
            why = f"{row.why_no_day} Give the day from which it holds, for example 2027-04-01."
            yield Fault(f"{here}: {row.path} {why}" if why.startswith("has") else f"{here}: {why}", TABLE)
        elif (row.path, row.day) in first:
            before = first[row.path, row.day]
            yield Fault(f"{here}: {row.path} is set from {row.day} in row {before} too. Remove one.", TABLE)
        else:
            first[row.path, row.day] = row.number
        if not row.value:
            yield Fault(f"{here}: {row.path} has no value. For example: {_example(row.path)}.", TABLE)


def _example(path: str) -> str:
    leaf = current_vocabulary()[path]
    return _typed(leaf.values[-1].value, leaf)


def _by_row(fault: Fault, lines: dict[int, int]) -> Fault:
    number = lines.get(fault.line or 0)
    return replace(fault, file=TABLE, line=None, message=f"Row {number}: {fault.message}" if number else fault.message)


def _text(rows: list[Row], start: Reform, title: str) -> tuple[str, dict[int, int]]:
    """The text of the reform file, and which row each line of its values comes from."""
    tidy = titled(title, start)
    header = {
        "reform": name_of(tidy),
        "title": tidy,
        "summary": f"Edited in the app, from {start.title}.",
        "status": "proposal" if start.status == "enacted" else start.status,
        "source": f"Edited by hand, from {start.name}, whose source is: {start.source}",
        "requires": start.requires,
    }
    lines = yaml.safe_dump(header, sort_keys=False, allow_unicode=True, width=100).splitlines()
    lines.append("parameters:")
    placed: dict[int, int] = {}
    for path in dict.fromkeys(row.path for row in rows if row.path and row.day and row.value):
        lines.append(f"  {json.dumps(path) if not re.fullmatch(r'[a-z0-9_.]+', path) else path}:")
        given = {row.day: row for row in reversed(rows) if row.path == path and row.day and row.value}
        for day, row in sorted((pair for pair in given.items() if pair[0]), key=lambda pair: str(pair[0])):
            placed[len(lines)] = placed[len(lines) + 1] = row.number
            lines.append(f"    {day}: {_written(row, start)}")
    return "\n".join(lines) + "\n", placed


def _written(row: Row, start: Reform) -> str:
    """The value as a file has it, with how a period that straddles its day treats it where the reform said so."""
    value = _scalar(row.value, current_vocabulary().get(row.path))
    straddle = start.straddles.get((row.path, row.day)) if row.day else None
    return f"{{value: {value}, straddle: {straddle}}}" if straddle else value


def _scalar(typed: str, leaf: Leaf | None) -> str:
    """What somebody typed as a value of a file: percentages, pounds and words as people write them."""
    said = {FOLLOWS_LAW: CURRENT_LAW.value, NO_LIMIT: ".inf"}.get(typed.lower(), typed)
    unit = "" if leaf is None else leaf.unit
    percent = _PERCENT.fullmatch(said)
    if unit == SHARE and percent:
        return str(Decimal(percent[1]) / 100)
    if unit == "boolean":
        said = {"yes": "true", "no": "false"}.get(said.lower(), said)
    if unit == POUNDS and said[:1] in "£-0123456789":
        amount = pounds(said)
        said = said if amount is None else f"{amount:.2f}".removesuffix(".00")
    return said if _PLAIN.fullmatch(said) else json.dumps(said, ensure_ascii=False)


def _typed(value: Any, leaf: Leaf) -> str:
    """A value as somebody would type it: exact, and in the words of current law beside it."""
    if value is CURRENT_LAW:
        return FOLLOWS_LAW
    return _in_words(value, leaf) if leaf.unit in {SHARE, POUNDS, "boolean"} or value == math.inf else f"{value}"


def _in_words(value: Any, leaf: Leaf) -> str:
    return in_words(value, _unit(leaf))


def _unit(leaf: Leaf) -> str:
    """The unit that a value is written in: an assumption that may pass 1, such as an elasticity, is a number."""
    return "" if leaf.unit == SHARE and leaf.most != 1 and leaf.path.startswith(ASSUMPTIONS) else leaf.unit
