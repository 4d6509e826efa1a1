"""What becomes of a loss that the human-investment deduction makes: an ordinary loss, or limits on it. Off in current law.

Of a trade loss, the part that the extra deduction makes is at most that deduction. It is taken to be used first against
profits of the period and, where that is allowed, in the group: so what it may not do bites least.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from openfisca_goodwork.law.human_investment.terms import TREATMENT, is_ever_other_than, while_in_force
from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.periods import constant_array, is_nothing, where

_GROUP = "human_investment.losses.allow_group_relief"
_CARRY_BACK = "human_investment.losses.allow_carry_back"
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
