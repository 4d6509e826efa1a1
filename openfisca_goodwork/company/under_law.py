"""What a law makes of a company's cars and of the buildings that it sold: classes of plant, disposals, allowances given.

Facts are the same under every law; these are not, since a reform may move a limit of emissions or the rate of an allowance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from openfisca_goodwork.company.facts import BuildingSold, Car, Company, CompanyPeriod, Item
from openfisca_goodwork.company.vocabulary import BUILDINGS_GIVEN, BUILDINGS_PROCEEDS, BUILDINGS_SOLD
from openfisca_goodwork.law.cars import class_of_car
from openfisca_goodwork.law.periods import AccountingPeriod
from openfisca_goodwork.law.structures_and_buildings import allowances_given

Given = tuple[AccountingPeriod, float]


def under(law: Any, company: Company) -> Company:
    """The company with its cars as dated items of their classes, and sales of buildings as the law takes them."""
    if not any(one.cars or one.buildings_sold for one in company.accounting_periods):
        return company
    periods = tuple(_under(law, company, one) for one in company.accounting_periods)
    return replace(company, accounting_periods=periods)


def _under(law: Any, company: Company, period: CompanyPeriod) -> CompanyPeriod:
    cars = (Item(car.day, class_of(law, car), car.cost) for car in period.cars)
    sold = period.buildings_sold
    disposals = (Item(one.sold, BUILDINGS_SOLD, one.cost) for one in sold)
    values = dict(period.values)
    if sold:
        values[BUILDINGS_PROCEEDS] = sum(one.proceeds for one in sold)
        values[BUILDINGS_GIVEN] = sum(amount for one in sold for _period, amount in given_on(law, company, one))
    return replace(period, values=values, items=(*period.items, *cars, *disposals))


def class_of(law: Any, car: Car) -> str:
    """The variable that spending on a car belongs to under a law."""
    return class_of_car(law, car.day, car.emissions, is_new=car.is_new)


def given_on(law: Any, company: Company, building: BuildingSold) -> Iterator[Given]:
    """The allowance on a building up to its sale, for each accounting period in which it was held (£)."""
    in_months = company.apportionment == "months"
    periods = [AccountingPeriod(one.start, one.end, in_months) for one in company.accounting_periods]
    return allowances_given(law, building.cost, building.begins, building.sold, periods)
