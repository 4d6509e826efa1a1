"""Interest and penalties: the published examples, and the law's own rates and amounts."""

from __future__ import annotations

from datetime import date

import pytest

from openfisca_goodwork.law.payment import (
    KINDS,
    Instalment,
    InterestTerms,
    after_credits,
    interest_on,
    interest_terms,
    payment_terms,
    penalties,
)
from openfisca_goodwork.law.periods import History
from openfisca_goodwork.law.periods.history import Value
from openfisca_goodwork.system import current_law

LAW = current_law()
YEAR_2012 = (date(2012, 1, 1), date(2012, 12, 31))


def due(*days: tuple[date, float]) -> list[Instalment]:
    return [Instalment(*each) for each in days]


def constant(**rates: float) -> InterestTerms:
    values = {kind: History(kind, (Value(date(2000, 1, 1), rates.get(kind, 0.0), "by_date_incurred"),)) for kind in KINDS}
    return InterestTerms(values, 365)


def test_a_company_that_pays_four_instalments_unevenly_has_the_interest_of_hmrcs_example() -> None:
    # https://gov.uk/hmrc-internal-manuals/company-taxation-manual/ctm92730
    # Example 1: £4m for 2012; credit interest at 4.75%, debit interest at 7%.
    asked = due(*((day, 1e6) for day in (date(2012, 7, 14), date(2012, 10, 14), date(2013, 1, 14), date(2013, 4, 14))))
    paid = due((date(2012, 7, 1), 1.5e6), (date(2012, 11, 1), 1e6), (date(2013, 5, 1), 1e6), (date(2013, 7, 1), 1e6))
    rates = constant(paid_early=0.0475, underpaid_instalments=0.07)
    found = interest_on(rates, asked, paid, YEAR_2012, payment_terms(LAW, YEAR_2012[0]))
    assert [(one.start, (one.end - one.start).days + 1, round(one.interest)) for one in found[:3]] == [
        (date(2012, 7, 14), 92, -5_986),
        (date(2012, 10, 14), 18, 1_726),
        (date(2012, 11, 1), 74, -4_815),
    ]
    # £500,000 short from 14 January (90 days), £1,500,000 from 14 April (17), £500,000 from 1 May (61); then £500,000 too
    # much from 1 July to 30 September (92).
    assert [round(one.interest, 2) for one in found[3:]] == [8_630.14, 4_890.41, 5_849.32, -5_986.30]


def test_tax_paid_a_month_late_across_a_change_bears_each_rate_for_its_days() -> None:
    # £50,000 due on 1 January 2026, paid on 1 February: 8 days at 8% and 23 at 7.75%.
    year = (date(2024, 4, 1), date(2025, 3, 31))
    found = interest_on(
        interest_terms(LAW, year[0]),
        due((date(2026, 1, 1), 50_000)),
        due((date(2026, 2, 1), 50_000)),
        year,
        payment_terms(LAW, year[0]),
    )
    assert [(one.kind, one.rate, round(one.interest, 2)) for one in found] == [
        ("late_payment", 0.08, 87.67),
        ("late_payment", 0.0775, 244.18),
    ]


def test_tax_paid_early_earns_interest_from_the_day_of_a_first_instalment_alone() -> None:
    # Paid on 1 July 2024, due on 1 October 2025; from 14 July 5% to 11 August (29 days), 4.75% to 17 November (98), 4.5% to
    # 16 February (91), 4.25% to 18 May (91), 4% to 17 August (91), 3.75% to 30 September (44).
    year = (date(2024, 1, 1), date(2024, 12, 31))
    asked, paid = due((date(2025, 10, 1), 73_000)), due((date(2024, 7, 1), 73_000))
    found = interest_on(interest_terms(LAW, year[0]), asked, paid, year, payment_terms(LAW, year[0]))
    assert [(one.kind, round(-one.interest, 2)) for one in found] == [
        ("paid_early", amount) for amount in (290, 931, 819, 773.5, 728, 330)
    ]


def test_what_was_paid_too_much_earns_repayment_interest_until_it_is_repaid() -> None:
    # £20,000 too much from 1 October to 30 November 2025, 61 days at 3%.
    year = (date(2024, 1, 1), date(2024, 12, 31))
    paid = due((date(2025, 10, 1), 70_000), (date(2025, 12, 1), -20_000))
    (found,) = interest_on(
        interest_terms(LAW, year[0]), due((date(2025, 10, 1), 50_000)), paid, year, payment_terms(LAW, year[0])
    )
    assert (found.kind, round(found.interest, 2)) == ("repayment", -100.27)


def test_credits_meet_the_last_instalments_first() -> None:
    asked = due((date(2026, 7, 14), 100), (date(2026, 10, 14), 100), (date(2027, 1, 14), 100))
    assert [one.amount for one in after_credits(asked, 150)] == [100, 50, 0]


def penalty(end: date, filed: date, late_before: int = 0, unpaid: float = 0.0) -> list[float]:
    return [round(one.amount, 2) for one in penalties(LAW, end, filed, late_before, lambda _day: unpaid)]


def test_returns_late_in_a_row_have_the_penalties_of_hmrcs_example() -> None:
    # https://gov.uk/hmrc-internal-manuals/cotax-manual/com100060
    # Months late by year of 31 May 2016 to 2023, and what each costs.
    late_before, found = 0, []
    for year, months in zip(range(2016, 2024), (1, 4, 1, 4, 0, 4, 1, 1), strict=True):
        filed = date(year + 1, 5, 31) if not months else date(year + 1, 5 + months, 15)
        found.append(penalty(date(year, 5, 31), filed, late_before))
        late_before = late_before + 1 if months else 0
    assert found == [[100], [200], [500], [1_000], [], [200], [100], [500]]


@pytest.mark.parametrize(("late_before", "days", "amount"), [(0, 1, 200), (0, 100, 400), (2, 1, 1_000), (2, 100, 2_000)])
def test_penalties_doubled_for_filing_dates_from_april_2026(late_before: int, days: int, amount: float) -> None:
    old, new = date(2025, 3, 31), date(2025, 4, 1)
    assert penalty(new, date.fromordinal(date(2026, 4, 1).toordinal() + days), late_before) == [amount]
    assert penalty(old, date.fromordinal(date(2026, 3, 31).toordinal() + days), late_before) == [amount / 2]


def test_a_return_18_months_after_the_end_costs_a_tenth_of_the_tax_unpaid_and_after_two_years_a_fifth() -> None:
    end = date(2023, 12, 31)
    assert penalty(end, date(2025, 6, 30), unpaid=40_000) == [200]
    assert penalty(end, date(2025, 7, 1), unpaid=40_000) == [200, 4_000]
    assert penalty(end, date(2026, 1, 1), unpaid=40_000) == [200, 8_000]
