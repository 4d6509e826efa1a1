"""What a costing says of the model's errors: on measures of its own kind where there are any, else on all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from openfisca_goodwork import policy
from openfisca_goodwork.costing import cost, credibility
from openfisca_goodwork.costing.credibility import Measured, credibility_of
from openfisca_goodwork.errors import DataError

from .tiny_population import TinyPopulation

ALLOWANCES, RATE = "capital allowances", "rate of corporation tax"


def figures(group: str, measure: str, kind: str, errors: tuple[float, float, float]) -> list[Measured]:
    """Two years of a measure, each so far off: 0.1 is 10% more than the official figure."""
    columns = dict(zip(credibility.COLUMNS, errors, strict=True))
    return [
        Measured(group, measure, kind, year, official, {name: official * (1 + error) for name, error in columns.items()})
        for year, official in (("2021-22", -400.0), ("2022-23", 100.0))
    ]


# Nothing fitted, as used, left out.
MEASURED = (
    *figures("seven", "SD_130_50", ALLOWANCES, (0.30, 0.06, 0.12)),
    *figures("seven", "FE_3yr", ALLOWANCES, (0.20, 0.10, 0.14)),
    *figures("seven", "CT_25_SPR", RATE, (0.25, 0.02, 0.22)),
    *figures("other", "AIA_500k_option", ALLOWANCES, (0.40, 0.20, 0.20)),
)


@pytest.fixture(autouse=True)
def _measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credibility, "measured", lambda: MEASURED)


def of(*names: str, settings: tuple[str, ...] = ()) -> Any:
    return credibility_of([policy.load(name) for name in names], settings)


def test_a_relief_for_training_says_that_there_is_no_official_costing_and_takes_all_there_are() -> None:
    found = of("human-investment-super-deduction")
    assert not found.has_own_kind
    assert found.measures == ("SD_130_50", "FE_3yr", "CT_25_SPR", "AIA_500k_option")
    assert found.mean == pytest.approx((0.06 + 0.10 + 0.02 + 0.20) / 4)
    assert (found.worst, found.worst_measure) == (pytest.approx(0.20), "AIA_500k_option")
    assert found.text == (
        "No official costing of a tax relief for employers' training is on file in the UK. On the 4 official costings of "
        "capital allowances and of the rate of corporation tax on file the model is 10% off on average, 20% at worst; 17% "
        "with each left out of the fit, 29% with nothing fitted to any (goodwork validate)."
    )


def test_a_capital_allowance_is_judged_by_costings_of_capital_allowances_kept_back_or_not() -> None:
    found = of("full-expensing-2023")
    assert (found.has_own_kind, found.measures) == (True, ("SD_130_50", "FE_3yr", "AIA_500k_option"))
    assert found.mean == pytest.approx((0.06 + 0.10 + 0.20) / 3)
    assert found.text.startswith("On the 3 official costings of capital allowances on file the model is 12% off on average")


def test_a_rate_is_judged_by_the_costing_of_the_rate_also_where_a_setting_changes_it() -> None:
    found = of(settings=("corporation_tax.main_rate@2027-04-01=0.26",))
    assert (found.measures, found.mean) == (("CT_25_SPR",), pytest.approx(0.02))
    assert found.text.startswith("On the one official costing of the rate of corporation tax on file")
    assert of("corporation-tax-25-percent-2023", settings=()).measures == ("CT_25_SPR",)


def test_a_mixture_takes_all_there_are_and_says_if_a_part_has_no_costing() -> None:
    mixed = of("full-expensing-2023", settings=("corporation_tax.main_rate@2027-04-01=0.26",))
    assert (mixed.has_own_kind, mixed.measures) == (True, ("SD_130_50", "FE_3yr", "CT_25_SPR", "AIA_500k_option"))
    with_training = of("full-expensing-2023", "human-investment-super-deduction")
    assert with_training.text.startswith("No official costing of a tax relief for employers' training")


def test_research_and_losses_have_no_costing_of_their_kind() -> None:
    assert of("merged-research-credit-2024").text.startswith("No official costing of this kind of measure")
    assert not of(settings=("losses.restriction_rate@2027-04-01=1",)).has_own_kind


def test_assumptions_in_a_reform_are_no_kind_of_measure() -> None:
    setting = "assumptions.behaviour.elasticity.central@2027-04-01=0.4"
    assert of("full-expensing-2023", settings=(setting,)).has_own_kind


def test_a_file_that_cannot_be_read_is_an_error_in_words(tmp_path: Path) -> None:
    file = tmp_path / "validation.csv"
    with pytest.raises(DataError, match="measured errors"):
        credibility.measured_in(file)
    file.write_text("group,measure\nseven,SD_130_50\n")
    with pytest.raises(DataError, match="measured errors"):
        credibility.measured_in(file)


def test_every_costing_shows_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODWORK_CACHE", str(tmp_path))
    facts = {"trading_profit_before_capital_allowances": [1e6], "external_course_fees": [10_000.0]}
    result = cost("human-investment-super-deduction", population=TinyPopulation(facts, np.array([1e6]), np.array([0.0])))
    assert result.to_dict()["credibility"] == result.credibility.to_dict()
    assert " ".join(result.credibility.text.split()) in " ".join(result.summary().split())


def test_it_is_plain_values() -> None:
    told = of("human-investment-super-deduction").to_dict()
    assert told["measures"] == ["SD_130_50", "FE_3yr", "CT_25_SPR", "AIA_500k_option"]
    assert told["nothing_fitted"] == pytest.approx((0.30 + 0.20 + 0.25 + 0.40) / 4)
