"""Reports and their renderers: one made-up report in every format, the same figures in each."""

from __future__ import annotations

import csv
import io
from datetime import date

import docx
import openpyxl
import pandas
import pytest

from openfisca_goodwork.number_formats import DAY, EFFECT, PERCENTAGE, PROPOSED, ROUNDED_EFFECT, rounded
from openfisca_goodwork.reports import csv_text, html, report_of, text, word, workbook
from openfisca_goodwork.reports.pictures import Picture
from openfisca_goodwork.reports.sections import (
    Cell,
    Chart,
    Column,
    Figure,
    Medium,
    Note,
    Report,
    Row,
    Section,
    Style,
    Table,
    facts,
)
from tests.reports.sheet_formulas import Sheet

YEARS = ("2026-27", "2027-28")
HOSTILE = "=cmd|' /C calc'!A0 <script>"
CHART = Chart("Cost grows", "£ million", "Columns: 110, 140.", {}, pandas.DataFrame())
# The smallest PNG header that says how high a picture is.
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (10).to_bytes(4, "big") + (20).to_bytes(4, "big") + b"\x08\x02\0\0\0"
STEPS = Table(
    "Effect on the public finances, £ million",
    (
        Column("£ million"),
        *(Column(year, EFFECT) for year in YEARS),
        Column("All years", EFFECT, formula="SUM({@2026-27}:{@2027-28})", on=Medium.WORKBOOK),
    ),
    (
        Row(("Claims", -100.0, -121.0, -221.0), key="claims", indent=1),
        Row(("Response", -10.0, 1.0, -9.0), key="response", indent=1),
        Row(("Cost", -110.0, -120.0, -230.0), key="cost", formula="{claims}+{response}", is_total=True),
        Row(("Official", None, -123.0, None)),
        Row(("Only for spreadsheets", 1.0, 2.0, 3.0), on=Medium.WORKBOOK),
    ),
    name="Steps",
)
SUMMARY = Table(
    "Rounded",
    (Column("£ million"), *(Column(year, ROUNDED_EFFECT) for year in YEARS)),
    (Row(("Cost", -110.0, -120.0), formula="{Steps!cost}"), ("Share of it", Cell(0.25, PERCENTAGE), Cell("all"))),
)
PARAMETERS = Table(
    "What changes",
    (Column("Parameter"), Column("From", DAY), Column("Source")),
    ((HOSTILE, date(2027, 4, 1), Cell("A paper", link="https://example.org/a?b=1&c=2")),),
    name="parameters",
)
REPORT = Report(
    "A relief",
    f"{PROPOSED}.",
    (
        Section("Answer", "It costs £120m", (SUMMARY, Note("Minus is a cost.", Style.SMALL)), finding="It costs £120m"),
        Section("Steps", "From claims to the cost", (STEPS, Figure("cost", lambda: CHART, {}))),
        Section("Law", "What differs", (PARAMETERS, Table("None", (Column("A"),), (), empty="Nothing else differs."))),
        Section("About", "What it is", (facts("About", {"Model": "goodwork", "Left out": ""}), Note("")), on=Medium.FILES),
    ),
    command="goodwork cost relief",
    stem="relief",
)


PICTURES = {"cost": Picture("cost", CHART, "<svg/>")}
vars(PICTURES["cost"])["png"] = PNG  # as though it had been drawn


@pytest.fixture(scope="module")
def book():
    return openpyxl.load_workbook(io.BytesIO(workbook.render(REPORT, PICTURES)))


def test_a_terminal_shows_findings_tables_and_notes_and_no_more_than_is_meant_for_it():
    lines = text.render(REPORT).splitlines()
    assert lines[:5] == [
        "It costs £120m",
        "Rounded",
        f"{'£ million':38}{'2026-27':>11}{'2027-28':>11}",
        f"{'Cost':38}{'-110':>11}{'-120':>11}",
        f"{'Share of it':38}{'25%':>11}{'all':>11}",
    ]
    assert f"{'  Response':38}{'-10':>11}{'under £3m':>11}" in lines
    assert f"{'Official':38}{'–':>11}{'-125':>11}" in lines
    assert "Nothing else differs." in lines
    for absent in ("All years", "Only for spreadsheets", "About"):
        assert absent not in "\n".join(lines)


