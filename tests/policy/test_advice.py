"""Warnings: what can be law and may not be what was meant, and reforms that change nobody's tax."""

from __future__ import annotations

from datetime import date

import pytest

from openfisca_goodwork.errors import fault_report
from openfisca_goodwork.policy import advice_on, check, library, no_effect_reason
from openfisca_goodwork.policy.advice import NEITHER, NO_HEAD, NO_RATE, last_costed_day
from openfisca_goodwork.policy.reading import parse
from openfisca_goodwork.policy.reform import Reform
from openfisca_goodwork.policy.vocabulary import current_vocabulary
from openfisca_goodwork.population.inputs import FINANCIAL_YEARS

from .files import reform_file

MAIN_PROPOSAL = "human-investment-super-deduction"
HEADS = ("external_course_fees", "training_materials_and_travel", "trainer_pay", "trainee_pay")
HEADS += ("training_centre_costs", "training_management_costs")


def counting(*counted: str, day: str = "2027-04-01") -> str:
    """All six heads said, those named with 1."""
    return "".join(f"human_investment.qualifying.{head}.inclusion:\n  {day}: {int(head in counted)}\n" for head in HEADS)


def reform(parameters: str) -> Reform:
    return parse(reform_file(parameters), name="mine.yaml")


RATE = "human_investment.additional_deduction:\n  2027-04-01: 0.3\n"

FRACTION = "corporation_tax.marginal_relief.fraction"
ADVISED = {
    "a start on the day of the income tax year": (
        f"corporation_tax.main_rate:\n  2027-04-06: 0.2\n{FRACTION}:\n  2027-04-06: 0.0025",
        9,
        "Financial years for corporation tax start on 1 April: write 2027-04-01 if that is meant.",
    ),
    "a small profits rate above the main rate": (
        "corporation_tax.small_profits_rate:\n  2027-04-01: 0.3",
        9,
        "From 1 April 2027 the small profits rate (30%) is above the main rate (25%)",
    ),
    "a main rate that marginal relief does not join to the small profits rate": (
        "corporation_tax.main_rate:\n  2027-04-01: 0.26",
        9,
        (
            "From 1 April 2027 the tax of a company rises by £500 where its profits pass the lower limit (£50,000): "
            "marginal relief does not join the two rates. The fraction that joins the two rates is (main rate − small "
            f"profits rate) × lower limit ÷ (upper limit − lower limit): set {FRACTION} to 0.0175."
        ),
    ),
    "a fraction that takes more than the difference of the rates": (
        f"{FRACTION}:\n  2027-04-01: 0.02",
        9,
        "From 1 April 2027 the tax of a company falls by £1,000 where its profits pass the lower limit (£50,000)",
    ),
    "130% in all given as what is added": (
        RATE.replace("0.3", "1.30") + counting("trainer_pay"),
        9,
        "1.3 gives 230% in all. For 130% in all write 0.3.",
    ),
    "some heads said and others not": (
        RATE + "human_investment.qualifying.trainer_pay.inclusion:\n  2027-04-01: 1",
        11,
        "training_management_costs, training_materials_and_travel do. Say all 6",
    ),
    "a rate and no head": (RATE + counting(), 9, NO_HEAD),
    "heads and no rate": (counting("trainer_pay"), 9, NO_RATE),
    "neither": ("human_investment.qualifying.exclude_grant_funded:\n  2027-04-01: false", 9, NEITHER),
    "a value that is the law already": (
        "corporation_tax.main_rate:\n  2027-04-01: 0.25",
        9,
        "It sets only what the law in force already says.",
    ),
    "one value of several that is the law already": (
        (
            "corporation_tax.main_rate:\n  2027-04-01: 0.26\ncorporation_tax.small_profits_rate:\n  2027-04-01: 0.19\n"
            f"{FRACTION}:\n  2027-04-01: 0.0175"
        ),
        11,
        "corporation_tax.small_profits_rate is set to what the law says already.",
    ),
    "a date after all that is costed": (
        f"corporation_tax.main_rate:\n  2032-04-01: 0.2\n{FRACTION}:\n  2032-04-01: 0.0025",
        9,
        "The reform begins on 1 April 2032, after 31 March 2032, the last day looked at.",
    ),
    "a credit without a rate": (
        "human_investment.form:\n  2027-04-01: credit\n" + counting("trainer_pay"),
        9,
        "The form is credit and human_investment.credit_rate is 0. Set it.",
    ),
    "an uplift above the maximum": (
        RATE
        + "human_investment.uplifts.green:\n  2027-04-01: 0.5\n"
        + "human_investment.maximum_additional_deduction:\n  2027-04-01: 0.6\n"
        + counting("trainer_pay"),
        11,
        (
            "human_investment.additional_deduction (0.3) and the highest uplift (0.5) come to 0.8 from 1 April 2027: "
            "the maximum of 0.6 cuts it."
        ),
    ),
    "a part of a credit in a deduction": (
        RATE + "human_investment.payable.maximum:\n  2027-04-01: 250000\n" + counting("trainer_pay"),
        11,
        (
            "human_investment.payable.maximum is not read while human_investment.form is deduction "
            "and human_investment.losses.treatment is ordinary."
        ),
    ),
    "a baseline that nothing reads": (
        RATE + "human_investment.incremental.years:\n  2027-04-01: 5\n" + counting("trainer_pay"),
        11,
        "human_investment.incremental.years is not read while human_investment.incremental.enabled is false.",
    ),
    "a loss given up for nothing": (
        RATE + "human_investment.losses.treatment:\n  2027-04-01: surrender\n" + counting("trainer_pay"),
        11,
        "A loss is given up for nothing, as human_investment.losses.surrender_rate is 0. Set it.",
    ),
    "good work without a condition": (
        RATE + "human_investment.good_work.required:\n  2027-04-01: true\n" + counting("trainer_pay"),
        11,
        "Relief depends on good work and no condition is asked for.",
    ),
    "a fixed baseline without its window": (
        RATE
        + "human_investment.incremental.enabled:\n  2027-04-01: true\n"
        + "human_investment.incremental.base:\n  2027-04-01: fixed\n"
        + counting("trainer_pay"),
        13,
        "The baseline is fixed and its window is not said.",
    ),
    "a fixed baseline out of the time of the relief": (
        RATE
        + "human_investment.incremental.enabled:\n  2027-04-01: true\n"
        + "human_investment.incremental.base:\n  2027-04-01: fixed\n"
        + "human_investment.incremental.fixed_from:\n  2027-04-01: 2026-04-01\n"
        + "human_investment.incremental.fixed_to:\n  2027-04-01: 2027-12-31\n"
        + counting("trainer_pay"),
        17,
        "The window of the baseline ends on 2027-12-31, when the relief is in force already.",
    ),
    "a response and nothing to respond to": (
        "assumptions.behaviour.elasticity.central:\n  2027-04-01: 0.5",
        9,
        "is about the response to a relief for training, and neither the reform nor the law gives one.",
    ),
}


