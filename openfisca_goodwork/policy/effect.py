"""Why a reform has no effect: what a costing, a company's computation and the checker of files all say."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy.check import ASSUMPTIONS
from openfisca_goodwork.policy.differences import Difference, differences
from openfisca_goodwork.policy.laws import vocabulary_with
from openfisca_goodwork.policy.library import Reforms
from openfisca_goodwork.policy.relief import RELIEF, gives, stretches, why_nothing_is_given
from openfisca_goodwork.policy.vocabulary import Vocabulary, first_date, last_date

ALREADY_LAW = "It sets only what the law in force already says."


def no_effect_reason(
    reforms: Reforms, start: datetime.date, end: datetime.date, baseline: Reforms = (), settings: Iterable[str] = ()
) -> str | None:
    """Why reforms and settings upon them can change nobody's tax from `start` to `end`; None if they may.

    Raises ReformError for a wrong reform or setting.
    """
    return reason_between(vocabulary_with((), baseline), vocabulary_with(reforms, baseline, settings), start, end)


def reason_between(before: Vocabulary, after: Vocabulary, start: datetime.date, end: datetime.date) -> str | None:
    """Why the step from one law to another can change nobody's tax in a span of days; None if it may.

    Either no parameter differs on any of these days, or all that differs is a relief by which nothing qualifies.
    """
    rows = list(differences(before, after))
    if not any(row.starts <= end and (row.ends is None or row.ends >= start) for row in rows):
        return _alike(rows, start, end)
    paths = [row.path for row in rows if not row.path.startswith(ASSUMPTIONS)]
    in_relief_alone = bool(paths) and all(path.startswith(RELIEF) for path in paths)
    if not in_relief_alone or gives(before, start, end) or gives(after, start, end):
        return None
    return _relieved_outside(after, start, end) or why_nothing_is_given(after, start, end)


def _alike(rows: Sequence[Difference], start: datetime.date, end: datetime.date) -> str:
    """When two laws differ, if on no day of a span."""
    if not rows:
        return ALREADY_LAW
    ends = [row.ends for row in rows if row.ends is not None and row.ends < start]
    starts = [row.starts for row in rows if row.starts > end]
    return f"It differs from the law in force {_outside(ends, starts, start, end)}."


def _outside(
    ends: Sequence[datetime.date], starts: Sequence[datetime.date], start: datetime.date, end: datetime.date
) -> str:
    """`only until …, outside … to …`: days that end before a span, and others that start after it."""
    parts = [f"only until {day_in_words(max(ends))}"] if ends else []
    parts += [f"only from {day_in_words(min(starts))}"] if starts else []
    return f"{' and '.join(parts)}, outside {day_in_words(start)} to {day_in_words(end)}"


def _relieved_outside(law: Vocabulary, start: datetime.date, end: datetime.date) -> str:
    """When the relief is given, where that is on no day of the span; empty where it never is."""
    given = list(stretches(law, first_date(law), last_date(law)))
    ends, starts = [last for _, last in given if last < start], [first for first, _ in given if first > end]
    return f"It relieves training {_outside(ends, starts, start, end)}." if given else ""
