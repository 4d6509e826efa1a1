"""The files of a costing: the tidy table, the record of the run, the chart.

The record holds all that is needed to get the result again and to check it: version, reforms with their text, baseline,
years, behaviour, basis, settings, assumptions, the population's fingerprint, the result itself and the command.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from openfisca_goodwork.costing import CostingResult, record_of
from openfisca_goodwork.reports import charts
from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.reports.files import write_together

TABLE = "cost.csv"
RECORD = "run-record.json"
CHART = "cost-by-year.svg"
NO_CHART = f"{CHART} is left out: pictures need the extra `report` (pip install 'openfisca-goodwork[report]')."


@dataclass(frozen=True)
class Written:
    """What was written: the files, and a sentence for each that was left out."""

    files: tuple[Path, ...]
    left_out: tuple[str, ...] = ()


def write_costing(result: CostingResult, directory: Path, command: str | None = None) -> Written:
    """Write the table, the record and the chart of a costing into a directory, all of them or none.

    Args:
        result: the costing. directory: made if it is not there.
        command: what reproduces it, where that is not the result's own.

    Raises:
        GoodworkError: where the directory cannot be written.
    """
    contents = {TABLE: csv_of(result.to_dataframe()).encode(), RECORD: run_record(result, command).encode()}
    left_out: tuple[str, ...] = ()
    try:
        contents[CHART] = charts.svg_of(charts.cost_by_year(result)).encode()
    except ModuleNotFoundError:
        left_out = (NO_CHART,)
    return Written(write_together(directory, contents), left_out)


def run_record(result: CostingResult, command: str | None = None) -> str:
    """The record of a run as JSON: no NaN and no infinity in it, the same text for the same result."""
    return json.dumps(record_of(result, command), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
