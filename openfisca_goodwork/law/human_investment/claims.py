"""One computation of the human-investment relief, which its variables share: by stretch of the period and by head."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from openfisca_goodwork.law.human_investment.paths import HEADS, RATE, inclusion_path
from openfisca_goodwork.law.human_investment.spending import after_exclusions
from openfisca_goodwork.law.human_investment.switches import CREDIT_RATE, FORM
from openfisca_goodwork.periods import alike, segments


@dataclass(frozen=True)
class TrainingClaims:
    """What of a period's training qualifies, and the relief on it (£, one per company).

    Attributes:
        qualifying: by cost head, after exclusions, times the share of the head that counts.
        deduction: by cost head, the extra deduction that it earns.
        credit: by cost head, the credit, where the relief has the form of one.
    """

    qualifying: dict[str, Any]
    deduction: dict[str, Any]
    credit: dict[str, Any]


def training_claims(company: Any, period: Any) -> TrainingClaims:
    """Work out the relief stretch by stretch of the period, as its rate and its cost heads change by date."""
    nothing = alike(0.0, company.count)
    claims = TrainingClaims(*(dict.fromkeys(HEADS, nothing) for _part in fields(TrainingClaims)))
    for stretch in segments(company, period, RATE, FORM, CREDIT_RATE, *map(inclusion_path, HEADS)):
        counted = {head: stretch.value_of_each(inclusion_path(head)) for head in HEADS}
        is_credit = stretch.value_of_each(FORM) == "credit"
        in_force = np.where(is_credit, stretch.value_of_each(CREDIT_RATE), stretch.value_of_each(RATE)) > 0
        if any((share * in_force).any() for share in counted.values()):
            claims_it = company("claims_human_investment_relief", period)
            rate = stretch.value(RATE) * stretch.taper(RATE) * claims_it * stretch.periods.spread(~is_credit)
            credit_rate = stretch.value(CREDIT_RATE) * claims_it * stretch.periods.spread(is_credit)
            for head, spent in after_exclusions(stretch):
                qualifying = spent * stretch.periods.spread(counted[head] * in_force)
                claims.qualifying[head] = claims.qualifying[head] + qualifying
                claims.deduction[head] = claims.deduction[head] + qualifying * rate
                if is_credit.any():
                    claims.credit[head] = claims.credit[head] + qualifying * credit_rate
    return claims
