"""What differs between two laws on a page, and the whole history of a parameter with its sources."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import streamlit

from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.number_formats import STATUSES
from openfisca_goodwork.policy import Comparison
from openfisca_goodwork.policy.vocabulary import current_vocabulary, day_of_law
from openfisca_goodwork.reports.comparison import of_comparison
from openfisca_goodwork.screens import compare_outcomes, parameter_history, reform_picker, render, report_page, widgets
from openfisca_goodwork.screens.compare_link import LAW, LAW_ON, Asked
from openfisca_goodwork.screens.plain_text import plain
from openfisca_goodwork.version import model_version

PARAMETER = "compare_parameter"
PARAMETER_PAGE = Path(__file__).parent / "parameter.py"


def show(comparison: Comparison, asked: Asked, differing: Sequence[str]) -> None:
    """The finding, the table, the references, a parameter's history, and how to cite it."""
    streamlit.header(plain(replace(comparison, a=_title(comparison.a), b=_title(comparison.b)).finding))
    for side in dict.fromkeys((asked.a, asked.b)):
        if side in reform_picker.reforms():
            reform = reform_picker.reforms()[side]
            streamlit.markdown(f"**{STATUSES[reform.status]}:** {plain(reform.title)}. {plain(reform.summary)}")
    if not comparison.rows:
        streamlit.info("No effect: on these days nothing differs.")
    else:
        _differences(comparison)
    compare_outcomes.show(comparison, asked)
    _parameter(asked, differing)
    _cite(comparison, asked)


def _title(side: str) -> str:
    """A law as people call it: `Current law`, the law as it stood on a day, the title of a reform, or what was asked for."""
    if side == LAW:
        return "Current law"
    if side.startswith(LAW_ON):
        return f"The law as it stood on {day_in_words(day_of_law(side.removeprefix(LAW_ON)))}"
    return reform_picker.reforms()[side].title if side in reform_picker.reforms() else side


def _differences(comparison: Comparison) -> None:
    report = of_comparison(comparison)
    render.parts(report.section("Differences"))
    with streamlit.expander("References and addresses of both sides"):
        for row in comparison.rows[: widgets.LONGEST_TABLE]:
            streamlit.markdown(f"**{plain(row.label)}**, from {day_in_words(row.starts)} (`{row.path}`)")
            sides = (("A", row.reference_a, row.href_a), ("B", row.reference_b, row.href_b))
            streamlit.markdown(
                "\n".join(f"- {side}: {parameter_history.source(source, address)}" for side, source, address in sides)
            )
    report_page.downloads(report, comparison)


def _parameter(asked: Asked, differing: Sequence[str]) -> None:
    """The whole history of one parameter in both laws."""
    streamlit.header("History of a parameter")
    paths = [*differing, *(path for path in current_vocabulary() if path not in differing)]
    labels = {path: f"{current_vocabulary()[path].label} ({path})" for path in paths}
    path = streamlit.selectbox(
        "Parameter (those that differ come first)", paths, index=None, format_func=labels.__getitem__, key=PARAMETER
    )
    if path is None:
        streamlit.caption("Choose one to see every value that it has had, with its sources.")
        return
    streamlit.subheader(plain(labels[path]))
    parameter_history.show(path, tuple(dict.fromkeys((asked.a, asked.b))))
    streamlit.page_link(
        PARAMETER_PAGE,
        label="This parameter’s own page: where it is used, and which reforms set it",
        query_params={"path": path},
        icon=":material/arrow_forward:",
    )


def _cite(comparison: Comparison, asked: Asked) -> None:
    """A sentence to cite, and the link that reopens this comparison."""
    streamlit.header("Cite and reopen")
    query = replace(asked, parameter=streamlit.session_state.get(PARAMETER) or "").query()
    today = day_in_words(datetime.datetime.now(tz=datetime.UTC).date())
    said = f"{comparison.finding} openfisca-goodwork, version {model_version()}, {comparison.command}"
    streamlit.markdown("A citation:")
    streamlit.code(f"{said}, {today}, {widgets.address(query)}", language=None, wrap_lines=True)
    widgets.link(query)
