"""The law run on a sample for each draw of the assumptions: ten full runs over the whole population are near it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from openfisca_goodwork import population
from openfisca_goodwork.costing import parts
from openfisca_goodwork.costing.comparison import Comparison
from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.costing.steps import behaviour_of
from openfisca_goodwork.costing.two_laws import TwoLaws
from openfisca_goodwork.costing.uncertainty.assumptions import drawn
from openfisca_goodwork.costing.uncertainty.estimate import Estimate
from openfisca_goodwork.costing.uncertainty.stacked import MOVES, Period, Sample, move
from openfisca_goodwork.population import Population

APART = 20
MAIN = "human-investment-super-deduction"
RATE, WITHOUT_RATE = "corporation-tax-25-percent-2023", ("corporation-tax-stays-19-percent-2023",)
EXPENSING, WITHOUT_EXPENSING = "full-expensing-permanent-2024", ("full-expensing-ends-2026",)
EXPENSING_ENDS = "capital_allowances.first_year_allowances.full_expensing.rate@2029-04-01=0"
NEAR = 0.02
RUNS = 10


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Population]:
    """One record in twenty, with weights that stand for all companies; what is run of them is kept apart."""
    whole = population.load()
    chosen = np.arange(0, whole.records, APART)
    held = {
        name: one[..., chosen] if one.ndim and one.shape[-1] == whole.records else one for name, one in whole.columns.items()
    }
    held["weight"] = held["weight"] * whole.companies / held["weight"].sum()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOODWORK_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield Population(held, f"one in {APART} of {whole.fingerprint}")


@pytest.fixture(scope="module")
def everyone() -> Population:
    """Every record: of one in twenty, the few that buy most plant decide too much (5.5% apart when last looked at)."""
    return population.load()


def taken(people: Population, reform: str, *baseline: str, settings: tuple[str, ...] = ()) -> tuple[Estimate, Comparison]:
    """A costing's estimate with its records, and its comparison."""
    laws = TwoLaws(CostingRequest([reform] if reform else [], list(baseline), population=people, settings=settings))
    assumed = parts.assumed_by(laws)
    estimate = Estimate(laws, people, assumed)
    comparison = parts.compared(laws, people, assumed, lambda _stage, _done: None)
    estimate.take(estimate.sample_of(comparison, 0, people.records))
    return estimate, comparison


def central_of(comparison: Comparison) -> np.ndarray:
    """The effect, by financial year (£)."""
    return np.sum(list(comparison.steps().values()), axis=0)


def runs(estimate: Estimate, comparison: Comparison, values: dict[str, Any]) -> np.ndarray:
    """The law over every record, once for each draw: draws × financial years (£)."""
    points = [{name: one[place] for name, one in values.items()} for place in range(RUNS)]
    if comparison.laws.other_changes:
        return np.array([central_of(moved(estimate, comparison, point)) for point in points])
    whole = Sample.of(comparison, np.inf)
    given = ({name: np.array([one]) for name, one in point.items()} for point in points)
    return np.array([estimate.run(whole, one).effects[0] for one in given])


def missed(how_far: str) -> pytest.MarkDecorator:
    """A bound of 2% that is known to be missed; the test fails when it is met again, so that the mark goes."""
    return pytest.mark.xfail(strict=True, reason=f"The bound of 2% is missed: {how_far}.")


