"""How well the population fits, in a workbook, in pictures and as a table: figures as they are, text that stays text."""

from __future__ import annotations

import dataclasses
import re
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from openfisca_goodwork.population import FitReport
from openfisca_goodwork.population.report import Line, Weights, alone, line
from openfisca_goodwork.population.sources import Row
from openfisca_goodwork.reports import text
from openfisca_goodwork.reports.pictures import NO_CHARTS, write_table_and_pictures
from openfisca_goodwork.reports.population import fit_of, listing_of, report_of
from openfisca_goodwork.reports.workbook import write_report

HOSTILE = "=cmd|' /C calc'!A0"


def told(block: str, target: str, official: float, model: float, *, fitted: bool = True, status: str = "seen") -> Line:
    of = Row((), 0.0, "GBP million", "2023-24", HOSTILE, "", status)
    return line(block, target, (official, model), of, role="fitted" if fitted else "held out", tolerance=0.05)


@pytest.fixture(scope="module")
def report() -> FitReport:
    """Two fitted figures, 1% and 7% off, so 4% on average; one held out, a quarter over."""
    lines = (
        told("corporation tax by section, 2023-24", "A", 100, 101),
        told("corporation tax by section, 2023-24", "B", 200, 186, status="derived"),
        told("corporation tax by section, 2021-22", "B", 400, 500, fitted=False),
    )
    weights = Weights(10, 300.0, 2, 8.5, 0.5, 2.0, 0.1, 90.0)
    return FitReport(lines, weights, "abc123")


@pytest.fixture(scope="module")
def checked(report: FitReport) -> FitReport:
    """The same with a check 40% off, a figure of which a range is known, and two of which none is held."""
    of = Row((), 0.0, "GBP million", "2023-24", "HMRC", "", "seen")
    ranged = dataclasses.replace(report.lines[0], block="training, cost heads", lowest=90.0, highest=100.0)
    lines = (
        line("levy", "2023-24", (100, 60), of, role="check", tolerance=0.25, note="All employers."),
        ranged,
        alone("pay bill by section", "A", 12.5, "GBP million", "2024", "No table."),
        alone("pay bill by section", "B", 7.5, "GBP million", "2024", "No table."),
    )
    return FitReport((*report.lines, *lines), report.weights, "abc123")


def test_checks_have_no_bound_and_what_is_not_held_no_error(checked: FitReport) -> None:
    levy, pay = checked.blocks("check")[0], checked.blocks("not held")[0]
    assert (levy.mean, levy.bound, levy.is_met, levy.within, levy.note) == (
        pytest.approx(0.4),
        None,
        True,
        0,
        "All employers.",
    )
    assert (pay.mean, pay.aggregate, pay.worst, pay.is_met, pay.figures) == (None, None, None, True, 2)
    assert [one.role for one in checked.missed()] == ["fitted", "held out"]
    listed = text.render(listing_of(checked))
    assert re.search(r"not held +12.5", listed)
    assert "No table." in listed
    assert "outside its range" in listed  # 101, of 90 to 100


def test_the_workbook_tells_checks_and_ranges_apart(checked: FitReport, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_report(report_of(checked), tmp_path / "fit.xlsx"))
    rows = {row["Official figures"]: row for row in sheet(book, "Fit")}
    assert [row["Role"] for row in sheet(book, "Fit")] == ["fitted", "fitted", "kept back", "check", "no official figure"]
    assert (rows["levy"]["Bound"], rows["levy"]["Note"]) == (None, "All employers.")
    figures = {row["Figure"]: row for row in sheet(book, "Figures") if row["Block"] == "pay bill by section"}
    assert (figures["A"]["Official"], figures["A"]["Model"], figures["A"]["Note"]) == (None, 12.5, "No table.")
    ranged = next(row for row in sheet(book, "Figures") if row["Block"] == "training, cost heads")
    assert (ranged["Lowest"], ranged["Highest"], ranged["Is within"]) == (90, 100, "no")


def test_figures_without_an_official_one_are_bars(checked: FitReport, tmp_path: Path) -> None:
    chart = fit_of(checked, checked.blocks("not held")[0])
    assert chart.title == "Pay bill by section: no official figure is held, the model has 2 figures"
    assert chart.alt.endswith("A: 12; B: 8.")
    assert "No table." in chart.subtitle
    files, _ = write_table_and_pictures(checked, tmp_path / "fit")
    assert {file.name for file in files} >= {"levy-check.svg", "pay-bill-by-section-not-held.svg"}


