"""The super-deduction of April 2021 to March 2023: its rate in a period, and what is charged when its plant is disposed of.

On which spending it is claimed stands with the other first-year allowances in ``plant_allowances`` (FA 2021 ss.9 to 14).
"""

from __future__ import annotations

import numpy as np

from openfisca_goodwork.law.model import SHARE, Variable
from openfisca_goodwork.law.periods import constant_array, segments
from openfisca_goodwork.law.plant import rate_path


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


class super_deduction_disposal_value(Variable, minimum=0):
    """Disposal value of plant on which the super-deduction was claimed in full (£)."""

    label = "Disposal value, plant that had the super-deduction"
    reference = "FA 2021 s.12"


class super_deduction_balancing_charge(Variable, only_with=("super_deduction_disposal_value",)):
    """Charge when plant that had the super-deduction is disposed of, at the rate that the period would give it (£).

    1.3 times its disposal value before 1 April 2023, a tapered multiple across it, once after it (FA 2021 s.12(6) to (8)).
    """

    label = "Balancing charge, plant that had the super-deduction"
    reference = "FA 2021 s.12"
    box = "692"
    rule = "Disposal value of plant that had the super-deduction × its rate in the period, at least 1."

    def formula(company, period):
        multiple = np.maximum(company("super_deduction_rate", period), 1)
        return company("super_deduction_disposal_value", period) * multiple
