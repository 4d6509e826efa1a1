"""A table of companies that a stranger may have written: read line by line within bounds, checked column by column.

It is CSV, or the first sheet of a workbook. What a spreadsheet makes of a CSV that it saves again is read as well:
semicolons or tabs between the cells, UTF-16 or the alphabet of Windows, empty columns and rows at the end.

Refused in words: what is no text, too long a line, too many rows, quotation marks that never close, rows of another
length than the heading. Nothing is ever run: a cell that starts with `=` is text. `row_shape` says what a row may hold: each
different text of a column is read once, as company files are, and many rows that make one mistake make one fault.
"""

from __future__ import annotations

import csv
import io
import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import IO, Annotated, Any

import numpy as np
from pydantic import BeforeValidator, TypeAdapter, ValidationError, create_model

from openfisca_goodwork.company.claims import (
    CARRY_BACK,
    CLAIMED,
    NO_CARRY_BACK_ALONE,
    OLDER,
    RELIEF,
    allowed_under,
    too_early,
    too_high,
)
from openfisca_goodwork.company.facts import PENNY, Fact
from openfisca_goodwork.company.many.sheet import rows_of_workbook
from openfisca_goodwork.company.reading import MOST_PERIODS
from openfisca_goodwork.company.shape import Day
from openfisca_goodwork.company.spans import Span, check_sequence, checked_span
from openfisca_goodwork.company.vocabulary import (
    CAR,
    CHOICE,
    CLASSES_OF_CARS,
    FINAL,
    LISTS,
    MONEY,
    NOT_THE_LAST,
    NUMBER,
    SAID_OTHERWISE,
    SHARES,
    InputVariable,
    apportionment,
    fault_of,
    input_variables,
    is_twin,
    not_in_the_first,
    read_fact,
    why_not_here,
)
from openfisca_goodwork.disk import open_file
from openfisca_goodwork.documents import WORKBOOK, Document, MisreadError, Part, Place, Scalar
from openfisca_goodwork.errors import CompanyFileError, Fault, GoodworkError, printable, quoted
from openfisca_goodwork.law.losses import first_day_of_claims
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.system import current_law

MOST_ROWS = 200_000
LARGEST_FILE = 100_000_000
LONGEST_LINE = 100_000
MOST_COLUMNS = 500
MOST_FAULTS = 1_000
MOST_ALIKE = 10
ROWS_NAMED = 3
LONGEST_NAME = 200
COMPANY, START, END, APPORTIONMENT, TAGS = "company", "start", "end", "apportionment", "tags"
SEPARATORS = ",;\t"
_SAID_SEPARATOR = re.compile(
    r"\"?sep=(.)\"?\s*", re.IGNORECASE
)  # a first line that tells a spreadsheet how cells are parted
_BYTE_ORDERS = (b"\xff\xfe", b"\xfe\xff")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
ROWS_IN_FULL = 16  # a spreadsheet leaves the empty cells at the end of its rows out from here on
_DECIMAL_COMMA = re.compile(r"[^0-9,.]*[0-9]{1,3},[0-9]{3}[^0-9,.]*")
_MOST_TOLD = f"The file has more than {MOST_ROWS:,} rows, the most that are worked out at once. Split it."
_PLAIN = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,10})?")
_PLAIN_KINDS = (MONEY, NUMBER, SHARES)
_DIGITS, _LETTERS = re.compile(r"[0-9]+"), re.compile(r"[^\W\d_]+")
_NO_DAY = np.datetime64("NaT", "D")


# --- the shape of a row -------------------------------------------------------------------------------------------------


def _name(text: str) -> str:
    if not text:
        raise MisreadError("is empty. Every row names its company.")
    if len(text) > LONGEST_NAME:
        raise MisreadError(f"{quoted(text)} has more than {LONGEST_NAME} characters.")
    return text


class RowShape(Part):
    """One accounting period of a company: its other names are the inputs of the law, and an empty cell is one left out."""

    company: Annotated[str, BeforeValidator(_name)]
    start: Day
    end: Day
    apportionment: Annotated[str, BeforeValidator(lambda text: read_fact(text, apportionment()))] | None = None


