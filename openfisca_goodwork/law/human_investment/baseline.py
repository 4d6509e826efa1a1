"""Step 4 of the human-investment relief: the baseline, above which alone training has relief where a law says so.

It is what counted of the training of earlier accounting periods, or of a fixed window of time, as if the relief had been in
force, for a year and before any limit. For days before the increment begins, the terms of its first day hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.errors import ParameterError
from openfisca_goodwork.law.human_investment.deduction import by_head, counted, needs_baseline, training_counted
from openfisca_goodwork.law.human_investment.terms import (
    BASELINE,
    COUNTED,
    NEW_COMPANY_SHARE,
    has_increment,
    has_rolling_baseline,
    increment_begins,
    is_ever_other_than,
    ratio,
    stretches_of,
)
from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.notes import Companies, cached_for_period
from openfisca_goodwork.law.periods import (
    PERIODS_BACK,
    Figure,
    RefusedInputError,
    RefusedPeriodError,
    Segment,
    accounting_periods,
    brought_forward,
    constant_array,
    first_labels,
    history,
    length_factor,
    of_earlier_period,
    positive,
    where,
)
from openfisca_goodwork.law.periods.calendar import ONE_DAY, days_between, years_between
from openfisca_goodwork.law.training_match import MATCHED, periods_matched

_YEARS = "human_investment.incremental.years"
_FIXED_FROM = "human_investment.incremental.fixed_from"
_FIXED_TO = "human_investment.incremental.fixed_to"
_OF_PERIOD = "human_investment_base_expenditure"
_OF_WINDOW = "human_investment_fixed_base_expenditure_brought_forward"
_DAYS_OF_WINDOW = "human_investment_fixed_base_days_brought_forward"
_DAYS_BEFORE = "human_investment_fixed_base_days_before_record_brought_forward"
_OPENING = "baseline_training_expenditure"
_IS_NEW = "is_new_company"
# Facts of the time before the first accounting period, told for that one alone.
TOLD_AT_THE_BEGINNING = (_OPENING, _IS_NEW)
_REFERENCE = "Proposed, not law: human-investment relief, step 4"
# What an earlier law made of earlier periods does not hold under another: these are worked out anew.
REWORKED = (
    MATCHED,
    _OF_PERIOD,
    "human_investment_fixed_base_expenditure_carried_forward",
    "human_investment_fixed_base_days_carried_forward",
    "human_investment_fixed_base_days_before_record_carried_forward",
)

# --- the baseline of an accounting period -----------------------------------------------------------------------------


class human_investment_baseline(Variable, only_if=has_increment):
    """Training of a year above which alone training has relief (£): the mean of a year of earlier periods, or of a window.

    Worked out only where some company has training on days on which only more of it has relief. What came before the
    record is told as the opening baseline, never taken to be nothing where relief depends on it.
    Example: fees of £10,000, £14,000 and £12,000 in the three years before: £12,000.
    """

    label = "Baseline of training, for a year"
    reference = _REFERENCE
    rule = (
        "Training for the baseline in so many periods before, or in the window of a fixed baseline, with the opening "
        "baseline for years before the record, ÷ those years; of a company that was there in none of them, a share of its "
        "pay bill for a year."
    )

    def formula(company, period):
        claims = cached_for_period(company, period, training_counted)
        if not any(claim.is_only_for_more.any() for claim in claims):
            return constant_array(0.0, company.count)
        is_fixed = _at_the_end(company, period, BASELINE) == "fixed"
        if is_fixed.all():
            amount, years, is_before = _of_the_window(company, period)
        elif not is_fixed.any():
            amount, years, is_before = _of_periods_before(company, period)
        else:
            both = zip(_of_the_window(company, period), _of_periods_before(company, period), strict=True)
            amount, years, is_before = (where(is_fixed, one, other) for one, other in both)
        _refuse_silence(company, period, is_before & needs_baseline(company, period))
        share = _at_the_end(company, period, NEW_COMPANY_SHARE)
        of_new_company = share * company("pay_bill", period) / length_factor(company, period)
        return ratio(amount, years, of_new_company)


def _at_the_end(company: Companies, period: Period, path: str) -> np.ndarray:
    """The value of a parameter on the last day of the accounting period (one per company)."""
    parameter, periods = history(company.law, path), accounting_periods(company, period)
    return periods.spread(np.array([parameter.on(one.end) for one in periods.distinct]))


def _of_periods_before(company: Companies, period: Period) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What counted in so many periods before (£), their length in years, and whether some are from before the record.

    Those count at the opening baseline; a new company had none.
    """
    periods_back, first = _at_the_end(company, period, _YEARS).astype(int), first_labels(company, period)
    amount = length = missing = constant_array(0.0, company.count)
    for back in range(1, int(periods_back.max()) + 1):
        is_base, is_there = back <= periods_back, period.start.year - back >= first
        amount = amount + where(is_base & is_there, of_earlier_period(company, period, _OF_PERIOD, back), 0)
        length = length + where(is_base & is_there, of_earlier_period(company, period, "length_factor", back), 0)
        missing = missing + (is_base & ~is_there)
    missing = where(_at_the_beginning(company, period, _IS_NEW), 0, missing)
    return amount + _at_the_beginning(company, period, _OPENING) * missing, length + missing, missing > 0


