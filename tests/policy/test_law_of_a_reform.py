"""What a reform leaves of the law's dated values, alone and with others."""

from __future__ import annotations

import dataclasses
import math
import pickle
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from openfisca_goodwork.errors import ReformError
from openfisca_goodwork.policy.laws import apply_checked, settings_as_reform
from openfisca_goodwork.policy.reading import examine, parse
from openfisca_goodwork.policy.reform import CURRENT_LAW, Override, Reform, compose
from openfisca_goodwork.policy.vocabulary import Vocabulary, apply_reform

from .files import HEADER, reform_file

MAIN_RATE = "corporation_tax.main_rate"
SUPER_DEDUCTION = "super_deduction.rate"
APRIL = {year: date(year, 4, 1) for year in range(2008, 2034)}


def reform(name: str, **edits: dict[int, object]) -> Reform:
    """A reform that sets paths (given with `__` for `.`) on 1 April of years."""
    dated = {
        path.replace("__", "."): tuple((APRIL[year], value) for year, value in values.items())
        for path, values in edits.items()
    }
    return Reform(name, name.title(), dated, source="A source")


def values(law: Vocabulary, path: str) -> list[tuple[int, object]]:
    """The dated values of a path as (year, value); every date here is a 1 April."""
    return [(dated.date.year, dated.value) for dated in law[path].values]


def test_a_value_holds_for_good_whatever_the_law_says_later(law: Vocabulary) -> None:
    changed = apply_reform(law, reform("a", corporation_tax__main_rate={2022: 0.2}))
    assert values(changed, MAIN_RATE) == [(2017, 0.19), (2022, 0.2)]
    assert values(law, MAIN_RATE) == [(2017, 0.19), (2023, 0.25), (2028, 0.25)]


def test_a_value_holds_until_the_next_date_of_its_path(law: Vocabulary) -> None:
    changed = apply_reform(law, reform("a", corporation_tax__main_rate={2022: 0.2, 2024: 0.3, 2026: 0.21}))
    assert values(changed, MAIN_RATE) == [(2017, 0.19), (2022, 0.2), (2024, 0.3), (2026, 0.21)]


def test_current_law_gives_the_path_back_with_all_its_later_changes(law: Vocabulary) -> None:
    changed = apply_reform(law, reform("a", corporation_tax__main_rate={2019: 0.2, 2021: CURRENT_LAW}))
    assert values(changed, MAIN_RATE) == [(2017, 0.19), (2019, 0.2), (2021, 0.19), (2023, 0.25), (2028, 0.25)]


def test_a_value_equal_to_the_one_before_makes_no_change_to_straddle(law: Vocabulary) -> None:
    changed = apply_reform(law, reform("a", corporation_tax__main_rate={2023: 0.19, 2025: CURRENT_LAW}))
    assert values(changed, MAIN_RATE) == [(2017, 0.19), (2025, 0.25), (2028, 0.25)]


def test_a_value_straddles_as_the_change_it_replaces_or_as_its_parameter(law: Vocabulary) -> None:
    changed = apply_reform(law, reform("a", super_deduction__rate={2023: 0.5, 2025: 0.2}))
    straddles = {dated.date.year: dated.metadata["straddle"] for dated in changed[SUPER_DEDUCTION].values}
    assert straddles == {
        2008: "by_date_incurred",
        2021: "by_date_incurred",
        2023: "day_weighted",
        2025: "by_date_incurred",
    }


def test_a_change_put_off_by_current_law_keeps_its_own_straddle(law: Vocabulary) -> None:
    changed = apply_reform(law, reform("a", super_deduction__rate={2023: 1.3, 2025: CURRENT_LAW}))
    assert values(changed, SUPER_DEDUCTION) == [(2008, 0), (2021, 1.3), (2025, 0)]
    assert changed[SUPER_DEDUCTION].values[-1].metadata["straddle"] == "day_weighted"


def test_a_value_says_who_set_it(law: Vocabulary) -> None:
    text = reform_file(f"{MAIN_RATE}:\n  2027-04-01: 0.2\nassumptions.behaviour.elasticity:\n  2027-04-01: 0.5")
    changed = apply_reform(law, parse(text, name="mine.yaml", vocabulary=law))
    metadata = changed[MAIN_RATE].values[-1].metadata
    assert (metadata["kind"], metadata["reform"]) == ("proposal", "mine")
    assert metadata["reference"] == [{"title": "Mine: Nobody"}]
    assert changed["assumptions.behaviour.elasticity"].values[-1].metadata["kind"] == "assumption"


