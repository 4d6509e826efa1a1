"""The history of a parameter: every dated value with its days and its source, in one law or beside another."""

from __future__ import annotations

import json
from datetime import date

import pytest

from openfisca_goodwork.errors import GoodworkError, ParameterError, PeriodError, ReformError
from openfisca_goodwork.policy import Reform, parameter_history
from openfisca_goodwork.policy.vocabulary import current_vocabulary, titles

MAIN_RATE = "corporation_tax.main_rate"
MAIN_PROPOSAL = "human-investment-super-deduction"
DEDUCTION = "human_investment.additional_deduction"


def test_the_main_rate_since_2010_each_value_to_the_day_before_the_next() -> None:
    # FA 2009 s.7 to FA 2021 s.6: 28, 26, 24, 23, 21, 20, 19 and 25%, each from 1 April
    found = [(dated.starts, dated.ends, dated.value) for dated in parameter_history(MAIN_RATE).values if dated.value != 0.25]
    years = (2010, 2011, 2012, 2013, 2014, 2015, 2017, 2023)
    rates = (0.28, 0.26, 0.24, 0.23, 0.21, 0.20, 0.19)
    assert found == [
        (date(start, 4, 1), date(end, 3, 31), rate) for start, end, rate in zip(years, years[1:], rates, strict=False)
    ]
    later = [dated for dated in parameter_history(MAIN_RATE).values if dated.value == 0.25]
    assert later[0].starts == date(2023, 4, 1) and later[-1].ends is None


def test_a_value_has_its_kind_its_straddle_its_status_and_its_source() -> None:
    first = parameter_history(MAIN_RATE).values[0]
    assert (first.law, first.kind, first.straddle, first.status) == ("law", "law", "day_weighted", "seen")
    assert first.reference == "FA 2009 s.7(2)(a) (financial year 2010)"
    assert first.href == "https://www.legislation.gov.uk/ukpga/2009/10/section/7"


def test_a_value_with_a_straddle_of_its_own_shows_that_one() -> None:
    # FA 2021 s.11: the end of the super-deduction alone is weighted by days
    path = "capital_allowances.first_year_allowances.super_deduction.rate"
    found = {dated.starts: dated.straddle for dated in parameter_history(path).values}
    assert found[date(2021, 4, 1)] == "by_date_incurred"
    assert found[date(2023, 4, 1)] == "day_weighted"


def test_a_reform_is_shown_beside_the_law() -> None:
    history = parameter_history(DEDUCTION, MAIN_PROPOSAL)
    assert history.laws == ("law", MAIN_PROPOSAL)
    of_reform = [dated for dated in history.values if dated.law == MAIN_PROPOSAL]
    assert [one.value for one in of_reform] == [0, 0.3]
    assert (of_reform[-1].kind, of_reform[-1].status) == ("proposal", MAIN_PROPOSAL)
    assert "law:" in history.summary() and f"{MAIN_PROPOSAL}:" in history.summary()


def test_a_history_of_two_laws_a_baseline_and_a_setting() -> None:
    beneath = Reform("beneath", "Beneath", {MAIN_RATE: ((date(2027, 4, 1), 0.2),)})
    setting = f"{MAIN_RATE}@2029-04-01=0.3"
    history = parameter_history(MAIN_RATE, "law@2012-04-01", "law", baseline=beneath, settings=[setting])
    assert history.laws == ("law@2012-04-01", f"law with {setting}")
    last = {dated.law: (dated.value, dated.starts) for dated in history.values}
    assert last == {
        "law@2012-04-01": (0.24, date(2012, 4, 1)),
        f"law with {setting}": (0.3, date(2029, 4, 1)),
    }
    alone = parameter_history(MAIN_RATE, settings=[setting])
    assert alone.laws == ("law", f"law with {setting}")


def test_a_group_lists_its_members_and_as_data_has_every_value_of_each() -> None:
    history = parameter_history("corporation_tax.marginal_relief")
    members = [path for path in current_vocabulary() if path.startswith("corporation_tax.marginal_relief.")]
    assert list(history.paths) == members
    lines = history.summary().splitlines()
    assert lines[0].startswith(f"corporation_tax.marginal_relief is a group of {len(members)} parameters.")
    assert [line.split(":")[0].strip() for line in lines[1:]] == members


