"""A CSV that a stranger may have written: read line by line within bounds, as columns of text.

Refused in words: what is no UTF-8, too long a line, too many rows, quotation marks that never close, rows of another
length than the heading. Nothing is ever run: a cell that starts with `=` is text.
"""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np

from openfisca_goodwork.documents import Document
from openfisca_goodwork.errors import CompanyFileError, Fault, GoodworkError, printable

MOST_ROWS = 200_000
LARGEST_FILE = 100_000_000
LONGEST_LINE = 100_000
MOST_COLUMNS = 500
MOST_FAULTS = 1_000
_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs"}
_MOST_TOLD = f"The file has more than {MOST_ROWS:,} rows, the most that are worked out at once. Split it."


class RowFault(Fault):
    """A fault whose place is a row, counted as a spreadsheet counts them: the heading is row 1."""

    @property
    def place(self) -> str:
        """Where in its file the fault is, as shown to people: `row 9`, or nothing."""
        return "" if self.line is None else f"row {self.line}"


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
    """

    document: Document
    columns: dict[str, Column]
    numbers: array[int]

    @property
    def is_full(self) -> bool:
        """Whether so many faults are noted that looking for more is no help."""
        return len(self.document.faults) >= MOST_FAULTS

    def raise_faults(self) -> None:
        """Raise every fault noted so far, row by row; do nothing if there is none."""
        faults = self.document.faults
        if faults:
            found = [RowFault(one.message, one.file, one.line, one.path) for one in faults]
            heading = f"{printable(self.document.name)} has {MOST_FAULTS:,} faults or more." if self.is_full else ""
            raise CompanyFileError.from_faults(found, heading)


def read_rows(path: Path) -> CsvRows:
    """The rows of a CSV file.

    Raises:
        CompanyFileError: where the file cannot be read as a table at all; faults of single rows are noted in the document.
    """
    document = Document(str(path), error=CompanyFileError)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if path.stat().st_size > LARGEST_FILE:
                raise _stopped(document, f"The file is larger than {LARGEST_FILE // 10**6} MB. Split it.")
            return _rows(document, csv.reader(_bounded(document, file), strict=True))
    except FileNotFoundError:
        raise _stopped(document, "There is no such file.") from None
    except UnicodeDecodeError:
        raise _stopped(document, "The file is not text in UTF-8. Save it as CSV UTF-8.") from None
    except csv.Error as problem:
        raise _stopped(document, f"This is not CSV: {problem}. Check the quotation marks.") from None
    except OSError as problem:
        raise _stopped(document, f"The file cannot be read: {problem.strerror or problem}.") from None


def _stopped(document: Document, message: str, row: int | None = None) -> GoodworkError:
    found = [RowFault(one.message, one.file, one.line, one.path) for one in document.faults]
    return CompanyFileError.from_faults([*found, RowFault(message, document.name, row)])


def _bounded(document: Document, file: IO[str]) -> Iterator[str]:
    """The lines of a file, none longer than a row of a table can be."""
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise _stopped(document, f"A line is longer than {LONGEST_LINE:,} characters: this is no table of companies.")
        if "\0" in line:
            raise _stopped(document, "The file holds a NUL character: it is not a text file in UTF-8.")
        yield line


def _rows(document: Document, reader: Iterator[list[str]]) -> CsvRows:
    heading = _heading(document, reader)
    columns = [Column(name) for name in heading]
    rows = CsvRows(document, {}, array("i"))
    for number, cells in enumerate(reader, start=2):
        if number > MOST_ROWS + 1:
            raise _stopped(document, _MOST_TOLD)
        if not any(map(str.strip, cells)):
            continue
        if len(cells) != len(columns):
            if not rows.is_full:
                document.fault(f"The row has {len(cells)} cells, the heading {len(columns)}.", number)
            continue
        rows.numbers.append(number)
        for column, cell in zip(columns, cells, strict=True):
            column.add(cell.strip())
    for column in columns:
        rows.columns.setdefault(column.name, column)
    return rows


def _heading(document: Document, reader: Iterator[list[str]]) -> list[str]:
    """The names in the first row; a name that stands twice or is missing is a fault."""
    heading = [name.strip() for name in next(reader, [])]
    if not any(heading):
        raise _stopped(document, "The file is empty. Its first row names the columns: company, start, end and facts.")
    separators = [words for mark, words in _OTHER_SEPARATORS.items() if len(heading) == 1 and mark in heading[0]]
    if separators:
        raise _stopped(document, f"The columns are parted by {separators[0]}. Save the file with commas between them.", 1)
    if len(heading) > MOST_COLUMNS:
        raise _stopped(document, f"The file has {len(heading):,} columns; no table of companies has that many.", 1)
    for place, name in enumerate(heading):
        if not name:
            document.fault(f"Column {place + 1} has no name.", 1)
        elif name in heading[:place]:
            document.fault(f"The column {name} stands twice. Keep one.", 1)
    return heading
