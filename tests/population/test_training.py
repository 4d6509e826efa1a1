"""What companies spend on training, year by year: lumpy for each, the same for all together."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from openfisca_goodwork.population import Population, sources, training
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.inputs import HEADS

ANCHOR = 2024 - 2017  # the first row is of 2017-18


@pytest.fixture(scope="module")
def logs(default: Population) -> np.ndarray:
    """Logs of spending per head of the companies that train, years × companies."""
    trains = default.columns["training"][0] > 0
    return np.log(default.columns["training"][:, trains] / default.columns["employees"][trains])


def test_each_sector_spends_in_every_year_what_the_survey_says_at_its_prices(default: Population, read: Assumptions) -> None:
    columns = default.columns
    for sector in training.sectors(read):
        here = np.isin(columns["section"], [sources.SECTIONS.index(letter) for letter in sector.sections])
        spent = columns["training"][:, here] @ default.weight[here]
        assert spent == pytest.approx(np.full(len(read.panel_years), sector.spending), rel=1e-5, abs=1)


def test_who_trains_does_so_in_every_year(default: Population) -> None:
    spends = default.columns["training"] > 0
    assert np.array_equal(spends.all(axis=0), spends.any(axis=0))
    government = default.frame["sic_section"] == "O"  # companies there are taken to spend nothing of what is surveyed
    assert np.array_equal(spends[0], (default.columns["trainees"] > 0) & ~government)


def test_companies_of_fewer_staff_than_the_survey_asks_have_none_of_its_training(default: Population) -> None:
    trains, staff = default.columns["training"][0] > 0, default.columns["employees"]
    assert not trains[staff < 2].any()
    assert trains[staff == 2].any()


def test_training_can_follow_the_survey_s_own_trend_in_place_of_earnings_and_prices(read: Assumptions) -> None:
    """1.2% a year from calendar 2024: eighteen months on, the year to 30 June 2026 is 1.012 ** 1.5 of it."""
    assert training._index(read, "earnings")[2029 - 2017, 11] == pytest.approx(1.15, abs=0.02)
    tree = copy.deepcopy(read.tree)
    tree.assumptions.base.training.survey_trend.is_followed.values_list[0].value = True
    for series in ("earnings", "consumer_prices"):
        trend = training._index(Assumptions(tree), series)
        assert trend[ANCHOR, 11] == pytest.approx(1)
        assert trend[2026 - 2017, 5] == pytest.approx(1.012**1.5)
        assert trend[2025 - 2017, 2] == pytest.approx(1.012**1.25)  # the year to 31 March 2026


def test_the_spread_between_companies_is_the_same_in_every_year(logs: np.ndarray) -> None:
    spreads = logs.std(axis=1)
    assert spreads == pytest.approx(np.full(spreads.size, spreads[ANCHOR]), rel=0.02)


def test_a_year_is_correlated_with_the_next_and_the_less_the_further_away(logs: np.ndarray) -> None:
    near, far = (np.corrcoef(logs[ANCHOR], logs[ANCHOR + years])[0, 1] for years in (1, 6))
    assert 1 > near > far > 0.3


def test_the_yearly_part_has_the_assumed_spread_and_persistence(read: Assumptions) -> None:
    """Of companies with 32 employees: 0.8 × 32^-0.17 = 0.444, and 0.3 of a year's departure lasts into the next."""
    ids, staff = np.arange(40_000, dtype=np.uint32), np.full(40_000, 32.0)
    logs = np.log(training._relative(read, ids, staff, np.ones(ids.size, bool)))
    assert (logs[5] - logs[4]).std() == pytest.approx(0.444 * np.sqrt(2 * (1 - 0.3)), rel=0.02)
    assert logs[5].std() == pytest.approx(0.9, rel=0.02)
    steps = np.corrcoef(logs[5] - logs[4], logs[6] - logs[5])[0, 1]
    assert steps == pytest.approx(-(1 - 0.3) / 2, abs=0.02)


def test_the_smallest_move_no_more_than_all_of_their_spread(read: Assumptions) -> None:
    ids, staff = np.arange(4_000, dtype=np.uint32), np.full(4_000, 1.0)
    logs = np.log(training._relative(read, ids, staff, np.ones(ids.size, bool)))
    assert logs[3].std() == pytest.approx(0.9, rel=0.05)


def test_a_fifth_of_spending_is_above_the_mean_of_the_three_years_before_and_more_of_small_companies(
    default: Population,
) -> None:
    """Without response, 6% to 35% is, by how far spending moves from year to year."""
    held = {label: sum(default.inputs(label)[head] for head in HEADS) for label in range(2025, 2029)}
    above = default.weight * np.maximum(held[2028] - (held[2027] + held[2026] + held[2025]) / 3, 0)
    spent, staff = default.weight * held[2028], default.columns["employees"]
    assert 0.15 < above.sum() / spent.sum() < 0.25
    few, many = staff < 10, staff >= 250
    assert above[few].sum() / spent[few].sum() > 2 * above[many].sum() / spent[many].sum()
