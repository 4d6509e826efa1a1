"""An accounting period cut into parts and put together again: what adds up by law, exactly, and what by law does not.

A limit for a year is cut to days ÷ 365 in a part and stands whole in twelve months, leap year or not. So limits of the parts
add up to the whole in a year of 365 days, and to 366/365 of it in one of 366.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.test_law_properties import BOUNDED, PROFIT, found

Dates = tuple[date, date]
DAY = timedelta(days=1)
POOLS = ("main_pool", "special_rate_pool")
pounds = st.integers(0, 3_000_000)


@st.composite
def cut_years(draw: Any, first: date, last: date) -> tuple[Dates, list[Dates]]:
    """Twelve months that begin and end within two days, and the same cut into two to four parts."""
    start = draw(st.dates(first, last - timedelta(days=366)).filter(lambda day: (day.month, day.day) != (2, 29)))
    whole = start, date(start.year + 1, start.month, start.day) - DAY
    inner = st.integers(1, (whole[1] - whole[0]).days).map(lambda n: start + n * DAY)
    cuts = sorted(draw(st.sets(inner, min_size=1, max_size=3)))
    return whole, [(begin, after - DAY) for begin, after in pairwise([start, *cuts, whole[1] + DAY])]


def days(period: Dates) -> int:
    return (period[1] - period[0]).days + 1


def total(name: str, cut: tuple[Dates, list[Dates]], by_days: dict[str, float], **same: Any) -> tuple[float, float]:
    """An output of the whole, and the sum of it over the parts, which have their days' share of some inputs."""
    whole, parts = cut
    (of_whole,) = found([name], whole, **{key: [value] for key, value in by_days.items()}, **same)
    of_parts = [
        found([name], part, **{key: [value * days(part) / days(whole)] for key, value in by_days.items()}, **same)[0]
        for part in parts
    ]
    return float(of_whole[0]), float(sum(one[0] for one in of_parts))


@BOUNDED
@given(cut_years(date(2015, 4, 1), date(2023, 3, 31)), pounds, pounds)
def test_at_one_rate_for_all_the_tax_of_the_parts_is_that_of_the_whole(cut, profits, dividends):
    # CTA 2009 s.8(5): profits by days to financial years, each at its rate; leap years and the change of 2017 included.
    whole, parts = total("corporation_tax", cut, {PROFIT: profits, "exempt_distributions": dividends})
    assert parts == pytest.approx(whole, abs=1e-6)


@pytest.mark.parametrize("law", [(date(2010, 4, 1), date(2015, 3, 31)), (date(2023, 4, 1), date(2033, 12, 31))], ids=str)
def test_with_marginal_relief_the_parts_of_365_days_bear_the_tax_of_the_whole(law):
    # Limits and profits shrink alike, so that each part stands to its limits as the whole does: rates that change in
    # between are weighted by the same days.
    @BOUNDED
    @given(cut_years(*law).filter(lambda cut: days(cut[0]) == 365), pounds, pounds, st.integers(0, 6))
    def holds(cut: tuple[Dates, list[Dates]], profits: int, dividends: int, others: int) -> None:
        inputs = {PROFIT: profits, "exempt_distributions": dividends}
        whole, parts = total("corporation_tax", cut, inputs, associated_companies=others)
        assert parts == pytest.approx(whole, abs=1e-6)

    holds()


@BOUNDED
@given(cut_years(date(2023, 4, 1), date(2033, 12, 31)).filter(lambda cut: days(cut[0]) == 366), pounds)
def test_the_parts_of_366_days_have_limits_of_366_days_of_365(cut, profits):
    # By hand: one computation with limits of £50,000 × 366/365 and £250,000 × 366/365.
    lower, upper = 50_000 * 366 / 365, 250_000 * 366 / 365
    tax = 0.19 * profits if profits <= lower else 0.25 * profits - 0.015 * max(upper - profits, 0)
    whole, parts = total("corporation_tax", cut, {PROFIT: profits})
    assert parts == pytest.approx(tax, abs=1e-6)
    assert parts <= whole + 1e-6


