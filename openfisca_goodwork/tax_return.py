"""Where the variables of the law stand on the company tax return: the boxes of form CT600, by variable.

A box is a number of the return itself (``440``), or a letter and a number of a supplementary page (``L45``). A variable
stands to its boxes in one of these ways, or in one *or* another of them by the case:

* ``440``: it is what the box holds.
* ``part of 705``: it is one of the things that the box holds.
* ``160 + 285``, ``660 - 659``: it is what several boxes come to.

Where no box holds it, or it depends on what a return has besides, the variable is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

FORM = "CT600 version 3 with pages CT600C and CT600L, by the guides of August 2026"
GUIDES = MappingProxyType(
    {
        "": "https://www.gov.uk/guidance/the-company-tax-return-guide",
        "C": "https://www.gov.uk/guidance/supplementary-pages-ct600c-group-and-consortium-relief",
        "L": "https://www.gov.uk/guidance/supplementary-pages-ct600l-research-and-development",
        # The 40% allowance, and cars and charge points of periods begun from April 2026, stand in box 725 until April 2027.
        "725": "https://www.gov.uk/guidance/changes-and-issues-affecting-the-corporation-tax-online-service",
    }
)

_BOX = r"[A-P]?[1-9]\d*"
_TERM = rf"(?:part of {_BOX}|{_BOX}(?: [+-] {_BOX})*)"
WRITTEN = re.compile(rf"{_TERM}(?: or {_TERM})*")

_PLANT_WITH_AN_ALLOWANCE = "part of 760 or part of 775"

BOXES: Mapping[str, str] = MappingProxyType(
    {
        "accounting_period_start": "30",
        "accounting_period_end": "35",
        "is_uk_resident": "part of 4",
        "is_close_investment_holding_company": "part of 4",
        "claims_loss_carry_back": "part of 45",
        "turnover": "145",
        "trade_profit": "155",
        "non_trading_loan_relationship_profits": "170",
        "property_profits": "190",
        "other_income": "205",
        "chargeable_gains": "part of 220",
        "structures_and_buildings_gain": "part of 220",
        "other_profits": "170 + 190 + 205 + 220",
        "total_profits": "160 + 235",
        "trading_losses_used_pre_april_2017": "part of 160",
        "trading_losses_used": "160 + 285",
        "trade_loss_set_against_total_profits": "part of 275",
        "charitable_donations_relief": "305",
        "group_relief": "310",
        "taxable_total_profits": "315",
        "associated_companies": "326",
        "marginal_relief": "435",
        "corporation_tax": "440",
        "exempt_distributions": "620",
        "augmented_profits": "315 + 620",
        "payment_regime": "630 or 631",
        "research_and_development_expenditure": "659 or L10",
        "research_and_development_additional_deduction": "660 - 659",
        "full_expensing": "688",
        "full_expensing_disposal_value": "689",
        "annual_investment_allowance": "690",
        "super_deduction": "691",
        "special_rate_allowance": "693",
        "special_rate_allowance_balancing_charge": "694",
        "special_rate_pool_writing_down_allowance": "part of 695",
        "main_pool_writing_down_allowance": "part of 705",
        "balancing_charges": "689 + 692 + 694 + 700 + 710",
        "structures_and_buildings_allowance": "711",
        "main_rate_first_year_allowance": "part of 725",
        "zero_emission_car_allowance": "726 or part of 725",
        "main_rate_plant_new": _PLANT_WITH_AN_ALLOWANCE,
        "main_rate_plant_for_leasing_new": _PLANT_WITH_AN_ALLOWANCE,
        "zero_emission_cars_new": _PLANT_WITH_AN_ALLOWANCE,
        "charge_points": _PLANT_WITH_AN_ALLOWANCE,
        "energy_saving_plant": _PLANT_WITH_AN_ALLOWANCE,
        "special_rate_plant_new": "part of 760 or part of 770",
        "special_rate_plant_used": "part of 770",
        "main_rate_plant_used": "part of 775",
        "main_rate_cars": "part of 775",
        "special_rate_cars": "part of 775",
        "trade_loss": "780",
        "group_relief_surrendered": "C45",
        "notional_tax_deduction_brought_forward": "L5",
        "notional_tax_deduction_used": "L7",
        "research_and_development_expenditure_credit": "L15",
        "research_and_development_credit_brought_forward": "L20",
        "research_and_development_credit_set_off": "L45",
        "notional_tax_deduction": "L65",
        "is_exempt_from_paye_and_nic_cap": "L71 or L167",
        "paye_and_nic": "L72 or L168",
        "research_and_development_credit_cap": "L75",
        "research_and_development_credit_carried_forward": "L80",
        "research_and_development_credit_paid": "L85",
        "notional_tax_deduction_carried_forward": "L140",
        "research_and_development_tax_credit": "L170",
        "research_and_development_credit": "L15 + L170",
        "payable_credits": "L85 + L170",
    }
)


def in_words(variable: str) -> str:
    """Where a variable stands on the return, for people; nothing where no box holds it.

    Example: ``part of box 705``; ``box 160 + box 285``.
    """
    return re.sub(rf"\b{_BOX}\b", r"box \g<0>", BOXES.get(variable, ""))
