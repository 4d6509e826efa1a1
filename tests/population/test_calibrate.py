"""Raking meets its totals within its bounds, or says which it cannot meet."""

from __future__ import annotations

import numpy as np
import polars
import pytest
import svy
from scipy import sparse

from openfisca_goodwork.errors import DataError
from openfisca_goodwork.population.targets import Bounds, Totals, rake

BOUNDS = Bounds(0.2, 5.0)


def totals(columns: list[list[int]], wanted: list[float], tolerance: float = 1e-6, slack: float = 1e6) -> Totals:
    matrix = sparse.csr_matrix(np.array(columns, dtype=float).T)
    names = [f"total {number}" for number in range(len(wanted))]
    return Totals(names, matrix, np.array(wanted), np.full(len(wanted), tolerance), slack)


def test_a_group_of_equal_records_is_scaled_to_its_total() -> None:
    raked = rake(np.full(5, 10.0), totals([[1, 1, 0, 0, 0], [0, 0, 1, 1, 1]], [30, 15]), BOUNDS)
    assert raked.weights == pytest.approx([15, 15, 5, 5, 5])
    assert raked.factors == pytest.approx([1.5, 1.5, 0.5, 0.5, 0.5])
    assert raked.achieved == pytest.approx([30, 15])


def test_two_ways_of_counting_the_same_records_are_both_met() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.integers(0, 4, 400), rng.integers(0, 5, 400)
    truth = rng.uniform(0.5, 2, 400)
    columns = [(first == k).astype(int).tolist() for k in range(4)] + [(second == k).astype(int).tolist() for k in range(5)]
    wanted = [float(truth @ np.array(column)) for column in columns]
    raked = rake(np.ones(400), totals(columns, wanted), BOUNDS)
    assert raked.achieved == pytest.approx(wanted, rel=1e-6)
    assert BOUNDS.least < raked.factors.min()
    assert raked.factors.max() < BOUNDS.greatest


def test_totals_that_differ_by_a_rounding_are_met_within_their_tolerance() -> None:
    raked = rake(np.full(4, 25.0), totals([[1, 1, 1, 1], [1, 1, 1, 1]], [100, 105], tolerance=5.0, slack=10), BOUNDS)
    assert raked.achieved == pytest.approx([102.5, 102.5], abs=0.1)


def test_a_total_out_of_reach_is_named() -> None:
    with pytest.raises(DataError, match=r"total 1: wanted 200, reached"):
        rake(np.full(4, 10.0), totals([[1, 1, 0, 0], [0, 0, 1, 1]], [25, 200], tolerance=0.1, slack=10), BOUNDS)


def test_records_already_on_their_totals_keep_their_weights() -> None:
    weights = np.array([3.0, 7.0, 11.0])
    raked = rake(weights, totals([[1, 1, 0], [0, 0, 1]], [10, 11]), BOUNDS)
    assert raked.weights == pytest.approx(weights)


def test_the_factor_is_one_with_slope_one_where_nothing_is_asked() -> None:
    factor, slope = BOUNDS.factor(np.array([0.0, -1e3, 1e3]))
    assert factor == pytest.approx([1, 0.2, 5])
    assert slope[0] == pytest.approx(1)


class TestAgainstAnotherProgram:
    """svy (a library of survey statistics, written independently) weighs the same small sample to the same totals."""

    RECORDS = 600
    LIMITLESS = Bounds(0.0, 1e9)  # where the logit between bounds becomes the exponential of raking

    @pytest.fixture
    def drawn(self) -> dict[str, np.ndarray]:
        """Industry, region and size of records, design weights, and the weights of the population they came from."""
        rng = np.random.default_rng(7)
        return {
            "industry": rng.integers(0, 5, self.RECORDS),
            "region": rng.integers(0, 4, self.RECORDS),
            "size": rng.lognormal(0, 1, self.RECORDS),
            "weight": rng.uniform(5, 50, self.RECORDS),
            "truth": rng.uniform(5, 50, self.RECORDS),
        }

    def margins(self, drawn: dict[str, np.ndarray]) -> dict[str, dict[int, float]]:
        return {
            name: {k: float(drawn["truth"][drawn[name] == k].sum()) for k in np.unique(drawn[name]).tolist()}
            for name in ("industry", "region")
        }

    def indicators(self, drawn: dict[str, np.ndarray]) -> list[np.ndarray]:
        return [(drawn[name] == k).astype(float) for name, margin in self.margins(drawn).items() for k in margin]

    def test_raking_to_two_margins_gives_the_same_weights(self, drawn: dict[str, np.ndarray]) -> None:
        margins = self.margins(drawn)
        wanted = [total for margin in margins.values() for total in margin.values()]
        ours = rake(drawn["weight"], totals(self.indicators(drawn), wanted, tolerance=1e-9, slack=1e9), self.LIMITLESS)
        frame = polars.DataFrame({name: drawn[name] for name in (*margins, "weight")})
        sample = svy.Sample(frame, svy.Design(wgt="weight"))
        theirs = sample.weighting.rake(controls=margins, tol=1e-10, max_iter=1_000, wgt_name="raked")
        assert ours.weights == pytest.approx(theirs.data["raked"].to_numpy(), rel=1e-6)

    def test_a_total_of_amounts_moves_weights_as_regression_does(self, drawn: dict[str, np.ndarray]) -> None:
        """Between wide bounds and for small corrections the logit is the linear distance, but for terms of second order."""
        known = [*self.indicators(drawn)[:5], drawn["size"]]
        wanted = [
            float(drawn["weight"] @ one) * more for one, more in zip(known, (1.01, 0.99, 1.0, 1.01, 0.99, 1.01), strict=True)
        ]
        ours = rake(drawn["weight"], totals(known, wanted, tolerance=1e-9, slack=1e9), Bounds(0.5, 1.5))
        sample = svy.Sample(polars.DataFrame({"weight": drawn["weight"]}), svy.Design(wgt="weight"))
        theirs = sample.weighting.calibrate_matrix(aux_vars=np.array(known).T, controls=wanted, weights_only=True)
        assert np.abs(ours.factors - 1).max() > 0.01
        assert ours.factors == pytest.approx(np.asarray(theirs) / drawn["weight"], abs=2e-3)
        assert ours.achieved == pytest.approx(wanted, rel=1e-7)
