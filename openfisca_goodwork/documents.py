"""Strict reading of YAML that a stranger may have written: reform files and company files.

A document is read as PyYAML nodes (`compose` with the safe loader), so that every value keeps its line, duplicate keys are
seen, and nothing is ever built from a tag. Tags, anchors and aliases, several documents, deep nesting and big files are
refused. What comes out is a tree of mappings, lists and scalars; a scalar is the text as typed, so that `yes`, `1_000`,
`12:30` and `010` never turn into something else.

A pydantic model says what shape a file has and how each scalar is read: `Document.read` makes one of the tree. What is wrong
is noted, each fault with its line, and reading goes on with the rest; `Document.raise_faults` reports all of it together.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar, NoReturn, Self, TypeVar

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from openfisca_goodwork.disk import open_file
from openfisca_goodwork.errors import FAULTS_SHOWN, Fault, GoodworkError, did_you_mean, printable, quoted

LARGEST_FILE = 1_000_000
DEEPEST_NESTING = 20
TOO_DEEP = f"Values are nested more than {DEEPEST_NESTING} deep."
MOST_VALUES = 100_000
LONGEST_NUMBER = 40
TEXT_IN_EXAMPLE = 60

NOT_A_MAPPING = "The file must be a mapping of names to values (`name: value` on each line)."
NUL_CHARACTER = "The file holds a NUL character: it is not a text file in UTF-8."
WORKBOOK = b"PK\x03\x04"
NOT_TEXT = "This is a workbook or another packed file, not text. Save a table as CSV (UTF-8); write anything else as YAML."
A_MAPPING, A_LIST = "a mapping of names to values (`name: value`)", "a list (`- one` on each line, or [one, two])"

SHAPES = {"model_type": A_MAPPING, "model_attributes_type": A_MAPPING, "dict_type": A_MAPPING, "list_type": A_LIST}

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
PERCENTAGE = re.compile(r"([-+]?[0-9]+(?:\.[0-9]+)?) ?%")
UNDERSCORES = re.compile(r"[-+]?[0-9][0-9_]*_[0-9_]*(?:\.[0-9]+)?")
LEADING_ZERO = re.compile(r"[-+]?0[0-9]+(?:\.[0-9]*)?")
FRACTION = re.compile(r"[-+]?[0-9]{1,9}/[1-9][0-9]{0,8}")
NO_LIMIT = re.compile(r"[-+]?(?:inf|infinity|unlimited|no limit)", re.IGNORECASE)
NOTHING_SPENT = re.compile(r"£? *-")  # how a spreadsheet's accounting format writes 0
IN_BRACKETS = re.compile(r"(?P<sign>£?) ?\((?P<amount>[^()+-]+)\)|(?P<before>[^()+-]+)-")
NOTHING = re.compile(r"none|null|~|nil|n/a", re.IGNORECASE)

Place = tuple[str | int, ...]
Tree = Any  # Scalar | list[Tree] | dict[str, Tree]
Model = TypeVar("Model", bound=BaseModel)
Read = TypeVar("Read")


class Scalar(str):
    """A single value as typed, without its quotation marks."""

    __slots__ = ("is_quoted",)
    is_quoted: bool

    def __new__(cls, typed: str, *, is_quoted: bool = False) -> Self:
        """The value of a text, without the space around it."""
        scalar = super().__new__(cls, typed.strip())
        scalar.is_quoted = is_quoted
        return scalar

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written where a value was expected."""
        return not self.is_quoted and self in {"", "~", "null"}


class MisreadError(ValueError):
    """A value that is not what was asked for; its text follows the name of the value in a message, or `is_whole`."""

    def __init__(self, text: str, *, is_whole: bool = False) -> None:
        super().__init__(text)
        self.is_whole = is_whole


