"""Every reform of the library has its note, its workbook and its charts, without loose ends."""

from __future__ import annotations

import io
from dataclasses import replace

import docx
import openpyxl
import pytest

from openfisca_goodwork.costing import cost
from openfisca_goodwork.policy import library
from openfisca_goodwork.reports import html, word, workbook
from openfisca_goodwork.reports.costing import report_of
from openfisca_goodwork.reports.pictures import drawn
from tests.reports.companies import three_companies
from tests.reports.test_costing_note import LOOSE_ENDS, texts
from tests.reports.test_costing_workbook import SHEETS

# The companies of this test say nothing of their industry, which that reform asks of every company.
OF_AN_INDUSTRY = {"human-investment-super-deduction-manufacturing"}


@pytest.mark.parametrize("name", [name for name in library() if name not in OF_AN_INDUSTRY])
def test_every_reform_that_ships_has_its_documents(name):
    years = "2020-21:2025-26" if library()[name].parent.name == "history" else "2026-27:2031-32"
    result = cost(name, population=three_companies(), years=years, draws=0)
    plain = replace(result, population=replace(result.population, fingerprint="abc123"))
    report = report_of(plain)
    pictures = drawn(report)
    for text in texts(docx.Document(io.BytesIO(word.render(report, pictures)))):
        assert not LOOSE_ENDS.search(text), text
    book = openpyxl.load_workbook(io.BytesIO(workbook.render(report, pictures)))
    assert tuple(book.sheetnames) == SHEETS
    assert all(name in html.render(report, pictures) for name in (plain.command, plain.reforms[0].name))
    for picture in pictures.values():
        assert picture.chart.title
        assert picture.chart.alt
        assert not LOOSE_ENDS.search(picture.chart.alt)
