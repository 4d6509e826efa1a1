"""The apprenticeship levy (FA 2016 Part 6). It is no part of corporation tax, and has been deducted from the profits given.

The levy is charged month by month for tax years. Here the pay bill of an accounting period bears it at the rates of the
period's days, less the allowance in proportion to the period's length.
"""

from __future__ import annotations

from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.periods import over_period, positive


class apprenticeship_levy(Variable):
    """Apprenticeship levy on the pay bill of the accounting period, after the allowance (£).

    Example: a pay bill of £5m in 2025 gives 0.5% × £5m − £15,000 = £10,000.
    """

    label = "Apprenticeship levy"
    reference = "FA 2016 ss.99 to 101"
    rule = (
        "Pay bill × rate − allowance × length × share of the group's allowance, not below 0; no part of corporation tax, "
        "and deducted from profits already."
    )

    def formula(company, period):
        levy = company("pay_bill", period) * over_period(company, period, "apprenticeship_levy.rate")
        share = company("length_factor", period) * company("apprenticeship_levy_allowance_share", period)
        return positive(levy - over_period(company, period, "apprenticeship_levy.allowance") * share)
