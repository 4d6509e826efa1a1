"""The Good Jobs Audit: a region beside the country, figures with how they are known; where indicators fail."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from functools import partial

import streamlit

from openfisca_goodwork import policy
from openfisca_goodwork.audit.figures import UK
from openfisca_goodwork.audit.good_jobs import DEFAULT_YEAR
from openfisca_goodwork.audit.local import (
    LocalAudit,
    Place,
    PlaceReform,
    local_audit,
    named_place,
    place_list,
    spread_over_places,
)
from openfisca_goodwork.audit.local.measures import MEASURES
from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.population.sources import REGIONS
from openfisca_goodwork.reports import place_charts, report_of
from openfisca_goodwork.reports.local_audit import REFORM_HERE, brief_of, map_of
from openfisca_goodwork.reports.printed import PAGE, WORD, content_of
from openfisca_goodwork.screens import downloads, render, shared, widgets
from openfisca_goodwork.screens.widgets import plain

PLACE, MAP, REFORM, ASKED = "audit_place", "audit_place_map", "audit_place_reform", "place"
_DESIGNS = "proposals"
REGION, AUDIT = "audit_region", "audit_found"


def show_place() -> None:
    """The part of the page that is of one place."""
    place = _chosen()
    if place is None:
        return
    streamlit.query_params[ASKED] = place.code
    if place.note:
        streamlit.info(plain(place.note))
    audit = local_audit(place)
    reform = _reform()
    shown = audit if reform is None else replace(audit, reform=reform)
    report = report_of(shown)
    if reform is not None:  # beside the button that asked for it
        streamlit.subheader(f"{REFORM_HERE}: {plain(reform.title)}, {reform.year}")
        render.parts(report.section(REFORM_HERE))
    render.sections(report, leave_out={"Map", REFORM_HERE})
    _map(audit)
    streamlit.subheader("Take it away")
    _brief(shown)
    render.files(report, shown)
    downloads.as_text("The whole audit of the place as text", shown)


def _chosen() -> Place | None:
    """The place picked or typed; None before, and for a name of no place or of several, which the page says."""
    names = {place.code: f"{place.name} ({place.code}, {place.kind})" for place in place_list().places}
    codes = list(names)
    linked = _named(streamlit.query_params.get(ASKED, ""))
    picked = streamlit.selectbox(
        "Place: a local authority, combined authority or local skills improvement area",
        codes,
        index=None if linked is None else codes.index(linked.code),
        format_func=lambda code: names.get(code, code),
        placeholder="Type a name or a code, a former one too",
        accept_new_options=True,
        key=PLACE,
    )
    if not picked:
        streamlit.caption(f"{len(codes)} places. The page of a place comes at once.")
        return None
    return linked if linked is not None and linked.code == picked else _named(picked)


def _named(asked: str) -> Place | None:
    """The place of a code or name; None where none is asked for, or an error is shown."""
    if not asked:
        return None
    try:
        return named_place(asked)
    except GoodworkError as error:
        streamlit.error(plain(str(error)))
        return None


def _map(audit: LocalAudit) -> None:
    held = [figure.measure for figure in audit.figures if figure.here.value is not None]
    if not held:
        streamlit.caption("No figure is held of the area itself, so that no map compares it.")
        return
    first = next((point.figure.measure for point in audit.focus if point.figure.measure in held), held[0])
    streamlit.subheader("Which authorities are like it, and which are clearly better or worse")
    measure = streamlit.selectbox("Measure", held, held.index(first), format_func=lambda key: MEASURES[key].label, key=MAP)
    render.part(map_of(audit, str(measure)))
    streamlit.caption(
        "The figures of the map, authority by authority, are in the table beneath it, which the keyboard reaches."
    )


def _reform() -> PlaceReform | None:
    """What a reform of the library does in the place; None until somebody asks."""
    with streamlit.expander("What would a reform do here?"):
        names = [reform.name for reform in policy.library_by_group()[_DESIGNS]]
        titles = {reform.name: reform.title for reform in policy.library_by_group()[_DESIGNS]}
        name = str(streamlit.selectbox("Reform", names, format_func=lambda chosen: titles[chosen], key=REFORM))
        spread: PlaceReform | None = shared.worked_out(
            f"{REFORM} {name}",
            f"Cost it and spread it over the authorities: {titles[name]}",
            "The reform could not be costed.",
            partial(_costed, name, titles[name]),
        )
    return spread


def _costed(name: str, title: str, stages: widgets.Stages) -> PlaceReform:
    request = CostingRequest(reforms=policy.load_all([name]), years=DEFAULT_YEAR, draws=0)
    return spread_over_places(shared.desk().cost(request, stages), (name,), title, DEFAULT_YEAR)


def _brief(audit: LocalAudit) -> None:
    streamlit.markdown("Two pages that a partnership could table:")
    stem = f"good-jobs-{audit.place.code}"
    with streamlit.container(horizontal=True):
        if importlib.util.find_spec("docx") is not None:
            downloads.offer("Brief (Word)", partial(content_of, brief_of(audit), WORD), f"{stem}{WORD}")
        downloads.offer("Brief (page to print)", partial(content_of, brief_of(audit), PAGE), f"{stem}{PAGE}")


streamlit.title("Good Jobs Audit")
streamlit.markdown(
    "Pay, security and training of jobs, by region or place: each figure is observed, modelled or not held; none is made up."
)
OF_REGION, OF_PLACE = "A region or nation", "A place"
kind = streamlit.radio(
    "Audit of", (OF_REGION, OF_PLACE), index=int(ASKED in streamlit.query_params), horizontal=True, key="audit_of"
)
if kind == OF_PLACE:
    show_place()
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
        render.picture(place_charts.of_audit(audit), "Indicator", "audit_picture")
        render.files(report, audit)
        downloads.as_text("The whole audit as text, section by section, with its sources", audit)
widgets.way("procurement", "Good Work First: which suppliers would pass")
widgets.way("methods", "Methods and data", is_back=True)
