"""The human-investment relief as a law has it: what it gives and what it counts, day by day.

Paths that a law lacks count as switched off, so that what is said here holds for any law.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from openfisca_goodwork.policy.reform import Value
from openfisca_goodwork.policy.vocabulary import Vocabulary, in_force

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
NO_HEAD = "It gives a rate of relief and counts no head of training cost, so nothing qualifies."
NO_RATE = "It counts training cost and gives no rate of relief, so nothing comes of it."
NEITHER = "It sets terms of the relief for training and neither gives a rate nor counts a head of cost."


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
        """Whether any head of cost counts."""
        return any(self.number(path) > 0 for path in heads(self.law))


def heads(law: Vocabulary) -> list[str]:
    """The paths that say how much of each head of cost counts."""
    return [path for path in law if path.startswith(HEADS) and path.endswith(HEAD)]


def spells(law: Vocabulary, start: datetime.date, end: datetime.date) -> Iterator[Relief]:
    """The relief on the first day, and on each later day up to the last on which any part of it changes."""
    later = {one.date for path, leaf in law.items() if path.startswith(RELIEF) for one in leaf.values}
    for day in sorted({start, *(day for day in later if start < day <= end)}):
        yield Relief(law, day)


def stretches(law: Vocabulary, start: datetime.date, end: datetime.date) -> Iterator[tuple[datetime.date, datetime.date]]:
    """The stretches of days within a span on which some training is relieved, by their first and last day."""
    found = list(spells(law, start, end))
    lasts = [later.day - ONE_DAY for later in found[1:]] + [end]
    for one, last in zip(found, lasts, strict=True):
        if one.rate > 0 and one.counts_something:
            yield one.day, last


def gives(law: Vocabulary, start: datetime.date, end: datetime.date) -> bool:
    """Whether a law relieves any training on some day of a span."""
    return any(True for _ in stretches(law, start, end))


def why_nothing_is_given(law: Vocabulary, start: datetime.date, end: datetime.date) -> str | None:
    """Why no training is relieved on any day of a span; None where some is."""
    if gives(law, start, end):
        return None
    found = list(spells(law, start, end))
    if any(one.rate > 0 for one in found):
        return NO_HEAD
    return NO_RATE if any(one.counts_something for one in found) else NEITHER
