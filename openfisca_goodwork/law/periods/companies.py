"""The one helper that formulas ask for "P over this accounting period", for all companies of a simulation at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.law.notes import Companies
from openfisca_goodwork.law.periods.accounting_period import (
    AccountingPeriod,
    AccountingPeriods,
    Figure,
    factorise,
    of_each_law,
)
from openfisca_goodwork.law.periods.calendar import ONE_DAY, RefusedPeriodError, day_in_words
from openfisca_goodwork.law.periods.constant_arrays import constant_array, folded, is_nothing, where
from openfisca_goodwork.law.periods.history import (
    History,
    histories_of,
    history,
    history_among,
    mean_within,
    segments_of,
    taper_before,
    value_over,
)

_HORIZON = "assumptions.horizon"
_NOT_GIVEN = 0  # days from 1 January 1970, which is what the engine has for a day that nobody gave
_ONE_DAY = np.timedelta64(1, "D")


class Read(NamedTuple):
    """A parameter read by a formula: which, over what stretch, and the value used."""

    path: str
    start: date
    end: date
    value: Any


def accounting_periods(company: Companies, period: Period) -> AccountingPeriods:
    """The accounting periods of all companies under one label, checked once per simulation.

    Raises:
        PeriodError: a label that does not start on 1 January; a period that ends before it starts, runs past twelve
            months or past the law held; one that overlaps the period before or leaves a gap. All faults at once.
    """
    known = company.notes.periods
    label = period.start.year
    if label not in known:
        refuse_other_labels(period)
        in_months = folded(np.asarray(company("apportionment", period)).astype(bool))
        a_year_on = _a_year_on(company, period, in_months)
        found = a_year_on or factorise(*_dates(company, period), in_months)
        found = replace(found, figures=_figures_of(company.law, found.distinct), laws=company.notes.laws)
        if _faults not in found.figures:
            _refuse_bad_periods(company, found)
            found.figures[_faults] = ()
        if a_year_on is None:
            _refuse_bad_neighbours(company, period, found)
        known[label] = found
    return known[label]


# By law: what is known of some distinct accounting periods, in the order in which they came up.
_FIGURES: WeakKeyDictionary[Any, dict[tuple[AccountingPeriod, ...], dict[Hashable, Any]]] = WeakKeyDictionary()
_MOST_KNOWN = 256


def _figures_of(law: TaxBenefitSystem, distinct: tuple[AccountingPeriod, ...]) -> dict[Hashable, Any]:
    """What is known of some distinct accounting periods under a law; kept for the latest ones that came up."""
    known = _FIGURES.setdefault(law, {})
    if distinct not in known and len(known) >= _MOST_KNOWN:
        known.clear()
    return known.setdefault(distinct, {})


def _a_year_on(company: Companies, period: Period, in_months: np.ndarray) -> AccountingPeriods | None:
    """The accounting periods where each is the year after the one before, as in most runs; None otherwise."""
    before = company.notes.periods.get(period.start.year - 1)
    if before is None or not is_nothing(in_months):
        return None
    if _years_after not in before.figures:
        before.figures[_years_after] = _years_after(before.distinct)
    distinct = before.figures[_years_after]
    if not distinct:
        return None
    found = AccountingPeriods(distinct, before.index, _figures_of(company.law, distinct), before.laws)
    starts, ends = _dates(company, period)
    return found if _are_equal(found.ends, ends) and _are_equal(found.starts, starts) else None


def _are_equal(days: np.ndarray, others: np.ndarray) -> bool:
    """Whether days are the same, as the whole numbers they are: as days NumPy takes four times as long."""
    return bool((days.view(np.int64) == others.view(np.int64)).all())


def _years_after(distinct: tuple[AccountingPeriod, ...]) -> tuple[AccountingPeriod, ...]:
    """The year after each; none where two of them become one, or months are counted."""
    found = tuple(one.year_after for one in distinct)
    return found if len(set(found)) == len(found) and not any(one.in_months for one in found) else ()


def _dates(company: Companies, period: Period) -> tuple[np.ndarray, np.ndarray]:
    """First and last days; the calendar year of the label where none is given."""
    starts, ends = company("accounting_period_start", period), company("accounting_period_end", period)
    first, last = (np.datetime64(f"{period.start.year:04d}-{day}") for day in ("01-01", "12-31"))
    return _or_else(starts, first), _or_else(ends, last)


def _or_else(days: np.ndarray, usual: np.datetime64) -> np.ndarray:
    missing = days.view(np.int64) == _NOT_GIVEN
    return where(missing, usual, days) if missing.any() else days


def refuse_other_labels(period: Period) -> None:
    """Refuse a year that is no label: one that does not start on 1 January. The engine would take it for another year."""
    if (period.start.month, period.start.day) != (1, 1):
        raise RefusedPeriodError(
            f"{period} was asked for. A year here is the label of an accounting period and starts on 1 January; the dates "
            "are accounting_period_start and accounting_period_end."
        )


def _refuse_bad_periods(company: Companies, found: AccountingPeriods) -> None:
    horizon = history(company.law, _HORIZON)
    last_year = int(horizon.values[-1].value)
    faults = [fault for one in found.distinct for fault in _faults(one, last_year)]
    if faults:
        raise RefusedPeriodError("\n".join(faults))


def _faults(one: AccountingPeriod, last_year: int) -> list[str]:
    name = f"The accounting period from {day_in_words(one.start)} to {day_in_words(one.end)}"
    tests = {
        "ends before it starts.": one.end < one.start,
        "is longer than 12 months (CTA 2009 s.10). Give the first 12 months and the rest as two periods.": one.is_too_long,
        f"ends after {last_year}, the last year for which law is held.": one.end.year > last_year,
    }
    return [f"{name} {words}" for words, is_so in tests.items() if is_so]


def _refuse_bad_neighbours(company: Companies, period: Period, found: AccountingPeriods) -> None:
    begin = beginnings(company, period)
    if period.start.year <= begin.earliest:
        return
    before = company.notes.periods.get(period.start.year - 1)
    ends_before = _dates(company, period.last_year)[1] if before is None else before.ends
    follow = found.starts == ends_before + _ONE_DAY
    if not (follow.all() or (follow | (period.start.year <= begin.labels)).all()):
        gaps = where(period.start.year > begin.labels, (found.starts - ends_before).astype(np.int64) - 1, 0)
        place = int(np.flatnonzero(gaps)[0])
        word = "overlaps" if gaps[place] < 0 else "leaves a gap after"
        raise RefusedPeriodError(
            f"The accounting period from {day_in_words(found.starts[place].item())} {word} the one before, which ends on "
            f"{day_in_words(ends_before[place].item())}. Periods follow one another day by day; if the company begins here, "
            f"say so with first_accounting_period: {period.start.year}."
        )


@dataclass(frozen=True, eq=False)
class Beginnings:
    """The label at which each company begins: as given, else the earliest label with any input.

    Attributes:
        given, otherwise: what it was found from.
        labels: one per company. earliest, latest: of them.
    """

    given: np.ndarray
    otherwise: int
    labels: np.ndarray
    earliest: int
    latest: int


def beginnings(company: Companies, period: Period) -> Beginnings:
    """Where the companies begin, found once for as long as nothing else is told."""
    notes, given = company.notes, company("first_accounting_period", period)
    otherwise, known = notes.first_label(period.start.year), notes.beginnings
    if known is None or known.given is not given or known.otherwise != otherwise:
        labels = where(given == 0, otherwise, given)
        earliest, latest = int(labels.min()), int(labels.max())
        same = constant_array(earliest, company.count) if earliest == latest else labels
        notes.beginnings = Beginnings(given, otherwise, same, earliest, latest)
    return notes.beginnings


def first_labels(company: Companies, period: Period) -> np.ndarray:
    """The label at which each company begins (one per company)."""
    return beginnings(company, period).labels


def length_factor(company: Companies, period: Period) -> np.ndarray:
    """1 for a twelve-month accounting period, days ÷ 365 for another (one per company)."""
    return accounting_periods(company, period).length_factor


def over_period(company: Companies, period: Period, path: str) -> np.ndarray:
    """A parameter over each company's accounting period, by the straddle of the changes it contains.

    Args:
        path: a parameter whose changes are ``day_weighted``, ``rounded_up_hybrid`` or ``whole_period``.

    Returns:
        One value per company, in the parameter's unit.

    Raises:
        ParameterError: unknown path; before its first value; a straddle that needs spending by date.
    """
    parameter, periods = history_of(company, path), accounting_periods(company, period)
    figure = periods.figure(_value_over, parameter)
    if company.notes.reads is not None:
        days = ((one.start, one.end) for one in periods.distinct)
        _record(company, path, [(*pair, value) for pair, value in zip(days, figure.values.tolist(), strict=True)])
    return periods.spread(figure)


def _value_over(one: AccountingPeriod, parameter: History) -> Any:
    return value_over(parameter, one)


def on_last_day(company: Companies, period: Period, path: str) -> np.ndarray:
    """A parameter on the last day of each company's accounting period, whatever its straddle (one per company)."""
    periods = accounting_periods(company, period)
    return periods.spread(periods.figure(_on_last_day, history(company.law, path)))


