"""Step 4 of the human-investment relief: relief for training above a baseline only.

The baseline is what counted of the training of earlier accounting periods, or of a fixed window of time, as if the relief
had been in force, for a year and before any limit: up to the first day of the increment the terms of that day count.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from openfisca_goodwork.errors import ParameterError
from openfisca_goodwork.law.human_investment.paths import (
    BASELINE,
    COUNTED,
    INCREMENTAL,
    NEW_COMPANY_SHARE,
    SHARE_OF_BASELINE,
)
from openfisca_goodwork.law.human_investment.spending import counted
from openfisca_goodwork.law.human_investment.terms import (
    AsIfInForce,
    has_rolling_baseline,
    increment_begins,
    is_ever_other_than,
    law_of,
    stretches_of,
)
from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.notes import cached_for_period
from openfisca_goodwork.law.periods import (
    PERIODS_BACK,
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
_REST_OF_GROUP = "group_training_below_baseline"
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


def has_increment(company: Any) -> bool:
    """Whether the law gives relief above a baseline only, on any date."""
    return increment_begins(law_of(company)) is not None


def shares_above_baseline(
    stretches: list[Segment], in_force: list[np.ndarray], spent: list[np.ndarray], relief: list[np.ndarray]
) -> list[Any]:
    """What of the qualifying spending in each stretch is above the baseline, 0 to 1; all of it where none is in force.

    Args:
        stretches: of one accounting period.
        in_force: for each, whether the relief is in force, one per distinct accounting period.
        spent: for each, qualifying spending (£).
        relief: for each, what of the relief a company has, 0 to 1: those that have none need no baseline.
    """
    company, period = stretches[0].company, stretches[0].period
    total, weighed, on = _under_the_increment(stretches, in_force, spent)
    asks = sum(amount * is_on * has for amount, is_on, has in zip(spent, on, relief, strict=True)) > 0
    baseline = _yearly_baseline(stretches, asks) if np.any(total) else constant_array(0.0, company.count)
    within = weighed * baseline * length_factor(company, period) + company(_REST_OF_GROUP, period)
    left = np.maximum(total - within, 0)
    share = where(total > 0, left / where(total > 0, total, 1), 0)
    return [where(is_on, share, 1) for is_on in on]


def _under_the_increment(
    stretches: list[Segment], in_force: list[np.ndarray], spent: list[np.ndarray]
) -> tuple[Any, Any, list[np.ndarray]]:
    """Spending while only training above a baseline counts (£), the share of a baseline for it, and in which stretches."""
    enabled = [stretch.value_of_each(INCREMENTAL).astype(bool) for stretch in stretches]
    on = [stretch.periods.spread(one & is_so) for stretch, one, is_so in zip(stretches, enabled, in_force, strict=True)]
    total = sum(amount * is_on for amount, is_on in zip(spent, on, strict=True))
    weighed = sum(
        stretch.value(SHARE_OF_BASELINE) * stretch.share * is_on for stretch, is_on in zip(stretches, on, strict=True)
    )
    return total, weighed, on


def above_baseline(stretches: list[Segment], in_force: list[np.ndarray], spent: list[np.ndarray]) -> np.ndarray:
    """Qualifying spending less the baseline for it, below 0 where it falls short (£, one per company).

    Of companies that do not say what they spent before the record begins, nothing is taken to have been spent then.
    """
    company, period = stretches[0].company, stretches[0].period
    total, weighed, _on = _under_the_increment(stretches, in_force, spent)
    nobody = np.zeros(company.count, dtype=bool)
    above: np.ndarray = total - weighed * _yearly_baseline(stretches, nobody) * length_factor(company, period)
    return above


def _yearly_baseline(stretches: list[Segment], asks: np.ndarray) -> np.ndarray:
    """Baseline for a year (£): rolling or fixed, as it stands last in the period.

    Args:
        asks: who needs one.
    """
    last = _last_of_each(stretches, BASELINE)
    is_fixed = stretches[0].periods.spread(last == "fixed")
    baseline = np.zeros(asks.size)
    if is_fixed.any():
        baseline = where(is_fixed, _fixed(stretches, asks & is_fixed), baseline)
    if not is_fixed.all():
        baseline = where(is_fixed, baseline, _rolling(stretches, asks & ~is_fixed))
    return baseline


def _last_of_each(stretches: list[Segment], path: str) -> np.ndarray:
    """The value on the last day of each distinct accounting period."""
    parameter = history(law_of(stretches[0].company), path)
    return np.array([parameter.on(one.end) for one in stretches[0].periods.distinct])


def _rolling(stretches: list[Segment], asks: np.ndarray) -> np.ndarray:
    """What counted in so many periods before, for a year; periods from before the record at the opening baseline."""
    company, period = stretches[0].company, stretches[0].period
    each = _last_of_each(stretches, _YEARS).astype(int)
    years, first = stretches[0].periods.spread(each), first_labels(company, period)
    amount = length = missing = constant_array(0.0, company.count)
    for back in range(1, int(each.max()) + 1):
        is_base, is_there = back <= years, period.start.year - back >= first
        found = is_base & is_there
        amount = amount + where(found, of_earlier_period(company, period, _OF_PERIOD, back), 0)
        length = length + where(found, of_earlier_period(company, period, "length_factor", back), 0)
        missing = missing + (is_base & ~is_there)
    missing = where(_at_the_beginning(company, period, _IS_NEW), 0, missing)
    _refuse_silence(company, period, asks & (missing > 0))
    opening = _at_the_beginning(company, period, _OPENING)
    return _mean(stretches, amount + opening * missing, length + missing)


def _mean(stretches: list[Segment], amount: np.ndarray, years: np.ndarray) -> np.ndarray:
    """An amount over some years, for one (£); of a company that was there in none of them, a share of its pay bill."""
    return where(years > 0, amount / where(years > 0, years, 1), _share_of_pay_bill(stretches))


def _share_of_pay_bill(stretches: list[Segment]) -> np.ndarray:
    company, period = stretches[0].company, stretches[0].period
    share = stretches[0].periods.spread(_last_of_each(stretches, NEW_COMPANY_SHARE))
    return share * company("pay_bill", period) / length_factor(company, period)


def _refuse_silence(company: Any, period: Any, needed: np.ndarray) -> None:
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


def _at_the_beginning(company: Any, period: Any, name: str) -> np.ndarray:
    """An input as it was given for the first accounting period, if that is within those that the law looks back."""
    first = first_labels(company, period)
    found = company(name, period)
    for back in range(1, min(period.start.year - int(first.min()), PERIODS_BACK) + 1):
        found = where(first == period.start.year - back, of_earlier_period(company, period, name, back), found)
    return found


def _fixed(stretches: list[Segment], asks: np.ndarray) -> np.ndarray:
    """What counted in the fixed window, for a year; days of it from before the record at the opening baseline."""
    company, period = stretches[0].company, stretches[0].period
    amount, known, before = cached_for_period(company, period, _in_the_window)
    _refuse_silence(company, period, asks & (before > 0))
    return _mean(stretches, amount, (known + before) * _year_of_a_day(company))


def _year_of_a_day(company: Any) -> float:
    """What one day of the window is of a year: a whole number of years has just so many."""
    first, last = window(law_of(company))
    return years_between(first, last) / days_between(first, last)


def _in_the_window(company: Any, period: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What counted in the window up to the period (£), days of it on record, and days before the record.

    What came before the record of a company is settled in its first period: none for a new company.
    """
    amount, known, before = (brought_forward(company, period, name) for name in (_OF_WINDOW, _DAYS_OF_WINDOW, _DAYS_BEFORE))
    first, last = window(law_of(company))
    periods = accounting_periods(company, period)
    earlier = periods.each(lambda one: float(days_between(first, min(last, one.start - ONE_DAY))))
    begins = (first_labels(company, period) == period.start.year) & ~company(_IS_NEW, period)
    missing = where(begins, np.maximum(earlier - known - before, 0), 0)
    opening = company(_OPENING, period) * _year_of_a_day(company)
    return amount + missing * opening, known, before + missing


