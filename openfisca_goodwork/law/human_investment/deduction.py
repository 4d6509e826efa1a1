"""Proposed, not law: the human-investment deduction, an extra deduction for training. In current law every rate is 0.

No clause was published: this one is the model's own, and each design of the library sets its parameters
(``human_investment.*``). Its steps, which stand below in this order after the deduction itself, are

1. training by date and type of cost (fees of courses, materials and travel, pay of trainers and of trainees, training
   centres, management), on days on which the relief is in force: some type counts, and some rate is above 0;
2. less what others pay for, such as a levy or a grant, and what another relief covers;
3. of what is left the share of its type that counts, and where the law says so only what is accredited, or by registered
   providers;
4. of that, where only more training than before has relief, what is above a baseline: what counted in a year of earlier
   accounting periods, or of a fixed window of time;
5. at most the yearly limits: what is within them qualifies;
6. the rate, with more by the size of the company's group and for what the training is marked as (accredited, green, digital,
   retraining, of low-paid staff, in a priority area), for a company that claims and is eligible;
7. the deduction: what qualifies × the rate, without what is given up for cash, or would make a loss that the law does not
   allow.

The baseline of earlier training, and who is eligible and of which size, have files of their own; so has what comes of the
deduction: a credit or cash in its place, its losses, and what comes back (step 8).

The terms go by the day of the spending. So each step is taken in every *stretch* of the accounting period: days on which
no term changes. ``stretch.value(terms.RATE)`` is a parameter in a stretch, one value for each company; an amount is £, one
for each company. A term that is off on every date of a law is not looked at (``is_ever_other_than``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from openfisca_core.periods import Period

from openfisca_goodwork.law.human_investment import terms
from openfisca_goodwork.law.human_investment.eligibility import by_size, is_eligible
from openfisca_goodwork.law.human_investment.terms import (
    has_increment,
    in_force_of_each,
    inclusion_path,
    is_ever_other_than,
    left_before_sunset,
    length_of,
    limit_times,
    may_give_less,
    may_give_relief,
    ratio,
    stretches_of,
)
from openfisca_goodwork.law.inputs.training import HEADS, TAGS, TrainingItem, for_each_head
from openfisca_goodwork.law.model import SHARE, Variable
from openfisca_goodwork.law.notes import Companies, cached_for_period
from openfisca_goodwork.law.periods import (
    RefusedInputError,
    Segment,
    constant_array,
    incurred,
    incurred_within,
    is_nothing,
    length_factor,
    positive,
    where,
)

_CLAUSE = "Proposed, not law: human-investment relief"


# --- step 7: the deduction, and the way to it --------------------------------------------------------------------------


class human_investment_deduction(Variable):
    """The *extra* deduction for training, on top of the ordinary 100% (£).

    Example: 30% extra on £100,000 gives £30,000.
    """

    label = "Human-investment deduction"
    reference = f"{_CLAUSE}, steps 6 and 7"
    rule = (
        "The sum over the heads: the extra deduction, on top of the ordinary 100%. Without what is given up for cash; where "
        "the law allows no loss from it, all heads together at most the trading profit less capital allowances."
    )

    def formula(company, period):
        return sum(deduction_by_head(company, period).values())


def deduction_by_head(company: Companies, period: Period) -> dict[str, Any]:
    """Step 7: the extra deduction that training earns × the share of it that the law gives, by type of training cost (£)."""
    earned = cached_for_period(company, period, training_claims).deduction
    if not may_give_less(company):
        return earned
    share_given = company("human_investment_deduction_share_given", period)
    return {head: amount * share_given for head, amount in earned.items()}


class Kind(NamedTuple):
    """A kind of training: its type of cost (head), and its tags: what it is marked as, of what matters to the law."""

    head: str
    tags: frozenset[str]


# Training by its kind (£, one per company).
Training = Mapping[Kind, Any]


@dataclass(frozen=True, eq=False)
class StretchClaim:
    """The training of a stretch, and what the steps leave of it; a step that the law does not have leaves all.

    Attributes:
        stretch: the days. in_force: whether the relief is in force on them, one per distinct accounting period.
        counted: after steps 1 to 3. above_baseline: after step 4. qualifying: after step 5.
    """

    stretch: Segment
    in_force: np.ndarray
    counted: Training
    above_baseline: Training
    qualifying: Training

    @cached_property
    def is_only_for_more(self) -> np.ndarray:
        """Step 4: whether only training above a baseline has relief on these days (one per company)."""
        enabled = self.stretch.value_of_each(terms.INCREMENTAL).astype(bool)
        return self.stretch.periods.spread(enabled & self.in_force)

    @cached_property
    def relief(self) -> np.ndarray:
        """Step 6: what of any rate the company has, 0 to 1."""
        return share_of_relief(self.stretch)


@dataclass(frozen=True, eq=False)
class TrainingClaims:
    """What of a period's training qualifies, and the relief that it earns, by type of training cost (£, one per company).

    Attributes:
        stretches: what qualifies, stretch by stretch. qualifying: in all.
        deduction: qualifying × the extra rate. credit: the credit, where the relief has the form of one.
    """

    stretches: Sequence[StretchClaim]
    qualifying: dict[str, Any]
    deduction: dict[str, Any]
    credit: dict[str, Any]


def training_claims(company: Companies, period: Period) -> TrainingClaims:
    """The relief that the training of a period earns: stretch by stretch steps 1 to 5, then what qualifies × the rate."""
    claims = cached_for_period(company, period, training_counted)  # steps 1 to 3
    claims = above_baseline(company, period, claims)  # step 4
    claims = within_limits(claims)  # step 5
    nothing = dict.fromkeys(HEADS, constant_array(0.0, company.count))
    qualifying, deduction, credit = dict(nothing), dict(nothing), dict(nothing)
    for claim in claims:
        rates = {tags: rate * claim.relief for tags, rate in extra_rates(claim).items()}  # step 6
        credit_rate = credit_rate_of(claim.stretch)
        for (head, tags), amount in claim.qualifying.items():
            qualifying[head] = qualifying[head] + amount
            deduction[head] = deduction[head] + amount * rates[tags]
            if credit_rate is not None:
                credit[head] = credit[head] + amount * (credit_rate * claim.relief)
    return TrainingClaims(claims, qualifying, deduction, credit)


def total(training: Training) -> Any:
    """Training of every kind together (£)."""
    return sum(training.values())


def by_head(training: Training) -> dict[str, Any]:
    """Training by type of cost, whatever its tags (£)."""
    return {head: sum(amount for kind, amount in training.items() if kind.head == head) for head in HEADS}


def _cut(training: Training, share: Any) -> Training:
    """The same share of every kind: a baseline or a limit cuts all training alike."""
    return {kind: amount * share for kind, amount in training.items()}


# --- step 1: training by date and type of cost, while the relief is in force ------------------------------------------


def training_counted(company: Companies, period: Period) -> list[StretchClaim]:
    """Training that counts (steps 1 to 3) in each stretch of the period in which the relief is in force for anybody."""
    claims = []
    for stretch in stretches_of(company, period) if may_give_relief(company) else ():
        in_force = in_force_of_each(stretch)  # some type of cost counts, and some rate (or that of a credit) is above 0
        if in_force.any():
            training = counted(stretch, in_force)
            claims.append(StretchClaim(stretch, in_force, training, training, training))
    return claims


# --- step 2: what is left out -----------------------------------------------------------------------------------------


def after_exclusions(stretch: Segment) -> dict[str, Any]:
    """Spending in a stretch by type of cost, less what others paid for or another relief covers; never below zero (£).

    Levy-funded training and that of connected parties comes off one type after the other, in the order of ``HEADS``; grants
    and research and development come off all types in proportion.
    """
    spent: dict[str, Any] = {head: incurred_within(stretch, head) for head in HEADS}
    one_by_one, pro_rata = _left_out(stretch, terms.OFF_BY_HEAD), _left_out(stretch, terms.OFF_PRO_RATA)
    if not (np.any(one_by_one) or np.any(pro_rata)):
        return spent
    share = _share_of_period(stretch, spent)
    left_out = one_by_one * share
    for head, amount in spent.items():
        taken = np.minimum(amount, left_out)
        spent[head], left_out = amount - taken, left_out - taken
    if np.any(pro_rata):
        whole = sum(spent.values())
        kept = where(whole > 0, 1 - ratio(np.minimum(pro_rata * share, whole), whole), 0)
        spent = {head: amount * kept for head, amount in spent.items()}
    return spent


def _left_out(stretch: Segment, switches: Mapping[str, str]) -> Any:
    """What is left out of the training of the period, where its switch is on (£)."""
    company, period = stretch.company, stretch.period
    amounts = {name: company(name, period) for name in switches}
    return sum(
        (amount * stretch.value(switches[name]) for name, amount in amounts.items() if not is_nothing(amount)),
        constant_array(0.0, company.count),
    )


def _share_of_period(stretch: Segment, spent: Mapping[str, Any]) -> np.ndarray:
    """Share of the period's training that falls in the stretch: what is left out is given for the period as a whole."""
    if (stretch.share == 1).all():
        return stretch.share
    whole = sum(incurred(stretch.company, stretch.period, head) for head in HEADS)
    return ratio(sum(spent.values()), whole)


