"""Effective tax rates: every state of the page."""

from __future__ import annotations

import pytest

from openfisca_goodwork.effective_rates import effective_rates
from openfisca_goodwork.reports.rates import picture_of
from tests.screens.conftest import unfold

MAIN = "human-investment-super-deduction"


@pytest.fixture
def page(opened):
    app = opened("rates")
    assert not app.exception
    return app


def texts(app):
    kinds = (app.header, app.markdown, app.caption, app.error, app.code)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def rates_in(app):
    """The table of rates; that of the picture's figures stands before it."""
    return next(shown.value for shown in app.table if "EMTR, law" in shown.value.columns)


def test_the_rates_are_those_of_the_model_and_the_relief_is_no_law(page):
    """£1 at 25% costs 75p; 30% more of deduction saves 7.5p more."""
    assert page.header[0].value == "£1 of course fees costs 75.0p after tax, and 67.5p with the relief"
    assert "**Proposed, not law:**" in texts(page)
    table = rates_in(page).set_index("Spent on")
    result = effective_rates(reforms=[MAIN]).of("main_rate", "main_rate_plant_used")
    assert table.loc["Second-hand machine", "Cost of £1, law"] == pytest.approx(result.cost_after_tax, abs=5e-4)


def test_another_company_and_another_day_can_be_chosen(page):
    page.selectbox(key="rates_company").set_value("small_profits").run()
    assert "costs 81.0p after tax" in page.header[0].value
    page.text_input(key="rates_day").set_value("1 April 2026").run()
    assert page.header[0].value.startswith("£1 of course fees costs 81.0p after tax, and 81.0p")
    assert "--on 2026-04-01" in texts(page)


@pytest.mark.parametrize("wrong", ["1 April twenty", "2050-01-01"])
def test_a_wrong_day_is_a_lesson(page, wrong):
    page.text_input(key="rates_day").set_value(wrong).run()
    assert not page.exception
    assert page.error[0].value == "There is a problem. The rates cannot be worked out."
    assert not page.table


def test_the_picture_says_what_the_relief_takes_most_off_and_has_every_cost_in_words(page):
    """75p at the main rate of 25%; £1.30 deducted at 25% with the relief: 67.5p."""
    result = effective_rates(reforms=["human-investment-super-deduction"])
    chart = picture_of(result, "main_rate").draw()
    assert chart.title.endswith("£1 costs 67.5p after tax, not 75.0p")
    assert "New machine 75.0p, 75.0p with the relief" in chart.alt
    assert {row["law"] for row in chart.spec["data"]["values"]} == {"Current law", "With the relief"}
    drawn = unfold(page, "behind_cost-of-a-pound").table
    relieved = next(shown.value for shown in drawn if "With the relief" in shown.value.columns)
    assert len(relieved) == len(chart.data)
