"""What people type of a company: read as they write it, refused in words with an example."""

from __future__ import annotations

import pytest

from openfisca_goodwork import company
from openfisca_goodwork.company.vocabulary import input_variables
from openfisca_goodwork.screens.company_questions import (
    BEFORE,
    END,
    EXAMPLE,
    FIELDS,
    PAID_ON,
    PROFIT,
    PROFIT_BEFORE,
    QUESTIONS,
    START,
)
from openfisca_goodwork.screens.form_parsing import answers_of, as_file, as_read, company_of, doubts_of, faults_of

DATES = {START: "1 April 2027", END: "31 March 2028"}
EVERY = [field for question in QUESTIONS for field in question.fields]


@pytest.mark.parametrize(
    ("typed", "pounds"),
    [("£1.25m", 1_250_000), ("80k", 80_000), ("1,250,000", 1_250_000), ("-£500", -500), (" £ 99.50 ", 99.5), ("2bn", 2e9)],
)
def test_money_is_read_as_people_type_it(typed, pounds):
    assert company_of({**DATES, PROFIT: typed})["accounting_periods"][0][PROFIT] == pounds


@pytest.mark.parametrize(
    "typed", ["2027-04-01", "1 April 2027", "1 apr 2027", "01/04/2027", "1.4.2027", "  1  April  2027 "]
)
def test_a_day_is_read_as_people_type_it(typed):
    assert company_of({START: typed})["accounting_periods"][0][START] == "2027-04-01"


def test_without_a_last_day_the_period_is_twelve_months():
    assert company_of({START: "29 February 2028"})["accounting_periods"][0][END] == "2029-02-27"
    assert company_of({START: "1 April 2027"})["accounting_periods"][0][END] == "2028-03-31"


def test_every_example_is_an_answer_that_is_accepted():
    answers = {field.name: field.example for field in EVERY} | DATES
    assert faults_of(answers, EVERY) == []


def test_every_field_but_the_days_is_an_input_of_the_law():
    assert {name.removesuffix(BEFORE) for name in FIELDS} <= {
        START,
        END,
        PAID_ON,
        PROFIT_BEFORE,
        *input_variables(),
    }


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "First day is empty. For example: 1 April 2027."),
        (
            {START: "31/2/2027"},
            "First day: '31/2/2027' is not a date that can be read. For example: 1 April 2027.",
        ),
        (
            {**DATES, PROFIT: "lots"},
            "must be an amount of money, not 'lots'. Write pounds as 1250000, £1,250,000, 1.25m or 80k.",
        ),
        ({**DATES, PROFIT: "=1+1"}, "must be an amount of money, not '=1+1'."),
        ({**DATES, PROFIT: "1e999"}, "must be an amount of money"),
        ({**DATES, PROFIT: "£99,999bn"}, "beyond 10,000,000,000,000, the largest number accepted."),
        ({**DATES, "associated_companies": "-1"}, "Associated companies is -1; it cannot be below 0. For example: 2."),
        ({**DATES, "associated_companies": "a few"}, "Associated companies must be a number, not 'a few'. For example: 2."),
        ({**DATES, "associated_companies": "1.5"}, "must be a whole number, not '1.5'. For example: 2."),
        (
            {**DATES, "external_course_fees": "-5k"},
            "External course fees is -5,000; it cannot be below 0. For example: 20k.",
        ),
        ({START: "1 April 2027", END: "1 May 2028"}, "is longer than 12 months (CTA 2009 s.10)."),
        ({START: "1 April 2027", END: "1 March 2027"}, "ends before it starts."),
        ({START: "1 January 1999"}, "starts before 1 April 2010, the first day for which the law is held."),
        ({START: "1 January 9999"}, "end is missing"),
    ],
)
def test_a_wrong_answer_is_a_lesson(answers, said):
    asked = [FIELDS[name] for name in answers] or list(QUESTIONS[0].fields)
    assert said in "\n".join(faults_of(answers, asked))


def test_all_faults_of_a_screen_are_told_at_once():
    assert len(faults_of({START: "x", END: "y"}, QUESTIONS[0].fields)) == 2


def test_answers_are_shown_as_they_were_understood():
    assert as_read(PROFIT, {PROFIT: "-1.25m"}) == "-£1,250,000"
    assert as_read(START, DATES) == "1 April 2027"
    assert as_read("associated_companies", {"associated_companies": "2"}) == "2"
    assert as_read("associated_companies", {}) == ""
    assert as_read(END, {START: "1 January 2027"}) == "31 December 2027 (after twelve months)"
    assert as_read(END, {}) == ""


def test_a_saved_file_reads_back_as_the_same_company():
    file = as_file(EXAMPLE).encode()
    assert company.read(file) == company.read(company_of(EXAMPLE))
    assert company_of(*answers_of(file)) == company_of(EXAMPLE)


def test_several_periods_come_back_as_they_were_told():
    told = [EXAMPLE, {START: "1 January 2029", END: "31 December 2029", PROFIT: "-£1.5k"}]
    assert company_of(*answers_of(as_file(*told).encode())) == company_of(*told)


def test_a_fault_of_another_period_names_it():
    later = {START: "1 April 2028", PROFIT: "1k"}
    [fault] = faults_of({**DATES, END: "31 January 2028", PROFIT: "1k"}, [], [{**DATES, PROFIT: "1k"}, later], 0)
    assert fault.startswith("Accounting period 2: ")


def test_a_file_that_says_more_than_is_asked_has_no_answers_here():
    assert answers_of(as_file(EXAMPLE).encode() + b"apportionment: months\n") is None
    assert answers_of(as_file(EXAMPLE).encode() + b"  property_profits: 5\n") is None


def test_an_answer_above_another_that_it_is_seldom_above_is_doubted_where_either_is_asked():
    answers = {PROFIT: "3m", "turnover": "2m", "pay_bill": "2m", "employees": "10", "external_course_fees": "2.5m"}
    assert doubts_of(answers, [FIELDS["turnover"]]) == [
        "Trading profit before capital allowances, £3,000,000, is above turnover, £2,000,000.",
        "External course fees, £2,500,000, is above turnover, £2,000,000.",
    ]
    assert len(doubts_of(answers, [FIELDS["pay_bill"]])) == 1  # fees above the pay bill; that is not above the turnover
    assert doubts_of(answers, [FIELDS["employees"]]) == []
    assert doubts_of({**answers, "turnover": "lots"}, [FIELDS["turnover"]]) == []


def test_a_loss_beside_plant_is_doubted_as_it_is_asked_before_capital_allowances():
    answers = {PROFIT: "-500,000", "main_rate_plant_new": "600,000"}
    (doubt,) = doubts_of(answers, [FIELDS["main_rate_plant_new"]])
    assert doubt.startswith("The loss of £500,000 is read as before capital allowances: with those on £600,000 of plant")
    assert doubts_of({**answers, "main_rate_plant_new": ""}, [FIELDS["main_rate_plant_new"]]) == []
    assert doubts_of({**answers, PROFIT: "500,000"}, [FIELDS["main_rate_plant_new"]]) == []
