"""The dated values of a parameter, and what each value means for an accounting period that straddles its change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise
from math import ceil
from typing import Any
from weakref import WeakKeyDictionary, WeakMethod

from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.errors import ParameterError
from openfisca_goodwork.law.periods.accounting_period import AccountingPeriod
from openfisca_goodwork.law.periods.calendar import ONE_DAY, RefusedDateError, day_in_words, days_between

DAY_WEIGHTED = "day_weighted"
ROUNDED_UP_HYBRID = "rounded_up_hybrid"
ANNUAL_LIMIT = "annual_limit"
BY_DATE_INCURRED = "by_date_incurred"
SEPARATE_PERIODS = "separate_periods"
WHOLE_PERIOD = "whole_period"
BY_END = "by_end"
STRADDLES = (DAY_WEIGHTED, ROUNDED_UP_HYBRID, ANNUAL_LIMIT, BY_DATE_INCURRED, SEPARATE_PERIODS, WHOLE_PERIOD, BY_END)

# Hybrid rates are rounded up to two decimals of a percent (FA 2019 s.31(6), FA 2026 s.28(5)).
_HYBRID_STEPS = 10_000


@dataclass(frozen=True)
class Value:
    """A parameter's value from a day on, and how a period that straddles that day treats the change."""

    start: date
    value: Any
    straddle: str


@dataclass(frozen=True, eq=False)
class History:
    """All dated values of one parameter, oldest first."""

    path: str
    values: tuple[Value, ...]

    @cached_property
    def changes(self) -> tuple[Value, ...]:
        """Every value but the first: the days on which the parameter moves."""
        return tuple(now for before, now in pairwise(self.values) if now.value != before.value)

    @cached_property
    def ever(self) -> frozenset[Any]:
        """Every value that is in force on any date."""
        return frozenset(one.value for one in self.values)

    def on(self, day: date) -> Any:
        """The value in force on a day.

        Raises:
            ParameterError: before the first value.
        """
        found = [one for one in self.values if one.start <= day]
        if not found:
            first = self.values[0].start
            raise RefusedDateError(
                f"{self.path} has no value before {day_in_words(first)}; {day_in_words(day)} was asked for."
            )
        return found[-1].value

    def since(self, day: date) -> date:
        """The day from which the value in force on a day stands, were it the same figure once more."""
        return max(one.start for one in self.values if one.start <= day)

    def changes_within(self, start: date, end: date) -> list[Value]:
        """The changes after the first day and up to the last: those that a period from start to end straddles."""
        return [one for one in self.changes if start < one.start <= end]


class HeardLaw:
    """A law that tells somebody which of its parameters are asked for; all else is as in the law itself.

    Args:
        law: the tax-benefit system. hear: a method that is given the path, or path, day and value.
    """

    def __init__(self, law: TaxBenefitSystem, hear: Callable[..., None]) -> None:
        self.law = law
        self._hear = WeakMethod(hear)  # what is read is kept in caches, which must not keep whoever listened
        self._heard: dict[str, HeardHistory] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.law, name)

    def history(self, path: str) -> HeardHistory:
        """The dated values of a parameter, which tell of the days that they are asked for."""
        hear = self._hear()
        if hear is not None:
            hear(path)
        if path not in self._heard:
            found = history(self.law, path)
            self._heard[path] = HeardHistory(found.path, found.values, self._hear)
        return self._heard[path]


@dataclass(frozen=True, eq=False)
class HeardHistory(History):
    """The dated values of a parameter of a ``HeardLaw``."""

    hear: WeakMethod[Callable[..., None]]

    def on(self, day: date) -> Any:
        """The value in force on a day; whoever listens hears of it."""
        value, hear = super().on(day), self.hear()
        if hear is not None:
            hear(self.path, day, value)
        return value


# By system and path: the root it was found under, the parameter, the list that its values had then, and what was read.
Histories = dict[str, tuple[Any, Any, Any, History]]
_HISTORIES: WeakKeyDictionary[Any, Histories] = WeakKeyDictionary()
# On a parameter itself: the list that its values had then, and what was read.
_READ = "goodwork_history"


def history(system: Any, path: str) -> History:
    """The dated values of a parameter in a tax-benefit system.

    Read from the parameter itself, never from the engine's cache by instant: that one thrashes past 128 instants and
    goes stale when a parameter is updated. Here a changed list of values is noticed.

    Raises:
        ParameterError: for a path that is not a parameter.
    """
    return history_among(histories_of(system), system, path)


def histories_of(system: Any) -> Histories:
    """What is known of the parameters of a system already."""
    return _HISTORIES.setdefault(system, {})


def history_among(known: Histories, system: Any, path: str) -> History:
    """The dated values of a parameter, from what is known of its system where that still holds."""
    if isinstance(system, HeardLaw):
        return system.history(path)
    entry = known.get(path)
    if entry is not None:
        root, parameter, values, found = entry
        if system.parameters is root and parameter.values_list is values:
            return found
    return _read_anew(system, path, known)


