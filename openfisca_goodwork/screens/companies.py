"""Many companies: a table of them in, checked whole and worked out together; a table or a workbook out."""

from __future__ import annotations

import datetime
import io
import tempfile
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pandas
import streamlit

from openfisca_goodwork.company.many import CompaniesResult, calculate_many
from openfisca_goodwork.company.next_year import TABLE
from openfisca_goodwork.company.vocabulary import input_variables, label_of
from openfisca_goodwork.documents import LARGEST_FILE
from openfisca_goodwork.errors import CompanyFileError, GoodworkError
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.number_formats import STATUSES
from openfisca_goodwork.reports.companies import report_of_many, write_companies_workbook
from openfisca_goodwork.reports.sections import Medium
from openfisca_goodwork.screens import downloads, reform_picker, render, widgets
from openfisca_goodwork.screens.company_questions import FIELDS
from openfisca_goodwork.screens.widgets import plain

COLUMNS = pandas.DataFrame(
    [
        (name, label_of(name), variable.kind)
        for name, variable in sorted(input_variables().items(), key=lambda each: each[0] not in FIELDS)
    ],
    columns=["Column", "What it holds", "Written as"],
)
# The tables that are read here: workbooks where the library that reads them is installed.
KINDS = ("csv", "tsv", *(("xlsx",) if find_spec("openpyxl") else ()))
MEND = "Mend the table, and upload it again."
SHOWN = ("company", "law", "net_corporation_tax", "qualifying_training_expenditure", "start", "end")


def worked_out(content: bytes, name: str, reform: str) -> CompaniesResult:
    """The companies of a table, under current law and with a relief.

    Raises:
        CompanyFileError: with every fault of the table, which is called by its own name.
    """
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "companies.csv"
        path.write_bytes(content)
        try:
            return calculate_many(path, reform)
        except CompanyFileError as error:
            raise CompanyFileError.from_faults(replace(fault, file=name) for fault in error.faults) from None


def show(result: CompaniesResult) -> None:
    """The totals, the first rows, and what can be taken away."""
    reform = result.reforms[0]
    streamlit.header("Result")
    streamlit.markdown(f"**{STATUSES[reform.status]}:** {plain(reform.title)}.")
    answer, *_tables = report_of_many(result).shown_on(Medium.SCREEN).sections
    render.parts(answer)
    table = result.to_dataframe()
    labels = {"current_law": "current law", "reform": f"with the relief ({STATUSES[reform.status].lower()})"}
    days = {name: [day_in_words(datetime.date.fromisoformat(day)) for day in table[name]] for name in ("start", "end")}
    first = table[list(SHOWN)].assign(law=table["law"].map(labels), **days)
    pounds = first.select_dtypes("number").map("{:,.2f}".format)
    names = dict(
        zip(SHOWN, ("Company", "Law", "Net tax, £", "Qualifying training, £", "First day", "Last day"), strict=True)
    )
    widgets.texts(first.assign(**pounds).rename(columns=names), "Tax of each accounting period under both laws")
    with streamlit.container(horizontal=True):
        downloads.offer("Download the table (CSV)", table, "result.csv")
        downloads.workbook("Download the workbook", write_companies_workbook, result, "companies.xlsx")


streamlit.title("Many companies")
streamlit.markdown(
    "A table with a row for each company and accounting period: `company`, `start`, `end`, and any facts of a company. An "
    "empty cell is a fact left out. The whole table is checked first."
)
streamlit.info(
    "Each company is worked out by itself: no two rows are taken to be of one group, so each has the limits and allowances "
    "of a company alone but for its `associated_companies`, and gives no losses to another. For a group, choose “A group of "
    "companies” on the page For a company."
)
downloads.offer("Download a table to begin with (CSV)", TABLE, "companies.csv")
with streamlit.expander("What it looks like"):
    widgets.texts(pandas.read_csv(io.StringIO(TABLE), dtype=str).fillna(""), "A table of two companies")
with streamlit.expander("Columns that the table may have"):
    widgets.texts(COLUMNS.head(widgets.LONGEST_TABLE), "Columns: first those that the questions for a company ask")
    downloads.offer("Download all columns (CSV)", COLUMNS, "columns.csv", key="columns")
chosen = reform_picker.choose_relief("companies_relief")
file = streamlit.file_uploader(
    f"Table of companies ({', '.join(KINDS)}; up to 1 MB)",
    type=list(KINDS),
    key="companies",
    max_upload_size=LARGEST_FILE // 10**6,
)
streamlit.caption("Nothing is stored: the table is kept for this visit only, and shown to nobody else.")
if file is not None:
    try:
        show(worked_out(file.getvalue(), file.name, chosen))
    except GoodworkError as wrong:
        widgets.problem(wrong, MEND)
widgets.way("company", "One company, question by question", is_back=True)
