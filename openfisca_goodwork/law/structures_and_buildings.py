"""The structures and buildings allowance: a straight line by days (CAA 2001 Part 2A)."""

from __future__ import annotations

import numpy as np

from openfisca_goodwork.model import Variable
from openfisca_goodwork.periods import brought_forward, held_within, incurred, segments

_RATE = "capital_allowances.structures_and_buildings.rate"
_COST = "structures_and_buildings_brought_forward"
_NEW, _SOLD = "structures_and_buildings_expenditure", "structures_and_buildings_disposals"


class structures_and_buildings_brought_forward(Variable, minimum=0):
    """Qualifying cost of structures and buildings already being written down (£): cost, not what is left of it."""

    label = "Structures and buildings brought forward"
    reference = "CAA 2001 s.270AA"

    def formula(company, period):
        return brought_forward(company, period, _COST)


class structures_and_buildings_allowance(Variable):
    """Structures and buildings allowance (£): for each day of use, cost × the day's rate ÷ the days of a year.

    The seller's allowance stops on the day of a sale, without a balancing charge; the buyer goes on with the same cost.
    Spending given for the whole period is taken to come into use evenly over its days; dated items on their day.
    Example: £500,000 first used on 1 January 2027, year to 31 March 2027, at 3%: £500,000 × 3% × 90/365 = £3,698.63.
    """

    label = "Structures and buildings allowance"
    reference = "CAA 2001 ss.270AA, 270EA; FA 2020 s.29"

    def formula(company, period):
        cost = brought_forward(company, period, _COST)
        stretches = segments(company, period, _RATE)
        held = (
            stretch.value(_RATE) * (cost * stretch.share + held_within(stretch, _NEW) - held_within(stretch, _SOLD))
            for stretch in stretches
        )
        return sum(held) * company("length_factor", period)


class structures_and_buildings_carried_forward(Variable):
    """Qualifying cost of structures and buildings being written down at the end of the period (£).

    None past the end of the trade: an allowance is given for days on which there is a qualifying activity.
    """

    label = "Structures and buildings carried forward"
    reference = "CAA 2001 s.270AA(2)"

    def formula(company, period):
        cost = brought_forward(company, period, _COST) + incurred(company, period, _NEW) - incurred(company, period, _SOLD)
        return cost * ~company("is_final_accounting_period", period)


class structures_and_buildings_gain(Variable):
    """Chargeable gain on structures and buildings sold: proceeds and allowances given on them, less their cost (£).

    A loss, below 0, comes off the other chargeable gains of the period; the rest of it is left out.
    Example: cost £1,000,000, allowances given £60,000, sold for £1,200,000: £260,000.
    """

    label = "Gain on structures and buildings sold"
    reference = "TCGA 1992 ss.2A, 37B"

    def formula(company, period):
        proceeds = company("structures_and_buildings_disposal_proceeds", period)
        given = company("structures_and_buildings_allowances_given_on_disposals", period)
        if not proceeds.any():
            return proceeds
        gain = proceeds + given - incurred(company, period, _SOLD)
        return np.where(proceeds > 0, np.maximum(gain, -company("chargeable_gains", period)), 0)
