"""The columns that a file of companies of one's own may have: keys, weight, classes, and every input of the law by its name.

The schema that people get is a pydantic model of one row. Rows are not read through it: it would look at every cell of
millions of rows as a Python object, and pandera, which would not, takes the whole table into memory. So the same columns are
checked in Arrow and NumPy, some thousand rows at a time: cells below, whole files in ``own_reading``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.errors import did_you_mean
from openfisca_goodwork.law.human_investment import TOLD_AT_THE_BEGINNING
from openfisca_goodwork.law.inputs import is_input
from openfisca_goodwork.law.model import POUNDS, SHARE, YEAR, is_dated
from openfisca_goodwork.population.sources import CLASSES
from openfisca_goodwork.system import current_law

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


# --- cells of a file of companies as numbers, some thousand rows at a time, and what is wrong with them ---------------
# Text that begins as a formula of a spreadsheet does is refused, never run. Many rows that make one mistake make one
# fault.


NOT_KNOWN = -1
_CLASSES_NAMED = 5
_LONGEST_TEXT = 1_000  # bytes of a cell
_FORMULA = r"^\s*[=+@\-\t]"
_NUMBER_TEXT = r"^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$"
_DAY_TEXT = r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*$"
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")

Mask = NDArray[np.bool_]


class Mistakes(list[tuple[str, Mask, Any]]):
    """What is wrong with some cells: each mistake, which of them make it, and what stands there where it is to be shown."""

    def note(self, mistake: str, wrong: Mask, cells: Any = None) -> None:
        """Note the cells that make a mistake; advice is a sentence of its own."""
        if wrong.any():
            self.append((mistake, wrong, cells))

    def note_type(self, cells: Any, wanted: str) -> Mask:
        """Note cells of a type that cannot be read; which are empty."""
        empty = _nulls(cells)
        self.note(f"is of the type {cells.type}, not {wanted}", ~empty)
        return empty


def values_of(column: Column, cells: Any) -> tuple[NDArray[Any], Mask, Mistakes]:
    """The values of some cells, an array of Arrow; which of them are empty; and what is wrong, whose value is the default.

    Returns:
        Numbers, days (datetime64; none where it is wrong), yes or no, places among the options of a
        class (``NOT_KNOWN`` where empty), or texts.
    """
    import pyarrow as pa

    mistakes = Mistakes()
    cells = _short_texts(cells, mistakes)
    if pa.types.is_null(cells.type):
        cells = cells.cast(pa.float64() if column.kind in {NUMBER, YES_OR_NO} else pa.string())
    values, empty = _READERS[column.kind](column, cells, mistakes)
    if column.is_needed:
        is_wrong = np.any([np.zeros(len(cells), dtype=bool), *(wrong for _mistake, wrong, _cells in mistakes)], axis=0)
        mistakes.note("is empty", empty & ~is_wrong)
    return values, empty, mistakes


def _short_texts(cells: Any, mistakes: Mistakes) -> Any:
    """The cells, each by itself, no letter in place of a text that is longer than any has reason to be."""
    import pyarrow as pa
    import pyarrow.compute as pc

    is_coded = pa.types.is_dictionary(cells.type)
    texts = cells.dictionary if is_coded else cells
    if is_text(texts.type):
        is_long = _array(pc.greater(pc.binary_length(texts), _LONGEST_TEXT).fill_null(fill_value=False))
        if is_long.any():
            codes = _array(cells.indices.fill_null(0)) if is_coded else np.arange(len(cells))
            mistakes.note(f"is longer than {_LONGEST_TEXT:,} letters", is_long[codes] & ~_nulls(cells))
            texts = pc.if_else(pa.array(is_long), pa.scalar("", texts.type), texts)
            cells = pa.DictionaryArray.from_arrays(cells.indices, texts) if is_coded else texts
    return cells.dictionary_decode() if is_coded else cells


def _array(cells: Any) -> NDArray[Any]:
    return np.asarray(cells.to_numpy(zero_copy_only=False))


def _nulls(cells: Any) -> Mask:
    import pyarrow.compute as pc

    return _array(pc.is_null(cells))


def is_text(kind: Any) -> bool:
    """Whether cells of a type of Arrow are texts."""
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_number(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _matches(cells: Any, pattern: str) -> Mask:
    import pyarrow.compute as pc

    return _array(pc.match_substring_regex(cells, pattern).fill_null(fill_value=False))


def _of_texts(cells: Any, mistakes: Mistakes, pattern: str, wanted: str) -> tuple[Any, Mask]:
    """Texts without blanks around them, nothing in place of those that are none of a pattern; and which are empty."""
    import pyarrow as pa
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(cells.cast(pa.string()))
    blank = _nulls(trimmed) | _matches(trimmed, "^$")
    wrong = ~blank & ~_matches(trimmed, pattern)
    mistakes.note(f"is not {wanted}", wrong, cells)
    return pc.if_else(pa.array(blank | wrong), None, trimmed), blank


def _numbers(column: Column, cells: Any, mistakes: Mistakes) -> tuple[NDArray[Any], Mask]:
    import pyarrow as pa

    default = float(column.default or 0.0)
    if is_text(cells.type):
        cells, empty = _of_texts(cells, mistakes, _NUMBER_TEXT, "a number")
    elif _is_number(cells.type) or pa.types.is_decimal(cells.type):
        empty = _nulls(cells)
    else:
        return np.full(len(cells), default), mistakes.note_type(cells, "a number")
    values = _array(cells.cast(pa.float64(), safe=False).fill_null(default))
    is_claim = default == np.inf
    wrong = np.isnan(values) | (np.isinf(values) & ~(is_claim & (values > 0)))
    mistakes.note("is not a finite number: leave the cell empty where it is not known", wrong, cells)
    nobody = np.zeros(values.size, dtype=bool)
    part = ~wrong & (np.floor(values) != values) if column.is_whole else nobody
    mistakes.note("is not a whole number", part, cells)
    low = nobody if column.least is None else values < column.least
    high = nobody if column.most is None else values > column.most
    if column.name == WEIGHT:
        low = low | (values <= 0)
        mistakes.note("is not above 0", low & ~wrong, cells)
    elif column.least is not None:
        mistakes.note(f"is below {column.least:g}", low & ~wrong, cells)
    if column.most is not None:
        mistakes.note(f"is above {column.most:g}", high & ~wrong, cells)
    return np.where(wrong | part | low | high, default, values), empty


def _yes_or_no(column: Column, cells: Any, mistakes: Mistakes) -> tuple[NDArray[Any], Mask]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_boolean(cells.type):
        empty = _nulls(cells)
    elif _is_number(cells.type):
        empty = _nulls(cells)
        values = _array(cells.cast(pa.float64(), safe=False).fill_null(0.0))
        mistakes.note("is not yes or no (1 or 0)", ~np.isin(values, (0.0, 1.0)), cells)
        cells = pa.array(values == 1, mask=empty)
    elif is_text(cells.type):
        known = "|".join((*_YES, *_NO))
        texts, empty = _of_texts(cells, mistakes, f"(?i)^({known})$", "yes or no (true or false)")
        cells = pc.is_in(pc.utf8_lower(texts), value_set=pa.array(_YES))
    else:
        return np.full(len(cells), column.default), mistakes.note_type(cells, "yes or no")
    default = bool(column.default)
    return np.where(empty, default, _array(cells.fill_null(default)).astype(bool)), empty


def _days(_column: Column, cells: Any, mistakes: Mistakes) -> tuple[NDArray[Any], Mask]:
    import pyarrow as pa

    if is_text(cells.type):
        texts, empty = _of_texts(cells, mistakes, _DAY_TEXT, "a day written as 2027-03-31")
        try:
            days = texts.cast(pa.date32())
        except pa.ArrowInvalid:
            days = pa.array(map(_day, texts.to_pylist()), pa.date32())
            mistakes.note("is no day of the calendar", _nulls(days) & ~_nulls(texts), cells)
    elif pa.types.is_date(cells.type) or pa.types.is_timestamp(cells.type):
        empty, days = _nulls(cells), cells.cast(pa.date32(), safe=False)
    else:
        return np.full(len(cells), "NaT", dtype="datetime64[D]"), mistakes.note_type(cells, "a day")
    values = _array(days.cast(pa.int32()).fill_null(0)).astype("datetime64[D]")
    return np.where(_nulls(days), np.datetime64("NaT"), values), empty


def _day(text: str | None) -> date | None:
    """A day; none where it is none of the calendar (2027-02-30)."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        return None


