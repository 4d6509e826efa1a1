"""The costing of one law of a comparison against the other: here for the law of a day, else on the page of a costing."""

from __future__ import annotations

from pathlib import Path

import streamlit

from openfisca_goodwork import policy
from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.screens import cost_result, reform_picker, shared
from openfisca_goodwork.screens.links import AS_AT, LAW, Asked
from openfisca_goodwork.screens.plain_text import plain

COST, SEVERAL = (Path(__file__).parent / f"{name}.py" for name in ("cost", "compare_costings"))
KEPT = "compare_cost"


def show(asked: Asked) -> None:
    """What one law would cost against the other, or the way to where it is costed."""
    known = (LAW, *reform_picker.reforms())
    if AS_AT in f"{asked.a}{asked.b}":
        _of_a_day(asked)
    elif asked.a not in known or asked.b not in known or asked.a == asked.b:
        streamlit.caption("A costing of B against A needs two different laws of the library.")
    elif LAW in {asked.a, asked.b}:
        side, name = ("B", asked.b) if asked.a == LAW else ("A", asked.a)
        _link(COST, f"What would law {side} cost against current law?", [name])
    else:
        _link(SEVERAL, "What would each of the two cost against current law?", [asked.a, asked.b])


def _link(page: Path, label: str, reforms: list[str]) -> None:
    query = [("reforms", name) for name in reforms]
    streamlit.page_link(page, label=label, query_params=query, icon=":material/arrow_forward:")


def _of_a_day(asked: Asked) -> None:
    """A costing of the law of a day, kept as it was from that day on, against the other law."""
    sides = {"B": asked.b, "A": asked.a}
    costed = "B" if AS_AT in asked.b else "A"
    against = "A" if costed == "B" else "B"
    if asked.a == asked.b:
        return
    called = "current law" if sides[against] == LAW else f"law {against}"
    try:
        reform, *baseline = map(policy.load, (sides[costed], *([] if sides[against] == LAW else [sides[against]])))
        request = CostingRequest((reform,), baseline=tuple(baseline))
        expected = shared.desk().seconds(request)
    except GoodworkError as error:
        streamlit.info(plain(str(error)))
        return
    streamlit.subheader(f"What would law {costed} cost against {called}?")
    years = request.years.replace(":", " to ")
    streamlit.caption(f"The law of a day is costed as if it had been kept ever since, for the financial years {years}.")
    result = shared.desk().kept(request) or shared.worked_out(
        f"{KEPT}_{sides[costed]}_{sides[against]}",
        f"Cost law {costed} against {called} (about {expected:.0f} seconds)",
        "The costing could not be run.",
        lambda stages: shared.desk().cost(request, stages),
    )
    if result is not None:
        cost_result.headline(result)
        cost_result.by_year(result)
        streamlit.code(cost_result.report_of(result).command, language=None, wrap_lines=True)
