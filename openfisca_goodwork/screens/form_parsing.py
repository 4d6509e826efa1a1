"""What somebody typed about a company, read in one place: days, money as people write it, counts; every fault a lesson.

No Streamlit here. What is read becomes a company file, and company files have one reader.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import yaml

from openfisca_goodwork import company
from openfisca_goodwork.company import CompanyPeriod
from openfisca_goodwork.company.assumed import LARGE_BEFORE, instalment_threshold
from openfisca_goodwork.company.claims import CARRY_BACK
from openfisca_goodwork.company.facts import Company
from openfisca_goodwork.company.group import is_group, read_group
from openfisca_goodwork.company.next_year import with_year_before
from openfisca_goodwork.company.reading import document_of
from openfisca_goodwork.company.spans import read_day
from openfisca_goodwork.company.vocabulary import (
    CHOICE,
    MONEY,
    SHARES,
    YES_OR_NO,
    InputVariable,
    in_words_of_choice,
    input_variables,
    read_fact,
)
from openfisca_goodwork.documents import MisreadError, Scalar
from openfisca_goodwork.errors import CompanyFileError, quoted
from openfisca_goodwork.law.human_investment import HEADS
from openfisca_goodwork.law.periods import add_months, day_in_words
from openfisca_goodwork.law.plant import CLASSES
from openfisca_goodwork.screens.company_questions import (
    BASELINE,
    BEFORE,
    END,
    FIELDS,
    IS_NEW,
    PAID_ON,
    PROFIT,
    PROFIT_BEFORE,
    SPLIT,
    START,
    TAKEN_OVER,
    Field,
)

Answers = Mapping[str, str]
LONGEST_ANSWER = 60
_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?%")
YES, NO, UNKNOWN = "yes", "no", "unknown"
_WORDS = {YES: "true", NO: "false"}
# A share of twelve months in the law; people know whether it was so.
_SHARE_OF_YEAR: Mapping[str, float | None] = {YES: 1.0, NO: 0.0, UNKNOWN: None}
_NOT_KNOWN = "I do not know"
_MARGINAL = ("exempt_distributions", "associated_companies")
NONE_GIVEN = "none"
_LEFT_BLANK = {PAID_ON: "left blank", PROFIT_BEFORE: "left blank, and the loss carried forward"}
# What is asked once more: it can be read, and is hardly meant.
_OF_MONEY = (1e11, "That is more than £100bn.")
_OF_TRAINING = (1e9, "At about £1,700 for each employee in a year, £1bn is the training of over half a million people.")
_MOST = {
    "associated_companies": (1_000, "Few groups have more than 1,000 companies, and each one lowers the limits."),
    "employees": (500_000, "Few companies have more than 500,000 employees."),
    **dict.fromkeys(HEADS, _OF_TRAINING),
}
# Pairs of which the first is seldom above the second.
_SELDOM_ABOVE = (
    (PROFIT, "turnover"),
    ("pay_bill", "turnover"),
    *((head, name) for head in HEADS for name in ("turnover", "pay_bill")),
    ("employees_besides_directors", "employees"),
)
_PLANT = tuple(name for name in CLASSES if name in FIELDS)
_ONE_DAY = datetime.timedelta(days=1)
_PLACE = re.compile(r"^accounting_periods\.(?P<period>\d+)(?:\.\w+)?:? ")


def faults_of(answers: Answers, fields: Iterable[Field], periods: Sequence[Answers] = (), place: int = 0) -> list[str]:
    """What is wrong with the answers to some fields: what, why, and an answer that is accepted.

    Args:
        answers: of one accounting period. fields: those asked just now. periods: the answers of all periods, as they were.
        place: which of them this one is.
    """
    messages: list[str] = []
    for field in fields:
        _value(answers.get(field.name, ""), field._replace(required=is_missing(answers, field)), messages)
    messages += [
        f"{FIELDS[head].label}: {as_read(f'{head}{BEFORE}', answers)} before that day is more than the "
        f"{as_read(head, answers)} of the whole period."
        for head, before in _before(answers).items()
        if before > (_read(answers, head) or 0)
    ]
    if _before(answers) and answers.get(PAID_ON, "").strip():
        messages.append("Give the day on which the training was paid for, or what was paid before the change, not both.")
    together = [*periods[:place], answers, *periods[place + 1 :]]
    return messages or (_faults_together(together, place) if answers.get(START) else [])


def doubts_of(answers: Answers, fields: Iterable[Field]) -> list[str]:
    """Answers of one company that can be read and are hardly meant, each with the reason for the doubt.

    Args:
        answers: of one accounting period, which may be others than those doubted. fields: those asked just now.
    """
    doubts, asked = [], {field.name: field for field in fields}
    for name, field in asked.items():
        most, why = _MOST.get(name, _OF_MONEY)
        value = _read(answers, name)
        if isinstance(value, (int, float)) and abs(value) > most:
            doubts.append(f"{field.label}: {as_read(name, answers)}. {why}")
    for name, other in _SELDOM_ABOVE:
        value, most = _read(answers, name), _read(answers, other)
        if {name, other} & asked.keys() and value is not None and most is not None and value > most:
            above = f"{FIELDS[other].label.lower()}, {as_read(other, answers)}"
            doubts.append(f"{FIELDS[name].label}, {as_read(name, answers)}, is above {above}.")
    profit, plant = _read(answers, PROFIT) or 0, sum(max(_read(answers, name) or 0, 0) for name in _PLANT)
    if profit < 0 < plant and {PROFIT, *_PLANT} & asked.keys():
        doubts.append(
            f"The loss of £{-profit:,.0f} is read as before capital allowances: with those on £{plant:,.0f} of plant and "
            "machinery it is larger. If your loss is after capital allowances, add them back."
        )
    return doubts


def without_answer(field: Field, answers: Answers) -> str:
    """What an answer that was left blank is taken as."""
    if field.name in _LEFT_BLANK:
        return _LEFT_BLANK[field.name]
    return "no answer given" if is_missing(answers, field) else NONE_GIVEN


def as_iso_day(typed: str) -> str:
    """A day as people write it, `1 April 2023` or `1/4/2023`, as an address has it; what is no day as it was typed."""
    tidy = " ".join(typed.split())
    try:
        return read_day(Scalar(tidy)).isoformat()
    except MisreadError:
        return tidy


def day_shown(typed: str) -> str:
    """A day as people of the UK read it, `1 April 2023`; what is no day as it was typed."""
    try:
        return day_in_words(read_day(Scalar(" ".join(typed.split()))))
    except MisreadError:
        return typed


def choices_of(field: Field) -> tuple[str, ...]:
    """The answers to choose from, first that of somebody who says nothing; none where the answer is typed."""
    if field.name == LARGE_BEFORE:
        return tuple(_SHARE_OF_YEAR)
    variable = input_variables().get(field.name.removesuffix(BEFORE))
    if variable is None or variable.kind not in {YES_OR_NO, CHOICE}:
        return ()
    return variable.options if variable.kind == CHOICE else (NO, YES)


def in_words_of_answer(field: Field, answer: str) -> str:
    """An answer to choose as people read it."""
    if answer == UNKNOWN:
        return _NOT_KNOWN
    return answer.capitalize() if answer in {NO, YES} else in_words_of_choice(field.name, answer)


def is_missing(answers: Answers, field: Field) -> bool:
    """Whether a field that has to be answered is empty; a company without an earlier year has no training of before."""
    is_asked = field.name != BASELINE or answers.get(IS_NEW) != YES
    return field.required and is_asked and not answers.get(field.name, "").strip()


def _read(answers: Answers, name: str) -> Any:
    """The value of an answer; None where it is empty or wrong."""
    return _value(answers.get(name, ""), FIELDS[name], [])


def _value(text: str, field: Field, faults: list[str]) -> Any:
    """The value of one answer; None where it is empty or wrong, with its fault noted."""
    if not text.strip():
        if field.required:
            faults.append(f"{field.label} is empty. For example: {field.example}.")
        return None
    if text in _SHARE_OF_YEAR and field.name == LARGE_BEFORE:
        return _SHARE_OF_YEAR[text]
    return _day(text, field, faults) if field.name in {START, END, PAID_ON} else _fact(text, field, faults)


def _day(text: str, field: Field, faults: list[str]) -> datetime.date | None:
    tidy = " ".join(text.split())
    try:
        return read_day(Scalar(tidy))
    except MisreadError:
        faults.append(f"{field.label}: {quoted(tidy)} is not a date that can be read. For example: {field.example}.")
        return None


def _variable(name: str) -> InputVariable:
    if name == PROFIT_BEFORE:
        return replace(input_variables()[PROFIT], least=0.0)
    return input_variables()[name.removesuffix(BEFORE)]


def _fact(text: str, field: Field, faults: list[str]) -> Any:
    variable = _variable(field.name)
    tidy = text.strip() if variable.kind in {MONEY, CHOICE} else text.strip().replace(",", "")
    percent = _PERCENT.fullmatch(tidy) if variable.kind == SHARES else None
    tidy = f"{Decimal(percent[1]) / 100:f}" if percent else _WORDS.get(tidy.lower(), tidy)
    try:
        return read_fact(Scalar(tidy), variable)
    except MisreadError as misread:
        said = f"{field.label} {misread}"
        faults.append(said if "Write" in said else f"{said} For example: {field.example}.")
        return None


def _faults_together(periods: Sequence[Answers], place: int) -> list[str]:
    """What the reader of company files has against the answers together: dates above all."""
    of_file = [{name: text for name, text in answers.items() if name != PROFIT_BEFORE} for answers in periods]
    try:
        company.read(company_of(*of_file))
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
    """The answers of each accounting period as a company file has them; those that are empty or wrong left out.

    The year before the first one stands before it, where its profit was given and the loss goes back to it.
    """
    first, *later = map(_period_of, periods)
    profits = _read(periods[0], PROFIT_BEFORE)
    begin = (
        [first] if profits is None or START not in first or first.get(IS_NEW) else with_year_before(first, _tidy(profits))
    )
    return {"accounting_periods": [*begin, *later]}


def up_to(periods: Sequence[Answers], place: int) -> str:
    """The accounting periods up to one of them as JSON, that one without what is known of a loss that goes back from it."""
    last = {name: text for name, text in periods[place].items() if name not in {PROFIT_BEFORE, CARRY_BACK}}
    return json.dumps(company_of(*periods[:place], last))


def _period_of(answers: Answers) -> dict[str, Any]:
    read = {name: _read(answers, name) for name in answers if name in FIELDS and name != PROFIT_BEFORE}
    start, end = read.pop(START, None), read.pop(END, None)
    if start is not None and end is None and start.year < datetime.MAXYEAR:
        end = add_months(start, 12) - _ONE_DAY
    days = {name: day.isoformat() for name, day in ((START, start), (END, end)) if day is not None}
    facts = {name: _tidy(value) for name, value in read.items() if value is not None and not name.endswith(BEFORE)}
    dated = []
    paid_on = read.get(PAID_ON) if answers.get(SPLIT) else None
    if facts.pop(PAID_ON, None) and paid_on is not None:
        dated += [{"on": paid_on.isoformat(), head: facts.pop(head)} for head in HEADS if head in facts]
    for head, before in _before(answers).items():
        split = datetime.date.fromisoformat(answers[SPLIT])
        amounts = {split - _ONE_DAY: before, split: facts.pop(head, 0) - before}
        dated += [{"on": day.isoformat(), head: _tidy(amount)} for day, amount in amounts.items() if amount]
    return {**days, **facts, **({"expenditure": dated} if dated else {})}


def _before(answers: Answers) -> dict[str, float]:
    """Spending on each type of training cost before the day on which the relief changes, where that was answered (£)."""
    names = [name for name in answers if name.endswith(BEFORE) and name in FIELDS and answers.get(SPLIT)]
    amounts = {name.removesuffix(BEFORE): _read(answers, name) for name in names}
    return {head: amount for head, amount in amounts.items() if amount is not None}


def next_of(answers: Answers) -> dict[str, str]:
    """The answers that the accounting period after this one begins with: its first day, and what seldom changes."""
    end = _period_of(answers).get(END)
    kept = {name: answers[name] for name in TAKEN_OVER if answers.get(name)}
    return ({} if end is None else {START: day_in_words(datetime.date.fromisoformat(end) + _ONE_DAY)}) | kept


def days_of(answers: Answers) -> tuple[datetime.date, datetime.date] | None:
    """The first and the last day; None where one is missing or cannot be read."""
    days = _period_of({name: answers.get(name, "") for name in (START, END)})
    if START not in days or END not in days:
        return None
    return datetime.date.fromisoformat(days[START]), datetime.date.fromisoformat(days[END])


def span_of(answers: Answers) -> str:
    """From the first day to the last, in words; nothing where a day is missing."""
    days = days_of(answers)
    return " to ".join(map(day_in_words, days)) if days else ""


def limit_of_instalments(answers: Answers, companies: int | None = None) -> float | None:
    """Profits above which tax is paid in instalments (£); None where those told cannot be above it.

    Args:
        answers: of an accounting period; its capital allowances, which may bring profits below the limit, are not looked at.
        companies: that share the limit; by default the company and those associated with it.
    """
    days, asked = days_of(answers), (PROFIT, *_MARGINAL)
    profit, dividends, associated = (_read(answers, name) or 0 for name in asked)
    if days is None:
        return None
    try:
        limit = instalment_threshold(*days, associated if companies is None else companies - 1)
    except CompanyFileError:
        return None  # days that are no accounting period are refused where they are asked for
    return limit if profit + dividends > limit else None


def _tidy(value: Any) -> Any:
    """A whole number of pounds without its decimals."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def as_file(*periods: Answers) -> str:
    """The answers of each accounting period as the text of a company file."""
    return str(yaml.safe_dump(company_of(*periods), sort_keys=False, allow_unicode=True))


