"""How the relief for training of one company comes about: spending, what is left out of it and why, limits, rates, relief.

Nothing of the relief is worked out here: what the law's own steps make of the company is put into words and figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.company.facts import PENNY, Company
from openfisca_goodwork.company.under_law import AlikeCompanies, under
from openfisca_goodwork.company.vocabulary import label_of
from openfisca_goodwork.errors import and_joined
from openfisca_goodwork.law.human_investment import (
    HEADS,
    StretchClaim,
    inclusion_path,
    training_claims,
)
from openfisca_goodwork.law.human_investment.deduction import (
    BY_SIZE_OF_GROUP,
    after_exclusions,
    credit_rate_of,
    extra_rates,
    limits,
    total,
)
from openfisca_goodwork.law.human_investment.eligibility import conditions
from openfisca_goodwork.law.human_investment.terms import FORM, GOOD_WORK, OFF_BY_HEAD, OFF_PRO_RATA
from openfisca_goodwork.law.notes import Companies, cached_for_period
from openfisca_goodwork.law.periods import RefusedInputError, incurred, incurred_within
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


def relief_of(company: Companies, period: Period) -> TrainingRelief | None:
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
        counted=sum(_one(total(claim.counted)) for claim in stretches),
        above_baseline=sum(_one(total(claim.above_baseline)) for claim in stretches),
        limits=tuple(_limits(stretches)),
        rates=tuple(_rates(stretches, is_credit=is_credit)),
        relief={head: _one((claims.credit if is_credit else claims.deduction)[head]) for head in HEADS},
        why_none=_why_none(company, period, stretches),
    )


def _one(values: Any) -> float:
    return float(np.ravel(values)[0]) + 0.0


def _counts(claim: StretchClaim, head: str) -> bool:
    return bool(_one(claim.stretch.value(inclusion_path(head))) > 0)


def _left_out(company: Companies, period: Period, claims: Iterable[StretchClaim]) -> Iterator[LeftOut]:
    """What each step leaves out; together with what qualifies, all that was spent."""
    kept = [after_exclusions(claim.stretch) for claim in claims]
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
        sum(_one(total(training)) for training in stages)
        for stages in zip(*((claim.counted, claim.above_baseline, claim.qualifying) for claim in claims), strict=True)
    )
    yield LeftOut(NOT_OF_THE_KIND, counted - before)
    yield LeftOut(UP_TO_BASELINE, before - above)
    yield LeftOut(ABOVE_LIMITS, above - qualifying)


def _excluded(
    company: Companies, period: Period, claims: Iterable[StretchClaim], spent: Iterable[Mapping[str, float]]
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
    for limit in limits(claims):
        if any(_one(is_so) for is_so in limit.is_in_force):
            yield TrainingLimit(limit.path, _label(limit.path), _one(limit.allowed), _one(limit.asked))


def _label(path: str) -> str:
    return "Limit on training, by size of group" if path == BY_SIZE_OF_GROUP else current_vocabulary()[path].label


def _rates(claims: Iterable[StretchClaim], *, is_credit: bool) -> Iterator[Rated]:
    """Qualifying training by tags and rate, stretch by stretch; alike ones together."""
    sums: dict[tuple[tuple[str, ...], float], float] = {}
    for claim in claims:
        rates, of_credit = extra_rates(claim), credit_rate_of(claim.stretch)
        for (_head, tags), amount in claim.qualifying.items():
            rate = of_credit if is_credit and of_credit is not None else rates[tags]
            key = tuple(sorted(tags)), round(_one(rate * claim.relief), _DECIMALS)
            sums[key] = sums.get(key, 0.0) + _one(amount)
    yield from (Rated(tags, amount, rate) for (tags, rate), amount in sums.items() if amount >= _LEAST)


def _why_none(company: Companies, period: Period, claims: Sequence[StretchClaim]) -> str:
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


# --- what more or less training would cost a company after tax, under each law: full computations, no rate applied ----
# ``next_training`` adds £1,000, ``what_if`` goes from no training to twice as much. More is spent in one accounting
# period, on what counts there under the reform and in the same mix, days and marks; it comes off that period's profit.
# What it changes in the later periods of the file counts in full, undiscounted.


MORE = 1_000.0
_PROFIT = "trading_profit_before_capital_allowances"
_TAX, _PAID = "net_corporation_tax", "payable_credits"
_CARRIED = {
    "losses": ("trading_losses_carried_forward", "trading_losses_carried_forward_pre_april_2017"),
    "credit": ("human_investment_credit_carried_forward", "human_investment_notional_tax_carried_forward"),
}
TIMES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
INSTEAD_OF_NONE = 100_000.0
_ROUNDS, _BETWEEN = 4, 11  # runs of so many amounts between two points, until it is known where the relief saves no more


@dataclass(frozen=True)
class Cost:
    """What £1,000 more of training comes to under one law (£).

    Attributes:
        after_tax: £1,000 less the tax that it saves and the credits that it brings, over all accounting periods.
        losses, credit: what more of them the last period carries forward because of it.
    """

    after_tax: float
    losses: float
    credit: float


@dataclass(frozen=True)
class NextTraining:
    """£1,000 more of training in one accounting period.

    Attributes:
        mix: type of training cost → its part of the £1,000 (£).
        is_of_period: whether the mix is the period's own; else it had no training that counts.
        without, with_relief: what it costs under current law and under the reform.
    """

    mix: Mapping[str, float] = field(hash=False)
    is_of_period: bool
    without: Cost
    with_relief: Cost

    @property
    def relief(self) -> float:
        """What the relief takes off the cost of £1,000 more (£)."""
        return self.without.after_tax - self.with_relief.after_tax

    @property
    def losses_carried(self) -> float:
        """Losses that the last period carries forward because of the relief on it (£)."""
        return self.with_relief.losses - self.without.losses

    @property
    def credit_carried(self) -> float:
        """Credit, with notional tax held back, that it carries forward likewise (£)."""
        return self.with_relief.credit - self.without.credit

    @property
    def per_pound(self) -> float:
        """The same for each £1 more (£)."""
        return self.relief / MORE

    @property
    def saves(self) -> bool:
        """Whether the relief changes the cost at all, to the penny."""
        return abs(self.relief) >= PENNY

    def to_dict(self) -> dict[str, Any]:
        """It as JSON holds it."""
        return {
            "amount": MORE,
            "mix": dict(self.mix),
            "cost_without_relief": self.without.after_tax,
            "cost_with_relief": self.with_relief.after_tax,
            "saved_per_pound": self.per_pound,
            "losses_carried_forward": self.losses_carried,
            "credit_carried_forward": self.credit_carried,
        }


def next_training(
    laws: Mapping[str, TaxBenefitSystem], company: Company, reliefs: Sequence[TrainingRelief | None]
) -> tuple[NextTraining | None, ...]:
    """For every accounting period in which a relief is in force, what £1,000 more of training in it costs.

    None too where the law would ask what the file does not say: a company without training was not asked for a baseline.

    Args:
        laws: current law and the law with the reforms, in this order. reliefs: of the periods, under the latter.
    """
    mixes = [None if relief is None else _mix(relief) for relief in reliefs]
    places = [place for place, mix in enumerate(mixes) if mix is not None]
    if not places:
        return (None,) * len(mixes)
    more = [with_more(company, place, mixes[place] or {}) for place in places]
    training: list[NextTraining | None] = [None] * len(mixes)
    for place, costs in zip(places, _known_costs(laws, company, more), strict=True):
        mix, relief = mixes[place] or {}, reliefs[place]
        if costs is not None:
            training[place] = NextTraining(mix, bool(relief and any(relief.spent[head] for head in mix)), *costs)
    return tuple(training)


def _known_costs(
    laws: Mapping[str, TaxBenefitSystem], company: Company, more: Sequence[Company]
) -> list[tuple[Cost, Cost] | None]:
    """What each costs under the two laws; where one cannot be worked out, each by itself and None for that one."""
    try:
        first, second = (_costs(law, [company, *more]) for law in laws.values())
    except RefusedInputError:
        return [None] if len(more) == 1 else [cost for each in more for cost in _known_costs(laws, company, [each])]
    return list(zip(first, second, strict=True))


def _mix(relief: TrainingRelief) -> dict[str, float]:
    """£1,000 in the mix of what the period spent on heads that count; without any, all on the first of those heads."""
    spent = {head: relief.spent[head] for head in relief.counting if relief.spent[head] > 0}
    total = sum(spent.values())
    return {head: MORE * amount / total for head, amount in spent.items()} or {relief.counting[0]: MORE}


def with_more(company: Company, place: int, mix: Mapping[str, float], amount: float = MORE) -> Company:
    """The company that spends so much more in one of its periods, `mix` by head, with so much less of profit in it (£)."""
    period = company.accounting_periods[place]
    values = dict(period.values)
    values[_PROFIT] = float(values.get(_PROFIT, 0.0)) - amount
    of_items = {head: sum(item.amount for item in period.items if item.variable == head) for head in mix}
    for head, more in mix.items():
        if not of_items[head]:
            values[head] = float(values.get(head, 0.0)) + more
    grown = {head: 1 + mix[head] / spent for head, spent in of_items.items() if spent}
    items = tuple(replace(item, amount=item.amount * grown.get(item.variable, 1.0)) for item in period.items)
    return company.with_period(place, values=values, items=items)


def _costs(law: TaxBenefitSystem, companies: list[Company]) -> list[Cost]:
    """What each company but the first pays for its £1,000 more: all are run together."""
    of = _together(law, companies, (_TAX, _PAID, *chain.from_iterable(_CARRIED.values())))
    tax = np.asarray(sum((of[_TAX] - of[_PAID]).T))
    carried = {what: np.asarray(sum(of[name][:, -1] for name in names)) for what, names in _CARRIED.items()}
    more = {what: amounts[1:] - amounts[0] for what, amounts in carried.items()}
    after_tax = MORE + tax[1:] - tax[0]
    return [Cost(*map(float, amounts)) for amounts in zip(after_tax, more["losses"], more["credit"], strict=True)]


def _together(law: TaxBenefitSystem, companies: Sequence[Company], outputs: Sequence[str]) -> dict[str, NDArray]:
    """Outputs of companies that differ in amounts alone: one row a company, one column an accounting period."""
    return AlikeCompanies(law, [under(law, company) for company in companies]).run(outputs)


@dataclass(frozen=True)
class WhatIf:
    """What the relief saves at several amounts of training in one accounting period (£, all periods of the file).

    Attributes:
        training: spent on heads that count, least first. saved: tax saved and credits paid at each amount.
        here: the place of what the company spends now.
        levels_off: the amount from which on the relief saves the same, to a ten-thousandth of the way between two points;
            None where the last of the points saves more, or less, than the one before it.
    """

    training: tuple[float, ...] = field(hash=False)
    saved: tuple[float, ...] = field(hash=False)
    here: int
    levels_off: float | None = None

    @property
    def finding(self) -> str:
        """What the points show, as a sentence without its stop."""
        steps = [after - before for before, after in pairwise(self.saved)]
        if max(map(abs, self.saved)) < PENNY:
            return "More training would save no tax of these accounting periods"
        if steps[-1] <= -PENNY:
            most = max(range(len(self.saved)), key=self.saved.__getitem__)
            saved, training = f"£{self.saved[most]:,.0f}", f"£{self.training[most]:,.0f}"
            return f"Of these amounts the relief saves most, {saved}, at {training} of training"
        if self.levels_off is not None:
            return f"The relief saves no more from £{self.levels_off:,.0f} of training on"
        gain = self.saved[-1] - self.saved[self.here]
        verb = "twice the training" if self.training[self.here] else f"£{self.training[-1]:,.0f} of training"
        return f"With {verb} the relief would save £{gain:,.0f} more"


def what_if(laws: Mapping[str, TaxBenefitSystem], company: Company, place: int, relief: TrainingRelief) -> WhatIf:
    """What the relief saves from no training to twice as much in one accounting period, in which it is in force.

    Without any training that counts, up to £100,000 on the first head that does.

    Args:
        laws: current law and the law with the reforms, in this order. relief: of the period, under the latter.
    """
    spent = {head: relief.spent[head] for head in relief.counting if relief.spent[head] > 0}
    here = TIMES.index(1.0) if spent else 0
    now = sum(spent.values())

    def saved_at(multiples: Sequence[float]) -> tuple[tuple[float, ...], tuple[float, ...]]:
        mixes = [_scaled(relief, spent, times) for times in multiples]
        scaled = [with_more(company, place, mix, sum(mix.values())) for mix in mixes]
        without, with_relief = (borne(law, scaled) for law in laws.values())
        return tuple(now + sum(mix.values()) for mix in mixes), tuple((without - with_relief).tolist())

    multiples, (training, saved) = list(TIMES), saved_at(TIMES)
    curve, level = WhatIf(training, saved, here), _where_level(saved)
    if level == len(saved) - 1:
        return curve
    for _round in range(_ROUNDS if level else 0):
        multiples = np.linspace(multiples[level - 1], multiples[level], _BETWEEN).tolist()
        training, saved = saved_at(multiples)
        level = _where_level(saved)
    return replace(curve, levels_off=training[level])


def _where_level(saved: Sequence[float]) -> int:
    """The place of the first amount from which on all save the same, to the penny."""
    return max((place for place, amount in enumerate(saved, start=1) if abs(amount - saved[-1]) >= PENNY), default=0)


def _scaled(relief: TrainingRelief, spent: dict[str, float], times: float) -> dict[str, float]:
    """What is spent more by head, less where it is negative, for training to be so many times what it is."""
    if spent:
        return {head: amount * (times - 1) for head, amount in spent.items()}
    return {relief.counting[0]: INSTEAD_OF_NONE * times / TIMES[-1]}


def borne(law: TaxBenefitSystem, companies: list[Company]) -> NDArray:
    """Tax less credits paid of each company over all its periods (£); they differ in amounts alone and are run together."""
    of = _together(law, companies, (_TAX, _PAID))
    return np.asarray(sum((of[_TAX] - of[_PAID]).T))
