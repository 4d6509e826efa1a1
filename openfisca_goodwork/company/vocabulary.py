"""What a company file may name, and what a result lists: read off the law's variables, never written out here."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from openfisca_core.indexed_enums import Enum

from openfisca_goodwork.law.human_investment import TOLD_AT_THE_BEGINNING
from openfisca_goodwork.law.inputs import is_input
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
LISTS = ("expenditure", "structures_and_buildings")
FINAL = "is_final_accounting_period"
CLASSES_OF_CARS = tuple(one.name for one in CLASSES.values() if one.is_car)
MONEY, NUMBER, SHARES, WHOLE, YES_OR_NO, CHOICE = "money", "number", "share", "whole number", "yes or no", "choice"

CAR = ("car", "co2_emissions", "new")
CAR_EXAMPLE = "{on: 2027-02-14, car: 30000, co2_emissions: 45, new: true}"

_KIND_OF_UNIT = {POUNDS: MONEY, SHARE: SHARES, "company": WHOLE}

# Inputs of the law that a company file says in words of its own.
SAID_OTHERWISE: Mapping[str, str] = MappingProxyType(
    {
        "accounting_period_start": "Write the first day as `start`.",
        "accounting_period_end": "Write the last day as `end`.",
        "first_accounting_period": "The first accounting period of the file is the company's first.",
        "apportionment": "Write it once, at the top of the file.",
        **dict.fromkeys(CAR, f"Write a car as a dated item under `expenditure`: {CAR_EXAMPLE}."),
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
    found = {
        name: _input_variable(name, variable)
        for name, variable in current_law().variables.items()
        if variable.definition_period == YEAR and (is_input(variable) or BROUGHT_FORWARD in name)
    }
    return MappingProxyType({name: found[name] for name in found if name not in SAID_OTHERWISE})


@cache
def apportionment() -> InputVariable:
    """How a company file says whether to apportion by days or by months."""
    return _input_variable("apportionment", current_law().variables["apportionment"])


@cache
def amount_of(variable: str, key: str) -> InputVariable:
    """How a company file says the amount of a variable under a key of its own, by the same rules."""
    return replace(input_variables()[variable], name=key)


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
    leaves = [one for one in charge.get_descendants() if hasattr(one, "values_list")]
    return max(datetime.date.fromisoformat(one.values_list[-1].instant_str) for one in leaves)


def _input_variable(name: str, variable: Any) -> InputVariable:
    least, most = getattr(type(variable), "__bounds__", (None, None))
    options = tuple(one.name for one in variable.possible_values) if variable.value_type is Enum else ()
    return InputVariable(name, _kind(variable), is_dated(variable), least, most, options)


def _kind(variable: Any) -> str:
    if variable.value_type is Enum:
        return CHOICE
    return YES_OR_NO if variable.value_type is bool else _KIND_OF_UNIT.get(variable.unit, NUMBER)
