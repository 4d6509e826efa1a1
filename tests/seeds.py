"""Seeds of what is drawn at random: the first of them belong to the first tier of tests, the others to the second."""

from __future__ import annotations

from typing import Any

import pytest


def seeds(first: int, count: int) -> list[Any]:
    """Numbers below `count` for a test to be run with, those from `first` on marked as slow."""
    return [*range(first), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(first, count))]
