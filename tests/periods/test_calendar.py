"""Dates, lengths and shares: nothing here knows of OpenFisca or of tax."""

from __future__ import annotations

from datetime import date

import pytest

from openfisca_goodwork.errors import PeriodError
from openfisca_goodwork.law import periods
from openfisca_goodwork.law.periods import AccountingPeriod
from openfisca_goodwork.law.periods.calendar import months_between


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2023, 4, 1), 9, date(2024, 1, 1)),  # tax for the year to 31 March 2023 is due
        (date(2027, 1, 1), 9, date(2027, 10, 1)),
        (date(2026, 6, 30), 9, date(2027, 3, 30)),
        (date(2026, 7, 1), 9, date(2027, 4, 1)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_are_added_to_the_same_day_or_the_last_of_the_month(day, months, then):
    assert periods.add_months(day, months) == then


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2012, 1, 1), date(2012, 7, 31), 7),
        (date(2012, 1, 1), date(2012, 12, 31), 12),
        (date(2024, 1, 1), date(2024, 9, 30), 9),
        (date(2024, 2, 1), date(2024, 2, 29), 1),
        (date(2026, 1, 1), date(2026, 1, 15), 15 / 31),
        (date(2026, 1, 2), date(2026, 1, 1), 0),
    ],
)
def test_months_between_two_days_are_whole_months_and_part_of_one(start, end, months):
    assert months_between(start, end) == pytest.approx(months)


def test_a_day_belongs_to_the_financial_year_that_its_april_began():
    assert [periods.financial_year(date(2024, 3, 31)), periods.financial_year(date(2024, 4, 1))] == [2023, 2024]


@pytest.mark.parametrize(("year", "days"), [(2022, 365), (2023, 366), (2024, 365), (2027, 366)])
def test_a_financial_year_with_29_february_has_366_days(year, days):
    assert periods.financial_year_days(year) == days


def test_days_between_counts_both_ends_and_never_below_none():
    assert periods.days_between(date(2024, 4, 1), date(2024, 4, 1)) == 1
    assert periods.days_between(date(2024, 4, 2), date(2024, 4, 1)) == 0


def test_financial_years_are_named_and_read():
    assert periods.financial_year_name(2099) == "2099-00"
    assert periods.parse_financial_years("2026-27:2031-32") == (2026, 2027, 2028, 2029, 2030, 2031)


@pytest.mark.parametrize(
    "text",
    [
        "2026",
        "2026-28",
        "2031-32:2026-27",
        "2026-27:2027-28:2028-29",
        "",
        "26-27",
        "9998-99:9999-00",
        "1899-00",
        "٢٠٢٦-٢٧",
        2029,
        None,
    ],
)
def test_what_is_no_range_of_financial_years_is_refused(text):
    with pytest.raises(PeriodError, match=r"2026-27"):
        periods.parse_financial_years(text)


def test_a_calendar_year_lies_a_quarter_in_one_financial_year_and_three_in_the_next():
    shares = periods.shares_by_financial_year(date(2026, 1, 1), date(2026, 12, 31))
    assert shares == pytest.approx({2025: 0.25, 2026: 0.75})


# HMRC's open-source tests share profits by days, to the pound (ct-calculations, CorporationTaxCalculatorSpec).
@pytest.mark.parametrize(
    ("start", "end", "cut", "profits", "first"),
    [
        (date(2016, 3, 31), date(2016, 4, 1), date(2016, 3, 31), 11, 6),
        (date(2013, 8, 1), date(2014, 7, 31), date(2014, 3, 31), 365, 243),
        (date(2014, 10, 1), date(2015, 9, 30), date(2015, 3, 31), 20_000, 9_973),
    ],
)
def test_profits_are_shared_between_financial_years_by_days(start, end, cut, profits, first):
    assert AccountingPeriod(start, end).share(start, cut) * profits == pytest.approx(first, abs=0.5)


@pytest.mark.parametrize(
    ("start", "end", "is_year"),
    [
        (date(2024, 1, 1), date(2024, 12, 31), True),
        (date(2024, 2, 29), date(2025, 2, 28), True),
        (date(2023, 3, 1), date(2024, 2, 29), True),
        (date(2024, 1, 31), date(2025, 1, 30), True),
        (date(2024, 1, 1), date(2024, 12, 30), False),
    ],
)
def test_twelve_months_are_a_year_whatever_their_days(start, end, is_year):
    one = AccountingPeriod(start, end)
    assert one.is_twelve_months is is_year
    assert not one.is_too_long


@pytest.mark.parametrize("days_more", [date(2025, 1, 1), date(2025, 2, 28), date(2026, 1, 1)])
def test_a_day_more_than_twelve_months_is_too_long(days_more):
    assert AccountingPeriod(date(2024, 1, 1), days_more).is_too_long


def test_a_short_period_is_days_over_365_and_a_part_days_over_its_financial_year():
    short = AccountingPeriod(date(2024, 1, 1), date(2024, 6, 30))
    assert short.length_factor == 182 / 365
    year = AccountingPeriod(date(2023, 1, 1), date(2023, 12, 31))
    assert year.length_factor_of_part(date(2023, 4, 1), date(2023, 12, 31)) == 275 / 366


def test_parts_of_a_period_add_up_to_the_whole():
    for in_months in (False, True):
        one = AccountingPeriod(date(2023, 11, 15), date(2024, 11, 14), in_months)
        parts = one.share(one.start, date(2024, 3, 31)) + one.share(date(2024, 4, 1), one.end)
        assert parts == pytest.approx(1, abs=0.002 if in_months else 1e-15)
