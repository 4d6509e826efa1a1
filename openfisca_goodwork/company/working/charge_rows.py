"""The steps from taxable total profits to the tax, what is repaid, and when the tax is due."""

from __future__ import annotations

from dataclasses import fields

from openfisca_goodwork.company.working import proposals, research
from openfisca_goodwork.company.working.rows import PERIOD, Row
from openfisca_goodwork.law.instalments import PaymentTerms

CHARGE_BY_PARTS, DAYS_OF_PAYMENT = "the charge, part by part", "the days of payment"
SUM_OF_PARTS = "The sum of the tax on the parts of the period, after marginal relief."
LIMITS = ("corporation_tax.marginal_relief.lower_limit", "corporation_tax.marginal_relief.upper_limit")
MAIN_RATE, FRACTION = "corporation_tax.main_rate", "corporation_tax.marginal_relief.fraction"
CHARGED_BY = (MAIN_RATE, "corporation_tax.small_profits_rate", FRACTION, *LIMITS)

_CHARGE, _AFTER, _PAYMENT = "Charge", "Repayment and net tax", "Payment"
_PROFITS = ("taxable_total_profits", "augmented_profits")
_CONDITIONS = ("associated_companies", "is_uk_resident", "is_close_investment_holding_company")
_THRESHOLDS = "payment.thresholds"
_COUNTED = ("associated_companies", "related_51_percent_companies")
_DIVIDED = "in proportion to the length, divided by 1 + the companies counted"
_BROUGHT = "large_company_brought_forward"


def _limit(variable: str, path: str) -> Row:
    words = "The limit × length of the period ÷ (1 + associated companies), part by part where a limit changes."
    return Row(_CHARGE, variable, words, ("associated_companies", *PERIOD), (path,))


ROWS = (
    Row(
        _CHARGE,
        "augmented_profits",
        "Taxable total profits + exempt distributions received.",
        ("taxable_total_profits", "exempt_distributions"),
    ),
    _limit("marginal_relief_lower_limit", LIMITS[0]),
    _limit("marginal_relief_upper_limit", LIMITS[1]),
    Row(
        _CHARGE,
        "marginal_relief",
        "Between the limits, fraction × (upper limit − augmented profits) × profits ÷ augmented profits, part by part.",
        (*_PROFITS, *_CONDITIONS),
        (FRACTION, *LIMITS),
    ),
    Row(
        _CHARGE,
        CHARGE_BY_PARTS,
        "Rate × the part's share of profits: the small profits rate where augmented profits do not exceed the lower limit, "
        "else the main rate; less, between the limits, fraction × (upper limit − augmented profits) × profits ÷ augmented "
        "profits. Rates that change within the part are weighted by days. A company that is not UK resident, or a close "
        "investment-holding company, has the main rate alone.",
        (*_PROFITS, *_CONDITIONS, *PERIOD),
        CHARGED_BY,
    ),
    Row(
        _CHARGE,
        "marginal_tax_rate",
        "Corporation tax less the tax on £1 less of profits, by the same parts and figures.",
        ("corporation_tax", *_PROFITS),
    ),
    Row(
        _AFTER,
        "loss_carry_back_repayment",
        "For each earlier period that the loss reaches, its tax on its profits as they stood, less its tax on what the loss "
        "leaves of them, by the figures of that period's own working.",
        ("loss_carried_back", "losses_relieved_at_the_end_of_the_trade"),
    ),
    *research.AFTER_TAX,
    *proposals.AFTER_TAX,
    research.PAYABLE,
    Row(
        _AFTER,
        "corporation_tax_saved_in_group",
        "Group relief surrendered × the main rate.",
        ("group_relief_surrendered",),
        (MAIN_RATE,),
    ),
    Row(
        _AFTER,
        "net_corporation_tax",
        "Corporation tax − notional tax used − credits set off − repayment − group relief surrendered × the main rate.",
        (
            "corporation_tax",
            "notional_tax_deduction_used",
            "research_and_development_credit_set_off",
            "human_investment_notional_tax_used",
            "human_investment_credit_set_off",
            "loss_carry_back_repayment",
            "group_relief_surrendered",
        ),
        (MAIN_RATE,),
    ),
    Row(
        _PAYMENT,
        "instalment_threshold",
        f"The threshold, {_DIVIDED}.",
        ("length_factor", *_COUNTED),
        (f"{_THRESHOLDS}.large", f"{_THRESHOLDS}.companies_counted"),
    ),
    Row(
        _PAYMENT,
        "large_company_carried_forward",
        "0 where augmented profits do not exceed the threshold, or the tax the small liability × length. Else the days of "
        "the period, with those before it in which the company was large without a break, ÷ the days of the twelve months "
        "to its end; at most 1.",
        ("augmented_profits", "instalment_threshold", "corporation_tax", "length_factor", _BROUGHT, *PERIOD),
        ("payment.de_minimis_liability", "payment.first_year_exception_months"),
    ),
    Row(
        _PAYMENT,
        "payment_regime",
        "Ordinary where the tax is at most the small liability × length; else very large above that threshold; else large "
        "above the threshold, unless profits are within the first-year exception and it was not large throughout the twelve "
        "months before. "
        f"Thresholds are taken {_DIVIDED}.",
        ("augmented_profits", "corporation_tax", "instalment_threshold", _BROUGHT, "length_factor", *_COUNTED),
        (
            "payment.de_minimis_liability",
            f"{_THRESHOLDS}.first_year_exception",
            f"{_THRESHOLDS}.very_large",
            f"{_THRESHOLDS}.companies_counted",
        ),
    ),
    Row(
        _PAYMENT,
        DAYS_OF_PAYMENT,
        "In one sum; or, in instalments, the interval × tax ÷ months of the period on each day, the rest on the last.",
        ("corporation_tax", "payment_regime", *PERIOD),
        tuple(f"payment.due_dates.{one.name}" for one in fields(PaymentTerms)),
    ),
    *research.LEVY,
)
