"""The whole history of a parameter on a page: every value with its sources, a timeline, and the same as CSV."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit

from openfisca_goodwork import policy
from openfisca_goodwork.errors import ParameterError
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy.parameter_history import Dated, ParameterHistory
from openfisca_goodwork.policy.vocabulary import BETWEEN, current_vocabulary, last_date
from openfisca_goodwork.reports import citations
from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.reports.law_charts import timeline
from openfisca_goodwork.screens import widgets
from openfisca_goodwork.screens.plain_text import plain

FIGURES: widgets.Form = ({"law": "Law", "from": "From", "value": "Value"}, {})
ABOUT_BRACKETS = (
    "In brackets: the kind of value (law, forecast, proposal, assumption), and how it is known: seen in the source itself, "
    "second-hand, derived from sources, from memory, or assumed."
)
LINKED, LAW = "https://", "law"


def show(path: str, laws: tuple[str, ...], level: int) -> None:
    """What the parameter is, how it moves, and its values in each of the laws; a chart under a heading of this level."""
    try:
        history = policy.parameter_history(path, *laws)
    except ParameterError:
        streamlit.info("Neither law has this parameter: it came later.")
        return
    streamlit.markdown(plain(current_vocabulary()[path].description))
    chart = timeline(history, last_date(current_vocabulary()))
    if chart is not None:
        widgets.chart(chart, "timeline", form=FIGURES, level=level)
    _values(history)
    with streamlit.expander("References to cite: text and BibTeX"):
        to_cite(citations.of_history(history))


def to_cite(cited: Sequence[citations.Citation]) -> None:
    """Citations as text and as BibTeX, to copy."""
    streamlit.markdown("As text:")
    streamlit.code(citations.as_text(cited), language=None, wrap_lines=True)
    streamlit.markdown("As BibTeX:")
    streamlit.code(citations.as_bibtex(cited), language=None, wrap_lines=True)


def _values(history: ParameterHistory) -> None:
    for law in dict.fromkeys(dated.law for dated in history.values):
        streamlit.markdown(f"**{'Current law' if law == LAW else plain(law)}**")
        streamlit.markdown("\n".join(f"- {_value(dated)}" for dated in history.values if dated.law == law))
    streamlit.caption(ABOUT_BRACKETS)
    table = csv_of(history.to_dataframe())
    streamlit.download_button("Download this history (CSV)", table, "history.csv", "text/csv", on_click="ignore")


def _value(dated: Dated) -> str:
    until = "" if dated.ends is None else f" to {day_in_words(dated.ends)}"
    about = ", ".join(filter(None, (dated.kind, dated.status)))
    cited = source(dated.reference, dated.href)
    return f"**{plain(dated.in_words)}** from {day_in_words(dated.starts)}{until} ({plain(about)}). {cited}"


def source(titles: str, addresses: str) -> str:
    """The titles, and each address as a link that says where it leads."""
    links = [address for address in addresses.split(BETWEEN) if address.startswith(LINKED)]
    listed = ", ".join(f"[{plain(link.removeprefix(LINKED))}]({link})" for link in links)
    return f"{plain(titles or 'not in law, so no reference')}{f' ({listed})' if listed else ''}"
