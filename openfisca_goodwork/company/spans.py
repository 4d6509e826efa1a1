"""The days of accounting periods in a company file: in order, within the law, twelve months at most, or on a mean date."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from openfisca_goodwork.company.vocabulary import first_day_of_law
from openfisca_goodwork.documents import Document, MisreadError, Place, Tree, read_text, unexpected
from openfisca_goodwork.errors import counted, quoted
from openfisca_goodwork.law.periods import AccountingPeriod, day_in_words, history
from openfisca_goodwork.law.periods.calendar import ONE_DAY
from openfisca_goodwork.policy.vocabulary import HORIZON
from openfisca_goodwork.system import current_law

# --- days as people in the United Kingdom write them, and as their spreadsheets do -----------------------------------


_MIDNIGHT = r"(?:[T ]00:00(?::00(?:\.0+)?)?)?"
YEAR_FIRST = re.compile(rf"(?P<year>[0-9]{{4}})([-/.])(?P<month>[0-9]{{1,2}})\2(?P<day>[0-9]{{1,2}}){_MIDNIGHT}")
DAY_FIRST = re.compile(rf"(?P<day>[0-9]{{1,2}})([-/.])(?P<month>[0-9]{{1,2}})\2(?P<year>[0-9]{{4}}|[0-9]{{2}}){_MIDNIGHT}")
MONTH_BY_NAME = re.compile(
    rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?[ -]*(?P<month>[a-z]{{3,9}})\.?[ -]*(?P<year>[0-9]{{4}}|[0-9]{{2}}){_MIDNIGHT}",
    re.IGNORECASE,
)
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
DAYS_OF_A_SPREADSHEET = re.compile(r"[45][0-9]{4}")  # 1 January 2010 is 40179, and 2036 ends before 50000
FIRST_OF_A_SPREADSHEET = datetime.date(1899, 12, 30)


def read_day(given: Tree) -> datetime.date:
    """A day that exists, as people in the United Kingdom write it: 1/4/2027, 01.04.27, 1 April 2027, 2027-04-01.

    The day stands before the month, and a year of two digits is of this century. Raises MisreadError.
    """
    typed = given if isinstance(given, str) else ""
    match = YEAR_FIRST.fullmatch(typed) or DAY_FIRST.fullmatch(typed) or MONTH_BY_NAME.fullmatch(typed)
    if match is None:
        raise unexpected("a date", given, _day_mend(typed))
    if match.re is DAY_FIRST and match[2] == "-" and len(match["year"]) == 2:
        raise unexpected("a date", given, "Year or day may stand first in it: write the year with four digits.")
    day, month = int(match["day"]), _month(match["month"])
    if not month:
        raise unexpected("a date", given, f"{quoted(match['month'])} is not a month.")
    year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
    try:
        return datetime.date(year, month, day)
    except ValueError:
        is_turned = month > 12 >= day and match.re is DAY_FIRST
        mend = f" The day stands before the month: write {month}/{day}/{year}." if is_turned else ""
        raise MisreadError(f": {typed} is not a day of the calendar.{mend}") from None


def _month(typed: str) -> int:
    """The number of a month; 0 for a word that begins none of their names."""
    if typed.isdigit():
        return int(typed)
    word = "sep" if typed.lower() == "sept" else typed.lower()
    return next((number for number, name in enumerate(MONTHS, start=1) if name.startswith(word)), 0)


def _day_mend(typed: str) -> str:
    """How to write a day; of a spreadsheet's number of days, which it may be."""
    if DAYS_OF_A_SPREADSHEET.fullmatch(typed):
        day = FIRST_OF_A_SPREADSHEET + datetime.timedelta(days=int(typed))
        return f"A spreadsheet counts days so: it would be {day.day} {MONTHS[day.month - 1].title()} {day.year}. Write that."
    return "Write 2027-04-01, 1/4/2027 (the day first) or 1 April 2027."


_MEAN_DATE_DAYS = "accounting_periods.mean_date_days"
_LEAP_YEAR = 2000
_A_WEEK = timedelta(weeks=1)
_SAY_MEAN_DATE = (
    "Or, in a company file, say the mean date that was agreed for such accounts: company: {mean_date: 31 December}."
)


# --- the first and last day of an accounting period ------------------------------------------------------------------


class Span(NamedTuple):
    """First and last day of an accounting period, and where the first is written."""

    place: Place
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


