"""The steps of single cars and buildings: the class of each car, and the allowances given on each building that was sold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from openfisca_goodwork.company.facts import BuildingSold, Car
from openfisca_goodwork.company.under_law import class_of, given_on
from openfisca_goodwork.company.vocabulary import BUILDINGS_GIVEN, label_of
from openfisca_goodwork.company.working.rows import Row
from openfisca_goodwork.company.working.steps import GIVEN, STEP, Input, ParameterValue, Step
from openfisca_goodwork.law.cars import REFERENCE
from openfisca_goodwork.law.periods import day_in_words

if TYPE_CHECKING:
    from openfisca_goodwork.company.working.build import Context


def cars(context: Context, row: Row, step: Step) -> Iterator[Step]:
    """A step for each car of the period: the class it belongs to on its day."""
    for car in context.period.cars:
        figures = context.values.of_row(row, car.day, car.day)
        yield replace(
            step,
            label=f"Class of the car of {day_in_words(car.day)}: {car.emissions:g} g/km, {_condition(car)}",
            words=f"{row.words} {_limits(figures)}",
            reference=REFERENCE,
            unit="text",
            inputs=_inputs_of(car),
            parameters=figures,
            used=(),
            result=label_of(class_of(context.law, car)),
        )


def _condition(car: Car) -> str:
    return "new" if car.is_new else "second-hand"


def _limits(figures: tuple[ParameterValue, ...]) -> str:
    """The limits on the day, which may well be 0 g/km."""
    first_year, allowance, main_pool = (float(one.value) for one in figures)
    force = "in force" if allowance > 0 else "not in force"
    return (
        f"On that day the first-year allowance is {force}, its limit {first_year:g} g/km, that of the main pool "
        f"{main_pool:g} g/km."
    )


def _inputs_of(car: Car) -> tuple[Input, ...]:
    told = {"car": ("Car", car.cost), "co2_emissions": ("Emissions, g/km", car.emissions), "new": ("New", car.is_new)}
    return tuple(Input(name, label, value, GIVEN, car.day) for name, (label, value) in told.items())


def buildings_sold(context: Context, row: Row, step: Step) -> Iterator[Step]:
    """A step for each building sold in the period: the allowance given on it, accounting period by accounting period."""
    for building in context.period.buildings_sold:
        given = list(given_on(context.law, context.company, building))
        years = (
            Input("", f"Allowance of {day_in_words(one.start)} to {day_in_words(one.end)}", amount, STEP)
            for one, amount in given
        )
        yield replace(
            step,
            label=f"Allowances given on the building sold on {day_in_words(building.sold)}",
            reference="; ".join(context.law.variables[BUILDINGS_GIVEN].reference or ()),
            inputs=(*_inputs_of_sale(building), *years),
            parameters=context.values.of_row(row, building.begins, building.sold),
            used=(),
            result=sum((amount for _period, amount in given), 0.0),
        )


def _inputs_of_sale(building: BuildingSold) -> tuple[Input, ...]:
    return (
        Input("cost", "Qualifying cost in use", building.cost, GIVEN, building.begins),
        Input("sold", "Qualifying cost sold", building.cost, GIVEN, building.sold),
    )
