"""What every test may use, and the order of the run: quick tests first, those that build environments last."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put slow tests last, and keep the order of the others."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is not None)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT
