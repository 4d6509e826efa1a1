"""Cost a policy: every state of the page, over three companies."""

from __future__ import annotations

import base64
import os
import time
import zlib
from dataclasses import replace
from functools import partial
from urllib.parse import parse_qs, urlencode

import pytest
import streamlit

from openfisca_goodwork import costing, policy
from openfisca_goodwork.desk import building
from openfisca_goodwork.desk.costing_desk import CostingDesk, checked
from openfisca_goodwork.errors import DataError
from openfisca_goodwork.reports import costing_files
from openfisca_goodwork.reports import costing_tables as tables
from openfisca_goodwork.reports import costing_words as words
from openfisca_goodwork.reports.costing import BY_HEAD, BY_YEAR, STEPS_CHART
from openfisca_goodwork.screens import cost_run, costing_options, downloads, reform_picker, shared, widgets
from openfisca_goodwork.screens.cost_result import TABS, table_name
from openfisca_goodwork.screens.reform_draft import BLANK, Draft
from openfisca_goodwork.version import model_version
from tests.policy.test_size_of_settings import settings
from tests.reports.companies import MAIN, costed
from tests.screens.conftest import COST, PAGES, unfold
from tests.screens.cost_page import (
    NARROW,
    address,
    choose,
    costing_population,
    draft,
    headline,
    linked,
    of,
    run,
    set_for_run,
    tab,
    texts,
    way,
)


@pytest.fixture
def page(opened):
    app = opened("cost")
    assert not app.exception
    return app


# --- before a run --------------------------------------------------------------------------------------------------


def test_the_main_reform_is_chosen_and_called_no_law(page):
    assert draft(page) == Draft(MAIN)
    assert of(page.selectbox, "Reform (type").value == MAIN
    assert "Proposed, not law." in texts(page)
    assert "Nothing has been run yet" in page.info[0].value


def test_the_levels_of_behaviour_are_shown_with_values_and_sources(page):
    table = unfold(page, costing_options.LEVELS).table[0].value.set_index("Assumption")
    assert list(table.loc["Reclassified spending"]) == ["3%", "10%", "30%"]
    assert "Leuven and Oosterbeek" in texts(page)


def test_nothing_can_be_run_without_a_reform(page):
    choose(page, BLANK)
    assert page.button[0].disabled
    assert "Nothing is changed yet." in page.info[0].value


# --- a run ---------------------------------------------------------------------------------------------------------


def test_the_table_of_a_run_is_the_costing(page):
    run(page)
    expected, table = costed(), headline(page)
    assert list(table["Financial year"]) == expected.financial_years
    assert list(table["Static"]) == pytest.approx(list(expected.static))
    assert list(table["Post-behavioural (central)"]) == pytest.approx(list(expected.post_behavioural))


def test_the_finding_is_a_sentence_with_measure_sign_and_rounding(page):
    run(page)
    assert any(
        "costs £" in element.value and "in 2031\N{NON-BREAKING HYPHEN}32" in element.value for element in page.subheader
    )
    for said in ("£ million", "Minus is a cost to the Exchequer", "nearest £5 million"):
        assert said in texts(page)


def test_the_run_shows_its_stages_and_its_time(page):
    box = run(page).status[0]
    assert (box.state, box.label.startswith("Done in ")) == ("complete", True)
    stages = "\n".join(element.value for element in box.markdown)
    for stage in ("Build the population: weights", "Run the baseline law", "Add up"):
        assert stage in stages


def test_fields_are_drawn_while_a_run_goes_on_and_after_a_result_that_is_kept(page, monkeypatch):
    order, edit, end, restore = [], reform_picker.edit, widgets.Stages.end, cost_run.restore_when_sent
    monkeypatch.setattr(reform_picker, "edit", lambda level: order.append("fields") or edit(level))
    monkeypatch.setattr(widgets.Stages, "end", lambda *said: order.append("run") or end(*said))
    monkeypatch.setattr(cost_run, "restore_when_sent", lambda *said: order.append("kept") or restore(*said))
    for expected in (["fields", "run"], ["kept", "fields"]):
        order.clear()
        run(page)
        assert order == expected


