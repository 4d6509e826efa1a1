"""Outlooks of the past: a population that follows one meets its corporation tax and grows as was expected on the day."""

from __future__ import annotations

import numpy as np
import pytest

from openfisca_goodwork import population, system
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.population import build, fit, forecasts, level, store
from openfisca_goodwork.population.assumptions import Assumptions, growth_index
from openfisca_goodwork.population.build import Built

SMALL = 8_000
SERIES = ("consumer_prices", "earnings", "employees", "pay_bill", "turnover", "business_investment")
HELD = [one for one in population.outlooks() if one != forecasts.LATEST_OUTLOOK]


def expecting(outlook: str) -> Assumptions:
    return Assumptions(system.current_law().parameters, outlook)


@pytest.fixture(scope="module")
def of_the_day() -> Built:
    """A small population that follows the outlook of the day full expensing became permanent."""
    return build.build(system.current_law(), SMALL, forecast="2023-11")


def test_tax_is_what_the_obr_expected_in_november_2023() -> None:
    """£93.8bn in 2023-24 and £116.6bn in 2028-29 (OBR, Historical official forecasts database)."""
    expected = level.tax_by_year("2023-11")
    assert expected[2023].figure == pytest.approx(93_837, abs=1)
    assert expected[2028].figure == pytest.approx(116_585, abs=1)
    assert expected[2022].figure == 73_900  # HMRC's, which was known
    assert max(expected) == 2028


def test_the_law_charges_the_tax_of_the_outlook(of_the_day: Built) -> None:
    law, weights = system.current_law(), of_the_day.columns["weight"]
    tax = level.by_financial_year(law, of_the_day.columns, (level.TAX,), range(2023, 2029))[level.TAX] @ weights
    assert tax / 1e6 == pytest.approx([93_837.1, 101_776.5, 104_313.0, 108_247.4, 111_954.7, 116_585.5], rel=0.001)


def test_its_report_leaves_out_what_turned_out_later(of_the_day: Built) -> None:
    report = fit.measure(system.current_law(), of_the_day)
    blocks = {one.block for one in report.lines}
    assert "corporation tax by section, 2021-22" in blocks
    assert "corporation tax by section, 2023-24" not in blocks
    assert {one.target: one.official for one in report.lines if one.block == "corporation tax by year"}["2028-29"] > 116_000


def test_the_records_are_those_of_the_latest_forecast(of_the_day: Built, small: Built) -> None:
    for name in ("id", "employees", "turnover", "profit", "paying_draw"):
        assert np.array_equal(of_the_day.columns[name], small.columns[name], equal_nan=name == "paying_draw"), name


def test_the_latest_outlook_is_the_latest_forecast_and_changes_no_figure(read: Assumptions) -> None:
    law = system.current_law()
    assert forecasts.known("2026-03") == forecasts.LATEST
    assert store.fingerprint(law, forecast=forecasts.known("2026-03")) == store.fingerprint(law)
    assert store.fingerprint(law, forecast="2023-11") != store.fingerprint(law)
    growth = [0.03438, 0.02015]  # consumer prices in 2025-26 and 2026-27 (OBR, March 2026)
    levels = read.growth("consumer_prices")
    assert levels[7:9] / levels[6:8] - 1 == pytest.approx(growth)


def test_growth_of_a_calendar_year_becomes_that_of_financial_years() -> None:
    """Consumer prices grow 7.455398% in 2023 and 3.611425% in 2024 (OBR, November 2023).

    2022-23 is ¾ of 2022 (level 1) and ¼ of 2023; 2023-24 ¾ of 2023 and ¼ of 2024:
    (0.75 × 1.07455 + 0.25 × 1.07455 × 1.036114) ÷ (0.75 + 0.25 × 1.07455) - 1 = 6.44%.
    """
    assert forecasts.growth("2023-11", "consumer_prices")[2023] == pytest.approx(0.0644, abs=5e-5)


def test_years_before_an_outlook_are_as_they_turned_out_and_the_last_growth_is_held(read: Assumptions) -> None:
    expected, known = expecting("2021-03").growth("earnings"), read.growth("earnings")
    assert np.array_equal(expected[:2], known[:2])  # to 2019-20
    assert expected[2] != known[2]
    rates = expected[1:] / expected[:-1] - 1
    assert rates[-1] == pytest.approx(rates[7])
    assert rates[-1] == pytest.approx(0.03454462, abs=1e-5)  # of 2025, the outlook's last


def test_wages_of_the_survey_year_are_deflated_from_what_they_were(read: Assumptions) -> None:
    """An outlook of 2021 that missed the inflation after it leaves the training of 2020 at what it was."""
    expected = growth_index(expecting("2021-10"), "earnings", (2024, 12))
    known = growth_index(read, "earnings", (2024, 12))
    assert expected[2, 2] == pytest.approx(known[2, 2])  # the period to March 2020, of financial year 2019-20
    assert expected[7, 11] < known[7, 11]  # the period to December 2024


def test_business_investment_follows_output_where_it_is_not_on_file() -> None:
    assert forecasts.growth("2021-03", "business_investment") == forecasts.growth("2021-03", "turnover")
    assert "as a guide" in forecasts.guides("2021-03")["business_investment"]
    assert "guide" not in forecasts.guides("2025-11")["business_investment"]


def test_business_investment_of_november_2025_is_real_growth_and_prices() -> None:
    """2026-27: 0.208% more in real terms at prices 2.230% higher."""
    assert forecasts.growth("2025-11", "business_investment")[2026] == pytest.approx(1.00208 * 1.02230 - 1, abs=1e-5)


@pytest.mark.parametrize("outlook", HELD)
def test_every_outlook_has_tax_and_growth_from_the_year_it_was_published_in(outlook: str) -> None:
    first = forecasts.first_year(outlook)
    assert [int(row.year[:4]) for row in forecasts.corporation_tax(outlook)] == list(range(first, first + 6))
    for series in SERIES:
        years = forecasts.growth(outlook, series)
        assert {first + 1, first + 2, first + 3} <= years.keys(), series
        assert all(-0.12 < rate < 0.15 for rate in years.values()), series


@pytest.mark.parametrize("outlook", ["2024-10", "2018-03", "November 2023", ""])
def test_an_outlook_that_is_not_on_file_is_an_error_that_names_those_that_are(outlook: str) -> None:
    with pytest.raises(GoodworkError, match="2021-03, 2021-10") as raised:
        population.load(forecast=outlook)
    assert raised.value.exit_code == 2
