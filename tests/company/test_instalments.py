"""Dates and amounts of payment, against HMRC's published examples and the regulations' own arithmetic."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openfisca_goodwork.company import calculate, due_dates, instalments, months_of_period, payment_terms
from openfisca_goodwork.law.periods import add_months
from openfisca_goodwork.system import current_law

TERMS = payment_terms(current_law(), date(2012, 1, 1))
YEAR_2026 = (date(2026, 1, 1), date(2026, 12, 31))

PUBLISHED = {
    "TMA 1970 s.59D: a year to 31 December 2026 is due nine months and a day later": (
        ("ordinary", *YEAR_2026),
        ["2027-10-01"],
    ),
    "TMA 1970 s.59D: a year to 30 June 2026 is due on 1 April 2027, not on 31 March": (
        ("ordinary", date(2025, 7, 1), date(2026, 6, 30)),
        ["2027-04-01"],
    ),
    "SI 1998/3175 reg 5(3): a large company's year to 31 December 2026": (
        ("large", *YEAR_2026),
        ["2026-07-14", "2026-10-14", "2027-01-14", "2027-04-14"],
    ),
    "SI 1998/3175 reg 5AZA(2): a very large company's year to 31 December 2026": (
        ("very_large", *YEAR_2026),
        ["2026-03-14", "2026-06-14", "2026-09-14", "2026-12-14"],
    ),
    "reg 5(2): four for a year whose fourth date three months on would come before the final one": (
        ("large", date(2024, 1, 18), date(2025, 1, 17)),
        ["2024-07-31", "2024-10-31", "2025-01-31", "2025-05-01"],
    ),
    "reg 5AZA(2)(d): a very large company's final instalment of a year is three months after its third": (
        ("very_large", date(2026, 2, 18), date(2027, 2, 17)),
        ["2026-05-01", "2026-08-01", "2026-11-01", "2027-02-01"],
    ),
    "reg 5AZA(4)(c): the day before 30 March in February is its last, and 14 days later is 14 March": (
        ("very_large", date(2026, 1, 1), date(2026, 3, 30)),
        ["2026-03-14"],
    ),
    "reg 5AZA(4)(b): a very large company's period to 29 June 2026 has its final instalment 14 days after 29 May": (
        ("very_large", date(2026, 1, 1), date(2026, 6, 29)),
        ["2026-03-14", "2026-06-12"],
    ),
    "TMA 1970 s.59D: nine months from 28 May 2026 end on 28 February 2027, and the tax is due on 1 March": (
        ("ordinary", date(2025, 5, 29), date(2026, 5, 28)),
        ["2027-03-01"],
    ),
    "TMA 1970 s.59D: nine months from 30 May 2026 end with February, and the tax is due on 1 March": (
        ("ordinary", date(2025, 5, 31), date(2026, 5, 30)),
        ["2027-03-01"],
    ),
    "A large company's three months to 31 March 2026 are due in one sum on 14 July, the final date": (
        ("large", date(2026, 1, 1), date(2026, 3, 31)),
        ["2026-07-14"],
    ),
    "A very large company's two months to 28 February 2026 are due in one sum on 14 February": (
        ("very_large", date(2026, 1, 1), date(2026, 2, 28)),
        ["2026-02-14"],
    ),
    "SI 1998/3175 reg 5AZA: a very large company's single month is due on its last day": (
        ("very_large", date(2026, 1, 1), date(2026, 1, 31)),
        ["2026-01-31"],
    ),
}


@pytest.mark.parametrize(("period", "expected"), PUBLISHED.values(), ids=PUBLISHED)
def test_due_dates(period: tuple[str, date, date], expected: list[str]) -> None:
    assert [day.isoformat() for day in due_dates(*period, TERMS)] == expected


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2012, 1, 1), date(2012, 7, 28), 6.93),  # HMRC CTM92610
        (date(2012, 1, 1), date(2012, 12, 31), 12),
        (date(2011, 10, 16), date(2012, 7, 20), 9.17),  # 9 months to 15 July, and 5 days
        (date(2026, 2, 1), date(2026, 2, 28), 1),
        (date(2026, 1, 31), date(2026, 1, 31), 0.03),
    ],
)
def test_the_factor_n_counts_spare_days_over_30_to_two_decimals(start: date, end: date, months: float) -> None:
    assert months_of_period(start, end) == months


def test_seven_months_pay_three_sevenths_twice_and_the_last_seventh() -> None:
    due = instalments(700_000, "large", date(2012, 1, 1), date(2012, 7, 31), TERMS)
    assert [instalment.amount for instalment in due] == pytest.approx([300_000, 300_000, 100_000])


def test_a_spare_part_of_a_month_leaves_a_balance_on_the_final_date() -> None:
    # n = 9.17: 3 × £917,000 ÷ 9.17 = £300,000 three times, and £17,000 on 3 November
    due = instalments(917_000, "large", date(2011, 10, 16), date(2012, 7, 20), TERMS)
    assert [instalment.amount for instalment in due] == pytest.approx([300_000, 300_000, 300_000, 17_000])


def test_no_tax_is_due_on_no_day() -> None:
    assert instalments(0.0, "ordinary", *YEAR_2026, TERMS) == ()


@st.composite
def accounting_periods(draw: st.DrawFn) -> tuple[date, date]:
    start = draw(st.dates(date(2010, 4, 1), date(2032, 12, 31)))
    longest = (add_months(start, 12) - start).days
    return start, start + timedelta(days=draw(st.integers(1, longest)) - 1)


@given(accounting_periods(), st.sampled_from(["ordinary", "large", "very_large"]), st.floats(0.01, 1e10))
def test_instalments_add_up_to_the_tax_on_ascending_days(period: tuple[date, date], regime: str, tax: float) -> None:
    due = instalments(tax, regime, *period, TERMS)
    days = [instalment.due for instalment in due]
    assert sum(instalment.amount for instalment in due) == pytest.approx(tax, rel=1e-12)
    assert all(instalment.amount >= 0 for instalment in due)
    assert days == sorted(set(days))
    assert len(days) <= 4


@given(accounting_periods())
def test_a_very_large_company_has_paid_by_the_end_of_the_period_a_large_one_after_it(period: tuple[date, date]) -> None:
    start, end = period
    assert start <= due_dates("very_large", start, end, TERMS)[-1] <= end
    assert due_dates("large", start, end, TERMS)[-1] > end


WITH_ADDRESS = {
    "https://www.gov.uk/hmrc-internal-manuals/company-taxation-manual/ctm92570 (example 2)": (
        ("large", date(2009, 7, 18), date(2010, 7, 17)),
        ["2010-01-31", "2010-04-30", "2010-07-31", "2010-10-31"],
    ),
    "https://www.gov.uk/hmrc-internal-manuals/company-taxation-manual/ctm92570 (example 3)": (  # 2012 is a leap year
        ("large", date(2010, 11, 17), date(2011, 11, 16)),
        ["2011-05-30", "2011-08-30", "2011-11-30", "2012-03-01"],
    ),
    "https://www.gov.uk/hmrc-internal-manuals/company-taxation-manual/ctm92570 (example 4)": (  # from a month end on
        ("large", date(2011, 5, 16), date(2012, 5, 15)),
        ["2011-11-29", "2012-02-29", "2012-05-31", "2012-08-29"],
    ),
    "https://www.gov.uk/hmrc-internal-manuals/company-taxation-manual/ctm92590 (example 1)": (
        ("large", date(2012, 1, 1), date(2012, 7, 31)),
        ["2012-07-14", "2012-10-14", "2012-11-14"],
    ),
    "https://www.gov.uk/hmrc-internal-manuals/company-taxation-manual/ctm92590 (example 2)": (
        ("large", date(2011, 10, 16), date(2012, 7, 20)),
        ["2012-04-29", "2012-07-29", "2012-10-29", "2012-11-03"],
    ),
    "https://www.gov.uk/hmrc-internal-manuals/company-taxation-manual/ctm92590 (example 3)": (  # first and final are one
        ("large", date(2012, 6, 1), date(2012, 8, 31)),
        ["2012-12-14"],
    ),
    "https://www.acowtancy.com/mountain/acca-tx/3-day-online-revision-course/filing-paying-tax/filing-paying-tax-company": (
        ("large", date(2020, 4, 1), date(2021, 3, 31)),
        ["2020-10-14", "2021-01-14", "2021-04-14", "2021-07-14"],
    ),
    "http://azkurs.org/tx-notes-fa22-final.html?page=248": (
        ("ordinary", date(2022, 4, 1), date(2023, 3, 31)),
        ["2024-01-01"],
    ),
}


@pytest.mark.parametrize(("period", "expected"), WITH_ADDRESS.values(), ids=WITH_ADDRESS)
def test_due_dates_of_the_published_examples(period: tuple[str, date, date], expected: list[str]) -> None:
    assert [day.isoformat() for day in due_dates(*period, TERMS)] == expected


# https://www.gov.uk/hmrc-internal-manuals/company-taxation-manual/ctm92610
@pytest.mark.parametrize(("end", "months"), [(date(2012, 7, 28), 6.93), (date(2012, 7, 31), 7), (date(2012, 12, 31), 12)])
def test_the_published_factor_n_of_a_period_from_1_january_2012(end: date, months: float) -> None:
    assert months_of_period(date(2012, 1, 1), end) == months


# HMRC CIRD89780: "the liability is not reduced by the credit but is settled by it like any other payment".
def with_research(profit: float, spent: float, **facts: float) -> Any:
    facts |= {"trading_profit_before_capital_allowances": profit, "research_and_development_expenditure": spent}
    return calculate({"accounting_periods": [{"start": "2026-01-01", "end": "2026-12-31", **facts}]})


def test_a_research_credit_discharges_the_one_sum_that_is_due_and_does_not_reduce_it() -> None:
    # Credit 20% × £100,000 = £20,000; tax 25% × (£280,000 + £20,000) = £75,000, of which the credit pays £20,000.
    result = with_research(280_000, 100_000)
    (period,) = result.accounting_periods
    assert period.instalments["current_law"] == ((date(2027, 10, 1), pytest.approx(75_000)),)
    assert period.amount("current_law", "net_corporation_tax") == pytest.approx(55_000)
    assert re.search(r"1 October 2027 +55,000.00$", result.summary(), re.MULTILINE)  # what is left to pay
    assert "what is left to pay after credits, which meet the last instalments first" in result.summary()
    assert "before credits" not in result.summary()


def test_instalments_are_of_the_tax_before_research_credits() -> None:
    # Credit £100,000; tax 25% × £2,500,000 = £625,000, a quarter on each day; £525,000 after the credit.
    (period,) = with_research(2_400_000, 500_000, large_company_brought_forward=1).accounting_periods
    days = [date(2026, 7, 14), date(2026, 10, 14), date(2027, 1, 14), date(2027, 4, 14)]
    assert period.instalments["current_law"] == tuple((day, pytest.approx(156_250)) for day in days)
    assert period.amount("current_law", "net_corporation_tax") == pytest.approx(525_000)


def test_a_research_credit_does_not_make_the_tax_too_little_for_instalments() -> None:
    # Credit £400,000; tax 25% × £2,000,000 = £500,000 is above £10,000, though only £100,000 is left to pay in money.
    (period,) = with_research(1_600_000, 2_000_000, large_company_brought_forward=1).accounting_periods
    assert period.outputs["current_law"]["payment_regime"] == "large"
    assert sum(one.amount for one in period.instalments["current_law"]) == pytest.approx(500_000)


def test_without_credits_no_line_speaks_of_them() -> None:
    assert "after credits" not in with_research(280_000, 0).summary()