def test_the_same_request_again_makes_no_box_of_stages_and_is_said_once(page):
    first = headline(run(page))
    assert page.status
    assert cost_run.AT_ONCE not in texts(page)
    run(page)
    assert headline(page).equals(first)
    assert not page.status
    assert [one.value for one in page.caption if "before" in one.value] == [cost_run.AT_ONCE]
    page.run()
    assert cost_run.AT_ONCE not in texts(page)
    assert "It was costed before: the result comes at once." in texts(page)


def test_four_figures_come_first_and_what_stands_behind_them_in_tabs(page):
    run(page)
    expected = costed()
    first = [element.value for element in page.markdown if "  \n**" in element.value]
    assert [one.partition("  \n")[0] for one in first] == [
        "Cost in 2031-32",
        "Companies that gain in 2031-32",
        "Training relieved that would have happened anyway",
        "Uncertainty",
    ]
    assert expected.rating.overall.capitalize() in first[-1]
    assert "of other measures, as none of its kind is on file, the model was" in first[-1]
    assert [one.label for one in page.tabs] == list(TABS)
    questions = []
    for name in TABS:
        drawn = {one.label: one.markdown for one in tab(page, name).tabs if len(one.children)}
        assert list(drawn) == [name]
        questions += [element.value.removeprefix("#### ") for element in drawn[name]]
    for question in (
        "From full entitlement to the cost, step by step",
        "Static effect of the relief by type of training cost",
        "What the money buys",
        "How far the effect may be from this, and what drives it",
        "How sure this is",
        "Every assumption, with its source",
    ):
        assert question in questions
    assert not page.exception


def test_nothing_but_what_is_meant_for_a_reader_is_on_the_page(page):
    """A text that stands alone in a script is drawn on the page it makes."""
    assert page.title[0].value == "Cost a policy"
    assert "draws its field" not in texts(page)


def test_what_stands_behind_the_figure_is_told(page):
    run(page)
    said = texts(page)
    assert "3 records stand for 3,000,000 companies" in said
    assert "1 of 1 official figures it was fitted to" in said
    said += texts(tab(page, "Downloads"))
    assert f"goodwork cost {MAIN} --years 2026-27:2031-32 --behaviour central" in said
    assert "goodwork.cost(" in said
    said += texts(tab(page, "What it buys")) + texts(tab(page, "How sure"))
    assert "of the training relieved would have happened anyway" in said
    assert costed().credibility.text in said.replace("\\", "")


def test_every_figure_and_the_record_can_be_taken_away(page):
    run(page)
    labels = [one.proto.label for name in TABS for one in tab(page, name).get("download_button")]
    assert "Unrounded figures (CSV)" not in labels, "what stands behind a chart is sent when it is asked for"
    charts = [f"behind_{name}" for name in (BY_YEAR, STEPS_CHART, BY_HEAD, "gains", "winners")]
    drawn = [unfold(tab(page, name), *charts).get("download_button") for name in TABS]
    buttons = {one.proto.id: one.proto.label for each in drawn for one in each}
    labels = list(buttons.values())
    assert [labels.count(one) for one in ("Unrounded figures (CSV)", "Picture (PNG)", "Picture (SVG)")] == [5, 5, 5]
    assert labels[-4:] == [
        "Download the costing note (Word)",
        "Download the workbook (Excel)",
        "Download every figure (CSV)",
        "Download the run record (JSON)",
    ]


def test_the_csv_of_a_costing_is_named_after_what_was_costed():
    assert table_name("law@2022-06-01 + no-full-expensing") == "law-2022-06-01-no-full-expensing-cost.csv"


