"""What charts are made of: Vega-Lite specifications with their data and their alternative text.

Every chart says its finding in its title, carries its figures as direct labels, and can be read without its colours.
The specifications are plain data: a browser draws them, ``vl-convert`` makes pictures of them, Altair reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas

Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
STRONG, QUIET, OTHER = "#2f7dc0", "#7b828c", "#b5652a"  # each at least 3:1 upon the light ground and upon the dark one
PLAIN = {"view": {"stroke": None}}
OF_DRAWING = ("label", "label_at")  # columns of a chart's figures that say how one is written, and where
_ROOM_FOR_LABELS = 0.22
_LABEL_WIDTH, _LONGEST_HALF_WORD = 22, 3
LINE_BREAK = "|"


def inked(spec: Spec, colour: str) -> Spec:
    """The specification with all its text in one colour, for a ground that the chart does not know.

    Its marks tell screen readers nothing: the chart's alternative text says all of it, once.
    """
    axis, title = {"labelColor": colour, "titleColor": colour}, {"color": colour, "subtitleColor": colour}
    ink = {
        "axis": axis,
        "axisY": {"labelFlush": False},  # else the outermost labels are moved in, as if the scale were not even
        "title": title,
        "legend": {"labelColor": colour},
        "text": {"color": colour},
        "mark": {"aria": False},
    }
    return {**spec, "config": {**spec["config"], **ink}}


def values_of(data: pandas.DataFrame) -> list[Mapping[str, Any]]:
    """The rows of a table as a specification holds them."""
    return [{str(name): value for name, value in row.items()} for row in data.to_dict(orient="records")]


def spec_of(data: pandas.DataFrame | list[dict[str, Any]], **parts: Any) -> Spec:
    """A whole specification: the rows of its data, its parts by Vega-Lite's names, no frame around it."""
    values = data if isinstance(data, list) else values_of(data)
    return {"$schema": SCHEMA, "data": {"values": values}, "config": PLAIN, **parts}


def room_for_labels(values: Iterable[float], *, only_right: bool = False) -> list[float]:
    """From the least to the greatest value, zero included, with room for a label at each end in use, or at the right one."""
    listed = list(values)
    least, most = min(0.0, *listed), max(0.0, *listed)
    room = _ROOM_FOR_LABELS * (most - least) or 1.0
    if only_right:
        return [least, most + room]
    return [least - room if least else 0.0, most + room if most or not least else 0.0]


def axis_of_names() -> Spec:
    """An axis of names, a long one in two lines, one above its bar's middle and one below."""
    is_long, wrapped = _wrapped("datum.label")
    return {
        "title": None,
        "labelLimit": 180,
        "labelExpr": f"split({is_long} ? {wrapped} : datum.label, '{LINE_BREAK}')",
        "labelBaseline": {"condition": {"test": is_long, "value": "bottom"}, "value": "middle"},
        "labelLineHeight": 14,
        "labelOverlap": False,
    }


def amounts(field: str, span: list[float]) -> Spec:
    """The place of amounts within a span, without an axis: each is labelled."""
    return {"field": field, "type": "quantitative", "scale": {"domain": span, "nice": False}, "axis": None}


def names(field: str) -> Spec:
    """The place of names, in the order of the data."""
    return {"field": field, "type": "nominal", "sort": None, "axis": axis_of_names()}


def bars(span: list[float], name: str) -> Spec:
    """Bars of every class, whose field is `name`, each with its figure at its end."""
    return {
        "encoding": {"x": amounts("value", span), "y": names(name)},
        "layer": [
            {"mark": {"type": "bar", "color": STRONG, "height": {"band": 0.6}}},
            label("datum.value >= 0", {"align": "left", "dx": 4}),
            label("datum.value < 0", {"align": "right", "dx": -4}),
        ],
    }


def _wrapped(name: str) -> tuple[str, str]:
    """Expressions: whether a name is too long for a line, and the name in two, alike where it is longer than two widths."""
    width = f"max({_LABEL_WIDTH}, length({name}) / 2 + {_LONGEST_HALF_WORD})"
    within = f"lastindexof(substring({name}, 0, {width}), ' ')"
    broken = f"substring({name}, 0, {within}) + '{LINE_BREAK}' + substring({name}, {within} + 1, length({name}))"
    return f"length({name}) > {_LABEL_WIDTH} && {within} > 0", broken


def label(where: str, place: Mapping[str, Any], y: str = "") -> Spec:
    """The figures where a condition holds; at another height than their column's end, where a field says so."""
    mark = {"type": "text", "fontSize": 13, **place}
    height = {"y": {"field": y, "type": "quantitative"}} if y else {}
    return {
        "transform": [{"filter": where}],
        "mark": mark,
        "encoding": {"text": {"field": "label"}, **height},
    }
