"""Disclosure control: no output shows what few companies or one stand behind, and nothing of a record leaves."""

from __future__ import annotations

import json
import re
import socket
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas
import pytest

from openfisca_goodwork.audit.local.reform import by_authority
from openfisca_goodwork.costing import CostingResult, cost
from openfisca_goodwork.costing.disclosure_rules import Rules, support
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.reports import text_of
from openfisca_goodwork.reports.costing_files import write_costing
from openfisca_goodwork.reports.costing_note import note
from openfisca_goodwork.reports.sections import Table
from tests.population.test_own_companies import PROFIT

REFORM = "human-investment-super-deduction"
YEARS = "2028-29:2030-31"
RULES = Rules(10, 0.4375, 0.1, 10, 100_000)
_LONE, _SECRET = 23, 8_765_432.1


def companies(count: int = 240) -> pandas.DataFrame:
    """Companies that train, in three sections; four in a fourth, of which one trains most."""
    draw = np.random.default_rng(1)
    number = np.arange(count)
    facts = {
        "sic_section": np.array(["C", "F", "J"])[number % 3],
        "region": np.array(["Wales", "London"])[number % 2],
        "employment_band": np.array(["5-9", "10-19"])[(number // 2) % 2],
        "weight": 25.0,
        "employees": 9.0,
        PROFIT: draw.uniform(2e5, 3e6, count).round(2),
        "external_course_fees": draw.uniform(2e4, 9e4, count).round(2),
        "trainees": 5.0,
    }
    table = pandas.DataFrame({"company": 73_190_000 + number, **facts})
    table.loc[: _LONE // 6, "sic_section"] = "B"
    table.loc[0, "external_course_fees"] = _SECRET / 40
    rows = [
        table.assign(accounting_period_start=f"{year}-01-01", accounting_period_end=f"{year}-12-31")
        for year in range(2025, 2034)
    ]
    return pandas.concat(rows, ignore_index=True)


@pytest.fixture(scope="module")
def shown() -> tuple[CostingResult, CostingResult]:
    """The same costing with and without disclosure control."""
    asked: dict[str, Any] = {"reforms": REFORM, "companies": companies(), "years": YEARS, "draws": 10}
    return cost(**asked, disclosure=True), cost(**asked)


def test_a_figure_of_few_companies_or_of_one_is_not_shown() -> None:
    assert RULES.why_not(*support(np.zeros(50))) == ""
    assert "fewer than 10" in RULES.why_not(*support(np.ones(9)))
    assert RULES.why_not(*support(np.ones(10))) == ""
    assert "dominates" in RULES.why_not(*support(np.array([*np.ones(20), 20.0])))
    assert "dominates" in RULES.why_not(*support(np.array([100.0, 95.0, *np.full(12, 0.5)])))
    assert RULES.why_not(*support(np.array([10.0, -9.0, *np.ones(12)]))) == ""


def test_a_class_of_few_is_suppressed_with_the_smallest_other_and_what_was_is_said(
    shown: tuple[CostingResult, CostingResult],
) -> None:
    safe, plain = shown
    assert safe.distribution is not None and plain.distribution is not None
    for step in ("static", "post-behavioural"):
        table = safe.distribution.table("Industry section", step)
        hidden = {row.name for row in table.rows if row.is_suppressed}
        assert "B Mining and quarrying [c]" in hidden and len(hidden) == 2
        rows = {row.name: row for row in plain.distribution.table("Industry section", step).rows}
        left = sum(row.gain for row in table.rows if not row.is_suppressed)
        assert abs(plain.distribution.total(step).gain - left - rows["B Mining and quarrying"].gain) > 1
    assert safe.disclosure is not None
    assert "Suppressed in Industry section: 2 classes, marked [c]." in safe.disclosure.notes
    assert "Suppressed in Industry section" in text_of(safe)
    assert json.loads(json.dumps(safe.to_dict(), allow_nan=False))["disclosure"] == list(safe.disclosure.notes)


def test_no_cell_of_region_section_and_size_is_left_and_none_is_spread_over_places(
    shown: tuple[CostingResult, CostingResult],
) -> None:
    protected, plain = shown
    assert plain.distribution is not None and plain.distribution.cells
    assert protected.distribution is None or not protected.distribution.cells
    with pytest.raises(GoodworkError):
        by_authority(protected)


def test_all_that_is_shown_is_rounded_and_still_adds_up(shown: tuple[CostingResult, CostingResult]) -> None:
    safe, plain = shown
    assert safe.static == pytest.approx(plain.static, abs=0.051)
    assert safe.post_behavioural == pytest.approx(plain.post_behavioural, abs=0.11)
    for amounts in (safe.static, safe.without_response, *safe.by_head.values(), *safe.training.values()):
        assert all(round(10 * amount) == pytest.approx(10 * amount, abs=1e-9) for amount in amounts)
    assert all(count % 10 == 0 for count in (*safe.claimants, safe.population.records, safe.population.companies))
    assert safe.distribution is not None
    for table in safe.distribution.tables:
        assert all(row.companies % 10 == 0 for row in table.rows if not row.is_suppressed)


def test_no_file_of_a_costing_holds_a_record_or_a_figure_that_is_suppressed(
    shown: tuple[CostingResult, CostingResult], tmp_path: Path
) -> None:
    safe, plain = shown
    written = write_costing(safe, tmp_path / "out")
    assert plain.distribution is not None
    suppressed = next(row for row in plain.distribution.table("Industry section").rows if row.name.startswith("B "))
    forbidden = {repr(suppressed.gain), f"{suppressed.gain:.6f}", repr(plain.static[0]), "7319000", repr(_SECRET / 40)}
    assert len(written.files) > 5
    for file in written.files:
        content = _content_of(file)
        assert not any(text in content for text in forbidden), file.name
        assert "[c]" in content or file.suffix in {".png", ".svg", ".csv"}, file.name
    assert not list((tmp_path / "out").glob("*.parquet"))


def _content_of(file: Path) -> str:
    if file.suffix in {".docx", ".xlsx"}:
        with zipfile.ZipFile(file) as held:
            return "\n".join(held.read(name).decode("utf-8", "ignore") for name in held.namelist())
    return file.read_bytes().decode("utf-8", "ignore")


def test_a_costing_whose_effect_few_stand_behind_is_refused_in_words() -> None:
    with pytest.raises(GoodworkError) as fault:
        cost(REFORM, companies=companies(8), years=YEARS, draws=0, disclosure=True)
    said = str(fault.value)
    assert fault.value.exit_code == 2
    assert "The effect of 2028-29 may not be shown: fewer than 10 companies" in said and "--years" in said
    assert not re.search(r"\d\.\d{3}", said)


def test_the_note_has_each_line_of_the_impact_once(shown: tuple[CostingResult, CostingResult]) -> None:
    for result in shown:
        (impact,) = [section for section in note(result) if section.name == "Exchequer impact"]
        names = [row.cells[0] for part in impact.parts if isinstance(part, Table) for row in part.lines()]
        assert "What companies do" in names and len(names) == len(set(names))


def test_what_cannot_go_with_disclosure_control_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(GoodworkError) as fault:
        cost(REFORM, companies=companies(), basis="cash", disclosure=True, records=tmp_path / "records", where=["section=C"])
    assert "leave out --records" in str(fault.value) and "leave out --basis cash" in str(fault.value)
    assert "Leave out --where" in str(fault.value)
    assert not (tmp_path / "records").exists()
    setting = "assumptions.disclosure.minimum_records@2000-01-01=30"
    with pytest.raises(GoodworkError, match="is not used without --disclosure"):
        cost(REFORM, companies=companies(), draws=0, years=YEARS, settings=[setting])


def test_a_costing_without_an_effect_counts_no_company_exactly() -> None:
    nothing = cost(REFORM, companies=companies(244), years="2025-26", draws=0, disclosure=True)
    assert nothing.no_effect and nothing.disclosure is not None
    assert (nothing.population.records, nothing.population.companies) == (240, 6_100)
    assert "--disclosure" in nothing.command


def test_a_room_may_ask_for_more_companies() -> None:
    setting = "assumptions.disclosure.minimum_records@2000-01-01=500"
    with pytest.raises(GoodworkError, match="fewer than 500 companies"):
        cost(REFORM, companies=companies(), draws=0, years=YEARS, settings=[setting], disclosure=True)


def test_a_costing_with_its_files_asks_nothing_of_any_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_given: Any, **_named: Any) -> None:
        raise AssertionError("a socket was asked for")

    for name in ("connect", "connect_ex", "sendto", "bind"):
        monkeypatch.setattr(socket.socket, name, refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    companies().to_parquet(tmp_path / "companies.parquet")
    result = cost(REFORM, companies=tmp_path / "companies.parquet", years=YEARS, draws=0, disclosure=True)
    assert write_costing(result, tmp_path / "out").files


def test_records_add_up_to_the_costing_and_can_be_queried(tmp_path: Path) -> None:
    result = cost(REFORM, companies=companies(), years=YEARS, draws=0, records=tmp_path / "records", year_of_gains="2029-30")
    file = tmp_path / "records" / "records.parquet"
    assert [one.name for one in (tmp_path / "records").iterdir()] == ["records.parquet"]
    asked = f"select sic_section, sum(weight * gain) / 1e6 from '{file}' where financial_year = '2029-30' group by 1"  # noqa: S608
    by_section = dict(duckdb.sql(asked).fetchall())
    assert result.distribution is not None
    rows = {row.name[0]: row.gain for row in result.distribution.table("Industry section").rows if row.gain}
    assert by_section == pytest.approx(rows)
    held = pandas.read_parquet(file)
    assert set(held["company"]) == set(companies()["company"].astype(str))
    assert (held["tax_before"] - held["tax_after"]).to_numpy() == pytest.approx(held["gain"].to_numpy())
