"""The chart of who gains: its title is the finding, its text holds every figure, few records are told."""

from __future__ import annotations

import altair
import pytest

from openfisca_goodwork.costing import cost
from openfisca_goodwork.costing.distribution import BY_EMPLOYEES, BY_SECTION, LARGEST_BY_TAX
from openfisca_goodwork.reports.costing_charts import gain_by
from openfisca_goodwork.reports.pictures import svg_of
from tests.costing.designs import design, written
from tests.costing.tiny_population import TinyPopulation
from tests.reports.companies import three_companies

RISE = written("rise", {"corporation_tax.main_rate": 0.26})


def many(fees: float) -> TinyPopulation:
    """Seventy companies of a thousand each, ten in each band, those of the last one with three times the fees."""
    facts = {
        "trading_profit_before_capital_allowances": [1e6] * 70,
        "external_course_fees": [fees * (3 if place % 7 == 6 else 1) for place in range(70)],
    }
    return TinyPopulation(facts, three_companies().weight[:1].repeat(70) / 1000, three_companies().draw[:1].repeat(70))


@pytest.fixture(scope="module")
def result(_own_cache):
    return cost(design(), population=many(1e4), behaviour="none")


@pytest.mark.parametrize("by", [BY_EMPLOYEES, BY_SECTION, LARGEST_BY_TAX])
def test_the_specification_is_valid_and_every_figure_is_a_label_in_data_text_and_picture(result, by):
    chart = gain_by(by, result)
    assert chart is not None
    altair.Chart.from_dict(chart.spec).to_dict()
    picture = svg_of(chart)
    for row in chart.data.to_dict(orient="records"):
        assert f"{row['name']} {row['label']}" in chart.alt
        assert f">{row['label']}</text>" in picture
    drawn = {row["name"]: row["value"] for row in chart.spec["data"]["values"]}
    assert drawn == {row.name: row.gain for row in result.distribution.table(by).rows}


def test_the_class_with_most_of_the_gain_makes_the_title(result):
    # 30% of £10,000 at 25% for each of six bands, three times that in the last: 3 of 9 parts.
    assert gain_by(BY_EMPLOYEES, result).title == "Companies with 250 or more employees have 33% of the gain in 2031-32"


def test_a_loss_is_borne_and_labelled_with_a_minus():
    chart = gain_by(BY_EMPLOYEES, cost(RISE, population=many(0.0), behaviour="none"))
    # 1% of £1m for each of 70,000 companies, of which a seventh is in each band.
    assert set(chart.data["label"]) == {"0", "-100"}
    assert chart.title == "Companies with 0 to 4 employees bear 14% of the loss in 2031-32"


def test_gains_beside_losses_are_told_in_pounds_and_not_in_shares():
    chart = gain_by(BY_EMPLOYEES, cost([design(additional_deduction=4.0), RISE], population=many(1e4), behaviour="none"))
    # Four times £10,000 at 26% is £10,400, less 1% of £1m: a gain of £4m in each band, of £212m in the last.
    assert chart.title == "Companies with 250 or more employees have 90% of the gain in 2031-32"
    mixed = gain_by(BY_EMPLOYEES, cost([design(additional_deduction=2.0), RISE], population=many(1e4), behaviour="none"))
    # Twice: £5,200 less £10,000 in each band, £15,600 less £10,000 in the last.
    assert mixed.title == "Companies with 250 or more employees have a gain of £56m in 2031-32"


def test_few_records_are_told_beside_the_figure():
    chart = gain_by(BY_EMPLOYEES, cost(design(), population=three_companies()))
    labels = dict(zip(chart.data["name"], chart.data["label"], strict=True))
    assert labels["0 to 4"].endswith("(few records)")
    assert labels["250 or more"] == "0"


def test_there_is_no_chart_where_nobody_gains(nothing):
    assert gain_by(BY_EMPLOYEES, nothing) is None