@BOUNDED
@given(st.dates(date(2014, 4, 2), date(2015, 3, 31)), pounds, st.integers(0, 6))
def test_a_year_cut_on_1_april_2015_bears_what_its_two_deemed_periods_do(start, profits, others):
    # FA 2014 Sch 1 para 22: each part of a straddling period is one of its own, and the financial year 2014 has 365 days.
    cut_day, whole = date(2015, 4, 1), (start, date(start.year + 1, start.month, start.day) - DAY)
    cut = whole, [(start, cut_day - DAY), (cut_day, whole[1])]
    of_whole, of_parts = total("corporation_tax", cut, {PROFIT: profits}, associated_companies=others)
    assert of_parts == pytest.approx(of_whole, abs=1e-6)


@BOUNDED
@given(st.dates(date(2022, 4, 2), date(2023, 3, 31)), pounds)
def test_a_year_cut_on_1_april_2023_does_so_but_for_days_of_366_in_its_limits(start, profits):
    # FA 2021 Sch 1 para 34: the deemed period has limits for its days of 366, those of the financial year 2023, and a period
    # cut there for its days of 365. By hand, the part from 1 April with either.
    cut_day, whole = date(2023, 4, 1), (start, date(start.year + 1, start.month, start.day) - DAY)
    before, after = (cut_day - start).days, (whole[1] - cut_day).days + 1
    share = profits * after / days(whole)
    taxes = []
    for year in (366, 365):
        lower, upper = 50_000 * after / year, 250_000 * after / year
        taxes.append(0.19 * share if share <= lower else 0.25 * share - 0.015 * max(upper - share, 0))
    cut = whole, [(start, cut_day - DAY), (cut_day, whole[1])]
    of_whole, of_parts = total("corporation_tax", cut, {PROFIT: profits})
    assert of_whole == pytest.approx(0.19 * profits * before / days(whole) + taxes[0], abs=1e-6)
    assert of_parts == pytest.approx(0.19 * profits * before / days(whole) + taxes[1], abs=1e-6)


LIMITS = {
    "annual_investment_allowance_maximum": {},
    "loss_restriction_maximum": {PROFIT: 40_000_000.0},
    "apprenticeship_levy": {"pay_bill": 90_000_000.0},
    "structures_and_buildings_allowance": {},
}


@pytest.mark.parametrize("name", LIMITS)
def test_limits_of_parts_add_up_to_the_limit_of_the_year(name):
    # The law of each: CAA 2001 s.51A(6), CTA 2010 s.269ZW(4), FA 2016 s.101 and CAA 2001 s.270EA, all "proportionately".
    @BOUNDED
    @given(cut_years(date(2020, 4, 1), date(2033, 12, 31)))
    def holds(cut: tuple[Dates, list[Dates]]) -> None:
        same = {"structures_and_buildings_brought_forward": 5_000_000.0} if "structures" in name else {}
        by_days = LIMITS[name] or {"other_income": 0.0}
        whole, parts = total(name, cut, by_days, **same)
        # In 366 days the parts have 1/365 more of every limit: £1m, half of £5m, £15,000, 3% of £5m.
        of_a_limit = {"annual": 1_000_000, "loss": 2_500_000, "apprenticeship": -15_000, "structures": 150_000}
        more = of_a_limit[name.split("_")[0]] / 365 * (days(cut[0]) - 365)
        assert parts == pytest.approx(whole + more, abs=1e-6)

    holds()


@BOUNDED
@given(cut_years(date(2020, 4, 1), date(2033, 12, 31)), st.integers(0, 10_000_000), st.sampled_from(POOLS))
def test_writing_down_in_a_part_is_the_year_s_rate_for_its_days_and_so_is_the_small_pool(cut, balance, pool):
    # CAA 2001 ss.56(3), 56A(2): both are reduced in proportion to the length of the period.
    for part in cut[1]:
        share = days(part) / 365
        rate, written = found(
            [f"{pool}_writing_down_rate", f"{pool}_writing_down_allowance"],
            part,
            **{f"{pool}_brought_forward": np.array([float(balance), 1_000 * share, 1_000 * share + 0.01])},
        )
        usual = rate[0] * share
        small = balance if balance <= 1_000 * share else balance * usual
        right = [small, 1_000 * share, (1_000 * share + 0.01) * usual]
        assert written == pytest.approx(right, abs=1e-6)
