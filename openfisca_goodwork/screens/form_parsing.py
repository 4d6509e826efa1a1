"""What somebody typed about a company, read in one place: days, money as people write it, counts; every fault a lesson.

No Streamlit here. What is read becomes a company file, and company files have one reader.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

from openfisca_goodwork import company
from openfisca_goodwork.company import CompanyPeriod
from openfisca_goodwork.company.vocabulary import MONEY, input_variables, read_fact
from openfisca_goodwork.documents import MisreadError, Scalar
from openfisca_goodwork.errors import CompanyFileError, quoted
from openfisca_goodwork.law.periods import add_months, day_in_words
from openfisca_goodwork.screens.company_questions import END, FIELDS, START, TAKEN_OVER, Field

Answers = Mapping[str, str]
LONGEST_ANSWER = 60
_ONE_DAY = datetime.timedelta(days=1)
_WAYS_TO_WRITE_A_DAY = ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d/%m/%Y", "%d.%m.%Y")
_PLACE = re.compile(r"^accounting_periods\.(?P<period>\d+)(?:\.\w+)?:? ")


def faults_of(answers: Answers, fields: Iterable[Field], periods: Sequence[Answers] = (), place: int = 0) -> list[str]:
    """What is wrong with the answers to some fields: what, why, and an answer that is accepted.

    Args:
        answers: of one accounting period. fields: those asked just now. periods: the answers of all periods, as they were.
        place: which of them this one is.
    """
    messages: list[str] = []
    for field in fields:
        _value(answers.get(field.name, ""), field, messages)
    together = [*periods[:place], answers, *periods[place + 1 :]]
    return messages or (_faults_together(together, place) if answers.get(START) else [])


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
    tidy = text.strip() if variable.kind == MONEY else text.strip().replace(",", "")
    try:
        return read_fact(Scalar(tidy), variable)
    except MisreadError as misread:
        said = f"{field.label} {misread}"
        faults.append(said if "Write" in said else f"{said} For example: {field.example}.")
        return None


def _faults_together(periods: Sequence[Answers], place: int) -> list[str]:
    """What the reader of company files has against the answers together: dates above all."""
    try:
        company.read(company_of(*periods))
    except CompanyFileError as error:
        return [_without_place(fault.message, place) for fault in error.faults]
    return []


def _without_place(message: str, place: int) -> str:
    """A fault as it is said beside the question; another accounting period is named."""
    match = _PLACE.match(message)
    if match is None:
        return message
    period, said = int(match["period"]), message[match.end() :]
    return said if period == place else f"Accounting period {period + 1}: {said}"


def company_of(*periods: Answers) -> dict[str, Any]:
    """The answers of each accounting period as a company file has them; those that are empty or wrong left out."""
    return {"accounting_periods": [_period_of(answers) for answers in periods]}


def _period_of(answers: Answers) -> dict[str, Any]:
    read = {name: _value(text, FIELDS[name], []) for name, text in answers.items() if name in FIELDS}
    start, end = read.pop(START, None), read.pop(END, None)
    if start is not None and end is None and start.year < datetime.MAXYEAR:
        end = add_months(start, 12) - _ONE_DAY
    days = {name: day.isoformat() for name, day in ((START, start), (END, end)) if day is not None}
    facts = {name: _tidy(value) for name, value in read.items() if value is not None}
    return {**days, **facts}


def next_of(answers: Answers) -> dict[str, str]:
    """The answers that the accounting period after this one begins with: its first day, and what seldom changes."""
    end = _period_of(answers).get(END)
    kept = {name: answers[name] for name in TAKEN_OVER if answers.get(name)}
    return ({} if end is None else {START: day_in_words(datetime.date.fromisoformat(end) + _ONE_DAY)}) | kept


def span_of(answers: Answers) -> str:
    """From the first day to the last, in words; nothing where a day is missing."""
    days = _period_of(answers)
    read = [day_in_words(datetime.date.fromisoformat(days[name])) for name in (START, END) if name in days]
    return " to ".join(read) if len(read) == len((START, END)) else ""


def _tidy(value: Any) -> Any:
    """A whole number of pounds without its decimals."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def as_file(*periods: Answers) -> str:
    """The answers of each accounting period as the text of a company file."""
    return str(yaml.safe_dump(company_of(*periods), sort_keys=False, allow_unicode=True))


def as_read(name: str, answers: Answers) -> str:
    """One answer as it was understood: a day in words, pounds in full."""
    value = _value(answers.get(name, ""), FIELDS[name], [])
    if isinstance(value, datetime.date):
        return day_in_words(value)
    if value is None:
        return ""
    is_money = name in input_variables() and input_variables()[name].kind == MONEY
    return f"{'-' if value < 0 else ''}{'£' if is_money else ''}{abs(value):,.2f}".removesuffix(".00")


def answers_of(content: bytes) -> list[dict[str, str]] | None:
    """The answers that a company file holds, for each accounting period; None where it says more than is asked.

    Raises:
        CompanyFileError: with every fault of the file.
    """
    facts = company.read(content)
    if facts.name or facts.apportionment != "days" or any(map(_says_more, facts.accounting_periods)):
        return None
    return [
        {START: day_in_words(period.start), END: day_in_words(period.end)}
        | {name: f"{value:,.2f}".removesuffix(".00") for name, value in period.values.items()}
        for period in facts.accounting_periods
    ]


def _says_more(period: CompanyPeriod) -> bool:
    return bool(period.items or period.cars or period.buildings_sold) or not period.values.keys() <= FIELDS.keys()
