"""The columns that a file of companies of one's own may have: keys, weight, classes, and every input of the law by its name.

The schema that people get is a pydantic model of one row. Rows are not read through it: it would look at every cell of
millions of rows as a Python object, and pandera, which would not, takes the whole table into memory. So the same columns are
checked in Arrow and NumPy, some thousand rows at a time (``own_reading``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.errors import Fault, counted, did_you_mean, printable, quoted
from openfisca_goodwork.law.human_investment import TOLD_AT_THE_BEGINNING
from openfisca_goodwork.law.inputs import is_input
from openfisca_goodwork.law.model import POUNDS, SHARE, YEAR
from openfisca_goodwork.population.sources import CLASSES
from openfisca_goodwork.system import current_law, is_dated

COMPANY, START, END, WEIGHT = "company", "accounting_period_start", "accounting_period_end", "weight"
REGISTERED, OTHERWISE = "registered", "levy_funded_training_otherwise"
TEXT, DAY, NUMBER, YES_OR_NO, CLASS = "text", "day", "number", "yes or no", "class"
_BALANCE = "_brought_forward"
_NOT_IN_ROWS = frozenset({START, END, "apportionment"})


@dataclass(frozen=True)
class Column:
    """A column of the file.

    Attributes:
        name: its heading. kind: how its cells are read. words: what it holds. unit: £, share, or empty.
        least, most: bounds of a number, inclusive. default: of an empty cell, or where there is no such column.
        options: of a class. is_worked_out: whether the law works it out where the column is left out; then no cell may be
            empty. is_whole: whether a number has no fraction.
    """

    name: str
    kind: str
    words: str
    unit: str = ""
    least: float | None = None
    most: float | None = None
    default: Any = None
    options: tuple[str, ...] = ()
    is_worked_out: bool = False
    is_whole: bool = False

    @property
    def is_needed(self) -> bool:
        """Whether every row has to have it."""
        return self.kind in {TEXT, DAY}

    @property
    def in_words(self) -> str:
        """The column in a line: what it holds, its kind, and whether a row needs it."""
        unit = {POUNDS: "£", SHARE: "share from 0 to 1"}.get(self.unit, self.kind)
        known = f": {', '.join(self.options)}" if self.options else ""
        needed = "; needed" if self.is_needed else "; read in the company's first row" if self.is_opening else ""
        return f"{self.words} ({unit}{known}{needed})"

    @property
    def is_opening(self) -> bool:
        """Whether it is read in the first accounting period of a company alone."""
        return _BALANCE in self.name or self.name in TOLD_AT_THE_BEGINNING

    @property
    def is_input(self) -> bool:
        """Whether it is an input of the law."""
        return self.kind in {NUMBER, YES_OR_NO} and self.name not in {WEIGHT, REGISTERED, OTHERWISE}


@cache
def columns() -> Mapping[str, Column]:
    """Every column that is known, by its name: those of the file itself, then the inputs of the law."""
    own = (
        Column(COMPANY, TEXT, "Identifier of the company, a text or a whole number; the same in all its rows"),
        Column(START, DAY, "First day of the accounting period"),
        Column(END, DAY, "Last day of the accounting period, at most twelve months on"),
        Column(WEIGHT, NUMBER, "How many companies the company stands for; above 0, the same in all its rows", default=1.0),
        *(
            Column(name, CLASS, f"{name.replace('_', ' ').capitalize()}, of the last row", options=known, default="")
            for name, known in CLASSES.items()
        ),
        Column(REGISTERED, YES_OR_NO, "Whether it is registered for VAT or PAYE", default=True),
        Column(OTHERWISE, NUMBER, "Levy-funded training if a survey is read the other way", POUNDS, 0.0, default=0.0),
    )
    inputs = (_input(name, variable) for name, variable in current_law().variables.items() if _is_told(name, variable))
    return {column.name: column for column in (*own, *inputs)}


def _is_told(name: str, variable: Any) -> bool:
    told = variable.definition_period == YEAR and (is_input(variable) or _BALANCE in name)
    return told and name not in _NOT_IN_ROWS and variable.value_type in {float, int, bool}


def _input(name: str, variable: Any) -> Column:
    least, most = type(variable).__bounds__
    kind = YES_OR_NO if variable.value_type is bool else NUMBER
    worked_out = bool(variable.formulas) and _BALANCE not in name and not is_dated(variable)
    unit = variable.unit if variable.unit in {POUNDS, SHARE} else ""
    whole = variable.value_type is int
    default = variable.default_value
    return Column(name, kind, variable.label, unit or "", least, most, default, is_worked_out=worked_out, is_whole=whole)


def schema() -> dict[str, Any]:
    """JSON Schema of one row: one company in one accounting period."""
    from pydantic import ConfigDict, create_model  # here: a costing does not wait for it

    about = ConfigDict(extra="forbid", title="One company in one accounting period")
    fields: dict[str, Any] = {column.name: _field(column) for column in columns().values()}
    return create_model("CompanyPeriod", __config__=about, **fields).model_json_schema()


def _field(column: Column) -> tuple[Any, Any]:
    """A column as a field of a pydantic model: its type with what is known of it, and its default."""
    from pydantic import Field

    kinds: dict[str, Any] = {
        TEXT: str | int,
        DAY: date,
        NUMBER: float,
        YES_OR_NO: bool,
        CLASS: Literal[column.options or ("",)],
    }
    bounds = {"gt": 0} if column.name == WEIGHT else {"ge": column.least, "le": column.most}
    limits: dict[str, Any] = {name: bound for name, bound in bounds.items() if bound is not None}
    extra: dict[str, Any] = {"unit": column.unit} if column.unit else {}
    extra |= {"read_in": "the first accounting period of the company"} if column.is_opening else {}
    extra |= {"if_left_out": "worked out by the law"} if column.is_worked_out else {}
    told = Field(description=column.words, json_schema_extra=extra, **limits)
    if column.is_needed:
        return Annotated[kinds[column.kind], told], ...
    is_plain = not isinstance(column.default, str) and np.isfinite(column.default) and not column.is_worked_out
    kind = int if column.is_whole else kinds[column.kind]
    return Annotated[kind, told] | None, column.default if is_plain else None


# --- cells of a file of companies as numbers, some thousand rows at a time, and what is wrong with them, row by row ---


NOT_KNOWN = -1
_ROWS_NAMED, _VALUES_NAMED, _LONGEST_VALUE, _MOST_FAULTS = 5, 3, 40, 1_000
_LONGEST_TEXT = 1_000  # bytes of a cell
_FORMULA = r"^\s*[=+@\-\t]"
_NUMBER_TEXT = r"^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$"
_DAY_TEXT = r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*$"
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")

Mask = NDArray[np.bool_]


@dataclass
class Faults:
    """What is wrong with a file: for each file, column and mistake the rows that make it, and examples.

    Attributes:
        found: of rows. of_files: of a file as a whole: its headings, what the name of a folder tells.
    """

    found: dict[tuple[str, str, str], tuple[list[int], list[str], int]] = field(default_factory=dict)
    of_files: dict[Fault, None] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.found or self.of_files)

    def note(self, file: str, column: str, mistake: str, rows: NDArray[np.int64], values: Any = ()) -> None:
        """Note rows (counted from 1) that make a mistake, with what stands in them; advice is a sentence of its own."""
        key = (file, column, mistake)
        if not rows.size or (key not in self.found and len(self.found) >= _MOST_FAULTS):
            return
        known, examples, count = self.found.get(key, ([], [], 0))
        known = (known + rows[:_ROWS_NAMED].tolist())[:_ROWS_NAMED]
        texts = [str(one)[:_LONGEST_VALUE] for one in values[:_VALUES_NAMED]]
        examples = list(dict.fromkeys([*examples, *map(printable, texts)]))[:_VALUES_NAMED]
        self.found[key] = known, examples, count + int(rows.size)

    def note_file(self, file: str, column: str, message: str) -> None:
        """Note what is wrong with a file as a whole, once."""
        if len(self.of_files) < _MOST_FAULTS:
            self.of_files[Fault(message, file, path=column)] = None

    def listed(self) -> list[Fault]:
        """Each mistake as a fault: of whole files first, then in the order of the rows."""
        of_rows = sorted((self._fault(*key) for key in self.found), key=lambda fault: (fault.file, fault.line or 0))
        return [*self.of_files, *of_rows]

    def _fault(self, file: str, column: str, mistake: str) -> Fault:
        rows, examples, count = self.found[file, column, mistake]
        shown = f" ({', '.join(examples)})" if examples else ""
        more = f" and {count - len(rows):,} more" if count > len(rows) else ""
        where = (
            f"row {rows[0]:,}" if count == 1 else f"{counted(count, 'row')}: {', '.join(f'{row:,}' for row in rows)}{more}"
        )
        subject = f"{column} " if column else ""
        wrong, _, advice = mistake.partition(". ")
        advice = f" {advice.rstrip('.')}." if advice else ""
        return Fault(f"{subject}{wrong}{shown}, {where}.{advice}", file=file, line=rows[0], path=column)


@dataclass(frozen=True)
class Place:
    """Where some cells stand.

    Attributes:
        file: their file. whole: the folder of files that it is of. numbered: numbers of their rows, by their places here.
        faults: to which what is wrong is added; where it is None, nobody asks. folders: columns that the name of a folder
            tells, and its name. wrong: by column, the cells that cannot be used.
    """

    file: str = ""
    whole: str = ""
    numbered: Callable[[NDArray[np.int64]], NDArray[np.int64]] = lambda places: places + 1
    faults: Faults | None = None
    folders: Mapping[str, str] = field(default_factory=dict)
    wrong: dict[str, Mask] = field(default_factory=dict)

    def note(self, column: Column, mistake: str, wrong: Mask, cells: Any = None) -> None:
        """Note the wrong ones among the cells, where anybody asks."""
        if self.faults is None or not wrong.any():
            return
        self.wrong[column.name] = self.wrong[column.name] | wrong if column.name in self.wrong else wrong
        places = np.flatnonzero(wrong)
        if column.name in self.folders:
            said, folder = mistake.rstrip("."), quoted(self.folders[column.name])
            self.faults.note_file(self.whole, column.name, f"The folder {folder}: {column.name} {said}. Rename the folder.")
            return
        values = [] if cells is None else [cells[int(place)].as_py() for place in places[:_VALUES_NAMED]]
        self.faults.note(self.file, column.name, mistake, self.numbered(places), values)


def values_of(column: Column, cells: Any, place: Place) -> tuple[NDArray[Any], Mask]:
    """The values of some cells, and which of them are empty; what is wrong is noted, and its value is the default.

    Args:
        cells: an array of Arrow. place: where they stand.

    Returns:
        Numbers, days (datetime64; none where it is wrong), yes or no, places among the options of a
        class (``NOT_KNOWN`` where empty), or texts.
    """
    import pyarrow as pa

    cells = _short_texts(column, cells, place)
    if pa.types.is_null(cells.type):
        cells = cells.cast(pa.float64() if column.kind in {NUMBER, YES_OR_NO} else pa.string())
    values, empty = _READERS[column.kind](column, cells, place)
    if column.is_needed:
        place.note(column, "is empty", empty & ~place.wrong.get(column.name, np.zeros(1, dtype=bool)))
    return values, empty


def _short_texts(column: Column, cells: Any, place: Place) -> Any:
    """The cells, each by itself, no letter in place of a text that is longer than any has reason to be."""
    import pyarrow as pa
    import pyarrow.compute as pc

    is_coded = pa.types.is_dictionary(cells.type)
    texts = cells.dictionary if is_coded else cells
    if is_text(texts.type):
        is_long = np.asarray(
            pc.greater(pc.binary_length(texts), _LONGEST_TEXT).fill_null(fill_value=False).to_numpy(zero_copy_only=False)
        )
        if is_long.any():
            codes = cells.indices.fill_null(0).to_numpy(zero_copy_only=False) if is_coded else np.arange(len(cells))
            wrong = is_long[codes] & ~_nulls(cells)
            place.note(column, f"is longer than {_LONGEST_TEXT:,} letters", wrong)
            texts = pc.if_else(pa.array(is_long), pa.scalar("", texts.type), texts)
            cells = pa.DictionaryArray.from_arrays(cells.indices, texts) if is_coded else texts
    return cells.dictionary_decode() if is_coded else cells


def _nulls(cells: Any) -> Mask:
    import pyarrow.compute as pc

    return np.asarray(pc.is_null(cells).to_numpy(zero_copy_only=False), dtype=bool)


def is_text(kind: Any) -> bool:
    """Whether cells of a type of Arrow are texts."""
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _matches(cells: Any, pattern: str) -> Mask:
    import pyarrow.compute as pc

    return np.asarray(pc.match_substring_regex(cells, pattern).fill_null(fill_value=False).to_numpy(zero_copy_only=False))


def _of_texts(column: Column, cells: Any, place: Place, pattern: str, wanted: str) -> tuple[Any, Mask]:
    """Texts without blanks around them, nothing in place of those that are none of a pattern; and which are empty."""
    import pyarrow as pa
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(cells.cast(pa.string()))
    blank = _nulls(trimmed) | _matches(trimmed, "^$")
    wrong = ~blank & ~_matches(trimmed, pattern)
    place.note(column, f"is not {wanted}", wrong, cells)
    return pc.if_else(pa.array(blank | wrong), None, trimmed), blank


def _other_type(column: Column, cells: Any, place: Place, wanted: str) -> Mask:
    """Note cells of a type that cannot be read; which are empty."""
    empty = _nulls(cells)
    place.note(column, f"is of the type {cells.type}, not {wanted}", ~empty)
    return empty


def _numbers(column: Column, cells: Any, place: Place) -> tuple[NDArray[Any], Mask]:
    import pyarrow as pa

    default = float(column.default or 0.0)
    if is_text(cells.type):
        cells, empty = _of_texts(column, cells, place, _NUMBER_TEXT, "a number")
    elif pa.types.is_integer(cells.type) or pa.types.is_floating(cells.type) or pa.types.is_decimal(cells.type):
        empty = _nulls(cells)
    else:
        return np.full(len(cells), default), _other_type(column, cells, place, "a number")
    values = np.asarray(cells.cast(pa.float64(), safe=False).fill_null(default).to_numpy(zero_copy_only=False))
    is_claim = default == np.inf
    wrong = np.isnan(values) | (np.isinf(values) & ~(is_claim & (values > 0)))
    place.note(column, "is not a finite number: leave the cell empty where it is not known", wrong, cells)
    part = ~wrong & (np.floor(values) != values) if column.is_whole else np.zeros(values.size, dtype=bool)
    place.note(column, "is not a whole number", part, cells)
    low = np.zeros(values.size, dtype=bool) if column.least is None else values < column.least
    high = np.zeros(values.size, dtype=bool) if column.most is None else values > column.most
    low = low | (values <= 0) if column.name == WEIGHT else low
    least = "not above 0" if column.name == WEIGHT else f"below {column.least:g}" if column.least is not None else ""
    place.note(column, f"is {least}", low & ~wrong, cells)
    place.note(column, f"is above {column.most:g}" if column.most is not None else "", high & ~wrong, cells)
    return np.where(wrong | part | low | high, default, values), empty


def _yes_or_no(column: Column, cells: Any, place: Place) -> tuple[NDArray[Any], Mask]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_boolean(cells.type):
        empty = _nulls(cells)
    elif pa.types.is_integer(cells.type) or pa.types.is_floating(cells.type):
        empty = _nulls(cells)
        values = np.asarray(cells.cast(pa.float64(), safe=False).fill_null(0.0).to_numpy(zero_copy_only=False))
        place.note(column, "is not yes or no (1 or 0)", ~np.isin(values, (0.0, 1.0)), cells)
        cells = pa.array(values == 1, mask=empty)
    elif is_text(cells.type):
        known = "|".join((*_YES, *_NO))
        texts, empty = _of_texts(column, cells, place, f"(?i)^({known})$", "yes or no (true or false)")
        cells = pc.is_in(pc.utf8_lower(texts), value_set=pa.array(_YES))
    else:
        return np.full(len(cells), column.default), _other_type(column, cells, place, "yes or no")
    default = bool(column.default)
    values = np.asarray(cells.fill_null(default).to_numpy(zero_copy_only=False), dtype=bool)
    return np.where(empty, default, values), empty


def _days(column: Column, cells: Any, place: Place) -> tuple[NDArray[Any], Mask]:
    import pyarrow as pa

    if is_text(cells.type):
        texts, empty = _of_texts(column, cells, place, _DAY_TEXT, "a day written as 2027-03-31")
        try:
            days = texts.cast(pa.date32())
        except pa.ArrowInvalid:
            days = _each_day(texts)
            place.note(column, "is no day of the calendar", _nulls(days) & ~_nulls(texts), cells)
    elif pa.types.is_date(cells.type) or pa.types.is_timestamp(cells.type):
        empty, days = _nulls(cells), cells.cast(pa.date32(), safe=False)
    else:
        return np.full(len(cells), "NaT", dtype="datetime64[D]"), _other_type(column, cells, place, "a day")
    is_day = ~_nulls(days)
    values = days.cast(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False).astype("datetime64[D]")
    return np.where(is_day, values, np.datetime64("NaT")), empty


def _each_day(texts: Any) -> Any:
    """Days one by one, where some are none of the calendar (2027-02-30)."""
    import pyarrow as pa

    days: list[Any] = []
    for text in texts.to_pylist():
        try:
            days.append(None if text is None else np.datetime64(text).item())
        except ValueError:
            days.append(None)
    return pa.array(days, pa.date32())


def _classes(column: Column, cells: Any, place: Place) -> tuple[NDArray[Any], Mask]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not is_text(cells.type):
        return np.full(len(cells), NOT_KNOWN, np.int8), _other_type(column, cells, place, "text")
    texts = pc.utf8_trim_whitespace(cells.cast(pa.string()))
    empty = _nulls(texts) | _matches(texts, "^$")
    formula = _formulas(column, texts, place)
    codes = pc.index_in(texts, value_set=pa.array(column.options)).fill_null(NOT_KNOWN)
    values = np.asarray(codes.to_numpy(zero_copy_only=False), dtype=np.int8)
    wrong = (values == NOT_KNOWN) & ~empty & ~formula
    for other in pc.unique(texts.filter(pa.array(wrong))).to_pylist()[:_ROWS_NAMED] if wrong.any() else ():
        here = np.asarray(pc.equal(texts, other).fill_null(fill_value=False).to_numpy(zero_copy_only=False))
        near = did_you_mean(other, column.options) or "goodwork population schema lists them."
        place.note(column, f"is not among the classes. {near}", here, cells)
    return values, empty


def _texts(column: Column, cells: Any, place: Place) -> tuple[NDArray[Any], Mask]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_integer(cells.type):
        return np.asarray(cells.fill_null(0).to_numpy(zero_copy_only=False)), _nulls(cells)
    if not is_text(cells.type):
        return np.zeros(len(cells), dtype=np.int64), _other_type(column, cells, place, "a text or a whole number")
    texts = pc.utf8_trim_whitespace(cells.cast(pa.string())).fill_null("")
    _formulas(column, texts, place)
    return np.asarray(texts.to_numpy(zero_copy_only=False)), _matches(texts, "^$")


def _formulas(column: Column, texts: Any, place: Place) -> Mask:
    formula = _matches(texts, _FORMULA)
    place.note(column, "begins as a formula of a spreadsheet does. Write the text itself", formula, texts)
    return formula


_READERS = {NUMBER: _numbers, YES_OR_NO: _yes_or_no, DAY: _days, CLASS: _classes, TEXT: _texts}
