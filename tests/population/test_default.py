"""The population that ships, against the official figures: the proof that it stands for UK companies.

Builds it if it has not been built since something changed (some twenty seconds).
"""

from __future__ import annotations

import json

import numpy as np
import pytest

from openfisca_goodwork import population
from openfisca_goodwork.population import FitReport, Population, store
from openfisca_goodwork.population.store import ending_in
from openfisca_goodwork.reports import text
from openfisca_goodwork.reports.population import listing_of
from openfisca_goodwork.system import current_law

COUNTS = ("companies by industry and employment", "companies by industry and turnover", "companies by region and employment")


@pytest.fixture(scope="module")
def report(default: Population) -> FitReport:
    return population.report(default)


@pytest.fixture(scope="module")
def tax(default: Population) -> np.ndarray:
    return ending_in(default, 2023, ["net_corporation_tax"], current_law())["net_corporation_tax"]


def test_it_has_over_100_000_records_for_3_million_companies(default: Population) -> None:
    assert default.records >= 100_000
    assert default.companies == pytest.approx(3_018_755, rel=0.001)
    assert default.frame["weight"].min() > 0
    assert list(default.frame.columns[:6]) == ["id", "weight", "sic_section", "region", "employment_band", "turnover_band"]


def test_the_largest_companies_stand_for_themselves(default: Population) -> None:
    large = default.frame["employees"] >= 1000
    assert set(default.frame["weight"][large]) == {1.0}


@pytest.mark.parametrize("block", COUNTS)
def test_counts_of_companies_are_met_to_a_thousandth(report: FitReport, block: str) -> None:
    fit = next(one for one in report.blocks("fitted") if one.block == block)
    assert fit.aggregate < 0.001
    assert fit.worst < 0.02


def test_corporation_tax_of_each_year_computed_by_the_law_is_the_official_total(report: FitReport) -> None:
    lines = [line for line in report.lines if line.block == "corporation tax by year"]
    assert [line.target for line in lines] == [f"{year}-{(year + 1) % 100}" for year in range(2018, 2031)]
    assert all(abs(line.error or 0) < 0.001 for line in lines)


def test_the_law_run_afresh_gives_the_83_6_billion_of_2023_24(default: Population, tax: np.ndarray) -> None:
    assert default.weight @ tax == pytest.approx(83.6e9, rel=0.001)


def test_liable_companies_are_within_5_percent(report: FitReport) -> None:
    line = next(line for line in report.lines if line.target == "all sections, 2023-24")
    assert line.official == 1_561_585
    assert abs(line.error or 0) < 0.05


FITTED_YEARS = ("2018-19", "2019-20", "2020-21", "2023-24")


@pytest.mark.parametrize("year", FITTED_YEARS)
@pytest.mark.parametrize(("block", "bound"), [("corporation tax", 0.03), ("companies with a liability", 0.05)])
def test_sections_are_met_in_every_year_that_is_fitted(report: FitReport, block: str, bound: float, year: str) -> None:
    fit = next(one for one in report.blocks("fitted") if one.block == f"{block} by section, {year}")
    assert fit.mean < bound


def test_tax_of_no_section_is_5_percent_off_in_2023_24(report: FitReport) -> None:
    assert (
        next(block for block in report.blocks("fitted") if block.block == "corporation tax by section, 2023-24").worst < 0.05
    )


def test_seven_thousand_companies_pay_61_percent_of_the_tax(report: FitReport) -> None:
    lines = {line.target: line for line in report.lines if line.block == "concentration of tax"}
    assert len(lines) == 5
    for target, one in lines.items():
        if target.startswith("share"):
            assert one.model == pytest.approx(one.official, abs=0.03)
        else:
            assert one.model == pytest.approx(one.official, rel=0.05)


def test_training_of_each_sector_is_the_surveys(report: FitReport) -> None:
    lines = [line for line in report.lines if line.block == "training by sector"]
    assert len(lines) == 13
    assert sum(line.official for line in lines) == pytest.approx(38_300, rel=0.01)
    assert all(abs(line.model - line.official) <= 0.03 * line.official for line in lines)


