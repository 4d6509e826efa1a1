"""Plant and machinery: the register, and the classes of plant that a company tells its spending on.

A class of plant (an input, here) and a first-year allowance (an output, in ``law/plant_allowances.py``) are entered once,
with what applies to them. By-day inputs, boxes of the return, steps of a working, the sum of the allowances, effective rates
and the investment of a costing are read off ``CLASSES`` and ``FIRST_YEAR_ALLOWANCES``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, TypeVar

from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.periods import history

MAIN, SPECIAL = "main_pool", "special_rate_pool"
RATES = "capital_allowances.first_year_allowances"

VariableClass = TypeVar("VariableClass", bound=type)


class Turn(Enum):
    """When spending without a first-year allowance takes the annual investment allowance: the least relieved comes first.

    Classes of one turn follow each other as the register lists them.
    """

    SPECIAL_RATE = "special-rate plant is the slowest to write down"
    SECOND_HAND = "second-hand main-rate plant never has a first-year allowance"
    TO_LEASE_OUT = "plant to lease out has had 40% since 2026"
    NEW = "other new main-rate plant has most often had a first-year allowance"


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

    @property
    def annual_allowance(self) -> str:
        """The output that holds the annual investment allowance on it."""
        return f"annual_investment_allowance_on_{self.name}"

    @property
    def annual_allowance_claim(self) -> str:
        """The input that says on how much of it the annual investment allowance is claimed (£)."""
        return f"annual_investment_allowance_claimed_on_{self.name}"


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

    @property
    def expenditure(self) -> str:
        """The output that holds the expenditure on which it is claimed."""
        return f"{self.name}_expenditure"

    @property
    def claim(self) -> str:
        """The input that says on how much expenditure it is claimed (£)."""
        return f"{self.name}_claimed_on"


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


def allowance_at(rate: str) -> FirstYearAllowance:
    """The first-year allowance that is claimed at a rate, by the name of the rate."""
    return next(allowance for allowance in FIRST_YEAR_ALLOWANCES.values() if rate in allowance.rates)


def in_turn() -> list[PlantClass]:
    """The classes of plant in the order in which they take the annual investment allowance; those without it come last."""
    turns = [*Turn, None]
    return sorted(CLASSES.values(), key=lambda plant: turns.index(plant.turn))


def classes_with(*rates: str) -> tuple[str, ...]:
    """Names of the classes that may have a first-year allowance at one of these rates, in turn."""
    return tuple(plant.name for plant in in_turn() if set(rates) & set(plant.first_year_allowances))


def rate_paths(*classes: str) -> tuple[str, ...]:
    """Paths of the rates that may apply to some classes of plant; to any class where none is named."""
    of_any = dict.fromkeys(rate for plant in in_turn() for rate in plant.first_year_allowances)
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


@plant_class(MAIN, "special_tax_site", *_OWN_USE, turn=Turn.NEW)
class special_tax_site_plant_new(Variable, dated=True, minimum=0):
    """Expenditure on new main-rate plant for use primarily in a special tax site of a freeport or investment zone (£).

    The site's own dates come first: none has relief before it is designated, one of an English freeport none after 30
    September 2031.
    """

    label = "New plant in a special tax site"
    reference = "CAA 2001 s.45O"
    box = _WITH_AN_ALLOWANCE


@plant_class(SPECIAL, "special_tax_site", turn=Turn.SPECIAL_RATE)
class special_tax_site_special_rate_plant_new(Variable, dated=True, minimum=0):
    """Expenditure on new special-rate plant for use primarily in a special tax site of a freeport or investment zone (£)."""

    label = "New special-rate plant in a special tax site"
    reference = "CAA 2001 ss.45O, 104A"
    box = "part of 760 or part of 770"


# --- which class of plant a car is, by its emissions on the day it was bought (CAA 2001 ss.45D, 104AA, 268A) ---------
# Emissions limits are by date, so the question is asked car by car.


_MAIN_POOL = "capital_allowances.cars.main_pool_maximum_emissions"
_FIRST_YEAR = "capital_allowances.cars.first_year_allowance_maximum_emissions"
_ALLOWANCE = rate_path("zero_emission_cars")
_DOUBLE_CABS = "capital_allowances.cars.double_cab_pick_ups_are_cars"
_ORDERED_BEFORE = "capital_allowances.cars.double_cab_pick_ups_ordered_before_are_cars"
CAR_LIMITS = (_FIRST_YEAR, _ALLOWANCE, _MAIN_POOL)
CAR_REFERENCE = "CAA 2001 ss.45D, 104AA, 268A"
CAR_RULE = (
    "A new car within the limit of the first-year allowance has that allowance while it is in force; any other within the "
    "limit of the main pool goes there, one above it to the special rate pool; the day it was bought decides."
)

PICK_UP_RULE = (
    "A double-cab pick-up with a payload of one tonne or more was plant of the main rate until it became a car, by the day "
    "it was bought and that of the contract (HMRC CA23511). "
)


def class_of_car(system: Any, bought: date, emissions: float, *, is_new: bool) -> str:
    """The variable that spending on a car belongs to.

    Args:
        system: the law. bought: the day the spending was incurred.
        emissions: grams of carbon dioxide per kilometre, as registered.
        is_new: unused and not second-hand, for the company's own use.

    Returns:
        ``zero_emission_cars_new`` for a new car within the limit of the first-year allowance while that is in force (its
        name is that of today's limit), ``main_rate_cars`` or ``special_rate_cars``.
        Example: 110 g/km bought new in May 2009: the first-year allowance; second-hand: the main pool.

    Raises:
        ParameterError: for a day before 1 April 2009, when cars were relieved by other rules.
    """
    main_limit, first_year_limit = (history(system, path).on(bought) for path in (_MAIN_POOL, _FIRST_YEAR))
    if is_new and emissions <= first_year_limit and history(system, _ALLOWANCE).on(bought) > 0:
        return "zero_emission_cars_new"
    return "main_rate_cars" if emissions <= main_limit else "special_rate_cars"


def is_car(system: Any, bought: date, ordered: date | None) -> bool:
    """Whether a double-cab pick-up with a payload of one tonne or more is a car (HMRC CA23511).

    Args:
        system: the law. bought: the day the spending was incurred.
        ordered: the day of the contract; None where it was that of the spending.

    Example: bought in June 2025 it is one, under a contract of January 2025 it is none.
    """
    is_earlier = ordered is not None and not history(system, _DOUBLE_CABS).on(ordered)
    return bool(history(system, _ORDERED_BEFORE if is_earlier else _DOUBLE_CABS).on(bought))
