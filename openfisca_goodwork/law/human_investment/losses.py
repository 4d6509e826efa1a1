"""What becomes of a loss that the human-investment deduction makes: an ordinary loss, or limits on it. Off in current law.

Of a trade loss, the part that the extra deduction makes is at most that deduction. It is taken to be used first against
profits of the period and, where that is allowed, in the group: so what it may not do bites least.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from openfisca_goodwork.law.human_investment.credit import room_for_payment
from openfisca_goodwork.law.human_investment.terms import (
    SURRENDER_RATE,
    TREATMENT,
    gives_credit_for_losses,
    is_ever_other_than,
    while_in_force,
)
from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.notes import cached_for_period
from openfisca_goodwork.law.periods import constant_array, is_nothing, where

_GROUP = "human_investment.losses.allow_group_relief"
_CARRY_BACK = "human_investment.losses.allow_carry_back"
_WITH_BASE = "human_investment.losses.surrender_includes_base"
_NOTIONAL = "human_investment.payable.notional_tax_rate"
_REFERENCE = "Proposed, not law: human-investment relief, losses"


def result_before(company: Any, period: Any) -> np.ndarray:
    """Trading result before the extra deduction, any clawback of it, and relief for research and development (£)."""
    return (
        company("trading_profit_before_capital_allowances", period)
        - company("capital_allowances", period)
        + company("balancing_charges", period)
    )


def is_limited_to_profit(company: Any, period: Any) -> np.ndarray:
    """Whether the extra deduction may make no loss."""
    if not is_ever_other_than(company, TREATMENT, "ordinary"):
        return constant_array(np.False_, company.count)
    return while_in_force(company, period, TREATMENT) == "none"


def within_profit(company: Any, period: Any, deduction: np.ndarray) -> np.ndarray:
    """The extra deduction so far as the law gives it: all, or at most the trade profit before it (£)."""
    limited = is_limited_to_profit(company, period)
    if not (limited & (deduction > 0)).any():
        return deduction
    profit = np.maximum(result_before(company, period), 0)
    return where(limited, np.minimum(deduction, profit), deduction)


def may_go_to_group(company: Any, period: Any) -> np.ndarray:
    """Whether the part of a loss that the extra deduction makes may be surrendered to the group."""
    if not is_ever_other_than(company, _GROUP, off=True):
        return constant_array(np.True_, company.count)
    return while_in_force(company, period, _GROUP)


def _left_of_the_deduction(company: Any, period: Any) -> np.ndarray:
    """Trade loss that the extra deduction makes, left after use against profits of the period (£)."""
    made = np.minimum(company("human_investment_deduction", period), company("trade_loss", period))
    return np.maximum(made - company("trade_loss_set_against_total_profits", period), 0)


def loss_kept_from_group(company: Any, period: Any) -> np.ndarray:
    """Trade loss that may not be surrendered to the group because the extra deduction made it (£)."""
    may_go = may_go_to_group(company, period)
    if may_go.all():
        return constant_array(0.0, company.count)
    return where(may_go, 0, _left_of_the_deduction(company, period))


def loss_kept_from_carry_back(company: Any, period: Any) -> np.ndarray:
    """Trade loss that may not be carried back because the extra deduction made it (£)."""
    if not is_ever_other_than(company, _CARRY_BACK, off=True):
        return constant_array(0.0, company.count)
    in_group = company("group_relief_surrendered", period) * may_go_to_group(company, period)
    left = np.maximum(_left_of_the_deduction(company, period) - in_group, 0)
    return where(while_in_force(company, period, _CARRY_BACK), 0, left)


class human_investment_loss_kept_from_carry_back(Variable, kept=True):
    """Part of the loss carried forward that is not carried back when the trade ceases: the extra deduction made it (£).

    Example: a loss of £80,000, an extra deduction of £30,000, £50,000 carried back in the period of the loss: £30,000.
    """

    label = "Loss from the human-investment deduction, kept from being carried back"
    reference = _REFERENCE
    rule = (
        "Where the law keeps it from earlier periods, what is left of the human-investment deduction, less what is given up "
        "for the credit: the end of the trade does not carry it back either."
    )

    def formula(company, period):
        kept = loss_kept_from_carry_back(company, period)
        if is_nothing(kept):
            return kept
        left = np.maximum(kept - company("human_investment_loss_surrendered", period), 0)
        return np.minimum(left, company("trade_loss_to_carry_forward", period))


def _surrender_rate(company: Any, period: Any) -> np.ndarray:
    may_surrender = while_in_force(company, period, TREATMENT) == "surrender"
    return where(may_surrender, while_in_force(company, period, SURRENDER_RATE), 0)


class human_investment_loss_surrendered(Variable, only_if=gives_credit_for_losses, only_with=("unrelieved_trade_loss",)):
    """Trade loss given up for a payable credit (£); it is not carried forward.

    The loss that the extra deduction makes, with the qualifying training itself where the law says so, at most what every
    other use in the period and in earlier ones, and the R&D tax credit, have left. Given up as far as the credit for it
    can be paid in the period: beyond that the loss is worth more carried forward.
    Example: a loss of £200,000, an extra deduction of £30,000: £30,000.
    """

    label = "Trade loss surrendered for the human-investment credit"
    reference = _REFERENCE
    rule = (
        "The deduction, with the training itself where it counts, up to the loss that nothing else has relieved, and as far "
        "as the credit for it, less what is held back, can be paid within what the cap leaves."
    )

    def formula(company, period):
        rate, deduction = _surrender_rate(company, period), company("human_investment_deduction", period)
        with_base = while_in_force(company, period, _WITH_BASE) & (deduction > 0)
        attributable = deduction + with_base * company("qualifying_training_expenditure", period)
        left = company("unrelieved_trade_loss", period) - company("trade_loss_surrendered_for_tax_credit", period)
        room = cached_for_period(company, period, room_for_payment)
        cash = rate * (1 - while_in_force(company, period, _NOTIONAL))
        payable = where(cash > 0, room / where(cash > 0, cash, 1), 0)
        return np.minimum(np.minimum(attributable, np.maximum(left, 0)), payable)


class human_investment_loss_credit(
    Variable, only_if=gives_credit_for_losses, only_with=("human_investment_loss_surrendered",)
):
    """Payable credit for the trade loss given up (£).

    Example: £30,000 at 14.5%: £4,350.
    """

    label = "Human-investment credit for a loss"
    reference = _REFERENCE
    rule = "Loss given up × the rate."

    def formula(company, period):
        return company("human_investment_loss_surrendered", period) * _surrender_rate(company, period)
