"""Penalties for a company tax return that is filed late: flat rate, and by the tax unpaid (FA 1998 Sch 18 paras 17, 18)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from openfisca_goodwork.law.instalments import months_after
from openfisca_goodwork.law.periods import day_in_words, history

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
