"""The headline of one company: what it pays or receives in all, what that is made of, and how a loss is relieved."""

from __future__ import annotations

from typing import Any

from openfisca_goodwork.company import calculate
from openfisca_goodwork.reports.company_headline import finding, saving_in_words

PROFIT = "trading_profit_before_capital_allowances"
REFORM = "human-investment-super-deduction"


def headline(*periods: dict[str, Any], reform: str = "", first: int = 2027) -> str:
    years = [
        {"start": f"{first + place}-01-01", "end": f"{first + place}-12-31", **given} for place, given in enumerate(periods)
    ]
    return finding(calculate({"company": {"name": "A Ltd"}, "accounting_periods": years}, reform or ()))


def test_what_a_loss_carried_back_repays_comes_off_what_is_paid() -> None:
    # £400,000 × 25% = £100,000; of it £50,000 × 25% = £12,500 is repaid.
    said = headline({PROFIT: 400_000}, {PROFIT: -50_000, "claims_loss_carry_back": True})
    assert said == (
        "A Ltd pays £87,500.00 in all over 2 accounting periods: £100,000.00 of corporation tax, less £12,500.00 repaid for "
        "loss carried back"
    )


def test_credits_paid_above_the_tax_are_received() -> None:
    # Credit 13% × £100,000 = £13,000, which is income; less 19% held back £10,530 is paid. Loss £200,000 − £13,000.
    years = {PROFIT: -200_000, "research_and_development_expenditure": 100_000, "paye_and_nic": 500_000}
    said = headline(years, first=2021)
    assert said.startswith("A Ltd receives £10,530.00 in all: £10,530.00 of credits paid out")
    assert "and carries £187,000.00 of trading losses forward" in said


def test_tax_on_loans_is_payable_beside_corporation_tax_and_alone() -> None:
    # £8,000 × 35.75% = £2,860; £40,000 × 19% = £7,600.
    loan = {"loans_to_participators": 8_000}
    assert headline({PROFIT: 40_000, **loan}) == (
        "A Ltd pays £10,460.00 in all: £7,600.00 of corporation tax and £2,860.00 of tax on loans to participators"
    )
    assert headline(loan) == "A Ltd pays £2,860.00 of tax on loans to participators"
    again = {"tax_on_loans_to_participators_repaid": 1_000}
    assert headline(loan, again).endswith(
        "£2,860.00 of tax on loans to participators, less £1,000.00 of tax repaid on loans"
    )


def test_a_company_in_loss_hears_what_it_carries_forward() -> None:
    assert headline({PROFIT: -30_000}) == "A Ltd pays no corporation tax and carries £30,000.00 of trading losses forward"
    assert headline({PROFIT: 0}) == "A Ltd pays no corporation tax"


def test_a_loss_maker_hears_how_and_when_the_relief_pays_and_never_that_it_saves_nothing() -> None:
    facts = {"start": "2027-04-01", "end": "2028-03-31", PROFIT: -10_000, "external_course_fees": 20_000}
    result = calculate({"company": {"name": "A Ltd"}, "accounting_periods": [facts]}, REFORM)
    assert finding(result) == (
        "A Ltd would pay the same corporation tax under the reform, and carry £6,000.00 more of losses forward"
    )
    assert saving_in_words(result.accounting_periods) == (
        "The reform saves no tax now, and carries £6,000.00 more of losses forward, relieved when later profits use the "
        "losses."
    )


def test_donations_stand_after_losses_brought_forward_as_the_law_takes_them() -> None:
    # CTA 2010 s.189(2): £100,000 less losses of £60,000, less donations of £10,000.
    facts = {"trading_losses_brought_forward": 60_000, "qualifying_charitable_donations": 10_000, PROFIT: 100_000}
    result = calculate({"accounting_periods": [{"start": "2025-04-01", "end": "2026-03-31", **facts}]})
    text = str(result)
    assert text.index("less trading losses used") < text.index("less charitable donations relief")
    assert result.accounting_periods[0].amount("current_law", "taxable_total_profits") == 30_000


def test_a_repayment_stands_under_payment_where_nothing_is_due() -> None:
    facts = [
        {"start": "2027-01-01", "end": "2027-12-31", PROFIT: 400_000},
        {"start": "2028-01-01", "end": "2028-12-31", PROFIT: -50_000, "claims_loss_carry_back": True},
    ]
    lines = [" ".join(line.split()) for line in str(calculate({"accounting_periods": facts})).splitlines()]
    assert "Repaid for loss carried back, once it is claimed, by 31 December 2030 -12,500.00" in lines
    assert "Nothing to pay" not in lines
