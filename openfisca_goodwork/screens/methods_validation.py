"""The model against official costings, on a page: the errors as they were last measured, and a picture of each measure."""

from __future__ import annotations

import streamlit

from openfisca_goodwork import validation
from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.reports.sections import Figure
from openfisca_goodwork.reports.validation import report_of
from openfisca_goodwork.screens import render, report_page


def show() -> None:
    """The errors, the verdicts in words, and a measure by year."""
    kept = validation.kept()
    report = report_of(kept)
    report_page.sections(report, is_page=False)
    figures: dict[str, Figure] = {figure.name: figure for figure in report.figures()}
    titles = {one.measure.name: one.measure.title for one in kept.errors}
    name = streamlit.selectbox(
        "Measure, year by year", list(figures), format_func=titles.__getitem__, key="validation_measure"
    )
    if name is not None:
        render.figure(figures[name])
    table = csv_of(kept.to_dataframe())
    streamlit.download_button("Download the validation (CSV)", table, "validation.csv", "text/csv", on_click="ignore")
