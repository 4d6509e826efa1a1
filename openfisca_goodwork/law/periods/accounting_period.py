"""One accounting period, and the few distinct ones that a whole population of companies has."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from openfisca_goodwork.law.periods.calendar import (
    ONE_DAY,
    add_months,
    days_between,
    financial_year,
    financial_year_days,
    months_between,
)
from openfisca_goodwork.law.periods.constant_arrays import constant_array

_MONTHS_OF_A_YEAR = 12
_DAYS_OF_A_YEAR = 365
_OF_COMPANY = "place of each company's figure"


@dataclass(frozen=True)
class AccountingPeriod:
    """An accounting period, both days included, apportioned by days or (where a source does so) by months."""

    start: date
    end: date
    in_months: bool = False

    @property
    def _anniversary(self) -> date:
        """First day after twelve months; 1 March for a period that starts on 29 February."""
        day = add_months(self.start, _MONTHS_OF_A_YEAR)
        return day if day.day == self.start.day else day + ONE_DAY

    @property
    def is_twelve_months(self) -> bool:
        """Whether it is exactly a year long, leap year or not."""
        return self.end + ONE_DAY == self._anniversary

    @property
    def is_too_long(self) -> bool:
        """Whether it runs past the twelve months that CTA 2009 s.10 allows."""
        return self.end >= self._anniversary

    @property
    def year_after(self) -> AccountingPeriod:
        """The twelve months that begin on the day after it."""
        start = self.end + ONE_DAY
        return AccountingPeriod(start, add_months(start, _MONTHS_OF_A_YEAR) - ONE_DAY, self.in_months)

    @property
    def year_before(self) -> AccountingPeriod:
        """The twelve months that end on the day before it."""
        return AccountingPeriod(add_months(self.start, -_MONTHS_OF_A_YEAR), self.start - ONE_DAY, self.in_months)

    def measure(self, start: date, end: date) -> float:
        """Length of a stretch in the unit of this period: days, or months."""
        return months_between(start, end) if self.in_months else float(days_between(start, end))

    def share(self, start: date, end: date) -> float:
        """Share of the period that falls within two days, both included."""
        first, last = max(start, self.start), min(end, self.end)
        return self.measure(first, last) / self.measure(self.start, self.end) if first <= last else 0.0

    @property
    def length_factor(self) -> float:
        """1 for twelve months; otherwise days ÷ 365, or months ÷ 12 ("proportionately reduced")."""
        if self.is_twelve_months:
            return 1.0
        return self.measure(self.start, self.end) / (_MONTHS_OF_A_YEAR if self.in_months else _DAYS_OF_A_YEAR)

    def length_factor_of_part(self, start: date, end: date) -> float:
        """Length of a part that a change of law makes a period of its own: days ÷ days of its financial year.

        The whole period keeps its own factor. HMRC's marginal relief service and the CT600 software tests agree.
        """
        if (start, end) == (self.start, self.end):
            return self.length_factor
        year = _MONTHS_OF_A_YEAR if self.in_months else financial_year_days(financial_year(start))
        return self.measure(start, end) / year


@dataclass(frozen=True, eq=False)
class Figure:
    """A number worked out for each of some distinct accounting periods.

    Attributes:
        values: one per distinct period, of figures that laws run together do not share a row for each law; nobody may
            write to it.
        is_same: whether all of them are equal.
    """

    values: np.ndarray
    is_same: bool

    @classmethod
    def of(cls, values: Sequence[Any] | np.ndarray) -> Figure:
        """A figure with these values."""
        table = np.array(values)
        table.flags.writeable = False
        return cls(table, bool((table == table.flat[0]).all()))


def of_each_law(about: tuple[Hashable, ...]) -> list[tuple[Any, ...]]:
    """What a figure is about, once for every law where laws run together do not share it (``law.stacked``); else once."""
    laws = max((len(getattr(one, "of_laws", ())) for one in about), default=0)
    return [tuple(getattr(one, "of_laws", (one,) * laws)[place] for one in about) for place in range(laws)] or [about]


@dataclass(frozen=True, eq=False)
class AccountingPeriods:
    """The accounting periods of many companies under one index, as the few distinct ones and the place of each company's.

    Attributes:
        distinct: the different accounting periods.
        index: for each company, the place of its own in ``distinct`` (int64, one per company).
        figures: what is known of the distinct periods already, under the law they are taken through.
        laws: the place of each company's law among those that run together; None where there is only one.
    """

    distinct: tuple[AccountingPeriod, ...]
    index: np.ndarray
    figures: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    laws: np.ndarray | None = None
    _spread: dict[Hashable, np.ndarray] = field(default_factory=dict, repr=False)

    def spread(self, values: Figure | Sequence[float] | np.ndarray) -> np.ndarray:
        """One value per distinct period → one per company; nobody may write to it, the next who asks is given the same."""
        figure = values if isinstance(values, Figure) else Figure.of(values)
        table = figure.values
        if figure.is_same:
            return constant_array(table.flat[0], self.index.size)
        key = figure if figure is values else (table.dtype.str, table.tobytes())
        if key not in self._spread:
            self._spread[key] = table.take(self.index if self.laws is None or table.ndim == 1 else self._place_under_laws)
            self._spread[key].flags.writeable = False
        return self._spread[key]

    @property
    def _place_under_laws(self) -> np.ndarray:
        """The place of each company's figure in a table with a row for every law."""
        if _OF_COMPANY not in self._spread:
            self._spread[_OF_COMPANY] = self.index + len(self.distinct) * np.asarray(self.laws)
        return self._spread[_OF_COMPANY]

    def figure(self, function: Callable[..., Any], *about: Hashable) -> Figure:
        """What a function of a module makes of each distinct period, and of what it is about; worked out once for a law."""
        key = (function, *about)
        if key not in self.figures:
            rows = [[function(one, *under) for one in self.distinct] for under in of_each_law(about)]
            self.figures[key] = self.interned(rows if len(rows) > 1 else rows[0])
        figure: Figure = self.figures[key]
        return figure

    def interned(self, values: Sequence[Any]) -> Figure:
        """A figure with these values, the same one for equal values."""
        figure = Figure.of(values)
        known: Figure = self.figures.setdefault((figure.values.dtype.str, figure.values.tobytes()), figure)
        return known

    def of_companies(self, index: np.ndarray, laws: np.ndarray | None) -> AccountingPeriods:
        """The accounting periods of other companies, by the place of each one's in ``distinct``, and of its law."""
        return AccountingPeriods(self.distinct, index, self.figures, laws)

    def forget(self) -> None:
        """Forget the numbers already spread over the companies."""
        self._spread.clear()

    def each(self, function: Callable[[AccountingPeriod], float]) -> np.ndarray:
        """A number worked out once per distinct period, spread over the companies."""
        return self.spread([function(one) for one in self.distinct])

    def days(self, function: Callable[[AccountingPeriod], date]) -> np.ndarray:
        """A day worked out once per distinct period, spread over the companies (datetime64[D])."""
        return self.spread(np.array([function(one) for one in self.distinct], dtype="datetime64[D]"))

    @property
    def length_factor(self) -> np.ndarray:
        """Length factor of each company's period."""
        return self.spread(self.figure(_length_factor))

    @property
    def starts(self) -> np.ndarray:
        """First day of each company's period (datetime64[D])."""
        return self.spread(self.figure(_first_day))

    @property
    def ends(self) -> np.ndarray:
        """Last day of each company's period (datetime64[D])."""
        return self.spread(self.figure(_last_day))


