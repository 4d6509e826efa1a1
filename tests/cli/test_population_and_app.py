"""`goodwork population` and `goodwork app`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from openfisca_goodwork import population
from openfisca_goodwork.population import FitReport
from openfisca_goodwork.population.report import Weights, line
from openfisca_goodwork.population.sources import Row
from openfisca_goodwork.screens import launch

from .running import goodwork


def test_export_passes_on_what_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    calls: list[tuple[Any, ...]] = []

    def load(name: str, progress: Any, law: object, forecast: str) -> tuple[str, str]:
        assert law is not None  # the law of the outlook, as a costing has it
        progress("Loading", 1.0)
        return name, forecast

    monkeypatch.setattr(population, "load", load)
    monkeypatch.setattr(population, "export", lambda *arguments: calls.append(arguments))
    file = tmp_path / "companies.csv"
    result = goodwork(
        "population", "export", str(file), "--year", "2023-24", "--variable", "turnover", "--variable", "employees"
    )
    assert calls == [(("default", "latest"), file, 2023, ["turnover", "employees"])]
    assert (result.stdout, result.stderr) == ("", f"Written to {file}.\n")
    warned = goodwork("population", "export", str(file), "--year", "2023-24", "--variable", "corporation_tax")
    assert "adds up to more than is paid. Add up net_corporation_tax" in warned.stderr


def fit() -> FitReport:
    """A report of one figure, 1% over."""
    of = Row((), 0.0, "GBP million", "2023-24", "HMRC", "", "seen")
    lines = (line("corporation tax by year", "2023-24", (100.0, 101.0), of, role="fitted", tolerance=0.05),)
    return FitReport(lines, Weights(10, 300.0, 2, 8.5, 0.5, 2.0, 0.1, 90.0))


def test_report_passes_on_population_and_forecast_and_writes_what_is_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(population, "load", lambda name, forecast, **_: asked.append((name, forecast)))
    monkeypatch.setattr(population, "report", lambda _people: fit())
    options = ("--population", "full", "--forecast", "2021-03", "--summary")
    result = goodwork("population", "report", *options, "--xlsx", str(tmp_path / "fit.xlsx"), "--out", str(tmp_path / "fit"))
    assert asked == [("full", "2021-03")]
    assert "corporation tax by year" in result.stdout
    assert (tmp_path / "fit.xlsx").is_file()
    assert (tmp_path / "fit" / "corporation-tax-by-year.svg").is_file()
    assert result.stderr.count("Written to") == 2


def test_a_workbook_of_another_kind_is_refused_before_any_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(population, "load", lambda *_, **__: pytest.fail("built"))
    result = goodwork("population", "report", "--xlsx", str(tmp_path / "fit.txt"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "it ends in .xlsx" in result.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [(("--population", "everybody"), "default and full"), (("--forecast", "2024-10"), "is not on file")],
)
def test_a_population_or_an_outlook_that_is_not_there_is_refused_in_words(options: tuple[str, str], words: str) -> None:
    result = goodwork("population", "build", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr


def test_export_of_several_years_at_once_is_refused(tmp_path: Path) -> None:
    result = goodwork("population", "export", str(tmp_path / "companies.csv"), "--year", "2023-24:2024-25")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "one financial year" in result.stderr
    assert not list(tmp_path.iterdir())


def test_app_serves_on_the_port_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []
    monkeypatch.setattr(launch, "launch", lambda port, **options: calls.append((port, *options.values())))
    assert goodwork("app", "--port", "8600", "--headless").exit_code == 0
    assert goodwork("app").exit_code == 0
    assert calls == [(8600, True, "127.0.0.1", None), (None, False, "127.0.0.1", None)]


def test_the_population_is_built_before_the_app_is_served_where_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []
    monkeypatch.setattr(population, "load", lambda name, **_: built.append(name))
    monkeypatch.setattr(launch, "launch", lambda _port, *, prepare, **_: prepare())
    assert goodwork("app", "--prepare").exit_code == 0
    assert built == ["default"]
