"""When the corporation tax of one accounting period falls due, and how much of it on each date.

Pure functions of dates and amounts: the regime comes from the law, and so do the months and days, as ``PaymentTerms``.
Months after the last day of a month end on the last day of a month: nine months after 30 June end on 31 March, and the tax
of a year to 30 June is due on 1 April. Each instalment follows the one before by the same rule (HMRC CTM92560).

What is due is the whole charge. An expenditure credit set off does not reduce the liability, but settles it as a payment
would (CTA 2009 s.1042I, step 1; HMRC CIRD89780, and CREC072100 of instalments): it is not taken off the amounts here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta
from itertools import islice, takewhile
from typing import Any, NamedTuple

from openfisca_goodwork.law.periods import AccountingPeriod, add_months, history, months_of_period

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
