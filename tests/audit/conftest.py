"""The audit of the population that ships, made once."""

from __future__ import annotations

import pytest

from openfisca_goodwork.audit import GoodJobsAudit, GoodWorkFirst, audit, good_work_first


@pytest.fixture(scope="session")
def whole() -> GoodJobsAudit:
    return audit()


@pytest.fixture(scope="session")
def pledge() -> GoodWorkFirst:
    return good_work_first()
