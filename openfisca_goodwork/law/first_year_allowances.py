"""First-year allowances on plant and machinery: each at its rate on the spending claimed (CAA 2001 ss.39, 45A to 52)."""

from __future__ import annotations

import numpy as np

from openfisca_goodwork.law.model import SHARE, Variable
from openfisca_goodwork.law.notes import once
from openfisca_goodwork.law.periods import alike, segments
from openfisca_goodwork.law.plant_claims import plant_claims, rate_path

SUPER_DEDUCTION = rate_path("super_deduction")


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
        rate = alike(0.0, company.count)
        for stretch in segments(company, period, SUPER_DEDUCTION):
            within = stretch.value(SUPER_DEDUCTION)
            tapered = 1 + (within - 1) * stretch.taper(SUPER_DEDUCTION)
            rate = np.maximum(rate, tapered * (within > 0))
        return rate


class super_deduction(Variable):
    """Super-deduction: spending claimed × its rate in this period (£).

    Example: £40,000 in February 2023, year to 31 December 2023: £42,958.90.
    """

    label = "Super-deduction"
    reference = "FA 2021 ss.9 to 11"
    box = "691"
    rule = "Spending while the relief is in force × the super-deduction rate of the period; none in the final period."

    def formula(company, period):
        spent = once(company, period, plant_claims).expenditure["super_deduction"]
        return spent * company("super_deduction_rate", period)


class special_rate_allowance(Variable):
    """First-year allowance of 50% on new special-rate plant, of 2021 or since 2023 (£).

    Example: £100,000 left by the annual investment allowance gives £50,000; the other half joins the pool next period.
    """

    label = "First-year allowance on special-rate plant (50%)"
    reference = "FA 2021 s.9(3); CAA 2001 s.45S"
    box = "693"
    rule = "Spending on days when this is the class's best rate, less annual investment allowance used on it, × the rate."

    def formula(company, period):
        claimed = once(company, period, plant_claims).first_year_allowance
        return claimed["special_rate_allowance"] + claimed["special_rate_50"]


class full_expensing(Variable):
    """Full expensing: 100% of spending on new main-rate plant for own use (£).

    Example: £3,000,000 in 2026 gives £3,000,000.
    """

    label = "Full expensing"
    reference = "CAA 2001 s.45S"
    box = "688"
    rule = "Spending on days when this is the class's best rate × the rate; none in the final period."

    def formula(company, period):
        return once(company, period, plant_claims).first_year_allowance["full_expensing"]


class main_rate_first_year_allowance(Variable):
    """First-year allowance of 40% on new main-rate plant, plant to lease out included (£).

    Example: a hire company with £100,000 above the annual investment allowance on 1 July 2026 has £40,000.
    """

    label = "First-year allowance on main-rate plant (40%)"
    reference = "CAA 2001 s.45U; FA 2026 s.29"
    box = "part of 725"
    rule = "Spending on days when this is the class's best rate, less annual investment allowance used on it, × the rate."

    def formula(company, period):
        return once(company, period, plant_claims).first_year_allowance["main_rate_40"]


class zero_emission_car_allowance(Variable):
    """First-year allowance of 100% on new zero-emission cars (£).

    Example: a £30,000 electric car bought new in 2026 gives £30,000.
    """

    label = "First-year allowance on zero-emission cars"
    reference = "CAA 2001 s.45D"
    box = "726 or part of 725"
    rule = "Spending on days when this is the class's best rate × the rate; none in the final period."

    def formula(company, period):
        return once(company, period, plant_claims).first_year_allowance["zero_emission_cars"]


class other_first_year_allowances(Variable):
    """First-year allowances of 100% on charge points and on energy-saving plant (£)."""

    label = "First-year allowances on charge points and energy-saving plant"
    reference = "CAA 2001 ss.45A, 45EA, 45H"
    rule = "Spending on days when this is the class's best rate × the rate; none in the final period."

    def formula(company, period):
        claimed = once(company, period, plant_claims).first_year_allowance
        return claimed["charge_points"] + claimed["energy_saving"]
