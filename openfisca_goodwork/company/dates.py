"""The dates of a company's accounting periods: each by itself, and each against the one before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from openfisca_goodwork.company.vocabulary import first_day_of_law
from openfisca_goodwork.documents import Node
from openfisca_goodwork.errors import counted
from openfisca_goodwork.law.periods import AccountingPeriod, day_in_words, history
from openfisca_goodwork.policy.vocabulary import HORIZON
from openfisca_goodwork.system import current_law

_ONE_DAY = timedelta(days=1)


class Span(NamedTuple):
    """First and last day of an accounting period, and where they are written."""

    node: Node
    start: date
    end: date

    @property
    def words(self) -> str:
        """The two days, for a message."""
        return f"{day_in_words(self.start)} to {day_in_words(self.end)}"

    def holds(self, day: date) -> bool:
        """Whether a day falls within it; true of a period whose own dates are wrong, which has its fault already."""
        return self.is_backwards or self.start <= day <= self.end

    @property
    def is_backwards(self) -> bool:
        """Whether it ends before it starts: a fault that says enough of its neighbours, too."""
        return self.end < self.start


@cache
def last_day_of_law() -> date:
    """The last day on which an accounting period may end."""
    return date(int(history(current_law(), HORIZON).values[-1].value), 12, 31)


def read_span(period: Node, given: Mapping[str, Node]) -> Span | None:
    """The dates of one accounting period, checked by themselves; None where one is missing or is no date."""
    missing = [name for name in ("start", "end") if name not in given]
    if missing:
        are = "is" if len(missing) == 1 else "are"
        period.fault(f"{' and '.join(missing)} {are} missing: an accounting period has a start and an end.")
    start, end = (given[name].date() if name in given else None for name in ("start", "end"))
    if start is None or end is None:
        return None
    span = Span(given["start"], start, end)
    fault = _fault_of(span)
    if fault:
        span.node.fault(f"The accounting period from {span.words} {fault}")
    return span


def _fault_of(span: Span) -> str:
    """What is wrong with the dates of a period, or nothing."""
    if span.is_backwards:
        return "ends before it starts."
    if span.start < first_day_of_law():
        return f"starts before {day_in_words(first_day_of_law())}, the first day for which the law is held."
    if span.end > last_day_of_law():
        return f"ends after {day_in_words(last_day_of_law())}, the last day for which the law is held."
    if AccountingPeriod(span.start, span.end).is_too_long:
        return "is longer than 12 months (CTA 2009 s.10). Give the first 12 months and the rest as two periods."
    return ""


def check_sequence(spans: Iterable[Span | None]) -> None:
    """Note every accounting period that does not begin on the day after the one before it ends."""
    for before, span in pairwise(spans):
        if before is None or span is None or before.is_backwards or span.is_backwards:
            continue
        if span.start == before.end + _ONE_DAY:
            continue
        period, earlier = (
            f"The accounting period from {span.words}",
            f"the one before, which ends on {day_in_words(before.end)}",
        )
        if span.start <= before.end:
            span.node.fault(f"{period} overlaps {earlier}. List them oldest first, each from the day after the last.")
        else:
            days = counted((span.start - before.end).days - 1, "day")
            span.node.fault(f"{period} leaves a gap of {days} after {earlier}. Each begins on the day after the last.")