def test_the_later_reform_owns_a_path_from_its_first_date_on(law: Vocabulary) -> None:
    first = reform("a", corporation_tax__main_rate={2024: 0.3, 2026: 0.2, 2028: 0.1})
    second = reform("b", corporation_tax__main_rate={2027: 0.22})
    both = compose([first, second])
    assert both.name == "a + b"
    assert values(apply_reform(law, both), MAIN_RATE) == [
        (2017, 0.19),
        (2023, 0.25),
        (2024, 0.3),
        (2026, 0.2),
        (2027, 0.22),
    ]
    assert both.overrides == (
        Override(MAIN_RATE, APRIL[2027], "a", 0.2, "b", 0.22),
        Override(MAIN_RATE, APRIL[2028], "a", 0.1, "b", 0.22),
    )


def test_what_the_later_reform_repeats_is_not_an_override() -> None:
    first = reform("a", corporation_tax__main_rate={2024: 0.3})
    assert compose([first, reform("b", corporation_tax__main_rate={2026: 0.3})]).overrides == ()
    assert compose([first, reform("b", human_investment__additional_deduction={2024: 0.3})]).overrides == ()


def test_current_law_in_a_later_reform_is_the_law_beneath_both(law: Vocabulary) -> None:
    first = reform("a", corporation_tax__main_rate={2021: 0.3})
    both = compose([first, reform("b", corporation_tax__main_rate={2025: CURRENT_LAW})])
    assert values(apply_reform(law, both), MAIN_RATE) == [(2017, 0.19), (2021, 0.3), (2025, 0.25), (2028, 0.25)]
    assert both.overrides == (Override(MAIN_RATE, APRIL[2025], "a", 0.3, "b", CURRENT_LAW),)


def test_each_value_of_a_composition_keeps_its_own_source(law: Vocabulary) -> None:
    both = compose(
        [
            reform("a", corporation_tax__main_rate={2024: 0.3}),
            reform("b", corporation_tax__main_rate={2026: 0.2}),
        ]
    )
    names = [dated.metadata.get("reform") for dated in apply_reform(law, both)[MAIN_RATE].values]
    assert names == [None, None, "a", "b"]


PATHS = st.sampled_from([MAIN_RATE, SUPER_DEDUCTION, "human_investment.additional_deduction"])
EDITS = st.dictionaries(
    st.sampled_from([APRIL[year] for year in range(2018, 2034)]),
    st.sampled_from([0.1, 0.2, 0.5, CURRENT_LAW]),
    min_size=1,
    max_size=4,
)
REFORMS = st.builds(
    lambda name, edits: Reform(name, name, {path: tuple(sorted(dated.items())) for path, dated in edits.items()}),
    st.sampled_from("abc"),
    st.dictionaries(PATHS, EDITS, min_size=1, max_size=3),
)


@settings(deadline=None)
@given(st.tuples(REFORMS, REFORMS, REFORMS))
def test_composition_is_associative(law: Vocabulary, three: tuple[Reform, Reform, Reform]) -> None:
    first, second, third = three
    left = compose([compose([first, second]), third])
    right = compose([first, compose([second, third])])
    assert left.edits == right.edits
    assert apply_reform(law, left) == apply_reform(law, right)


@settings(deadline=None)
@given(REFORMS, REFORMS)
def test_reforms_whose_paths_do_not_meet_commute(law: Vocabulary, first: Reform, second: Reform) -> None:
    apart = dataclasses.replace(second, edits={path: one for path, one in second.edits.items() if path not in first.edits})
    assert apply_reform(law, compose([first, apart])) == apply_reform(law, compose([apart, first]))
    assert compose([first, apart]).overrides == ()


@settings(deadline=None)
@given(REFORMS)
def test_two_layers_and_one_composition_make_the_same_law_without_current_law(law: Vocabulary, first: Reform) -> None:
    second = reform("b", corporation_tax__main_rate={2025: 0.33})
    layers = apply_reform(apply_reform(law, first), second)
    assert values(layers, MAIN_RATE) == values(apply_reform(law, compose([first, second])), MAIN_RATE)


def test_to_compose_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="no reform"):
        compose([])


def test_limits_are_held_in_order_after_composition(law: Vocabulary) -> None:
    lower = reform("a", corporation_tax__marginal_relief__lower_limit={2026: 200000})
    upper = reform("b", corporation_tax__marginal_relief__upper_limit={2027: 100000})
    for one in (lower, upper):
        apply_checked(law, one)
    with pytest.raises(ReformError, match=r"lower_limit \(£200,000\) is above .*upper_limit \(£100,000\) from 1 April 2027"):
        apply_checked(law, compose([lower, upper]))


