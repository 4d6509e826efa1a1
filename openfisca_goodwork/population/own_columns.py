"""The columns that a file of companies of one's own may have: keys, weight, classes, and every input of the law by its name.

The schema that people get is a pydantic model of one row. Rows are not read through it: it would look at every cell of
millions of rows as a Python object, and pandera, which would not, takes the whole table into memory. So the same columns are
checked in Arrow and NumPy, some thousand rows at a time (``own_reading``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal

import numpy as np

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
