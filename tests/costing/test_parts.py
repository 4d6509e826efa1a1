"""A population in parts costs what it does as a whole."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from openfisca_goodwork import population, system
from openfisca_goodwork.costing import cost, engine
from openfisca_goodwork.costing.people import People
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.population import Population, build
from tests.costing.tiny_population import TinyPopulation

REFORM = "human-investment-super-deduction"
SMALL = 6_000


@pytest.fixture(scope="module")
def people() -> Population:
    built = build.build(system.current_law(), SMALL).columns
    return Population({**built, "seed": np.array(1)}, "a small population")


@pytest.mark.parametrize("reforms", [REFORM, "corporation-tax-stays-19-percent-2023", [REFORM, "no-full-expensing"]])
def test_parts_add_up_to_the_whole(monkeypatch: pytest.MonkeyPatch, people: Population, reforms: Any) -> None:
    year = "2031-32"  # unless given, that of the finding of the first part, which here stands for too few companies
    whole = cost(reforms, population=people, draws=0, year_of_gains=year).to_dataframe()
    monkeypatch.setattr(engine, "_AT_ONCE", 2_100)
    parts = cost(reforms, population=people, draws=0, year_of_gains=year).to_dataframe()
    assert list(parts["item"]) == list(whole["item"])
    assert parts["value"].to_numpy() == pytest.approx(whole["value"].to_numpy(), rel=1e-9, abs=1e-9)


def test_in_cash_parts_add_up_to_the_whole_too(monkeypatch: pytest.MonkeyPatch, people: Population) -> None:
    whole = cost(REFORM, population=people, draws=0, basis="cash")
    monkeypatch.setattr(engine, "_AT_ONCE", 2_100)
    parts = cost(REFORM, population=people, draws=0, basis="cash")
    assert parts.post_behavioural == pytest.approx(whole.post_behavioural, rel=1e-9, abs=1e-9)
    assert parts.bridge is not None and whole.bridge is not None
    assert parts.bridge.cash == pytest.approx(whole.bridge.cash, rel=1e-9, abs=1e-9)
    assert parts.timeline.straddling == pytest.approx(whole.timeline.straddling)


def test_shares_of_the_whole_are_those_of_all_parts(monkeypatch: pytest.MonkeyPatch, people: Population) -> None:
    settings = ["assumptions.behaviour.maximum_response@2010-04-01=0.001"]
    whole = cost(REFORM, population=people, draws=0, settings=settings)
    monkeypatch.setattr(engine, "_AT_ONCE", 2_100)
    assert 0 < whole.share_at_maximum < 1
    assert cost(REFORM, population=people, draws=0, settings=settings).share_at_maximum == pytest.approx(
        whole.share_at_maximum
    )


def test_the_population_and_its_parts_have_what_a_costing_needs_and_so_do_the_companies_of_tests(people: Population) -> None:
    of_tests = TinyPopulation({}, np.ones(2), np.zeros(2))
    assert all(isinstance(one, People) for one in (people, next(people.parts(1_300)), of_tests))


def test_what_is_no_population_is_refused_in_words(people: Population) -> None:
    with pytest.raises(GoodworkError, match="population: a dict is none"):
        cost(REFORM, population=people.columns)


def test_a_population_of_few_records_is_one_part(people: Population) -> None:
    assert not people.is_part
    assert [one.is_part for one in people.parts(4_000)] == [True, True]


def test_the_command_that_gives_a_result_again_names_the_population(
    monkeypatch: pytest.MonkeyPatch, people: Population
) -> None:
    monkeypatch.setattr(population, "load", lambda *_, **__: people)
    assert "--population full" in cost(REFORM, population="full").command
    assert "--population" not in cost(REFORM).command
