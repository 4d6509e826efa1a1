"""What a company file says of payment and filing: interest and penalties of the answer, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from openfisca_goodwork.company import calculate
from openfisca_goodwork.company.result import Settlement
from openfisca_goodwork.errors import CompanyFileError


def year(number: int = 2025, profit: float = 120_000, **facts: Any) -> dict[str, Any]:
    start, end = f"{number}-01-01", f"{number}-12-31"
    return {"start": start, "end": end, "trading_profit_before_capital_allowances": profit, **facts}


def settled(*periods: dict[str, Any]) -> list[Settlement | None]:
    return [one.settlement for one in calculate({"accounting_periods": list(periods)}).accounting_periods]


PAID = {"payments_of_tax": [{"on": "2026-11-15", "amount": 34_000}]}
LOAN = {"expenditure": [{"on": "2025-05-01", "loans_to_participators": 20_000}]}


def test_tax_of_28050_and_6750_on_a_loan_paid_45_days_late_bears_332_51_and_800_is_still_owed() -> None:
    # 25% × 120,000 − 1.5% × 130,000 = 28,050; 33.75% × 20,000 = 6,750; 34,800 × 7.75% × 45/365.
    (one,) = settled(year(**PAID, **LOAN, return_filed="2026-12-31"))
    assert one is not None
    assert [(each.kind, each.amount, round(each.interest, 2)) for each in one.interest] == [("late_payment", 34_800, 332.51)]
    assert (one.penalties, one.unpaid) == ((), 800)


def test_a_large_company_pays_the_tax_on_loans_with_its_instalments() -> None:
    # TMA 1970 s.59E(11)(a), CTM92510: £500,000 + 33.75% × £20,000 = £506,750, a quarter, £126,687.50, on each of four days.
    large = year(profit=2_000_000, large_company_brought_forward=1, **LOAN)
    paid = [{"on": day, "amount": 125_000} for day in ("2025-07-14", "2025-10-14", "2026-01-14", "2026-04-14")]
    result = calculate({"accounting_periods": [{**large, "payments_of_tax": paid}]})
    text = " ".join(str(result).split())
    for day in ("14 July 2025", "14 October 2025", "14 January 2026", "14 April 2026"):
        assert f"{day}, tax on loans to participators 1,687.50" in text
    (one,) = (period.settlement for period in result.accounting_periods)
    assert one is not None
    assert [round(each.amount, 2) for each in one.interest[:2]] == [1_687.5, 1_687.5]
    assert round(one.unpaid, 2) == 6_750


def test_a_credit_that_meets_the_tax_leaves_less_to_be_late_with() -> None:
    # Tax of 28,050 on 100,000 and a credit of 20,000, which meets that much of it: 8,050 × 7.75% × 31/365.
    facts = {"research_and_development_expenditure": 100_000, "payments_of_tax": [{"on": "2026-11-01", "amount": 8_050}]}
    (one,) = settled(year(profit=100_000, **facts))
    assert one is not None
    assert [round(each.interest, 2) for each in one.interest] == [52.99]


def test_the_third_late_return_in_a_row_costs_a_thousand_pounds_and_a_year_in_time_breaks_the_row() -> None:
    filed = ("2025-01-31", "2026-01-31", "2027-01-31", "2027-12-31", "2029-01-31")
    found = settled(*(year(2023 + place, return_filed=day) for place, day in enumerate(filed)))
    assert [[each.amount for each in one.penalties] if one else None for one in found] == [[100], [100], [1_000], [], [200]]


def test_a_company_that_says_nothing_of_payment_has_no_settlement_and_its_json_no_such_key() -> None:
    result = calculate({"accounting_periods": [year()]})
    assert result.accounting_periods[0].settlement is None
    assert "settlement" not in result.to_dict()["accounting_periods"][0]


def test_the_day_and_the_tax_of_a_loan_stand_among_what_is_due() -> None:
    text = " ".join(str(calculate({"accounting_periods": [year(**LOAN)]})).split())
    assert "1 October 2026, tax on loans to participators 6,750.00" in text
    assert "Tax chargeable 34,800.00" in text


def test_the_answer_shows_interest_and_penalties_in_every_form() -> None:
    result = calculate({"accounting_periods": [year(**PAID, return_filed="2027-02-10")]})
    text = " ".join(str(result).split())
    assert "Late-payment interest" in text
    assert "Penalty: return filed late" in text
    entry = result.to_dict()["accounting_periods"][0]["settlement"]
    assert (entry["penalties"][0]["amount"], entry["interest"][0]["start"]) == (200, "2026-10-01")


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"return_filed": "2025-12-31"}, "is filed on 31 December 2025, before its period ends"),
        ({"payments_of_tax": [{"on": "2024-12-31", "amount": 5}]}, "before the accounting period whose tax is paid"),
        ({"payments_of_tax": [{"on": "2026-01-01"}]}, "amount"),
        ({"loans_to_participators": 5, "loans_to_participators_repaid_in_time": 6}, "more than the £5.00 of"),
        ({"payments_of_tax": [{"on": "2026-01-01", "ammount": 5}]}, "amount"),
    ],
)
def test_payments_and_filing_that_cannot_be_are_refused(facts: dict[str, Any], message: str) -> None:
    with pytest.raises(CompanyFileError, match=message):
        settled(year(**facts))


def test_what_was_paid_above_the_tax_is_said_to_come_back() -> None:
    # £28,050 of tax on £120,000: 25% less 3/200 × £130,000. £30,000 was paid on the day it was due.
    result = calculate({"accounting_periods": [year(payments_of_tax=[{"on": "2026-10-01", "amount": 30_000}])]})
    assert result.to_dict()["accounting_periods"][0]["settlement"]["overpaid"] == pytest.approx(1_950)
    assert "£1,950.00 more than the tax was paid: it comes back" in str(result)
