"""From a reform file to a Reform, with all its faults at once; and the JSON Schema of such files.

A reform file is untrusted: `documents` reads it, nothing in it is run. `ReformFile` is its shape: the header, and path →
date → value. Each value is then read as the type of its parameter; `policy.check` judges the values.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from openfisca_goodwork import documents
from openfisca_goodwork.documents import (
    DATE as WRITTEN_DATE,
)
from openfisca_goodwork.documents import (
    Document,
    MisreadError,
    Part,
    Place,
    Scalar,
    Tree,
    read_boolean,
    read_date,
    read_number,
    read_text,
)
from openfisca_goodwork.errors import FAULTS_SHOWN, Fault, ReformError, quoted
from openfisca_goodwork.policy.check import ASSUMPTIONS, RESPONSES, faults_of_edits, one_of, unknown_path, what_it_may_be
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
from openfisca_goodwork.policy.vocabulary import DATE, WHOLE_UNITS, Leaf, Vocabulary, current_vocabulary, plain
from openfisca_goodwork.version import model_version

DISTRIBUTION = "openfisca-goodwork"
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SPECIFIER = 100
MOST_EDITS = 2_000
SUFFIXES = (".yaml", ".yml")
PARAMETERS = "parameters"
NO_PARAMETER = "A reform must set at least one parameter: path, date, value."
DIALECT = "https://json-schema.org/draft/2020-12/schema"
DAY = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"


# --- the shape of a file ------------------------------------------------------------------------------------------------


def _name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise MisreadError(f"{quoted(name)} is not a name: use small letters, digits and single hyphens.")
    return name


def _status(status: str) -> str:
    if status not in STATUSES:
        raise MisreadError(f"{quoted(status)} is not one of {', '.join(STATUSES)}.")
    return status


def _versions(wanted: str) -> str:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # here: a company without reforms does not wait for it

    try:
        SpecifierSet(wanted[:LONGEST_SPECIFIER])
    except InvalidSpecifier:
        raise MisreadError(f'{quoted(wanted)} is not a range of versions. Write, for example, ">=0.1".') from None
    return wanted


class DatedEntry(Part):
    """What stands below a date: the value as typed, and how a period that straddles the date treats it, if that is said."""

    value: Any
    straddle: Annotated[str, BeforeValidator(read_text)]


def _entry(given: Tree) -> Tree:
    return given if isinstance(given, dict) else DatedEntry.model_construct(value=given, straddle="")


Text = Annotated[str, BeforeValidator(read_text), Field(min_length=1)]
Day = Annotated[datetime.date, BeforeValidator(read_date)]
Dated = dict[Day, Annotated[DatedEntry, BeforeValidator(_entry)]]


class ReformFile(Part):
    """The shape of a reform file; the names and values below `parameters` are those of a law."""

    reform: Annotated[Text, AfterValidator(_name)] = Field(
        description="The reform's name, which is also its file's: small letters, digits and single hyphens.",
        json_schema_extra={"pattern": f"^{NAME.pattern}$"},
    )
    title: Text = Field(description="What people call it.")
    summary: Text = Field(description="What it does, in a sentence.")
    status: Annotated[Text, AfterValidator(_status), WithJsonSchema({"enum": list(STATUSES)})] = Field(
        description="What it is: asked for, enacted, the law without a measure, or a test of the model's edges."
    )
    source: Text = Field(description="Where it comes from: an Act and section, or a document and its address.")
    requires: Annotated[Text, AfterValidator(_versions)] = Field(
        description='The versions of the model that it works with, such as ">=0.1".'
    )
    notes: Text = Field("", description="What it leaves out, and whatever else a reader must know.")
    parameters: Annotated[dict[str, Dated], WithJsonSchema({"type": "object"})] = Field(
        description="Parameter, then date, then value: a value holds until the next date, or for good.",
    )


# To go on with where something is faulty: the reform of a file with faults is thrown away.
UNNAMED = "unnamed"
INSTEAD: dict[str, Tree] = {
    **{key: Scalar({"reform": UNNAMED, "status": STATUSES[0], "requires": ">=0"}.get(key, key)) for key in HEADER},
    PARAMETERS: {},
}


class ReformDocument(Document):
    """A reform file being read: what its messages call parameters and their dates."""

    error = ReformError

    def path(self, place: Place) -> str:
        """The parameter that a place is about, or the name in the header."""
        return str(place[1]) if len(place) > 1 else "" if place == (PARAMETERS,) else ".".join(map(str, place))

    def subject(self, place: Place) -> str:
        """The parameter, the date of a parameter, or the name in the header."""
        if place == (PARAMETERS,):
            return PARAMETERS
        return f"A date of {place[1]}" if len(place) == 3 else self.path(place) or super().subject(place)

    def explain(self, kind: str, place: Place) -> str | None:
        """What is wrong with the layout path → date → value, and names that do not belong to it."""
        if kind == "extra_forbidden":
            name, known = str(place[-1]), ReformFile.model_fields if len(place) == 1 else DatedEntry.model_fields
            return _MISPLACED_DATE.format(name) if WRITTEN_DATE.fullmatch(name) else self.unknown(name, known)
        if place == (PARAMETERS,) and documents.is_empty(self.tree[PARAMETERS]):
            return NO_PARAMETER
        if kind == "dict_type" and len(place) == 2:
            return ""  # said beside the names, of which some are no parameters
        return None


# --- reading a file -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CheckReport:
    """Result of checking one file: the reform, or the faults that keep it from being one.

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
        document = documents.load(source, ReformDocument, name=called)
    except ReformError as error:
        return CheckReport(called, None, error.faults)
    reform = _reform(document, known)
    faults = (*document.faults, *(faults_of_edits(reform, known) if reform else ()))
    return CheckReport(called, None if faults else reform, faults)


