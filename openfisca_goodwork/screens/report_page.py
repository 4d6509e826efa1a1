"""A whole report as a page: every section under its finding or its question, and the files that can be downloaded."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

import pandas
import streamlit

from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.reports.sections import Medium, Report
from openfisca_goodwork.reports.workbook import write_report
from openfisca_goodwork.screens import downloads as buttons
from openfisca_goodwork.screens import render
from openfisca_goodwork.screens.plain_text import plain


class Tabular(Protocol):
    """A result with a table of all its figures."""

    def to_dataframe(self) -> pandas.DataFrame:
        """Every figure, unrounded."""


def sections(report: Report, leave_out: Collection[str] = (), *, is_page: bool = True) -> None:
    """Every section that pages show, under its finding or its question; folded up where it says so.

    Args:
        report: what is said. leave_out: names of sections that the page shows in a way of its own.
        is_page: whether the page is of nothing else, so that its first section has the larger heading.
    """
    for place, section in enumerate(report.shown_on(Medium.SCREEN).sections):
        if section.name in leave_out:
            continue
        if section.folded:
            render.section(section)
            continue
        heading = streamlit.header if is_page and place == 0 else streamlit.subheader
        heading(plain(section.finding or section.question))
        render.parts(section)


def downloads(report: Report, result: Tabular) -> None:
    """Buttons for every figure as CSV and for the workbook."""
    with streamlit.container(horizontal=True):
        csv = csv_of(result.to_dataframe())
        streamlit.download_button("Download every figure (CSV)", csv, f"{report.stem}.csv", "text/csv", on_click="ignore")
        buttons.workbook("Download the workbook", write_report, report, f"{report.stem}.xlsx")
