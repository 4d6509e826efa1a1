"""The files of a costing: note, workbook, charts, tidy table, and the record of the run.

All of them are written or none. The record holds all that is needed to get the result again and to check it (see
``costing.record``); note, workbook and charts need the libraries of the extra `report`, and are left out, and said to be,
where those are missing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from openfisca_goodwork.costing import CostingResult, record_of
from openfisca_goodwork.extras import installing
from openfisca_goodwork.reports import word, workbook
from openfisca_goodwork.reports.costing import CHARTS, report_of
from openfisca_goodwork.reports.csv_text import csv_of
from openfisca_goodwork.reports.files import write_together
from openfisca_goodwork.reports.pictures import BOUNDED, Picture, drawn, is_bounded
from openfisca_goodwork.reports.sections import Report

NOTE = "costing-note.docx"
WORKBOOK = "costing.xlsx"
TABLE = "cost.csv"
RECORD = "run-record.json"
CHART_FILES = tuple(f"{name}.{kind}" for name in CHARTS for kind in ("svg", "png"))
Document = Callable[[Report, Mapping[str, Picture]], bytes]
_DOCUMENTS: dict[str, tuple[str, Document]] = {NOTE: ("docx", word.render), WORKBOOK: ("xlsxwriter", workbook.render)}
_LEFT_OUT = f"{{}} left out: {{}} the extra `report` ({installing('report')})."
NO_CHARTS = _LEFT_OUT.format("The charts are", "they need")


@dataclass(frozen=True)
class Written:
    """What was written: the files, and a sentence for each that was left out."""

    files: tuple[Path, ...]
    left_out: tuple[str, ...] = ()


def write_costing(result: CostingResult, directory: Path, command: str | None = None) -> Written:
    """Write every file of a costing into a directory, all of them or none; those of another costing there are taken away.

    Args:
        result: the costing. directory: made if it is not there.
        command: what reproduces it, where that is not the result's own.

    Raises:
        GoodworkError: where the directory cannot be written.
    """
    report = report_of(result, command or "")
    pictures = _pictures(report)
    contents = dict(_documents(report, pictures))
    left_out = [no_document(name) for name in _DOCUMENTS if name not in contents]
    contents |= {TABLE: csv_of(result.to_dataframe()).encode()}
    for name, picture in pictures.items():
        contents |= {f"{name}.svg": picture.svg.encode(), f"{name}.png": picture.png}
    if not pictures:
        left_out.append(BOUNDED if is_bounded() else NO_CHARTS)
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    contents |= {RECORD: run_record(result, command, sums).encode()}  # last: where it stands, all the others do
    return Written(write_together(directory, contents, (NOTE, WORKBOOK, TABLE, *CHART_FILES)), tuple(left_out))


def _pictures(report: Report) -> dict[str, Picture]:
    return drawn(report) if _has("vl_convert") and not is_bounded() else {}


def _documents(report: Report, pictures: Mapping[str, Picture]) -> Iterator[tuple[str, bytes]]:
    """The note and the workbook, each where its library is installed."""
    for name, (library, make) in _DOCUMENTS.items():
        if _has(library):
            yield name, make(report, pictures)


def document_of(result: CostingResult, name: str) -> bytes:
    """One of the documents, alone.

    Args:
        result: the costing. name: ``NOTE`` or ``WORKBOOK``.

    Raises:
        GoodworkError: where the extra `report` is not installed.
    """
    _library, make = _DOCUMENTS[name]
    report = report_of(result)
    return make(report, _pictures(report))


def can_be_written(name: str) -> bool:
    """Whether the library that a document needs is installed."""
    return _has(_DOCUMENTS[name][0])


def no_document(name: str) -> str:
    """The sentence on a document that is left out."""
    return _LEFT_OUT.format(f"{name} is", "it needs")


def _has(library: str) -> bool:
    try:
        import_module(library)
    except ModuleNotFoundError:
        return False
    return True


def run_record(result: CostingResult, command: str | None = None, sums: Mapping[str, str] | None = None) -> str:
    """The record of a run as JSON: no NaN and no infinity in it, the same text for the same result.

    Args:
        result: the costing. command: what reproduces it, where that is not the result's own. sums: SHA-256 of the files
            that are written beside the record, by their names.
    """
    held = record_of(result, command) | ({} if sums is None else {"files": dict(sums)})
    return json.dumps(held, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