def parse(source: Path | str | bytes, *, name: str = "", vocabulary: Vocabulary | None = None) -> Reform:
    """Read a reform file (a Path) or its text. Raises ReformError with every fault of it."""
    report = examine(source, name=name, vocabulary=vocabulary)
    if report.reform is None:
        raise ReformError.from_faults(report.faults)
    return report.reform


def _reform(document: ReformDocument, vocabulary: Vocabulary) -> Reform | None:
    """The reform as far as it can be read; what cannot is a fault of the document."""
    if _size(document.tree.get(PARAMETERS)) > MOST_EDITS:
        document.fault(f"A reform may hold {MOST_EDITS:,} dated values, and this one holds more.", (PARAMETERS,))
        return None
    file = document.read(ReformFile, INSTEAD)
    if file is None:
        return None
    _check_header(document, file)
    dated = sorted(_edits(document, file, vocabulary))
    edits: dict[str, list[tuple[datetime.date, Edit]]] = {}
    for edit in dated:
        edits.setdefault(edit.path, []).append((edit.date, edit.value))
    setter = Origin(file.reform, file.title, file.source, document.name)
    return Reform(
        name=file.reform,
        **{key: getattr(file, key) for key in (*HEADER[1:], *OPTIONAL_HEADER)},
        edits={path: tuple(values) for path, values in edits.items()},
        straddles={(edit.path, edit.date): edit.straddle for edit in dated if edit.straddle},
        text=document.text,
        file=document.name,
        origins={(edit.path, edit.date): replace(setter, line=edit.line) for edit in dated},
    )


def _size(parameters: Tree) -> int:
    """How many dated values there are, or paths if those are more."""
    if not isinstance(parameters, dict):
        return 0
    return max(len(parameters), sum(len(dates) for dates in parameters.values() if isinstance(dates, dict)))


def _check_header(document: ReformDocument, file: ReformFile) -> None:
    """That the reform has the name of its file, and works with this version of the model."""
    from packaging.specifiers import SpecifierSet

    path, here = Path(document.name), model_version()
    if path.suffix in SUFFIXES and path.stem and file.reform not in {path.stem, UNNAMED}:
        message = f"The reform is called {quoted(file.reform)} and its file {quoted(path.stem)}. Give both one name."
        document.fault(message, ("reform",))
    if not SpecifierSet(file.requires[:LONGEST_SPECIFIER]).contains(here, prereleases=True):
        document.fault(
            f"This reform needs version {file.requires} of {DISTRIBUTION}, and this is {here}. Install "
            "such a version, or change `requires` if the reform works with this one.",
            ("requires",),
        )


