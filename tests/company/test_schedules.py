"""Schedules cast and cross-cast, and come to the figures of the computation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openfisca_goodwork.company import CompanyResult, PeriodResult, calculate
from openfisca_goodwork.company.schedule import Schedule, Schedules
from openfisca_goodwork.company.schedules import SCHEDULES
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.plant_allowances import FIRST_YEAR_ALLOWANCES
from tests.company.test_working import REFORM, a_company

PENNY = 0.005
TWO_YEARS_AND_A_HALF: dict[str, Any] = {
    "company": {"name": "Carry Back Ltd"},
    "accounting_periods": [
        {"start": "2024-07-01", "end": "2025-06-30", "trading_profit_before_capital_allowances": 365_000},
        {"start": "2025-07-01", "end": "2025-12-31", "trading_profit_before_capital_allowances": 20_000},
        {
            "start": "2026-01-01",
            "end": "2026-06-30",
            "trading_profit_before_capital_allowances": -300_000,
            "claims_loss_carry_back": True,
        },
    ],
}


def near(amount: float) -> Any:
    return pytest.approx(amount, abs=PENNY)


def figures(schedule: Schedule, name: str) -> list[float]:
    """The figures of a column, but for rows that say nothing in it."""
    return [float(str(value)) for value in schedule.column(name) if value is not None]


def sums_up(schedule: Schedule, names: list[str]) -> None:
    """The last row is the sum of all others, column by column."""
    for name in names if schedule.rows else []:
        *parts, total = figures(schedule, name)
        assert sum(parts) == near(total), (schedule.name, name)


def all_schedules(result: CompanyResult) -> Iterator[tuple[Schedules, PeriodResult, str]]:
    for law in result.laws:
        for schedules, period in zip(result.schedules(law), result.accounting_periods, strict=True):
            yield schedules, period, law


def last(schedule: Schedule, name: str) -> float:
    return figures(schedule, name)[-1] if schedule.rows else 0.0


def the_charge_casts(schedules: Schedules, of: dict[str, float]) -> None:
    charge = schedules["charge"]
    sums_up(charge, ["profits", "tax_before_relief", "marginal_relief", "tax"])
    assert last(charge, "tax") == near(of["corporation_tax"])
    assert last(charge, "marginal_relief") == near(of["marginal_relief"])
    for row in charge.rows[:-1]:
        profits, rate, tax, relief, after = map(float, map(str, row[3:8]))
        assert tax == near(profits * rate)
        assert after == near(tax - relief)


def the_allowances_cast(schedules: Schedules, of: dict[str, float]) -> None:
    sums_up(schedules["capital_allowances"], ["amount"])
    assert last(schedules["capital_allowances"], "amount") == near(of["capital_allowances"])
    sums_up(schedules["balancing_charges"], ["amount"])
    assert last(schedules["balancing_charges"], "amount") == near(of["balancing_charges"])


def plant_and_pools_cross_cast(schedules: Schedules, of: dict[str, float]) -> None:
    plant, pools = schedules["plant"], schedules["pools"]
    money = ["additions", "annual_investment_allowance", "first_year_allowance_on", "first_year_allowance", "to_the_pool"]
    sums_up(plant, [*money, "to_the_pool_next_period"])
    assert last(plant, "annual_investment_allowance") == near(of["annual_investment_allowance"])
    assert last(plant, "first_year_allowance") == near(sum(of[name] for name in FIRST_YEAR_ALLOWANCES))
    for row in plant.rows:
        spent, aia, first_year_on, _allowance, to_pool, to_next = map(float, map(str, row[2:8]))
        at_once = to_pool if not spent and row is not plant.rows[-1] else 0.0
        assert row is plant.rows[-1] or spent == near(aia + first_year_on + to_pool - at_once)
        assert to_next >= -PENNY or at_once
    for pool in ("main_pool", "special_rate_pool"):
        if pools.rows:
            lines = figures(pools, pool)
            assert sum(lines[:4]) == near(lines[4])
            assert sum(lines[4:9]) == near(lines[9])
            assert lines[9] == near(of[f"{pool}_carried_forward"])
    if pools.rows:
        both = figures(pools, "total")
        assert both[1] == near(last(plant, "to_the_pool"))
        assert both[8] == near(last(plant, "to_the_pool_next_period"))


def losses_cast_across(schedules: Schedules, of: dict[str, float]) -> None:
    losses = schedules["losses"]
    for row in losses.rows:
        before, made, *off, carried = map(float, map(str, row[1:-1]))
        assert before + made - sum(off) == near(carried)
        assert min(off) >= -PENNY
    sums_up(losses, [column.name for column in losses.columns[1:-1]])
    assert last(losses, "used") == near(of["trading_losses_used"])
    carried = of["trading_losses_carried_forward"] + of["trading_losses_carried_forward_pre_april_2017"]
    assert last(losses, "carried_forward") == near(carried)
    assert losses.rows or not of["trade_loss"]
    by_period = schedules["losses_by_period"]
    for row in by_period.rows:
        before, made, *off, carried = map(float, map(str, row[2:-1]))
        assert before + made - sum(off) == near(carried)
        assert min(off) >= -PENNY
    sums_up(by_period, [column.name for column in by_period.columns[2:-1]])
    for name in ("used", "carried_forward", "brought_forward", "ends_with_the_trade"):
        assert last(by_period, name) == near(last(losses, name)), name


def the_carry_back_casts(schedules: Schedules, of: dict[str, float]) -> None:
    back = schedules["carry_back"]
    sums_up(back, ["loss", "relieved_at_the_end", "credits_paid", "repayment"])
    assert last(back, "loss") == near(of["loss_carried_back"])
    assert last(back, "repayment") == near(of["loss_carry_back_repayment"])
    for row in back.rows[:-1]:
        before, loss, relieved, after, tax, tax_after, met, met_after, paid, repaid = map(float, map(str, row[4:-1]))
        assert 0 <= float(str(row[2])) <= 1
        assert before - loss - relieved == near(after)
        assert (tax - met) - (tax_after - met_after) + paid == near(repaid)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000))
def test_the_schedules_of_random_companies_cast_and_come_to_the_computation_under_both_laws(seed: int) -> None:
    result = calculate(a_company(seed), REFORM)
    for schedules, period, law in all_schedules(result):
        of = {name: period.amount(law, name) for name, value in period.outputs[law].items() if not isinstance(value, str)}
        the_charge_casts(schedules, of)
        the_allowances_cast(schedules, of)
        plant_and_pools_cross_cast(schedules, of)
        losses_cast_across(schedules, of)
        the_carry_back_casts(schedules, of)
        due = [each.amount for each in period.instalments[law]]
        assert figures(schedules["payment"], "amount")[:-1] == [near(amount) for amount in due]


def test_a_loss_of_six_months_reaches_181_of_the_365_days_of_the_year_that_its_twelve_months_cut() -> None:
    # By hand: £20,000 of the six months before, then 181/365 × £365,000 = £181,000 of the year to 30 June 2025, whose tax
    # falls from 25% × £365,000 = £91,250 to 25% × £184,000 − 3/200 × (£250,000 − £184,000) = £45,010.
    back = calculate(TWO_YEARS_AND_A_HALF).schedules()[2]["carry_back"]
    assert back.column("share_in_reach")[:2] == (1.0, pytest.approx(181 / 365))
    assert back.column("days_in_reach")[:2] == ("184/184", "181/365")
    assert back.column("loss")[:3] == (near(20_000), near(181_000), near(201_000))
    assert back.column("profits_after")[1] == near(184_000)
    assert back.column("tax_before")[1] == near(91_250)
    assert back.column("tax_after")[1] == near(45_010)
    # 19% × £20,000 = £3,800 of the six months, as their lower limit is £50,000 × 184/365 = £25,205.48.
    assert back.column("repayment") == (near(3_800), near(46_240), near(50_040))


def test_the_returns_of_earlier_periods_are_restated_box_by_box() -> None:
    restated = calculate(TWO_YEARS_AND_A_HALF).schedules()[2]["restated_returns"]
    of_year = [row[2:] for row in restated.rows if str(row[1]) == "2025-06-30"]
    assert of_year == [
        ("Losses of a later period, against total profits", 0.0, near(181_000), "part of box 275, X in box 280"),
        ("Taxable total profits", near(365_000), near(184_000), "box 315"),
        ("Tax before marginal relief", near(91_250), near(46_000), "box 430"),
        ("Marginal relief", 0.0, near(990), "box 435"),
        ("Corporation tax", near(91_250), near(45_010), "box 440"),
    ]


def test_a_loss_brought_forward_that_is_given_to_the_group_is_no_loss_that_ends() -> None:
    period = {
        "start": "2026-01-01",
        "end": "2026-12-31",
        "trading_losses_brought_forward": 80_000,
        "carried_forward_losses_surrendered_to_group": 30_000,
    }
    losses = calculate({"accounting_periods": [period]}).schedules()[0]["losses"]
    assert losses.column("surrendered_to_the_group") == (near(30_000), near(30_000))
    assert losses.column("ends_with_the_trade") == (0.0, 0.0)
    assert losses.column("carried_forward")[0] == near(50_000)


def test_a_credit_that_met_tax_is_run_again_in_the_return_restated() -> None:
    # Tax of £28,050 of 2025 met by a credit of £20,000 and £8,050 in cash. The loss of 2026 takes all of it: £24,250 comes
    # back, of which £16,200 is the credit, and 19% × £20,000 = £3,800 is held back for later tax.
    year = {
        "start": "2025-01-01",
        "end": "2025-12-31",
        "trading_profit_before_capital_allowances": 100_000,
        "claims_research_and_development_expenditure_credit": True,
        "research_and_development_expenditure": 100_000,
    }
    loss = {
        "start": "2026-01-01",
        "end": "2026-12-31",
        "trading_profit_before_capital_allowances": -500_000,
        "claims_loss_carry_back": True,
    }
    schedules = calculate({"accounting_periods": [year, loss]}).schedules()[1]
    back = schedules["carry_back"]
    assert back.column("credits_set_off_before")[0] == near(20_000)
    assert back.column("credits_set_off_after")[0] == near(0)
    assert back.column("credits_paid") == (near(16_200), near(16_200))
    assert back.column("repayment") == (near(24_250), near(24_250))
    lines = {row[2]: row[3:5] for row in schedules["restated_returns"].rows}
    assert lines["Corporation tax"] == (near(28_050), 0.0)
    assert lines["Notional tax on R&D credits, held back"] == (0.0, near(3_800))
    assert lines["R&D expenditure credit paid"] == (0.0, near(16_200))


def test_a_year_across_1_april_2023_has_its_two_financial_years_in_the_boxes_of_the_return() -> None:
    # HMRC's own example: £60,000 of 2023 with two associated companies.
    facts = {"trading_profit_before_capital_allowances": 60_000, "associated_companies": 2}
    period = {"start": "2023-01-01", "end": "2023-12-31", **facts}
    charge = calculate({"accounting_periods": [period]}).schedules()[0]["charge"]
    assert charge.column("financial_year")[:2] == (2022, 2023)
    assert charge.column("rate")[:2] == (0.19, 0.25)
    assert charge.column("tax")[:3] == (near(2_810.96), near(11_040.24), near(13_851.20))
    assert charge.column("marginal_relief")[:2] == (0.0, near(261.13))
    assert charge.column("boxes") == ("boxes 330, 335, 340, 345", "boxes 380, 385, 390, 395", "boxes 315, 430, 435, 440")


def test_marginal_relief_of_a_part_with_two_fractions_goes_to_the_year_of_each() -> None:
    # The year to 31 December 2011 has one set of limits; £1,500,000 − £500,000 up to the upper one. By hand: 7/400 × 90/365
    # of that in 2010-11 and 3/200 × 275/365 of it in 2011-12 = £4,315.07 and £11,301.37.
    period = {"start": "2011-01-01", "end": "2011-12-31", "trading_profit_before_capital_allowances": 500_000}
    charge = calculate({"accounting_periods": [period]}).schedules()[0]["charge"]
    assert charge.column("rate")[:2] == (0.28, 0.26)
    assert charge.column("marginal_relief")[:2] == (near(4_315.07), near(11_301.37))


def test_a_company_without_losses_pools_or_research_has_no_rows_of_them() -> None:
    period = {"start": "2025-01-01", "end": "2025-12-31", "trading_profit_before_capital_allowances": 60_000}
    (schedules,) = calculate({"accounting_periods": [period]}).schedules()
    assert [name for name, one in schedules.items() if one.rows] == ["tax_return", "charge", "payment"]
    assert list(schedules) == list(SCHEDULES)


def boxes_of(**facts: Any) -> Schedules:
    """The schedules of the year to 31 December 2025, or of the days given."""
    period = {"start": "2025-01-01", "end": "2025-12-31", **facts}
    return calculate({"accounting_periods": [period]}).schedules()[0]


def boxes_by_line(schedule: Schedule) -> dict[Any, Any]:
    return {row[0]: row[-1] for row in schedule.rows}


def test_the_lines_of_the_return_follow_from_each_other_as_on_the_form() -> None:
    lines = boxes_of(
        trading_profit_before_capital_allowances=100_000,
        trading_losses_brought_forward_pre_april_2017=10_000,
        trading_losses_brought_forward=20_000,
        property_profits=30_000,
        qualifying_charitable_donations=4_000,
        associated_companies=1,
    )["tax_return"]
    amounts = {row[-1]: row[2] if row[1] is None else row[1] for row in lines.rows}
    # 165 = 155 - 160; 235 = 165 + 190; 300 = 235 - 285; 315 = 300 - 305. Limits are halved: 3/200 x (125,000 - 96,000).
    by_hand = {155: 100_000, 160: 10_000, 165: 90_000, 190: 30_000, 235: 120_000, 285: 20_000, 295: 20_000, 300: 100_000}
    by_hand |= {305: 4_000, 315: 96_000, 430: 24_000, 435: 435, 440: 23_565, 475: 23_565, 510: 23_565, 525: 23_565}
    assert {box: amounts[f"box {box}"] for box in by_hand} == {box: near(amount) for box, amount in by_hand.items()}
    assert (amounts["box 326"], amounts["box 329"]) == ("1", "X")
    assert len(amounts) == len(by_hand) + 2


def test_a_company_at_the_main_rate_ticks_no_box_for_the_small_profits_rate() -> None:
    lines = boxes_of(trading_profit_before_capital_allowances=400_000)["tax_return"]
    assert {"box 326", "box 329", "box 435"} & set(lines.column("boxes")) == set()


def test_losses_used_stand_in_the_box_of_the_periods_that_made_them() -> None:
    later = boxes_of(trading_profit_before_capital_allowances=50_000, trading_losses_brought_forward=20_000)["losses"]
    assert later.column("boxes") == ("box 285", "used box 285")
    both = boxes_of(
        trading_profit_before_capital_allowances=50_000,
        trading_losses_brought_forward=20_000,
        trading_losses_brought_forward_pre_april_2017=5_000,
    )["losses"]
    assert set(both.column("boxes")) == {"box 285", "box 160", "used box 160 + box 285"}


def test_spending_on_plant_stands_in_the_box_of_what_was_claimed_on_it() -> None:
    plant = boxes_of(
        main_rate_plant_new=30_000, main_rate_plant_used=10_000, special_rate_plant_new=1_100_000, main_rate_cars=20_000
    )["plant"]
    boxes = boxes_by_line(plant)
    assert boxes["New main-rate plant"] == "part of box 760"
    assert boxes["Second-hand main-rate plant"] == "part of box 775"
    assert boxes["Main-rate cars"] == "part of box 775"
    # £1m has the annual investment allowance and the rest 50%, whose cost the return wants apart as well.
    assert boxes["New special-rate plant"] == "part of boxes 760 and 773, the rest part of box 770"


def test_zero_emission_cars_have_a_box_of_their_own_in_periods_begun_before_april_2026() -> None:
    for start, end, box in (("2025-04-01", "2026-03-31", "box 726"), ("2026-04-01", "2027-03-31", "part of box 725")):
        allowances = boxes_of(start=start, end=end, zero_emission_cars_new=30_000)["capital_allowances"]
        assert boxes_by_line(allowances)["First-year allowance on zero-emission cars"] == box


def test_spending_on_research_stands_in_the_box_of_the_relief_that_it_has() -> None:
    merged = boxes_of(trading_profit_before_capital_allowances=1_000_000, research_and_development_expenditure=100_000)
    assert boxes_by_line(merged["research_and_development"])["Research and development expenditure"] == "box L10"
    assert "box L45 and part of box 530" in merged["research_and_development"].column("boxes")
    loss = boxes_of(
        trading_profit_before_capital_allowances=-300_000,
        research_and_development_expenditure=100_000,
        is_small_or_medium_sized_enterprise=True,
        is_research_intensive=True,
    )["research_and_development"]
    assert boxes_by_line(loss)["Research and development expenditure"] == "box 659"


def test_buildings_first_used_and_a_loss_carried_back_say_their_boxes() -> None:
    buildings = boxes_of(structures_and_buildings_expenditure=100_000)["structures_and_buildings"]
    assert boxes_by_line(buildings)["Structures and buildings expenditure"] == "part of box 771"
    assert calculate(TWO_YEARS_AND_A_HALF).schedules()[2]["carry_back"].column("boxes")[-1] == "X in box 45"


def test_loans_to_participators_have_a_schedule_and_are_in_what_is_to_be_paid() -> None:
    # By hand: £40,000 lent at 33.75% = £13,500; £15,000 of it repaid in time: £5,062.50; £8,437.50 is left.
    amounts = {"loans_to_participators": 40_000, "loans_to_participators_repaid_in_time": 15_000}
    dated = [{"on": "2025-06-01", name: amount} for name, amount in amounts.items()]
    period = {"start": "2025-01-01", "end": "2025-12-31", "expenditure": dated}
    result = calculate({"accounting_periods": [period | {"trading_profit_before_capital_allowances": 400_000}]})
    schedules = result.schedules()[0]
    loans = schedules["loans_to_participators"]
    assert loans.rows[-1][3:-1] == (near(40_000), near(13_500), near(15_000), near(5_062.50), near(8_437.50))
    assert loans.column("boxes") == ("", "boxes A15, A20, A40, A45, A80, 480")
    payment = schedules["payment"]
    assert payment.column("amount") == (near(100_000), near(8_437.50), near(108_437.50))
    assert payment.column("boxes") == ("", "on loans: box A80 and box 480", "box 510")
    (days,) = (step for step in result.working()[0] if step.label == "Days of payment")
    assert [(each.due.isoformat(), each.amount) for each in days.result] == [("2026-10-01", near(108_437.50))]
    assert {row[-1]: row[2] for row in schedules["tax_return"].rows}["box 525"] == near(108_437.50)


def test_json_has_schedules_under_each_law_where_they_are_asked_for() -> None:
    result = calculate(TWO_YEARS_AND_A_HALF, REFORM)
    assert "schedules" not in result.to_dict()["accounting_periods"][0]
    period = json.loads(json.dumps(result.to_dict(schedules=True), allow_nan=False))["accounting_periods"][2]
    assert list(period["schedules"]) == ["current_law", "reform"]
    back = period["schedules"]["current_law"]["carry_back"]
    assert back["rows"][0]["from"] == "2025-07-01"
    assert {"name": "loss", "label": "Loss carried back", "unit": "currency-GBP"} in back["columns"]
    assert back["totals"] == [2]


def test_schedules_of_a_law_that_was_not_worked_out_are_refused() -> None:
    with pytest.raises(GoodworkError, match="'reform' was not worked out"):
        calculate(TWO_YEARS_AND_A_HALF).schedules("reform")