class Part(BaseModel):
    """A part of an outside file: a mapping whose keys are all known."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


# --- reading one value --------------------------------------------------------------------------------------------------


def read_text(given: Tree) -> str:
    """A value as text, as typed. Raises MisreadError."""
    if not isinstance(given, str) or given == "" or is_empty(given):
        raise unexpected("text", given)
    return str(given)


def read_number(given: Tree, *, infinite: bool = False) -> float:
    """A finite number, or no limit (`.inf`) where `infinite` allows that. Raises MisreadError."""
    typed = _scalar(given)
    value = float(typed) if _is_number(typed) else math.nan
    if typed.is_quoted and not math.isnan(value):
        raise MisreadError(f"is text for a number: write {typed} without quotation marks.")
    if infinite and not typed.is_quoted and INFINITY.fullmatch(typed):
        return math.inf
    if math.isfinite(value):
        return value
    raise unexpected(
        "a finite number" if INFINITY.fullmatch(typed) else "a number", given, _number_mend(typed, infinite=infinite)
    )


def read_money(given: Tree) -> float:
    """An amount of pounds as people type it: 1250000, £1,250,000, 1.25m, 80k, -£500, (500), 500-. Raises MisreadError."""
    typed = _scalar(given)
    amount = pounds(typed)
    if amount is not None:
        return float(amount)
    if typed and not typed.is_quoted and _is_number(typed) and math.isfinite(float(typed)):
        return float(typed)
    raise unexpected("an amount of money", given, "Write pounds as 1250000, £1,250,000, 1.25m or 80k.")


def read_whole_number(given: Tree) -> int:
    """A whole number. Raises MisreadError."""
    value = read_number(given)
    if value != int(value):
        raise unexpected("a whole number", given)
    return int(value)


def read_boolean(given: Tree) -> bool:
    """True or false. Raises MisreadError."""
    return _truth(given, {"true": True, "false": False}, "true or false")


def read_yes_or_no(given: Tree) -> bool:
    """Yes or no, or true or false. Raises MisreadError."""
    return _truth(given, {"yes": True, "no": False, "true": True, "false": False}, "yes or no")


def _truth(given: Tree, words: Mapping[str, bool], expected: str) -> bool:
    typed = _scalar(given)
    value = words.get(typed.lower())
    if value is None or typed.is_quoted:
        raise unexpected(expected, given, f"Write {typed} without quotation marks." if value is not None else "")
    return value


def read_date(given: Tree) -> datetime.date:
    """A day that exists, written YYYY-MM-DD. Raises MisreadError."""
    typed = _scalar(given)
    if not DATE.fullmatch(typed):
        raise unexpected("a date", given, "Dates are written YYYY-MM-DD: 2027-04-01.")
    try:
        return datetime.date.fromisoformat(typed)
    except ValueError:
        raise MisreadError(f": {typed} is not a day of the calendar.") from None


def is_empty(given: Tree) -> bool:
    """Whether nothing was written where a value was expected."""
    return isinstance(given, str) and _scalar(given).is_empty


def _scalar(given: Tree) -> Scalar:
    """The text of a value; empty, as in quotation marks, for a mapping or a list."""
    if isinstance(given, Scalar):
        return given
    return Scalar(given if isinstance(given, str) else "")


def unexpected(expected: str, given: Tree, mend: str = "") -> MisreadError:
    """The mistake of a value that is another than was expected, and how to mend it."""
    return MisreadError(f"must be {expected}, not {_described(given)}.{' ' if mend else ''}{mend}")


def _described(given: Tree) -> str:
    if isinstance(given, Mapping):
        return "a mapping"
    if isinstance(given, list):
        return "a list"
    return "nothing" if _scalar(given).is_empty else quoted(str(given))


def _is_number(typed: str) -> bool:
    return len(typed) <= LONGEST_NUMBER and NUMBER.fullmatch(typed) is not None


def pounds(typed: str) -> Decimal | None:
    """What is typed as money, in pounds; `£-500`, `£ 500` and `(500)` count as `-£500`, `£500` and `-500`."""
    if len(typed) > LONGEST_NUMBER:
        return None
    plain = typed.replace("\N{MINUS SIGN}", "-")
    if NOTHING_SPENT.fullmatch(plain):
        return Decimal(0)
    if negative := IN_BRACKETS.fullmatch(plain):
        inside = pounds((negative["sign"] or "") + (negative["amount"] or negative["before"]).strip())
        return None if inside is None else -inside
    match = MONEY.fullmatch(re.sub(r"^£ ?(-?)(?=[0-9])", r"\1£", plain))
    if match is None:
        return None
    amount = Decimal(match["amount"].replace(",", "")) * MONEY_SCALES[(match["scale"] or "").lower()]
    return -amount if match["sign"] == "-" else amount


def _number_mend(typed: Scalar, *, infinite: bool) -> str:
    """How to write what was typed where a number is expected, or nothing."""
    start = typed[:LONGEST_NUMBER].strip()
    if percent := PERCENTAGE.fullmatch(start):
        return f"Write a percentage as a fraction: {percent[1]}% is {_percentage(percent[1])}."
    if UNDERSCORES.fullmatch(start):
        return f"Write it without underscores: {start.replace('_', '')}."
    if LEADING_ZERO.fullmatch(start):
        return f"Write it without the leading 0: {Decimal(start):f}."
    amount = pounds(start)
    if amount is not None and not _is_number(start):
        return f"Write it in full, without £ or commas: {amount.normalize():f}."
    if FRACTION.fullmatch(start):
        return f"Write a fraction as a decimal: {start} is {float(Fraction(start)):.10g}."
    if infinite and NOTHING.fullmatch(start):
        return "To abolish it write 0; for no limit write .inf."
    return "No limit is written .inf." if infinite and NO_LIMIT.fullmatch(start) else ""


def _percentage(typed: str) -> str:
    """A percentage as a fraction, with two decimals or as many as it needs."""
    value = Decimal(typed) / 100
    return f"{value:.2f}" if value == round(value, 2) else f"{value:f}"


# --- documents ----------------------------------------------------------------------------------------------------------


@dataclass
class Document:
    """One outside file being read: its text, the tree of its values, and the faults found so far.

    `lines` gives the line of each value, and `key_lines` that of each name, by its place in the tree; both are empty for
    data that no file holds. A kind of file is a subclass: it says which error is raised and what messages call things.
    """

    error: ClassVar[type[GoodworkError]] = GoodworkError
    fault_class: ClassVar[type[Fault]] = Fault

    name: str
    text: str = ""
    faults: list[Fault] = field(default_factory=list)
    tree: Tree = None
    lines: dict[Place, int] = field(default_factory=dict)
    key_lines: dict[Place, int] = field(default_factory=dict)

    def fault(self, message: str, place: Place = (), *, key: bool = False, line: int | None = None) -> None:
        """Note one fault, at a value or (`key`) at its name; the same fault of the same line is noted once."""
        found = self.fault_class(message, self.name, self.line(place, key=key) if line is None else line, self.path(place))
        if found not in self.faults[-10:]:
            self.faults.append(found)

    def line(self, place: Place, *, key: bool = False) -> int | None:
        """The line on which a value, or its name, starts, counted from 1; that of the part around it where it has none."""
        if key and place in self.key_lines:
            return self.key_lines[place]
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place)

    def at(self, place: Place) -> Tree:
        """What stands at a place."""
        here = self.tree
        for step in place:
            here = here[step]
        return here

    def path(self, place: Place) -> str:
        """What programs call a value: the names and numbers that lead to it."""
        return ".".join(map(str, place))

    def subject(self, place: Place) -> str:
        """What messages call a value: its name where a line says the rest, and its whole path otherwise."""
        if self.lines and place and isinstance(place[-1], str):
            return place[-1]
        return self.path(place) or "The file"

    def explain(self, kind: str, place: Place) -> str | None:  # noqa: ARG002
        """The message for a kind of pydantic's errors at a place; None for the usual message, nothing for no fault."""
        return None

    def raise_faults(self) -> None:
        """Raise every fault noted so far, as one error; do nothing if there is none."""
        if self.faults:
            raise self.error.from_faults(self.faults)

    def read(self, model: type[Model], instead: Mapping[str, Tree] | None = None) -> Model | None:
        """The tree as an instance of a model, less what is faulty; None where nothing can be made of it.

        A faulty item of a list is None, a faulty value is left out. `instead` has values to go on with in place of names at
        the top that are missing or faulty, so that the rest is read.
        """
        tree: Any = _copied(self.tree)
        is_noted = False
        while True:
            try:
                return model.model_validate(tree)
            except ValidationError as error:
                found = error.errors(include_url=False)
            if not is_noted:
                self._note(found)
                is_noted = True
            for one in found:
                place = tuple(one["loc"])
                top = str(place[0]) if len(place) == 1 else ""
                if instead and top in instead and tree.get(top) is not instead[top]:
                    tree[top] = instead[top]
                elif not _pruned(tree, place[:-1] if one["type"] == "missing" or place[-1:] == ("[key]",) else place):
                    return None

    def _note(self, found: Iterable[Any]) -> None:
        """Note pydantic's errors as faults; names that are missing from one mapping make one fault."""
        missing: dict[Place, list[str]] = {}
        told = {fault.path for fault in self.faults if fault.path}  # what the text itself is wrong about is said once
        for one in found:
            kind, place = one["type"], tuple(one["loc"])
            if self.path(place) in told:
                continue
            is_key = kind == "extra_forbidden" or place[-1:] == ("[key]",)
            place = place[:-1] if place[-1:] == ("[key]",) else place
            if kind == "missing":
                missing.setdefault(place[:-1], []).append(str(place[-1]))
                continue
            message = self.explain(kind, place)
            if message != "":
                self.fault(message or self._usual(kind, place, one), place, key=is_key)
        for place, names in missing.items():
            self.fault(f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} missing.", place)

    def _usual(self, kind: str, place: Place, error: Mapping[str, Any]) -> str:
        if kind == "extra_forbidden":
            return f"{quoted(str(place[-1]))} is not known here."
        if kind == "value_error":
            return self.said(place, error["ctx"]["error"])
        if kind in SHAPES:
            return self.said(place, unexpected(SHAPES[kind], error["input"]))
        return f"{self.subject(place)}: {error['msg']}."

    def said(self, place: Place, misread: ValueError) -> str:
        """The message of a value that was misread: its name, and what is wrong with it."""
        text = str(misread)
        if getattr(misread, "is_whole", False):
            return text
        return f"{self.subject(place)}{'' if text.startswith(':') else ' '}{text}"

    def value(self, read: Callable[[Tree], Read], given: Tree, place: Place) -> Read | None:
        """What a reader makes of one value; None with its fault noted where it is misread."""
        try:
            return read(given)
        except MisreadError as misread:
            self.fault(self.said(place, misread), place)
            return None

    def unknown(self, name: str, known: Iterable[str]) -> str:
        """What to say of a name that is none of the known: the nearest, unless there are faults enough already."""
        near = did_you_mean(name, known) if len(self.faults) < FAULTS_SHOWN else ""
        return f"{quoted(name)} is not known here. {near}".rstrip()


