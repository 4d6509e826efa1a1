"""The official costing beside the model's: corporation tax of Spring Budget 2023 (data/official_costings.csv)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from openfisca_goodwork import policy
from openfisca_goodwork.costing import CostingResult, cost
from openfisca_goodwork.costing.official import NAME, measures, official_of
from openfisca_goodwork.reports.costing import report_of
from openfisca_goodwork.reports.costing_words import official
from tests.costing.test_costing import population

FULL_EXPENSING, BENEATH = "full-expensing-2023", "law-before-spring-budget-2023"
YEARS = ("2024-25", "2025-26", "2028-29")
OF_ITS_DAY = {"baseline": (policy.load(BENEATH),), "forecast": "2023-03", "basis": "accruals", "behaviour": "central"}


def of(*names: str, settings: tuple[str, ...] = (), years: tuple[str, ...] = YEARS, **run: Any):
    return official_of([policy.load(name) for name in names], settings, years, **OF_ITS_DAY | run)


def test_the_official_figures_stand_in_their_years_with_source_and_status():
    result = of(FULL_EXPENSING)
    assert result.amounts == (-10_642.0, -8_662.0, None)
    assert result.can_stand_beside
    assert "Spring Budget 2023, 15 March 2023, p.18" in official(result)
    assert "(second-hand), https://obr.uk/docs/dlm_uploads/Policy_measures_database" in official(result)
    assert "This run has another" not in official(result)


@pytest.mark.parametrize("run", [{"baseline": ()}, {"forecast": "latest"}, {"basis": "cash"}, {"behaviour": "none"}])
def test_on_another_law_outlook_basis_or_response_it_stands_in_no_table_and_says_how_to_have_it(run):
    result = of(FULL_EXPENSING, **run)
    assert not result.can_stand_beside
    assert f"--baseline {BENEATH} --forecast 2023-03 --years 2022-23:2027-28" in official(result)


def test_years_without_an_official_figure_are_told_which_have_one():
    result = of(FULL_EXPENSING, years=("2030-31",))
    assert not result.can_stand_beside
    assert "It is on file for 2022-23, 2023-24, 2024-25, 2025-26, 2026-27, 2027-28." in official(result)


def test_a_figure_of_the_peak_is_one_figure_in_words():
    option = measures()["AIA_500k_option"]
    result = of(*option.reforms, settings=option.settings)
    assert result.measure is option
    assert not result.can_stand_beside
    assert "of the year in which it moves most" in official(result)


def test_a_figure_of_corporation_tax_stands_with_that_of_all_taxes_beside_it():
    extension = measures()["AIA_extension_2022"]
    laws = tuple(policy.load(name) for name in extension.laws)
    result = of(*extension.reforms, baseline=laws, forecast=extension.forecast, years=("2022-23",))
    assert result.amounts == (-221.1,)
    assert official(result).startswith("Official costing, corporation tax: Autumn Budget 2021, 27 October 2021")
    assert "Of all taxes, income tax included (£ million): 2021-22 -65, 2022-23 -240, 2023-24 -165" in official(result)
    assert official(result).endswith(extension.why)
    assert (result.to_dict()["head"], result.to_dict()["published_all_taxes"]["2023-24"]) == ("corporation tax", -164.3)


def test_of_two_official_costings_of_one_measure_that_of_the_law_and_forecast_asked_for_stands_beside():
    again = measures()["AIA_permanent_AS2022"]
    laws = tuple(policy.load(name) for name in again.laws)
    assert of(*again.reforms, baseline=laws, forecast="2022-11").measure is again
    assert of(*again.reforms, baseline=laws, forecast="2022-03").measure is measures()["AIA_permanent_2022"]


def test_only_just_the_measure_has_it():
    assert of("human-investment-super-deduction") is None
    assert of(FULL_EXPENSING, "human-investment-super-deduction") is None
    assert of(FULL_EXPENSING, settings=("corporation_tax.main_rate@2027-04-01=0.26",)) is None


def test_a_measure_that_somebody_edited_under_its_name_has_none():
    edited = policy.parse(policy.load(FULL_EXPENSING).text.replace("2026-03-31", "2027-03-31") + "# edited\n")
    assert official_of([edited], (), YEARS, **OF_ITS_DAY) is None


@pytest.fixture
def costed(tmp_path, monkeypatch) -> CostingResult:
    monkeypatch.setenv("GOODWORK_CACHE", str(tmp_path))
    people = population([1e6], [0.0], main_rate_plant_new=[1e6])
    result = cost(FULL_EXPENSING, baseline=BENEATH, years="2022-23:2025-26", population=people, draws=0)
    return _of_the_day(result)


def _of_the_day(result: CostingResult) -> CostingResult:
    """As though its companies followed the outlook of that day, which no population made by hand does."""
    return replace(result, forecast="2023-03")


def test_text_table_json_and_csv_show_it(costed):
    rows = {line.partition("  ")[0]: line.split()[-4:] for line in costed.summary().splitlines()}
    assert rows[NAME] == ["-1,200", "-7,935", "-10,640", "-8,660"]
    (beside,) = [table for table in report_of(costed).tables() if table.caption.startswith("The official costing")]
    assert list(next(beside.lines()).cells) == [NAME, -1_201, -7_937, -10_642, -8_662]
    told = costed.to_dict()["official"]
    assert (told["effect"], told["like_for_like"]) == ([-1_201, -7_937, -10_642, -8_662], True)
    table = costed.to_dataframe()
    assert table[table["measure"] == "official costing"]["value"].tolist() == [-1_201, -7_937, -10_642, -8_662]