def test_how_sure_it_is_has_the_interval_what_drives_it_and_the_rating(page, monkeypatch):
    monkeypatch.setattr(costing, "cost", partial(COST, draws=20))
    tab(run(page), "How sure")
    expected = costed(draws=20)
    result = next(shown.value for shown in page.table if "Highest cost in the 80% range" in shown.value.columns)
    assert list(result["Highest cost in the 80% range"]) == pytest.approx(list(expected.uncertainty.low))
    assert list(result["Lowest cost in the 80% range"]) == pytest.approx(list(expected.uncertainty.high))
    rated = next(shown.value for shown in page.table if "Rating" in shown.value.columns).set_index("Uncertainty of")
    assert rated.loc["**Overall**", "Rating"] == expected.rating.overall
    assert words.driver(expected) in texts(page).replace("\\", "")


def test_who_gains_is_shown_by_the_class_and_the_step_chosen(page):
    tab(run(page), "Who gains")
    assert "Number of employees" in [name for shown in page.table for name in shown.value.columns]
    page.selectbox(key="gains_table").set_value("Region").run()
    page.radio(key="gains_step").set_value("static").run()
    assert not page.exception
    assert "Region" in [name for shown in page.table for name in shown.value.columns]
    assert "**Modelled.** Companies of each region are fitted to" in texts(page)
    assert "do not quote them" in texts(page)


def test_what_the_server_cannot_write_is_said_with_how_to_get_it(page, monkeypatch):
    monkeypatch.setattr(costing_files, "is_installed", lambda _library: False)
    monkeypatch.setattr(downloads.importlib.util, "find_spec", lambda _library: None)
    tab(run(page), "Downloads")
    labels = [element.proto.label for element in page.get("download_button")]
    assert not [label for label in labels if "Picture" in label or "note" in label or "workbook" in label]
    assert "pip install 'openfisca-goodwork[report]'" in texts(page).replace("\\", "")


def test_years_and_behaviour_are_those_asked_for(page):
    page.selectbox(key="first").set_value("2028-29")
    page.selectbox(key="last").set_value("2029-30")
    page.radio(key="behaviour").set_value("none")
    run(page)
    table = headline(page)
    assert list(table["Financial year"]) == ["2028-29", "2029-30"]
    assert list(table["Post-behavioural (none)"]) == list(table["Static"])


def test_on_a_cash_basis_the_result_is_the_other_end_of_the_bridge(page):
    page.radio(key="basis").set_value("cash")
    link = address(run(page))
    cash = costed(basis="cash")
    assert list(headline(page)["Static"]) == pytest.approx(list(cash.static))
    tab(page, "Cash")
    bridge = next(shown.value for shown in page.table if f"**{tables.CASH}**" in [*shown.value.iloc[:, 0]])
    frame = bridge.set_index(bridge.columns[0])
    assert frame.loc[f"**{tables.CASH}**"].tolist() == pytest.approx(list(cash.post_behavioural))
    assert frame.iloc[:-1].sum().tolist() == pytest.approx(list(cash.post_behavioural))
    assert "--basis cash" in texts(tab(page, "Downloads"))
    assert linked(link).radio(key="basis").value == "cash"


def test_two_reforms_are_laid_one_upon_the_other(page):
    run(choose(page, MAIN, NARROW))
    both = costing.cost([MAIN, NARROW], population=costing_population())
    assert list(headline(page)["Static"]) == pytest.approx(list(both.static))


def test_a_baseline_lies_beneath_what_is_costed(page):
    """A reform upon itself changes nothing."""
    page.multiselect(key="baseline").set_value([MAIN])
    run(page)
    assert any("has no effect" in element.value for element in page.subheader)