Kind = TypeVar("Kind", bound=Document)


def _copied(tree: Tree) -> Tree:
    if isinstance(tree, dict):
        return {key: _copied(value) for key, value in tree.items()}
    return [_copied(value) for value in tree] if isinstance(tree, list) else tree


def _pruned(tree: Tree, place: Place) -> bool:
    """Take what stands at a place out of a tree, as far as the tree goes; False where that is all of it."""
    if not place:
        return False
    step, *rest = place
    below = tree.get(step) if isinstance(tree, dict) else tree[step]
    if rest and isinstance(below, dict | list) and _pruned(below, tuple(rest)):
        return True
    if isinstance(tree, dict):
        tree.pop(step, None)
    else:
        tree[step] = None
    return True


def load(source: Path | str | bytes, kind: type[Kind], *, name: str = "") -> Kind:
    """Read a YAML document whose top is a mapping.

    `source` is a Path to read, or the content itself as text or bytes; `name` is what messages call it. Raises the error of
    the kind if the document cannot be read at all; faults found later are noted in the document.
    """
    content = _read(source, name or str(source), kind.error) if isinstance(source, Path) else source
    document = kind(name or (str(source) if isinstance(source, Path) else "the text"))
    document.text = _decoded(document, content)
    document.tree = _tree(document, _composed(document), ())
    if not isinstance(document.tree, dict):
        _stop(document, NOT_A_MAPPING, document.lines[()])
    return document


