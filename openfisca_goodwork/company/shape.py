"""The shape of a company file: what may stand where, and how each value of it is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache, partial
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WrapValidator, create_model

from openfisca_goodwork.company.days import read_day
from openfisca_goodwork.company.losses_by_period import BY_PERIOD, LATER
from openfisca_goodwork.company.spans import MeanDate, read_mean_date
from openfisca_goodwork.company.vocabulary import (
    BUILDINGS,
    BUILDINGS_PROCEEDS,
    CLASSES_OF_CARS,
    LISTS,
    InputVariable,
    apportionment,
    emissions,
    input_variables,
    read_fact,
)
from openfisca_goodwork.documents import MisreadError, Part, Tree, read_money, read_text, read_yes_or_no
from openfisca_goodwork.errors import did_you_mean, quoted
from openfisca_goodwork.law.human_investment import TAGS


def _tag(given: Tree) -> str:
    name = read_text(given)
    if name not in TAGS:
        raise MisreadError(f"{quoted(name)} is not a tag. {did_you_mean(name, TAGS)}", is_whole=True)
    return name


def _amount_of(variable: str) -> BeforeValidator:
    """An amount by the rules of a variable of the law."""
    return BeforeValidator(lambda given: read_fact(given, input_variables()[variable]))


Day = Annotated[date, BeforeValidator(read_day)]
Text = Annotated[str, BeforeValidator(read_text)]
Tag = Annotated[str, BeforeValidator(_tag)]


class Head(Part):
    """What a file says of the company itself."""

    name: Text = ""
    mean_date: Annotated[MeanDate, BeforeValidator(read_mean_date)] | None = None
    ownership_changed: Day | None = None


class BuildingGiven(Part):
    """A structure or building: the allowance begins on the later of its two days."""

    cost: Annotated[float, _amount_of(BUILDINGS)]
    incurred: Day
    brought_into_use: Day
    sold: Day | None = None
    proceeds: Annotated[float, _amount_of(BUILDINGS_PROCEEDS)] | None = None

    @property
    def begins(self) -> date:
        """The day its allowance begins."""
        return max(self.incurred, self.brought_into_use)


class PaymentGiven(Part):
    """A payment of tax of the period: its day, and its amount, below 0 for what was repaid to the company."""

    on: Day
    amount: Annotated[float, BeforeValidator(read_money)]


class LossGiven(Part):
    """What is left of the loss of an accounting period before the file: its last day, where it is known, and its amount."""

    period_ended: Day | None = None
    amount: Annotated[float, _amount_of(LATER)]


class ItemShape(Part):
    """A dated item: one day, and one dated variable of the law or one car."""

    on: Day | None = None
    tags: list[Tag | None] = Field([])
    car: Annotated[float, _amount_of(CLASSES_OF_CARS[0])] | None = None
    co2_emissions: Annotated[float, BeforeValidator(lambda given: read_fact(given, emissions()))] | None = None
    new: Annotated[bool, BeforeValidator(read_yes_or_no)] | None = None
    double_cab: Annotated[bool, BeforeValidator(read_yes_or_no)] | None = None
    ordered: Day | None = None


class PeriodShape(Part):
    """An accounting period; its other names are the inputs of the law."""

    start: Day | None = None
    end: Day | None = None
    structures_and_buildings: list[BuildingGiven | None] = Field([])
    payments_of_tax: list[PaymentGiven | None] = Field([])
    return_filed: Day | None = None
    expenditure: list[Any] = Field([])


class FileShape(Part):
    """A company file."""

    company: Head = Head()
    apportionment: Annotated[str, BeforeValidator(lambda given: read_fact(given, apportionment()))] | None = None
    accounting_periods: list[Any]


@cache
def company_file() -> type[FileShape]:
    """The shape of a company file under the law of today, whose inputs are the names of facts."""
    facts: dict[str, Any] = {name: _fact(variable) for name, variable in input_variables().items()}
    dated: dict[str, Any] = {name: facts[name] for name, variable in input_variables().items() if variable.dated}
    item: Any = create_model("Item", __base__=ItemShape, **dated)
    items: Any = list[item | None], Field([])
    period: Any = create_model("AccountingPeriod", __base__=PeriodShape, **{**facts, LISTS[0]: items})
    periods: Any = list[period | None], ...
    return create_model("CompanyFile", __base__=FileShape, accounting_periods=periods)


def _fact(variable: InputVariable) -> Any:
    if variable.name in BY_PERIOD:
        return Annotated[list[LossGiven | None], WrapValidator(partial(_losses, variable=variable))], None
    return Annotated[Any, BeforeValidator(partial(read_fact, variable=variable))], None


def _losses(given: Tree, listed: Callable[[Tree], Any], variable: InputVariable) -> Any:
    """Losses brought forward: one amount, or a list by the periods that made them."""
    return listed(given) if isinstance(given, list) else read_fact(given, variable)
