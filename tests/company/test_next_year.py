"""The file of the next period reads back in: two periods of one file are the first, and then the second from that file."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from openfisca_goodwork.company import calculate
from openfisca_goodwork.company.next_year import STANDING, next_year
from openfisca_goodwork.errors import GoodworkError
from tests.company.test_working import STARTS, a_company

PROFIT = "trading_profit_before_capital_allowances"
# Facts that look back at the periods before, and not at a balance of them.
LOOKS_BACK = {"claims_loss_carry_back": False, "is_final_accounting_period": False}


def sum_of(balance: Any) -> float:
    """A balance of a file, that of losses by period added up."""
    return sum(loss["amount"] for loss in balance) if isinstance(balance, list) else balance


def goes_on(company: dict[str, Any]) -> None:
    """The second of two periods comes to the same from the balances of the first."""
    first, second = company["accounting_periods"]
    together = calculate(company).accounting_periods[1]
    alone = calculate({**company, "accounting_periods": [first]})
    opening = yaml.safe_load(next_year(alone))
    (begun,) = opening["accounting_periods"]
    # The file has each balance to the penny; the law goes on from what it is before that.
    exact = {str(row[0]): float(str(row[2])) for row in alone.schedules("current_law")[0]["next_year"].rows}
    of_file = {name: sum_of(begun[name]) for name in exact}
    assert of_file == pytest.approx(exact, abs=0.005)
    facts = {**{name: value for name, value in begun.items() if name not in STANDING}, **exact, **second}
    following = calculate({**opening, "accounting_periods": [facts]}).accounting_periods[0]
    for name, value in together.outputs["current_law"].items():
        expected = value if isinstance(value, bool | str) else pytest.approx(value, abs=0.005)
        assert following.outputs["current_law"][name] == expected, name


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_two_periods_of_a_random_company_are_the_first_and_then_the_second_from_its_balances(seed: int) -> None:
    periods = a_company(seed, STARTS)["accounting_periods"]
    # A random company may sell more buildings than it has, which leaves a cost below nothing that no file may hold.
    kept = [{name: value for name, value in period.items() if "buildings" not in name} for period in periods[:2]]
    company = {"accounting_periods": [_without_sales({**period, **LOOKS_BACK}) for period in kept]}
    if len(company["accounting_periods"]) == 2:
        goes_on(company)


def _without_sales(period: dict[str, Any]) -> dict[str, Any]:
    items = [item for item in period["expenditure"] if not any("buildings" in name for name in item)]
    return {**period, "expenditure": items}


def test_the_file_is_a_company_file_as_it_is_with_the_next_twelve_months(tmp_path: Any) -> None:
    period = {"start": "2025-01-01", "end": "2025-12-31", PROFIT: 1_900_000, "main_pool_brought_forward": 50_000}
    result = calculate({"company": {"name": 'The "Red" Ltd: #1'}, "apportionment": "months", "accounting_periods": [period]})
    path = tmp_path / "next.yaml"
    path.write_text(next_year(result), encoding="utf-8")
    following = calculate(path)
    assert following.company.name == 'The "Red" Ltd: #1'
    assert following.company.apportionment == "months"
    (facts,) = following.company.accounting_periods
    assert (str(facts.start), str(facts.end)) == ("2026-01-01", "2026-12-31")
    assert dict(facts.values) == {PROFIT: 0.0, "main_pool_brought_forward": 41_000.0, "large_company_brought_forward": 1.0}


def test_a_company_that_was_not_large_says_so_in_its_next_file_so_that_nothing_is_assumed_of_it() -> None:
    text = next_year(calculate({"accounting_periods": [{"start": "2025-01-01", "end": "2025-12-31", PROFIT: 90_000}]}))
    assert "large_company_brought_forward: 0.0" in text
    begun = yaml.safe_load(text)
    begun["accounting_periods"][0][PROFIT] = 2_000_000
    assert calculate(begun).assumed == ()


def test_a_balance_that_the_reform_changes_says_so_beside_it() -> None:
    period = {"start": "2027-04-01", "end": "2028-03-31", PROFIT: -10_000, "external_course_fees": 20_000}
    text = next_year(calculate({"accounting_periods": [period]}, "human-investment-super-deduction"))
    losses = "[{period_ended: 2028-03-31, amount: 10000.0}]"
    assert f"trading_losses_brought_forward: {losses}  # Trading losses brought forward, under the reform 16000.0" in text


def test_losses_go_on_by_the_period_that_made_them_and_are_used_oldest_first() -> None:
    # £100,000 of 2023 and £30,000 of 2024, £5,000 of before. 2025 uses £60,000: £5,000 and £55,000. 2026 loses £20,000.004.
    given = [
        {"period_ended": "31/12/2024", "amount": 30_000},
        {"amount": 5_000},
        {"period_ended": "2023-12-31", "amount": 100_000},
    ]
    first = {"start": "2025-01-01", "end": "2025-12-31", PROFIT: 60_000, "trading_losses_brought_forward": given}
    second = {"start": "2026-01-01", "end": "2026-12-31", PROFIT: -20_000.004}
    result = calculate({"accounting_periods": [first, second]})
    used = result.schedules()[0]["losses_by_period"]
    assert [str(day) for day in used.column("period_ended")] == ["None", "2023-12-31", "2024-12-31", "None"]
    assert used.column("used") == (5_000, 55_000, 0, 60_000)
    assert used.column("carried_forward") == (0, 45_000, 30_000, 75_000)
    assert any("CTM04135" in said for said in result.assumed)
    (begun,) = yaml.safe_load(next_year(result))["accounting_periods"]
    following = calculate(next_year(result).encode())
    left = {str(loss["period_ended"]): loss["amount"] for loss in begun["trading_losses_brought_forward"]}
    assert left == {"2023-12-31": 45_000, "2024-12-31": 30_000, "2026-12-31": 20_000.0}
    assert following.schedules()[0]["losses_by_period"].column("carried_forward") == (45_000, 30_000, 20_000, 95_000)


def test_losses_given_to_the_group_and_those_that_end_with_the_trade_come_off_their_layers() -> None:
    # £40,000 of 2024 and £10,000 of 2025: own profits of 2026 use £15,000, the group has £20,000; £5,000 and £10,000 end.
    given = [{"period_ended": "2024-12-31", "amount": 40_000}, {"period_ended": "2025-12-31", "amount": 10_000}]
    period = {"start": "2026-01-01", "end": "2026-12-31", PROFIT: 15_000, "trading_losses_brought_forward": given}
    surrendered = {"carried_forward_losses_surrendered_to_group": 20_000, "is_final_accounting_period": True}
    (schedules,) = calculate({"accounting_periods": [period | surrendered]}).schedules()
    layers = schedules["losses_by_period"]
    assert layers.column("surrendered_to_the_group") == (20_000, 0, 20_000)
    assert layers.column("ends_with_the_trade") == (5_000, 10_000, 15_000)
    assert layers.column("carried_forward") == (0, 0, 0)


def test_after_the_end_of_the_trade_there_is_no_next_period() -> None:
    period = {"start": "2025-01-01", "end": "2025-12-31", PROFIT: 0, "is_final_accounting_period": True}
    with pytest.raises(GoodworkError, match="The trade ceases on 31 December 2025"):
        next_year(calculate({"accounting_periods": [period]}))


def test_a_year_from_the_last_day_of_february_ends_on_the_day_before_it_again() -> None:
    result = calculate({"accounting_periods": [{"start": "2023-03-01", "end": "2024-02-29", PROFIT: 0}]})
    assert "start: 2024-03-01\n    end: 2025-02-28" in next_year(result)


def test_what_a_company_is_goes_on_and_what_it_did_in_a_period_does_not() -> None:
    stands = {
        "associated_companies": 1,
        "is_close_investment_holding_company": True,
        "employees": 12,
        "annual_investment_allowance_share": 0.5,
        "deductions_allowance_share": 0.25,
    }
    period = {"start": "2025-01-01", "end": "2025-12-31", PROFIT: 90_000, "pay_bill": 400_000, **stands}
    head = {"mean_date": "31 December", "ownership_changed": "2025-06-30"}
    text = next_year(calculate({"company": head, "accounting_periods": [period]}))
    assert "associated_companies: 1.0  # as in the period before: check" in text
    assert "start: 2026-01-01  # the days of the account; it counts to 31 December" in text
    (begun,) = yaml.safe_load(text)["accounting_periods"]
    assert {name: begun.get(name) for name in stands} == stands
    assert "pay_bill" not in begun
    again = calculate(yaml.safe_load(text))
    assert (again.company.mean_date, str(again.company.ownership_changed)) == ("31 December", "2025-06-30")


def test_balances_go_on_to_the_penny() -> None:
    # £33,333.33 less 18% of it: £27,333.3306.
    period = {"start": "2025-01-01", "end": "2025-12-31", PROFIT: 90_000, "main_pool_brought_forward": 33_333.33}
    assert "main_pool_brought_forward: 27333.33  #" in next_year(calculate({"accounting_periods": [period]}))