# --- step 3: what of it counts ----------------------------------------------------------------------------------------


def counted(stretch: Segment, in_force: Any) -> Training:
    """What counts of the spending in a stretch: of each type its share; where the law says so, only with some tag (£).

    Args:
        in_force: whether the relief is in force, one per distinct accounting period.
    """
    company, tagged = stretch.company, tags_of(stretch)
    without = {
        tag: stretch.value(path).astype(bool)
        for tag, path in terms.ONLY.items()
        if is_ever_other_than(company, path, off=False)
    }
    training = {}
    for head, spent in after_exclusions(stretch).items():
        of_each_period = stretch.value_of_each(inclusion_path(head)) * in_force
        amount = spent * stretch.periods.spread(of_each_period)  # one for each company
        for tags, share in tagged[head].items():
            shut_out = [is_shut_out for tag, is_shut_out in without.items() if tag not in tags]
            part = amount * share
            training[Kind(head, tags)] = where(np.any(shut_out, axis=0), 0, part) if shut_out else part
    return training


def tags_of(stretch: Segment) -> dict[str, dict[frozenset[str], Any]]:
    """By type of cost, the share of its spending that has just these tags, of those that matter; the shares add up to 1.

    Of items that are marked one by one, by their amounts. Otherwise companies give the share of all their training that
    has a tag (``green_share`` and so on): the same for every type of cost, and taken as independent of one another.

    Raises:
        RefusedInputError: where a period has both tagged items and shares.
    """
    company, period = stretch.company, stretch.period
    shares = {tag: company(f"{tag}_share", period) for tag in TAGS if _matters(company, tag)}
    given = {tag: share for tag, share in shares.items() if share.any()}
    items = company.notes.training_items.get(period.start.year, ())
    if not any(item.tags for item in items):
        return dict.fromkeys(HEADS, _independent(given, company.count))
    if given:
        raise RefusedInputError(
            f"{next(iter(given))}_share is given for {period}, and items with tags as well. Give one or the other: tags say "
            "of each item what a share says of all training."
        )
    by_item = {head: [replace(item, tags=item.tags & set(shares)) for item in items if item.head == head] for head in HEADS}
    return {head: _of_items(stretch, head, of_head) for head, of_head in by_item.items()}