def test_on_the_law_and_the_outlook_of_its_day_a_measure_stands_beside_its_official_costing(page, monkeypatch):
    """Corporation tax of Spring Budget 2023: -1,201, -7,937, -10,642, -8,662 (data/official_costings.csv)."""
    asked = []

    def cost(reforms, **options):
        asked.append(options.get("forecast", "latest"))
        options |= {"population": costing_population(), "forecast": "latest"}
        return replace(COST(reforms, draws=0, **options), forecast=asked[-1])

    monkeypatch.setattr(costing, "cost", cost)
    choose(page, "full-expensing-2023")
    page.multiselect(key="baseline").set_value(["law-before-spring-budget-2023"])
    page.selectbox(key="first").set_value("2022-23")
    page.selectbox(key="last").set_value("2025-26")
    assert "compare with law-before-spring-budget-2023; the OBR forecast of 2023-03" in texts(run(page)).replace("\\", "")
    page.selectbox(key="forecast").set_value("2023-03")
    link = address(run(page))
    result = next(shown.value for shown in page.table if "Official costing" in shown.value.columns)
    assert list(result["Official costing"]) == [-1_201, -7_937, -10_642, -8_662]
    assert "(second-hand), https" in texts(page).replace("\\", "")
    assert asked == ["latest", "2023-03"]
    assert linked(link).selectbox(key="forecast").value == "2023-03"


def test_a_parameter_set_for_the_run_is_in_the_result_and_in_its_command(page):
    run(set_for_run(page, "human_investment.additional_deduction", "15%", "1/4/2027"))
    expected = costing.cost([policy.parse(policy.load(MAIN).text.replace("0.30", "0.15"))], population=costing_population())
    assert list(headline(page)["Static"]) == pytest.approx(list(expected.static))
    assert "--set human_investment.additional_deduction@2027-04-01=0.15" in texts(tab(page, "Downloads"))


def test_a_result_whose_response_was_set_by_hand_is_not_called_central(page):
    run(set_for_run(page, "assumptions.behaviour.relabelling.central", "0.2"))
    assert "Post-behavioural (central, assumptions set)" in headline(page).columns


@pytest.mark.parametrize(("value", "day"), [("a lot", None), ("15%", "soon"), ("500%", None)])
def test_a_wrong_setting_is_a_lesson(page, value, day):
    run(set_for_run(page, "assumptions.take_up.central.later_years", value, day))
    assert page.status[0].state == "error"
    assert "fault" in page.code[-1].value


def test_an_assumption_is_chosen_by_its_name_and_says_what_it_was(page):
    path = "assumptions.take_up.central.later_years"
    set_for_run(page, path)
    field = of(page.text_input, "Take-up, central case, later years")
    assert (field.label, field.value) == ("Take-up, central case, later years", "90%")
    assert costing_options_of(page) == ()
    field.set_value("0.8").run()
    assert of(page.text_input, "Take-up, central case, later years").label.endswith("changed from 90%")
    assert costing_options_of(page) == (f"{path}@2010-04-01=0.8",)


def costing_options_of(page):
    return tuple(parse_qs(address(page)).get("set", ()))


# --- other states --------------------------------------------------------------------------------------------------


def test_a_run_in_years_before_the_reform_says_no_effect_and_why(page):
    page.selectbox(key="first").set_value("2018-19")
    page.selectbox(key="last").set_value("2019-20")
    run(page)
    assert any("has no effect" in element.value for element in page.subheader)
    assert any("only from 1 April 2027" in element.value for element in page.info)


def test_years_that_run_backwards_are_a_lesson_and_no_traceback(page):
    page.selectbox(key="first").set_value("2030-31")
    page.selectbox(key="last").set_value("2027-28")
    run(page)
    assert page.status[0].state == "error"
    assert "is not a range of financial years" in texts(page)
    assert not page.subheader


def test_a_population_that_cannot_be_built_is_said(page, monkeypatch):
    def broken(*_arguments, **_options):
        raise DataError("The official figures cannot be met.")

    monkeypatch.setattr("openfisca_goodwork.population.load", broken)
    run(page)
    assert "The official figures cannot be met." in texts(page)


