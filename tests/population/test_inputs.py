"""What the law is given: whole, finite, consecutive, and adding up to what was drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from openfisca_goodwork import system
from openfisca_goodwork.errors import DataError
from openfisca_goodwork.population import Population, plant, training
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.inputs import HEADS

MAIN_RATE = ("main_rate_plant_new", "main_rate_plant_used")


def test_every_input_is_an_input_variable_of_the_law_with_one_value_a_record(default: Population) -> None:
    variables = system.current_law().variables
    for label in (2018, 2033):
        for name, values in default.inputs(label).items():
            assert name in variables
            assert values.shape == (default.records,)


def test_every_amount_is_a_finite_64_bit_number(default: Population) -> None:
    for label in default.labels:
        for name, values in default.inputs(label).items():
            if values.dtype.kind == "f":
                assert values.dtype == np.float64, name
                assert np.isfinite(values).all(), name
                assert name == "trading_profit_before_capital_allowances" or values.min() >= 0, name


def test_accounting_periods_follow_one_another_and_are_twelve_months(default: Population) -> None:
    one_day = np.timedelta64(1, "D")
    end_before = default.inputs(2018)["accounting_period_start"] - one_day
    for label in default.labels:
        held = default.inputs(label)
        start, end = held["accounting_period_start"], held["accounting_period_end"]
        assert np.array_equal(start, end_before + one_day)
        assert set(end.astype("datetime64[Y]").astype(int) + 1970) == {label}
        assert set((end - start).astype(int) + 1) <= {365, 366}
        assert np.array_equal(end.astype("datetime64[M]"), (start - one_day).astype("datetime64[M]") + 12)
        end_before = end


def test_balances_are_brought_into_the_first_period_only(default: Population) -> None:
    opening = {name for name in default.inputs(2018) if "_brought_forward" in name}
    assert opening == {
        "main_pool_brought_forward",
        "special_rate_pool_brought_forward",
        "structures_and_buildings_brought_forward",
        "trading_losses_brought_forward_pre_april_2017",
    }
    assert not opening & default.inputs(2019).keys()
    assert set(default.inputs(2025)["first_accounting_period"]) == {2018}


def test_heads_of_training_add_up_to_spending_at_the_prices_of_the_survey_year(default: Population) -> None:
    held = default.inputs(2024)
    december = default.columns["end_month"] == 12
    total = sum(held[head] for head in HEADS)
    assert total[december] == pytest.approx(training.in_survey_year(default.columns)[december], rel=1e-6, abs=1e-6)


def test_fees_are_8_percent_of_training_in_the_survey_year(default: Population) -> None:
    held = default.inputs(2024)
    spent = training.in_survey_year(default.columns)
    here = (default.columns["end_month"] == 12) & (spent > 0)
    assert held["external_course_fees"][here] == pytest.approx(0.08 * spent[here], rel=1e-6)


def test_companies_of_a_group_are_alike_and_share_a_limit_of_the_group_evenly(default: Population) -> None:
    held = default.inputs(2027)
    members = 1 + held["associated_companies"]
    assert members.max() > 1
    for name in ("employees", "turnover", "balance_sheet_total"):
        assert held[f"group_{name}"] == pytest.approx(held[name] * members, rel=1e-12)
    assert held["human_investment_cap_share"] * members == pytest.approx(np.ones(default.records), rel=1e-12)


def test_claims_are_those_expected_on_the_day_until_claims_of_full_expensing_were_published(read: Assumptions) -> None:
    """46% of 2023-24 as it turned out; a costing of March 2023 knew the months before it, and expected all from then on."""
    now = plant.claimed_share(read)
    then = plant.claimed_share(replace(read, forecast="2023-03"))
    march_2023 = (2023 - 2017, 3 - 1)
    before = 12 * march_2023[0] + march_2023[1]
    assert np.array_equal(then.ravel()[:before], now.ravel()[:before])
    assert (then[march_2023], then[2023 - 2017, 3], now[2023 - 2017, 3]) == (1.0, 1.0, 0.46)
    assert np.array_equal(plant.claimed_share(replace(read, forecast="2025-11")), now)


def test_plant_of_every_class_adds_up_to_118_billion_in_2018_19(default: Population) -> None:
    held = [default.inputs(label) for label in (2018, 2019)]
    new_year = default.financial_year(2018) == 2018
    classes = [name for name in held[0] if "plant" in name] + [
        "zero_emission_cars_new",
        "main_rate_cars",
        "special_rate_cars",
    ]
    spent = sum(np.where(new_year, held[0][name], held[1][name]) for name in classes)
    cars = sum(np.where(new_year, held[0][name], held[1][name]) for name in classes[-3:])
    resale = 0.35 / 0.65 * cars  # cars enter net of their resale value
    assert default.weight @ (spent + resale) == pytest.approx(
        118e9, rel=0.02
    )  # periods that end in the year began before it


def test_lessors_of_plant_are_in_finance_and_administrative_services(default: Population) -> None:
    given = default.inputs(2025)
    leased, claimed = given["main_rate_plant_for_leasing_new"], given["main_rate_plant_new"]
    only_leased = (leased > 0) & (claimed == 0)
    assert set(default.frame["sic_section"][only_leased]) == {"K", "N"}
    share, claims = (default.columns[name] for name in ("leased_share_of_unclaimed", "claimed_share"))
    unclaimed = (1 - claims[-1, -1]) / claims[-1, -1]
    assert leased[~only_leased] == pytest.approx(share * unclaimed * claimed[~only_leased], rel=1e-6)


def test_a_label_outside_the_panel_is_an_error(default: Population) -> None:
    with pytest.raises(DataError, match="2018 to 2033"):
        default.inputs(2034)


def test_draws_are_the_same_each_time_and_differ_by_name(default: Population) -> None:
    assert np.array_equal(default.uniform("take-up"), default.uniform("take-up"))
    assert abs(np.corrcoef(default.uniform("take-up"), default.uniform("other"))[0, 1]) < 0.02


def test_financial_years_are_those_in_which_no_month_of_any_company_is_missing(default: Population) -> None:
    ends = [default.inputs(label)["accounting_period_end"] for label in (2018, 2033)]
    first = ends[0].astype("datetime64[M]") - 11  # the month in which each company's first period begins
    last = ends[1].astype("datetime64[M]")
    whole = [
        year
        for year in range(2015, 2040)
        if first.max() <= np.datetime64(f"{year}-04") and last.min() >= np.datetime64(f"{year + 1}-03")
    ]
    assert default.financial_years == tuple(whole)
    assert (whole[0], whole[-1]) == (2018, 2031)


def test_no_record_that_stands_for_others_has_much_more_than_a_hundredth_of_a_years_plant(default: Population) -> None:
    """Before, one lessor of weight 29 had 4.8% of 2028-29. Sharing out what is cut takes a record a little over 1%."""
    spent = default.columns["plant"] * default.weight
    shares = spent / spent.sum(axis=1, keepdims=True)
    assert shares[:, default.weight > 1].max() < 0.011
    assert shares[:, default.weight == 1].max() > 0.02  # a giant that stands for itself keeps what it spends
    lessors = shares[:, default.columns["lessor"]].sum(axis=1)
    assert lessors.max() < 0.12
    assert 118 * lessors.mean() == pytest.approx(10.8, abs=1)  # £bn, as `leased_out_2018_19` says