@pytest.mark.parametrize("case", ADVISED)
def test_what_may_not_be_meant_is_a_warning_on_its_line(case: str) -> None:
    parameters, line, words = ADVISED[case]
    (warning,) = advice_on(reform(parameters))
    assert (warning.file, warning.line, warning.is_warning) == ("mine.yaml", line, True)
    assert words in warning.message


def test_warnings_read_as_warnings() -> None:
    assert fault_report(advice_on(reform(RATE + counting()))).startswith(
        "mine.yaml has 1 warning.\n  line 9  It gives a rate"
    )


@pytest.mark.parametrize("name", sorted(library()))
def test_no_reform_of_the_library_is_warned_about(name: str) -> None:
    assert [warning.message for warning in check([name])[0].warnings] == []


def test_what_the_law_itself_starts_on_6_april_may_start_then() -> None:
    assert advice_on(reform("apprenticeship_levy.rate:\n  2028-04-06: 0.006")) == ()


def test_an_addition_that_the_title_says_in_full_is_meant() -> None:
    title = "title: A deduction of 230%"
    text = reform_file(RATE.replace("0.3", "1.30") + counting("trainer_pay")).replace("title: Mine", title)
    assert advice_on(parse(text, name="mine.yaml")) == ()


def test_a_sunset_that_leaves_the_heads_counted_is_no_fault_of_anybodys() -> None:
    assert (
        advice_on(
            reform("human_investment.additional_deduction:\n  2027-04-01: 0.3\n  2029-04-01: 0\n" + counting("trainer_pay"))
        )
        == ()
    )


