"""What a costing says of its range and of its assumptions, to whoever reads it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from openfisca_goodwork.costing import CostingResult, cost
from openfisca_goodwork.costing.uncertainty import Uncertainty
from openfisca_goodwork.reports.costing_words import ends_of_range
from tests.costing.designs import written
from tests.costing.test_costing import MAIN
from tests.costing.tiny_population import TinyPopulation

FACTS = {"trading_profit_before_capital_allowances": [1e6, 2e5], "external_course_fees": [10_000.0, 0.0]}
HIGHER_RATE = written("one-point", {"corporation_tax.main_rate": 0.26})


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GOODWORK_CACHE", str(tmp_path))


def costed(reform, **options) -> CostingResult:
    return cost(reform, population=TinyPopulation(FACTS, np.full(2, 1e6), np.zeros(2)), draws=0, **options)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        ((-9.0, -7.0), (-2.0, 0.0), ("Highest cost", "Lowest cost")),
        ((1.0, 2.0), (8.0, 9.0), ("Lowest yield", "Highest yield")),
        ((-9.0, 2.0), (-2.0, 9.0), ("Worst for the Exchequer", "Best for the Exchequer")),
        ((-9.0, -7.0), (-2.0, 1.0), ("Worst for the Exchequer", "Best for the Exchequer")),
    ],
)
def test_the_ends_of_a_range_say_which_costs_more(low, high, said):
    result = costed(MAIN, years="2028-29:2029-30")
    middle = tuple((one + other) / 2 for one, other in zip(low, high, strict=True))
    step = replace(result.steps[0], effect=middle)
    answer = replace(result, steps=(step,), uncertainty=Uncertainty(0.8, 20, 1, low, high, (sum(low), sum(high)), ()))
    assert ends_of_range(answer) == tuple(f"{one} in the 80% range" for one in said)
    for one in said:
        assert f"{one} in the 80% range  " in answer.summary()


def test_a_change_of_rate_tells_no_assumption_on_training_and_a_training_relief_none_on_investment():
    rate, relief = costed(HIGHER_RATE), costed(MAIN)
    of_training = ("take_up", "relabelling", "displacement", "compliance_loss", "behaviour.elasticity", "administration")
    assert not [path for path in rate.assumptions for name in of_training if name in path]
    assert [path for path in rate.assumptions if "investment.elasticity" in path]
    assert all(any(name in path for path in relief.assumptions) for name in of_training)
    assert not [path for path in relief.assumptions if "investment" in path]


def test_without_a_response_only_what_is_read_of_it_is_told():
    told = costed(MAIN, behaviour="none").assumptions
    assert [path for path in told if path.startswith("assumptions.take_up.central.")]
    assert not [path for path in told if "elasticity" in path or "displacement" in path]


def test_each_assumption_stands_on_a_line_of_its_own_with_label_and_value():
    text = costed(MAIN).summary()
    line = next(line for line in text.splitlines() if line.endswith("assumptions.take_up.central.first_year"))
    assert line.split("  ")[0] == "Take-up, central case, first year"
    assert " 25% " in line


def test_nothing_is_assumed_where_nothing_changes():
    result = costed(MAIN, years="2020-21:2021-22")
    assert result.no_effect
    assert result.assumptions == {}
    assert "Take-up" not in result.summary()
