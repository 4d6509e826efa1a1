"""For a company: every screen, from the first question to the files to take away."""

from __future__ import annotations

import pytest

from openfisca_goodwork.reports.company_training import NOT_KNOWN
from openfisca_goodwork.screens import company_result, downloads
from openfisca_goodwork.screens.company_questions import END, EXAMPLE, PROFIT, QUESTIONS, START
from openfisca_goodwork.screens.form_parsing import as_file
from openfisca_goodwork.screens.reform_picker import RELIEFS, by_group
from openfisca_goodwork.screens.widgets import plain
from tests.screens.conftest import unfold

TWO_PERIODS = b"""
company: {name: "[Two](http://example.org) Ltd"}
accounting_periods:
  - {start: 2027-04-01, end: 2028-03-31, trading_profit_before_capital_allowances: 240k, external_course_fees: 20k}
  - {start: 2028-04-01, end: 2029-03-31, trading_profit_before_capital_allowances: -50k}
"""


@pytest.fixture
def page(opened):
    app = opened("company")
    assert not app.exception
    return app


RESULT = len(QUESTIONS) + 1


def press(app, label):
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def answer(app, **answers):
    for name, typed in answers.items():
        app.text_input(key=f"box_{name}").set_value(typed)
    return press(app, "Continue")


def result_of_example(app):
    return press(press(app, "Try an example"), "Work out the tax")


def texts(app):
    kinds = (app.header, app.subheader, app.markdown, app.caption, app.info, app.error, app.success, app.code)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def table(app, column):
    return next(shown.value for shown in app.table if column in shown.value.columns).set_index(column)


def test_it_begins_with_what_is_needed_and_that_nothing_is_stored(page):
    assert "Nothing is stored" in texts(page)
    assert "**proposed, not law**" in texts(page)


ASKED = [QUESTIONS[place] for place in (0, 1, 2, 4)]  # of the main relief, on the way
OFFERED = [question for question in QUESTIONS if question.is_offered]


def test_the_questions_are_asked_one_at_a_time_dates_first_and_only_those_of_the_relief(page):
    press(page, "Start")
    for place, question in enumerate(ASKED, start=1):
        assert f"Question {place} of {len(ASKED)}" in texts(page)
        assert [element.value for element in page.header] == [question.title]
        given = {START: "1 January 2028"} if place == 1 else {PROFIT: "240k"} if place == 2 else {}
        answer(page, **given)
    assert [element.value for element in page.header] == ["Check your answers"]
    assert "- Trading profit before capital allowances: £240,000" in texts(page)
    assert "- Last day: 31 December 2028" in texts(page)


def to_training(app, start, profit="240k"):
    """From the beginning to the question of what was spent on training."""
    return answer(answer(answer(press(app, "Start"), **{START: start}), **{PROFIT: profit}))


def test_only_the_costs_that_count_for_the_relief_are_asked(page):
    to_training(page, "1 January 2028")
    assert [box.label for box in page.text_input] == [
        "External course fees",
        "Training materials and travel",
        "Trainers' pay",
        "Of all that, paid from your apprenticeship levy account (from the digital apprenticeship account)",
        "Of all that, paid for by grants",
    ]


def test_what_was_paid_before_the_relief_is_asked_where_it_begins_within_the_period(page):
    answer(to_training(page, "1 January 2027"), external_course_fees="20k")
    assert [element.value for element in page.header] == ["When was the training paid for?"]
    assert [box.label for box in page.text_input] == [
        "Day on which all of it was paid for (if it was one day)",
        "External course fees, before 1 April 2027",
    ]
    page.text_input(key="box_external_course_fees_before").set_value("21k")
    press(page, "Continue")
    assert "£21,000 before that day is more than the £20,000 of the whole period" in page.error[0].value.replace("\\", "")
    answer(page, external_course_fees_before="5k")
    press(page, "Work out the tax")
    # £15,000 after 1 April 2027 x 30% x 26.5% between the limits.
    assert "You would pay £1,192 less corporation tax" in texts(page)
    assert "£15,000 of the £20,000 spent on training qualifies." in texts(page)
    assert "£5,000 was spent before the relief starts on 1 April 2027." in texts(page)
    press(press(page, "Change the answers"), "Change when it was paid for")
    page.text_input(key="box_external_course_fees_before").set_value("20k")
    press(press(page, "Save"), "Work out the tax")
    assert "None of the £20,000 spent on training qualifies." in texts(page)