def test_a_result_is_marked_when_the_reform_changes_and_no_longer_when_it_is_run_again(page):
    run(page)
    assert not page.warning
    choose(page, NARROW)
    assert page.warning[0].value.startswith("Changed since this result: the reform.")
    assert headline(page) is not None
    assert not run(page).warning


def cut_short(page, monkeypatch):
    """Send the form, and have the script end in the middle of the run, as a browser does."""
    monkeypatch.setattr("openfisca_goodwork.costing.cost", lambda *_arguments, **_options: streamlit.stop())
    run(page)


def test_a_run_that_was_cancelled_is_said_once_and_the_result_before_it_is_marked_with_all_that_changed(page, monkeypatch):
    run(page)
    page.selectbox(key="last").set_value("2030-31")
    set_for_run(page, "human_investment.additional_deduction", "40%", "2028-04-01")
    cut_short(page, monkeypatch)
    assert "Cancel the run" in [button.label for button in page.button]
    page.button(key="cost_cancel").click().run()
    said = [element.value for element in page.warning]
    assert said[0].startswith("You cancelled the run. Nothing is running any more")
    assert said[1].startswith("Changed since this result: the years, the parameters set for the run.")
    assert len(page.run().warning) == 1


def test_a_run_that_a_change_of_the_page_stopped_is_said(page, monkeypatch):
    cut_short(page, monkeypatch)
    assert "was stopped, because the page was changed or left" in page.run().warning[0].value
    assert "Nothing has been run yet" in page.info[0].value


def test_a_page_opened_again_in_the_midst_of_its_run_finds_it_again_and_shows_its_result(page, monkeypatch):
    run(page)
    query = address(page)
    shared.desk.clear()  # nothing is kept of it
    monkeypatch.setenv("GOODWORK_CACHE", os.devnull)
    with monkeypatch.context() as patched:
        patched.setattr(CostingDesk, "is_under_way", lambda _desk, request: request.reforms[0].name == MAIN)
        again = linked(query)
        assert "costs £" in again.subheader[0].value
        assert not again.warning
        shared.desk.clear()
        patched.setattr("openfisca_goodwork.costing.cost", lambda *_arguments, **_options: streamlit.stop())
        assert cost_run.UNDER_WAY in texts(linked(query))
        assert cost_run.UNDER_WAY not in texts(linked(query.replace(MAIN, NARROW)))


def test_the_figure_is_shown_before_its_interval_is_drawn(page, monkeypatch):
    def drawing(*_arguments, early, **_options):
        early(costed())
        streamlit.stop()

    monkeypatch.setattr("openfisca_goodwork.costing.cost", drawing)
    run(page)
    assert "costs £" in page.subheader[0].value
    assert list(headline(page)["Static"]) == pytest.approx(list(costed().static))
    assert "being worked out" in texts(page)
    assert not page.tabs


def test_there_is_nothing_to_cancel_before_and_after_a_run(page):
    assert "Cancel the run" not in [button.label for button in page.button]
    assert "Cancel the run" not in [button.label for button in run(page).button]


