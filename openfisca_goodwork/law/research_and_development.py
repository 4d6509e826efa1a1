"""Relief for research and development: the expenditure credit, or the additional deduction and the tax credit.

Which of the two, what comes into the trading result, and the loss that is surrendered for cash. How an expenditure credit
is set off, held back, capped and paid is in ``research_and_development_payment``. A ring fence is not modelled.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from openfisca_core.periods import Period

from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.notes import Companies, cached_for_period
from openfisca_goodwork.law.periods import (
    brought_forward,
    incurred_within,
    is_nothing,
    over_period,
    positive,
    segments,
    where,
)
from openfisca_goodwork.law.profits import loss_that_could_be_set_against_total_profits

_EXPENDITURE = "research_and_development_expenditure"
MERGED_IN_FORCE = "research_and_development.merged_credit.in_force"
_MERGED = "research_and_development.merged_credit.rate"
_RDEC = "research_and_development.rdec.rate"
_ADDITIONAL = "research_and_development.sme_additional_deduction.rate"
_SURRENDERABLE = "research_and_development.sme_payable_credit.surrenderable_share_of_expenditure"
_TAX_CREDIT = "research_and_development.sme_payable_credit.rate"
_INTENSIVE_TAX_CREDIT = "research_and_development.intensive_credit.rate"
_INTENSITY = "research_and_development.intensive_credit.intensity"
_SME_CAP = "research_and_development.sme_payable_credit"
_SME_SIZE = "research_and_development.small_or_medium_sized_enterprise"
CREDIT_BEFORE = "research_and_development_credit_brought_forward"
HELD_BACK_BEFORE = "notional_tax_deduction_brought_forward"
_CONDITION_BEFORE = "research_intensity_condition_brought_forward"
_HAS_ADDITIONAL = "has_additional_deduction"
_TOLD = {_EXPENDITURE, CREDIT_BEFORE, HELD_BACK_BEFORE, _CONDITION_BEFORE}


def does_research(company: Companies, period: Period) -> bool:
    """Whether any company was told to have such spending, or a balance from it: where none was, nothing is worked out."""
    return cached_for_period(company, period, _is_told)


def _is_told(company: Companies, _period: Any) -> bool:
    return bool(company.items(_EXPENDITURE)) or not company.notes.told.isdisjoint(_TOLD)


def paye_and_nic_cap(company: Companies, period: Period, node: str, liabilities: np.ndarray) -> np.ndarray:
    """A fixed amount, in proportion to the period's length, and a multiple of PAYE and NIC liabilities (£); inf for none."""
    fixed = over_period(company, period, f"{node}.cap_fixed")
    multiple = over_period(company, period, f"{node}.cap_multiple_of_paye_and_nic")
    limited = np.isfinite(fixed) & np.isfinite(multiple)
    fixed, multiple = where(limited, fixed, 0), where(limited, multiple, 0)
    return where(limited, fixed * company("length_factor", period) + multiple * liabilities, np.inf)


class counts_as_small_or_medium_sized_enterprise(Variable, on_demand=True):
    """Whether it is a small or medium-sized enterprise: it says so, its own figures do, or it is said to be R&D-intensive.

    Figures count where employees are given: those of its group fewer than 500, and at most €100m of turnover a year or €86m
    of total assets. Where none are, one that is said to be R&D-intensive counts: no other enterprise can be.
    Example: 20 employees, no word of what it is: yes.
    """

    value_type = bool
    label = "Counts as small or medium-sized, for research and development"
    reference = "CTA 2009 ss.1119, 1120; HMRC CIRD91800"
    rule = (
        "It says so; or employees are given, fewer than the limit, and turnover for a year or total assets within theirs in "
        "pounds; or none are and it says it is R&D-intensive."
    )

    def formula(company, period):
        employees, pounds = company("group_employees", period), over_period(company, period, f"{_SME_SIZE}.pounds_per_euro")
        turnover, assets = company("group_turnover", period), company("group_balance_sheet_total", period)
        few = employees < over_period(company, period, f"{_SME_SIZE}.employees")
        within = (
            turnover / company("length_factor", period) <= over_period(company, period, f"{_SME_SIZE}.turnover") * pounds
        )
        within = within | (assets <= over_period(company, period, f"{_SME_SIZE}.balance_sheet_total") * pounds)
        told, intensive = company("is_small_or_medium_sized_enterprise", period), company("is_research_intensive", period)
        return told | where(employees > 0, few & within, intensive)


class meets_research_intensity_condition(Variable, on_demand=True):
    """Whether the company meets the R&D intensity condition: it says so, or its own figures show it.

    Example: £30,000 of £100,000 in 2025.
    """

    value_type = bool
    label = "Meets the R&D intensity condition"
    reference = "CTA 2009 s.1045ZA; FA 2024 Sch 1 para 21"
    rule = "It says so; or its R&D expenditure is at least the share needed of its total relevant expenditure."

    def formula(company, period):
        told, total = company("is_research_intensive", period), company("total_relevant_expenditure", period)
        if not total.any():
            return told
        needed = over_period(company, period, _INTENSITY) * total
        return told | ((total > 0) & (company(_EXPENDITURE, period) >= needed))