def sheet(book: Any, name: str) -> list[dict[str, Any]]:
    rows = list(book[name].iter_rows(min_row=4, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


@pytest.fixture(scope="module")
def book(report: FitReport, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return openpyxl.load_workbook(write_report(report_of(report), tmp_path_factory.mktemp("fit") / "fit.xlsx"))


def test_a_block_over_its_bound_is_named_with_its_mean_error(report: FitReport) -> None:
    assert [(one.block, one.role) for one in report.missed()] == [
        ("corporation tax by section, 2023-24", "fitted"),  # 4% on average, over 3%
        ("corporation tax by section, 2021-22", "held out"),  # 25%, over 10%
    ]
    assert "Over its bound of 3%: corporation tax by section, 2023-24 (fitted), 4.0% on average." in report.summary()


def test_how_figures_are_known_is_counted(report: FitReport) -> None:
    assert report.statuses() == {"seen": 2, "derived": 1}
    assert "Sources of the figures: 2 seen, 1 derived." in report.summary()
    assert report.to_dict()["blocks"][0]["statuses"] == {"seen": 1, "derived": 1}


def test_the_workbook_has_a_row_a_block_fitted_first(book: Any) -> None:
    assert book.sheetnames == ["Cover", "Fit", "Figures", "Weights", "Notes"]
    fitted, held_out = sheet(book, "Fit")
    assert (fitted["Role"], held_out["Role"]) == ("fitted", "kept back")
    assert fitted["Together"] == pytest.approx((1 + 14) / 300)
    assert (fitted["Mean"], fitted["Worst"]) == (pytest.approx(0.04), pytest.approx(0.07))
    assert (fitted["Bound"], fitted["Is met"], fitted["Status of sources"]) == (0.03, "no", "1 seen, 1 derived")


def test_the_workbook_has_every_figure_with_status_and_source_as_text(book: Any) -> None:
    figures = sheet(book, "Figures")
    assert [(figure["Official"], figure["Model"], figure["Status"]) for figure in figures] == [
        (100, 101, "seen"),
        (200, 186, "derived"),
        (400, 500, "seen"),
    ]
    cells = [row[-2] for row in book["Figures"].iter_rows(min_row=5)]
    assert {(cell.value, cell.data_type) for cell in cells} == {(HOSTILE, "s")}


def test_the_cover_names_the_blocks_over_their_bounds(book: Any) -> None:
    cover = dict(book["Cover"].iter_rows(min_row=4, max_col=2, values_only=True))
    assert cover["Fingerprint"] == "abc123"
    assert "25.0%, bound 10%" in cover["Blocks over their bound"]


def test_a_picture_names_the_figures_furthest_off_and_says_the_finding(report: FitReport) -> None:
    chart = fit_of(report, report.blocks()[0])
    assert chart.title == "Corporation tax by section, 2023-24: 2 figures, on average 4.0% from the official ones"
    assert list(chart.data["label"]) == ["A +1.0%", "B -7.0%"]
    assert "worst 7.0%, B" in chart.alt


def test_figures_of_nothing_are_left_out_of_a_picture(report: FitReport) -> None:
    nothing = dataclasses.replace(report.lines[0], target="C", official=0.0, error=None)
    chart = fit_of(FitReport((*report.lines[:2], nothing), report.weights), report.blocks()[0])
    assert list(chart.data["target"]) == ["A", "B"]


def test_a_picture_a_block_and_the_table_are_written(report: FitReport, tmp_path: Path) -> None:
    files, left_out = write_table_and_pictures(report, tmp_path / "fit")
    assert [file.name for file in files] == [
        "fit.csv",
        "corporation-tax-by-section-2023-24.svg",
        "corporation-tax-by-section-2021-22-held-out.svg",
    ]
    assert left_out == ""
    assert files[1].read_text().startswith("<svg")
    assert files[0].read_text().splitlines()[1].startswith('"corporation tax by section, 2023-24",A,GBP million,2023-24,')


def test_without_the_library_of_pictures_the_table_is_written(
    report: FitReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    files, left_out = write_table_and_pictures(report, tmp_path)
    assert [file.name for file in files] == ["fit.csv"]
    assert left_out == NO_CHARTS
