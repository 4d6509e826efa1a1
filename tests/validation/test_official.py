"""What is declared: each measure has its official figures, and lies upon the law of its day, whole."""

from __future__ import annotations

from datetime import date
from math import inf
from typing import Any

import pytest

from openfisca_goodwork import policy
from openfisca_goodwork.costing.official import (
    ALL_TAXES,
    CORPORATION_TAX,
    PEAK,
    SEEN,
    USED,
    chosen,
    declared,
    figures_by_head,
    fitted,
    kind_of,
)
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.periods import financial_year_name, history, parse_financial_years
from openfisca_goodwork.policy import library
from openfisca_goodwork.population import outlooks, sources
from openfisca_goodwork.population.forecasts import corporation_tax
from openfisca_goodwork.validation import measures

AIA = "capital_allowances.annual_investment_allowance.limit"
FIRST_YEAR = "capital_allowances.first_year_allowances"
MAIN_POOL, SPECIAL_POOL = "capital_allowances.writing_down.main_rate", "capital_allowances.writing_down.special_rate"
BUILDINGS = "capital_allowances.structures_and_buildings.rate"
RATE, SMALL = "corporation_tax.main_rate", "corporation_tax.small_profits_rate"

# Read off the Acts and the costing notes, not off the reform files: parameter, day, the law of the day, the law with the
# measure.
LAWS: dict[str, tuple[tuple[str, str, float, float], ...]] = {
    "AIA_25k_2012": (
        (AIA, "2012-03-31", 100_000, 100_000),
        (AIA, "2012-04-01", 100_000, 25_000),
        (RATE, "2010-04-01", 0.28, 0.28),
        (RATE, "2011-04-01", 0.27, 0.27),
        (RATE, "2014-04-01", 0.24, 0.24),
        (SMALL, "2011-04-01", 0.20, 0.20),
        (MAIN_POOL, "2012-04-01", 0.20, 0.20),
    ),
    "WDA_18_8_2012": (
        (MAIN_POOL, "2012-03-31", 0.20, 0.20),
        (MAIN_POOL, "2012-04-01", 0.20, 0.18),
        (SPECIAL_POOL, "2012-04-01", 0.10, 0.08),
        (AIA, "2012-04-01", 100_000, 100_000),
        (RATE, "2012-04-01", 0.26, 0.26),
        (RATE, "2014-04-01", 0.24, 0.24),
        ("corporation_tax.marginal_relief.fraction", "2014-04-01", 0.01, 0.01),
    ),
    "AIA_250k_2013": (
        (AIA, "2012-12-31", 25_000, 25_000),
        (AIA, "2013-01-01", 25_000, 250_000),
        (AIA, "2014-12-31", 25_000, 250_000),
        (AIA, "2015-01-01", 25_000, 25_000),
        (RATE, "2013-04-01", 0.23, 0.23),
        (RATE, "2014-04-01", 0.22, 0.22),
        (MAIN_POOL, "2012-04-01", 0.18, 0.18),
    ),
    "CT_19_18": (
        (RATE, "2017-03-31", 0.20, 0.20),
        (RATE, "2017-04-01", 0.20, 0.19),
        (RATE, "2020-04-01", 0.20, 0.18),
        (AIA, "2015-07-08", 500_000, 500_000),
        (AIA, "2016-01-01", 25_000, 25_000),
    ),
    "AIA_200k_2016": (
        (AIA, "2015-12-31", 500_000, 500_000),
        (AIA, "2016-01-01", 25_000, 200_000),
        (AIA, "2019-01-01", 25_000, 200_000),
        (RATE, "2017-04-01", 0.19, 0.19),
        (RATE, "2020-04-01", 0.18, 0.18),
    ),
    "CT_PAYMENTS_VL": (
        ("payment.thresholds.very_large", "2017-03-31", inf, inf),
        ("payment.thresholds.very_large", "2017-04-01", inf, 20_000_000),
        ("payment.thresholds.very_large", "2019-04-01", inf, 20_000_000),
        (RATE, "2020-04-01", 0.18, 0.18),
        (AIA, "2016-01-01", 25_000, 25_000),
    ),
    "LOSS_reform_2017": (
        ("losses.restriction_rate", "2017-03-31", 1, 1),
        ("losses.restriction_rate", "2017-04-01", 1, 0.5),
        ("losses.deductions_allowance", "2017-04-01", inf, 5_000_000),
        ("losses.carried_forward_against_total_profits", "2017-04-01", 0, 1),
        (RATE, "2017-04-01", 0.19, 0.19),
        (RATE, "2020-04-01", 0.18, 0.18),
        (AIA, "2016-01-01", 200_000, 200_000),
    ),
    "AIA_1m_2019": (
        (AIA, "2018-12-31", 200_000, 200_000),
        (AIA, "2019-01-01", 200_000, 1_000_000),
        (AIA, "2020-12-31", 200_000, 1_000_000),
        (AIA, "2021-01-01", 200_000, 200_000),
        (RATE, "2020-04-01", 0.17, 0.17),
        (RATE, "2023-04-01", 0.17, 0.17),
        (SPECIAL_POOL, "2019-04-01", 0.06, 0.06),
        (BUILDINGS, "2019-04-01", 0, 0),
        (f"{FIRST_YEAR}.super_deduction.rate", "2021-04-01", 0, 0),
    ),
    "SBA_2pct": (
        (BUILDINGS, "2018-10-28", 0, 0),
        (BUILDINGS, "2018-10-29", 0, 0.02),
        (BUILDINGS, "2023-04-01", 0, 0.02),
        (AIA, "2019-01-01", 200_000, 200_000),
        (RATE, "2020-04-01", 0.17, 0.17),
    ),
    "SD_130_50": (
        (f"{FIRST_YEAR}.super_deduction.rate", "2021-03-31", 0, 0),
        (f"{FIRST_YEAR}.super_deduction.rate", "2021-04-01", 0, 1.3),
        (f"{FIRST_YEAR}.super_deduction.rate", "2023-03-31", 0, 1.3),
        (f"{FIRST_YEAR}.super_deduction.rate", "2023-04-01", 0, 0),
        (f"{FIRST_YEAR}.special_rate_allowance.rate", "2022-04-01", 0, 0.5),
        (f"{FIRST_YEAR}.full_expensing.rate", "2023-04-01", 0, 0),
        (AIA, "2021-12-31", 1_000_000, 1_000_000),
        (AIA, "2022-01-01", 200_000, 200_000),
        (RATE, "2023-03-31", 0.19, 0.19),
        (RATE, "2023-04-01", 0.25, 0.25),
        (BUILDINGS, "2021-04-01", 0.03, 0.03),
    ),
    "CT_25_SPR": (
        (RATE, "2023-03-31", 0.19, 0.19),
        (RATE, "2023-04-01", 0.19, 0.25),
        (SMALL, "2023-04-01", 0.19, 0.19),
        ("corporation_tax.marginal_relief.lower_limit", "2023-04-01", 0, 50_000),
        ("corporation_tax.marginal_relief.upper_limit", "2023-04-01", 0, 250_000),
        ("corporation_tax.marginal_relief.fraction", "2023-04-01", 0, 0.015),
        (f"{FIRST_YEAR}.super_deduction.rate", "2022-04-01", 1.3, 1.3),
    ),
    "FE_3yr": (
        (f"{FIRST_YEAR}.full_expensing.rate", "2023-04-01", 0, 1),
        (f"{FIRST_YEAR}.full_expensing.rate", "2026-03-31", 0, 1),
        (f"{FIRST_YEAR}.full_expensing.rate", "2026-04-01", 0, 0),
        (f"{FIRST_YEAR}.special_rate_50.rate", "2024-04-01", 0, 0.5),
        (AIA, "2023-04-01", 1_000_000, 1_000_000),
        (RATE, "2023-04-01", 0.25, 0.25),
        (MAIN_POOL, "2026-04-01", 0.18, 0.18),
    ),
    "FE_permanent": (
        (f"{FIRST_YEAR}.full_expensing.rate", "2026-03-31", 1, 1),
        (f"{FIRST_YEAR}.full_expensing.rate", "2026-04-01", 0, 1),
        (f"{FIRST_YEAR}.special_rate_50.rate", "2026-04-01", 0, 0.5),
        (f"{FIRST_YEAR}.main_rate_40.rate", "2026-04-01", 0, 0),
        (MAIN_POOL, "2026-04-01", 0.18, 0.18),
    ),
    "WDA_14_FYA_40": (
        (MAIN_POOL, "2026-03-31", 0.18, 0.18),
        (MAIN_POOL, "2026-04-01", 0.18, 0.14),
        (f"{FIRST_YEAR}.main_rate_40.rate", "2025-12-31", 0, 0),
        (f"{FIRST_YEAR}.main_rate_40.rate", "2026-01-01", 0, 0.4),
        (f"{FIRST_YEAR}.full_expensing.rate", "2026-04-01", 1, 1),
        (SPECIAL_POOL, "2026-04-01", 0.06, 0.06),
    ),
    "LOSS_carryback_2021": (
        ("losses.extended_carry_back_months", "2020-03-31", 0, 0),
        ("losses.extended_carry_back_months", "2020-04-01", 0, 36),
        ("losses.extended_carry_back_months", "2022-04-01", 0, 0),
        ("losses.extended_carry_back_cap", "2021-04-01", 0, 2_000_000),
        (RATE, "2023-04-01", 0.25, 0.25),
    ),
    "AIA_permanent_AS2022": (
        (AIA, "2023-03-31", 1_000_000, 1_000_000),
        (AIA, "2023-04-01", 200_000, 1_000_000),
        (f"{FIRST_YEAR}.full_expensing.rate", "2023-04-01", 0, 0),
        (RATE, "2023-04-01", 0.25, 0.25),
    ),
    "FYA_EV_2024": (
        (f"{FIRST_YEAR}.zero_emission_cars.rate", "2025-03-31", 1, 1),
        (f"{FIRST_YEAR}.zero_emission_cars.rate", "2025-04-01", 0, 1),
        (f"{FIRST_YEAR}.charge_points.rate", "2025-04-01", 0, 1),
        (f"{FIRST_YEAR}.zero_emission_cars.rate", "2026-04-01", 0, 0),
        (f"{FIRST_YEAR}.full_expensing.rate", "2026-04-01", 1, 1),
        (MAIN_POOL, "2026-04-01", 0.18, 0.18),
    ),
    "AIA_500k_option": (
        (AIA, "2023-03-31", 1_000_000, 1_000_000),
        (AIA, "2023-04-01", 200_000, 500_000),
        (f"{FIRST_YEAR}.full_expensing.rate", "2023-04-01", 0, 0),
        (RATE, "2023-04-01", 0.25, 0.25),
    ),
    "WDA_20_8_option": (
        (MAIN_POOL, "2023-04-01", 0.18, 0.20),
        (SPECIAL_POOL, "2023-04-01", 0.06, 0.08),
        (AIA, "2023-04-01", 200_000, 200_000),
    ),
    "AIA_permanent_2022": (
        (AIA, "2023-03-31", 1_000_000, 1_000_000),
        (AIA, "2023-04-01", 200_000, 1_000_000),
        (f"{FIRST_YEAR}.full_expensing.rate", "2023-04-01", 0, 0),
        (RATE, "2023-04-01", 0.25, 0.25),
    ),
    "CT_19_from_2023": (
        (RATE, "2023-03-31", 0.19, 0.19),
        (RATE, "2023-04-01", 0.25, 0.19),
        (AIA, "2023-04-01", 200_000, 200_000),
    ),
    "SBA_3pct": (
        ("capital_allowances.structures_and_buildings.rate", "2020-03-31", 0.02, 0.02),
        ("capital_allowances.structures_and_buildings.rate", "2020-04-01", 0.02, 0.03),
        (RATE, "2020-04-01", 0.19, 0.19),
    ),
    "CT_19_kept_2020": (
        (RATE, "2020-03-31", 0.19, 0.19),
        (RATE, "2020-04-01", 0.17, 0.19),
        ("capital_allowances.structures_and_buildings.rate", "2020-04-01", 0.02, 0.02),
    ),
    "AIA_extension_2022": (
        (AIA, "2021-12-31", 1_000_000, 1_000_000),
        (AIA, "2022-01-01", 200_000, 1_000_000),
        (AIA, "2023-04-01", 200_000, 200_000),
        (f"{FIRST_YEAR}.super_deduction.rate", "2022-04-01", 1.3, 1.3),
    ),
    "CT_plus_1_point": (
        (RATE, "2026-03-31", 0.25, 0.25),
        (RATE, "2026-04-01", 0.25, 0.26),
        (SMALL, "2026-04-01", 0.19, 0.20),
        ("corporation_tax.marginal_relief.fraction", "2026-04-01", 0.015, 0.015),
        (MAIN_POOL, "2026-04-01", 0.18, 0.18),
    ),
}


