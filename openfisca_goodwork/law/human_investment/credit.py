"""What there may be in place of the human-investment deduction: a credit, also for a loss, or cash. Off in current law.

A credit for each £1 of qualifying training, where the relief has that form, and a credit for a loss given up. Their steps
are those of the R&D expenditure credit (``payable_credit``; CTA 2009 s.1042I), after that credit: what R&D leaves of the
tax due is what they may discharge. They take balances of their own from period to period.

Cash on the first pounds of qualifying training: a company takes it, for all of those pounds or none, where it is more than
what their deduction saves it this period: the tax on its profits with the rest of the deduction alone, less the tax on them
with all of it; and, for a loss that the rest of its group uses at once, tax at the main rate. Losses brought forward,
donations and the group relief available count. What the deduction might save in other periods, through a loss carried back
or forward, does not, nor do R&D reliefs.
"""

from __future__ import annotations

import numpy as np
from openfisca_core.periods import Period

from openfisca_goodwork.law.charge import charge_parts, tax_on
from openfisca_goodwork.law.human_investment.deduction import by_head, training_claims
from openfisca_goodwork.law.human_investment.losses import may_go_to_group, result_before, within_profit
from openfisca_goodwork.law.human_investment.terms import (
    CASH_RATE,
    CREDIT_BEFORE,
    HELD_BACK_BEFORE,
    SURRENDER_RATE,
    TREATMENT,
    gives_credit,
    gives_credit_for_losses,
    is_ever_other_than,
    length_in_force,
    limit_times,
    may_give_less,
    ratio,
    while_in_force,
)
from openfisca_goodwork.law.inputs.training import HEADS, for_each_head
from openfisca_goodwork.law.losses import relevant_maximum
from openfisca_goodwork.law.model import SHARE, Variable
from openfisca_goodwork.law.notes import Companies, cached_for_period
from openfisca_goodwork.law.payable_credit import CreditSteps
from openfisca_goodwork.law.periods import (
    brought_forward,
    constant_array,
    over_period,
    positive,
    where,
)

_TAXABLE = "human_investment.credit_taxable"
NOTIONAL = "human_investment.payable.notional_tax_rate"
CREDIT_ADDED = "human_investment_credit_added_by_carry_back"
HELD_BACK_ADDED = "human_investment_notional_tax_added_by_carry_back"
# Without any of these there is no credit to use.
_HAS_CREDIT = ("human_investment_credit", CREDIT_BEFORE, CREDIT_ADDED)
_MAXIMUM = "human_investment.payable.maximum"
_FIXED = "human_investment.payable.cap_fixed"
_MULTIPLE = "human_investment.payable.cap_multiple_of_paye_and_nic"
_WITH_BASE = "human_investment.losses.surrender_includes_base"
_CLAUSE = "Proposed, not law: human-investment relief"
_REFERENCE = f"{_CLAUSE}, step 7"
_MODEL = f"{_REFERENCE}; the model is CTA 2009"

# --- the credit, and its use ------------------------------------------------------------------------------------------


def credit_steps(company: Companies, period: Period) -> CreditSteps:
    """The steps of the period's credit, which its variables share."""
    return _steps(company, period, company("human_investment_credit", period))


def room_for_payment(company: Companies, period: Period) -> np.ndarray:
    """What of the cap the credit for training, and what was brought forward, leave for a credit for a loss (£)."""
    steps = _steps(company, period, company("human_investment_training_credit", period))
    return positive(steps.cap - steps.paid)


def _steps(company: Companies, period: Period, credit: np.ndarray) -> CreditSteps:
    return CreditSteps(
        before=brought_forward(company, period, CREDIT_BEFORE) + company(CREDIT_ADDED, period),
        of_period=credit,
        due=_due_after_research(company, period) - company("human_investment_notional_tax_used", period),
        notional_tax_rate=while_in_force(company, period, NOTIONAL),
        cap=company("human_investment_credit_cap", period),
    )


def _notional_tax_before(company: Companies, period: Period) -> np.ndarray:
    """Notional tax held back before, with what a loss of the period, carried back, adds to it (£)."""
    return brought_forward(company, period, HELD_BACK_BEFORE) + company(HELD_BACK_ADDED, period)


