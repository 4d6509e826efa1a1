"""The files of a costing: note, workbook, charts, tidy table, and the record of the run.

All of them are written or none. The record holds all that is needed to get the result again and to check it (see
``costing.record``); note, workbook and charts need the libraries of the extra `report`, and are left out, and said to be,
where those are missing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from openfisca_goodwork.costing import CostingResult, record_of
from openfisca_goodwork.reports import word, workbook
from openfisca_goodwork.reports.costing import CHARTS, report_of
from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.reports.files import write_together
from openfisca_goodwork.reports.pictures import Picture, pictures_of
from openfisca_goodwork.reports.sections import Report
from openfisca_goodwork.version import installing, is_installed

NOTE = "costing-note.docx"
WORKBOOK = "costing.xlsx"
TABLE = "cost.csv"
RECORD = "run-record.json"
CHART_FILES = tuple(f"{name}.{kind}" for name in CHARTS for kind in ("svg", "png"))
Document = Callable[[Report, Mapping[str, Picture]], bytes]
_DOCUMENTS: dict[str, tuple[str, Document]] = {NOTE: ("docx", word.render), WORKBOOK: ("xlsxwriter", workbook.render)}


@dataclass(frozen=True)
class Written:
    """What was written: the files, and a sentence for each that was left out."""

    files: tuple[Path, ...]
    left_out: tuple[str, ...] = ()


def write_costing(result: CostingResult, directory: Path) -> Written:
    """Write every file of a costing into a directory, all of them or none; those of another costing there are taken away.

    Args:
        result: the costing. directory: made if it is not there.

    Raises:
        GoodworkError: where the directory cannot be written.
    """
    report = report_of(result)
    pictures, no_pictures = pictures_of(report)
    contents = {name: make(report, pictures) for name, (library, make) in _DOCUMENTS.items() if is_installed(library)}
    left_out = [no_document(name) for name in _DOCUMENTS if name not in contents]
    contents |= {TABLE: csv_of(result.to_dataframe()).encode()}
    for picture in pictures.values():
        contents |= picture.files
    left_out += [no_pictures] if no_pictures else []
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    contents |= {RECORD: run_record(result, sums).encode()}  # last: where it stands, all the others do
    return Written(write_together(directory, contents, (NOTE, WORKBOOK, TABLE, *CHART_FILES)), tuple(left_out))


def document_of(result: CostingResult, name: str) -> bytes:
    """One of the documents, alone.

    Args:
        result: the costing. name: ``NOTE`` or ``WORKBOOK``.

    Raises:
        GoodworkError: where the extra `report` is not installed.
    """
    _library, make = _DOCUMENTS[name]
    report = report_of(result)
    return make(report, pictures_of(report)[0])


def can_be_written(name: str) -> bool:
    """Whether the library that a document needs is installed."""
    return is_installed(_DOCUMENTS[name][0])


def no_document(name: str) -> str:
    """The sentence on a document that is left out."""
    return f"{name} is left out: it needs the extra `report` ({installing('report')})."


def run_record(result: CostingResult, sums: Mapping[str, str] | None = None) -> str:
    """The record of a run as JSON: no NaN and no infinity in it, the same text for the same result.

    Args:
        result: the costing. sums: SHA-256 of the files that are written beside the record, by their names.
    """
    held = record_of(result) | ({} if sums is None else {"files": dict(sums)})
    return json.dumps(held, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