def on(law: Any, path: str, day: str) -> float:
    return float(history(law, path).on(date.fromisoformat(day)))


def test_every_measure_is_held_against_the_law_of_its_day() -> None:
    assert set(LAWS) == set(measures())


@pytest.mark.parametrize("name", LAWS)
def test_the_law_of_the_day_and_the_measure_are_as_they_were_costed(name: str) -> None:
    measure = measures()[name]
    before = policy.law_of(measure.laws)
    after = policy.law_of(measure.reforms, measure.laws, measure.settings)
    found = [(path, day, on(before, path, day), on(after, path, day)) for path, day, _before, _after in LAWS[name]]
    assert found == list(LAWS[name])


def test_measures_are_of_the_library_and_of_outlooks_on_file() -> None:
    for measure in measures().values():
        assert set(measure.reforms) | set(measure.laws) <= set(library()), measure.name
        assert measure.forecast in outlooks(), measure.name
        assert measure.reforms or measure.settings, measure.name
        assert measure.why.strip(), measure.name


def test_official_figures_are_those_of_the_years_that_are_run() -> None:
    for measure in measures().values():
        years = [row.year for row in measure.official]
        run = [financial_year_name(one) for one in parse_financial_years(measure.years)]
        assert years == [PEAK] or set(years) <= set(run), measure.name
        assert {row.unit for row in measure.official} == {"GBP million"}


