"""Every reform of the library has its note, its workbook and its charts, without loose ends."""

from __future__ import annotations

import io
from dataclasses import replace

import docx
import openpyxl
import pytest

from openfisca_goodwork.costing import cost
from openfisca_goodwork.policy import library
from openfisca_goodwork.reports.costing_note import costing_note
from openfisca_goodwork.reports.costing_workbook import SHEETS, costing_workbook
from openfisca_goodwork.reports.pictures import pictures_of
from tests.reports.companies import three_companies
from tests.reports.test_costing_note import LOOSE_ENDS, texts


@pytest.mark.parametrize("name", library())
def test_every_reform_that_ships_has_its_documents(name):
    years = "2020-21:2025-26" if library()[name].parent.name == "history" else "2026-27:2031-32"
    result = cost(name, population=three_companies(), years=years, draws=0)
    plain = replace(result, population=replace(result.population, fingerprint="abc123"))
    pictures = pictures_of(plain)
    for text in texts(docx.Document(io.BytesIO(costing_note(plain, pictures, plain.command)))):
        assert not LOOSE_ENDS.search(text), text
    book = openpyxl.load_workbook(io.BytesIO(costing_workbook(plain, pictures, plain.command)))
    assert tuple(book.sheetnames) == SHEETS
    for picture in pictures.values():
        assert picture.chart.title
        assert picture.chart.alt
        assert not LOOSE_ENDS.search(picture.chart.alt)
