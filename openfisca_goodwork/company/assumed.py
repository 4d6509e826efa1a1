"""What a computation assumed because the company file leaves it open: sentences, each with its figures and what to give.

``sentences`` is the one place. A line of ``LINES`` looks at one accounting period and says nothing where nothing was
assumed; to say more, add a line. Where it matters what a fact would have been, the law is run again with that fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import isfinite

from openfisca_goodwork.company.claims import CARRY_BACK, LATER, OLDER, RELIEF
from openfisca_goodwork.company.facts import CURRENT_LAW, PENNY, Item
from openfisca_goodwork.company.losses_by_period import BY_PERIOD
from openfisca_goodwork.company.reading import read
from openfisca_goodwork.company.schedules import donations_lost_to_carry_back, layers_of_losses
from openfisca_goodwork.company.under_law import Period, given_on, outputs_of
from openfisca_goodwork.company.vocabulary import BUILDINGS, label_of
from openfisca_goodwork.errors import and_joined
from openfisca_goodwork.law.charge import LIMITS, charge_parts, tax_on
from openfisca_goodwork.law.human_investment import HEADS
from openfisca_goodwork.law.human_investment.terms import CAPS_BY_SIZE, GROUP_CAP, SHARING
from openfisca_goodwork.law.payment import due_dates, payment_terms
from openfisca_goodwork.law.periods import (
    AccountingPeriod,
    RefusedPeriodError,
    day_in_words,
    days_between,
    financial_year,
    history,
    segments,
)
from openfisca_goodwork.law.periods.calendar import ONE_DAY, financial_year_days
from openfisca_goodwork.law.plant import CLASSES, rate_paths
from openfisca_goodwork.law.plant_allowances import LIMIT
from openfisca_goodwork.law.structures_and_buildings import RATE as BUILDINGS_RATE
from openfisca_goodwork.number_formats import pounds
from openfisca_goodwork.policy.vocabulary import in_force, in_words, kind_of
from openfisca_goodwork.system import current_law

# --- one assumption: a sentence, and what a file may say instead -----------------------------------------------------


REFORM_ONLY = "Under the reform: "


@dataclass(frozen=True)
class Assumption:
    """One thing that a computation took to be so because nobody said otherwise.

    Attributes:
        words: a sentence with its figures, for every reader.
        in_a_file: what the keys of a company file, or a command, say instead; empty where there is nothing to say.
        about: the input variable that says otherwise, for a page that asks for it; empty where there is none.
    """

    words: str
    in_a_file: str = ""
    about: str = ""

    @property
    def with_keys(self) -> str:
        """The sentence, and what a file may say instead."""
        return " ".join(filter(None, (self.words, self.in_a_file)))

    def under_the_reform(self) -> Assumption:
        """The same, said of the reform alone."""
        return replace(self, words=f"{REFORM_ONLY}{self.words}")


def once(assumptions: Iterable[Assumption]) -> list[Assumption]:
    """Assumptions without those of the reform that hold under current law too, which say the same."""
    listed = list(assumptions)
    words = {each.words for each in listed}
    return [
        each for each in listed if not (each.words.startswith(REFORM_ONLY) and each.words.removeprefix(REFORM_ONLY) in words)
    ]


# --- what was left open, sentence by sentence ------------------------------------------------------------------------


_TAX, _RESULT = "corporation_tax", "adjusted_trading_result"
_RESEARCH = "research_and_development_expenditure"
_CAP_SHARE, _QUALIFYING = "human_investment_cap_share", "qualifying_training_expenditure"
LARGE_BEFORE = "large_company_brought_forward"
FORECAST = "forecast"
# What a date changes: the tax, the result that goes into it, credits in cash.
_MOVED = (_TAX, _RESULT, "payable_credits", "tax_on_loans_to_participators")
# Kinds of spending that may have days, each with the figures of law whose change makes the day matter: paths, or beginnings.
_TRAINING, _LOANS = "training", "loans_to_participators"
_GROUPS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    **{
        name: ((name,), (LIMIT, *(rate_paths(name) if plant.first_year_allowances else ())))
        for name, plant in CLASSES.items()
    },
    BUILDINGS: ((BUILDINGS,), (BUILDINGS_RATE,)),
    _RESEARCH: ((_RESEARCH,), ("research_and_development.",)),
    _TRAINING: (tuple(HEADS), ("human_investment.",)),
    _LOANS: ((_LOANS,), ("loans_to_participators.",)),
}


Line = Callable[[Period], Iterator[str | Assumption]]
"""What it assumed: a sentence, or one with what a file may say instead."""


def sentences(laws: Mapping[str, Sequence[Period]]) -> tuple[Assumption, ...]:
    """What was assumed in the computation of a company, each thing once, oldest accounting period first.

    Args:
        laws: the accounting periods of the company under current law and, with reforms, under them, by name.
    """
    assumed: dict[Assumption, None] = {}
    for of_laws in zip(*laws.values(), strict=True):
        for line in LINES:
            for name, period in zip(laws, of_laws, strict=True):
                given = [Assumption(each) if isinstance(each, str) else each for each in line(period)]
                new = [each for each in given if each not in assumed]
                assumed |= dict.fromkeys(each if name == CURRENT_LAW else each.under_the_reform() for each in new)
    return tuple(assumed)


# --- spending without a day -----------------------------------------------------------------------------------------


def _undated(period: Period) -> Iterator[Assumption]:
    """Spending without a day in a period in which the law for it changes: how it was spread, and what a day would give."""
    for group, (names, paths) in _GROUPS.items():
        given = {name: float(period.facts.values.get(name, 0.0)) for name in names}
        amounts = {name: amount for name, amount in given.items() if amount}
        stretches = _stretches(period, paths) if amounts else []
        if len(stretches) > 1 and (group not in CLASSES or _allowances_change(period, group, stretches)):
            yield from _spread(period, group, amounts, stretches)


def _stretches(period: Period, paths: tuple[str, ...]) -> list[tuple[date, date]]:
    """The days of the period within which none of these figures of law changes."""
    start, end = period.facts.start, period.facts.end
    cuts = {
        dated.date
        for path, leaf in period.leaves.items()
        if path.startswith(paths)
        for before, dated in pairwise(leaf.values)
        if start < dated.date <= end and dated.value != before.value
    }
    days = [start, *sorted(cuts), end + ONE_DAY]
    return [(first, after - ONE_DAY) for first, after in pairwise(days)]


def _allowances_change(period: Period, plant: str, stretches: Sequence[tuple[date, date]]) -> bool:
    """Whether the limit of the annual investment allowance or the best first-year allowance of a class of plant changes."""

    def on(day: date, path: str) -> float:
        held = in_force(period.leaves[path].values, day)
        return float(held.value) if held else 0.0

    rates = rate_paths(plant) if CLASSES[plant].first_year_allowances else ()
    best = {(on(day, LIMIT), max((on(day, path) for path in rates), default=0.0)) for day, _last in stretches}
    return len(best) > 1


def _spread(
    period: Period, group: str, amounts: Mapping[str, float], stretches: Sequence[tuple[date, date]]
) -> Iterator[Assumption]:
    """The sentence, where the day makes a difference."""
    outcomes = [_with_days(period, amounts, first) for first, _last in stretches]
    kept: list[tuple[date, date, Mapping[str, float]]] = []
    for (first, last), outcome in zip(stretches, outcomes, strict=True):
        if kept and not _differ(kept[-1][2], outcome):
            kept[-1] = (kept[-1][0], last, outcome)
        else:
            kept.append((first, last, outcome))
    as_computed = {name: period.amount(name) for name in _MOVED}
    if not any(_differ(outcome, as_computed) for *_span, outcome in kept):
        return
    total = sum(amounts.values())
    in_months = period.company.apportionment == "months"
    whole = AccountingPeriod(period.facts.start, period.facts.end, in_months)
    shares = [f"{pounds(total * whole.share(first, last))} from {_days(first, last)}" for first, last, _outcome in kept]
    name = next(name for name in _MOVED if any(abs(each[name] - as_computed[name]) >= PENNY for *_span, each in kept))
    others = [f"{pounds(outcome[name])} if all of it was spent from {_days(first, last)}" for first, last, outcome in kept]
    what = _TRAINING if group == _TRAINING else label_of(group).lower()
    example = f"{{on: {kept[-1][0].isoformat()}, {next(iter(amounts))}: {next(iter(amounts.values())):.0f}}}"
    where = "structures_and_buildings" if group == BUILDINGS else "expenditure"
    yield Assumption(
        f"{pounds(total)} of {what} in the period from {period.span} has no day, so it was spread evenly by "
        f"{period.company.apportionment} over a change of law: {and_joined(shares)}. {label_of(name)} is "
        f"{pounds(as_computed[name])}; it would be {and_joined(others)}.",
        f"Say on which day it was spent (in a company file, `{where}`{'' if group == BUILDINGS else f' as in {example}'}).",
        about=next(iter(amounts)) if group == _TRAINING else "",
    )


def _days(first: date, last: date) -> str:
    return f"{day_in_words(first)} to {day_in_words(last)}"


def _differ(outcome: Mapping[str, float], other: Mapping[str, float]) -> bool:
    return any(abs(outcome[name] - other[name]) >= PENNY for name in _MOVED)


def _with_days(period: Period, amounts: Mapping[str, float], day: date) -> dict[str, float]:
    """What the period comes to where spending that had no day was all on one."""
    facts = period.facts
    values = {name: value for name, value in facts.values.items() if name not in amounts}
    items = (*facts.items, *(Item(day, name, amount) for name, amount in amounts.items()))
    company = period.company.with_period(period.place, values=values, items=items)
    outputs = outputs_of(period.law, company, _MOVED)[period.place]
    return {name: float(outputs[name]) for name in _MOVED}


# --- what a group has once -------------------------------------------------------------------------------------------


def _group_limit(period: Period) -> Iterator[Assumption]:
    """That associated companies use nothing of a limit on training that their group has once."""
    facts = period.facts
    others = int(facts.values.get("associated_companies", 0))
    if not others or _CAP_SHARE in facts.values or period.amount(_QUALIFYING) < PENNY:
        return
    limits = [in_force(period.leaves[path].values, facts.end) for path in (GROUP_CAP, *CAPS_BY_SIZE.values())]
    sharing = in_force(period.leaves[SHARING].values, facts.end)
    if sharing and sharing.value == "allocate" and any(held and isfinite(float(held.value)) for held in limits):
        whose = "the associated company is" if others == 1 else f"the {others} associated companies are"
        yield Assumption(
            f"The yearly limit on training is one for the whole group, and {whose} taken to use none of it in the period "
            f"from {period.span}: what they use leaves less for this company.",
            f"In a company file, {_CAP_SHARE} is the company’s own share: 0.5 for half of it.",
            about=_CAP_SHARE,
        )


# --- payment, days, forecasts ---------------------------------------------------------------------------------------


def _first_year(period: Period) -> Iterator[Assumption]:
    """Why a company of the size of those that pay in instalments does not: nothing says what it was the year before."""
    spared = period.value("payment_regime") == "ordinary" and period.amount("large_company_carried_forward") > 0
    if period.place == 0 and spared and not period.facts.values.keys() & {LARGE_BEFORE, "is_new_company"}:
        start, end, terms = period.facts.start, period.facts.end, payment_terms(period.law, period.facts.start)
        (one_day,), (first, *_later, last) = due_dates("ordinary", start, end, terms), due_dates("large", start, end, terms)
        limit = pounds(period.amount("instalment_threshold"), 0)
        yield Assumption(
            f"The tax of the period from {period.span} is taken to be due on one day, {day_in_words(one_day)}, as "
            "nothing says whether profits of the twelve months before it were above the limit for instalments too "
            f"({limit} in this period). If they were, it is due in instalments from {day_in_words(first)} to "
            f"{day_in_words(last)} (SI 1998/3175 reg 3).",
            f"In a company file, {LARGE_BEFORE}: 1.",
            about=LARGE_BEFORE,
        )


def instalment_threshold(start: date, end: date, associated: float) -> float:
    """Profits above which a company pays tax in instalments under current law (£; SI 1998/3175 reg 3).

    Args:
        start, end: of its accounting period. associated: companies that share the threshold with it.

    Raises:
        CompanyFileError: for days that are no accounting period, or a number of companies that cannot be.
    """
    period = {"start": start.isoformat(), "end": end.isoformat(), "associated_companies": associated}
    company = read({"accounting_periods": [period]})
    return float(outputs_of(current_law(), company, ["instalment_threshold"])[0]["instalment_threshold"])


def _days_of_limits(period: Period) -> Iterator[str]:
    """Where HMRC's marginal relief service divides the limits of a part of the period by other days than the law here.

    Of a part cut off by a change of the limits, the service's published code divides its days by 365, or by 366 where the
    accounting period itself has 366 days; here the divisor is the days of the financial year (CTA 2010 s.18D; FA 2021 Sch 1
    para 34).
    """
    facts = period.facts
    if period.company.apportionment != "days" or len(_stretches(period, LIMITS)) < 2:
        return
    run, at = period.run, period.at
    of_period, parts, notes = days_between(facts.start, facts.end), [], []
    for stretch, part in zip(segments(run, at, *LIMITS), charge_parts(run, at), strict=True):
        first, last = (day[0].item() for day in stretch.days())
        here = financial_year_days(financial_year(first))
        there = max(of_period, _ORDINARY_DAYS)
        scale = max(here / there, 1.0)
        parts.append(replace(part, lower=part.lower * scale, upper=part.upper * scale))
        if scale != 1.0:
            notes.append(f"{days_between(first, last)}/{here} of a year here and {days_between(first, last)}/{there} there")
    tax = period.amount(_TAX)
    if notes:
        other = float(tax_on(parts, run("taxable_total_profits", at), run("exempt_distributions", at))[0])
        if abs(other - tax) >= PENNY:
            yield (
                f"HMRC’s marginal relief service counts days otherwise in the period from {period.span}: the limits are "
                f"those of {and_joined(notes)}. Corporation tax is {pounds(tax)} here, and {pounds(other)} by the service."
            )


_ORDINARY_DAYS = 365


def _forecasts(period: Period) -> Iterator[str]:
    """Figures of law that no Act has set yet, where the charge rests on them."""
    forecasts = []
    for path, leaf in period.leaves.items():
        held = in_force(leaf.values, period.facts.end) if path.startswith("corporation_tax.") else None
        if held and kind_of(held, leaf) == FORECAST:
            forecasts.append(f"{leaf.label.lower()} {in_words(held.value, leaf.unit)}, from {day_in_words(held.date)}")
    if forecasts and period.amount(_TAX) >= PENNY:
        yield (
            f"Figures of law for {period.span} are not enacted yet, and are taken to stay as they are: "
            f"{'; '.join(forecasts)}."
        )


# --- what the company has to have agreed, or to look at ------------------------------------------------------------


def _mean_date(period: Period) -> Iterator[str]:
    """That accounts count to a mean date, which HMRC has to agree to."""
    if period.company.mean_date:
        yield (
            f"Each account counts as the period to the mean date, {period.company.mean_date}: the company is taken to "
            "have agreed to that in writing with HMRC (CTM01560)."
        )


def _tax_credit_of_distributions(period: Period) -> Iterator[Assumption]:
    """That distributions of the time of tax credits are given with their credit."""
    amount, facts = float(period.facts.values.get("exempt_distributions", 0.0)), period.facts
    credit = float(history(period.law, "distributions.tax_credit").on(facts.start))
    if amount and credit:
        yield Assumption(
            f"Distributions of {pounds(amount)} in the period from {period.span} are taken as franked investment income: "
            f"what was received, and its tax credit of {Fraction(credit).limit_denominator(100)} of that (CTA 2010 s.1126). "
            f"If {pounds(amount)} is what was received, give {pounds(amount * (1 + credit))} instead.",
            f"In a company file, exempt_distributions: {amount * (1 + credit):.2f}.",
            about="exempt_distributions",
        )


def _change_of_ownership(period: Period) -> Iterator[str]:
    """That losses of before a change of ownership are used as if it had not changed, and what they save."""
    day, facts = period.company.ownership_changed, period.facts
    if day is None or facts.end < day:
        return
    used, back = period.amount("trading_losses_used"), period.amount("loss_carried_back")
    if used >= PENNY:
        run, at = period.run, period.at
        without = period.amount("taxable_total_profits") + used
        other = tax_on(
            charge_parts(run, at), run("taxable_total_profits", at) * 0 + without, run("exempt_distributions", at)
        )
        yield (
            f"Ownership changed on {day_in_words(day)}, and {pounds(used)} of losses brought forward is used in the period "
            f"from {period.span}. Where the business has a major change within the years that the law looks at, losses "
            "of before may not be used (CTA 2010 ss.673, 676AA; HMRC CTM06745, CTM06755): corporation tax, "
            f"{pounds(period.amount(_TAX))} here, would be up to {pounds(float(other[0]))}."
        )
    if back >= PENNY and facts.start > day and any(each.end <= day for each in period.company.accounting_periods):
        yield (
            f"Ownership changed on {day_in_words(day)}, and a loss of the period from {period.span} is carried back. "
            "Where the business has a major change, it may not relieve profits of before the change (CTA 2010 s.674): of "
            f"{pounds(back)}, what reaches such a period."
        )


# --- claims ---------------------------------------------------------------------------------------------------------


def _older_losses(period: Period) -> Iterator[str]:
    """A claim under s.45(4A), so that older losses do not take profits that donations or group relief use."""
    used = period.amount("trading_losses_used_pre_april_2017")
    without = period.amount("pre_april_2017_trading_losses_without_a_claim")
    if without - used >= PENNY and OLDER not in period.facts.values:
        yield (
            f"A claim under CTA 2010 s.45(4A) is taken to be made for the period from {period.span}: losses of periods "
            f"begun before 1 April 2017 take {pounds(used)} off its trading profit, not the {pounds(without)} that they "
            "would take without a claim, so that donations and group relief are not lost. It has to be made within two "
            "years of the end of the period."
        )


def _room_for_donations(period: Period) -> Iterator[str]:
    """Losses brought forward that are not claimed, so that profits are left for donations and group relief."""
    used, left = period.amount("trading_losses_used"), period.amount("trading_losses_carried_forward")
    others = period.amount("charitable_donations_relief") + period.amount("group_relief")
    more = min(others, left, period.amount("loss_restriction_maximum") - used)
    is_full = period.amount("taxable_total_profits") < PENNY <= period.amount("total_profits")
    if is_full and more >= PENNY and used >= PENNY and LATER not in period.facts.values:
        yield (
            f"Losses brought forward are claimed in the period from {period.span} so far as profits are left after "
            f"donations and group relief: {pounds(used)}. A claim for up to {pounds(more)} more could be made; it would "
            "come first and take the profits of those (CTA 2010 ss.45A(5), 189(2)), and is not worked out here."
        )


_OLDEST_FIRST = (
    "Where losses brought forward are of several periods and not all are used, the oldest are taken to be used first; the "
    "company may choose others of them (HMRC CTM04135), and no tax rests on it."
)


def _oldest_losses_first(period: Period) -> Iterator[str]:
    """Which of several periods' losses is used, where a part of them is."""
    given = float(period.facts.values.get("carried_forward_losses_surrendered_to_group", 0.0))
    used = period.amount("trading_losses_used") + given
    if used >= PENNY and (period.place or any(name in period.facts.values for name in BY_PERIOD)):
        for layers in layers_of_losses(period).values():
            brought = [layer for layer in layers if layer.brought_forward]
            if len(brought) > 1 and any(each.used + each.given < each.brought_forward - PENNY for each in brought):
                yield _OLDEST_FIRST