def test_the_totals_of_the_published_rows_are_those_of_the_documents() -> None:
    named = ("SD_130_50", "CT_25_SPR", "FE_3yr")
    totals = {name: sum(row.figure for row in figures_by_head(name)[ALL_TAXES]) for name in named}
    assert totals == {"SD_130_50": -24_210, "CT_25_SPR": 47_755, "FE_3yr": -27_820}


def test_the_figures_of_all_taxes_are_those_of_each_tax_together_to_the_rounding_of_the_documents() -> None:
    """The two come from different copies: scorecards rounded to £5 million, and the OBR's database."""
    by_head = {name: figures_by_head(name) for name in (*measures(), *declared()["not_covered"])}
    both = {name: heads for name, heads in by_head.items() if {CORPORATION_TAX, ALL_TAXES} <= set(heads)}
    assert len(both) == 19
    for name, heads in both.items():
        for whole in heads[ALL_TAXES]:
            parts = [
                row.figure for head, rows in heads.items() if head != ALL_TAXES for row in rows if row.year == whole.year
            ]
            assert sum(parts) == pytest.approx(whole.figure, abs=3.5), (name, whole.year)


def test_the_model_is_held_against_corporation_tax_alone_wherever_it_is_on_file() -> None:
    of_all_taxes = {name for name, measure in measures().items() if measure.head == ALL_TAXES}
    # The change of 2012 has no income tax apart in its table, though sole traders bear a part of it: of all taxes.
    assert of_all_taxes == {
        *("AIA_25k_2012", "AIA_500k_option", "WDA_20_8_option", "AIA_permanent_2022", "CT_19_from_2023"),
    }
    assert not any(measures()[name].counts for name in of_all_taxes)
    extension = measures()["AIA_extension_2022"]
    # Net to 2024-25: -353 of all taxes, of which corporation tax -291.
    assert sum(row.figure for row in extension.official[:4]) == pytest.approx(-291.3)
    assert sum(row.figure for row in extension.all_taxes[:4]) == pytest.approx(-352.8)


