"""Steps 1 to 3 of the human-investment relief: training by date and type of cost, what is excluded, what counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from openfisca_goodwork.law.human_investment.paths import OFF_BY_HEAD, OFF_PRO_RATA, ONLY, inclusion_path
from openfisca_goodwork.law.human_investment.tags import Mixture, mixtures
from openfisca_goodwork.law.human_investment.terms import is_ever_other_than
from openfisca_goodwork.law.inputs.training import HEADS
from openfisca_goodwork.law.periods import Segment, constant_array, incurred, incurred_within, is_nothing, where


def counted(stretch: Segment, in_force: Any) -> dict[str, Mixture]:
    """What counts of the spending in a stretch, by head and within it by tags (£, one per company).

    Args:
        in_force: whether the relief is in force, one per distinct accounting period.
    """
    kinds = mixtures(stretch)
    only = {tag: path for tag, path in ONLY.items() if is_ever_other_than(stretch.company, path, off=False)}

    def shut_out(tags: frozenset[str]) -> list[np.ndarray]:
        return [stretch.value(path).astype(bool) for tag, path in only.items() if tag not in tags]

    found: dict[str, Mixture] = {}
    for head, spent in after_exclusions(stretch):
        amount = spent * stretch.periods.spread(stretch.value_of_each(inclusion_path(head)) * in_force)
        found[head] = {tags: _part(amount, share, shut_out(tags)) for tags, share in kinds[head].items()}
    return found


def _part(amount: np.ndarray, share: Any, shut_out: list[np.ndarray]) -> np.ndarray:
    """A share of an amount, for companies whose law does not shut it out."""
    found = amount if isinstance(share, int) else amount * share
    return where(np.any(shut_out, axis=0), 0, found) if shut_out else found


def after_exclusions(stretch: Segment) -> Iterator[tuple[str, np.ndarray]]:
    """Spending in a stretch by head, less what others paid for or another relief covers; never below zero."""
    spent = {head: incurred_within(stretch, head) for head in HEADS}
    by_head, pro_rata = _excluded(stretch, OFF_BY_HEAD), _excluded(stretch, OFF_PRO_RATA)
    if not (np.any(by_head) or np.any(pro_rata)):
        yield from spent.items()
        return
    share = _share_of_period(stretch, spent)
    left_to_exclude = by_head * share
    kept = {}
    for head, amount in spent.items():
        excluded = np.minimum(amount, left_to_exclude)
        kept[head], left_to_exclude = amount - excluded, left_to_exclude - excluded
    if not np.any(pro_rata):
        yield from kept.items()
        return
    total = sum(kept.values())
    factor = where(total > 0, 1 - np.minimum(pro_rata * share, total) / where(total > 0, total, 1), 0)
    yield from ((head, amount * factor) for head, amount in kept.items())


def _excluded(stretch: Segment, switches: dict[str, str]) -> Any:
    company, period = stretch.company, stretch.period
    amounts = {name: company(name, period) for name in switches}
    return sum(
        (amount * stretch.value(switches[name]) for name, amount in amounts.items() if not is_nothing(amount)),
        constant_array(0.0, company.count),
    )


def _share_of_period(stretch: Segment, spent: dict[str, np.ndarray]) -> np.ndarray:
    """Share of the period's training that falls in the stretch: exclusions are given for the period as a whole."""
    if (stretch.share == 1).all():
        return stretch.share
    whole = sum(incurred(stretch.company, stretch.period, head) for head in HEADS)
    return where(whole > 0, sum(spent.values()) / where(whole > 0, whole, 1), 0)
