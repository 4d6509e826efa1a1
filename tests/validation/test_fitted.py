"""What was fitted to costings is read from the parameters' own metadata, and put back by settings that fit the law."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from openfisca_goodwork import policy, system
from openfisca_goodwork.costing import official
from openfisca_goodwork.errors import DataError
from openfisca_goodwork.validation import measures

PATH = "assumptions.behaviour.discount_rate"


@pytest.fixture
def law(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Current law of which nothing was fitted; a test marks what was."""
    changed = copy.deepcopy(system.current_law().parameters)
    for one in system.leaf_parameters(system.current_law()).values():
        _clear(_at(changed, one.name))
    held = copy.copy(system.current_law())
    held.parameters = changed
    monkeypatch.setattr(official, "current_law", lambda: held)
    official.fitted.cache_clear()
    yield held
    official.fitted.cache_clear()


def _at(node: Any, path: str) -> Any:
    for name in path.split("."):
        node = node.children[name]
    return node


def _clear(parameter: Any) -> None:
    for metadata in (parameter.metadata, *(one.metadata for one in parameter.values_list)):
        for name in ("fitted_to", "a_priori", "left_out"):
            metadata.pop(name, None)


def test_a_parameter_that_was_fitted_goes_back_to_its_value_before(law: Any) -> None:
    _at(law.parameters, PATH).metadata |= {"fitted_to": ["SD_130_50", "FE_3yr"], "a_priori": 0.07}
    first = system.dated_values(_at(law.parameters, PATH))[0].date
    assert official.settings_without_any() == (f"{PATH}@{first}=0.07",)
    assert official.settings_without("SD_130_50") == official.settings_without_any()
    assert official.settings_without("SBA_2pct") == ()
    assert [one.path for one in official.fitted_to("FE_3yr")] == [PATH]


def test_without_one_measure_a_parameter_has_the_value_that_was_fitted_without_it(law: Any) -> None:
    marks = {"fitted_to": ["SD_130_50", "FE_3yr"], "a_priori": 0.07, "left_out": {"SD_130_50": 0.05}}
    _at(law.parameters, PATH).metadata |= marks
    assert [one.rpartition("=")[2] for one in official.settings_without("SD_130_50")] == ["0.05"]
    assert [one.rpartition("=")[2] for one in official.settings_without("FE_3yr")] == ["0.07"]


def test_of_a_parameter_with_several_values_those_that_were_not_fitted_stay(law: Any) -> None:
    path = "assumptions.base.plant.claimed_share.expected"
    parameter = _at(law.parameters, path)
    parameter.values_list[0].metadata |= {"fitted_to": ["FE_3yr"], "a_priori": 0.9}
    values = system.dated_values(parameter)
    kept = [f"{path}@{one.date}={one.value}" for one in values[:-1]]
    assert official.settings_without("FE_3yr") == (*kept, f"{path}@{values[-1].date}=0.9")


def test_a_value_that_the_fit_left_as_it_was_before_asks_for_no_second_population(law: Any) -> None:
    parameter = _at(law.parameters, PATH)
    parameter.metadata |= {"fitted_to": ["SBA_2pct"], "a_priori": system.dated_values(parameter)[0].value}
    assert [one.path for one in official.fitted_to("SBA_2pct")] == [PATH]
    assert official.settings_without_any() == official.settings_without("SBA_2pct") == ()


def test_a_switch_is_written_as_a_setting_reads_it(law: Any) -> None:
    path = "assumptions.base.survey_includes_levy"
    _at(law.parameters, path).metadata |= {"fitted_to": ["SBA_2pct"], "a_priori": True}
    assert [one.rpartition("=")[2] for one in official.settings_without_any()] == ["true"]


def test_a_parameter_that_was_fitted_must_say_its_value_before(law: Any) -> None:
    _at(law.parameters, PATH).metadata |= {"fitted_to": ["SD_130_50"]}
    with pytest.raises(DataError, match="a_priori"):
        official.settings_without_any()


def test_what_was_fitted_was_fitted_to_measures_on_file_and_its_settings_fit_the_law() -> None:
    assert {name for one in official.fitted() for name in one.measures} <= set(measures())
    policy.law_of(settings=official.settings_without_any())
    for name in measures():
        policy.law_of(settings=official.settings_without(name))
