"""Advice on claims: the least tax worked out by hand in each case, and never more than without it."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from openfisca_goodwork.commands.main import app
from openfisca_goodwork.company import calculate
from openfisca_goodwork.company.advice import Advice

PROFIT = "trading_profit_before_capital_allowances"


def company(*periods: dict[str, Any], first: int = 2027) -> dict[str, Any]:
    years = [
        {"start": f"{first + place}-01-01", "end": f"{first + place}-12-31", **given} for place, given in enumerate(periods)
    ]
    return {"company": {"name": "Advised Ltd"}, "accounting_periods": years}


def advised(facts: dict[str, Any]) -> Advice:
    """The advice, checked against a computation with its claims: it pays what it says, and no claim is refused."""
    result = calculate(facts)
    advice = result.advice
    ends = [f"31 December {period['end'][:4]}" for period in facts["accounting_periods"]]
    periods = [dict(period) for period in facts["accounting_periods"]]
    for claim in advice.claims:
        period = periods[ends.index(claim.end)]
        period.pop(claim.name, None)
        if claim.value != float("inf"):
            period[claim.name] = claim.value
    again = calculate({**facts, "accounting_periods": periods})
    assert tax_of(again) == pytest.approx(advice.tax, abs=0.005)
    assert tax_of(result) == pytest.approx(advice.tax_as_it_is, abs=0.005)
    assert advice.tax <= advice.tax_as_it_is + 0.005
    return advice


def tax_of(result: Any) -> float:
    return sum(
        period.amount("current_law", "net_corporation_tax") - period.amount("current_law", "payable_credits")
        for period in result.accounting_periods
    )


def test_plant_is_kept_for_later_where_allowances_would_lose_donations() -> None:
    # Trade £50,000, rents £50,000, donations £20,000, plant £100,000. Allowances of £80,000 leave £20,000 for the donations.
    given = {PROFIT: 50_000, "property_profits": 50_000, "qualifying_charitable_donations": 20_000}
    advice = advised(company({**given, "main_rate_plant_new": 100_000}))
    assert advice.saved == pytest.approx(0, abs=0.005)
    assert advice.carried - advice.carried_as_it_is == pytest.approx(20_000, abs=0.02)
    assert any("£20,000.00 more of donations" in words for words in advice.why)


def test_allowances_wait_for_a_year_that_is_taxed_more() -> None:
    # 2027: £100,000 less £50,000 is taxed at 19%, £9,500. 2028, the last: £200,000 less a balancing allowance of £30,000,
    # £170,000 × 25% − 3/200 × £80,000 = £41,300. With all £80,000 in 2027: £3,800 + £49,250 = £53,050.
    last = {PROFIT: 200_000, "is_final_accounting_period": True}
    advice = advised(company({PROFIT: 100_000, "main_rate_plant_new": 80_000}, last))
    assert advice.tax_as_it_is == pytest.approx(53_050, abs=0.005)
    assert advice.tax == pytest.approx(50_800, abs=0.005)


def test_a_loss_is_not_carried_back_to_a_year_of_the_small_profits_rate() -> None:
    # Carried back: £40,000 × 19% = £7,600 repaid and £10,000 × 25% later. Carried forward: £50,000 × 25% = £12,500.
    loss = {PROFIT: -50_000, "claims_loss_carry_back": True}
    advice = advised(company({PROFIT: 40_000}, loss, {PROFIT: 400_000}))
    assert advice.saved == pytest.approx(12_500 - 7_600 - 2_500, abs=0.005)
    assert [(claim.name, claim.value) for claim in advice.claims] == [("claims_loss_carry_back", False)]


def test_a_loss_is_carried_back_where_that_repays_more() -> None:
    # £50,000 of £400,000 at 25%, where £20,000 of later profit takes £20,000 of it at 19%.
    advice = advised(company({PROFIT: 400_000}, {PROFIT: -50_000}, {PROFIT: 20_000}))
    assert advice.saved == pytest.approx(12_500 - 3_800, abs=0.005)
    assert [(claim.name, claim.value) for claim in advice.claims] == [("claims_loss_carry_back", True)]


def test_losses_before_2017_are_not_made_larger_where_they_would_be_stuck_in_the_trade() -> None:
    # A loss of £30,000 of 2016 never meets a profit of the trade, of which there is none; a pool of £30,000 would be written
    # down in 2017, when its allowance makes a loss that takes rents.
    years = {PROFIT: 0, "main_rate_plant_used": 30_000}, {"property_profits": 5_400, "is_final_accounting_period": True}
    advice = advised(company(*years, first=2016))
    assert advice.saved > 0


def test_a_company_whose_claims_are_best_hears_so() -> None:
    advice = advised(company({PROFIT: 500_000, "main_rate_plant_new": 100_000}))
    assert advice.claims == ()
    assert next(advice.sentences()).startswith("No other claims were found")
    assert len(advice.not_searched) == 3


def test_a_claim_of_the_file_that_changes_nothing_is_left_alone() -> None:
    # Plant sold for £25,000 out of an empty pool: a charge of £25,000, and no allowance for the claim to change.
    sold = {PROFIT: 400_000, "main_pool_disposal_value": 25_000}
    loss = {PROFIT: -50_000, "claims_loss_carry_back": True}
    none = {"main_pool_writing_down_allowance_claim": 0}
    advice = advised(company({PROFIT: 40_000, **none}, loss, {**sold, **none}))
    assert [claim.name for claim in advice.claims] == ["claims_loss_carry_back"]


def test_what_was_not_searched_is_one_sentence_and_claims_go_by_their_labels() -> None:
    advice = advised(company({PROFIT: 40_000}, {PROFIT: -50_000, "claims_loss_carry_back": True}, {PROFIT: 400_000}))
    said = list(advice.sentences())
    assert sum(words.startswith("Not searched") for words in said) == 1
    assert not [words for words in said if "_" in words]


def test_advice_never_pays_more_and_is_the_same_every_time() -> None:
    draw = Random(45)  # noqa: S311 — companies, no secrets
    for _ in range(3):
        facts = company(
            *(
                {
                    PROFIT: draw.choice([-1, 1, 1]) * draw.randrange(300_000),
                    "property_profits": draw.randrange(60_000),
                    "qualifying_charitable_donations": draw.randrange(30_000),
                    "main_rate_plant_new": draw.randrange(200_000),
                    "special_rate_plant_used": draw.randrange(100_000),
                    "claims_loss_carry_back": draw.random() < 1 / 2,
                }
                for _ in range(3)
            )
        )
        assert advised(facts) == calculate(facts).advice


def test_the_command_says_the_advice_in_words_and_in_json(tmp_path: Path) -> None:
    file, runner = tmp_path / "company.yaml", CliRunner()
    facts = company({PROFIT: 40_000}, {PROFIT: -50_000, "claims_loss_carry_back": True}, {PROFIT: 400_000})
    file.write_text(yaml.safe_dump(facts), encoding="utf-8")
    said = runner.invoke(app, ["calculate", str(file), "--advise"])
    assert "Period to 31 December 2028, claims to carry losses back: no." in " ".join(said.output.split())
    data = yaml.safe_load(runner.invoke(app, ["calculate", str(file), "--advise", "--json"]).stdout)
    assert data["advice"]["saved"] == pytest.approx(2_400, abs=0.005)
    table = tmp_path / "companies.csv"
    table.write_text("company,start,end\nA,2027-01-01,2027-12-31\n", encoding="utf-8")
    refused = runner.invoke(app, ["calculate", str(table), "--advise"])
    assert refused.exit_code == 2
