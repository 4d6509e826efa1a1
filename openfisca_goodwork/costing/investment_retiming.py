"""Investment brought forward in front of the end of an allowance, and missing from the months after it.

Month by month it grows evenly to its peak in the last one; what was brought forward is then missing evenly over the
assumed months. The peak is that of an allowance which takes a whole deduction away; it is smaller for a smaller fall. Where
a limit of the annual investment allowance falls, only spending between the two limits has anything to gain.

In an accounting period that an end falls into, spending is dated before or after it, so that what moves counts in full.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import numpy as np

from openfisca_goodwork.costing.behaviour import Behaviour
from openfisca_goodwork.law.periods import AccountingPeriod, AccountingPeriods, add_months, history
from openfisca_goodwork.law.periods.calendar import ONE_DAY
from openfisca_goodwork.law.plant import rate_paths
from openfisca_goodwork.law.plant_allowances import LIMIT
from openfisca_goodwork.law.training_match import ENABLED

# Companies look at what £1 of a new machine has at once.
_PATHS = rate_paths("main_rate_plant_new")
_MAIN_RATE = "corporation_tax.main_rate"


Days = tuple[date, date]


@dataclass(frozen=True)
class End:
    """An end of first-year allowances for main-rate plant, or a fall in the limit of the annual investment allowance.

    Attributes:
        first: first day of the months in which investment is brought forward. day: the first day without the allowance.
        peak: investment brought forward into the last month, as a share of what was planned for it.
        limits: of the annual investment allowance, from that day on and before it: the peak is a share of the spending that
            only the higher limit covers. None where the peak is a share of all spending.
    """

    first: date
    day: date
    peak: float
    limits: tuple[float, float] | None = None

    def share(self, day: date, months_after: int) -> float:
        """What a month has more than planned, as a share; negative where it has less."""
        length, at = _months(self.first, self.day), _months(self.first, day)
        if 0 <= at < length:
            return self.peak * (at + 0.5) / length
        if length <= at < length + months_after:
            return -self.peak * length / 2 / months_after
        return 0.0

    def applies_to(self, spent: np.ndarray) -> np.ndarray | float:
        """Share of spending (£ a year) that may be brought forward: above the old limit £1 more gains nothing."""
        if self.limits is None:
            return 1.0
        lower, upper = self.limits
        return np.where((spent > lower) & (spent < upper), 1 - lower / np.maximum(spent, 1), 0.0)


@dataclass(frozen=True)
class Retiming:
    """The ends of a law, and over how many months what was brought forward is then missing.

    Attributes:
        cuts: days on which an allowance for plant changes, at which spending is dated in a period with an end.
    """

    ends: tuple[End, ...]
    months_after: int
    cuts: tuple[date, ...] = ()

    @classmethod
    def of(cls, law: Any, assumed: Behaviour, known_on: date) -> Retiming:
        """What companies do in front of a law's ends from the day on which they are known.

        What they did before that day is in what they plan, whatever the law.
        """
        peak, after = assumed["investment.retiming"], int(assumed["investment.retiming_months_after"])
        longest = int(assumed["investment.retiming_months_before"])
        if not peak:
            return cls((), after)
        known = _Known(law, peak, longest, known_on)
        return cls((*known.ends_of_first_year_allowances(), *known.falls_of_the_limit()), after, _cuts(law))

    @property
    def is_any(self) -> bool:
        """Whether any investment is brought forward."""
        return bool(self.ends)

    def factors(self, periods: AccountingPeriods, spent: np.ndarray) -> dict[str, np.ndarray]:
        """What becomes of a year's planned spending, as multiples of it (one value per record), by when it is spent.

        Args:
            periods: the companies' accounting periods of a label. spent: planned (£ per record).

        Returns:
            "" → spread over the whole period; a day (``2026-03-31``) → on that day, in periods that an end falls into.
        """
        stretches = {one: {"": _whole(one)} if not self._is_straddled(one) else self._dated(one) for one in periods.distinct}
        whens = {"", *(when for of_one in stretches.values() for when in of_one)}
        return {
            when: self._multiple(periods, spent, {one: of_one.get(when) for one, of_one in stretches.items()})
            for when in sorted(whens)
        }

    def _multiple(
        self, periods: AccountingPeriods, spent: np.ndarray, stretches: Mapping[AccountingPeriod, Days | None]
    ) -> np.ndarray:
        """The part of planned spending that falls into a stretch of each period, by days, and what is moved into it."""

        def of_the_planned(one: AccountingPeriod) -> float:
            days = stretches[one]
            return 0.0 if days is None else one.share(*days)

        def moved_by(end: End, one: AccountingPeriod) -> float:
            days, months = stretches[one], _months_of(one)
            if days is None:
                return 0.0
            return sum(end.share(day, self.months_after) for day in months if days[0] <= day <= days[1]) / len(months)

        found = periods.each(of_the_planned)
        for end in self.ends:
            found = found + end.applies_to(spent) * periods.each(partial(moved_by, end))
        return found

    def _is_straddled(self, period: AccountingPeriod) -> bool:
        """Whether an end falls into a period."""
        return any(period.start < end.day <= period.end for end in self.ends)

    def _dated(self, period: AccountingPeriod) -> dict[str, Days]:
        """The stretches between the cuts of a period, by the day that stands for each."""
        cuts = [day for day in self.cuts if period.start < day <= period.end]
        firsts, lasts = [period.start, *cuts], [*(day - ONE_DAY for day in cuts), period.end]
        days = [lasts[0], *cuts]
        return {day.isoformat(): (first, last) for day, first, last in zip(days, firsts, lasts, strict=True)}


def retimed_from(before: Any, after: Any, assumed: Behaviour, known_on: date) -> date | None:
    """The first day on which investment is brought forward under one law and not the other; None where there is none."""
    one, other = (Retiming.of(law, assumed, known_on).ends for law in (before, after))
    return min((end.first for end in {*one} ^ {*other}), default=None)


@dataclass(frozen=True)
class _Known:
    """What is known of a law's ends, and how strongly companies act on them."""

    law: Any
    peak: float
    longest: int
    known_on: date

    def ends_of_first_year_allowances(self) -> list[End]:
        """Ends after which less of £1 of new main-rate plant is deducted at once."""
        days = sorted({one.start for path in _PATHS for one in history(self.law, path).changes if one.start > self.known_on})
        return [self._end(day, fall, _PATHS) for day in days if (fall := self._fall(day)) > 0]

    def falls_of_the_limit(self) -> list[End]:
        """Falls in the limit of the annual investment allowance, where no allowance of 100% stands beside it."""
        limit = history(self.law, LIMIT)
        changes = [(limit.on(one.start - ONE_DAY), one) for one in limit.changes if one.start > self.known_on]
        return [
            self._end(one.start, fall, (LIMIT,), (float(one.value), float(before)))
            for before, one in changes
            if one.value < before and (fall := self._fall_of_the_limit(one.start)) > 0
        ]

    def _fall_of_the_limit(self, day: date) -> float:
        """What of £1 only the limit has deducted at once: neither an allowance that ends with it nor one that begins."""
        return 1 - min(max(_share(self.law, one) for one in (day - ONE_DAY, day)), 1.0)

    def _end(self, day: date, fall: float, paths: tuple[str, ...], limits: tuple[float, float] | None = None) -> End:
        began = max((one.start for path in paths for one in history(self.law, path).changes if one.start < day), default=day)
        first = max(began, add_months(day, -self.longest), self.known_on)
        return End(first, day, self.peak * min(fall, 1.0), limits)

    def _fall(self, day: date) -> float:
        """By how much the tax value of first-year allowances falls on a day, of that of a whole deduction on the eve."""
        eve = day - ONE_DAY
        (before, taxed), (after, taxed_after) = (
            (_share(self.law, one), history(self.law, _MAIN_RATE).on(one)) for one in (eve, day)
        )
        return (before * taxed - after * taxed_after) / taxed if before != after else 0.0


def _cuts(law: Any) -> tuple[date, ...]:
    """Days on which an allowance for plant changes, or whether it has to be matched by training."""
    paths = (*rate_paths(), LIMIT, ENABLED)
    return tuple(sorted({one.start for path in paths for one in history(law, path).changes}))


def _share(law: Any, day: date) -> float:
    """The most of £1 of new main-rate plant that is deducted at once."""
    return max(float(history(law, path).on(day)) for path in _PATHS)


def _whole(period: AccountingPeriod) -> Days:
    return period.start, period.end


def _months_of(period: AccountingPeriod) -> list[date]:
    return [add_months(period.start, at) for at in range(max(_months(period.start, period.end + ONE_DAY), 1))]


def _months(first: date, day: date) -> int:
    """Whole calendar months from one day to another."""
    return 12 * (day.year - first.year) + day.month - first.month