def checked_span(
    document: Document, place: Place, given: Iterable[str], start: date | None, end: date | None
) -> Span | None:
    """The dates of one accounting period, checked by themselves; None where one is missing or is no date.

    `place` is that of the period, `given` holds the names that it gives.
    """
    missing = [name for name in ("start", "end") if name not in given]
    if missing:
        are = "is" if len(missing) == 1 else "are"
        document.fault(f"{' and '.join(missing)} {are} missing: an accounting period has a start and an end.", place)
    if start is None or end is None:
        return None
    span = Span((*place, "start"), start, end)
    if fault := _fault_of(span):
        document.fault(f"The accounting period from {span.words} {fault}", span.place)
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
        fault = "is longer than 12 months (CTA 2009 s.10). Give the first 12 months and the rest as two periods."
        is_53_weeks = not AccountingPeriod(span.start, max(span.end - _A_WEEK, span.start)).is_too_long
        return f"{fault} {_SAY_MEAN_DATE}" if is_53_weeks else fault
    return ""


def check_sequence(document: Document, spans: Iterable[Span | None]) -> None:
    """Note every accounting period that does not begin on the day after the one before it ends."""
    for before, span in pairwise(spans):
        if before is None or span is None or before.is_backwards or span.is_backwards:
            continue
        if span.start == before.end + ONE_DAY:
            continue
        period = f"The accounting period from {span.words}"
        earlier = f"the one before, which ends on {day_in_words(before.end)}"
        if span.start <= before.end:
            mend = "List them oldest first, each from the day after the last."
            document.fault(f"{period} overlaps {earlier}. {mend}", span.place)
        else:
            days = counted((span.start - before.end).days - 1, "day")
            message = f"{period} leaves a gap of {days} after {earlier}. Each begins on the day after the last."
            document.fault(message, span.place)


# --- accounts to about the same day of each year --------------------------------------------------------------------


class MeanDate(NamedTuple):
    """The day of the year to which accounts of 52 and 53 weeks are agreed to count (HMRC CTM01560)."""

    month: int
    day: int

    @property
    def words(self) -> str:
        """The day for a message."""
        return f"{self.day} {date(_LEAP_YEAR, self.month, self.day):%B}"

    def nearest(self, day: date) -> date:
        """The mean date nearest to a day; 28 February for the 29th in other years."""
        years = (year for year in (day.year - 1, day.year, day.year + 1) if date.min.year <= year <= date.max.year)
        return min((self._in(year) for year in years), key=lambda each: abs(each - day))

    def _in(self, year: int) -> date:
        after = date(year + self.month // 12, self.month % 12 + 1, 1) if year < date.max.year else date.max
        return min(date(year, self.month, 1) + timedelta(days=self.day - 1), after - ONE_DAY)


def read_mean_date(given: Tree) -> MeanDate:
    """A day of the year as people write it: 31 December. Raises MisreadError."""
    typed = read_text(given)
    try:
        day = read_day(f"{typed} {_LEAP_YEAR}")
    except MisreadError:
        raise MisreadError(f"must be a day of the year, such as 31 December, not {quoted(typed)}.") from None
    return MeanDate(day.month, day.day)


def on_mean_date(document: Document, place: Place, start: date, end: date, mean: MeanDate) -> tuple[date, date]:
    """The period that an account counts as: to the mean date, from the day after the last one.

    An account that begins on another day, as a first one does, keeps its first day. One that ends too far from the mean date
    is a fault.
    """
    days = int(history(current_law(), _MEAN_DATE_DAYS).on(start if start >= first_day_of_law() else end))
    to, before = mean.nearest(end), mean.nearest(start - ONE_DAY)
    if abs((end - to).days) > days:
        document.fault(
            f"The account ends on {day_in_words(end)}, {counted(abs((end - to).days), 'day')} from the mean date, "
            f"{mean.words}: at most {days} are accepted (HMRC CTM01560). Leave mean_date out, or give another one.",
            (*place, "end"),
        )
        return start, end
    return (before + ONE_DAY if abs((start - ONE_DAY - before).days) <= days else start), to


# --- what lies outside every accounting period -----------------------------------------------------------------------


def refuse_sale_outside(document: Document, place: Place, sold: date, spans: Sequence[Span]) -> None:
    """Note the sale of a building on a day outside all accounting periods of a file."""
    first, last = min(span.start for span in spans), max(span.end for span in spans)
    if sold > last:
        document.fault(
            f"This building is sold on {day_in_words(sold)}, after the last accounting period of the file, which ends on "
            f"{day_in_words(last)}. Leave sold and proceeds out, or add the period of the sale.",
            place,
        )
    elif sold < first:
        document.fault(
            f"This building is sold on {day_in_words(sold)}, before the first accounting period of the file, which starts "
            f"on {day_in_words(first)}. Leave it out.",
            place,
        )
