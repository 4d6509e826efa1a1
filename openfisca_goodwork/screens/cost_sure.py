"""How sure a costing is, on its page: the interval by year, what drives it, each assumption alone, and the rating."""

from __future__ import annotations

import pandas
import streamlit

from openfisca_goodwork.costing import CostingResult, sentences
from openfisca_goodwork.costing.uncertainty import Uncertainty
from openfisca_goodwork.costing.uncertainty.rating import AXES, Rating
from openfisca_goodwork.number_formats import rounded
from openfisca_goodwork.reports import tables
from openfisca_goodwork.reports.uncertainty_charts import tornado
from openfisca_goodwork.screens import shown
from openfisca_goodwork.screens.plain_text import plain

TORNADO: shown.Form = (
    {"assumption": "Assumption", "end": "End of its range", "value": shown.UNIT},
    {shown.UNIT: rounded},
)


def show(result: CostingResult) -> None:
    """The interval and what drives it, then the rating."""
    streamlit.markdown(plain(sentences.uncertainty(result)) or "This costing holds no interval and no rating.")
    if result.uncertainty is not None:
        _interval(result, result.uncertainty)
        chart = tornado(result)
        if chart is not None:
            shown.chart(chart, "tornado", form=TORNADO)
        _alone(result.uncertainty)
    if result.rating is not None:
        _rating(result.rating)


def _interval(result: CostingResult, found: Uncertainty) -> None:
    alt = f"The {found.level:.0%} interval of the costing by financial year, £ million"
    shown.by_year(tables.interval(result), rounded, alt)
    low, high = (rounded(end) for end in found.total)
    streamlit.caption(f"All years together: from {low} to {high} (£ million). {found.draws:,} draws, seed {found.seed}.")


def _alone(found: Uncertainty) -> None:
    """What each assumption alone would make of the total."""
    rows = [
        (one.label, *one.in_words, rounded(sum(one.effect_low)), rounded(sum(one.effect_high))) for one in found.sensitivity
    ]
    columns = ["Assumption", "Low", "Here", "High", "If low, £ million", "If high, £ million"]
    with streamlit.expander("Each assumption alone, all years together"):
        shown.texts(pandas.DataFrame(rows, columns=columns), "What each assumption alone moves, all years together")
        if found.idle:
            streamlit.caption(plain(f"Moved, and changed nothing: {', '.join(found.idle)}."))


def _rating(found: Rating) -> None:
    rows = [(axis.capitalize(), getattr(found, axis), found.reasons[axis]) for axis in AXES]
    table = pandas.DataFrame([*rows, ("Overall", found.overall, "")], columns=["Of", "Uncertainty", "Why"])
    shown.texts(table, "Rating of the costing's uncertainty on data, modelling and behaviour")
