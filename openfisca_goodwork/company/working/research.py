"""The steps of research and development relief, and of the apprenticeship levy, which stands beside corporation tax."""

from __future__ import annotations

from openfisca_goodwork.company.working.rows import PERIOD, Row

_RELIEF, _SURRENDER, _CREDIT = "Research and development", "Loss surrendered for the tax credit", "Expenditure credit"
_NODE = "research_and_development"
_SPENT = "research_and_development_expenditure"
_MERGED = f"{_NODE}.merged_credit"
_SMALL = f"{_NODE}.sme_payable_credit"
_IN_FORCE, _INTENSITY = f"{_MERGED}.in_force", f"{_NODE}.intensive_credit.intensity"
_TAX_CREDIT_RATES = (f"{_SMALL}.rate", f"{_NODE}.intensive_credit.rate")
_SIZE = f"{_NODE}.small_or_medium_sized_enterprise"
_COUNTS = "counts_as_small_or_medium_sized_enterprise"
_GRACE = "research_intensity_condition_brought_forward"
_HAS_DEDUCTION, _MEETS = "has_additional_deduction", "meets_research_intensity_condition"
_EARNED, _BEFORE = "research_and_development_expenditure_credit", "research_and_development_credit_brought_forward"
_HELD_BEFORE, _HELD_USED = "notional_tax_deduction_brought_forward", "notional_tax_deduction_used"
_SET_OFF, _CAP = "research_and_development_credit_set_off", "research_and_development_credit_cap"
_TAX_CREDIT, _EXEMPT = "research_and_development_tax_credit", "is_exempt_from_paye_and_nic_cap"
_CLAIMS = "claims_research_and_development_tax_credit"


def _cap(node: str) -> tuple[str, str]:
    return f"{node}.cap_fixed", f"{node}.cap_multiple_of_paye_and_nic"


# Before the trading result: which relief, and what of it enters the result.
IN_RESULT = (
    Row(
        _RELIEF,
        _COUNTS,
        "It says so; or employees are given, fewer than the limit, and turnover for a year or total assets within theirs in "
        "pounds; or none are and it says it is R&D-intensive.",
        (
            "is_small_or_medium_sized_enterprise",
            "group_employees",
            "group_turnover",
            "group_balance_sheet_total",
            "is_research_intensive",
            "length_factor",
        ),
        tuple(f"{_SIZE}.{name}" for name in ("employees", "turnover", "balance_sheet_total", "pounds_per_euro")),
    ),
    Row(
        _RELIEF,
        _MEETS,
        "It says so; or its R&D expenditure is at least the share needed of its total relevant expenditure.",
        ("is_research_intensive", "total_relevant_expenditure", _SPENT),
        (_INTENSITY,),
    ),
    Row(
        _RELIEF,
        _HAS_DEDUCTION,
        "It spends on R&D, is a small or medium-sized enterprise and does not claim the expenditure credit instead; where "
        "the merged scheme is in force, it also makes a loss before the deduction and is R&D-intensive, or was before.",
        (
            _SPENT,
            _COUNTS,
            "claims_research_and_development_expenditure_credit",
            _MEETS,
            _GRACE,
            "trading_result_before_research_and_development",
        ),
        (_IN_FORCE,),
    ),
    Row(
        _RELIEF,
        "research_intensity_condition_carried_forward",
        "In a period of twelve months with R&D expenditure, 1 where it met the condition itself and had the additional "
        "deduction, else 0; otherwise as before.",
        (_GRACE, _SPENT, _MEETS, _HAS_DEDUCTION, "length_factor"),
    ),
    Row(
        _RELIEF,
        _EARNED,
        "Expenditure × the rate of the merged scheme if in force, else of its day; 0 with the additional deduction.",
        (_SPENT, _HAS_DEDUCTION, *PERIOD),
        (_IN_FORCE, f"{_MERGED}.rate", f"{_NODE}.rdec.rate"),
    ),
    Row(
        _RELIEF,
        "research_and_development_additional_deduction",
        "Expenditure × the rate of its day, for a company that has the additional deduction.",
        (_SPENT, _HAS_DEDUCTION, *PERIOD),
        (f"{_NODE}.sme_additional_deduction.rate",),
    ),
)

