"""The first sheet of a workbook as rows of text, within bounds."""

from __future__ import annotations

import datetime
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from importlib import import_module
from typing import IO, Any

from openfisca_goodwork.documents import MisreadError
from openfisca_goodwork.version import installing

LARGEST, LARGEST_UNPACKED = 20_000_000, 100_000_000
NO_READER = f"This is a workbook. Save its sheet as CSV, or install what reads it: {installing('report')}."
NOT_A_WORKBOOK = "This is a packed file, and no workbook of Excel (.xlsx) that can be read. Save the sheet as CSV."
TOO_LARGE = "The workbook is too large for a table of companies. Save its sheet as CSV, and split it."
# What reading a damaged or hostile workbook raises, by the libraries that unpack and parse it.
_DAMAGE = (
    *(OSError, EOFError, LookupError, ValueError, TypeError, AttributeError, SyntaxError, ArithmeticError),
    *(RuntimeError, MemoryError, zipfile.BadZipFile, zlib.error, struct.error),
)


def rows_of_workbook(file: IO[bytes], *, most_rows: int, most_columns: int) -> Iterator[list[str]]:
    """What the cells of the first sheet hold, row by row, without empty cells at the end; formulas as last worked out.

    Raises:
        MisreadError: for what is no workbook, or one that is too large, and where the library that reads it is missing.
    """
    try:
        library: Any = import_module("openpyxl")
    except ModuleNotFoundError:
        raise MisreadError(NO_READER) from None
    try:
        unpacked = sum(part.file_size for part in zipfile.ZipFile(file).infolist())
        if file.seek(0, io.SEEK_END) <= LARGEST and unpacked <= LARGEST_UNPACKED:
            sheet = library.load_workbook(file, read_only=True, data_only=True).worksheets[0]
            yield from map(_cells, sheet.iter_rows(max_row=most_rows, max_col=most_columns, values_only=True))
            return
    except _DAMAGE as problem:
        raise MisreadError(f"{NOT_A_WORKBOOK} ({type(problem).__name__})") from problem
    raise MisreadError(TOO_LARGE)


def _cells(row: tuple[Any, ...]) -> list[str]:
    """A row of a workbook, without the empty cells at its end."""
    if row.count(None) == len(row):
        return []
    last = max(place for place, cell in enumerate(row, start=1) if cell is not None)
    return list(map(_shown, row[:last]))


def _shown(cell: Any) -> str:
    """A cell of a workbook as text of a CSV."""
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat()
    return "" if cell is None else str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