def test_limits_out_of_order_for_a_while_are_found(law: Vocabulary) -> None:
    both = reform(
        "a",
        corporation_tax__marginal_relief__lower_limit={2026: 300000, 2028: 60000},
        corporation_tax__marginal_relief__upper_limit={2027: 400000},
    )
    with pytest.raises(ReformError, match="from 1 April 2026"):
        apply_checked(law, both)


@pytest.mark.parametrize("value", ["0.2", True, math.nan, math.inf, 7])
def test_a_reform_made_in_python_is_checked_like_a_file(law: Vocabulary, value: object) -> None:
    with pytest.raises(ReformError, match="main_rate"):
        apply_checked(law, reform("a", corporation_tax__main_rate={2027: value}))


def test_a_limit_of_the_wrong_type_is_one_fault(law: Vocabulary) -> None:
    with pytest.raises(ReformError) as raised:
        apply_checked(law, reform("a", corporation_tax__marginal_relief__lower_limit={2027: "high"}))
    assert len(raised.value.faults) == 1


def test_an_unknown_path_of_a_reform_made_in_python_is_a_fault(law: Vocabulary) -> None:
    with pytest.raises(ReformError, match=r"Did you mean corporation_tax\.main_rate\?"):
        apply_checked(law, reform("a", corporation_tax__man_rate={2027: 0.2}))


def test_no_limit_may_be_set_where_the_law_has_no_limit(law: Vocabulary) -> None:
    text = reform_file("human_investment.cap:\n  2027-04-01: 250000\n  2029-04-01: .inf")
    changed = apply_reform(law, parse(text, vocabulary=law))
    assert values(changed, "human_investment.cap") == [(2010, math.inf), (2027, 250000), (2029, math.inf)]


def test_settings_are_one_reform_that_may_change_common_assumptions(law: Vocabulary) -> None:
    given_options = [
        "assumptions.growth.profits@2027-04-01=0.02",
        f"{MAIN_RATE}@2028-04-01=0.3",
        f"{MAIN_RATE}@2026-04-01=0.2",
    ]
    settings = settings_as_reform(given_options, law)
    assert settings.edits == {
        "assumptions.growth.profits": ((APRIL[2027], 0.02),),
        MAIN_RATE: ((APRIL[2026], 0.2), (APRIL[2028], 0.3)),
    }
    assert values(apply_reform(law, settings), "assumptions.growth.profits")[-1] == (
        2027,
        0.02,
    )


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("main_rate=0.2", "is not PATH@DATE=VALUE"),
        (f"{MAIN_RATE}@2027-04-01", "is not PATH@DATE=VALUE"),
        (f"{MAIN_RATE}@2027=0.2", "must be a date, not '2027'"),
        (f"{MAIN_RATE}@2027-04-01=20%", "20% is 0.20"),
        ("corporation_tax.man_rate@2027-04-01=0.2", "Did you mean corporation_tax.main_rate?"),
    ],
)
def test_what_is_wrong_with_a_setting_names_the_option(law: Vocabulary, option: str, words: str) -> None:
    with pytest.raises(ReformError) as raised:
        settings_as_reform([option], law)
    assert str(raised.value).startswith(f"--set {option} has 1 fault.")
    assert words in str(raised.value)


def test_a_setting_outside_its_range_names_the_option(law: Vocabulary) -> None:
    with pytest.raises(ReformError, match="20 has 1 fault") as raised:
        settings_as_reform([f"{MAIN_RATE}@2027-04-01=20"], law)
    assert str(raised.value).startswith(f"--set {MAIN_RATE}@2027-04-01=20")


def test_what_is_wrong_with_several_settings_comes_in_one_message_in_their_order(law: Vocabulary) -> None:
    options = [
        f"{MAIN_RATE}@2027-04-01=20",
        "corporation_tax.man_rate@2027-04-01=0.2",
        f"{SUPER_DEDUCTION}@2001-04-01=0.2",
        "losses.carry_back_months@2027-04-31=soon",
    ]
    with pytest.raises(ReformError) as raised:
        settings_as_reform(options, law)
    assert [fault.file for fault in raised.value.faults] == [f"--set {option}" for option in (*options, options[-1])]
    for words in ("outside 0 to 1", "Did you mean", "no value before", "not a day of the calendar", "must be a number"):
        assert words in str(raised.value)


