"""Plant and machinery: the register of its classes and allowances, and which allowance is claimed on which spending.

Each class of plant (an input) and each first-year allowance (an output) is said here once, with what applies to it. By-day
inputs, boxes of the return, steps of a working, the sum of the allowances, effective rates and the investment of a costing
are read off the register: ``CLASSES`` and ``FIRST_YEAR_ALLOWANCES``.

The law leaves choices open. A company that pays tax wants the most relief soonest, so, for spending on one day:

1. a first-year allowance of 100% or more, where the class has one (super-deduction, full expensing, cars, charge points);
2. the annual investment allowance on the rest, first where the least relief is given otherwise in this period: on spending
   that has no first-year allowance, class by class (``Turn``); then on spending that has a smaller one, the lowest first
   (40%, 50%);
3. a smaller first-year allowance (50%, 40%) on what is left;
4. the pool.

Claims are in full, even where that leaves no profit for donations or group relief, which then are lost: a company might do
better to claim less. No allowance is given on the same pound twice (CAA 2001 s.52A); none in the period in which the trade
ceases (ss.38B, 46).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any, TypeVar

import numpy as np

from openfisca_goodwork.law.annual_investment_allowance import LIMIT, AnnualLimit, annual_limit
from openfisca_goodwork.law.model import SHARE, Variable
from openfisca_goodwork.law.notes import once
from openfisca_goodwork.law.periods import (
    AccountingPeriods,
    Segment,
    accounting_periods,
    alike,
    incurred_within,
    is_nothing,
    segments,
)
from openfisca_goodwork.law.training_match import ENABLED, TrainingMatch, training_match

MAIN, SPECIAL = "main_pool", "special_rate_pool"
RATES = "capital_allowances.first_year_allowances"

VariableClass = TypeVar("VariableClass", bound=type[Variable])


# --- what the register holds -----------------------------------------------------------------------------------------


class Turn(Enum):
    """When spending without a first-year allowance takes the annual investment allowance: the least relieved comes first.

    Classes of one turn follow each other as the register lists them.
    """

    SPECIAL_RATE = "special-rate plant is the slowest to write down"
    SECOND_HAND = "second-hand main-rate plant never has a first-year allowance"
    TO_LEASE_OUT = "plant to lease out has had one of 40% since 2026"
    NEW = "other new main-rate plant has most often had one"


@dataclass(frozen=True)
class PlantClass:
    """A class of plant and machinery.

    Attributes:
        name: the input that holds what was spent on it (£).
        pool: the pool that it joins.
        first_year_allowances: names of the rates that may apply (under ``RATES``); the highest is claimed, of equal ones
            the first.
        turn: when it takes the annual investment allowance; None where it has none, as cars (CAA 2001 s.38B).
        asset: what effective rates call £1 spent on it; nothing where they leave it out.
        is_car: whether it wears like a car, and a car of a company file may belong to it.
        responds: whether companies of a costing bring it forward, and buy more of it as its cost after tax falls.
    """

    name: str
    pool: str
    first_year_allowances: tuple[str, ...] = ()
    turn: Turn | None = None
    asset: str = ""
    is_car: bool = False
    responds: bool = False

    @property
    def has_annual_investment_allowance(self) -> bool:
        """Whether spending on it qualifies for the annual investment allowance."""
        return self.turn is not None


@dataclass(frozen=True)
class FirstYearAllowance:
    """A first-year allowance as it is claimed (CAA 2001 s.52).

    Attributes:
        name: the output that it is claimed under.
        rates: names of its rates (under ``RATES``), several where the allowance came back under another section.
        is_full: whether the law has had it at 100% or more, so that it comes before the annual investment allowance.
        bought_and_sold: the input that holds the cost of such plant disposed of in the period it was bought in, where the
            allowance leaves something for the pool (s.58(6), (7)).
    """

    name: str
    rates: tuple[str, ...]
    is_full: bool = True
    bought_and_sold: str = ""


CLASSES: dict[str, PlantClass] = {}
"""Every class of plant, by the name of its input."""
FIRST_YEAR_ALLOWANCES: dict[str, FirstYearAllowance] = {}
"""Every first-year allowance, by the name of its output."""


def plant_class(pool: str, *first_year_allowances: str, **facts: Any) -> Callable[[VariableClass], VariableClass]:
    """Enter an input into the register as a class of plant; the facts are those of ``PlantClass``."""

    def enter(variable: VariableClass) -> VariableClass:
        CLASSES[variable.__name__] = PlantClass(variable.__name__, pool, first_year_allowances, **facts)
        return variable

    return enter


def first_year_allowance(*rates: str, **facts: Any) -> Callable[[VariableClass], VariableClass]:
    """Enter an output into the register as a first-year allowance; the facts are those of ``FirstYearAllowance``."""

    def enter(variable: VariableClass) -> VariableClass:
        FIRST_YEAR_ALLOWANCES[variable.__name__] = FirstYearAllowance(variable.__name__, rates, **facts)
        return variable

    return enter


def rate_path(rate: str) -> str:
    """Path of the rate of a first-year allowance."""
    return f"{RATES}.{rate}.rate"


def in_turn() -> list[PlantClass]:
    """The classes of plant in the order in which they take the annual investment allowance; those without it come last."""
    turns = [*Turn, None]
    return sorted(CLASSES.values(), key=lambda one: turns.index(one.turn))


def classes_with(*rates: str) -> tuple[str, ...]:
    """Names of the classes that may have a first-year allowance at one of these rates, in turn."""
    return tuple(one.name for one in in_turn() if set(rates) & set(one.first_year_allowances))


def classes_of(pool: str) -> tuple[str, ...]:
    """Names of the classes that join a pool, in turn."""
    return tuple(one.name for one in in_turn() if one.pool == pool)


def rate_paths(*classes: str) -> tuple[str, ...]:
    """Paths of the rates that may apply to some classes of plant; to any class where none is named."""
    of_any = dict.fromkeys(rate for one in in_turn() for rate in one.first_year_allowances)
    wanted = {rate for name in classes or CLASSES for rate in CLASSES[name].first_year_allowances}
    return tuple(rate_path(rate) for rate in of_any if rate in wanted)


# --- classes of plant ------------------------------------------------------------------------------------------------

_OWN_USE = ("super_deduction", "full_expensing", "main_rate_40")
_WITH_AN_ALLOWANCE = "part of 760 or part of 775"


@plant_class(MAIN, *_OWN_USE, turn=Turn.NEW, asset="New machine", responds=True)
class main_rate_plant_new(Variable, dated=True, minimum=0):
    """Expenditure on new main-rate plant and machinery for the company's own use, cars left out (£)."""

    label = "New main-rate plant"
    reference = "CAA 2001 s.45S"
    box = _WITH_AN_ALLOWANCE


