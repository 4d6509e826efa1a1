"""How well the population meets official figures, on a page: block by block, why some differ, a picture of a block."""

from __future__ import annotations

import pandas
import streamlit

from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.population.report import BlockFit, FitReport, share
from openfisca_goodwork.reports import costing_words as words
from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.reports.population_charts import fit_of
from openfisca_goodwork.reports.population_workbook import write_fit_workbook
from openfisca_goodwork.screens import downloads, shared, widgets
from openfisca_goodwork.screens.plain_text import plain

FIT = "methods_fit"
ROLES = {"held out": "kept back", "not held": "no official figure"}
POINTS: widgets.Form = ({}, {})


def show(fit: FitReport) -> None:
    """The errors block by block, each figure as CSV and workbook, and a picture of a block."""
    rows = [
        (one.block, ROLES.get(one.role, one.role), one.figures, share(one.mean), share(one.worst), _within(one))
        for one in fit.blocks()
    ]
    columns = ["Official figures", "Role", "How many", "Mean error", "Worst error", "Within tolerance"]
    table = pandas.DataFrame(rows, columns=columns)
    widgets.texts(table, "How well the population meets official figures, block by block")
    streamlit.markdown(words.fit(fit))
    for one in fit.missed():
        streamlit.markdown(f"Over its bound of {share(one.bound, 0)}: {plain(one.block)}, {share(one.mean)} on average.")
    if differing := differences(fit):
        streamlit.markdown("Figures that do not count quite the same as the model:")
        streamlit.markdown("\n".join(f"- {plain(one)}" for one in differing))
    block = streamlit.selectbox("Picture of", fit.blocks(), format_func=lambda one: f"{one.block} ({one.role})")
    if block is not None:
        picture(fit, block)
    with streamlit.container(horizontal=True):
        table_of_all = csv_of(fit.to_dataframe())
        streamlit.download_button("Download every figure (CSV)", table_of_all, "fit.csv", "text/csv", on_click="ignore")
        downloads.workbook("Download the workbook", write_fit_workbook, fit, "fit.xlsx")


def differences(fit: FitReport) -> list[str]:
    """Each reason why official figures and the model's differ, before the blocks of figures that it is of."""
    blocks: dict[str, list[str]] = {}
    for one in fit.blocks():
        if one.note:
            blocks.setdefault(one.note, []).append(one.block)
    return [f"{note} ({'; '.join(dict.fromkeys(names))})" for note, names in blocks.items()]


def _within(block: BlockFit) -> str:
    """How many figures of a block are met; a dash where there is no official figure to meet."""
    return "–" if block.role == "not held" else f"{block.within:,}"


def picture(fit: FitReport, block: BlockFit) -> None:
    """The figures of a block beside the model's; in words where there is none above 0 to draw."""
    try:
        chart = fit_of(fit, block)
    except GoodworkError as error:
        streamlit.info(plain(str(error)))
        return
    widgets.chart(chart, "fit-of-block", form=POINTS)


def ask() -> None:
    """The fit, once somebody asks for it."""
    button, failed = "Read the population and show its fit", "The population could not be read."
    fit = shared.worked_out(FIT, button, failed, lambda stages: shared.desk().report(stages))
    if fit is not None:
        show(fit)
