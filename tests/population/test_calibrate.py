"""Raking meets its totals within its bounds, or says which it cannot meet."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from openfisca_goodwork.errors import DataError
from openfisca_goodwork.population.calibrate import Bounds, Totals, rake

BOUNDS = Bounds(0.2, 5.0)


def totals(columns: list[list[int]], wanted: list[float], tolerance: float = 1e-6, slack: float = 1e6) -> Totals:
    matrix = sparse.csr_matrix(np.array(columns, dtype=float).T)
    names = [f"total {number}" for number in range(len(wanted))]
    return Totals(names, matrix, np.array(wanted), np.full(len(wanted), tolerance), slack)


def test_a_group_of_equal_records_is_scaled_to_its_total() -> None:
    found = rake(np.full(5, 10.0), totals([[1, 1, 0, 0, 0], [0, 0, 1, 1, 1]], [30, 15]), BOUNDS)
    assert found.weights == pytest.approx([15, 15, 5, 5, 5])
    assert found.factors == pytest.approx([1.5, 1.5, 0.5, 0.5, 0.5])
    assert found.achieved == pytest.approx([30, 15])


def test_two_ways_of_counting_the_same_records_are_both_met() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.integers(0, 4, 400), rng.integers(0, 5, 400)
    truth = rng.uniform(0.5, 2, 400)
    columns = [(first == k).astype(int).tolist() for k in range(4)] + [(second == k).astype(int).tolist() for k in range(5)]
    wanted = [float(truth @ np.array(column)) for column in columns]
    found = rake(np.ones(400), totals(columns, wanted), BOUNDS)
    assert found.achieved == pytest.approx(wanted, rel=1e-6)
    assert BOUNDS.least < found.factors.min()
    assert found.factors.max() < BOUNDS.greatest


def test_totals_that_differ_by_a_rounding_are_met_within_their_tolerance() -> None:
    found = rake(np.full(4, 25.0), totals([[1, 1, 1, 1], [1, 1, 1, 1]], [100, 105], tolerance=5.0, slack=10), BOUNDS)
    assert found.achieved == pytest.approx([102.5, 102.5], abs=0.1)


def test_a_total_out_of_reach_is_named() -> None:
    with pytest.raises(DataError, match=r"total 1: wanted 200, reached"):
        rake(np.full(4, 10.0), totals([[1, 1, 0, 0], [0, 0, 1, 1]], [25, 200], tolerance=0.1, slack=10), BOUNDS)


def test_records_already_on_their_totals_keep_their_weights() -> None:
    weights = np.array([3.0, 7.0, 11.0])
    found = rake(weights, totals([[1, 1, 0], [0, 0, 1]], [10, 11]), BOUNDS)
    assert found.weights == pytest.approx(weights)


def test_the_factor_is_one_with_slope_one_where_nothing_is_asked() -> None:
    factor, slope = BOUNDS.factor(np.array([0.0, -1e3, 1e3]))
    assert factor == pytest.approx([1, 0.2, 5])
    assert slope[0] == pytest.approx(1)
