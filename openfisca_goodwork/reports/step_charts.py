"""The waterfall of a costing: from full entitlement to what is left, step by step, in one year."""

from __future__ import annotations

from itertools import accumulate

import pandas

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.summary import year_of_finding
from openfisca_goodwork.number_formats import in_words, rounded
from openfisca_goodwork.reports import tables
from openfisca_goodwork.reports.charts import Spec, axis_of_names, room_for_labels, values_of
from openfisca_goodwork.reports.sections import Chart
from openfisca_goodwork.reports.words import ROUNDING, measured, status

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_TOTAL, _STEP = "#2f7dc0", "#7b828c"
_ROW = 30
_FEWEST = 2


def steps_of_a_year(result: CostingResult) -> Chart | None:
    """Bars from where each step begins to where it ends, in the year of the finding; None where there is one step only.

    The totals begin at nothing and are told by bold words as well as by their colour.
    """
    if sum(any(step.effect) for step in result.steps) < _FEWEST:
        return None
    place = year_of_finding(result)
    year = result.financial_years[place]
    shown = tables.steps(result)[year]
    totals = list(tables.by_year(result).index[:2])
    data = _data(shown, totals)
    before, after = (result.static[place], result.post_behavioural[place])
    first, then = in_words(before), in_words(after)
    verb = first.partition(" ")[0]
    title = f"{first.capitalize()} before companies respond and {then.removeprefix(f'{verb} ')} after, in {year}"
    subtitle = f"From full entitlement to the post-behavioural effect in {year}, each step from where the last one ended. "
    alt = f"Waterfall of the costing in {year}, £ million. " + "; ".join(
        f"{row.step} {row.label}" for row in data.itertuples()
    )
    return Chart(title, f"{status(result)} {subtitle}{measured(result)} {ROUNDING}", f"{alt}.", _spec(data), data)


def _data(shown: pandas.Series[float], totals: list[str]) -> pandas.DataFrame:
    """One row a step or total: where its bar begins and ends (£ million), its value and its rounded label."""
    is_total = [name in totals for name in shown.index]
    moves = [0.0 if total else value for value, total in zip(shown, is_total, strict=True)]
    ends = list(accumulate(moves))
    starts = [0.0 if total else end - move for total, end, move in zip(is_total, ends, moves, strict=True)]
    return pandas.DataFrame(
        {
            "step": list(shown.index),
            "start": starts,
            "end": ends,
            "value": list(shown),
            "label": [rounded(value) for value in shown],
            "is_total": is_total,
        }
    )


def _spec(data: pandas.DataFrame) -> Spec:
    bounds = room_for_labels([*data["start"], *data["end"]], only_right=True)
    x = {"field": "start", "type": "quantitative", "scale": {"domain": bounds, "nice": False}, "axis": None}
    bold = {"condition": {"test": f"indexof({list(data.loc[data['is_total'], 'step'])}, datum.value) >= 0", "value": "bold"}}
    axis = axis_of_names() | {"labelFontWeight": {**bold, "value": "normal"}}
    y = {"field": "step", "type": "nominal", "sort": None, "axis": axis}
    colour = {"condition": {"test": "datum.is_total", "value": _TOTAL}, "value": _STEP}
    weight = {"type": "text", "fontSize": 13, "align": "left", "dx": 4}
    right = {"calculate": "max(datum.start, datum.end)", "as": "right"}
    return {
        "$schema": _SCHEMA,
        "data": {"values": values_of(data)},
        "height": {"step": _ROW},
        "layer": [
            {
                "mark": {"type": "bar", "height": {"band": 0.62}},
                "encoding": {"y": y, "x": x, "x2": {"field": "end"}, "color": colour},
            },
            {
                "transform": [right],
                "mark": weight,
                "encoding": {"y": y, "x": {**x, "field": "right"}, "text": {"field": "label"}},
            },
            {"mark": {"type": "rule", "color": _STEP}, "encoding": {"x": {"datum": 0, "type": "quantitative"}}},
        ],
        "config": {"view": {"stroke": None}},
    }
