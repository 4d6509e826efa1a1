"""Strict reading of YAML that a stranger may have written: reform files and company files.

A document is read as PyYAML nodes (`compose` with the safe loader), so that every value keeps its line,
duplicate keys are seen, and nothing is ever built from a tag. Tags, anchors and aliases, several documents,
deep nesting and big files are refused. Values are read as what the caller asks for, from the text as typed:
`yes`, `1_000`, `12:30` and `010` never turn into something else. Readers note what is wrong and carry on;
`Document.raise_faults` reports all of it together. What the keys mean is the caller's business.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

import yaml

from openfisca_goodwork.errors import FAULTS_SHOWN, Fault, GoodworkError, did_you_mean, printable, quoted

LARGEST_FILE = 1_000_000
DEEPEST_NESTING = 20
TOO_DEEP = f"Values are nested more than {DEEPEST_NESTING} deep."
MOST_VALUES = 100_000
LONGEST_NUMBER = 40

NOT_A_MAPPING = "The file must be a mapping of names to values (`name: value` on each line)."
NUL_CHARACTER = "The file holds a NUL character: it is not a text file in UTF-8."

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*|(?=\.[0-9]))(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INFINITY = re.compile(r"[+]?\.(?:inf|Inf|INF)")
MONEY = re.compile(
    r"(?P<sign>[-+]?)£?(?P<amount>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)"
    r" ?(?P<scale>k|m|bn|thousand|million|billion)?",
    re.IGNORECASE,
)
MONEY_SCALES = {
    "": 1, "k": 10**3, "thousand": 10**3, "m": 10**6, "million": 10**6, "bn": 10**9, "billion": 10**9,
}  # fmt: skip

# What people type where a number is expected, and the mend.
NUMBER_MENDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[-+]?[0-9.]+ ?%"), "Write a percentage as a fraction: 20% is 0.20."),
    (re.compile(r"[-+]?£? ?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?"), "Write it without £ or commas: 250000."),
    (re.compile(r"[-+]?£ ?[0-9.,kmbn]+", re.IGNORECASE), "Write it without the £ and in full: 250000."),
    (re.compile(r"[-+]?[0-9.]+ ?(?:k|m|bn)", re.IGNORECASE), "Write it in full: 250000."),
    (re.compile(r"[-+]?[0-9][0-9_]*_[0-9_.]*"), "Write it without underscores: 1000."),
    (re.compile(r"[-+]?0[0-9]+(?:\.[0-9]*)?"), "Write it without the leading 0."),
    (re.compile(r"[-+]?[0-9]+/[0-9]+"), "Write a fraction as a decimal: 3/200 is 0.015."),
    (re.compile(r"[-+]?\.?nan", re.IGNORECASE), "A value must be a number."),
    (re.compile(r"[-+]?(?:inf|infinity|none|null|unlimited|no limit)", re.IGNORECASE), "No limit is written .inf."),
)


@dataclass
class Document:
    """One YAML file being read: its text, its top mapping, and the faults found so far.

    `error` is the class of GoodworkError that `raise_faults` raises.
    """

    name: str
    text: str = ""
    error: type[GoodworkError] = GoodworkError
    faults: list[Fault] = field(default_factory=list)
    root: Node = field(init=False)

    def fault(self, message: str, line: int | None = None, path: str = "") -> None:
        """Note one fault; the same fault of the same line is noted once."""
        found = Fault(message, self.name, line, path)
        if found not in self.faults[-10:]:
            self.faults.append(found)

    def raise_faults(self) -> None:
        """Raise every fault noted so far, as one error; do nothing if there is none."""
        if self.faults:
            raise self.error.from_faults(self.faults)


@dataclass(frozen=True)
class Node:
    """A value of a document, with its line (from 1) and its path from the top.

    A path joins names and places in lists by dots: `accounting_periods.0.start`; `called` is what messages
    call the value, if not its path. Each reader (`text`, `number`, `money`, `whole_number`, `boolean`,
    `date`) gives the value, or notes a fault and gives None.
    """

    document: Document
    raw: yaml.Node
    path: str = ""
    called: str = ""

    @property
    def line(self) -> int | None:
        """The line the value starts on, counted from 1; None for a value that no file holds."""
        return _line(self.raw)

    @property
    def is_mapping(self) -> bool:
        """Whether the value is a mapping of keys to values."""
        return isinstance(self.raw, yaml.MappingNode)

    @property
    def is_sequence(self) -> bool:
        """Whether the value is a list."""
        return isinstance(self.raw, yaml.SequenceNode)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written where a value was expected."""
        return not self.is_quoted and self.typed in ("", "~", "null")

    @property
    def is_quoted(self) -> bool:
        """Whether the value was written in quotation marks or as a block of text."""
        return isinstance(self.raw, yaml.ScalarNode) and bool(self.raw.style)

    def fault(self, message: str) -> None:
        """Note that this value is wrong."""
        self.document.fault(message, self.line, self.path)

    def entries(self) -> list[Entry]:
        """The keys and values of a mapping, in their order; a fault and nothing if it is not a mapping.

        A key that stands twice is a fault; the first is kept.
        """
        if not isinstance(self.raw, yaml.MappingNode):
            self._wrong("a mapping of names to values (`name: value`)")
            return []
        found: dict[str, Entry] = {}
        for raw_key, raw_value in self.raw.value:
            entry = self._entry(raw_key, raw_value)
            if entry is None:
                continue
            first = found.setdefault(entry.key, entry)
            if first is not entry:
                entry.fault(f"{quoted(entry.key)} is given twice, first on line {first.line}. Keep one.")
        return list(found.values())

    def _entry(self, raw_key: yaml.Node, raw_value: yaml.Node) -> Entry | None:
        if not isinstance(raw_key, yaml.ScalarNode):
            line = _line(raw_key)
            self.document.fault("A name must be plain text, not a list or a mapping.", line, self.path)
            return None
        path = f"{self.path}.{raw_key.value}" if self.path else raw_key.value
        return Entry(raw_key.value, Node(self.document, raw_key, path), Node(self.document, raw_value, path))

    def fields(self, allowed: Iterable[str], required: Iterable[str] = ()) -> dict[str, Node]:
        """The values of a mapping whose keys are known: unknown and missing ones are faults."""
        known = tuple(allowed)
        found = {entry.key: entry for entry in self.entries()}
        for entry in found.values():
            if entry.key not in known:
                near = did_you_mean(entry.key, known) if len(self.document.faults) < FAULTS_SHOWN else ""
                entry.fault(f"{quoted(entry.key)} is not known here. {near}".rstrip())
        missing = [name for name in required if name not in found]
        if missing and self.is_mapping:
            self.fault(f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing.")
        return {name: entry.value for name, entry in found.items() if name in known}

    def items(self) -> list[Node]:
        """The values of a list; a fault and nothing if it is not a list."""
        if not isinstance(self.raw, yaml.SequenceNode):
            self._wrong("a list (`- one` on each line, or [one, two])")
            return []
        return [Node(self.document, raw, f"{self.path}.{index}") for index, raw in enumerate(self.raw.value)]

    @property
    def typed(self) -> str | None:
        """The text of a value just as typed, without its quotation marks; None for a mapping or a list."""
        return self.raw.value.strip() if isinstance(self.raw, yaml.ScalarNode) else None

    def text(self) -> str | None:
        """The value as text, as typed."""
        if self.typed is None or self.typed == "" or self.is_empty:
            self._wrong("text")
            return None
        return self.typed

    def number(self, *, infinite: bool = False) -> float | None:
        """The value as a finite number, or as no limit (`.inf`) where `infinite` allows that."""
        typed = self.typed or ""
        value = float(typed) if _is_number(typed) else math.nan
        if self.is_quoted and not math.isnan(value):
            self.fault(f"{self._subject} is text for a number: write {typed} without quotation marks.")
            return None
        if infinite and not self.is_quoted and INFINITY.fullmatch(typed):
            return math.inf
        if math.isfinite(value):
            return value
        self._wrong("a finite number" if INFINITY.fullmatch(typed) else "a number", _mend(typed))
        return None

    def money(self) -> float | None:
        """An amount of pounds as people type it: 1250000, £1,250,000, 1.25m, 80k, -£500."""
        typed = self.typed
        match = MONEY.fullmatch(_pound_first(typed)) if typed and len(typed) <= LONGEST_NUMBER else None
        if match:
            amount = Decimal(match["amount"].replace(",", "")) * MONEY_SCALES[(match["scale"] or "").lower()]
            return float(-amount if match["sign"] == "-" else amount)
        if typed and not self.is_quoted and _is_number(typed) and math.isfinite(float(typed)):
            return float(typed)
        self._wrong("an amount of money", "Write pounds as 1250000, £1,250,000, 1.25m or 80k.")
        return None

    def whole_number(self) -> int | None:
        """The value as a whole number."""
        value = self.number()
        if value is None:
            return None
        if value != int(value):
            self._wrong("a whole number")
            return None
        return int(value)

    def boolean(self) -> bool | None:
        """The value as true or false."""
        value = {"true": True, "false": False}.get((self.typed or "").lower())
        if value is None or self.is_quoted:
            self._wrong("true or false")
            return None
        return value

    def date(self) -> datetime.date | None:
        """The value as a date that exists, written YYYY-MM-DD."""
        typed = self.typed or ""
        if not DATE.fullmatch(typed):
            self._wrong("a date", "Dates are written YYYY-MM-DD: 2027-04-01.")
            return None
        try:
            return datetime.date.fromisoformat(typed)
        except ValueError:
            self.fault(f"{self._subject}: {typed} is not a day of the calendar.")
            return None

    @property
    def _subject(self) -> str:
        return self.called or self.path or "The file"

    def _wrong(self, expected: str, mend: str = "") -> None:
        self.fault(f"{self._subject} must be {expected}, not {self._described()}.{' ' if mend else ''}{mend}")

    def _described(self) -> str:
        if self.is_mapping:
            return "a mapping"
        if self.is_sequence:
            return "a list"
        return "nothing" if self.is_empty else f"{quoted(self.typed or '')}"


@dataclass(frozen=True)
class Entry:
    """One `key: value` of a mapping."""

    key: str
    key_node: Node
    value: Node

    @property
    def line(self) -> int | None:
        """The line of the key, counted from 1."""
        return self.key_node.line

    def fault(self, message: str) -> None:
        """Note that this key is wrong."""
        self.key_node.fault(message)


def load(source: Path | str | bytes, *, name: str = "", error: type[GoodworkError] = GoodworkError) -> Document:
    """Read a YAML document whose top is a mapping.

    `source` is a Path to read, or the content itself as text or bytes; `name` is what messages call it.
    Raises `error` if the document cannot be read at all; faults found later are noted in the document.
    """
    content = _read(source, name or str(source), error) if isinstance(source, Path) else source
    document = Document(name or (str(source) if isinstance(source, Path) else "the text"), error=error)
    document.text = _decoded(document, content)
    document.root = Node(document, _composed(document))
    if not document.root.is_mapping:
        _stop(document, NOT_A_MAPPING, document.root.line)
    return document


def single_value(document: Document, text: str, path: str) -> Node:
    """A value typed outside any file (a command's option), to be read as the values of files are."""
    return Node(document, yaml.ScalarNode("tag:yaml.org,2002:str", text), path)


def _mend(typed: str) -> str:
    """How to mend what was typed where a number is expected, or nothing."""
    start = typed[:LONGEST_NUMBER]
    return next((mend for pattern, mend in NUMBER_MENDS if pattern.fullmatch(start)), "")


def _is_number(typed: str) -> bool:
    return len(typed) <= LONGEST_NUMBER and NUMBER.fullmatch(typed) is not None


def _pound_first(typed: str) -> str:
    """`£-500` and `£ 500` as `-£500` and `£500`."""
    return re.sub(r"^£ ?(-?)(?=[0-9])", r"\1£", typed)


def _line(raw: yaml.Node | yaml.Event) -> int | None:
    return None if raw.start_mark is None else int(raw.start_mark.line) + 1


def _stop(document: Document, message: str, line: int | None = None) -> NoReturn:
    document.fault(message, line)
    raise document.error.from_faults(document.faults)


def _read(path: Path, name: str, error: type[GoodworkError]) -> bytes:
    """At most one byte more than a file may have."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        reason = "There is no such file."
    except (OSError, ValueError) as problem:
        reason = f"The file cannot be read: {getattr(problem, 'strerror', None) or problem}."
    raise error.from_faults([Fault(reason, name)], f"{printable(name)} cannot be read.")


def _decoded(document: Document, content: str | bytes) -> str:
    """The text of a document of allowed size in UTF-8."""
    try:
        data = content.encode("utf-8") if isinstance(content, str) else content
        if len(data) > LARGEST_FILE:
            _stop(document, f"The file is larger than {LARGEST_FILE // 10**6} MB.")
        text = data.decode("utf-8-sig")
    except UnicodeError:
        _stop(document, "The file is not text in UTF-8. Save it as UTF-8.")
    before, nul, _ = text.partition("\0")
    if nul:
        _stop(document, NUL_CHARACTER, before.count("\n") + 1)
    return text


def _composed(document: Document) -> yaml.Node:
    """The document as nodes, once its events have shown that it is safe to compose."""
    try:
        _guard(document)
        node = yaml.compose(document.text, Loader=LOADER)
    except yaml.YAMLError as problem:
        _stop(document, *_yaml_fault(problem))
    if node is None:
        _stop(document, "The file is empty.")
    return node


def _guard(document: Document) -> None:
    """Note the tags and anchors of a document; stop at what is unsafe to compose or to walk."""
    depth = documents = values = 0
    for event in yaml.parse(document.text, Loader=LOADER):
        line = _line(event)
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        values += isinstance(event, yaml.NodeEvent)
        if getattr(event, "tag", None) is not None:
            document.fault("Tags (`!name`) are not allowed. Write plain values only.", line)
        if isinstance(event, yaml.AliasEvent):
            _stop(document, "Aliases (`*name`) are not allowed. Write the value out.", line)
        if getattr(event, "anchor", None) is not None:
            document.fault("Anchors (`&name`) are not allowed. Write each value where it is used.", line)
        if documents > 1:
            _stop(document, "The file holds several documents (`---`). Keep one.", line)
        if depth > DEEPEST_NESTING:
            _stop(document, TOO_DEEP, line)
        if values > MOST_VALUES:
            _stop(document, f"The file holds more than {MOST_VALUES:,} values.", line)


def _yaml_fault(problem: yaml.YAMLError) -> tuple[str, int | None]:
    mark = getattr(problem, "problem_mark", None)
    reason = getattr(problem, "problem", None) or getattr(problem, "reason", None) or "it cannot be parsed"
    if "nesting depth" in reason:  # the reader's own limit, which some versions have and reach first
        return TOO_DEEP, None if mark is None else mark.line + 1
    message = f"This is not YAML: {reason}. Check the indentation, colons and quotation marks here."
    return message, None if mark is None else mark.line + 1
