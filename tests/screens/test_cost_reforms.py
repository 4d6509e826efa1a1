"""Cost a policy: reforms of one's own, in a table, as text, uploaded."""

from __future__ import annotations

import datetime
import json

import pytest

from openfisca_goodwork import costing, policy
from openfisca_goodwork.screens import reform_draft, reform_picker
from openfisca_goodwork.screens.reform_draft import BLANK, Draft
from openfisca_goodwork.screens.widgets import plain
from tests.reports.companies import MAIN, costed
from tests.screens.conftest import unfold
from tests.screens.cost_page import NARROW, choose, costing_population, draft, headline, of, run, tab, texts, way


@pytest.fixture
def page(opened):
    app = opened("cost")
    assert not app.exception
    return app


def edit(app, text=None):
    way(app, "Text (YAML)")
    if text is not None:
        of(app.text_area, "Reform").set_value(text).run()
    return app


# --- what a reform changes ---------------------------------------------------------------------------------------


def test_what_it_changes_is_a_table_with_values_and_days(page):
    assert not page.table
    table = unfold(page, reform_picker.CHANGED).table[0].value.set_index("Parameter")
    assert list(table.loc["Extra deduction for training"]) == [
        *(0.0, 0.30, "1 April 2027", "no end"),
    ]
    assert plain("human_investment.additional_deduction") in texts(page)
    was = changes(page).label
    assert changes(choose(page, NARROW)).label != was
    assert "Parameter" in page.table[0].value.columns, "the box stays open when its label changes"


def changes(app):
    """The box that says what the reform changes."""
    return next(box for box in app.expander if box.label.startswith("What it changes"))


# --- one draft behind all ways of changing it ---------------------------------------------------------------------


def with_rows(app, changes):
    app.session_state["table_rows"] = reform_draft.edited(app.session_state["table_rows"], changes)
    app.run()
    assert not app.exception
    return app


def test_the_table_starts_as_the_reform_and_can_be_costed_as_it_is(page):
    run(way(page, "Table"))
    assert set(page.session_state["table_rows"]["Parameter"].dropna()) == set(policy.load(MAIN).edits)
    assert list(headline(page)["Static"]) == pytest.approx(list(costed().static))
    assert any("Human-investment super-deduction costs" in element.value for element in page.subheader)


def test_what_is_changed_in_the_table_is_so_among_the_levers_in_the_text_and_in_the_result(page):
    with_rows(way(page, "Table"), {0: {"Value": "15%"}})
    assert of(way(page, "Main levers").text_input, "Extra deduction").value == "15%"
    assert "2027-04-01: 0.15" in of(way(page, "Text (YAML)").text_area, "Reform").value
    half = costing.cost([policy.parse(policy.load(MAIN).text.replace("0.30", "0.15"))], population=costing_population())
    assert list(headline(run(page))["Static"]) == pytest.approx(list(half.static))
    assert any("extra deduction for training 15% costs" in element.value for element in page.subheader)


def test_a_lever_moved_is_marked_and_is_so_in_the_table(page):
    of(page.text_input, "Extra deduction").set_value("20%").run()
    of(page.text_input, "Start").set_value("1/4/2028").run()
    of(page.text_input, "End").set_value("31 March 2030").run()
    of(page.multiselect, "Costs that count").set_value(["human_investment.qualifying.trainee_pay.inclusion"]).run()
    labels = [field.label for field in page.text_input]
    assert "Extra deduction for training · changed from 30%" in labels
    assert "Start · changed from 1 April 2027" in labels
    way(page, "Table")
    rows = page.session_state["table_rows"].set_index("Parameter")
    assert rows.loc["human_investment.additional_deduction", ["From", "Value"]].values.tolist() == [
        ["2028-04-01", "20%"],
        ["2030-04-01", "current law"],
    ]
    assert rows.loc["human_investment.qualifying.trainer_pay.inclusion", "Value"] == "0%"
    assert not page.error


