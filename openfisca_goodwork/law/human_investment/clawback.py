"""Step 8 of the human-investment relief: the extra deduction on people who left soon after the training comes back."""

from __future__ import annotations

from typing import Any

import numpy as np

from openfisca_goodwork.law.human_investment.deduction import training_before_limits
from openfisca_goodwork.law.human_investment.terms import is_ever_other_than
from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.notes import cached_for_period
from openfisca_goodwork.law.periods import (
    PERIODS_BACK,
    accounting_periods,
    add_months,
    constant_array,
    first_labels,
    history,
    of_earlier_period,
    segments,
    where,
)

_RATE = "human_investment.clawback.rate"
_MONTHS = "human_investment.clawback.months"
_GIVEN = "human_investment_relief_given"
_ON = "human_investment_training_relieved"
_REFERENCE = "Proposed, not law: human-investment relief, step 8"


def _takes_back(company: Any, _period: Any) -> bool:
    """Whether the law takes relief back for people who leave, on any date."""
    return is_ever_other_than(company, _RATE, off=0)


class human_investment_relief_given(Variable, kept=True, only_if=_takes_back):
    """The extra deduction of the period, kept where a law takes it back for people who leave (£)."""

    label = "Human-investment deduction, kept for a clawback"
    reference = _REFERENCE
    rule = "The deduction, kept where a law takes it back; else 0."

    def formula(company, period):
        return company("human_investment_deduction", period)


class human_investment_training_relieved(Variable, kept=True, only_if=_takes_back):
    """Training that counted before any baseline or limit, kept where a law takes relief back for people who leave (£)."""

    label = "Training with relief, kept for a clawback"
    reference = _REFERENCE
    rule = "Training that counts, before any baseline and limit, kept likewise."

    def formula(company, period):
        return training_before_limits(company, period)


class human_investment_clawback(Variable, only_if=_takes_back):
    """Extra deduction taken back for people who left within so many months of the training, a receipt of the trade (£).

    What their training cost × the extra deduction per £1 of training, in this period and the earlier ones that the months
    before it reach, × the share that comes back.
    Example: £5,000 of training of leavers, relieved at 30%, all to come back: £1,500.
    """

    label = "Human-investment clawback"
    reference = _REFERENCE
    rule = (
        "Training of people who left × deduction ÷ training that counts, of this period and those that the months before it "
        "reach, × the share that comes back: a receipt of the trade."
    )

    def formula(company, period):
        if not company("training_cost_of_leavers", period).any():
            return constant_array(0.0, company.count)
        given, on = cached_for_period(company, period, _given_and_on)
        per_pound = where(on > 0, given / where(on > 0, on, 1), 0)
        share = sum(stretch.value(_RATE) * stretch.share for stretch in segments(company, period, _RATE))
        return company("training_cost_of_leavers", period) * per_pound * share


def _given_and_on(company: Any, period: Any) -> tuple[np.ndarray, np.ndarray]:
    """The extra deduction, and the training it was for, in this period and those that the months before it reach (£)."""
    given, on = company(_GIVEN, period), company(_ON, period)
    months = history(company.law, _MONTHS)
    periods = accounting_periods(company, period)
    earliest = np.array([add_months(one.start, -int(months.on(one.end))) for one in periods.distinct], dtype="datetime64[D]")
    reaches = periods.spread(earliest)
    back, first = 1, int(first_labels(company, period).min())
    while period.start.year - back >= first:
        is_reached = accounting_periods(company, period.offset(-back, "year")).ends >= reaches
        if back > PERIODS_BACK or not is_reached.any():
            break
        given = given + where(is_reached, of_earlier_period(company, period, _GIVEN, back), 0)
        on = on + where(is_reached, of_earlier_period(company, period, _ON, back), 0)
        back += 1
    return given, on
