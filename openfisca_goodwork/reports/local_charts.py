"""Charts of a place: every authority as a hexagon by how it compares, and strips of all authorities with `you are here`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas

from openfisca_goodwork.audit.indicators import LOWER
from openfisca_goodwork.audit.local import LocalAudit, LocalFigure
from openfisca_goodwork.audit.local import places as sources
from openfisca_goodwork.audit.local.measures import MEASURES
from openfisca_goodwork.audit.local.place import ALIKE, BETTER, UNKNOWN, WORSE, band, of_authorities
from openfisca_goodwork.audit.local.places import all_places
from openfisca_goodwork.reports.charts import OTHER, QUIET, STRONG, Spec, spec_of
from openfisca_goodwork.reports.local_words import BESIDE, here, with_interval
from openfisca_goodwork.reports.sections import Chart

_HEXAGON = "M0,-1L0.866,-0.5L0.866,0.5L0,1L-0.866,0.5L-0.866,-0.5Z"
_ROW = 0.866  # height of a row of hexagons, in widths of one
_HEIGHT, _STRIP, _END = 560, 22, 0.02
_WIDE, _TALL = 24, 29.6  # hexagons that the map is wide and high
_HERE, _APART = "this place", "clearly {} than this place"
# Told apart without colour too: dark, light, hollow, in a heavy rim; blue and orange for eyes that see no red or no green.
# Of the place itself the light middle is seen upon a dark ground, the dark rim upon a light one.
_COLOURS = {
    _APART.format("better"): "#2166ac",
    "no clear difference from it": "#b9c0c8",
    _APART.format("worse"): "#e08214",
    "not held or not compared": "transparent",
    _HERE: "#ffe14d",
}
_NAMES = dict(zip((WORSE, ALIKE, BETTER, UNKNOWN), _COLOURS, strict=False))
_RIM, _HERE_RIM = (QUIET, 0.7), ("#14181d", 2.5)  # colour and width


def hexagons(audit: LocalAudit, measure: str) -> Chart | None:
    """Map of the authorities, a hexagon each: clearly better than the place, worse, or not told apart; None without figures.

    Args:
        audit: of the place. measure: the key of what is compared.
    """
    figure = audit.figure(measure)
    data = _beside(audit, figure)
    if figure.here.value is None and figure.inside is None:
        return None
    counts = data["beside"].value_counts()
    lines = "; ".join(f"{counts.get(name, 0)} {name}" for name in _COLOURS if name != _HERE)
    better = counts.get(_APART.format("better"), 0)
    title = f"{figure.of.label}: {better} authorities are clearly better than {audit.place.name}"
    subtitle = (
        f"Each hexagon is a local authority, near where it lies. {audit.place.name}: {with_interval(figure)}, "
        f"{figure.here.period}. A national measure is compared within {audit.place.nation} alone."
    )
    alt = f"Map of 361 hexagons, one a local authority. {lines}. {audit.place.name} is outlined. {_by_region(data)}"
    return Chart(title, subtitle, alt, _map_spec(data), data.drop(columns=["x", "y"]))


def _by_region(data: pandas.DataFrame) -> str:
    """How many authorities of each region are clearly better, for those who cannot see the map."""
    better = data[data["beside"] == _APART.format("better")].groupby("region").size()
    return "Clearly better, by region: " + "; ".join(f"{region} {count}" for region, count in better.items()) + "."


def _beside(audit: LocalAudit, figure: LocalFigure) -> pandas.DataFrame:
    """Every authority with its figure, where its hexagon is, and how it compares with the place."""
    held, measure = of_authorities(figure.of), figure.of
    rows: list[dict[str, Any]] = []
    for row in sources.each(sources.places()):
        other = held.get(row.code)
        is_comparable = other is not None and (not measure.is_national or row.country == audit.place.nation)
        name = band(measure, figure.here, other, audit.gap) if is_comparable and other is not None else UNKNOWN
        beside = _HERE if row.code in audit.place.members else _NAMES[name]
        column, line = float(row.column), float(row.row)
        rows.append(
            {
                "code": row.code,
                "name": row.name,
                "region": row.region,
                "beside": beside,
                "value": None if other is None else other.value,
                "lower": None if other is None else other.lower,
                "upper": None if other is None else other.upper,
                "figure": "not held" if other is None else measure.written(other.value),
                "x": column + (0.5 if int(line) % 2 else 0.0),
                "y": line * _ROW,
            }
        )
    rows.sort(key=lambda drawn: bool(drawn["beside"] == _HERE))  # the place last: its rim is drawn over its neighbours
    return pandas.DataFrame(rows)


def _map_spec(data: pandas.DataFrame) -> Spec:
    across, up = (
        {"zero": False, "nice": False, **_ends((data[way].min() + data[way].max()) / 2, side)}
        for way, side in zip("xy", _SIDES, strict=True)
    )
    names = list(_COLOURS)
    rims, widths = zip(*(_HERE_RIM if name == _HERE else _RIM for name in names), strict=True)
    mark = {"type": "point", "shape": _HEXAGON, "filled": True, "size": {"expr": _AREA}, "opacity": 1}
    encoding = {
        "x": {"field": "x", "type": "quantitative", "axis": None, "scale": across},
        "y": {"field": "y", "type": "quantitative", "axis": None, "scale": up},
        **{
            channel: {
                "field": "beside",
                "type": "nominal",
                "scale": {"type": "ordinal", "domain": names, "range": list(shown)},
                "legend": _LEGEND,
            }
            for channel, shown in (("fill", _COLOURS.values()), ("stroke", rims), ("strokeWidth", widths))
        },
        "tooltip": [{"field": name, "title": said} for name, said in _TOOLTIP.items()],
    }
    unit = {"name": "unit", "expr": f"min(width / {_WIDE}, height / {_TALL})"}
    return spec_of(data, height=_HEIGHT, params=[unit], mark=mark, encoding=encoding)


_SIDES = ("width", "height")
_LEGEND = {
    "title": None,
    "orient": "top",
    "columns": {"expr": "width < 600 ? 1 : 3"},  # a phone has room for one name beside its colour
    "labelLimit": 260,
    "symbolSize": 160,
}
_AREA = f"pow(unit / {_ROW}, 2)"


def _ends(middle: float, side: str) -> Spec:
    """Ends of a scale on which a hexagon is as wide as it is placed, whatever room the chart has."""
    return {f"domain{end}": {"expr": f"{middle} {sign} {side} / (2 * unit)"} for end, sign in (("Min", "-"), ("Max", "+"))}


_TOOLTIP = {"name": "Authority", "region": "Region or nation", "figure": "Figure", "beside": "Beside this place"}


def strips(audit: LocalAudit, measures: tuple[str, ...]) -> Chart | None:
    """All authorities of the nation on a line a measure, with the place and its interval on it; None where none is held.

    Each line goes from the worst to the best of the nation's authorities, its outermost fiftieths drawn at its ends.

    Args:
        audit: of the place. measures: keys of what is shown, in order.
    """
    rows = [row for key in measures for row in _strip(audit, audit.figure(key))]
    if not rows:
        return None
    data, nation = pandas.DataFrame(rows), audit.place.nation
    lines = [f"{MEASURES[key].label}: {here(audit.figure(key))}, {_words(audit, key)}" for key in measures]
    title = f"Where {audit.place.name} stands among the authorities of {nation}"
    subtitle = (
        f"A tick: an authority. Dot: you are here; bar: its 95% interval. Diamond: {nation}. The better, the further right."
    )
    shown = data.drop(columns=["at", "at_lower", "at_upper"])
    return Chart(title, subtitle, f"Strips of authorities. {'. '.join(lines)}.", _strips_spec(data), shown)


def _words(audit: LocalAudit, key: str) -> str:
    figure = audit.figure(key)
    beside = BESIDE[figure.band_nation]
    return f"{beside} {'than' if beside.startswith('clearly') else 'from'} {audit.place.nation}"


def _strip(audit: LocalAudit, figure: LocalFigure) -> list[dict[str, Any]]:
    """The authorities of a line, the nation and the place, and where on the line each is drawn."""
    place, measure, held = audit.place, figure.of, of_authorities(figure.of)
    own, ends = figure.here.value, (figure.here.lower, figure.here.upper)
    if own is None and figure.inside is not None:
        own, ends = figure.inside[1], (figure.inside[0], figure.inside[2])
    inside = {code: held[code] for code, other in all_places().items() if code in held and other.nation == place.nation}
    if own is None:
        return []
    values = np.array([other.value for other in inside.values()], dtype=float)
    worst, best = np.quantile(values, (1 - _END, _END) if measure.better == LOWER else (_END, 1 - _END))
    name = f"{measure.short}: {here(figure)}"

    def drawn(value: float | None) -> float | None:
        return None if value is None else float(np.clip((value - worst) / ((best - worst) or 1.0), 0, 1))

    listed: list[tuple[str, str, float | None]] = [
        (all_places()[code].name, "authority", other.value) for code, other in inside.items() if code not in place.members
    ]
    listed += [(f"{place.name}: you are here", "here", own), (place.nation, "nation", figure.nation.value)]
    rows = []
    for said, beside, value in listed:
        lower, upper = ends if beside == "here" else (None, None)
        numbers = {"value": value, "lower": lower, "upper": upper}
        at = {"at": drawn(value), "at_lower": drawn(lower), "at_upper": drawn(upper)}
        rows.append({"measure": name, "name": said, "beside": beside, **numbers, **at})
    return rows


def _strips_spec(data: pandas.DataFrame) -> Spec:
    axis = {"title": None, "labelLimit": 330, "minExtent": 200, "ticks": False}
    scale = {"domain": [0, 1], "nice": False}
    y = {"field": "measure", "type": "nominal", "sort": None, "axis": axis | {"domain": False, "labelPadding": 8}}
    x = {"field": "at", "type": "quantitative", "scale": scale, "axis": None}
    at = {"x": x, "y": y}
    along = {"x": x | {"field": "at_lower"}, "x2": {"field": "at_upper"}, "y": y}
    point = {"type": "point", "filled": True, "opacity": 1}
    layers = [
        _of("authority", {"type": "tick", "color": QUIET, "opacity": 0.4, "thickness": 1.5}, at),
        _of("here", {"type": "bar", "color": STRONG, "opacity": 0.45, "height": 7}, along),
        _of("nation", {**point, "shape": "diamond", "color": OTHER, "size": 110}, at),
        _of("here", {**point, "shape": "circle", "color": STRONG, "size": 130}, at),
    ]
    return spec_of(data.astype(object).where(data.notna(), None), height={"step": _STRIP}, layer=layers)


def _of(which: str, mark: Spec, encoding: Spec) -> Spec:
    tooltip = [{"field": "name", "title": "Authority"}, {"field": "value", "title": "Figure"}]
    return {
        "transform": [{"filter": f"datum.beside == '{which}'"}],
        "mark": mark,
        "encoding": {**encoding, "tooltip": tooltip},
    }
