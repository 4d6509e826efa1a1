"""Which class of plant a car is, by its emissions on the day it was bought (CAA 2001 ss.45D, 104AA, 268A).

The computation works on classes; this says which one a car belongs to. Emissions limits are by date, so the question is
asked car by car.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from openfisca_goodwork.law.periods import history
from openfisca_goodwork.law.plant import rate_path

_MAIN_POOL = "capital_allowances.cars.main_pool_maximum_emissions"
_FIRST_YEAR = "capital_allowances.cars.first_year_allowance_maximum_emissions"
_ALLOWANCE = rate_path("zero_emission_cars")
_DOUBLE_CABS = "capital_allowances.cars.double_cab_pick_ups_are_cars"
_ORDERED_BEFORE = "capital_allowances.cars.double_cab_pick_ups_ordered_before_are_cars"
LIMITS = (_FIRST_YEAR, _ALLOWANCE, _MAIN_POOL)
REFERENCE = "CAA 2001 ss.45D, 104AA, 268A"
RULE = (
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
