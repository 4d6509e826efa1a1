"""What a costing does not run again: the records and the claims that a relief for training leaves as they are."""

from __future__ import annotations

import weakref

import numpy as np
import pytest

from openfisca_goodwork.costing.comparison import Comparison
from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.costing.runs import (
    COUNTED,
    EXCHEQUER,
    PLANT,
    PROFIT,
    Base,
    Outcome,
    goes_by_plant_alone,
    run_baseline,
)
from openfisca_goodwork.costing.scenarios import Change, Scenario
from openfisca_goodwork.costing.steps import LAST, TRAINING_STEPS, behaviour_of
from openfisca_goodwork.costing.two_laws import TwoLaws
from openfisca_goodwork.law.training_match import ENABLED
from openfisca_goodwork.policy.laws import read_settings
from openfisca_goodwork.policy.vocabulary import current_vocabulary
from tests.costing.test_costing import MAIN, population

LAWS = (MAIN, "payable-training-credit", "incremental-training-deduction-150-percent")
START = 2027
PLANT_SPENT = {
    "main_rate_plant_new": [2e6, 8e4, 0.0, 5e5, 9e5],
    "special_rate_plant_used": [1e5, 0.0, 3e4, 0.0, 6e4],
    "structures_and_buildings_expenditure": [3e5, 0.0, 0.0, 1e5, 2e5],
}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GOODWORK_CACHE", str(tmp_path))


def compared(reform: str, draw: object = 0.5) -> Comparison:
    """A law over companies that make profits and losses, of which one trains nobody."""
    people = population([1e6, 1.5e5, -8e4, 6e4, 4e5], [1e4, 5e3, 2e4, 0.0, 3e4], draw=draw, **PLANT_SPENT)
    return compared_of(TwoLaws(CostingRequest(reform, population=people)))


def compared_of(laws: TwoLaws) -> Comparison:
    base, current = run_baseline(laws.request.population, laws.before, START, 5)
    assumed = behaviour_of(laws.after, "central", laws.day_of_assumptions)
    return Comparison(laws, laws.request.population, assumed, laws.before, base, current)


def is_same(one: Outcome, other: Outcome, names: tuple[str, ...]) -> bool:
    """To the last bit, in every accounting period."""
    return all(
        np.array_equal(arrays[name], other.values[label][name]) for label, arrays in one.values.items() for name in names
    )


@pytest.mark.parametrize("reform", LAWS)
def test_companies_that_train_nobody_are_not_run_again_and_come_to_the_same(reform, monkeypatch):
    comparison, sizes, run = compared(reform), [], Base.run
    monkeypatch.setattr(
        Base, "run", lambda base, *law, **how: sizes.append(base.inputs[START][PROFIT].size) or run(base, *law, **how)
    )
    assert comparison.entitled.values[START][EXCHEQUER[0]].size == 5
    assert sizes == [4]
    whole = comparison.base.run(comparison.after)
    assert is_same(comparison.entitled, whole, tuple(whole.values[START]))


def test_companies_that_train_are_let_go_once_the_affected_are_taken_of_them(monkeypatch):
    made, only = [], Base.only

    def noting(base, records):
        cut = only(base, records)
        made.append(weakref.ref(cut))
        return cut

    monkeypatch.setattr(Base, "only", noting)
    comparison = compared(MAIN)
    assert comparison.scenarios[1].static.values
    assert made[0]() is None


@pytest.mark.parametrize("reform", LAWS)
def test_what_is_claimed_for_plant_is_told_to_the_scenarios_of_a_relief_and_they_come_to_the_same(reform):
    comparison = compared(reform)
    told: Base = comparison.scenarios[1].base
    plain = comparison.base.only(comparison.affected)
    assert set(PLANT) <= set(told.inputs[START])
    assert not set(PLANT_SPENT) & set(told.inputs[START])
    counted = {label: amount[comparison.affected] for label, amount in comparison.entitled.of(COUNTED).items()}
    acts = {label: amount > 0 for label, amount in counted.items()}
    edit = Scenario(counted, acts, acts, Change(more=0.4, displaced=0.9)).edit
    one, other = (base.run(comparison.after, edit) for base in (told, plain))
    assert is_same(one, other, EXCHEQUER)
    assert not is_same(one, comparison.scenarios[1].entitled, EXCHEQUER)


@pytest.mark.parametrize("reform", LAWS[:2])
def test_companies_that_never_claim_are_not_run_again_and_come_to_the_same(reform):
    scenarios = compared(reform, draw=[0.99, 0.0, 0.99, 0.5, 0.99]).scenarios[1]
    claims = Scenario(scenarios.in_full, scenarios.claims, scenarios.acts)
    assert 0 < scenarios._those_claiming.inputs[START][PROFIT].size < len(scenarios.draw)
    assert is_same(scenarios.static, scenarios.base.run(scenarios.law, claims.edit), EXCHEQUER)
    assert not is_same(scenarios.static, scenarios.unrelieved, EXCHEQUER)
    change = sum((scenarios.change(step) for step in TRAINING_STEPS), Change())
    responding = Scenario(scenarios.in_full, scenarios.claims, scenarios.acts, change)
    assert is_same(scenarios.level(LAST), scenarios.base.run(scenarios.law, responding.edit), EXCHEQUER)
    assert not is_same(scenarios.level(LAST), scenarios.static, EXCHEQUER)


def test_a_law_that_matches_plant_with_training_works_plant_out_in_every_run():
    plain = compared(MAIN)
    matching, faults = read_settings([f"{ENABLED}@2027-04-01=true"], current_vocabulary())
    beneath = CostingRequest(MAIN, baseline=(MAIN, matching), population=plain.people)
    matched = compared_of(TwoLaws(beneath))
    assert not faults and not matched.laws.other_changes
    assert goes_by_plant_alone(plain.after)
    assert not goes_by_plant_alone(matched.after)
    assert set(PLANT) & set(plain.scenarios[1].base.inputs[START])
    assert not set(PLANT) & set(matched.scenarios[1].base.inputs[START])
