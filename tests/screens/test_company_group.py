"""For a company: a group, by a file and by hand."""

from __future__ import annotations

import pytest

from openfisca_goodwork.screens.company_group import TEMPLATE
from openfisca_goodwork.screens.company_questions import PROFIT, START
from tests.screens.test_company import load, press, texts


@pytest.fixture
def page(opened):
    return opened("company")


GROUP = b"""
group: {name: Two of us}
companies:
  - company: {name: Parent}
    accounting_periods:
      - {start: 2028-01-01, end: 2028-12-31, trading_profit_before_capital_allowances: 4m, external_course_fees: 100k}
  - company: {name: Child, owners: {Parent: 1.0}}
    accounting_periods:
      - {start: 2028-01-01, end: 2028-12-31, trading_profit_before_capital_allowances: -500k}
"""


def test_a_group_file_is_worked_out_with_its_payment_dates_and_what_was_assumed(page):
    """£100,000 x 30% x 25%: £7,500. With two companies £750,000 is large: it pays on one day only if it was not before."""
    press(load(page, GROUP), "Use this file")
    assert page.header[0].value == "Two of us would pay £7,500 less corporation tax"
    assert "What does each company pay for 1 January 2028 to 31 December 2028?" in [each.value for each in page.subheader]
    losses = next(shown.value for shown in page.table if "From" in shown.value.columns)
    assert list(losses.columns)[:3] == ["From", "To", "Current law"]  # one period, and its losses alone
    assert losses["From"].tolist() == ["Child"]
    due = next(shown.value for shown in page.table if "Due on" in shown.value.columns)
    assert due["Due on"].tolist() == ["1 October 2029"]
    said = texts(page).replace("\\", "")
    assert "Parent: The tax of the period from 1 January 2028 to 31 December 2028 is taken to be due on one day" in said
    assert "Under the reform: Due" not in said
    page.selectbox(key="company_of_group").set_value(0).run()
    said = texts(page).replace("\\", "")
    assert "All £100,000 spent on training qualifies: it is of a type that counts (external course fees)" in said


def test_claims_of_several_years_stand_in_their_table_alone(page):
    later = b"      - {start: 2029-01-01, end: 2029-12-31, trading_profit_before_capital_allowances: %s}\n"
    parent, child = GROUP.split(b"  - company: {name: Child")
    group = parent + later % b"1m" + b"  - company: {name: Child" + child + later % b"-100k"
    press(load(page, group), "Use this file")
    assert " claims £" not in texts(page)
    losses = next(shown.value for shown in page.table if "Days in common" in shown.value.columns)
    assert len(losses) == 2


def test_a_group_is_typed_by_hand_refused_with_its_faults_worked_out_and_changed(page):
    """£10,000 x 30% more loss of the subsidiary saves its parent 25% of £3,000: £750."""
    press(page, "A group of companies")

    def type_in(**boxes):
        for name, typed in boxes.items():
            page.text_input(key=f"group_{name}").set_value(typed)

    type_in(
        **{f"0_{START}": "1 April 2027", f"0_{PROFIT}": "£300,000", f"1_{PROFIT}": "lots", "1_external_course_fees": "10k"}
    )
    press(page, "Work out the tax")
    said = page.error[0].value.replace("\\", "")
    assert "Company 2: Trading profit before capital allowances" in said
    assert "Share owned" not in said  # the first company is set to own the other wholly
    assert page.selectbox(key="group_1_owner").value == "0"
    page.selectbox(key="group_1_owner").set_value("")
    type_in(**{"1_share": "", f"1_{PROFIT}": "-100k"})
    press(page, "Work out the tax")
    assert "No company of this list owns another or has an owner in common with one." in page.error[0].value
    page.selectbox(key="group_1_owner").set_value("0")
    press(page, "Work out the tax")
    said = page.error[0].value.replace("\\", "")
    assert "Company 2: Share owned is no percentage above 0%, up to 100%. For example: 80%." in said
    type_in(**{"0_name": "Parent", "1_name": "Parent", f"1_{PROFIT}": "-100k", "1_share": "80%"})
    press(page, "Work out the tax")
    assert "Parent" in page.error[0].value
    type_in(**{"1_name": "[Sub](http://example.org)"})
    press(page, "Work out the tax")
    assert page.header[0].value == "The group would pay £750 less corporation tax"
    said = texts(page).replace("\\", "")
    assert "Parent claims £103,000 of the loss of [Sub](http://example.org)." in said
    assert "[Sub](http://example.org) makes its loss larger: the tax that this saves is that of Parent." in said
    training = next(shown.value for shown in page.table if "Qualifies" in shown.value.columns)
    assert training["Qualifies"].tolist() == pytest.approx([0, 10_000])
    press(page, "Change the companies")
    assert page.text_input(key="group_0_name").value == "Parent"
    assert page.selectbox(key="group_1_owner").value == "0"
    press(press(page, "Add a company"), "Remove the last company")
    press(page, "Work out the tax")
    assert "would pay £750 less" in page.header[0].value


def test_a_company_whose_losses_the_group_shares_out_is_not_told_what_more_training_would_save_by_itself(page):
    """Its claims would move with it: with those of the result the next £1,000 would seem to cost tax."""
    press(load(page, TEMPLATE.encode()), "Use this file")
    for place in (0, 1):
        page.selectbox(key="company_of_group").set_value(place).run()
        said = texts(page)
        assert "losses that the group would then share out" in said
        assert "The next £1,000" not in said
        assert "What if more, or less, were spent on training?" not in said
    alone = TEMPLATE.replace("-200000", "200000").encode()
    press(press(press(page, "Start again"), "Start"), "Back")
    press(load(page, alone), "Use this file")
    page.selectbox(key="company_of_group").set_value(1).run()
    assert "The next £1,000" in texts(page)
    assert "What if more, or less, were spent on training?" in texts(page)


