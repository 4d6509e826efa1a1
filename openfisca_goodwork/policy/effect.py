"""Why a reform has no effect: what a costing, a company's computation and the checker of files all say."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from openfisca_goodwork.periods import day_in_words
from openfisca_goodwork.policy.compare import no_effect_reason as why_laws_agree
from openfisca_goodwork.policy.differences import differences
from openfisca_goodwork.policy.laws import vocabulary_with
from openfisca_goodwork.policy.library import Reforms
from openfisca_goodwork.policy.relief import RELIEF, gives, stretches, why_nothing_is_given
from openfisca_goodwork.policy.vocabulary import Vocabulary, first_date, last_date

ASSUMPTIONS = "assumptions."


def no_effect_reason(
    reforms: Reforms, start: datetime.date, end: datetime.date, baseline: Reforms = (), settings: Iterable[str] = ()
) -> str | None:
    """Why reforms can change nobody's tax from `start` to `end`; None if they may.

    Either no parameter differs on any of these days, or all that differs is a relief by which nothing qualifies.
    Raises ReformError for a wrong reform or setting.
    """
    given = tuple(settings)
    before, after = vocabulary_with((), baseline), vocabulary_with(reforms, baseline, given)
    if not given:
        reason = why_laws_agree(reforms, start, end, baseline)
        if reason is not None:
            return reason
    return _idle_relief(before, after, start, end)


def _idle_relief(before: Vocabulary, after: Vocabulary, start: datetime.date, end: datetime.date) -> str | None:
    """Why nothing qualifies, where the laws differ in the relief alone and neither gives any."""
    paths = [row.path for row in differences(before, after) if not row.path.startswith(ASSUMPTIONS)]
    if not paths or not all(path.startswith(RELIEF) for path in paths) or gives(before, start, end):
        return None
    return _relieved_outside(after, start, end) or why_nothing_is_given(after, start, end)


def _relieved_outside(law: Vocabulary, start: datetime.date, end: datetime.date) -> str:
    """When the relief is given, where that is on no day of the span; empty where it never is."""
    given = list(stretches(law, first_date(law), last_date(law)))
    before = [last for _, last in given if last < start]
    after = [first for first, _ in given if first > end]
    parts = [f"until {day_in_words(max(before))}"] if before else []
    parts += [f"from {day_in_words(min(after))}"] if after else []
    return (
        f"It relieves training only {' and '.join(parts)}, outside {day_in_words(start)} to {day_in_words(end)}."
        if parts
        else ""
    )
