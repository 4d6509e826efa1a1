"""From a reform file to a Reform, with everything that is wrong with it found at once.

A reform file is untrusted: `documents` reads it, nothing in it is run. This module knows the header and the
layout path → date → value, and reads each value as the type of its parameter; `policy.check` judges the
values.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from openfisca_goodwork import documents
from openfisca_goodwork.documents import Document, Entry, Node
from openfisca_goodwork.errors import FAULTS_SHOWN, Fault, ReformError, quoted
from openfisca_goodwork.policy.check import faults_of_edits, unknown_path
from openfisca_goodwork.policy.reform import (
    CURRENT_LAW,
    HEADER,
    OPTIONAL_HEADER,
    STATUSES,
    STRADDLE,
    VALUE,
    Edit,
    Origin,
    Reform,
)
from openfisca_goodwork.policy.vocabulary import DATE, Leaf, Vocabulary, current_vocabulary
from openfisca_goodwork.version import model_version

DISTRIBUTION = "openfisca-goodwork"
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SPECIFIER = 100
MOST_EDITS = 2_000
SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class CheckReport:
    """What the checker found in one file: the reform, or the faults that keep it from being one.

    `warnings` are about a reform without fault that may not be what was meant.
    """

    file: str
    reform: Reform | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether the file is a reform without a fault."""
        return not self.faults


def examine(source: Path | str | bytes, *, name: str = "", vocabulary: Vocabulary | None = None) -> CheckReport:
    """Read a reform file (a Path) or its text, and report all its faults; never raises a fault.

    `name` is what messages call it; the reform must have the name of its file, if it has one. `vocabulary` is
    that of current law unless another is given.
    """
    called = name or (str(source) if isinstance(source, Path) else "the reform")
    known = current_vocabulary() if vocabulary is None else vocabulary
    try:
        document = documents.load(source, name=called, error=ReformError)
    except ReformError as error:
        return CheckReport(called, None, error.faults)
    reform = _reform(document, known)
    faults = (*document.faults, *faults_of_edits(reform, known))
    return CheckReport(called, None if faults else reform, faults)


def parse(source: Path | str | bytes, *, name: str = "", vocabulary: Vocabulary | None = None) -> Reform:
    """Read a reform file (a Path) or its text. Raises ReformError with every fault of it."""
    report = examine(source, name=name, vocabulary=vocabulary)
    if report.reform is None:
        raise ReformError.from_faults(report.faults)
    return report.reform


def _reform(document: Document, vocabulary: Vocabulary) -> Reform:
    """The reform as far as it can be read; what cannot is a fault of the document."""
    fields = document.root.fields((*HEADER, *OPTIONAL_HEADER, "parameters"), (*HEADER, "parameters"))
    header = {key: (fields[key].text() if key in fields else "") or "" for key in (*HEADER, *OPTIONAL_HEADER)}
    _check_header(document, {key: fields[key] for key, text in header.items() if text})
    dated = sorted(_edits(fields["parameters"], vocabulary)) if "parameters" in fields else []
    edits: dict[str, list[tuple[datetime.date, Edit]]] = {}
    for one in dated:
        edits.setdefault(one.path, []).append((one.date, one.value))
    setter = Origin(header["reform"], header["title"], header["source"], document.name)
    return Reform(
        name=header["reform"],
        title=header["title"],
        edits={path: tuple(values) for path, values in edits.items()},
        summary=header["summary"],
        status=header["status"],
        source=header["source"],
        requires=header["requires"],
        notes=header["notes"],
        straddles={(one.path, one.date): one.straddle for one in dated if one.straddle},
        text=document.text,
        file=document.name,
        origins={(one.path, one.date): replace(setter, line=one.line) for one in dated},
    )


def _check_header(document: Document, given: dict[str, Node]) -> None:
    file = Path(document.name)
    if "reform" in given:
        _check_name(given["reform"], file.stem if file.suffix in SUFFIXES else "")
    if "status" in given and given["status"].text() not in STATUSES:
        status = given["status"].typed or ""
        given["status"].fault(f"status {quoted(status)} is not one of {', '.join(STATUSES)}.")
    if "requires" in given:
        _check_requires(given["requires"])


