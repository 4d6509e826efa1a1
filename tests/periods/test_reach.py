"""Earlier accounting periods within so many months of a later one, by days counted by hand."""

from __future__ import annotations

import numpy as np
from openfisca_core import periods as engine_periods

from openfisca_goodwork import system
from openfisca_goodwork.law.periods import periods_within, share_within_last_months, share_within_months_before

# The first company: calendar 2022; nine months to September 2023; a year. The second begins with the second period.
STARTS = {2022: ["2022-01-01"] * 2, 2023: ["2023-01-01"] * 2, 2024: ["2023-10-01"] * 2}
ENDS = {2022: ["2022-12-31"] * 2, 2023: ["2023-09-30"] * 2, 2024: ["2024-09-30"] * 2}
LAST = engine_periods.period(2024)


def companies():
    inputs = {
        label: {
            "accounting_period_start": np.array(STARTS[label], dtype="datetime64[D]"),
            "accounting_period_end": np.array(ENDS[label], dtype="datetime64[D]"),
        }
        for label in STARTS
    }
    inputs[2022]["first_accounting_period"] = np.array([2022, 2023])
    return system.simulation(system.current_law(), inputs, count=2).populations["company"]


def months(*of_each: int) -> np.ndarray:
    return np.array(of_each)


def test_as_many_periods_lie_within_reach_as_end_in_it() -> None:
    assert [periods_within(companies(), LAST, months(most, 0)) for most in (9, 10, 36)] == [1, 2, 2]


def test_a_period_partly_within_the_months_before_has_that_share_by_days() -> None:
    # Twelve months before 1 October 2023 begin on 1 October 2022: 92 of 365 days. The second company had not begun.
    assert share_within_months_before(companies(), LAST, 2, months(0, 0), months(12, 12)).tolist() == [92 / 365, 0]
    assert share_within_months_before(companies(), LAST, 1, months(0, 0), months(12, 6)).tolist() == [1, 183 / 273]


def test_what_lies_nearer_than_the_nearer_of_two_numbers_of_months_does_not_count() -> None:
    assert share_within_months_before(companies(), LAST, 2, months(12, 0), months(36, 36)).tolist() == [273 / 365, 0]
    assert share_within_months_before(companies(), LAST, 1, months(12, 36), months(36, 36)).tolist() == [0, 0]


def test_the_last_months_run_to_the_end_of_the_later_period_and_begin_no_sooner_than_a_given_day() -> None:
    # Eighteen months to 30 September 2024 begin on 1 April 2023: 183 of 273 days; those from 1 July alone are 92.
    assert share_within_last_months(companies(), LAST, 1, months(18, 0)).tolist() == [183 / 273, 0]
    since_july = share_within_last_months(
        companies(), LAST, 1, months(18, 18), lambda end: end.replace(year=2023, month=7, day=1)
    )
    assert since_july.tolist() == [92 / 273, 92 / 273]
