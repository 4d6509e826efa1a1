"""Good Work First: which suppliers of the public sector would pass its conditions, which fail, and what passing costs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas
import streamlit

from openfisca_goodwork.audit import GoodWorkFirst
from openfisca_goodwork.audit.procurement import Suppliers
from openfisca_goodwork.audit.procurement_summary import finding, near
from openfisca_goodwork.audit.words import count, jobs, millions
from openfisca_goodwork.number_formats import PROPOSED
from openfisca_goodwork.reports.audit_workbook import write_audit_workbook
from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.screens import downloads, shared, widgets
from openfisca_goodwork.screens.plain_text import plain

AUDIT = Path(__file__).parent / "audit.py"
FOUND, BY = "procurement_found", "procurement_by"
CONTRACTS = "Contracts, £m a year"


def show(found: GoodWorkFirst) -> None:
    """The finding, what is asked, who passes and fails and why, what passing costs and who would pay."""
    streamlit.header(plain(finding(found)))
    streamlit.markdown(f"**{PROPOSED}.** Modelled throughout, companies of the United Kingdom.")
    streamlit.markdown("Asked of suppliers:\n" + "\n".join(f"- {plain(one)}" for one in found.conditions))
    streamlit.subheader("Who passes and who fails")
    by = str(streamlit.selectbox("By", [one for one in found.tables if one != "all"], format_func=str.capitalize, key=BY))
    widgets.texts(_suppliers((found.all, *found.tables[by])), f"Suppliers that pass and fail, by {by}")
    streamlit.caption(plain(near(found)))
    streamlit.subheader("Which condition fails")
    failing = [
        (one.label.capitalize(), count(one.fails.suppliers), millions(one.fails.contracts), count(one.alone.suppliers))
        for one in found.by_condition
    ]
    columns = ["Condition", "Suppliers that fail it", CONTRACTS, "Fail it alone"]
    widgets.texts(pandas.DataFrame(failing, columns=columns), "Suppliers that fail each condition")
    together = [
        (" + ".join(one.conditions).capitalize() or "None", count(one.suppliers), millions(one.contracts))
        for one in found.together
    ]
    with streamlit.expander("Exactly which conditions fail"):
        table = pandas.DataFrame(together, columns=["Conditions that fail", "Suppliers", CONTRACTS])
        widgets.texts(table, "Suppliers by exactly which conditions they fail")
    streamlit.subheader(f"Passing would cost suppliers £{millions(found.passed_on[0].wage_bill)} million a year in wages")
    paid = [(f"{one.share:.0%}", millions(one.departmental_spending), millions(one.suppliers)) for one in found.passed_on]
    table = pandas.DataFrame(paid, columns=["Passed on to the buyer", "Buyers pay, £m a year", "Suppliers pay, £m a year"])
    widgets.texts(table, "Who pays the wage bill of passing")
    streamlit.markdown("\n".join(f"- {plain(note)}" for note in found.notes))
    _take_away(found)


def _suppliers(rows: Iterable[Suppliers]) -> pandas.DataFrame:
    """A row for each class in which there is a supplier."""
    cells = {
        row.name.capitalize() if row.name.islower() else row.name: {
            "Suppliers": count(row.suppliers),
            CONTRACTS: millions(row.contracts),
            "Passing": count(row.passing),
            "Contracts passing, £m": millions(row.contracts_passing),
            "Failing": count(row.failing),
            "Contracts failing, £m": millions(row.contracts_failing),
            "Near passing": count(row.near),
            "Jobs at failing": jobs(row.jobs_failing),
        }
        for row in rows
        if row.suppliers
    }
    return pandas.DataFrame.from_dict(cells, orient="index").rename_axis("").reset_index()


def _take_away(found: GoodWorkFirst) -> None:
    with streamlit.container(horizontal=True):
        csv = csv_of(found.to_dataframe())
        streamlit.download_button("Download every figure (CSV)", csv, "suppliers.csv", "text/csv", on_click="ignore")
        downloads.workbook("Download the workbook", write_audit_workbook, found, "suppliers.xlsx")
    downloads.as_text("The whole answer as text", found)


streamlit.title("Good Work First")
streamlit.markdown(
    "A procurement pledge: contracts of the public sector go to companies that meet good-work conditions. Which suppliers "
    "would pass, which would fail, and what would passing cost? **Proposed, not law.**"
)
result = shared.worked_out(
    FOUND,
    "Show who would pass",
    "It could not be worked out.",
    lambda stages: shared.desk().procurement(stages),
)
if result is not None:
    show(result)
streamlit.page_link(AUDIT, label="Good Jobs Audit", icon=":material/arrow_back:")
