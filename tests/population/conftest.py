"""The populations that the tests look at: the one that ships, and a small one built afresh."""

from __future__ import annotations

import pytest

from openfisca_goodwork import population, system
from openfisca_goodwork.population import Population, build
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.build import Built

SMALL = 8_000


@pytest.fixture(scope="session")
def default() -> Population:
    return population.load()


@pytest.fixture(scope="session")
def small() -> Built:
    return build.build(system.current_law(), SMALL)


@pytest.fixture(scope="session")
def read() -> Assumptions:
    return Assumptions(system.current_law().parameters)