def _due_after_research(company: Companies, period: Period) -> np.ndarray:
    """Corporation tax that the R&D credit and its notional tax leave (£): they come first."""
    used = company("notional_tax_deduction_used", period)
    return company("corporation_tax", period) - used - company("research_and_development_credit_set_off", period)


def _credit_by_head(company, period):
    """Credit for training by type of training cost; nothing where the law has none (£)."""
    if not gives_credit(company, period):
        return dict.fromkeys(HEADS, constant_array(0.0, company.count))
    return cached_for_period(company, period, training_claims).credit


class human_investment_training_credit(Variable):
    """Credit for each £1 of qualifying training, where the relief has the form of a credit (£).

    Example: fees of £100,000 at 20%: £20,000.
    """

    label = "Human-investment credit for training"
    reference = _REFERENCE
    rule = "The sum over the heads."

    def formula(company, period):
        return sum(_credit_by_head(company, period).values(), constant_array(0.0, company.count))


class human_investment_credit_as_income(Variable, only_with=("human_investment_training_credit",)):
    """Credit for training that is a receipt of the trade (£): all of it, or none where the law does not tax it."""

    label = "Human-investment credit, taxed as income"
    reference = f"{_MODEL} s.1042H"
    rule = "The credit, where the law taxes it."

    def formula(company, period):
        return company("human_investment_training_credit", period) * while_in_force(company, period, _TAXABLE)


class human_investment_credit(Variable, kept=True):
    """Credit of the period before any use of it, for training and for a loss given up (£).

    Without credit brought forward. Example: fees of £100,000 at 20%: £20,000.
    """

    label = "Human-investment credit"
    reference = _REFERENCE
    rule = "Credit for training + credit for a loss."

    def formula(company, period):
        return company("human_investment_training_credit", period) + company("human_investment_loss_credit", period)


class human_investment_credit_brought_forward(Variable, kept=True, minimum=0):
    """Human-investment credit above the cap of the period before, added to this period's (£)."""

    label = "Human-investment credit brought forward"
    reference = f"{_MODEL} s.1042J"


class human_investment_notional_tax_brought_forward(Variable, kept=True, minimum=0):
    """Notional tax held back from earlier human-investment credits, for corporation tax of later periods only (£)."""

    label = "Notional tax on human-investment credits brought forward"
    reference = f"{_MODEL} s.1042L(3)"


class human_investment_notional_tax_used(Variable, only_if=gives_credit):
    """Notional tax held back earlier that discharges this period's corporation tax (£), before any new credit does."""

    label = "Notional tax on human-investment credits, used"
    reference = f"{_MODEL} s.1042L(3)"
    rule = (
        "The smaller of the tax that the R&D credit and its notional tax leave and notional tax brought forward, with what "
        "a loss carried back adds."
    )

    def formula(company, period):
        return np.minimum(_notional_tax_before(company, period), _due_after_research(company, period))


class human_investment_credit_set_off(Variable, only_if=gives_credit, only_with=_HAS_CREDIT):
    """Step 1: credit that discharges this period's corporation tax (£), after the R&D credit.

    Example: a credit of £20,000 against tax of £12,000: £12,000.
    """

    label = "Human-investment credit set off against corporation tax"
    reference = f"{_MODEL} s.1042I, step 1"
    rule = "The smaller of credit, with what was brought forward, and the tax that is left."

    def formula(company, period):
        return cached_for_period(company, period, credit_steps).set_off


class human_investment_notional_tax(Variable, only_if=gives_credit, only_with=_HAS_CREDIT):
    """Step 2: credit held back as notional tax, for later tax (£).

    Example: £20,000 without tax due, at 19%: £3,800.
    """

    label = "Notional tax on human-investment credits, held back"
    reference = f"{_MODEL} s.1042I, step 2"
    rule = "Credit of the period × the notional tax rate − set off, not below 0."

    def formula(company, period):
        return cached_for_period(company, period, credit_steps).held_back


