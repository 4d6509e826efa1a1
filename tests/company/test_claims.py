"""Claims of a company: what a file and a table may say, what is refused and why, and what is assumed and said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from openfisca_goodwork.company import calculate
from openfisca_goodwork.company.claims import CLAIMED, claims
from openfisca_goodwork.company.many import calculate_many
from openfisca_goodwork.company.vocabulary import input_variables, output_variables
from openfisca_goodwork.errors import CompanyFileError
from openfisca_goodwork.law.plant import CLASSES
from openfisca_goodwork.law.plant_allowances import FIRST_YEAR_ALLOWANCES
from openfisca_goodwork.reports import text
from openfisca_goodwork.reports.company import report_of


def company(*periods: dict[str, Any], first: int = 2027) -> dict[str, Any]:
    years = [
        {"start": f"{first + place}-01-01", "end": f"{first + place}-12-31", **given} for place, given in enumerate(periods)
    ]
    return {"company": {"name": "Claims Ltd"}, "accounting_periods": years}


def refused(*periods: dict[str, Any], first: int = 2027) -> list[str]:
    with pytest.raises(CompanyFileError) as error:
        calculate(company(*periods, first=first))
    return [fault.message for fault in error.value.faults]


def test_every_class_and_allowance_of_the_register_has_its_claim_and_says_how_much_is_claimed() -> None:
    of_register = {plant.annual_allowance_claim for plant in CLASSES.values() if plant.has_annual_investment_allowance} | {
        allowance.claim for allowance in FIRST_YEAR_ALLOWANCES.values()
    }
    assert of_register < set(CLAIMED) == claims() & set(input_variables())
    assert {output for outputs in CLAIMED.values() for output in outputs} <= set(output_variables())


def test_every_claim_above_the_law_is_refused_at_once_with_its_period_and_what_is_allowed() -> None:
    annual, pool, full, losses = refused(
        {
            "main_rate_plant_new": 100_000,
            "full_expensing_claimed_on": 120_000,
            "annual_investment_allowance_claim": 5,
            "main_pool_brought_forward": 10_000,
            "main_pool_writing_down_allowance_claim": 1_400.01,
        },
        {"trading_losses_claim": 1},
    )
    first = "accounting_periods.0"
    assert f"{first}.full_expensing_claimed_on: full_expensing_claimed_on is £120,000; at most £100,000 is allowed" in full
    assert (
        f"{first}.annual_investment_allowance_claim: annual_investment_allowance_claim is £5; nothing is allowed" in annual
    )
    assert "main_pool_writing_down_allowance_claim is £1,400.01; at most £1,400 is allowed" in pool
    assert losses.startswith("accounting_periods.1.trading_losses_claim: trading_losses_claim is £1; nothing is allowed")


def test_what_the_law_allows_may_be_claimed_to_the_penny_and_no_claim_of_nothing_is_refused() -> None:
    most = {"main_rate_plant_new": 100_000, "full_expensing_claimed_on": 100_000, "trading_losses_claim": 0}
    assert calculate(company(most)).accounting_periods[0].amount("current_law", "full_expensing") == 100_000


def test_a_claim_is_held_against_the_law_that_allows_most_so_that_a_reform_refuses_no_file() -> None:
    facts = company({"main_rate_plant_new": 100_000, "full_expensing_claimed_on": 100_000})
    period = calculate(facts, ["no-full-expensing"]).accounting_periods[0]
    assert period.amount("reform", "full_expensing") == 0


def test_claims_that_cannot_apply_are_refused() -> None:
    alone, again = (
        refused({"claims_loss_relief_against_total_profits": False, "claims_loss_carry_back": True, **more})
        for more in ({}, {"structures_and_buildings_allowance_claim": 1})
    )
    assert len(alone) == len(again) == 1, "what a file says of itself comes before what it comes to"
    assert "s.37(3)" in alone[0]
    too_early = refused({"pre_april_2017_trading_losses_claim": 5}, first=2016)
    assert len(too_early) == 1
    assert "begins before 1 April 2017" in too_early[0]
    sale = {"cost": 9, "incurred": "2027-01-01", "brought_into_use": "2027-01-01", "sold": "2027-06-30", "proceeds": 9}
    sold = refused({"structures_and_buildings": [sale], "structures_and_buildings_allowance_claim": 0})
    assert len(sold) == 1
    assert "allowances_given_on_disposals" in sold[0]


def test_a_table_of_companies_takes_claims_and_refuses_them_row_by_row(tmp_path: Path) -> None:
    table = tmp_path / "companies.csv"
    heading = (
        "company,start,end,main_rate_plant_new,full_expensing_claimed_on,annual_investment_allowance_claim,"
        "claims_loss_relief_against_total_profits,claims_loss_carry_back\n"
    )
    rows = ["A,2027-01-01,2027-12-31,100000,80000,0,,", "B,2027-01-01,2027-12-31,100000,,,,"]
    table.write_text(heading + "\n".join(rows), encoding="utf-8")
    # A: £80,000 and 14% of £20,000. B: all of it.
    assert calculate_many(table).outputs["current_law"]["capital_allowances"].tolist() == [82_800.0, 100_000.0]
    table.write_text(heading + "\n".join([rows[0].replace("80000", "100001"), rows[1]]), encoding="utf-8")
    with pytest.raises(CompanyFileError, match=r"row 2 .*at most £100,000 is allowed"):
        calculate_many(table)
    table.write_text(heading + rows[0] + "\nB,2027-01-01,2027-12-31,,,,false,true", encoding="utf-8")
    with pytest.raises(CompanyFileError, match=r"row 3 .*s\.37\(3\)"):
        calculate_many(table)


OLDER = {
    "trading_profit_before_capital_allowances": 100_000,
    "trading_losses_brought_forward_pre_april_2017": 300_000,
    "qualifying_charitable_donations": 10_000,
}


def test_the_claim_that_keeps_donations_from_older_losses_is_said_on_every_form_of_the_answer() -> None:
    result = calculate(company(OLDER))
    (sentence,) = result.assumed
    assert "s.45(4A)" in sentence
    assert "£90,000.00 off its trading profit, not the £100,000.00" in sentence
    assert result.to_dict()["assumed"] == [sentence]
    assert "s.45(4A)" in text.render(report_of(result))


def test_nothing_is_assumed_where_the_company_claims_or_no_claim_is_needed() -> None:
    assert calculate(company({**OLDER, "pre_april_2017_trading_losses_claim": 50_000})).assumed == ()
    assert calculate(company({**OLDER, "qualifying_charitable_donations": 0})).assumed == ()


def test_the_working_shows_a_claim_that_is_made_and_none_that_is_not() -> None:
    facts = company({"main_rate_plant_new": 100_000, "full_expensing_claimed_on": 80_000})
    inputs = {one.name: one.value for step in calculate(facts).working()[0] for one in step.inputs}
    assert inputs["full_expensing_claimed_on"] == 80_000
    assert "super_deduction_claimed_on" not in inputs
