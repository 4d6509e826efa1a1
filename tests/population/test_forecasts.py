"""Outlooks of the past: a population that follows one meets its corporation tax and grows as was expected on the day."""

from __future__ import annotations

import numpy as np
import pytest

from openfisca_goodwork import population, system
from openfisca_goodwork.costing.two_laws import law_of_forecast
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.population import build, fit, forecasts, level, plant, store
from openfisca_goodwork.population.assumptions import Assumptions, growth_index
from openfisca_goodwork.population.build import Built

SMALL = 8_000
SPENDING = (
    *("main_rate_plant_new", "main_rate_plant_used", "main_rate_plant_for_leasing_new"),
    *("special_rate_plant_new", "special_rate_plant_used", "zero_emission_cars_new", "main_rate_cars", "special_rate_cars"),
)
SERIES = ("consumer_prices", "earnings", "employees", "pay_bill", "turnover", "business_investment")
HELD = [forecast for forecast in population.outlooks() if forecast != forecasts.LATEST_OUTLOOK]
EARLIER = ["2010-06", "2012-12", "2015-07", "2016-11", "2017-03"]


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
    blocks = {line.block for line in report.lines}
    assert "corporation tax by section, 2021-22" in blocks
    assert "corporation tax by section, 2023-24" not in blocks
    assert {line.target: line.official for line in report.lines if line.block == "corporation tax by year"}[
        "2028-29"
    ] > 116_000


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


def test_buildings_are_claimed_for_as_expected_until_their_cost_was_published() -> None:
    for outlook in ("2018-10", "2020-03", "2025-11"):
        assert (plant.structures_claimed_share(expecting(outlook)) == 1).all(), outlook
    now = plant.structures_claimed_share(expecting(forecasts.LATEST))
    assert now[2019 - 2017, 0] == 0.0288
    assert (now < 0.5).all()


def test_lessors_are_drawn_until_they_buy_what_is_leased_out(read: Assumptions) -> None:
    """Of buyers of £5bn, £9bn, £3bn, £2.9bn and £1bn in their order, the second and the fourth have no room in £10.8bn."""
    bought, chance = np.array([5e9, 3e9, 9e9, 1e9, 2.9e9, 4e9]), np.array([0.1, 0.3, 0.2, 0.5, 0.4, 0.05])
    may_be = np.array([True, True, True, True, True, False])
    assert plant._lessors(read, may_be, chance, bought).tolist() == [True, True, False, True, False, False]


def test_an_outlook_of_earlier_years_has_its_own_span_of_years_and_every_other_2018_to_2033() -> None:
    assert [one for one in HELD if forecasts.is_of_earlier_years(one)] == EARLIER
    spans = [forecasts.labels(one) for one in EARLIER]
    assert [(span[0], span[-1]) for span in spans] == [(2010, 2018), (2010, 2020), (2013, 2023), (2014, 2024), (2014, 2024)]
    assert {forecasts.labels(one) for one in (*HELD, forecasts.LATEST) if one not in EARLIER} == {range(2018, 2034)}
    assert population.financial_years("2010-06") == tuple(range(2010, 2017))


def test_the_level_of_2018_is_one_whatever_the_span() -> None:
    """Turnover grew by 2.805% in 2011-12 to 3.56% in 2018-19 (OBR, March 2026): 1.033^8 or so from 2010-11."""
    levels = expecting("2010-06").growth("turnover")
    assert levels[-1] == pytest.approx(1)
    rates = [0.02805, 0.03275, 0.04301, 0.04569, 0.02655, 0.04467, 0.04221, 0.0356]
    assert 1 / levels[0] == pytest.approx(np.prod([1 + rate for rate in rates]))


@pytest.mark.parametrize("outlook", EARLIER[:3])
def test_of_the_economy_of_2010_to_2015_nothing_is_on_file_and_it_is_as_it_turned_out(outlook: str) -> None:
    assert {series: said for series, said in forecasts.guides(outlook).items() if said != forecasts.AS_IT_TURNED_OUT} == {
        "corporation tax": "onshore corporation tax"
    }
    assert forecasts.growth(outlook, "business_investment") == {}


@pytest.fixture(scope="module")
def of_june_2010() -> Built:
    """A small population that follows the outlook of June 2010, on the law of that day."""
    return build.build(law_of_forecast("2010-06"), SMALL, forecast="2010-06")


def test_the_law_of_june_2010_charges_the_tax_that_its_outlook_expected(of_june_2010: Built) -> None:
    """£38.4bn in 2011-12 to £51.4bn in 2015-16 (OBR, Historical official forecasts database)."""
    law, weights = law_of_forecast("2010-06"), of_june_2010.columns["weight"]
    tax = level.by_financial_year(law, of_june_2010.columns, (level.TAX,), range(2011, 2016))[level.TAX] @ weights
    assert tax / 1e9 == pytest.approx([38.4, 42.1, 45.2, 48.3, 51.4], rel=0.001)


