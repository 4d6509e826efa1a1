"""Which facts a relief depends on: found by trying, and held to what the reform files say in words."""

from __future__ import annotations

import datetime

from openfisca_goodwork import policy
from openfisca_goodwork.company.relevance import changes_within, facts_that_matter, facts_to_be_told

FACTS = (
    "external_course_fees",
    "trainer_pay",
    "trainee_pay",
    "accredited_share",
    "green_share",
    "digital_share",
    "employees",
)


WHO = ("sic_section", "sic_division", "region", "company_age")


def of(name):
    return facts_that_matter((policy.load(name),), FACTS)


def limited_to(**limits):
    """The main relief for some industries, places or ages only."""
    text = (policy.load("human-investment-super-deduction").text or "").replace("super-deduction\n", "for-some\n", 1)
    set_so = "".join(f"  human_investment.eligibility.{name}: {{2027-04-01: {value}}}\n" for name, value in limits.items())
    return (policy.parse((text + set_so).encode(), name="human-investment-for-some"),)


def test_the_main_relief_depends_on_the_costs_that_count_and_on_no_kind_of_training():
    assert of("human-investment-super-deduction") == {"external_course_fees", "trainer_pay"}


def test_a_relief_with_uplifts_or_conditions_depends_on_what_they_are_for():
    assert {"green_share", "digital_share"} <= of("human-investment-super-deduction-green-and-digital")
    assert "accredited_share" in of("accredited-training-deduction-200-percent")
    assert "accredited_share" not in of("human-investment-super-deduction-green-and-digital")


def test_a_relief_of_small_and_medium_sized_companies_depends_on_employees():
    assert "employees" in of("sme-training-deduction-150-percent")


def test_what_silence_would_answer_in_the_companys_favour_has_to_be_told():
    """No employees make a small company, no low pay a good one; no accreditation earns nothing."""
    facts = (*FACTS, "share_paid_below_real_living_wage")
    told = {
        name: facts_to_be_told((policy.load(name),), facts)
        for name in (
            "sme-training-deduction-150-percent",
            "human-investment-super-deduction-good-work",
            "accredited-training-deduction-200-percent",
            "human-investment-super-deduction",
        )
    }
    assert list(map(set, told.values())) == [{"employees"}, {"share_paid_below_real_living_wage"}, set(), set()]


def test_a_relief_changes_within_the_periods_that_hold_its_first_day():
    main = (policy.load("human-investment-super-deduction"),)
    begins = datetime.date(2027, 4, 1)
    assert changes_within(main, datetime.date(2027, 1, 1), datetime.date(2027, 12, 31)) == begins
    assert changes_within(main, begins, datetime.date(2028, 3, 31)) is None
    assert changes_within(main, datetime.date(2026, 4, 1), datetime.date(2027, 3, 31)) is None


def test_a_relief_for_one_industry_asks_the_section_and_still_the_costs_that_count():
    manufacturing = (policy.load("human-investment-super-deduction-manufacturing"),)
    assert facts_that_matter(manufacturing, (*FACTS, *WHO)) == {"external_course_fees", "trainer_pay", "sic_section"}


def test_a_relief_for_a_division_asks_the_division_alone_which_says_the_section():
    asked = facts_that_matter(limited_to(industries="'C, 62'"), (*FACTS, *WHO))
    assert asked == {"external_course_fees", "trainer_pay", "sic_division"}


def test_a_relief_for_young_companies_in_two_places_asks_age_and_region():
    asked = facts_that_matter(limited_to(places="'north_east, wales'", maximum_age=4), (*FACTS, *WHO))
    assert asked == {"external_course_fees", "trainer_pay", "region", "company_age"}


def test_a_relief_for_everybody_asks_neither_industry_nor_place_nor_age():
    assert not facts_that_matter((policy.load("human-investment-super-deduction"),), WHO)