def moved(estimate: Estimate, comparison: Comparison, point: Mapping[str, float]) -> Comparison:
    """The costing run anew, whole, with other values of its assumptions: companies respond to what they then are given."""
    known = {assumption.name: assumption for assumption in estimate.varied}
    last = int(estimate._constant("last_known_year"))
    values = {name: np.asarray(value) for name, value in point.items() if name in MOVES}
    central = {name: known[name].central for name in values}
    inputs = {
        label: move(values, central, dict(arrays), Period(max(label - last, 0), label >= comparison.base.start))
        for label, arrays in comparison.base.inputs.items()
    }
    base = replace(comparison.base, inputs=inputs)
    own = {f"{known[name].moves}.central": value for name, value in point.items() if name not in MOVES}
    assumed = replace(comparison.assumed, values={**comparison.assumed.values, **own})
    return replace(comparison, base=base, current=base.run(comparison.before), assumed=assumed)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reform", "baseline"),
    [
        (MAIN, ()),
        pytest.param("human-investment-super-deduction-external-fees", (), marks=missed("3.3%: few of the sample claim")),
        pytest.param("payable-training-credit", (), marks=missed("3.2%: few of the sample claim")),
        (RATE, WITHOUT_RATE),
        (EXPENSING, WITHOUT_EXPENSING),
    ],
)
def test_ten_full_runs_of_the_law_are_within_two_percent_of_the_central_cost(everyone, reform, baseline):
    estimate, comparison = taken(everyone, reform, *baseline)
    central, values = central_of(comparison), drawn([one for one in estimate.varied if not one.is_on_result], RUNS, seed=11)
    apart = estimate.effects(values, comparison.steps())[0] - runs(estimate, comparison, values)
    assert np.abs(apart.sum(axis=1) / central.sum()).max() < NEAR
    assert np.abs(apart / central).mean() < NEAR


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reform", "baseline", "settings", "responses"),
    [
        (RATE, WITHOUT_RATE, (), {"investment_elasticity", "profits_response"}),
        pytest.param(
            EXPENSING,
            WITHOUT_EXPENSING,
            (),
            {"investment_elasticity"},
            marks=missed("2.1% of the year that moves most, at an end of the range"),
        ),
        ("", (), (EXPENSING_ENDS,), {"investment_elasticity", "investment_retiming"}),
    ],
)
def test_a_response_is_in_proportion_to_its_assumption(people, reform, baseline, settings, responses):
    """Full runs at the ends of its range, against its step of the central costing scaled."""
    estimate, comparison = taken(people, reform, *baseline, settings=settings)
    central, steps, found = central_of(comparison), comparison.steps(), set()
    for one in (assumption for assumption in estimate.varied if assumption.step):
        for end in one.ends:
            scaled = estimate.effects({one.name: np.array([end])}, steps)[0][0] - central
            whole = central_of(moved(estimate, comparison, {one.name: end})) - central
            assert np.abs(scaled - whole).max() < NEAR * np.abs(central).max()
            assert abs((scaled - whole).sum()) < NEAR * np.abs(central).sum()
            if np.abs(whole).sum() > 1e-9 * np.abs(central).sum():
                found.add(one.name)
    assert found == responses


def test_every_record_at_central_values_gives_the_costing_to_the_penny(people):
    estimate, comparison = taken(people, MAIN)
    central = {"elasticity": np.array([comparison.assumed["elasticity"]])}
    found = estimate.run(Sample.of(comparison, np.inf), central).effects[0]
    assert found == pytest.approx(central_of(comparison), rel=1e-9)


def test_a_sample_stands_for_all_companies_and_keeps_those_that_decide(people):
    _, comparison = taken(people, MAIN)
    moved = sum(
        np.abs(amount - comparison.unrelieved_after.balance[label]) for label, amount in comparison.entitled.balance.items()
    )
    largest = int(np.argmax(people.weight * moved))
    sample = Sample.of(comparison, 300)
    assert 295 <= sample.size <= 305
    assert largest in sample.records
    total = (sample.weight * moved[sample.records]).sum()
    assert total == pytest.approx((people.weight * moved).sum(), rel=0.05)


def test_parts_of_a_population_give_the_records_of_the_whole_their_places(people):
    laws = TwoLaws(CostingRequest(MAIN, population=people))
    assumed = behaviour_of(laws.after, "central", laws.day_of_assumptions)
    estimate, passed = Estimate(laws, people, assumed), 0
    for part in people.parts(2_500):
        comparison = parts.compared(laws, part, assumed, lambda _stage, _done: None)
        estimate.take(estimate.sample_of(comparison, passed, people.records))
        passed += part.records
    taken_of_all = estimate.sample()
    assert np.array_equal(taken_of_all.draw, people.uniform("take_up")[taken_of_all.records])
    assert people.records > taken_of_all.records.max() > 5_000
