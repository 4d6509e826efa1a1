"""What the human-investment relief of a law gives, day by day, and why a reform has no effect.

Paths that a law lacks count as switched off, so that what is said here holds for any law. A costing, a company's computation
and the checker of files all say the same of a reform without effect.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy.check import ASSUMPTIONS
from openfisca_goodwork.policy.differences import Difference, differences
from openfisca_goodwork.policy.laws import vocabulary_with
from openfisca_goodwork.policy.library import Reforms
from openfisca_goodwork.policy.reform import Value
from openfisca_goodwork.policy.vocabulary import Vocabulary, first_date, in_force, last_date

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


RELIEF = "human_investment."
HEADS = "human_investment.qualifying."
HEAD = ".inclusion"
FORM, CREDIT = "human_investment.form", "credit"
RATE = "human_investment.additional_deduction"
CREDIT_RATE = "human_investment.credit_rate"
BY_SIZE = "human_investment.additional_deduction_by_size."
UPLIFTS = "human_investment.uplifts."
MAXIMUM = "human_investment.maximum_additional_deduction"
ONE_DAY = datetime.timedelta(days=1)
NO_HEAD = "It gives a rate of relief and counts no type of training cost, so nothing qualifies."
NO_RATE = "It counts training cost and gives no rate of relief, so nothing comes of it."
NEITHER = "It sets terms of the relief for training and neither gives a rate nor counts a type of training cost."


@dataclass(frozen=True)
class Relief:
    """The relief of a law on one day."""

    law: Vocabulary
    day: datetime.date

    def value(self, path: str, otherwise: Value) -> Value:
        """What a parameter says on the day, or something else where the law lacks it."""
        dated = in_force(self.law[path].values, self.day) if path in self.law else None
        return otherwise if dated is None else dated.value

    def number(self, path: str) -> float:
        """A figure on the day; 0 where the law lacks it, and for words."""
        value = self.value(path, 0.0)
        return 0.0 if isinstance(value, str) else float(value)

    @property
    def is_credit(self) -> bool:
        """Whether the relief is a credit and no deduction."""
        return self.value(FORM, "") == CREDIT

    @property
    def uplift(self) -> float:
        """The largest single uplift."""
        return max((self.number(path) for path in self.law if path.startswith(UPLIFTS)), default=0.0)

    @property
    def by_size(self) -> float:
        """The largest addition for a size of group."""
        return max((self.number(path) for path in self.law if path.startswith(BY_SIZE)), default=0.0)

    @property
    def rate(self) -> float:
        """The most that is given for £1 of training, before any maximum."""
        return self.number(CREDIT_RATE) if self.is_credit else self.number(RATE) + self.by_size + self.uplift

    @property
    def counts_something(self) -> bool:
        """Whether any type of training cost counts."""
        return any(self.number(path) > 0 for path in heads(self.law))


def heads(law: Vocabulary) -> list[str]:
    """The paths that say how much of each type of training cost counts."""
    return [path for path in law if path.startswith(HEADS) and path.endswith(HEAD)]


def spells(law: Vocabulary, start: datetime.date, end: datetime.date) -> Iterator[Relief]:
    """The relief on the first day, and on each later day up to the last on which any part of it changes."""
    later = {dated.date for path, leaf in law.items() if path.startswith(RELIEF) for dated in leaf.values}
    for day in sorted({start, *(day for day in later if start < day <= end)}):
        yield Relief(law, day)


def stretches(law: Vocabulary, start: datetime.date, end: datetime.date) -> Iterator[tuple[datetime.date, datetime.date]]:
    """The stretches of days within a span on which some training is relieved, by their first and last day."""
    all_spells = list(spells(law, start, end))
    lasts = [later.day - ONE_DAY for later in all_spells[1:]] + [end]
    for spell, last in zip(all_spells, lasts, strict=True):
        if spell.rate > 0 and spell.counts_something:
            yield spell.day, last


def gives(law: Vocabulary, start: datetime.date, end: datetime.date) -> bool:
    """Whether a law relieves any training on some day of a span."""
    return any(True for _ in stretches(law, start, end))


def why_nothing_is_given(law: Vocabulary, start: datetime.date, end: datetime.date) -> str | None:
    """Why no training is relieved on any day of a span; None where some is."""
    if gives(law, start, end):
        return None
    all_spells = list(spells(law, start, end))
    if any(spell.rate > 0 for spell in all_spells):
        return NO_HEAD
    return NO_RATE if any(spell.counts_something for spell in all_spells) else NEITHER
