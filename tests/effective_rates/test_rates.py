"""Effective rates as the law of a day and reforms make them, and the command that prints them."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from openfisca_goodwork.effective_rates import effective_rates
from openfisca_goodwork.effective_rates.rates import ASSETS, TAXPAYERS
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.human_investment import HEADS
from openfisca_goodwork.policy import library_by_group
from openfisca_goodwork.reports.text import WIDTH
from tests.cli.running import PROPOSAL, goodwork

approx = pytest.approx
MACHINE, USED, BUILDING, FEES, PAY = (
    "main_rate_plant_new",
    "main_rate_plant_used",
    "structures_and_buildings",
    "external_course_fees",
    "trainee_pay",
)
# A real rate and inflation that make the nominal rate of the Tax Foundation, 7.5%.
AS_TAX_FOUNDATION = (
    "assumptions.effective_rates.real_rate@2000-01-01=0.075",
    "assumptions.effective_rates.inflation@2000-01-01=0",
)


def extra(**values: Any) -> tuple[str, ...]:
    """Settings of the relief from 1 April 2027."""
    return tuple(f"human_investment.{path.replace('__', '.')}@2027-04-01={value}" for path, value in values.items())


# --- law -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "machine", "building"),
    [  # Tax Foundation, Capital cost recovery, United Kingdom; the law of a year is that of its first day or of a later one
        ("2011-01-01", 0.782, 0),
        ("2012-01-01", 0.782, 0),
        ("2013-01-01", 0.759, 0),
        ("2018-01-01", 0.759, 0),
        ("2019-01-01", 0.759, 0.279),
        ("2020-12-31", 0.759, 0.391),
        ("2021-12-31", 1.3, 0.391),
        ("2022-12-31", 1.3, 0.391),
        ("2023-12-31", 1.0, 0.391),
        ("2025-01-01", 1.0, 0.391),
    ],
)
def test_deductions_of_each_year_are_those_that_the_tax_foundation_publishes(
    day: str, machine: float, building: float
) -> None:
    rates = effective_rates(on=day, settings=AS_TAX_FOUNDATION)
    assert rates.of("main_rate", MACHINE).deductions == approx(machine, abs=6e-4)
    assert rates.of("main_rate", BUILDING).deductions == approx(building, abs=6e-4)


def test_the_weighted_average_has_the_weights_that_the_tax_foundation_gives_machines_and_buildings() -> None:
    rates = effective_rates(on="2025-01-01", settings=AS_TAX_FOUNDATION)
    average = rates.of("main_rate", "machine_and_building").deductions
    # It publishes 0.724 with intangibles at 0.827 and a weight of 15%.
    assert 0.85 * average + 0.15 * 0.827 == approx(0.724, abs=1e-3)


@pytest.mark.parametrize(
    ("company", "rate"),
    [("main_rate", 0.25), ("marginal_relief", 0.265), ("small_profits", 0.19), ("in_loss", 0.25)],
)
def test_each_company_pays_its_rate_on_the_last_pound(company: str, rate: float) -> None:
    assert effective_rates().of(company, MACHINE).rate == approx(rate)


def test_a_second_hand_machine_is_deducted_at_once_within_the_annual_allowance_alone() -> None:
    rates = effective_rates()
    assert rates.of("small_profits", USED).deductions == 1
    assert rates.of("main_rate", USED).deductions == approx(0.14 * 1.071 / 0.211)


def test_the_super_deduction_is_nearly_undone_by_the_rise_of_the_rate() -> None:
    now, later = effective_rates(on="2022-06-01"), effective_rates(on="2022-06-01", returns_on="2023-06-01")
    assert now.of("main_rate", MACHINE).marginal_rate == approx(-0.321, abs=1e-3)
    assert later.of("main_rate", MACHINE).marginal_rate == approx(0.014, abs=1e-3)
    assert later.of("main_rate", MACHINE).tax_relief == now.of("main_rate", MACHINE).tax_relief == approx(0.247)


def test_the_law_of_a_past_day_is_held() -> None:
    then = effective_rates("law@2023-03-31", on="2024-01-01")
    assert then.of("main_rate", MACHINE).rate == 0.19
    assert then.of("main_rate", MACHINE).deductions == 1.3


def test_a_company_in_loss_waits_for_every_deduction() -> None:
    rates = effective_rates()
    for name in (MACHINE, BUILDING, FEES):
        row = rates.of("in_loss", name)
        assert row.tax_relief == approx(row.deductions * 0.25 / 1.071**1.5)


# --- the proposal --------------------------------------------------------------------------------------------


def test_current_law_is_neutral_to_training_of_a_company_that_pays_tax() -> None:
    rates = effective_rates()
    for company in ("main_rate", "marginal_relief", "small_profits"):
        assert rates.of(company, "training").marginal_rate == approx(0)


@pytest.mark.parametrize("company", ["main_rate", "marginal_relief", "small_profits"])
def test_the_main_proposal_moves_what_qualifies_by_tax_times_extra_over_what_tax_leaves(company: str) -> None:
    rates = effective_rates(reforms=[PROPOSAL])
    rate = rates.of(company, FEES).rate
    assert rates.user_cost_change(rates.of(company, FEES, 1)) == approx(-0.3 * rate / (1 - rate))
    assert rates.user_cost_change(rates.of(company, PAY, 1)) == approx(0)
    assert rates.of(company, MACHINE, 1).tax_relief == rates.of(company, MACHINE).tax_relief


def test_all_costs_together_follow_their_shares() -> None:
    rates = effective_rates(reforms=[PROPOSAL])
    # Fees, materials and trainers' pay are 8%, 2% and 20% of training.
    assert rates.of("main_rate", "training", 1).deductions == approx(1 + 0.30 * 0.3)


def test_a_credit_that_is_taxed_is_worth_what_tax_leaves_of_it() -> None:
    rates = effective_rates(reforms=["payable-training-credit"])
    assert rates.of("main_rate", FEES, 1).tax_relief == approx(0.25 + 0.15 * 0.75)
    later = 1.071**-1.5
    # In loss: 81% at once, the 19% held back and the tax on the credit when profits return.
    assert rates.of("in_loss", FEES, 1).tax_relief == approx(0.25 * later + 0.15 * (0.81 + 0.19 * later - 0.25 * later))


def test_relief_for_small_companies_reaches_no_other() -> None:
    settings = extra(additional_deduction=0.5, qualifying__external_course_fees__inclusion=1, eligibility__size="small")
    rates = effective_rates(settings=settings)
    given = {taxpayer.name: rates.of(taxpayer.name, FEES, 1).deductions for taxpayer in TAXPAYERS}
    assert given == {"main_rate": 1, "marginal_relief": 1, "small_profits": 1.5, "in_loss": 1}


def test_levy_payers_can_be_left_out() -> None:
    settings = extra(
        additional_deduction=1, qualifying__external_course_fees__inclusion=1, eligibility__levy_payers_excluded="true"
    )
    rates = effective_rates(settings=settings)
    assert rates.of("main_rate", FEES, 1).deductions == 1
    assert rates.of("marginal_relief", FEES, 1).deductions == 2


def test_a_rolling_baseline_leaves_an_eighth() -> None:
    settings = extra(additional_deduction=0.5, qualifying__external_course_fees__inclusion=1, incremental__enabled="true")
    deductions = effective_rates(settings=settings).of("main_rate", FEES, 1).deductions
    assert deductions == approx(1 + 0.5 * (1 - sum(1.071**-n for n in (1, 2, 3)) / 3))


def test_a_fixed_baseline_leaves_all_of_the_relief_on_one_more_pound() -> None:
    settings = extra(
        additional_deduction=0.5,
        qualifying__external_course_fees__inclusion=1,
        incremental__enabled="true",
        incremental__base="fixed",
    )
    assert effective_rates(settings=settings).of("main_rate", FEES, 1).deductions == 1.5


@pytest.mark.parametrize(
    ("losses", "extra_in_loss"),
    [
        ({}, 0.5 * 0.25 * 1.071**-1.5),
        ({"losses__treatment": "none"}, 0),
        ({"losses__treatment": "surrender", "losses__surrender_rate": 0.4}, 0.5 * 0.4),
        ({"losses__treatment": "surrender", "losses__surrender_rate": 0.1}, 0.5 * 0.25 * 1.071**-1.5),
        ({"cash_option__rate": 0.3, "cash_option__spend_limit": 1000}, 0.3),
    ],
)
def test_what_a_company_in_loss_has_of_the_extra_deduction(losses: dict[str, Any], extra_in_loss: float) -> None:
    settings = extra(additional_deduction=0.5, qualifying__external_course_fees__inclusion=1, **losses)
    rates = effective_rates(settings=settings)
    moved = rates.of("in_loss", FEES, 1).tax_relief - rates.of("in_loss", FEES).tax_relief
    assert moved == approx(extra_in_loss, abs=1e-12)


def test_cash_is_taken_where_it_is_worth_more_than_the_deduction() -> None:
    settings = extra(
        additional_deduction=0.5,
        qualifying__external_course_fees__inclusion=1,
        cash_option__rate=0.11,
        cash_option__spend_limit=1000,
    )
    rates = effective_rates(settings=settings)
    assert rates.of("small_profits", FEES, 1).tax_relief == approx(0.19 + 0.11)  # 0.5 × 19% is 9.5p
    assert rates.of("main_rate", FEES, 1).tax_relief == approx(0.25 + 0.125)


def test_uplifts_have_rows_of_their_own_up_to_the_ceiling() -> None:
    settings = extra(
        additional_deduction=0.3,
        uplifts__green=0.2,
        uplifts__digital=0.1,
        qualifying__external_course_fees__inclusion=1,
        maximum_additional_deduction=0.55,
    )
    assert effective_rates(settings=settings).of("main_rate", f"{FEES}_every_uplift", 1).deductions == approx(1.55)
    highest = effective_rates(settings=(*settings, *extra(uplifts__combination="highest")))
    assert highest.of("main_rate", f"{FEES}_every_uplift", 1).deductions == approx(1.5)
    assert highest.of("main_rate", FEES, 1).deductions == approx(1.3)


@pytest.mark.parametrize(
    "reform", [reform.name for folder in ("proposals", "foreign", "stress") for reform in library_by_group()[folder]]
)
def test_no_proposal_of_the_library_makes_training_dearer(reform: str) -> None:
    rates = effective_rates(reforms=[reform])
    for row in rates.rows:
        if row.number == 1 and row.kind == "training":
            assert row.tax_relief >= rates.of(row.company, row.spent_on.removesuffix("_every_uplift")).tax_relief - 1e-12


def test_training_at_400_percent_costs_nothing_at_25_percent() -> None:
    row = effective_rates(reforms=["training-deduction-400-percent"]).of("main_rate", FEES, 1)
    assert row.cost_after_tax == approx(0)
    assert row.user_cost == approx(0, abs=1e-12)
    assert row.marginal_rate is None


def test_the_match_of_plant_with_training_is_called_an_illustration() -> None:
    settings = ["capital_allowances.training_match.enabled@2027-04-01=true"]
    assert any(remark.startswith("Illustration") for remark in effective_rates(settings=settings).remarks)


# --- the request and what is printed -------------------------------------------------------------------------


def test_assumptions_lie_upon_both_laws() -> None:
    rates = effective_rates(reforms=[PROPOSAL], settings=["assumptions.effective_rates.debt_share@2000-01-01=0.35"])
    assert rates.of("main_rate", MACHINE).cost_of_capital == rates.of("main_rate", MACHINE, 1).cost_of_capital
    assert rates.of("main_rate", MACHINE).cost_of_capital == approx(0.05 - 0.35 * 0.25 * 0.071 / (0.75 * 1.02))


@pytest.mark.parametrize(
    ("name", "company"),
    [("main_rate", "Company paying the main rate"), ("small_profits_rate", "Company paying the small profits rate")],
)
def test_a_tax_of_all_that_is_earned_is_a_lesson(name, company) -> None:
    with pytest.raises(GoodworkError, match=rf"{company}.*: tax takes 100% of £1 more of profit"):
        effective_rates(settings=[f"corporation_tax.{name}@2027-04-01=1"])


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(GoodworkError) as caught:
        effective_rates("nolaw", on="1999-01-01", returns_on="soon")
    assert all(word in str(caught.value) for word in ("nolaw", "1 January 1999", "soon"))


@pytest.mark.parametrize("arguments", [(), ("--reform", PROPOSAL), ("--on", "2022-06-01", "--returns-on", "2023-06-01")])
def test_the_text_fits_its_page_and_ends_with_the_command_that_made_it(arguments: tuple[str, ...]) -> None:
    result = goodwork("rates", *arguments)
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= WIDTH
    command = result.stdout.strip().splitlines()[-1].removeprefix("Reproduce: goodwork ")
    assert goodwork(*command.split()).stdout == result.stdout


def test_a_proposal_is_marked_so_and_enacted_law_is_not() -> None:
    assert "Proposed, not law." in goodwork("rates", "--reform", PROPOSAL).stdout
    assert "Proposed" not in goodwork("rates", "--law", "law@2021-03-31", "--reform", "super-deduction-2021").stdout


def test_json_and_csv_hold_every_row() -> None:
    data = json.loads(goodwork("rates", "--reform", PROPOSAL, "--json").stdout)
    rows = list(csv.DictReader(io.StringIO(goodwork("rates", "--reform", PROPOSAL, "--csv").stdout)))
    assert len(data["rates"]) == len(rows) == 2 * len(TAXPAYERS) * (len(ASSETS) + 1 + len(HEADS) + 1)
    assert float(rows[-1]["cost_after_tax"]) == data["rates"][-1]["cost_after_tax"]


def test_a_wrong_day_is_a_wrong_request() -> None:
    result = goodwork("rates", "--on", "2050-01-01")
    assert result.exit_code == 2
    assert "outside the days for which the law is held" in result.stderr


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"returns_on": "2020-01-01"}, "cannot come before the spending"),
        ({"settings": ["assumptions.growth.consumer_prices@2027-04-01=0.05"]}, "effective rates do not read"),
        ({"settings": ["assumptions.effective_rates.debt_share@2030-01-01=0.1"]}, "is read on 1 April 2027"),
    ],
)
def test_what_would_change_nothing_is_refused(options, told):
    with pytest.raises(GoodworkError, match=told):
        effective_rates(**options)