def test_capital_allowances_of_2023_24_are_within_10_percent(report: FitReport) -> None:
    lines = {line.target: line for line in report.lines if line.block == "capital allowances"}
    assert abs(lines["capital allowances, 2023-24"].error or 0) < 0.10
    # The bound is 0.10 and is missed: the official £99bn holds £9bn to £11bn of allowances for other things than plant.
    assert -0.11 < (lines["capital allowances, 2018-19"].error or 0) < 0


def test_fitted_and_held_out_figures_are_apart_and_none_is_from_memory(report: FitReport) -> None:
    rows = report.to_dataframe()
    assert set(rows["role"]) == {"fitted", "held out", "check", "not held"}
    assert not rows.duplicated(["block", "target"]).any()
    assert "memory" not in set(rows["status"])
    held_out = set(rows.loc[rows["role"] == "held out", "block"])
    assert "companies by region and turnover" in held_out
    assert "corporation tax by section, 2021-22" in held_out


MISSED = {
    # 13.6% at the last build: what moved between the fitted years around it. Held here so that it gets no worse.
    ("corporation tax by section, 2021-22", "held out"): 0.15,
    # 19.6%: margins of region, section and size foretell 15%, the rest is the sample.
    ("companies with 10 or more employees by region and section", "held out"): 0.21,
}


def test_no_block_is_over_its_bound_but_those_that_are_listed_with_their_reason(report: FitReport) -> None:
    assert {(line.block, line.role): line.mean < MISSED[line.block, line.role] for line in report.missed()} == dict.fromkeys(
        MISSED, True
    )


def test_every_block_that_was_fitted_or_held_out_has_a_bound_and_checks_have_none(report: FitReport) -> None:
    for block in report.blocks():
        assert (block.bound is not None) == (block.role in ("fitted", "held out")), block.block
        assert bool(block.note) == (block.role in ("check", "not held")), block.block


def test_cost_heads_are_in_the_ranges_that_are_known_of_them(report: FitReport) -> None:
    lines = [line for line in report.lines if line.block == "training, cost heads"]
    assert len(lines) == 2 * 5
    assert all(line.lowest <= line.model <= line.highest and line.within for line in lines)


def test_the_annual_investment_allowance_costs_at_the_main_rate_what_hmrc_says(report: FitReport) -> None:
    """HMRC's cost has sole traders' too; 2022-23 is 29% below the model's, the other years within 11% on either side."""
    block = "annual investment allowance: cost at the main rate"
    errors = {line.target: line.error for line in report.lines if line.block == block}
    assert len(errors) == 6
    assert {year for year, error in errors.items() if abs(error) > 0.15} == {"2022-23"}


def test_the_buildings_allowance_costs_within_a_third_of_what_hmrc_says_in_every_year(report: FitReport) -> None:
    """£10m in 2020-21 to £310m in 2025-26, sole traders' too (HMRC, January 2026), at the main rate."""
    errors = [
        line.error for line in report.lines if line.block == "structures and buildings allowance: cost at the main rate"
    ]
    assert len(errors) == 6
    assert max(map(abs, errors)) < 1 / 3


def test_allowances_that_plant_is_set_to_are_within_a_tenth(report: FitReport) -> None:
    """The annual investment allowance of 2018-19 (£14.8bn) and the super-deduction of 2021-22 (£30bn, HMRC)."""
    lines = {line.target: line for line in report.lines if line.block == "capital allowances"}
    for target in ("annual investment allowance, 2018-19", "super-deduction, 2021-22", "capital allowances, 2023-24"):
        assert abs(lines[target].error) < 0.10, target


def test_as_many_companies_spend_more_than_200000_on_plant_as_hmrc_counted(default: Population) -> None:
    """About 2016, 8,000 companies always did and 18,000 sometimes, some 17,000 in a year; under 1% spend £1m (OTS, HMT)."""
    held = default.columns
    cars = np.where(held["lessor"], held["lessor_car_share"], held["car_share"])
    spent = held["plant"][1:4].astype(float) * (1 - cars) * held["plant_index"][1, 2]
    above, weight = spent > 200_000, default.weight
    assert above.mean(axis=0) @ weight == pytest.approx(17_000, rel=0.1)
    assert weight[above.all(axis=0)].sum() == pytest.approx(8_000, rel=0.25)
    assert weight[above.any(axis=0) & ~above.all(axis=0)].sum() == pytest.approx(18_000, rel=0.2)
    assert 0 < weight[spent[0] > 1e6].sum() < 0.01 * weight[spent[0] > 0].sum()
    assert weight[spent[0] > 0].sum() == pytest.approx(700_000, rel=0.05)


