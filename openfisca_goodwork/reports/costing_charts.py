"""Charts of a costing: the cost by year, by type of training cost, step by step, and what drives its range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate

import pandas

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.uncertainty import Sensitivity, Uncertainty
from openfisca_goodwork.number_formats import ROUNDING, in_words, rounded
from openfisca_goodwork.reports import costing_tables as tables
from openfisca_goodwork.reports.charts import (
    PLAIN,
    QUIET,
    SCHEMA,
    STRONG,
    Spec,
    axis_of_names,
    bars,
    label,
    room_for_labels,
    values_of,
)
from openfisca_goodwork.reports.costing_words import finding, measured, standing, year_of_finding
from openfisca_goodwork.reports.sections import Chart

_INTERVAL = (("#ffffff", 4), ("#1f2a36", 2))
_PANEL = 110
_ROW_OF_STEPS, _ROW_OF_ENDS = 30, 34
_FEWEST = 2
_MOST = 10
_ROOM = 0.4
_NARROW = 300


def _frame(rows: Mapping[str, Sequence[float]], result: CostingResult) -> pandas.DataFrame:
    """Rows by financial year as a data frame, a column a year."""
    return pandas.DataFrame([list(row) for row in rows.values()], list(rows), result.financial_years, dtype=float)


def cost_by_year(result: CostingResult) -> Chart:
    """Columns by financial year: post-behavioural, static, and with training that does not respond, one panel each."""
    shown = _frame(tables.headline(result), result)
    order = [shown.index[1], shown.index[0], shown.index[2]]
    data = _with_interval(_tidy(shown.loc[order], "measure"), result, order[0])
    colours = dict.fromkeys(order, QUIET) | {order[0]: STRONG}
    span = room_for_labels([*data["value"], *data["low"], *data["high"]])
    panels = [_columns(name, colour, span) for name, colour in colours.items()]
    spec = {"$schema": SCHEMA, "data": {"values": values_of(data)}, "vconcat": panels, "spacing": 14, "config": PLAIN}
    alt = f"Columns by financial year, £ million. {_in_words(shown.loc[order])}{_interval_in_words(result)}"
    return Chart(finding(result), f"{standing(result)} {measured(result)} {ROUNDING}{_of_lines(result)}", alt, spec, data)


def _with_interval(data: pandas.DataFrame, result: CostingResult, measure: str) -> pandas.DataFrame:
    """The data with the ends of the interval beside the figures of a measure; the figure itself where there is none."""
    data = data.assign(low=data["value"], high=data["value"])
    if result.uncertainty is not None:
        here = data["measure"] == measure
        data.loc[here, "low"], data.loc[here, "high"] = result.uncertainty.low, result.uncertainty.high
    return data


def _of_lines(result: CostingResult) -> str:
    return "" if result.uncertainty is None else f" Lines: {result.uncertainty.level:.0%} range."


def _interval_in_words(result: CostingResult) -> str:
    """The ends of the interval by year, for those who cannot see it."""
    found = result.uncertainty
    if found is None:
        return ""
    ends = zip(result.financial_years, found.low, found.high, strict=True)
    said = "; ".join(f"{year} {rounded(low)} to {rounded(high)}" for year, low, high in ends)
    return f" {found.level:.0%} range of the first: {said}."


def cost_by_head(result: CostingResult) -> Chart | None:
    """Bars of the static effect by type of training cost in the year of the finding; None where no head has any."""
    shown = _frame(tables.by_head(result), result)
    year = result.financial_years[year_of_finding(result)]
    if shown.empty or not shown[year].any():
        return None
    last = shown[[year]].sort_values(year)
    data = _tidy(last, "head")
    spec = {"$schema": SCHEMA, "data": {"values": values_of(data)}, "height": {"step": 44}, "config": PLAIN}
    spec |= bars(room_for_labels(data["value"]), "head")
    title = f"{last.index[0]} makes up {last[year].iloc[0] / last[year].sum():.0%} of the static effect in {year}"
    subtitle = f"{standing(result)} Static effect by type of training cost in {year}. {measured(result)} {ROUNDING}"
    return Chart(title, subtitle, f"Bars by type of training cost, £ million, {year}. {_in_words(last)}", spec, data)


def _tidy(table: pandas.DataFrame, rows: str) -> pandas.DataFrame:
    """One row a figure: the row's name, the financial year, the value (£ million), its rounded label."""
    figures = [(name, year, value, rounded(value)) for name, row in table.iterrows() for year, value in row.items()]
    return pandas.DataFrame(figures, columns=[rows, "financial_year", "value", "label"])


