"""Charts of a costing, as Vega-Lite specifications with their data and their alternative text.

Every chart says what it found in its title, carries its figures as direct labels, and can be read without its colours.
The specifications are plain data: a browser draws them, ``vl-convert`` makes pictures of them, Altair reads them.
"""

from __future__ import annotations

import struct
import textwrap
import zlib
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import pandas

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.summary import year_of_finding
from openfisca_goodwork.number_formats import rounded
from openfisca_goodwork.reports import tables
from openfisca_goodwork.reports.sections import Chart
from openfisca_goodwork.reports.words import ROUNDING, finding, measured, status

Spec = dict[str, Any]

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_VERSION = "6.4"
_STRONG, _QUIET = "#2f7dc0", "#7b828c"  # both at least 3:1 upon the light ground and upon the dark one
_INTERVAL = (("#ffffff", 4), ("#1f2a36", 2))
_PANEL = 110
_WIDTH = 620
_FINENESS = 2
_ROOM_FOR_LABELS = 0.22
_LABEL_WIDTH = 22
_LINE_BREAK = "|"
_PLAIN = {"view": {"stroke": None}}
_SUBTITLE = 100  # characters of a line
_PNG_HEAD = 33  # bytes of a PNG's signature and header, after which texts may stand


def cost_by_year(result: CostingResult) -> Chart:
    """Columns by financial year: post-behavioural, static, and with training that does not respond, one panel each."""
    shown = tables.by_year(result)
    order = [shown.index[1], shown.index[0], shown.index[2]]
    data = _with_interval(_tidy(shown.loc[order], "measure"), result, order[0])
    colours = dict.fromkeys(order, _QUIET) | {order[0]: _STRONG}
    span = room_for_labels([*data["value"], *data["low"], *data["high"]])
    panels = [_columns(name, colour, span) for name, colour in colours.items()]
    spec = {"$schema": _SCHEMA, "data": {"values": values_of(data)}, "vconcat": panels, "spacing": 14, "config": _PLAIN}
    alt = f"Columns by financial year, £ million. {_in_words(shown.loc[order])}{_interval_in_words(result)}"
    return Chart(finding(result), f"{status(result)} {measured(result)} {ROUNDING}{_of_lines(result)}", alt, spec, data)


def _with_interval(data: pandas.DataFrame, result: CostingResult, measure: str) -> pandas.DataFrame:
    """The data with the ends of the interval beside the figures of a measure; the figure itself where there is none."""
    data = data.assign(low=data["value"], high=data["value"])
    if result.uncertainty is not None:
        here = data["measure"] == measure
        data.loc[here, "low"], data.loc[here, "high"] = result.uncertainty.low, result.uncertainty.high
    return data


def _of_lines(result: CostingResult) -> str:
    return "" if result.uncertainty is None else f" Lines: {result.uncertainty.level:.0%} interval."


def _interval_in_words(result: CostingResult) -> str:
    """The ends of the interval by year, for those who cannot see it."""
    found = result.uncertainty
    if found is None:
        return ""
    ends = zip(result.financial_years, found.low, found.high, strict=True)
    said = "; ".join(f"{year} {rounded(low)} to {rounded(high)}" for year, low, high in ends)
    return f" {found.level:.0%} interval of the first: {said}."


def cost_by_head(result: CostingResult) -> Chart | None:
    """Bars of the static effect by cost head in the year of the finding; None where no head has any."""
    shown = tables.by_head(result)
    year = result.financial_years[year_of_finding(result)]
    if shown.empty or not shown[year].any():
        return None
    last = shown[[year]].sort_values(year)
    data = _tidy(last, "head")
    spec = {"$schema": _SCHEMA, "data": {"values": values_of(data)}, "height": {"step": 44}, "config": _PLAIN}
    spec |= bars(room_for_labels(data["value"]), "head")
    title = f"{last.index[0]} makes up {last[year].iloc[0] / last[year].sum():.0%} of the static effect in {year}"
    subtitle = f"{status(result)} Static effect by cost head of training in {year}. {measured(result)} {ROUNDING}"
    return Chart(title, subtitle, f"Bars by cost head, £ million, {year}. {_in_words(last)}", spec, data)


def inked(spec: Spec, colour: str) -> Spec:
    """The specification with all its text in one colour, for a ground that the chart does not know.

    Its marks tell screen readers nothing: the chart's alternative text says all of it, once.
    """
    axis, title = {"labelColor": colour, "titleColor": colour}, {"color": colour, "subtitleColor": colour}
    ink = {
        "axis": axis,
        "title": title,
        "legend": {"labelColor": colour},
        "text": {"color": colour},
        "mark": {"aria": False},
    }
    return {**spec, "config": {**spec["config"], **ink}}


def svg_of(chart: Chart) -> str:
    """The chart with its title as an SVG picture, which names and describes itself to those who cannot see it.

    Raises:
        ModuleNotFoundError: where vl-convert (the extra `report`) is not installed.
    """
    import vl_convert  # here, because it comes with the extra `report` only

    return _described(str(vl_convert.vegalite_to_svg(_titled(chart), vl_version=_VERSION)), chart)