def _matters(company: Companies, tag: str) -> bool:
    """Whether the law ever asks for a tag."""
    switches = ((terms.UPLIFTS.get(tag), 0), (terms.ONLY.get(tag), False))
    return any(path is not None and is_ever_other_than(company, path, off) for path, off in switches)


def _independent(given: Mapping[str, np.ndarray], count: int) -> dict[frozenset[str], Any]:
    """The share that has each set of tags: product of the shares of its tags, and of 1 − the share of every other one."""
    shares = {}
    for marked in product((False, True), repeat=len(given)):
        share = constant_array(1.0, count)
        for of_tag, has_it in zip(given.values(), marked, strict=True):
            share = share * (of_tag if has_it else 1 - of_tag)
        shares[frozenset(tag for tag, has_it in zip(given, marked, strict=True) if has_it)] = share
    return shares


def _of_items(stretch: Segment, head: str, items: list[TrainingItem]) -> dict[frozenset[str], Any]:
    """The share that has each set of tags, from items on their days; spending that no item stands for has none."""
    spent, (first, last) = incurred_within(stretch, head), stretch.days()
    amounts: dict[frozenset[str], Any] = {}
    for item in items:
        day = np.datetime64(item.day, "D")
        amounts[item.tags] = amounts.get(item.tags, 0) + where((first <= day) & (day <= last), item.amount, 0)
    shares = {tags: ratio(amount, spent) for tags, amount in amounts.items() if tags}
    return {frozenset(): positive(1 - sum(shares.values(), np.zeros(spent.size))), **shares}


