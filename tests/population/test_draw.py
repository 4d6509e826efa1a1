"""A draw belongs to a company, a stage and a seed, and to nothing else."""

from __future__ import annotations

import numpy as np

from openfisca_goodwork.population import distributions

IDS = np.arange(200_000, dtype=np.uint32)


def test_a_companys_draw_is_the_same_in_any_chunk_and_any_order() -> None:
    whole = distributions.uniform(IDS, "plant", 1)
    assert np.array_equal(whole[150_000:], distributions.uniform(IDS[150_000:], "plant", 1))
    assert np.array_equal(whole[::-1], distributions.uniform(IDS[::-1], "plant", 1))
    assert np.array_equal(whole, distributions.uniform(IDS.astype(np.int64), "plant", 1))


def test_draws_are_uniform_on_the_open_interval() -> None:
    drawn = np.sort(distributions.uniform(IDS, "plant", 1))
    assert drawn[0] > 0
    assert drawn[-1] < 1
    distance = np.abs(drawn - (np.arange(IDS.size) + 0.5) / IDS.size).max()
    assert distance < 1.95 / np.sqrt(IDS.size)  # the Kolmogorov-Smirnov bound at one in a thousand


def test_stages_seeds_and_neighbours_have_nothing_to_do_with_one_another() -> None:
    drawn = [
        distributions.uniform(IDS, "plant", 1),
        distributions.uniform(IDS, "profit", 1),
        distributions.uniform(IDS, "plant", 2),
    ]
    drawn.append(np.roll(drawn[0], 1))
    correlation = np.corrcoef(drawn) - np.eye(4)
    assert np.abs(correlation).max() < 0.01


def test_normal_draws_are_standard_normal() -> None:
    drawn = distributions.normal(IDS, "plant", 1)
    assert abs(drawn.mean()) < 0.01
    assert abs(drawn.std() - 1) < 0.01
    assert abs((drawn > 1.959964).mean() - 0.025) < 0.002
