"""A file of companies read in pieces, however large it is: Parquet, a folder of files, CSV, or a table in memory.

A first pass looks at every cell, some thousand rows at a time, and keeps of each row only whose it is and of which period.
``Index`` is what it leaves: where the rows of any companies stand, so that a part of them is read from the file alone.
Each file is read by its own headings and types, so that one that differs from the others is told with its rows.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.disk import A_DIRECTORY, A_FILE, kind_of
from openfisca_goodwork.errors import Fault, GoodworkError, counted, did_you_mean, printable, quoted
from openfisca_goodwork.population.own_columns import (
    COMPANY,
    END,
    START,
    Column,
    Mask,
    Mistakes,
    columns,
    is_text,
    values_of,
)

MOST_ROWS, LARGEST_CSV, LARGEST_GROUP = 40_000_000, 4_000_000_000, 2_000_000_000
"""Rows in all, bytes of CSV files, bytes of a row group of Parquet in memory: more is refused before it is read."""
_AT_ONCE = 131_072
_ROWS_NAMED, _VALUES_NAMED, _LONGEST_VALUE, _MOST_FAULTS = 5, 3, 40, 1_000
_BYTES_OF_A_NUMBER = 8
_LONGEST_LINE = 1_000_000  # bytes: a file without a line's end is not read whole
_PARQUET, _CSV = (".parquet", ".pq"), (".csv",)
_ROW_NUMBERS = "__index_level_"
_EMPTY_FOLDER = "__HIVE_DEFAULT_PARTITION__"  # as Hive and Spark write that a folder's rows have no value
_EMPTY = "is empty in some rows. Fill it in every row, or leave the column out"
_INSTEAD = "Give a Parquet file (.parquet), a CSV file (.csv), or a folder of either."


@dataclass
class Piece:
    """A file, or a row group of one: what is read at a time.

    Attributes:
        file: its name. fragment: of Arrow; a table in memory itself. schema: its own columns.
        folders: what the names of its folders tell (``region=London``): column → value and folder.
        first: the number of its first row. rows: how many there are, once it is read. headings: of CSV, as they stand.
        has_ragged: whether rows of CSV were left out, as they have not as many cells as there are headings.
    """

    file: str
    fragment: Any
    schema: Any
    folders: Mapping[str, tuple[str | None, str]] = field(default_factory=dict)
    first: int = 1
    rows: int = 0
    headings: tuple[str, ...] = ()
    has_ragged: bool = False

    @property
    def names(self) -> list[str]:
        """Its own columns, but for the row numbers that pandas writes beside a table."""
        return [name for name in self.headings or self.schema.names if not name.startswith(_ROW_NUMBERS)]

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """How many cells each row of a CSV file has, blank rows and the heading among them; asked for if it has faults."""
        try:
            with Path(self.file).open(encoding="utf-8-sig", errors="replace", newline="") as text:
                return np.fromiter(map(len, csv.reader(text)), dtype=np.int64)
        except csv.Error as fault:
            raise GoodworkError(
                f"{self.file} cannot be read: {_first_line(fault)} Perhaps a quotation mark is not closed."
            ) from fault

    def numbers(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """The numbers in the file, counted from 1, of rows by their places among those read."""
        if not self.headings:
            return self.first + at
        read = np.flatnonzero(self.lengths == len(self.headings))[1:]  # without the heading
        return np.asarray(read[at] + 1)


@dataclass
class Opened:
    """A file of companies that is open for reading.

    Attributes:
        name: as people know it. paths: its files; none of a table in memory. pieces: in their order.
    """

    name: str
    paths: tuple[Path, ...]
    pieces: list[Piece]
    table: Any = None

    @cached_property
    def columns(self) -> list[str]:
        """The columns of all its pieces, those that the names of folders tell among them."""
        return list(dict.fromkeys(chain.from_iterable((*piece.names, *piece.folders) for piece in self.pieces)))

    @property
    def bounds(self) -> NDArray[np.int64]:
        """The number of the first row of each piece, counted over all pieces, and last the number of all rows."""
        return np.cumsum([0, *(piece.rows for piece in self.pieces)])

    def batches(self, piece: Piece, names: Iterable[str]) -> Iterator[Any]:
        """Columns of a piece, some thousand rows at a time, in their order; empty where it has no such column.

        Raises:
            GoodworkError: for a file that is damaged.
        """
        import pyarrow as pa

        names, options = list(names), {"batch_size": _AT_ONCE, "batch_readahead": 1, "fragment_readahead": 1}
        own = [name for name in names if name in piece.names]
        try:
            if self.table is not None:
                read = self.table.select(own).to_batches(max_chunksize=_AT_ONCE)
            else:
                read = piece.fragment.to_batches(schema=piece.schema, columns=own, **options)
            for batch in read:
                yield pa.RecordBatch.from_arrays([_column(piece, batch, name) for name in names], names=names)
        except (pa.ArrowException, OSError, ValueError) as fault:
            raise GoodworkError(f"{piece.file or self.name} cannot be read: {_reason(piece, fault)}") from fault

    @cached_property
    def fingerprint(self) -> str:
        """Digest of what the files hold and what their folders tell, or of the table."""
        digest = hashlib.sha256()
        for path in self.paths:
            with path.open("rb") as content:
                digest.update(hashlib.file_digest(content, "sha256").digest())
        if told := [sorted(piece.folders.items()) for piece in self.pieces if piece.folders]:
            digest.update(repr(told).encode())
        if self.table is not None:
            for column in self.table.combine_chunks().itercolumns():
                digest.update(str(column.to_pandas().to_numpy().tolist()).encode())
        return digest.hexdigest()


def _column(piece: Piece, batch: Any, name: str) -> Any:
    """A column of some rows: of the file, as a folder's name tells it, or empty."""
    import pyarrow as pa

    if name in piece.names:
        return batch.column(name)
    value, _folder = piece.folders.get(name, (None, ""))
    return pa.nulls(batch.num_rows) if value is None else pa.repeat(pa.scalar(value, pa.string()), batch.num_rows)