def as_read(name: str, answers: Answers) -> str:
    """One answer as it was understood: a day in words, pounds in full; the last day also where none was typed."""
    text = answers.get(name, "")
    if name == END and not text.strip():
        days = days_of(answers)
        return f"{day_in_words(days[1])} (after twelve months)" if days else ""
    if name == LARGE_BEFORE:
        return {YES: YES, NO: NO, UNKNOWN: _NOT_KNOWN}.get(text, "")
    value = _read(answers, name)
    if isinstance(value, datetime.date):
        return day_in_words(value)
    if value is None:
        return ""
    kind = _variable(name).kind
    if kind == YES_OR_NO:
        return YES if value else NO
    if kind == SHARES:
        return f"{value * 100:g}%"
    if kind == CHOICE:
        return in_words_of_choice(name, value)
    return f"{'-' if value < 0 else ''}{'£' if kind == MONEY else ''}{abs(value):,.2f}".removesuffix(".00")


def answers_of(content: bytes) -> list[dict[str, str]] | None:
    """The answers that a company file holds, for each accounting period; None where it says more, or is of a group.

    Raises:
        CompanyFileError: with every fault of the file.
    """
    document = document_of(content)
    if is_group(document.tree):
        read_group(document)
        return None
    facts = company.read(content)
    return None if facts.name else answers_in(facts)


def answers_in(facts: Company) -> list[dict[str, str]] | None:
    """The answers that the facts of a company are, for each accounting period; None where they are more."""
    if facts.apportionment != "days" or any(map(_says_more, facts.accounting_periods)):
        return None
    return [
        {START: day_in_words(period.start), END: day_in_words(period.end)}
        | {name: _typed(name, value) for name, value in period.values.items()}
        for period in facts.accounting_periods
    ]


def _typed(name: str, value: Any) -> str:
    kind = input_variables()[name].kind
    if kind == YES_OR_NO or name == LARGE_BEFORE:
        return YES if value else NO
    return f"{value}" if kind in {SHARES, CHOICE} else f"{value:,.2f}".removesuffix(".00")


def _says_more(period: CompanyPeriod) -> bool:
    is_part = period.values.get(LARGE_BEFORE, 0.0) not in _SHARE_OF_YEAR.values()
    return bool(period.items or period.cars or period.buildings_sold or is_part) or not period.values.keys() <= FIELDS.keys()
