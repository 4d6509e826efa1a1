"""Good Work First: suppliers worked out by hand, and the population's tables that add up."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from openfisca_goodwork.audit import GoodWorkFirst, good_work_first
from openfisca_goodwork.errors import GoodworkError
from tests.cli.running import goodwork
from tests.costing.tiny_population import TinyPopulation

ASKED = "good_work.conditions"
MILLION = 1e6
# Six suppliers: passes; pays too little; zero hours; no plan; fails all; contracts too small. Section and region go round.
SIX = TinyPopulation(
    facts={
        "turnover": [10 * MILLION] * 6,
        "public_contract_revenue": [4 * MILLION] * 5 + [0.1 * MILLION],
        "largest_public_contract": [6 * MILLION] * 5 + [0.2 * MILLION],
        "employees": [100.0] * 6,
        "share_paid_below_real_living_wage": [0.02, 0.25, 0.0, 0.05, 0.45, 0.9],
        "share_on_zero_hours_contracts": [0.0, 0.0, 0.08, 0.01, 0.5, 0.9],
        "publishes_training_plan": [1, 1, 1, 0, 0, 0],
    },
    weight=np.array([1.0, 2, 3, 4, 5, 6]),
    draw=np.full(6, 0.5),
)


@pytest.fixture(scope="module")
def six() -> GoodWorkFirst:
    return good_work_first(population=SIX)


def test_suppliers_pass_and_fail_by_the_conditions(six: GoodWorkFirst) -> None:
    held = six.all
    assert (held.suppliers, held.passing, held.failing) == (15, 1, 14)
    assert (held.contracts, held.contracts_passing, held.contracts_failing) == pytest.approx((60e6, 4e6, 56e6))
    assert held.jobs_failing == 1400


def test_each_condition_counts_those_who_fail_it_and_those_who_fail_it_alone(six: GoodWorkFirst) -> None:
    found = {condition.label: (condition.fails.suppliers, condition.alone.suppliers) for condition in six.by_condition}
    assert found == {"low pay": (7, 2), "zero hours": (8, 3), "training plan": (9, 4)}


def test_exact_sets_of_failed_conditions_take_in_every_supplier_once(six: GoodWorkFirst) -> None:
    found = {pair.conditions: pair.suppliers for pair in six.together if pair.suppliers}
    assert found == {
        (): 1,
        ("low pay",): 2,
        ("zero hours",): 3,
        ("training plan",): 4,
        ("low pay", "zero hours", "training plan"): 5,
    }


def test_a_supplier_within_five_points_is_near(six: GoodWorkFirst) -> None:
    # 8% on zero hours passes at 10%; 25% below the living wage does not; a plan has no points.
    assert six.all.near == 3
    wider = good_work_first(population=SIX, settings=["assumptions.audit.near_points@2000-01-01=0.2"])
    assert wider.all.near == 5


def test_the_wage_bill_lifts_pay_to_the_limit(six: GoodWorkFirst) -> None:
    # Below the limit of 5%: 2 × 100 × 20% + 5 × 100 × 40% = 240 jobs; £2,418 × half × 65% × 1.18 each in 2025, grown with
    # earnings; none of these companies is in London, the seventh region.
    each = 2418 * 0.5 * 0.65 * 1.18
    growth = six.all.wage_bill / (240 * each)
    assert 1 < growth < 1.25
    frozen = good_work_first(
        population=SIX, settings=[f"assumptions.growth.earnings@{year}-04-01=0" for year in range(2026, 2031)]
    )
    assert frozen.all.wage_bill == pytest.approx(240 * each)


def test_the_buyer_pays_for_the_part_of_the_business_that_is_its_own(six: GoodWorkFirst) -> None:
    none, half, whole = six.passed_on
    assert none.departmental_spending == 0
    assert whole.departmental_spending == pytest.approx(0.4 * six.all.wage_bill)  # contracts are £4m of £10m
    assert half.departmental_spending == pytest.approx(whole.departmental_spending / 2)
    for share in six.passed_on:
        assert (
            share.departmental_spending + share.suppliers
            == pytest.approx(share.wage_bill)
            == pytest.approx(six.all.wage_bill)
        )


def test_london_has_its_own_gap() -> None:
    seventh = TinyPopulation(
        facts={name: [*values, values[4]] for name, values in SIX.facts.items()},
        weight=np.array([0.0, 0, 0, 0, 0, 0, 1]),
        draw=np.full(7, 0.5),
    )
    here = good_work_first(population=seventh)
    fifth = good_work_first(population=TinyPopulation(SIX.facts, np.array([0.0, 0, 0, 0, 1, 0]), SIX.draw))
    assert here.all.wage_bill / fifth.all.wage_bill == pytest.approx(5050 / 2418)


def test_any_one_condition_may_be_enough() -> None:
    pledge = good_work_first(population=SIX, settings=["good_work.combination@2027-04-01=any"])
    assert pledge.all.failing == 5
    assert "any one of the conditions is enough" in pledge.conditions


def test_half_of_contracts_reserved_is_half_of_the_money(six: GoodWorkFirst) -> None:
    half = good_work_first(population=SIX, settings=["good_work.procurement.share_reserved@2027-04-01=0.5"])
    assert half.all.contracts == pytest.approx(six.all.contracts / 2)
    assert half.all.suppliers == six.all.suppliers


def test_a_law_that_asks_nothing_says_what_it_lacks() -> None:
    with pytest.raises(GoodworkError, match="no good-work condition"):
        good_work_first((), population=SIX)
    with pytest.raises(GoodworkError, match="reserves no contracts"):
        good_work_first(["human-investment-super-deduction-good-work"], population=SIX)


# --- the population that ships -------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["size", "section", "region"])
def test_every_table_adds_up_to_all_suppliers(pledge: GoodWorkFirst, by: str) -> None:
    for name in ("suppliers", "contracts", "passing", "failing", "near", "jobs_failing", "wage_bill", "contracts_failing"):
        rows = pledge.tables[by]
        assert sum(getattr(row, name) for row in rows) == pytest.approx(getattr(pledge.all, name)), name


def test_passing_and_failing_are_all_there_is(pledge: GoodWorkFirst) -> None:
    for rows in pledge.tables.values():
        for row in rows:
            assert row.passing + row.failing == pytest.approx(row.suppliers)
            assert row.contracts_passing + row.contracts_failing == pytest.approx(row.contracts)
            assert row.near <= row.failing
    assert sum(pair.suppliers for pair in pledge.together) == pytest.approx(pledge.all.suppliers)
    assert pledge.together[0].suppliers == pytest.approx(pledge.all.passing)


def test_a_stricter_limit_passes_fewer(pledge: GoodWorkFirst) -> None:
    stricter = good_work_first(settings=[f"{ASKED}.maximum_share_below_living_wage@2027-04-01=0.01"])
    wider = good_work_first(settings=[f"{ASKED}.maximum_share_below_living_wage@2027-04-01=0.2"])
    assert stricter.all.passing < pledge.all.passing < wider.all.passing
    assert stricter.all.wage_bill > pledge.all.wage_bill > wider.all.wage_bill


def test_everything_printed_is_marked_modelled_and_proposed() -> None:
    text = goodwork("audit", "procurement").stdout
    assert "Modelled throughout" in text
    assert "Proposed, not law." in text
    data = json.loads(goodwork("audit", "procurement", "--json").stdout)
    assert data["status"] == "modelled"
    assert {"size", "section", "region", "all"} == set(data["suppliers"])
    assert ",modelled" in goodwork("audit", "procurement", "--csv").stdout


def test_a_workbook_has_a_sheet_a_table(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    assert goodwork("audit", "procurement", "--xlsx", str(tmp_path / "suppliers.xlsx")).exit_code == 0
    sheets = openpyxl.load_workbook(tmp_path / "suppliers.xlsx").sheetnames
    assert sheets == ["Cover", "By size", "By section", "By region", "Conditions", "Together", "Wage bill"]


def test_the_command_it_names_gives_the_same_again() -> None:
    told = goodwork("audit", "procurement", "--set", f"{ASKED}.employee_voice@2027-04-01=true").stdout
    command = told.strip().splitlines()[-1].removeprefix("Reproduce: goodwork ")
    assert goodwork(*command.split()).stdout == told


def test_a_setting_that_no_figure_of_procurement_rests_on_is_refused():
    with pytest.raises(GoodworkError, match="changes no figure here"):
        good_work_first(settings=["corporation_tax.main_rate@2027-04-01=0.26"])
