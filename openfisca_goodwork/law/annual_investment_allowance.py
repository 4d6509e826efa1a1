"""The annual investment allowance: all of a company's spending on plant, cars apart, up to a limit (CAA 2001 s.51A)."""

from __future__ import annotations

from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.notes import once
from openfisca_goodwork.law.periods import alike
from openfisca_goodwork.law.plant_claims import plant_claims


class annual_investment_allowance_maximum(Variable):
    """Most that may be claimed as annual investment allowance (£).

    The limit, in proportion for a period that is not twelve months or straddles a change, times this company's share of
    its group's one allowance.
    Example: the year to 31 March 2019 has 275/365 × £200,000 + 90/365 × £1,000,000 = £397,260.27.
    """

    label = "Annual investment allowance, maximum"
    reference = "CAA 2001 s.51A(5), (6); FA 2019 Sch 13 para 1"
    rule = "Limit × length of the period × share of the group's allowance; where the limit changes, each limit by its days."

    def formula(company, period):
        return once(company, period, plant_claims).limit.maximum


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
        claimed = once(company, period, plant_claims).annual_investment_allowance
        return sum(claimed.values(), alike(0.0, company.count))
