"""The population in a file: the columns asked for, of the accounting periods that end in the year asked for."""

from __future__ import annotations

import errno
from pathlib import Path

import pandas
import pytest

from openfisca_goodwork import population
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.population import Population

KEYS = ["id", "weight", "sic_section", "region", "employment_band", "turnover_band"]


def test_a_parquet_file_has_the_keys_then_the_variables_asked_for(default: Population, tmp_path: Path) -> None:
    path = population.export(default, tmp_path / "companies.parquet", 2023, ["net_corporation_tax", "employees"])
    table = pandas.read_parquet(path)
    assert list(table.columns) == [*KEYS, "net_corporation_tax", "employees"]
    assert len(table) == default.records
    assert table["weight"] @ table["net_corporation_tax"] == pytest.approx(83.6e9, rel=0.001)
    assert [file.name for file in tmp_path.iterdir()] == ["companies.parquet"]


def test_a_csv_file_reads_back(default: Population, tmp_path: Path) -> None:
    path = population.export(default, tmp_path / "companies.csv", 2024)
    table = pandas.read_csv(path)
    assert list(table.columns) == KEYS
    assert table["weight"].sum() == pytest.approx(default.companies)


def test_an_unknown_variable_gets_its_nearest_name(default: Population, tmp_path: Path) -> None:
    with pytest.raises(GoodworkError, match="Did you mean corporation_tax"):
        population.export(default, tmp_path / "companies.csv", 2023, ["corporation_tx"])
    assert not list(tmp_path.iterdir())


def test_a_year_outside_the_panel_is_refused(default: Population, tmp_path: Path) -> None:
    with pytest.raises(GoodworkError, match="2018-19 to 2032-33"):
        population.export(default, tmp_path / "companies.csv", 2040)


def test_a_directory_that_is_not_there_is_not_made(default: Population, tmp_path: Path) -> None:
    with pytest.raises(GoodworkError, match="There is no directory") as raised:
        population.export(default, tmp_path / "missing" / "companies.csv", 2023)
    assert raised.value.exit_code == 2
    assert not list(tmp_path.iterdir())
    (tmp_path / "companies.csv").mkdir()
    with pytest.raises(GoodworkError, match="is a directory"):
        population.export(default, tmp_path / "companies.csv", 2023)


def test_a_full_disk_is_said_and_leaves_the_file_of_before(
    default: Population, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    (tmp_path / "a.parquet").write_text("before")
    with pytest.raises(GoodworkError, match="cannot be written: No space left on device") as raised:
        population.export(default, tmp_path / "a.parquet", 2023)
    assert raised.value.exit_code == 2
    assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]


def test_a_file_of_another_kind_is_refused(default: Population, tmp_path: Path) -> None:
    with pytest.raises(GoodworkError, match=r"\.parquet or \.csv"):
        population.export(default, tmp_path / "companies.xlsx", 2023)
