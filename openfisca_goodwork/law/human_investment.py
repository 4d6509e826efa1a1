"""Proposed, not law: the human-investment relief, an extra deduction for training. In current law every rate is 0.

The steps are the clause's: spending by date, what is excluded, what counts, the extra deduction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from openfisca_goodwork.model import Variable
from openfisca_goodwork.notes import once
from openfisca_goodwork.periods import Segment, alike, incurred, incurred_within, over_period, segments

# In the order in which levy-funded and connected-party amounts come off them.
HEADS = (
    "external_course_fees",
    "training_materials_and_travel",
    "trainer_pay",
    "trainee_pay",
    "training_centre_costs",
    "training_management_costs",
)
RATE = "human_investment.additional_deduction"
# Amounts taken off head by head, and amounts taken off all heads alike, each with the switch that excludes it.
_BY_HEAD = {
    "levy_funded_training": "human_investment.qualifying.exclude_levy_funded",
    "training_from_connected_parties": "human_investment.qualifying.exclude_connected_parties",
}
_PRO_RATA = {
    "training_grants_received": "human_investment.qualifying.exclude_grant_funded",
    "training_in_research_and_development": "human_investment.qualifying.exclude_research_and_development",
}


def inclusion_path(head: str) -> str:
    """Path of the share of a cost head that counts."""
    return f"human_investment.qualifying.{head}.inclusion"


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
            for head, spent in _after_exclusions(stretch):
                qualifying = spent * stretch.periods.spread(counted[head] * in_force)
                claims.qualifying[head] = claims.qualifying[head] + qualifying
                claims.deduction[head] = claims.deduction[head] + qualifying * rate
    return claims


def _after_exclusions(stretch: Segment) -> Iterator[tuple[str, np.ndarray]]:
    """Spending in a stretch by head, less what others paid for or another relief covers; never below zero."""
    spent = {head: incurred_within(stretch, head) for head in HEADS}
    by_head, pro_rata = _excluded(stretch, _BY_HEAD), _excluded(stretch, _PRO_RATA)
    if not (np.any(by_head) or np.any(pro_rata)):
        yield from spent.items()
        return
    share = _share_of_period(stretch, spent)
    left_to_exclude = by_head * share
    kept = {}
    for head, amount in spent.items():
        excluded = np.minimum(amount, left_to_exclude)
        kept[head], left_to_exclude = amount - excluded, left_to_exclude - excluded
    total = sum(kept.values())
    factor = np.where(total > 0, 1 - np.minimum(pro_rata * share, total) / np.where(total > 0, total, 1), 0)
    yield from ((head, amount * factor) for head, amount in kept.items())


def _excluded(stretch: Segment, switches: dict[str, str]) -> Any:
    company, period = stretch.company, stretch.period
    amounts = {name: company(name, period) for name in switches}
    return sum(
        (amount * over_period(company, period, switches[name]) for name, amount in amounts.items() if amount.any()),
        np.zeros(company.count),
    )


def _share_of_period(stretch: Segment, spent: dict[str, np.ndarray]) -> np.ndarray:
    """Share of the period's training that falls in the stretch: exclusions are given for the period as a whole."""
    whole = sum(incurred(stretch.company, stretch.period, head) for head in HEADS)
    return np.where(whole > 0, sum(spent.values()) / np.where(whole > 0, whole, 1), 0)


class qualifying_training_expenditure(Variable):
    """Training that counts for the relief (£): all heads, while the relief is in force, after exclusions.

    Example: fees of £10,000 and trainers' pay of £5,000 in 2028, both heads counted in full, give £15,000.
    """

    label = "Qualifying training expenditure"
    reference = "Proposed, not law: human-investment relief, steps 1 to 5"

    def formula(company, period):
        return sum(once(company, period, training_claims).qualifying.values())


class human_investment_deduction(Variable):
    """The *extra* deduction for training, on top of the ordinary 100% (£).

    Example: 30% extra on £100,000 gives £30,000.
    """

    label = "Human-investment deduction"
    reference = "Proposed, not law: human-investment relief, steps 6 and 7"

    def formula(company, period):
        return sum(once(company, period, training_claims).deduction.values())


def _deduction_for(head: str) -> type[Variable]:
    """The part of the deduction that falls to one cost head: the deduction is the sum of these."""

    def formula(company, period):
        return once(company, period, training_claims).deduction[head]

    words = head.replace("_", " ")
    attributes = {
        "label": f"Human-investment deduction, {words}",
        "reference": "Proposed, not law: human-investment relief, steps 6 and 7",
        "__doc__": f"The extra deduction for training that falls to {words} (£).",
        "__module__": __name__,
        "formula": formula,
    }
    return type(f"human_investment_deduction_{head}", (Variable,), attributes)


globals().update({variable.__name__: variable for variable in map(_deduction_for, HEADS)})