@cache
def row_shape() -> type[RowShape]:
    """The shape of a row under the law of today."""
    facts: dict[str, Any] = {
        name: (Annotated[Any, BeforeValidator(partial(read_fact, variable=variable))], None)
        for name, variable in input_variables().items()
    }
    return create_model("Row", __base__=RowShape, **facts)


@cache
def _reader(column: str) -> Callable[[Scalar], Any]:
    """What reads one cell of a column: the field of the shape of a row."""
    shape = row_shape().model_fields[column]
    cell: Any = Annotated[shape.annotation, *shape.metadata] if shape.metadata else shape.annotation
    return TypeAdapter(cell).validate_python


# --- rows as columns of text --------------------------------------------------------------------------------------------


class RowFault(Fault):
    """A fault whose place is a row, counted as a spreadsheet counts them: the heading is row 1."""

    @property
    def place(self) -> str:
        """Where in its file the fault is, as shown to people: `row 9`, or nothing."""
        return "" if self.line is None else f"row {self.line}"


class TableDocument(Document):
    """A table being read: a place is a row, or a row and a column."""

    error = CompanyFileError
    fault_class = RowFault

    def line(self, place: Place, *, key: bool = False) -> int | None:  # noqa: ARG002
        """The row."""
        return int(place[0]) if place else None

    def path(self, place: Place) -> str:
        """The column."""
        return str(place[1]) if len(place) > 1 else ""

    def subject(self, place: Place) -> str:
        """The column."""
        return self.path(place)

    @property
    def is_full(self) -> bool:
        """Whether so many faults are noted that looking for more is no help."""
        return len(self.faults) >= MOST_FAULTS

    def raise_faults(self) -> None:
        """Raise every fault noted so far, row by row; do nothing if there is none."""
        if self.faults:
            heading = f"{printable(self.name)} has {MOST_FAULTS:,} faults or more." if self.is_full else ""
            raise CompanyFileError.from_faults(self.faults, heading)

    def stopped(self, message: str, row: int | None = None) -> GoodworkError:
        """The error for a file that cannot be read any further."""
        return CompanyFileError.from_faults([*self.faults, RowFault(message, self.name, row)])


@dataclass
class Column:
    """One column: its different texts in the order of their first row, and which of them each row has."""

    name: str
    texts: list[str] = field(default_factory=list)
    codes: array[int] = field(default_factory=lambda: array("i"))
    _places: dict[str, int] = field(default_factory=dict)

    def add(self, text: str) -> None:
        """Take the cell of the next row."""
        place = self._places.setdefault(text, len(self.texts))
        if place == len(self.texts):
            self.texts.append(text)
        self.codes.append(place)

    @property
    def index(self) -> np.ndarray:
        """For each row, the place of its text among the different ones."""
        return np.array(self.codes, dtype=np.int64)


@dataclass
class CsvRows:
    """The rows of a file as columns of text.

    Attributes:
        document: collects faults; the line of each is its row.
        columns: by heading, empty cells as empty text.
        numbers: of each row kept, the number a spreadsheet shows.
        has_decimal_commas: whether a comma may part pence from pounds, as where semicolons part the cells.
    """

    document: TableDocument
    columns: dict[str, Column]
    numbers: array[int]
    has_decimal_commas: bool = False


def read_rows(path: Path) -> CsvRows:
    """The rows of a CSV file, or of the first sheet of a workbook.

    Raises:
        CompanyFileError: where the file cannot be read as a table at all; faults of single rows are noted in the document.
    """
    document = TableDocument(str(path))
    try:
        with open_file(path, LARGEST_FILE + 1) as file:
            if file.seek(0, io.SEEK_END) > LARGEST_FILE:
                raise document.stopped(f"The file is larger than {LARGEST_FILE // 10**6} MB. Split it.")
            file.seek(0)
            start = file.read(len(WORKBOOK))
            if start == WORKBOOK:
                sheet = rows_of_workbook(file, most_rows=MOST_ROWS + 2, most_columns=MOST_COLUMNS + 1)
                return _rows(document, sheet, "")
            if start.startswith(_BYTE_ORDERS):
                return _rows_of_text(document, file, "utf-16")
            try:
                return _rows_of_text(document, file, "utf-8-sig")
            except UnicodeDecodeError:  # what a spreadsheet under Windows calls CSV, without UTF-8
                return _rows_of_text(TableDocument(str(path)), file, "cp1252")
    except FileNotFoundError:
        raise document.stopped("There is no such file.") from None
    except MisreadError as problem:
        raise document.stopped(str(problem)) from None
    except UnicodeDecodeError:
        raise document.stopped("The file is not text in UTF-8. Save it as CSV UTF-8.") from None
    except csv.Error as problem:
        raise document.stopped(f"This is not CSV: {problem}. Check the quotation marks.") from None
    except OSError as problem:
        raise document.stopped(f"The file cannot be read: {problem.strerror or problem}.") from None


