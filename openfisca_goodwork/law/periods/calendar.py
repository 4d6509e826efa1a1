"""Dates, financial years and lengths: pure functions of dates, nothing of OpenFisca and nothing of tax."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from openfisca_core.errors import SituationParsingError

from openfisca_goodwork.errors import GoodworkError, ParameterError, PeriodError

ONE_DAY = timedelta(days=1)
_APRIL = 4
_DAYS_OF_A_MONTH = 30  # "spare days ÷ 30": HMRC CTM92610
_DECIMALS_OF_A_MONTH = 2
_FINANCIAL_YEAR = re.compile(r"((?:19|20|21)[0-9]{2})-([0-9]{2})")


def add_months(day: date, months: int) -> date:
    """The same day of the month, so many months on; the last day of the month where that day does not exist."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def day_in_words(day: date) -> str:
    """A date as people read it: ``1 April 2027``."""
    return f"{day.day} {day:%B %Y}"


def days_between(start: date, end: date) -> int:
    """Days from start to end, both included; 0 where end comes before start."""
    return max((end - start).days + 1, 0)


def months_between(start: date, end: date) -> float:
    """Months from start to end, both included: whole months, then spare days over the length of their month."""
    if end < start:
        return 0.0
    after = end + ONE_DAY
    whole = (after.year - start.year) * 12 + after.month - start.month
    if add_months(start, whole) > after:
        whole -= 1
    begun = add_months(start, whole)
    spare = (after - begun).days
    return whole + spare / (add_months(start, whole + 1) - begun).days if spare else float(whole)


def months_of_period(start: date, end: date) -> float:
    """The factor n of a period paid by instalments: its whole months, and its spare days ÷ 30, to two decimals.

    Example: 1 January to 28 July 2012 is 6 + 28/30 = 6.93.
    """
    after = end + ONE_DAY
    whole = (after.year - start.year) * 12 + after.month - start.month
    if add_months(start, whole) > after:
        whole -= 1
    spare = (after - add_months(start, whole)).days
    return round(whole + spare / _DAYS_OF_A_MONTH, _DECIMALS_OF_A_MONTH)


def years_between(start: date, end: date) -> float:
    """Years from start to end, both included: months over twelve."""
    return months_between(start, end) / 12


def full_years_between(start: date, day: date) -> int:
    """Full years from one day to another; 0 within the first, and where the day comes before."""
    return max(day.year - start.year - ((day.month, day.day) < (start.month, start.day)), 0)


def financial_year(day: date) -> int:
    """The financial year a day falls in, by the year it begins: 31 March 2024 is in 2023."""
    return day.year if day.month >= _APRIL else day.year - 1


def financial_year_start(year: int) -> date:
    """1 April of that year."""
    return date(year, _APRIL, 1)


def financial_year_days(year: int) -> int:
    """Days of a financial year: 366 where its February has 29."""
    return days_between(financial_year_start(year), financial_year_start(year + 1) - ONE_DAY)


def financial_year_name(year: int) -> str:
    """2026 → "2026-27"."""
    return f"{year}-{(year + 1) % 100:02d}"


def parse_financial_years(text: str, answered: Sequence[int] = ()) -> tuple[int, ...]:
    """Read "2026-27:2031-32" or "2026-27" into the years in which each begins.

    Args:
        text: as typed. answered: the years that can be asked for, named where the text is no year.

    Raises:
        PeriodError: for anything else, and for a range that runs backwards.
    """
    if not isinstance(text, str):
        raise PeriodError(f"Financial years are text, first:last, as in '2026-27:2031-32', not {text!r}.")
    names = text.split(":")
    years = [_parse_financial_year(name, text, answered) for name in names]
    if len(years) > 2 or years[0] > years[-1]:
        raise PeriodError(f"{text!r} is not a range of financial years. Write first:last, as in 2026-27:2031-32.")
    return tuple(range(years[0], years[-1] + 1))


def _parse_financial_year(name: str, text: str, answered: Sequence[int]) -> int:
    match = _FINANCIAL_YEAR.fullmatch(name.strip())
    if match is None or (int(match[1]) + 1) % 100 != int(match[2]):
        span = [financial_year_name(answered[place]) for place in (0, -1)] if answered else []
        known = f"; {span[0]} to {span[1]} can be costed" if span else ""
        raise PeriodError(f"{name.strip()!r} in {text!r} is not a financial year. Write it as 2026-27{known}.")
    return int(match[1])


def shares_by_financial_year(start: date, end: date) -> dict[int, float]:
    """Share of a period's months in each financial year it touches; the shares add up to 1."""
    cuts = [start]
    cuts += [financial_year_start(year) for year in range(financial_year(start) + 1, financial_year(end) + 1)]
    cuts.append(end + ONE_DAY)
    months = {financial_year(first): months_between(first, after - ONE_DAY) for first, after in pairwise(cuts)}
    total = sum(months.values())
    return {year: count / total for year, count in months.items()}


# --- refusals --------------------------------------------------------------------------------------------------------
# The engine takes each for a mistake in the situation it was given: the web API answers with the message and 400 instead
# of 500, and ``openfisca test`` prints the message without a traceback.


_BAD_REQUEST = 400


class _RefusalError(SituationParsingError):
    """The engine's error about a situation, with a whole message instead of a path."""

    def __init__(self, message: str) -> None:
        self.error, self.code = {"error": message}, _BAD_REQUEST
        Exception.__init__(self, message)

    def __str__(self) -> str:
        return str(self.error["error"])


class RefusedPeriodError(_RefusalError, PeriodError):
    """An accounting period, or a balance in the wrong one."""


class RefusedInputError(_RefusalError, GoodworkError, ValueError):
    """An amount that is no amount, is out of bounds, or is given twice."""


class RefusedDateError(_RefusalError, ParameterError):
    """A date for which the law is not held."""
