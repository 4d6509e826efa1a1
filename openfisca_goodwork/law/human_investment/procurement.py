"""Proposed, not law: Good Work First, public contracts reserved to companies that meet the good-work conditions.

No part of corporation tax: what a company stands to lose or gain is revenue, and its price to the buyer public spending.
"""

from __future__ import annotations

import numpy as np

from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.periods import segments

_MINIMUM = "good_work.procurement.minimum_contract"
_RESERVED = "good_work.procurement.share_reserved"
_REFERENCE = "Proposed, not law: Good Work First"


class public_contract_revenue_reserved(Variable):
    """Part of a company's public contract revenue that is reserved to companies that meet the good-work conditions (£).

    The revenue is spread evenly over the period. Contracts are not told one by one: all of the revenue counts where the
    largest contract is of the size covered, none where it is smaller, which is an upper bound.
    Example: revenue of £2m, a largest contract of £5m, half of contracts from £1m on reserved: £1m.
    """

    label = "Public contract revenue reserved for good work"
    reference = _REFERENCE
    rule = "Revenue × the share reserved, where the largest contract is of the size covered."

    def formula(company, period):
        reserved = np.zeros(company.count)
        for stretch in segments(company, period, _MINIMUM, _RESERVED):
            is_covered = company("largest_public_contract", period) >= stretch.value(_MINIMUM)
            reserved = reserved + is_covered * stretch.value(_RESERVED) * stretch.share
        return reserved * company("public_contract_revenue", period)


class public_contract_revenue_at_risk(Variable):
    """Public contract revenue that a company would lose for not meeting the good-work conditions (£).

    Example: £1m reserved, and 12% of staff below the real living wage where 5% is allowed: £1m.
    """

    label = "Public contract revenue at risk"
    reference = _REFERENCE
    rule = "What is reserved, of a company that does not meet the conditions."

    def formula(company, period):
        return company("public_contract_revenue_reserved", period) * ~company("meets_good_work_conditions", period)