def test_a_workbook_has_a_sheet_a_section_with_live_totals_across_sheets(book):
    assert book.sheetnames == ["Answer", "Steps", "Law", "About"]
    answer, steps = book["Answer"], book["Steps"]
    assert (answer["A1"].value, answer["A4"].value, answer["B4"].value) == ("It costs £120m", "£ million", "2026-27")
    assert answer["A2"].value.endswith("Reproduce: goodwork cost relief")
    assert [cell.value for cell in steps[7]] == ["Cost", "=B5+B6", "=C5+C6", "=SUM(B7:C7)"]
    assert Sheet(steps).value("D7") == -230
    assert answer["C5"].value == "=ROUND(Steps!C7/5,0)*5".replace("Steps", "'Steps'")
    assert (Sheet(answer).value("B5"), answer["B6"].number_format) == (-110, "0.0#####%")
    assert (steps["B8"].value, steps["C8"].value, steps["D8"].value) == (None, -123, None)
    assert steps.freeze_panes == "B5"


def test_a_workbook_keeps_text_text_days_days_and_links_links(book):
    law = book["Law"]
    assert (law["A5"].value, law["A5"].data_type, law["A5"].quotePrefix) == (HOSTILE, "s", True)
    assert law["B5"].value.date() == date(2027, 4, 1)
    assert law["C5"].hyperlink.target == "https://example.org/a?b=1&c=2"
    assert [row[0].value for row in book["About"].iter_rows(min_row=4)] == ["Model"]


def test_a_document_has_a_heading_a_section_and_figures_at_the_right():
    note = docx.Document(io.BytesIO(word.render(REPORT)))
    assert [paragraph.text for paragraph in note.paragraphs][:3] == ["A relief", "Proposed, not law.", "Answer"]
    table = note.tables[1]
    assert [cell.text for cell in table.rows[2].cells] == ["Response", "-10", "under £3m"]
    assert table.rows[3].cells[1].paragraphs[0].runs[0].bold
    assert any(paragraph.text == "Nothing else differs." for paragraph in note.paragraphs)


def test_a_page_of_html_escapes_what_somebody_wrote_and_links_sources():
    page = html.render(REPORT, PICTURES)
    assert "<script>" not in page
    assert "<a href='https://example.org/a?b=1&amp;c=2'>A paper</a>" in page
    assert "<tr class='total'><th scope='row'>Cost</th><td class='figure'>-110</td>" in page
    assert "<svg/>" in page


def test_csv_has_raw_values_and_runs_in_no_spreadsheet():
    rows = list(csv.reader(io.StringIO(csv_text.render(PARAMETERS))))
    assert rows == [["Parameter", "From", "Source"], [f"'{HOSTILE}", "2027-04-01", "A paper"]]
    assert list(csv.reader(io.StringIO(csv_text.render(STEPS))))[3] == ["Cost", "-110.0", "-120.0", "-230.0"]


def test_effects_have_a_sign_and_small_ones_are_said_in_words():
    shown = {0.0: "0", -1e-9: "0", 2.0: "under £3m", -2.9: "under £3m", 3.0: "+5", -1007.5: "-1,010"}
    assert {amount: rounded(amount) for amount in shown} == shown


def test_a_row_that_does_not_fit_its_columns_and_a_result_without_a_report_are_refused():
    with pytest.raises(ValueError, match="has not the 2 cells"):
        Table("Short", (Column("A"), Column("B")), (("only one",),))
    with pytest.raises(LookupError, match="int has no report"):
        report_of(1)


def test_a_result_says_itself_through_one_door_as_text_and_in_a_notebook(result):
    assert str(result) == result.summary() == text.render(report_of(result))
    assert f"<h1>{result.reforms[0].title}</h1>" in result._repr_html_()
    assert "<html" not in result._repr_html_()