class human_investment_notional_tax_carried_forward(Variable, only_if=gives_credit):
    """Notional tax held back and not yet used, for corporation tax of later periods (£)."""

    label = "Notional tax on human-investment credits carried forward"
    reference = f"{_MODEL} s.1042L(3)"
    rule = "Brought forward + added by a loss carried back − used + held back."

    def formula(company, period):
        left = _notional_tax_before(company, period) - company("human_investment_notional_tax_used", period)
        return left + company("human_investment_notional_tax", period)


class human_investment_credit_cap(Variable, only_if=gives_credit, on_demand=True):
    """Step 3: most of the credit that may be paid for the period (£); inf for no limit, 0 where the law has no credit.

    A fixed amount, in proportion to the period's length, and a multiple of PAYE and NIC liabilities; and never above the
    maximum, in proportion to the length too. Example: £20,000 + 3 × £30,000 = £110,000.
    """

    label = "Cap on the payable human-investment credit"
    reference = f"{_MODEL} s.1112B"
    rule = "Fixed amount × length + multiple × PAYE and NIC, at most the maximum × length; 0 where the law has no credit."

    def formula(company, period):
        fixed, multiple, maximum = (while_in_force(company, period, path) for path in (_FIXED, _MULTIPLE, _MAXIMUM))
        limited = np.isfinite(fixed) & np.isfinite(multiple)
        length, liabilities = company("length_factor", period), company("paye_and_nic", period)
        by_pay = where(limited, fixed, 0) * length + where(limited, multiple, 0) * liabilities
        return np.minimum(where(limited, by_pay, np.inf), limit_times(maximum, length))


class human_investment_credit_carried_forward(Variable, only_if=gives_credit, only_with=_HAS_CREDIT):
    """Step 3: credit above the cap, added to the credit of the next period (£).

    Example: a credit of £200,000, £38,000 held back, a cap of £110,000: £52,000.
    """

    label = "Human-investment credit carried forward"
    reference = f"{_MODEL} ss.1042I, step 3, 1042J"
    rule = "Credit with what was brought forward − set off − held back − cap, not below 0."

    def formula(company, period):
        return cached_for_period(company, period, credit_steps).carried_forward


class human_investment_credit_paid(Variable, only_if=gives_credit, only_with=_HAS_CREDIT):
    """Steps 4 to 7: credit paid to the company, or used on other debts or in its group (£).

    Example: a credit of £20,000 without tax due, £3,800 held back, under the cap: £16,200.
    """

    label = "Human-investment credit paid"
    reference = f"{_MODEL} s.1042I, steps 4 to 7"
    rule = "Credit with what was brought forward − set off − held back − carried forward."

    def formula(company, period):
        return cached_for_period(company, period, credit_steps).paid


# human_investment_training_credit_external_course_fees and so on: a variable for each type of training cost.
_HEAD_RULE = "Qualifying spending on {head} × the credit rate on its day, where the relief is a credit."
globals().update(for_each_head(human_investment_training_credit, _HEAD_RULE, _credit_by_head))


# --- a credit for a loss given up -------------------------------------------------------------------------------------


def _surrender_rate(company: Companies, period: Period) -> np.ndarray:
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
    reference = f"{_CLAUSE}, losses"
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
        cash = rate * (1 - while_in_force(company, period, NOTIONAL))
        return np.minimum(np.minimum(attributable, positive(left)), ratio(room, cash))


class human_investment_loss_credit(
    Variable, only_if=gives_credit_for_losses, only_with=("human_investment_loss_surrendered",)
):
    """Payable credit for the trade loss given up (£).

    Example: £30,000 at 14.5%: £4,350.
    """

    label = "Human-investment credit for a loss"
    reference = f"{_CLAUSE}, losses"
    rule = "Loss given up × the rate."

    def formula(company, period):
        return company("human_investment_loss_surrendered", period) * _surrender_rate(company, period)


# --- cash ---------------------------------------------------------------------------------------------------------------
# A company may take cash for qualifying spending up to a limit. It takes it, for all of those pounds or none, where it
# is more than what their deduction saves it this period: the tax on its profits with the rest of the deduction alone,
# less the tax on them with all of it; and, for a loss that the rest of its group uses at once, tax at the main rate.
# Losses brought forward, donations and the group relief available count. What the deduction might save in other
# periods, through a loss carried back or forward, does not, nor do R&D reliefs.