def test_a_lever_that_cannot_be_read_keeps_what_was_typed_says_so_and_stops_the_run(page):
    of(page.text_input, "Extra deduction").set_value("a lot").run()
    assert of(page.text_input, "Extra deduction").value == "a lot"
    assert "1 fault." in page.error[0].value
    assert page.button[0].disabled
    of(page.text_input, "Extra deduction").set_value("30%").run()
    of(page.text_input, "Start").set_value("soon").run()
    assert page.error[0].value.startswith("There is a problem. The start, “soon”, is no day")
    of(page.text_input, "Cap on").set_value("100,000").run()
    of(page.text_input, "Start").set_value("April 2028").run()
    assert not page.error
    assert "Taken as 1 April 2028." in [shown.value for shown in page.caption]
    assert {entry.day for entry in draft(page).entries} == {"2028-04-01"}


def test_an_edited_reform_goes_back_to_the_library_and_the_edited_one_can_be_brought_back(page):
    assert not [button for button in page.button if button.key == "back_to_library"]
    of(page.text_input, "Extra deduction").set_value("50%").run()
    mine = draft(page)
    page.button(key="back_to_library").click().run()
    assert not page.exception
    assert draft(page) == Draft(MAIN)
    assert of(page.text_input, "Extra deduction").value == "30%"
    assert not [button for button in page.button if button.key == "back_to_library"]
    page.button(key="bring_back").click().run()
    assert draft(page) == mine


def test_an_end_before_the_start_is_refused_in_words_and_the_draft_stays_as_it_is(page):
    before = draft(page)
    of(page.text_input, "End").set_value("1 January 2027").run()
    assert "is before the start, 1 April 2027" in page.error[0].value
    assert draft(page) == before
    assert of(page.text_input, "End").value == "no end"
    of(page.text_input, "End").set_value("04/01/2028").run()
    assert not page.error
    assert "Taken as 4 January 2028." in [shown.value for shown in page.caption]


def test_another_reform_replaces_the_draft_which_can_be_brought_back_and_may_be_combined_with_it(page):
    of(page.text_input, "Extra deduction").set_value("20%").run()
    mine = draft(page)
    choose(page, NARROW)
    assert draft(page) == Draft(NARROW)
    page.button(key="bring_back").click().run()
    assert draft(page) == mine
    of(page.multiselect, "Combine with").set_value([NARROW]).run()
    assert [reform.title for reform in draft(page).reforms] == [mine.reforms[0].title, policy.load(NARROW).title]


def test_a_blank_start_is_made_into_a_reform_that_names_itself(page):
    choose(page, BLANK)
    assert page.button[0].disabled
    limit = "capital_allowances.annual_investment_allowance.limit"
    of(page.selectbox, "Parameter to change first").set_value(limit).run()
    of(page.text_input, "Annual investment allowance").set_value("2m").run()
    assert not page.error
    assert draft(page).reforms[0].title == "Annual investment allowance of £2m from April 2027"
    assert draft(page).reforms[0].edits[limit] == ((datetime.date(2027, 4, 1), 2_000_000),)


def test_a_title_of_ones_own_stays_and_an_empty_one_is_automatic(page):
    of(page.text_input, "Title").set_value("Ours").run()
    of(page.text_input, "Extra deduction").set_value("20%").run()
    assert draft(page).reforms[0].title == "Ours"
    of(page.text_input, "Title").set_value("").run()
    assert draft(page).reforms[0].title == "Human-investment super-deduction, extra deduction for training 20%"


def test_a_fault_of_the_table_is_told_by_its_row_and_nothing_can_be_run(page):
    with_rows(way(page, "Table"), {1: {"Value": "a lot"}})
    assert "1 fault." in page.error[0].value
    assert "Row 2: human_investment.qualifying.external_course_fees.inclusion" in texts(page)
    assert page.button[0].disabled


