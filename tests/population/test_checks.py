"""Figures that no step of the fit uses, beside the model's: by hand on two records, and on a small build."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pytest

from openfisca_goodwork import system
from openfisca_goodwork.population import fit, forecasts, level
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.build import Built
from openfisca_goodwork.population.report import Line

LABELS = forecasts.labels(forecasts.LATEST)
YEARS, SINCE_2018 = len(LABELS) + 1, len(level.solved_years(LABELS))
TOTALS = MappingProxyType(
    {
        "capital_allowances": np.full(SINCE_2018, 80e9),
        "annual_investment_allowance": np.full(SINCE_2018, 10e9),
        "structures_and_buildings_allowance": np.full(SINCE_2018, 1e9),
        **{name: np.full(SINCE_2018, 1.5e9) for name in fit.SAVED},
    }
)


@pytest.fixture(scope="module")
def lines(read: Assumptions) -> dict[tuple[str, str], Line]:
    """Checks of ten builders of 4 employees and £2m of pay each, and two manufacturers of 300 and £12m."""
    flat = np.ones((YEARS, 12))
    columns = {
        "labels": np.array([2018, 2033]),
        "weight": np.array([10.0, 2.0]),
        "pay_bill": np.array([2e6, 12e6]),
        "pay_bill_index": flat,
        "section": np.array([5, 2]),
        "region": np.array([9, 9]),
        "employment_band": np.array([0, 6]),
        "employees": np.array([4.0, 300.0]),
        "trainees": np.array([0.0, 100.0]),
        "training": np.tile(np.array([0.0, 5e5]), (YEARS, 1)),
        "head_shares": np.array([0.08, 0.02, 0.2, 0.5, 0.08, 0.12]),
        "prices_index": flat,
        "earnings_index": flat * 1.25,
        "plant": np.tile(np.array([1e6, 10e6]), (YEARS, 1)),
        "plant_index": flat * 2,
        "structures": np.array([0.0, 5e6]),
    }
    made = fit.MeasuredPopulation(read, columns, TOTALS)
    return {(line.block, line.target): line for line in fit.check_lines(made, "latest")}


def test_the_levy_is_half_a_percent_of_pay_above_3_million(lines: dict[tuple[str, str], Line]) -> None:
    """Two payers of £12m × 0.5% - £15,000 = £45,000 each."""
    assert lines["apprenticeship levy: levy receipts", "2022-23"].model == pytest.approx(0.09)
    assert lines["apprenticeship levy: employers paying the levy", "2022-23"].model == 2
    assert lines["apprenticeship levy: pay bill of levy payers", "2022-23"].model == 24


def test_pay_is_added_up_by_section(lines: dict[tuple[str, str], Line]) -> None:
    assert lines["pay bill", "all sections"].model == 44
    assert lines["pay bill by section", "F"].model == 20
    assert lines["pay bill by section", "F"].official is None


def test_who_trains_is_a_share_of_companies_not_of_records(lines: dict[tuple[str, str], Line]) -> None:
    assert lines["employers that train", "all"].model == pytest.approx(2 / 12)
    assert lines["employers that train, by region", "Wales"].model == pytest.approx(2 / 12)
    assert lines["employers that train, by sector", "Construction"].model == 0
    assert lines["training, employers by size", "250+"].model == 1
    assert lines["share of training by size", "250+"].model == 1
    assert ("employers that train, by region", "Scotland") not in lines


def test_cost_heads_drift_apart_with_prices_and_earnings(lines: dict[tuple[str, str], Line]) -> None:
    """10% at prices and 90% at 1.25 of earnings: fees are 0.08 of 0.10 + 1.125, out of the range of 7% to 12%."""
    fees = lines["training, cost heads", "external course fees, 2030-31"]
    assert fees.model == pytest.approx(0.08 / 1.225)
    assert (fees.lowest, fees.highest, fees.within) == (0.07, 0.12, False)
    assert lines["training, cost heads", "training centres and management, 2024-25"].model == pytest.approx(0.25 / 1.225)


def test_reliefs_are_reckoned_at_the_main_rate_of_the_year_and_as_saved(lines: dict[tuple[str, str], Line]) -> None:
    name = "annual investment allowance"
    assert lines[f"{name}: cost at the main rate", "2022-23"].model == pytest.approx(1_900)
    assert lines[f"{name}: cost at the main rate", "2023-24"].model == pytest.approx(2_500)
    # What is saved at the last rate, and 19% of what leaves companies without tax: £1.5bn × 1.19.
    assert lines[f"{name}: saved in the year", "2023-24"].model == pytest.approx(1_785)
    of_companies = lines[f"{name} of companies: saved in the year", "2023-24"]
    assert (of_companies.official, of_companies.model) == (pytest.approx(4_500 * 2_290 / 3_600, abs=1), pytest.approx(1_785))
    assert lines["capital allowances: cost at the main rate", "2023-24"].model == pytest.approx(20_000)


def test_investment_is_plant_and_buildings_of_all_companies(lines: dict[tuple[str, str], Line]) -> None:
    """(10 × £1m + 2 × £10m) and 2 × £5m, doubled by the index."""
    assert lines["investment by asset", "plant and cars"].model == pytest.approx(60)
    assert lines["business investment", "all assets"].model == pytest.approx(80)
    assert lines["business investment", "all assets"].official == 290_590


def test_an_outlook_of_the_past_knows_nothing_of_later_years(read: Assumptions, small: Built) -> None:
    made = fit.MeasuredPopulation(read, small.columns, TOTALS)
    years = {line.year for line in fit.check_lines(made, "2022-03")}
    assert years
    assert all(int(year[:4]) < 2022 for year in years)


def test_amounts_worked_out_company_by_company_are_added_up_by_weight(small: Built) -> None:
    law, years = system.current_law(), range(2020, 2023)
    name, rate, *left = fit.SAVED["tax saved by annual_investment_allowance"][0]
    held, totals = level.with_totals(law, small.columns, (name, rate, *left), years, (name,), years, fit.SAVED)
    weights = small.columns["weight"]
    used = np.maximum(held[name] - sum(held[one] for one in left), 0)
    assert totals[name] == pytest.approx(held[name] @ weights)
    assert totals[f"tax saved by {name}"] == pytest.approx((used * held[rate]) @ weights)
    without_tax = np.where(held[rate] == 0, used, 0) @ weights
    assert totals[f"{name} of companies it leaves without tax"] == pytest.approx(without_tax)
    assert np.all(without_tax > 0)


def test_an_allowance_saves_tax_as_far_as_no_loss_is_left_over_at_the_end_of_the_year() -> None:
    """£100 each: of a company at 25% without losses, of one with £30 left, of one with £120, of one with £40 and no tax."""
    amount, rate = np.full(4, 100.0), np.array([0.25, 0.25, 0.0, 0.0])
    left = (np.array([0.0, 20.0, 120.0, 40.0]), np.array([0.0, 10.0, 0.0, 0.0]))
    _names, saved = fit.SAVED["tax saved by annual_investment_allowance"]
    _names, untaxed = fit.SAVED["annual_investment_allowance of companies it leaves without tax"]
    assert saved(amount, rate, *left).tolist() == [25.0, 17.5, 0.0, 0.0]
    assert untaxed(amount, rate, *left).tolist() == [0.0, 0.0, 0.0, 60.0]