@plant_class(MAIN, turn=Turn.SECOND_HAND, asset="Second-hand machine", responds=True)
class main_rate_plant_used(Variable, dated=True, minimum=0):
    """Expenditure on second-hand main-rate plant and machinery, cars left out (£)."""

    label = "Second-hand main-rate plant"
    reference = "CAA 2001 s.11"
    box = "part of 775"


@plant_class(MAIN, "main_rate_40", turn=Turn.TO_LEASE_OUT, asset="New machine to lease out")
class main_rate_plant_for_leasing_new(Variable, dated=True, minimum=0):
    """Expenditure on new main-rate plant and machinery to lease out (£)."""

    label = "New main-rate plant to lease out"
    reference = "CAA 2001 ss.46(2), 45U"
    box = _WITH_AN_ALLOWANCE


@plant_class(
    SPECIAL,
    "special_rate_allowance",
    "special_rate_50",
    turn=Turn.SPECIAL_RATE,
    asset="New special-rate plant, such as wiring, lifts",
    responds=True,
)
class special_rate_plant_new(Variable, dated=True, minimum=0):
    """Expenditure on new special-rate plant: integral features, long-life assets, thermal insulation (£)."""

    label = "New special-rate plant"
    reference = "CAA 2001 s.104A"
    box = "part of 760 or part of 770"


@plant_class(SPECIAL, turn=Turn.SPECIAL_RATE, responds=True)
class special_rate_plant_used(Variable, dated=True, minimum=0):
    """Expenditure on second-hand special-rate plant (£)."""

    label = "Second-hand special-rate plant"
    reference = "CAA 2001 s.104A"
    box = "part of 770"


@plant_class(MAIN, "zero_emission_cars", asset="New zero-emission car", is_car=True)
class zero_emission_cars_new(Variable, dated=True, minimum=0):
    """Expenditure on new cars that qualify for the 100% first-year allowance, for own use (£)."""

    label = "New zero-emission cars"
    reference = "CAA 2001 s.45D"
    box = _WITH_AN_ALLOWANCE


@plant_class(MAIN, asset="Other car, main rate", is_car=True)
class main_rate_cars(Variable, dated=True, minimum=0):
    """Expenditure on other cars that go to the main pool (£)."""

    label = "Main-rate cars"
    reference = "CAA 2001 s.104AA"
    box = "part of 775"


