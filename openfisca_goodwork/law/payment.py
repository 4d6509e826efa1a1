"""By when corporation tax is payable, and what it costs to be late (TMA 1970 ss.59D, 59E; SI 1998/3175)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from itertools import islice, pairwise, takewhile
from typing import Any, NamedTuple

import numpy as np
from openfisca_core.indexed_enums import Enum, EnumArray

from openfisca_goodwork.law.model import SHARE, Variable
from openfisca_goodwork.law.periods import (
    AccountingPeriod,
    History,
    accounting_periods,
    add_months,
    brought_forward,
    day_in_words,
    days_between,
    history,
    months_of_period,
    over_period,
    where,
)
from openfisca_goodwork.law.periods.calendar import ONE_DAY

_THRESHOLDS = "payment.thresholds"
_MONTHS_BEFORE = "payment.first_year_exception_months"
_OUTPUTS = ("payment_regime", "large_company_brought_forward", "large_company_carried_forward")
_COUNTED = ("associated_companies", "related_51_percent_companies")


class PaymentRegime(Enum):
    """How a company pays."""

    ordinary = "In one sum, nine months and a day after the period"
    large = "In quarterly instalments from the seventh month of the period"
    very_large = "In quarterly instalments within the period"


def _threshold(company, period, name):
    """A profit threshold: divided by one plus the companies counted, in proportion to the period's length (£)."""
    counted = over_period(company, period, f"{_THRESHOLDS}.companies_counted")
    others = sum(company(kind, period) * (counted == kind) for kind in _COUNTED)
    return over_period(company, period, f"{_THRESHOLDS}.{name}") * company("length_factor", period) / (1 + others)


class instalment_threshold(Variable):
    """Augmented profits above which tax is payable in instalments (£).

    Example: one company counted with it, twelve months: £750,000.
    """

    label = "Threshold for instalments"
    reference = "SI 1998/3175 reg 3"
    rule = "The threshold, in proportion to the length, divided by 1 + the companies counted."

    def formula(company, period):
        return _threshold(company, period, "large")


class large_company_brought_forward(Variable, minimum=0, maximum=1):
    """Share of the twelve months before the first period in which it was a large company up to the end of them, 0 to 1.

    1 for a company that was large throughout. Large counts as if there were no first-year exception.
    """

    unit = SHARE
    label = "Large company in the twelve months before"
    reference = "SI 1998/3175 reg 3(5), before April 2019 reg 3(3); HMRC CTM92530"


class large_company_carried_forward(Variable, serves=_OUTPUTS):
    """Share of the twelve months to the end of the period in which it was a large company without a break up to it.

    0 where it is not large in this period, be it because it owes little; less than 1 where it was not large, or did not
    exist, in some part of the twelve months. The first-year exception asks for it, and does not count here itself.
    """

    unit = SHARE
    label = "Large company in the twelve months to the end of the period"
    reference = "SI 1998/3175 reg 3(5), before April 2019 reg 3(3); HMRC CTM92530"
    rule = (
        "0 where augmented profits do not exceed the threshold, or the tax the small liability × length. Else the days of "
        "the period, with those before it in which the company was large without a break, ÷ the days of the twelve months "
        "to its end; at most 1."
    )

    def formula(company, period):
        is_above = company("augmented_profits", period) > company("instalment_threshold", period)
        periods = accounting_periods(company, period)
        months = history(company.law, _MONTHS_BEFORE)
        to_start = periods.each(lambda one: _days_before(one.start, months.on(one.start)))
        to_end = periods.each(lambda one: _days_before(one.end + ONE_DAY, months.on(one.start)))
        days = brought_forward(company, period, "large_company_brought_forward") * to_start
        days = days + periods.each(lambda one: days_between(one.start, one.end))
        return where(is_above & ~_owes_little(company, period), np.minimum(days / to_end, 1), 0)


def _days_before(day, months):
    """Days of the months before a day."""
    return days_between(add_months(day, -int(months)), day - ONE_DAY)


def _owes_little(company, period):
    """Whether the total liability, tax on loans to participators among it, is too little for instalments (reg 3(4))."""
    de_minimis = over_period(company, period, "payment.de_minimis_liability") * company("length_factor", period)
    return company("tax_chargeable", period) <= de_minimis