_CASH_LIMIT = "human_investment.cash_option.spend_limit"
_MAIN_RATE = "corporation_tax.main_rate"
_LOSSES = ("trading_losses_brought_forward", "trading_losses_brought_forward_pre_april_2017")


class human_investment_deduction_share_given(Variable):
    """Share of the extra deduction for training that the law gives, 0 to 1; 0 where none is earned.

    Less than 1 where a company takes cash instead of a part of it, or where the law keeps it from making a loss.
    Example: an extra deduction of £30,000 that may make no loss, trade profit of £12,000 before it: 0.4.
    """

    unit = SHARE
    label = "Share of the human-investment deduction that is given"
    reference = f"{_CLAUSE}, cash option and losses"
    rule = (
        "What is not given up for cash; where the law allows no loss from the deduction, no more than the trading profit "
        "less capital allowances; ÷ the deduction that training earns."
    )

    def formula(company, period):
        earned = sum(cached_for_period(company, period, training_claims).deduction.values())
        if not may_give_less(company):
            return where(earned > 0, 1.0, 0.0)
        given_up, _cash = cached_for_period(company, period, cash_instead)
        given = within_profit(company, period, earned * (1 - given_up))
        return ratio(given, earned)


class human_investment_cash_option(Variable):
    """Cash paid instead of the extra deduction on the first pounds of qualifying training (£): no income, and no tax.

    Example: 40p for each £1 of the first £50,000; a company in loss with fees of £80,000: £20,000.
    """

    label = "Human-investment cash option"
    reference = f"{_CLAUSE}, cash option"
    rule = (
        "Of the first pounds of qualifying training, × the rate, where that is more than the tax their deduction would save "
        "in the period; else nothing."
    )

    def formula(company, period):
        return cached_for_period(company, period, cash_instead)[1]


def cash_instead(company: Companies, period: Period) -> tuple[np.ndarray, np.ndarray]:
    """The share of qualifying training whose deduction a company gives up, and the cash for it (£)."""
    nothing = constant_array(0.0, company.count)
    if not is_ever_other_than(company, CASH_RATE, 0):
        return nothing, nothing
    claims = cached_for_period(company, period, training_claims)
    deduction, relieved = sum(claims.deduction.values()), nothing
    for claim in claims.stretches:
        relieved = relieved + claim.relief * sum(by_head(claim.qualifying).values())
    share = _first_pounds(company, period, sum(claims.qualifying.values())) * (deduction > 0)
    cash = while_in_force(company, period, CASH_RATE) * share * relieved
    saved = _tax_after(company, period, deduction * (1 - share)) - _tax_after(company, period, deduction)
    is_worth_more = cash > saved
    return share * is_worth_more, cash * is_worth_more


def _first_pounds(company: Companies, period: Period, qualifying: np.ndarray) -> np.ndarray:
    """Share of qualifying training that the first pounds within the limit make up."""
    most = limit_times(while_in_force(company, period, _CASH_LIMIT), length_in_force(company, period))
    return ratio(np.minimum(qualifying, most), qualifying)


def _tax_after(company: Companies, period: Period, deduction: np.ndarray) -> np.ndarray:
    """Tax of the period on what a deduction leaves, less what a loss saves in the group (£)."""
    result = result_before(company, period) - within_profit(company, period, deduction)
    total, loss = positive(result) + company("other_profits", period), positive(-result)
    reliefs = loss + company("qualifying_charitable_donations", period) + company("group_relief_available", period)
    profits = positive(total - reliefs)
    losses = sum((brought_forward(company, period, name) for name in _LOSSES), constant_array(0.0, company.count))
    taxable = positive(profits - np.minimum(losses, relevant_maximum(company, period, profits)))
    parts = cached_for_period(company, period, charge_parts)
    share = company("loss_absorbed_by_group_share", period) * may_go_to_group(company, period)
    in_group = positive(loss - total) * share * over_period(company, period, _MAIN_RATE)
    return tax_on(parts, taxable, company("exempt_distributions", period)) - in_group
