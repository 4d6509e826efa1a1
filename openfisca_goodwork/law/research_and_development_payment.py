"""What becomes of an R&D expenditure credit: the steps of CTA 2009 s.1042I, and of s.104N before April 2024.

The steps themselves are in ``payable_credit``. Here are the tax they are used on, the notional tax rate and the cap.
"""

from __future__ import annotations

import numpy as np
from openfisca_core.periods import Period

from openfisca_goodwork.law.charge import charge_parts
from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.notes import Companies, cached_for_period
from openfisca_goodwork.law.payable_credit import CreditSteps
from openfisca_goodwork.law.periods import brought_forward, over_period, positive, where
from openfisca_goodwork.law.research_and_development import (
    CREDIT_BEFORE,
    HELD_BACK_BEFORE,
    MERGED_IN_FORCE,
    does_research,
    paye_and_nic_cap,
)

CREDIT = "research_and_development_expenditure_credit"
CREDIT_ADDED = "research_and_development_credit_added_by_carry_back"
HELD_BACK_ADDED = "notional_tax_deduction_added_by_carry_back"
# Without any of these there is no credit to use.
_HAS_CREDIT = (CREDIT, CREDIT_BEFORE, CREDIT_ADDED)
_MERGED_CAP = "research_and_development.merged_credit"
_RATES = {"main": "corporation_tax.main_rate", "small": "corporation_tax.small_profits_rate"}


def research_credit_steps(company: Companies, period: Period) -> CreditSteps:
    """The steps of the period's expenditure credit, which its variables share."""
    return CreditSteps(
        before=brought_forward(company, period, CREDIT_BEFORE) + company(CREDIT_ADDED, period),
        of_period=company(CREDIT, period),
        due=company("corporation_tax", period) - company("notional_tax_deduction_used", period),
        notional_tax_rate=notional_tax_rate(company, period, company("taxable_total_profits", period)),
        cap=company("research_and_development_credit_cap", period),
    )


class research_and_development_credit_brought_forward(Variable, kept=True, minimum=0):
    """Expenditure credit above the cap of the period before, added to this period's (£); taxed already."""

    label = "R&D expenditure credit brought forward"
    reference = "CTA 2009 s.1042J; before April 2024 s.104N(2)"
    box = "L20"


class notional_tax_deduction_brought_forward(Variable, kept=True, minimum=0):
    """Notional tax held back from earlier expenditure credits, for corporation tax of later periods only (£)."""

    label = "Notional tax on R&D credits brought forward"
    reference = "CTA 2009 s.1042L(3); before April 2024 s.104O(2)"
    box = "L5"


class notional_tax_deduction_used(Variable, only_if=does_research):
    """Notional tax held back earlier that discharges this period's corporation tax (£), before any new credit does."""

    label = "Notional tax on R&D credits, used"
    reference = "CTA 2009 ss.1042L(3), 1042M; before April 2024 s.104O(2), (5)"
    box = "L7 and part of 530"
    rule = "The smaller of corporation tax and the notional tax held back before, with what a loss carried back adds."

    def formula(company, period):
        return np.minimum(_notional_tax_before(company, period), company("corporation_tax", period))


class research_and_development_credit_set_off(Variable, only_if=does_research, only_with=_HAS_CREDIT):
    """Step 1: expenditure credit that discharges this period's corporation tax (£).

    Example: a credit of £1m against tax of £598,000: all £598,000.
    """

    label = "Expenditure credit set off against corporation tax"
    reference = "CTA 2009 s.1042I, step 1"
    box = "L45 and part of 530"
    rule = (
        "The smaller of corporation tax − notional tax used and the credit, with what was brought forward and what a loss "
        "carried back adds."
    )

    def formula(company, period):
        return cached_for_period(company, period, research_credit_steps).set_off


def _notional_tax_before(company: Companies, period: Period) -> np.ndarray:
    """Notional tax held back before, with what a loss of the period, carried back, adds to it (£)."""
    return brought_forward(company, period, HELD_BACK_BEFORE) + company(HELD_BACK_ADDED, period)


