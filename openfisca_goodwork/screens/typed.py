"""What somebody typed about a company, read in one place: days, money as people write it, counts; every fault a lesson.

No Streamlit here. What is read becomes a company file, and company files have one reader.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from openfisca_goodwork import company
from openfisca_goodwork.company.values import read_value
from openfisca_goodwork.company.vocabulary import MONEY, input_variables
from openfisca_goodwork.documents import Document, single_value
from openfisca_goodwork.errors import CompanyFileError, quoted
from openfisca_goodwork.periods import add_months, day_in_words
from openfisca_goodwork.screens.company_questions import END, FIELDS, START, Field

Answers = Mapping[str, str]
LONGEST_ANSWER = 60
_ONE_DAY = datetime.timedelta(days=1)
_WAYS_TO_WRITE_A_DAY = ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d/%m/%Y", "%d.%m.%Y")
_PLACE = re.compile(r"^accounting_periods\.0(?:\.\w+)?:? ")


def faults_of(answers: Answers, fields: Iterable[Field]) -> list[str]:
    """What is wrong with the answers to some fields: what, why, and an answer that is accepted."""
    found: list[str] = []
    for field in fields:
        _value(answers.get(field.name, ""), field, found)
    return found or (_faults_together(answers) if answers.get(START) else [])


def _value(text: str, field: Field, faults: list[str]) -> Any:
    """The value of one answer; None where it is empty or wrong, with its fault noted."""
    if not text.strip():
        if field.required:
            faults.append(f"{field.label} is empty. For example: {field.example}.")
        return None
    return _day(text, field, faults) if field.name in {START, END} else _fact(text, field, faults)


def _day(text: str, field: Field, faults: list[str]) -> datetime.date | None:
    tidy = " ".join(text.split())
    for way in _WAYS_TO_WRITE_A_DAY:
        try:
            return datetime.datetime.strptime(tidy, way).replace(tzinfo=datetime.UTC).date()
        except ValueError:
            continue
    faults.append(f"{field.label}: {quoted(tidy)} is no day of the calendar that can be read. For example: {field.example}.")
    return None


def _fact(text: str, field: Field, faults: list[str]) -> Any:
    variable = input_variables()[field.name]
    document = Document("The answer")
    tidy = text.strip() if variable.kind == MONEY else text.strip().replace(",", "")
    node = single_value(document, tidy, field.label)
    value = read_value(node, variable)
    for fault in document.faults:
        said = fault.message.replace(field.name, field.label)
        faults.append(said if "Write" in said else f"{said} For example: {field.example}.")
    return value


def _faults_together(answers: Answers) -> list[str]:
    """What the reader of company files has against the answers together: dates above all."""
    try:
        company.read(company_of(answers))
    except CompanyFileError as error:
        return [_PLACE.sub("", one.message) for one in error.faults]
    return []


def company_of(answers: Answers) -> dict[str, Any]:
    """The answers as a company file has them; those that are empty or wrong left out."""
    read = {name: _value(text, FIELDS[name], []) for name, text in answers.items() if name in FIELDS}
    start, end = read.pop(START, None), read.pop(END, None)
    if start is not None and end is None and start.year < datetime.MAXYEAR:
        end = add_months(start, 12) - _ONE_DAY
    days = {name: day.isoformat() for name, day in ((START, start), (END, end)) if day is not None}
    facts = {name: _tidy(value) for name, value in read.items() if value is not None}
    return {"accounting_periods": [{**days, **facts}]}


def _tidy(value: Any) -> Any:
    """A whole number of pounds without its decimals."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def as_file(answers: Answers) -> str:
    """The answers as the text of a company file."""
    return str(yaml.safe_dump(company_of(answers), sort_keys=False, allow_unicode=True))


def as_read(name: str, answers: Answers) -> str:
    """One answer as it was understood: a day in words, pounds in full."""
    value = _value(answers.get(name, ""), FIELDS[name], [])
    if isinstance(value, datetime.date):
        return day_in_words(value)
    if value is None:
        return ""
    is_money = name in input_variables() and input_variables()[name].kind == MONEY
    return f"{'-' if value < 0 else ''}{'£' if is_money else ''}{abs(value):,.2f}".removesuffix(".00")


def answers_of(content: bytes) -> dict[str, str] | None:
    """The answers that a company file holds; None where it says more than is asked.

    Raises:
        CompanyFileError: with every fault of the file.
    """
    found = company.read(content)
    period = found.accounting_periods[0]
    more = len(found.accounting_periods) > 1 or period.items or period.cars or period.buildings_sold or found.name
    if more or found.apportionment != "days" or not period.values.keys() <= FIELDS.keys():
        return None
    facts = {name: f"{value:,.2f}".removesuffix(".00") for name, value in period.values.items()}
    return {START: day_in_words(period.start), END: day_in_words(period.end), **facts}