def test_training_paid_for_on_one_day_is_dated_and_not_said_twice(page):
    answer(to_training(page, "1 January 2027"), external_course_fees="20k")
    page.text_input(key="box_external_course_fees_before").set_value("5k")
    answer(page, training_paid_on="30 June 2027")
    assert "not both" in page.error[0].value
    answer(page, external_course_fees_before="")
    press(page, "Work out the tax")
    assert "You would pay £1,590 less corporation tax" in texts(page)  # all £20,000 x 30% x 26.5%
    assert "spread evenly" not in texts(page)


def test_what_associated_companies_are_is_answered_where_they_are_asked_for(page):
    answer(answer(press(page, "Start"), **{START: "1 January 2028"}), **{PROFIT: "240k"})
    assert "What are associated companies?" in [each.label for each in page.expander]
    answer(answer(page, associated_companies="1"), external_course_fees="20k")
    press(page, "Work out the tax")
    assert "You would pay £1,500 less corporation tax" in texts(page)  # limits of £125,000: £6,000 x 25%


def test_a_company_in_loss_is_told_when_and_how_much_the_relief_pays(page):
    """£20,000 x 30% more of losses: £1,140 at 19%, £1,500 at 25%, £1,590 at 26.5%; the whole loss is £86,000."""
    answer(to_training(page, "1 January 2028", "-80k"), external_course_fees="20k")
    press(answer(page), "Work out the tax")
    assert page.header[0].value == "You would save no tax in this period, and carry £6,000 more of losses forward"
    said = texts(page)
    assert "£1,140 at the small profits rate of 19%, £1,500 at the main rate of 25% or £1,590 between the limits" in said
    assert "£86,000 of this loss" in said
    assert "about £16,340 at the small profits rate of 19%, £21,500 at the main rate of 25% or £22,790 between" in said
    assert "What if more, or less, were spent on training?" not in [each.value for each in page.subheader]


def test_a_company_in_loss_is_asked_last_years_profit_and_told_what_is_repaid_and_when(page):
    """£6,000 more of the loss goes back to profits of £150,000 between the limits: 26.5%, £1,590. Of £86,000, £22,790."""
    answer(to_training(page, "1 January 2028", "-80k"), external_course_fees="20k")
    assert page.header[0].value == "What was the taxable profit of the year before?"
    answer(page, taxable_profit_last_year="-1")
    assert "cannot be below 0" in page.error[0].value
    answer(page, taxable_profit_last_year="150k")
    assert "- Taxable profit of the twelve months before: £150,000" in texts(page)
    press(page, "Work out the tax")
    assert page.header[0].value == "You would be repaid £1,590 more corporation tax"
    assert page.selectbox(key="company_period").value == 1  # the year of the loss, not the year before
    said = texts(page)
    assert "It is tax of profits before the loss, repaid when the loss is carried back to them." in said
    assert "£86,000 of the loss of the period to 31 December 2028 is carried back" in said
    assert "£22,790 of tax is repaid, £1,590 of it because of the relief" in said
    assert "has to be made by 31 December 2030 (CTA 2010 s.37(7)), in the return for that period" in said


def test_a_profit_of_the_year_before_that_is_not_given_is_asked_for_beside_the_result(page):
    answer(to_training(page, "1 January 2028", "-80k"), external_course_fees="20k")
    page.session_state["company_now"].place = RESULT
    page.run()
    assert page.warning[0].value.endswith("What was the taxable profit of the year before?")
    press(page, "Answer it")
    page.text_input(key="box_taxable_profit_last_year").set_value("150k")
    press(press(page, "Continue"), "Work out the tax")
    assert not page.warning
    assert "£1,590 more corporation tax" in page.header[0].value


def test_a_company_without_a_loss_or_without_a_year_before_is_not_asked_for_it(page):
    """A profit of £10,000 less £6,000 stays a profit; one of £5,000 becomes a loss."""
    headings = []
    for profit in ("10k", "5k"):
        answer(to_training(page, "1 January 2028", profit), external_course_fees="20k")
        headings.append(page.header[0].value)
        press(press(page, "Work out the tax") if profit == "10k" else answer(page), "Start again")
    assert headings == ["Check your answers", "What was the taxable profit of the year before?"]


