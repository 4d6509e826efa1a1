"""Paths: the mean of the twelve months of an accounting period."""

from __future__ import annotations

import pytest

from openfisca_goodwork.population.assumptions import Assumptions, dated_shares, growth_index

MARCH, DECEMBER = 2, 11


def row(year: int) -> int:
    return year - 2017  # the first row, of periods to January, February and March 2018


def test_a_share_is_weighted_by_the_months_on_each_side_of_its_change(read: Assumptions) -> None:
    share = dated_shares(read, "base.plant.main_rate_car_share")
    before, after = 0.55, 0.20  # from April 2021
    assert share[row(2021), MARCH] == pytest.approx(after)  # April 2021 to March 2022
    assert share[row(2021), DECEMBER] == pytest.approx((3 * before + 9 * after) / 12)  # January to December 2021
    assert share[row(2020), MARCH] == pytest.approx(before)


def test_growth_between_march_periods_is_about_that_of_the_financial_years(read: Assumptions) -> None:
    index = growth_index(read, "earnings")
    assert index[row(2026), MARCH] / index[row(2025), MARCH] == pytest.approx(1.0317, abs=0.005)  # OBR, 2026-27: 3.17%
    assert index[row(2018), MARCH] == pytest.approx(1, abs=0.005)


def test_a_period_that_ends_in_december_lags_one_that_ends_in_the_march_after_by_a_quarter(read: Assumptions) -> None:
    index = growth_index(read, "earnings")
    december, march = index[row(2027), DECEMBER], index[row(2027), MARCH]
    year_before = index[row(2026), MARCH]
    assert december == pytest.approx(march - (march - year_before) / 4, rel=0.002)


def test_the_base_period_is_one(read: Assumptions) -> None:
    assert growth_index(read, "consumer_prices", (2024, 12))[row(2024), DECEMBER] == 1


def test_growth_is_held_at_its_last_rate_to_the_end(read: Assumptions) -> None:
    index = growth_index(read, "profits")
    last = index[row(2033), MARCH] / index[row(2032), MARCH]
    assert last == pytest.approx(1.04, abs=1e-4)  # OBR, 2030-31: 4.0%
