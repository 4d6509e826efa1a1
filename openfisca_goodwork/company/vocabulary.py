"""What a company file may name, how each fact is read, and what a result lists: read off the law's variables."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any

from openfisca_core.indexed_enums import Enum

from openfisca_goodwork.company import practice
from openfisca_goodwork.company.facts import Fact
from openfisca_goodwork.documents import (
    MisreadError,
    Scalar,
    Tree,
    read_money,
    read_number,
    read_text,
    read_whole_number,
    read_yes_or_no,
)
from openfisca_goodwork.errors import quoted
from openfisca_goodwork.law.human_investment import TOLD_AT_THE_BEGINNING
from openfisca_goodwork.law.inputs import is_input
from openfisca_goodwork.law.inputs.classes import NOT_GIVEN
from openfisca_goodwork.law.model import POUNDS, SHARE, YEAR
from openfisca_goodwork.law.plant import CLASSES
from openfisca_goodwork.system import current_law, is_dated

BROUGHT_FORWARD = "_brought_forward"
BUILDINGS = "structures_and_buildings_expenditure"
BUILDINGS_BEFORE = "structures_and_buildings_brought_forward"
BUILDINGS_SOLD = "structures_and_buildings_disposals"
BUILDINGS_PROCEEDS = "structures_and_buildings_disposal_proceeds"
BUILDINGS_GIVEN = "structures_and_buildings_allowances_given_on_disposals"
BUILDINGS_SALES = (BUILDINGS_SOLD, BUILDINGS_PROCEEDS, BUILDINGS_GIVEN)
LISTS = ("expenditure", "structures_and_buildings", "payments_of_tax")
FINAL = "is_final_accounting_period"
CLASSES_OF_CARS = tuple(plant.name for plant in CLASSES.values() if plant.is_car)
MONEY, NUMBER, SHARES, WHOLE, YES_OR_NO, CHOICE = "money", "number", "share", "whole number", "yes or no", "choice"

CAR = ("car", "co2_emissions", "new")
PICK_UP = ("double_cab", "ordered")
CAR_EXAMPLE = "{on: 2027-02-14, car: 30000, co2_emissions: 45, new: true}"

_KIND_OF_UNIT = {POUNDS: MONEY, SHARE: SHARES, "company": WHOLE, "division": WHOLE, "year": WHOLE}

# Inputs of the law that a company file says in words of its own.
SAID_OTHERWISE: Mapping[str, str] = MappingProxyType(
    {
        "accounting_period_start": "Write the first day as `start`.",
        "accounting_period_end": "Write the last day as `end`.",
        "first_accounting_period": "The first accounting period of the file is the company's first.",
        "apportionment": "Write it once, at the top of the file.",
        **dict.fromkeys((*CAR, *PICK_UP), f"Write a car as a dated item under `expenditure`: {CAR_EXAMPLE}."),
    }
)


@dataclass(frozen=True)
class InputVariable:
    """One fact that a company may tell for an accounting period.

    Attributes:
        name: its public name.
        kind: how it is read: money, number, share, whole number, yes or no, choice.
        dated: whether it may be given as dated items.
        least, most: bounds, inclusive; None for no bound.
        options: the words it may be, if it is a choice.
    """

    name: str
    kind: str
    dated: bool
    least: float | None
    most: float | None
    options: tuple[str, ...]

    @property
    def is_opening_balance(self) -> bool:
        """Whether it belongs to the first accounting period alone."""
        return BROUGHT_FORWARD in self.name or self.name in TOLD_AT_THE_BEGINNING


@cache
def input_variables() -> Mapping[str, InputVariable]:
    """Every variable that an accounting period of a company file may give, by name."""
    inputs = {
        name: _input_variable(name, variable)
        for name, variable in current_law().variables.items()
        if variable.definition_period == YEAR and (is_input(variable) or BROUGHT_FORWARD in name)
    }
    return MappingProxyType({name: inputs[name] for name in inputs if name not in SAID_OTHERWISE})


@cache
def apportionment() -> InputVariable:
    """How a company file says whether to apportion by days or by months."""
    return _input_variable("apportionment", current_law().variables["apportionment"])


@cache
def emissions() -> InputVariable:
    """How a company file says the emissions of a car, in grams of carbon dioxide per kilometre."""
    limit = current_law().parameters.capital_allowances.cars.main_pool_maximum_emissions
    least, most = limit.metadata["range"]
    return InputVariable("co2_emissions", NUMBER, dated=False, least=least, most=most, options=())


@cache
def output_variables() -> tuple[str, ...]:
    """Every figure that the law works out for an accounting period, in the order of the computation's modules."""
    return tuple(
        name
        for name, variable in current_law().variables.items()
        if variable.definition_period == YEAR and not is_input(variable) and BROUGHT_FORWARD not in name
    )


