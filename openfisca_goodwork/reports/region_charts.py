"""Figures of regions as bars and as a map of tiles: the Good Jobs Audit, and suppliers under Good Work First.

A tile stands for a region or nation, about where it lies, with its figure in it: nothing is read from colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import pandas

from openfisca_goodwork.audit import GoodJobsAudit, GoodWorkFirst
from openfisca_goodwork.audit.figures import ALL, MODELLED, UK, Cell
from openfisca_goodwork.audit.indicators import BY_NAME, HIGHER, INDICATORS, JOBS
from openfisca_goodwork.errors import lower_first
from openfisca_goodwork.number_formats import NUMBER, PERCENTAGE_1, PROPOSED, TEXT, percentage, size
from openfisca_goodwork.population.sources import REGIONS
from openfisca_goodwork.reports.audit import measured
from openfisca_goodwork.reports.charts import LINE_BREAK, QUIET, STRONG, Spec, bars, room_for_labels, spec_of
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
