"""How well the population meets official figures, on a page: block by block, why some differ, a picture of a block."""

from __future__ import annotations

import streamlit

from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.population.report import FitReport
from openfisca_goodwork.reports import costing_words as words
from openfisca_goodwork.reports.population import report_of
from openfisca_goodwork.reports.sections import Figure
from openfisca_goodwork.screens import render, report_page, shared
from openfisca_goodwork.screens.plain_text import plain

FIT = "methods_fit"


def show(fit: FitReport) -> None:
    """The errors block by block, each figure as CSV and workbook, and a picture of a block."""
    report = report_of(fit)
    report_page.sections(report, is_page=False)
    streamlit.markdown(words.fit(fit))
    figures = {f"{block.block} ({block.role})": figure for block, figure in zip(fit.blocks(), report.figures(), strict=True)}
    block = streamlit.selectbox("Picture of", list(figures))
    if block is not None:
        picture(figures[block])
    report_page.downloads(report, fit)


def picture(figure: Figure) -> None:
    """The figures of a block beside the model's; in words where there is none above 0 to draw."""
    try:
        render.figure(figure)
    except GoodworkError as error:
        streamlit.info(plain(str(error)))


def ask() -> None:
    """The fit, once somebody asks for it."""
    button, failed = "Read the population and show its fit", "The population could not be read."
    fit = shared.worked_out(FIT, button, failed, lambda stages: shared.desk().report(stages))
    if fit is not None:
        show(fit)
