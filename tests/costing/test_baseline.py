"""A run that starts late stands on what earlier periods hand on: it must be the run from the beginning, to the penny."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from openfisca_goodwork.costing.runs import OUTPUTS, reach_of, run_baseline
from openfisca_goodwork.system import DatedValue, current_law, dated_values, leaf_parameters, run, with_values
from tests.costing.tiny_population import TinyPopulation


class Volatile(TinyPopulation):
    """Companies whose profits turn to losses and back, seeded by label."""

    def inputs(self, label: int) -> dict[str, np.ndarray]:
        """The inputs of one label, profits drawn anew."""
        drawn = np.random.default_rng(label).normal(20_000, 100_000, self.records)
        return super().inputs(label) | {"trading_profit_before_capital_allowances": drawn}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GOODWORK_CACHE", str(tmp_path))


@pytest.mark.parametrize("start", [2018, 2019, 2021, 2027])
def test_companies_that_carry_losses_back_and_forward_go_on_from_any_label_as_if_from_the_first(start):
    count = 60
    facts = {
        "claims_loss_carry_back": [1.0] * count,
        "main_rate_plant_used": [5e3] * count,
        "special_rate_plant_new": [2e6] * count,
        "loss_absorbed_by_group_share": [0.0, 0.5] * (count // 2),
        "structures_and_buildings_expenditure": [1e4] * count,
    }
    people = Volatile(facts, np.ones(count), np.zeros(count))
    base, kept = run_baseline(people, current_law(), start, reach_of(current_law(), start))
    again = base.run(current_law())
    whole = run(current_law(), people.panel(), OUTPUTS)
    for label in range(start, 2034):
        for name in OUTPUTS:
            assert again.values[label][name] == pytest.approx(whole[label][name], abs=1e-6)
            assert kept.values[label][name] == pytest.approx(whole[label][name], abs=1e-6)


def _above_a_baseline(**switches: object) -> object:
    """30% extra on fees from April 2027, above a baseline, as a law."""
    values = {"additional_deduction": 0.3, "qualifying.external_course_fees.inclusion": 1, "incremental.enabled": True}
    leaves = leaf_parameters(current_law())
    changed = {
        f"human_investment.{name}": [
            dated_values(leaves[f"human_investment.{name}"])[0],
            DatedValue(date(2027, 4, 1), value),
        ]
        for name, value in {**values, **{name.replace("__", "."): value for name, value in switches.items()}}.items()
    }
    return with_values(current_law(), changed)


@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"incremental__years": 1},
        {
            "incremental__base": "fixed",
            "incremental__fixed_from": "2022-07-01",
            "incremental__fixed_to": "2024-06-30",
        },
    ],
)
def test_a_baseline_for_training_reaches_back_as_far_as_it_asks_for_in_a_run_that_begins_late(switches):
    class Growing(TinyPopulation):
        def inputs(self, label: int) -> dict[str, np.ndarray]:
            fees = np.random.default_rng(label).uniform(0, 50_000, self.records)
            return super().inputs(label) | {"external_course_fees": fees}

    law, count = _above_a_baseline(**switches), 20
    people = Growing({"trading_profit_before_capital_allowances": [4e5] * count}, np.ones(count), np.zeros(count), 6)
    base, _kept = run_baseline(people, current_law(), 2027, reach_of(law, 2027))
    late, whole = base.run(law), run(law, people.panel(), OUTPUTS)
    for label in range(2027, 2034):
        for name in OUTPUTS:
            assert late.values[label][name] == pytest.approx(whole[label][name], abs=1e-6)
    assert any(whole[label][OUTPUTS[2]].any() for label in range(2027, 2034))
