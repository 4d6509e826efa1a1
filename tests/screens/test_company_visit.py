"""For a company: what is asked and doubted, and what survives a refresh, a link and a new beginning."""

from __future__ import annotations

import json

import pytest

from openfisca_goodwork.screens.company_questions import PROFIT, QUESTIONS, START
from openfisca_goodwork.screens.company_visit import Visit, visit_in
from tests.screens.test_company import answer, press, result_of_example, table, texts, to_training


@pytest.fixture
def page(opened):
    return opened("company")


def test_training_paid_from_the_levy_account_is_asked_beside_the_fees_and_has_no_relief(page):
    """£20,000 less £8,000 from the levy: £12,000 x 30% x 26.5% is £954."""
    answer(to_training(page, "1 January 2028"), external_course_fees="20k", levy_funded_training="8k")
    assert "- Of all that, paid for by grants: none" in texts(page)
    press(page, "Work out the tax")
    assert "You would pay £954 less corporation tax" in texts(page)
    said = texts(page)
    assert "None of the training was paid for by grants, bought within the group or claimed as research" in said
    assert "No associated companies and no dividends from outside the group." in said


def test_the_year_before_is_asked_where_profits_are_above_the_limit_for_instalments(page):
    """£900,000 with one associated company is above £750,000; the year begins on 1 January 2028 (SI 1998/3175 reg 5)."""
    answer(answer(press(page, "Start"), **{START: "1 January 2028"}), **{PROFIT: "900k"})
    answer(answer(page, associated_companies="1"), external_course_fees="20k")
    assert [element.value for element in page.header] == ["Were profits above the limit for instalments in the year before?"]
    assert "The limit is £750,000" in texts(page)
    press(page, "Continue")
    assert "is empty" in page.error[0].value
    page.radio(key="box_large_company_brought_forward").set_value("unknown")
    press(press(page, "Continue"), "Work out the tax")
    said = page.warning[0].value
    assert "due on one day, 1 October 2029, as nothing says" in said
    assert "due in instalments from 14 July 2028 to 14 April 2029" in said
    press(page, "Change the answers")
    press(page, "Change the year before")
    page.radio(key="box_large_company_brought_forward").set_value("yes")
    press(press(page, "Save"), "Work out the tax")
    assert list(table(page, "Due on").index) == ["14 July 2028", "14 October 2028", "14 January 2029", "14 April 2029"]


def test_what_is_hardly_meant_is_asked_once_more_and_then_taken(page):
    answer(answer(press(page, "Start"), **{START: "1 January 2028"}), **{PROFIT: "240k"})
    answer(page, associated_companies="1,000,000")
    assert "Is that right?" in page.warning[0].value
    press(page, "Continue")
    assert [element.value for element in page.header] == ["What was spent on training?"]


def test_changed_training_asks_to_look_at_the_profit_again_and_blank_answers_say_what_they_are_taken_as(page):
    press(page, "Try an example")
    page.button(key="change_0_4").click().run()
    press(page, "Save")
    assert not page.info  # nothing was changed
    page.button(key="change_0_4").click().run()
    page.text_input(key="box_external_course_fees").set_value("60k")
    press(page, "Save")
    assert "change the profit too" in page.info[0].value
    press(page, "Start again")
    answer(press(page, "Start"), **{START: "1 January 2028"})
    page.session_state["company_now"].place = len(QUESTIONS)
    page.run()
    assert "- Associated companies" in texts(page) and "- Trainers' pay: none" in texts(page)


def test_a_link_brings_the_answers_back_in_another_visit_and_leaves_no_figure_in_the_address(page, opened):
    press(result_of_example(page), "Change the answers")
    address = next(code.value for code in page.code if "answers=" in code.value)
    other = opened("company")
    other.query_params["answers"] = address.partition("answers=")[2]
    other.session_state["company_link_unread"] = False
    other.run()
    assert "- External course fees: £20,000" in texts(other)
    press(press(other, "Start again"), "Start")  # a link that the browser has not taken out of the address yet is read once
    press(press(other, "Back"), "Bring back my answers")
    other.query_params["answers"] = "eNpnonsense"
    other.run()
    assert "The answers of this link cannot be read" in other.error[0].value
    assert "- External course fees: £20,000" in texts(other)  # what was there stays


def test_answers_put_aside_by_starting_again_can_be_brought_back(page):
    press(press(page, "Try an example"), "Start again")
    press(page, "Bring back my answers")
    assert "- External course fees: £20,000" in texts(page)


VISIT = Visit(place=0, period=0, checked=False, relief="r", periods=[{START: "x"}], group=[], file="", is_by_hand=False)


def test_a_file_that_is_too_long_for_a_browser_is_not_kept_there_and_answers_are():
    long = VISIT.model_copy(update={"file": "x" * 90_001})
    assert long.to_text() == VISIT.to_text()
    assert long.model_copy(update={"periods": [{}]}).to_text() == ""


def test_a_text_of_a_browser_is_read_as_untrusted():
    known = ([0], ["r"], [START])
    assert visit_in(VISIT.to_text(), *known) == VISIT
    wrong = [
        {"place": 7},
        {"relief": "other"},
        {"period": 3},
        {"periods": [{"__class__": "x"}]},
        {"periods": []},
        {"more": 1},
    ]
    wrong += [{"periods": [{START: "x" * 61}]}, {"group": [{}] * 11}, {"file": "x" * 90_001}]
    for change in wrong:
        assert visit_in(json.dumps({**VISIT.model_dump(), **change}), *known) is None, change
    assert visit_in("[" * 10_000, *known) is None
