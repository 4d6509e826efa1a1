"""Plant and machinery: the classes of plant, the allowances on them, and which is claimed on which spending.

Each class of plant (an input) and each first-year allowance (an output) is said here once, with what applies to it; all else
reads the register that they make (``plant_register``).

How much is claimed is for the company to say (``claims``; CAA 2001 ss.51A(7), 52(4)): a first-year allowance that it claims
by amount comes first, and what that claim leaves goes to the annual investment allowance and to the pool. Where it says
nothing, all is claimed. A company that pays tax wants the most relief soonest, so, for spending on one day:

1. a first-year allowance of 100% or more, where the class has one (super-deduction, full expensing, cars, charge points);
2. the annual investment allowance on the rest, first where the least relief is given otherwise in this period: on spending
   that has no first-year allowance, class by class (``Turn``); then on spending that has a smaller one, the lowest first
   (40%, 50%);
3. a smaller first-year allowance (50%, 40%) on what is left;
4. the pool.

No allowance is given on the same pound twice (CAA 2001 s.52A); none in the period in which the trade
ceases (ss.38B, 46).
"""

from __future__ import annotations

import numpy as np

from openfisca_goodwork.law.model import SHARE, Variable
from openfisca_goodwork.law.periods import constant_array, segments
from openfisca_goodwork.law.plant_claims import claims
from openfisca_goodwork.law.plant_register import (
    CLASSES,
    FIRST_YEAR_ALLOWANCES,
    MAIN,
    SPECIAL,
    Turn,
    first_year_allowance,
    plant_class,
    rate_path,
    rate_paths,
)

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


# --- the annual investment allowance ---------------------------------------------------------------------------------


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

_FULL = "Spending on days when no allowance on the class of plant has a higher rate × the rate; none in the final period."
_SMALLER = (
    "Spending on days when no allowance on the class of plant has a higher rate, less annual investment allowance used "
    "on it, × the rate."
)


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
        rate = constant_array(0.0, company.count)
        for stretch in segments(company, period, path):
            in_force = stretch.value(path)
            tapered = 1 + (in_force - 1) * stretch.taper(path)
            rate = np.maximum(rate, tapered * (in_force > 0))
        return rate


class super_deduction_expenditure(Variable):
    """Expenditure on which the super-deduction is claimed (£)."""

    label = "Expenditure with the super-deduction"
    reference = "FA 2021 s.9(1), (2)"
    rule = "Spending on days when no allowance on the class of plant has a higher rate; none in the final period."

    def formula(company, period):
        return claims(company, period).expenditure("super_deduction")


@first_year_allowance("super_deduction")
class super_deduction(Variable, only_with=("super_deduction_expenditure",)):
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
        claimed = claims(company, period)
        return claimed.first_year_allowance("special_rate_allowance") + claimed.first_year_allowance("special_rate_50")


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
        return claims(company, period).first_year_allowance("full_expensing")


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
        return claims(company, period).first_year_allowance("main_rate_40")


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
        return claims(company, period).first_year_allowance("zero_emission_cars")


@first_year_allowance("charge_points", "energy_saving")
class other_first_year_allowances(Variable):
    """First-year allowances of 100% on charge points and on energy-saving plant (£)."""

    label = "First-year allowances on charge points and energy-saving plant"
    reference = "CAA 2001 ss.45A, 45EA, 45H"
    rule = _FULL

    def formula(company, period):
        claimed = claims(company, period)
        return claimed.first_year_allowance("charge_points") + claimed.first_year_allowance("energy_saving")


@first_year_allowance("special_tax_site")
class special_tax_site_allowance(Variable):
    """First-year allowance of 100% on new plant in a special tax site, special-rate plant included (£).

    Example: £400,000 of wiring for a factory in a freeport gives £400,000, and leaves the annual investment allowance alone.
    """

    label = "First-year allowance in special tax sites"
    reference = "CAA 2001 ss.45O, 52"
    rule = _FULL

    def formula(company, period):
        return claims(company, period).first_year_allowance("special_tax_site")


__all__ = ["CLASSES", "FIRST_YEAR_ALLOWANCES", "MAIN", "SPECIAL", "claims", "rate_path", "rate_paths"]
