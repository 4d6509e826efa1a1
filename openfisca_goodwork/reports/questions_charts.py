"""Pictures of a sweep: lines by what varies, a heat map where two numbers do, small multiples for whatever else varies."""

from __future__ import annotations

from typing import Any

import pandas

from openfisca_goodwork.number_formats import ROUNDING, SIGN, rounded
from openfisca_goodwork.questions import SweepResult
from openfisca_goodwork.questions.solving import ALL_YEARS
from openfisca_goodwork.reports.charts import PLAIN, SCHEMA, STRONG, Spec, bars, room_for_labels, values_of
from openfisca_goodwork.reports.questions import short_names, sweep_finding
from openfisca_goodwork.reports.sections import Chart

_SIDE, _HEAT_STEP = 150, 34
_COLUMNS = 3
_FEWEST, _MOST_LABELLED = 2, 60
_SAID = 8
# Share of the largest amount from which a cell is so dark that its figure is white.
_DARK = 0.75


def sweep_chart(result: SweepResult) -> Chart | None:
    """Small multiples by financial year where one number varies, bars where names do, a heat map where two or more vary."""
    names = short_names(result.sweep.names)
    if len(result.headlines) < _FEWEST:
        return None
    data = _data(result)
    labels = dict(zip(("first", "second"), names.values(), strict=False))
    totals = data[data["financial_year"] == ALL_YEARS]
    by_year = data[data["financial_year"] != ALL_YEARS]
    if len(names) > 1:
        kind, spec, shown = "Heat map over all years together", _heat_map(totals, labels), totals
    elif all(isinstance(first, float) for first in data["first"]):
        kind, spec, shown = "Small multiples, a panel a financial year", _lines(labels), by_year
    else:
        kind, spec, shown = "Bars over all years together", _bars(totals), totals
    said = "; ".join(f"{_called(row, labels)}: {rounded(row['value'])}" for row in totals.to_dict("records")[:_SAID])
    more = f"; and {len(totals) - _SAID} more in the table" if len(totals) > _SAID else ""
    alt = f"{kind}, £ million, by {' and '.join(labels.values())}. Over all years, {said}{more}."
    whole = {"$schema": SCHEMA, "data": {"values": values_of(shown)}, "config": PLAIN, **spec}
    return Chart(sweep_finding(result), f"Post-behavioural effect, £ million. {SIGN} {ROUNDING}", alt, whole, shown)


def _called(row: dict[Any, Any], labels: dict[str, str]) -> str:
    return ", ".join(f"{label} {row[name]}" for name, label in labels.items())


def _data(result: SweepResult) -> pandas.DataFrame:
    """A row for each costing and year, and for all years: what varies first, second and besides; the effect, its label."""
    rows = []
    for costing, headline in zip(result.sweep.costings, result.headlines, strict=True):
        values = [costing.varied.get(name, "") for name in result.sweep.names]
        first, second, *others = (*values, "", "")
        third = ", ".join(str(value) for value in others if value != "")
        years = [*headline.financial_years, ALL_YEARS]
        amounts = [*headline.effect, sum(headline.effect)]
        rows += [(first, second, third, year, amount) for year, amount in zip(years, amounts, strict=True)]
    data = pandas.DataFrame(rows, columns=["first", "second", "third", "financial_year", "value"])
    return data.assign(label=[rounded(value) for value in data["value"]])


def _lines(labels: dict[str, str]) -> Spec:
    """A panel a financial year: a line over the numbers that vary."""
    x = {"field": "first", "type": "quantitative", "axis": {"title": labels["first"], "labelAngle": 0}, "sort": None}
    mark = {"type": "line", "point": True, "color": STRONG}
    y = {"field": "value", "type": "quantitative", "axis": {"title": "£ million"}}
    return {
        "facet": {"field": "financial_year", "type": "nominal", "title": None, "sort": None},
        "columns": _COLUMNS,
        "spec": {"width": _SIDE, "height": _SIDE, "mark": mark, "encoding": {"x": x, "y": y}},
    }


def _bars(totals: pandas.DataFrame) -> Spec:
    """A bar for each name that varies, as wide as the page."""
    return {"height": {"step": _HEAT_STEP}, **bars(room_for_labels(totals["value"]), "first")}


def _heat_map(data: pandas.DataFrame, labels: dict[str, str]) -> Spec:
    """A cell for each pair of values, a panel for each of whatever else varies; the figure stands in the cell."""
    x = {"field": "first", "type": "ordinal", "axis": {"title": labels["first"], "labelAngle": 0}, "sort": None}
    y = {"field": "second", "type": "ordinal", "axis": {"title": labels.get("second", "")}, "sort": None}
    most = max(map(abs, data["value"])) or 1.0
    scale = {"scheme": "blueorange", "reverse": True, "domain": [-most, most]}
    colour = {"field": "value", "type": "quantitative", "scale": scale, "legend": {"title": "£ million"}}
    cells = {"mark": "rect", "encoding": {"color": colour}}
    ink = {"condition": {"test": f"abs(datum.value) > {_DARK * most}", "value": "white"}, "value": "black"}
    figures = {"mark": {"type": "text", "fontSize": 12}, "encoding": {"text": {"field": "label"}, "color": ink}}
    layers = [cells, figures] if len(data) <= _MOST_LABELLED else [cells]
    panel = {
        "width": {"step": 2 * _HEAT_STEP},
        "height": {"step": _HEAT_STEP},
        "encoding": {"x": x, "y": y},
        "layer": layers,
    }
    if len(set(data["third"])) == 1:
        return panel
    return {"facet": {"field": "third", "type": "nominal", "title": None, "sort": None}, "columns": _COLUMNS, "spec": panel}
