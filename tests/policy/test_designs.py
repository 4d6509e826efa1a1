"""The designs of the library on one company, each relief worked out by hand from the words of its title and summary."""

from __future__ import annotations

from typing import Any

import pytest

from openfisca_goodwork.company import calculate
from openfisca_goodwork.policy import library_by_group

FEES, MATERIALS, TRAINERS, TRAINEES = 40_000, 2_000, 8_000, 20_000
ALL, BASE, BOUGHT = FEES + MATERIALS + TRAINERS + TRAINEES, FEES + MATERIALS + TRAINERS, FEES + MATERIALS
ACCREDITED, REGISTERED, GREEN, DIGITAL, RETRAINED, LOW_PAID, AREA = 0.5, 0.8, 0.1, 0.2, 0.2, 0.3, 0.25
BEFORE = 10_000  # course fees of each of the three years before, in which nothing else was spent on training

# A medium-sized company (60 employees) with profits of £900,000, whose training grew in 2028.
TRAINING_YEAR = {
    "external_course_fees": FEES,
    "training_materials_and_travel": MATERIALS,
    "trainer_pay": TRAINERS,
    "trainee_pay": TRAINEES,
    "accredited_share": ACCREDITED,
    "registered_provider_share": REGISTERED,
    "green_share": GREEN,
    "digital_share": DIGITAL,
    "retraining_share": RETRAINED,
    "low_paid_share": LOW_PAID,
    "priority_area_share": AREA,
    "employees": 60,
    "employees_besides_directors": 58,
    "group_employees": 60,
    "group_turnover": 9_000_000,
    "group_balance_sheet_total": 4_000_000,
    "pay_bill": 2_000_000,
    "paye_and_nic": 500_000,
    "has_fair_work_pledge": True,
    "sic_section": "C",
}

# What each design gives in 2028: (output, £).
DEDUCTION, CREDIT = "human_investment_deduction", "human_investment_credit"
GREEN_OR_DIGITAL = 1 - (1 - GREEN) * (1 - DIGITAL)
LOW_PAID_OR_RETRAINED = 1 - (1 - LOW_PAID) * (1 - RETRAINED)
EXPECTED = {
    "human-investment-super-deduction": (DEDUCTION, 0.3 * BASE),
    "human-investment-super-deduction-all-training-costs": (DEDUCTION, 0.3 * ALL),
    "human-investment-super-deduction-external-fees": (DEDUCTION, 0.3 * FEES),
    "human-investment-super-deduction-as-in-2021": (DEDUCTION, 0.3 * BASE),
    "human-investment-super-deduction-2021-request": (DEDUCTION, 0),
    "human-investment-super-deduction-retraining": (DEDUCTION, 0.3 * RETRAINED * BASE),
    "human-investment-super-deduction-green-and-digital": (DEDUCTION, (0.3 + 0.5 * GREEN_OR_DIGITAL) * BASE),
    "human-investment-super-deduction-left-behind-areas": (DEDUCTION, (0.3 + 1.0 * AREA) * BASE),
    "human-investment-super-deduction-manufacturing": (DEDUCTION, 0.3 * BASE),
    "human-investment-super-deduction-good-work": (DEDUCTION, 0.5 * BASE),
    "sme-training-deduction-150-percent": (DEDUCTION, 0.5 * min(FEES, 50_000)),
    "training-boost-120-percent": (DEDUCTION, 0.2 * REGISTERED * FEES),
    "incremental-training-deduction-150-percent": (DEDUCTION, 0.5 * (FEES - BEFORE)),
    "accredited-training-deduction-200-percent": (DEDUCTION, 1.0 * ACCREDITED * BOUGHT),
    "low-paid-retraining-deduction-230-percent": (DEDUCTION, 1.3 * LOW_PAID_OR_RETRAINED * ACCREDITED * BOUGHT),
    "payable-training-credit": (CREDIT, 0.15 * BASE),
    "skills-tax-credit-230-300-percent": (DEDUCTION, (1.3 + 0.7 * AREA) * ACCREDITED * BASE),
    # The premium of 6% in cash is worth more than 20% deducted at 25%, which is 5%.
    "austria-education-allowance": ("human_investment_cash_option", 0.06 * FEES),
    "australia-skills-and-training-boost": (DEDUCTION, 0.2 * REGISTERED * FEES),
    "italy-training-4-0": (DEDUCTION, 1.6 * TRAINEES),
    "singapore-enterprise-innovation-400-percent": (DEDUCTION, 3.0 * ACCREDITED * FEES),
    # 0.5% of a pay bill of £2 million is below the levy allowance of £15,000: no levy payer.
    "malaysia-double-deduction": (DEDUCTION, 1.0 * REGISTERED * FEES),
    "france-incremental-training-credit": (CREDIT, 0.25 * (ALL - BEFORE)),
    "united-states-worker-training-credit": (CREDIT, 0.2 * (BASE - BEFORE)),
    "training-deduction-400-percent": (DEDUCTION, 3.0 * ACCREDITED * FEES),
}