def _reason(piece: Piece, fault: BaseException) -> str:
    """Why a piece cannot be read; of a text that is no UTF-8, in which line."""
    if piece.headings and "UTF8" in str(fault):
        with Path(piece.file).open("rb") as text:
            for number, line in enumerate(iter(partial(text.readline, _LONGEST_LINE), b""), 1):
                try:
                    line.decode()
                except UnicodeDecodeError:
                    return f"line {number:,} is no text in UTF-8. Save the file as CSV UTF-8."
    return _first_line(fault)


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

    if not isinstance(data, str | Path):
        table = _table_of(data)
        return Opened("a table in memory", (), [Piece("", None, table.schema)], table)
    path = Path(data)
    files, suffix = _files(path)
    is_csv = suffix in _CSV
    _refuse_large(path, files if is_csv else [])
    try:
        pieces = [piece for file in files for piece in (_csv_piece if is_csv else _row_groups)(file, _folders(file, path))]
    except (pa.ArrowException, OSError, ValueError) as fault:
        raise GoodworkError(f"{path} cannot be read: {_first_line(fault)} {_INSTEAD}") from fault
    _refuse_many(str(path), sum(piece.rows for piece in pieces))
    return Opened(str(path), tuple(files), pieces)


def _table_of(data: Any) -> Any:
    """A table of Arrow; a column of a DataFrame in which kinds are mixed is one of texts. Raises GoodworkError."""
    import pandas
    import pyarrow as pa

    if isinstance(data, pa.Table):
        return data
    try:
        if isinstance(data, pandas.DataFrame):
            mixed = [name for name in data.columns if pandas.api.types.infer_dtype(data[name]).startswith("mixed")]
            data = data.assign(**{name: data[name].map(str, na_action="ignore") for name in mixed})
        return pa.Table.from_pandas(data, preserve_index=False)
    except (AttributeError, TypeError, ValueError, pa.ArrowException) as fault:
        raise GoodworkError(
            f"companies: a {type(data).__name__} cannot be read ({_first_line(fault)}) {_INSTEAD}"
        ) from fault


def _folders(file: Path, path: Path) -> dict[str, tuple[str | None, str]]:
    """What the names of the folders between a path and a file tell, as Hive writes it: column → value and folder."""
    parts = () if file == path else file.relative_to(path).parts[:-1]
    told = (("/".join(parts[: at + 1]), *part.partition("=")) for at, part in enumerate(parts) if "=" in part)
    return {
        unquote(name.rpartition("/")[2]): (None if value == _EMPTY_FOLDER else unquote(value), part)
        for part, name, _, value in told
    }


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


