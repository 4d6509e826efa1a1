"""What stands for the law between its runs, on companies of the population: ten full runs are near it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from openfisca_goodwork import population
from openfisca_goodwork.costing import engine
from openfisca_goodwork.costing.assumptions import behaviour_of
from openfisca_goodwork.costing.request import Request
from openfisca_goodwork.costing.retiming import ends
from openfisca_goodwork.costing.steps import Comparison
from openfisca_goodwork.costing.uncertainty.draws import drawn
from openfisca_goodwork.costing.uncertainty.estimate import Estimate
from openfisca_goodwork.costing.uncertainty.sample import Sample
from openfisca_goodwork.costing.uncertainty.surface import Surface
from openfisca_goodwork.population import Population

APART = 20
YEARS = tuple(range(2026, 2032))
MAIN = "human-investment-super-deduction"
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


def taken(people: Population, reform: str, *baseline: str) -> tuple[Estimate, Comparison, np.ndarray]:
    """A costing's estimate with its records, its comparison, and the central effect (£ by financial year)."""
    request = Request([reform], list(baseline), YEARS, "central", people, ())
    assumed = behaviour_of(request.laws[1], "central", request.day_of_assumptions, ends=any(map(ends, request.laws)))
    estimate, seen = Estimate(request, people, assumed), []

    def see(comparison: Comparison) -> None:
        estimate.take(comparison)
        seen.append(comparison)

    tables = engine._of_part(request, people, assumed, lambda _stage, _done: None, see)
    return estimate, seen[0], np.sum(list(tables.steps.values()), axis=0)


def runs(estimate: Estimate, comparison: Comparison, values: dict[str, Any]) -> np.ndarray:
    """The law over every record, once for each draw: draws × financial years (£)."""
    run = estimate.run(Sample.of(comparison, np.inf))
    return np.array([run([{name: one[place] for name, one in values.items()}])[0] for place in range(RUNS)])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reform", "baseline"),
    [
        (MAIN, ()),
        ("human-investment-super-deduction-external-fees", ()),
        ("payable-training-credit", ()),
        ("corporation-tax-25-percent-2023", ("corporation-tax-stays-19-percent-2023",)),
    ],
)
def test_ten_full_runs_of_the_law_are_within_two_percent_of_the_central_cost(people, reform, baseline):
    estimate, comparison, central = taken(people, reform, *baseline)
    few, many = (Sample.joined(estimate._samples[name]) for name in ("records", "records_where_uneven"))
    surface = Surface.of(estimate.varied, estimate.run(few), estimate.run(many), central)
    values = drawn(estimate.varied, RUNS, seed=11)
    apart = surface.at(values) - runs(estimate, comparison, values)
    assert np.abs(apart.sum(axis=1) / central.sum()).max() < NEAR
    assert np.abs(apart / central).mean() < NEAR


def test_every_record_at_central_values_gives_the_costing_to_the_penny(people):
    estimate, comparison, central = taken(people, MAIN)
    found = estimate.run(Sample.of(comparison, np.inf))([{}])[0]
    assert found == pytest.approx(central, rel=1e-9)


def test_a_sample_stands_for_all_companies_and_keeps_those_that_decide(people):
    _, comparison, _ = taken(people, MAIN)
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
    request = Request([MAIN], [], YEARS, "central", people, ())
    assumed = behaviour_of(request.laws[1], "central", request.day_of_assumptions)
    estimate = Estimate(request, people, assumed)
    for part in people.parts(2_500):
        engine._of_part(request, part, assumed, lambda _stage, _done: None, estimate.take)
    few = Sample.joined(estimate._samples["records"])
    assert np.array_equal(few.draw, people.uniform("take_up")[few.records])
    assert people.records > few.records.max() > 5_000