def test_the_loss_of_a_later_period_is_carried_back_if_it_is_said_so(page):
    """£50,000 of 2029 relieves profits of £234,000 in 2028 at 26.5%: £13,250 under both laws, so more of training repays."""
    press(press(page, "Try an example"), "Add the next accounting period")
    answer(answer(answer(answer(page), **{PROFIT: "-50k"})), external_course_fees="10k")
    assert page.header[0].value == "Is the loss carried back?"
    press(page, "Continue")
    assert "is empty" in page.error[0].value
    page.radio(key="box_claims_loss_carry_back").set_value("yes")
    press(press(page, "Continue"), "Work out the tax")
    page.selectbox(key="company_period").set_value(1).run()
    assert "£14,045 of tax is repaid, £795 of it because of the relief" in texts(page)


def test_a_company_of_which_nothing_qualifies_is_told_so(page):
    answer(to_training(page, "1 January 2028"))
    press(page, "Work out the tax")
    assert "Nothing you entered qualifies for this relief." in texts(page)


def asked_of(relief):
    """The answers that somebody gives who is asked all that the relief depends on."""
    given = {
        "external_course_fees": "20k",
        "trainee_pay": "20k",
        "employees": "20",
        "employees_besides_directors": "18",
        "turnover": "2m",
        "pay_bill": "800k",
        "baseline_training_expenditure": "5k",
        "trainees": "10",
        "is_new_company": "no",
    }
    first = {"human-investment-super-deduction-2021-request": "1 April 2021", "australia-skills-and-training-boost": ""}
    return first.get(relief) or "1 January 2029", given


# Between them they ask every question that there is; the others belong to the second tier.
FIRST_ASKED = {
    *("france-incremental-training-credit", "low-paid-retraining-deduction-230-percent", "malaysia-double-deduction"),
    *("human-investment-super-deduction-good-work", "human-investment-super-deduction-green-and-digital"),
    *("human-investment-super-deduction-manufacturing", "skills-tax-credit-230-300-percent"),
    "training-boost-120-percent",
}
EVERY_RELIEF = [
    name if name in FIRST_ASKED else pytest.param(name, marks=pytest.mark.slow)
    for group in RELIEFS
    for name in (reform.name for reform in by_group()[group])
]


@pytest.mark.parametrize("relief", EVERY_RELIEF)
def test_a_company_that_answers_what_is_asked_has_something_from_every_relief(page, relief):
    page.selectbox(key="company_relief").set_value(relief).run()
    start, given = asked_of(relief)
    press(page, "Start")
    for _ in range(12):
        if page.header[0].value == "Check your answers":
            break
        for box in page.text_input:
            name = box.key.removeprefix("box_")
            fixed = {START: start, PROFIT: "240k"} | given
            typed = fixed.get(name, "0%" if "share_" in name else "100%" if name.endswith("_share") else "")
            box.set_value(typed)
        for choice in page.radio:
            choice.set_value("no" if "is_new" in choice.key else "yes")
        for choice in page.selectbox:
            if choice.key == "box_sic_section":
                choice.set_value("C")
        press(page, "Continue")
    press(page, "Work out the tax")
    assert not page.error
    assert not page.warning
    head = page.header[0].value
    assert "less corporation tax" in head or "credits" in head, head


@pytest.mark.parametrize(
    ("relief", "blank", "label"),
    [
        ("sme-training-deduction-150-percent", "employees", "Employees"),
        ("italy-training-4-0", "employees", "Employees"),
        ("human-investment-super-deduction-good-work", "share_paid_below_real_living_wage", "Share of staff paid below"),
        ("incremental-training-deduction-150-percent", "baseline_training_expenditure", "Training in a year before"),
    ],
)
def test_no_relief_gives_money_for_an_answer_that_is_left_blank(page, relief, blank, label):
    result_of_example(page)
    page.selectbox(key="company_relief").set_value(relief).run()
    assert page.warning[-1].value.endswith("Answer it to see what you would pay.")
    assert not page.header  # no result
    [each for each in page.button if each.label == "Answer it"][-1].click().run()
    press(page, "Save")
    assert label in page.error[0].value
    assert "is empty. For example" in page.error[0].value
    page.text_input(key=f"box_{blank}").set_value("0")
    press(press(page, "Save"), "Work out the tax")
    while page.warning:  # what else it depends on, left blank
        press(press(press(page, "Answer it"), "Save"), "Work out the tax")
    assert "corporation tax" in page.header[0].value