def _csv_piece(file: Path, folders: Mapping[str, tuple[str | None, str]]) -> Iterator[Piece]:
    """A CSV file in which every cell is text, so that a wrong one is told with its row. Raises GoodworkError."""
    import pyarrow as pa
    import pyarrow.csv as of_csv
    import pyarrow.dataset as of_files

    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            heading = next(filter(None, csv.reader(StringIO(text.read(_LONGEST_LINE), newline=""))), [])
    except (UnicodeDecodeError, csv.Error) as fault:
        raise GoodworkError(f"{file} is no CSV in UTF-8 ({_first_line(fault)}) Save it as CSV UTF-8.") from fault
    if not heading:
        raise GoodworkError(f"{file} is empty. Write a row of headings, and a row for each company and accounting period.")

    def left_out(_row: Any) -> str:
        piece.has_ragged = True
        return "skip"

    names = [name if name not in heading[:at] else f"{name} {at}" for at, name in enumerate(heading)]
    kind = of_files.CsvFileFormat(
        read_options=of_csv.ReadOptions(column_names=names, skip_rows_after_names=1),
        parse_options=of_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=left_out),
        convert_options=of_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), null_values=[""]),
    )
    piece = Piece(str(file), None, pa.schema([]), folders, headings=tuple(heading))
    piece.fragment = next(of_files.dataset(str(file), format=kind).get_fragments())
    piece.schema = piece.fragment.physical_schema
    yield piece


def _row_groups(file: Path, folders: Mapping[str, tuple[str | None, str]]) -> Iterator[Piece]:
    """The row groups of a Parquet file. Raises GoodworkError for one that is larger than can be held."""
    import pyarrow.dataset as of_files

    plain = next(of_files.dataset(str(file), format="parquet").get_fragments())
    # A text that stands in many rows is read once: of a small file such texts could fill any memory.
    texts = of_files.ParquetReadOptions(dictionary_columns=[one.name for one in plain.physical_schema if is_text(one.type)])
    kind = of_files.ParquetFileFormat(read_options=texts)
    fragment, first = kind.make_fragment(plain.path, plain.filesystem), 1
    known = sum(name in columns() for name in fragment.physical_schema.names)
    for group in fragment.split_by_row_group():
        about = group.row_groups[0]
        size = max(about.total_byte_size, about.num_rows * known * _BYTES_OF_A_NUMBER)
        if size > LARGEST_GROUP:
            raise GoodworkError(
                f"{file} has a row group of {size / 1e9:,.1f} GB, which is read at once. "
                "Write it in row groups of a million rows at most."
            )
        yield Piece(str(file), group, fragment.physical_schema, folders, first, about.num_rows)
        first += about.num_rows


def _refuse_many(name: str, rows: int) -> None:
    """Refuse more rows than an index is made of. Raises GoodworkError."""
    if rows > MOST_ROWS:
        raise GoodworkError(
            f"{name} has over {MOST_ROWS:,} rows, the most that an index is made of. Take a sample, with weights."
        )


