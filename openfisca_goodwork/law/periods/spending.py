"""Spending by date: an annual amount spread evenly over the accounting period, or items on their days."""

from __future__ import annotations

from datetime import date

import numpy as np
from openfisca_core.periods import Period

from openfisca_goodwork.law.notes import Companies
from openfisca_goodwork.law.periods.accounting_period import AccountingPeriod
from openfisca_goodwork.law.periods.calendar import RefusedInputError, days_between
from openfisca_goodwork.law.periods.companies import Segment, accounting_periods
from openfisca_goodwork.law.periods.constant_arrays import are_few, constant_array, is_nothing, where


def incurred(company: Companies, period: Period, name: str) -> np.ndarray:
    """Amount of a dated variable over the accounting period: as given, or the sum of its dated items (£).

    Raises:
        RefusedInputError: where a company has both.
    """
    periods = accounting_periods(company, period)
    return _annual(company, period, name) + _dated(company, name, periods.starts, periods.ends)


def incurred_within(segment: Segment, name: str, wanted: np.ndarray | None = None) -> np.ndarray:
    """Amount of a dated variable incurred within a stretch of the accounting period (£, one per company).

    Args:
        wanted: which of the distinct accounting periods are asked about; 0 for companies that have another.
    """
    company, period = segment.company, segment.period
    share = segment.share if wanted is None else segment.share_where(wanted)
    spread = _annual(company, period, name) * share
    items = company.items(name)
    if not items:
        return spread
    total = constant_array(0.0, company.count)
    for day, amounts in items:
        holds = segment.holds(day) if wanted is None else segment.holds(day) & wanted
        total = total + amounts * segment.periods.spread(holds)
    return spread + total


def is_incurred_within(segment: Segment, name: str) -> bool:
    """Whether there is anything to work out of a dated variable in a stretch (``is_nothing``)."""
    company = segment.company
    if is_nothing(_annual(company, segment.period, name)) and not company.items(name):
        return False
    return not are_few(company.count) or not is_nothing(incurred_within(segment, name))


def held_within(segment: Segment, name: str) -> np.ndarray:
    """Amount × share of the accounting period for which it had been incurred within a stretch (£, one per company).

    What a straight-line allowance by days needs: £100 on the first day of a year held to its end is £100, £100 on its
    middle day is about £50, £100 spread evenly over the days is about £50.
    """
    company, period = segment.company, segment.period
    held = _annual(company, period, name) * segment.figure(_held_of_one)
    for day, amounts in company.items(name):
        held = held + amounts * segment.share_from(day)
    return held


def _held_of_one(one: AccountingPeriod, start: date, end: date) -> float:
    """The same for £1 spread evenly over the period: (d + 1)/days of it has been incurred by the end of day d.

    The sum of an arithmetic series.
    """
    begin, finish = days_between(one.start, start) - 1, days_between(one.start, end)
    return (finish * (finish + 1) - begin * (begin + 1)) / 2 / days_between(one.start, one.end) ** 2


def _annual(company: Companies, period: Period, name: str) -> np.ndarray:
    """The amount given outright for the period; 0 where there are dated items instead."""
    notes = company.notes
    if (name, period.start.year) not in notes.inputs:
        return constant_array(0.0, company.count)
    given = company.given(name, period)
    if company.items(name):
        periods = accounting_periods(company, period)
        both = (given != 0) & (_dated(company, name, periods.starts, periods.ends) != 0)
        if both.any():
            raise RefusedInputError(
                f"{name} is given both as an amount for {period} and as dated items ({name}_on). Give one or the other."
            )
    return given


def _dated(company: Companies, name: str, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    total = constant_array(0.0, company.count)
    for item_day, amounts in company.items(name):
        day = np.datetime64(item_day, "D")
        total = total + where((day >= first) & (day <= last), amounts, 0)
    return total
