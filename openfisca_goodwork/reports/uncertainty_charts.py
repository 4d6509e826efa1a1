"""What each assumption alone would make of a costing: a bar to each end of its range, the widest first."""

from __future__ import annotations

import pandas

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.uncertainty import Sensitivity, Uncertainty
from openfisca_goodwork.number_formats import rounded
from openfisca_goodwork.reports.charts import Spec, axis_of_names, room_for_labels, values_of
from openfisca_goodwork.reports.sections import Chart
from openfisca_goodwork.reports.words import ROUNDING, measured, status

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_LOW, _HIGH = "#7b828c", "#2f7dc0"
_MOST = 10
_ROW = 34
_ROOM = 0.4
_NARROW = 300


def tornado(result: CostingResult) -> Chart | None:
    """Bars of the ten assumptions that move the total of all years most; None where there is no interval.

    The two ends of an assumption are told by the words at their bars as well as by their colour.
    """
    found = result.uncertainty
    if found is None or found.driver is None:
        return None
    data = _data(found)
    years = " to ".join(dict.fromkeys((result.financial_years[0], result.financial_years[-1])))
    title = f"{found.driver.label} moves the effect most: {_reach(result, found.driver)} over {years}"
    subtitle = (
        f"By how much the post-behavioural effect of {years} together moves with one assumption alone, at the low and the "
        f"high end of its range. {measured(result)} {ROUNDING}"
    )
    said = "; ".join(f"{row.assumption}, {row.label}" for row in data.itertuples())
    return Chart(title, f"{status(result)} {subtitle}", f"Bars by assumption, £ million. {said}.", _spec(data), data)


def _reach(result: CostingResult, one: Sensitivity) -> str:
    """The total at the ends of an assumption, as a range in £ million."""
    centre = sum(result.post_behavioural)
    ends = sorted(centre + moved for moved in {sum(one.effect_low), sum(one.effect_high)})
    return f"£{rounded(ends[0])}m to £{rounded(ends[-1])}m".replace("£-", "−£").replace("£+", "£")


def _data(found: Uncertainty) -> pandas.DataFrame:
    """One row an end: the assumption, low or high, the move (£ million) and its label with the value assumed."""
    rows = [
        (one.label, end, sum(effect), f"{words}: {rounded(sum(effect))}")
        for one in found.sensitivity[:_MOST]
        for end, (words, effect) in zip(("low", "high"), one.at_the_ends, strict=True)
        if any(effect)
    ]
    return pandas.DataFrame(rows, columns=["assumption", "end", "value", "label"])


def _spec(data: pandas.DataFrame) -> Spec:
    least, most = room_for_labels(data["value"])
    wide = _ROOM * max(most, -least)
    x = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [least - wide, most + wide], "nice": False},
        "axis": None,
    }
    y = {"field": "assumption", "type": "nominal", "sort": None, "axis": axis_of_names()}
    colour = {"condition": {"test": "datum.end == 'low'", "value": _LOW}, "value": _HIGH}
    return {
        "$schema": _SCHEMA,
        "data": {"values": values_of(data)},
        "height": {"step": _ROW},
        "layer": [
            {"mark": {"type": "bar", "height": {"band": 0.62}}, "encoding": {"x": x, "y": y, "color": colour}},
            _text("datum.value >= 0", {"align": "left", "dx": 4}, {"x": x, "y": y}),
            _text("datum.value < 0", {"align": "right", "dx": -4}, {"x": x, "y": y}),
            {"mark": {"type": "rule", "color": _LOW}, "encoding": {"x": {"datum": 0, "type": "quantitative"}}},
        ],
        "config": {"view": {"stroke": None}},
    }


def _text(where: str, place: Spec, at: Spec) -> Spec:
    """The label at the end of a bar; on a narrow screen the move alone, as the value assumed has no room there."""
    text = {"expr": f"width < {_NARROW} ? slice(datum.label, lastindexof(datum.label, ': ') + 2) : datum.label"}
    mark = {"type": "text", "fontSize": 13, "text": text, **place}
    return {"transform": [{"filter": where}], "mark": mark, "encoding": at}