def test_a_new_company_is_not_asked_for_the_training_of_a_year_before(page):
    result_of_example(page)
    page.selectbox(key="company_relief").set_value("incremental-training-deduction-150-percent").run()
    press(page, "Answer it")
    page.radio(key="box_is_new_company").set_value("yes")
    press(press(page, "Save"), "Work out the tax")
    assert "corporation tax" in page.header[0].value
    assert not page.error


def test_training_without_a_day_says_that_it_was_spread_and_what_a_day_would_change(page):
    """£100,000 x 90/365 x 30% x 25% is £1,849; all of it after the start £7,500."""
    press(answer(to_training(page, "30 June 2026", "4m"), external_course_fees="100k"), "Continue")
    page.radio(key="box_large_company_brought_forward").set_value("no")
    press(press(page, "Continue"), "Work out the tax")
    said = texts(page)
    assert "You would pay £1,849 less corporation tax" in said
    assert "has no day, so it was spread evenly by days over a change of law" in said


def test_another_relief_that_depends_on_more_says_so_and_takes_nothing_silently(page):
    result_of_example(page)
    page.selectbox(key="company_relief").set_value("accredited-training-deduction-200-percent").run()
    assert "This relief depends on more: What kind of training was it?" in page.warning[0].value
    press(page, "Answer it")
    assert [element.value for element in page.header] == ["What kind of training was it?"]
    page.text_input(key="box_accredited_share").set_value("half")
    press(page, "Save")
    assert "must be a number, not 'half'" in page.error[0].value.replace("\\", "")
    page.text_input(key="box_accredited_share").set_value("50%")
    press(press(page, "Save"), "Work out the tax")
    assert "£2,650 less corporation tax" in texts(page)  # 50% x £20,000 x 100% extra x 26.5%


def test_a_wrong_answer_is_refused_where_it_is_given_and_kept_to_be_mended(page):
    press(page, "Start")
    answer(page, **{START: "1 April 2027", END: "31 April 2028"})
    assert "For example: 31 March 2028." in page.error[0].value.replace("\\", "")
    assert page.text_input(key=f"box_{END}").value == "31 April 2028"
    answer(page, **{END: "31 March 2028"})
    assert f"Question 2 of {len(ASKED)}" in texts(page)


def test_an_answer_can_be_changed_from_the_check_and_goes_back_there(page):
    press(page, "Try an example")
    page.button(key="change_0_1").click().run()
    page.text_input(key=f"box_{PROFIT}").set_value("£1m")
    press(page, "Save")
    assert "- Trading profit before capital allowances: £1,000,000" in texts(page)


def test_every_button_that_changes_says_what(page):
    press(page, "Try an example")
    labels = [button.label for button in page.button if button.label.startswith("Change")]
    assert labels == [question.change for question in (*ASKED, *OFFERED)]
    assert len(set(labels)) == len(labels)


# --- several accounting periods ---------------------------------------------------------------------------------------


def second_period(app, **answers):
    """The example, and a year after it."""
    press(press(app, "Try an example"), "Add the next accounting period")
    for place in range(len(ASKED)):
        answer(app, **(answers if place == 1 else {}))
    return app


def test_the_next_period_follows_the_last_and_is_not_asked_what_comes_from_earlier_ones(page):
    press(press(page, "Try an example"), "Add the next accounting period")
    assert page.text_input(key=f"box_{START}").value == "1 January 2029"
    asked = []
    for place in range(1, len(ASKED) + 1):
        assert f"Question {place} of {len(ASKED)}, accounting period 2" in texts(page)
        asked.append(page.header[0].value)
        answer(page, **({PROFIT: "-£50k"} if place == 2 else {}))
    assert "What comes from earlier periods?" not in asked
    assert "Change earlier periods, period 2" not in [button.label for button in page.button]
    assert [element.value for element in page.header] == ["Check your answers"]
    assert page.subheader[1].value == "Accounting period 2: 1 January 2029 to 31 December 2029"
    assert "- Trading profit before capital allowances: \N{NON-BREAKING HYPHEN}£50,000" in texts(page)