def test_payments_brought_forward_are_no_tax_of_the_years_they_are_paid_in() -> None:
    """The forecast of July 2015 had £47.2bn, £45.4bn and £43.4bn with what its own costing says is brought forward."""
    expected = {row.year: row.figure for row in corporation_tax("2015-07")}
    forward = {row.year: row.figure for row in measures()["CT_PAYMENTS_VL"].official}
    published = {"2017-18": 47_200, "2018-19": 45_400, "2019-20": 43_400}
    assert {year: expected[year] + forward[year] for year in published} == published


def test_costings_before_february_2017_are_cash() -> None:
    for measure in measures().values():
        if not measure.is_reckoner:
            assert measure.basis == ("cash" if measure.official[0].keys[2] < "2017-02" else "accruals"), measure.name


def test_the_group_of_a_measure_is_read_from_what_was_fitted_to_it() -> None:
    used = {name for assumption in fitted() for name in assumption.measures}
    found = {name: measure.group for name, measure in measures().items() if not measure.is_reckoner}
    assert found == {name: USED if name in used else SEEN for name in found}


def test_what_a_reform_sets_says_of_which_kind_it_is() -> None:
    kinds = {
        RATE: "rates",
        AIA: "annual investment allowance",
        MAIN_POOL: "writing-down",
        f"{FIRST_YEAR}.full_expensing.rate": "first-year allowances",
        BUILDINGS: "buildings",
        "losses.restriction_rate": "losses",
        "payment.thresholds.very_large": "timing of payment",
        "human_investment.additional_deduction": "training",
        "corporation_taxes": "",
    }
    assert {path: kind_of(path) for path in kinds} == kinds
    for measure in measures().values():
        paths = [path for name in measure.reforms for path in policy.load(name).edits] + list(measure.settings)
        assert measure.kind in map(kind_of, paths), measure.name


