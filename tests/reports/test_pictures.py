"""The pictures of a costing: PNG of a readable size, SVG and PNG with their alternative text, bars where the figures are."""

from __future__ import annotations

import struct
from dataclasses import replace
from xml.etree import ElementTree

import altair
import pytest

from openfisca_goodwork.costing.distribution import BY_EMPLOYEES
from openfisca_goodwork.costing.distribution import BY_SECTION as CLASSES_BY_SECTION
from openfisca_goodwork.number_formats import rounded
from openfisca_goodwork.reports import costing_tables as tables
from openfisca_goodwork.reports.costing import CHARTS, report_of
from openfisca_goodwork.reports.costing_charts import by_section, by_size, steps_of_a_year
from openfisca_goodwork.reports.pictures import drawn

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def pictures(result):
    return drawn(report_of(result))


def chunks(png):
    """Every chunk of a PNG by its kind, in order."""
    place = 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        yield png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        place += 12 + length


def test_every_chart_is_drawn(pictures):
    assert set(pictures) == set(CHARTS)


def test_a_chart_of_a_proposal_says_that_it_is_no_law(pictures):
    for picture in pictures.values():
        assert picture.chart.subtitle.startswith("Proposed, not law. ")


@pytest.mark.parametrize(("name", "make"), [(BY_EMPLOYEES, by_size), (CLASSES_BY_SECTION, by_section)])
def test_the_gain_of_every_class_is_drawn_and_told(result, name, make):
    chart = make(result)
    rows = result.distribution.table(name).rows
    assert dict(zip(chart.data["name"], chart.data["value"], strict=True)) == {row.name: row.gain for row in rows}
    most = max(rows, key=lambda row: abs(row.gain))
    assert most.name in chart.title
    assert f"{most.share_of_gain:.0%} of the gain in 2031-32" in chart.title
    assert all(f"{row.name} {rounded(row.gain).lstrip('+')}" in chart.alt for row in rows)
    altair.Chart.from_dict(chart.spec).to_dict()


def test_a_picture_is_large_enough_to_print_and_holds_its_alternative_text(pictures):
    for picture in pictures.values():
        assert picture.png.startswith(b"\x89PNG")
        result = list(chunks(picture.png))
        width, height = struct.unpack(">II", result[0][1][:8])
        assert 1_200 <= width <= 2_000
        assert 300 <= height <= 1_700
        result = dict(content.split(b"\0\0\0\0\0", 1) for kind, content in result if kind == b"iTXt")
        assert result == {b"Title": picture.chart.title.encode(), b"Description": picture.chart.alt.encode()}


def test_an_svg_names_and_describes_itself(pictures):
    for picture in pictures.values():
        root = ElementTree.fromstring(picture.svg)  # noqa: S314 - our own file
        assert root.get("role") == "img"
        assert [root.find(f"{SVG}{name}").text for name in ("title", "desc")] == [picture.chart.title, picture.chart.alt]


def test_a_title_with_marks_of_html_does_not_break_an_svg(result):
    (reform,) = result.reforms
    hostile = replace(result, reforms=(replace(reform, title='<script>alert("x")</script> & more'),))
    root = ElementTree.fromstring(drawn(report_of(hostile))["cost-by-year"].svg)  # noqa: S314 - our own file
    assert root.find(f"{SVG}title").text.startswith('<script>alert("x")</script> & more')
    assert root.find(f".//{SVG}script") is None


def test_each_step_begins_where_the_last_one_ended_and_totals_at_nothing(result):
    chart = steps_of_a_year(result)
    assert list(chart.data["step"]) == list(tables.steps(result))
    assert list(chart.data["label"]) == [rounded(value) for *_, value in tables.steps(result).values()]
    end = 0.0
    for row in chart.data.itertuples():
        assert row.start == (0.0 if row.is_total else pytest.approx(end))
        assert row.end == pytest.approx(row.start + row.value)
        end = row.end
    altair.Chart.from_dict(chart.spec).to_dict()


def test_there_is_no_chart_of_one_step(nothing):
    assert steps_of_a_year(nothing) is None
    assert drawn(report_of(nothing)) == {}
