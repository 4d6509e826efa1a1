"""Errors, bounds and words, on figures put in by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from openfisca_goodwork.costing.credibility import Measured, error_of
from openfisca_goodwork.costing.official import declared, why_checks_differ
from openfisca_goodwork.validation import kept_figures as of_file
from openfisca_goodwork.validation import measures
from openfisca_goodwork.validation.kept_figures import HEADING, kept, moved, rows_in, rows_of, text_of

Made = Callable[..., Any]
STAMP = {"on": "2026-11-27", "version": "0.2.0", "why": "A test"}


def figure(official: float, model: float | None) -> Measured:
    return Measured("seven", "SD_130_50", "capital allowances", "2021-22", official, {"as_used": model})


def test_the_error_is_the_total_difference_over_the_total_of_the_official_figures() -> None:
    # |-90 + 100| + |60 - 50| = 20, of 150.
    assert error_of([figure(-100, -90), figure(50, 60)], "as_used") == pytest.approx(20 / 150)
    assert error_of([figure(-100, -90), figure(50, None)], "as_used") is None


def test_a_group_has_its_mean_its_worst_and_its_bound(report_of: Made) -> None:
    # Five measures exact, two official figures times 1.10 and times 0.46: 10% and 54% off, 64% / 7 on average.
    seven = {one.name: {"as_used": 1.0} for one in measures().values() if one.group.name == "seven"}
    report = report_of(seven | {"SD_130_50": {"as_used": 1.10}, "FE_3yr": {"as_used": 0.46, "nothing_fitted": 0.3}})
    used = report.verdicts[0]
    assert (used.group, used.column, used.measures, used.worst_measure) == ("seven", "as_used", 7, "FE_3yr")
    assert (used.mean, used.worst) == (pytest.approx(0.64 / 7), pytest.approx(0.54))
    assert (used.bound, used.is_met) == (0.08, False)
    assert f"as used: 9.1% off on average of 7, over the bound of 8%; worst 54.0%, {measures()['FE_3yr'].title}" in (
        " ".join(report.summary().split())
    )
    before = next(one for one in report.verdicts if one.column == "nothing_fitted")
    assert (before.mean, before.bound, before.is_met) == (pytest.approx(0.70 / 7), 0.20, True)


def test_some_measures_of_a_group_are_not_held_to_its_bound(report_of: Made) -> None:
    report = report_of({"SD_130_50": {"as_used": 1.5}})
    assert [(one.bound, one.is_met) for one in report.verdicts] == [(None, True)] * 3
    assert "Model, as used: 50.0% off." in report.summary()


def test_a_measure_over_its_bound_says_why(report_of: Made) -> None:
    report = report_of({"SD_130_50": {"as_used": 1.10}, "FE_3yr": {"as_used": 0.86}, "AIA_1m_2019": {"as_used": 1.14}})
    assert [one.measure.name for one in report.missed()] == ["FE_3yr"]  # 14%, of 12%; the AIA is allowed 15%
    text = " ".join(report.summary().split())
    assert "Over its bound of 12%: Full expensing for three years, 14.0%." in text
    assert measures()["FE_3yr"].why.strip() in text
    assert "as used: 12.7% off on average of 3; worst 14.0%" in text


def test_the_summary_has_each_year_as_scorecards_print_it_and_what_is_not_covered(report_of: Made) -> None:
    text = report_of({"FE_3yr": {"as_used": 1.0, "nothing_fitted": 1.1}}).summary()
    official = next(line for line in text.splitlines() if line.startswith("Official"))
    assert official.split()[1:] == ["-1,200", "-7,955", "-10,660", "-8,680", "-1,550", "+2,225"]
    assert "Spring Budget 2023, 15 March 2023, p.18; OBR forecast of March 2023" in " ".join(text.split())
    assert "Apprenticeship levy (APPRENTICESHIP_LEVY)" in text
    assert re.search(r"4,100 +3,000", text)


def test_the_report_is_json_without_nan(report_of: Made) -> None:
    told = report_of({"CT_25_SPR": {}}).to_dict()
    json.dumps(told, allow_nan=False)
    (one,) = told["measures"]
    assert (one["measure"], one["error"]["as_used"], one["bound"], one["is_met"]) == ("CT_25_SPR", 0.0, 0.05, True)
    assert one["official"] == [-5, 20, 2390, 11900, 16250, 17200]


def test_the_table_has_a_row_a_figure_with_its_source(report_of: Made) -> None:
    table = report_of({"CT_25_SPR": {"as_used": 2.0}}).to_dataframe()
    assert len(table) == 6 + 1
    assert table["as_used"].iloc[3] == 23_800
    assert table["address"].iloc[0].startswith("https://assets.publishing.service.gov.uk/")


def test_what_is_kept_reads_back_as_the_same_report(report_of: Made, tmp_path: Any) -> None:
    report = report_of({"SD_130_50": {"as_used": 1.1}, "AIA_500k_option": {}})
    rows, names = moved(rows_of(report), [], STAMP)
    file = tmp_path / "validation.csv"
    file.write_text(text_of(rows), encoding="utf-8")
    assert file.read_text().splitlines()[0].split(",") == list(HEADING)
    assert rows_of(kept(file)) == rows_of(report)
    assert [one.measure.name for one in kept(file).errors] == ["SD_130_50", "AIA_500k_option"]
    assert names == ["SD_130_50", "AIA_500k_option", "annual investment allowance"]


def test_only_what_moved_beyond_the_tolerance_is_kept_anew(report_of: Made, tmp_path: Any) -> None:
    first, _names = moved(rows_of(report_of({"SD_130_50": {}, "FE_3yr": {}})), [], STAMP)
    later = {"on": "2027-01-01", "version": "0.3.0", "why": "Another"}
    now = rows_of(report_of({"SD_130_50": {"as_used": 1.0005}, "FE_3yr": {"as_used": 1.05}}))
    rows, names = moved(now, first, later)
    assert names == ["FE_3yr"]
    assert {one["on"] for one in rows if one["measure"] == "SD_130_50"} == {"2026-11-27"}
    file = tmp_path / "kept.csv"
    file.write_text(of_file.text_of(rows), encoding="utf-8")
    assert moved(now, rows_in(file), later | {"on": "2027-02-02"}) == (rows, [])


def test_every_check_says_how_the_two_figures_differ(report_of: Made) -> None:
    for name in (*declared()["relief_checks"], *declared()["foreign_checks"]):
        assert len(why_checks_differ(name).split()) > 10
    said, told = why_checks_differ("annual investment allowance"), report_of({"SD_130_50": {"as_used": 1.0}}).summary()
    assert "".join(said.split()) in "".join(told.split())
