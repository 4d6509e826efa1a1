"""The human-investment credit: what it is for, and its use by the steps of CTA 2009 s.1042I. Off in current law.

A credit for each £1 of qualifying training, where the relief has that form, and a credit for a loss given up. Its steps are
those of the R&D expenditure credit (``payable_credit``), after that credit: what R&D leaves of the tax due is what it may
discharge. It takes balances of its own from period to period.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from openfisca_goodwork.law.human_investment.relief import for_each_head, training_claims
from openfisca_goodwork.law.human_investment.terms import (
    CREDIT_BEFORE,
    HELD_BACK_BEFORE,
    gives_credit,
    while_in_force,
)
from openfisca_goodwork.law.inputs.training import HEADS
from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.notes import cached_for_period
from openfisca_goodwork.law.payable_credit import CreditSteps
from openfisca_goodwork.law.periods import brought_forward, constant_array, where

_TAXABLE = "human_investment.credit_taxable"
NOTIONAL = "human_investment.payable.notional_tax_rate"
CREDIT_ADDED = "human_investment_credit_added_by_carry_back"
HELD_BACK_ADDED = "human_investment_notional_tax_added_by_carry_back"
# Without any of these there is no credit to use.
_HAS_CREDIT = ("human_investment_credit", CREDIT_BEFORE, CREDIT_ADDED)
_MAXIMUM = "human_investment.payable.maximum"
_FIXED = "human_investment.payable.cap_fixed"
_MULTIPLE = "human_investment.payable.cap_multiple_of_paye_and_nic"
_REFERENCE = "Proposed, not law: human-investment relief, step 7"
_MODEL = f"{_REFERENCE}; the model is CTA 2009"


def credit_steps(company: Any, period: Any) -> CreditSteps:
    """The steps of the period's credit, which its variables share."""
    return _steps(company, period, company("human_investment_credit", period))


def room_for_payment(company: Any, period: Any) -> np.ndarray:
    """What of the cap the credit for training, and what was brought forward, leave for a credit for a loss (£)."""
    steps = _steps(company, period, company("human_investment_training_credit", period))
    return np.maximum(steps.cap - steps.paid, 0)


def _steps(company: Any, period: Any, credit: np.ndarray) -> CreditSteps:
    return CreditSteps(
        before=brought_forward(company, period, CREDIT_BEFORE) + company(CREDIT_ADDED, period),
        of_period=credit,
        due=_due_after_research(company, period) - company("human_investment_notional_tax_used", period),
        notional_tax_rate=while_in_force(company, period, NOTIONAL),
        cap=company("human_investment_credit_cap", period),
    )


def _notional_tax_before(company: Any, period: Any) -> np.ndarray:
    """Notional tax held back before, with what a loss of the period, carried back, adds to it (£)."""
    return brought_forward(company, period, HELD_BACK_BEFORE) + company(HELD_BACK_ADDED, period)


def _due_after_research(company: Any, period: Any) -> np.ndarray:
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
        most = where(np.isfinite(maximum), where(np.isfinite(maximum), maximum, 0) * length, np.inf)
        return np.minimum(where(limited, by_pay, np.inf), most)


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
globals().update(
    for_each_head(
        "human_investment_training_credit",
        "Human-investment credit for training",
        _REFERENCE,
        "Qualifying spending on {head} × the credit rate on its day, where the relief is a credit.",
        _credit_by_head,
        __name__,
    )
)
