"""Spending by date: an annual amount spread evenly over the accounting period, or items on their days."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from openfisca_goodwork.law.periods.accounting_period import AccountingPeriod
from openfisca_goodwork.law.periods.calendar import days_between
from openfisca_goodwork.law.periods.companies import Segment, accounting_periods
from openfisca_goodwork.law.periods.constant_arrays import constant_array
from openfisca_goodwork.law.periods.refusals import RefusedInputError


def incurred(company: Any, period: Any, name: str) -> np.ndarray:
    """Amount of a dated variable over the accounting period: as given, or the sum of its dated items (£).

    Raises:
        RefusedInputError: where a company has both.
    """
    periods = accounting_periods(company, period)
    return _annual(company, period, name) + _dated(company, name, periods.starts, periods.ends)


def incurred_within(segment: Segment, name: str) -> np.ndarray:
    """Amount of a dated variable incurred within a stretch of the accounting period (£, one per company)."""
    company, period = segment.company, segment.period
    spread = _annual(company, period, name) * segment.share
    if not company.items(name):
        return spread
    return spread + _dated(company, name, *segment.days())


def held_within(segment: Segment, name: str) -> np.ndarray:
    """Amount × share of the accounting period for which it had been incurred within a stretch (£, one per company).

    What a straight-line allowance by days needs: £100 on the first day of a year held to its end is £100, £100 on its
    middle day is about £50, £100 spread evenly over the days is about £50.
    """
    company, period = segment.company, segment.period
    held = _annual(company, period, name) * segment.each(_held_of_one)
    for day, amounts in company.items(name):
        held = held + amounts * segment.share_from(day)
    return held


def _held_of_one(one: AccountingPeriod, start: date, end: date) -> float:
    """The same for £1 spread evenly over the period: (d + 1)/days of it has been incurred by the end of day d.

    The sum of an arithmetic series.
    """
    begin, finish = days_between(one.start, start) - 1, days_between(one.start, end)
    return (finish * (finish + 1) - begin * (begin + 1)) / 2 / days_between(one.start, one.end) ** 2


def _annual(company: Any, period: Any, name: str) -> np.ndarray:
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


def _dated(company: Any, name: str, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    total = constant_array(0.0, company.count)
    for item_day, amounts in company.items(name):
        day = np.datetime64(item_day, "D")
        total = total + np.where((day >= first) & (day <= last), amounts, 0)
    return total
