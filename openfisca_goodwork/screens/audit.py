"""The Good Jobs Audit: a region beside the country, figures with how they are known; where indicators fail."""

from __future__ import annotations

from pathlib import Path

import pandas
import streamlit

from openfisca_goodwork.audit import GoodJobsAudit
from openfisca_goodwork.audit.cells import ALL, NOT_HELD, UK, Cell, where
from openfisca_goodwork.audit.indicators import BY_NAME
from openfisca_goodwork.audit.words import jobs, measured
from openfisca_goodwork.population.sources import REGIONS
from openfisca_goodwork.reports.audit_workbook import write_audit_workbook
from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.screens import downloads, shared, widgets
from openfisca_goodwork.screens.plain_text import plain

METHODS, PROCUREMENT = (Path(__file__).parent / page for page in ("methods.py", "procurement.py"))
REGION, AUDIT = "audit_region", "audit_found"


def show(found: GoodJobsAudit) -> None:
    """The region beside the country, the focus list, the notes, the files."""
    counts = {0: "no indicator is", 1: "1 indicator is"}
    behind = counts.get(len(found.focus), f"{len(found.focus)} indicators are")
    streamlit.header(f"{found.region}: {behind} among the last and clearly behind the country")
    cells = [cell for cell in found.cells if cell.place == found.region and cell.section == ALL and cell.status != NOT_HELD]
    widgets.texts(
        pandas.DataFrame([_row(cell) for cell in cells]), f"Indicators of {found.region} beside the United Kingdom"
    )
    if found.focus:
        streamlit.subheader("Where it fails, and the lever")
        rows = [(where(one.place, one.section), one.label, one.lever, jobs(one.jobs)) for one in found.focus]
        table = pandas.DataFrame(rows, columns=["Place", "Indicator", "Lever of this model", "Jobs in companies"])
        widgets.texts(table, f"Indicators that fail in {found.region}")
    streamlit.markdown("\n".join(f"- {plain(note)}" for note in found.notes))
    with streamlit.container(horizontal=True):
        csv = csv_of(found.to_dataframe())
        streamlit.download_button("Download every figure (CSV)", csv, "audit.csv", "text/csv", on_click="ignore")
        downloads.workbook("Download the workbook", write_audit_workbook, found, "audit.xlsx")
    downloads.as_text("The whole audit as text, section by section, with its sources", found)


def _row(cell: Cell) -> dict[str, str]:
    about = BY_NAME[cell.indicator]
    figures = [
        "" if value is None else measured(value, cell.unit or about.unit, about.decimals) for value in (cell.value, cell.uk)
    ]
    return {
        "Indicator": cell.label,
        cell.place: figures[0],
        UK: figures[1],
        "Rank, 1 is best": "" if cell.rank is None else f"{cell.rank} of {cell.ranked}",
        "Year": cell.year,
        "How known": f"{cell.status}, {cell.known}" if cell.known else cell.status,
    }


streamlit.title("Good Jobs Audit")
streamlit.markdown(
    "Pay, security and training of jobs, by region: each figure is observed, modelled or not held, and none is made up."
)
chosen = streamlit.selectbox("Region or nation", list(REGIONS), key=REGION)
audit = shared.worked_out(
    f"{AUDIT} {chosen}",
    f"Show the audit of {chosen}",
    "The audit could not be made.",
    lambda stages: shared.desk().audit(str(chosen), stages),
)
if audit is not None:
    show(audit)
streamlit.page_link(PROCUREMENT, label="Good Work First: which suppliers would pass", icon=":material/arrow_forward:")
streamlit.page_link(METHODS, label="Methods and data", icon=":material/arrow_back:")
