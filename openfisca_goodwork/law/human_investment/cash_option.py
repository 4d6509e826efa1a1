"""Cash instead of the human-investment deduction on the first pounds of qualifying training. Off in current law.

A company takes the cash, for all of those pounds or none, where it is more than what their deduction saves it this period:
the tax on its profits with the rest of the deduction alone, less the tax on them with all of it; and, for a loss that the
rest of its group uses at once, tax at the main rate. Losses brought forward, donations and the group relief available count.
What the deduction might save in other periods, through a loss carried back or forward, does not, nor do R&D reliefs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from openfisca_goodwork.law.charge import charge_parts, tax_on
from openfisca_goodwork.law.human_investment.losses import may_go_to_group, result_before, within_profit
from openfisca_goodwork.law.human_investment.relief import TrainingClaims, training_claims
from openfisca_goodwork.law.human_investment.terms import (
    CASH_RATE,
    is_ever_other_than,
    length_in_force,
    may_give_less,
    while_in_force,
)
from openfisca_goodwork.law.losses import relevant_maximum
from openfisca_goodwork.law.model import SHARE, Variable
from openfisca_goodwork.law.notes import cached_for_period
from openfisca_goodwork.law.periods import brought_forward, constant_array, over_period, where

_LIMIT = "human_investment.cash_option.spend_limit"
_MAIN_RATE = "corporation_tax.main_rate"
_LOSSES = ("trading_losses_brought_forward", "trading_losses_brought_forward_pre_april_2017")


@dataclass(frozen=True)
class DeductionGiven:
    """What becomes of the extra deduction that training would earn (one per company).

    Attributes:
        share: of the deduction that is given. cash: instead of the rest (£).
    """

    share: np.ndarray
    cash: np.ndarray


def deduction_given(company: Any, period: Any) -> DeductionGiven:
    """Give up a part for cash where that is worth more; limit the rest to the profit before it where the law does."""
    has_cash, nothing = is_ever_other_than(company, CASH_RATE, 0), constant_array(0.0, company.count)
    if not may_give_less(company):
        return DeductionGiven(constant_array(1.0, company.count), nothing)
    claims = cached_for_period(company, period, training_claims)
    deduction = sum(claims.deduction.values(), nothing)
    share, cash = _cash_for(company, period, claims, deduction) if has_cash else (nothing, nothing)
    given = within_profit(company, period, deduction * (1 - share))
    return DeductionGiven(where(deduction > 0, given / where(deduction > 0, deduction, 1), 0), cash)


def _cash_for(company: Any, period: Any, claims: TrainingClaims, deduction: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The share of qualifying training whose deduction a company gives up, and the cash for it (£)."""
    nothing = constant_array(0.0, company.count)
    share = _first_pounds(company, period, sum(claims.qualifying.values(), nothing)) * (deduction > 0)
    relieved = nothing
    for one in claims.stretches:
        relieved = relieved + one.relief * sum(sum(amounts.values()) for amounts in one.qualifying.values())
    cash = while_in_force(company, period, CASH_RATE) * share * relieved
    is_worth_more = cash > _saved(company, period, deduction * (1 - share), deduction)
    return share * is_worth_more, cash * is_worth_more


def _first_pounds(company: Any, period: Any, qualifying: np.ndarray) -> np.ndarray:
    """Share of qualifying training that the first pounds within the limit make up."""
    most = while_in_force(company, period, _LIMIT)
    limited = np.isfinite(most)
    scaled = where(limited, where(limited, most, 0) * length_in_force(company, period), np.inf)
    return where(qualifying > 0, np.minimum(qualifying, scaled) / where(qualifying > 0, qualifying, 1), 0)


def _saved(company: Any, period: Any, rest: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """What the whole deduction saves in the period beyond the rest of it (£)."""
    return _tax_after(company, period, rest) - _tax_after(company, period, whole)


def _tax_after(company: Any, period: Any, deduction: np.ndarray) -> np.ndarray:
    """Tax of the period on what a deduction leaves, less what a loss saves in the group (£)."""
    result = result_before(company, period) - within_profit(company, period, deduction)
    total, loss = np.maximum(result, 0) + company("other_profits", period), np.maximum(-result, 0)
    reliefs = loss + company("qualifying_charitable_donations", period) + company("group_relief_available", period)
    profits = np.maximum(total - reliefs, 0)
    losses = sum((brought_forward(company, period, name) for name in _LOSSES), constant_array(0.0, company.count))
    taxable = np.maximum(profits - np.minimum(losses, relevant_maximum(company, period, profits)), 0)
    parts = cached_for_period(company, period, charge_parts)
    share = company("loss_absorbed_by_group_share", period) * may_go_to_group(company, period)
    in_group = np.maximum(loss - total, 0) * share * over_period(company, period, _MAIN_RATE)
    return tax_on(parts, taxable, company("exempt_distributions", period)) - in_group


class human_investment_deduction_share_given(Variable):
    """Share of the extra deduction for training that the law gives, 0 to 1; 0 where none is earned.

    Less than 1 where a company takes cash instead of a part of it, or where the law keeps it from making a loss.
    Example: an extra deduction of £30,000 that may make no loss, trade profit of £12,000 before it: 0.4.
    """

    unit = SHARE
    label = "Share of the human-investment deduction that is given"
    reference = "Proposed, not law: human-investment relief, cash option and losses"
    rule = (
        "What is not given up for cash; where the law allows no loss from the deduction, no more than the trading profit "
        "less capital allowances; ÷ the deduction that training earns."
    )

    def formula(company, period):
        if may_give_less(company):
            return cached_for_period(company, period, deduction_given).share
        earned = cached_for_period(company, period, training_claims).deduction
        return where(sum(earned.values()) > 0, 1.0, 0.0)


class human_investment_cash_option(Variable):
    """Cash paid instead of the extra deduction on the first pounds of qualifying training (£): no income, and no tax.

    Example: 40p for each £1 of the first £50,000; a company in loss with fees of £80,000: £20,000.
    """

    label = "Human-investment cash option"
    reference = "Proposed, not law: human-investment relief, cash option"
    rule = (
        "Of the first pounds of qualifying training, × the rate, where that is more than the tax their deduction would save "
        "in the period; else nothing."
    )

    def formula(company, period):
        return cached_for_period(company, period, deduction_given).cash