def company(*years: dict[str, Any]) -> dict[str, Any]:
    """Calendar years up to 2028, all with the same profit."""
    first = 2029 - len(years)
    return {
        "company": {"name": "Example Ltd"},
        "accounting_periods": [
            {"start": f"{year}-01-01", "end": f"{year}-12-31", "trading_profit_before_capital_allowances": 900_000, **facts}
            for year, facts in enumerate(years, first)
        ],
    }


def test_every_design_is_worked_out_here() -> None:
    groups = library_by_group()
    assert {one.name for group in ("proposals", "foreign", "stress") for one in groups[group]} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_design_gives_what_its_words_say(name: str) -> None:
    output, amount = EXPECTED[name]
    earlier = {"external_course_fees": BEFORE}
    result = calculate(company({**earlier, "baseline_training_expenditure": BEFORE}, earlier, earlier, TRAINING_YEAR), name)
    assert result.accounting_periods[-1].amount("reform", output) == pytest.approx(amount, abs=1e-6)
    assert result.accounting_periods[-1].amount("current_law", output) == 0


def test_the_request_of_2021_tapers_by_days_in_the_period_that_straddles_its_end() -> None:
    # £10,000 on 1 February 2023; 90 days of the year before 1 April 2023: 30% x 90/365.
    spent = {"on": "2023-02-01", "external_course_fees": 10_000}
    year = {
        "company": {"name": "Example Ltd"},
        "accounting_periods": [{"start": "2023-01-01", "end": "2023-12-31", "expenditure": [spent]}],
    }
    result = calculate(year, "human-investment-super-deduction-2021-request")
    given = result.accounting_periods[0].amount("reform", DEDUCTION)
    assert given == pytest.approx(0.3 * 90 / 365 * 10_000, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("sme-training-deduction-150-percent", {"group_employees": 250}),
        ("training-boost-120-percent", {"group_turnover": 50_000_001}),
        ("training-boost-120-percent", {"employees_besides_directors": 0}),
        ("australia-skills-and-training-boost", {"employees_besides_directors": 0}),
        ("malaysia-double-deduction", {"pay_bill": 4_000_000}),
        ("human-investment-super-deduction-manufacturing", {"sic_section": "J"}),
        (
            "human-investment-super-deduction-good-work",
            {"has_fair_work_pledge": False, "share_paid_below_real_living_wage": 0.1},
        ),
    ],
)
def test_who_is_outside_a_design_has_nothing_of_it(name: str, facts: dict[str, Any]) -> None:
    result = calculate(company(TRAINING_YEAR | facts), name)
    assert result.accounting_periods[0].amount("reform", DEDUCTION) == 0


def test_the_cap_on_a_group_cuts_what_qualifies() -> None:
    result = calculate(company(TRAINING_YEAR | {"external_course_fees": 80_000}), "sme-training-deduction-150-percent")
    assert result.accounting_periods[0].amount("reform", DEDUCTION) == pytest.approx(0.5 * 50_000)


def test_the_payable_credit_holds_back_from_a_company_in_loss_what_the_research_credit_does() -> None:
    # 15% of £50,000 is £7,500, of which 19% or £1,425 waits for later tax. The research credit's 20% of £50,000 is £10,000
    # in a company without profits, of which 19% or £1,900 does.
    loss = TRAINING_YEAR | {"trading_profit_before_capital_allowances": -500_000}
    result = calculate(company(loss | {"research_and_development_expenditure": 50_000}), "payable-training-credit")
    amounts = result.accounting_periods[0]
    assert amounts.amount("reform", "human_investment_notional_tax") == pytest.approx(1_425)
    assert amounts.amount("reform", "human_investment_credit_paid") == pytest.approx(6_075)
    assert amounts.amount("current_law", "notional_tax_deduction") == pytest.approx(1_900)
