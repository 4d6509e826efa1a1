"""`goodwork validate`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from openfisca_goodwork import validation
from openfisca_goodwork.validation import ValidationReport, measures
from openfisca_goodwork.validation.report import figures_of

from .running import goodwork


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What the command asks to be validated; it gets the measure of the rate, 10% off."""
    made: list[list[str]] = []
    one = measures()["CT_25_SPR"]
    amounts = {row.year: 1.1 * row.figure for row in one.official}
    costed: Any = {"CT_25_SPR": dict.fromkeys(("nothing_fitted", "as_used", "left_out"), amounts)}

    def validate(names: list[str], **_progress: Any) -> ValidationReport:
        made.append(list(names))
        return ValidationReport(figures_of([one], costed))

    monkeypatch.setattr(validation, "validate", validate)
    return made


def test_measures_are_passed_on_and_the_report_is_printed(asked: list[list[str]]) -> None:
    result = goodwork("validate", "--measure", "CT_25_SPR", "--measure", "SD_130_50")
    assert asked == [["CT_25_SPR", "SD_130_50"]]
    assert (result.exit_code, result.stderr) == (0, "")
    assert "yield 10% too high" in " ".join(result.stdout.split())


@pytest.mark.usefixtures("asked")
def test_json_and_csv_hold_the_figures() -> None:
    data = json.loads(goodwork("validate", "--json").stdout)
    assert data["measures"][0]["error"]["as_used"] == pytest.approx(0.1)
    rows = list(csv.DictReader(io.StringIO(goodwork("validate", "--csv").stdout)))
    assert [(row["financial_year"], float(row["official"])) for row in rows[-2:]] == [
        ("2024-25", 15831.1),
        ("2025-26", 16435.3),
    ]


def test_two_forms_at_once_are_refused_before_any_work(asked: list[list[str]]) -> None:
    assert goodwork("validate", "--json", "--csv").exit_code == 2
    assert asked == []


@pytest.mark.usefixtures("asked")
def test_the_table_and_a_picture_a_measure_are_written(tmp_path: Path) -> None:
    result = goodwork("validate", "--out", str(tmp_path / "found"))
    assert {file.name for file in (tmp_path / "found").iterdir()} == {"validation.csv", "CT_25_SPR.svg"}
    assert "Written to" in result.stderr
    assert goodwork("validate", "--out", str(tmp_path / "found"), "--quiet").stderr == ""


def test_a_measure_that_is_not_there_is_refused_before_any_work() -> None:
    result = goodwork("validate", "--measure", "SD_130", "--measure", "RDEC_13")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Did you mean SD_130_50?" in result.stderr
    assert "no research and development" in result.stderr


def test_a_directory_that_is_a_file_is_refused_before_any_work(asked: list[list[str]], tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    result = goodwork("validate", "--out", str(tmp_path / "taken"))
    assert (result.exit_code, asked) == (2, [])