class payment_regime(Variable):
    """Whether the company pays as an ordinary, a large or a very large one.

    Not large with tax, that on loans to participators included, of at most £10,000; nor, while profits are at most £10m,
    where in some part of the twelve months before the company was not large or did not exist.
    """

    value_type = Enum
    possible_values = PaymentRegime
    default_value = PaymentRegime.ordinary
    label = "Payment regime"
    reference = "SI 1998/3175 reg 3"
    box = "630 or 631"
    rule = (
        "Ordinary where the tax is at most the small liability × length; else very large above that threshold; else large "
        "above the threshold, unless profits are within the first-year exception and it was not large throughout the twelve "
        "months before. Thresholds are taken in proportion to the length, divided by 1 + the companies counted."
    )

    def formula(company, period):
        profits = company("augmented_profits", period)
        excepted = (profits <= _threshold(company, period, "first_year_exception")) & (
            brought_forward(company, period, "large_company_brought_forward") < 1
        )
        is_large = (profits > company("instalment_threshold", period)) & ~excepted
        is_very_large = profits > _threshold(company, period, "very_large")
        ordinary, large, very_large = (kind.index for kind in PaymentRegime)
        regime = where(is_very_large, very_large, where(is_large, large, ordinary))
        found = where(_owes_little(company, period), ordinary, regime).astype(np.uint8)
        return EnumArray(found, PaymentRegime)


# --- instalments -----------------------------------------------------------------------------------------------------
# Pure functions of dates and amounts: the regime comes from the law, and so do the months and days, as ``PaymentTerms``.
# Months after the last day of a month end on the last day of a month: nine months after 30 June end on 31 March, and the
# tax of a year to 30 June is due on 1 April. Each instalment follows the one before by the same rule (HMRC CTM92560).
# What is due is the whole charge. An expenditure credit set off does not reduce the liability, but settles it as a payment
# would (CTA 2009 s.1042I, step 1; HMRC CIRD89780, and CREC072100 of instalments): it is not taken off the amounts here.


_ONE_DAY = timedelta(days=1)
_DUE_DATES = "payment.due_dates"
RULE = "All on one day; or, in instalments, the interval × tax ÷ months of the period on each day, the rest on the last."


@dataclass(frozen=True)
class PaymentTerms:
    """The months and days of `payment.due_dates` in force when a period begins, by the names of the parameters."""

    ordinary_months_after_end: int
    large_first_instalment_months: int
    large_first_instalment_days: int
    large_final_instalment_months_after_end: int
    large_final_instalment_days: int
    very_large_first_instalment_months: int
    very_large_first_instalment_days: int
    very_large_final_instalment_months_before_end: int
    very_large_final_instalment_days: int
    instalment_interval_months: int
    most_instalments: int


class Instalment(NamedTuple):
    """One payment of corporation tax: the day it is due, and the amount (£)."""

    due: date
    amount: float


def payment_terms(system: Any, start: date) -> PaymentTerms:
    """The terms of payment for an accounting period that begins on a day, under the law of a tax-benefit system."""
    names = [one.name for one in fields(PaymentTerms)]
    return PaymentTerms(**{name: int(history(system, f"{_DUE_DATES}.{name}").on(start)) for name in names})


def due_dates(regime: str, start: date, end: date, terms: PaymentTerms) -> tuple[date, ...]:
    """The days on which a company of a payment regime pays for a period, oldest first.

    Args:
        regime: ``ordinary``, ``large`` or ``very_large``.
        start, end: the accounting period, both days included.
        terms: the law's months and days.

    Example: the year to 31 December 2026 is due on 1 October 2027 (ordinary), or from 14 July 2026 to 14 April 2027
    (large), or from 14 March to 14 December 2026 (very large).
    """
    if regime == "ordinary":
        return (months_after(end, terms.ordinary_months_after_end) + _ONE_DAY,)
    if regime == "large":
        first = add_months(start, terms.large_first_instalment_months) + timedelta(terms.large_first_instalment_days)
        months, days = terms.large_final_instalment_months_after_end, terms.large_final_instalment_days
        return _up_to(months_after(end, months) + timedelta(days), first, terms)
    first = add_months(start, terms.very_large_first_instalment_months) + timedelta(terms.very_large_first_instalment_days)
    if AccountingPeriod(start, end).is_twelve_months:
        return tuple(islice(_from(first, terms), terms.most_instalments))
    months, days = -terms.very_large_final_instalment_months_before_end, terms.very_large_final_instalment_days
    if months_after(end, months) < start:
        return (end,)
    return _up_to(months_after(end, months) + timedelta(days), first, terms)


