"""Accounts of 52 and 53 weeks: the accounting periods that they count as, on an agreed mean date (HMRC CTM01560)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from openfisca_goodwork.company import calculate, read
from openfisca_goodwork.errors import CompanyFileError

MEAN = {"name": "Example Ltd", "mean_date": "31 December"}


def account(start: str, end: str, **facts: Any) -> dict[str, Any]:
    return {"start": start, "end": end, **facts}


def spans(company: dict[str, Any], *accounts: dict[str, Any]) -> list[tuple[str, str]]:
    found = read({"company": company, "accounting_periods": list(accounts)}).accounting_periods
    return [(one.start.isoformat(), one.end.isoformat()) for one in found]


def test_accounts_to_the_last_saturday_of_the_year_count_as_calendar_years() -> None:
    # 28 December 2024, 3 January 2026 (53 weeks) and 2 January 2027 are within four days of 31 December.
    accounts = (("2023-12-31", "2024-12-28"), ("2024-12-29", "2026-01-03"), ("2026-01-04", "2027-01-02"))
    assert spans(MEAN, *(account(*days) for days in accounts)) == [
        ("2024-01-01", "2024-12-31"),
        ("2025-01-01", "2025-12-31"),
        ("2026-01-01", "2026-12-31"),
    ]


def test_53_weeks_are_taxed_as_a_year_with_one_writing_down_allowance() -> None:
    # 74,200 − 18% × 10,000 = 72,400; 25% × 72,400 − 3/200 × (250,000 − 72,400) = 15,436.
    facts = {"trading_profit_before_capital_allowances": 74_200, "main_pool_brought_forward": 10_000}
    result = calculate({"company": MEAN, "accounting_periods": [account("2024-12-29", "2026-01-03", **facts)]})
    (only,) = result.accounting_periods
    assert only.amount("current_law", "corporation_tax") == pytest.approx(15_436)
    assert only.instalments["current_law"][0].due == date(2026, 10, 1)


def test_a_company_that_began_in_the_year_keeps_its_first_day() -> None:
    assert spans(MEAN, account("2025-03-10", "2026-01-03")) == [("2025-03-10", "2025-12-31")]


def test_spending_after_the_mean_date_and_before_the_end_of_the_account_counts_on_the_mean_date() -> None:
    items = [{"on": "2026-01-02", "main_rate_plant_new": 50_000}]
    company = read({"company": MEAN, "accounting_periods": [account("2024-12-29", "2026-01-03", expenditure=items)]})
    assert company.accounting_periods[0].items[0].day == date(2025, 12, 31)


def test_a_mean_date_of_the_end_of_february_is_the_28th_in_most_years() -> None:
    mean = {"mean_date": "29 Feb"}
    assert spans(mean, account("2023-03-02", "2024-02-27"), account("2024-02-28", "2025-03-01")) == [
        ("2023-03-01", "2024-02-29"),
        ("2024-03-01", "2025-02-28"),
    ]


def test_an_account_that_ends_five_days_from_the_mean_date_is_refused() -> None:
    with pytest.raises(CompanyFileError, match="5 days from the mean date, 31 December: at most 4 are accepted"):
        spans(MEAN, account("2025-01-01", "2025-12-26"))


@pytest.mark.parametrize("typed", ["31 Decembre", "32 December", "12-31"])
def test_a_mean_date_that_is_no_day_of_the_year_is_refused(typed: str) -> None:
    with pytest.raises(CompanyFileError, match="must be a day of the year, such as 31 December"):
        spans({"mean_date": typed}, account("2025-01-01", "2025-12-31"))


def test_53_weeks_without_a_mean_date_are_refused_with_the_way_to_say_it() -> None:
    with pytest.raises(CompanyFileError, match=r"as two periods\. Or, in a company file, say the mean date"):
        spans({}, account("2024-12-29", "2026-01-03"))
