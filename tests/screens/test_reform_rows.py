"""A reform as rows of a table and back: nothing is lost, and every fault is told by its row."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from openfisca_goodwork import policy
from openfisca_goodwork.screens import reform_draft
from openfisca_goodwork.screens.reform_draft import DAY, LAW, OUT, PATH, UNIT, VALUE, edited_heading, entries_in
from tests.reports.companies import MAIN

RATE = "human_investment.additional_deduction"
START = datetime.date(2027, 4, 1)


@pytest.fixture
def main():
    return policy.load(MAIN)


@pytest.fixture
def table(main):
    return reform_draft.table_of(entries_in(main.text), 2)


def faults(table, main):
    return [fault.message for fault in examined(table, main).faults]


def examined(table, reform, title="Mine"):
    return reform_draft.examined(table, replace(edited_heading(reform), title=title), entries_in(reform.text))


@pytest.mark.parametrize("name", sorted(policy.library()))
def test_every_reform_of_the_library_goes_through_a_table_and_comes_back_the_same(name):
    reform = policy.load(name)
    again = examined(reform_draft.table_of(entries_in(reform.text), 3), reform, reform.title).reform
    assert (again.edits, again.straddles) == (reform.edits, reform.straddles)


def test_no_edited_reform_is_called_enacted():
    enacted = next(one for one in map(policy.load, policy.library()) if one.status == "enacted")
    edited = examined(reform_draft.table_of(entries_in(enacted.text), 0), enacted).reform
    assert (edited.status, edited.title) == ("proposal", "Mine")


def test_a_row_has_its_unit_and_current_law_on_its_day(table):
    row = reform_draft.beside_law(table).set_index(PATH).loc[RATE]
    assert (row[UNIT], row[LAW], row[VALUE]) == ("share", "0%", "30%")
    moved = reform_draft.edited(table, {0: {PATH: "corporation_tax.main_rate", DAY: "2022-04-01"}})
    assert reform_draft.beside_law(moved).iloc[0][LAW] == "19%"
    assert reform_draft.beside_law(table).iloc[-1][[UNIT, LAW]].tolist() == ["", ""]


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        (RATE, "15%", 0.15),
        (RATE, "0.15", 0.15),
        ("corporation_tax.marginal_relief.lower_limit", "£60,000", 60_000),
        ("corporation_tax.marginal_relief.lower_limit", "60k", 60_000),
        ("capital_allowances.annual_investment_allowance.limit", "no limit", None),
        ("human_investment.additional_deduction", "current law", policy.CURRENT_LAW),
    ],
)
def test_values_are_read_as_people_write_them(table, main, path, typed, value):
    edited = reform_draft.edited(table, {0: {PATH: path, VALUE: typed}})
    report = examined(edited, main)
    if value is None:
        assert report.faults[0].message.startswith("Row 1: ")
    else:
        assert report.reform.edits[path] == ((START, value),)


@pytest.mark.parametrize("typed", ["+070401-02-03", "20270-04-01", "2027-02-30", "soon", "="])
def test_a_day_that_is_none_is_a_fault_of_its_row_in_words(table, main, typed):
    edited = reform_draft.edited(table, {0: {DAY: typed}})
    assert reform_draft.beside_law(edited).iloc[0][LAW] == ""
    [fault] = faults(edited, main)
    assert fault.startswith("Row 1: the day ")
    assert typed in fault
    assert fault.endswith("Give the day from which it holds, for example 2027-04-01.")


def test_a_day_of_the_table_is_read_as_people_write_it(table, main):
    for typed in ("2027-04-01", "1/4/2027", "1 April 2027"):
        edited = examined(reform_draft.edited(table, {0: {DAY: typed}}), main).reform
        assert edited.edits[RATE] == main.edits[RATE]


def test_an_edited_reform_has_a_name_and_a_source_of_its_own(table, main):
    edited = examined(reform_draft.edited(table, {0: {VALUE: "15%"}}), main, "Half the rate (ours)").reform
    assert edited.name == "half-the-rate-ours"
    assert edited.source == f"Edited by hand, from {main.name}, whose source is: {main.source}"
    same_title = examined(table, main, main.title).reform
    assert same_title.name not in policy.library()


def test_every_fault_is_told_at_once(table, main):
    place = len(table) - 2
    result = faults(reform_draft.edited(table, {0: {VALUE: "a"}, place: {PATH: "corporation_tax.main_rate"}}), main)
    assert [one.partition(":")[0] for one in result] == [f"Row {place + 1}", f"Row {place + 1}", "Row 1"]


def test_rows_that_are_removed_or_empty_say_nothing(table, main):
    without = examined(reform_draft.edited(table, {0: {OUT: True}}), main).reform
    assert RATE not in without.edits
    laid_out = reform_draft.extended(reform_draft.edited(table, {0: {OUT: True}}), 4)
    assert len(laid_out) == len(table) - 1 - 2 + 4
    assert laid_out[PATH].iloc[0] != RATE


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            {PATH: "corporation_tax.main_rate", VALUE: "30%"},
            "has no day. Give the day from which it holds, for example 2027-04-01",
        ),
        ({VALUE: "3%"}, "names no parameter. Choose one in its first column, for example "),
        ({PATH: "corporation_tax.main_rate", DAY: "2027-04-01"}, "has no value. For example: 25%."),
        ({PATH: RATE, DAY: "2027-04-01", VALUE: "20%"}, "is set from 2027-04-01 in row 1 too. Remove one."),
    ],
)
def test_what_a_new_row_leaves_out_or_repeats_is_told_by_its_number(table, main, typed, said):
    place = len(table) - 2
    [fault] = faults(reform_draft.edited(table, {place: typed}), main)
    assert fault.startswith(f"Row {place + 1}")
    assert said in fault


@pytest.mark.parametrize("typed", ["a lot", "250%", "{x: 1}", "- 1", "0.3\nevil: 1", "'", "!!python/object:os.system", "&a"])
def test_a_value_that_is_none_is_a_fault_of_its_row_and_never_more_than_a_value(table, main, typed):
    edited = reform_draft.edited(table, {1: {VALUE: typed}})
    result = faults(edited, main)
    assert len(result) == 1
    assert result[0].startswith("Row 2: human_investment.qualifying.external_course_fees.inclusion")


def test_a_day_before_the_parameter_is_a_fault_of_its_row(table, main):
    [fault] = faults(reform_draft.edited(table, {0: {DAY: "1990-04-01"}}), main)
    assert fault.startswith(f"Row 1: {RATE} has no value before")


def test_the_text_of_the_table_is_the_reform(table, main):
    entries = reform_draft.entries_of(table, entries_in(main.text))
    assert policy.parse(reform_draft.text_of(entries, edited_heading(main))).edits == main.edits
