"""What comes of the human-investment deduction: the loss that it makes, and what comes back (step 8). Off in current law.

Of a trade loss, the part that the extra deduction makes is at most that deduction. It is taken to be used first against
profits of the period and, where that is allowed, in the group: so what it may not do bites least. The extra deduction on
people who left soon after the training comes back.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from openfisca_core.periods import Period

from openfisca_goodwork.law.human_investment.deduction import training_before_limits
from openfisca_goodwork.law.human_investment.terms import TREATMENT, is_ever_other_than, ratio, while_in_force
from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.notes import Companies, cached_for_period
from openfisca_goodwork.law.periods import (
    PERIODS_BACK,
    accounting_periods,
    add_months,
    constant_array,
    first_labels,
    history,
    is_nothing,
    of_earlier_period,
    positive,
    segments,
    where,
)

_GROUP = "human_investment.losses.allow_group_relief"
_CARRY_BACK = "human_investment.losses.allow_carry_back"
_CLAUSE = "Proposed, not law: human-investment relief"

# --- the loss that the deduction makes ----------------------------------------------------------------------------------


def result_before(company: Companies, period: Period) -> np.ndarray:
    """Trading result before the extra deduction, any clawback of it, and relief for research and development (£)."""
    return (
        company("trading_profit_before_capital_allowances", period)
        - company("capital_allowances", period)
        + company("balancing_charges", period)
    )


def within_profit(company: Companies, period: Period, deduction: np.ndarray) -> np.ndarray:
    """The extra deduction so far as the law gives it: all, or at most the trade profit before it (£)."""
    if not is_ever_other_than(company, TREATMENT, "ordinary"):
        return deduction
    limited = while_in_force(company, period, TREATMENT) == "none"
    if not (limited & (deduction > 0)).any():
        return deduction
    profit = positive(result_before(company, period))
    return where(limited, np.minimum(deduction, profit), deduction)


def may_go_to_group(company: Companies, period: Period) -> np.ndarray:
    """Whether the part of a loss that the extra deduction makes may be surrendered to the group."""
    if not is_ever_other_than(company, _GROUP, off=True):
        return constant_array(np.True_, company.count)
    return while_in_force(company, period, _GROUP)


def _left_of_the_deduction(company: Companies, period: Period) -> np.ndarray:
    """Trade loss that the extra deduction makes, left after use against profits of the period (£)."""
    made = np.minimum(company("human_investment_deduction", period), company("trade_loss", period))
    return positive(made - company("trade_loss_set_against_total_profits", period))


def loss_kept_from_group(company: Companies, period: Period) -> np.ndarray:
    """Trade loss that may not be surrendered to the group because the extra deduction made it (£)."""
    may_go = may_go_to_group(company, period)
    if may_go.all():
        return constant_array(0.0, company.count)
    return where(may_go, 0, _left_of_the_deduction(company, period))


def loss_kept_from_carry_back(company: Companies, period: Period) -> np.ndarray:
    """Trade loss that may not be carried back because the extra deduction made it (£)."""
    if not is_ever_other_than(company, _CARRY_BACK, off=True):
        return constant_array(0.0, company.count)
    in_group = company("group_relief_surrendered", period) * may_go_to_group(company, period)
    left = positive(_left_of_the_deduction(company, period) - in_group)
    return where(while_in_force(company, period, _CARRY_BACK), 0, left)


class human_investment_loss_kept_from_carry_back(Variable, kept=True):
    """Part of the loss carried forward that is not carried back when the trade ceases: the extra deduction made it (£).

    Example: a loss of £80,000, an extra deduction of £30,000, £50,000 carried back in the period of the loss: £30,000.
    """

    label = "Loss from the human-investment deduction, kept from being carried back"
    reference = f"{_CLAUSE}, losses"
    rule = (
        "Where the law keeps it from earlier periods, what is left of the human-investment deduction, less what is given up "
        "for the credit: the end of the trade does not carry it back either."
    )

    def formula(company, period):
        kept = loss_kept_from_carry_back(company, period)
        if is_nothing(kept):
            return kept
        left = positive(kept - company("human_investment_loss_surrendered", period))
        return np.minimum(left, company("trade_loss_to_carry_forward", period))


# --- step 8: what comes back for people who left ------------------------------------------------------------------------

_RATE = "human_investment.clawback.rate"
_MONTHS = "human_investment.clawback.months"
_GIVEN = "human_investment_relief_given"
_ON = "human_investment_training_relieved"


def _takes_back(company: Companies, _period: Any) -> bool:
    """Whether the law takes relief back for people who leave, on any date."""
    return is_ever_other_than(company, _RATE, off=0)


class human_investment_relief_given(Variable, kept=True, only_if=_takes_back):
    """The extra deduction of the period, kept where a law takes it back for people who leave (£)."""

    label = "Human-investment deduction, kept for a clawback"
    reference = f"{_CLAUSE}, step 8"
    rule = "The deduction, kept where a law takes it back; else 0."

    def formula(company, period):
        return company("human_investment_deduction", period)


class human_investment_training_relieved(Variable, kept=True, only_if=_takes_back):
    """Training that counted before any baseline or limit, kept where a law takes relief back for people who leave (£)."""

    label = "Training with relief, kept for a clawback"
    reference = f"{_CLAUSE}, step 8"
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
    reference = f"{_CLAUSE}, step 8"
    rule = (
        "Training of people who left × deduction ÷ training that counts, of this period and those that the months before it "
        "reach, × the share that comes back: a receipt of the trade."
    )

    def formula(company, period):
        if not company("training_cost_of_leavers", period).any():
            return constant_array(0.0, company.count)
        given, on = cached_for_period(company, period, _given_and_on)
        share = sum(stretch.value(_RATE) * stretch.share for stretch in segments(company, period, _RATE))
        return company("training_cost_of_leavers", period) * ratio(given, on) * share


def _given_and_on(company: Companies, period: Period) -> tuple[np.ndarray, np.ndarray]:
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
