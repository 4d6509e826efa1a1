"""The one draft of a reform that the library, the levers, the table, the text and the link of a page all show.

No Streamlit here: ``reform_picker`` keeps a visitor's draft in the session. A draft is the text of a reform file, good or
not, so that what is changed in one place is changed in every other.
"""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import pandas
import yaml

from openfisca_goodwork import policy
from openfisca_goodwork.company.spans import read_day
from openfisca_goodwork.desk.costing_desk import checked
from openfisca_goodwork.documents import LONGEST_NUMBER, MisreadError, Scalar, pounds
from openfisca_goodwork.errors import Fault
from openfisca_goodwork.law.model import POUNDS, SHARE
from openfisca_goodwork.policy import CheckReport, Reform, library
from openfisca_goodwork.policy.check import ASSUMPTIONS, RESPONSES
from openfisca_goodwork.policy.reading import read_value
from openfisca_goodwork.policy.reform import CURRENT_LAW
from openfisca_goodwork.policy.vocabulary import Leaf, current_vocabulary, in_force, in_words

# --- a reform as rows of a table, a value a line ---------------------------------------------------------------------
# What is typed is written as text whether it is right or not, so that a table and a file have one
# checker, and what is not finished is lost nowhere. Faults of a table name the row that they are about.


PATH, DAY, VALUE, UNIT, LAW, OUT = "Parameter", "From", "Value", "Unit", "Current law", "Remove"
TYPED = (PATH, DAY, VALUE, OUT)
TABLE = "The table"
NO_LIMIT, FOLLOWS_LAW = "no limit", "current law"
_PLAIN = re.compile(r"[A-Za-z0-9.£][A-Za-z0-9_.,£%+ -]*|-[0-9£.][0-9.,£]*(?:[eE][-+]?[0-9]+)?")
_PERCENT = re.compile(r"(-?[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?) ?%")
_UNITS = {SHARE: "share", POUNDS: "pounds", "boolean": "yes or no", "": "number"}


class Entry(NamedTuple):
    """A value that a reform sets: its parameter, the day from which it holds, and the value, each as somebody would type it.

    `straddle` is how a period that straddles its day treats it, where the file says so.
    """

    path: str
    day: str
    value: str
    straddle: str = ""

    @property
    def when(self) -> datetime.date | None:
        """The day; None where there is none that can be read."""
        return _day(self.day)[0]

    @property
    def is_given(self) -> bool:
        """Whether it sets a value, and does not give the parameter back to the law."""
        return self.value != FOLLOWS_LAW

    @property
    def is_end(self) -> bool:
        """Whether it gives the parameter back, or sets a rate to nothing."""
        return self.value in {FOLLOWS_LAW, "0", "0%", "£0"}


@dataclass(frozen=True)
class Heading:
    """What a reform file says above its values."""

    title: str
    summary: str = ""
    status: str = "proposal"
    source: str = ""
    requires: str = ">=0.1"
    notes: str = ""


def content_of(text: str) -> dict[str, Any]:
    """What a text says as far as it can be read, every scalar as its text; nothing of a text that is no mapping."""
    try:
        said = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - of texts, lists and mappings, and nothing else
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def heading_in(text: str) -> Heading:
    """The heading of a reform file, as far as it can be read."""
    said = content_of(text)
    return Heading(**{part.name: " ".join(str(said.get(part.name, "")).split()) for part in fields(Heading)})


