"""Example companies under two laws, held against sums done by hand."""

from __future__ import annotations

import datetime

import pytest

from openfisca_goodwork import policy
from openfisca_goodwork.company.outcomes import first_day, outcomes
from openfisca_goodwork.errors import PeriodError

MAIN = "human-investment-super-deduction"
DAY = datetime.date(2028, 1, 1)


@pytest.fixture(scope="module")
def found():
    return outcomes(policy.compare("law", MAIN), ("law", MAIN), DAY)


def test_what_they_bear_is_the_tax_of_both_laws(found):
    """By hand, at 25% or 26.5% between the limits, the extra deduction being 30% of the training.

    £150,000: 37,500 less marginal relief of 3/200 × 100,000 = 36,000, and 26.5% × 3,000 = 795 less.
    £1m: 25% × (1m − 200,000 of plant) = 200,000, and 25% × 30% × 50,000 = 3,750 less.
    £20m: 25% × (20m − 5.5m of plant) = 3,625,000, and 25% × 30% × 1m = 75,000 less. £40,000 at 19%: 7,600.
    """
    expected = [(7_600, 7_600), (36_000, 35_205), (200_000, 196_250), (3_625_000, 3_550_000)]
    assert [(row.a, row.b) for row in found.rows[:4]] == [pytest.approx(pair) for pair in expected]
    assert found.rows[4].difference == 0


def test_the_finding_counts_who_bears_less(found):
    assert found.finding == "Of 5 example companies, 3 pay less under B than under A, none more, 2 the same."


def test_laws_that_differ_on_other_days_alone_are_said_to_leave_the_companies_as_they_are():
    sides = ("law@2021-06-01", "law@2023-06-01")
    same = outcomes(policy.compare(*sides, "2023-06-01"), sides, datetime.date(2020, 4, 1))
    assert same.finding.startswith("None of the 5 example companies pays another amount under B: what differs applies to")


def test_the_two_sides_exchanged_give_the_opposite(found):
    other = outcomes(policy.compare(MAIN, "law"), (MAIN, "law"), DAY)
    assert [row.difference for row in other.rows] == [-row.difference for row in found.rows]


def test_a_law_against_itself_makes_no_difference():
    same = outcomes(policy.compare("law", "law"), ("law", "law"), DAY)
    assert [row.difference for row in same.rows] == [0] * 5


@pytest.mark.parametrize("name", sorted(policy.library()))
def test_every_reform_of_the_library_can_be_looked_at_from_the_first_day_that_is_offered(name):
    comparison = policy.compare("law", name)
    assert len(outcomes(comparison, ("law", name), first_day(comparison)).rows) == 5


def test_companies_are_worked_out_under_the_law_in_force_on_each_of_two_days():
    """£40,000 at 19% on both days; £150,000 at 19%, then 25% less 3/200 of £100,000 (FA 2021 s.6, Sch 1)."""
    sides = ("law@2022-04-01", "law@2023-04-01")
    made = outcomes(policy.compare(*sides, on="2023-04-01"), sides, datetime.date(2023, 4, 1))
    assert [(row.a, row.b) for row in made.rows[:2]] == [pytest.approx(pair) for pair in ((7_600, 7_600), (28_500, 36_000))]


def test_a_reform_as_in_force_on_a_day_has_nothing_that_comes_later():
    """Before the relief starts on 1 April 2027 it is current law; on that day and for ever after it is the relief."""
    before, after = f"{MAIN}@2027-03-31", f"{MAIN}@2027-04-01"
    for side, expected in ((before, 0), (after, -795)):  # £10,000 x 30% x 26.5%
        sides = ("law@2027-04-01", side)
        made = outcomes(policy.compare(*sides, on="2027-04-01"), sides, DAY)
        assert made.rows[1].difference == pytest.approx(expected)


@pytest.mark.parametrize("day", [datetime.date(1950, 1, 1), datetime.date(2033, 6, 1), datetime.date(9999, 12, 31)])
def test_days_outside_the_law_held_are_refused_with_a_day_that_is_not(day):
    with pytest.raises(PeriodError, match="For example: 2028-01-01"):
        outcomes(policy.compare("law", MAIN), ("law", MAIN), day)


def test_the_first_day_is_within_the_days_asked_for():
    assert first_day(policy.compare("law", MAIN)) == datetime.date(2027, 4, 1)
    assert first_day(policy.compare("law", MAIN, start="2029-01-01")) == datetime.date(2029, 1, 1)
    assert first_day(policy.compare("law", "law", on="2033-12-01")) == datetime.date(2033, 1, 1)