def test_several_values_of_a_lever_stand_side_by_side_each_as_if_typed_by_hand(page):
    page.selectbox(key="try_lever").set_value("human_investment.additional_deduction")
    for typed in ("10%", "10%, a lot"):  # too few, and what is no value
        page.text_input(key="try_values").set_value(typed)
        page.button(key="try_send").click().run()
        assert page.error and not page.exception
    page.selectbox(key="try_lever").set_value("end")
    page.text_input(key="try_values").set_value("31 March 2030, 1 January 2027")
    page.button(key="try_send").click().run()
    assert "is before the start, 1 April 2027" in page.error[0].value
    page.selectbox(key="try_lever").set_value("human_investment.additional_deduction")
    page.text_input(key="try_values").set_value("10%, 20%; 30%; 130%")
    page.button(key="try_send").click().run()
    assert not page.exception and not page.error
    tried = next(
        shown.value for shown in page.table if "extra deduction for training" in map(str.lower, shown.value.columns)
    )
    assert tried.iloc[:, 0].tolist() == ["10%", "20%", "30%", "130%"]
    assert any(shown.value.startswith("130%") and "gives 230% in all" in shown.value for shown in page.warning)
    headers = [shown.value for shown in page.header]
    assert headers.index("Several values side by side") < headers.index("Result")  # beneath its button
    assert tried.iloc[2, 1:7].tolist() == pytest.approx(list(costed().post_behavioural))
    assert any("(4 costings)" in shown.value for shown in page.subheader)
    costs = -tried.iloc[:, 6]
    page.number_input(key="try_wanted").set_value(float(costs[0] + costs[1]) / 2).run()
    [read_off] = (shown.value for shown in page.markdown if shown.value.startswith("About 15% costs £"))
    assert f"10%, which costs £{costs[0]:,.0f}m, and 20%, which costs £{costs[1]:,.0f}m" in read_off
    page.button(key="try_full").click().run()
    [full] = (shown.value for shown in page.markdown if shown.value.startswith("Costed in full, 15% costs £"))
    at_15 = COST(
        checked(policy.load(MAIN).text.replace("0.30", "0.15")).reform, population=costing_population(), draws=0
    ).post_behavioural[-1]
    assert f"£{-at_15:,.1f}m in 2031-32: the line was £" in full.replace("\\", "")
    again = linked(address(page))
    assert again.text_input(key="try_values").value == "10%, 20%; 30%; 130%"
    assert any("(4 costings)" in shown.value for shown in again.subheader)  # kept, and nothing was run
    of(page.text_input, "Extra deduction").set_value("20%").run()
    assert any("have changed since these values were costed" in element.value for element in page.warning)
    run(page)
    assert tried.iloc[1, 1:7].tolist() == pytest.approx(list(headline(page)["Post-behavioural (central)"]))


# --- before it runs -------------------------------------------------------------------------------------------------


def test_how_long_a_run_takes_is_said_before_it_and_what_is_kept_comes_at_once(page):
    assert "A run takes about 4 seconds once it begins" in texts(page)
    run(page)
    assert "A run takes about" not in texts(page), "a run that is over takes no time"
    assert "It was costed before: the result comes at once." in texts(page.run())


def test_a_machine_without_a_population_says_so_before_the_first_run(opened, monkeypatch):
    monkeypatch.setattr(building, "is_kept", lambda *_which: False)
    said = texts(opened("cost"))
    assert "takes one to three minutes" in said
    assert "goodwork app --prepare" in said


# --- a link, and what survives ----------------------------------------------------------------------------------------


def test_the_address_of_the_page_reopens_its_state_and_its_result(page):
    choose(page, MAIN, NARROW)
    page.multiselect(key="baseline").set_value(["full-expensing-ends-2026"])
    page.selectbox(key="first").set_value("2028-29")
    page.radio(key="behaviour").set_value("none")
    page.checkbox(key="appraise").set_value(True)
    set_for_run(page, "human_investment.additional_deduction", "15%")
    link = address(run(page))
    again = linked(link)
    assert draft(again) == Draft(MAIN, more=(NARROW,))
    assert again.multiselect(key="baseline").value == ["full-expensing-ends-2026"]
    assert (again.selectbox(key="first").value, again.radio(key="behaviour").value) == ("2028-29", "none")
    assert again.checkbox(key="appraise").value
    shared.desk.clear()  # as when the server is started again
    for reopened in (again, linked(link)):
        assert reopened.subheader[0].value == page.subheader[0].value
    assert not [element for element in again.warning if "version" in element.value or "Changed" in element.value]
    assert address(again) == link


