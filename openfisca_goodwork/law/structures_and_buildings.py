"""The structures and buildings allowance: a straight line by days (CAA 2001 Part 2A)."""

from __future__ import annotations

from openfisca_goodwork.model import Variable
from openfisca_goodwork.periods import brought_forward, held_within, incurred, segments

_RATE = "capital_allowances.structures_and_buildings.rate"
_COST = "structures_and_buildings_brought_forward"


class structures_and_buildings_brought_forward(Variable, minimum=0):
    """Qualifying cost of structures and buildings already being written down (£): cost, not what is left of it."""

    label = "Structures and buildings brought forward"
    reference = "CAA 2001 s.270AA"

    def formula(company, period):
        return brought_forward(company, period, _COST)


class structures_and_buildings_allowance(Variable):
    """Structures and buildings allowance (£): for each day of use, cost × the day's rate ÷ the days of a year.

    Spending given for the whole period is taken to come into use evenly over its days; dated items on their day.
    Example: £500,000 first used on 1 January 2027, year to 31 March 2027, at 3%: £500,000 × 3% × 90/365 = £3,698.63.
    """

    label = "Structures and buildings allowance"
    reference = "CAA 2001 ss.270AA, 270EA; FA 2020 s.29"

    def formula(company, period):
        cost = brought_forward(company, period, _COST)
        stretches = segments(company, period, _RATE)
        held = (
            stretch.value(_RATE) * (cost * stretch.share + held_within(stretch, "structures_and_buildings_expenditure"))
            for stretch in stretches
        )
        return sum(held) * company("length_factor", period)


class structures_and_buildings_carried_forward(Variable):
    """Qualifying cost of structures and buildings being written down at the end of the period (£)."""

    label = "Structures and buildings carried forward"
    reference = "CAA 2001 s.270AA"

    def formula(company, period):
        new = incurred(company, period, "structures_and_buildings_expenditure")
        return brought_forward(company, period, _COST) + new