@dataclass
class Faults:
    """What is wrong with a file: for each file, column and mistake the rows that make it, and examples.

    Attributes:
        of: the file. of_rows: mistakes of rows. of_files: of a file as a whole: its headings, what the name of a folder
            tells.
    """

    of: Opened
    of_rows: dict[tuple[str, str, str], tuple[list[int], list[str], int]] = field(default_factory=dict)
    of_files: dict[Fault, None] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.of_rows or self.of_files)

    def note(self, file: str, column: str, mistake: str, rows: NDArray[np.int64], values: Any = ()) -> None:
        """Note rows (counted from 1) that make a mistake, with what stands in them; advice is a sentence of its own."""
        key = (file, column, mistake)
        if not rows.size or (key not in self.of_rows and len(self.of_rows) >= _MOST_FAULTS):
            return
        known, examples, count = self.of_rows.get(key, ([], [], 0))
        known = (known + rows[:_ROWS_NAMED].tolist())[:_ROWS_NAMED]
        texts = [str(one)[:_LONGEST_VALUE] for one in values[:_VALUES_NAMED]]
        examples = list(dict.fromkeys([*examples, *map(printable, texts)]))[:_VALUES_NAMED]
        self.of_rows[key] = known, examples, count + int(rows.size)

    def note_cells(self, piece: Piece, column: str, at: int, mistakes: Mistakes) -> None:
        """Note what is wrong with cells, the first of them in a place among the rows of a piece, or with its folder."""
        for mistake, wrong, cells in mistakes:
            if column in piece.folders:
                said, folder = mistake.rstrip("."), quoted(piece.folders[column][1])
                self.note_file(self.of.name, column, f"The folder {folder}: {column} {said}. Rename the folder.")
            else:
                places = np.flatnonzero(wrong)
                values = [] if cells is None else [cells[place].as_py() for place in places[:_VALUES_NAMED].tolist()]
                self.note(piece.file, column, mistake, piece.numbers(at + places), values)

    def note_ragged(self, piece: Piece) -> None:
        """Note the rows of a piece that have not as many cells as there are headings."""
        if piece.has_ragged:
            rows = np.flatnonzero((piece.lengths != len(piece.headings)) & (piece.lengths > 0))
            said = f"A row does not have the {counted(len(piece.headings), 'cell')} of the heading"
            self.note(piece.file, "", f"{said}. Put a text with a comma in quotation marks", rows + 1, piece.lengths[rows])

    def note_rows(self, column: str, mistake: str, rows: NDArray[np.int64], values: Any = ()) -> None:
        """Note rows by their places among all that were read, over all pieces."""
        order = np.argsort(rows, kind="stable")
        rows, values = rows[order], np.asarray(values)[order] if len(values) else np.empty(0)
        bounds = self.of.bounds
        pieces = np.searchsorted(bounds, rows, side="right") - 1
        for place in np.unique(pieces).tolist():
            piece, here = self.of.pieces[place], pieces == place
            numbers = piece.numbers(rows[here] - bounds[place])
            self.note(piece.file, column, mistake, numbers, values[here] if values.size else ())

    def note_file(self, file: str, column: str, message: str) -> None:
        """Note what is wrong with a file as a whole, once."""
        if len(self.of_files) < _MOST_FAULTS:
            self.of_files[Fault(message, file, path=column)] = None

    def listed(self) -> list[Fault]:
        """Each mistake as a fault: of whole files first, then in the order of the rows."""
        of_rows = sorted((self._fault(*key) for key in self.of_rows), key=lambda fault: (fault.file, fault.line or 0))
        return [*self.of_files, *of_rows]

    def refuse(self) -> None:
        """Raise all of it as a GoodworkError; do nothing if there is none."""
        if self:
            raise GoodworkError.from_faults(self.listed(), "" if self.of.paths else "The table has faults.")

    def _fault(self, file: str, column: str, mistake: str) -> Fault:
        rows, examples, count = self.of_rows[file, column, mistake]
        shown = f" ({', '.join(examples)})" if examples else ""
        more = f" and {count - len(rows):,} more" if count > len(rows) else ""
        where = (
            f"row {rows[0]:,}" if count == 1 else f"{counted(count, 'row')}: {', '.join(f'{row:,}' for row in rows)}{more}"
        )
        subject = f"{column} " if column else ""
        wrong, _, advice = mistake.partition(". ")
        advice = f" {advice.rstrip('.')}." if advice else ""
        return Fault(f"{subject}{wrong}{shown}, {where}.{advice}", file=file, line=rows[0], path=column)


@dataclass
class Rows:
    """What is kept of every row: whose it is, its period, its weight and classes; and of each column, what is known.

    Attributes:
        companies, held: of the rows, batch by batch. filled: by column, how many rows have a value. zeros: whether every
            value is 0. wrong: cells that cannot be used, and the row in which they begin.
    """

    companies: list[Any] = field(default_factory=list)
    held: dict[str, list[NDArray[Any]]] = field(default_factory=dict)
    filled: dict[str, int] = field(default_factory=dict)
    zeros: dict[str, bool] = field(default_factory=dict)
    wrong: dict[str, list[tuple[int, Mask]]] = field(default_factory=dict)
    count: int = 0

    def of(self, name: str, otherwise: Any) -> NDArray[Any]:
        """One column of what is kept; another value in every row where the file has no such column."""
        return np.concatenate(self.held[name]) if name in self.held else np.full(self.count, otherwise)

    def is_wrong(self, *names: str) -> Mask:
        """Rows of which a cell of these columns cannot be used."""
        found = np.zeros(self.count, dtype=bool)
        for at, wrong in chain.from_iterable(self.wrong.get(name, ()) for name in names):
            found[at : at + wrong.size] |= wrong
        return found

    def take(self, column: Column, values: NDArray[Any], empty: Mask, *, is_kept: bool) -> None:
        """Take in some cells of a column: the values where they are kept, and how many there are of each sort."""
        self.filled[column.name] = self.filled.get(column.name, 0) + int(values.size - empty.sum())
        if column.is_input:
            self.zeros[column.name] = self.zeros.get(column.name, True) and not np.any(values != 0)
        if column.name == COMPANY:
            self.companies.append(values)
        elif is_kept:
            self.held.setdefault(column.name, []).append(values)


