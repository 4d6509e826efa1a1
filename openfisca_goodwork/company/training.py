"""How the relief for training of one company comes about: spending, what is left out of it and why, limits, rates, relief.

Nothing of the relief is worked out here: what the law's own steps make of the company is put into words and figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from openfisca_goodwork.company.vocabulary import label_of
from openfisca_goodwork.errors import and_joined
from openfisca_goodwork.law.human_investment import HEADS, StretchClaim, inclusion_path, training_claims
from openfisca_goodwork.law.human_investment.caps import BY_SIZE_OF_GROUP, limits
from openfisca_goodwork.law.human_investment.eligibility import conditions
from openfisca_goodwork.law.human_investment.paths import (
    FORM,
    GOOD_WORK,
    OFF_BY_HEAD,
    OFF_PRO_RATA,
)
from openfisca_goodwork.law.human_investment.relief import credit_rate_of, extra_rates, totals
from openfisca_goodwork.law.human_investment.spending import after_exclusions
from openfisca_goodwork.law.human_investment.terms import in_force_of_each
from openfisca_goodwork.law.notes import cached_for_period
from openfisca_goodwork.law.periods import incurred, incurred_within
from openfisca_goodwork.policy.vocabulary import current_vocabulary
from openfisca_goodwork.rendering import as_json, fields_as_json

OUT_OF_FORCE = "paid for while the relief is not in force"
NOT_OF_THE_KIND = "not accredited, or not by a registered provider, where only that counts"
UP_TO_BASELINE = "up to the baseline"
ABOVE_LIMITS = "above the limits"
_LEAST = 0.005
_DECIMALS = 9
_CLAIMS = "claims_human_investment_relief"


@dataclass(frozen=True)
class LeftOut:
    """Spending that does not qualify (£), and why."""

    reason: str
    amount: float


@dataclass(frozen=True)
class Rated:
    """Qualifying training of the same marks on days with the same terms.

    Attributes:
        tags: what it is marked as, of those that matter to the law.
        amount: £. rate: extra deduction or credit for each £1 that this company has.
    """

    tags: tuple[str, ...]
    amount: float
    rate: float


@dataclass(frozen=True)
class TrainingLimit:
    """A limit on qualifying training, in force in the period.

    Attributes:
        path: its parameter, or the group of those by size. label: for people.
        allowed: what it allows (£). asked: what there is to qualify under it (£).
    """

    path: str
    label: str
    allowed: float
    asked: float

    @property
    def binds(self) -> bool:
        """Whether it is used up: one more pound would not qualify."""
        return self.asked > 0 and self.asked >= self.allowed


@dataclass(frozen=True)
class TrainingRelief:
    """The relief for training of one accounting period under one law.

    Attributes:
        form: ``deduction`` or ``credit``.
        spent: by type of training cost, all of the period (£). qualifying: what has relief of it, after every step.
        counting: types of training cost of which any share counts while the relief is in force.
        left_out: what does not qualify and why, in the order of the steps.
        counted: what counts before any baseline and limit (£). above_baseline: and what of it is above the baseline.
        limits: those in force, with what they allow and what they were asked for.
        rates: qualifying training by its rate.
        relief: by type of training cost, the deduction or credit that it earns (£), before any part is given up for cash.
        why_none: why the company has none, or less than the rate; empty where it has all.
    """

    form: str
    spent: Mapping[str, float] = field(hash=False)
    qualifying: Mapping[str, float] = field(hash=False)
    counting: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    counted: float
    above_baseline: float
    limits: tuple[TrainingLimit, ...]
    rates: tuple[Rated, ...]
    relief: Mapping[str, float] = field(hash=False)
    why_none: str

    @property
    def binding(self) -> TrainingLimit | None:
        """The limit that cuts most; None where none does."""
        cutting = [limit for limit in self.limits if limit.binds]
        return min(cutting, key=lambda limit: limit.allowed / limit.asked, default=None)

    @property
    def is_below_baseline(self) -> bool:
        """Whether all that counts is up to the baseline."""
        return any(cut.reason == UP_TO_BASELINE for cut in self.left_out) and not sum(self.qualifying.values())

    @property
    def why_no_more(self) -> str:
        """Why one more pound of training has no relief, or none that saves tax, where that is so."""
        if self.why_none:
            return self.why_none
        if self.binding:
            return f"{self.binding.label} is used up"
        if self.is_below_baseline:
            return "training is below the baseline"
        if not self.counted and any(cut.reason == NOT_OF_THE_KIND for cut in self.left_out):
            return f"it is {NOT_OF_THE_KIND}"
        if any(cut.reason == UP_TO_BASELINE for cut in self.left_out):
            return "what it saves in this period is lost in later ones, whose baseline it raises"
        return "no tax of these accounting periods is less for it"

    def to_dict(self) -> dict[str, Any]:
        """It as JSON holds it: heads without any spending left out, no limit as null."""
        heads = [head for head, amount in self.spent.items() if amount]
        return {
            "form": self.form,
            "by_head": {
                head: {"spent": self.spent[head], "qualifies": self.qualifying[head], "relief": self.relief[head]}
                for head in heads
            },
            "left_out": as_json(self.left_out),
            "limits": [fields_as_json(limit) | {"binds": limit.binds} for limit in self.limits],
            "rates": as_json(self.rates),
            "why_none": self.why_none,
        }


def relief_of(company: Any, period: Any) -> TrainingRelief | None:
    """The relief of one accounting period of one company, as formulas see both; None where it is not in force in it."""
    claims = cached_for_period(company, period, training_claims)
    stretches = [claim for claim in claims.stretches if claim.stretch.share.any()]
    if not stretches:
        return None
    is_credit = any(bool((claim.stretch.value(FORM) == "credit")[0]) for claim in stretches)
    return TrainingRelief(
        form="credit" if is_credit else "deduction",
        spent={head: _one(incurred(company, period, head)) for head in HEADS},
        qualifying={head: _one(claims.qualifying[head]) for head in HEADS},
        counting=tuple(head for head in HEADS if any(_counts(claim, head) for claim in stretches)),
        left_out=tuple(cut for cut in _left_out(company, period, stretches) if cut.amount >= _LEAST),
        counted=sum(_total(claim.counted) for claim in stretches),
        above_baseline=sum(_total(claim.above_baseline) for claim in stretches),
        limits=tuple(_limits(stretches)),
        rates=tuple(_rates(stretches, is_credit=is_credit)),
        relief={head: _one((claims.credit if is_credit else claims.deduction)[head]) for head in HEADS},
        why_none=_why_none(company, period, stretches),
    )


def _one(values: Any) -> float:
    return float(np.ravel(values)[0]) + 0.0


def _counts(claim: StretchClaim, head: str) -> bool:
    return bool(_one(claim.stretch.value(inclusion_path(head))) > 0)


def _total(heads: Mapping[str, Mapping[Any, Any]]) -> float:
    """All heads and tags together (£)."""
    return sum(_one(amount) for amounts in heads.values() for amount in amounts.values())


def _left_out(company: Any, period: Any, claims: Iterable[StretchClaim]) -> Iterator[LeftOut]:
    """What each step leaves out; together with what qualifies, all that was spent."""
    kept = [dict(after_exclusions(claim.stretch)) for claim in claims]
    spent = [{head: _one(incurred_within(claim.stretch, head)) for head in HEADS} for claim in claims]
    within = sum(sum(amounts.values()) for amounts in spent)
    yield LeftOut(OUT_OF_FORCE, sum(_one(incurred(company, period, head)) for head in HEADS) - within)
    yield from _excluded(company, period, claims, spent)
    counted = 0.0
    for head in HEADS:
        amounts = [_one(by_head[head]) for by_head in kept]
        shares = [_one(claim.stretch.value(inclusion_path(head))) for claim in claims]
        counts = sum(amount * share for amount, share in zip(amounts, shares, strict=True))
        counted += counts
        yield LeftOut(f"{label_of(head)}, which {'does' if not counts else 'in part do'} not count", sum(amounts) - counts)
    before, above, qualifying = (
        sum(_total(heads) for heads in stages)
        for stages in zip(*((claim.counted, claim.above_baseline, claim.qualifying) for claim in claims), strict=True)
    )
    yield LeftOut(NOT_OF_THE_KIND, counted - before)
    yield LeftOut(UP_TO_BASELINE, before - above)
    yield LeftOut(ABOVE_LIMITS, above - qualifying)


def _excluded(
    company: Any, period: Any, claims: Iterable[StretchClaim], spent: Iterable[Mapping[str, float]]
) -> Iterator[LeftOut]:
    """What others paid for, or other reliefs cover, in the order in which it comes off (£)."""
    whole = sum(_one(incurred(company, period, head)) for head in HEADS)
    taken = dict.fromkeys({**OFF_BY_HEAD, **OFF_PRO_RATA}, 0.0)
    for claim, amounts in zip(claims, spent, strict=True):
        total = left = sum(amounts.values())
        for name, switch in {**OFF_BY_HEAD, **OFF_PRO_RATA}.items():
            share = total / whole if whole else 0.0
            amount = min(_one(company(name, period)) * _one(claim.stretch.value(switch)) * share, left)
            taken[name], left = taken[name] + amount, left - amount
    yield from (LeftOut(label_of(name), amount) for name, amount in taken.items())


def _limits(claims: Sequence[StretchClaim]) -> Iterator[TrainingLimit]:
    """The limits that are in force on some day of the period."""
    stretches = [claim.stretch for claim in claims]
    asked = totals([claim.above_baseline for claim in claims])
    for limit in limits(stretches, [in_force_of_each(stretch) for stretch in stretches], asked):
        if any(_one(is_so) for is_so in limit.is_in_force):
            yield TrainingLimit(limit.path, _label(limit.path), _one(limit.allowed), _one(limit.asked))


def _label(path: str) -> str:
    return "Limit on training, by size of group" if path == BY_SIZE_OF_GROUP else current_vocabulary()[path].label


def _rates(claims: Iterable[StretchClaim], *, is_credit: bool) -> Iterator[Rated]:
    """Qualifying training by tags and rate, stretch by stretch; alike ones together."""
    sums: dict[tuple[tuple[str, ...], float], float] = {}
    for claim in claims:
        rate_of, of_credit = extra_rates(claim.stretch), credit_rate_of(claim.stretch)
        for amounts in claim.qualifying.values():
            for tags, amount in amounts.items():
                rate = of_credit if is_credit and of_credit is not None else rate_of(tags)
                key = tuple(sorted(tags)), round(_one(rate * claim.relief), _DECIMALS)
                sums[key] = sums.get(key, 0.0) + _one(amount)
    yield from (Rated(tags, amount, rate) for (tags, rate), amount in sums.items() if amount >= _LEAST)


def _why_none(company: Any, period: Any, claims: Sequence[StretchClaim]) -> str:
    """Why the company does not have the rate in full, as on the last days on which the relief is in force."""
    claim = claims[-1]
    if not _one(company(_CLAIMS, period)):
        return "the company does not claim it"
    failed = dict.fromkeys(
        words if not facts or company.notes.told & set(facts) else f"{words}, which is not given ({' or '.join(facts)})"
        for words, facts, is_met in conditions(claim.stretch)
        if not _one(is_met)
    )
    if failed:
        return f"the company is not eligible by {and_joined(tuple(failed))}"
    if _one(claim.stretch.value(GOOD_WORK)) and not _one(company("meets_good_work_conditions", period)):
        return "it does not meet the good-work conditions"
    return ""