def months_after(day: date, months: int) -> date:
    """So many months on, the last day of a month from the last day of a month."""
    is_last = (day + _ONE_DAY).month != day.month
    return add_months(day + _ONE_DAY, months) - _ONE_DAY if is_last else add_months(day, months)


def _from(first: date, terms: PaymentTerms) -> Iterator[date]:
    """The first instalment, and after each the next one, at the interval."""
    due = first
    while True:
        yield due
        due = months_after(due, max(terms.instalment_interval_months, 1))


def _up_to(final: date, first: date, terms: PaymentTerms) -> tuple[date, ...]:
    """The instalments that come before the final one, as many as there may be beside it, and the final one."""
    before = takewhile(lambda due: due < final, _from(first, terms))
    return (*islice(before, terms.most_instalments - 1), final)


def instalments(tax: float, regime: str, start: date, end: date, terms: PaymentTerms) -> tuple[Instalment, ...]:
    """What is due and when: on each date 3 × tax ÷ n or what is left if that is less, and the balance on the final one.

    Nothing where there is no tax. The amounts add up to the tax (£).
    """
    if tax <= 0:
        return ()
    *earlier, final = due_dates(regime, start, end, terms)
    part = terms.instalment_interval_months * tax / months_of_period(start, end)
    found, left = [], tax
    for due in earlier:
        found.append(Instalment(due, min(part, left)))
        left -= found[-1].amount
    return (*found, Instalment(final, left))


# --- interest on tax paid late, or repaid ----------------------------------------------------------------------------
# Pure functions of what was due, what was paid, and the dated rates. Up to the day nine months and a day after the period
# an underpaid instalment bears debit interest, and what is overpaid or paid early earns credit interest, from the first
# instalment or what would be its day. From then on what is owed bears late-payment interest, and what is overpaid earns
# repayment interest. A day counts the same in leap years (HMRC CTM92730).


LATE, REPAYMENT, UNDERPAID, EARLY = "late_payment", "repayment", "underpaid_instalments", "paid_early"
KINDS = (LATE, REPAYMENT, UNDERPAID, EARLY)


@dataclass(frozen=True)
class InterestTerms:
    """The law of interest: yearly rates by kind, and the days that a year is divided by."""

    rates: Mapping[str, History]
    days_of_year: float


@dataclass(frozen=True)
class Interest:
    """Interest over some days on which amount and rate stay the same.

    Attributes:
        kind: of ``KINDS``. start, end: first and last day, both counted.
        amount: owed, or paid too much or too early (£). rate: yearly.
        interest: charged to the company; below 0 where it is paid to it (£).
    """

    kind: str
    start: date
    end: date
    amount: float
    rate: float
    interest: float


def interest_terms(system: Any, start: date) -> InterestTerms:
    """The law of interest for an accounting period that begins on a day, under a tax-benefit system."""
    rates = {kind: history(system, f"payment.interest.{kind}") for kind in KINDS}
    return InterestTerms(rates, float(history(system, "payment.interest.days_of_year").on(start)))


def after_credits(due: Sequence[Instalment], credits_used: float) -> tuple[Instalment, ...]:
    """What is left to pay on each day where credits discharge some of the tax: the last instalments first."""
    left, kept = credits_used, []
    for each in reversed(due):
        met = min(left, each.amount)
        left -= met
        kept.append(Instalment(each.due, each.amount - met))
    return tuple(reversed(kept))


