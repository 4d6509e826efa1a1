"""Who gains: what each company gains adds up to what the Exchequer loses, in every table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openfisca_goodwork.costing import CostingResult, cost
from openfisca_goodwork.costing import parts as parts_of_costing
from openfisca_goodwork.costing.comparison import Comparison
from openfisca_goodwork.costing.distribution import (
    BY_EMPLOYEES,
    BY_REGION,
    LARGEST_BY_EMPLOYEES,
    LARGEST_BY_TAX,
    POST_BEHAVIOURAL,
    STATIC,
    STEPS,
    Distribution,
    Table,
    classifications,
)
from openfisca_goodwork.costing.payments import Accruals
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.population import Population, build, sources
from openfisca_goodwork.reports.costing_words import finding
from openfisca_goodwork.system import current_law
from tests.costing.designs import design, written
from tests.costing.test_costing import population
from tests.costing.test_design_properties import DESIGNS, PEOPLE, Random

PENNY = 1e-8  # of £ million
RATE = written("rate", {"corporation_tax.main_rate": 0.26})
STATUS = "Profit status under the baseline law"


@pytest.fixture(autouse=True, scope="module")
def _own_cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOODWORK_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def comparisons(monkeypatch: pytest.MonkeyPatch) -> list[Comparison]:
    """The comparisons that costings make from here on."""
    made: list[Comparison] = []

    def noted(*given: Any, **options: Any) -> Comparison:
        made.append(Comparison(*given, **options))
        return made[-1]

    monkeypatch.setattr(parts_of_costing, "Comparison", noted)
    return made


def of(result: CostingResult) -> Distribution:
    assert result.distribution is not None
    return result.distribution


def column(table: Table, name: str) -> np.ndarray:
    return np.array([getattr(row, name) for row in table.rows], dtype=float)


def gained(comparison: Comparison, balances: tuple) -> tuple[np.ndarray, np.ndarray]:
    """By how much the balances fall, by financial year (£ million): accrued, and of the periods that end in the year."""
    before, after = balances
    moved = {label: amount - after[label] for label, amount in before.items()}
    adding = Accruals(comparison.base, comparison.people.weight, comparison.years)
    return adding.over_months(moved) / 1e6, adding.ending_in(moved) / 1e6


@pytest.mark.parametrize("beside", [(), (RATE,)])
def test_the_balances_of_the_companies_add_up_to_the_steps_and_to_the_gains(comparisons, beside):
    result = cost([design(), *beside], population=PEOPLE, behaviour="high")
    (one,) = comparisons
    compliance = next(step.effect for step in result.steps if step.name == "Compliance")
    wanted = {STATIC: np.array(result.static), POST_BEHAVIOURAL: np.array(result.post_behavioural) - compliance}
    for step, balances in ((STATIC, one.static_balance()), (POST_BEHAVIOURAL, one.final_balance())):
        accrued, ending = gained(one, balances)
        assert -accrued == pytest.approx(wanted[step], abs=PENNY)
        assert of(result).total(step).gain == pytest.approx(ending[result.years.index(of(result).year)], abs=PENNY)


@settings(max_examples=6, deadline=None)
@given(DESIGNS, st.booleans())
def test_every_table_adds_up_to_the_gain_of_all_companies(switches, rate_too):
    shown = of(cost([design(**switches), *([RATE] if rate_too else [])], population=PEOPLE, behaviour="high"))
    for table in shown.tables:
        total = shown.total(table.step)
        for name in ("companies", "gaining", "losing", "unaffected", "gain"):
            assert column(table, name).sum() == pytest.approx(getattr(total, name), rel=1e-12, abs=PENNY)
        counts = sum(column(table, name) for name in ("gaining", "losing", "unaffected"))
        assert counts == pytest.approx(column(table, "companies"), rel=1e-12, abs=1e-9)
        if total.gain:
            assert column(table, "share_of_gain").sum() == pytest.approx(1)
    for step in STEPS:
        total = shown.total(step)
        assert total.companies == pytest.approx(PEOPLE.companies)
        assert total.gain == pytest.approx(total.gain_of_gaining - total.loss_of_losing, abs=PENNY)
        assert total.exchequer_effect == pytest.approx(total.invalid_claims - total.gain, abs=PENNY)


def test_the_parts_of_a_result_agree_with_its_other_tables():
    """Claimants and training of periods that end in March, in which the two ways of counting are one."""
    people = Random(PEOPLE.facts, PEOPLE.weight, PEOPLE.draw, end_month=3)
    result = cost(design(), population=people, behaviour="high")
    shown = of(result)
    for step in STEPS:
        assert shown.total(step).exchequer_effect == pytest.approx(shown.total(step).accrued, abs=PENNY)
    assert shown.total(STATIC).accrued == result.static[-1]
    assert shown.total().accrued == result.post_behavioural[-1]
    table = shown.table(BY_REGION)
    assert column(table, "claimants").sum() == pytest.approx(result.claimants[-1])
    assert column(table, "qualifying_training").sum() == pytest.approx(result.training["entitled"][-1])
    assert column(table, "induced_training").sum() == pytest.approx(result.training["induced"][-1])


def test_the_order_of_the_records_is_irrelevant():
    order = np.random.default_rng(7).permutation(PEOPLE.records)
    classes = {name: (code[order], labels) for name, (code, labels) in PEOPLE.classes.items()}

    class Shuffled(Random):
        @property
        def classes(self) -> dict:
            return classes

        def inputs(self, label: int) -> dict[str, np.ndarray]:
            return {name: one[order] for name, one in PEOPLE.inputs(label).items()}

    shuffled = Shuffled(PEOPLE.facts, PEOPLE.weight[order], PEOPLE.draw[order], labels=range(2018, 2034))
    one, other = (of(cost(design(), population=people, behaviour="high")) for people in (PEOPLE, shuffled))
    for table in one.tables:
        for name in ("records", "companies", "gaining", "gain", "qualifying_training", "induced_training"):
            again = column(other.table(table.name, table.step), name)
            assert again == pytest.approx(column(table, name), rel=1e-9, abs=1e-9), (table.name, name)
    assert other.total().median_gain == pytest.approx(one.total().median_gain)


def test_a_relief_for_which_nobody_trains_leaves_everybody_unaffected():
    shown = of(cost(design(), population=population([1e6, -1e5, 3e4], [0.0, 0.0, 0.0]), behaviour="high"))
    for step in STEPS:
        total = shown.total(step)
        assert (total.gaining, total.losing, total.unaffected, total.gain) == (0, 0, 3e6, 0)
        assert (total.mean_gain, total.median_gain) == (None, None)
    assert {row.share_of_gain for table in shown.tables for row in table.rows} == {None}


def test_a_reform_without_effect_has_no_distribution():
    result = cost(design(), population=population([1e6], [1e4]), years="2018-19:2019-20")
    assert result.distribution is None
    assert result.to_dict()["distribution"] is None


def people_by_hand(**more: Any) -> Any:
    """A million companies each: at the main rate, at the small profits rate, in loss, and one that does not train."""
    facts: dict[str, Sequence[float]] = {"employees": [200.0, 4.0, 10.0, 1.0], "associated_companies": [6.0, 0.0, 1.0, 0.0]}
    return population([1e6, 40_000.0, -50_000.0, 5e6], [10_000.0, 1_000.0, 2_000.0, 0.0], **(facts | more))


def test_the_gains_of_four_companies_are_worked_out_by_hand():
    shown = of(cost(design(), population=people_by_hand(), behaviour="none"))
    total = shown.total(STATIC)
    # 30% extra of fees of £10,000 at 25%, of £1,000 at 19%; a loss that grows saves nothing in its year.
    assert total.gain == pytest.approx(750 + 57)
    assert (total.gaining, total.losing, total.unaffected) == (2e6, 0, 2e6)
    assert (total.mean_gain, total.median_gain) == (pytest.approx(403.5), pytest.approx(57))
    status = {row.name: row for row in shown.table(STATUS, STATIC).rows}
    assert {name: row.gain for name, row in status.items() if row.records} == {
        "In loss": pytest.approx(0, abs=1e-9),
        "Small profits rate": pytest.approx(57),
        "Main rate": pytest.approx(750),
        "Over £1 million of tax": pytest.approx(0, abs=1e-9),
    }
    main = status["Main rate"]
    assert main.share_of_gain == pytest.approx(750 / 807)
    assert (main.gain_per_company, main.gain_per_gaining_company) == (pytest.approx(750), pytest.approx(750))
    assert main.gain_per_employee == pytest.approx(750 / 200)
    assert (main.claimants, main.qualifying_training) == (1e6, pytest.approx(10_000))
    groups = {row.name: row.gain for row in shown.table("Associated companies", STATIC).rows}
    assert groups == pytest.approx({"No associates": 57, "1 to 4": 0, "5 to 19": 750, "20 or more": 0}, abs=1e-9)


def test_companies_between_the_limits_are_at_marginal_relief_and_those_without_profit_have_no_liability():
    people = population([100_000.0, 0.0], [1_000.0, 1_000.0])
    status = {row.name: row.companies for row in of(cost(design(), population=people)).table(STATUS).rows}
    assert {name for name, companies in status.items() if companies} == {"Marginal relief", "No liability, not in loss"}


def test_the_top_1_percent_is_of_companies_and_takes_part_of_the_record_at_its_edge():
    people = population([5e6, 1e6, 1e5], [2e4, 1e4, 1e3], weight=1e6, employees=[1.0, 5.0, 9.0])
    shown = of(cost(design(), population=people, behaviour="none"))
    by_tax, by_staff = (shown.table(name, STATIC).rows[0] for name in (LARGEST_BY_TAX, LARGEST_BY_EMPLOYEES))
    # 1% of three million companies: 30,000 of the million with the most, each with its own gain.
    assert (by_tax.companies, by_staff.companies) == (pytest.approx(30_000), pytest.approx(30_000))
    assert by_tax.gain == pytest.approx(0.03 * 0.25 * 0.3 * 2e4)
    assert by_staff.gain == pytest.approx(0.03 * 0.265 * 0.3 * 1e3)


def test_a_rise_of_the_rate_makes_losers_of_those_that_pay_it():
    shown = of(cost(RATE, population=people_by_hand()))
    total = shown.total()
    assert (total.gaining, total.losing, total.unaffected) == (0, 2e6, 2e6)
    # Those that pay the higher rate also show 0.2% less profit.
    assert total.gain == pytest.approx(-(0.01 - 0.002 * 0.26) * (1e6 + 5e6))
    assert total.loss_of_losing == pytest.approx(-total.gain)


def test_few_records_are_flagged_and_empty_classes_are_not():
    shown = of(cost(design(), population=people_by_hand()))
    for row in shown.table(BY_EMPLOYEES).rows:
        assert row.has_few_records == (row.records > 0)
    frame = shown.table(BY_EMPLOYEES).to_dataframe()
    assert list(frame["Few records"]) == ["few records" if row.records else "" for row in shown.table(BY_EMPLOYEES).rows]


def test_the_summary_marks_few_records_with_a_star_that_it_explains_and_ends_no_line_in_blanks():
    lines = cost(design(), population=people_by_hand(), behaviour="none").summary().splitlines()
    assert "Companies that gain are £404 better off on average; half are £57 or less better off." in lines
    assert any(line.startswith("The 1% of companies with the most tax have 0% of the gain") for line in lines)
    row = next(line for line in lines if line.startswith("0 to 4 *"))
    assert row.split()[4:8] == ["1,000,000", "1,000,000", "0", "750"]
    assert "* Few records stand behind the row: do not quote it." in lines
    assert [line for line in lines if line != line.rstrip()] == []


def test_nothing_is_flagged_where_enough_records_gain():
    people = population([1e6] * 70, [1e4] * 70)
    rows = of(cost(design(), population=people)).table(BY_EMPLOYEES).rows
    assert [row.has_few_records for row in rows if row.records] == [False] * 7
    assert "Few records stand behind" not in cost(design(), population=people).summary()


def test_a_row_whose_gain_a_few_records_carry_is_flagged_however_many_are_in_it():
    """Of 70 records in seven classes one has a thousand times the training of the others."""
    people = population([1e9] * 70, [1e4] * 69 + [1e7])
    rows = of(cost(design(), population=people)).table(BY_EMPLOYEES).rows
    assert sum(row.has_few_records for row in rows) == 1
    assert min(row.effective_records for row in rows if row.records) == pytest.approx(1, abs=0.05)


def test_the_year_is_that_of_the_finding_where_it_is_not_the_last():
    people = population([1e6], [1e4])
    ended = cost(design(), population=people, settings=["human_investment.additional_deduction@2029-04-01=0"], draws=0)
    year = of(ended).financial_year
    assert year == ended.financial_years[int(np.argmin(ended.post_behavioural))] != "2031-32"
    assert f"in {year}, the most of any year" in finding(ended)
    assert "--year-of-gains" not in ended.command


def test_the_year_is_the_last_of_those_that_cost_alike_unless_another_is_asked_for():
    people = population([1e6], [1e4])
    last, earlier = cost(design(), population=people), cost(design(), population=people, year_of_gains="2027-28")
    assert of(last).financial_year == "2031-32"
    assert of(earlier).financial_year == "2027-28"
    assert of(earlier).total().accrued == earlier.post_behavioural[1]
    assert "--year-of-gains 2027-28" in earlier.command
    assert "--year-of-gains" not in last.command
    with pytest.raises(GoodworkError, match="not one of the financial years 2026-27 to 2031-32"):
        cost(design(), population=people, year_of_gains="2032-33")


def test_the_first_year_counts_periods_that_end_before_the_laws_differ_as_unaffected():
    people = population([1e6], [1e4])
    shown = of(cost(design(), population=people, years="2026-27"))
    assert (shown.total().unaffected, shown.total().gaining) == (1e6, 0)
    assert {row.name for row in shown.table(STATUS).rows if row.companies} == {"Main rate"}


def test_priority_areas_have_the_share_of_training_that_is_assumed():
    people = population([1e6, 2e6], [1e4, 1e4], priority_area_share=[0.2, 0.4])
    areas = of(cost(design(), population=people)).priority_areas
    assert areas is not None
    assert areas.share_of_training == pytest.approx(0.3)
    assert areas.qualifying_training == pytest.approx(6_000)
    assert "assumed" in areas.basis
    assert of(cost(design(), population=population([1e6], [1e4]))).priority_areas is None


def test_every_table_says_what_it_rests_on():
    marks = {table.name: table.is_observed for table in classifications()}
    assert [name for name, is_observed in marks.items() if is_observed] == [BY_EMPLOYEES, "Industry section"]
    for table in classifications():
        assert table.basis.startswith("Modelled") != table.is_observed
        assert len(table.row_of) in {0, len(sources.REGIONS)}


def test_the_least_productive_regions_are_the_sum_of_their_rows():
    shown = of(cost(design(), population=PEOPLE))
    regions = {row.name: row for row in shown.table(BY_REGION).rows}
    least = shown.table("Least productive regions").rows[0]
    assert least.name == "Wales and East Midlands"
    assert least.gain == pytest.approx(regions["Wales"].gain + regions["East Midlands"].gain)


def test_the_distribution_is_in_json_in_the_tidy_table_and_in_the_summary():
    result = cost(design(), population=PEOPLE)
    told = json.loads(json.dumps(result.to_dict(), allow_nan=False))["distribution"]
    year = told["financial_year"]
    assert f"in {year}" in finding(result)
    assert [(table["name"], table["step"]) for table in told["tables"]] == [
        (table.name, step) for table in classifications() for step in STEPS
    ]
    tidy = result.to_dataframe()
    rows = tidy[tidy["measure"] == "who gains, static, by region: gain"]
    assert list(rows["item"]) == list(sources.REGIONS)
    assert set(rows["unit"]) == {"£ million"}
    assert rows["value"].sum() == pytest.approx(of(result).total(STATIC).gain)
    assert f"In {year}, in accounting periods that end in it" in result.summary()


SMALL = 6_000


@pytest.fixture(scope="module")
def people() -> Population:
    built = build.build(current_law(), SMALL).columns
    return Population({**built, "seed": np.array(1)}, "a small population for who gains")


@pytest.mark.parametrize("reforms", ["human-investment-super-deduction", "corporation-tax-stays-19-percent-2023"])
def test_a_population_in_parts_has_the_same_distribution_to_the_byte(monkeypatch, people, reforms):
    whole = of(cost(reforms, population=people, draws=0)).to_dict()
    monkeypatch.setattr(parts_of_costing, "AT_ONCE", 2_100)
    parts = of(cost(reforms, population=people, draws=0)).to_dict()
    assert parts["tables"] == whole["tables"]
    assert parts["priority_areas"] == whole["priority_areas"]
    for one, other in zip(parts["totals"], whole["totals"], strict=True):
        # Invalid claims and accruals are added up part by part, and agree but for their last digits.
        for name in ("invalid_claims", "exchequer_effect", "accrued"):
            assert one.pop(name) == pytest.approx(other.pop(name), rel=1e-9, abs=1e-9)
        assert one == other


def test_classes_of_the_population_are_those_of_its_tables(people):
    shown = of(cost("human-investment-super-deduction", population=people, draws=0))
    frame = people.frame
    by_band = frame[frame["registered"]].groupby("employment_band", observed=False)["weight"].sum()
    assert column(shown.table(BY_EMPLOYEES), "companies")[1:] == pytest.approx(by_band.to_numpy())
    by_region = frame.groupby("region", observed=False)["weight"].sum()
    assert column(shown.table(BY_REGION), "companies") == pytest.approx(by_region.to_numpy())
