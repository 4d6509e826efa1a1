"""Pictures of how well the population fits: for each block, every official figure against what the model makes of it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path

import pandas

from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.population import FitReport
from openfisca_goodwork.population.report import BlockFit, Line
from openfisca_goodwork.reports.charts import Chart, Spec, svg_of
from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.reports.files import write_together

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_MARK, _LINE = "#2f7dc0", "#7b828c"
_HEIGHT = 420
_NAMED = 3
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
    """A block's figures, official across and the model's up, in logs; on the line they are equal."""
    lines = [one for one in report.lines if (one.block, one.role) == (block.block, block.role)]
    shown = [one for one in lines if one.official > 0 and one.model > 0]
    if not shown:
        raise GoodworkError(f"{block.block} has no figure above 0 to draw.")
    data = _data(shown)
    title = f"{_capital(block.block)}: {block.figures:,} figures, on average {block.mean:.1%} from the official ones"
    subtitle = (
        f"Official figure (across) and the model's (up), both on scales in which equal lengths are equal proportions; "
        f"on the line they are equal. {_capital(block.role)}. The figures furthest off are named. Unit: {_units(shown)}."
    )
    alt = f"Points, one a figure, around the line of equality. {title}; worst {block.worst:.1%}, {block.worst_target}."
    return Chart(title, subtitle, alt, _spec(data), data)


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


def _spec(data: pandas.DataFrame) -> Spec:
    least = 10 ** math.floor(math.log10(min(data["official"].min(), data["model"].min())))
    most = 10 ** math.ceil(math.log10(max(data["official"].max(), data["model"].max()) * 1.01))
    scale = {"type": "log", "domain": [least, most], "nice": False}
    axis = {"format": "~s", "grid": False}
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
