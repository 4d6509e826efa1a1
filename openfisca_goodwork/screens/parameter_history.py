"""The whole history of a parameter on a page: every value with its sources, a timeline, and the same as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit

from openfisca_goodwork import policy
from openfisca_goodwork.errors import ParameterError
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.policy.compare import Dated, ParameterHistory
from openfisca_goodwork.policy.vocabulary import BETWEEN, current_vocabulary, day_of_law
from openfisca_goodwork.reports import citations
from openfisca_goodwork.reports.comparison import timeline
from openfisca_goodwork.screens import downloads, reform_picker, widgets
from openfisca_goodwork.screens.links import AS_AT, LAW
from openfisca_goodwork.screens.widgets import plain

FIGURES: widgets.Form = ({"law": "Law", "from": "From", "value": "Value"}, {})
ABOUT_BRACKETS = (
    "In brackets: the kind of value (law, forecast, proposal, assumption), and how it is known: seen in the source itself, "
    "second-hand, derived from sources, from memory, or assumed."
)
SAME_IN_BOTH = "It is the same in both laws, so it stands here once."
LINKED = "https://"


def show(path: str, laws: tuple[str, ...], level: int) -> None:
    """What the parameter is, how it moves, and its values in each of the laws; a chart under a heading of this level."""
    try:
        history = policy.parameter_history(path, *laws)
    except ParameterError:
        streamlit.info("Neither law has this parameter: it came later.")
        return
    streamlit.markdown(plain(current_vocabulary()[path].description))
    if len(history.laws) > 1 and history.is_same_in_all:
        streamlit.markdown(SAME_IN_BOTH)
        history = policy.parameter_history(path, history.laws[0])
    chart = timeline(_titled(history))
    if chart is not None:
        widgets.chart(chart, "timeline", form=FIGURES, level=level)
    _values(history)
    with streamlit.expander("References to cite: text and BibTeX"):
        to_cite(citations.of_history(history))


def title_of(side: str) -> str:
    """A law within a sentence: `current law`, the law of a day, the title of a reform, or what was asked for."""
    law, _, on = side.partition(AS_AT)
    if law == LAW:
        return f"the law that applies on {day_in_words(day_of_law(on))}" if on else "current law"
    if law not in reform_picker.reforms():
        return side
    title = reform_picker.reforms()[law].title
    return f"{title} as it applies on {day_in_words(day_of_law(on))}" if on else title


def _titled(history: ParameterHistory) -> ParameterHistory:
    values = tuple(replace(dated, law=title_of(dated.law)) for dated in history.values)
    return replace(history, laws=tuple(map(title_of, history.laws)), values=values)


def to_cite(cited: Sequence[citations.Citation]) -> None:
    """Citations as text and as BibTeX, to copy."""
    streamlit.markdown("As text:")
    streamlit.code(citations.as_text(cited), language=None, wrap_lines=True)
    streamlit.markdown("As BibTeX:")
    streamlit.code(citations.as_bibtex(cited), language=None, wrap_lines=True)


def _values(history: ParameterHistory) -> None:
    for law in history.laws:
        title = plain(title_of(law))
        streamlit.markdown(f"**{title[:1].upper()}{title[1:]}**")
        streamlit.markdown("\n".join(f"- {_value(dated)}" for dated in history.values if dated.law == law))
    streamlit.caption(ABOUT_BRACKETS)
    downloads.offer("Download this history (CSV)", history.to_dataframe(), "history.csv")


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