def test_a_row_that_is_not_finished_is_lost_nowhere_and_stops_the_run(page):
    place = len(policy.load(MAIN).edits)
    with_rows(way(page, "Table"), {place: {"Parameter": "corporation_tax.main_rate", "Value": "20%"}})
    assert "has no day" in texts(page)
    assert "corporation_tax.main_rate" in of(way(page, "Text (YAML)").text_area, "Reform").value
    assert page.button[0].disabled
    rows = way(page, "Table").session_state["table_rows"].set_index("Parameter")
    assert rows.loc["corporation_tax.main_rate", "Value"] == "20%"


def test_rows_are_added_beneath_those_that_say_something(page):
    with_rows(way(page, "Table"), {0: {"Remove": True}})
    before = len(page.session_state["table_rows"])
    page.button(key="table_more").click().run()
    assert len(page.session_state["table_rows"]) == before - 1
    page.button(key="table_more").click().run()
    assert len(page.session_state["table_rows"]) == before - 1


# --- a reform of one's own -----------------------------------------------------------------------------------------


def test_every_fault_of_a_text_is_listed_with_its_line_and_nothing_can_be_run(page):
    edit(page, policy.load(MAIN).text.replace("additional_deduction", "additional_deduktion").replace("0.30", "30%"))
    said = texts(page)
    lines = policy.load(MAIN).text.splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "additional_deduction" in text)
    assert f"line {line}" in said
    assert "Did you mean human_investment.additional_deduction?" in said
    assert page.button[0].disabled


def test_what_is_no_yaml_is_a_lesson(page):
    edit(page, "reform: [")
    assert "1 fault." in page.error[0].value
    assert page.button[0].disabled


def test_an_edited_reform_is_costed_and_its_command_names_its_file(page):
    run(edit(page, policy.load(MAIN).text.replace("0.30", "0.15")))
    half = costing.cost([policy.parse(policy.load(MAIN).text.replace("0.30", "0.15"))], population=costing_population())
    assert list(headline(page)["Static"]) == pytest.approx(list(half.static))
    assert f"goodwork cost ./{MAIN}.yaml --years" in texts(tab(page, "Downloads"))
    assert f"Download {MAIN}.yaml" in [element.proto.label for element in page.get("download_button")]


def test_markup_in_a_reform_is_shown_as_it_was_typed(page):
    title = "title: '[click](http://example.org) $x$ :red[now]'"
    edit(page, policy.load(MAIN).text.replace("title: Human-investment super-deduction", title))
    assert r"\[click\](http\://example.org) \$x\$ \:red\[now\]" in texts(page)


def test_an_uploaded_file_becomes_the_draft_and_is_costed(page):
    way(page, "File")
    text = policy.load(NARROW).text.replace("0.30", "0.10")
    page.get("file_uploader")[0].set_value(("mine.yaml", text.encode(), "application/yaml")).run()
    assert not page.exception
    assert draft(page).text == text
    run(page)
    assert list(headline(page)["Static"]) == pytest.approx(
        list(costing.cost(policy.parse(text), population=costing_population()).static)
    )


def test_a_file_that_is_no_text_leaves_the_draft_as_it_was(page):
    way(page, "File")
    page.get("file_uploader")[0].set_value(("mine.yaml", b"\xff\xfe\x00", "application/yaml")).run()
    assert "Mend the file" in page.error[0].value
    assert draft(page) == Draft(MAIN)


def test_the_run_record_is_json(page):
    run(page)
    record = page.session_state["done"].result
    assert json.loads(json.dumps(record.to_dict()))["reform"][0]["name"] == MAIN


def test_a_reform_by_which_nothing_qualifies_is_warned_about_before_it_is_run(page):
    assert not page.warning
    edited = edit(page, policy.load(MAIN).text.replace("2027-04-01: 1\n", "2027-04-01: 0\n"))
    assert [element.value for element in edited.warning] == [
        "It gives a rate of relief and counts no type of training cost, so nothing qualifies."
    ]
    assert not edited.button[0].disabled


def test_what_is_abolished_is_found_in_the_library_by_that_word():
    labels = {name: reform_picker.title_with_group(name) for name in reform_picker.reforms()}
    assert labels["no-full-expensing"] == "What if: No full expensing (abolished)"
    assert "abolished" not in labels[MAIN]
