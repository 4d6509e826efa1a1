"""The terms of the human-investment relief: their names as parameters, and when the relief is in force."""

from __future__ import annotations

from datetime import date
from itertools import zip_longest
from typing import Any

import numpy as np
from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.law.inputs.training import ACCREDITED, HEADS, REGISTERED_PROVIDER, TAGS
from openfisca_goodwork.law.notes import Companies
from openfisca_goodwork.law.periods import AccountingPeriod, Segment, constant_array, history, history_of, segments, where
from openfisca_goodwork.law.periods.calendar import ONE_DAY, days_between
from openfisca_goodwork.law.periods.history import DAY_WEIGHTED, segments_of

# --- parameters -------------------------------------------------------------------------------------------------------

SIZES = ("small", "medium", "large")
RATE = "human_investment.additional_deduction"
BY_SIZE = {size: f"human_investment.additional_deduction_by_size.{size}" for size in SIZES}
# What spending may be marked as → the further deduction for it.
UPLIFTS = {tag: f"human_investment.uplifts.{tag}" for tag in TAGS if tag != REGISTERED_PROVIDER}
COMBINATION = "human_investment.uplifts.combination"
MAXIMUM = "human_investment.maximum_additional_deduction"
FORM = "human_investment.form"
CREDIT_RATE = "human_investment.credit_rate"
STRADDLE = "human_investment.straddle"


def inclusion_path(head: str) -> str:
    """Path of the share of a type of training cost that counts."""
    return f"human_investment.qualifying.{head}.inclusion"


INCLUSIONS = tuple(map(inclusion_path, HEADS))
# Tag → the switch by which spending without it does not count at all.
ONLY = {
    ACCREDITED: "human_investment.qualifying.accredited_only",
    REGISTERED_PROVIDER: "human_investment.qualifying.registered_providers_only",
}
# Amounts taken off head by head, and amounts taken off all heads alike, each with the switch that excludes it.
OFF_BY_HEAD = {
    "levy_funded_training": "human_investment.qualifying.exclude_levy_funded",
    "training_from_connected_parties": "human_investment.qualifying.exclude_connected_parties",
}
OFF_PRO_RATA = {
    "training_grants_received": "human_investment.qualifying.exclude_grant_funded",
    "training_in_research_and_development": "human_investment.qualifying.exclude_research_and_development",
}
INCREMENTAL = "human_investment.incremental.enabled"
BASELINE = "human_investment.incremental.base"
SHARE_OF_BASELINE = "human_investment.incremental.share_of_baseline"
NEW_COMPANY_SHARE = "human_investment.incremental.new_company_share_of_pay_bill"
CAPS = "human_investment.caps"
GROUP_CAP = f"{CAPS}.per_group"
CAPS_BY_SIZE = {size: f"{CAPS}.by_size.{size}" for size in SIZES}
# Limits per unit of something that the company has.
CAPS_PER_UNIT = {
    f"{CAPS}.per_employee": "employees",
    f"{CAPS}.per_trainee": "trainees",
    f"{CAPS}.share_of_pay_bill": "pay_bill",
}
SHARING = f"{CAPS}.sharing"
ELIGIBLE_SIZES = "human_investment.eligibility.size"
TURNOVER_CEILING = "human_investment.eligibility.turnover_ceiling"
LEAST_EMPLOYEES = "human_investment.eligibility.minimum_employees_besides_directors"
LEVY_PAYERS_OUT = "human_investment.eligibility.levy_payers_excluded"
INDUSTRIES = "human_investment.eligibility.industries"
PLACES = "human_investment.eligibility.places"
LEAST_AGE = "human_investment.eligibility.minimum_age"
MOST_AGE = "human_investment.eligibility.maximum_age"
GOOD_WORK = "human_investment.good_work.required"
RELIEF_WITHOUT = "human_investment.good_work.relief_if_not_met"


def limit_path(size: str, measure: str) -> str:
    """Path of the limit of a size (small, medium) on employees, turnover or balance sheet."""
    return f"human_investment.eligibility.{size}.{measure}"