def of_plain_data(data: Mapping[Any, Any], kind: type[Kind], *, name: str) -> Kind:
    """Plain data (mappings, lists, text, numbers, booleans, dates) as a document, so that one reader checks both.

    Raises the error of the kind for anything else in it, for deep nesting, and for too many values; all of it at once.
    """
    document = kind(name)
    document.tree = _plain(document, data, (), iter(range(1, MOST_VALUES + 1)))
    document.raise_faults()
    return document


def _plain(document: Document, value: Any, place: Place, count: Iterator[int]) -> Tree:
    if next(count, None) is None:
        _stop(document, f"It holds more than {MOST_VALUES:,} values.")
    if len(place) > DEEPEST_NESTING:
        _stop(document, f"{document.subject(place)} is nested more than {DEEPEST_NESTING} deep.")
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                document.fault(f"The name {key!r} must be text.", place)
        return {str(key): _plain(document, one, (*place, str(key)), count) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(document, one, (*place, index), count) for index, one in enumerate(value)]
    typed = _typed(value)
    if typed is None:
        kind = type(value).__name__
        document.fault(f"{document.subject(place)} is a {kind}. Give text, a number, true or false, or a date.", place)
    return Scalar(typed or "", is_quoted=isinstance(value, str))


def _typed(value: Any) -> str | None:
    """A value as a file would have it; None for what no file can hold."""
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, datetime.datetime):
        return plain.date().isoformat() if plain.time() == datetime.time() else plain.isoformat()
    if isinstance(plain, bool):
        return str(plain).lower()
    if isinstance(plain, int) and plain.bit_length() > 3 * LONGEST_NUMBER:
        return ".inf"
    if isinstance(plain, datetime.date | int | float | Decimal | str):
        return plain.isoformat() if isinstance(plain, datetime.date) else str(plain)
    return "" if plain is None else None


