"""Charts of winners and losers: how many companies of each class gain, lose, and are left as they were."""

from __future__ import annotations

from typing import Any

import pandas

from openfisca_goodwork.costing.distribution import Table
from openfisca_goodwork.reports.charts import Chart, Spec, axis_of_names, values_of

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
# 3:1 upon the light ground and the dark one; the parts of a bar are told apart by their order and words too.
_STRONG, _LOSS, _QUIET = "#2f7dc0", "#b5652a", "#7b828c"
_PARTS = {"gaining": "Gain", "losing": "Lose", "unaffected": "No change"}
_ROW = 30
_LEAST_SHOWN = 0.06


def winners_and_losers(table: Table, year: str) -> Chart | None:
    """Bars of 100% of each class: the shares of companies that gain, lose and are left as they were; None without any."""
    rows = [row for row in table.rows if row.companies]
    if not any(row.gaining or row.losing for row in rows):
        return None
    parts = [
        (row.name, said, getattr(row, name) / row.companies, place)
        for row in rows
        for place, (name, said) in enumerate(_PARTS.items())
    ]
    data = pandas.DataFrame(parts, columns=["class", "outcome", "value", "place"])
    data["label"] = [f"{share:.0%}" if share >= _LEAST_SHOWN else "" for share in data["value"]]
    most = max(rows, key=lambda one: one.gaining / one.companies)
    title = f"{most.gaining / most.companies:.1%} of companies of the class “{most.name}” gain in {year}: no class has more"
    subtitle = f"Share of companies that gain, lose or see no change, by {table.name.lower()}, {table.step}, {year}."
    told = "; ".join(
        f"{one.name}: {one.gaining / one.companies:.1%} gain, {one.losing / one.companies:.1%} lose" for one in rows
    )
    alt = f"Bars of 100% by {table.name.lower()}, {year}. {told}."
    return Chart(title, subtitle, alt, _stacked(data), data.drop(columns="place"))


def _names(data: pandas.DataFrame) -> dict[str, Any]:
    axis = axis_of_names() | {"labelLimit": 280}
    return {"field": "class", "type": "nominal", "sort": list(dict.fromkeys(data["class"])), "axis": axis}


def _stacked(data: pandas.DataFrame) -> Spec:
    x = {"field": "value", "type": "quantitative", "stack": "normalize", "axis": None}
    scale = {"domain": list(_PARTS.values()), "range": [_STRONG, _LOSS, _QUIET]}
    legend = {"title": None, "orient": "top"}
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
                "mark": {"type": "text", "fontSize": 12, "color": "white"},
                "encoding": {"x": x | {"bandPosition": 0.5}, "text": {"field": "label"}, "detail": {"field": "outcome"}},
            },
        ],
        "config": {"view": {"stroke": None}},
    }