def training_before_limits(company: Companies, period: Period) -> np.ndarray:
    """All training that counts while the relief is in force, before any baseline and limit (£)."""
    claims = cached_for_period(company, period, training_counted)
    return sum((total(claim.counted) for claim in claims), constant_array(0.0, company.count))


class training_expenditure_counted(Variable):
    """Training that counts while the relief is in force, before any baseline and any limit (£).

    Example: fees of £80,000, all of which count, of which £50,000 are within a limit and qualify: £80,000.
    """

    label = "Training that counts, before any baseline and limit"
    reference = f"{_CLAUSE}, steps 1 to 3"
    rule = "Every type of training cost, less what is left out."

    def formula(company, period):
        if has_increment(company) or has_limits(company):
            return training_before_limits(company, period)
        return company("qualifying_training_expenditure", period)


# --- step 4: above a baseline -----------------------------------------------------------------------------------------


def above_baseline(company: Companies, period: Period, claims: list[StretchClaim]) -> list[StretchClaim]:
    """What counts above the baseline, on days on which only more training has relief; on all others all of it."""
    if not (claims and has_increment(company)):
        return claims
    share = company("training_share_above_baseline", period)
    above = (_cut(claim.counted, where(claim.is_only_for_more, share, 1)) for claim in claims)
    return [replace(claim, above_baseline=cut, qualifying=cut) for claim, cut in zip(claims, above, strict=True)]


class training_share_above_baseline(Variable, only_if=has_increment):
    """Share above the baseline of the training on days on which only more of it has relief, 0 to 1; 0 where there is none.

    Example: fees of £30,000 in a year, a baseline of £20,000: one third.
    """

    unit = SHARE
    label = "Share of training above the baseline"
    reference = f"{_CLAUSE}, step 4"
    rule = (
        "(Training that counts while only what is above a baseline does − the baseline for those days − what others of the "
        "group leave of theirs), not below 0, ÷ that training."
    )

    def formula(company, period):
        training, of_baseline = _while_only_for_more(company, period)
        if not np.any(training):
            return constant_array(0.0, company.count)
        baseline = of_baseline * company("human_investment_baseline", period) * length_factor(company, period)
        left = positive(training - (baseline + company("group_training_below_baseline", period)))
        return ratio(left, training)


class training_less_baseline(Variable, only_if=has_increment):
    """Training that counts less the company's own baseline, below 0 where it falls short of it (£).

    0 where the law gives relief for more than what is above a baseline. A group holds its companies' against one another.
    Example: fees of £6,000 in a year that £10,000 counted before fall short by £4,000: −£4,000.
    """

    label = "Training less the baseline, below 0 where it falls short"
    reference = f"{_CLAUSE}, step 4"
    rule = "Training that counts while only what is above a baseline does, less the baseline for those days."

    def formula(company, period):
        training, of_baseline = _while_only_for_more(company, period)
        return training - of_baseline * company("human_investment_baseline", period) * length_factor(company, period)


def _while_only_for_more(company: Companies, period: Period) -> tuple[Any, Any]:
    """Training on days on which only more of it has relief (£), and the share of a year's baseline to hold it against."""
    training = of_baseline = constant_array(0.0, company.count)
    for claim in cached_for_period(company, period, training_counted):
        stretch, is_so = claim.stretch, claim.is_only_for_more
        training = training + total(claim.counted) * is_so
        of_baseline = of_baseline + stretch.value(terms.SHARE_OF_BASELINE) * stretch.share * is_so
    return training, of_baseline


def needs_baseline(company: Companies, period: Period) -> np.ndarray:
    """Whether a company has relief on days on which only more training has it: the others need not say what they spent."""
    relieved = constant_array(0.0, company.count)
    for claim in cached_for_period(company, period, training_counted):
        relieved = relieved + total(claim.counted) * claim.is_only_for_more * claim.relief
    return relieved > 0


# --- step 5: within the limits: what qualifies ------------------------------------------------------------------------