class research_intensity_condition_brought_forward(Variable, minimum=0, maximum=1):
    """1 where the last twelve-month period had relief as R&D-intensive, else 0: it gives a year of grace."""

    unit = "/1"
    label = "R&D intensity condition met in the period before"
    reference = "CTA 2009 s.1044(2A)(b)"


class research_intensity_condition_carried_forward(
    Variable, only_if=does_research, only_with=(_HAS_ADDITIONAL, _CONDITION_BEFORE)
):
    """1 where the last period of twelve months had relief and met the R&D intensity condition itself, else 0."""

    unit = "/1"
    label = "R&D intensity condition met in this period"
    reference = "CTA 2009 s.1044(2A)(b); FA 2024 Sch 1 para 20"
    rule = (
        "In a period of twelve months with R&D expenditure, 1 where it met the condition itself and had the additional "
        "deduction, else 0; otherwise as before."
    )

    def formula(company, period):
        before = brought_forward(company, period, _CONDITION_BEFORE)
        met = company("meets_research_intensity_condition", period) & company("has_additional_deduction", period)
        return where(company("length_factor", period) == 1, met, before)


class has_additional_deduction(Variable, only_if=does_research, only_with=(_EXPENDITURE,)):
    """Whether its relief is the additional deduction and the tax credit; the expenditure credit otherwise.

    Any small or medium-sized enterprise in periods begun before April 2024. From then on those that are R&D-intensive, or
    were in the twelve months before, and make a trading loss before the deduction.
    """

    value_type = bool
    label = "Has the additional deduction for research and development"
    reference = "CTA 2009 ss.1044, 104A(3); HMRC CIRD121000"
    rule = (
        "It spends on R&D, is a small or medium-sized enterprise and does not claim the expenditure credit instead; where "
        "the merged scheme is in force, it also makes a loss before the deduction and is R&D-intensive, or was before."
    )

    def formula(company, period):
        open_to_it = company("counts_as_small_or_medium_sized_enterprise", period) & ~company(
            "claims_research_and_development_expenditure_credit", period
        )
        grace = brought_forward(company, period, _CONDITION_BEFORE) == 1
        intensive = company("meets_research_intensity_condition", period) | grace
        makes_loss = company("trading_result_before_research_and_development", period) < 0
        merged = over_period(company, period, MERGED_IN_FORCE)
        spends = company(_EXPENDITURE, period) > 0
        return spends & open_to_it & (~merged | (intensive & makes_loss))


class research_and_development_expenditure_credit(Variable, kept=True, only_if=does_research, only_with=(_EXPENDITURE,)):
    """R&D expenditure credit for the period, a receipt of the trade (£).

    Qualifying expenditure × the rate of its day; in periods begun from April 2024, the rate of the merged scheme.
    Example: £100,000 in 2025 at 20% gives £20,000.
    """

    label = "Expenditure credit for research and development"
    reference = "CTA 2009 ss.1042B, 1042G, 1042H; before April 2024 ss.104A, 104M"
    box = "L15"
    rule = "Expenditure × the rate of the merged scheme if in force, else of its day; 0 with the additional deduction."

    def formula(company, period):
        credit = np.zeros(company.count)
        merged = over_period(company, period, MERGED_IN_FORCE)
        for stretch in segments(company, period, _RDEC, _MERGED):
            rate = where(merged, stretch.value(_MERGED), stretch.value(_RDEC))
            credit = credit + incurred_within(stretch, _EXPENDITURE) * rate
        return where(company("has_additional_deduction", period), 0, credit)


class research_and_development_additional_deduction(Variable, only_with=(_HAS_ADDITIONAL,)):
    """Additional deduction for qualifying expenditure, on top of the ordinary 100% (£).

    Example: £100,000 in 2025 at 86% gives £86,000.
    """

    label = "Additional deduction for research and development"
    reference = "CTA 2009 s.1044(7), (8)"
    box = "660 - 659"
    rule = "Expenditure × the rate of its day, for a company that has the additional deduction."

    def formula(company, period):
        deduction = np.zeros(company.count)
        for stretch in segments(company, period, _ADDITIONAL):
            deduction = deduction + incurred_within(stretch, _EXPENDITURE) * stretch.value(_ADDITIONAL)
        return where(company("has_additional_deduction", period), deduction, 0)


class unrelieved_trade_loss(Variable):
    """Trade loss left after use in the period, surrender to the group, and use against earlier periods (£)."""

    label = "Unrelieved trade loss"
    reference = "CTA 2009 s.1056(2); CTA 2010 s.45A(3)"
    rule = "Trade loss − set off − surrendered to the group − carried back, terminal losses of earlier periods apart."

    def formula(company, period):
        return (
            company("trade_loss", period)
            - company("trade_loss_set_against_total_profits", period)
            - company("group_relief_surrendered", period)
            - (company("loss_carried_back", period) - company("terminal_losses_of_earlier_periods", period))
        )


