"""One company under both laws, against sums done by hand."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openfisca_goodwork.company import CompanyResult, calculate
from openfisca_goodwork.errors import ReformError

REFORM = "human-investment-super-deduction"


def period(start: str, end: str, profit: float = 0, **facts: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "trading_profit_before_capital_allowances": profit, **facts}


def year(label: int, profit: float = 0, **facts: Any) -> dict[str, Any]:
    return period(f"{label}-01-01", f"{label}-12-31", profit, **facts)


def result_of(*periods: dict[str, Any], reforms: Any = (), **top: Any) -> CompanyResult:
    return calculate({"accounting_periods": list(periods), **top}, reforms)


def taxes(result: CompanyResult, law: str = "current_law") -> list[float]:
    return [one.amount(law, "corporation_tax") for one in result.accounting_periods]


def test_profit_of_240000_bears_60000_less_marginal_relief_of_150() -> None:
    # 25% × 240,000 = 60,000; 3/200 × (250,000 − 240,000) = 150
    assert taxes(result_of(year(2028, 240_000))) == pytest.approx([59_850])


def test_course_fees_of_20000_save_1590_which_is_6000_at_26_5_percent() -> None:
    # 30% × 20,000 = 6,000; 25% × 234,000 − 3/200 × 16,000 = 58,500 − 240 = 58,260
    result = result_of(year(2028, 240_000, external_course_fees=20_000), reforms=REFORM)
    assert taxes(result, "reform") == pytest.approx([58_260])
    assert result.tax_saved == pytest.approx(1_590)


def test_two_associated_companies_share_the_limits_so_6000_saves_1500_at_25_percent() -> None:
    # upper limit 250,000 ÷ 3 = 83,333: the main rate applies before and after
    result = result_of(year(2028, 240_000, external_course_fees=20_000, associated_companies=2), reforms=REFORM)
    assert result.tax_saved == pytest.approx(1_500)


def test_a_loss_of_100000_comes_off_next_years_160000_and_leaves_60000_bearing_12150() -> None:
    # 25% × 60,000 − 3/200 × 190,000 = 15,000 − 2,850
    result = result_of(year(2028, -100_000), year(2029, 160_000))
    assert taxes(result) == pytest.approx([0, 12_150])
    assert result.accounting_periods[0].amount("current_law", "trading_losses_carried_forward") == 100_000


def test_relief_of_6000_in_a_loss_year_saves_nothing_then_and_1590_when_the_loss_is_used() -> None:
    # loss 106,000; 160,000 − 106,000 = 54,000: 13,500 − 3/200 × 196,000 = 10,560 = 12,150 − 1,590
    result = result_of(year(2028, -100_000, external_course_fees=20_000), year(2029, 160_000), reforms=[REFORM])
    assert [one.tax_saved for one in result.accounting_periods] == pytest.approx([0, 1_590])
    assert result.accounting_periods[0].change("trading_losses_carried_forward") == pytest.approx(6_000)


def test_opening_losses_of_40000_stand_in_the_first_period_and_leave_200000() -> None:
    # 25% × 200,000 − 3/200 × 50,000 = 50,000 − 750
    assert taxes(result_of(year(2028, 240_000, trading_losses_brought_forward=40_000))) == pytest.approx([49_250])


def test_two_periods_that_end_in_2026_follow_one_another_and_carry_a_loss_into_2027() -> None:
    # second half of 2026, 184 days: 40,000 − 10,000 = 30,000; limit 250,000 × 184/365 = 126,027.40
    # 25% × 30,000 − 3/200 × 96,027.40 = 7,500 − 1,440.41; then 19% × 20,000 = 3,800
    result = result_of(
        period("2026-01-01", "2026-06-30", -10_000), period("2026-07-01", "2026-12-31", 40_000), year(2027, 20_000)
    )
    assert result.company.labels == (2026, 2027, 2028)
    assert taxes(result) == pytest.approx([0, 6_059.59, 3_800], abs=0.005)


def test_six_months_by_months_have_half_the_limits_so_25000_is_taxed_at_19_percent() -> None:
    assert taxes(result_of(period("2026-01-01", "2026-06-30", 25_000), apportionment="months")) == pytest.approx([4_750])


def test_six_months_by_days_have_181_of_365_of_the_limits_so_25000_is_just_above_the_lower_one() -> None:
    # 6,250 − 3/200 × (250,000 × 181/365 − 25,000) = 6,250 − 3/200 × 98,972.60 = 4,765.41
    assert taxes(result_of(period("2026-01-01", "2026-06-30", 25_000))) == pytest.approx([4_765.41], abs=0.005)


def test_training_before_1_april_2027_does_not_count() -> None:
    # 30% × 40,000 × 25% = 3,000: the 12,000 of February are outside
    items = [{"on": "2027-02-14", "external_course_fees": 12_000}, {"on": "2027-06-30", "external_course_fees": 40_000}]
    result = result_of(year(2027, 1_000_000, expenditure=items), reforms=REFORM)
    assert result.accounting_periods[0].amount("reform", "qualifying_training_expenditure") == pytest.approx(40_000)
    assert result.tax_saved == pytest.approx(3_000)


def test_two_items_of_one_day_add_up() -> None:
    items = [{"on": "2028-02-14", "trainer_pay": 12_000}, {"on": "2028-02-14", "trainer_pay": 8_000}]
    result = result_of(year(2028, 240_000, expenditure=items), reforms=REFORM)
    assert result.tax_saved == pytest.approx(1_590)


def building(cost: float, incurred: str, used: str) -> dict[str, Any]:
    return {"cost": cost, "incurred": incurred, "brought_into_use": used}


def allowance(result: CompanyResult) -> list[float]:
    return [one.amount("current_law", "structures_and_buildings_allowance") for one in result.accounting_periods]


def test_a_building_of_500000_used_from_1_july_2027_has_3_percent_for_184_of_365_days() -> None:
    # 500,000 × 3% × 184/365 = 7,561.64, and 15,000 in the next year
    used = [building(500_000, "2026-09-01", "2027-07-01")]
    result = result_of(year(2027, structures_and_buildings=used), year(2028))
    assert allowance(result) == pytest.approx([7_561.64, 15_000], abs=0.005)


def test_the_allowance_begins_on_the_day_of_a_cost_incurred_after_first_use() -> None:
    used = [building(500_000, "2027-07-01", "2026-09-01")]
    assert allowance(result_of(year(2027, structures_and_buildings=used))) == pytest.approx([7_561.64], abs=0.005)


def test_a_building_used_before_the_first_period_adds_to_the_cost_brought_forward() -> None:
    # (100,000 + 500,000) × 3% = 18,000
    used = [building(500_000, "2025-09-01", "2026-07-01")]
    result = result_of(year(2027, structures_and_buildings=used, structures_and_buildings_brought_forward=100_000))
    assert allowance(result) == pytest.approx([18_000])


def due(result: CompanyResult, place: int = 0, law: str = "current_law") -> dict[str, float]:
    return {
        instalment.due.isoformat(): instalment.amount for instalment in result.accounting_periods[place].instalments[law]
    }


def test_a_company_that_was_above_the_threshold_pays_500000_in_four_quarters() -> None:
    result = result_of(year(2026, 2_000_000, large_company_brought_forward=1))
    expected = dict.fromkeys(["2026-07-14", "2026-10-14", "2027-01-14", "2027-04-14"], 125_000.0)
    assert due(result) == pytest.approx(expected)


def test_the_first_year_above_the_threshold_is_paid_in_one_sum_the_second_in_quarters() -> None:
    result = result_of(year(2026, 2_000_000), year(2027, 2_000_000))
    assert due(result) == pytest.approx({"2027-10-01": 500_000})
    assert list(due(result, 1)) == ["2027-07-14", "2027-10-14", "2028-01-14", "2028-04-14"]


def test_a_very_large_company_pays_7500000_within_the_year() -> None:
    expected = dict.fromkeys(["2026-03-14", "2026-06-14", "2026-09-14", "2026-12-14"], 1_875_000.0)
    assert due(result_of(year(2026, 30_000_000))) == pytest.approx(expected)


def test_each_law_has_its_own_payments() -> None:
    result = result_of(year(2028, 240_000, external_course_fees=20_000), reforms=REFORM)
    assert due(result) == pytest.approx({"2029-10-01": 59_850})
    assert due(result, law="reform") == pytest.approx({"2029-10-01": 58_260})


def test_a_reform_may_push_a_company_below_the_threshold_for_instalments() -> None:
    # 1,600,000 is above 1,500,000; less 30% × 400,000 = 120,000 it is not: one sum instead of four
    facts = {"external_course_fees": 400_000, "large_company_brought_forward": 1}
    result = result_of(year(2028, 1_600_000, **facts), reforms=REFORM)
    assert len(due(result)) == 4
    assert list(due(result, law="reform")) == ["2029-10-01"]


def test_a_first_period_on_the_first_day_of_law_can_be_worked_out() -> None:
    # FY2010: 21% on 100,000, below the lower limit of 300,000
    assert taxes(result_of(period("2010-04-01", "2011-03-31", 100_000))) == pytest.approx([21_000])


def test_a_last_period_at_the_end_of_the_law_held_can_be_worked_out() -> None:
    assert taxes(result_of(year(2033, 40_000))) == pytest.approx([7_600])


def test_an_unknown_reform_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(ReformError, match="human-investment-super-deduction"):
        result_of(year(2028), reforms="human-investment-superdeduction")


def test_half_a_loss_of_100000_that_the_group_absorbs_saves_12500_there() -> None:
    # 50% × 100,000 × 25% = 12,500 off the group's tax; the other half is carried forward
    result = result_of(year(2028, -100_000, loss_absorbed_by_group_share=0.5))
    first = result.accounting_periods[0]
    assert first.amount("current_law", "net_corporation_tax") == pytest.approx(-12_500)
    assert first.amount("current_law", "trading_losses_carried_forward") == pytest.approx(50_000)
    assert re.search(r"less corporation tax saved in the group +12,500.00\n", result.summary())


AMOUNTS = st.floats(0, 1e8)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(-1e8, 1e8), min_size=1, max_size=3),
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(["external_course_fees", "trainer_pay", "main_rate_plant_used"], AMOUNTS)
    ),
    st.integers(0, 5),
)
def test_over_all_periods_the_extra_deduction_never_costs_tax_and_what_is_due_is_the_tax(
    profits: list[float], facts: dict[str, float], associated: int
) -> None:
    years = [year(2028 + place, profit, associated_companies=associated, **facts) for place, profit in enumerate(profits)]
    result = result_of(*years, reforms=REFORM)
    assert result.tax_saved >= -0.01
    for one in result.accounting_periods:
        for law, dues in one.instalments.items():
            assert sum(each.amount for each in dues) == pytest.approx(one.amount(law, "corporation_tax"), abs=0.01)


@pytest.mark.parametrize(
    "told",
    [{}, {"large_company_brought_forward": 1}, {"is_new_company": True}],
    ids=["nothing told", "large before", "a new company"],
)
def test_a_company_of_2m_told_alone_pays_in_one_sum_and_is_told_why(told: dict[str, Any]) -> None:
    # Profits between 1.5m and 10m: in instalments only if it was large throughout the year before (SI 1998/3175 reg 3(5)).
    period = {"start": "2026-01-01", "end": "2026-12-31", "trading_profit_before_capital_allowances": 2_000_000, **told}
    result = calculate({"accounting_periods": [period]})
    is_large = "large_company_brought_forward" in told
    assert result.accounting_periods[0].outputs["current_law"]["payment_regime"] == ("large" if is_large else "ordinary")
    assert ("In a company file, large_company_brought_forward: 1." in " ".join(result.summary().split())) == (not told)
