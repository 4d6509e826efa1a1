"""A population built small, from figures to levels: the same bytes every time, and nothing impossible."""

from __future__ import annotations

import dataclasses
import datetime

import numpy as np
import pytest

from openfisca_goodwork import cache, population, system
from openfisca_goodwork.errors import DataError, GoodworkError
from openfisca_goodwork.population import build, frame, panel, plant, records, sources, store
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.build import Built

SMALL = 8_000


@pytest.fixture(scope="module")
def everyone(read: Assumptions) -> frame.Frame:
    return frame.build(read)


def test_two_builds_give_the_same_bytes(small: Built) -> None:
    again = build.build(system.current_law(), SMALL)
    assert again.columns.keys() == small.columns.keys()
    for name, values in small.columns.items():
        assert values.tobytes() == again.columns[name].tobytes(), name


def test_weights_are_positive_and_stand_for_every_company(small: Built) -> None:
    weights = small.columns["weight"]
    assert weights.size == pytest.approx(SMALL, abs=2)
    assert weights.min() > 0
    assert weights.sum() == pytest.approx(3_018_755, rel=0.005)
    assert set(weights[small.certain]) == {1.0}


def test_factors_keep_inside_their_bounds(small: Built, read: Assumptions) -> None:
    factors = small.calibration.factors
    assert read("base.weights.least_factor") <= factors.min()
    assert factors.max() <= read("base.weights.greatest_factor")


def test_the_frame_has_the_published_companies_cell_by_cell(everyone: frame.Frame) -> None:
    inside = everyone.registered
    cell = everyone.industry[inside].astype(int) * 7 + everyone.employment_band[inside]
    counts = sources.matrix("companies_by_industry_and_employment", sources.INDUSTRIES, sources.EMPLOYMENT_BANDS, (0, 2))
    assert np.array_equal(np.bincount(cell, minlength=counts.size), counts.ravel())


def test_the_frame_has_the_published_companies_by_turnover(everyone: frame.Frame) -> None:
    inside = everyone.registered
    cell = everyone.industry[inside].astype(int) * 10 + everyone.turnover_band[inside]
    counts = sources.matrix("companies_by_industry_and_turnover", sources.INDUSTRIES, sources.TURNOVER_BANDS, (0, 2)).ravel()
    result = np.bincount(cell, minlength=counts.size)
    assert np.abs(result - counts).sum() / counts.sum() < 0.005


def test_each_sector_has_its_share_of_plant_and_all_plant_is_spread_as_drawn(everyone: frame.Frame) -> None:
    group, wanted = sources.allowance_groups()
    spent = np.bincount(group[everyone.section], everyone.plant.astype(np.float64))
    assert spent / spent.sum() == pytest.approx(wanted, rel=0.10)  # a giant is a hundredth of it, and is in one or another
    places = np.arange(0, 1_000_000, 20)
    ranks = (places + 0.5) / np.count_nonzero(~everyone.dormant)
    drawn = np.sort(everyone.plant)[::-1][places]
    assert drawn == pytest.approx(frame.plant_at(everyone.plant_distribution, ranks), rel=1e-3)


def shared_out(totals: list[float], sector: list[int], amounts: list[float]) -> list[float]:
    result = plant._shared_out(np.array(totals), np.array(sector), np.array(amounts), np.ones(len(sector)))
    return list(result)


def test_plant_is_shared_out_by_sector_and_one_without_a_spender_leaves_its_share_to_the_others() -> None:
    assert shared_out([60.0, 40.0], [0, 0, 1], [1.0, 2.0, 5.0]) == pytest.approx([20, 40, 40])
    assert shared_out([60.0, 20.0, 20.0], [0, 0, 1], [1.0, 2.0, 5.0]) == pytest.approx([25, 50, 25])


def test_a_search_for_shares_names_the_group_that_has_nothing_to_shift() -> None:
    with pytest.raises(DataError, match="Group 2 of 2"):
        frame._shifts(lambda survival: 1 - survival, np.zeros(4), np.zeros(4, dtype=int), np.array([0.5, 0.5]))


def test_only_companies_outside_vat_and_paye_are_dormant_and_none_of_them_employs(everyone: frame.Frame) -> None:
    assert not (everyone.dormant & everyone.registered).any()
    assert everyone.employees[~everyone.registered].max() == 0
    assert everyone.turnover[~everyone.registered].max() <= 90_000
    assert everyone.profit[everyone.dormant].max() == 0


