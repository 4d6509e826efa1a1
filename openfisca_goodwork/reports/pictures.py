"""Charts as pictures: each drawn once, as SVG and as PNG, with its title and its words inside."""

from __future__ import annotations

import struct
import sys
import textwrap
import zlib
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from openfisca_goodwork.reports import report_of
from openfisca_goodwork.reports.charts import Spec
from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.reports.files import write_together
from openfisca_goodwork.reports.sections import Chart, Report
from openfisca_goodwork.version import installing

NO_CHARTS = f"The charts are left out: they need the extra `report` ({installing('report')})."
_VERSION = "6.4"
_WIDTH = 620
_FINENESS = 2
_SUBTITLE = 100  # characters of a line
_PNG_HEAD = 33  # bytes of a PNG's signature and header, after which texts may stand


# What draws sets far more addresses aside than it uses, and ends the process where it may not.
_ADDRESSES = 2**40
BOUNDED = "The charts are left out: what draws them needs more address space than this process may have (ulimit -v)."


@dataclass(frozen=True)
class Picture:
    """A chart as it was drawn: the name of its files, without their endings, the chart, and the picture."""

    name: str
    chart: Chart
    svg: str

    @cached_property
    def png(self) -> bytes:
        """The picture as PNG, made of the other where it is first asked for."""
        return png_of(self.chart, self.svg)

    @property
    def files(self) -> dict[str, bytes]:
        """The picture in both forms, by the names of its files."""
        return {f"{self.name}.svg": self.svg.encode(), f"{self.name}.png": self.png}


def is_bounded() -> bool:
    """Whether the process may not have the address space that drawing sets aside."""
    if sys.platform == "win32":
        return False
    import resource  # here, because Windows has none

    most = resource.getrlimit(resource.RLIMIT_AS)[0]
    return most != resource.RLIM_INFINITY and most < _ADDRESSES


def drawn(report: Report) -> dict[str, Picture]:
    """Every chart of a report that has something to show, by name.

    Raises:
        ModuleNotFoundError: where vl-convert (the extra `report`) is not installed.
    """
    charts = {figure.name: chart for figure in report.figures() if (chart := figure.draw()) is not None}
    return {name: Picture(name, chart, svg_of(chart)) for name, chart in charts.items()}


def pictures_of(report: Report) -> tuple[dict[str, Picture], str]:
    """Every chart of a report by name, where this process can draw them; none, and in words why, where it cannot."""
    if is_bounded():
        return {}, BOUNDED
    try:
        return drawn(report), ""
    except ModuleNotFoundError:
        return {}, NO_CHARTS


def write_table_and_pictures(result: Any, directory: Path) -> tuple[tuple[Path, ...], str]:
    """Write a result's table as CSV, named by the stem of its report, and each chart of the report as SVG.

    Returns:
        The files, and in words what was left out: pictures, where they cannot be drawn.

    Raises:
        GoodworkError: where the directory or the disk refuses.
    """
    report = report_of(result)
    pictures, left_out = pictures_of(report)
    contents = {f"{report.stem}.csv": (csv_of(result.to_dataframe()) + "\n").encode()}
    contents |= {f"{name}.svg": picture.svg.encode() for name, picture in pictures.items()}
    return write_together(directory, contents), left_out


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
    elif not {"facet", "width"} & set(spec):
        spec["width"] = _WIDTH
    return spec


def _described(svg: str, chart: Chart) -> str:
    """An SVG picture with its title and description, as screen readers look for them."""
    description = f"<title>{escape(chart.title)}</title><desc>{escape(chart.alt)}</desc>"
    opened, mark, rest = svg.partition(">")
    return f'{opened} role="img"{mark}{description}{rest}'


def _text_chunk(name: str, text: str) -> bytes:
    """A text in UTF-8 as a chunk of a PNG file (iTXt, PNG specification 11.3.3.4): not compressed, of no language."""
    content = b"iTXt" + name.encode() + b"\0\0\0\0\0" + text.encode()
    return struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
