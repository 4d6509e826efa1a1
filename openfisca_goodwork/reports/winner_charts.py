"""Charts of winners and losers: how many companies of each class gain, lose, and are left as they were."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.distribution import POST_BEHAVIOURAL, Row
from openfisca_goodwork.reports.charts import Spec, axis_of_names, values_of
from openfisca_goodwork.reports.sections import Chart
from openfisca_goodwork.reports.words import status

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
# 3:1 upon the light ground and the dark one; the parts of a bar are told apart by their order and words too.
_STRONG, _LOSS, _QUIET = "#2f7dc0", "#b5652a", "#7b828c"
_PARTS = {"gaining": "Gain", "losing": "Lose", "unaffected": "No change"}
_ROW = 30
_LEAST_SHOWN = 0.06


def winners_and_losers(name: str, result: CostingResult, step: str = POST_BEHAVIOURAL) -> Chart | None:
    """Bars of 100% of each class: the shares of companies that gain, lose and are left as they were; None without any.

    Args:
        name: of a table of who gains. result: the costing. step: static or post-behavioural.
    """
    shown = result.distribution
    rows = [] if shown is None else [row for row in shown.table(name, step).rows if row.companies]
    if shown is None or not any(row.gaining or row.losing for row in rows):
        return None
    data = _data(rows)
    most = max(rows, key=lambda one: one.gaining / one.companies)
    title = f"{most.gaining / most.companies:.0%} of companies in “{most.name}” gain in {shown.financial_year}"
    subtitle = (
        f"{status(result)} Share of companies that gain, lose or see no change, by {name.lower()} "
        f"({shown.table(name, step).marked}), {step}, accounting periods that end in {shown.financial_year}."
    )
    told = "; ".join(
        f"{one.name}: {one.gaining / one.companies:.1%} gain, {one.losing / one.companies:.1%} lose" for one in rows
    )
    alt = f"Bars of 100% by {name.lower()}, {shown.financial_year}. {told}."
    return Chart(title, subtitle, alt, _stacked(data), data.drop(columns="place"))


def _data(rows: Sequence[Row]) -> pandas.DataFrame:
    """Three rows a class: the share of its companies with each outcome, and its label where there is room for one."""
    parts = [
        (row.name, said, getattr(row, field) / row.companies, place)
        for row in rows
        for place, (field, said) in enumerate(_PARTS.items())
    ]
    data = pandas.DataFrame(parts, columns=["class", "outcome", "value", "place"])
    return data.assign(label=[f"{share:.0%}" if share >= _LEAST_SHOWN else "" for share in data["value"]])


def _names(data: pandas.DataFrame) -> dict[str, Any]:
    axis = axis_of_names()
    return {"field": "class", "type": "nominal", "sort": list(dict.fromkeys(data["class"])), "axis": axis}


def _stacked(data: pandas.DataFrame) -> Spec:
    x = {"field": "value", "type": "quantitative", "stack": "normalize", "axis": None}
    scale = {"domain": list(_PARTS.values()), "range": [_STRONG, _LOSS, _QUIET]}
    legend = {"title": None, "orient": "top", "direction": "vertical"}
    order = {"field": "place", "type": "quantitative"}
    colour = {"field": "outcome", "type": "nominal", "scale": scale, "legend": legend}
    return {
        "$schema": _SCHEMA,
        "data": {"values": values_of(data)},
        "height": {"step": _ROW},
        "encoding": {"y": _names(data), "order": order},
        "layer": [
            {"mark": {"type": "bar", "height": {"band": 0.62}}, "encoding": {"x": x, "color": colour}},
            {
                "mark": {"type": "text", "fontSize": 12, "color": "black"},
                "encoding": {"x": x | {"bandPosition": 0.5}, "text": {"field": "label"}, "detail": {"field": "outcome"}},
            },
        ],
        "config": {"view": {"stroke": None}},
    }