def checked_rows(held: Opened, kept: Iterable[str], faults: Faults) -> Rows:
    """Look at every heading, and at every cell of the columns that are known.

    Args:
        kept: columns whose values are kept for every row.
        faults: to which all that is wrong is added.

    Raises:
        GoodworkError: for a file that cannot be read, or has no rows.
    """
    wanted = [columns()[name] for name in _checked_headings(held, faults)]
    rows, names, empty_in = Rows(), {*kept, COMPANY}, dict[str, Faults]()
    for piece in held.pieces:
        at = 0
        for batch in held.batches(piece, [column.name for column in wanted]):
            for column in wanted:
                values, empty, mistakes = values_of(column, batch.column(column.name))
                faults.note_cells(piece, column.name, at, mistakes)
                if column.is_worked_out and empty.any():
                    of_column = empty_in.setdefault(column.name, Faults(held))
                    of_column.note(piece.file, column.name, _EMPTY, piece.numbers(at + np.flatnonzero(empty)))
                rows.take(column, values, empty, is_kept=column.name in names)
                if column.name in names:
                    rows.wrong.setdefault(column.name, []).extend(
                        (rows.count + at, wrong) for _said, wrong, _cells in mistakes
                    )
            at += batch.num_rows
        piece.rows = at
        faults.note_ragged(piece)
        rows.count += at
        _refuse_many(held.name, rows.count)
    for name, found in empty_in.items():
        if rows.filled[name]:
            faults.of_rows.update(found.of_rows)
    if not rows.count and not faults:
        raise GoodworkError(f"{held.name} has no rows. Write a row for each company and accounting period.")
    return rows


def _checked_headings(held: Opened, faults: Faults) -> list[str]:
    """Columns that are known and stand once, which can be read; what is wrong with the others is noted."""
    known, twice = columns(), dict[str, str]()
    for piece in held.pieces:
        names = piece.names
        twice |= {name: piece.file for name in names if names.count(name) > 1}
        for name in set(names) & set(piece.folders):
            _value, folder = piece.folders[name]
            said = f"The folder {quoted(folder)} and a column of {piece.file} both tell {name}. Leave one of the two out."
            faults.note_file(held.name, name, said)
    for name, file in twice.items():
        faults.note_file(file or held.name, name, f"The column {quoted(name)} stands twice.")
    for name in held.columns:
        if name not in known:
            faults.note_file(held.name, name, _not_known(held, name))
    for name in (COMPANY, START, END):
        if name not in held.columns:
            faults.note_file(held.name, name, f"The column {name} is missing: every row needs it.")
    return [name for name in held.columns if name in known and name not in twice]


def _not_known(held: Opened, name: str) -> str:
    """That a column is not known: in which file or folder it stands, and what may be meant."""
    near = did_you_mean(name, columns()) or "goodwork population schema lists the columns."
    folders = list(dict.fromkeys(piece.folders[name][1] for piece in held.pieces if name in piece.folders))
    if folders:
        more = f" and {len(folders) - 1:,} more" if len(folders) > 1 else ""
        return (
            f"The folder {quoted(folders[0])}{more}: its name tells a column {quoted(name)}, which is not known. {near} "
            f"Rename the folder so that there is no = in its name ({quoted(folders[0].replace('=', '-'))}), or after a "
            "known column, as in 'region=London'."
        )
    files = list(dict.fromkeys(piece.file for piece in held.pieces if name in piece.names))
    all_files = {piece.file for piece in held.pieces}
    where = (
        f" ({files[0]}{f' and {len(files) - 1:,} more' if len(files) > 1 else ''})" if len(files) < len(all_files) else ""
    )
    return f"The column {quoted(name)} is not known{where}. {near}"


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