def test_the_members_of_a_group_that_a_reform_leaves_alone_are_said_once() -> None:
    lines = parameter_history("human_investment", MAIN_PROPOSAL).summary().splitlines()
    assert sum(line.startswith(f"  {DEDUCTION}: ") for line in lines) == 2
    assert sum("exclude_levy_funded" in line for line in lines) == 1


def test_the_timeline_says_when_how_much_and_by_what_authority() -> None:
    lines = parameter_history(MAIN_RATE).summary().splitlines()
    assert lines[0] == "Main rate of corporation tax  corporation_tax.main_rate (a fraction: 20% is 0.20)"
    assert lines[2:5] == [
        "  from 1 April 2010 to 31 March 2011: 28%  (law, day weighted, seen)",
        "    FA 2009 s.7(2)(a) (financial year 2010)",
        "    https://www.legislation.gov.uk/ukpga/2009/10/section/7",
    ]
    assert max(map(len, lines)) <= 120


def test_a_history_as_table_and_as_json_say_the_same() -> None:
    history = parameter_history(DEDUCTION, MAIN_PROPOSAL)
    table, as_json = history.to_dataframe(), history.to_dict()
    assert table["value"].tolist() == [dated["value"] for dated in as_json["values"]]
    assert [str(one) for one in table["from"]] == [dated["from"] for dated in as_json["values"]]
    assert set(table.columns) == set(as_json["values"][0])
    assert json.loads(json.dumps(as_json, allow_nan=False)) == as_json


def test_no_limit_is_null_in_json_and_said_in_words() -> None:
    found = parameter_history("losses").to_dict()["values"]
    unlimited = [one for one in found if one["value"] is None]
    assert all(one["in_words"] == "no limit" for one in unlimited)


def test_a_path_that_is_none_is_answered_with_the_nearest() -> None:
    with pytest.raises(ParameterError, match=r"Did you mean corporation_tax\.main_rate\?"):
        parameter_history("corporation_tax.man_rate")


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(GoodworkError) as raised:
        parameter_history("corporation_tax.man_rate", "law@2050-01-01", "lwa")
    assert "outside the days" in str(raised.value) and "no reform called 'lwa'" in str(raised.value)
    with pytest.raises(GoodworkError) as raised:
        parameter_history("corporation_tax.man_rate", "lwa")
    assert "no reform called 'lwa'" in str(raised.value) and "corporation_tax.man_rate is not" in str(raised.value)


def test_one_fault_keeps_its_kind() -> None:
    with pytest.raises(ReformError):
        parameter_history(MAIN_RATE, "lwa")
    with pytest.raises(PeriodError):
        parameter_history(MAIN_RATE, "law@2050-01-01")
    with pytest.raises(GoodworkError, match="one law or two, not 3"):
        parameter_history(MAIN_RATE, "law", "law", "law")


def test_the_words_that_a_choice_may_be_are_shown() -> None:
    assert "(one of all, small_and_medium, small)" in parameter_history("human_investment.eligibility.size").summary()


def test_a_limit_that_current_law_lacks_is_not_sourced_to_another_country() -> None:
    for path in ("human_investment.caps.per_group", "human_investment.cash_option.rate"):
        (value,) = parameter_history(path).values
        assert value.reference.startswith("None in current law")


def test_years_without_a_small_profits_rate_have_none_and_not_the_figure_of_the_main_rate() -> None:
    """FA 2014 Sch 1 para 4 ended it from 1 April 2015, FA 2021 Sch 1 brought one back from 1 April 2023."""
    values = parameter_history("corporation_tax.small_profits_rate", "law").values
    said = {dated.starts.year: dated.in_words for dated in values}
    none = "none (the main rate)"
    assert [said[year] for year in (2011, 2015, 2017, 2023)] == ["20%", none, none, "19%"]


def test_pounds_are_written_as_people_write_them_though_files_of_parameters_hold_ascii_alone() -> None:
    texts = [text for leaf in current_vocabulary().values() for text in (leaf.label, leaf.description)]
    texts += [titles(dated) for leaf in current_vocabulary().values() for dated in leaf.values]
    assert not [text for text in texts if "GBP" in text]
    assert "for each £1 of relieved training" in current_vocabulary()["assumptions.behaviour.rate.per_pound"].description
