"""CSV that a spreadsheet reads as text and numbers, never as a formula."""

from __future__ import annotations

import csv
import io

import pandas
import pytest

from openfisca_goodwork.reports.csv_text import csv_of, safe_text


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert safe_text(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Training = investment", "", "2026-27", -5.0, -3, None, True])
def test_anything_else_stays_as_it_is(value):
    assert safe_text(value) is value


def test_headings_cells_and_numbers_of_a_table():
    table = pandas.DataFrame({"=heading": ["=1+1", 'plain, "quoted"'], "value": [-1.25, 0.1]})
    rows = list(csv.reader(io.StringIO(csv_of(table))))
    assert rows == [["'=heading", "value"], ["'=1+1", "-1.25"], ['plain, "quoted"', "0.1"]]