def test_an_own_reform_and_its_result_come_back_with_the_address(page):
    of(page.text_input, "Extra deduction").set_value("20%").run()
    link = address(run(page))
    again = linked(link)
    assert draft(again) == draft(page)
    assert draft(again).reforms[0].title == "Human-investment super-deduction, extra deduction for training 20%"
    assert again.subheader[0].value == page.subheader[0].value
    shared.desk.clear()  # as when the server is started again: what a visitor wrote is not on disk
    assert "The result of this link is not held here." in texts(linked(link))


def test_what_is_half_done_comes_back_too_and_is_not_run(page):
    way(page, "Text (YAML)")
    of(page.text_area, "Reform").set_value("reform: [").run()
    again = linked(address(page))
    assert draft(again).source == "reform: ["
    assert "1 fault." in again.error[0].value
    assert "Nothing has been run yet" in texts(again)


def test_a_reform_too_long_for_a_link_is_refused_in_words(page):
    before, hard_to_compress = address(page), "".join(f"{number**9:x}" for number in range(2_000))
    way(page, "Text (YAML)")
    of(page.text_area, "Reform").set_value(f"{policy.load(MAIN).text}# {hard_to_compress}\n").run()
    assert "This reform is too long for a link" in texts(run(page))
    assert address(page) == before


def test_nothing_is_lost_on_another_page(page):
    of(page.text_input, "Extra deduction").set_value("20%").run()
    page.selectbox(key="last").set_value("2029-30").run()
    run(page)
    page.switch_page(f"{PAGES}/rates.py").run()
    page.switch_page(f"{PAGES}/cost.py").run()
    assert of(page.text_input, "Extra deduction").value == "20%"
    assert page.selectbox(key="last").value == "2029-30"
    assert "extra deduction for training 20% costs" in page.subheader[0].value


def test_going_back_in_the_browser_brings_the_state_of_before(page, monkeypatch):
    before = dict(parse_qs(address(page)))
    of(page.text_input, "Extra deduction").set_value("20%").run()
    now = time.monotonic()
    page.query_params.clear()
    for key, values in before.items():
        page.query_params[key] = values
    page.run()
    assert draft(page).text  # the browser had not heard of the new address yet
    monkeypatch.setattr(time, "monotonic", lambda: now + 60)
    page.query_params.clear()
    for key, values in before.items():
        page.query_params[key] = values
    page.run()
    assert draft(page) == Draft(MAIN)


def test_a_link_of_another_version_says_so_offers_to_run_again_and_runs_nothing(page, monkeypatch):
    link = address(page).replace(f"version={model_version()}", "version=0.0.1")
    monkeypatch.setattr(costing, "cost", lambda **_asked: pytest.fail("A link ran by itself."))
    app = linked(link)
    assert "made by version 0.0.1 of the model" in app.warning[0].value
    assert "run it again" in app.warning[0].value
    assert not app.button[0].disabled


def test_a_crafted_link_is_refused_in_words_and_the_rest_is_shown():
    app = linked(f"reforms=/etc/passwd&reforms={NARROW}&first=1900-01&behaviour=wild&evil=1&set=a@b=c&text=!!&version=0.0.1")
    assert app.error[0].value.count("\n- ") == 6
    assert draft(app).reforms == (policy.load(NARROW),)
    assert "made by version 0.0.1 of the model" in app.warning[0].value


def test_settings_in_a_link_that_no_small_machine_can_run_are_refused_in_words():
    page = run(linked(urlencode({"set": list(settings().values())}, doseq=True)))
    assert page.status[0].state == "error"
    assert all(f"{path}: " in page.code[-1].value for path in settings())
    assert page.code[-1].value.count("is outside") == len(settings())


def test_a_text_in_a_link_that_unpacks_to_more_than_a_link_may_hold_is_refused():
    bomb = base64.urlsafe_b64encode(zlib.compress(b"a" * 3_000_000)).decode()
    assert len(bomb) < 6_000
    app = linked(f"text={bomb}")
    assert "The reform of this link cannot be read" in app.error[0].value
    assert draft(app) == Draft(MAIN)