def test_every_official_costing_is_costed_or_left_out_with_a_reason() -> None:
    on_file = {row.keys[0] for table in ("official_costings", "ready_reckoner") for row in sources.rows(table)}
    assert on_file == set(measures()) | set(declared()["not_covered"])
    assert all(
        one["why"] and one["title"] and one["kind"] in declared()["kinds"] for one in declared()["not_covered"].values()
    )


def test_the_peak_is_the_year_in_which_most_is_moved_in_the_direction_of_the_official_figure() -> None:
    measure = measures()["AIA_500k_option"]
    assert measure.compared({"2023-24": -300.0, "2024-25": -950.0, "2025-26": 1200.0}) == [-950.0]


def test_a_measure_of_which_only_some_of_the_years_run_were_published_is_held_against_those() -> None:
    measure = measures()["AIA_1m_2019"]
    amounts = dict(zip(("2017-18", *(row.year for row in measure.official)), range(7), strict=True))
    assert measure.compared(amounts) == [1, 2, 3, 4, 5, 6]


def test_a_measure_that_is_not_there_is_refused_with_the_nearest_and_one_left_out_with_its_reason() -> None:
    with pytest.raises(GoodworkError, match=r"SD_130_50(.|\n)*no charge points"):
        chosen(["SD_130", "FYA_chargepoints", "FE_3yr"])


def test_measures_named_twice_are_costed_once() -> None:
    assert [measure.name for measure in chosen(["FE_3yr", "SD_130_50", "FE_3yr"])] == ["FE_3yr", "SD_130_50"]
    assert [measure.name for measure in chosen([])] == list(measures())
