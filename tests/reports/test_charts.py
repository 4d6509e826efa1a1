"""Charts: their titles say what was found, their texts hold every figure, and their specifications are Vega-Lite."""

from __future__ import annotations

import altair
import pytest

from openfisca_goodwork.number_formats import in_words, rounded
from openfisca_goodwork.reports import charts, costing_charts
from openfisca_goodwork.reports.pictures import svg_of


@pytest.fixture(params=[costing_charts.cost_by_year, costing_charts.cost_by_head], ids=["by year", "by head"])
def chart(request, result):
    return request.param(result)


def test_the_specification_is_valid_vega_lite(chart):
    altair.Chart.from_dict(chart.spec).to_dict()


def test_the_subtitle_says_measure_unit_sign_and_rounding(chart):
    for said in ("£ million", "Minus is a cost to the Exchequer", "UK companies", "nearest £5 million"):
        assert said in chart.subtitle


def test_every_figure_is_in_the_data_as_a_label_and_in_the_alternative_text(chart):
    assert list(chart.data["label"]) == [rounded(value) for value in chart.data["value"]]
    for row in chart.data.itertuples():
        assert f"{row.financial_year} {row.label}" in chart.alt


def test_every_figure_is_drawn_as_text_once_whatever_its_sign(chart):
    panels = chart.spec.get("vconcat", [chart.spec])
    for panel in panels:
        labels = [one for one in panel["layer"] if one.get("mark", {}).get("type") == "text"]
        assert [label["transform"][0]["filter"] for label in labels] == ["datum.value >= 0", "datum.value < 0"]
        assert {label["encoding"]["text"]["field"] for label in labels} == {"label"}


def test_the_title_of_the_years_is_the_finding(result):
    year = costing_charts.cost_by_year(result)
    assert year.title == f"Human-investment super-deduction {in_words(result.post_behavioural[-1])} in 2031-32"


def test_the_years_show_the_effect_itself_and_its_scale_holds_every_end_of_the_range(result):
    chart = costing_charts.cost_by_year(result)
    assert list(chart.data["value"]) == pytest.approx(list(result.post_behavioural))
    domain = chart.spec["encoding"]["y"]["scale"]["domain"]
    assert domain[0] < chart.data["low"].min()
    assert domain[1] > 0  # where the figures stand: at the end of a line they would read as the end of the range
    assert set(chart.data["label_at"]) == {0}


def test_the_interval_is_a_line_upon_each_column_and_in_the_words(result):
    chart = costing_charts.cost_by_year(result)
    assert tuple(chart.data["low"]) == result.uncertainty.low and tuple(chart.data["high"]) == result.uncertainty.high
    assert f"2031-32 {rounded(result.uncertainty.low[-1])} to {rounded(result.uncertainty.high[-1])}" in chart.alt
    assert "80% range" in chart.subtitle


def test_a_tornado_has_the_assumption_that_moves_most_on_top_and_in_its_title(result):
    chart = costing_charts.tornado(result)
    altair.Chart.from_dict(chart.spec).to_dict()
    assert chart.data["assumption"].iloc[0] == result.uncertainty.driver.label
    assert chart.title.startswith(result.uncertainty.driver.label)
    swings = chart.data.groupby("assumption", sort=False)["value"].agg(lambda ends: max(*ends, 0) - min(*ends, 0))
    assert list(swings) == sorted(swings, reverse=True)
    assert all(row.label in chart.alt for row in chart.data.itertuples())


def test_there_is_no_tornado_without_an_interval(nothing):
    assert costing_charts.tornado(nothing) is None


def test_the_largest_head_makes_the_title_and_heads_without_cost_are_left_out(result):
    chart = costing_charts.cost_by_head(result)
    # Fees: 10,000 at 25% and 2,000 at 26.5%; trainers: 40,000 at 25%. 10,000 of 13,030 is 77%.
    assert chart.title == "Trainers' pay makes up 77% of the static effect in 2031-32"
    assert list(chart.data["head"]) == ["Trainers' pay", "External course fees"]


def test_there_is_no_chart_of_heads_where_nothing_changes(nothing):
    assert costing_charts.cost_by_head(nothing) is None


def test_the_picture_holds_the_title_and_every_label(chart):
    picture = svg_of(chart)
    assert picture.startswith("<svg")
    assert chart.title in picture
    for label in chart.data["label"]:
        assert f">{label}</text>" in picture


def test_ink_colours_axis_titles_and_labels_and_leaves_the_chart_as_it_was(chart):
    before = repr(chart.spec)
    config = charts.inked(chart.spec, "#f0f3f6")["config"]
    assert [config["axis"]["labelColor"], config["title"]["color"], config["text"]["color"]] == ["#f0f3f6"] * 3
    assert repr(chart.spec) == before
