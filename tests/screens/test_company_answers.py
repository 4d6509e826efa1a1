"""For a company: what a result says of answers that are missing or not known, of credits, dates and claims."""

from __future__ import annotations

import pytest

from openfisca_goodwork.screens.company_questions import PROFIT, QUESTIONS, START
from openfisca_goodwork.screens.reform_picker import MAIN
from tests.screens.test_company import press, table, texts

RESULT = len(QUESTIONS) + 1
LARGE_BEFORE = "large_company_brought_forward"


@pytest.fixture
def page(opened):
    return opened("company")


def result_of(app, relief, *periods):
    """The result page under a relief, with these answers of each accounting period."""
    now = app.session_state["company_now"]
    app.session_state["company_relief"] = now.relief = relief
    now.periods, now.place = [dict(answers) for answers in periods], RESULT
    app.run()
    assert not app.exception
    return app


def test_a_credit_is_explained_and_its_table_has_what_is_left_to_pay_on_each_day(page):
    """£145,000 x 15% is £21,750, which is income: 25% of it, £5,437.50, is a quarter of that more on each of four days.

    Tax of £2m x 25% is £125,000 a day. The credit takes all of it off the last: £126,359.375 - £21,750.
    """
    given = {START: "1 January 2028", PROFIT: "2m", "external_course_fees": "145k", LARGE_BEFORE: "yes", "paye_and_nic": ""}
    due = table(result_of(page, "payable-training-credit", given), "Due on")
    assert due["Difference"].tolist() == pytest.approx([1_359.375, 1_359.375, 1_359.375, 1_359.375 - 21_750])
    assert due["Reform (proposed, not law)"].tolist()[-1] == pytest.approx(104_609.375)
    said = texts(page).replace("\\", "")
    assert "The relief is a credit of £21,750, 15.00p for each £1 that qualifies. It counts as income" in said
    assert "the tax before it is £5,438 more. £21,750 of the credit is set against corporation tax." in said
    assert "In all the company is better off by £16,312." in said


def test_a_credit_above_the_tax_says_what_is_kept_back_and_what_is_paid(page):
    """Of £21,750, 19% is kept back, £4,132.50; three times PAYE and NIC of £2,000 may be paid, the rest goes on."""
    given = {START: "1 January 2028", PROFIT: "-500k", "external_course_fees": "145k", "paye_and_nic": "2,000"}
    said = texts(result_of(page, "payable-training-credit", given)).replace("\\", "")
    assert "£4,132 is kept back for later tax, £11,618 is carried forward and £6,000 is paid to the company." in said


def test_a_relief_with_unanswered_questions_withholds_its_answer(page):
    """One that silence does not favour too: that nothing qualifies would be the answer to a question nobody asked."""
    given = {START: "1 January 2028", PROFIT: "240k", "external_course_fees": "20k"}
    result_of(page, "low-paid-retraining-deduction-230-percent", given)
    assert page.warning
    assert all(each.value.endswith("Answer it to see what you would pay.") for each in page.warning)
    assert not page.header
    assert "Nothing you entered qualifies" not in texts(page)
    press(page, "Answer it")


def test_days_that_depend_on_an_answer_that_is_not_known_say_so_above_them_with_both_schedules(page):
    given = {START: "1 January 2028", PROFIT: "2m", "external_course_fees": "20k", LARGE_BEFORE: "unknown"}
    result_of(page, MAIN, given)
    (warning,) = page.warning
    said = warning.value.replace("\\", "")
    assert "The tax of the period from 1 January 2028 to 31 December 2028 is taken to be due on one day" in said
    assert "1 October 2029" in said
    assert "in instalments from 14 July 2028 to 14 April 2029" in said
    assert "press “Change the answers” below, then “Change the year before”" in said
    assert "is taken to be due" not in texts(page)  # said once


def test_a_page_names_its_questions_and_no_key_of_a_file(page):
    """Of two periods the second makes a loss that nothing says to carry back."""
    first = {START: "1 January 2028", PROFIT: "240k", "external_course_fees": "20k"}
    second = {START: "1 January 2029", PROFIT: "-50k", "external_course_fees": "10k"}
    said = texts(result_of(page, MAIN, first, second)).replace("\\", "")
    assert "No claim to carry back is taken to be made" in said
    assert "To say so, press “Change the answers” below, then “Change the loss carried back”." in said
    for key in ("claims_loss_carry_back", "--advise", "In a company file"):
        assert key not in said


def test_a_repayment_names_the_day_by_which_it_has_to_be_claimed(page):
    """The loss is of the year to 31 December 2029: two years after it is 31 December 2031."""
    first = {START: "1 January 2028", PROFIT: "240k", "external_course_fees": "20k"}
    second = {START: "1 January 2029", PROFIT: "-50k", "external_course_fees": "10k", "claims_loss_carry_back": "yes"}
    result_of(page, MAIN, first, second)
    page.selectbox(key="company_period").set_value(1).run()
    assert "Repaid for loss carried back, once it is claimed, by 31 December 2031" in table(page, "Due on").index


def test_an_instalment_year_before_the_loss_is_named_and_stands_under_its_own_year(page):
    first = {START: "1 January 2028", PROFIT: "2m", "external_course_fees": "20k", LARGE_BEFORE: "unknown"}
    second = {START: "1 January 2029", PROFIT: "-50k", "external_course_fees": "10k", "claims_loss_carry_back": "yes"}
    result_of(page, MAIN, first, second)
    assert len(page.warning) == 1
    page.selectbox(key="company_period").set_value(1).run()
    assert not page.warning
    assert "is taken to be due" not in texts(page)