def _donations_lost(period: Period) -> Iterator[str | Assumption]:
    """Donations for which no profits are left."""
    paid = float(period.facts.values.get("qualifying_charitable_donations", 0.0))
    lost = paid - period.amount("charitable_donations_relief")
    if lost >= PENNY:
        yield Assumption(
            f"{pounds(lost)} of {pounds(paid)} of donations in the period from {period.span} is lost, as other reliefs "
            "leave no profits for it: it goes neither forward nor back (CTA 2010 s.189(2), (3)).",
            "`goodwork calculate FILE --advise` looks for claims that leave room for donations.",
        )
    if period.place and period.facts.values.get(CARRY_BACK):
        for earlier, amount in donations_lost_to_carry_back(period):
            yield (
                f"{pounds(amount)} of donations in the period from {day_in_words(earlier.start)} to "
                f"{day_in_words(earlier.end)} loses its relief: the loss carried back from the period from {period.span} "
                "comes first and is set against the total profits (CTA 2010 ss.37(2), 189(2))."
            )


def _loss_not_carried_back(period: Period) -> Iterator[Assumption]:
    """A loss that could go back to earlier periods of the file, where nothing says whether it is claimed."""
    facts = period.facts
    if not period.place or period.amount("trade_loss") < PENNY or CARRY_BACK in facts.values:
        return
    if not facts.values.get(RELIEF, True):  # without that claim none can go back
        return
    names = ("loss_carried_back", "loss_carry_back_repayment")
    company = period.company.with_period(period.place, values={**facts.values, CARRY_BACK: True})
    try:
        back, repaid = map(float, outputs_of(period.law, company, names)[period.place].values())
    except RefusedPeriodError:  # it would reach more periods than the law here looks at
        return
    if back >= PENNY:
        yield Assumption(
            f"No claim to carry back is taken to be made for the loss of the period from {period.span}, as nothing says "
            f"that there is one: {pounds(back)} of it would go back to profits of earlier periods, and "
            f"{pounds(repaid)} be repaid (CTA 2010 s.37(3)(b)).",
            f"In a company file, {CARRY_BACK}: true or false; "
            "`goodwork calculate FILE --advise` finds which pays less tax over the file.",
            about=CARRY_BACK,
        )


