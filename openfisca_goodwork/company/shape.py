"""The shape of a company file: what may stand where, and how each value of it is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache, partial
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WrapValidator, create_model

from openfisca_goodwork.company.losses_by_period import BY_PERIOD, LATER
from openfisca_goodwork.company.spans import MeanDate, read_day, read_mean_date
from openfisca_goodwork.company.vocabulary import (
    BUILDINGS,
    BUILDINGS_PROCEEDS,
    CHOICE,
    CLASSES_OF_CARS,
    LISTS,
    WHOLE,
    YES_OR_NO,
    InputVariable,
    apportionment,
    emissions,
    input_variables,
    label_of,
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


_SAID = {
    "company": "The company itself: its name, and what is of no single period",
    "apportionment": "By days or by months",
    "accounting_periods": "One after the other, each beginning the day after the one before",
    "name": "As it is to be printed",
    "mean_date": "Day of the year to which accounts are made up",
    "ownership_changed": "Day on which the company changed hands",
    "start": "First day",
    "end": "Last day",
    "structures_and_buildings": "Each with its cost and days",
    "payments_of_tax": "Each with its day, for interest",
    "return_filed": "Day on which the return was filed",
    "expenditure": "Spending by day: a dated input of the law, or a car, on a day",
    "cost": "Cost (£)",
    "incurred": "Day on which it was incurred",
    "brought_into_use": "Day on which it was brought into use",
    "sold": "Day on which it was sold",
    "proceeds": "Proceeds (£)",
    "on": "Its day",
    "amount": "Amount (£)",
    "period_ended": "Last day of the period that made the loss",
    "tags": "What training it was, for rates by kind",
    "car": "Cost of a car (£)",
    "co2_emissions": "Its emissions (grams a kilometre)",
    "new": "Whether it is new",
    "double_cab": "Whether it is a double-cab pick-up",
    "ordered": "Day on which it was ordered",
}
_JSON_TYPES = {YES_OR_NO: "boolean", WHOLE: "integer", CHOICE: "string"}
_AS_TEXT = ("number", "boolean")


def company_schema() -> dict[str, Any]:
    """The JSON Schema of the file of one company, for editors that complete and check as one types.

    Numbers may also be written as text, as `1.2m`; what depends on two facts at once only `calculate` can tell.
    """
    schema = company_file().model_json_schema()
    schema["$defs"] = {name: _also_as_text(part) for name, part in schema["$defs"].items()}
    schema["$defs"]["MeanDate"] = {"type": "string"}
    for properties in (schema["properties"], *(part.get("properties", {}) for part in schema["$defs"].values())):
        for name in properties.keys() & _SAID.keys():
            properties[name]["description"] = _SAID[name]
    for part in ("AccountingPeriod", "Item"):
        properties = schema["$defs"][part]["properties"]
        for name, variable in input_variables().items():
            if name in properties:
                kept = {key: value for key, value in properties[name].items() if key in {"anyOf", "default"}}
                properties[name] = _schema_of(variable) | ({} if "anyOf" not in kept else kept)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Company file"}


def _also_as_text(part: Any) -> Any:
    """A part of a schema in which what is a number, or yes or no, may also be text."""
    if isinstance(part, list):
        return [_also_as_text(each) for each in part]
    if not isinstance(part, dict):
        return part
    widened = {key: _also_as_text(each) for key, each in part.items() if key != "title"}
    return widened | {"type": [part["type"], "string"]} if part.get("type") in _AS_TEXT else widened


def _schema_of(variable: InputVariable) -> dict[str, Any]:
    kind = _JSON_TYPES.get(variable.kind, "number")
    bounds = {"minimum": variable.least, "maximum": variable.most, "enum": list(variable.options) or None}
    given = {key: value for key, value in bounds.items() if value is not None}
    return {"description": label_of(variable.name), "type": kind if given.get("enum") else [kind, "string", "null"], **given}


def _fact(variable: InputVariable) -> Any:
    if variable.name in BY_PERIOD:
        return Annotated[list[LossGiven | None], WrapValidator(partial(_losses, variable=variable))], None
    return Annotated[Any, BeforeValidator(partial(read_fact, variable=variable))], None


def _losses(given: Tree, listed: Callable[[Tree], Any], variable: InputVariable) -> Any:
    """Losses brought forward: one amount, or a list by the periods that made them."""
    return listed(given) if isinstance(given, list) else read_fact(given, variable)
