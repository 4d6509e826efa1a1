"""The tables of official figures: each row says where it comes from, and the totals are the published ones."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from openfisca_goodwork.errors import DataError
from openfisca_goodwork.population import forecasts, sources, targets

TABLES = sorted(path.stem for path in sources.DATA.glob("*.csv"))


@pytest.fixture(params=TABLES)
def table(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_row_has_a_source_an_address_and_a_status_that_may_be_a_target(table: str) -> None:
    with (sources.DATA / f"{table}.csv").open(encoding="utf-8") as file:
        if not set(sources.COLUMNS) <= set(next(csv.reader(file))):
            pytest.skip("a table of another room")
    for row in sources.rows(table):
        assert row.source, row
        assert row.address.startswith("https://"), row
        assert row.status != "memory", row


def test_a_population_belongs_to_the_tables_that_its_code_names_and_to_no_other() -> None:
    code = "".join(module.read_text(encoding="utf-8") for module in Path(sources.__file__).parent.glob("*.py"))
    read = set(re.findall(r"(?:rows?|matrix)\(\s*[\"'](\w+)", code)) | set(targets.TABLES) | {forecasts._TABLE}
    assert read == set(sources.POPULATION_TABLES)


def test_companies_are_the_2_096_600_of_the_ons() -> None:
    by_employment = sources.matrix(
        "companies_by_industry_and_employment", sources.INDUSTRIES, sources.EMPLOYMENT_BANDS, (0, 2)
    )
    by_turnover = sources.matrix("companies_by_industry_and_turnover", sources.INDUSTRIES, sources.TURNOVER_BANDS, (0, 2))
    by_region = sources.matrix("companies_by_region_and_employment", sources.REGIONS, sources.EMPLOYMENT_BANDS, (1, 2))
    assert by_employment.sum() == pytest.approx(2_096_600, abs=50)
    assert by_turnover.sum() == pytest.approx(2_096_600, abs=50)
    assert by_region.sum() == pytest.approx(2_096_600, abs=50)
    assert by_employment[:, -1].sum() == pytest.approx(8_235, abs=20)


def test_liable_companies_by_section_add_up_to_the_total_of_hmrc() -> None:
    liable = sources.by_section("companies with a liability", "2023-24")
    assert liable.sum() == 1_561_585
    assert liable[sources.SECTIONS.index("S")] == 73_870 + 6_720  # households as employers (T) count with other services


def test_tax_of_a_section_is_in_pounds() -> None:
    assert sources.by_section("corporation tax liabilities", "2023-24")[sources.SECTIONS.index("K")] == 19_581e6


def test_training_adds_up_to_the_53_billion_of_the_survey() -> None:
    spend = [row.figure for row in sources.rows("training_by_sector") if row.keys[2] == "training spend"]
    assert sum(spend) == pytest.approx(53_000, rel=0.001)


def test_sections_of_the_training_sectors_cover_each_section_once() -> None:
    sections = "".join(row.keys[1] for row in sources.rows("training_by_sector") if row.keys[2] == "training spend")
    assert sorted(sections) == list(sources.SECTIONS)


def test_sectors_of_allowances_stand_in_their_order_on_a_straight_line_and_cover_each_section_once() -> None:
    figures = [row.figure for row in sources.rows("capital_allowances_by_section")]
    eight, rest = np.array(figures[:8]), figures[8]
    assert (eight[0], eight.sum(), rest) == (13, pytest.approx(80, abs=0.01), 20)
    assert np.diff(eight) == pytest.approx(np.full(7, -6 / 7), abs=0.01)
    assert sorted("".join(row.keys[1] for row in sources.allowance_sectors())) == list(sources.SECTIONS)


def test_mining_has_no_sector_of_its_own_and_the_others_share_all_plant() -> None:
    group, shares = sources.allowance_groups()
    named = dict(zip(sources.SECTIONS, [sources.allowance_sectors()[at].keys[1] for at in group], strict=True))
    assert (named["C"], named["B"], named["O"]) == ("C", "ABEFILMPQRS", "NO")
    assert shares.sum() == pytest.approx(1)
    assert shares[0] == pytest.approx(13 / 90.43)


def test_a_row_that_is_not_there_is_an_error_that_names_it() -> None:
    with pytest.raises(DataError, match="1999-00"):
        sources.row("corporation_tax", "1999-00", "corporation tax liabilities")


def test_a_malformed_table_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bad.csv").write_text("figure,unit,year,source,address,status\n1,companies,2025,x,https://x,guessed\n")
    monkeypatch.setattr(sources, "DATA", tmp_path)
    with pytest.raises(DataError, match="guessed"):
        sources.rows("bad")


def test_every_table_is_ascii_and_read_whole() -> None:
    assert len(TABLES) >= 11
    assert np.all([(sources.DATA / f"{name}.csv").read_bytes().isascii() for name in TABLES])


def test_a_fitted_year_left_out_is_foretold_by_its_neighbours_no_better_than_the_year_held_out() -> None:
    """Shares of sections on the line (in logs) between the years around: 6.9% off in 2019-20, 14.0% in 2020-21.

    So 14% for 2021-22, held out, is what such a guess is worth, not something the fit to other years misses.
    """
    shares = {
        year: sources.by_section("corporation tax liabilities", year)
        for year in ("2018-19", "2019-20", "2020-21", "2023-24")
    }
    logs = {int(year[:4]): np.log(one / one.sum()) for year, one in shares.items()}
    for left_out, before, after, error in ((2019, 2018, 2020, 0.069), (2020, 2019, 2023, 0.140)):
        along = (left_out - before) / (after - before)
        guess = np.exp(logs[before] + along * (logs[after] - logs[before]))
        assert np.abs(guess / guess.sum() / np.exp(logs[left_out]) - 1).mean() == pytest.approx(error, abs=0.001)
