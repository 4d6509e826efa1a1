"""The tax of a close company on loans to its participators, and its relief once they repay (CTA 2010 ss.455, 458).

It is charged as if it were corporation tax, and stands beside it: but for the regime of payment, no other figure rests on
it. It is due nine months and a day after the period of the loan, and with the instalments of a large or very large company
(CTA 2010 s.455(3); TMA 1970 ss.59D(5), 59E(11)(a); HMRC CTM92510). What is repaid within those nine months bears none.
"""

from __future__ import annotations

from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.periods import (
    brought_forward,
    constant_array,
    incurred_within,
    is_incurred_within,
    positive,
    segments,
)

LOANS_RATE = "loans_to_participators.rate"
LOANS, LOANS_IN_TIME = "loans_to_participators", "loans_to_participators_repaid_in_time"
_BALANCE, _RELIEF = "loans_to_participators_tax_to_relieve_brought_forward", "tax_on_loans_to_participators_repaid"
_SERVES = (_BALANCE, "loans_to_participators_tax_to_relieve_carried_forward")


class loans_to_participators(Variable, dated=True, minimum=0):
    """Loans and advances that a close company made to participators and their associates in the period (£).

    Without what they repaid in the same period. By day of the loan: the rate is that of its day.
    """

    label = "Loans to participators"
    reference = "CTA 2010 s.455"
    box = "A15"


class loans_to_participators_repaid_in_time(Variable, dated=True, minimum=0):
    """What of these loans was repaid, released or written off within nine months of the end of the period (£).

    By the day on which the loan was made, not that of the repayment: the rate is that of the loan.
    """

    label = "Loans to participators repaid before tax is due"
    reference = "CTA 2010 s.458; HMRC CTM61610"
    box = "A40"


class tax_on_loans_to_participators_repaid(Variable, minimum=0):
    """Tax that had been charged on loans of earlier periods that were repaid, released or written off in this one (£).

    At the rate of the day of each loan. It is repaid nine months after the end of the period of the repayment.
    """

    label = "Tax on loans to participators since repaid"
    reference = "CTA 2010 s.458(2), (5)"


class loans_to_participators_tax_to_relieve_brought_forward(Variable, minimum=0):
    """Tax charged on loans of earlier periods that are still owed (£)."""

    label = "Tax on loans to participators brought forward"
    reference = "CTA 2010 ss.455, 458"


class tax_on_loans_to_participators(Variable):
    """Tax on loans to participators that were not repaid before it falls due (£).

    Due when the corporation tax is: with each instalment of a large company, else nine months and a day after the period.
    Example: £20,000 lent on 1 May 2026, £5,000 of it repaid within nine months of the end: 35.75% × £15,000 = £5,362.50.
    """

    label = "Tax on loans to participators"
    reference = "CTA 2010 s.455(2), (3)"
    box = "A80 and 480"
    rule = "Loans made − what of them was repaid before the tax is due, not below 0, × the rate of the day of the loan."

    def formula(company, period):
        tax = constant_array(0.0, company.count)
        for stretch in segments(company, period, LOANS_RATE):
            if not is_incurred_within(stretch, LOANS):
                continue
            owed = positive(incurred_within(stretch, LOANS) - incurred_within(stretch, LOANS_IN_TIME))
            tax = tax + stretch.value(LOANS_RATE) * owed
        return tax


class loans_to_participators_tax_to_relieve_carried_forward(Variable, serves=_SERVES):
    """Tax charged on loans to participators that are still owed at the end of the period, to be relieved later (£)."""

    label = "Tax on loans to participators carried forward"
    reference = "CTA 2010 ss.455, 458"
    rule = "Brought forward − tax on loans of earlier periods repaid in it, not below 0, + charged for the period."

    def formula(company, period):
        before = brought_forward(company, period, _BALANCE)
        repaid = company(_RELIEF, period)
        return positive(before - repaid) + company("tax_on_loans_to_participators", period)


class tax_chargeable(Variable):
    """Corporation tax and what is charged as if it were: the tax on loans to participators (£), before credits."""

    label = "Tax chargeable"
    reference = "CTA 2010 ss.4, 455(2)"
    box = "510"
    rule = "Corporation tax + tax on loans to participators."

    def formula(company, period):
        return company("corporation_tax", period) + company("tax_on_loans_to_participators", period)
