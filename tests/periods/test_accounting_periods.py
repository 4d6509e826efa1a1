"""Labels, dates and dated items as a user may give them, and what is refused."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from openfisca_goodwork import system
from openfisca_goodwork.errors import GoodworkError, ParameterError, PeriodError
from openfisca_goodwork.law.notes import notes_of

FEES = "external_course_fees"
PLANT = "main_rate_plant_used"
PROFIT = "trading_profit_before_capital_allowances"


def company(inputs, count=1):
    return system.simulation(system.current_law(), inputs, count)


def dated(start, end):
    return {"accounting_period_start": np.array([start], "M8[D]"), "accounting_period_end": np.array([end], "M8[D]")}


def test_dates_come_from_the_inputs_and_never_from_the_label():
    late = company({2030: dated("2023-04-01", "2024-03-31") | {PROFIT: [100_000.0]}})
    assert late.calculate("corporation_tax", 2030)[0] == pytest.approx(22_750)


def test_a_label_without_dates_is_a_calendar_year():
    assert company({2017: {PROFIT: [100_000.0]}}).calculate("corporation_tax", 2017)[0] == pytest.approx(
        19_246.58, abs=0.005
    )


@pytest.mark.parametrize("name", [PROFIT, "accounting_period_start"])
def test_an_input_for_a_year_that_is_no_label_is_refused(name):
    built = company({})
    with pytest.raises(PeriodError, match=r"is given for year:2024-04\. A year here is the label of an accounting period"):
        built.set_input(name, "year:2024-04", dated("2024-04-01", "2025-03-31").get(name, np.zeros(1)))


@pytest.mark.parametrize("name", ["corporation_tax", "turnover"])
def test_a_request_for_a_year_that_is_no_label_is_refused(name):
    built = company({2024: {"turnover": [1.0]}})
    with pytest.raises(PeriodError, match=r"year:2024-04 was asked for\."):
        built.calculate(name, "year:2024-04")


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2024-04-01", "2025-04-01", r"from 1 April 2024 to 1 April 2025 is longer than 12 months \(CTA 2009 s\.10\)"),
        ("2024-04-01", "2024-03-31", r"from 1 April 2024 to 31 March 2024 ends before it starts"),
        ("2033-06-01", "2034-05-31", r"ends after 2033, the last year for which law is held"),
    ],
)
def test_a_period_that_cannot_be_one_is_refused(start, end, words):
    with pytest.raises(PeriodError, match=words):
        company({2024: dated(start, end)}).calculate("corporation_tax", 2024)


def test_all_faults_of_many_companies_come_at_once():
    starts, ends = np.array(["2024-04-01", "2024-04-01"], "M8[D]"), np.array(["2025-06-30", "2024-03-01"], "M8[D]")
    built = company({2024: {"accounting_period_start": starts, "accounting_period_end": ends}}, count=2)
    with pytest.raises(PeriodError, match=r"(?s)ends before it starts.*longer than 12 months"):
        built.calculate("corporation_tax", 2024)


@pytest.mark.parametrize(
    ("second_start", "word"),
    [("2025-03-31", "overlaps the one before"), ("2025-04-02", "leaves a gap after the one before")],
)
def test_periods_follow_one_another_day_by_day(second_start, word):
    built = company({2025: dated("2024-04-01", "2025-03-31"), 2026: dated(second_start, "2026-03-30")})
    with pytest.raises(PeriodError, match=f"{word}, which ends on 31 March 2025"):
        built.calculate("corporation_tax", 2026)


def test_a_company_that_begins_after_a_gap_says_so():
    inputs = {2025: dated("2024-04-01", "2024-12-31"), 2026: dated("2026-01-01", "2026-12-31") | {PROFIT: [100_000.0]}}
    inputs[2026]["first_accounting_period"] = np.array([2026])
    assert company(inputs).calculate("corporation_tax", 2026)[0] == pytest.approx(22_750)


def test_two_periods_that_end_in_one_calendar_year_use_the_next_label():
    inputs = {
        2025: dated("2025-01-01", "2025-03-31") | {"main_pool_brought_forward": [100_000.0]},
        2026: dated("2025-04-01", "2025-12-31"),
        2027: dated("2026-01-01", "2026-12-31"),
    }
    built = company(inputs)
    after = 100_000 * (1 - 0.18 * 90 / 365) * (1 - 0.18 * 275 / 365) * (1 - 0.1499)
    assert built.calculate("main_pool_carried_forward", 2027)[0] == pytest.approx(after)


def test_a_period_before_the_law_held_is_refused_with_the_first_day_that_is():
    with pytest.raises(ParameterError, match=r"has no value before 1 April 2010; 1 January 2009 was asked for\."):
        company({2009: {PROFIT: [1.0]}}).calculate("corporation_tax", 2009)


def test_items_on_their_days_are_the_amount_of_their_period():
    inputs = {2026: {PROFIT: [0.0]}, "2026-12-31": {FEES + "_on": [3.0]}, "2027-01-01": {FEES + "_on": [5.0]}}
    built = company({**inputs, "2027-12-31": {FEES + "_on": [7.0]}})
    assert [built.calculate(FEES, label)[0] for label in (2026, 2027)] == [3, 12]


def test_items_alone_make_their_year_the_first():
    built = company({"2027-06-30": {"main_rate_plant_used_on": [2_000_000.0]}})
    assert built.calculate("main_pool_carried_forward", 2027)[0] == pytest.approx(860_000)


def test_a_company_may_have_items_and_another_an_amount():
    inputs = {2027: {PLANT: [0.0, 900.0]}, "2027-06-30": {PLANT + "_on": [12_000.0, 0.0]}}
    assert company(inputs, count=2).calculate("annual_investment_allowance", 2027).tolist() == [12_000, 900]


def test_an_amount_and_items_of_one_company_are_refused_together():
    built = company({2027: {PLANT: [900.0]}, "2027-06-30": {PLANT + "_on": [12_000.0]}})
    with pytest.raises(ValueError, match=r"main_rate_plant_used is given both as an amount for 2027 and as dated items"):
        built.calculate("annual_investment_allowance", 2027)


def test_an_amount_in_one_period_and_items_in_another_are_fine():
    built = company({2026: {"main_rate_plant_used": [900.0]}, "2027-06-30": {"main_rate_plant_used_on": [12_000.0]}})
    assert [built.calculate("annual_investment_allowance", label)[0] for label in (2026, 2027)] == [900, 12_000]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        (PROFIT, np.nan, "not a finite number"),
        (PROFIT, np.inf, "not a finite number"),
        (PROFIT, -np.inf, "not a finite number"),
        ("turnover", -0.01, "cannot be below 0"),
        ("annual_investment_allowance_share", 1.01, "cannot be above 1"),
        ("main_pool_brought_forward", -1.0, "cannot be below 0"),
    ],
)
def test_an_amount_that_cannot_be_is_refused(name, value, words):
    with pytest.raises(ValueError, match=f"{name} .*{words}"):
        company({2024: {name: [value]}})


def test_an_item_that_cannot_be_is_refused():
    with pytest.raises(GoodworkError, match=r"external_course_fees_on is -5\.00; it cannot be below 0\."):
        company({"2024-06-30": {FEES + "_on": [-5.0]}})


def test_a_loss_may_be_negative():
    assert company({2024: {PROFIT: [-5.0]}}).calculate("trade_loss", 2024)[0] == 5


def test_what_was_read_is_recorded_with_its_dates():
    built = company({2026: {"main_pool_brought_forward": [1e5]}})
    notes_of(built).reads = []
    built.calculate("main_pool_writing_down_allowance", 2026)
    path = "capital_allowances.writing_down.main_rate"
    assert [read for read in notes_of(built).reads if read.path == path] == [
        (path, date(2026, 1, 1), date(2026, 12, 31), 0.1499)
    ]


def test_companies_with_different_periods_are_charged_each_on_its_own():
    starts = np.array(["2023-01-01", "2023-04-01", "2022-04-01"], "M8[D]")
    ends = np.array(["2023-12-31", "2024-03-31", "2023-03-31"], "M8[D]")
    inputs = {"accounting_period_start": starts, "accounting_period_end": ends, PROFIT: np.full(3, 200_000.0)}
    result = company({2023: inputs}, count=3).calculate("corporation_tax", 2023)
    assert result.tolist() == pytest.approx([46_483.75, 49_250, 38_000], abs=0.005)