def notional_tax_rate(company: Companies, period: Period, taxable: np.ndarray) -> np.ndarray:
    """The main rate; in the merged scheme the small profits rate, unless other profits are charged at the main rate.

    Args:
        taxable: taxable total profits of the period, as they stand after whatever has been carried back to it (£).
    """
    main, small = (over_period(company, period, path) for path in _RATES.values())
    others = positive(taxable - company(CREDIT, period))
    augmented = others + company("exempt_distributions", period)
    at_main_rate = np.zeros(company.count, dtype=bool)
    for part in cached_for_period(company, period, charge_parts):
        at_main_rate |= ~part.has_small_rate | (augmented * part.share > part.lower)
    merged = over_period(company, period, MERGED_IN_FORCE)
    return where(merged & ~(at_main_rate & (others > 0)), small, main)


class notional_tax_deduction(Variable, only_if=does_research, only_with=_HAS_CREDIT):
    """Step 2: expenditure credit held back as notional tax, so that a loss-maker gains no more than a taxpayer (£).

    What remains after step 1 is cut to the credit less tax on it; a credit brought forward bears no tax a second time.
    Example: £20,000 with no tax due, at 19%: £3,800.
    """

    label = "Notional tax on R&D credits, held back"
    reference = "CTA 2009 ss.1042I, step 2, 1042K; before April 2024 s.104N(2), step 2, (3)"
    box = "L65"
    rule = (
        "Expenditure credit × rate − set off, not below 0. The rate is the main rate; where the merged scheme is in force, "
        "the small profits rate unless the company's other profits are above the lower limit of some part of the period."
    )

    def formula(company, period):
        return cached_for_period(company, period, research_credit_steps).held_back


class notional_tax_deduction_carried_forward(Variable, only_if=does_research):
    """Notional tax held back and not yet used, for corporation tax of later periods (£)."""

    label = "Notional tax on R&D credits carried forward"
    reference = "CTA 2009 s.1042L(3); before April 2024 s.104O(2)"
    box = "L140"
    rule = "Brought forward + added by a loss carried back − used + held back."

    def formula(company, period):
        left = _notional_tax_before(company, period) - company("notional_tax_deduction_used", period)
        return left + company("notional_tax_deduction", period)


class research_and_development_credit_cap(Variable, on_demand=True):
    """Step 3: most of an expenditure credit that may be paid for the period (£).

    From April 2024 a fixed amount and three times the PAYE and NIC liabilities; before, those of staff engaged in research
    and development. Example: liabilities of £30,000 in 2025: £20,000 + 3 × £30,000 = £110,000.
    """

    label = "Cap on the payable R&D expenditure credit"
    reference = "CTA 2009 ss.1112B to 1112E; before April 2024 s.104P"
    box = "L75"
    rule = (
        "Fixed amount × length + multiple of PAYE and NIC, unless exempt, where the merged scheme is in force; before, PAYE "
        "and NIC × the share for staff in R&D."
    )

    def formula(company, period):
        liabilities = company("paye_and_nic", period)
        merged = paye_and_nic_cap(company, period, _MERGED_CAP, liabilities)
        merged = where(company("is_exempt_from_paye_and_nic_cap", period), np.inf, merged)
        of_staff = liabilities * company("research_and_development_staff_share", period)
        return where(over_period(company, period, MERGED_IN_FORCE), merged, of_staff)


class research_and_development_credit_carried_forward(Variable, only_if=does_research, only_with=_HAS_CREDIT):
    """Step 3: expenditure credit above the cap, added to the credit of the next period (£).

    Example: a credit of £200,000, £38,000 held back, a cap of £110,000: £52,000.
    """

    label = "R&D expenditure credit carried forward"
    reference = "CTA 2009 ss.1042I, step 3, 1042J"
    box = "L80"
    rule = "Credit with what was brought forward − set off − held back − cap, not below 0."

    def formula(company, period):
        return cached_for_period(company, period, research_credit_steps).carried_forward


class research_and_development_credit_paid(Variable, only_if=does_research, only_with=_HAS_CREDIT):
    """Steps 4 to 7: expenditure credit paid to the company, or used on other debts or in its group (£).

    Example: a credit of £20,000 without tax due, £3,800 held back, under the cap: £16,200.
    """

    label = "R&D expenditure credit paid"
    reference = "CTA 2009 s.1042I, steps 4 to 7"
    box = "L125 and 880"
    rule = "Credit with what was brought forward − set off − held back − carried forward."

    def formula(company, period):
        return cached_for_period(company, period, research_credit_steps).paid