MEASURES = ("employees", "turnover", "balance_sheet")
LIMITS = tuple(limit_path(size, measure) for size in SIZES[:-1] for measure in MEASURES)
# What gives relief on a day: any of the rates, with any head that counts.
RATES = (RATE, *BY_SIZE.values(), *UPLIFTS.values())
IN_FORCE = (*RATES, FORM, CREDIT_RATE, *INCLUSIONS)
# What counts of spending, before any baseline and limit.
COUNTED = (*INCLUSIONS, *ONLY.values(), *OFF_BY_HEAD.values(), *OFF_PRO_RATA.values())
# All that goes by the day of the spending: the computation is cut into stretches where one of these changes.
BY_DAY = (
    *dict.fromkeys((*IN_FORCE, *COUNTED)),
    *(COMBINATION, MAXIMUM, STRADDLE),
    *(INCREMENTAL, SHARE_OF_BASELINE, NEW_COMPANY_SHARE),
    *(GROUP_CAP, *CAPS_BY_SIZE.values(), *CAPS_PER_UNIT, SHARING),
    *(ELIGIBLE_SIZES, *LIMITS, TURNOVER_CEILING, LEAST_EMPLOYEES, LEVY_PAYERS_OUT, INDUSTRIES, PLACES, LEAST_AGE, MOST_AGE),
    *(GOOD_WORK, RELIEF_WITHOUT),
)


# --- arithmetic of the steps ------------------------------------------------------------------------------------------


def ratio(part: Any, whole: Any, otherwise: Any = 0) -> np.ndarray:
    """Part ÷ whole; of a company that has nothing of the whole, what stands for that."""
    return where(whole > 0, part / where(whole > 0, whole, 1), otherwise)


def limit_times(limit: np.ndarray, amount: Any, unlimited: float = np.inf) -> np.ndarray:
    """A limit × an amount; where there is no limit, what stands for that: none of it is multiplied."""
    limited = np.isfinite(limit)
    return where(limited, where(limited, limit, 0) * amount, unlimited)


# --- on which days the relief is in force -------------------------------------------------------------------------------


def is_ever_other_than(company: Companies, path: str, off: Any) -> bool:
    """Whether the law has the switch on, on any date: where it has not, nothing is worked out for it."""
    return history_of(company, path).ever != {off}


def may_give_relief(company: Companies) -> bool:
    """Whether any rate of the law is ever above 0: where none is, no date and no type of training cost need be looked at."""
    return any(is_ever_other_than(company, path, off=0) for path in (*RATES, CREDIT_RATE))


def stretches_of(company: Companies, period: Period, paths: tuple[str, ...] = BY_DAY) -> list[Segment]:
    """The accounting period cut wherever one of the terms changes, oldest stretch first."""
    return segments(company, period, *(path for path in paths if history_of(company, path).changes))


def gives_relief(law: TaxBenefitSystem, day: date) -> bool:
    """Whether training paid for on a day has any relief: some type of training cost counts, and some rate is above 0."""
    if not any(history(law, path).on(day) > 0 for path in INCLUSIONS):
        return False
    if history(law, FORM).on(day) == "credit":
        return bool(history(law, CREDIT_RATE).on(day) > 0)
    return any(history(law, path).on(day) > 0 for path in RATES)


def relief_begins(law: TaxBenefitSystem) -> date | None:
    """The first day on which a law gives any relief for training; None where it never does."""
    return _first_day(law, IN_FORCE, lambda day: gives_relief(law, day))


def relief_spells(law: TaxBenefitSystem) -> tuple[tuple[date, date | None], ...]:
    """First and last day of each stretch of time in which a law gives relief, oldest first; None where it never ends."""
    begins, ends, given = [], [], False
    for day in _days_of_change(law, IN_FORCE):
        before, given = given, gives_relief(law, day)
        if given and not before:
            begins.append(day)
        elif before and not given:
            ends.append(day - ONE_DAY)
    return tuple(zip_longest(begins, ends))


def increment_begins(law: TaxBenefitSystem) -> date | None:
    """The first day on which a law gives relief for training above a baseline only; None where it never does."""
    enabled = history(law, INCREMENTAL)
    if True not in enabled.ever:
        return None
    return _first_day(law, (*IN_FORCE, INCREMENTAL), lambda day: enabled.on(day) and gives_relief(law, day))


def has_increment(company: Companies, _period: Any = None) -> bool:
    """Whether the law gives relief above a baseline only, on any date."""
    return increment_begins(company.law) is not None


def has_rolling_baseline(law: TaxBenefitSystem) -> bool:
    """Whether a law gives relief above a baseline that moves with the training of the periods before, on any date."""
    enabled, base, paths = history(law, INCREMENTAL), history(law, BASELINE), (*IN_FORCE, INCREMENTAL, BASELINE)
    rolls = _first_day(law, paths, lambda day: enabled.on(day) and base.on(day) == "rolling" and gives_relief(law, day))
    return rolls is not None


def _first_day(law: TaxBenefitSystem, paths: tuple[str, ...], is_so: Any) -> date | None:
    return next((day for day in _days_of_change(law, paths) if is_so(day)), None)