@plant_class(SPECIAL, asset="Other car, special rate", is_car=True)
class special_rate_cars(Variable, dated=True, minimum=0):
    """Expenditure on cars that go to the special rate pool (£)."""

    label = "Special-rate cars"
    reference = "CAA 2001 ss.104A(1)(e), 104AA"
    box = "part of 775"


@plant_class(MAIN, "charge_points", *_OWN_USE, turn=Turn.NEW)
class charge_points(Variable, dated=True, minimum=0):
    """Expenditure on new charge points for electric vehicles (£)."""

    label = "Electric vehicle charge points"
    reference = "CAA 2001 s.45EA"
    box = _WITH_AN_ALLOWANCE


@plant_class(MAIN, "energy_saving", *_OWN_USE, turn=Turn.NEW)
class energy_saving_plant(Variable, dated=True, minimum=0):
    """Expenditure on new plant on the energy and water technology lists (£)."""

    label = "Energy-saving and water-efficient plant"
    reference = "CAA 2001 ss.45A, 45H"
    box = _WITH_AN_ALLOWANCE


# --- the annual investment allowance ---------------------------------------------------------------------------------


class annual_investment_allowance_maximum(Variable):
    """Most that may be claimed as annual investment allowance (£).

    The limit, in proportion for a period that is not twelve months or straddles a change, times this company's share of
    its group's one allowance.
    Example: the year to 31 March 2019 has 275/365 × £200,000 + 90/365 × £1,000,000 = £397,260.27.
    """

    label = "Annual investment allowance, maximum"
    reference = "CAA 2001 s.51A(5), (6); FA 2019 Sch 13 para 1"
    rule = "Limit × length of the period × share of the group's allowance; where the limit changes, each limit by its days."

    def formula(company, period):
        return claims(company, period).limit.maximum


class annual_investment_allowance(Variable):
    """Annual investment allowance claimed (£): spending left by 100% allowances, up to the maximum and its caps.

    Example: special-rate plant of £1,200,000 in 2026 takes £1,000,000.
    """

    label = "Annual investment allowance"
    reference = "CAA 2001 ss.38A, 51A"
    box = "690"
    rule = (
        "Up to the maximum, on spending that no first-year allowance of 100% or more covers: first that without any, "
        "special-rate plant before second-hand, leased and new main-rate plant; then that with a smaller one, the lowest "
        "first. Spending before a rise of the limit counts as if it had not risen. No cars; none in the final period."
    )

    def formula(company, period):
        claimed = claims(company, period).annual_investment_allowance
        return claimed[MAIN] + claimed[SPECIAL]


# --- first-year allowances -------------------------------------------------------------------------------------------

_FULL = "Spending on days when this is the class's best rate × the rate; none in the final period."
_SMALLER = "Spending on days when this is the class's best rate, less annual investment allowance used on it, × the rate."


class super_deduction_rate(Variable):
    """Rate of the super-deduction on spending in this period, the whole of the deduction included (1.30).

    A period that ends on or after the day the relief ends has 100% plus the extra 30% × the share of its days that lie
    before that day. 0 where the period does not touch the relief.
    Example: the year to 31 December 2023 has 100% + 30% × 90/365 = 107.3973%.
    """

    unit = SHARE
    label = "Super-deduction rate"
    reference = "FA 2021 ss.9(1), 11"
    rule = (
        "The rate in force; in a period that runs past the end of the relief 1 + (rate − 1) × share of its days before it."
    )

    def formula(company, period):
        path = rate_path("super_deduction")
        rate = alike(0.0, company.count)
        for stretch in segments(company, period, path):
            in_force = stretch.value(path)
            tapered = 1 + (in_force - 1) * stretch.taper(path)
            rate = np.maximum(rate, tapered * (in_force > 0))
        return rate


class super_deduction_expenditure(Variable):
    """Expenditure on which the super-deduction is claimed (£)."""

    label = "Expenditure with the super-deduction"
    reference = "FA 2021 s.9(1), (2)"
    rule = "Spending on days when the super-deduction is the class's best rate; none in the final period."

    def formula(company, period):
        return claims(company, period).expenditure["super_deduction"]


@first_year_allowance("super_deduction")
class super_deduction(Variable):
    """Super-deduction: expenditure on which it is claimed × its rate in this period (£).

    Example: £40,000 in February 2023, year to 31 December 2023: £42,958.90.
    """

    label = "Super-deduction"
    reference = "FA 2021 ss.9 to 11"
    box = "691"
    rule = "Spending while the relief is in force × the super-deduction rate of the period; none in the final period."

    def formula(company, period):
        return company("super_deduction_expenditure", period) * company("super_deduction_rate", period)


