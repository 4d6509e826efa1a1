"""Several reforms in one table: every state of the page, over three companies."""

from __future__ import annotations

import io
import os

import pandas
import pytest
import streamlit

from openfisca_goodwork import costing
from openfisca_goodwork.desk.costing_desk import CostingDesk
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.reports import costing as costing_report
from openfisca_goodwork.reports import csv_text
from openfisca_goodwork.screens import cost_run, shared
from openfisca_goodwork.screens.widgets import heading
from tests.reports.companies import MAIN
from tests.screens.conftest import COST, PAGES
from tests.screens.cost_page import NARROW, address, costing_population, draft, linked, of, texts

BOTH = (MAIN, NARROW)


@pytest.fixture
def page(opened):
    app = opened("compare_costings")
    assert not app.exception
    app.multiselect(key="several_reforms").set_value(list(BOTH))
    return app


def sent(app):
    next(button for button in app.button if button.label == "Cost them").click().run()
    assert not app.exception
    return app


def tables(app):
    """Those of the result: by year, and the figures side by side."""
    return [shown.value for shown in app.table if "Reform" in shown.value.columns]


def costed(name, **options):
    return COST(name, population=costing_population(), draws=0, **options)


def test_each_reform_is_a_row_of_its_own_costing_and_no_law(page):
    assert "This takes about 8 seconds." in texts(page.run())
    table = tables(sent(page))[0]
    assert list(table["Reform"]) == [f"{costed(name).reforms[0].title} (proposed, not law)" for name in BOTH]
    for place, name in enumerate(BOTH):
        assert list(table.iloc[place])[1:] == pytest.approx(list(costed(name).post_behavioural))
    assert "the rows do not add up" in texts(page)
    assert f"goodwork cost {NARROW} --years 2026-27:2031-32" in page.code[0].value
    assert "All of them were costed before: the table comes at once." in texts(page.run())


def test_years_and_response_are_those_asked_for_and_a_change_marks_the_table(page):
    page.selectbox(key="first").set_value("2028-29")
    page.radio(key="behaviour").set_value("none")
    table = tables(sent(page))[0]
    assert list(table.columns)[1] == "2028-29"
    assert list(table.iloc[0])[1:] == pytest.approx(list(costed(MAIN).static[2:]))
    page.multiselect(key="several_reforms").set_value([MAIN])
    assert not page.warning
    next(button for button in page.button if button.label == "Cost them").click()
    assert len(tables(page.run())[0]) == 1


def test_a_reform_that_cannot_be_costed_is_said_and_the_others_are_shown(page, monkeypatch):
    def cost(reforms, **options):
        if reforms[0].name == NARROW:
            raise GoodworkError("Not this one.")
        return COST(reforms, draws=0, **options)

    monkeypatch.setattr(costing, "cost", cost)
    assert len(tables(sent(page))[0]) == 1
    assert "Not this one." in page.error[0].value


def test_nothing_is_run_without_a_reform(page):
    page.multiselect(key="several_reforms").set_value([]).run()
    assert page.button[0].disabled


def test_ones_own_reform_stands_beside_others_and_comes_back_with_the_address(opened):
    app = opened("cost")
    of(app.text_input, "Extra deduction").set_value("20%").run()
    app.query_params.clear()  # as a browser does where another page is opened
    app.switch_page(f"{PAGES}/compare_costings.py").run()
    assert of(app.multiselect, "Reforms, each alone").value[0] == "your own reform"
    of(app.multiselect, "Reforms, each alone").set_value(["your own reform", MAIN])
    table = tables(sent(app))[0]
    assert list(table["Reform"]) == [
        "Human-investment super-deduction, extra deduction for training 20% (proposed, not law)",
        "Human-investment super-deduction (proposed, not law)",
    ]
    expected = COST(draft(app).reforms, population=costing_population(), draws=0).post_behavioural
    assert list(table.iloc[0])[1:] == pytest.approx(list(expected))
    again = linked(address(app), "compare_costings")
    assert of(again.multiselect, "Reforms, each alone").value == ["your own reform", MAIN]


def test_what_each_costs_who_gains_and_how_sure_stand_side_by_side(page):
    app = sent(page)
    figures = tables(app)[1]
    of_2031 = [heading(name) for name in ("Effect in 2031-32, £m", "Range in 2031-32, £m")]
    assert list(figures.columns)[:5] == ["Reform", *of_2031, "All years, £m", "Range of all years, £m"]
    assert len(figures) == len(BOTH)
    assert list(figures[of_2031[0]]) == pytest.approx(list(tables(app)[0]["2031-32"]))


def test_a_run_that_was_cancelled_is_said_and_what_was_costed_before_it_comes_at_once(page, monkeypatch):
    asked = []

    def cost(reforms, **options):
        asked.append(reforms[0].name)
        if asked.count(NARROW) == 1 and reforms[0].name == NARROW:
            streamlit.stop()
        return COST(reforms, draws=0, **options)

    monkeypatch.setattr(costing, "cost", cost)
    sent(page)
    page.button(key="several_cancel").click().run()
    assert page.warning[0].value.startswith("You cancelled the run.")
    assert len(tables(sent(page))[0]) == 2
    assert asked == [MAIN, NARROW, NARROW]


def test_the_file_has_a_row_for_each_reform_and_year():
    results = [costed(name) for name in BOTH]
    table = pandas.read_csv(io.StringIO(csv_text.render(costing_report.compared(results).sections[-1].tables()[0])))
    assert len(table) == 2 * len(results[0].years)
    assert set(table["status"]) == {"proposal"}
    assert table["post_behavioural"].tolist() == pytest.approx([*results[0].post_behavioural, *results[1].post_behavioural])


def test_a_page_opened_again_in_the_midst_of_its_runs_goes_on_with_them(page, monkeypatch):
    query = address(page.run())
    monkeypatch.setattr(CostingDesk, "is_under_way", lambda _desk, request: request.reforms[0].name == NARROW)
    again = linked(query, "compare_costings")
    assert len(tables(again)[0]) == len(BOTH)
    with monkeypatch.context() as patched:
        patched.setattr("openfisca_goodwork.costing.cost", lambda *_arguments, **_options: streamlit.stop())
        shared.desk.clear()
        patched.setenv("GOODWORK_CACHE", os.devnull)
        assert cost_run.UNDER_WAY in texts(linked(query, "compare_costings"))
    monkeypatch.setattr(CostingDesk, "is_under_way", lambda _desk, _request: False)
    assert not tables(linked(query, "compare_costings"))
