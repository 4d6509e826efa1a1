"""Pictures of how well the population fits: for each block, every official figure against what the model makes of it.

Of what no official figure is held of, the model's are shown as bars.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pandas

from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.population import FitReport
from openfisca_goodwork.population.report import NOT_HELD, BlockFit, Line, share
from openfisca_goodwork.reports.charts import Spec
from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.reports.files import write_together
from openfisca_goodwork.reports.pictures import svg_of
from openfisca_goodwork.reports.sections import Chart

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_MARK, _LINE = "#2f7dc0", "#7b828c"
_HEIGHT = 420
_NAMED = 3
_STEP, _ROOM_FOR_LABELS, _ROOM_AROUND = 26, 1.15, 1.3
_TABLE = "fit.csv"
NO_PICTURES = (
    "Pictures need the extra `report`: pip install 'openfisca-goodwork[report]'. The table is written without them."
)


def write_fit(report: FitReport, directory: Path) -> tuple[tuple[Path, ...], str]:
    """Write a population's fit as a table, and a picture a block where they can be drawn; and what was left out, in words.

    Raises:
        GoodworkError: where the directory or the disk refuses.
    """
    contents = {_TABLE: (csv_of(report.to_dataframe()) + "\n").encode()}
    left_out = ""
    try:
        contents |= {f"{file_name(block)}.svg": svg_of(fit_of(report, block)).encode() for block in report.blocks()}
    except ModuleNotFoundError:
        left_out = NO_PICTURES
    return write_together(directory, contents), left_out


def file_name(block: BlockFit) -> str:
    """A block's name as that of a file."""
    words = re.sub(r"[^a-z0-9]+", "-", block.block.lower()).strip("-")
    return words if block.role == "fitted" else f"{words}-{block.role.replace(' ', '-')}"


def fit_of(report: FitReport, block: BlockFit) -> Chart:
    """A block's figures, official across, the model's up, in logs; on the line they are equal. Bars of the model's alone."""
    lines = [one for one in report.lines if (one.block, one.role) == (block.block, block.role)]
    if block.role == NOT_HELD:
        return _alone(block, lines)
    shown = [one for one in lines if (one.official or 0) > 0 and one.model > 0]
    if not shown:
        raise GoodworkError(f"{block.block} has no figure above 0 to draw.")
    data = _data(shown)
    title = f"{_capital(block.block)}: {_off(block)}"
    subtitle = (
        f"Official figure (across) and the model's (up), both on scales in which equal lengths are equal proportions; "
        f"on the line they are equal. {_capital(block.role)}. The figures furthest off are named. "
        f"Unit: {_units(shown)}. {block.note}"
    ).rstrip()
    alt = f"Points, one a figure, around the line of equality. {title}; worst {share(block.worst)}, {block.worst_target}."
    return Chart(title, subtitle, alt, _spec(data, of_shares=all(one.unit == "/1" for one in shown)), data)


def _alone(block: BlockFit, lines: Sequence[Line]) -> Chart:
    """Bars of the model's figures, where no official figure is held."""
    data = pandas.DataFrame([(one.target, one.model, _in_words(one)) for one in lines], columns=["target", "model", "label"])
    title = f"{_capital(block.block)}: no official figure is held, the model has {_figures(block.figures)}"
    subtitle = f"Of the model alone, {lines[0].year}. Unit: {_units(lines)}. {block.note}"
    alt = f"Bars. {title}. " + "; ".join(f"{one.target}: {_in_words(one)}" for one in lines) + "."
    most = max(one.model for one in lines) * _ROOM_FOR_LABELS
    y = {"field": "target", "type": "nominal", "sort": None, "axis": {"title": None, "ticks": False, "domain": False}}
    x = {"field": "model", "type": "quantitative", "axis": None, "scale": {"domain": [0, most]}}
    spec = {
        "$schema": _SCHEMA,
        "data": {"values": [{str(name): value for name, value in row.items()} for row in data.to_dict(orient="records")]},
        "height": {"step": _STEP},
        "config": {"view": {"stroke": None}},
        "encoding": {"x": x, "y": y},
        "layer": [
            {"mark": {"type": "bar", "color": _MARK, "height": {"band": 0.7}}},
            {"mark": {"type": "text", "align": "left", "dx": 5}, "encoding": {"text": {"field": "label"}}},
        ],
    }
    return Chart(title, subtitle, alt, spec, data)


def _off(block: BlockFit) -> str:
    if block.figures == 1:
        return f"1 figure, {share(block.mean)} from the official one"
    return f"{block.figures:,} figures, on average {share(block.mean)} from the official ones"


def _figures(count: int) -> str:
    return "1 figure" if count == 1 else f"{count:,} figures"


def _in_words(one: Line) -> str:
    return f"{one.model:.1%}" if one.unit == "/1" else f"{one.model:,.0f}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _units(lines: Sequence[Line]) -> str:
    words = {"/1": "share"}
    return ", ".join(dict.fromkeys(words.get(one.unit, one.unit) for one in lines))


def _data(lines: Sequence[Line]) -> pandas.DataFrame:
    """One row a figure; those furthest off have a label."""
    furthest = sorted(lines, key=lambda one: -abs(one.error or 0))[:_NAMED]
    rows = [
        (one.target, one.official, one.model, f"{one.target} {one.error or 0:+.1%}" if one in furthest else "")
        for one in lines
    ]
    return pandas.DataFrame(rows, columns=["target", "official", "model", "label"])


def _spec(data: pandas.DataFrame, *, of_shares: bool) -> Spec:
    least = float(min(data["official"].min(), data["model"].min())) / _ROOM_AROUND
    most = float(max(data["official"].max(), data["model"].max())) * _ROOM_AROUND
    scale = {"type": "log", "domain": [least, most], "nice": False}
    axis = {"format": ".0%" if of_shares else "~s", "grid": False}
    x = {"field": "official", "type": "quantitative", "scale": scale, "axis": {**axis, "title": "Official"}}
    y = {"field": "model", "type": "quantitative", "scale": scale, "axis": {**axis, "title": "Model"}}
    values = [{str(name): value for name, value in row.items()} for row in data.to_dict(orient="records")]
    ends = [{"official": least, "model": least}, {"official": most, "model": most}]
    return {
        "$schema": _SCHEMA,
        "height": _HEIGHT,
        "config": {"view": {"stroke": None}},
        "layer": [
            {"data": {"values": ends}, "mark": {"type": "line", "color": _LINE}, "encoding": {"x": x, "y": y}},
            {
                "data": {"values": values},
                "mark": {"type": "point", "color": _MARK, "filled": True, "size": 45, "opacity": 0.8},
                "encoding": {"x": x, "y": y},
            },
            {
                "data": {"values": values},
                "transform": [{"filter": "datum.label != ''"}],
                "mark": {"type": "text", "align": "left", "dx": 7, "dy": -4, "fontSize": 12},
                "encoding": {"x": x, "y": y, "text": {"field": "label"}},
            },
        ],
    }