# After losses carried back: the loss that is left, and what of it is given up for cash.
ON_LOSS = (
    Row(
        _SURRENDER,
        "unrelieved_trade_loss",
        "Trade loss − set off − surrendered to the group − carried back, terminal losses of earlier periods apart.",
        (
            "trade_loss",
            "trade_loss_set_against_total_profits",
            "group_relief_surrendered",
            "loss_carried_back",
            "terminal_losses_of_earlier_periods",
        ),
    ),
    Row(
        _SURRENDER,
        "surrenderable_loss",
        "The unrelieved loss, up to the share of the expenditure that may be surrendered; part by part where the rate of "
        "credit changes in the period.",
        ("unrelieved_trade_loss", _SPENT, _HAS_DEDUCTION, _CLAIMS, _MEETS, *PERIOD),
        (f"{_SMALL}.surrenderable_share_of_expenditure", *_TAX_CREDIT_RATES, _IN_FORCE),
    ),
    Row(
        _SURRENDER,
        _TAX_CREDIT,
        "Surrenderable loss × the rate of credit, up to the fixed amount × length + the multiple of PAYE and NIC, where "
        "there is a cap and the company is not exempt from it.",
        ("surrenderable_loss", "paye_and_nic", _EXEMPT, "length_factor", _MEETS, *PERIOD),
        (*_TAX_CREDIT_RATES, _IN_FORCE, *_cap(_SMALL)),
    ),
    Row(
        _SURRENDER,
        "trade_loss_surrendered_for_tax_credit",
        "The surrenderable loss, in proportion where the cap cuts the credit.",
        ("surrenderable_loss", _TAX_CREDIT),
    ),
    Row(
        _SURRENDER,
        "research_and_development_credit",
        "Expenditure credit + tax credit.",
        (_EARNED, _TAX_CREDIT),
    ),
)

# After the tax: what becomes of the expenditure credit, and what is paid in cash.
AFTER_TAX = (
    Row(
        _CREDIT,
        _HELD_USED,
        "The smaller of the notional tax held back before and corporation tax.",
        (_HELD_BEFORE, "corporation_tax"),
    ),
    Row(
        _CREDIT,
        _SET_OFF,
        "The smaller of the credit, with what was brought forward, and corporation tax − notional tax used.",
        (_BEFORE, _EARNED, "corporation_tax", _HELD_USED),
    ),
    Row(
        _CREDIT,
        "notional_tax_deduction",
        "Expenditure credit × rate − set off, not below 0. The rate is the main rate; where the merged scheme is in force, "
        "the small profits rate unless the company's other profits are above the lower limit of some part of the period.",
        (
            _EARNED,
            _SET_OFF,
            "taxable_total_profits",
            "exempt_distributions",
            "associated_companies",
            "is_uk_resident",
            "is_close_investment_holding_company",
            *PERIOD,
        ),
        (
            "corporation_tax.main_rate",
            "corporation_tax.small_profits_rate",
            "corporation_tax.marginal_relief.lower_limit",
            "corporation_tax.marginal_relief.upper_limit",
            _IN_FORCE,
        ),
    ),
    Row(
        _CREDIT,
        "notional_tax_deduction_carried_forward",
        "Brought forward − used + held back.",
        (_HELD_BEFORE, _HELD_USED, "notional_tax_deduction"),
    ),
    Row(
        _CREDIT,
        _CAP,
        "Fixed amount × length + multiple of PAYE and NIC, unless exempt, where the merged scheme is in force; before, "
        "PAYE and NIC × the share for staff in R&D.",
        ("paye_and_nic", "research_and_development_staff_share", _EXEMPT, "length_factor"),
        (_IN_FORCE, *_cap(_MERGED)),
    ),
    Row(
        _CREDIT,
        "research_and_development_credit_carried_forward",
        "Credit with what was brought forward − set off − held back − cap, not below 0.",
        (_BEFORE, _EARNED, _SET_OFF, "notional_tax_deduction", _CAP),
    ),
    Row(
        _CREDIT,
        "research_and_development_credit_paid",
        "Credit with what was brought forward − set off − held back − carried forward.",
        (_BEFORE, _EARNED, _SET_OFF, "notional_tax_deduction", "research_and_development_credit_carried_forward"),
    ),
)
PAYABLE = Row(
    _CREDIT,
    "payable_credits",
    "Expenditure credit paid + tax credit + human-investment credit paid + its cash option.",
    (
        "research_and_development_credit_paid",
        _TAX_CREDIT,
        "human_investment_credit_paid",
        "human_investment_cash_option",
    ),
)

LEVY = (
    Row(
        "Apprenticeship levy",
        "apprenticeship_levy",
        "Pay bill × rate − allowance × length × share of the group's allowance, not below 0; no part of corporation tax, "
        "and deducted from profits already.",
        ("pay_bill", "length_factor", "apprenticeship_levy_allowance_share", *PERIOD),
        ("apprenticeship_levy.rate", "apprenticeship_levy.allowance"),
    ),
)