def typed_group(app, **boxes):
    """A group of two typed by hand: `p0_start` for the first day, and so on."""
    for name, typed in boxes.items():
        box = f"group_{name.removeprefix('p')}"
        (app.selectbox if name.endswith("owner") else app.text_input)(key=box).set_value(typed)


def test_sisters_give_losses_under_one_company_that_is_not_listed_and_not_under_one_person(page):
    """The loss of £100,000 saves its sister, of £300,000 above the limits of both cases, 25%: £25,000 under a company."""
    press(page, "A group of companies")
    own = {"p0_share": "100", "p1_share": "80", "p1_owner": "people", "p0_owner": "people"}
    profits = {f"p0_{START}": "1 April 2027", f"p0_{PROFIT}": "£300,000", f"p1_{PROFIT}": "-100k"}
    typed_group(page, p0_name="North", **own, **profits)
    page.run()
    assert "North" in page.selectbox(key="group_1_owner").options
    press(page, "Work out the tax")
    figures = next(shown.value for shown in page.table if list(shown.value.columns)[:2] == ["Company", "Current law"])
    assert figures["Current law"].tolist()[-1] == pytest.approx(75_000)
    press(page, "Change the companies")
    typed_group(page, p0_owner="passive", p1_owner="passive")
    press(page, "Work out the tax")
    figures = next(shown.value for shown in page.table if list(shown.value.columns)[:2] == ["Company", "Current law"])
    assert figures["Current law"].tolist()[-1] == pytest.approx(50_000)


def test_a_group_is_asked_of_the_year_before_and_of_plant_and_its_template_comes_back_into_the_boxes(page):
    """£1.4m less £300,000 of plant is above £750,000 each: instalments from 14 October 2027 where it was so before."""
    press(load(page, TEMPLATE.encode()), "Use this file")
    press(page, "Change the companies")
    assert page.text_input(key="group_0_main_rate_plant_new").value == "300,000"
    assert page.selectbox(key="group_0_large_company_brought_forward").value == "no"
    assert page.selectbox(key="group_1_owner").value == "0"
    page.selectbox(key="group_0_large_company_brought_forward").set_value("")
    press(page, "Work out the tax")
    assert "Parent Ltd: Profits above the limit in the twelve months before is empty." in page.error[0].value.replace(
        "\\", ""
    )
    page.selectbox(key="group_0_large_company_brought_forward").set_value("yes")
    press(page, "Work out the tax")
    due = next(shown.value for shown in page.table if "Due on" in shown.value.columns)
    assert due["Due on"].tolist()[0] == "14 October 2027"


def test_a_group_is_asked_what_the_relief_depends_on_its_size_once_and_the_rest_of_each_company(page):
    """£20,000 x 50% more of deduction at 25%: £2,500, once the group has said that it is small enough."""
    page.selectbox(key="company_relief").set_value("sme-training-deduction-150-percent").run()
    press(page, "A group of companies")
    for name, typed in {
        f"0_{START}": "1 January 2029",
        f"0_{PROFIT}": "£400,000",
        "0_external_course_fees": "20k",
        f"1_{PROFIT}": "£300,000",
        "1_share": "100%",
    }.items():
        page.text_input(key=f"group_{name}").set_value(typed)
    page.selectbox(key="group_1_owner").set_value("0")
    press(page, "Work out the tax")
    assert "- Employees is empty" in page.error[0].value
    page.text_input(key="group_0_employees").set_value("40")
    press(page, "Work out the tax")
    assert page.header[0].value == "The group would pay £2,500 less corporation tax"
    page.selectbox(key="company_relief").set_value("human-investment-super-deduction-manufacturing").run()
    press(page, "Change the companies")
    page.selectbox(key="group_0_sic_section").set_value("C").run()
    press(page, "Work out the tax")
    assert page.header[0].value == "The group would pay £1,500 less corporation tax"  # £20,000 x 30% x 25%


def test_what_is_hardly_meant_of_a_group_is_asked_once_more_with_the_name_of_the_company(page):
    page.selectbox(key="company_relief").set_value("sme-training-deduction-150-percent").run()
    press(page, "A group of companies")
    boxes = {f"p0_{START}": "1 January 2029", f"p0_{PROFIT}": "£200bn", f"p1_{PROFIT}": "1k", "p1_share": "100%"}
    sizes = {"p0_employees": "40", "p0_name": "North", "p1_external_course_fees": "2bn", "p1_owner": "0"}
    typed_group(page, **boxes, **sizes)
    page.run()
    page.selectbox(key="group_0_large_company_brought_forward").set_value("yes")
    press(page, "Work out the tax")
    assert not page.error
    said = page.warning[0].value.replace("\\", "")
    assert "Is that right?" in said
    assert "- North: Trading profit before capital allowances: £200,000,000,000. That is more than £100bn." in said
    assert "- Company 2: External course fees: £2,000,000,000. " in said
    typed_group(page, p1_external_course_fees="20k")
    press(page, "Work out the tax")
    assert "Company 2" not in page.warning[0].value  # what changed is looked at anew
    press(page, "Work out the tax")
    assert page.header[0].value.startswith("The group would pay")