def test_large_companies_are_in_the_sample_for_certain(everyone: frame.Frame, read: Assumptions) -> None:
    probability = records.inclusion(read, everyone, SMALL)
    assert probability.sum() == pytest.approx(SMALL)
    assert probability[everyone.employees >= 1000].min() == 1
    assert probability[np.argsort(everyone.profit)[-50:]].min() == 1
    assert probability.min() > 0


def test_the_sample_has_as_many_records_as_asked_and_none_twice(everyone: frame.Frame, read: Assumptions) -> None:
    places = records.systematic(read, everyone, records.inclusion(read, everyone, SMALL))
    assert len(places) == pytest.approx(SMALL, abs=1)
    assert np.all(np.diff(places) > 0)


def test_profits_of_the_anchor_year_are_the_drawn_ones(everyone: frame.Frame, read: Assumptions) -> None:
    places = np.flatnonzero(~everyone.dormant)[::50]
    who, large = everyone.at(places), np.zeros(places.size, dtype=bool)
    drawn = panel.profits(read, who, large, range(2022, 2025))[1]
    pays = drawn > 0
    assert drawn[pays] == pytest.approx(everyone.profit[places][pays], rel=0.02, abs=1.0)


def test_the_panel_is_stationary(everyone: frame.Frame, read: Assumptions) -> None:
    places = np.flatnonzero(~everyone.dormant)[::20]
    who, large = everyone.at(places), np.zeros(places.size, dtype=bool)
    drawn = panel.profits(read, who, large, read.panel_years)
    assert (drawn < 0).mean(axis=1) == pytest.approx(0.12 / (0.12 + 0.30), abs=0.01)  # entry over entry plus exit
    middle = np.array([np.median(year[year > 0]) for year in drawn])
    assert middle / middle[6] == pytest.approx(np.ones(len(read.panel_years)), abs=0.03)


def test_losses_persist(everyone: frame.Frame, read: Assumptions) -> None:
    places = np.flatnonzero(~everyone.dormant)[::20]
    who, large = everyone.at(places), np.zeros(places.size, dtype=bool)
    loses = panel.profits(read, who, large, read.panel_years) < 0
    assert loses[1:][loses[:-1]].mean() == pytest.approx(read("base.losses.persistence"), abs=0.01)


def test_an_assumption_that_is_missing_is_named(read: Assumptions) -> None:
    with pytest.raises(DataError, match=r"assumptions\.base\.profit\.wishes"):
        read("base.profit.wishes")


def test_the_fingerprint_follows_the_assumptions_the_size_and_not_the_proposal() -> None:
    law = system.current_law()
    before = store.fingerprint(law)
    start = datetime.date(2000, 1, 1)
    changed = system.with_values(law, {"assumptions.base.profit.yearly_share": [system.DatedValue(start, 0.3)]})
    proposed = system.with_values(law, {"human_investment.additional_deduction": [system.DatedValue(start, 0.3)]})
    assert store.fingerprint(changed) != before
    assert store.fingerprint(law, 5000) != before
    assert store.fingerprint(proposed) == before


def test_the_fingerprint_follows_how_a_change_of_law_straddles_and_the_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    law = system.current_law()
    before = store.fingerprint(law)
    path = "corporation_tax.main_rate"
    dated = [
        dataclasses.replace(dated, metadata={**dated.metadata, "straddle": "whole_period"})
        for dated in system.dated_values(system.leaf_parameters(law)[path])
    ]
    assert store.fingerprint(system.with_values(law, {path: dated})) != before
    monkeypatch.setattr(store, "version", lambda name: f"another {name}")
    assert store.fingerprint(law) != before


def test_populations_of_other_assumptions_are_kept_apart_from_the_usual_one(monkeypatch: pytest.MonkeyPatch) -> None:
    law, start, names = system.current_law(), datetime.date(2000, 1, 1), []

    def kept(name: str, _key: str, _build: object, **_how: object) -> dict[str, np.ndarray]:
        names.append(name)
        return {store.FIGURES: np.array("0" * 64)}

    monkeypatch.setattr(cache, "load_or_build", kept)
    changed = system.with_values(law, {"assumptions.base.profit.yearly_share": [system.DatedValue(start, 0.3)]})
    proposed = system.with_values(law, {"human_investment.additional_deduction": [system.DatedValue(start, 0.3)]})
    for asked in ({}, {"law": proposed}, {"law": changed}, {"size": 5000}, {"forecast": "2023-03"}):
        population.load(**asked)
    usual = "population-default"
    assert names == [usual, usual, f"{usual}-of-settings", f"{usual}-of-settings", f"{usual}-2023-03"]


def test_an_unknown_population_is_an_error() -> None:
    with pytest.raises(GoodworkError, match="which has default and full only") as raised:
        population.load("everybody")
    assert raised.value.exit_code == 2
