"""Columns of text into columns of values: each different text is read once, by the readers of company files."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import yaml

from openfisca_goodwork.company.facts import Fact
from openfisca_goodwork.company.many.csv_rows import Column, CsvRows
from openfisca_goodwork.company.tags import KEY as TAGS
from openfisca_goodwork.company.values import fault_of, read_value, refuse_name
from openfisca_goodwork.company.vocabulary import (
    CAR,
    CHOICE,
    CLASSES_OF_CARS,
    LISTS,
    MONEY,
    NUMBER,
    SAID_OTHERWISE,
    SHARES,
    InputVariable,
    apportionment,
    input_variables,
)
from openfisca_goodwork.documents import Document, Entry, Node
from openfisca_goodwork.errors import quoted
from openfisca_goodwork.system import current_law

COMPANY, START, END, APPORTIONMENT = "company", "start", "end", "apportionment"
REQUIRED = (COMPANY, START, END)
LONGEST_NAME = 200
_TWIN = "_on"
_PLAIN = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,10})?")
_PLAIN_KINDS = (MONEY, NUMBER, SHARES)


def known_columns() -> tuple[str, ...]:
    """Every heading that a table of companies may have."""
    return (*REQUIRED, APPORTIONMENT, *input_variables())


def check_headings(rows: CsvRows) -> None:
    """Note columns that are none of the known ones, with the nearest names.

    Raises:
        CompanyFileError: where one of the columns that every table needs is missing: no row can be read.
    """
    missing = [name for name in REQUIRED if name not in rows.columns]
    if missing:
        columns = "column is" if len(missing) == 1 else "columns are"
        rows.document.fault(
            f"The {columns} missing: {', '.join(missing)}. Each row is one accounting period of a company.", 1
        )
    known = set(known_columns())
    for name in rows.columns:
        if name and name not in known:
            _refuse(rows.document, name)
    if missing:
        rows.raise_faults()


def _refuse(document: Document, name: str) -> None:
    reason = _no_column(name)
    if reason:
        document.fault(f"{name} is no column: {reason}", 1)
        return
    node = cell(document, name, 1, name)
    refuse_name(Entry(name, node, node), known_columns())


def _no_column(name: str) -> str:
    """Why what a company file may say by day is no column of a table; nothing for any other name."""
    if name in CAR:
        return (
            "single cars are for company files, which class them by their emissions. A table has a column for each class of "
            f"cars: {', '.join(CLASSES_OF_CARS)}."
        )
    if name in LISTS:
        return "a table has no dated items. Give the amounts of the whole period, or a company file with the items."
    if name == TAGS:
        return "a table has no single items of training to mark. They are for company files."
    if name.endswith(_TWIN) and name.removesuffix(_TWIN) in input_variables() and name not in SAID_OTHERWISE:
        return "a table has amounts for the whole period, spread evenly over its days. Dated items are for company files."
    return ""


def cell(document: Document, text: str, row: int, column: str) -> Node:
    """A cell as company files' readers take it: a value without quotation marks, on the line that is its row."""
    mark = yaml.Mark(document.name, 0, row - 1, 0, None, 0)
    return Node(document, yaml.ScalarNode("tag:yaml.org,2002:str", text, start_mark=mark), column, column)


def names_of(rows: CsvRows) -> tuple[list[str], np.ndarray]:
    """The different companies in the order in which they appear, and which of them each row belongs to."""
    column = rows.columns[COMPANY]
    for code, text in enumerate(column.texts):
        if not text:
            _fault_each(rows, column, code, "company is empty. Every row names its company.")
        elif len(text) > LONGEST_NAME:
            _fault_each(rows, column, code, f"company {quoted(text)} has more than {LONGEST_NAME} characters.")
    return column.texts, column.index


def _fault_each(rows: CsvRows, column: Column, code: int, message: str) -> None:
    for row in rows_with(rows, column, code):
        rows.document.fault(message, row, column.name)


def rows_with(rows: CsvRows, column: Column, code: int) -> Iterator[int]:
    """Numbers of the rows that have one of a column's texts, until enough faults are noted."""
    for place in np.flatnonzero(column.index == code).tolist():
        if rows.is_full:
            return
        yield rows.numbers[place]


def facts_of(rows: CsvRows) -> dict[str, np.ndarray]:
    """Every fact told of the companies: variable → one value per row, its default where the cell is empty."""
    variables = {**input_variables(), APPORTIONMENT: apportionment()}
    return {name: _column(rows, column, variables[name]) for name, column in rows.columns.items() if name in variables}


def is_told(rows: CsvRows, name: str) -> np.ndarray:
    """Whether each row says anything of a fact: an empty cell does not."""
    if name not in rows.columns:
        return np.zeros(len(rows.numbers), dtype=bool)
    column = rows.columns[name]
    return np.array([bool(text) for text in column.texts], dtype=bool)[column.index]


def _column(rows: CsvRows, column: Column, variable: InputVariable) -> np.ndarray:
    default = _default(variable)
    values = [default if not text else _value(rows, column, code, variable) for code, text in enumerate(column.texts)]
    found = np.array([default if value is None else value for value in values] or [default])
    return found[column.index]


def _default(variable: InputVariable) -> Fact:
    if variable.kind == CHOICE:
        return variable.options[0]
    default = current_law().variables[variable.name].default_value
    return default if isinstance(default, bool) else float(default)


def _value(rows: CsvRows, column: Column, code: int, variable: InputVariable) -> Fact | None:
    """The value of one text; every row that has it gets its fault where it is none."""
    text = column.texts[code]
    if variable.kind in _PLAIN_KINDS and _PLAIN.fullmatch(text) and not fault_of(float(text), variable):
        return float(text)
    if rows.is_full:
        return None
    trial = Document(rows.document.name)
    value = read_value(cell(trial, text, 1, column.name), variable)
    if trial.faults:
        for row in rows_with(rows, column, code):
            read_value(cell(rows.document, text, row, column.name), variable)
    return value