def _columns(measure: str, colour: str, span: list[float]) -> Spec:
    """One panel: the columns of one measure, each with its figure."""
    x = {"field": "financial_year", "type": "ordinal", "axis": {"labelAngle": 0, "title": None, "orient": "bottom"}}
    y = {"field": "value", "type": "quantitative", "scale": {"domain": span, "nice": False}, "axis": None}
    return {
        "title": {"text": measure, "anchor": "start", "fontSize": 14},
        "height": _PANEL,
        "transform": [{"filter": {"field": "measure", "equal": measure}}],
        "encoding": {"x": x, "y": y},
        "layer": [
            {"mark": {"type": "bar", "color": colour, "width": {"band": 0.7}}},
            _whiskers(),
            label("datum.value >= 0", {"baseline": "bottom", "dy": -4}, y="high"),
            label("datum.value < 0", {"baseline": "top", "dy": 4}, y="low"),
        ],
    }


def _whiskers() -> Spec:
    """A line from one end of the interval to the other, where it has any length; dark on the column, with a light edge."""
    ends = {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}}
    where = [{"filter": "datum.low != datum.high"}]
    lines = [{"mark": {"type": "rule", "color": tint, "size": width}} for tint, width in _INTERVAL]
    return {"transform": where, "encoding": ends, "layer": lines}


def _in_words(table: pandas.DataFrame) -> str:
    """Every figure of a table, row by row."""
    rows = ("; ".join(f"{year} {rounded(value)}" for year, value in row.items()) for _, row in table.iterrows())
    return " ".join(f"{name}: {row}." for name, row in zip(table.index, rows, strict=True))


def steps_of_a_year(result: CostingResult) -> Chart | None:
    """Bars from where each step begins to where it ends, in the year of the finding; None where there is one step only.

    The totals begin at nothing and are told by bold words as well as by their colour.
    """
    if sum(any(step.effect) for step in result.steps) < _FEWEST:
        return None
    place = year_of_finding(result)
    year = result.financial_years[place]
    shown = _frame(tables.steps(result), result)[year]
    totals = list(tables.headline(result))[:2]
    data = _data_of_steps(shown, totals)
    before, after = (result.static[place], result.post_behavioural[place])
    first, then = in_words(before), in_words(after)
    verb = first.partition(" ")[0]
    title = f"{first.capitalize()} before companies respond and {then.removeprefix(f'{verb} ')} after, in {year}"
    subtitle = f"From full entitlement to the post-behavioural effect in {year}, each step from where the last one ended. "
    alt = f"Waterfall of the costing in {year}, £ million. " + "; ".join(
        f"{row.step} {row.label}" for row in data.itertuples()
    )
    return Chart(title, f"{standing(result)} {subtitle}{measured(result)} {ROUNDING}", f"{alt}.", _spec_of_steps(data), data)


def _data_of_steps(shown: pandas.Series[float], totals: list[str]) -> pandas.DataFrame:
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


def _spec_of_steps(data: pandas.DataFrame) -> Spec:
    bounds = room_for_labels([*data["start"], *data["end"]], only_right=True)
    x = {"field": "start", "type": "quantitative", "scale": {"domain": bounds, "nice": False}, "axis": None}
    bold = {"condition": {"test": f"indexof({list(data.loc[data['is_total'], 'step'])}, datum.value) >= 0", "value": "bold"}}
    axis = axis_of_names() | {"labelFontWeight": {**bold, "value": "normal"}}
    y = {"field": "step", "type": "nominal", "sort": None, "axis": axis}
    colour = {"condition": {"test": "datum.is_total", "value": STRONG}, "value": QUIET}
    weight = {"type": "text", "fontSize": 13, "align": "left", "dx": 4}
    right = {"calculate": "max(datum.start, datum.end)", "as": "right"}
    return {
        "$schema": SCHEMA,
        "data": {"values": values_of(data)},
        "height": {"step": _ROW_OF_STEPS},
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
            {"mark": {"type": "rule", "color": QUIET}, "encoding": {"x": {"datum": 0, "type": "quantitative"}}},
        ],
        "config": {"view": {"stroke": None}},
    }