@first_year_allowance(
    "special_rate_allowance",
    "special_rate_50",
    is_full=False,
    bought_and_sold="special_rate_allowance_plant_bought_and_sold",
)
class special_rate_allowance(Variable):
    """First-year allowance of 50% on new special-rate plant, of 2021 or since 2023 (£).

    Example: £100,000 left by the annual investment allowance gives £50,000; the other half joins the pool next period.
    """

    label = "First-year allowance on special-rate plant (50%)"
    reference = "FA 2021 s.9(3); CAA 2001 s.45S"
    box = "693"
    rule = _SMALLER

    def formula(company, period):
        allowance = claims(company, period).first_year_allowance
        return allowance["special_rate_allowance"] + allowance["special_rate_50"]


@first_year_allowance("full_expensing")
class full_expensing(Variable):
    """Full expensing: 100% of spending on new main-rate plant for own use (£).

    Example: £3,000,000 in 2026 gives £3,000,000.
    """

    label = "Full expensing"
    reference = "CAA 2001 s.45S"
    box = "688"
    rule = _FULL

    def formula(company, period):
        return claims(company, period).first_year_allowance["full_expensing"]


@first_year_allowance("main_rate_40", is_full=False, bought_and_sold="main_rate_allowance_plant_bought_and_sold")
class main_rate_first_year_allowance(Variable):
    """First-year allowance of 40% on new main-rate plant, plant to lease out included (£).

    Example: a hire company with £100,000 above the annual investment allowance on 1 July 2026 has £40,000.
    """

    label = "First-year allowance on main-rate plant (40%)"
    reference = "CAA 2001 s.45U; FA 2026 s.29"
    box = "part of 725"
    rule = _SMALLER

    def formula(company, period):
        return claims(company, period).first_year_allowance["main_rate_40"]


@first_year_allowance("zero_emission_cars")
class zero_emission_car_allowance(Variable):
    """First-year allowance of 100% on new zero-emission cars (£).

    Example: a £30,000 electric car bought new in 2026 gives £30,000.
    """

    label = "First-year allowance on zero-emission cars"
    reference = "CAA 2001 s.45D"
    box = "726 or part of 725"
    rule = _FULL

    def formula(company, period):
        return claims(company, period).first_year_allowance["zero_emission_cars"]


@first_year_allowance("charge_points", "energy_saving")
class other_first_year_allowances(Variable):
    """First-year allowances of 100% on charge points and on energy-saving plant (£)."""

    label = "First-year allowances on charge points and energy-saving plant"
    reference = "CAA 2001 ss.45A, 45EA, 45H"
    rule = _FULL

    def formula(company, period):
        allowance = claims(company, period).first_year_allowance
        return allowance["charge_points"] + allowance["energy_saving"]


# --- sharing the period's spending out over the allowances -----------------------------------------------------------


@dataclass
class Claims:
    """What is claimed in one accounting period (£, one per company).

    Attributes:
        limit: the annual investment allowance's maximum, and its caps on spending in part of the period.
        annual_investment_allowance: by pool.
        expenditure: spending on which each first-year allowance is claimed, by the name of its rate.
        first_year_allowance: the allowance itself, before any taper, likewise.
        allocated: what is left for the pool in this period, by pool.
        residue: what a first-year allowance leaves for the pool of the next period (CAA 2001 s.58(5)), by pool.
        match: the room that training leaves for allowances, were the law to ask for it (``training_match``).
    """

    limit: AnnualLimit
    annual_investment_allowance: dict[str, Any]
    expenditure: dict[str, Any]
    first_year_allowance: dict[str, Any]
    allocated: dict[str, Any]
    residue: dict[str, Any]
    match: TrainingMatch | None = None


@dataclass
class Spending:
    """Spending on a class of plant in one stretch of the period (£, one per company).

    Attributes:
        plant_class: the class. stretch: days on which the rates, the limit and the match do not change.
        best: the best rate of first-year allowance in force (per distinct accounting period).
        rates: name of a rate → that rate where it is the best one, else 0 (likewise).
        left: what has no allowance yet.
    """

    plant_class: PlantClass
    stretch: Segment
    best: np.ndarray
    rates: dict[str, np.ndarray]
    left: np.ndarray


def claims(company: Any, period: Any) -> Claims:
    """What is claimed on the plant of a period, worked out once for all formulas that ask for it."""
    return once(company, period, _share_out)