def test_a_rate_and_an_uplift_that_come_to_the_maximum_are_not_cut_by_it() -> None:
    """0.1 + 0.2 is 0.30000000000000004 in binary, and 0.3 to everybody else."""
    parameters = (
        "human_investment.additional_deduction:\n  2027-04-01: 0.1\n"
        "human_investment.uplifts.green:\n  2027-04-01: 0.2\n"
        "human_investment.maximum_additional_deduction:\n  2027-04-01: 0.3\n"
    )
    assert advice_on(reform(parameters + counting("trainer_pay"))) == ()


def test_a_reform_upon_a_relief_is_judged_with_it() -> None:
    higher = reform("human_investment.additional_deduction:\n  2028-04-01: 0.5")
    assert [warning.message for warning in advice_on(higher)] == [NO_HEAD]
    assert advice_on(higher, MAIN_PROPOSAL) == ()
    assert advice_on([MAIN_PROPOSAL, higher]) == ()
    ended = reform("human_investment.additional_deduction:\n  2028-04-01: 0")
    assert advice_on(ended, MAIN_PROPOSAL) == ()


def test_the_last_day_looked_at_is_the_end_of_the_last_year_that_can_be_costed() -> None:
    assert last_costed_day(current_vocabulary()) == date(FINANCIAL_YEARS[-1] + 1, 3, 31)


def test_years_that_end_before_a_change_are_said() -> None:
    rates = "corporation_tax.main_rate:\n  2027-04-01: 0.2\n  2030-04-01: 0.3\n"
    joined = f"{FRACTION}:\n  2027-04-01: 0.0025\n  2030-04-01: 0.0275"
    (warning,) = advice_on(reform(rates + joined), last_day=date(2029, 3, 31))
    assert warning.message == (
        "corporation_tax.main_rate changes on 1 April 2030, after 31 March 2029, the last day looked at."
    )


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        (RATE + counting(), NO_HEAD),
        (counting("trainer_pay"), NO_RATE),
        ("corporation_tax.main_rate:\n  2027-04-01: 0.25", "It sets only what the law in force already says."),
        (RATE + counting("trainer_pay"), None),
        (RATE + counting() + "corporation_tax.main_rate:\n  2027-04-01: 0.2", None),
    ],
)
def test_why_a_reform_changes_nobodys_tax(parameters: str, reason: str | None) -> None:
    assert no_effect_reason(reform(parameters), date(2026, 4, 1), date(2032, 3, 31)) == reason


def test_the_limits_of_payment_are_read_where_losses_are_given_up_for_cash() -> None:
    surrender = (
        "human_investment.losses.treatment:\n  2027-04-01: surrender\n"
        "human_investment.losses.surrender_rate:\n  2027-04-01: 0.145\n"
        "human_investment.payable.maximum:\n  2027-04-01: 250000\n"
    )
    assert advice_on(reform(RATE + surrender + counting("trainer_pay"))) == ()


def test_a_relief_that_is_over_or_to_come_says_when_it_is_given() -> None:
    two_years = reform(
        "human_investment.additional_deduction:\n  2021-04-01: 0.3\n  2023-04-01: 0\n"
        + counting("trainer_pay", day="2021-04-01")
    )
    assert no_effect_reason(two_years, date(2026, 4, 1), date(2032, 3, 31)) == (
        "It relieves training only until 31 March 2023, outside 1 April 2026 to 31 March 2032."
    )
    assert no_effect_reason(two_years, date(2020, 4, 1), date(2022, 3, 31)) is None
    early_heads = reform(RATE + counting("trainer_pay", day="2026-04-01"))
    assert no_effect_reason(early_heads, date(2026, 4, 1), date(2027, 3, 31)) == (
        "It relieves training only from 1 April 2027, outside 1 April 2026 to 31 March 2027."
    )


def test_a_reform_that_takes_a_relief_away_has_an_effect() -> None:
    without = reform(counting())
    assert no_effect_reason(without, date(2026, 4, 1), date(2032, 3, 31), MAIN_PROPOSAL) is None