def test_what_companies_are_charged_is_more_than_is_paid_and_the_report_says_which_to_add_up(report: FitReport) -> None:
    charged = {line.target: line for line in report.lines if line.block == "corporation tax before losses used in groups"}
    paid = {line.target: line.model for line in report.lines if line.block == "corporation tax by year"}
    assert charged.keys() == paid.keys()
    assert all(one.model > 1.05 * paid[year] and one.role == "check" for year, one in charged.items())
    assert "What is paid is net_corporation_tax" in charged["2022-23"].note


def test_the_levy_of_companies_is_part_of_the_levy_of_all_employers(report: FitReport) -> None:
    """Public bodies and charities pay it too, so less than all of it, and more than a third."""
    lines = [line for line in report.lines if line.block.startswith("apprenticeship levy")]
    assert len(lines) == 17
    assert all(0.35 * line.official < line.model < line.official for line in lines)


def test_what_no_official_figure_is_held_of_is_told_without_one(report: FitReport) -> None:
    lines = [line for line in report.lines if line.role == "not held"]
    assert {line.block for line in lines} == {"pay bill by section", "share of training by size", "investment by asset"}
    assert all(line.official is None and line.error is None and line.status == "not held" and line.note for line in lines)
    listed = text.render(listing_of(report))
    assert "What employers spend on training by their size is in no table on file" in " ".join(listed.split())


def test_the_report_says_so_in_words_and_in_plain_values(report: FitReport, default: Population) -> None:
    summary = report.summary()
    assert "Held out" in summary
    assert "Effective sample size" in summary
    data = json.loads(json.dumps(report.to_dict()))
    assert data["fingerprint"] == default.fingerprint
    assert len(data["targets"]) == len(report.lines)


def test_the_fingerprint_is_that_of_the_figures_and_of_nothing_else(default: Population) -> None:
    figures = {name: column for name, column in default.columns.items() if name != store.REPORT}
    assert default.fingerprint == store.fingerprint_of_figures(figures)
    turned = {name: np.array(column) for name, column in reversed(figures.items())}
    assert store.fingerprint_of_figures(turned) == default.fingerprint
    turned["weight"][0] *= 1 + 1e-15
    assert store.fingerprint_of_figures(turned) != default.fingerprint


@pytest.mark.parametrize(
    ("name", "threshold"),
    [
        ("trading_profit_before_capital_allowances", 50_000),
        ("trading_profit_before_capital_allowances", 250_000),
        ("trading_profit_before_capital_allowances", 1_500_000),
        ("plant", 200_000),
        ("plant", 1_000_000),
        ("pay_bill", 3_000_000),
    ],
)
def test_no_mass_sits_at_a_threshold_of_the_law(default: Population, name: str, threshold: float) -> None:
    """The two tenths around a threshold hold companies in the proportion that the tenths further out lead to expect."""
    counts = np.zeros(4)
    for label in (2022, 2024, 2026):
        held = default.inputs(label)
        values = held[name] if name in held else sum(held[one] for one in held if "plant" in one)
        edges = threshold * 1.15 ** np.arange(-2, 3)
        counts += np.histogram(values, edges, weights=default.weight)[0]
    outer = np.sqrt(
        counts[0] / counts[3]
    )  # density falls evenly in logs: a third of the way per step, squared root for three
    inner = counts[1] / counts[2]
    assert inner == pytest.approx(outer ** (2 / 3), rel=0.25)


def test_losses_are_made_by_about_a_quarter_of_active_companies(default: Population) -> None:
    active = ~default.columns["dormant"]
    losing = default.inputs(2024)["trading_profit_before_capital_allowances"] < 0
    assert default.weight[losing].sum() / default.weight[active].sum() == pytest.approx(0.25, abs=0.05)


def test_half_of_tax_is_paid_by_companies_with_december_year_ends(default: Population, tax: np.ndarray) -> None:
    december = default.columns["end_month"] == 12
    assert (default.weight * tax)[december].sum() / (default.weight @ tax) == pytest.approx(0.5, abs=0.1)