def _tree(document: Document, raw: yaml.Node, place: Place) -> Tree:
    """The values of a node, with the lines of each noted; a name that stands twice is a fault, and the first is kept."""
    document.lines[place] = raw.start_mark.line + 1
    if isinstance(raw, yaml.MappingNode):
        found: dict[str, Tree] = {}
        for raw_key, raw_value in _whole_amounts(document, raw, place):
            line = raw_key.start_mark.line + 1
            if not isinstance(raw_key, yaml.ScalarNode):
                document.fault("A name must be plain text, not a list or a mapping.", place, line=line)
            elif raw_key.value in found:
                here, first = (*place, raw_key.value), document.key_lines[*place, raw_key.value]
                message = f"{quoted(raw_key.value)} is given twice, first on line {first}. Keep one."
                document.fault(message, here, line=line)
            else:
                document.key_lines[*place, raw_key.value] = line
                found[raw_key.value] = _tree(document, raw_value, (*place, raw_key.value))
        return found
    if isinstance(raw, yaml.SequenceNode):
        return [_tree(document, one, (*place, index)) for index, one in enumerate(raw.value)]
    return Scalar(raw.value, is_quoted=isinstance(raw, yaml.ScalarNode) and bool(raw.style))


# An amount up to its first comma, and what follows a comma of it.
_BEFORE_COMMA, _AFTER_COMMA = re.compile(r"[-(£ ]*[0-9]{1,3}"), re.compile(r"[0-9]{3}(?:\.[0-9]+)?[km)-]?", re.IGNORECASE)


