"""A run that starts late stands on what earlier periods hand on: it must be the run from the beginning, to the penny."""

from __future__ import annotations

import numpy as np
import pytest

from openfisca_goodwork.costing.runs import OUTPUTS, reach_of, run_baseline
from openfisca_goodwork.system import current_law, run
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