def _allowances_before_the_file(period: Period) -> Iterator[str]:
    """Allowances that a building sold is taken to have had in years that the file does not hold."""
    first = period.company.accounting_periods[0].start
    sold = period.facts.buildings_sold
    given = [each for building in sold for each in given_on(period.law, period.company, building)]
    before = sum(amount for held, amount in given if held.end < first)
    if before >= PENNY:
        yield (
            f"{pounds(before)} of structures and buildings allowance is taken to have been given before "
            f"{day_in_words(first)}, where the file begins, on buildings sold in the period from {period.span}: claimed "
            "in full, in periods of twelve months. It counts in the gain. Add the earlier periods to the file where they "
            "were others."
        )


_SITES = (
    "special_tax_site_plant_new",
    "special_tax_site_special_rate_plant_new",
    "special_tax_site_buildings_expenditure",
)


def _special_tax_sites(period: Period) -> Iterator[str]:
    """That what is given for special tax sites was for one that had its relief on the day."""
    facts = period.facts
    amount = sum(float(facts.values.get(name, 0.0)) for name in _SITES)
    amount += sum(item.amount for item in facts.items if item.variable in _SITES)
    if amount:
        yield (
            f"{pounds(amount)} in the period from {period.span} is taken to be for special tax sites that had been "
            "designated by the day and had not reached the last day of their relief (CAA 2001 ss.45O, 270BNA): the law held "
            "here has no list of sites."
        )


def _loans_repaid(period: Period) -> Iterator[Assumption]:
    """That no more tax on loans is relieved than had been charged."""
    repaid = float(period.facts.values.get("tax_on_loans_to_participators_repaid", 0.0))
    if repaid:
        before = float(period.run("loans_to_participators_tax_to_relieve_brought_forward", period.at)[0])
        if repaid - before >= PENNY:
            yield Assumption(
                f"{pounds(repaid)} of tax on loans to participators is said to be relieved in the period from "
                f"{period.span}, and {pounds(before)} of such tax stood open: no more than that is taken off.",
                "Give what had been charged before as loans_to_participators_tax_to_relieve_brought_forward in the first "
                "period of the file.",
            )


LINES: tuple[Line, ...] = (
    _undated,
    _group_limit,
    _first_year,
    _days_of_limits,
    _forecasts,
    _mean_date,
    _tax_credit_of_distributions,
    _change_of_ownership,
    _older_losses,
    _room_for_donations,
    _oldest_losses_first,
    _donations_lost,
    _loss_not_carried_back,
    _allowances_before_the_file,
    _special_tax_sites,
    _loans_repaid,
)
