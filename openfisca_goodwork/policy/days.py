"""Days as somebody gives them, and whether the law is held on them."""

from __future__ import annotations

import datetime
import re

from openfisca_goodwork.errors import PeriodError, quoted
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy.vocabulary import current_vocabulary, first_date, last_date

Day = str | datetime.date

_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def day(given: Day, what: str = "") -> datetime.date:
    """A day as somebody gave it. Raises PeriodError, which says what it was given for, if it is told."""
    if isinstance(given, datetime.date):
        return given.date() if isinstance(given, datetime.datetime) else given
    try:
        if isinstance(given, str) and _WRITTEN.fullmatch(given):
            return datetime.date.fromisoformat(given)
    except ValueError:  # 2027-02-30: said below, as of every other text that is no day
        pass
    raise PeriodError(f"{quoted(str(given))}{_aside(what)} is not a day. Days are written YYYY-MM-DD: 2027-04-01.")


def day_of_law(given: Day, what: str = "") -> datetime.date:
    """A day on which the law is held. Raises PeriodError for any other, and for what is no day."""
    law, date = current_vocabulary(), day(given, what)
    if not first_date(law) <= date <= last_date(law):
        raise PeriodError(
            f"{day_in_words(date)}{_aside(what)} is outside the days for which the law is held: "
            f"{day_in_words(first_date(law))} to {day_in_words(last_date(law))}."
        )
    return date


def _aside(what: str) -> str:
    return f", {what}," if what else ""
