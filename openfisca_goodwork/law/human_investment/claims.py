"""One computation of the human-investment relief, which its variables share: by stretch of the period and by head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from openfisca_goodwork.law.human_investment.baseline import above_baseline, has_increment, shares_above_baseline
from openfisca_goodwork.law.human_investment.caps import has_limits, shares_left
from openfisca_goodwork.law.human_investment.rate import credit_rate_of, extra_rates, share_of_relief
from openfisca_goodwork.law.human_investment.spending import counted
from openfisca_goodwork.law.human_investment.tags import Mixture
from openfisca_goodwork.law.human_investment.terms import in_force_of_each, may_give_relief, stretches_of
from openfisca_goodwork.law.inputs.training import HEADS
from openfisca_goodwork.law.periods import Segment, constant_array

# Type of training cost → what of its spending has which tags.
ByHead = dict[str, Mixture]


@dataclass(frozen=True, eq=False)
class StretchClaim:
    """What qualifies in a stretch of the period within which the terms of the relief do not change.

    Attributes:
        stretch: the stretch.
        qualifying: by type of training cost, and within it by tags: spending that qualifies, above any baseline and within
            every limit (£, one per company).
        counted: the same before any baseline. above_baseline: and before any limit.
        relief: what of any rate the company has, 0 to 1: eligible, claiming, good work, before a sunset.
    """

    stretch: Segment
    counted: ByHead
    above_baseline: ByHead
    qualifying: ByHead
    relief: np.ndarray


@dataclass(frozen=True, eq=False)
class TrainingClaims:
    """What of a period's training qualifies, and the relief on it (£, one per company).

    Attributes:
        qualifying: by type of training cost, after every step up to the limits.
        deduction: by type of training cost, the extra deduction that it earns.
        credit: by type of training cost, the credit, where the relief has the form of one.
        stretches: what qualifies, stretch by stretch of the period.
    """

    qualifying: dict[str, Any]
    deduction: dict[str, Any]
    credit: dict[str, Any]
    stretches: tuple[StretchClaim, ...] = ()


def training_claims(company: Any, period: Any) -> TrainingClaims:
    """Work out the relief stretch by stretch of the period, as its terms change by date: steps 1 to 7."""
    nothing = constant_array(0.0, company.count)
    stretches, in_force = _while_in_force(company, period)
    claims = tuple(_claimed(stretches, in_force)) if stretches else ()
    empty = dict.fromkeys(HEADS, nothing)
    found = TrainingClaims(dict(empty), dict(empty), dict(empty), claims)
    for claim in claims:
        _add(claim, found)
    return found


def _while_in_force(company: Any, period: Any) -> tuple[list[Segment], list[np.ndarray]]:
    """The stretches in which the relief is in force for anybody, and for which of the distinct accounting periods."""
    if not may_give_relief(company):
        return [], []
    stretches = [(one, in_force_of_each(one)) for one in stretches_of(company, period)]
    live = [(one, is_so) for one, is_so in stretches if is_so.any()]
    return [one for one, _is_so in live], [is_so for _one, is_so in live]


def _add(claim: StretchClaim, found: TrainingClaims) -> None:
    """Add what qualifies in a stretch, and the relief on it, to what was found before."""
    rate_of, credit_rate = extra_rates(claim.stretch), credit_rate_of(claim.stretch)
    every_tags = {tags for amounts in claim.qualifying.values() for tags in amounts}
    rates = {tags: rate_of(tags) * claim.relief for tags in every_tags}
    for head, amounts in claim.qualifying.items():
        for tags, amount in amounts.items():
            found.qualifying[head] = found.qualifying[head] + amount
            found.deduction[head] = found.deduction[head] + amount * rates[tags]
            if credit_rate is not None:
                found.credit[head] = found.credit[head] + amount * (credit_rate * claim.relief)


def _claimed(stretches: list[Segment], in_force: list[np.ndarray]) -> list[StretchClaim]:
    """Steps 1 to 5, and who has the relief."""
    heads = before = _counted(stretches, in_force)
    relief = [share_of_relief(stretch) for stretch in stretches]
    if has_increment(stretches[0].company):
        heads = _cut(heads, shares_above_baseline(stretches, in_force, totals(heads), relief))
    above = heads
    if has_limits(stretches[0].company):
        heads = _cut(heads, shares_left(stretches, in_force, totals(heads)))
    return [StretchClaim(*one) for one in zip(stretches, before, above, heads, relief, strict=True)]


def _counted(stretches: list[Segment], in_force: list[np.ndarray]) -> list[ByHead]:
    return [counted(stretch, is_so) for stretch, is_so in zip(stretches, in_force, strict=True)]


def totals(heads: list[ByHead]) -> list[Any]:
    """All heads and tags of each stretch together (£)."""
    return [sum(amount for amounts in one.values() for amount in amounts.values()) for one in heads]


def _cut(heads: list[ByHead], shares: list[Any]) -> list[ByHead]:
    """The same share of every amount in a stretch: a baseline or a limit cuts all spending alike."""
    return [
        {head: {tags: amount * share for tags, amount in amounts.items()} for head, amounts in one.items()}
        for one, share in zip(heads, shares, strict=True)
    ]


def training_before_limits(company: Any, period: Any) -> np.ndarray:
    """All training that counts while the relief is in force, before any baseline and limit (£)."""
    stretches, in_force = _while_in_force(company, period)
    return sum(totals(_counted(stretches, in_force)), constant_array(0.0, company.count))


def less_baseline(company: Any, period: Any) -> np.ndarray:
    """Training that counts while only what is above a baseline does, less the baseline; below 0 where it falls short (£)."""
    stretches, in_force = _while_in_force(company, period)
    if not stretches or not has_increment(company):
        return constant_array(0.0, company.count)
    return above_baseline(stretches, in_force, totals(_counted(stretches, in_force)))