def _read_anew(system: Any, path: str, known: Histories) -> History:
    parameter, beneath = _find(system, path), getattr(system, "baseline", None)
    if parameter is None and beneath is not None:
        return history(beneath, path)
    if parameter is None:
        raise ParameterError(f"{path} is not a parameter.")
    found = _read(path, parameter, _find(beneath, path)) if beneath is not None else _of_parameter(path, parameter)
    known[path] = (system.parameters, parameter, parameter.values_list, found)
    return found


def _of_parameter(path: str, parameter: Any) -> History:
    """The dated values of a parameter; laws that share it share what was worked out of them."""
    known = vars(parameter).get(_READ)
    if known is None or known[0] is not parameter.values_list:  # a copy has what was read of the first
        known = parameter.values_list, _read(path, parameter, None)
        setattr(parameter, _READ, known)
    found: History = known[1]
    return found


def _find(system: Any, path: str) -> Any:
    parameter = system.parameters
    for name in path.split("."):
        parameter = getattr(parameter, "children", {}).get(name)
    return parameter if hasattr(parameter, "values_list") else None


def _read(path: str, parameter: Any, beneath: Any) -> History:
    """The values, oldest first; what a YAML test's ``parameters`` leaves out is as in the law beneath."""
    default = parameter.metadata.get("straddle")
    if default is None and beneath is not None:
        law = _read(path, beneath, None).values
        own = _values(parameter, beneath.metadata.get("straddle", WHOLE_PERIOD))
        return History(path, (*(one for one in law if one.start < own[0].start), *own))
    return History(path, _values(parameter, default or WHOLE_PERIOD))


def _values(parameter: Any, default: str) -> tuple[Value, ...]:
    return tuple(
        Value(date.fromisoformat(one.instant_str), one.value, one.metadata.get("straddle", default))
        for one in reversed(parameter.values_list)
    )


@lru_cache(maxsize=65_536)
def value_over(parameter: History, period: AccountingPeriod) -> float:
    """One number for a whole accounting period, by the straddle of each change it contains.

    ``whole_period``: the change waits for the next period. ``by_end``: it holds for the whole of the period that it falls
    in. ``day_weighted``: values weighted by days.
    ``rounded_up_hybrid``: the same, rounded up to two decimals of a percent.

    Raises:
        ParameterError: where the change needs spending by date or parts of a period, which one number cannot carry.
    """
    changes = [one for one in parameter.changes_within(period.start, period.end) if one.straddle != WHOLE_PERIOD]
    if not changes:
        return parameter.on(period.start)
    if changes[-1].straddle == BY_END:
        return changes[-1].value
    kinds = {one.straddle for one in changes}
    if not kinds <= {DAY_WEIGHTED, ROUNDED_UP_HYBRID}:
        raise ParameterError(
            f"{parameter.path} changes on {day_in_words(changes[0].start)} by {', '.join(sorted(kinds))}: it has no single "
            f"value over the period from {day_in_words(period.start)} to {day_in_words(period.end)}."
        )
    mean = _weighted(parameter.on(period.start), changes, period.start, period.end)
    return ceil(mean * _HYBRID_STEPS) / _HYBRID_STEPS if ROUNDED_UP_HYBRID in kinds else float(mean)


@lru_cache(maxsize=65_536)
def mean_within(parameter: History, start: date, end: date) -> float:
    """Mean of the values in force from start to end, weighted by days."""
    changes = parameter.changes_within(start, end)
    return float(_weighted(parameter.on(start), changes, start, end)) if changes else parameter.on(start)


def _weighted(opening: Any, changes: list[Value], start: date, end: date) -> Fraction:
    """Exact mean by days, which statute counts for rates: the rule that rounds one up must not see binary noise."""
    days = [start, *(one.start for one in changes), end + ONE_DAY]
    values = [opening, *(one.value for one in changes)]
    lengths = [Fraction((after - first).days) for first, after in pairwise(days)]
    total = sum(lengths)
    return sum((Fraction(str(value)) * length for value, length in zip(values, lengths, strict=True)), Fraction()) / total


@lru_cache(maxsize=65_536)
def segments_of(parameters: tuple[History, ...], period: AccountingPeriod) -> tuple[tuple[date, date], ...]:
    """The stretches of a period within which none of the parameters changes, oldest first."""
    cuts = {one.start for each in parameters for one in each.changes_within(period.start, period.end)}
    days = [period.start, *sorted(cuts), period.end + ONE_DAY]
    return tuple((first, after - ONE_DAY) for first, after in pairwise(days))


@lru_cache(maxsize=65_536)
def taper_before(parameter: History, period: AccountingPeriod, end: date) -> float:
    """What is left of a value in force up to a day and perhaps longer, in a period that runs past its end.

    1, unless the value ends by ``day_weighted``: then the share of the period's days that lie before the change, the way
    the super-deduction ran out (FA 2021 s.11).
    """
    closing = [one for one in parameter.changes if end < one.start <= period.end]
    if not closing or closing[0].straddle != DAY_WEIGHTED:
        return 1.0
    return days_between(period.start, closing[0].start - ONE_DAY) / days_between(period.start, period.end)