def png_of(chart: Chart, svg: str = "") -> bytes:
    """The chart with its title as a PNG picture, twice as fine as a screen, its alternative text inside as a description.

    Args:
        chart: the chart. svg: its SVG picture, where it is drawn already.

    Raises:
        ModuleNotFoundError: where vl-convert (the extra `report`) is not installed.
    """
    import vl_convert  # here, because it comes with the extra `report` only

    drawn = bytes(vl_convert.svg_to_png(svg or svg_of(chart), scale=_FINENESS))
    texts = {"Title": chart.title, "Description": chart.alt}
    return drawn[:_PNG_HEAD] + b"".join(_text_chunk(name, text) for name, text in texts.items()) + drawn[_PNG_HEAD:]


def _titled(chart: Chart) -> Spec:
    """The specification of a picture that stands alone: its title and subtitle, a white ground, a width."""
    subtitle = textwrap.wrap(chart.subtitle, width=_SUBTITLE)
    title = {"text": textwrap.wrap(chart.title, width=75), "subtitle": subtitle, "anchor": "start", "offset": 14}
    title |= {"frame": "bounds"}
    spec = {**chart.spec, "title": title, "background": "white", "padding": 12}
    if "vconcat" in spec:
        spec["vconcat"] = [{**panel, "width": _WIDTH} for panel in spec["vconcat"]]
    else:
        spec["width"] = _WIDTH
    return spec


def _described(svg: str, chart: Chart) -> str:
    """An SVG picture with its title and description, as screen readers look for them."""
    told = f"<title>{escape(chart.title)}</title><desc>{escape(chart.alt)}</desc>"
    opened, mark, rest = svg.partition(">")
    return f'{opened} role="img"{mark}{told}{rest}'


def _text_chunk(name: str, text: str) -> bytes:
    """A text in UTF-8 as a chunk of a PNG file (iTXt, PNG specification 11.3.3.4): not compressed, of no language."""
    content = b"iTXt" + name.encode() + b"\0\0\0\0\0" + text.encode()
    return struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))


def _tidy(table: pandas.DataFrame, rows: str) -> pandas.DataFrame:
    """One row a figure: the row's name, the financial year, the value (£ million), its rounded label."""
    figures = [(name, year, value, rounded(value)) for name, row in table.iterrows() for year, value in row.items()]
    return pandas.DataFrame(figures, columns=[rows, "financial_year", "value", "label"])


def values_of(data: pandas.DataFrame) -> list[Mapping[str, Any]]:
    """The rows of a table as a specification holds them."""
    return [{str(name): value for name, value in row.items()} for row in data.to_dict(orient="records")]


def room_for_labels(values: Iterable[float], *, only_right: bool = False) -> list[float]:
    """From the least to the greatest value, zero included, with room for a label at each end in use, or at the right one."""
    listed = list(values)
    least, most = min(0.0, *listed), max(0.0, *listed)
    room = _ROOM_FOR_LABELS * (most - least) or 1.0
    if only_right:
        return [least, most + room]
    return [least - room if least else 0.0, most + room if most or not least else 0.0]


def axis_of_names() -> Spec:
    """An axis of names, a long one in two lines."""
    broken = f"split({_wrapped('datum.label')}, '{_LINE_BREAK}')"
    return {"title": None, "labelLimit": 180, "labelExpr": broken, "labelLineHeight": 14, "labelOverlap": False}


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
            _label("datum.value >= 0", {"baseline": "bottom", "dy": -4}, y="high"),
            _label("datum.value < 0", {"baseline": "top", "dy": 4}, y="low"),
        ],
    }


def _whiskers() -> Spec:
    """A line from one end of the interval to the other, where it has any length; dark on the column, with a light edge."""
    ends = {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}}
    where = [{"filter": "datum.low != datum.high"}]
    lines = [{"mark": {"type": "rule", "color": tint, "size": width}} for tint, width in _INTERVAL]
    return {"transform": where, "encoding": ends, "layer": lines}


def bars(span: list[float], name: str) -> Spec:
    """Bars of every class, whose field is `name`, each with its figure at its end."""
    y = {"field": name, "type": "nominal", "sort": None, "axis": axis_of_names()}
    x = {"field": "value", "type": "quantitative", "scale": {"domain": span, "nice": False}, "axis": None}
    return {
        "encoding": {"x": x, "y": y},
        "layer": [
            {"mark": {"type": "bar", "color": _STRONG, "height": {"band": 0.6}}},
            _label("datum.value >= 0", {"align": "left", "dx": 4}),
            _label("datum.value < 0", {"align": "right", "dx": -4}),
        ],
    }


def _wrapped(name: str) -> str:
    """An expression that breaks a long name into two lines at its last space within the width of a label."""
    within = f"lastindexof(substring({name}, 0, {_LABEL_WIDTH}), ' ')"
    broken = f"substring({name}, 0, {within}) + '{_LINE_BREAK}' + substring({name}, {within} + 1, length({name}))"
    return f"length({name}) > {_LABEL_WIDTH} && {within} > 0 ? {broken} : {name}"


def _label(where: str, place: Mapping[str, Any], y: str = "") -> Spec:
    """The figures where a condition holds; at another height than their column's end, where a field says so."""
    mark = {"type": "text", "fontSize": 13, **place}
    height = {"y": {"field": y, "type": "quantitative"}} if y else {}
    return {
        "transform": [{"filter": where}],
        "mark": mark,
        "encoding": {"text": {"field": "label"}, **height},
    }


def _in_words(table: pandas.DataFrame) -> str:
    """Every figure of a table, row by row."""
    rows = ("; ".join(f"{year} {rounded(value)}" for year, value in row.items()) for _, row in table.iterrows())
    return " ".join(f"{name}: {row}." for name, row in zip(table.index, rows, strict=True))
