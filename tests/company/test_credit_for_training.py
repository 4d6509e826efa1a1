"""A company under a credit for training: its summary and its workbook net off what the law nets off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from openfisca_goodwork.company import CompanyResult, calculate
from openfisca_goodwork.reports.company import write_company_workbook
from tests.reports.sheet_formulas import Sheet

REFORM = """
reform: credit-for-training
title: A credit for training
summary: A 20% credit for course fees from April 2027, with the steps of the R&D credit.
status: proposal
source: a test
requires: ">=0.1"
parameters:
  human_investment.form:
    2027-04-01: credit
  human_investment.credit_rate:
    2027-04-01: 0.2
  human_investment.payable.notional_tax_rate:
    2027-04-01: 0.19
  human_investment.qualifying.external_course_fees.inclusion:
    2027-04-01: 1
"""
# A loss-maker, of whose credit £3,800 is held back; then a profit, whose tax that and the year's credit meet.
COMPANY: dict[str, Any] = {
    "accounting_periods": [
        {
            "start": "2028-01-01",
            "end": "2028-12-31",
            "trading_profit_before_capital_allowances": -20_000,
            "external_course_fees": 100_000,
        },
        {
            "start": "2029-01-01",
            "end": "2029-12-31",
            "trading_profit_before_capital_allowances": 30_000,
            "external_course_fees": 50_000,
        },
    ]
}


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> CompanyResult:
    file = tmp_path_factory.mktemp("reform") / "credit-for-training.yaml"
    file.write_text(REFORM, encoding="utf-8")
    return calculate(COMPANY, file)


def test_a_credit_of_10_000_and_3_800_held_back_meet_tax_of_7_600_and_6_200_is_paid(result):
    """2028: £20,000 of income leaves no loss and no tax; 19%, £3,800, is held back and £16,200 paid.

    2029: 19% of £40,000 is £7,600; £3,800 held back meets half, the new credit of £10,000 the rest, and £6,200 is paid.
    """
    first, second = result.accounting_periods
    assert first.amount("reform", "payable_credits") == pytest.approx(16_200)
    assert second.amount("reform", "corporation_tax") == pytest.approx(7_600)
    assert second.amount("reform", "net_corporation_tax") == pytest.approx(0)
    assert second.amount("reform", "payable_credits") == pytest.approx(6_200)


def test_the_summary_has_a_line_for_each_of_them(result):
    lines = " ".join(" ".join(line.split()) for line in result.summary().splitlines())
    assert "plus human-investment credit, taxed as income 0.00 10,000.00 10,000.00" in lines
    assert "less notional tax on human-investment credits, used 0.00 3,800.00 3,800.00" in lines
    assert "less human-investment credit set off against corporation tax 0.00 3,800.00 3,800.00" in lines
    assert "Payable credits 0.00 6,200.00 6,200.00" in lines
    assert "rest of its group" not in lines


def test_the_formulas_of_the_workbook_come_to_the_same(result, tmp_path: Path):
    sheet = Sheet(openpyxl.load_workbook(write_company_workbook(result, tmp_path / "company.xlsx"))["Computation"])
    shown = {"Trading result after allowances": "adjusted_trading_result", "Net corporation tax": "net_corporation_tax"}
    for label, name in shown.items():
        rows = [row for row in range(1, sheet.sheet.max_row + 1) if sheet.sheet.cell(row, 1).value == label]
        for row, one in zip(rows, result.accounting_periods, strict=True):
            assert sheet.value(f"C{row}") == pytest.approx(one.amount("reform", name), abs=0.005)