def interest_on(
    law: InterestTerms,
    due: Sequence[Instalment],
    paid: Sequence[Instalment],
    period: tuple[date, date],
    terms: PaymentTerms,
) -> tuple[Interest, ...]:
    """Interest from the first instalment to the last day on which anything was due, paid or repaid, oldest first.

    Args:
        law: the law of interest. due: what is due when. paid: what was paid when; below 0 what was repaid (£).
        period: first and last day of the accounting period. terms: the law's days of payment.

    Example: £59,850 due on 1 October 2029 and paid on the 31st bears thirty days of late-payment interest.
    """
    (normal,) = due_dates("ordinary", *period, terms)
    first = min((each.due for each in due if each.due < normal), default=due_dates("large", *period, terms)[0])
    events = {first, normal, *(each.due for each in (*due, *paid))}
    last = max(events)
    changes = (one.start for rate in law.rates.values() for one in rate.changes if first < one.start < last)
    days = sorted({day for day in (*events, *changes) if day >= first})
    found: list[Interest] = []
    for each in _stretches(law, due, paid, days, normal):
        before = found[-1] if found else None
        if before and (before.kind, before.amount, before.rate, before.end + ONE_DAY) == (
            each.kind,
            each.amount,
            each.rate,
            each.start,
        ):
            found[-1] = replace(before, end=each.end, interest=before.interest + each.interest)
        else:
            found.append(each)
    return tuple(found)


def _stretches(
    law: InterestTerms, due: Sequence[Instalment], paid: Sequence[Instalment], days: list[date], normal: date
) -> Iterator[Interest]:
    for start, after in pairwise(days):
        # What was due and paid comes as sums: their binary noise must not bear interest.
        balance = float(f"{_until(paid, start) - _until(due, start):.2f}")
        kind = (EARLY, UNDERPAID) if start < normal else (REPAYMENT, LATE)
        rate = float(law.rates[kind[balance <= 0]].on(start))
        interest = -balance * rate * (after - start).days / law.days_of_year
        if balance:
            yield Interest(kind[balance <= 0], start, after - ONE_DAY, abs(balance), rate, interest)


def _until(amounts: Iterable[Instalment], day: date) -> float:
    return sum(each.amount for each in amounts if each.due <= day)


def unpaid_on(due: Sequence[Instalment], paid: Sequence[Instalment], day: date) -> float:
    """Tax due and not paid by the end of a day (£)."""
    return max(_until(due, day) - _until(paid, day), 0.0)


# --- penalties for a return that is filed late -----------------------------------------------------------------------


_NODE = "payment.late_filing"
# Late before, and late by more than three months → the penalty.
_FLAT = {
    (False, False): "late",
    (False, True): "more_than_three_months_late",
    (True, False): "late_again",
    (True, True): "late_again_more_than_three_months",
}


@dataclass(frozen=True)
class Penalty:
    """A penalty for a late return (£), and the law that sets it."""

    what: str
    amount: float
    reference: str


def filing_date(system: Any, end: date) -> date:
    """The last day for the return of an accounting period: twelve months after its end."""
    return months_after(end, _months(system, "filing_months", end))


def penalties(
    system: Any, end: date, filed: date, late_before: int, unpaid_on: Callable[[date], float]
) -> Iterator[Penalty]:
    """The penalties for the return of one accounting period.

    Args:
        system: the law. end: last day of the period. filed: the day the return was filed.
        late_before: how many returns of the periods just before were late, in a row.
        unpaid_on: tax of the period unpaid on a day (£).

    Example: the year to 31 December 2025 filed in January 2027, the first late one: £200.
    """
    last = filing_date(system, end)
    if filed <= last:
        return
    is_long = filed > months_after(last, _months(system, "higher_after_months", end))
    again = late_before >= _figure(system, "late_before", last)
    name = _FLAT[again, is_long]
    parts = ["return filed late", "by more than three months" * is_long, "for the third time or more in a row" * again]
    yield Penalty(", ".join(filter(None, parts)), float(_figure(system, name, last)), "FA 1998 Sch 18 para 17")
    from_day = max(months_after(end, _months(system, "tax_geared_after_months", end)), last)
    if filed > from_day:
        is_later = filed > months_after(end, _months(system, "tax_geared_higher_after_months", end))
        share = float(_figure(system, "tax_geared_higher_share" if is_later else "tax_geared_share", last))
        what = f"{share:.0%} of the tax unpaid on {day_in_words(from_day)}"
        amount = share * unpaid_on(from_day)
        if amount:
            yield Penalty(what, amount, "FA 1998 Sch 18 para 18")


def _figure(system: Any, name: str, day: date) -> Any:
    return history(system, f"{_NODE}.{name}").on(day)


def _months(system: Any, name: str, day: date) -> int:
    return int(_figure(system, name, day))