def _on_last_day(one: AccountingPeriod, parameter: History) -> float:
    return float(parameter.on(one.end))


def history_of(company: Companies, path: str) -> History:
    """The dated values of a parameter in the law of the companies."""
    notes = company.notes
    settled = notes.settled
    if settled is not None and path in settled:
        known: History = settled[path]
        return known
    if notes.histories is None:
        notes.histories = histories_of(company.law)
    found = history_among(notes.histories, company.law, path)
    if settled is not None:
        settled[path] = found
    return found


def _record(company: Companies, path: str, values: list[tuple[date, date, Any]]) -> None:
    if company.notes.reads is not None:
        company.notes.reads.extend(Read(path, *one) for one in values)


@dataclass(frozen=True, eq=False)
class Segment:
    """A stretch of each company's accounting period within which the parameters named do not change.

    Companies whose period has fewer stretches than another's have an empty one here: its share is 0.

    Attributes:
        company, period: what it is a stretch of.
        periods: the companies' accounting periods.
        bounds: first and last day per distinct period; None where empty.
        figures: what is known of the stretch already.
    """

    company: Companies
    period: Period
    periods: AccountingPeriods
    bounds: tuple[tuple[date, date] | None, ...]
    figures: dict[Hashable, Any] = field(default_factory=dict)

    def each(self, function: Callable[[AccountingPeriod, date, date], float]) -> np.ndarray:
        """A number worked out once per distinct period, from it and the bounds of the stretch; 0 where that is empty."""
        return self.periods.spread(self._of_each(function))

    def figure(self, function: Callable[..., float], *about: Hashable) -> np.ndarray:
        """A number that a function of a module gives, worked out once for a law; 0 where the stretch is empty."""
        key = (function, *about)
        if key not in self.figures:
            rows = [self._of_each(function, *under) for under in of_each_law(about)]
            self.figures[key] = self.periods.interned(rows if len(rows) > 1 else rows[0])
        return self.periods.spread(self.figures[key])

    def _of_each(self, function: Callable[..., float], *about: Hashable) -> list[float]:
        pairs = zip(self.periods.distinct, self.bounds, strict=True)
        return [0.0 if bounds is None else function(one, *bounds, *about) for one, bounds in pairs]

    def known(self, function: Callable[..., Any], *about: Hashable) -> Any:
        """What a function of a module makes of the stretch, worked out once for a law; always where reads are recorded."""
        key = (function, *about)
        if key not in self.figures or self.company.notes.reads is not None:
            self.figures[key] = function(self, *about)
        return self.figures[key]

    @property
    def share(self) -> np.ndarray:
        """Share of the accounting period that the stretch makes up (one per company)."""
        return self.figure(AccountingPeriod.share)

    def share_where(self, wanted: np.ndarray) -> np.ndarray:
        """The same for those of the distinct accounting periods that are wanted; 0 for all others (one per company)."""
        key = (AccountingPeriod.share, wanted.tobytes())
        if key not in self.figures:
            shares = np.array(self._of_each(AccountingPeriod.share))
            self.figures[key] = self.periods.interned(shares * wanted)
        return self.periods.spread(self.figures[key])

    def holds(self, day: date) -> np.ndarray:
        """Whether a day is in the stretch, one per distinct accounting period."""
        return np.array([bounds is not None and bounds[0] <= day <= bounds[1] for bounds in self.bounds])

    def share_from(self, day: date) -> np.ndarray:
        """Share of the accounting period that the stretch makes up from a day on; 0 where the day is in another period."""
        return self.each(lambda one, start, end: one.share(max(start, day), end) if one.start <= day <= one.end else 0.0)

    @property
    def length_factor(self) -> np.ndarray:
        """Length of the stretch as a period of its own, against a year."""
        return self.figure(AccountingPeriod.length_factor_of_part)

    def value(self, path: str) -> np.ndarray:
        """The parameter's value within the stretch; its mean by days where it changes inside (one per company)."""
        return self.periods.spread(self._value(path))

    def value_of_each(self, path: str) -> np.ndarray:
        """The parameter's value within the stretch, one per distinct accounting period; 0 where the stretch is empty.

        Of a parameter that laws run together do not share, a row for each law.
        """
        return self._value(path).values

    def is_positive(self, path: str) -> np.ndarray:
        """Whether the value is above 0 in the stretch, one per distinct period: laws that run together agree on it."""
        found = self.value_of_each(path) > 0
        return found if found.ndim == 1 else found[0]

    def _value(self, path: str) -> Figure:
        parameter = history_of(self.company, path)
        if parameter not in self.figures:
            within = [
                [0 if bounds is None else mean_within(own, *bounds) for bounds in self.bounds]
                for (own,) in of_each_law((parameter,))
            ]
            self.figures[parameter] = self.periods.interned(within if len(within) > 1 else within[0])
        found = self.figures[parameter]
        if self.company.notes.reads is not None:
            values = zip(self.bounds, found.values.tolist(), strict=True)
            _record(self.company, path, [(*bounds, value) for bounds, value in values if bounds is not None])
        return found

    def taper(self, path: str) -> np.ndarray:
        """What is left of the value where it runs out by days at the end of the stretch; 1 otherwise."""
        return self.figure(_taper_before, history_of(self.company, path))

    def days(self) -> tuple[np.ndarray, np.ndarray]:
        """First and last day per company (datetime64[D]); an empty stretch ends before it starts."""
        empty = (date.max - ONE_DAY, date.min + ONE_DAY)
        pairs = [empty if bounds is None else bounds for bounds in self.bounds]
        first, last = (self.periods.spread(np.array(days, dtype="datetime64[D]")) for days in zip(*pairs, strict=True))
        return first, last


def _taper_before(one: AccountingPeriod, _start: date, end: date, parameter: History) -> float:
    return taper_before(parameter, one, end)


def segments(company: Companies, period: Period, *paths: str) -> list[Segment]:
    """Cut each company's accounting period wherever one of the parameters changes; oldest stretch first."""
    periods = accounting_periods(company, period)
    parameters = tuple(history_of(company, path) for path in paths)
    key = (segments_of, parameters)
    if key not in periods.figures:
        periods.figures[key] = [(bounds, {}) for bounds in _cut(parameters, periods.distinct)]
    return [Segment(company, period, periods, *cut) for cut in periods.figures[key]]


def _cut(
    parameters: tuple[History, ...], distinct: tuple[AccountingPeriod, ...]
) -> Iterator[tuple[tuple[date, date] | None, ...]]:
    """Stretch by stretch, its bounds in each distinct period."""
    cuts = [segments_of(parameters, one) for one in distinct]
    slots = max(len(one) for one in cuts)
    return zip(*[(*one, *[None] * (slots - len(one))) for one in cuts], strict=True)
