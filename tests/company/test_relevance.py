"""Which facts a relief depends on: found by trying, and held to what the reform files say in words."""

from __future__ import annotations

import datetime

from openfisca_goodwork import policy
from openfisca_goodwork.company.relevance import changes_within, facts_that_matter

FACTS = (
    "external_course_fees",
    "trainer_pay",
    "trainee_pay",
    "accredited_share",
    "green_share",
    "digital_share",
    "employees",
)


def of(name):
    return facts_that_matter((policy.load(name),), FACTS)


def test_the_main_relief_depends_on_the_costs_that_count_and_on_no_kind_of_training():
    assert of("human-investment-super-deduction") == {"external_course_fees", "trainer_pay"}


def test_a_relief_with_uplifts_or_conditions_depends_on_what_they_are_for():
    assert {"green_share", "digital_share"} <= of("human-investment-super-deduction-green-and-digital")
    assert "accredited_share" in of("accredited-training-deduction-200-percent")
    assert "accredited_share" not in of("human-investment-super-deduction-green-and-digital")


def test_a_relief_of_small_and_medium_sized_companies_depends_on_employees():
    assert "employees" in of("sme-training-deduction-150-percent")


def test_a_relief_changes_within_the_periods_that_hold_its_first_day():
    main = (policy.load("human-investment-super-deduction"),)
    begins = datetime.date(2027, 4, 1)
    assert changes_within(main, datetime.date(2027, 1, 1), datetime.date(2027, 12, 31)) == begins
    assert changes_within(main, begins, datetime.date(2028, 3, 31)) is None
    assert changes_within(main, datetime.date(2026, 4, 1), datetime.date(2027, 3, 31)) is None
