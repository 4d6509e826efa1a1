"""Charts of places: figures of regions as bars and as a map of tiles; authorities as hexagons and as strips.

A tile stands for a region or nation, about where it lies, with its figure in it: nothing is read from colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas

from openfisca_goodwork.audit import GoodJobsAudit, GoodWorkFirst
from openfisca_goodwork.audit.figures import ALL, MODELLED, UK, Cell
from openfisca_goodwork.audit.indicators import BY_NAME, HIGHER, INDICATORS, JOBS, LOWER
from openfisca_goodwork.audit.local import LocalAudit, LocalFigure
from openfisca_goodwork.audit.local import places as sources
from openfisca_goodwork.audit.local.measures import MEASURES
from openfisca_goodwork.audit.local.place import ALIKE, BETTER, UNKNOWN, WORSE, band, of_authorities
from openfisca_goodwork.audit.local.places import all_places
from openfisca_goodwork.errors import lower_first
from openfisca_goodwork.number_formats import NUMBER, PERCENTAGE_1, PROPOSED, TEXT, percentage, size
from openfisca_goodwork.population.sources import REGIONS
from openfisca_goodwork.reports.audit import measured
from openfisca_goodwork.reports.charts import LINE_BREAK, OTHER, QUIET, STRONG, Spec, bars, room_for_labels, spec_of
from openfisca_goodwork.reports.local_words import BESIDE, here, with_interval
from openfisca_goodwork.reports.sections import Chart, Column, Figure

# Column and row of the tile of each region, from the north west.
_TILES = {
    "Scotland": (1, 0),
    "Northern Ireland": (0, 1),
    "North East": (2, 1),
    "North West": (1, 2),
    "Yorkshire and The Humber": (2, 2),
    "Wales": (0, 3),
    "West Midlands": (1, 3),
    "East Midlands": (2, 3),
    "East": (3, 3),
    "South West": (1, 4),
    "London": (2, 4),
    "South East": (3, 4),
}
_TILE_NAMES = {"Yorkshire and The Humber": "Yorkshire, Humber"}
# From light to dark in one hue, which every kind of sight tells apart; words upon them at least 4.5:1.
SHADES = ("#dbe9f6", "#b3d0ea", "#7fb0db", "#3676b1", "#134b82")
RIM = "#5b6570"
_DARK_FROM, _NOT_HELD = 3, "#ffffff"
_HEIGHT, _ROW = 420, 36
_MILLION = 1e6
HERE = " (this region)"
Pictures = Mapping[str, Figure]


class _Held(NamedTuple):
    """A figure of a place: its value, as it is written, and how dark its tile is, from 0; None where it is not held."""

    place: str
    value: float | None
    written: str
    shade: int | None


# --- the Good Jobs Audit -------------------------------------------------------------------------------------------------


def of_audit(audit: GoodJobsAudit) -> Pictures:
    """Pictures of an audit: of the country, each indicator by region as bars and as a map; of one region, it beside the UK.

    Returns:
        The pictures by what they show.
    """
    if audit.region:
        apart = {"place": Column("Indicator", TEXT), "value": Column("Better than the United Kingdom by", PERCENTAGE_1)}
        return {"Beside the United Kingdom": Figure("beside-the-country", lambda: _beside_the_country(audit), apart)}
    shown = [each for each in INDICATORS if each.name != JOBS and _ranked(audit, each.name)]
    columns = {"place": Column("Region or nation", TEXT), "value": Column("Figure", NUMBER)}
    return {
        f"{BY_NAME[each.name].label}, {way}": Figure(
            f"regions-{each.name.replace('_', '-')}-{way.split()[-1]}",
            partial(_indicator, audit, each.name, is_map=is_map),
            columns,
        )
        for each in shown
        for way, is_map in (("as bars", False), ("as a map", True))
    }


def _ranked(audit: GoodJobsAudit, name: str) -> list[Cell]:
    cells = [audit.cell(name, place, ALL) for place in REGIONS]
    return sorted((cell for cell in cells if cell.rank is not None), key=lambda cell: cell.rank or 0)


def _indicator(audit: GoodJobsAudit, name: str, *, is_map: bool) -> Chart:
    indicator, cells = BY_NAME[name], _ranked(audit, name)
    best, worst = cells[0], cells[-1]
    # Of the same year and source as the regions: the country alone may have a later figure.
    country = audit.cell(name).value if best.uk is None else best.uk
    by_place = {cell.place: cell for cell in cells}
    held = []
    for place in (*by_place, *(place for place in REGIONS if place not in by_place)):
        cell = by_place.get(place)
        if cell is None or cell.value is None or cell.rank is None:
            held.append(_Held(place, None, "not held", None))
        else:
            held.append(_Held(place, cell.value, _written(cell, cell.value), _shade(cell.rank - 1, len(cells))))
    finding = (
        f"{indicator.label}: {best.place} does best with {_written(best, best.value or 0.0)}, "
        f"{worst.place} worst with {_written(worst, worst.value or 0.0)}"
    )
    beside = None if country is None else _Held(UK, country, _written(best, country), None)
    known = "modelled, companies only" if best.status == MODELLED else "observed, all employers"
    better = "a higher figure is better" if indicator.better == HIGHER else "a lower figure is better"
    subtitle = f"{indicator.unit.replace('GBP', '£')}, {best.year}, {known}; {better}."
    return _chart(finding, subtitle, held, beside, audit.region, is_map=is_map)


def _written(cell: Cell, value: float) -> str:
    return measured(cell.indicator, BY_NAME[cell.indicator].unit).write(value)


def _beside_the_country(audit: GoodJobsAudit) -> Chart | None:
    """How much better or worse than the country a region does on each indicator, as a share of the country's figure."""
    held, figures = [], {}
    for indicator in INDICATORS:
        cell = audit.cell(indicator.name, audit.region, ALL)
        if indicator.better and cell.value is not None and cell.uk:
            share = (cell.value - cell.uk) / cell.uk * (1 if indicator.better == HIGHER else -1) + 0.0
            figures[cell.label] = f"{_written(cell, cell.value)}, UK {_written(cell, cell.uk)}"
            held.append(_Held(cell.label, share, f"{share:+.1%}" if round(share, 3) else f"{0:.1%}", None))
    if not held:
        return None
    held.sort(key=lambda each: each.value or 0.0)
    worst, best = held[0], held[-1]
    behind = f"furthest behind on {lower_first(worst.place)} ({figures[worst.place]})" if (worst.value or 0) < 0 else ""
    ahead = f"furthest ahead on {lower_first(best.place)} ({figures[best.place]})" if (best.value or 0) > 0 else ""
    said = " and ".join(filter(None, (behind, ahead))) or "level with the United Kingdom"
    subtitle = "How much better (to the right) or worse (to the left) than the United Kingdom, as a share of its figure."
    return _chart(f"{audit.region} is {said}", subtitle, held, None, None)