def _surrender(company: Companies, period: Period) -> tuple[np.ndarray, np.ndarray]:
    """The loss surrendered and the tax credit for it, before any cap (£).

    The unrelieved loss, up to the share of the expenditure; where the rate of credit changes inside the period, the loss is
    apportioned to the parts by time and each has its own limit (HMRC CIRD90500).
    """
    loss = company("unrelieved_trade_loss", period)
    if not is_nothing(
        ~company("claims_loss_relief_against_total_profits", period)
    ):  # relief that could have been had counts
        could_be = loss_that_could_be_set_against_total_profits(company, period)
        loss = positive(loss - (could_be - company("trade_loss_set_against_total_profits", period)))
    at_intensive_rate = over_period(company, period, MERGED_IN_FORCE) | company("meets_research_intensity_condition", period)
    limit = apportioned = credit = np.zeros(company.count)
    first_rate, is_one_rate = None, np.ones(company.count, dtype=bool)
    for stretch in segments(company, period, _SURRENDERABLE, _TAX_CREDIT, _INTENSIVE_TAX_CREDIT):
        rate = where(at_intensive_rate, stretch.value(_INTENSIVE_TAX_CREDIT), stretch.value(_TAX_CREDIT))
        first_rate = rate if first_rate is None else first_rate
        is_one_rate = is_one_rate & ((rate == first_rate) | (stretch.share == 0))
        most = incurred_within(stretch, _EXPENDITURE) * stretch.value(_SURRENDERABLE)
        part = np.minimum(loss * stretch.share, most)
        limit, apportioned, credit = limit + most, apportioned + part, credit + part * rate
    whole = np.minimum(loss, limit)
    claims = company("has_additional_deduction", period) & company("claims_research_and_development_tax_credit", period)
    surrendered = claims * where(is_one_rate, whole, apportioned)
    return surrendered, claims * where(is_one_rate, whole * first_rate, credit)


class surrenderable_loss(Variable, only_with=(_HAS_ADDITIONAL,)):
    """Loss that the company could surrender for the R&D tax credit, were there no cap (£).

    Example: a loss of £300,000 with £100,000 of expenditure in 2025: £186,000.
    """

    label = "Surrenderable loss"
    reference = "CTA 2009 s.1055"
    rule = (
        "The unrelieved loss, up to the share of the expenditure that may be surrendered; part by part where the rate of "
        "credit changes in the period."
    )

    def formula(company, period):
        surrendered, _credit = cached_for_period(company, period, _surrender)
        return surrendered


class research_and_development_tax_credit(Variable, only_with=(_HAS_ADDITIONAL,)):
    """R&D tax credit for the loss surrendered: paid in cash, and no income (£).

    At most the cap by reference to PAYE and NIC liabilities, which began with periods from April 2021.
    Example: £186,000 at 14.5% gives £26,970.
    """

    label = "R&D tax credit"
    reference = "CTA 2009 ss.1054, 1058, 1061, 1112B"
    box = "L170 and 875"
    rule = (
        "Surrenderable loss × the rate of credit, up to the fixed amount × length + the multiple of PAYE and NIC, where "
        "there is a cap and the company is not exempt from it."
    )

    def formula(company, period):
        _surrendered, credit = cached_for_period(company, period, _surrender)
        cap = paye_and_nic_cap(company, period, _SME_CAP, company("paye_and_nic", period))
        return where(company("is_exempt_from_paye_and_nic_cap", period), credit, np.minimum(credit, cap))


class trade_loss_surrendered_for_tax_credit(Variable, only_with=("research_and_development_tax_credit",)):
    """Part of the period's trade loss given up for the R&D tax credit (£); it is not carried forward.

    Where the cap cuts the credit, only the loss that earns what is left.
    Example: a credit capped at £29,000, at 14.5%, takes £200,000.
    """

    label = "Trade loss surrendered for the R&D tax credit"
    reference = "CTA 2009 s.1062"
    rule = "The surrenderable loss, in proportion where the cap cuts the credit."

    def formula(company, period):
        capped = company("research_and_development_tax_credit", period)
        surrendered, credit = cached_for_period(company, period, _surrender)
        return surrendered * where(credit > 0, capped / where(credit > 0, credit, 1), 0)


class research_and_development_credit(Variable):
    """Credit for the period's research and development: the expenditure credit or the tax credit, whichever it has (£).

    Before any set-off, and without an expenditure credit brought forward.
    Example: £100,000 spent in 2025 gives £20,000; an R&D-intensive enterprise with a loss of £300,000 has £26,970.
    """

    label = "Research and development credit"
    reference = "CTA 2009 ss.1042B, 1054"
    box = "L15 + L170"
    rule = "Expenditure credit + tax credit."

    def formula(company, period):
        return company("research_and_development_expenditure_credit", period) + company(
            "research_and_development_tax_credit", period
        )
