"""What is assumed of mean dates, tax credits of distributions, a change of ownership and loans without a day."""

from __future__ import annotations

from typing import Any

from openfisca_goodwork.company import calculate


def assumed(*periods: dict[str, Any], **company: Any) -> str:
    result = calculate({"company": company, "accounting_periods": list(periods)})
    return "\n".join(result.assumed)


def year(number: int, **facts: Any) -> dict[str, Any]:
    return {"start": f"{number}-01-01", "end": f"{number}-12-31", **facts}


def test_distributions_before_april_2016_are_said_to_be_taken_with_their_tax_credit() -> None:
    said = assumed(year(2014, exempt_distributions=8_000))
    assert "franked investment income" in said
    assert "tax credit of 1/9" in said
    assert "exempt_distributions: 8888.89" in said
    assert "franked" not in assumed(year(2017, exempt_distributions=8_000))


def test_losses_used_after_a_change_of_ownership_warn_with_the_tax_without_them() -> None:
    # 19% × 40,000 on £40,000 of losses; without a change nothing is said.
    facts = year(2026, trading_profit_before_capital_allowances=40_000, trading_losses_brought_forward=40_000)
    said = assumed(facts, ownership_changed="2025-06-30")
    assert "Ownership changed on 30 June 2025, and £40,000.00 of losses brought forward is used" in said
    assert "would be up to £7,600.00" in said
    assert "Ownership" not in assumed(facts)


def test_a_loss_carried_back_past_a_change_of_ownership_warns() -> None:
    periods = (
        year(2025, trading_profit_before_capital_allowances=40_000),
        year(2026, trading_profit_before_capital_allowances=-40_000, claims_loss_carry_back=True),
    )
    assert "s.674" in assumed(*periods, ownership_changed="2025-12-31")
    assert "s.674" not in assumed(*periods, ownership_changed="2024-12-31")


def test_a_mean_date_is_said_to_be_agreed_once() -> None:
    periods = ({"start": "2023-12-31", "end": "2024-12-28"}, {"start": "2024-12-29", "end": "2026-01-03"})
    assert assumed(*periods, mean_date="31 December").count("mean date, 31 December") == 1


def test_a_loan_without_a_day_in_a_year_of_two_rates_says_how_it_was_spread() -> None:
    # 95 days at 33.75% and 270 at 35.75% of £36,500: 9,500 and 27,000.
    said = assumed(year(2026, loans_to_participators=36_500))
    assert "£36,500.00 of loans to participators" in said
    assert "£9,500.00 from 1 January 2026 to 5 April 2026" in said
    assert "£12,858.75" in said  # 9,500 × 33.75% + 27,000 × 35.75%


def test_plant_and_buildings_in_special_tax_sites_are_said_to_have_a_site_with_relief() -> None:
    items = [{"on": "2026-05-01", "special_tax_site_plant_new": 300_000}]
    said = assumed(year(2026, expenditure=items, special_tax_site_buildings_expenditure=500_000))
    assert "£800,000.00 in the period" in said
    assert "special tax sites" not in assumed(year(2026))


def test_relief_of_more_tax_on_loans_than_was_charged_is_said_to_be_cut() -> None:
    said = assumed(
        year(2026, tax_on_loans_to_participators_repaid=4_000, loans_to_participators_tax_to_relieve_brought_forward=3_375)
    )
    assert "£4,000.00 of tax on loans to participators" in said
    assert "£3,375.00 of such tax stood open" in said
    assert "loans" not in assumed(year(2026))


def test_donations_that_a_loss_carried_back_takes_the_profits_of_are_said_to_be_lost_and_the_return_casts() -> None:
    # CTA 2010 ss.37, 189(2): 2025 has total profits of £10,000 and donations of £500; the loss comes first and takes all.
    periods = [
        year(2025, trading_profit_before_capital_allowances=10_000, qualifying_charitable_donations=500),
        year(2026, trading_profit_before_capital_allowances=-12_000, claims_loss_carry_back=True),
    ]
    assert "£500.00 of donations in the period from 1 January 2025 to 31 December 2025 loses its relief" in assumed(*periods)
    restated = calculate({"accounting_periods": periods}).schedules()[1]["restated_returns"]
    lines = {row[2]: row[3:5] for row in restated.rows}
    assert lines["Losses of a later period, against total profits"] == (0.0, 10_000.0)
    assert lines["Qualifying donations"] == (500.0, 0.0)
    assert lines["Taxable total profits"] == (9_500.0, 0.0)


def test_losses_that_are_not_claimed_so_that_donations_have_profits_are_said() -> None:
    # CTA 2010 ss.45A(5), 189(2): £95,000 could be claimed of £95,000, and donations of £2,500 would be wasted.
    facts = {"trading_profit_before_capital_allowances": 95_000, "qualifying_charitable_donations": 2_500}
    said = assumed(year(2026, **facts, trading_losses_brought_forward=95_000))
    assert "after donations and group relief: £92,500.00. A claim for up to £2,500.00 more could be made" in said
    for quiet in ({"trading_losses_brought_forward": 90_000}, {"trading_losses_claim": 50_000}):
        assert "could be made" not in assumed(year(2026, **facts, **{"trading_losses_brought_forward": 95_000} | quiet))


def test_tax_repaid_on_loans_stands_among_what_is_due_on_its_day() -> None:
    # CTA 2010 s.458(5): relief for the year to 31 December 2026 is not given before 1 October 2027.
    brought = {"loans_to_participators_tax_to_relieve_brought_forward": 3_375, "tax_on_loans_to_participators_repaid": 1_000}
    periods = [year(2026, trading_profit_before_capital_allowances=10_000, **brought)]
    text = " ".join(str(calculate({"accounting_periods": periods})).split())
    assert "1 October 2027, tax repaid on loans that were repaid (s.458) -1,000.00" in text


def test_the_cap_on_an_expenditure_credit_is_not_on_the_schedule_of_a_company_without_it() -> None:
    facts = {"research_and_development_expenditure": 50_000, "total_relevant_expenditure": 60_000, "paye_and_nic": 10_000}
    facts |= {"is_small_or_medium_sized_enterprise": True, "trading_profit_before_capital_allowances": -40_000}
    (only,) = calculate({"accounting_periods": [year(2026, **facts)]}).schedules()
    rows = [row[0] for row in only["research_and_development"].rows]
    assert "Cap on the payable R&D expenditure credit" not in rows
    assert rows


def test_a_limit_of_the_group_says_that_associated_companies_are_taken_to_use_none_of_it() -> None:
    facts = {"external_course_fees": 40_000, "employees": 50, "turnover": 5_000_000}
    period = {"start": "2027-04-01", "end": "2028-03-31", "trading_profit_before_capital_allowances": 240_000, **facts}

    def said(**more: float) -> list[str]:
        result = calculate({"accounting_periods": [{**period, **more}]}, "sme-training-deduction-150-percent")
        return [each for each in result.assumed if "one for the whole group" in each]

    (words,) = said(associated_companies=2)
    assert words.startswith("Under the reform: The yearly limit on training is one for the whole group")
    assert "the 2 associated companies are taken to use none of it" in words
    assert said() == said(associated_companies=2, human_investment_cap_share=0.5) == []
