"""What moves in front of an end: pounds are neither lost nor made, and only the twelve months on either side take part."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from openfisca_goodwork.costing.behaviour import relief_ends, training_brought_forward
from openfisca_goodwork.law.human_investment import has_rolling_baseline, relief_begins, relief_spells
from openfisca_goodwork.law.periods.accounting_period import AccountingPeriod, AccountingPeriods
from openfisca_goodwork.policy import law_of
from openfisca_goodwork.system import current_law
from tests.costing.designs import design

LABELS = range(2027, 2034)


def calendar_years():
    years = {year: AccountingPeriod(date(year, 1, 1), date(year, 12, 31)) for year in LABELS}
    return {year: AccountingPeriods((one,), np.zeros(1, int)) for year, one in years.items()}


def test_current_law_and_a_relief_for_good_have_no_end():
    assert relief_spells(current_law()) == ()
    assert relief_spells(law_of(design())) == ((date(2027, 1, 1), None),)
    assert not relief_ends(law_of(design()))


def test_a_relief_that_ends_and_begins_again_has_two_spells():
    twice = law_of(design(additional_deduction={"2027-01-01": 0.3, "2029-04-01": 0, "2031-01-01": 0.2}))
    assert relief_spells(twice) == ((date(2027, 1, 1), date(2029, 3, 31)), (date(2031, 1, 1), None))
    assert relief_begins(twice) == date(2027, 1, 1)
    assert relief_ends(twice)


def test_a_change_of_rate_is_no_end():
    cut = law_of(design(additional_deduction={"2027-01-01": 0.3, "2029-04-01": 0.1}))
    assert relief_spells(cut) == ((date(2027, 1, 1), None),)


def test_only_a_baseline_that_moves_with_earlier_periods_is_a_rolling_one():
    window = {"incremental__fixed_from": "2024-01-01", "incremental__fixed_to": "2025-12-31"}
    assert not has_rolling_baseline(law_of(design()))
    assert has_rolling_baseline(law_of(design(incremental__enabled=True)))
    assert not has_rolling_baseline(law_of(design(incremental__enabled=True, incremental__base="fixed", **window)))


@pytest.mark.parametrize("end", ["2029-01-01", "2029-04-01", "2028-02-29", "2027-06-01"])
def test_what_moves_in_comes_from_the_twelve_months_after(end):
    # £1,000 of each year counts while the relief is in force.
    ending, last = law_of(design(end=end)), date.fromisoformat(end)
    acting = {
        year: np.array([1_000.0 * max((min(last, date(year + 1, 1, 1)) - date(year, 1, 1)).days, 0) / 365])
        for year in LABELS
    }
    earlier, moved = training_brought_forward(ending, calendar_years(), acting, 0.05)
    assert sum(moved.values()) == pytest.approx([0], abs=1e-9)
    assert sum(amount for amount in moved.values() if amount > 0) > 0
    for year in LABELS:
        takes_part = last.year - 1 <= year <= last.year + 1
        assert (earlier[year][0] == 0 and moved[year][0] == 0) or takes_part
        assert (earlier[year][0] > 0) == (acting[year][0] > 0 and date(year, 12, 31) >= date(last.year - 1, last.month, 28))


def test_nothing_moves_of_those_who_do_not_claim():
    nothing = {year: np.zeros(1) for year in LABELS}
    earlier, moved = training_brought_forward(law_of(design(end="2029-01-01")), calendar_years(), nothing, 0.05)
    assert not any(one.any() for one in (*earlier.values(), *moved.values()))
