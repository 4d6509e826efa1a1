"""Cost a policy: reforms of one's own, in a table, as text, uploaded."""

from __future__ import annotations

import json

import pytest

from openfisca_goodwork import costing, policy
from openfisca_goodwork.screens import reform_rows
from tests.reports.companies import MAIN, costed
from tests.screens.cost_page import NARROW, costing_population, headline, run, texts


@pytest.fixture
def page(opened):
    app = opened("cost")
    assert not app.exception
    return app


def edit(app, text=None):
    app.radio(key="way").set_value("Edit as text (YAML)").run()
    if text is not None:
        app.text_area(key="reform_text").set_value(text).run()
    return app


# --- a reform in a table ------------------------------------------------------------------------------------------


def in_table(app):
    app.radio(key="way").set_value("Edit in a table").run()
    assert not app.exception
    return app


def with_rows(app, changes):
    app.session_state["table_rows"] = reform_rows.edited(app.session_state["table_rows"], changes)
    app.run()
    assert not app.exception
    return app


def test_the_table_starts_as_the_librarys_reform_and_can_be_costed_as_it_is(page):
    in_table(page)
    assert "The table has no faults." in [element.value for element in page.success]
    run(page)
    assert list(headline(page)["Static"]) == pytest.approx(list(costed().static))
    assert any("Human-investment super-deduction, edited costs" in element.value for element in page.subheader)


def test_the_table_follows_the_reform_to_start_from(page):
    in_table(page).selectbox(key="table_start").set_value(NARROW).run()
    assert set(page.session_state["table_rows"]["Parameter"].dropna()) == set(policy.load(NARROW).edits)


def test_an_edited_table_is_costed_with_its_title(page):
    in_table(page).text_input(key="table_title").set_value("Half as much").run()
    with_rows(page, {0: {"Value": "15%"}})
    half = costing.cost([policy.parse(policy.load(MAIN).text.replace("0.30", "0.15"))], population=costing_population())
    assert list(headline(run(page))["Static"]) == pytest.approx(list(half.static))
    assert any("Half as much costs" in element.value for element in page.subheader)


def test_a_fault_of_the_table_is_told_by_its_row_and_nothing_can_be_run(page):
    with_rows(in_table(page), {1: {"Value": "a lot"}})
    assert "1 fault." in page.error[0].value
    assert "Row 2: human_investment.qualifying.external_course_fees.inclusion" in texts(page)
    assert next(button for button in page.button if button.label == "Run the costing").disabled


def test_rows_are_added_beneath_those_that_say_something(page):
    with_rows(in_table(page), {0: {"Remove": True}})
    before = len(page.session_state["table_rows"])
    page.button(key="table_more").click().run()
    assert len(page.session_state["table_rows"]) == before - 1
    page.button(key="table_more").click().run()
    assert len(page.session_state["table_rows"]) == before - 1


# --- a reform of one's own -----------------------------------------------------------------------------------------


def test_the_text_starts_as_that_of_the_librarys_reform_and_follows_the_choice(page):
    edit(page)
    assert page.text_area(key="reform_text").value == policy.load(MAIN).text
    page.selectbox(key="reform_to_edit").set_value(NARROW).run()
    assert page.text_area(key="reform_text").value == policy.load(NARROW).text


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
    assert f"goodwork cost ./{MAIN}.yaml --years" in texts(page)
    assert f"Download {MAIN}.yaml" in [element.proto.label for element in page.get("download_button")]


def test_markup_in_a_reform_is_shown_as_it_was_typed(page):
    title = "title: '[click](http://example.org) $x$ :red[now]'"
    edit(page, policy.load(MAIN).text.replace("title: Human-investment super-deduction", title))
    assert r"\[click\](http\://example.org) \$x\$ \:red\[now\]" in texts(page)


def test_an_uploaded_file_is_checked_and_costed(page):
    page.radio(key="way").set_value("Upload a file").run()
    assert page.button[0].disabled
    text = policy.load(NARROW).text
    page.get("file_uploader")[0].set_value((f"{NARROW}.yaml", text.encode(), "application/yaml")).run()
    assert not page.exception
    run(page)
    assert list(headline(page)["Static"]) == pytest.approx(
        list(costing.cost(NARROW, population=costing_population()).static)
    )


def test_an_uploaded_file_of_another_name_is_a_fault(page):
    page.radio(key="way").set_value("Upload a file").run()
    page.get("file_uploader")[0].set_value(("mine.yaml", policy.load(NARROW).text.encode(), "application/yaml")).run()
    assert "Give both one name" in texts(page)


def test_the_run_record_is_json(page):
    run(page)
    record = page.session_state["done"].result
    assert json.loads(json.dumps(record.to_dict()))["reform"][0]["name"] == MAIN


def test_a_reform_by_which_nothing_qualifies_is_warned_about_before_it_is_run(page):
    assert not page.warning
    edited = edit(page, policy.load(MAIN).text.replace("2027-04-01: 1\n", "2027-04-01: 0\n"))
    assert [element.value for element in edited.warning] == [
        "It gives a rate of relief and counts no head of training cost, so nothing qualifies."
    ]
    assert not edited.button[0].disabled


def test_a_result_of_ones_own_reform_has_no_link(page):
    run(edit(page, policy.load(MAIN).text.replace("0.30", "0.15")))
    assert "A link to exactly this page" not in texts(page)
