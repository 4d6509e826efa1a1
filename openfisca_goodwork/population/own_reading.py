"""A file of companies read in pieces, however large it is: Parquet, a folder of files, CSV, or a table in memory.

A first pass looks at every cell, some thousand rows at a time, and keeps of each row only whose it is and of which period.
``Index`` is what it leaves: where the rows of any companies stand, so that a part of them is read from the file alone.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.disk import A_DIRECTORY, A_FILE, kind_of
from openfisca_goodwork.errors import Fault, GoodworkError, did_you_mean, quoted
from openfisca_goodwork.population.own_cells import Faults, Place, values_of
from openfisca_goodwork.population.own_columns import COMPANY, END, START, columns

MOST_ROWS, LARGEST_CSV, LARGEST_GROUP = 40_000_000, 4_000_000_000, 2_000_000_000
"""Rows in all, bytes of CSV files, bytes of a row group of Parquet: more is refused before it is read."""
_AT_ONCE = 131_072
_LONGEST_HEADING = 1_000_000  # characters: a file without a line's end is not read whole
_PARQUET, _CSV = (".parquet", ".pq"), (".csv",)
_ROW_NUMBERS = "__index_level_"
_INSTEAD = "Give a Parquet file (.parquet), a CSV file (.csv), or a folder of either."


@dataclass
class Piece:
    """A file, or a row group of one: what is read at a time."""

    file: str
    fragment: Any
    first: int
    rows: int = 0


@dataclass
class Opened:
    """A file of companies that is open for reading.

    Attributes:
        name: as people know it. paths: its files; none of a table in memory. pieces: in their order. schema: of all of them.
    """

    name: str
    paths: tuple[Path, ...]
    pieces: list[Piece]
    schema: Any
    table: Any = None

    @property
    def columns(self) -> list[str]:
        """The columns that it has, but for the row numbers that pandas writes beside a table."""
        return [name for name in self.schema.names if not name.startswith(_ROW_NUMBERS)]

    def batches(self, piece: Piece, names: Iterable[str]) -> Iterator[Any]:
        """The rows of a piece, some thousand at a time, in their order. Raises GoodworkError for a file that is damaged."""
        import pyarrow as pa

        options = {"batch_size": _AT_ONCE, "batch_readahead": 1, "fragment_readahead": 1}
        try:
            yield from piece.fragment.to_batches(schema=self.schema, columns=list(names), **options)
        except (pa.ArrowException, OSError, ValueError) as fault:
            raise GoodworkError(f"{piece.file or self.name} cannot be read: {_first_line(fault)}") from fault

    @cached_property
    def fingerprint(self) -> str:
        """Digest of what the files hold, or the table."""
        digest = hashlib.sha256()
        for path in self.paths:
            with path.open("rb") as content:
                digest.update(hashlib.file_digest(content, "sha256").digest())
        if self.table is not None:
            for column in self.table.combine_chunks().itercolumns():
                digest.update(str(column.to_pandas().to_numpy().tolist()).encode())
        return digest.hexdigest()


def _first_line(fault: BaseException) -> str:
    return next(iter(str(fault).splitlines()), "it is damaged").rstrip(".") + "."


def opened(data: Any) -> Opened:
    """Open a file of companies; nothing but headings and sizes is read.

    Args:
        data: a path, a pandas DataFrame or a table of Arrow.

    Raises:
        GoodworkError: for what cannot be read, or would take too much memory, in words.
    """
    import pyarrow as pa
    import pyarrow.dataset as of_files

    if not isinstance(data, str | Path):
        try:
            table = data if isinstance(data, pa.Table) else pa.Table.from_pandas(data, preserve_index=False)
        except (AttributeError, TypeError, ValueError, pa.ArrowException) as fault:
            raise GoodworkError(
                f"companies: a {type(data).__name__} cannot be read ({_first_line(fault)}) {_INSTEAD}"
            ) from fault
        fragments = list(of_files.dataset(table).get_fragments())
        return Opened("a table in memory", (), [Piece("", one, 1) for one in fragments], table.schema, table)
    path = Path(data)
    files, suffix = _files(path)
    is_csv = suffix in _CSV
    _refuse_large(path, files if is_csv else [])
    try:
        kind = _csv_format(files) if is_csv else "parquet"
        base = None if path.is_file() else str(path)
        partitions = None if path.is_file() else of_files.partitioning(flavor="hive")
        held = of_files.dataset([str(file) for file in files], format=kind, partitioning=partitions, partition_base_dir=base)
        fragments = list(held.get_fragments())
        schema = pa.unify_schemas([held.schema, *(one.physical_schema for one in fragments)], promote_options="permissive")
        pieces = list(_pieces(fragments, is_csv=is_csv))
    except (pa.ArrowException, OSError, ValueError) as fault:
        raise GoodworkError(f"{path} cannot be read: {_first_line(fault)} {_INSTEAD}") from fault
    return Opened(str(path), tuple(files), pieces, schema)


def _files(path: Path) -> tuple[list[Path], str]:
    """The files of a path, in the order of their names, and the kind of all of them. Raises GoodworkError."""
    kind = kind_of(path)
    if kind == A_FILE:
        files = [path]
    elif kind == A_DIRECTORY:
        below = (file for file in sorted(path.rglob("*")) if file.is_file())
        files = [file for file in below if not any(part.startswith((".", "_")) for part in file.relative_to(path).parts)]
    else:
        raise GoodworkError(f"{path} is {kind}. {_INSTEAD}" if kind else f"There is no file or folder {path}. {_INSTEAD}")
    kinds = {file.suffix.lower() for file in files}
    if not kinds or not (kinds <= set(_PARQUET) or kinds <= set(_CSV)):
        found = (
            f"holds {', '.join(sorted(kinds)) or 'no file'}"
            if kind == A_DIRECTORY
            else f"ends in {path.suffix or 'nothing'}"
        )
        raise GoodworkError(f"{path} {found}. {_INSTEAD}")
    return files, next(iter(kinds))


def _refuse_large(path: Path, files: list[Path]) -> None:
    """Refuse CSV files of more bytes than can be read over and over."""
    size = sum(file.stat().st_size for file in files)
    if size > LARGEST_CSV:
        raise GoodworkError(
            f"{path} has {size / 1e9:,.1f} GB of CSV, and the most read is {LARGEST_CSV / 1e9:g} GB. Save it as Parquet, of "
            "which only the columns and rows wanted are read."
        )


def _csv_format(files: list[Path]) -> Any:
    """CSV in which every cell is text, so that a wrong one is told with its row. Raises GoodworkError for bad headings."""
    import pyarrow as pa
    import pyarrow.csv as of_csv
    import pyarrow.dataset as of_files

    names: dict[str, None] = {}
    for file in files:
        try:
            with file.open(encoding="utf-8-sig", newline="") as text:
                heading = next(csv.reader(StringIO(text.read(_LONGEST_HEADING), newline="")), [])
        except (UnicodeDecodeError, csv.Error) as fault:
            raise GoodworkError(f"{file} is no CSV in UTF-8 ({_first_line(fault)}) Save it as CSV UTF-8.") from fault
        if twice := sorted({name for name in heading if heading.count(name) > 1}):
            raise GoodworkError(f"{file} has the heading {quoted(twice[0])} twice. Each column stands once.")
        names |= dict.fromkeys(heading)
    texts = dict.fromkeys(names, pa.string())
    return of_files.CsvFileFormat(convert_options=of_csv.ConvertOptions(column_types=texts, null_values=[""]))


def _pieces(fragments: Iterable[Any], *, is_csv: bool) -> Iterator[Piece]:
    """Row groups of Parquet files, or CSV files. Raises GoodworkError for more rows or larger groups than can be held."""
    rows_in_all = 0
    for fragment in fragments:
        if is_csv:
            yield Piece(fragment.path, fragment, 2)  # the first row of a file is its heading
            continue
        first = 1
        for group in fragment.split_by_row_group():
            about = group.row_groups[0]
            if about.total_byte_size > LARGEST_GROUP:
                raise GoodworkError(
                    f"{fragment.path} has a row group of {about.total_byte_size / 1e9:,.1f} GB, which is read at once. "
                    "Write it in row groups of a million rows at most."
                )
            yield Piece(fragment.path, group, first, about.num_rows)
            first += about.num_rows
        rows_in_all += first - 1
        if rows_in_all > MOST_ROWS:
            raise GoodworkError(
                f"The file has over {MOST_ROWS:,} rows, the most that an index is made of. Take a sample, with weights."
            )


@dataclass
class Rows:
    """What is kept of every row: whose it is, its period, its weight and classes; and of each column, what is known."""

    companies: list[Any] = field(default_factory=list)
    held: dict[str, list[NDArray[Any]]] = field(default_factory=dict)
    filled: dict[str, int] = field(default_factory=dict)
    zeros: dict[str, bool] = field(default_factory=dict)
    count: int = 0

    def of(self, name: str) -> NDArray[Any]:
        """One column of what is kept."""
        return np.concatenate(self.held[name])


def checked_rows(held: Opened, kept: Iterable[str], faults: Faults) -> Rows:
    """Look at every cell of the columns that are known.

    Args:
        kept: columns whose values are kept for every row.
        faults: to which all that is wrong is added.

    Raises:
        GoodworkError: for columns that are not known, or are missing, and for a file that cannot be read.
    """
    known, wanted = columns(), [name for name in held.columns if name in columns()]
    _refuse_columns(held)
    rows, names = Rows(), tuple(name for name in kept if name in wanted)
    for piece in held.pieces:
        at = 0
        for batch in held.batches(piece, wanted):
            place = Place(piece.file, piece.first + at, faults)
            for name in wanted:
                column = known[name]
                values, empty = values_of(column, batch.column(name), place)
                filled = int(values.size - empty.sum())
                rows.filled[name] = rows.filled.get(name, 0) + filled
                if column.is_worked_out and 0 < filled < values.size:
                    place.note(column, "is empty in some rows. Fill it in every row, or leave the column out", empty)
                if column.is_input:
                    rows.zeros[name] = rows.zeros.get(name, True) and not np.any(values != 0)
                if name == COMPANY:
                    rows.companies.append(values)
                elif name in names:
                    rows.held.setdefault(name, []).append(values)
            at += batch.num_rows
        piece.rows = at
        rows.count += at
        if rows.count > MOST_ROWS:
            raise GoodworkError(
                f"{held.name} has over {MOST_ROWS:,} rows, the most that an index is made of. Take a sample."
            )
    if not rows.count:
        raise GoodworkError(f"{held.name} has no rows. Write a row for each company and accounting period.")
    return rows


def _refuse_columns(held: Opened) -> None:
    """Refuse headings that are not known, and those that are missing, all at once. Raises GoodworkError."""
    known = columns()
    twice = sorted({name for name in held.columns if held.columns.count(name) > 1})
    faults = [Fault(f"The column {quoted(name)} stands twice.", held.name, path=name) for name in twice]
    for name in held.columns:
        if name not in known:
            near = did_you_mean(name, known) or "goodwork population schema lists the columns."
            faults.append(Fault(f"The column {quoted(name)} is not known. {near}", held.name, path=name))
    faults += [
        Fault(f"The column {name} is missing: every row needs it.", held.name, path=name)
        for name in (COMPANY, START, END)
        if name not in held.columns
    ]
    if faults:
        raise GoodworkError.from_faults(faults)


def numbers_of(companies: list[NDArray[Any]]) -> tuple[NDArray[np.int32], NDArray[Any], NDArray[np.uint64]]:
    """The place of each row's company among all, in the order in which they come first; the name and a number of each.

    A whole number is its own, however it is written, so that its draws are the same from CSV and Parquet; that of
    a text is a digest.
    """
    import pandas

    if any(one.dtype.kind not in "iu" for one in companies):
        whole: Any = pandas.array(np.concatenate([one.astype(str).astype(object) for one in companies]), dtype="str")
    else:
        whole = np.concatenate(companies)
    codes, names = pandas.factorize(whole)
    if isinstance(names, np.ndarray) and names.dtype.kind in "iu" and (names >= 0).all():
        return codes.astype(np.int32), names, names.astype(np.uint64)
    texts = pandas.Series(np.asarray(names).astype(str))
    ids = pandas.util.hash_array(texts.to_numpy(dtype=object), categorize=False)
    is_number = texts.str.fullmatch(r"0|[1-9][0-9]{0,17}").to_numpy(dtype=bool)
    ids[is_number] = texts[is_number].astype(np.uint64)
    return codes.astype(np.int32), texts.to_numpy(), ids


def piece_bounds(pieces: list[Piece]) -> NDArray[np.int64]:
    """Number of the first row of each piece, counted over all pieces, and last the number of all rows."""
    return np.cumsum([0, *(piece.rows for piece in pieces)])


Columns = Mapping[str, NDArray[Any]]
