"""A report on a page: points in one list, and the figures of a chart without what only draws it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from openfisca_goodwork.reports import place_charts
from openfisca_goodwork.screens import launch
from tests.contrast import contrast
from tests.screens.conftest import unfold


def points():
    from openfisca_goodwork.reports.sections import Note, Section, Style
    from openfisca_goodwork.screens import render

    listed = [Note("Before."), Note("First.", style=Style.POINT), Note("Second.", style=Style.POINT), Note("After.")]
    render.parts(Section("Notes", "What?", listed))


def test_points_that_follow_each_other_are_one_list():
    app = AppTest.from_function(points).run()
    assert [each.value for each in app.markdown] == ["Before.", "- First.\n- Second.", "After."]


def chart():
    import pandas

    from openfisca_goodwork.reports.charts import PLAIN
    from openfisca_goodwork.reports.sections import Chart
    from openfisca_goodwork.screens import widgets

    data = pandas.DataFrame({"financial_year": ["2027-28"], "value": [1.0], "label": ["1"], "label_at": [0.0]})
    names = {"financial_year": "Financial year", "value": "£ million"}
    widgets.chart(Chart("A finding", "Of what", "In words", {"config": PLAIN}, data), "chart", form=(names, {}))


def test_the_figures_of_a_chart_leave_out_what_says_how_and_where_each_is_written():
    app = unfold(AppTest.from_function(chart), "behind_chart")
    assert list(app.table[0].value.columns) == ["Financial year", "£ million"]


@pytest.mark.parametrize("shade", range(len(place_charts.SHADES)))
def test_words_upon_a_tile_have_the_contrast_of_aa(shade):
    assert contrast(place_charts.SHADES[shade], place_charts.ink_upon(shade)) >= 4.5


def test_the_darkest_tile_has_a_rim_that_is_seen_upon_a_dark_ground():
    assert contrast(place_charts.RIM, launch.settings()["theme.dark.backgroundColor"]) >= 3
