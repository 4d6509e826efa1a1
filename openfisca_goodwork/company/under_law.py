"""A company under a law: what the law makes of its cars and its buildings, the inputs it takes, and a run of them.

Facts are the same under every law. Which class of plant a car is, and which allowances a building that was sold has had, are
not, since a reform may move a limit of emissions or the rate of an allowance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from typing import Any

import numpy as np
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.periods import period as engine_period
from openfisca_core.simulations import Simulation
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.company.facts import CURRENT_LAW, REFORM, BuildingSold, Car, Company, CompanyPeriod, Fact, Item
from openfisca_goodwork.company.vocabulary import BUILDINGS_GIVEN, BUILDINGS_PROCEEDS, BUILDINGS_SOLD
from openfisca_goodwork.law.executor import Plan
from openfisca_goodwork.law.human_investment import TrainingItem, record_items
from openfisca_goodwork.law.periods import AccountingPeriod, day_in_words
from openfisca_goodwork.law.plant import class_of_car, is_car
from openfisca_goodwork.law.record import RecordedCompanies
from openfisca_goodwork.law.structures_and_buildings import allowances_given
from openfisca_goodwork.policy import Reform, law_of
from openfisca_goodwork.policy.vocabulary import Leaf, current_vocabulary, vocabulary_of
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


class AlikeCompanies:
    """Companies with equally many accounting periods, whatever their days, which a law runs together.

    Args:
        companies: as the law takes them. The labels of the first stand for those of all; its training with tags is theirs,
            in other amounts.
    """

    def __init__(self, law: TaxBenefitSystem, companies: Sequence[Company]) -> None:
        self._law, self._labels = law, companies[0].labels
        ledgers = [ledger_of(company) for company in companies]
        self._ledger = {
            label: [(item, np.array([each[label][at].amount for each in ledgers])) for at, item in enumerate(items)]
            for label, items in ledgers[0].items()
        }
        self._plans: dict[tuple[str, ...], Plan] = {}
        # Input → one value a company, for each accounting period.
        self._inputs: list[dict[str, np.ndarray]] = []
        begins = {"first_accounting_period": np.array([self._labels[0]])}
        for of_period in zip(*map(inputs_by_period, companies), strict=True):
            inputs = [{**given, **begins} for given in of_period]
            names = dict.fromkeys(name for given in inputs for name in given)
            self._inputs.append({name: np.concatenate([of.get(name, _default(name)) for of in inputs]) for name in names})

    def run(
        self, outputs: Sequence[str], places: np.ndarray | None = None, given: Mapping[str, np.ndarray] | None = None
    ) -> dict[str, np.ndarray]:
        """Work out some outputs.

        Args:
            places: which of the companies each row is of; each once unless given.
            given: input → other values, one row a company of ``places``, one column an accounting period.

        Returns:
            Output → one row a company, one column an accounting period.
        """
        names = tuple(outputs)
        if places is None:
            places = np.arange(len(next(iter(self._inputs[0].values()))))
        if names not in self._plans:  # the next run of a plan knows what each formula is the last to read
            self._plans[names] = Plan(self._law, names)
        companies = self._plans[names].companies(len(places))
        for label, items in self._ledger.items():
            companies.notes.training_items[label] = tuple(replace(item, amount=many[places]) for item, many in items)
        outputs_of: dict[str, np.ndarray] = {}
        for at, label in enumerate(self._labels):
            inputs = {name: values[places] for name, values in self._inputs[at].items()}
            inputs |= {name: values[:, at] for name, values in (given or {}).items()}
            for name, values in companies.run(label, inputs).items():
                plain = values.decode_to_str() if isinstance(values, EnumArray) else np.asarray(values)
                if name not in outputs_of:
                    dtype = object if isinstance(values, EnumArray) else plain.dtype
                    outputs_of[name] = np.empty((len(places), len(self._labels)), dtype)
                outputs_of[name][:, at] = plain
        return outputs_of


@cache
def _default(name: str) -> np.ndarray:
    """What stands for a company that does not give an input."""
    value = current_law().variables[name.partition("@")[0]].default_value
    return np.array([value.name if isinstance(value, Enum) else value])


def outputs_of(law: TaxBenefitSystem, company: Company, outputs: Sequence[str]) -> list[dict[str, Fact]]:
    """Some outputs of a company under a law, for each accounting period, oldest first."""
    amounts = AlikeCompanies(law, [under(law, company)]).run(outputs)
    return [
        {name: plain_value(values[0, place]) for name, values in amounts.items()} for place in range(len(company.labels))
    ]


@dataclass(frozen=True)
class Period:
    """One accounting period of a company under a law, worked out.

    Attributes:
        law: the tax-benefit system. company: its facts. place: of the period among its accounting periods.
        run: the companies of a run of the law, for what is in no output. outputs: of each period, as far as they are known.
    """

    law: TaxBenefitSystem
    company: Company
    place: int
    run: Any
    outputs: Sequence[Mapping[str, Fact]] = ()

    @property
    def facts(self) -> CompanyPeriod:
        """What the company says of the period."""
        return self.company.accounting_periods[self.place]

    @property
    def span(self) -> str:
        """Its first and last day in words."""
        return f"{day_in_words(self.facts.start)} to {day_in_words(self.facts.end)}"

    @property
    def label(self) -> int:
        """Its accounting-period index."""
        return self.company.labels[self.place]

    @cached_property
    def at(self) -> Any:
        """The period as the engine labels it."""
        return engine_period(self.label)

    @property
    def leaves(self) -> Mapping[str, Leaf]:
        """The parameters of the law by path."""
        return _leaves(self.law)

    def value(self, name: str) -> Fact:
        """A variable of the period as Python's own."""
        known = self.outputs[self.place] if self.outputs else {}
        return known[name] if name in known else plain(self.run(name, self.at))

    def amount(self, name: str) -> float:
        """A figure of the period."""
        return float(self.value(name))


