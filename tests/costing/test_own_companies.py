"""A costing over companies of one's own: the population's file to the bit, by hand, and with its gaps named."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest
from typer.testing import CliRunner

from openfisca_goodwork import population, system
from openfisca_goodwork.commands.main import app
from openfisca_goodwork.costing import CostingResult, cost, cost_again, record_of
from openfisca_goodwork.costing import parts as parts_of_costing
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.population import Population, build
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.reports import costing_words as words
from openfisca_goodwork.reports import text_of
from tests.population.test_own_companies import PROFIT, rows_of, table_of

REFORM = "human-investment-super-deduction"
UP = "corporation_tax.main_rate@2027-04-01=0.26"
NO_RELIEF = "corporation_tax.marginal_relief.fraction@2027-04-01=0.0175"


def told_by(result: CostingResult) -> str:
    """All that a result says, but for the names of its companies and what their classes rest on."""
    told = {name: value for name, value in result.to_dict().items() if name not in {"population", "command"}}
    for table in told["distribution"]["tables"]:
        del table["basis"], table["marked"]
    return json.dumps(told)


@pytest.fixture(scope="module")
def drawn() -> Population:
    law = system.current_law()
    seed = np.array(int(Assumptions(law.parameters)("base.population.seed")))
    return Population({**build.build(law, 6_000).columns, "seed": seed}, "a small population")


def test_a_population_in_a_file_costs_what_it_does_without_to_the_bit(
    drawn: Population, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts_of_costing, "AT_ONCE", 3_500)
    file = population.export_companies(drawn, tmp_path / "companies.parquet")
    for asked in (
        {"reforms": REFORM, "draws": 10},
        {"reforms": [REFORM, "no-full-expensing"], "draws": 0, "basis": "cash", "years": "2027-28:2029-30"},
    ):
        assert told_by(cost(**asked, companies=file)) == told_by(cost(**asked, population=drawn))


@pytest.mark.slow
def test_the_population_that_ships_in_a_file_costs_what_it_does_without_to_the_bit(tmp_path: Path) -> None:
    whole = population.load()
    some = population.chosen(whole, np.arange(0, whole.records, 20))
    file = population.export_companies(some, tmp_path / "companies.parquet")
    assert told_by(cost(REFORM, companies=file)) == told_by(cost(REFORM, population=some))


def test_a_rate_over_two_companies_costs_what_a_hand_works_out() -> None:
    table = table_of(rows_of("a", weight=1_000.0, **{PROFIT: 1e6}), rows_of("b", weight=10.0, **{PROFIT: 4e6}))
    result = cost(settings=[UP, NO_RELIEF], companies=table, draws=0, behaviour="none", years="2028-29:2030-31")
    assert result.static == pytest.approx([0.01 * (1_000 * 1e6 + 10 * 4e6) / 1e6] * 3)
    assert result.population.companies == 1_010
    shown = text_of(result)
    assert (
        "Your own companies, a table in memory" in shown
        and "No training costs: a relief for training costs nothing." in shown
    )
    assert "accruals basis, your own companies" in shown and "UK companies" not in shown.partition("\n\n")[0]
    assert "United Kingdom" not in words.part(
        cost(settings=[UP], companies=table.assign(sic_section="C"), draws=0, where="section=C")
    )
    assert result.distribution is not None
    row = next(one for one in result.distribution.table("Industry section").rows if one.name == "Not known")
    assert row.companies == 1_010


def test_a_relief_for_divisions_or_for_ages_goes_to_companies_of_them_alone() -> None:
    spent: dict[str, Any] = {PROFIT: 5e6, "external_course_fees": 1e5, "weight": 500.0}
    facts = {"cars": (29, 2), "metal": (25, 40), "code": (62, 2), "schools": (85, 40)}
    rows = [rows_of(name, sic_division=division, company_age=age, **spent) for name, (division, age) in facts.items()]
    table = table_of(*rows)
    asked: dict[str, Any] = {"reforms": REFORM, "behaviour": "none", "draws": 0, "years": "2029-30:2029-30"}

    def cost_of(*settings: str, of: pandas.DataFrame = table) -> CostingResult:
        return cost(**asked, companies=of, settings=[f"human_investment.eligibility.{one}" for one in settings])

    for setting, names in (
        ("industries@2027-04-01=29, 62", {"cars", "code"}),
        ("industries@2027-04-01=C, 85", {"cars", "metal", "schools"}),
        ("maximum_age@2027-04-01=10", {"cars", "code"}),
        ("minimum_age@2027-04-01=10", {"metal", "schools"}),
    ):
        theirs = cost_of(of=table[table["company"].isin(names)])
        assert cost_of(setting).static == pytest.approx(theirs.static)
        assert theirs.static[0] < -1
        assert sum(cost_of(setting).claimants) == pytest.approx(sum(theirs.claimants))
    for left_out, setting in (("sic_division", "industries@2027-04-01=62"), ("company_age", "maximum_age@2027-04-01=4")):
        with pytest.raises(GoodworkError, match=f"goes by {left_out}.* Add .* to your companies"):
            cost_of(setting, of=table.drop(columns=left_out))
    in_sections = table.assign(sic_section=table["company"].map({"cars": "C", "metal": "C", "code": "J", "schools": "P"}))
    cars, schools = "industries@2027-04-01=29", "industries@2027-04-01=85"
    empty = in_sections.assign(sic_division=in_sections["sic_division"].where(in_sections["company"] != "metal"))
    with pytest.raises(
        GoodworkError, match=r"lists divisions(?s:.*)empty in companies of C, 7 rows: 12, 13, 14, 15, 16 and 2 m"
    ):
        cost_of(cars, of=empty)
    told = cost_of(schools, of=empty)
    assert told.static == pytest.approx(cost_of(of=table[table["company"] == "schools"]).static) and any(
        "Rows without division of an industry: 9." in gap for gap in told.population.gaps
    )
    few = empty[empty["accounting_period_end"] < "2027"]
    with pytest.raises(GoodworkError, match=r"empty in companies of C, row 4\. Write the first two digits"):
        cost(**asked, companies=few, age_to="2029-30", settings=[f"human_investment.eligibility.{cars}"])
    with pytest.raises(GoodworkError, match="sic_division is not a whole number"):
        cost_of(of=table.assign(sic_division=25.1))


def test_a_company_that_is_not_there_pays_nothing_and_is_not_counted() -> None:
    here = rows_of("here", **{PROFIT: 1e6})
    gone = rows_of("gone", range(2025, 2030), main_pool_brought_forward=1e6, claims_loss_carry_back=True, **{PROFIT: 1e6})
    asked: dict[str, Any] = {"settings": [UP, NO_RELIEF], "draws": 0, "years": "2028-29:2031-32", "year_of_gains": "2031-32"}
    both, one = (cost(companies=table_of(*rows), **asked) for rows in ([here, gone], [here]))
    assert both.static[0] > 1.5 * one.static[0]
    assert both.static[2:] == one.static[2:]
    assert both.distribution is not None and both.distribution.total().companies == 1
    for basis in ("accruals", "cash"):
        assert cost(companies=table_of(here, gone), **asked, basis=basis).bridge is not None


def test_years_that_the_companies_do_not_cover_are_refused_and_carrying_them_on_covers_them() -> None:
    few = table_of(rows_of("a", range(2024, 2027), **{PROFIT: 1e6}))
    with pytest.raises(GoodworkError, match=r"cover the financial years 2024-25 to 2025-26 in full.*--age-to"):
        cost(settings=[UP, NO_RELIEF], companies=few, draws=0)
    aged = cost(settings=[UP, NO_RELIEF], companies=few, draws=0, age_to="2031-32")
    assert aged.static[-1] > 0.01
    assert "--age-to 2031-32" in aged.command and "Carried on to 2031-32" in text_of(aged)


def test_options_that_do_not_go_together_are_refused_at_once() -> None:
    with pytest.raises(GoodworkError) as fault:
        cost(REFORM, companies="companies.parquet", population="full", forecast="2025-11")
    assert "--companies or --population" in str(fault.value) and "--forecast" in str(fault.value)
    with pytest.raises(GoodworkError, match="--age-to and --reweight changes your own companies"):
        cost(REFORM, age_to="2031-32", reweight=True)


def test_a_record_and_a_command_cost_the_same_companies_again(tmp_path: Path) -> None:
    file = tmp_path / "my companies.parquet"
    table_of(rows_of(1, **{PROFIT: 1e6}), rows_of(2, external_course_fees=1e5, **{PROFIT: 2e5})).to_parquet(file)
    result = cost(REFORM, companies=str(file), draws=0)
    record = json.loads(json.dumps(record_of(result)))
    assert record["companies"] == str(file)
    assert cost_again(record).is_same
    asked = shlex.split(result.command)[1:]
    again = CliRunner().invoke(app, [*asked, "--json", "--quiet"])
    assert json.loads(again.stdout)["exchequer_effect"] == record["result"]["exchequer_effect"]


def test_a_bad_file_ends_a_command_in_words_with_nothing_written(tmp_path: Path) -> None:
    file = tmp_path / "companies.csv"
    pandas.DataFrame({"company": ["=1"], "turnover": ["x"]}).to_csv(file, index=False)
    out = tmp_path / "out"
    run = CliRunner().invoke(app, ["cost", REFORM, "--companies", str(file), "--out", str(out)])
    assert run.exit_code == 2 and not out.exists()
    assert "accounting_period_start is missing" in run.stderr and "Traceback" not in run.output


def test_the_schema_and_the_export_are_commands(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["population", "schema", "--json"])
    assert "accounting_period_start" in json.loads(told.stdout)["required"]
    assert "main_pool_brought_forward: " in CliRunner().invoke(app, ["population", "schema"]).stdout
    both = CliRunner().invoke(app, ["population", "export", str(tmp_path / "x.parquet"), "--companies", "--year", "2023-24"])
    assert both.exit_code == 2 and "leave out --year" in both.stderr
    neither = CliRunner().invoke(app, ["population", "export", str(tmp_path / "x.parquet")])
    assert neither.exit_code == 2 and "--year 2023-24" in neither.stderr


def test_companies_made_of_published_distributions_alone_are_costed_with_their_gaps_named(tmp_path: Path) -> None:
    made = tmp_path / "folder"
    script = Path(__file__).parents[2] / "examples" / "million_companies.py"
    assert "openfisca_goodwork import" not in script.read_text(encoding="utf-8")
    subprocess.run([sys.executable, str(script), str(made), "4000"], check=True)
    result = cost(REFORM, companies=made, draws=0, age_to="2031-32")
    assert -3_000 < result.post_behavioural[-1] < -100
    assert result.population.records == 4_000
    assert any("No opening balances" in gap for gap in result.population.gaps)