BY_SIZE_OF_GROUP = "human_investment.caps.by_size"
# Each limit → the parameters that set it.
_LIMITS = {
    **{path: (path,) for path in (*terms.CAPS_PER_UNIT, terms.GROUP_CAP)},
    BY_SIZE_OF_GROUP: tuple(terms.CAPS_BY_SIZE.values()),
}


def _is_ever_limited(company: Companies, limit: str) -> bool:
    """Whether the law has a limit on any date."""
    return any(is_ever_other_than(company, path, off=np.inf) for path in _LIMITS[limit])


def has_limits(company: Companies) -> bool:
    """Whether the law limits qualifying training on any date."""
    return any(_is_ever_limited(company, limit) for limit in _LIMITS)


def within_limits(claims: list[StretchClaim]) -> list[StretchClaim]:
    """What is within every limit: what is over one is cut from all training of the days on which it is in force alike."""
    if not (claims and has_limits(claims[0].stretch.company)):
        return claims
    shares: list[Any] = [1] * len(claims)
    for limit in limits(claims):
        fits = limit.asked <= limit.allowed
        share = where(fits, 1, limit.allowed / where(fits, 1, limit.asked))
        shares = [np.minimum(least, where(is_so, share, 1)) for least, is_so in zip(shares, limit.is_in_force, strict=True)]
    return [
        replace(claim, qualifying=_cut(claim.above_baseline, least)) for claim, least in zip(claims, shares, strict=True)
    ]


class Limit(NamedTuple):
    """One limit of an accounting period.

    Attributes:
        path: its parameter, or the group of those by size.
        is_in_force: by stretch, for whom it is.
        allowed: what it allows on those days together (£, one per company). asked: training on them, after step 4.
    """

    path: str
    is_in_force: list[np.ndarray]
    allowed: Any
    asked: Any


def limits(claims: Sequence[StretchClaim]) -> Iterator[Limit]:
    """Each limit that the law has on any date: limit of a year × the days on which both it and the relief are in force.

    Those days ÷ 365, so far as they are together no longer than the period itself.
    """
    stretches = [claim.stretch for claim in claims]
    days = [claim.stretch.periods.spread(claim.in_force) * length_of(claim.stretch) for claim in claims]
    of_period = stretches[0].periods.length_factor
    for path in _LIMITS:
        if not _is_ever_limited(stretches[0].company, path):
            continue
        yearly = [_limit_of_year(stretch, path) for stretch in stretches]
        limited = [np.isfinite(limit) for limit in yearly]
        lengths = [length * is_limited for length, is_limited in zip(days, limited, strict=True)]
        together = sum(lengths)
        scale = where(together > of_period, of_period / where(together > 0, together, 1), 1)
        allowed = sum(limit_times(limit, length * scale, 0) for limit, length in zip(yearly, lengths, strict=True))
        asked = sum(total(claim.above_baseline) * is_limited for claim, is_limited in zip(claims, limited, strict=True))
        yield Limit(path, limited, allowed, asked)


def _limit_of_year(stretch: Segment, path: str) -> np.ndarray:
    """A limit for a year (£), inf for none: so much for each employee or trainee, of the pay bill, or for the group."""
    company, period = stretch.company, stretch.period
    if path in terms.CAPS_PER_UNIT:
        unit = terms.CAPS_PER_UNIT[path]
        amount = company(unit, period)
        return limit_times(stretch.value(path), amount / stretch.periods.length_factor if unit == "pay_bill" else amount)
    if path == terms.GROUP_CAP:
        return limit_times(stretch.value(path), _share_of_group(stretch))
    of_size = by_size(stretch, *map(stretch.value, terms.CAPS_BY_SIZE.values()))
    return limit_times(of_size, _share_of_group(stretch))


def _share_of_group(stretch: Segment) -> np.ndarray:
    """The company's part of a limit for its group: as allocated, or one part for each associated company."""
    company, period = stretch.company, stretch.period
    allocated = company("human_investment_cap_share", period)
    if not is_ever_other_than(company, terms.SHARING, off="allocate"):
        return allocated
    divided = 1 / (1 + company("associated_companies", period))
    return where(stretch.value(terms.SHARING) == "divide", divided, allocated)


