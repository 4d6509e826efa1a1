"""Many companies: a table in, checked whole; the same out with the tax."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

HEAD = "company,start,end,trading_profit_before_capital_allowances,external_course_fees\n"


@pytest.fixture
def page(opened):
    app = opened("companies")
    assert not app.exception
    return app


def upload(app, text, name="clients.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    app.get("file_uploader")[0].set_value((name, content, "application/octet-stream")).run()
    assert not app.exception
    return app


def texts(app):
    kinds = (app.markdown, app.caption, app.error, app.code)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def test_it_has_a_table_to_begin_with_and_says_that_nothing_is_stored(page):
    assert "Nothing is stored" in texts(page)
    assert [element.proto.label for element in page.get("download_button")] == [
        "Download a table to begin with (CSV)",
        "Download all columns (CSV)",
    ]


def test_it_says_that_companies_are_not_taken_as_a_group_and_which_columns_there_may_be(page):
    assert "no two rows are taken to be of one group" in page.info[0].value
    columns = next(shown.value for shown in page.table if "Column" in shown.value)["Column"].tolist()
    assert r"associated\_companies" in columns[:10]


def test_companies_are_worked_out_under_both_laws(page):
    """As one by one: £240,000 after £20,000 of fees bears £59,850, and £1,590 less with the relief."""
    upload(page, HEAD + "A,2028-01-01,2028-12-31,240k,20k\nB,2028-01-01,2028-12-31,240k,\n")
    found = page.table[-1].value
    assert list(found["Net tax, £"]) == [59_850.0, 58_260.0, 59_850.0, 59_850.0]
    assert found["Law"][1] == "with the relief (proposed, not law)"
    assert "1 pays less and 1 pays the same." in texts(page)
    assert "2 companies, 2 accounting periods; model" in texts(page)
    assert "- £" not in texts(page)  # the totals are a table, and no points of a list
    assert page.table[2].value["£"].tolist() == [119_700, 118_110]
    assert found["First day"][0] == "1 January 2028"
    assert "**Proposed, not law:**" in texts(page)
    labels = [element.proto.label for element in page.get("download_button")]
    assert labels[2:] == ["Download the table (CSV)", "Download the workbook"]


def test_a_table_with_tabs_and_a_workbook_are_read_as_one_with_commas(page):
    assert set(page.get("file_uploader")[0].proto.type) == {".csv", ".tsv", ".xlsx"}
    row = ["A", "2028-01-01", "2028-12-31", 240_000, 20_000]
    book, content = Workbook(), io.BytesIO()
    for cells in (HEAD.strip().split(","), row):
        book.active.append(cells)
    book.save(content)
    tabs = "\n".join("\t".join(map(str, cells)) for cells in (HEAD.strip().split(","), row))
    for name, given in (("clients.tsv", tabs), ("clients.xlsx", content.getvalue())):
        assert list(upload(page, given, name).table[-1].value["Net tax, £"]) == [59_850.0, 58_260.0], name


def test_every_fault_is_told_by_its_row_under_the_name_of_the_upload(page):
    upload(page, HEAD + "A,2028-01-01,2028-12-31,lots,20k\nB,2028-13-01,2028-12-31,1,\n")
    assert "There is a problem: clients.csv has 2 faults." in page.error[0].value
    assert texts(page).count("2 faults") == 1  # said once
    assert "row 2" in texts(page) and "row 3" in texts(page)
    assert "tmp" not in texts(page)


@pytest.mark.parametrize("text", ["", "a;b\n1;2\n", 'company,"start\n', HEAD, "\0"])
def test_what_is_no_table_of_companies_is_a_lesson(page, text):
    upload(page, text)
    assert "fault" in page.error[0].value


def test_a_formula_in_a_name_stays_text(page):
    upload(page, HEAD + '"=HYPERLINK(""http://example.org"")",2028-01-01,2028-12-31,240k,20k\n')
    assert str(page.table[-1].value["Company"][0]).startswith("=HYPERLINK")
