"""What a computation assumed is said with its figures, and nothing is said where nothing was assumed."""

from __future__ import annotations

from typing import Any

from openfisca_goodwork.company import calculate
from openfisca_goodwork.policy.laws import Reforms

PROFIT = "trading_profit_before_capital_allowances"
REFORM = "human-investment-super-deduction"


def assumed(start: str, end: str, profit: float, reform: Reforms = (), **facts: Any) -> tuple[str, ...]:
    return calculate({"accounting_periods": [{"start": start, "end": end, PROFIT: profit, **facts}]}, reform).assumed


def test_a_year_with_one_law_and_a_day_for_everything_assumes_nothing() -> None:
    item = {"on": "2018-06-01", "main_rate_plant_new": 390_000}
    assert assumed("2018-04-01", "2019-03-31", 900_000, expenditure=[item]) == ()
    assert assumed("2025-04-01", "2026-03-31", 200_000, main_rate_plant_new=50_000) == ()


def test_plant_without_a_day_says_how_it_was_spread_over_a_change_of_its_limit_and_what_a_day_would_give() -> None:
    (said,) = assumed("2018-04-01", "2019-03-31", 900_000, main_rate_plant_new=390_000)
    # By hand: 275 and 90 of 365 days; dated in 2019 all £390,000 is allowed, and 19% × (£900,000 − £390,000) = £96,900.
    for words in (
        "£390,000.00 of new main-rate plant",
        "£293,835.62 from 1 April 2018 to 31 December 2018",
        "£96,164.38 from 1 January 2019 to 31 March 2019",
        "Corporation tax is £111,519.59",
        "£96,900.00 if all of it was spent from 1 January 2019 to 31 March 2019",
        "{on: 2019-01-01, main_rate_plant_new: 390000}",
    ):
        assert words in said
    item = {"on": "2019-02-01", "main_rate_plant_new": 390_000}
    period = {"start": "2018-04-01", "end": "2019-03-31", PROFIT: 900_000, "expenditure": [item]}
    (dated,) = calculate({"accounting_periods": [period]}).accounting_periods
    assert dated.amount("current_law", "corporation_tax") == 96_900


def test_plant_of_a_company_in_loss_says_what_the_day_does_to_the_loss() -> None:
    (said,) = assumed("2018-04-01", "2019-03-31", -900_000, main_rate_plant_new=390_000)
    assert "it would be" in said
    assert "-£1,290,000.00 if all of it was spent from 1 January 2019" in said


def test_plant_below_every_limit_says_nothing_although_the_limit_changes() -> None:
    assert assumed("2018-04-01", "2019-03-31", 900_000, main_rate_plant_used=20_000) == ()


def test_training_without_a_day_is_said_of_the_reform_alone() -> None:
    (said,) = assumed("2027-01-01", "2027-12-31", 100_000, REFORM, external_course_fees=10_000, trainer_pay=5_000)
    assert said.startswith("Under the reform: £15,000.00 of training")
    assert "£3,698.63 from 1 January 2027 to 31 March 2027" in said


def test_a_first_year_above_the_threshold_says_why_it_does_not_pay_in_instalments() -> None:
    facts = ("2024-04-01", "2025-03-31", 2_000_000)
    (said,) = assumed(*facts)
    assert "large_company_brought_forward: 1" in said
    assert assumed(*facts, large_company_brought_forward=1) == ()
    assert assumed(*facts, large_company_brought_forward=0) == ()


def test_days_of_a_year_are_said_with_both_figures_where_hmrcs_service_counts_them_otherwise() -> None:
    # By hand: 275/365 of £60,000 = £45,205.48. The service has £250,000 × 275/365 ÷ 3 = £62,785.39 as the upper limit, so
    # relief of 3/200 × £17,579.91 = £263.70 and tax of £2,810.96 + £11,301.37 − £263.70 = £13,848.63.
    (said,) = assumed("2023-01-01", "2023-12-31", 60_000, associated_companies=2)
    assert "275/366 of a year here and 275/365 there" in said
    assert "Corporation tax is £13,851.20 here, and £13,848.63 by the service." in said
    assert assumed("2023-01-01", "2023-12-31", 600_000, associated_companies=2) == ()


def test_a_charge_beyond_enacted_law_names_the_figures_that_are_held() -> None:
    (said,) = assumed("2028-01-01", "2028-12-31", 90_000)
    assert "not enacted yet" in said
    assert "main rate of corporation tax 25%, from 1 April 2028" in said
    assert assumed("2028-01-01", "2028-12-31", -90_000) == ()


def test_json_lists_what_was_assumed() -> None:
    facts = {"start": "2018-04-01", "end": "2019-03-31", PROFIT: 900_000, "main_rate_plant_new": 390_000}
    result = calculate({"accounting_periods": [facts]})
    assert result.to_dict()["assumed"] == list(result.assumed)
    assert len(result.assumed) == 1


def test_donations_without_profits_are_said_to_be_lost() -> None:
    # £200,000 less profits of £87,000.
    (said,) = assumed("2025-04-01", "2026-03-31", 87_000, qualifying_charitable_donations=200_000)
    assert "£113,000.00 of £200,000.00 of donations" in said
    assert "--advise" in said
    assert assumed("2025-04-01", "2026-03-31", 87_000, qualifying_charitable_donations=87_000) == ()


def test_a_loss_that_could_go_back_is_said_with_what_would_be_repaid_until_the_claim_is_said() -> None:
    # £50,000 of £400,000 at 25%: £12,500.
    def of_two(**claim: bool) -> tuple[str, ...]:
        periods = [
            {"start": "2024-04-01", "end": "2025-03-31", PROFIT: 400_000, "large_company_brought_forward": 1},
            {"start": "2025-04-01", "end": "2026-03-31", PROFIT: -50_000, **claim},
        ]
        return calculate({"accounting_periods": periods}).assumed

    (said,) = of_two()
    assert "£50,000.00 of it would go back to profits of earlier periods, and £12,500.00 be repaid" in said
    assert "--advise" in said
    assert of_two(claims_loss_carry_back=False) == of_two(claims_loss_carry_back=True) == ()
    assert of_two(claims_loss_relief_against_total_profits=False) == ()
    assert assumed("2025-04-01", "2026-03-31", -50_000) == ()


def test_allowances_on_a_building_sold_are_said_so_far_as_they_lie_before_the_file() -> None:
    # £1,000,000 from 1 April 2022 at 3%: £90,000 to 31 March 2025, and nothing more is said of the year of the sale.
    building = {
        "cost": 1_000_000,
        "incurred": "2022-04-01",
        "brought_into_use": "2022-04-01",
        "sold": "2025-10-01",
        "proceeds": 1_000_000,
    }
    facts = {"structures_and_buildings": [building]}
    (said,) = assumed("2025-04-01", "2026-03-31", 200_000, **facts)
    assert said.startswith(
        "£90,000.00 of structures and buildings allowance is taken to have been given before 1 April 2025"
    )