@dataclass(frozen=True, order=True)
class _DatedEdit:
    place: int
    date: datetime.date
    path: str
    value: Edit
    line: int | None
    straddle: str = ""


def _edits(document: ReformDocument, file: ReformFile, vocabulary: Vocabulary) -> Iterator[_DatedEdit]:
    """Every edit that can be read; `place` keeps the paths in the order in which they are written."""
    written = document.tree.get(PARAMETERS)
    if written == {}:
        document.fault(NO_PARAMETER, (PARAMETERS,))
    names = list(written) if isinstance(written, dict) else []
    at_the_margin = list(document.tree)
    beside = [*names, *at_the_margin[at_the_margin.index(PARAMETERS) + 1 :]] if names else []
    for place, path in enumerate(names):
        leaf = vocabulary.get(path)
        if leaf is None:
            document.fault(_unknown(path, document, vocabulary), (PARAMETERS, path), key=True)
            continue
        _check_dates(document, path, written[path], "".join(beside[place + 1 : place + 2]))
        for date, entry in file.parameters.get(path, {}).items():
            here = (PARAMETERS, path, date.isoformat())
            if entry.straddle and entry.straddle not in leaf.straddles:
                known = (
                    f"Known here: {', '.join(leaf.straddles)}." if leaf.straddles else "It has none: write the value alone."
                )
                said = f"{quoted(entry.straddle)} is not how its law treats a straddling period."
                document.fault(f"{leaf.path}: {said} {known}", (*here, STRADDLE))
            value = document.value(partial(read_value, leaf=leaf), entry.value, (*here, VALUE))
            if value is not None:
                yield _DatedEdit(place, date, path, value, document.line(here), entry.straddle)


def _check_dates(document: ReformDocument, path: str, dates: Tree, next_name: str) -> None:
    """That something dated stands below a parameter; dates at its own margin are faults of their own."""
    if isinstance(dates, dict):
        if not dates:
            document.fault(f"{path} has no dated value.", (PARAMETERS, path))
    elif not (documents.is_empty(dates) and WRITTEN_DATE.fullmatch(next_name)):
        message = f"{path} needs a date for its value: write `2027-04-01: value` on a line below it."
        document.fault(message, (PARAMETERS, path))


# Words for nothing and for no limit, where a parameter has to have an amount.
_NO_AMOUNT = re.compile(
    "|".join(word.pattern for word in (documents.NOTHING, documents.NO_LIMIT, documents.INFINITY)), re.IGNORECASE
)
_MISPLACED_DATE = "{} is a date and stands where a parameter should. Move it to the right, below its parameter."


def _unknown(path: str, document: ReformDocument, vocabulary: Vocabulary) -> str:
    if WRITTEN_DATE.fullmatch(path):
        return _MISPLACED_DATE.format(path)
    return unknown_path(path, vocabulary, nearest=len(document.faults) < FAULTS_SHOWN)


def read_value(given: Tree, leaf: Leaf) -> Edit:
    """A value as the type of its parameter. Raises MisreadError, whose text teaches the type."""
    if given == CURRENT_LAW.value:
        return CURRENT_LAW
    if leaf.value_type is bool:
        return read_boolean(given)
    if leaf.unit == DATE:
        return read_date(given).isoformat()
    if leaf.listed:
        return _read_list(given)
    if leaf.value_type is str:
        return _read_choice(given, leaf.options)
    if documents.is_empty(given):
        no_limit = "To abolish it write 0; for no limit write .inf; to" if leaf.may_be_unlimited else "To"
        mend = f"{no_limit} give it back to the law beneath from that day write {CURRENT_LAW.value}."
        raise documents.unexpected("a number", given, mend)
    if not leaf.may_be_unlimited and isinstance(given, str) and _NO_AMOUNT.fullmatch(given.strip()):
        abolish = "To abolish it write 0; the" if leaf.least <= 0 else "The"
        raise documents.unexpected("a finite number", given, f"{abolish} most that can be written is {plain(leaf.most)}.")
    return read_number(given, infinite=leaf.may_be_unlimited)


