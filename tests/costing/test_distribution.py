"""Who gains: what each company gains adds up to what the Exchequer loses."""

from __future__ import annotations

import numpy as np
import pytest

from openfisca_goodwork.costing import engine
from openfisca_goodwork.costing.accruals import Accruals
from openfisca_goodwork.costing.steps import Comparison
from tests.costing.designs import design, written
from tests.costing.test_design_properties import PEOPLE


@pytest.fixture(autouse=True, scope="module")
def _own_cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOODWORK_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def comparisons(monkeypatch: pytest.MonkeyPatch) -> list[Comparison]:
    """The comparisons that costings make from here on."""
    made: list[Comparison] = []

    def noted(*given, **options):
        made.append(Comparison(*given, **options))
        return made[-1]

    monkeypatch.setattr(engine, "Comparison", noted)
    return made


@pytest.mark.parametrize("beside", [(), (written("rate", {"corporation_tax.main_rate": 0.26}),)])
def test_the_balances_of_the_companies_add_up_to_the_steps(comparisons: list[Comparison], beside: tuple) -> None:
    result = engine.cost([design(), *beside], population=PEOPLE, behaviour="high")
    (one,) = comparisons
    steps = {step.name: np.array(step.effect) for step in result.steps}
    for balances, wanted in (
        (one.static_balance(), np.array(result.static)),
        (one.final_balance(), np.array(result.post_behavioural) - steps["Compliance"]),
    ):
        before, after = balances
        moved = {label: after[label] - amount for label, amount in before.items()}
        accrued = Accruals(one.base.periods, one.people.weight, one.years).total(moved) / 1e6
        assert accrued == pytest.approx(wanted, abs=1e-8)
