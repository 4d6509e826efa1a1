"""The validation as a page and as pictures."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from openfisca_goodwork.costing import credibility
from openfisca_goodwork.costing.credibility import FOREIGN, Check
from openfisca_goodwork.reports import markdown
from openfisca_goodwork.reports.pictures import NO_CHARTS, write_table_and_pictures
from openfisca_goodwork.reports.validation import chart_of, report_of
from openfisca_goodwork.validation import ValidationReport, measures
from openfisca_goodwork.validation.report import figures_of


@pytest.fixture(scope="module")
def report() -> ValidationReport:
    """Two measures: 20% off, and exact."""
    chosen = [measures()["SBA_2pct"], measures()["FE_3yr"]]
    factors = {"SBA_2pct": 1.2, "FE_3yr": 1.0}
    amounts = {one.name: {row.year: factors[one.name] * row.figure for row in one.official} for one in chosen}
    costed: Any = {name: dict.fromkeys(credibility.COLUMNS, of) for name, of in amounts.items()}
    check = Check(FOREIGN, "italy-training-4-0", "2029-30", 856.3, 901.2, "Italy, credits claimed")
    return ValidationReport(figures_of(chosen, costed), (check,))


def test_a_picture_says_what_it_found_and_holds_both_figures_of_each_year(report: ValidationReport) -> None:
    chart = chart_of(report.errors[0])
    assert chart.title == (
        "Structures and buildings allowance of 2%: the model is 20.0% off the official costing, cost 20% too high"
    )
    assert "£ million of corporation tax. Minus is a cost" in chart.subtitle
    assert "2023-24 official -495, model -595" in chart.alt
    assert list(chart.data["value"][:2]) == pytest.approx([-53.5, -64.2])
    assert len(chart.data) == 12


def test_the_page_says_how_far_and_which_way_the_model_is_out_each_year_and_the_checks(report: ValidationReport) -> None:
    page = markdown.render(report_of(report), pictures="validation")
    buildings = measures()["SBA_2pct"]
    assert (
        f"| {buildings.title} | Budget 2018 | buildings | {buildings.group} | expressed | 20% | cost 20% too high |" in page
    )
    assert "| Official, corporation tax | -55 | -155 | -230 | -315 | -405 | -495 |" in page
    assert "| Model less official | -10 | -30 | -45 | -65 | -80 | -100 |" in page
    assert "| Beside it: official, all taxes | -55 | -165 | -260 | -365 | -475 | -585 |" in page
    assert "](validation/FE_3yr.svg)" in page
    assert "| italy-training-4-0 | 2029-30 | 856 | 901 |" in page


def test_without_the_extra_the_table_is_written_and_the_pictures_are_missed(
    report: ValidationReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    files, left_out = write_table_and_pictures(report, tmp_path)
    assert ([file.name for file in files], left_out) == (["validation.csv"], NO_CHARTS)
