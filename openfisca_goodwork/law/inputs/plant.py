"""Disposals of plant and machinery (£). What is spent on each class of it stands in ``law/plant.py``."""

from __future__ import annotations

from openfisca_goodwork.law.model import Variable


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
