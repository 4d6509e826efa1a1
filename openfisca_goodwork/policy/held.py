"""The law of one day held for ever: a reform that takes back every change made since."""

from __future__ import annotations

import datetime
import re

from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy.check import ASSUMPTIONS
from openfisca_goodwork.policy.days import Day, day_of_law
from openfisca_goodwork.policy.reform import Edit, Reform
from openfisca_goodwork.policy.vocabulary import Leaf, current_vocabulary, in_force

# `law@2023-04-01`, as one part of `a + b`.
LAW_ON = re.compile(r"law@(?P<date>[^+]*)")


def law_held_from(day: Day) -> Reform:
    """The law as it stood on a day, without any change that came after it: `law@DAY` where a reform is named.

    Assumptions are no law and stay as they are. Raises PeriodError for a day on which no law is held.
    """
    date = day_of_law(day)
    edits = {path: edit for path, leaf in current_vocabulary().items() for edit in [_held(leaf, date)] if edit}
    name = f"law@{date.isoformat()}"
    title = f"The law of {day_in_words(date)} held for ever"
    return Reform(name, title, edits, summary=f"{title}.", status="counterfactual", source="Current law")


def _held(leaf: Leaf, date: datetime.date) -> tuple[tuple[datetime.date, Edit], ...]:
    """The value of the day from the first later change on, or nothing where there is none or the parameter is younger."""
    current = in_force(leaf.values, date)
    later = [dated.date for dated in leaf.values if dated.date > date]
    if leaf.path.startswith(ASSUMPTIONS) or current is None or not later:
        return ()
    return ((later[0], current.value),)