def test_what_seldom_changes_is_taken_over_and_money_is_not(page):
    press(page, "Try an example")
    press(page, "Change associated companies")
    page.text_input(key="box_associated_companies").set_value("2")
    page.text_input(key="box_exempt_distributions").set_value("10")
    press(press(page, "Save"), "Add the next accounting period")
    taken_over = {name: typed for name, typed in page.session_state["company_now"].periods[1].items() if typed}
    assert taken_over == {START: "1 January 2029", "associated_companies": "2"}


def test_both_periods_are_worked_out_and_can_be_saved_and_loaded_again(page):
    """The loss of £50,000 is carried forward; the relief of the first period is as it was."""
    press(second_period(page, **{PROFIT: "-50k"}), "Work out the tax")
    assert "less corporation tax" in page.header[0].value
    page.selectbox(key="company_period").set_value(1).run()
    assert "**Losses**" in texts(page) or "Losses" in [element.value for element in page.subheader]
    answers = page.session_state["company_now"].periods
    again = press(load(press(page, "Start again"), as_file(*answers).encode()), "Use this file")
    assert [element.value for element in again.subheader if "period" in element.value] == [
        "Accounting period 1: 1 January 2028 to 31 December 2028",
        "Accounting period 2: 1 January 2029 to 31 December 2029",
    ]


def test_a_gap_between_periods_is_refused_where_it_is_made(page):
    second_period(page, **{PROFIT: "1k"})
    page.button(key="change_1_0").click().run()
    page.text_input(key=f"box_{START}").set_value("1 March 2029")
    press(page, "Save")
    assert "There is a problem" in page.error[0].value


def test_a_period_can_be_removed_and_one_that_was_begun_left_again(page):
    press(second_period(page, **{PROFIT: "1k"}), "Remove the last accounting period")
    assert len(page.session_state["company_now"].periods) == 1
    press(press(page, "Add the next accounting period"), "Back")
    assert [element.value for element in page.header] == ["Check your answers"]
    assert len(page.session_state["company_now"].periods) == 1


def test_one_can_go_back_a_question(page):
    answer(press(page, "Start"), **{START: "1 April 2027"})
    press(page, "Back")
    assert page.text_input(key=f"box_{START}").value == "1 April 2027"


def test_the_result_has_both_laws_side_by_side(page):
    """£240,000 bears 25% less 3/200 of £10,000: £59,850. £6,000 less of profit between the limits saves 26.5%: £1,590."""
    result_of_example(page)
    result = next(shown.value for shown in page.table if {"£", "Difference"} <= set(shown.value.columns)).set_index("£")
    assert list(result.columns) == ["Current law", "Reform (proposed, not law)", "Difference"]
    assert result.loc["**Corporation tax**"].tolist() == pytest.approx([59_850, 58_260, -1_590])
    assert "You would pay £1,590 less corporation tax" in texts(page)
    assert "That is about 8.0p for every £1 you spent on training." in texts(page)
    said = texts(page).replace("\\", "")
    assert "An extra deduction of £6,000, 30% of the £20,000 that qualifies, comes off the profit that is taxed." in said
    assert "saves £1,590 of corporation tax: 26.5%, the rate on profits between the limits of marginal relief" in said
    assert "**Proposed, not law:**" in texts(page)


def test_the_days_of_payment_are_there(page):
    result = table(result_of_example(page), "Due on")
    assert list(result.index) == ["1 October 2029"]


def test_losses_and_relief_of_training_are_told(page):
    said = texts(result_of_example(page))
    assert "No loss is made, used or carried forward" in said
    assert "The next £1,000 of training (external course fees) would cost £655.50 after tax" in said


def test_the_working_links_to_the_law_under_the_law_chosen(page):
    result_of_example(page)
    assert "(https://www.legislation.gov.uk/" not in texts(page)
    unfold(page, company_result.WORKING)
    assert "(https://www.legislation.gov.uk/" in texts(page)
    (step,) = [shown.value for shown in page.table if "**Human-investment deduction**" in shown.value.iloc[:, 0].tolist()]
    assert step.iloc[-1, -1] == "6,000.00"
    page.radio(key="company_law").set_value("current_law").run()
    assert not [shown for shown in page.table if "**Human-investment deduction**" in shown.value.iloc[:, 0].tolist()]