def _whole_amounts(document: Document, raw: yaml.MappingNode, place: Place) -> list[tuple[yaml.Node, yaml.Node]]:
    """The names and values of a mapping, less what commas inside braces cut off its amounts, each a fault."""
    kept: list[tuple[yaml.Node, yaml.Node]] = []
    amounts: dict[str, str] = {}
    for key, value in raw.value:
        is_plain = isinstance(key, yaml.ScalarNode) and not key.style
        is_cut_off = raw.flow_style and value.value == "" and is_plain and _AFTER_COMMA.fullmatch(str(key.value))
        if is_cut_off and kept and _BEFORE_COMMA.fullmatch(str(kept[-1][1].value)):
            name = str(kept[-1][0].value)
            amounts[name] = f"{amounts.get(name, kept[-1][1].value)}{key.value}"[: LONGEST_NUMBER + 1]
        else:
            kept.append((key, value))
    for name, amount in amounts.items():
        here = (*place, name)
        message = f"{document.subject(here)} ends at its comma: write {amount} without a comma inside {{ }}."
        document.fault(message, here, line=raw.start_mark.line + 1)
    return kept


def _stop(document: Document, message: str, line: int | None = None) -> NoReturn:
    document.fault(message, line=line)
    raise document.error.from_faults(document.faults)


def _read(path: Path, name: str, error: type[GoodworkError]) -> bytes:
    """At most one byte more than a file may have."""
    try:
        with open_file(path, LARGEST_FILE + 1) as file:
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
        if data.startswith(WORKBOOK):
            _stop(document, NOT_TEXT)
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
        _stop(document, *_yaml_fault(document, problem))
    if node is None:
        _stop(document, "The file is empty.")
    return node


def _guard(document: Document) -> None:
    """Note the tags and anchors of a document; stop at what is unsafe to compose or to walk."""
    depth = documents = values = 0
    for event in yaml.parse(document.text, Loader=LOADER):
        line = None if event.start_mark is None else event.start_mark.line + 1
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        values += isinstance(event, yaml.NodeEvent)
        if getattr(event, "tag", None) is not None:
            document.fault("Tags (`!name`) are not allowed. Write plain values only.", line=line)
        if isinstance(event, yaml.AliasEvent):
            _stop(document, "Aliases (`*name`) are not allowed. Write the value out.", line)
        if getattr(event, "anchor", None) is not None:
            document.fault("Anchors (`&name`) are not allowed. Write each value where it is used.", line=line)
        if documents > 1:
            _stop(document, "The file holds several documents (`---`). Keep one.", line)
        if depth > DEEPEST_NESTING:
            _stop(document, TOO_DEEP, line)
        if values > MOST_VALUES:
            _stop(document, f"The file holds more than {MOST_VALUES:,} values.", line)


def _yaml_fault(document: Document, problem: yaml.YAMLError) -> tuple[str, int | None]:
    mark = getattr(problem, "problem_mark", None)
    line = None if mark is None else mark.line + 1
    reason = getattr(problem, "problem", None) or getattr(problem, "reason", None) or "it cannot be parsed"
    if "nesting depth" in reason:  # the reader's own limit, which some versions have and reach first
        return TOO_DEEP, line
    written = document.text.splitlines()[line - 1 : line] if line else []
    return f"This is not YAML: {_yaml_mend(reason, written[0] if written else '')}", line


def _yaml_mend(reason: str, written: str) -> str:
    """What a line that YAML cannot read has wrong, as far as can be told."""
    if "\t" in written[: len(written) - len(written.lstrip())]:
        return "a tab stands at the beginning of this line. Indent it with spaces."
    name, colon, value = written.partition(": ")
    if "mapping values are not allowed" in reason and ": " in value:
        inside = printable(value.strip())[:TEXT_IN_EXAMPLE].replace("'", "''")
        return f"a value that holds a colon stands in quotation marks. Write {printable(name.strip())}{colon}'{inside}'."
    return f"{reason}. Check the indentation, colons and quotation marks here."