def test_the_same_setting_twice_is_a_fault(law: Vocabulary) -> None:
    with pytest.raises(ReformError, match="is set twice for 2027-04-01"):
        settings_as_reform([f"{MAIN_RATE}@2027-04-01=0.2", f"{MAIN_RATE}@2027-04-01=0.3"], law)


def test_a_written_reform_read_again_is_equal(law: Vocabulary) -> None:
    parameters = f"""
human_investment.form:
  2027-04-01: credit
human_investment.accredited_only:
  2027-04-01: true
human_investment.cap:
  2027-04-01: 250000.5
  2029-04-01: .inf
{MAIN_RATE}:
  2028-04-01: current_law
  2027-04-01: 0.1234567890123
"""
    header = HEADER + "notes: |\n  Line one: £5 — “yes”.\n\n  - Line two, 12:30\n"
    first = parse(reform_file(parameters, header), name="mine.yaml", vocabulary=law)
    again = parse(first.to_yaml(), name="mine.yaml", vocabulary=law)
    assert again == first
    assert list(again.edits) == list(first.edits)
    assert again.edits[MAIN_RATE] == ((APRIL[2027], 0.1234567890123), (APRIL[2028], CURRENT_LAW))


def fits_a_header(text: str) -> bool:
    """Whether a text can be a header's: no surrogates, not blank, and without space around it."""
    return text.strip() == text and text.encode("utf-8", "ignore").decode() == text


TEXTS = st.text(min_size=1, max_size=40).filter(fits_a_header)


@settings(deadline=None)
@example(title="Line\x85line", notes="One\u2028two\u2029three", value=0.3, cap=0.0)
@given(title=TEXTS, notes=TEXTS, value=st.floats(0, 4), cap=st.floats(0))
def test_any_reform_written_and_read_again_is_equal(
    law: Vocabulary, title: str, notes: str, value: float, cap: float
) -> None:
    edits = {
        "human_investment.additional_deduction": ((APRIL[2027], value),),
        "human_investment.cap": ((APRIL[2027], cap),),
    }
    first = Reform("mine", title, edits, "A summary", "stress", "A source", ">=0.1", notes)
    assert parse(first.to_yaml(), name="mine.yaml", vocabulary=law) == first


def test_a_reform_can_be_hashed_and_sent_to_another_process(law: Vocabulary) -> None:
    first = parse(reform_file(f"{MAIN_RATE}:\n  2027-04-01: current_law"), name="mine.yaml", vocabulary=law)
    again = pickle.loads(pickle.dumps(first))  # noqa: S301
    assert again == first
    assert hash(again) == hash(first)
    assert again.edits[MAIN_RATE][0][1] is CURRENT_LAW


def test_a_good_file_has_a_report_without_faults(law: Vocabulary) -> None:
    report = examine(reform_file(f"{MAIN_RATE}:\n  2027-04-01: 0.2"), name="mine.yaml", vocabulary=law)
    assert (report.file, report.is_good, report.faults) == ("mine.yaml", True, ())
    assert report.reform is not None
    assert report.reform.first_date == APRIL[2027]


def test_a_value_may_say_how_a_period_that_straddles_its_date_treats_it(law: Vocabulary) -> None:
    text = reform_file(
        f"{SUPER_DEDUCTION}:\n  2027-04-01: 1.3\n  2029-04-01: {{value: 0, straddle: day_weighted}}\n  2030-04-01: 1"
    )
    tapered = parse(text, name="mine.yaml", vocabulary=law)
    straddles = [dated.metadata["straddle"] for dated in apply_reform(law, tapered)[SUPER_DEDUCTION].values]
    assert straddles[-3:] == ["by_date_incurred", "day_weighted", "by_date_incurred"]
    assert parse(tapered.to_yaml(), name="mine.yaml", vocabulary=law) == tapered
    plain = reform("other", super_deduction__rate={2029: 0})
    assert compose([tapered, plain]).straddles == {}
    assert compose([plain, tapered]).straddles == tapered.straddles


def test_a_value_given_twice_running_begins_a_window_anew_only_where_no_period_is_split_by_it(law: Vocabulary) -> None:
    months = reform("a", losses__carry_back_months={2020: 36, 2021: 36, 2022: 12})
    assert values(apply_reform(law, months), "losses.carry_back_months")[1:] == [(2020, 36), (2021, 36), (2022, 12)]
    rate = reform("a", corporation_tax__main_rate={2020: 0.2, 2021: 0.2})
    assert values(apply_reform(law, rate), MAIN_RATE)[1:] == [(2020, 0.2)]
