"""Interest on corporation tax paid late, early or too much (TMA 1970 s.87A; ICTA 1988 s.826; SI 1998/3175 regs 7, 8).

Pure functions of what was due, what was paid, and the dated rates. Up to the day nine months and a day after the period an
underpaid instalment bears debit interest, and what is overpaid or paid early earns credit interest, from the first
instalment or what would be its day. From then on what is owed bears late-payment interest, and what is overpaid earns
repayment interest. A day counts the same in leap years (HMRC CTM92730).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from openfisca_goodwork.law.instalments import Instalment, PaymentTerms, due_dates
from openfisca_goodwork.law.periods import History, history
from openfisca_goodwork.law.periods.calendar import ONE_DAY

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