def _length_factor(one: AccountingPeriod) -> float:
    return one.length_factor


def _first_day(one: AccountingPeriod) -> np.datetime64:
    return np.datetime64(one.start, "D")


def _last_day(one: AccountingPeriod) -> np.datetime64:
    return np.datetime64(one.end, "D")


def factorise(starts: np.ndarray, ends: np.ndarray, in_months: np.ndarray) -> AccountingPeriods:
    """Find the distinct accounting periods of companies given by their days.

    Args:
        starts, ends: datetime64[D], one per company.
        in_months: bool, one per company.

    A table of all (start, end) pairs in range is faster than sorting, and the ranges are at most a few hundred days.
    """
    first, last = starts.astype(np.int64), ends.astype(np.int64)
    width = int(last.max() - last.min()) + 1
    codes = ((first - first.min()) * width + (last - last.min())) * 2 + in_months
    seen, index = _distinct_codes(codes)
    pairs, months = np.divmod(seen, 2)
    begin, finish = np.divmod(pairs, width)
    dates_from = (begin + first.min()).astype("datetime64[D]").tolist()
    dates_to = (finish + last.min()).astype("datetime64[D]").tolist()
    distinct = (AccountingPeriod(*one) for one in zip(dates_from, dates_to, months.astype(bool).tolist(), strict=True))
    return AccountingPeriods(tuple(distinct), index)


def distinct_combinations(*numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Companies alike in each of some whole numbers: the place of one company of each kind, and the kind of every company.

    Args:
        numbers: int64, one per company each.

    Time and memory go by the companies, not by what their numbers could combine to.
    """
    if not numbers[0].size:
        return numbers[0], numbers[0]
    code = np.zeros(numbers[0].size, dtype=np.int64)
    for values in numbers:
        lowest, highest = int(values.min()), int(values.max())
        if lowest != highest:
            code = code * (highest - lowest + 1) + (values - lowest)
    seen, kind = _distinct_codes(code - code.min())
    example = np.empty(seen.size, dtype=np.intp)
    example[kind] = np.arange(kind.size)  # of many alike, the last one stays
    return example, kind


def _distinct_codes(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    span = int(codes.max()) + 1
    if span > max(4 * codes.size, 1 << 20):
        return np.unique(codes, return_inverse=True)
    present = np.zeros(span, dtype=bool)
    present[codes] = True
    seen = np.flatnonzero(present)
    places = np.empty(span, dtype=np.intp)
    places[seen] = np.arange(seen.size)
    return seen, places[codes]
