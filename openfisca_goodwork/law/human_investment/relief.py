"""The human-investment relief: what qualifies (steps 1 to 5), the rate and who has it (6), the extra deduction (7).

The relief is worked out stretch by stretch of the accounting period, as its terms change by date, and within a stretch by
type of training cost and by tags of the spending. What counts (``spending``), what is above a baseline (``baseline``) and
what is within the limits (``caps``) have modules of their own, and so has cash in place of the deduction (``cash_option``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from openfisca_goodwork.law.human_investment.baseline import above_baseline, has_increment, shares_above_baseline
from openfisca_goodwork.law.human_investment.caps import has_limits, shares_left
from openfisca_goodwork.law.human_investment.eligibility import by_size, is_eligible
from openfisca_goodwork.law.human_investment.paths import (
    BY_SIZE,
    COMBINATION,
    CREDIT_RATE,
    FORM,
    GOOD_WORK,
    MAXIMUM,
    RATE,
    RELIEF_WITHOUT,
    UPLIFTS,
)
from openfisca_goodwork.law.human_investment.spending import Mixture, counted
from openfisca_goodwork.law.human_investment.terms import (
    in_force_of_each,
    is_ever_other_than,
    may_give_less,
    may_give_relief,
    stretches_of,
    taper,
)
from openfisca_goodwork.law.inputs.training import HEADS
from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.notes import cached_for_period
from openfisca_goodwork.law.periods import Segment, constant_array, where

# --- variables that fall to one type of training cost each, and together make up the whole ---------------------------


def for_each_head(
    whole: str, label: str, reference: str, rule: str, by_head: Callable[[Any, Any], dict[str, Any]], module: str
) -> dict[str, type[Variable]]:
    """One variable for each type of training cost, named ``<whole>_<head>``, for the module that asks to hold.

    Args:
        whole: name of the variable that they add up to. label: what it is, for people. reference: of all of them.
        rule: the formula in words, with ``{head}`` where the type of training cost stands.
        by_head: the amounts of a period by type of training cost (£, one per company).
    """
    made = (_of_one(whole, label, reference, rule, by_head, module, head) for head in HEADS)
    return {variable.__name__: variable for variable in made}


def _of_one(
    whole: str, label: str, reference: str, rule: str, by_head: Callable[[Any, Any], dict[str, Any]], module: str, head: str
) -> type[Variable]:
    def formula(company, period):
        return by_head(company, period)[head]

    words = head.replace("_", " ")
    attributes = {
        "label": f"{label}, {words}",
        "reference": reference,
        "rule": rule.format(head=words),
        "__doc__": f"{label}: what falls to {words} (£).",
        "__module__": module,
        "formula": formula,
    }
    return type(f"{whole}_{head}", (Variable,), attributes)


# --- what qualifies and what it earns, stretch by stretch (steps 1 to 7) ------------------------------------------------

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


# --- the rate of the extra deduction, and who has it (step 6) --------------------------------------------------------


def extra_rates(stretch: Segment) -> Callable[[frozenset[str]], np.ndarray]:
    """The extra deduction per £1 in a stretch, as a function of the tags of the spending: rate, uplifts, maximum."""
    company = stretch.company
    base = stretch.value(RATE)
    if any(is_ever_other_than(company, path, off=0) for path in BY_SIZE.values()):
        base = base + by_size(stretch, *(stretch.value(path) for path in BY_SIZE.values()))
    uplifts = {tag: stretch.value(path) for tag, path in UPLIFTS.items() if is_ever_other_than(company, path, off=0)}
    takes_highest = _is(stretch, COMBINATION, "highest", off="sum")
    is_deduction = _is(stretch, FORM, "deduction", off="deduction")

    def rate(tags: frozenset[str]) -> np.ndarray:
        marked = [uplift for tag, uplift in uplifts.items() if tag in tags]
        found = base + _combined(marked, takes_highest) if marked else base
        if is_ever_other_than(company, MAXIMUM, off=np.inf):
            found = np.minimum(found, stretch.value(MAXIMUM))
        return found if is_deduction is None else where(is_deduction, found, 0)

    return rate


def credit_rate_of(stretch: Segment) -> np.ndarray | None:
    """The credit per £1 in a stretch, 0 where the relief is a deduction; None where the law never has a credit."""
    is_credit = _is(stretch, FORM, "credit", off="deduction")
    return None if is_credit is None else where(is_credit, stretch.value(CREDIT_RATE), 0)


def _is(stretch: Segment, path: str, wanted: str, off: str) -> Any:
    """Whether a switch stands at one word in the stretch; None where the law never has another than the usual one."""
    return stretch.value(path) == wanted if is_ever_other_than(stretch.company, path, off=off) else None


def _combined(uplifts: list[np.ndarray], takes_highest: Any) -> np.ndarray:
    """The uplifts of one £1: their sum, or the highest of them."""
    together = np.sum(uplifts, axis=0)
    return together if takes_highest is None else where(takes_highest, np.max(uplifts, axis=0), together)


def share_of_relief(stretch: Segment) -> np.ndarray:
    """What of a rate the company has, 0 to 1: of one that claims and is eligible, by good work and before a sunset."""
    company, period = stretch.company, stretch.period
    share = taper(stretch) * company("claims_human_investment_relief", period) * is_eligible(stretch)
    if not is_ever_other_than(company, GOOD_WORK, off=False):
        return share
    fails = stretch.value(GOOD_WORK).astype(bool) & ~company("meets_good_work_conditions", period)
    return share * where(fails, stretch.value(RELIEF_WITHOUT), 1)


# --- what qualifies, as variables -------------------------------------------------------------------------------------


class training_expenditure_counted(Variable):
    """Training that counts while the relief is in force, before any baseline and any limit (£).

    Example: fees of £80,000, all of which count, of which £50,000 are within a limit and qualify: £80,000.
    """

    label = "Training that counts, before any baseline and limit"
    reference = "Proposed, not law: human-investment relief, steps 1 to 3"
    rule = "Every type of training cost, less what is left out."

    def formula(company, period):
        if has_increment(company) or has_limits(company):
            return training_before_limits(company, period)
        return company("qualifying_training_expenditure", period)


class training_less_baseline(Variable):
    """Training that counts less the company's own baseline, below 0 where it falls short of it (£).

    0 where the law gives relief for more than what is above a baseline. A group holds its companies' against one another.
    Example: fees of £6,000 in a year that £10,000 counted before fall short by £4,000: −£4,000.
    """

    label = "Training less the baseline, below 0 where it falls short"
    reference = "Proposed, not law: human-investment relief, step 4"
    rule = "Training that counts while only what is above a baseline does, less the baseline for those days."

    def formula(company, period):
        return less_baseline(company, period)


class qualifying_training_expenditure(Variable):
    """Training that counts for the relief (£): all types of cost, while the relief is in force.

    After exclusions, above any baseline and within any limit, whether or not the company claims it or is eligible.
    Example: fees of £10,000 and trainers' pay of £5,000 in 2028, both types counted in full, give £15,000.
    """

    label = "Qualifying training expenditure"
    reference = "Proposed, not law: human-investment relief, steps 1 to 5"
    rule = "What counts, less what is up to the baseline and above the limits."

    def formula(company, period):
        return sum(cached_for_period(company, period, training_claims).qualifying.values())


# qualifying_training_expenditure_external_course_fees and so on: a variable for each type of training cost.
globals().update(
    for_each_head(
        "qualifying_training_expenditure",
        "Qualifying training expenditure",
        "Proposed, not law: human-investment relief, steps 1 to 5",
        "What of it is {head}: a baseline and limits cut all heads alike.",
        lambda company, period: cached_for_period(company, period, training_claims).qualifying,
        __name__,
    )
)


# --- the extra deduction -------------------------------------------------------------------------------------------------


def deduction_by_head(company: Any, period: Any) -> dict[str, Any]:
    """The extra deduction by type of training cost: what it earns, × the share of that which the law gives (£)."""
    earned = cached_for_period(company, period, training_claims).deduction
    if not may_give_less(company):
        return earned
    share_given = company("human_investment_deduction_share_given", period)
    return {head: amount * share_given for head, amount in earned.items()}


class human_investment_deduction(Variable):
    """The *extra* deduction for training, on top of the ordinary 100% (£).

    Example: 30% extra on £100,000 gives £30,000.
    """

    label = "Human-investment deduction"
    reference = "Proposed, not law: human-investment relief, steps 6 and 7"
    rule = (
        "The sum over the heads: the extra deduction, on top of the ordinary 100%. Without what is given up for cash; where "
        "the law allows no loss from it, all heads together at most the trading profit less capital allowances."
    )

    def formula(company, period):
        return sum(deduction_by_head(company, period).values())


# human_investment_deduction_external_course_fees and so on.
globals().update(
    for_each_head(
        "human_investment_deduction",
        "Human-investment deduction",
        "Proposed, not law: human-investment relief, steps 6 and 7",
        "Qualifying spending on {head} × the extra rate on its day, so far as it is given.",
        deduction_by_head,
        __name__,
    )
)
