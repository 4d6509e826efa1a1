"""Days as people in the United Kingdom write them, and as their spreadsheets do."""

from __future__ import annotations

import datetime
import re

from openfisca_goodwork.documents import MisreadError, Tree, unexpected
from openfisca_goodwork.errors import quoted

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
