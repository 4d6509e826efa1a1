"""Charts of winners and losers: their finding, their words, their figures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from openfisca_goodwork.reports.costing_charts import winners_and_losers
from openfisca_goodwork.reports.pictures import svg_of
from tests.reports.companies import costed

SIZE = "Number of employees"


@pytest.fixture(scope="module")
def result():
    """A million companies of three sizes: two gain, the third is in loss."""
    return costed()


def test_the_shares_of_a_class_are_of_its_companies_and_make_a_whole(result):
    chart = winners_and_losers(SIZE, result)
    by_class = chart.data.groupby("class")["value"].sum()
    assert by_class.tolist() == pytest.approx([1] * 3)
    gain = chart.data.query("outcome == 'Gain'").set_index("class")["value"]
    assert gain.to_dict() == {"0 to 4": 1, "5 to 9": 1, "10 to 19": 0}


def test_the_words_say_all_that_the_chart_shows_and_it_can_be_drawn(result):
    chart = winners_and_losers(SIZE, result)
    for name in chart.data["class"]:
        assert name in chart.alt
    assert chart.title == "100% of companies with 0 to 4 employees gain in 2031-32"
    assert chart.subtitle.startswith("Proposed, not law.")
    assert chart.title in svg_of(chart)


def test_there_is_no_chart_where_nobody_gains_or_loses(result):
    nothing = costed(years="2018-19:2019-20")
    assert winners_and_losers(SIZE, nothing) is None
    tables = tuple(
        replace(table, rows=tuple(replace(row, gaining=0.0, losing=0.0) for row in table.rows))
        for table in result.distribution.tables
    )
    assert winners_and_losers(SIZE, replace(result, distribution=replace(result.distribution, tables=tables))) is None
