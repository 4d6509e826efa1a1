"""The files of many costings: the tidy table as CSV and Parquet, the summary, a workbook, pictures, and JSON."""

from __future__ import annotations

import io
import json
from pathlib import Path

from openfisca_goodwork.questions import PackageResult, SolveResult, SweepResult
from openfisca_goodwork.reports import workbook
from openfisca_goodwork.reports.costing_files import NO_CHARTS
from openfisca_goodwork.reports.csv_text import csv_of, render
from openfisca_goodwork.reports.files import write_together
from openfisca_goodwork.reports.pictures import BOUNDED, Picture, drawn, is_bounded
from openfisca_goodwork.reports.questions import report_of


def write_question(result: SweepResult | SolveResult | PackageResult, directory: Path) -> tuple[tuple[Path, ...], str]:
    """Write the files of a result into a directory, all of them or none; pictures and workbook need the extra `report`.

    Returns:
        The files, and in words what was left out.

    Raises:
        GoodworkError: where the directory or the disk refuses.
    """
    report, table = report_of(result), result.to_dataframe()
    packed = io.BytesIO()
    table.to_parquet(packed, index=False)
    contents = {f"{report.stem}.csv": csv_of(table).encode(), f"{report.stem}.parquet": packed.getvalue()}
    contents[f"{report.stem}-summary.csv"] = render(next(report.tables())).encode()
    left_out = BOUNDED if is_bounded() else ""
    pictures: dict[str, Picture] = {}
    try:
        pictures = {} if left_out else drawn(report)
        contents[f"{report.stem}.xlsx"] = workbook.render(report, pictures)
    except ModuleNotFoundError:
        left_out = NO_CHARTS
    for name, picture in pictures.items():
        contents |= {f"{name}.svg": picture.svg.encode(), f"{name}.png": picture.png}
        contents[f"{name}-chart.csv"] = csv_of(picture.chart.data).encode()
    contents[f"{report.stem}.json"] = (json.dumps(result.to_dict(), indent=2, ensure_ascii=False) + "\n").encode()
    return write_together(directory, contents), left_out
