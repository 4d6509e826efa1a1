"""Schedules, assumptions and papers of one company: the same figures on every form, and nothing that is nothing."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from openfisca_goodwork.company import CompanyResult, calculate
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.reports.company import report_of, write_company_workbook
from openfisca_goodwork.reports.company_papers import papers_of
from openfisca_goodwork.reports.printed import check_printed, write_printed
from openfisca_goodwork.reports.sections import Table
from openfisca_goodwork.reports.text import render
from openfisca_goodwork.version import model_version
from tests.company.test_schedules import TWO_YEARS_AND_A_HALF

PROFIT = "trading_profit_before_capital_allowances"
ORDINARY: dict[str, Any] = {
    "company": {"name": "Northern Joinery Ltd"},
    "accounting_periods": [
        {
            "start": "2025-04-01",
            "end": "2026-03-31",
            PROFIT: 182_450,
            "main_pool_brought_forward": 41_200,
            "main_pool_disposal_value": 3_500,
            "trading_losses_brought_forward": 12_000,
            "expenditure": [{"on": "2025-06-12", "main_rate_plant_new": 36_000}],
        }
    ],
}
STRADDLES = {"start": "2018-04-01", "end": "2019-03-31", PROFIT: 900_000, "main_rate_plant_new": 390_000}
SPREAD = "£293,835.62 from 1 April 2018 to 31 December 2018"


@pytest.fixture(scope="module")
def ordinary() -> CompanyResult:
    return calculate(ORDINARY)


@pytest.fixture(scope="module")
def straddling() -> CompanyResult:
    return calculate({"accounting_periods": [STRADDLES]})


def lines_of(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_a_terminal_has_schedules_where_they_are_asked_for_with_boxes_and_without_what_is_nothing(
    ordinary: CompanyResult,
) -> None:
    assert "Pools of plant" not in str(ordinary)
    lines = lines_of(render(report_of(ordinary, schedules=True)))
    assert "Full expensing 36,000.00 box 688" in lines
    assert "Carried forward 30,914.00" in lines
    assert not [line for line in lines if "pecial rate" in line or "Balancing" in line or "Research" in line]
    assert max(map(len, render(report_of(calculate(TWO_YEARS_AND_A_HALF), schedules=True)).splitlines())) <= 150


def figure(text: str) -> float:
    return float(text.replace(",", ""))


def test_tax_before_relief_less_relief_is_the_tax_as_it_is_printed() -> None:
    # 25% x £110,845 = £27,711.25 and the tax is £25,623.925: a relief of £2,087.325 would print as £2,087.32.
    period = {"start": "2025-04-01", "end": "2026-03-31", PROFIT: 110_845}
    result = calculate({"accounting_periods": [period]})
    assert result.schedules()[0]["charge"].rows[-1][6] == pytest.approx(2_087.325)
    for report in (report_of(result, schedules=True), papers_of(result)):
        lines = lines_of(render(report))
        assert [line for line in lines if line.startswith("less marginal relief 2,087.33")]
        assert "Marginal relief 2,087.33 box 435" in lines
        assert "Marginal relief 2,087.33 2,087.33" in lines
        assert not [line for line in lines if "2,087.32" in line]


def test_the_financial_years_of_a_year_that_straddles_cast_down_and_across_as_they_are_printed() -> None:
    for profit in range(110_841, 110_861):
        period = {"start": "2025-01-01", "end": "2025-12-31", PROFIT: profit}
        lines = lines_of(render(report_of(calculate({"accounting_periods": [period]}), schedules=True)))
        heads = ("Tax ", "Marginal relief ", "Tax after relief ")
        before, relief, tax = (
            [figure(text) for text in line.removeprefix(head).split()]
            for head in heads
            for line in lines
            if re.fullmatch(rf"{head}([\d,.]+ ?){{3}}", line)
        )
        for figures in (before, relief, tax):
            assert sum(figures[:-1]) == pytest.approx(figures[-1], abs=1e-6)
        assert [one - less for one, less in zip(before, relief, strict=True)] == [
            pytest.approx(one, abs=1e-6) for one in tax
        ]


def test_the_schedules_say_once_that_the_return_takes_whole_pounds(ordinary: CompanyResult) -> None:
    for report in (report_of(ordinary, schedules=True), papers_of(ordinary)):
        assert " ".join(render(report).split()).count("The return takes whole pounds") == 1
    assert "whole pounds" not in render(report_of(ordinary))


def test_a_wide_schedule_of_few_rows_is_turned_so_that_it_can_be_read() -> None:
    lines = lines_of(render(report_of(calculate(TWO_YEARS_AND_A_HALF), schedules=True)))
    assert "Days in reach 184/184 181/365" in lines
    assert "Repayment 3,800.00 46,240.00 50,040.00" in lines


def test_the_workbook_always_has_the_schedules_whole_on_sheets_of_their_own(ordinary: CompanyResult, tmp_path: Path) -> None:
    book = load_workbook(write_company_workbook(ordinary, tmp_path / "company.xlsx"))
    assert {"Charge", "Capital allowances", "Losses", "Payment", "Opening balances"} <= set(book.sheetnames)
    cells = [[cell.value for cell in row] for row in book["Opening balances"].iter_rows()]
    assert ["main_pool_brought_forward", "Main pool brought forward", pytest.approx(30_914)] in [row[:3] for row in cells]
    assert "Research" not in book.sheetnames


def test_no_form_has_pools_limits_of_losses_or_most_claims_of_a_company_without_any(tmp_path: Path) -> None:
    result = calculate({"accounting_periods": [{"start": "2025-04-01", "end": "2026-03-31", PROFIT: 100_000}]})
    book = load_workbook(write_company_workbook(result, tmp_path / "company.xlsx"))
    forms = {
        "text": render(report_of(result, working=True, schedules=True)),
        "workbook": " ".join(
            str(cell.value)
            for sheet in ("Working", "Computation")
            for row in book[sheet].iter_rows(max_col=8)
            for cell in row
            if cell.value and not str(cell.value).startswith("box")
        ),
        "page": write_printed(papers_of(result), tmp_path / "papers.html").read_text(encoding="utf-8"),
    }
    noise = ("pool", "Maximum relief for carried-forward losses", "Annual investment allowance, maximum", "Balancing")
    for name, text in forms.items():
        assert "Corporation tax" in text
        assert [words for words in noise if words in text] == [], name


def test_what_was_assumed_is_on_every_form(straddling: CompanyResult, tmp_path: Path) -> None:
    book = load_workbook(write_company_workbook(straddling, tmp_path / "company.xlsx"))
    in_book = " ".join(str(cell.value) for row in book["What is assumed"].iter_rows() for cell in row if cell.value)
    write_printed(papers_of(straddling), tmp_path / "papers.docx")
    document = Document(str(tmp_path / "papers.docx"))
    forms = {
        "text": " ".join(str(straddling).split()),
        "workbook": in_book,
        "JSON": json.dumps(straddling.to_dict(), ensure_ascii=False),
        "Word": " ".join(paragraph.text for paragraph in document.paragraphs),
        "page": write_printed(papers_of(straddling), tmp_path / "papers.html").read_text(encoding="utf-8"),
    }
    assert [name for name, text in forms.items() if SPREAD not in text] == []


def test_nothing_is_said_of_assumptions_where_none_was_made(ordinary: CompanyResult, tmp_path: Path) -> None:
    assert "assumed" not in str(ordinary)
    assert "What is assumed" not in load_workbook(write_company_workbook(ordinary, tmp_path / "company.xlsx")).sheetnames
    assert "assumed" not in write_printed(papers_of(ordinary), tmp_path / "papers.html").read_text(encoding="utf-8")


def test_papers_have_the_computation_with_boxes_schedules_version_and_law(ordinary: CompanyResult, tmp_path: Path) -> None:
    document = Document(io.BytesIO(write_printed(papers_of(ordinary), tmp_path / "papers.docx").read_bytes()))
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    assert ["Corporation tax", "29,541.00", "box 440"] in rows or any(row[0] == "Corporation tax" for row in rows)
    assert ["less trading losses used", "12,000.00", "box 160 + box 285"] in rows
    assert any(row[0] == "Reviewed by, on" for row in rows)
    assert ["Model", f"openfisca-goodwork {model_version()}"] in rows
    said = " ".join(paragraph.text for paragraph in document.paragraphs)
    assert "the last figure that is law is in force from" in said
    assert "CT600 version 3" in said


def test_papers_waste_no_room_so_that_an_ordinary_year_stays_on_two_pages(ordinary: CompanyResult, tmp_path: Path) -> None:
    document = Document(io.BytesIO(write_printed(papers_of(ordinary), tmp_path / "papers.docx").read_bytes()))
    gaps = [paragraph.paragraph_format.line_spacing.pt for paragraph in document.paragraphs if not paragraph.text]
    assert len(gaps) == len(document.tables)
    assert set(gaps) == {6}
    after_notes = [paragraph.text for paragraph in document.paragraphs][-1]
    assert after_notes.startswith("Law of the United Kingdom")
    assert after_notes.endswith("not a return.")


def test_papers_of_a_loss_carried_back_have_its_repayment_and_not_that_nothing_is_paid(tmp_path: Path) -> None:
    years = [
        {"start": "2024-04-01", "end": "2025-03-31", PROFIT: 400_000},
        {"start": "2025-04-01", "end": "2026-03-31", PROFIT: -50_000, "claims_loss_carry_back": True},
    ]
    page = write_printed(papers_of(calculate({"accounting_periods": years})), tmp_path / "papers.html").read_text(
        encoding="utf-8"
    )
    assert "Repaid for loss carried back" in page
    assert "Nothing to pay" not in page


def test_papers_say_when_tax_on_loans_is_relieved(tmp_path: Path) -> None:
    year = {"start": "2025-04-01", "end": "2026-03-31", PROFIT: 40_000, "loans_to_participators": 8_000}
    page = write_printed(papers_of(calculate({"accounting_periods": [year]})), tmp_path / "papers.html").read_text(
        encoding="utf-8"
    )
    assert "relief available when they are repaid (s.458)" in page


def test_papers_of_a_reform_say_under_which_law_each_schedule_is_and_what_is_the_same_once() -> None:
    period = {"start": "2027-04-01", "end": "2028-03-31", PROFIT: 400_000, "external_course_fees": 20_000}
    facts = {"accounting_periods": [{**period, "main_pool_brought_forward": 50_000}]}
    result = calculate(facts, "human-investment-super-deduction")
    notes = [note.text for section in papers_of(result).sections for note in section.parts if hasattr(note, "text")]
    assert [note for note in notes if note.startswith(("Tax by", "Pools"))] == [
        "Tax by financial year, current law",
        "Tax by financial year, under the reform",
        "Pools of plant and machinery, under both laws",
    ]


def test_papers_of_a_group_begin_with_who_gives_to_whom_and_have_a_page_for_each_company(tmp_path: Path) -> None:
    # £60,000 saves 26.5% down to £16,666.67, so it has £43,333.33 of the loss; the other £56,666.67 saves the parent 25%.
    result = calculate(Path(__file__).parents[2] / "examples" / "group.yaml")
    document = Document(io.BytesIO(write_printed(papers_of(result), tmp_path / "papers.docx").read_bytes()))
    headings = [part for part in document.paragraphs if part.style.name == "Heading 1"]
    names = ["Hilltop Group Holdings Ltd", "Hilltop Start-up Ltd", "Northern Crafts Ltd"]
    assert [part.text for part in headings if part.paragraph_format.page_break_before] == names
    first_page = [part.text for part in headings][: [part.text for part in headings].index(names[0])]
    assert {"Companies", "Losses given"} <= set(first_page)
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    ends = names
    # Each claim stands with what was left to give and to relieve before it: the parent has £300,000 of profits.
    assert [ends[1], ends[0], "of the period", "365", "100,000.00", "300,000.00", "56,666.67"] in rows
    assert [ends[1], ends[2], "of the period", "365", "43,333.33", "60,000.00", "43,333.33"] in rows
    assert ["Net corporation tax, all companies", "", "64,000.00"] in rows
    assert [row[1] for row in rows if row[0] == "less group relief"] == ["56,666.67", "43,333.33"]
    assert sum(row[0] == "Reviewed by, on" for row in rows) == len(names)
    page = write_printed(papers_of(result), tmp_path / "papers.html").read_text(encoding="utf-8")
    assert page.count("<h2 class='page'>") == len(names)
    assert page.count("the last figure that is law is in force from") == 1


def test_papers_of_a_reform_have_its_table_of_training() -> None:
    period = {"start": "2028-01-01", "end": "2028-12-31", "external_course_fees": 20_000}
    period["trading_profit_before_capital_allowances"] = 240_000
    papers = papers_of(calculate({"accounting_periods": [period]}, "human-investment-super-deduction"))
    tables = [part for section in papers.sections for part in section.parts if isinstance(part, Table)]
    assert any([column.name for column in table.columns][1:3] == ["Spent", "Qualifies"] for table in tables)


def test_papers_of_another_form_are_refused() -> None:
    with pytest.raises(GoodworkError, match=r"must end in \.docx, for Word, or in \.html"):
        check_printed(Path("papers.pdf"))