@cache
def label_of(variable: str) -> str:
    """The short label of a variable, for people."""
    return str(current_law().variables[variable].label)


@cache
def first_day_of_law() -> datetime.date:
    """The first day for which the charge is held; accounting periods begin on it or later."""
    charge = current_law().parameters.corporation_tax
    leaves = [parameter for parameter in charge.get_descendants() if hasattr(parameter, "values_list")]
    return max(datetime.date.fromisoformat(parameter.values_list[-1].instant_str) for parameter in leaves)


def _input_variable(name: str, variable: Any) -> InputVariable:
    least, most = getattr(type(variable), "__bounds__", (None, None))
    options = tuple(option.name for option in variable.possible_values) if variable.value_type is Enum else ()
    return InputVariable(name, _kind(variable), is_dated(variable), least, most, options)


def _kind(variable: Any) -> str:
    if variable.value_type is Enum:
        return CHOICE
    return YES_OR_NO if variable.value_type is bool else _KIND_OF_UNIT.get(variable.unit, NUMBER)


LARGEST_NUMBER = 10**13
_READERS: Mapping[str, Callable[[Tree], float | bool]] = {
    MONEY: read_money,
    NUMBER: read_number,
    SHARES: read_number,
    WHOLE: read_whole_number,
    YES_OR_NO: read_yes_or_no,
}


def read_fact(given: Tree, variable: InputVariable) -> Fact:
    """The value of a variable, of its kind and within its bounds. Raises MisreadError."""
    if variable.kind == CHOICE:
        return _choice(given, variable)
    value = _of_account(given, variable) if _OF_ACCOUNT.fullmatch(str(given)) else _READERS[variable.kind](_joined(given))
    if isinstance(value, bool):
        return value
    if fault := fault_of(value, variable):
        raise MisreadError(fault)
    return float(value)


# A balance of a ledger, and the facts of which a credit, or a debit, is what is asked for.
_OF_ACCOUNT = re.compile(r"(?P<amount>[^a-z]*[0-9][^a-z]*?) ?(?P<side>cr|dr)\.?", re.IGNORECASE)
_CREDITS = re.compile(r".*(profits?|gains|income|distributions|turnover|revenue|disposal_value|proceeds|grants_received)")
_DEBITS = ("pay_bill", "qualifying_charitable_donations")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")


def _of_account(given: Tree, variable: InputVariable) -> float:
    """The balance of an account: a credit adds to income, a debit to spending. Raises MisreadError for any other fact."""
    match = _OF_ACCOUNT.fullmatch(str(given))
    is_credit = variable.name == practice.PROFIT or _CREDITS.fullmatch(variable.name) is not None
    is_debit = variable.dated or variable.name in _DEBITS
    if match is None or variable.kind != MONEY or not (is_credit or is_debit):
        raise MisreadError(f"is {quoted(str(given))}, and has no side of a ledger here. Write the amount without CR or DR.")
    amount = read_money(Scalar(match["amount"]))
    if amount < 0:
        raise MisreadError(f"is {quoted(str(given))}: a minus or brackets, and CR or DR, say the sign twice. Keep one.")
    return amount if is_credit == (match["side"].lower() == "cr") else -amount


