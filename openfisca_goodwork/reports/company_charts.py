"""The chart of what a relief would save a company at other amounts of training, with the company's own place on it."""

from __future__ import annotations

from typing import Any

import pandas

from openfisca_goodwork.company.more_training import WhatIf
from openfisca_goodwork.reports.sections import Chart

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_STRONG = "#2f7dc0"  # as in the charts of a costing: 3:1 upon the light ground and upon the dark one
_HERE = "you are here"
_HEIGHT = 260
_AXIS = {"grid": False, "tickCount": 4, "format": ",.0f", "titleFontWeight": "normal"}


def what_if_chart(what_if: WhatIf, standing: str) -> Chart:
    """A line through the points worked out, each of them marked, the company's own with words.

    Args:
        what_if: the points. standing: of the relief, such as `Proposed, not law`.
    """
    labels = [_HERE if place == what_if.here else "" for place in range(len(what_if.training))]
    data = pandas.DataFrame({"training": what_if.training, "saved": what_if.saved, "label": labels})
    points = "; ".join(
        f"£{training:,.0f} saves £{saved:,.0f}" for training, saved in zip(what_if.training, what_if.saved, strict=True)
    )
    here = f"£{what_if.training[what_if.here]:,.0f}"
    subtitle = f"Tax saved and credits paid by the relief (£) at each amount of training that counts (£). {standing}."
    alt = f"Line of what the relief saves by spending on training. {points}. You are here: {here}."
    return Chart(what_if.finding, subtitle, alt, _spec(data, what_if.here), data)


def _spec(data: pandas.DataFrame, place: int) -> dict[str, Any]:
    values = [{str(name): value for name, value in row.items()} for row in data.to_dict(orient="records")]
    x = {"field": "training", "type": "quantitative", "axis": _AXIS | {"title": "Spent on training that counts (£)"}}
    y = {"field": "saved", "type": "quantitative", "axis": _AXIS | {"title": "Saved by the relief (£)"}}
    here = [{"filter": f"datum.label == '{_HERE}'"}]
    text = {"type": "text", "fontSize": 13, "fontWeight": "bold", "dy": -8}
    text |= {"align": "right", "dx": -12} if place else {"align": "left", "dx": 14}
    return {
        "$schema": _SCHEMA,
        "data": {"values": values},
        "height": _HEIGHT,
        "encoding": {"x": x, "y": y},
        "layer": [
            {"mark": {"type": "line", "color": _STRONG, "point": {"color": _STRONG, "size": 40}}},
            {
                "transform": here,
                "mark": {"type": "point", "color": _STRONG, "filled": True, "size": 220, "shape": "diamond"},
            },
            {"transform": here, "mark": text, "encoding": {"text": {"field": "label"}}},
        ],
        "config": {"view": {"stroke": None}},
    }