def test_its_first_periods_begin_with_the_law_and_leave_no_day_out(of_june_2010: Built) -> None:
    """Years that end in January to March have a first period of nine months, to December 2010, and one of one to three."""
    people = population.Population(of_june_2010.columns, "June 2010")
    before, day = None, np.timedelta64(1, "D")
    for label in people.labels:
        held = people.inputs(label)
        starts, ends = held["accounting_period_start"], held["accounting_period_end"]
        assert (starts == (np.datetime64("2010-04-01") if before is None else before + day)).all()
        assert (ends.astype("datetime64[Y]").astype(int) + 1970 == label).all()
        before = ends
    early = people.columns["end_month"] <= 3
    first, second = people.inputs(2010), people.inputs(2011)
    assert set(np.unique(first["accounting_period_end"][early])) == {np.datetime64("2010-12-31")}
    assert set(np.unique(second["accounting_period_start"][early])) == {np.datetime64("2011-01-01")}
    months = np.array([31, 59, 90])[people.columns["end_month"][early] - 1] / 365
    years = people.columns["plant"][1][early] * people.columns["plant_index"][1, people.columns["end_month"][early] - 1]
    spent = sum(second[name][early] for name in SPENDING)
    resold = people.columns["car_resale"]
    assert spent.sum() <= (years * months).sum() and spent.sum() >= (1 - resold) * (years * months).sum()


def test_its_report_holds_the_tax_of_its_years_and_no_later_figure(of_june_2010: Built) -> None:
    report = fit.measure(law_of_forecast("2010-06"), of_june_2010)
    years = [line.target for line in report.lines if line.block == "corporation tax by year"]
    assert years == ["2011-12", "2012-13", "2013-14", "2014-15", "2015-16"]
    assert not {"training by sector", "business investment", "pay bill"} & {line.block for line in report.lines}


def test_tax_of_years_before_an_outlook_is_what_was_estimated_then_or_came_to_hmrc() -> None:
    expected = level.tax_by_year("2015-07")
    assert expected[2013].figure == 36_600  # the outlook of March 2014
    assert expected[2014].figure == 40_300  # the outlook of March 2015
    assert expected[2015].figure == 42_500


@pytest.mark.parametrize("outlook", [one for one in HELD if one not in EARLIER])
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


def test_carried_on_to_2050_money_grows_with_nominal_gdp_and_prices_as_before() -> None:
    latest, longer = expecting(forecasts.LATEST), expecting(forecasts.TO_2050)
    assert (longer.labels[0], longer.labels[-1]) == (2018, 2051)
    assert population.financial_years(forecasts.TO_2050)[-1] == 2049
    years = len(latest.labels)
    for series in SERIES:
        assert np.array_equal(longer.growth(series)[:years], latest.growth(series)), series
        after = longer.growth(series)[years:] / longer.growth(series)[years - 1 : -1]
        expected = {"consumer_prices": 1.02, "employees": 1.00455}.get(series, 1.03569)  # those of 2030-31, held
        assert after == pytest.approx(np.full(after.size, expected)), series
    tax = dict(zip(level.solved_years(longer.labels), level.targets(longer), strict=True))
    assert tax[2049] / tax[2034] == pytest.approx(1.03569**15)
    assert tax[2031] == level.targets(latest)[list(level.solved_years(latest.labels)).index(2031)]


def test_tax_after_an_outlook_grows_as_what_is_taxed_did_at_its_end_at_the_rates_of_the_law() -> None:
    """The forecast of July 2015 ends at 19% in 2019-20; from April 2020 its law has 18%, and the same ever since."""
    read = Assumptions(law_of_forecast("2015-07").parameters, "2015-07")
    tax = dict(zip(level.solved_years(read.labels), level.targets(read), strict=True))
    growth = 43_280 / 42_575
    assert tax[2020] / tax[2019] == pytest.approx(growth * 18 / 19)
    assert tax[2021] / tax[2020] == pytest.approx(growth)


def test_companies_of_the_forecast_carried_on_are_those_of_the_forecast() -> None:
    law = law_of_forecast(forecasts.TO_2050)
    longer = build.build(law, SMALL, forecast=forecasts.TO_2050).columns
    latest = build.build(system.current_law(), SMALL).columns
    assert np.array_equal(longer["id"], latest["id"])
    years = latest["plant"].shape[0]
    assert longer["plant"][:years] == pytest.approx(latest["plant"], rel=1e-3)
    assert longer["profit_level"][: years - 2] == pytest.approx(latest["profit_level"][:-2], rel=1e-2)
