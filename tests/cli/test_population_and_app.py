"""`goodwork population` and `goodwork app`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from openfisca_goodwork import population
from openfisca_goodwork.screens import launch

from .running import goodwork


def test_export_passes_on_what_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(population, "load", lambda name, progress, forecast: ((name, forecast), progress("Loading", 1.0))[0])
    monkeypatch.setattr(population, "export", lambda *arguments: calls.append(arguments))
    file = tmp_path / "companies.csv"
    result = goodwork(
        "population", "export", str(file), "--year", "2023-24", "--variable", "turnover", "--variable", "employees"
    )
    assert calls == [(("default", "latest"), file, 2023, ["turnover", "employees"])]
    assert (result.stdout, result.stderr) == ("", f"Written to {file}.\n")


def test_export_of_several_years_at_once_is_refused(tmp_path: Path) -> None:
    result = goodwork("population", "export", str(tmp_path / "companies.csv"), "--year", "2023-24:2024-25")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "one financial year" in result.stderr
    assert not list(tmp_path.iterdir())


def test_app_serves_on_the_port_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[Any, Any]] = []
    monkeypatch.setattr(launch, "launch", lambda port, *, headless: calls.append((port, headless)))
    assert goodwork("app", "--port", "8600", "--headless").exit_code == 0
    assert goodwork("app").exit_code == 0
    assert calls == [(8600, True), (None, False)]