def _shade(place: int, count: int) -> int:
    """How dark a tile is, by its place of those that are held: the worst are the darkest."""
    return min(len(SHADES) - 1, place * len(SHADES) // max(count, 1))


# --- Good Work First -----------------------------------------------------------------------------------------------------


def of_suppliers(result: GoodWorkFirst) -> Pictures:
    """Contracts of suppliers that would fail: by region as bars and as a map, by size, and by condition."""
    columns = {"place": Column("", TEXT), "value": Column("Share of contracts", PERCENTAGE_1)}
    pounds = {"place": Column("", TEXT), "value": Column("Contracts a year, £m", NUMBER)}
    return {
        "By region, as a map": Figure("contracts-region-map", lambda: _by_region(result, is_map=True), columns),
        "By region, as bars": Figure("contracts-region-bars", lambda: _by_region(result, is_map=False), columns),
        "By size, as bars": Figure("contracts-size", lambda: _by_size(result), columns),
        "By condition, as bars": Figure("contracts-condition", lambda: _by_condition(result), pounds),
    }


_FAILING = f"Share of the contracts covered that is with suppliers that would fail, modelled, without a range. {PROPOSED}."


def _shares(result: GoodWorkFirst, by: str) -> list[_Held]:
    """Shares of contracts with suppliers that would fail, the greatest first; classes without suppliers left out."""
    rows = [row for row in result.tables[by] if row.contracts > 0]
    shares = sorted(((row.contracts_failing / row.contracts, row.name) for row in rows), reverse=True)
    return [
        _Held(name, share, percentage(share), _shade(len(shares) - 1 - place, len(shares)))
        for place, (share, name) in enumerate(shares)
    ]


def _by_region(result: GoodWorkFirst, *, is_map: bool) -> Chart:
    held = _shares(result, "region")
    most, least = held[0], held[-1]
    finding = f"Most would fail in {most.place}: {most.written} of contracts; least in {least.place}: {least.written}"
    share = result.all.contracts_failing / result.all.contracts
    return _chart(finding, _FAILING, held, _Held(UK, share, percentage(share), None), None, is_map=is_map)


def _by_size(result: GoodWorkFirst) -> Chart:
    shares = {each.place: each for each in _shares(result, "size")}
    worst = max(shares.values(), key=lambda each: each.value or 0.0)
    held = [shares[row.name] for row in result.tables["size"] if row.name in shares]
    return _chart(f"Most would fail of size {worst.place}: {worst.written} of contracts", _FAILING, held, None, None)


def _by_condition(result: GoodWorkFirst) -> Chart:
    held = [
        _Held(each.label.capitalize(), each.fails.contracts / _MILLION, size(each.fails.contracts / _MILLION), None)
        for each in sorted(result.by_condition, key=lambda each: -each.fails.contracts)
    ]
    subtitle = f"Contracts a year with suppliers that fail each condition, whatever else they fail, modelled. {PROPOSED}."
    finding = f"{held[0].place} is failed most: by suppliers with {held[0].written} of contracts a year"
    return _chart(finding, subtitle, held, None, None)


# --- charts --------------------------------------------------------------------------------------------------------------


def _chart(
    finding: str, subtitle: str, held: Sequence[_Held], beside: _Held | None, here: str | None, *, is_map: bool = False
) -> Chart:
    """Figures of places as bars, or as tiles on a map, in the order given.

    Args:
        finding, subtitle: over it. held: the figures. beside: the country's. here: the place that is looked at.
    """
    listed = [*held, *([beside] if beside else [])]
    data = pandas.DataFrame({"place": [each.place for each in listed], "value": [each.value for each in listed]})
    said = "; ".join(f"{each.place} {each.written}" for each in listed)
    how = " Darker tiles do worse." if is_map else ""
    spec = _map(held, here) if is_map else _bars(held, beside, here)
    alt = f"{'Map of tiles' if is_map else 'Bars'}. {said}."
    return Chart(finding, f"{subtitle}{f' {beside.place} {beside.written}.' if beside else ''}{how}", alt, spec, data)


def ink_upon(shade: int) -> str:
    """The colour of words upon a tile of this shade."""
    return "#ffffff" if shade >= _DARK_FROM else "#14181d"


def _named(place: str, here: str | None) -> str:
    return f"{place}{HERE}" if place == here else place


def _bars(held: Sequence[_Held], beside: _Held | None, here: str | None) -> Spec:
    """Bars with their figures, the country's last; the place looked at has a word to its name, and the strong colour."""
    known = [each for each in (*held, *([beside] if beside else [])) if each.value is not None]
    rows = [
        {
            "place": _named(each.place, here),
            "value": each.value,
            "label": each.written,
            "is_quiet": each is beside or (bool(here) and here != each.place),
        }
        for each in known
    ]
    spec = bars(room_for_labels([each.value for each in known if each.value is not None]), "place")
    colour = {"condition": {"test": "datum.is_quiet", "value": QUIET}, "value": STRONG}
    spec["layer"][0] = {"mark": {"type": "bar", "height": {"band": 0.6}}, "encoding": {"color": colour}}
    return spec_of(rows, height={"step": _ROW}, **spec)


def _map(held: Sequence[_Held], here: str | None) -> Spec:
    """A tile for each region, its name and its figure in it; the place looked at has a heavy border."""
    rows: list[dict[str, Any]] = []
    for each in held:
        column, row = _TILES[each.place]
        ink = ink_upon(each.shade or 0)
        fill = _NOT_HELD if each.shade is None else SHADES[each.shade]
        border = 4 if each.place == here else 1
        tile = {"x": column, "y": row, "fill": fill, "ink": ink, "border": border}
        name = _TILE_NAMES.get(each.place, each.place).replace(" ", LINE_BREAK, 1)
        rows.append({"name": name, "label": each.written, **tile})
    axis = {"axis": None, "type": "quantitative"}
    x = {"field": "x", "scale": {"domain": [-0.5, 3.5], "nice": False, "zero": False}, **axis}
    y = {"field": "y", "scale": {"domain": [4.5, -0.5], "nice": False, "zero": False}, **axis}
    in_ink: dict[str, Any] = {"color": {"field": "ink", "type": "nominal", "scale": None, "legend": None}}
    words: dict[str, Any] = {"type": "text", "limit": 132}
    sides = [(end, number, sign) for end in "xy" for number, sign in ((1, "-"), (2, "+"))]
    tiles = {
        "transform": [{"calculate": f"datum.{end} {sign} 0.47", "as": f"{end}{number}"} for end, number, sign in sides],
        "mark": {"type": "rect", "stroke": RIM},
        "encoding": {
            "x": {**x, "field": "x1"},
            "x2": {"field": "x2"},
            "y": {**y, "field": "y1"},
            "y2": {"field": "y2"},
            "fill": {"field": "fill", "type": "nominal", "scale": None, "legend": None},
            "strokeWidth": {"field": "border", "type": "quantitative", "scale": None, "legend": None},
        },
    }
    names = {
        "transform": [{"calculate": f"split(datum.name, '{LINE_BREAK}')", "as": "lines"}],
        "mark": {**words, "fontSize": 11, "dy": -24, "lineHeight": 13},
        "encoding": {"text": {"field": "lines"}, **in_ink},
    }
    figures = {
        "mark": {**words, "fontSize": 15, "fontWeight": "bold", "dy": 14},
        "encoding": {"text": {"field": "label"}, **in_ink},
    }
    return spec_of(rows, height=_HEIGHT, encoding={"x": x, "y": y}, layer=[tiles, names, figures])


# --- authorities: a hexagon each by how it compares, and strips of all of them with `you are here` --------------------


_HEXAGON = "M0,-1L0.866,-0.5L0.866,0.5L0,1L-0.866,0.5L-0.866,-0.5Z"
_ROW_OF_HEXAGONS = 0.866  # height of a row of hexagons, in widths of one
_HEIGHT_OF_MAP, _STRIP, _END = 560, 22, 0.02
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
    alt = f"Map of 361 hexagons, one a local authority. {lines}. {audit.place.name} is outlined. {_better_by_region(data)}"
    return Chart(title, subtitle, alt, _map_spec(data), data.drop(columns=["x", "y"]))


def _better_by_region(data: pandas.DataFrame) -> str:
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
                "y": line * _ROW_OF_HEXAGONS,
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
    return spec_of(data, height=_HEIGHT_OF_MAP, params=[unit], mark=mark, encoding=encoding)


_SIDES = ("width", "height")
_LEGEND = {
    "title": None,
    "orient": "top",
    "columns": {"expr": "width < 600 ? 1 : 3"},  # a phone has room for one name beside its colour
    "labelLimit": 260,
    "symbolSize": 160,
}
_AREA = f"pow(unit / {_ROW_OF_HEXAGONS}, 2)"


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