def _read_choice(given: Tree, options: Sequence[str]) -> str:
    try:
        return read_text(given)
    except MisreadError as misread:
        raise MisreadError(f"{misread}{f' Write {one_of(options)}.' if options else ''}") from None


def _read_list(given: Tree) -> str:
    """Codes with commas between them, or a YAML list of them, as the law writes them: ``C, 62`` or ``north_east``."""
    parts = given if isinstance(given, list) else read_text(given).split(",")
    return ", ".join(map(_code, map(read_text, parts)))


def _code(typed: str) -> str:
    """A section as a capital, a division in two digits, a place in small letters without spaces."""
    text = typed.strip()
    if text.isdecimal():
        return text.zfill(2)
    return text.upper() if len(text) == 1 else text.lower().replace(" ", "_")


# --- the JSON Schema ----------------------------------------------------------------------------------------------------


Schema = dict[str, Any]


def reform_schema(vocabulary: Vocabulary | None = None) -> Schema:
    """The JSON Schema of reform files that set parameters of a law: of current law, unless another is given.

    It knows the header, every parameter, its type, range and words: what an editor completes, explains and checks while a
    file is written. What lies between parameters or depends on dates is left to the checker.
    """
    law = current_vocabulary() if vocabulary is None else vocabulary
    schema = ReformFile.model_json_schema()
    schema["properties"][PARAMETERS] |= {
        "minProperties": 1,
        "maxProperties": MOST_EDITS,
        "additionalProperties": False,
        "properties": {path: _dated(leaf) for path, leaf in law.items() if may_stand(path)},
    }
    return {"$schema": DIALECT, **schema, "title": "Reform of UK corporation tax"}


def may_stand(path: str) -> bool:
    """Whether a reform may set a path: assumptions common to both laws change only by an option."""
    return path.startswith(RESPONSES) or not path.startswith(ASSUMPTIONS)


def _dated(leaf: Leaf) -> Schema:
    return {
        "type": "object",
        "title": leaf.label,
        "description": f"{leaf.description} ({_in_words(leaf)}; in current law {_current(leaf)})".strip(),
        "minProperties": 1,
        "additionalProperties": False,
        "patternProperties": {DAY: {"anyOf": list(_values(leaf))}},
    }


def _in_words(leaf: Leaf) -> str:
    if leaf.value_type is bool:
        return "true or false"
    if leaf.unit == DATE:
        return "a day, YYYY-MM-DD"
    return what_it_may_be(leaf)


def _current(leaf: Leaf) -> str:
    value = leaf.values[-1].value
    if isinstance(value, bool):
        return str(value).lower()
    return ".inf, no limit" if value == math.inf else f"{value}"


def _values(leaf: Leaf) -> Iterator[Schema]:
    value = _value(leaf)
    yield value
    yield {"const": CURRENT_LAW.value, "description": "As in the law beneath, from this date on."}
    if len(leaf.straddles) > 1:
        yield {
            "type": "object",
            "description": "The value, and how an accounting period that straddles the date treats the change.",
            "required": [VALUE, STRADDLE],
            "additionalProperties": False,
            "properties": {VALUE: value, STRADDLE: {"enum": list(leaf.straddles)}},
        }


def _value(leaf: Leaf) -> Schema:
    if leaf.value_type is bool:
        return {"type": "boolean"}
    if leaf.unit == DATE:
        return {"type": "string", "pattern": DAY}
    if leaf.listed:
        codes = "|".join(leaf.listed)
        return {"type": "string", "pattern": f"^({codes})(, ?({codes}))*$"}
    if leaf.value_type is str:
        return {"enum": list(leaf.options)} if leaf.options else {"type": "string"}
    bounds = {"minimum": leaf.least, "maximum": math.inf if leaf.may_be_unlimited else leaf.most}
    kind = "integer" if leaf.unit in WHOLE_UNITS and not leaf.may_be_unlimited else "number"
    return {"type": kind, **{name: bound for name, bound in bounds.items() if math.isfinite(bound)}}