def _at_the_beginning(company: Companies, period: Period, name: str) -> np.ndarray:
    """An input as it was given for the first accounting period, if that is within those that the law looks back."""
    first = first_labels(company, period)
    found = company(name, period)
    for back in range(1, min(period.start.year - int(first.min()), PERIODS_BACK) + 1):
        found = where(first == period.start.year - back, of_earlier_period(company, period, name, back), found)
    return found


def _of_the_window(company: Companies, period: Period) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What counted in the fixed window (£), its length on record in years, and whether days of it are before the record."""
    amount, known, before = cached_for_period(company, period, _in_the_window)
    return amount, (known + before) * _year_of_a_day(company), before > 0


def _refuse_silence(company: Companies, period: Period, needed: np.ndarray) -> None:
    """Ask for the opening baseline of companies whose record begins too late: it is never taken to be nothing."""
    first = first_labels(company, period)
    if ((company(_OPENING, period) != 0) & (first < period.start.year)).any():
        raise RefusedPeriodError(
            f"{_OPENING} is given for {period}, which is not the company's first accounting period. Give it in the first "
            "one: it is a year's training before that."
        )
    told = {label for name, label in company.notes.inputs if name == _OPENING}
    silent = needed & ~np.isin(first, sorted(told))
    if silent.any():
        label = int(first[np.flatnonzero(silent)[0]])
        raise RefusedInputError(
            f"Only training above a baseline counts, and the baseline for {period} reaches back before {label}, where what "
            f"is known of the company begins. Give {_OPENING} for {label}, its qualifying training in a year before that "
            f"(0 if it had none), or say {_IS_NEW}: true for {label} if it had no accounting period before."
        )


# --- a rolling baseline: what counted in each period -------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class AsIfInForce(Segment):
    """A stretch in which the terms of before a first day are those of that day.

    Attributes:
        since: that day.
    """

    since: date = date.min

    def _value(self, path: str) -> Figure:
        """The value on the stretch's first day, or on the first day of the terms; 0 where the stretch is empty."""
        parameter = history(self.company.law, path)
        return Figure.of([0 if one is None else parameter.on(max(one[0], self.since)) for one in self.bounds])


def _counted_as_if_in_force(
    company: Companies, period: Period, clip: Callable[[date, date], tuple[date, date]]
) -> np.ndarray:
    """What counted of the period's training as if the relief had been in force, within some days (£)."""
    begins = increment_begins(company.law) or date.max
    amount = constant_array(0.0, company.count)
    for stretch in stretches_of(company, period, COUNTED):
        days = (None if one is None else clip(*one) for one in stretch.bounds)
        bounds = tuple(None if one is None or one[0] > one[1] else one for one in days)
        part = AsIfInForce(company, period, stretch.periods, bounds, since=begins)
        for of_head in by_head(counted(part, 1)).values():
            amount = amount + of_head
    return amount


def _may_roll(company: Companies, _period: Any) -> bool:
    return has_increment(company) and is_ever_other_than(company, BASELINE, off="fixed")


class human_investment_base_expenditure(Variable, kept=True, only_if=_may_roll):
    """Training of the period that counts in the baseline of later ones (£): what would have qualified, before any limit.

    Worked out only where a law gives relief above a rolling baseline.
    Example: fees of £10,000 in 2026, all of which would have counted, are £10,000 of the baseline of 2027.
    """

    label = "Training for the baseline of later periods"
    reference = _REFERENCE
    rule = "What would have counted, as if the relief had been in force, for a rolling baseline of later periods; else 0."

    def formula(company, period):
        return _counted_as_if_in_force(company, period, lambda first, last: (first, last))


# --- a fixed baseline: what counted in a window of time, and how much of the window is on record ----------------------