def tornado(result: CostingResult) -> Chart | None:
    """Bars of the ten assumptions that move the total of all years most; None where there is no interval.

    The two ends of an assumption are told by the words at their bars as well as by their colour.
    """
    found = result.uncertainty
    if found is None or found.driver is None:
        return None
    data = _data_of_ends(found)
    years = " to ".join(dict.fromkeys((result.financial_years[0], result.financial_years[-1])))
    title = f"{found.driver.label} moves the effect most: {_reach(result, found.driver)} over {years}"
    subtitle = (
        f"By how much the post-behavioural effect of {years} together moves with one assumption alone, at the low and the "
        f"high end of its range. {measured(result)} {ROUNDING}"
    )
    said = "; ".join(f"{row.assumption}, {row.label}" for row in data.itertuples())
    return Chart(
        title, f"{standing(result)} {subtitle}", f"Bars by assumption, £ million. {said}.", _spec_of_ends(data), data
    )


def _reach(result: CostingResult, one: Sensitivity) -> str:
    """The total at the ends of an assumption, as a range in £ million."""
    centre = sum(result.post_behavioural)
    ends = sorted(centre + moved for moved in {sum(one.effect_low), sum(one.effect_high)})
    return f"£{rounded(ends[0])}m to £{rounded(ends[-1])}m".replace("£-", "−£").replace("£+", "£")


def _data_of_ends(found: Uncertainty) -> pandas.DataFrame:
    """One row an end: the assumption, low or high, the move (£ million) and its label with the value assumed."""
    rows = [
        (one.label, end, sum(effect), f"{words}: {rounded(sum(effect))}")
        for one in found.sensitivity[:_MOST]
        for end, (words, effect) in zip(("low", "high"), one.at_the_ends, strict=True)
        if any(effect)
    ]
    return pandas.DataFrame(rows, columns=["assumption", "end", "value", "label"])


def _spec_of_ends(data: pandas.DataFrame) -> Spec:
    least, most = room_for_labels(data["value"])
    wide = _ROOM * max(most, -least)
    x = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [least - wide, most + wide], "nice": False},
        "axis": None,
    }
    y = {"field": "assumption", "type": "nominal", "sort": None, "axis": axis_of_names()}
    colour = {"condition": {"test": "datum.end == 'low'", "value": QUIET}, "value": STRONG}
    return {
        "$schema": SCHEMA,
        "data": {"values": values_of(data)},
        "height": {"step": _ROW_OF_ENDS},
        "layer": [
            {"mark": {"type": "bar", "height": {"band": 0.62}}, "encoding": {"x": x, "y": y, "color": colour}},
            _label_of_end("datum.value >= 0", {"align": "left", "dx": 4}, {"x": x, "y": y}),
            _label_of_end("datum.value < 0", {"align": "right", "dx": -4}, {"x": x, "y": y}),
            {"mark": {"type": "rule", "color": QUIET}, "encoding": {"x": {"datum": 0, "type": "quantitative"}}},
        ],
        "config": {"view": {"stroke": None}},
    }


def _label_of_end(where: str, place: Spec, at: Spec) -> Spec:
    """The label at the end of a bar; on a narrow screen the move alone, as the value assumed has no room there."""
    text = {"expr": f"width < {_NARROW} ? slice(datum.label, lastindexof(datum.label, ': ') + 2) : datum.label"}
    mark = {"type": "text", "fontSize": 13, "text": text, **place}
    return {"transform": [{"filter": where}], "mark": mark, "encoding": at}
