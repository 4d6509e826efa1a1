"""What a dated value means for a period that straddles its change."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openfisca_goodwork.errors import ParameterError
from openfisca_goodwork.law.periods import STRADDLES, AccountingPeriod, History, Value, history
from openfisca_goodwork.law.periods.history import mean_within, segments_of, taper_before, value_over
from openfisca_goodwork.system import CountryTaxBenefitSystem, current_law

YEAR = AccountingPeriod(date(2026, 1, 1), date(2026, 12, 31))
CHANGE = date(2026, 4, 1)


def rate(straddle, before=0.18, after=0.14, day=CHANGE):
    return History("a.rate", (Value(date(2012, 4, 1), before, straddle), Value(day, after, straddle)))


def test_a_hybrid_rate_is_rounded_up_to_two_decimals_of_a_percent():
    assert value_over(rate("rounded_up_hybrid"), YEAR) == 0.1499


def test_a_hybrid_rate_that_comes_out_even_is_not_pushed_up_by_binary_noise():
    ten_and_thirty_days = AccountingPeriod(date(2026, 3, 22), date(2026, 4, 30))
    assert value_over(rate("rounded_up_hybrid"), ten_and_thirty_days) == 0.15


def test_a_rate_is_shared_by_days_where_limits_are_cut_by_months():
    months = AccountingPeriod(YEAR.start, YEAR.end, in_months=True)
    assert value_over(rate("rounded_up_hybrid"), months) == 0.1499


def test_a_day_weighted_rate_is_not_rounded():
    assert value_over(rate("day_weighted"), YEAR) == pytest.approx((0.18 * 90 + 0.14 * 275) / 365, abs=1e-15)


def test_a_whole_period_change_waits_for_the_next_period():
    assert value_over(rate("whole_period"), YEAR) == 0.18
    assert value_over(rate("whole_period"), AccountingPeriod(CHANGE, date(2027, 3, 31))) == 0.14


def test_a_change_that_goes_by_the_end_holds_for_the_whole_period_it_falls_in():
    assert value_over(rate("by_end"), YEAR) == 0.14
    assert value_over(rate("by_end"), AccountingPeriod(YEAR.start, CHANGE)) == 0.14
    assert value_over(rate("by_end"), AccountingPeriod(YEAR.start, date(2026, 3, 31))) == 0.18


@pytest.mark.parametrize("straddle", ["annual_limit", "by_date_incurred", "separate_periods"])
def test_a_change_that_goes_by_date_has_no_single_value(straddle):
    with pytest.raises(ParameterError, match=r"a\.rate changes on 1 April 2026 by .*no single value"):
        value_over(rate(straddle), YEAR)


@pytest.mark.parametrize("straddle", STRADDLES)
def test_a_change_on_the_first_day_straddles_nothing(straddle):
    assert value_over(rate(straddle, day=YEAR.start), YEAR) == 0.14


@pytest.mark.parametrize("straddle", STRADDLES)
def test_the_same_value_again_is_no_change(straddle):
    assert value_over(rate(straddle, after=0.18), YEAR) == 0.18


def test_a_change_on_the_last_day_has_one_day():
    assert value_over(rate("day_weighted", day=YEAR.end), YEAR) == pytest.approx((0.18 * 364 + 0.14) / 365, abs=1e-15)


def test_nothing_is_known_before_the_first_value():
    with pytest.raises(ParameterError, match=r"a\.rate has no value before 1 April 2012; 31 March 2012 was asked for\."):
        rate("day_weighted").on(date(2012, 3, 31))


def test_a_tapering_end_leaves_the_share_of_days_before_it():
    ends = History("a.rate", (Value(date(2012, 4, 1), 0.3, "by_date_incurred"), Value(CHANGE, 0, "day_weighted")))
    assert taper_before(ends, YEAR, date(2026, 3, 31)) == 90 / 365
    assert taper_before(rate("by_date_incurred"), YEAR, date(2026, 3, 31)) == 1


@given(
    st.lists(st.dates(date(2020, 1, 1), date(2030, 12, 31)), max_size=6, unique=True),
    st.dates(date(2021, 1, 1), date(2029, 1, 1)),
    st.integers(0, 364),
)
def test_stretches_cover_the_period_once_and_nothing_changes_within_them(days, start, length):
    period = AccountingPeriod(start, date.fromordinal(start.toordinal() + length))
    values = (
        Value(date(2010, 1, 1), 0.0, "day_weighted"),
        *(Value(d, i + 1.0, "day_weighted") for i, d in enumerate(sorted(days))),
    )
    parameter = History("a.rate", values)
    result = segments_of((parameter,), period)
    assert (result[0][0], result[-1][1]) == (period.start, period.end)
    assert all((later[0] - sooner[1]).days == 1 for sooner, later in pairwise(result))
    assert all(parameter.on(first) == parameter.on(last) for first, last in result)
    mean = sum(period.share(*one) * parameter.on(one[0]) for one in result)
    assert mean_within(parameter, period.start, period.end) == pytest.approx(mean, abs=1e-9)


def test_an_unknown_path_is_named():
    with pytest.raises(ParameterError, match=r"corporation_tax\.man_rate is not a parameter"):
        history(current_law(), "corporation_tax.man_rate")
    with pytest.raises(ParameterError, match=r"corporation_tax is not a parameter"):
        history(current_law(), "corporation_tax")


def test_a_parameter_updated_in_place_is_noticed():
    law = CountryTaxBenefitSystem()
    path = "corporation_tax.main_rate"
    assert history(law, path).on(date(2026, 1, 1)) == 0.25
    law.parameters.corporation_tax.main_rate.update(start="2025-04-01", value=0.28)
    assert history(law, path).on(date(2026, 1, 1)) == 0.28
    assert history(current_law(), path).on(date(2026, 1, 1)) == 0.25


# HMRC's own tests of its CT600 software round the first part to pounds and give the rest to the second:
# https://github.com/hmrc/ct-calculations/blob/main/src/test/scala/uk/gov/hmrc/ct/ct600/v2/calculations/CorporationTaxCalculatorSpec.scala
# https://github.com/hmrc/ct-calculations/blob/main/src/test/scala/uk/gov/hmrc/ct/ct600/v3/calculations/CorporationTaxCalculatorSpec.scala
@pytest.mark.parametrize(
    ("profits", "start", "end", "before", "after"),
    [
        (365, date(2013, 8, 1), date(2014, 7, 31), 243, 122),
        (20_000, date(2014, 10, 1), date(2015, 9, 30), 9_973, 10_027),
        (11, date(2016, 3, 31), date(2016, 4, 1), 6, 5),
    ],
)
def test_profits_are_shared_between_financial_years_by_days(profits, start, end, before, after):
    period, april = AccountingPeriod(start, end), date(end.year, 4, 1)
    assert profits * period.share(start, date(end.year, 3, 31)) == pytest.approx(before, abs=0.5)
    assert profits * period.share(april, end) == pytest.approx(after, abs=0.5)