def window(law: TaxBenefitSystem) -> tuple[date, date]:
    """First and last day of the fixed window, as on the first day of the increment.

    Raises:
        ParameterError: where one is no date, or the last comes before the first.
    """
    begins = increment_begins(law) or date.max
    words = [str(history(law, path).on(begins)) for path in (_FIXED_FROM, _FIXED_TO)]
    try:
        first, last = map(date.fromisoformat, words)
    except ValueError:
        raise ParameterError(f"{_FIXED_FROM} and {_FIXED_TO} are {words}: write dates as 2025-04-01.") from None
    if last < first:
        raise ParameterError(f"{_FIXED_TO} ({words[1]}) is before {_FIXED_FROM} ({words[0]}).")
    return first, last


def _year_of_a_day(company: Companies) -> float:
    """What one day of the window is of a year: a whole number of years has just so many."""
    first, last = window(company.law)
    return years_between(first, last) / days_between(first, last)


def _in_the_window(company: Companies, period: Period) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What counted in the window up to the period (£), days of it on record, and days before the record.

    What came before the record of a company is settled in its first period: none for a new company.
    """
    amount, known, before = (brought_forward(company, period, name) for name in (_OF_WINDOW, _DAYS_OF_WINDOW, _DAYS_BEFORE))
    first, last = window(company.law)
    periods = accounting_periods(company, period)
    earlier = periods.each(lambda one: float(days_between(first, min(last, one.start - ONE_DAY))))
    begins = (first_labels(company, period) == period.start.year) & ~company(_IS_NEW, period)
    missing = where(begins, positive(earlier - known - before), 0)
    opening = company(_OPENING, period) * _year_of_a_day(company)
    return amount + missing * opening, known, before + missing


def _may_be_fixed(company: Companies, _period: Any) -> bool:
    return is_ever_other_than(company, BASELINE, off="rolling") and has_increment(company)


class human_investment_fixed_base_expenditure_brought_forward(Variable, minimum=0):
    """Training in the window of a fixed baseline, in periods before this one, that would have qualified (£)."""

    label = "Training in the window of a fixed baseline, brought forward"
    reference = _REFERENCE


class human_investment_fixed_base_expenditure_carried_forward(Variable, only_if=_may_be_fixed):
    """Training in the window of a fixed baseline, up to the end of this period, that would have qualified (£)."""

    label = "Training in the window of a fixed baseline, carried forward"
    reference = _REFERENCE
    rule = (
        "The same in the window of a fixed baseline, with what was brought forward; the opening baseline for earlier days."
    )

    def formula(company, period):
        first, last = window(company.law)
        amount, _known, _before = cached_for_period(company, period, _in_the_window)
        return amount + _counted_as_if_in_force(company, period, lambda start, end: (max(start, first), min(end, last)))


class human_investment_fixed_base_days_brought_forward(Variable, minimum=0):
    """Days of the window of a fixed baseline that lie in periods before this one."""

    unit = "day"
    label = "Days in the window of a fixed baseline, brought forward"
    reference = _REFERENCE


class human_investment_fixed_base_days_carried_forward(Variable, only_if=_may_be_fixed):
    """Days of the window of a fixed baseline that lie in periods up to this one."""

    unit = "day"
    label = "Days in the window of a fixed baseline, carried forward"
    reference = _REFERENCE
    rule = "Days of the window on record, with those brought forward."

    def formula(company, period):
        first, last = window(company.law)
        periods = accounting_periods(company, period)
        within = periods.each(lambda one: float(days_between(max(one.start, first), min(one.end, last))))
        return brought_forward(company, period, _DAYS_OF_WINDOW) + within


class human_investment_fixed_base_days_before_record_brought_forward(Variable, minimum=0):
    """Days of the window of a fixed baseline before the first accounting period of a company that is not new."""

    unit = "day"
    label = "Days in the window of a fixed baseline before the record, brought forward"
    reference = _REFERENCE


class human_investment_fixed_base_days_before_record_carried_forward(Variable, only_if=_may_be_fixed):
    """Days of the window of a fixed baseline before the first accounting period of a company that is not new."""

    unit = "day"
    label = "Days in the window of a fixed baseline before the record, carried forward"
    reference = _REFERENCE
    rule = "Days of the window before the record of a company that is not new."

    def formula(company, period):
        _amount, _known, before = cached_for_period(company, period, _in_the_window)
        return before


# --- what costings ask ------------------------------------------------------------------------------------------------


def periods_looked_back(law: TaxBenefitSystem, day: date) -> int:
    """How many years before a day the baseline of any period from then on reaches, or its match of plant with training."""
    matched = periods_matched(law)
    if increment_begins(law) is None:
        return matched
    is_fixed = any(one.value == "fixed" for one in history(law, BASELINE).values)
    fixed = max(day.year - window(law)[0].year, 0) if is_fixed else 0
    rolling = int(max(one.value for one in history(law, _YEARS).values)) if has_rolling_baseline(law) else 0
    return max(rolling, fixed, matched)
