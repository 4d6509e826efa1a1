"""Densities are smooth: no amount, and no threshold of the law, has a step in it."""

from __future__ import annotations

import numpy as np
import pytest

from openfisca_goodwork.population import distributions, sources
from openfisca_goodwork.population.assumptions import Assumptions

STEP = 0.03


def local_exponent(curve: distributions.Distribution, amounts: np.ndarray) -> np.ndarray:
    """Slope of log survival in log amount over a step of 3%."""
    above = np.log(curve.survival(amounts * (1 + STEP))) - np.log(curve.survival(amounts))
    return -above / np.log(1 + STEP)


@pytest.mark.parametrize("threshold", [50_000.0, 250_000.0, 1_500_000.0, 20_000_000.0])
def test_the_density_of_profits_has_no_step_at_a_threshold_of_the_law(read: Assumptions, threshold: float) -> None:
    curve = distributions.profits(read, 1_900_000)
    before, after = local_exponent(curve, np.array([threshold / (1 + STEP), threshold]))
    assert after == pytest.approx(before, rel=0.05)


@pytest.mark.parametrize("threshold", [200_000.0, 1_000_000.0])
def test_the_density_of_plant_spending_has_no_step_at_the_limits_of_the_allowance(
    read: Assumptions, threshold: float
) -> None:
    curve = distributions.plant_spending(read, 2_800_000)
    before, after = local_exponent(curve, np.array([threshold / (1 + STEP), threshold]))
    assert after == pytest.approx(before, rel=0.05)


def test_turnover_passes_through_every_published_band(read: Assumptions) -> None:
    counts = np.array([700.0, 900, 1500, 700, 500, 300, 200, 80, 60, 20])
    curve = distributions.turnover(read, sources.TURNOVER_EDGES, counts)
    above = counts[::-1].cumsum()[::-1] / counts.sum()
    assert curve.survival(sources.TURNOVER_EDGES[1:]) == pytest.approx(above[1:], rel=0.01)


def test_amount_and_survival_undo_each_other(read: Assumptions) -> None:
    curve = distributions.profits(read, 1_900_000)
    share = np.geomspace(1e-6, 0.99, 50)
    assert curve.survival(curve.amount(share)) == pytest.approx(share, rel=1e-6)


def test_about_a_tenth_of_profit_makers_are_above_250_000(read: Assumptions) -> None:
    makers = 1_900_000
    above = distributions.profits(read, makers).survival(np.array([250_000.0]))[0] * makers
    assert above == pytest.approx(read("base.profit.companies_in_tail"), rel=0.1)


def test_a_cut_off_pareto_keeps_inside_its_band_and_follows_its_exponent() -> None:
    draws = np.array([0.0, 0.5, 1.0])
    result = distributions.pareto_between(np.full(3, 10.0), np.full(3, 20.0), np.full(3, 1.0), draws)
    assert result == pytest.approx([10, 10 / 0.75, 20])  # 1 - 0.5 x (1 - 10/20) = 0.75
