"""The regression values of the library: what they hold, and that the model still comes to them."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from openfisca_goodwork.policy import library
from tests.costing.tiny_population import TinyPopulation

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "expected_costings.py"
# Costed again in every run: a deduction, a credit, and, in the second tier, a baseline of the past. The rest by the
# script's --check.
CHECKED = ("human-investment-super-deduction", "payable-training-credit")
OF_THE_PAST = pytest.param("super-deduction-2021", marks=pytest.mark.slow)


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("expected_costings", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


script = _script()
KEPT: dict[str, dict[str, Any]] = script.kept_costings()


def test_the_file_is_no_reform_of_the_library() -> None:
    assert "expected" not in library()


def test_every_case_is_a_reform_of_the_library_upon_one() -> None:
    cases = script.cases().values()
    assert {case.reform for case in cases} <= set(library())
    assert {case.baseline for case in cases if case.baseline} <= set(library())


@pytest.mark.skipif(not KEPT, reason="no costings are kept yet: benchmarks/expected_costings.py makes them")
def test_what_is_kept_is_what_is_costed_and_says_when_and_why_it_moved() -> None:
    cases = script.cases()
    assert set(KEPT) == set(cases)
    for name, entry in KEPT.items():
        first, last = (int(year[:4]) for year in entry["years"].split(":"))
        assert {len(entry[row]) for row in script.ROWS} == {last - first + 1}, name
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", entry["moved"]["on"]), name
        assert entry["moved"]["why"], name
        assert entry["baseline"] == (cases[name].baseline or "law"), name


@pytest.mark.parametrize("name", [*CHECKED, OF_THE_PAST])
def test_the_model_still_comes_to_what_is_kept(name: str) -> None:
    entry = script.costed(script.cases()[name])
    assert not script.differs(entry, KEPT[name]), f"{entry} was {KEPT[name]}. If it should move: {SCRIPT.name} --why TEXT"


@pytest.fixture
def one_million_companies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TinyPopulation:
    import numpy as np

    monkeypatch.setenv("GOODWORK_CACHE", str(tmp_path))
    facts = {"trading_profit_before_capital_allowances": [1e6], "external_course_fees": [10_000.0]}
    return TinyPopulation(facts, np.array([1_000_000.0]), np.array([0.0]))


def test_an_entry_is_rounded_and_moves_only_beyond_the_tolerance(one_million_companies: TinyPopulation) -> None:
    # £10,000 of fees x 30% x 25% x a million companies is £750m in a full year; everybody claims, as the draw is 0.
    entry = script.costed(script.cases()["human-investment-super-deduction"], one_million_companies)
    assert entry["static"][2:] == [-750.0] * 4
    assert not script.differs(entry, entry)
    assert not script.differs(entry, entry | {"static": [amount + 0.4 for amount in entry["static"]]})
    assert script.differs(entry, entry | {"static": [amount + 1.0 for amount in entry["static"]]})
    assert script.differs(entry, entry | {"years": "2027-28:2031-32"})
    assert script.differs(entry, None)
