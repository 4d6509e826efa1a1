"""The register of plant and machinery: what a class of plant and a first-year allowance are, and lookups in it.

``law/plant.py`` enters the classes and allowances. By-day inputs, boxes of the return, steps of a working, the sum of the
allowances, effective rates and the investment of a costing are read off ``CLASSES`` and ``FIRST_YEAR_ALLOWANCES``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

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