def entries_in(text: str) -> tuple[Entry, ...]:
    """The values of a reform file, as far as they can be read: two of one day, which is a fault, are both kept."""
    try:
        whole = yaml.compose(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return ()
    listed = [part for name, part in _parts(whole) if name == "parameters"]
    return tuple(entry for part in listed for path, dated in _parts(part) for entry in _dated_entries(path, dated))


def _dated_entries(path: str, dated: yaml.Node) -> Iterator[Entry]:
    for day, said in _parts(dated):
        given = dict(_parts(said)) if isinstance(said, yaml.MappingNode) else {"value": said}
        value, straddle = (_text_of(given.get(name)) for name in ("value", "straddle"))
        yield Entry(path, day, as_read(value, path), straddle)


def _text_of(node: yaml.Node | None) -> str:
    return "" if node is None else node.value if isinstance(node, yaml.ScalarNode) else yaml.serialize(node).strip()


def _parts(node: yaml.Node | None) -> list[tuple[str, yaml.Node]]:
    """What a mapping says, in its order; nothing of a node that is none."""
    return [(str(name.value), part) for name, part in node.value] if isinstance(node, yaml.MappingNode) else []


def as_read(given: str, path: str) -> str:
    """A value of a file, or typed, as the model writes it: 15% for 0.15; as it was given where it cannot be one."""
    leaf = current_vocabulary().get(path)
    if leaf is None:
        return given
    try:
        value = read_value(Scalar(scalar(given, path).strip('"')), leaf)
    except MisreadError:
        return given
    is_too_much = leaf.unit == SHARE and isinstance(value, float) and value > leaf.most
    return given if is_too_much else as_typed(value, leaf)


def day_typed(given: str) -> datetime.date | None:
    """A day as people write it; None where it cannot be read."""
    return _day(given)[0]


def paths() -> list[str]:
    """Every parameter that a reform may set, by path."""
    return [path for path in current_vocabulary() if not path.startswith(ASSUMPTIONS) or path.startswith(RESPONSES)]


def named(path: Any) -> str:
    """A parameter as a list of them calls it: its label, then its path."""
    leaf = current_vocabulary().get(path)
    return str(path) if leaf is None else f"{leaf.label} ({path})"


def table_of(entries: Iterable[Entry], more: int) -> pandas.DataFrame:
    """Entries as a table, a row each, and `more` empty rows."""
    rows = [(entry.path or None, entry.day or None, entry.value, False) for entry in entries]
    return pandas.DataFrame([*rows, *[(None, None, "", False)] * more], columns=list(TYPED)).astype({OUT: bool})


def entries_of(table: pandas.DataFrame, before: Iterable[Entry]) -> tuple[Entry, ...]:
    """What a table says, row by row; what straddles a day is treated as the entries before said of it."""
    straddles = {(entry.path, entry.when): entry.straddle for entry in before}
    rows = [entry for _, entry in _rows(table)]
    return tuple(entry._replace(straddle=straddles.get((entry.path, entry.when), "")) for entry in rows)


def extended(table: pandas.DataFrame, more: int) -> pandas.DataFrame:
    """What is typed of a table, without what is removed or empty, and `more` empty rows."""
    return table_of((entry for _, entry in _rows(table)), more)


def edited(table: pandas.DataFrame, changes: dict[Any, dict[str, Any]]) -> pandas.DataFrame:
    """The table with what somebody typed into it: row by place → column → value."""
    rows = table.to_dict(orient="records")
    for place, typed in changes.items():
        if int(place) < len(rows):
            rows[int(place)].update(dict(typed))
    return pandas.DataFrame(rows, columns=list(table.columns))


def beside_law(table: pandas.DataFrame) -> pandas.DataFrame:
    """The table with the unit of each parameter, and what current law says on the day."""
    units, values = zip(
        *(_law_of(path, _day(day)[0]) for path, day in table[[PATH, DAY]].fillna("").to_numpy()), strict=True
    )
    return table.assign(**{UNIT: units, LAW: values})[[PATH, DAY, VALUE, UNIT, LAW, OUT]]


def _law_of(path: str, day: datetime.date | None) -> tuple[str, str]:
    leaf = current_vocabulary().get(path)
    if leaf is None:
        return "", ""
    dated = in_force(leaf.values, day) if day else None
    unit = leaf.list_words or ", ".join(leaf.options) or _UNITS.get(_unit(leaf), leaf.unit)
    return unit, _in_words(dated.value if dated else None, leaf) if day else ""


def examined(
    table: pandas.DataFrame, heading: Heading, before: Iterable[Entry] = (), called: Callable[[int], str] = "Row {}".format
) -> CheckReport:
    """The reform that a table makes, or every fault of it, by row; `called` says what a row is called by its number."""
    numbers, entries = [number for number, _ in _rows(table)], entries_of(table, before)
    rows = list(zip(numbers, entries, strict=True))
    faults = list(_faults_of_rows(rows, called))
    whole = [(number, entry) for number, entry in rows if entry.path and entry.when and entry.value]
    first = {(entry.path, entry.when): (number, entry) for number, entry in reversed(whole)}
    left = sorted(first.values())
    text, places = _text([entry for _, entry in left], heading)
    report = checked(text)
    by_line = {line: left[place][0] for line, place in places.items()}
    faults += [_by_row(fault, by_line, called) for fault in report.faults if left or not faults]
    return replace(report, file=TABLE, reform=None if faults else report.reform, faults=tuple(faults))


def text_of(entries: Sequence[Entry], heading: Heading) -> str:
    """Entries as the text of a reform file, whether they have faults or not."""
    return _text(entries, heading)[0]


def name_of(title: str) -> str:
    """The name of a reform, and of its file, after its title; never that of a reform of the library."""
    words = "-".join(re.findall(r"[a-z0-9]+", title.lower()))
    return f"edited-{words}".rstrip("-") if not words or words in library() else words


def _rows(table: pandas.DataFrame) -> Iterator[tuple[int, Entry]]:
    """Rows that say something, each with its number from 1."""
    for number, (*said, is_out) in enumerate(table[list(TYPED)].fillna("").itertuples(index=False), start=1):
        entry = Entry(*(str(part).strip() for part in said))
        if any(entry) and not is_out:
            yield number, entry


def _day(typed: str) -> tuple[datetime.date | None, str]:
    """The day that was typed; or None, and what is wrong with it."""
    try:
        return (read_day(Scalar(typed.strip())), "") if typed.strip() else (None, "has no day.")
    except MisreadError as misread:
        return None, f"the day {misread}"


def _faults_of_rows(rows: Iterable[tuple[int, Entry]], called: Callable[[int], str]) -> Iterator[Fault]:
    """What a row leaves out, and rows that say one thing twice."""
    first: dict[tuple[str, datetime.date], int] = {}
    for number, entry in rows:
        here, (day, why_none) = called(number), _day(entry.day)
        if not entry.path:
            yield Fault(f"{here} names no parameter. Choose one in its first column, for example {paths()[-1]}.", TABLE)
            continue
        if day is None:
            why = f"{why_none} Give the day from which it holds, for example 2027-04-01."
            yield Fault(f"{here}: {entry.path} {why}" if why.startswith("has") else f"{here}: {why}", TABLE)
        elif (entry.path, day) in first:
            before = first[entry.path, day]
            yield Fault(f"{here}: {entry.path} is set from {day} in row {before} too. Remove one.", TABLE)
        else:
            first[entry.path, day] = number
        if not entry.value:
            yield Fault(f"{here}: {entry.path} has no value. For example: {_example(entry.path)}.", TABLE)


def _example(path: str) -> str:
    leaf = current_vocabulary().get(path)
    return "30%" if leaf is None else as_typed(leaf.values[-1].value, leaf)


def _by_row(fault: Fault, lines: dict[int, int], called: Callable[[int], str]) -> Fault:
    number = lines.get(fault.line or 0)
    return replace(fault, file=TABLE, line=None, message=f"{called(number)}: {fault.message}" if number else fault.message)


def _text(entries: Sequence[Entry], heading: Heading) -> tuple[str, dict[int, int]]:
    """The text of the reform file, and which entry each line of its values comes from."""
    above = {"reform": name_of(heading.title)} | {name: value for name, value in asdict(heading).items() if value}
    lines = yaml.safe_dump(above, sort_keys=False, allow_unicode=True, width=100).splitlines()
    lines.append("parameters:" if entries else "parameters: {}")
    placed: dict[int, int] = {}
    for path in dict.fromkeys(entry.path for entry in entries):
        lines.append(f"  {path if re.fullmatch(r'[a-z0-9_.]+', path) else json.dumps(path)}:")
        given = [(entry, place) for place, entry in enumerate(entries) if entry.path == path]
        for entry, place in sorted(given, key=lambda pair: str(pair[0].when or pair[0].day)):
            placed[len(lines)] = placed[len(lines) + 1] = place
            lines.append(f"    {entry.when or json.dumps(entry.day)}: {_written(entry)}")
    return "\n".join(lines) + "\n", placed


def _written(entry: Entry) -> str:
    """The value as a file has it, with how a period that straddles its day treats it where that was said."""
    value = scalar(entry.value, entry.path) if entry.value else '""'
    return f"{{value: {value}, straddle: {json.dumps(entry.straddle)}}}" if entry.straddle else value


def scalar(typed: str, path: str) -> str:
    """What somebody typed as a value of a file: percentages, pounds and words as people write them."""
    leaf = current_vocabulary().get(path)
    said = {FOLLOWS_LAW: CURRENT_LAW.value, NO_LIMIT: ".inf"}.get(typed.lower(), typed)
    unit = "" if leaf is None else leaf.unit
    percent = _PERCENT.fullmatch(said)
    if unit == SHARE and percent:
        return str(Decimal(percent[1].replace(",", "")) / 100)
    if unit == "boolean":
        said = {"yes": "true", "no": "false"}.get(said.lower(), said)
    if unit == POUNDS and said[:1] in "£-0123456789":
        amount = pounds(said)
        said = said if amount is None else f"{amount:.2f}".removesuffix(".00")
    return said if _PLAIN.fullmatch(said) else json.dumps(said, ensure_ascii=False)


def as_typed(value: Any, leaf: Leaf) -> str:
    """A value as somebody would type it: exact, and in the words of current law beside it."""
    if value is CURRENT_LAW:
        return FOLLOWS_LAW
    said = _in_words(value, leaf) if leaf.unit in {SHARE, POUNDS, "boolean"} or value == math.inf else f"{value}"
    return said if len(said) <= LONGEST_NUMBER else f"{value}"


def _in_words(value: Any, leaf: Leaf) -> str:
    return in_words(value, _unit(leaf))


def _unit(leaf: Leaf) -> str:
    """The unit that a value is written in: an assumption that may pass 1, such as an elasticity, is a number."""
    return "" if leaf.unit == SHARE and leaf.most != 1 and leaf.path.startswith(ASSUMPTIONS) else leaf.unit


# --- the draft -------------------------------------------------------------------------------------------------------


BLANK = "blank"
LONGEST_TITLE, MOST_SAID = 120, 2
_MOST_KEPT = 32
_MILLION = 1_000_000
_ONE_DAY = datetime.timedelta(days=1)
_BLANK_HEADING = Heading("My reform", "Written in the app.", source="Written in the app")

_checked = lru_cache(_MOST_KEPT)(checked)
_entries = lru_cache(_MOST_KEPT)(entries_in)


@lru_cache(_MOST_KEPT)
def _of_library(name: str) -> Reform:
    return policy.load(name)


@dataclass(frozen=True)
class Draft:
    """A reform being made.

    Attributes:
        start: the reform of the library that it began as, or ``BLANK``.
        text: what it was made into; empty while it is as it began. more: reforms of the library applied on top of it.
    """

    start: str = BLANK
    text: str = ""
    more: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The text of the reform as it stands."""
        return self.text or (BLANK_TEXT if self.start == BLANK else _of_library(self.start).text)

    @property
    def report(self) -> CheckReport:
        """The reform that the text makes, or its faults; neither of a blank start that nothing was made of."""
        if self.is_empty:
            return CheckReport("the reform", None, ())
        return _checked(self.text) if self.text else CheckReport(self.start, _of_library(self.start), ())

    @property
    def is_empty(self) -> bool:
        """Whether nothing was made of a blank start yet."""
        return self.start == BLANK and not self.text

    @property
    def reforms(self) -> tuple[Reform, ...]:
        """The reforms to cost, in their order; none while something is wrong."""
        report = self.report
        if report.faults:
            return ()
        own = () if report.reform is None else (report.reform,)
        return (*own, *map(_of_library, self.more))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Values that the draft sets, one for each parameter and date."""
        return _entries(self.source)

    @property
    def began_with(self) -> tuple[Entry, ...]:
        """Values of the reform of the library that the draft began as; none where it began blank."""
        return () if self.start == BLANK else _entries(_of_library(self.start).text)

    @property
    def automatic_title(self) -> str:
        """What it is called unless its title is typed."""
        return title_of(self.entries, self.start)

    @property
    def typed_title(self) -> str:
        """The title where somebody typed one, else empty."""
        title = heading_in(self.text).title if self.text else ""
        return "" if title == self.automatic_title else title

    def with_text(self, text: str) -> Draft:
        """The draft with another text, word for word; an emptied one is no reform, rather than that which it began as."""
        return replace(self, text="" if text == Draft(self.start).source else text or "\n")

    def with_entries(self, entries: Sequence[Entry], title: str | None = None) -> Draft:
        """The draft with other values; with a title typed, where one is given (empty: as it calls itself).

        With the values it began with and no title typed, it becomes that reform of the library again.
        """
        typed = self.typed_title if title is None else " ".join(title.split())[:LONGEST_TITLE]
        if not typed and tuple(entries) == self.began_with:
            return replace(self, text="")
        heading = replace(self._heading, title=typed or title_of(entries, self.start))
        return replace(self, text=text_of(entries, heading))

    @property
    def _heading(self) -> Heading:
        """The heading of its text; of what it began as, where it is edited for the first time, with where it comes from."""
        if self.text:
            return heading_in(self.text)
        return _BLANK_HEADING if self.start == BLANK else edited_heading(_of_library(self.start))


def edited_heading(start: Reform) -> Heading:
    """The heading of a reform made of another by hand; nothing edited is called enacted."""
    return Heading(
        title=f"{start.title}, edited",
        summary=f"Edited in the app, from {start.title}.",
        status="proposal" if start.status == "enacted" else start.status,
        source=f"Edited by hand, from {start.name}, whose source is: {start.source}",
        requires=start.requires,
    )


BLANK_TEXT = text_of((), _BLANK_HEADING)


# --- titles ------------------------------------------------------------------------------------------------------------


def title_of(entries: Sequence[Entry], start: str = BLANK) -> str:
    """A title that says what a reform does: ``Annual investment allowance of £2m from April 2027``.

    Args:
        entries: the values that it sets. start: the reform that it began as, which is named where it sets many.
    """
    law = [entry for entry in entries if not entry.path.startswith(ASSUMPTIONS) and entry.path]
    begun = () if start == BLANK else _entries(_of_library(start).text)
    if begun and len({entry.path for entry in law}) > MOST_SAID:
        title = f"{_of_library(start).title}, {_changes(entries, begun)}"
        return title if len(title) <= LONGEST_TITLE else f"{_of_library(start).title[: LONGEST_TITLE - 8]}, edited"
    if not law:
        return "My reform"
    said = [f"{_label(path)} of {_short(entry.value)}" for path, entry in first_entries(law).items()]
    more = " and other changes" if len(said) > MOST_SAID else ""
    shown = said[:1] if more else said
    return f"{' and '.join(shown)}{more}{_span(law)}"[:LONGEST_TITLE]


def _changes(entries: Sequence[Entry], begun: Sequence[Entry]) -> str:
    """In what a reform differs from the one it began as, in a few words."""
    before, now = ({path: entry.value for path, entry in first_entries(each).items()} for each in (begun, entries))
    said = [f"{_label(path).lower()} {_short(value)}" for path, value in now.items() if before.get(path) != value]
    said += [f"without {_label(path).lower()}" for path in before if path not in now]
    span = _span(entries)
    said += [span.strip()] if span and span != _span(begun) else []
    if len(said) > MOST_SAID:
        return f"{said[0]} and other changes"
    return ", ".join(said) or "edited"


def first_entries(entries: Sequence[Entry]) -> dict[str, Entry]:
    """The first entry of each parameter in time: one that gives it back to the law only where there is no other."""
    in_time = sorted(entries, key=lambda entry: (not entry.is_given, entry.when or datetime.date.max))
    first = {entry.path: entry for entry in reversed(in_time)}
    return {entry.path: first[entry.path] for entry in entries}


def _span(entries: Sequence[Entry]) -> str:
    """From which month, and to which where the law beneath follows again; nothing while a day cannot be read."""
    days = sorted(entry.when for entry in entries if entry.when)
    if not days or len(days) < len(entries):
        return ""
    ends = [entry.when for entry in entries if entry.when and entry.when > days[0] and entry.is_end]
    return f" from {days[0]:%B %Y}" + (f" to {max(ends) - _ONE_DAY:%B %Y}" if ends else "")


def _label(path: str) -> str:
    leaf = current_vocabulary().get(path)
    return path if leaf is None else leaf.label.removesuffix(" limit")


def _short(value: str) -> str:
    """Millions as people say them: £2m for £2,000,000."""
    digits = value.removeprefix("£").replace(",", "")
    if value.startswith("£") and digits.isdigit() and int(digits) >= _MILLION and int(digits) * 100 % _MILLION == 0:
        return f"£{int(digits) / _MILLION:g}m"
    return value or "…"