def _joined(given: Tree) -> Tree:
    """A value without the commas of its thousands."""
    is_grouped = isinstance(given, str) and _THOUSANDS.fullmatch(given)
    return Scalar(given.replace(",", ""), is_quoted=getattr(given, "is_quoted", False)) if is_grouped else given


def _choice(given: Tree, variable: InputVariable) -> str:
    typed, names = read_text(given), _names_of(variable.name)
    option = typed if typed in variable.options else names.get(typed.casefold(), "")
    if not option:
        known = " or ".join(word for word in variable.options if word != NOT_GIVEN)
        raise MisreadError(f"must be {known}, not {quoted(typed)}. {_near(typed, names)}".rstrip())
    return option


def in_words_of_choice(variable: str, option: str) -> str:
    """What a word of a choice stands for: ``Manufacturing`` for ``C``."""
    return str(current_law().variables[variable].possible_values[option].value)


@cache
def _names_of(variable: str) -> Mapping[str, str]:
    """The names of what a choice may be, in small letters, each with its word in the law."""
    return {option.value.casefold(): option.name for option in current_law().variables[variable].possible_values}


def _near(typed: str, names: Mapping[str, str]) -> str:
    """The option whose name, or word, is nearest to what was typed; nothing where none is near."""
    known = {**names, **{option.casefold(): option for option in names.values()}}
    near = get_close_matches(typed.casefold(), known, n=1)
    return f"Did you mean {known[near[0]]}?" if near else ""


def fault_of(value: float, variable: InputVariable) -> str:
    """What is wrong with a number, or nothing."""
    if variable.kind == SHARES and not 0 <= value <= 1:
        return f"is {value:,g}; it must be from 0 to 1. Shares are fractions: 30% is 0.30."
    if variable.least is not None and value < variable.least:
        return f"is {value:,g}; it cannot be below {variable.least:,g}."
    if variable.most is not None and value > variable.most:
        return f"is {value:,g}; it cannot be above {variable.most:,g}."
    if abs(value) > LARGEST_NUMBER:
        return f"is beyond {LARGEST_NUMBER:,}, the largest number accepted."
    return ""


def not_in_the_first(name: str) -> str:
    """What to say of an opening balance in a later period, or of another fact of the time before the first."""
    if name in TOLD_AT_THE_BEGINNING:
        return f"{name} belongs to the first accounting period alone: it tells of the time before that. Leave it out."
    return (
        f"{name} belongs to the first accounting period alone: a later one begins with what the one before carries forward. "
        "Leave it out."
    )


NOT_THE_LAST = (
    "is_final_accounting_period is true of an accounting period that others follow. The trade ceases in the last period: "
    "set it there, or leave out the periods after this one."
)


def why_not_here(name: str) -> str:
    """What is wrong with a name of the law that is not given by that name; nothing for any other."""
    if name in SAID_OTHERWISE:
        return f"{name} is not given here. {SAID_OTHERWISE[name]}"
    if name in output_variables():
        return f"{name} is what the model works out. Leave it out.{practice.claims_less([name], input_variables())}"
    if is_twin(name):
        item = f"{{on: 2027-02-14, {name.removesuffix(_TWIN)}: 12000}}"
        return f"{name} is not given here. Write a dated item under `expenditure`: {item}."
    return practice.mend(name, _labels(), frozenset(output_variables()))


@cache
def _labels() -> Mapping[str, str]:
    return {name: label_of(name) for name in input_variables()}


def is_twin(name: str) -> bool:
    """Whether a name is the law's own for the dated amounts of a variable."""
    return name.endswith(_TWIN) and name.removesuffix(_TWIN) in input_variables()


_TWIN = "_on"
