"""Expenditure on plant and machinery by class, and disposals (£). Each class of spending may be given by day."""

from __future__ import annotations

from openfisca_goodwork.law.model import Variable


class main_rate_plant_new(Variable, dated=True, minimum=0):
    """Expenditure on new main-rate plant and machinery for the company's own use, cars left out (£)."""

    label = "New main-rate plant"
    reference = "CAA 2001 s.45S"
    box = "part of 760 or part of 775"


class main_rate_plant_used(Variable, dated=True, minimum=0):
    """Expenditure on second-hand main-rate plant and machinery, cars left out (£)."""

    label = "Second-hand main-rate plant"
    reference = "CAA 2001 s.11"
    box = "part of 775"


class main_rate_plant_for_leasing_new(Variable, dated=True, minimum=0):
    """Expenditure on new main-rate plant and machinery to lease out (£)."""

    label = "New main-rate plant to lease out"
    reference = "CAA 2001 ss.46(2), 45U"
    box = "part of 760 or part of 775"


class special_rate_plant_new(Variable, dated=True, minimum=0):
    """Expenditure on new special-rate plant: integral features, long-life assets, thermal insulation (£)."""

    label = "New special-rate plant"
    reference = "CAA 2001 s.104A"
    box = "part of 760 or part of 770"


class special_rate_plant_used(Variable, dated=True, minimum=0):
    """Expenditure on second-hand special-rate plant (£)."""

    label = "Second-hand special-rate plant"
    reference = "CAA 2001 s.104A"
    box = "part of 770"


class zero_emission_cars_new(Variable, dated=True, minimum=0):
    """Expenditure on new cars that qualify for the 100% first-year allowance, for own use (£)."""

    label = "New zero-emission cars"
    reference = "CAA 2001 s.45D"
    box = "part of 760 or part of 775"


class main_rate_cars(Variable, dated=True, minimum=0):
    """Expenditure on other cars that go to the main pool (£)."""

    label = "Main-rate cars"
    reference = "CAA 2001 s.104AA"
    box = "part of 775"


class special_rate_cars(Variable, dated=True, minimum=0):
    """Expenditure on cars that go to the special rate pool (£)."""

    label = "Special-rate cars"
    reference = "CAA 2001 ss.104A(1)(e), 104AA"
    box = "part of 775"


class charge_points(Variable, dated=True, minimum=0):
    """Expenditure on new charge points for electric vehicles (£)."""

    label = "Electric vehicle charge points"
    reference = "CAA 2001 s.45EA"
    box = "part of 760 or part of 775"


class energy_saving_plant(Variable, dated=True, minimum=0):
    """Expenditure on new plant on the energy and water technology lists (£)."""

    label = "Energy-saving and water-efficient plant"
    reference = "CAA 2001 ss.45A, 45H"
    box = "part of 760 or part of 775"


class main_pool_disposal_value(Variable, minimum=0):
    """Disposal values brought to the main pool, each capped at cost (£)."""

    label = "Disposal value, main pool"
    reference = "CAA 2001 ss.60 to 62"


class special_rate_pool_disposal_value(Variable, minimum=0):
    """Disposal values brought to the special rate pool, each capped at cost (£)."""

    label = "Disposal value, special rate pool"
    reference = "CAA 2001 ss.60 to 62"


class super_deduction_disposal_value(Variable, minimum=0):
    """Disposal value of plant on which the super-deduction was claimed in full (£)."""

    label = "Disposal value, plant that had the super-deduction"
    reference = "FA 2021 s.12"


class special_rate_allowance_disposal_value(Variable, minimum=0):
    """Disposal value of plant on which a 50% first-year allowance was claimed in full (£)."""

    label = "Disposal value, plant that had a 50% allowance"
    reference = "FA 2021 s.13; CAA 2001 s.59B"


class special_rate_allowance_plant_bought_and_sold(Variable, minimum=0):
    """Cost of plant that had a 50% allowance and was disposed of in the period in which it was bought (£).

    The other half of it joins the pool at once, not in the next period. What it fetched is the disposal value above.
    """

    label = "Plant with a 50% allowance, bought and sold in the period"
    reference = "CAA 2001 s.58(6), (7)"


class main_rate_allowance_plant_bought_and_sold(Variable, minimum=0):
    """Cost of plant that had a 40% allowance and was disposed of in the period in which it was bought (£).

    The other 60% of it joins the pool at once, not in the next period. What it fetched is a disposal value of the main pool.
    """

    label = "Plant with a 40% allowance, bought and sold in the period"
    reference = "CAA 2001 s.58(6), (7)"


class full_expensing_disposal_value(Variable, minimum=0):
    """Disposal value of plant on which full expensing was claimed in full (£)."""

    label = "Disposal value, plant that had full expensing"
    reference = "CAA 2001 s.59A"
    box = "689"
