"""Steps 1 to 3 of the human-investment relief: training by date and cost head, what is excluded of it, what counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from openfisca_goodwork.law.human_investment.paths import HEADS
from openfisca_goodwork.periods import Segment, incurred, incurred_within, over_period

# Amounts taken off head by head, and amounts taken off all heads alike, each with the switch that excludes it.
_BY_HEAD = {
    "levy_funded_training": "human_investment.qualifying.exclude_levy_funded",
    "training_from_connected_parties": "human_investment.qualifying.exclude_connected_parties",
}
_PRO_RATA = {
    "training_grants_received": "human_investment.qualifying.exclude_grant_funded",
    "training_in_research_and_development": "human_investment.qualifying.exclude_research_and_development",
}


def after_exclusions(stretch: Segment) -> Iterator[tuple[str, np.ndarray]]:
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
