"""Months counted on from a day, beside `by_hand`: nothing here is the package's."""

from __future__ import annotations

from datetime import date, timedelta

DAY = timedelta(days=1)


def months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in range(day.day, 0, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError
