"""Buildings in special tax sites of freeports and investment zones: 10% a year, a straight line (CAA 2001 ss.270AA, 270BNA).

Plant in such sites is a class of its own, in ``plant``. What a site asks for (construction begun once it is designated, use
before its sunset, an allowance statement) the company says by giving the cost here.
"""

from __future__ import annotations

from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.periods import brought_forward, incurred
from openfisca_goodwork.law.structures_and_buildings import straight_line

_RATE = "capital_allowances.structures_and_buildings.special_tax_site_rate"
_COST, _NEW = "special_tax_site_buildings_brought_forward", "special_tax_site_buildings_expenditure"


class special_tax_site_buildings_expenditure(Variable, dated=True, minimum=0):
    """Qualifying cost of buildings in special tax sites whose allowance begins in the accounting period (£).

    Dated by the later of the day the cost was incurred and the day the building was first used.
    """

    label = "Buildings in special tax sites, expenditure"
    reference = "CAA 2001 s.270BNA"
    box = "part of 771"


class special_tax_site_buildings_brought_forward(Variable, minimum=0):
    """Qualifying cost of buildings in special tax sites already being written down (£): cost, not what is left of it."""

    label = "Buildings in special tax sites, brought forward"
    reference = "CAA 2001 ss.270AA, 270BNA"

    def formula(company, period):
        return brought_forward(company, period, _COST)


class special_tax_site_buildings_allowance(Variable, only_with=(_COST, _NEW)):
    """Structures and buildings allowance on buildings in special tax sites (£): cost × 10% a year, for each day of use.

    Its end after ten years is not followed: leave out what has had them.
    Example: £500,000 first used on 1 January 2027, year to 31 March 2027: £500,000 × 10% × 90/365 = £12,328.77.
    """

    label = "Structures and buildings allowance in special tax sites"
    reference = "CAA 2001 ss.270AA(5), 270BNA; HMRC CA94751"
    rule = "Cost × the rate ÷ the days of the year, for every day of use; undated amounts come evenly over the days."

    def formula(company, period):
        return straight_line(company, period, _RATE, _COST, _NEW)


class special_tax_site_buildings_carried_forward(Variable):
    """Qualifying cost of buildings in special tax sites being written down at the end of the period (£)."""

    label = "Buildings in special tax sites, carried forward"
    reference = "CAA 2001 s.270AA(2)"
    rule = "Cost brought forward + cost of the period; nothing after the final period."

    def formula(company, period):
        cost = brought_forward(company, period, _COST) + incurred(company, period, _NEW)
        return cost * ~company("is_final_accounting_period", period)
