"""A company under a law: what the law makes of its cars and its buildings, the inputs it takes, and a run of them.

Facts are the same under every law. Which class of plant a car is, and which allowances a building that was sold has had, are
not, since a reform may move a limit of emissions or the rate of an allowance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from openfisca_core.indexed_enums import EnumArray
from openfisca_core.simulations import Simulation
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.company.facts import CURRENT_LAW, REFORM, BuildingSold, Car, Company, CompanyPeriod, Fact, Item
from openfisca_goodwork.company.vocabulary import BUILDINGS_GIVEN, BUILDINGS_PROCEEDS, BUILDINGS_SOLD
from openfisca_goodwork.law.executor import Plan
from openfisca_goodwork.law.human_investment import TrainingItem, record_items
from openfisca_goodwork.law.periods import AccountingPeriod
from openfisca_goodwork.law.plant import class_of_car, is_car
from openfisca_goodwork.law.record import RecordedCompanies
from openfisca_goodwork.law.structures_and_buildings import allowances_given
from openfisca_goodwork.policy import Reform, law_of
from openfisca_goodwork.system import current_law, simulation

Given = tuple[AccountingPeriod, float]


def under(law: TaxBenefitSystem, company: Company) -> Company:
    """The company with its cars as dated items of their classes, and sales of buildings as the law takes them."""
    if not any(period.cars or period.buildings_sold for period in company.accounting_periods):
        return company
    periods = tuple(_under(law, company, period) for period in company.accounting_periods)
    return replace(company, accounting_periods=periods)


def _under(law: TaxBenefitSystem, company: Company, period: CompanyPeriod) -> CompanyPeriod:
    cars = (Item(car.day, class_of(law, car), car.cost) for car in period.cars)
    sold = period.buildings_sold
    disposals = (Item(building.sold, BUILDINGS_SOLD, building.cost) for building in sold)
    values = dict(period.values)
    if sold:
        values[BUILDINGS_PROCEEDS] = sum(building.proceeds for building in sold)
        values[BUILDINGS_GIVEN] = sum(amount for building in sold for _period, amount in given_on(law, company, building))
    return replace(period, values=values, items=(*period.items, *cars, *disposals))


def class_of(law: TaxBenefitSystem, car: Car) -> str:
    """The variable that spending on a car belongs to under a law; a pick-up that is no car is plant of the main rate."""
    if car.is_double_cab and not is_car(law, car.day, car.ordered):
        return "main_rate_plant_new" if car.is_new else "main_rate_plant_used"
    return class_of_car(law, car.day, car.emissions, is_new=car.is_new)


def given_on(law: TaxBenefitSystem, company: Company, building: BuildingSold) -> Iterator[Given]:
    """The allowance on a building up to its sale, for each accounting period in which it was held (£)."""
    in_months = company.apportionment == "months"
    periods = [AccountingPeriod(period.start, period.end, in_months) for period in company.accounting_periods]
    return allowances_given(law, building.cost, building.begins, building.sold, periods)


def laws_of(reforms: tuple[Reform, ...]) -> dict[str, TaxBenefitSystem]:
    """Current law and, if there are reforms, the law with all of them applied to it, each by its name in results."""
    laws: dict[str, TaxBenefitSystem] = {CURRENT_LAW: current_law()}
    return {**laws, REFORM: _law_with(reforms)} if reforms else laws


@lru_cache(maxsize=32)
def _law_with(reforms: tuple[Reform, ...]) -> TaxBenefitSystem:
    """The law with reforms applied to it, kept for the next company: it remembers the parameters that it has read."""
    return law_of(reforms)


def simulation_of(law: TaxBenefitSystem, company: Company) -> Simulation:
    """A simulation of one company under a law, its facts in place and nothing calculated yet."""
    built = simulation(law, inputs_of(under(law, company)))
    for label, items in ledger_of(company).items():
        record_items(built, label, items)
    return built


def recorded_run(law: TaxBenefitSystem, company: Company, outputs: Sequence[str]) -> tuple[Company, RecordedCompanies]:
    """A company as a law takes it, and the run in which everything that the formulas of the outputs asked for is noted.

    Args:
        outputs: names of the variables to work out, in this order.
    """
    taken = under(law, company)
    run = RecordedCompanies(Plan(law, outputs), 1)
    run.notes.training_items.update({label: tuple(items) for label, items in ledger_of(company).items()})
    given = inputs_of(taken)
    for label, period in zip(taken.labels, taken.accounting_periods, strict=True):
        days = dict.fromkeys(item.day.isoformat() for item in period.items)
        dated = {f"{name}@{day}": amounts for day in days for name, amounts in given[day].items()}
        run.run(label, {**given[label], **dated})
    return taken, run


def ledger_of(company: Company) -> dict[int, list[TrainingItem]]:
    """The items of training with tags, by label; labels without any left out."""
    ledger: dict[int, list[TrainingItem]] = {}
    for label, period in zip(company.labels, company.accounting_periods, strict=True):
        for item in period.items:
            if item.tags:
                ledger.setdefault(label, []).append(TrainingItem(item.variable, item.day, item.amount, frozenset(item.tags)))
    return ledger


def inputs_of(company: Company) -> dict[Any, dict[str, np.ndarray]]:
    """A company's facts as the law takes them: by label, and by day for dated items."""
    inputs: dict[Any, dict[str, np.ndarray]] = {}
    days: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for label, period in zip(company.labels, company.accounting_periods, strict=True):
        inputs[label] = {name: np.array([value]) for name, value in period.values.items()} | {
            "accounting_period_start": np.array([period.start], dtype="datetime64[D]"),
            "accounting_period_end": np.array([period.end], dtype="datetime64[D]"),
            "first_accounting_period": np.array([company.labels[0]]),
            "apportionment": np.array([company.apportionment]),
        }
        for item in period.items:
            days[item.day.isoformat()][f"{item.variable}_on"] += item.amount
    by_day = {day: {name: np.array([amount]) for name, amount in amounts.items()} for day, amounts in days.items()}
    return inputs | by_day


def plain(values: np.ndarray) -> Fact:
    """The one value of an array, as Python's own."""
    if isinstance(values, EnumArray):
        return str(values.decode_to_str()[0])
    value = values[0].item()
    return value if isinstance(value, bool) else float(value) + 0.0  # no minus before a zero