def _check_name(node: Node, stem: str) -> None:
    name = node.text() or ""
    if not NAME.fullmatch(name):
        node.fault(f"reform {quoted(name)} is not a name: use small letters, digits and single hyphens.")
    elif stem and name != stem:
        node.fault(f"The reform is called {quoted(name)} and its file {quoted(stem)}. Give both one name.")


def _check_requires(node: Node) -> None:
    """That this version of the model is one that the file was written for."""
    wanted = node.text() or ""
    try:
        accepted = SpecifierSet(wanted[:LONGEST_SPECIFIER])
    except InvalidSpecifier:
        node.fault(f'requires {quoted(wanted)} is not a range of versions. Write, for example, ">=0.1".')
        return
    here = model_version()
    if not accepted.contains(here, prereleases=True):
        node.fault(
            f"This reform needs version {wanted} of {DISTRIBUTION}, and this is {here}. Install "
            "such a version, or change `requires` if the reform works with this one."
        )


@dataclass(frozen=True, order=True)
class _DatedEdit:
    place: int
    date: datetime.date
    path: str
    value: Edit
    line: int | None
    straddle: str = ""


def _edits(parameters: Node, vocabulary: Vocabulary) -> Iterator[_DatedEdit]:
    """Every edit that can be read; `place` keeps the paths in the order in which they are written."""
    parameters = replace(parameters, path="", called="parameters")
    entries = parameters.entries()
    if parameters.is_empty or (parameters.is_mapping and not entries):
        parameters.fault("A reform must set at least one parameter: path, date, value.")
    if _size(entries) > MOST_EDITS:
        parameters.fault(f"A reform may hold {MOST_EDITS:,} dated values, and this one holds more.")
        return
    for place, entry in enumerate(entries):
        leaf = vocabulary.get(entry.key)
        if leaf is None:
            worth_it = len(parameters.document.faults) < FAULTS_SHOWN
            entry.fault(unknown_path(entry.key, vocabulary, nearest=worth_it))
            continue
        for date, node in _dates(entry.key, entry.value):
            value_node, straddle = _straddling(node, leaf)
            value = None if value_node is None else read_value(value_node, leaf)
            if date is not None and value is not None:
                yield _DatedEdit(place, date, leaf.path, value, node.line, straddle)


def _straddling(node: Node, leaf: Leaf) -> tuple[Node | None, str]:
    """The value of a date, and how a period that straddles the date treats it, if that is said: `{value, straddle}`."""
    if not node.is_mapping:
        return node, ""
    fields = {key: replace(one, path=leaf.path) for key, one in node.fields((VALUE, STRADDLE), (VALUE, STRADDLE)).items()}
    straddle = fields[STRADDLE].text() or "" if STRADDLE in fields else ""
    if straddle and straddle not in leaf.straddles:
        known = f"Known here: {', '.join(leaf.straddles)}." if leaf.straddles else "It has none: write the value alone."
        fields[STRADDLE].fault(f"{leaf.path}: {quoted(straddle)} is not how its law treats a straddling period. {known}")
    return fields.get(VALUE), straddle


def _size(entries: list[Entry]) -> int:
    """How many dated values there are, or paths if those are more."""
    return max(len(entries), sum(len(entry.value.raw.value) for entry in entries if entry.value.is_mapping))


def _dates(path: str, dates: Node) -> Iterator[tuple[datetime.date | None, Node]]:
    if not dates.is_mapping:
        dates.fault(f"{path} needs a date for its value: write `2027-04-01: value` on a line below it.")
        return
    entries = dates.entries()
    if not entries:
        dates.fault(f"{path} has no dated value.")
    for entry in entries:
        date = replace(entry.key_node, path=path, called=f"A date of {path}").date()
        yield date, replace(entry.value, path=path)


def read_value(node: Node, leaf: Leaf) -> Edit | None:
    """The value as the type of its parameter; a fault that teaches the type otherwise."""
    if node.typed == CURRENT_LAW.value:
        return CURRENT_LAW
    if leaf.value_type is bool:
        return node.boolean()
    if leaf.unit == DATE:
        day = node.date()
        return None if day is None else day.isoformat()
    if leaf.value_type is str:
        return node.text()
    return node.number(infinite=leaf.may_be_unlimited)