def _share_out(company: Any, period: Any) -> Claims:
    """Share a period's spending on plant out over the allowances, in the order of this module's docstring."""
    nothing: Callable[[], dict[str, Any]] = partial(defaultdict, partial(alike, 0.0, company.count))
    shared = Claims(annual_limit(company, period), nothing(), nothing(), nothing(), nothing(), nothing())
    shared.match = training_match(company, period)
    trading_on = ~company("is_final_accounting_period", period)
    periods = accounting_periods(company, period)
    spending = list(_spending(company, period))
    for one in spending:
        _claim_first_year_allowance(shared, periods, one, trading_on, full=True)
    _claim_annual_investment_allowance(shared, periods, spending, trading_on)
    for one in spending:
        _claim_first_year_allowance(shared, periods, one, trading_on, full=False)
        pool = one.plant_class.pool
        shared.allocated[pool] = shared.allocated[pool] + one.left
    _allocate_what_was_bought_and_sold(shared, company, period)
    return shared


def _spending(company: Any, period: Any) -> Iterator[Spending]:
    """Spending class by class, and of each stretch by stretch: cut where an allowance that the class may have changes."""
    for plant in in_turn():
        for stretch in segments(company, period, LIMIT, ENABLED, *map(rate_path, plant.first_year_allowances)):
            amount = incurred_within(stretch, plant.name)
            if not is_nothing(amount):
                yield Spending(plant, stretch, *_best_rates(plant, stretch), amount)


def _best_rates(plant: PlantClass, stretch: Segment) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The best rate in force for a class, and for each of its first-year allowances the rate where it is that one."""
    names = plant.first_year_allowances
    if not names:
        return np.zeros(len(stretch.periods.distinct)), {}
    rates = np.array([stretch.value_of_each(rate_path(name)) for name in names])
    best = rates.argmax(axis=0)
    return rates.max(axis=0), {name: np.where(best == at, rates[at], 0.0) for at, name in enumerate(names)}


def _claim_first_year_allowance(
    shared: Claims, periods: AccountingPeriods, one: Spending, trading_on: np.ndarray, *, full: bool
) -> None:
    """Claim the first-year allowances that relieve all the spending (or only part of it): CAA 2001 s.52."""
    pool = one.plant_class.pool
    for name, rate in one.rates.items():
        wanted = (rate >= 1) if full else (rate > 0) & (rate < 1)
        if wanted.any():
            eligible = trading_on & periods.spread(wanted)
            spent = one.left * eligible
            if shared.match is not None:
                spent = shared.match.within(one.stretch, spent)
                shared.match.use(one.stretch, spent)
            shared.expenditure[name] = shared.expenditure[name] + spent
            shared.first_year_allowance[name] = shared.first_year_allowance[name] + spent * periods.spread(rate)
            if not full:  # one of 100% or more leaves nothing
                shared.residue[pool] = shared.residue[pool] + spent * periods.spread(1 - rate)
            one.left = one.left * ~eligible if shared.match is None else one.left - spent


def _claim_annual_investment_allowance(
    shared: Claims, periods: AccountingPeriods, spending: list[Spending], trading_on: np.ndarray
) -> None:
    """Use the annual investment allowance: on spending without a first-year allowance, then by what that would give."""
    qualifying = [one for one in spending if one.plant_class.has_annual_investment_allowance and not is_nothing(one.left)]
    smaller = {rate for one in qualifying for rate in one.best.tolist() if 0 < rate < 1}
    for rate in (0, *sorted(smaller)):
        for one in qualifying:
            has_rate = one.best == rate
            if has_rate.any():
                eligible = one.left * (trading_on & periods.spread(has_rate))
                if shared.match is not None:
                    eligible = shared.match.within(one.stretch, eligible)
                taken = shared.limit.take(one.stretch, eligible)
                if shared.match is not None:
                    shared.match.use(one.stretch, taken)
                pool = one.plant_class.pool
                shared.annual_investment_allowance[pool] = shared.annual_investment_allowance[pool] + taken
                one.left = one.left - taken


def _allocate_what_was_bought_and_sold(shared: Claims, company: Any, period: Any) -> None:
    """Allocate at once what an allowance left of plant disposed of in the period it was bought in (s.58(6), (7))."""
    for allowance in FIRST_YEAR_ALLOWANCES.values():
        sold = company(allowance.bought_and_sold, period) if allowance.bought_and_sold else alike(0.0, company.count)
        if not is_nothing(sold):
            (pool,) = {CLASSES[name].pool for name in classes_with(*allowance.rates)}
            spent = sum((shared.expenditure[rate] for rate in allowance.rates), np.zeros_like(sold))
            share = np.minimum(sold, spent) / np.where(spent > 0, spent, 1)
            allocated = shared.residue[pool] * share
            shared.allocated[pool] = shared.allocated[pool] + allocated
            shared.residue[pool] = shared.residue[pool] - allocated
