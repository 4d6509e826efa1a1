"""The pictures of a costing: each chart drawn once, as SVG and as PNG, for files and for the documents that hold them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.reports.charts import cost_by_head, cost_by_year, png_of, svg_of
from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.reports.files import write_together
from openfisca_goodwork.reports.gain_charts import by_section, by_size
from openfisca_goodwork.reports.sections import Chart, Report
from openfisca_goodwork.reports.step_charts import steps_of_a_year
from openfisca_goodwork.reports.uncertainty_charts import tornado

if TYPE_CHECKING:
    import pandas

NO_PICTURES = (
    "Pictures need the extra `report`: pip install 'openfisca-goodwork[report]'. The table is written without them."
)
BY_YEAR, STEPS, BY_HEAD = "cost-by-year", "steps", "cost-by-head"
DRIVERS = "what-drives-it"
BY_SIZE, BY_SECTION = "who-gains-by-size", "who-gains-by-section"
CHARTS: dict[str, Callable[[CostingResult], Chart | None]] = {
    BY_YEAR: cost_by_year,
    STEPS: steps_of_a_year,
    BY_HEAD: cost_by_head,
    DRIVERS: tornado,
    BY_SIZE: by_size,
    BY_SECTION: by_section,
}


@dataclass(frozen=True)
class Picture:
    """A chart as it was drawn: the name of its files, without their endings, and what is in them."""

    name: str
    chart: Chart
    svg: str
    png: bytes


def drawn(report: Report) -> dict[str, Picture]:
    """Every chart of a report that has something to show, by name.

    Raises:
        ModuleNotFoundError: where vl-convert (the extra `report`) is not installed.
    """
    charts = {figure.name: chart for figure in report.figures() if (chart := figure.draw()) is not None}
    vectors = {name: svg_of(chart) for name, chart in charts.items()}
    return {name: Picture(name, chart, vectors[name], png_of(chart, vectors[name])) for name, chart in charts.items()}


def write_table_and_pictures(report: Report, table: pandas.DataFrame, directory: Path) -> tuple[tuple[Path, ...], str]:
    """Write a table as CSV, named by the stem of its report, and each chart of the report as SVG.

    Returns:
        The files, and in words what was left out: pictures, where they cannot be drawn.

    Raises:
        GoodworkError: where the directory or the disk refuses.
    """
    contents = {f"{report.stem}.csv": (csv_of(table) + "\n").encode()}
    left_out = ""
    try:
        charts = {figure.name: chart for figure in report.figures() if (chart := figure.draw()) is not None}
        contents |= {f"{name}.svg": svg_of(chart).encode() for name, chart in charts.items()}
    except ModuleNotFoundError:
        left_out = NO_PICTURES
    return write_together(directory, contents), left_out


def pictures_of(result: CostingResult) -> dict[str, Picture]:
    """Every chart that the result has something for, by name.

    Raises:
        ModuleNotFoundError: where vl-convert (the extra `report`) is not installed.
    """
    found = {name: chart for name, make in CHARTS.items() if (chart := make(result)) is not None}
    drawn = {name: svg_of(chart) for name, chart in found.items()}
    return {name: Picture(name, chart, drawn[name], png_of(chart, drawn[name])) for name, chart in found.items()}
