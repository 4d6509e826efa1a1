"""What the money buys, and when it moves, on the page of a costing: claimants, training, trainees; accruals and cash."""

from __future__ import annotations

import streamlit

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.value_for_money import DEFINITIONS
from openfisca_goodwork.number_formats import rounded
from openfisca_goodwork.reports import tables, words
from openfisca_goodwork.screens import shown
from openfisca_goodwork.screens.plain_text import plain


def show(result: CostingResult) -> None:
    """Who claims, the training behind it, and what each pound and each trainee costs."""
    claimants = tables.claimants(result)
    if claimants.empty:
        streamlit.markdown("No company claims a training relief.")
        return
    streamlit.markdown("Companies that claim, by the financial year in which their accounting period ends, to the thousand.")
    shown.by_year(claimants, _thousands, "Companies that claim, by financial year")
    streamlit.markdown("Training, £ million.")
    shown.by_year(tables.training(result), _to_5_million, "Training entitled, claimed and induced, £ million")
    streamlit.markdown(plain(words.value_for_money(result)))
    if result.value is not None:
        with streamlit.expander("What these words mean"):
            streamlit.markdown("\n".join(f"- {plain(one)}" for one in DEFINITIONS.values()))


def show_bridge(result: CostingResult) -> None:
    """From accruals to cash by how each pound is paid, and what running the relief costs."""
    streamlit.markdown(
        f"The figures above are on the {result.basis} basis. Tax accrues over the months of an accounting period and falls "
        "due later; the rows between the two totals say what the dates of each kind of payment move."
    )
    table = tables.cash(result)
    if table.empty:
        streamlit.markdown("This costing holds no dates of payment.")
    else:
        totals = (tables.ACCRUALS, tables.CASH)
        shown.downwards(table, rounded, "From accruals to cash, £ million", totals)
    running = tables.administration(result)
    if not running.empty:
        streamlit.markdown("What HMRC spends to run the relief, in no figure above (£ million).")
        shown.by_year(running, "{:,.1f}".format, "Running cost of the relief, £ million")


def _thousands(count: float) -> str:
    return f"{round(count, -3):,.0f}"


def _to_5_million(amount: float) -> str:
    return rounded(amount).removeprefix("+")
