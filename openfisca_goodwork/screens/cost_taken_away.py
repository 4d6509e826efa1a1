"""How to get a costing again, and its files: note, workbook, tidy table, run record, each made when it is asked for."""

from __future__ import annotations

from functools import partial

import streamlit

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.reports import costing_files, reproduce
from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.screens.plain_text import plain
from openfisca_goodwork.screens.taken_away import XLSX

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOCUMENTS = {
    costing_files.NOTE: ("Download the costing note (Word)", DOCX),
    costing_files.WORKBOOK: ("Download the workbook (Excel)", XLSX),
}


def show(result: CostingResult, seconds: float) -> None:
    """The command, the same in Python, and the files to take away."""
    streamlit.subheader("Reproduce and take away")
    for reform in reproduce.files_needed(result):
        streamlit.markdown(f"The command needs the file of {plain(reform.title)}:")
        file = f"{reform.name}.yaml"
        streamlit.download_button(f"Download {file}", reform.text, file, "application/yaml", on_click="ignore")
    streamlit.code(result.command, language=None, wrap_lines=True)
    with streamlit.expander("The same in Python"):
        streamlit.code(reproduce.python(result), language="python", wrap_lines=True)
    _files(result)
    took = f"{seconds:.1f}"
    streamlit.caption("The same run was made before, and is shown again." if took == "0.0" else f"Run in {took} seconds.")


def _files(result: CostingResult) -> None:
    with streamlit.container(horizontal=True):
        for file, (label, media) in DOCUMENTS.items():
            if costing_files.can_be_written(file):
                make = partial(costing_files.document_of, result, file)
                streamlit.download_button(label, make, file, media, on_click="ignore", key=f"take_{file}")
        table = csv_of(result.to_dataframe())
        streamlit.download_button("Download every figure (CSV)", table, costing_files.TABLE, "text/csv", on_click="ignore")
        record = costing_files.run_record(result)
        streamlit.download_button(
            "Download run record (JSON)", record, costing_files.RECORD, "application/json", on_click="ignore"
        )
    for file in DOCUMENTS:
        if not costing_files.can_be_written(file):
            streamlit.caption(plain(costing_files.no_document(file)))