class qualifying_training_expenditure(Variable):
    """Training that counts for the relief (£): all types of cost, while the relief is in force.

    After exclusions, above any baseline and within any limit, whether or not the company claims it or is eligible.
    Example: fees of £10,000 and trainers' pay of £5,000 in 2028, both types counted in full, give £15,000.
    """

    label = "Qualifying training expenditure"
    reference = f"{_CLAUSE}, steps 1 to 5"
    rule = "What counts, less what is up to the baseline and above the limits."

    def formula(company, period):
        return sum(qualifying_by_head(company, period).values())


def qualifying_by_head(company: Companies, period: Period) -> dict[str, Any]:
    """What qualifies, by type of training cost (£)."""
    return cached_for_period(company, period, training_claims).qualifying


# --- step 6: the rate, and who has it ---------------------------------------------------------------------------------


def extra_rates(claim: StretchClaim) -> dict[frozenset[str], np.ndarray]:
    """The extra deduction per £1 by the tags of the training; 0 where the relief is a credit.

    The rate + that for the size of the group (small, medium or large) + the uplift for each tag, in sum or the highest of
    them; at most the maximum.
    """
    stretch, company = claim.stretch, claim.stretch.company
    base = stretch.value(terms.RATE)
    if any(is_ever_other_than(company, path, off=0) for path in terms.BY_SIZE.values()):
        base = base + by_size(stretch, *map(stretch.value, terms.BY_SIZE.values()))
    uplifts = {tag: stretch.value(path) for tag, path in terms.UPLIFTS.items() if is_ever_other_than(company, path, off=0)}
    takes_highest = _is(stretch, terms.COMBINATION, "highest", off="sum")
    is_deduction = _is(stretch, terms.FORM, "deduction", off="deduction")
    rates = {}
    for tags in {kind.tags for kind in claim.qualifying}:
        marked = [uplift for tag, uplift in uplifts.items() if tag in tags]
        rate = base + _combined(marked, takes_highest) if marked else base
        if is_ever_other_than(company, terms.MAXIMUM, off=np.inf):
            rate = np.minimum(rate, stretch.value(terms.MAXIMUM))
        rates[tags] = rate if is_deduction is None else where(is_deduction, rate, 0)
    return rates


def _combined(uplifts: list[np.ndarray], takes_highest: Any) -> np.ndarray:
    """The uplifts of one £1: their sum, or the highest of them."""
    together = np.sum(uplifts, axis=0)
    return together if takes_highest is None else where(takes_highest, np.max(uplifts, axis=0), together)


def credit_rate_of(stretch: Segment) -> np.ndarray | None:
    """The credit per £1 in a stretch, 0 where the relief is a deduction; None where the law never has a credit."""
    is_credit = _is(stretch, terms.FORM, "credit", off="deduction")
    return None if is_credit is None else where(is_credit, stretch.value(terms.CREDIT_RATE), 0)


def _is(stretch: Segment, path: str, wanted: str, off: str) -> Any:
    """Whether a switch stands at one word in the stretch; None where the law never has another than the usual one."""
    return stretch.value(path) == wanted if is_ever_other_than(stretch.company, path, off=off) else None


def share_of_relief(stretch: Segment) -> np.ndarray:
    """What of a rate the company has, 0 to 1: all of it if it claims and is eligible.

    Eligible by every condition that the law has on those days: size of its group, turnover, staff, the levy, industry,
    place, age. One that does not meet good-work conditions which the law asks for has the share left for such. Where the
    relief ends later in the period and runs out by days, the share of the period's days before its end is left.
    """
    company, period = stretch.company, stretch.period
    share = left_before_sunset(stretch) * company("claims_human_investment_relief", period) * is_eligible(stretch)
    if not is_ever_other_than(company, terms.GOOD_WORK, off=False):
        return share
    fails = stretch.value(terms.GOOD_WORK).astype(bool) & ~company("meets_good_work_conditions", period)
    return share * where(fails, stretch.value(terms.RELIEF_WITHOUT), 1)


# --- each type of training cost: qualifying_training_expenditure_external_course_fees and so on -----------------------


_QUALIFYING_RULE = "What of it is {head}: a baseline and limits cut all heads alike."
_DEDUCTION_RULE = "Qualifying spending on {head} × the extra rate on its day, so far as it is given."
globals().update(for_each_head(qualifying_training_expenditure, _QUALIFYING_RULE, qualifying_by_head))
globals().update(for_each_head(human_investment_deduction, _DEDUCTION_RULE, deduction_by_head))