def window(law: Any) -> tuple[date, date]:
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


def periods_looked_back(law: Any, day: date) -> int:
    """How many years before a day the baseline of any period from then on reaches, or its match of plant with training."""
    begins, matched = increment_begins(law), periods_matched(law)
    if begins is None:
        return matched
    is_fixed = any(one.value == "fixed" for one in history(law, BASELINE).values)
    fixed = max(day.year - window(law)[0].year, 0) if is_fixed else 0
    rolling = int(max(one.value for one in history(law, _YEARS).values)) if has_rolling_baseline(law) else 0
    return max(rolling, fixed, matched)


def _base(company: Any, period: Any, clip: Callable[[date, date], tuple[date, date]]) -> np.ndarray:
    """What counted of the period's training as if the relief had been in force, within some days (£)."""
    begins = increment_begins(law_of(company)) or date.max
    total = constant_array(0.0, company.count)
    for stretch in stretches_of(company, period, COUNTED):
        bounds = tuple(None if one is None else _clipped(*clip(*one)) for one in stretch.bounds)
        part = AsIfInForce(company, period, stretch.periods, bounds, since=begins)
        for amounts in counted(part, 1).values():
            total = total + sum(amounts.values())
    return total


def _clipped(first: date, last: date) -> tuple[date, date] | None:
    return (first, last) if first <= last else None


