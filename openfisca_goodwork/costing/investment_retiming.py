"""Investment brought forward in front of the end of a first-year allowance, and missing from the months after it.

Month by month it grows evenly to its peak in the last one; what was brought forward is then missing evenly over the
assumed months. The peak is that of an allowance which takes a whole deduction away; it is smaller for a smaller fall.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from openfisca_goodwork.costing.assumptions import Behaviour
from openfisca_goodwork.periods import AccountingPeriod, add_months, history
from openfisca_goodwork.periods.calendar import ONE_DAY

_ALLOWANCES = "capital_allowances.first_year_allowances."
_PATHS = tuple(f"{_ALLOWANCES}{name}.rate" for name in ("super_deduction", "full_expensing", "main_rate_40"))
_MAIN_RATE = "corporation_tax.main_rate"


@dataclass(frozen=True)
class End:
    """An end of first-year allowances for main-rate plant.

    Attributes:
        first: first day of the months in which investment is brought forward. day: the first day without the allowance.
        peak: investment brought forward into the last month, as a share of it.
    """

    first: date
    day: date
    peak: float

    def share(self, day: date, months_after: int) -> float:
        """What a month has more than planned, as a share; negative where it has less."""
        length, at = _months(self.first, self.day), _months(self.first, day)
        if 0 <= at < length:
            return self.peak * (at + 0.5) / length
        if length <= at < length + months_after:
            return -self.peak * length / 2 / months_after
        return 0.0


@dataclass(frozen=True)
class Retiming:
    """The ends of a law, and over how many months what was brought forward is then missing."""

    ends: tuple[End, ...]
    months_after: int

    @classmethod
    def of(cls, law: Any, assumed: Behaviour, known_on: date) -> Retiming:
        """What companies do in front of a law's ends from the day on which they are known.

        What they did before that day is in what they plan, whatever the law.
        """
        peak, after = assumed["investment.retiming"], int(assumed["investment.retiming_months_after"])
        longest = int(assumed["investment.retiming_months_before"])
        if not peak:
            return cls((), after)
        days = sorted({one.start for path in _PATHS for one in history(law, path).changes if one.start > known_on})
        return cls(tuple(_end(law, day, peak, longest, known_on) for day in days if _fall(law, day) > 0), after)

    @property
    def is_any(self) -> bool:
        """Whether anything is brought forward."""
        return bool(self.ends)

    def factor(self, period: AccountingPeriod) -> float:
        """Investment of an accounting period as a multiple of the planned: the mean of its months."""
        months = [add_months(period.start, at) for at in range(_months(period.start, period.end + ONE_DAY))]
        more = [sum(end.share(day, self.months_after) for end in self.ends) for day in months]
        return 1 + sum(more) / len(more) if more else 1.0


def retimed_from(before: Any, after: Any, assumed: Behaviour, known_on: date) -> date | None:
    """The first day on which investment is brought forward under one law and not the other; None where there is none."""
    one, other = (Retiming.of(law, assumed, known_on).ends for law in (before, after))
    return min((end.first for end in {*one} ^ {*other}), default=None)


def _end(law: Any, day: date, peak: float, longest: int, known_on: date) -> End:
    began = max((one.start for path in _PATHS for one in history(law, path).changes if one.start < day), default=day)
    return End(max(began, add_months(day, -longest), known_on), day, peak * min(_fall(law, day), 1.0))


def _fall(law: Any, day: date) -> float:
    """By how much the tax value of first-year allowances falls on a day, of that of a whole deduction on the eve."""
    eve = day - ONE_DAY
    (before, taxed), (after, taxed_after) = ((_share(law, one), history(law, _MAIN_RATE).on(one)) for one in (eve, day))
    return (before * taxed - after * taxed_after) / taxed if before != after else 0.0


def _share(law: Any, day: date) -> float:
    """The most of £1 of new main-rate plant that is deducted at once."""
    return max(float(history(law, path).on(day)) for path in _PATHS)


def _months(first: date, day: date) -> int:
    """Whole calendar months from one day to another."""
    return 12 * (day.year - first.year) + day.month - first.month
