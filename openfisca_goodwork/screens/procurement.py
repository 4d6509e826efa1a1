"""Good Work First: which suppliers of the public sector would pass its conditions, which fail, and what passing costs."""

from __future__ import annotations

import streamlit

from openfisca_goodwork.reports import place_charts
from openfisca_goodwork.reports.audit import report_of_suppliers
from openfisca_goodwork.screens import downloads, render, shared, widgets

RESULT = "procurement_result"

streamlit.title("Good Work First")
streamlit.markdown(
    "A procurement pledge: contracts of the public sector go to companies that meet good-work conditions. Which suppliers "
    "would pass, which would fail, and what would passing cost? **Proposed, not law.**"
)
result = shared.worked_out(
    RESULT,
    "Show who would pass",
    "It could not be worked out.",
    lambda stages: shared.desk().of_population("procurement", stages),
)
if result is not None:
    report = report_of_suppliers(result)
    render.sections(report)
    streamlit.subheader("The suppliers in a picture")
    render.picture(place_charts.of_suppliers(result), "Contracts of suppliers that would fail", "procurement_picture")
    render.files(report, result)
    downloads.as_text("The whole answer as text", result)
widgets.way("audit", "Good Jobs Audit", is_back=True)
