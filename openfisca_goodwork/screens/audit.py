"""The Good Jobs Audit: a region beside the country, figures with how they are known; where indicators fail."""

from __future__ import annotations

import streamlit

from openfisca_goodwork.audit.figures import UK
from openfisca_goodwork.population.sources import REGIONS
from openfisca_goodwork.reports import region_charts
from openfisca_goodwork.reports.audit import report_of
from openfisca_goodwork.screens import audit_place, downloads, render, shared, widgets

REGION, AUDIT = "audit_region", "audit_found"

streamlit.title("Good Jobs Audit")
streamlit.markdown(
    "Pay, security and training of jobs, by region or place: each figure is observed, modelled or not held; none is made up."
)
OF_REGION, OF_PLACE = "A region or nation", "A place"
kind = streamlit.radio(
    "Audit of", (OF_REGION, OF_PLACE), index=int(audit_place.is_linked()), horizontal=True, key="audit_of"
)
if kind == OF_PLACE:
    audit_place.show()
else:
    chosen = streamlit.selectbox("Region or nation, or all of them", [*REGIONS, UK], key=REGION)
    audit = shared.worked_out(
        f"{AUDIT} {chosen}",
        f"Show the audit of {chosen}",
        "The audit could not be made.",
        lambda stages: shared.desk().of_population("audit", stages, "" if chosen == UK else str(chosen)),
    )
    if audit is not None:
        report = report_of(audit)
        render.sections(report)
        streamlit.subheader("The regions in a picture")
        render.picture(region_charts.of_audit(audit), "Indicator", "audit_picture")
        render.files(report, audit)
        downloads.as_text("The whole audit as text, section by section, with its sources", audit)
widgets.way("procurement", "Good Work First: which suppliers would pass")
widgets.way("methods", "Methods and data", is_back=True)
