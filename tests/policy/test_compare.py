"""The true difference of two laws: by dated values, each once, and what kind of change it is."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest

from openfisca_goodwork import policy
from openfisca_goodwork.errors import GoodworkError, PeriodError, ReformError
from openfisca_goodwork.policy.advice import no_effect_reason
from openfisca_goodwork.policy.compare import compare
from openfisca_goodwork.policy.differences import Difference, differences
from openfisca_goodwork.policy.laws import vocabulary_with
from openfisca_goodwork.policy.reform import CURRENT_LAW, Reform, Value
from openfisca_goodwork.policy.vocabulary import Vocabulary, apply_reform, current_vocabulary, in_force, in_words

MAIN_RATE = "corporation_tax.main_rate"
SUPER_DEDUCTION = "super_deduction.rate"
CAP = "human_investment.cap"
MAIN_PROPOSAL = "human-investment-super-deduction"


def rows(law: Vocabulary, path: str, **edits: object) -> list[tuple[object, ...]]:
    """What a reform of one path (edits as `y2027=0.2`, on 1 April) changes: from year, to, A, B, kind of change."""
    dated = tuple((date(int(year[1:]), 4, 1), value) for year, value in edits.items())
    result = differences(law, apply_reform(law, Reform("a", "A", {path: dated})))
    return [(row.starts.year, row.ends, row.value_a, row.value_b, row.change) for row in result]


def test_a_law_differs_in_nothing_from_itself(law: Vocabulary) -> None:
    assert list(differences(law, law)) == []


def test_a_value_that_the_law_has_anyway_is_no_difference(law: Vocabulary) -> None:
    assert rows(law, MAIN_RATE, y2024=0.25) == []
    assert rows(law, MAIN_RATE, y2019=CURRENT_LAW) == []


def test_a_moved_value_is_one_row_whatever_dates_the_law_repeats_itself_on(law: Vocabulary) -> None:
    assert rows(law, MAIN_RATE, y2025=0.3) == [(2025, None, 0.25, 0.3, "moved")]


def test_each_stretch_with_its_own_pair_of_values_is_a_row(law: Vocabulary) -> None:
    assert rows(law, MAIN_RATE, y2021=0.3, y2026=CURRENT_LAW) == [
        (2021, date(2023, 3, 31), 0.19, 0.3, "moved"),
        (2023, date(2026, 3, 31), 0.25, 0.3, "moved"),
    ]


def test_what_was_nothing_is_new_and_what_becomes_nothing_is_repealed(law: Vocabulary) -> None:
    assert rows(law, SUPER_DEDUCTION, y2027=1.3) == [(2027, None, 0, 1.3, "new")]
    assert rows(law, SUPER_DEDUCTION, y2021=0) == [(2021, date(2023, 3, 31), 1.3, 0, "repealed")]
    assert rows(law, CAP, y2027=250000.0) == [(2027, None, float("inf"), 250000.0, "new")]


def test_what_ran_out_is_said_to_have_ended() -> None:
    rows = compare("law@2021-06-01", "law@2023-06-01", "2023-06-01").rows
    [row] = (row for row in rows if row.path.endswith(f".{SUPER_DEDUCTION}"))
    assert row.change == "repealed" and "130% → 0%" in row.in_words() and "(ended)" in row.in_words()


def test_a_change_put_off_is_deferred_and_one_made_earlier_is_brought_forward(law: Vocabulary) -> None:
    assert rows(law, MAIN_RATE, y2023=0.19, y2025=CURRENT_LAW) == [(2023, date(2025, 3, 31), 0.25, 0.19, "deferred")]
    assert rows(law, SUPER_DEDUCTION, y2023=1.3, y2025=CURRENT_LAW) == [(2023, date(2025, 3, 31), 0, 1.3, "deferred")]
    assert rows(law, MAIN_RATE, y2021=0.25) == [(2021, date(2023, 3, 31), 0.19, 0.25, "brought forward")]


def test_two_changes_in_a_row_each_put_off_by_a_year_are_both_deferred(law: Vocabulary) -> None:
    # A: 0 to March 2021, 130% to March 2023, 0 again; B: the same a year later
    assert rows(law, SUPER_DEDUCTION, y2021=0, y2022=1.3, y2024=0) == [
        (2021, date(2022, 3, 31), 1.3, 0, "deferred"),
        (2023, date(2024, 3, 31), 0, 1.3, "deferred"),
    ]


def test_a_step_taken_before_the_last_one_was_caught_up_with_is_deferred_too(law: Vocabulary) -> None:
    # A: 19%, 25% in 2023, 26% in 2025; B: 19%, 25% in 2026, 26% in 2027
    a = apply_reform(law, Reform("a", "A", {MAIN_RATE: ((date(2025, 4, 1), 0.26),)}))
    late = ((date(2023, 4, 1), 0.19), (date(2026, 4, 1), 0.25), (date(2027, 4, 1), 0.26))
    b = apply_reform(law, Reform("b", "B", {MAIN_RATE: late}))
    found = [(row.starts.year, row.value_a, row.value_b, row.change) for row in differences(a, b)]
    assert found == [(2023, 0.25, 0.19, "deferred"), (2025, 0.26, 0.19, "deferred"), (2026, 0.26, 0.25, "deferred")]
    assert {row.change for row in differences(b, a)} == {"brought forward"}


def test_a_change_made_in_two_steps_is_moved_not_deferred(law: Vocabulary) -> None:
    assert rows(law, MAIN_RATE, y2023=0.22, y2025=CURRENT_LAW) == [(2023, date(2025, 3, 31), 0.25, 0.22, "moved")]


def test_a_change_never_made_is_moved_or_repealed_not_deferred(law: Vocabulary) -> None:
    assert rows(law, MAIN_RATE, y2023=0.19) == [(2023, None, 0.25, 0.19, "moved")]
    assert rows(law, SUPER_DEDUCTION, y2021=0, y2024=1.3, y2026=0) == [
        (2021, date(2023, 3, 31), 1.3, 0, "repealed"),
        (2024, date(2026, 3, 31), 0, 1.3, "new"),
    ]


def straddled(law: Vocabulary, path: str, year: int, straddle: str) -> Vocabulary:
    """The law in which one dated value says another straddle of itself."""
    values = tuple(
        replace(dated, metadata={**dated.metadata, "straddle": straddle}) if dated.date.year == year else dated
        for dated in law[path].values
    )
    return {**law, path: replace(law[path], values=values)}


def test_one_change_on_one_day_that_reaches_straddling_periods_in_another_way_is_a_difference(law: Vocabulary) -> None:
    (row,) = differences(law, straddled(law, SUPER_DEDUCTION, 2023, "by_date_incurred"))
    assert (row.value_a, row.value_b, row.starts, row.ends) == (0, 0, date(2023, 4, 1), date(2023, 4, 1))
    assert (row.straddle_a, row.straddle_b, row.change) == ("day_weighted", "by_date_incurred", "straddling")
    assert row.in_words() == (
        "Super-deduction: 0% in both, from 1 April 2023; accounting periods across that day: day weighted → by date "
        f"incurred (straddling)  {SUPER_DEDUCTION}"
    )


def test_a_straddle_of_a_value_that_changes_nothing_has_no_effect_and_is_no_difference(law: Vocabulary) -> None:
    assert list(differences(law, straddled(law, MAIN_RATE, 2028, "whole_period"))) == []
    assert list(differences(law, straddled(law, MAIN_RATE, 2017, "whole_period"))) == []


def test_a_value_stated_once_more_begins_anew_what_is_counted_from_it(law: Vocabulary) -> None:
    # the parameters of the small law wait for the next period, as that of a cap for each window of time does
    once = apply_reform(law, Reform("once", "Once", {CAP: ((date(2027, 4, 1), 250000.0),)}))
    twice = apply_reform(law, Reform("twice", "Twice", {CAP: ((date(2027, 4, 1), 250000.0), (date(2029, 4, 1), 250000.0))}))
    (row,) = differences(once, twice)
    assert (row.value_a, row.value_b, row.starts, row.ends) == (250000, 250000, date(2029, 4, 1), date(2029, 4, 1))
    assert row.in_words() == (
        f"Cap: £250,000 in both; what is counted from it begins again on 1 April 2029 in B alone (begun anew)  {CAP}"
    )
    assert [row.change for row in differences(twice, once)] == ["run on"]
    assert list(differences(twice, twice | {CAP: replace(twice[CAP])})) == []


def test_a_value_stated_once_more_means_nothing_where_a_change_splits_the_period(law: Vocabulary) -> None:
    values = tuple(dated for dated in law[MAIN_RATE].values if dated.date.year < 2028)
    assert list(differences(law, {**law, MAIN_RATE: replace(law[MAIN_RATE], values=values)})) == []


def test_the_second_window_of_the_extended_carry_back_is_a_change_of_law_though_its_cap_is_the_same() -> None:
    # FA 2021 Sch 2 paras 5, 9: £2m for periods that end in 2020-21, and £2m more for those that end in 2021-22
    found = [row for row in compare("law@2021-03-31", "law").rows if row.path == "losses.extended_carry_back_cap"]
    assert [(row.starts, row.value_b, row.change) for row in found] == [
        (date(2021, 4, 1), 2_000_000, "begun anew"),
        (date(2022, 4, 1), 0, "repealed"),
    ]


def test_other_words_beside_a_value_are_no_difference(law: Vocabulary) -> None:
    values = tuple(replace(dated, metadata={"reference": [{"title": "Another"}]}) for dated in law[MAIN_RATE].values)
    assert list(differences(law, {**law, MAIN_RATE: replace(law[MAIN_RATE], values=values)})) == []


def test_a_row_has_the_reference_of_each_side(law: Vocabulary) -> None:
    reform = Reform("a", "Lower rate", {MAIN_RATE: ((date(2024, 4, 1), 0.2),)}, source="A manifesto")
    (row,) = differences(law, apply_reform(law, reform))
    assert row == Difference(
        path=MAIN_RATE,
        label="Main rate",
        unit="/1",
        value_a=0.25,
        value_b=0.2,
        starts=date(2024, 4, 1),
        ends=None,
        change="moved",
        straddle_a="day_weighted",
        straddle_b="day_weighted",
        reference_a="FA 2021 s.6",
        reference_b="Lower rate: A manifesto",
    )


def test_no_limit_is_null_in_json_and_said_in_words(law: Vocabulary) -> None:
    (row,) = differences(law, apply_reform(law, Reform("a", "A", {CAP: ((date(2027, 4, 1), 250000.0),)})))
    data = row.to_dict()
    assert (data["value_a"], data["a_in_words"], data["b_in_words"]) == (None, "no limit", "£250,000")
    assert json.loads(json.dumps(data, allow_nan=False)) == data


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.3, "/1", "30%"),
        (0.1499, "/1", "14.99%"),
        (0.015, "/1", "1.5%"),
        (1, "/1", "100%"),
        (10_200_000, "currency-GBP", "£10,200,000"),
        (2632.5, "currency-GBP", "£2,632.50"),
        (12, "month", "12 months"),
        (1, "month", "1 month"),
        (2033, "year", "2033"),
        (True, "boolean", "yes"),
        ("credit", "text", "credit"),
        (None, "/1", "not in law"),
    ],
)
def test_values_are_said_in_words(value: Value | None, unit: str, words: str) -> None:
    assert in_words(value, unit) == words


# --- the law on file --------------------------------------------------------------------------------------------------


def test_the_main_proposal_moves_its_four_parameters_and_nothing_else() -> None:
    comparison = compare("law", MAIN_PROPOSAL)
    assert [(row.path, row.value_a, row.value_b, row.starts, row.ends) for row in comparison.rows] == [
        (path, 0, value, date(2027, 4, 1), None)
        for path, value in (
            ("human_investment.additional_deduction", 0.3),
            ("human_investment.qualifying.external_course_fees.inclusion", 1),
            ("human_investment.qualifying.trainer_pay.inclusion", 1),
            ("human_investment.qualifying.training_materials_and_travel.inclusion", 1),
        )
    ]
    assert comparison.summary().startswith(f"law and {MAIN_PROPOSAL} differ in 4 parameters.\n")


def test_the_other_way_round_the_same_parameters_are_repealed() -> None:
    assert {row.change for row in compare("law", MAIN_PROPOSAL).rows} == {"new"}
    assert {row.change for row in compare(MAIN_PROPOSAL, "law").rows} == {"repealed"}


def test_two_designs_differ_in_their_base_alone() -> None:
    comparison = compare(MAIN_PROPOSAL, f"{MAIN_PROPOSAL}-external-fees")
    assert [row.path.split(".")[2] for row in comparison.rows] == ["trainer_pay", "training_materials_and_travel"]


def test_the_law_of_a_past_day_lacks_what_was_made_since() -> None:
    comparison = compare("law@2022-12-31", "law", on="2023-04-01")
    values = {row.path: (row.value_a, row.value_b) for row in comparison.rows}
    assert values[MAIN_RATE] == (0.19, 0.25)
    assert values["capital_allowances.first_year_allowances.full_expensing.rate"] == (0, 1)
    assert not [path for path in values if path.startswith("assumptions.")]
    assert compare("law@2022-12-31", "law", on="2022-12-31").rows == ()


def test_two_past_laws_differ_in_the_changes_between_them() -> None:
    comparison = compare("law@2022-04-01", "law@2023-01-01")
    assert not [row for row in comparison.rows if row.starts >= date(2023, 1, 2)]
    assert compare("law@2023-04-01", "law@2023-04-01").rows == ()


def test_a_window_keeps_what_differs_on_some_day_of_it() -> None:
    assert compare("law", MAIN_PROPOSAL, end="2027-03-31").rows == ()
    assert compare("law", MAIN_PROPOSAL, on="2027-03-31").rows == ()
    assert len(compare("law", MAIN_PROPOSAL, on="2027-04-01").rows) == 4
    assert len(compare("law", MAIN_PROPOSAL, start=date(2030, 1, 1)).rows) == 4
    assert compare("law", MAIN_PROPOSAL, on="2027-03-31").summary() == (
        f"law and {MAIN_PROPOSAL} are the same law on 31 March 2027."
    )


def test_a_value_that_stands_for_no_rule_is_not_said_as_a_figure() -> None:
    found = {row.path: row for row in compare("law@2021-04-01", "law", on="2023-04-01").rows}
    row = found["research_and_development.intensive_credit.intensity"]
    assert (row.a_in_words, row.b_in_words, row.change) == ("no condition", "40%", "new")
    assert "no condition → 40%" in row.in_words()
    assert row.to_dict()["a_in_words"] == "no condition"


def test_a_rate_that_came_back_is_a_difference_though_its_figure_is_that_of_the_only_rate_before() -> None:
    """FA 2014 Sch 1 para 4 ended the small profits rate of 20%; FA 2021 Sch 1 brought back one of 19%."""
    small = "corporation_tax.small_profits_rate"

    def said(a: str, b: str) -> list[tuple[object, ...]]:
        listed = [row for row in compare(a, b).rows if row.path == small]
        return [(row.a_in_words, row.b_in_words, row.starts.year, row.change_in_words) for row in listed]

    none = "none (the main rate)"
    assert said("law@2022-06-01", "law@2023-06-01") == [(none, "19%", 2023, "new")]
    assert said("law@2022-06-01", "law") == [(none, "19%", 2023, "new")]
    assert said("law@2014-06-01", "law@2016-06-01") == [("20%", none, 2015, "ended")]
    assert said("law@2014-06-01", "law")[0] == ("20%", none, 2015, "ended")
    assert said("law@2018-06-01", "law@2019-06-01") == []


def test_a_reform_that_gives_the_figure_of_the_law_changes_nothing_whatever_it_stands_for() -> None:
    given = rows(current_vocabulary(), "corporation_tax.small_profits_rate", y2018=0.19, y2023=CURRENT_LAW)
    assert given == []


def test_a_reform_that_gives_the_figure_of_the_law_before_a_rate_came_back_and_after_changes_nothing() -> None:
    assert rows(current_vocabulary(), "corporation_tax.small_profits_rate", y2022=0.19) == []


def test_a_comparison_as_table_and_as_json_say_the_same() -> None:
    comparison = compare("law", MAIN_PROPOSAL)
    table, as_json = comparison.to_dataframe(), comparison.to_dict()
    assert list(table.columns) == [
        *("path", "label", "unit", "value_a", "value_b", "a_in_words", "b_in_words", "from", "to", "change"),
        *("straddle_a", "straddle_b", "reference_a", "href_a", "reference_b", "href_b"),
    ]
    assert table["path"].tolist() == [row["path"] for row in as_json["differences"]]
    assert table["value_b"].tolist() == [row["value_b"] for row in as_json["differences"]]
    assert json.loads(json.dumps(as_json, allow_nan=False)) == as_json
    assert len(compare("law", "law").to_dataframe()) == 0


def test_a_reform_upon_the_law_of_a_past_day_differs_from_that_law_in_what_it_sets() -> None:
    comparison = compare("law@2021-04-01", f"law@2021-04-01 + {MAIN_PROPOSAL}")
    assert {row.path for row in comparison.rows} == {row.path for row in compare("law", MAIN_PROPOSAL).rows}


def test_overrides_of_a_composition_are_kept() -> None:
    comparison = compare("law", f"{MAIN_PROPOSAL} + {MAIN_PROPOSAL}-external-fees")
    assert {override.path.split(".")[2] for override in comparison.overrides} == {
        "trainer_pay",
        "training_materials_and_travel",
    }
    told = {override["path"].split(".")[2]: override for override in comparison.to_dict()["overrides"]}
    assert (told["trainer_pay"]["from"], told["trainer_pay"]["earlier_value"], told["trainer_pay"]["later_value"]) == (
        *("2027-04-01", 1, 0),
    )


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("law", "lwa"), ReformError, "There is no reform called 'lwa'"),
        (("law", "human-investment-super-deductoin"), ReformError, f"Did you mean {MAIN_PROPOSAL}?"),
        (("law@2023-4-1", "law"), PeriodError, "'2023-4-1'"),
        (("law@", "law"), PeriodError, "is not a day"),
        (("law@2010-03-31", "law"), PeriodError, "the law is held: 1 April 2010 to"),
        (("law", "law@2050-01-01"), PeriodError, "to 31 December 2033"),
        (("law", "law", "2009-04-01"), PeriodError, "the day to compare on, is outside the days"),
        (("law", "law", "April"), PeriodError, "'April', the day to compare on"),
        (("law", "law", "20270401"), PeriodError, "is not a day"),
        (("law", "law", "2027-02-30"), PeriodError, "is not a day"),
        (("law", "law", None, "2009-04-01"), PeriodError, "the first day to compare, is outside the days"),
        (("law", "law", None, None, "2050-04-01"), PeriodError, "the last day to compare, is outside the days"),
        (("law", "law", "2027-04-01", "2027-04-01"), PeriodError, "not both"),
        (("law", "law", None, "2028-04-01", "2027-04-01"), PeriodError, "before it starts"),
    ],
)
def test_a_comparison_that_cannot_be_made_says_why(
    arguments: tuple[str, ...], error: type[GoodworkError], words: str
) -> None:
    with pytest.raises(error) as raised:
        compare(*arguments)
    assert words in str(raised.value)


def test_all_that_is_wrong_with_a_request_is_said_at_once() -> None:
    with pytest.raises(GoodworkError) as raised:
        compare("lwa", "law@2050-01-01", on="2009-04-01", start="April", settings=["corporation_tax.main_rate=0.3"])
    assert len(raised.value.faults) == 6
    for words in (
        "not both",
        "1 April 2009, the day to compare on, is outside",
        "'April', the first day to compare, is not a day",
        "There is no reform called 'lwa'",
        "1 January 2050, the date of 'law@2050-01-01', is outside",
        "is not PATH@DATE=VALUE",
    ):
        assert words in str(raised.value)


def test_settings_lie_upon_the_side_they_are_given_for() -> None:
    setting = "corporation_tax.main_rate@2027-04-01=0.26"
    upon_b = compare("law", "law", settings=[setting])
    upon_a = compare("law", "law", settings_a=[setting])
    assert [(row.value_a, row.value_b, row.starts) for row in upon_b.rows] == [(0.25, 0.26, date(2027, 4, 1))]
    assert [(row.value_a, row.value_b) for row in upon_a.rows] == [(0.26, 0.25)]
    assert upon_b.summary().startswith(f"law and law with {setting} differ in 1 parameter.\n")
    assert compare("law", "law", settings=[setting], settings_a=[setting]).rows == ()


def test_a_baseline_lies_beneath_both_sides() -> None:
    beneath = Reform("beneath", "Beneath", {MAIN_RATE: ((date(2027, 4, 1), 0.2),)})
    assert compare("law", "law", baseline=beneath).rows == ()
    assert MAIN_RATE not in {row.path for row in compare("law", MAIN_PROPOSAL, baseline=beneath).rows}
    assert MAIN_RATE in {row.path for row in compare("law@2026-04-01", "law", baseline=beneath).rows}


def test_a_value_held_from_a_past_day_keeps_its_own_source() -> None:
    comparison = compare("law@2022-03-31", "law", on="2022-04-01")
    (row,) = (row for row in comparison.rows if row.path == "losses.extended_carry_back_cap")
    part = "https://www.legislation.gov.uk/ukpga/2021/26/schedule/2/part/2/enacted"
    assert (row.change, row.reference_b, row.href_b) == ("repealed", "FA 2021 Sch 2 para 4(3) (ends)", part)
    assert "    B: FA 2021 Sch 2 para 4(3) (ends)" in comparison.summary().splitlines()


def test_the_command_of_a_comparison_makes_it_again() -> None:
    setting = "corporation_tax.main_rate@2027-04-01=0.26"
    comparison = compare("law", MAIN_PROPOSAL, on="2027-04-01", settings=[setting], baseline=MAIN_PROPOSAL)
    assert comparison.command == (
        f"goodwork compare law {MAIN_PROPOSAL} --on 2027-04-01 --baseline {MAIN_PROPOSAL} --set {setting}"
    )
    assert compare("law@2021-04-01", "law", start="2022-04-01").command == (
        "goodwork compare law@2021-04-01 law --from 2022-04-01"
    )


def test_why_a_reform_has_no_effect_in_some_years() -> None:
    def reason(reform: Reform | str, start: int, end: int, baseline: str = "") -> str | None:
        return no_effect_reason(reform, date(start, 4, 1), date(end, 3, 31), (baseline,) if baseline else ())

    same = Reform("same", "Same", {MAIN_RATE: ((date(2026, 4, 1), 0.25),)})
    ended = Reform("ended", "Ended", {MAIN_RATE: ((date(2021, 4, 1), 0.3), (date(2022, 4, 1), CURRENT_LAW))})
    assert reason(MAIN_PROPOSAL, 2026, 2032) is None
    assert reason(MAIN_PROPOSAL, 2020, 2027) == (
        "It differs from the law in force only from 1 April 2027, outside 1 April 2020 to 31 March 2027."
    )
    assert reason(ended, 2026, 2032) == (
        "It differs from the law in force only until 31 March 2022, outside 1 April 2026 to 31 March 2032."
    )
    assert reason(same, 2026, 2032) == "It sets only what the law in force already says."
    assert reason(MAIN_PROPOSAL, 2026, 2032, MAIN_PROPOSAL) == "It sets only what the law in force already says."


def test_importing_and_comparing_needs_no_pandas() -> None:
    code = "import sys, openfisca_goodwork.policy as p; p.compare('law', 'law').to_dict(); sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_public_names_exist() -> None:
    assert [name for name in policy.__all__ if not hasattr(policy, name)] == []


def test_the_law_of_a_day_is_costed_against_the_law_of_another_and_not_laid_on_it() -> None:
    """As `compare` has it: in 2027 the main rate of June 2023 is 25%, whatever the law of June 2022 would have kept."""

    def rate(reform: str) -> object:
        dated = in_force(vocabulary_with(reform, "law@2022-06-01")[MAIN_RATE].values, date(2027, 4, 1))
        return dated and dated.value

    assert rate("law@2023-06-01") == rate(f"{MAIN_PROPOSAL}@2023-06-01") == 0.25
    assert rate(MAIN_PROPOSAL) == 0.19