@lru_cache(maxsize=32)
def _leaves(law: TaxBenefitSystem) -> Mapping[str, Leaf]:
    return current_vocabulary() if law is current_law() else vocabulary_of(law)


def periods_of(law: TaxBenefitSystem, company: Company, outputs: Sequence[Mapping[str, Fact]] = ()) -> tuple[Period, ...]:
    """The accounting periods of a company under a law, oldest first, which share one run of it."""
    run = simulation_of(law, company).populations["company"]
    return tuple(Period(law, company, place, run, outputs) for place in range(len(company.labels)))


def recorded_periods(law: TaxBenefitSystem, company: Company, outputs: Sequence[str]) -> tuple[Period, ...]:
    """The periods of a company as a law takes it, with a run that notes everything that the formulas asked for.

    Args:
        outputs: names of the variables to work out, in this order.
    """
    taken = under(law, company)
    run = RecordedCompanies(Plan(law, outputs), 1)
    run.notes.training_items.update({label: tuple(items) for label, items in ledger_of(company).items()})
    for label, inputs in zip(taken.labels, inputs_by_period(taken), strict=True):
        run.run(label, inputs)
    return tuple(Period(law, taken, place, run) for place in range(len(taken.labels)))


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


def inputs_by_period(company: Company) -> Iterator[dict[str, np.ndarray]]:
    """A company's facts as a plan of the law takes them: a mapping a period, dated items named with their day."""
    given = inputs_of(company)
    for label, period in zip(company.labels, company.accounting_periods, strict=True):
        days = dict.fromkeys(item.day.isoformat() for item in period.items)
        yield given[label] | {f"{name}@{day}": amounts for day in days for name, amounts in given[day].items()}


def plain(values: np.ndarray) -> Fact:
    """The one value of an array, as Python's own."""
    return plain_value((values.decode_to_str() if isinstance(values, EnumArray) else values)[0])


def plain_value(value: Any) -> Fact:
    """One value of an array, as Python's own."""
    if isinstance(value, str):
        return str(value)
    return bool(value) if isinstance(value, np.bool_) else float(value) + 0.0  # no minus before a zero
