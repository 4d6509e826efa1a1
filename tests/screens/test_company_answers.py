"""For a company: what a result says of answers that are missing or not known, of credits, dates and claims."""

from __future__ import annotations

import pytest

from openfisca_goodwork.screens.company_questions import PROFIT, QUESTIONS, START
from tests.screens.test_company import press, table, texts

RESULT = len(QUESTIONS) + 1
LARGE_BEFORE = "large_company_brought_forward"


@pytest.fixture
def page(opened):
    return opened("company")


def result_of(app, relief, *periods):
    """The result page under a relief, with these answers of each accounting period."""
    app.session_state["company_relief"] = app.session_state["company_chosen"] = relief
    app.session_state["company_answers"] = [dict(answers) for answers in periods]
    app.session_state["company_place"] = RESULT
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