def _days_of_change(law: TaxBenefitSystem, paths: tuple[str, ...]) -> list[date]:
    """The first day for which all terms of the relief are held, and those on which some parameter changes."""
    first_held = max(history(law, path).values[0].start for path in IN_FORCE)
    return sorted({first_held, *(value.start for path in paths for value in history(law, path).changes)})


def in_force_of_each(stretch: Segment) -> np.ndarray:
    """Whether the relief is in force in the stretch, one per distinct accounting period."""
    rates = [RATE, *(path for path in RATES[1:] if is_ever_other_than(stretch.company, path, off=0))]
    found = np.any([stretch.is_positive(path) for path in rates], axis=0)
    if is_ever_other_than(stretch.company, FORM, off="deduction"):
        found = where(stretch.value_of_each(FORM) == "credit", stretch.is_positive(CREDIT_RATE), found)
    return found & np.any([stretch.is_positive(path) for path in INCLUSIONS], axis=0)


def length_of(stretch: Segment) -> np.ndarray:
    """Days of the stretch ÷ 365, or months ÷ 12."""
    return stretch.each(lambda one, first, last: AccountingPeriod(first, last, one.in_months).length_factor)


def left_before_sunset(stretch: Segment) -> np.ndarray:
    """What is left of the rate in a period in which the relief ends after the stretch, where it runs out by days; else 1.

    The share of the period's days that lie before the end, the way the super-deduction ran out (FA 2021 s.11). A value of
    the rate itself may say so of its own end (``periods.taper_before``).
    """
    company = stretch.company
    if not is_ever_other_than(company, STRADDLE, off="by_date_incurred"):
        return stretch.taper(RATE)
    return np.minimum(stretch.taper(RATE), stretch.each(lambda one, _first, last: _before_sunset(company.law, one, last)))


def _before_sunset(law: TaxBenefitSystem, period: AccountingPeriod, last: date) -> float:
    parameters = tuple(history(law, path) for path in IN_FORCE)
    later = (first for first, _last in segments_of(parameters, period) if first > last)
    sunset = next((day for day in later if not gives_relief(law, day)), None)
    if sunset is None or history(law, STRADDLE).on(sunset - ONE_DAY) != DAY_WEIGHTED:
        return 1.0
    return days_between(period.start, sunset - ONE_DAY) / days_between(period.start, period.end)


# --- switches that hold for a whole accounting period, read while the relief is in force -----------------------------
# A period that the relief begins or ends in has them as they are inside it; the rates go by the day of the spending.


TREATMENT = "human_investment.losses.treatment"
SURRENDER_RATE = "human_investment.losses.surrender_rate"
CASH_RATE = "human_investment.cash_option.rate"
CREDIT_BEFORE = "human_investment_credit_brought_forward"
HELD_BACK_BEFORE = "human_investment_notional_tax_brought_forward"


def gives_credit(company: Companies, period: Period) -> bool:
    """Whether the law has a credit on any date, or a company was told to have a balance of one."""
    return (
        is_ever_other_than(company, CREDIT_RATE, 0)
        or gives_credit_for_losses(company, period)
        or not company.notes.told.isdisjoint({CREDIT_BEFORE, HELD_BACK_BEFORE})
    )


def gives_credit_for_losses(company: Companies, _period: Any) -> bool:
    """Whether the law has, on any date, a payable credit for a loss given up."""
    return is_ever_other_than(company, TREATMENT, "ordinary") and is_ever_other_than(company, SURRENDER_RATE, 0)


def may_give_less(company: Companies) -> bool:
    """Whether the law has, on any date, cash in place of the extra deduction, or keeps it from making a loss."""
    return is_ever_other_than(company, CASH_RATE, 0) or is_ever_other_than(company, TREATMENT, "ordinary")


def while_in_force(company: Companies, period: Period, path: str) -> np.ndarray:
    """The last value within the period on a day on which the relief is in force; on its last day where it never is."""
    stretches = [one for one in stretches_of(company, period, (*IN_FORCE, path)) if one.share.any()]
    found = stretches[0].value(path)
    for stretch in stretches[1:]:
        found = where(stretch.share > 0, stretch.value(path), found)
    for stretch in stretches:
        is_in_force = (stretch.share > 0) & stretch.periods.spread(in_force_of_each(stretch))
        found = where(is_in_force, stretch.value(path), found)
    return found


def length_in_force(company: Companies, period: Period) -> np.ndarray:
    """Days of the period on which the relief is in force ÷ 365, at most the period's own length: what scales a limit."""
    stretches = stretches_of(company, period, IN_FORCE)
    lengths = (length_of(one) * one.periods.spread(in_force_of_each(one)) for one in stretches)
    return np.minimum(sum(lengths, constant_array(0.0, company.count)), stretches[0].periods.length_factor)