class human_investment_base_expenditure(Variable, kept=True):
    """Training of the period that counts in the baseline of later ones (£): what would have qualified, before any limit.

    Worked out only where a law gives relief above a rolling baseline.
    Example: fees of £10,000 in 2026, all of which would have counted, are £10,000 of the baseline of 2027.
    """

    label = "Training for the baseline of later periods"
    reference = _REFERENCE
    rule = "What would have counted, as if the relief had been in force, for a rolling baseline of later periods; else 0."

    def formula(company, period):
        if not has_increment(company) or not is_ever_other_than(company, BASELINE, off="fixed"):
            return constant_array(0.0, company.count)
        return _base(company, period, lambda first, last: (first, last))


def _has_window(company: Any, _period: Any) -> bool:
    return is_ever_other_than(company, BASELINE, off="rolling") and has_increment(company)


class human_investment_fixed_base_expenditure_brought_forward(Variable, minimum=0):
    """Training in the window of a fixed baseline, in periods before this one, that would have qualified (£)."""

    label = "Training in the window of a fixed baseline, brought forward"
    reference = _REFERENCE


class human_investment_fixed_base_expenditure_carried_forward(Variable):
    """Training in the window of a fixed baseline, up to the end of this period, that would have qualified (£)."""

    label = "Training in the window of a fixed baseline, carried forward"
    reference = _REFERENCE
    rule = (
        "The same in the window of a fixed baseline, with what was brought forward; the opening baseline for earlier days."
    )

    def formula(company, period):
        if not cached_for_period(company, period, _has_window):
            return constant_array(0.0, company.count)
        first, last = window(law_of(company))
        within = _base(company, period, lambda start, end: (max(start, first), min(end, last)))
        amount, _known, _before = cached_for_period(company, period, _in_the_window)
        return amount + within


class human_investment_fixed_base_days_brought_forward(Variable, minimum=0):
    """Days of the window of a fixed baseline that lie in periods before this one."""

    unit = "day"
    label = "Days in the window of a fixed baseline, brought forward"
    reference = _REFERENCE


class human_investment_fixed_base_days_carried_forward(Variable):
    """Days of the window of a fixed baseline that lie in periods up to this one."""

    unit = "day"
    label = "Days in the window of a fixed baseline, carried forward"
    reference = _REFERENCE
    rule = "Days of the window on record, with those brought forward."

    def formula(company, period):
        if not cached_for_period(company, period, _has_window):
            return constant_array(0.0, company.count)
        first, last = window(law_of(company))
        periods = accounting_periods(company, period)
        within = periods.each(lambda one: float(days_between(max(one.start, first), min(one.end, last))))
        return brought_forward(company, period, _DAYS_OF_WINDOW) + within


class human_investment_fixed_base_days_before_record_brought_forward(Variable, minimum=0):
    """Days of the window of a fixed baseline before the first accounting period of a company that is not new."""

    unit = "day"
    label = "Days in the window of a fixed baseline before the record, brought forward"
    reference = _REFERENCE


class human_investment_fixed_base_days_before_record_carried_forward(Variable):
    """Days of the window of a fixed baseline before the first accounting period of a company that is not new."""

    unit = "day"
    label = "Days in the window of a fixed baseline before the record, carried forward"
    reference = _REFERENCE
    rule = "Days of the window before the record of a company that is not new."

    def formula(company, period):
        if not cached_for_period(company, period, _has_window):
            return constant_array(0.0, company.count)
        _amount, _known, before = cached_for_period(company, period, _in_the_window)
        return before