def _rows_of_text(document: TableDocument, file: IO[bytes], encoding: str) -> CsvRows:
    """The rows of a file that is text in an encoding. Raises UnicodeDecodeError where it is not."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        lines = _bounded(document, text, is_guessed=encoding == "cp1252")
        first = next(lines, "")
        said = _SAID_SEPARATOR.fullmatch(first)
        separator = said[1] if said else max(SEPARATORS, key=first.count)
        if separator not in SEPARATORS:
            raise document.stopped(
                f"The cells are parted by {quoted(separator)}. Save the file with commas between them.", 1
            )
        rest = lines if said else chain([first], lines)
        return _rows(document, csv.reader(rest, delimiter=separator, strict=True), separator)
    finally:
        text.detach()


def _bounded(document: TableDocument, file: IO[str], *, is_guessed: bool) -> Iterator[str]:
    """The lines of a file, none longer than a row of a table can be; of a guessed encoding none that is no text."""
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise document.stopped(f"A line is longer than {LONGEST_LINE:,} characters: this is no table of companies.")
        if "\0" in line:
            raise document.stopped("The file holds a NUL character: it is not a text file in UTF-8.")
        if is_guessed and _CONTROLS.search(line):
            raise document.stopped("The file is not text in UTF-8. Save it as CSV UTF-8.")
        yield line


def _rows(document: TableDocument, reader: Iterable[list[str]], separator: str) -> CsvRows:
    given = iter(reader)
    heading = _heading(document, given)
    columns = [Column(name) for name in heading]
    in_full = ROWS_IN_FULL if separator else 0  # a workbook has no cells where nothing is written
    named = max(place for place, name in enumerate(heading, start=1) if name)
    rows = CsvRows(document, {}, array("i"), has_decimal_commas=separator == ";")
    for number, written in enumerate(given, start=2):
        if not any(map(str.strip, written)):
            continue
        if number > MOST_ROWS + 1:
            raise document.stopped(_MOST_TOLD)
        cells = _of_length(written, len(columns), is_padded=len(written) >= named or number > in_full)
        if len(cells) != len(columns):
            if not document.is_full:
                document.fault(f"The row has {len(cells)} cells, the heading {len(columns)}.", (number,))
            continue
        rows.numbers.append(number)
        for column, cell in zip(columns, cells, strict=True):
            column.add(cell.strip())
    for place, column in enumerate(columns, start=1):
        if column.name:
            rows.columns.setdefault(column.name, column)
        elif any(column.texts):
            document.fault(f"Column {place} has no name.", (1,))
    return rows


def _of_length(cells: list[str], length: int, *, is_padded: bool) -> list[str]:
    """A row without empty cells beyond the heading, and with those that a spreadsheet leaves out at the end of a row."""
    if is_padded:
        cells = [*cells, *[""] * (length - len(cells))]
    return cells if any(map(str.strip, cells[length:])) else cells[:length]


def _heading(document: TableDocument, reader: Iterator[list[str]]) -> list[str]:
    """The names in the first row; a name that stands twice is a fault."""
    heading = [name.strip() for name in next(reader, [])]
    if not any(heading):
        raise document.stopped("The file is empty. Its first row names the columns: company, start, end and facts.")
    if len(heading) > MOST_COLUMNS:
        raise document.stopped(f"The file has {len(heading):,} columns; no table of companies has that many.", 1)
    for place, name in enumerate(heading):
        if name and name in heading[:place]:
            document.fault(f"The column {name} stands twice. Keep one.", (1,))
    return heading


def check_headings(rows: CsvRows) -> None:
    """Note columns that no row has, with the nearest names.

    Raises:
        CompanyFileError: where one of the columns that every table needs is missing: no row can be read.
    """
    known = row_shape().model_fields
    missing = [name for name, shape in known.items() if shape.is_required() and name not in rows.columns]
    if missing:
        columns = "column is" if len(missing) == 1 else "columns are"
        message = f"The {columns} missing: {', '.join(missing)}. Each row is one accounting period of a company."
        rows.document.fault(message, (1,))
    for name in rows.columns:
        if name and name not in known:
            reason = _no_column(name) or why_not_here(name) or rows.document.unknown(name, known)
            rows.document.fault(reason, (1, name))
    if missing:
        rows.document.raise_faults()


def _no_column(name: str) -> str:
    """Why what a company file may say by day is no column of a table; nothing for any other name."""
    if name in CAR:
        return (
            f"{name} is no column: single cars are for company files, which class them by their emissions. A table has a "
            f"column for each class of cars: {', '.join(CLASSES_OF_CARS)}."
        )
    if name in LISTS:
        return (
            f"{name} is no column: a table has no dated items. Give the amounts of the whole period, or a company file with "
            "the items."
        )
    if name == TAGS:
        return f"{name} is no column: a table has no single items of training to mark. They are for company files."
    if is_twin(name) and name not in SAID_OTHERWISE:
        return (
            f"{name} is no column: a table has amounts for the whole period, spread evenly over its days. Dated items are "
            "for company files."
        )
    return ""


# --- columns of values --------------------------------------------------------------------------------------------------


def read_column(rows: CsvRows, column: Column, read: Callable[[Scalar], Any], empty: Any) -> list[Any]:
    """What each different text of a column says: `empty` for an empty cell, None for one that is faulty, which is noted."""
    values: list[Any] = []
    faulty: dict[str, list[tuple[int, str]]] = {}
    for code, text in enumerate(column.texts):
        try:
            values.append(read(Scalar(text)) if text or empty is None else empty)
        except (ValidationError, MisreadError) as error:
            values.append(None)
            misread = error if isinstance(error, MisreadError) else error.errors(include_url=False)[0]["ctx"]["error"]
            likeness = _LETTERS.sub("a", _DIGITS.sub("9", text))  # `01/04/2028` and `1/12/2029` make one mistake
            faulty.setdefault(likeness, []).append((code, rows.document.said((1, column.name), misread)))
    for alike in faulty.values():
        _note_alike(rows, column, alike)
    return values


def _note_alike(rows: CsvRows, column: Column, alike: Sequence[tuple[int, str]]) -> None:
    """Note texts of one column that make one mistake: row by row if they are few, and else all together."""
    messages = dict(alike)
    places = np.flatnonzero(np.isin(column.index, list(messages))).tolist()
    numbers = [rows.numbers[place] for place in places]
    if len(places) > MOST_ALIKE:
        first = ", ".join(map(str, numbers[:ROWS_NAMED]))
        more = f"{first} and {len(numbers) - ROWS_NAMED:,} more"
        message = f"{messages[column.codes[places[0]]]} {len(numbers):,} rows are like this one: {more}."
        rows.document.fault(message, (numbers[0], column.name))
        return
    for place, number in zip(places, numbers, strict=True):
        if not rows.document.is_full:
            rows.document.fault(messages[column.codes[place]], (number, column.name))


def names_of(rows: CsvRows) -> tuple[list[str], np.ndarray]:
    """The different companies in the order in which they appear, and which of them each row belongs to."""
    column = rows.columns[COMPANY]
    read_column(rows, column, _reader(COMPANY), None)
    return column.texts, column.index


def facts_of(rows: CsvRows) -> dict[str, np.ndarray]:
    """Every fact of the companies: variable → one value per row, its default where the cell is empty."""
    variables = {**input_variables(), APPORTIONMENT: apportionment()}
    return {name: _facts(rows, column, variables[name]) for name, column in rows.columns.items() if name in variables}


def is_told(rows: CsvRows, name: str) -> np.ndarray:
    """Whether each row says anything of a fact: an empty cell does not."""
    if name not in rows.columns:
        return np.zeros(len(rows.numbers), dtype=bool)
    column = rows.columns[name]
    return np.array([bool(text) for text in column.texts], dtype=bool)[column.index]


def _facts(rows: CsvRows, column: Column, variable: InputVariable) -> np.ndarray:
    default, read = _default(variable), _reader(column.name)

    def quickly(text: Scalar) -> Fact:
        """A plain number, which most cells are, without asking the model."""
        if variable.kind in _PLAIN_KINDS and _PLAIN.fullmatch(text) and not fault_of(float(text), variable):
            return float(text)
        if rows.has_decimal_commas and _DECIMAL_COMMA.fullmatch(text):
            raise MisreadError(
                f"is {quoted(text)}: where semicolons part the cells, its comma may stand before thousands or pence. "
                "Write it without a comma."
            )
        return read(text)

    values = read_column(rows, column, quickly, default)
    facts = np.array([default if value is None else value for value in values] or [default])
    return facts[column.index]


def _default(variable: InputVariable) -> Fact:
    if variable.kind == CHOICE:
        return variable.options[0]
    default = current_law().variables[variable.name].default_value
    return default if isinstance(default, bool) else float(default)


# --- accounting periods in order ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sequences:
    """The rows company by company, each company's in the order of time.

    Attributes:
        order: places of the rows in the file, sorted by company and then by first day.
        company: of each row so sorted, the code of its company.
        place: its place among the accounting periods of the company, from 0.
        starts, ends: its first and last day (datetime64[D]).
    """

    order: np.ndarray
    company: np.ndarray
    place: np.ndarray
    starts: np.ndarray
    ends: np.ndarray

    def labels(self) -> np.ndarray:
        """The index of each accounting period: the calendar year it ends in, or the next free one of its company."""
        years = self.ends.astype("datetime64[Y]").astype(np.int64) + 1970
        labels = years.copy()
        for place in range(1, int(self.place.max(initial=0)) + 1):
            here = np.flatnonzero(self.place == place)
            labels[here] = np.maximum(years[here], labels[here - 1] + 1)
        return labels


def sequences_of(rows: CsvRows, names: list[str], companies: np.ndarray) -> Sequences:
    """The accounting periods in order; every fault of their dates is noted."""
    starts, ends = _dates(rows)
    order = np.lexsort((starts, companies))
    company, starts, ends = companies[order], starts[order], ends[order]
    begins = np.r_[True, company[1:] != company[:-1]] if len(company) else np.zeros(0, dtype=bool)
    firsts = np.flatnonzero(begins)
    place = np.arange(len(company)) - np.repeat(firsts, np.diff(np.r_[firsts, len(company)]))
    ordered = Sequences(order, company, place, starts, ends)
    _check_neighbours(rows, names, ordered)
    for here in _until_full(rows, np.flatnonzero(ordered.place == MOST_PERIODS)):
        name, row = quoted(names[ordered.company[here]]), rows.numbers[int(ordered.order[here])]
        message = f"{name} has more than {MOST_PERIODS} accounting periods, the most that are worked out."
        rows.document.fault(message, (row,))
    return ordered


def _dates(rows: CsvRows) -> tuple[np.ndarray, np.ndarray]:
    """First and last day of each row; no day where they are faulty, which is noted."""
    columns = [rows.columns[name] for name in (START, END)]
    days = [read_column(rows, column, _reader(column.name), "") for column in columns]
    codes = np.stack([column.index for column in columns], axis=1)
    pairs, index = np.unique(codes, axis=0, return_inverse=True)
    index = index.ravel()
    spans = np.full((len(pairs), 2), _NO_DAY)
    for pair, code in enumerate(pairs.tolist()):
        start, end = (day[place] or None for day, place in zip(days, code, strict=True))
        given = [column.name for column, place in zip(columns, code, strict=True) if column.texts[place]]
        trial = TableDocument(rows.document.name)
        span = checked_span(trial, (1,), given, start, end)
        if span is not None and not trial.faults:
            spans[pair] = span.start, span.end
        elif trial.faults:
            for place in _until_full(rows, np.flatnonzero(index == pair)):
                checked_span(rows.document, (rows.numbers[place],), given, start, end)
    return spans[index, 0], spans[index, 1]


def _until_full(rows: CsvRows, places: np.ndarray) -> Iterator[int]:
    """Places one by one, until enough faults are noted."""
    for place in places.tolist():
        if rows.document.is_full:
            return
        yield place


def _check_neighbours(rows: CsvRows, names: list[str], ordered: Sequences) -> None:
    """Note rows of a company that start on one day, and those that do not follow on the one before."""
    later = np.flatnonzero(ordered.place > 0)
    gaps = (ordered.starts[later] - ordered.ends[later - 1]).astype(np.int64)
    faulty = later[(gaps != 1) & ~np.isnat(ordered.starts[later]) & ~np.isnat(ordered.ends[later - 1])]
    for here in _until_full(rows, faulty):
        row, before = (rows.numbers[int(ordered.order[entry])] for entry in (here, here - 1))
        start = ordered.starts[here].item()
        if ordered.starts[here - 1].item() == start:
            name = quoted(names[ordered.company[here]])
            message = f"{name} has two rows that start on {day_in_words(start)}, the other is row {before}."
            rows.document.fault(message, (row,))
        else:
            spans = [
                Span((at, START), ordered.starts[entry].item(), ordered.ends[entry].item())
                for entry, at in ((here - 1, before), (here, row))
            ]
            check_sequence(rows.document, spans)


def check_opening_balances(rows: CsvRows, facts: dict[str, np.ndarray], ordered: Sequences) -> None:
    """Note opening balances in any but a company's first accounting period; 0 is none."""
    for name in (name for name in facts if name in input_variables() and input_variables()[name].is_opening_balance):
        _note_each(rows, ordered, (ordered.place > 0) & (facts[name][ordered.order] != 0), name, not_in_the_first(name))


