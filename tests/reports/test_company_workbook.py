"""The workbook of one company, opened again: its sheets, its live formulas, and text that stays text."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from openfisca_goodwork.company import CompanyResult, calculate
from openfisca_goodwork.company.many import calculate_many
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.reports.companies import write_companies_workbook
from openfisca_goodwork.reports.company import write_company_workbook
from tests.reports.sheet_formulas import Sheet

REFORM = "human-investment-super-deduction"
SCHEDULES = {"Charge", "Payment", "Losses", "Carry-back"}
SHEETS = [
    "Cover", "Computation", "Training", "Charge", "Payment", "Losses", "Carry-back", "Working", "Parameters",
    "Inputs", "Notes",
]  # fmt: skip
HOSTILE = "=cmd|' /C calc'!A0"
PENNY = 0.005
# Everything that the computation nets off: a year of two parts, marginal relief, a loss carried back, R&D, group relief.
COMPANIES: dict[str, list[dict[str, Any]]] = {
    "between the limits across 1 April 2023": [
        {
            "start": "2023-01-01",
            "end": "2023-12-31",
            "trading_profit_before_capital_allowances": 200_000,
        },
    ],
    "a loss carried back": [
        {"start": "2027-01-01", "end": "2027-12-31", "trading_profit_before_capital_allowances": 150_000},
        {
            "start": "2028-01-01",
            "end": "2028-12-31",
            "trading_profit_before_capital_allowances": -100_000,
            "external_course_fees": 50_000,
            "claims_loss_carry_back": True,
            "loss_absorbed_by_group_share": 0.25,
        },
    ],
    "research, donations, distributions, associates": [
        {
            "start": "2028-01-01",
            "end": "2028-09-30",
            "trading_profit_before_capital_allowances": 90_000,
            "external_course_fees": 20_000,
            "research_and_development_expenditure": 40_000,
            "property_profits": 5_000,
            "qualifying_charitable_donations": 1_000,
            "group_relief_available": 2_000,
            "exempt_distributions": 8_000,
            "associated_companies": 1,
            "main_rate_plant_new": 30_000,
            "trading_losses_brought_forward": 4_000,
        },
    ],
    "a close investment-holding company": [
        {
            "start": "2028-01-01",
            "end": "2028-12-31",
            "chargeable_gains": 40_000,
            "is_close_investment_holding_company": True,
        },
    ],
}


def company(periods: list[dict[str, Any]], name: str = "Example Ltd") -> dict[str, Any]:
    return {"company": {"name": name}, "accounting_periods": periods}


@cache
def carried_back(*reforms: str) -> CompanyResult:
    return calculate(company(COMPANIES["a loss carried back"]), reforms)


def opened(result: CompanyResult, directory: Path, **options: Any) -> Any:
    return openpyxl.load_workbook(write_company_workbook(result, directory / "company.xlsx"), **options)


def rows_of(sheet: Any, label: str) -> list[int]:
    return [row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == label]


def test_it_has_its_sheets_and_nothing_beside_it(tmp_path: Path) -> None:
    book = opened(carried_back(REFORM), tmp_path)
    assert book.sheetnames == SHEETS
    assert [file.name for file in tmp_path.iterdir()] == ["company.xlsx"]


@pytest.mark.parametrize("periods", COMPANIES.values(), ids=COMPANIES)
def test_its_formulas_come_to_the_figures_of_the_result(periods: list[dict[str, Any]], tmp_path: Path) -> None:
    result = calculate(company(periods), REFORM)
    sheet = Sheet(opened(result, tmp_path)["Computation"])
    shown = {
        "less capital allowances": "capital_allowances",
        "Trading result after allowances": "adjusted_trading_result",
        "Total profits": "total_profits",
        "Taxable total profits": "taxable_total_profits",
        "Corporation tax": "corporation_tax",
        "Net corporation tax": "net_corporation_tax",
    }
    for label, name in shown.items():
        rows = rows_of(sheet.sheet, label)
        assert len(rows) == len(periods)
        for row, one in zip(rows, result.accounting_periods, strict=True):
            for column, law in zip("BC", result.laws, strict=True):
                assert str(sheet.sheet[f"{column}{row}"].value).startswith("=")
                assert sheet.value(f"{column}{row}") == pytest.approx(one.amount(law, name), abs=PENNY)
            assert sheet.value(f"D{row}") == pytest.approx(one.change(name), abs=PENNY)


def test_every_formula_keeps_the_value_it_comes_to(tmp_path: Path) -> None:
    result = carried_back(REFORM)
    live, kept = opened(result, tmp_path)["Computation"], opened(result, tmp_path, data_only=True)["Computation"]
    formulas = [cell for row in live.iter_rows() for cell in row if cell.data_type == "f"]
    assert len(formulas) > 100
    for formula in formulas:
        assert kept[formula.coordinate].value == pytest.approx(Sheet(live).value(formula.coordinate), abs=PENNY)


def test_a_changed_profit_changes_the_tax_of_the_sheet(tmp_path: Path) -> None:
    # £50,000 more of profit between the limits bears 26.5% in 2028
    facts = {"start": "2028-01-01", "end": "2028-12-31", "trading_profit_before_capital_allowances": 150_000}
    sheet = opened(calculate(company([facts])), tmp_path)["Computation"]
    (tax,), (profit,) = rows_of(sheet, "Corporation tax"), rows_of(sheet, "Trading profit before capital allowances")
    before = Sheet(sheet).value(f"B{tax}")
    sheet[f"B{profit}"].value = 200_000
    assert Sheet(sheet).value(f"B{tax}") - before == pytest.approx(13_250)
    (due,) = (row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 2).value == f"=B{tax}*1.0")
    assert Sheet(sheet).value(f"B{due}") == pytest.approx(Sheet(sheet).value(f"B{tax}"))


def test_all_periods_add_up(tmp_path: Path) -> None:
    result = carried_back(REFORM)
    sheet = Sheet(opened(result, tmp_path)["Computation"])
    (row,) = rows_of(sheet.sheet, "Net corporation tax, all accounting periods")
    assert sheet.value(f"D{row}") == pytest.approx(-result.tax_saved, abs=PENNY)


def test_without_a_reform_there_is_one_column_of_figures_and_the_box_of_the_return_beside_it(tmp_path: Path) -> None:
    facts = {"start": "2028-01-01", "end": "2028-12-31", "trading_profit_before_capital_allowances": 150_000}
    sheet = opened(calculate(company([facts])), tmp_path)["Computation"]
    (tax,), (result,) = rows_of(sheet, "Corporation tax"), rows_of(sheet, "Trading result after allowances")
    assert sheet.max_column == 3
    assert (sheet[f"C{tax}"].value, sheet[f"C{result}"].value) == ("box 440", None)


def test_the_parameters_name_path_value_day_and_source(tmp_path: Path) -> None:
    book = opened(calculate(company(COMPANIES["between the limits across 1 April 2023"])), tmp_path)
    rows = list(book["Parameters"].iter_rows(min_row=4, values_only=True))
    rates = [row for row in rows if row[0] == "corporation_tax.main_rate"]
    assert [(row[2], str(row[4])[:10]) for row in rates] == [(0.19, "2017-04-01"), (0.25, "2023-04-01")]
    assert all(row[10].startswith("https://www.legislation.gov.uk/") for row in rates)


def test_the_working_ends_each_step_with_its_result(tmp_path: Path) -> None:
    # £200,000 in 2023: £46,483.75, of which 90/365 × 19% = £9,369.86 on the part before 1 April
    book = opened(calculate(company(COMPANIES["between the limits across 1 April 2023"])), tmp_path)
    results = [row for row in book["Working"].iter_rows(min_row=4, values_only=True) if row[4] == "result"]
    taxes = [row[6] for row in results if row[5] in ("Tax from 1 January 2023 to 31 March 2023", "Corporation tax")]
    assert taxes == pytest.approx([9_369.86, 46_483.75], abs=PENNY)


def test_cars_sales_and_tags_are_told_on_the_sheet_of_inputs_and_classed_on_that_of_the_working(tmp_path: Path) -> None:
    facts = {
        "expenditure": [
            {"on": "2027-05-01", "car": 30_000, "co2_emissions": 120, "new": False},
            {"on": "2027-06-30", "external_course_fees": 12_000, "tags": ["green", "digital"]},
        ],
        "structures_and_buildings": [
            {
                "cost": 365_000,
                "incurred": "2026-05-01",
                "brought_into_use": "2026-07-01",
                "sold": "2027-07-01",
                "proceeds": 4e5,
            }
        ],
    }
    book = opened(calculate(company([{"start": "2027-01-01", "end": "2027-12-31", **facts}])), tmp_path)
    told = [(row[1], row[2], row[3], str(row[4])[:10]) for row in book["Inputs"].iter_rows(min_row=4, values_only=True)]
    assert set(told) >= {
        ("car", "Car, 120 g/km, second-hand", 30_000, "2027-05-01"),
        ("external_course_fees", "External course fees (green, digital)", 12_000, "2027-06-30"),
        ("cost", "Cost of a building sold; the day its allowance began", 365_000, "2026-07-01"),
        ("proceeds", "Proceeds of a building sold", 400_000, "2027-07-01"),
    }
    results = {row[5]: row[6] for row in book["Working"].iter_rows(min_row=4, values_only=True) if row[4] == "result"}
    assert results["Class of the car of 1 May 2027: 120 g/km, second-hand"] == "Special-rate cars"
    assert results["Allowances given on the building sold on 1 July 2027"] == pytest.approx(10_950)


@pytest.mark.parametrize("name", [HOSTILE, "+1+1", "-2+cmd", "@SUM(A1)", "https://example.org", "\t=1"])
def test_a_name_that_looks_like_a_formula_is_text_everywhere(name: str, tmp_path: Path) -> None:
    periods = COMPANIES["a loss carried back" if name == HOSTILE else "a close investment-holding company"]
    book = opened(calculate(company(periods, name), REFORM), tmp_path)
    for sheet in book:
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert all(cell.data_type == "s" for cell in cells if str(cell.value).strip().startswith(name.strip()))
        assert all(cell.hyperlink is None for cell in cells)
    formulas = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert not any("cmd" in formula or "A1)" in formula for formula in formulas)


def test_a_company_of_which_nothing_is_told_has_a_workbook(tmp_path: Path) -> None:
    book = opened(calculate({"accounting_periods": [{"start": "2028-01-01", "end": "2028-12-31"}]}, REFORM), tmp_path)
    assert book.sheetnames == [name for name in SHEETS if name not in SCHEDULES]


def test_the_same_result_makes_the_same_sheets(tmp_path: Path) -> None:
    result = carried_back(REFORM)
    books = [opened(result, tmp_path) for _ in range(2)]
    tables = [[list(sheet.values) for sheet in book] for book in books]
    assert tables[0] == tables[1]


@pytest.mark.parametrize("name", ["company.xls", "company", "company.xlsx.txt"])
def test_another_ending_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(GoodworkError, match=r"ends in \.xlsx"):
        write_company_workbook(carried_back(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_without_xlsxwriter_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(GoodworkError, match=r"pip install 'openfisca-goodwork\[report\]'"):
        write_company_workbook(carried_back(), tmp_path / "company.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_cannot_be_written_is_said_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(GoodworkError, match="cannot be written"):
        write_company_workbook(carried_back(), tmp_path / "file" / "company.xlsx")
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_a_failed_write_leaves_the_workbook_of_before(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = write_company_workbook(carried_back(), tmp_path / "company.xlsx")
    before = path.read_bytes()
    monkeypatch.setattr("os.fsync", _full_disk)
    with pytest.raises(GoodworkError, match="No space left"):
        write_company_workbook(carried_back(REFORM), path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["company.xlsx"]


def _full_disk(_file: int) -> None:
    raise OSError(28, "No space left on device")


TABLE = f"""\
company,start,end,trading_profit_before_capital_allowances,external_course_fees
"{HOSTILE}",2028-01-01,2028-12-31,240000,20000
-2,2028-01-01,2028-12-31,40000,
"""


def test_many_companies_have_a_row_for_each_law_and_no_formula(tmp_path: Path) -> None:
    table = tmp_path / "companies.csv"
    table.write_text(TABLE, encoding="utf-8")
    result = calculate_many(table, REFORM)
    book = openpyxl.load_workbook(write_companies_workbook(result, tmp_path / "companies.xlsx"))
    assert book.sheetnames == ["Cover", "Companies", "Notes"]
    heading, *rows = book["Companies"].iter_rows(min_row=4, values_only=True)
    tax = heading.index("Corporation tax")
    assert [(row[0], row[3], row[tax]) for row in rows] == [
        (HOSTILE, "current law", pytest.approx(59_850)),
        (HOSTILE, "reform", pytest.approx(58_260)),
        ("-2", "current law", pytest.approx(7_600)),
        ("-2", "reform", pytest.approx(7_600)),
    ]
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