def test_the_curve_has_its_figures_and_says_what_it_found(page):
    result_of_example(page)
    assert "#### With twice the training the relief would save £1,590 more" in texts(page)
    spent = "Spent on training of the types that count (£)"
    assert spent not in [column for shown in page.table for column in shown.value.columns]
    assert len(table(unfold(page, "behind_what-if"), spent)) == 9


def test_everything_can_be_taken_away_and_got_again(page):
    result_of_example(page)
    labels = [element.proto.label for element in page.get("download_button")]
    assert labels[-4:] == [
        "Download the workbook (the computation in formulas)",
        "Download the papers to file (page to print)",
        "Download to print (text)",
        "Save the company file",
    ]
    assert "goodwork calculate company.yaml --reform human-investment-super-deduction --working" in texts(page)


def test_a_relief_that_is_not_in_force_has_no_effect_and_says_why(page):
    press(page, "Try an example")
    page.button(key="change_0_0").click().run()
    for name, typed in {START: "1 January 2020", END: "31 December 2020"}.items():
        page.text_input(key=f"box_{name}").set_value(typed)
    press(page, "Save")
    press(page, "Work out the tax")
    assert "No effect. " in page.info[0].value
    assert "1 April 2027" in page.info[0].value


def test_another_relief_can_be_chosen_on_the_result(page):
    result_of_example(page)
    page.selectbox(key="company_relief").set_value("human-investment-super-deduction-external-fees").run()
    assert not page.exception
    assert "goodwork calculate company.yaml --reform human-investment-super-deduction-external-fees" in texts(page)


def test_what_the_next_training_would_cost_is_not_guessed_for_a_company_without_a_record(page):
    years = "".join(
        f"\n  - {{start: {year}-01-01, end: {year}-12-31, trading_profit_before_capital_allowances: 100000}}"
        for year in (2028, 2029)
    )
    load(page, f"company: {{name: Ours}}\naccounting_periods:{years}\n".encode())
    press(page, "Use this file")
    page.selectbox(key="company_relief").set_value("incremental-training-deduction-150-percent").run()
    assert not page.exception
    assert plain(NOT_KNOWN) in texts(page)


def load(app, content, name="mine.yaml"):
    app.get("file_uploader")[0].set_value((name, content, "application/yaml")).run()
    assert not app.exception
    return app


def test_a_saved_file_goes_back_to_the_answers(page):
    press(load(page, as_file(EXAMPLE).encode()), "Use this file")
    assert [element.value for element in page.header] == ["Check your answers"]
    assert "- External course fees: £20,000" in texts(page)


def test_what_was_assumed_stands_above_the_working_once(page):
    period = (
        "{start: 2018-04-01, end: 2019-03-31, trading_profit_before_capital_allowances: 900k, main_rate_plant_new: 390k}"
    )
    after = "{start: 2019-04-01, end: 2020-03-31}"
    press(
        press(load(page, f"accounting_periods:\n  - {period}\n  - {after}\n".encode()), "Use this file"), "Work out the tax"
    )
    assert "What is assumed" in [element.value for element in page.subheader]
    assert texts(page).count("£293,835.62 from 1 April 2018 to 31 December 2018") == 1


def test_a_file_of_several_periods_goes_to_its_result_period_by_period(page):
    press(load(page, TWO_PERIODS), "Use this file")
    assert r"\[Two\](http\://example.org) Ltd would pay" in texts(page)
    page.selectbox(key="company_period").set_value(1).run()
    assert not page.exception
    assert "Trade loss" in "\n".join(map(str, table(page, "£").index)) or page.table
    assert "Change the answers" not in [button.label for button in page.button]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"accounting_periods: [{start: 2027-04-01, end: 2028-03-31, profitt: 5}]", "'profitt' is not known here."),
        (b"!!python/object/apply:os.system ['true']", "fault"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b"a: &a [1]\nb: *a\n", "fault"),
        (b"accounting_periods: []", "accounting_periods is empty"),
    ],
)
def test_a_faulty_or_hostile_file_is_a_lesson(page, content, said):
    load(page, content)
    assert said in texts(page)
    assert "Use this file" not in [button.label for button in page.button]


def test_a_workbook_is_made_when_it_is_asked_for():
    assert downloads.made(lambda result, path: (path.write_bytes(result), path)[1], b"PK") == b"PK"


def test_without_the_library_of_workbooks_it_says_so(page, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    result_of_example(page)
    assert "needs the extra" in texts(page)