def _classes(column: Column, cells: Any, mistakes: Mistakes) -> tuple[NDArray[Any], Mask]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not is_text(cells.type):
        return np.full(len(cells), NOT_KNOWN, np.int8), mistakes.note_type(cells, "text")
    texts = pc.utf8_trim_whitespace(cells.cast(pa.string()))
    empty = _nulls(texts) | _matches(texts, "^$")
    formula = _formulas(texts, mistakes)
    codes = pc.index_in(texts, value_set=pa.array(column.options)).fill_null(NOT_KNOWN)
    values = _array(codes).astype(np.int8)
    wrong = (values == NOT_KNOWN) & ~empty & ~formula
    for other in pc.unique(texts.filter(pa.array(wrong))).to_pylist()[:_CLASSES_NAMED] if wrong.any() else ():
        here = _array(pc.equal(texts, other).fill_null(fill_value=False))
        near = did_you_mean(other, column.options) or "goodwork population schema lists them."
        mistakes.note(f"is not among the classes. {near}", here, cells)
    return values, empty


def _texts(_column: Column, cells: Any, mistakes: Mistakes) -> tuple[NDArray[Any], Mask]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_integer(cells.type):
        return _array(cells.fill_null(0)), _nulls(cells)
    if not is_text(cells.type):
        return np.zeros(len(cells), dtype=np.int64), mistakes.note_type(cells, "a text or a whole number")
    texts = pc.utf8_trim_whitespace(cells.cast(pa.string())).fill_null("")
    _formulas(texts, mistakes)
    return _array(texts), _matches(texts, "^$")


def _formulas(texts: Any, mistakes: Mistakes) -> Mask:
    formula = _matches(texts, _FORMULA)
    mistakes.note("begins as a formula of a spreadsheet does. Write the text itself", formula, texts)
    return formula


_READERS = {NUMBER: _numbers, YES_OR_NO: _yes_or_no, DAY: _days, CLASS: _classes, TEXT: _texts}
