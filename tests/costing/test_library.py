"""Every reform that ships runs through a costing, over a few records of the population that ships."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from openfisca_goodwork import population
from openfisca_goodwork.costing import cost
from openfisca_goodwork.policy import library_by_group
from openfisca_goodwork.population import Population

RECORDS = 250
DESIGNS = ("proposals", "foreign", "stress")
PAST = "2018-19:2023-24"
TO_COME = "2026-27:2031-32"
SHIPPED = {group: [reform.name for reform in reforms] for group, reforms in library_by_group().items()}
# Asked for on the law and the years of its day.
DESIGNS_OF_THE_PAST = {"human-investment-super-deduction-2021-request"}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Population]:
    """One record in so many, with weights that stand for all companies; what is run of them is kept apart."""
    whole = population.load()
    apart = whole.records // RECORDS
    chosen = np.arange(0, whole.records, apart)
    held = {name: _part(np.asarray(one), chosen, whole.records) for name, one in whole.columns.items()}
    held["weight"] = held["weight"] * whole.companies / held["weight"].sum()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOODWORK_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield Population(held, f"one in {apart} of {whole.fingerprint}")


def _part(column: np.ndarray, chosen: np.ndarray, records: int) -> np.ndarray:
    return column[..., chosen] if column.ndim and column.shape[-1] == records else column


def _adds_up(result: Any) -> None:
    """Finite, and the same whichever way it is added."""
    whole = np.array(result.post_behavioural)
    assert np.isfinite(whole).all()
    assert np.sum([step.effect for step in result.steps], axis=0) == pytest.approx(whole, abs=1e-6)
    assert np.add(result.tax, result.spending) == pytest.approx(whole, abs=1e-9)


@pytest.mark.parametrize("name", [name for group in DESIGNS for name in SHIPPED[group]])
def test_every_design_costs_something_and_relieves_training_of_some_companies(name: str, people: Population) -> None:
    years = "2020-21:2025-26" if name in DESIGNS_OF_THE_PAST else TO_COME
    result = cost(name, population=people, years=years)
    _adds_up(result)
    assert sum(result.static) < 0
    assert sum(result.claimants) > 0
    assert np.sum(list(result.by_head.values()), axis=0) == pytest.approx(result.static, abs=1e-6)
    assert 0 < result.value_for_money()["deadweight_share"] <= 1


@pytest.mark.parametrize("name", [name for group, names in SHIPPED.items() if group not in DESIGNS for name in names])
def test_every_measure_of_the_past_and_every_law_without_one_can_be_costed(name: str, people: Population) -> None:
    _adds_up(cost(name, population=people, years=PAST, behaviour="none"))


@pytest.mark.parametrize("name", ["payable-training-credit", "france-incremental-training-credit"])
def test_a_credit_that_is_paid_out_is_spending(name: str, people: Population) -> None:
    assert sum(cost(name, population=people).spending) < 0
