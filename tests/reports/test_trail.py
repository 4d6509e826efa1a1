"""From the headline back to parameters, official figures and assumptions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from openfisca_goodwork.costing import cost
from openfisca_goodwork.policy.vocabulary import current_vocabulary
from openfisca_goodwork.population import FitReport
from openfisca_goodwork.population.report import Weights, line
from openfisca_goodwork.population.sources import Row
from openfisca_goodwork.reports import trail
from tests.reports.companies import costed, three_companies


def figure(block, target, year, official, model):
    of = Row((), 0.0, "GBP million", year, "Source", "", "seen")
    return line(block, target, (official, model), of, role="fitted", tolerance=0.1)


FIT = FitReport(
    (
        figure("training by sector", "Manufacturing", "2024", 600.0, 601.0),
        figure("training by sector", "Services", "2024", 400.0, 400.0),
        figure("corporation tax by year", "2026-27", "2026-27", 100.0, 101.0),
        figure("corporation tax by year", "2030-31", "2030-31", 120.0, 121.0),
    ),
    Weights(3, 3e6, 0, 3.0, 1.0, 1.0, 0.0, 1e6),
)


def test_the_relief_is_the_span_and_not_the_costs_that_would_count(result):
    assert (trail.commencement(result), trail.sunset(result)) == (date(2027, 4, 1), None)


def test_a_sunset_is_the_last_day_of_the_relief():
    asked = cost(
        "human-investment-super-deduction-2021-request", population=three_companies(), years="2020-21:2024-25", draws=0
    )
    assert (trail.commencement(asked), trail.sunset(asked)) == (date(2021, 4, 1), date(2023, 3, 31))


def test_a_setting_of_the_run_is_a_change_too():
    setting = "human_investment.additional_deduction@2029-04-01=0.5"
    found = {change.path: change for change in trail.changes(costed(settings=[setting], draws=0)) if change.value_b == 0.5}
    assert found["human_investment.additional_deduction"].starts == date(2029, 4, 1)


def test_the_base_of_training_grows_from_the_survey_to_the_year_of_the_finding(result):
    total, fees, trainers, materials, product, *_ = trail.tax_base(replace(result, fit=FIT))
    assert (total.amount, total.year, total.source) == (1000.0, "2024", "Source")
    assert [one.amount for one in (fees, trainers, materials)] == [0.08, 0.2, 0.02]
    # Earnings grow by 4.6% in 2025-26, then 3.2%, 2.2%, 2.1%, 2.3%, 2.4%, 2.4%: 20.8% from 2024-25, and a little before.
    assert 1.208 < trainers.growth < 1.26
    assert fees.growth == materials.growth < trainers.growth
    assert product.amount == pytest.approx(1000 * (0.1 * fees.growth + 0.2 * trainers.growth))


def test_without_official_figures_the_base_holds_only_shares_and_the_model(result):
    assert [one.status for one in trail.tax_base(result)] == ["derived", "memory", "memory", "model", "model"]


def test_a_change_of_the_rate_has_the_tax_of_the_years_as_its_base():
    changed = cost(settings=["corporation_tax.main_rate@2027-04-01=0.26"], population=three_companies(), draws=0)
    found = [(one.what, one.year, one.amount) for one in trail.tax_base(replace(changed, fit=FIT))]
    assert found == [
        ("Corporation tax", "2026-27", 100.0),
        ("Corporation tax, as modelled", "2026-27", 101.0),
        ("Corporation tax", "2030-31", 120.0),
        ("Corporation tax, as modelled", "2030-31", 121.0),
    ]


def test_every_assumption_is_there_those_of_the_response_first_and_says_how_it_is_known(result):
    table = trail.every_assumption(result)
    heads = [column.name for column in table.columns]
    found = [dict(zip(heads, row.cells, strict=True)) for row in table.lines()]
    assert {one["Path"] for one in found} == {path for path in current_vocabulary() if path.startswith("assumptions.")}
    used = [one["Path"] for one in found if one["Used"] == trail.USED]
    assert set(used) == set(result.assumptions)
    assert [one["Path"] for one in found[: len(used)]] == used
    for one in found:
        assert one["Kind"] in {"assumption", "forecast"}
        assert one["Status"]
        assert one["Reference"]


def test_an_assumption_set_for_the_run_is_in_the_headline_and_said_with_the_value_it_replaces():
    path = "assumptions.take_up.central.later_years"
    result = costed(settings=[f"{path}@2010-04-01=0.6"], draws=0)
    said = "Set for this run, and so not the usual assumptions: take-up, central case, later years 60%, not 90%."
    assert trail.assumptions_set(result) == said
    assert ", with assumptions set for this run," in str(result).splitlines()[0]
    assert said in " ".join(str(result).split())
    assert trail.assumptions_set(costed(draws=0)) == ""
