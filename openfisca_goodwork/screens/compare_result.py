"""What differs between two laws on a page, and the whole history of a parameter with its sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import streamlit

from openfisca_goodwork import policy
from openfisca_goodwork.errors import ParameterError
from openfisca_goodwork.periods import day_in_words
from openfisca_goodwork.policy import Comparison
from openfisca_goodwork.policy.parameter_history import Dated, ParameterHistory
from openfisca_goodwork.policy.sources import BETWEEN
from openfisca_goodwork.policy.vocabulary import current_vocabulary, last_date
from openfisca_goodwork.reports import words
from openfisca_goodwork.reports.comparison_workbook import write_comparison_workbook
from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.reports.law_charts import timeline
from openfisca_goodwork.screens import shelf, shown, taken_away
from openfisca_goodwork.screens.compare_link import Asked
from openfisca_goodwork.screens.plain_text import plain
from openfisca_goodwork.version import model_version

PARAMETER = "compare_parameter"
FIGURES: shown.Form = ({"law": "Law", "from": "From", "value": "Value"}, {})
LINKED = "https://"
COST = Path(__file__).parent / "cost.py"


def show(found: Comparison, asked: Asked, differing: Sequence[str]) -> None:
    """The finding, the table, the references, a parameter's history, and how to cite it."""
    streamlit.header(plain(found.finding))
    for side in dict.fromkeys((asked.a, asked.b)):
        if side in shelf.reforms():
            reform = shelf.reforms()[side]
            streamlit.markdown(f"**{words.STATUSES[reform.status]}:** {plain(reform.title)}. {plain(reform.summary)}")
    if not found.rows:
        streamlit.info("No effect: on these days nothing differs.")
    else:
        _differences(found)
    _parameter(asked, differing)
    _cite(found, asked)


def _differences(found: Comparison) -> None:
    table = found.to_dataframe()
    columns = {"label": "Parameter", "a_in_words": "A", "b_in_words": "B", "when": "When", "change": "Change"}
    when = [_when(row) for row in found.rows]
    words_of = table.assign(when=when)[list(columns)].rename(columns=columns).replace("_", " ", regex=True)
    shown.texts(words_of, f"Parameters that differ between {found.a} (A) and {found.b} (B)")
    with streamlit.expander("References and addresses of both sides"):
        for row in found.rows[: shown.LONGEST_TABLE]:
            streamlit.markdown(f"**{plain(row.label)}**, from {day_in_words(row.starts)} (`{row.path}`)")
            sides = (("A", row.reference_a, row.href_a), ("B", row.reference_b, row.href_b))
            streamlit.markdown("\n".join(f"- {side}: {_source(told, address)}" for side, told, address in sides))
    with streamlit.container(horizontal=True):
        streamlit.download_button(
            "Download every difference (CSV)", csv_of(table), "differences.csv", "text/csv", on_click="ignore"
        )
        taken_away.workbook("Download the workbook", write_comparison_workbook, found, "comparison.xlsx")


def _when(row: policy.Difference) -> str:
    until = "" if row.ends is None else f" to {day_in_words(row.ends)}"
    return f"from {day_in_words(row.starts)}{until}"


def _source(titles: str, addresses: str) -> str:
    """The titles, and each address as a link that says where it leads."""
    links = [one for one in addresses.split(BETWEEN) if one.startswith(LINKED)]
    listed = ", ".join(f"[{plain(one.removeprefix(LINKED))}]({one})" for one in links)
    return f"{plain(titles or 'not in law, so no reference')}{f' ({listed})' if listed else ''}"


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
    laws = dict.fromkeys((asked.a, asked.b))
    streamlit.subheader(plain(labels[path]))
    try:
        history = policy.parameter_history(path, *laws)
    except ParameterError:
        streamlit.info("Neither law has this parameter: it came later.")
        return
    streamlit.markdown(plain(current_vocabulary()[path].description))
    _values(history)
    chart = timeline(history, last_date(current_vocabulary()))
    if chart is not None:
        shown.chart(chart, "timeline", form=FIGURES)


def _values(history: ParameterHistory) -> None:
    for law in dict.fromkeys(one.law for one in history.values):
        streamlit.markdown(f"**{plain(law)}**")
        streamlit.markdown("\n".join(f"- {_value(one)}" for one in history.values if one.law == law))
    table = csv_of(history.to_dataframe())
    streamlit.download_button("Download this history (CSV)", table, "history.csv", "text/csv", on_click="ignore")


def _value(one: Dated) -> str:
    until = "" if one.ends is None else f" to {day_in_words(one.ends)}"
    about = ", ".join(filter(None, (one.kind, one.status)))
    source = _source(one.reference, one.href)
    return f"**{plain(one.in_words)}** from {day_in_words(one.starts)}{until} ({plain(about)}). {source}"


def _cite(found: Comparison, asked: Asked) -> None:
    streamlit.header("Cite and reopen")
    said = f"{found.finding} openfisca-goodwork, version {model_version()}. `{found.command}`."
    streamlit.markdown("A citation:")
    streamlit.code(said.replace("`", ""), language=None, wrap_lines=True)
    if asked.b in shelf.reforms():
        what = {"reforms": asked.b}
        streamlit.page_link(COST, label="What would law B cost?", query_params=what, icon=":material/arrow_forward:")
    shown.link(replace(asked, parameter=streamlit.session_state.get(PARAMETER) or "").query())
