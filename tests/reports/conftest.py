"""One costing for all tests of reports, and a cache of their own."""

from __future__ import annotations

import pytest

from openfisca_goodwork.costing import CostingResult
from tests.reports.companies import costed


@pytest.fixture(scope="package", autouse=True)
def _own_cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOODWORK_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="package")
def result(_own_cache) -> CostingResult:
    return costed()


@pytest.fixture(scope="package")
def nothing(_own_cache) -> CostingResult:
    return costed(years="2018-19:2019-20")