def check_final_periods(rows: CsvRows, facts: dict[str, np.ndarray], ordered: Sequences) -> None:
    """Note a final accounting period that is not the company's last."""
    if FINAL in facts:
        is_followed = np.r_[ordered.place[1:] > 0, False][: len(ordered.place)]
        _note_each(rows, ordered, is_followed & facts[FINAL][ordered.order], FINAL, NOT_THE_LAST)


def check_carry_back(rows: CsvRows, facts: dict[str, np.ndarray]) -> None:
    """Note losses carried back without a claim against profits of their own period."""
    if RELIEF in facts and CARRY_BACK in facts:
        for row in _until_full(rows, np.flatnonzero(facts[CARRY_BACK] & ~facts[RELIEF])):
            rows.document.fault(NO_CARRY_BACK_ALONE, (rows.numbers[row], RELIEF))


def check_amounts_claimed(
    rows: CsvRows, facts: dict[str, np.ndarray], starts: np.ndarray, laws: Sequence[dict[str, np.ndarray]]
) -> None:
    """Note claims above what the law allows, and on older losses where none can be made.

    Args:
        starts: the first day of each row. laws: the outputs of each law, one value for each row.
    """
    for name in (name for name in CLAIMED if name in facts):
        claims, allowed = facts[name], allowed_under(name, laws)
        is_early = starts < np.datetime64(first_day_of_claims(current_law())) if name == OLDER else np.zeros(1, dtype=bool)
        faulty = np.isfinite(claims) & (is_early | (claims - allowed >= PENNY))
        for row in _until_full(rows, np.flatnonzero(faulty)):
            is_so = is_early[row] if name == OLDER else False
            message = too_early(name) if is_so else too_high(name, claims[row], allowed[row])
            rows.document.fault(message, (rows.numbers[row], name))


def _note_each(rows: CsvRows, ordered: Sequences, where: np.ndarray, column: str, message: str) -> None:
    for here in _until_full(rows, np.flatnonzero(where)):
        rows.document.fault(message, (rows.numbers[int(ordered.order[here])], column))
