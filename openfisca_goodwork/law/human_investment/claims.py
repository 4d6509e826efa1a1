"""One computation of the human-investment relief, which its variables share: by stretch of the period and by head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from openfisca_goodwork.law.human_investment.paths import HEADS, RATE, inclusion_path
from openfisca_goodwork.law.human_investment.spending import after_exclusions
from openfisca_goodwork.periods import alike, segments


@dataclass(frozen=True)
class TrainingClaims:
    """What of a period's training qualifies, and the relief on it (£, one per company).

    Attributes:
        qualifying: by cost head, after exclusions, times the share of the head that counts.
        deduction: by cost head, the extra deduction.
    """

    qualifying: dict[str, Any]
    deduction: dict[str, Any]


def training_claims(company: Any, period: Any) -> TrainingClaims:
    """Work out the relief stretch by stretch of the period, as its rate and its cost heads change by date."""
    nothing = alike(0.0, company.count)
    claims = TrainingClaims(dict.fromkeys(HEADS, nothing), dict.fromkeys(HEADS, nothing))
    for stretch in segments(company, period, RATE, *map(inclusion_path, HEADS)):
        counted = {head: stretch.value_of_each(inclusion_path(head)) for head in HEADS}
        in_force = stretch.value_of_each(RATE) > 0
        if any((share * in_force).any() for share in counted.values()):
            rate = stretch.value(RATE) * stretch.taper(RATE) * company("claims_human_investment_relief", period)
            for head, spent in after_exclusions(stretch):
                qualifying = spent * stretch.periods.spread(counted[head] * in_force)
                claims.qualifying[head] = claims.qualifying[head] + qualifying
                claims.deduction[head] = claims.deduction[head] + qualifying * rate
    return claims
