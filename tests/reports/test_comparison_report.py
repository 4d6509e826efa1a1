"""The workbook of a comparison, opened again: figures as numbers with their formats, links, and text that stays text."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.policy import Comparison, Reform, compare
from openfisca_goodwork.policy.affected_variables import AffectedVariables
from openfisca_goodwork.reports.comparison import NO_OVERRIDES, NOTHING_DIFFERS, of_comparison
from openfisca_goodwork.reports.workbook import write_report

PROPOSAL = "human-investment-super-deduction"
MAIN_RATE = "corporation_tax.main_rate"
LIMIT = "corporation_tax.marginal_relief.lower_limit"
HOSTILE = "=cmd|' /C calc'!A0"
SHEETS = ["Cover", "Differences", "Overrides", "Notes"]


def opened(comparison: Comparison, path: Path, affected: AffectedVariables | None = None) -> Any:
    return openpyxl.load_workbook(write_report(of_comparison(comparison, affected), path / "differences.xlsx"))


def rows(book: Any) -> dict[str, dict[str, Any]]:
    """Cells of the sheet Differences by path and heading."""
    sheet = book["Differences"]
    headings = [cell.value for cell in sheet[4]]
    listed = [dict(zip(headings, row, strict=True)) for row in sheet.iter_rows(min_row=5)]
    return {row["Path"].value: row for row in listed if row["Path"].value}


@pytest.fixture(scope="module")
def of_2023(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return opened(compare("law@2022-12-31", "law", on="2023-04-01"), tmp_path_factory.mktemp("comparison"))


def test_its_sheets_in_their_order(of_2023: Any) -> None:
    assert of_2023.sheetnames == SHEETS


def test_the_cover_says_what_was_found_and_how_to_find_it_again(of_2023: Any) -> None:
    told = {row[0].value: row[1].value for row in of_2023["Cover"].iter_rows(min_row=4)}
    comparison = compare("law@2022-12-31", "law", on="2023-04-01")
    assert told["Result"] == comparison.finding
    assert (told["A"], told["B"]) == ("law@2022-12-31", "law")
    assert told["First day"] == told["Last day"] == datetime(2023, 4, 1)  # noqa: DTZ001
    assert told["Reproduce"] == "goodwork compare law@2022-12-31 law --on 2023-04-01"


def test_every_difference_is_a_row(of_2023: Any) -> None:
    comparison = compare("law@2022-12-31", "law", on="2023-04-01")
    assert list(rows(of_2023)) == [row.path for row in comparison.rows]


def test_rates_are_percentages_and_money_is_money_both_as_numbers(of_2023: Any) -> None:
    rate, limit = rows(of_2023)[MAIN_RATE], rows(of_2023)[LIMIT]
    assert [(rate[side].value, rate[side].number_format) for side in "AB"] == [(0.19, "0.0#####%"), (0.25, "0.0#####%")]
    assert [(limit[side].value, limit[side].number_format) for side in "AB"] == [(0, "#,##0.00"), (50_000, "#,##0.00")]


def test_days_are_days_and_the_change_has_its_kind(of_2023: Any) -> None:
    row = rows(of_2023)[MAIN_RATE]
    assert (row["From"].value, row["To"].value) == (datetime(2023, 4, 1), None)  # noqa: DTZ001
    assert (row["Change"].value, row["B: across the day"].value) == ("moved", "day weighted")


def test_sources_are_links_and_a_second_address_stands_beside_the_first(of_2023: Any) -> None:
    row, found = rows(of_2023)[MAIN_RATE], compare("law@2022-12-31", "law", on="2023-04-01")
    (difference,) = (row for row in found.rows if row.path == MAIN_RATE)
    first, *others = difference.href_b.split("; ")
    assert row["B: link"].hyperlink.target == row["B: link"].value == first
    assert row["B: other links"].value == "; ".join(others)
    assert row["B: source"].value == difference.reference_b


def test_a_value_that_stands_for_no_rule_and_one_without_limit_are_said_in_words(tmp_path: Path) -> None:
    book = opened(compare("law@2021-04-01", "law", on="2023-04-01"), tmp_path)
    assert rows(book)["research_and_development.intensive_credit.intensity"]["A"].value == "no condition"


def test_text_of_a_reform_stays_text(tmp_path: Path) -> None:
    reform = Reform("hostile", HOSTILE, {MAIN_RATE: ((date(2027, 4, 1), 0.3),)}, source="https://example.org/=1+1")
    book = opened(compare("law", reform), tmp_path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert rows(book)[MAIN_RATE]["B: source"].value == f"{HOSTILE}: https://example.org/=1+1"
    assert rows(book)[MAIN_RATE]["B: source"].quotePrefix


def test_what_is_no_address_of_the_web_is_no_link(tmp_path: Path) -> None:
    comparison = compare("law", PROPOSAL)
    sly = replace(comparison, rows=tuple(replace(row, href_b="file:///etc") for row in comparison.rows))
    cell = next(iter(rows(opened(sly, tmp_path)).values()))["B: link"]
    assert (cell.value, cell.hyperlink) == ("file:///etc", None)


def test_overrides_are_listed_with_both_values(tmp_path: Path) -> None:
    sheet = opened(compare("law", f"{PROPOSAL} + {PROPOSAL}-external-fees"), tmp_path)["Overrides"]
    listed = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    path = "human_investment.qualifying.trainer_pay.inclusion"
    assert [path, datetime(2027, 4, 1), PROPOSAL, 1, f"{PROPOSAL}-external-fees", 0] in listed  # noqa: DTZ001


def test_a_comparison_without_differences_and_without_overrides_says_so(tmp_path: Path) -> None:
    book = opened(compare("law", "law"), tmp_path)
    assert book["Differences"]["A4"].value == NOTHING_DIFFERS
    assert book["Overrides"]["A4"].value == NO_OVERRIDES


def test_what_is_touched_is_a_sheet_where_it_was_asked_for(tmp_path: Path) -> None:
    comparison = compare("law", "law", settings=["apprenticeship_levy.allowance@2027-04-06=20000"])
    book = opened(comparison, tmp_path, comparison.touches())
    assert book.sheetnames == [*SHEETS[:3], "Variables", "Notes"]
    assert [cell.value for cell in book["Variables"][5]][::2] == ["apprenticeship_levy", "apprenticeship_levy.allowance"]


def test_a_workbook_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    with pytest.raises(GoodworkError, match="cannot be written"):
        write_report(of_comparison(compare("law", "law")), blocked / "differences.xlsx")
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_a_name_that_is_of_no_workbook_is_refused_and_so_is_a_want_of_the_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(GoodworkError, match=r"ends in \.xlsx"):
        write_report(of_comparison(compare("law", "law")), tmp_path / "differences.csv")
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(GoodworkError, match="extra `report`"):
        write_report(of_comparison(compare("law", "law")), tmp_path / "differences.xlsx")
