"""What the model makes of each official figure, kept in `openfisca_goodwork/data/validation.csv`: regression values.

    python benchmarks/validation_figures.py --why "Claims as they turned out"   # measure all again, and keep what moved
    python benchmarks/validation_figures.py --why "A new measure" LOSS_reform_2017    # only that one; the others stay
    python benchmarks/validation_figures.py --check                             # say what would move; exit 1 if any does
    python benchmarks/validation_figures.py --check SD_130_50                   # only that one

A row that stays within the tolerance is left as it is, so that a change of the file shows what moved. Costings show the
errors that are kept; `goodwork validate` measures them anew and keeps nothing.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import io
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from openfisca_goodwork import validation
from openfisca_goodwork.costing import credibility
from openfisca_goodwork.costing.credibility import AS_USED, COLUMNS
from openfisca_goodwork.costing.official import measures
from openfisca_goodwork.errors import DataError
from openfisca_goodwork.validation import ValidationReport
from openfisca_goodwork.version import model_version

STAMP = ("on", "version", "why")
HEADING = ("group", "measure", "kind", "head", "verdict", "financial_year", "official", *COLUMNS, "basis", *STAMP)
TOLERANCE, RELATIVE_TOLERANCE = 0.5, 0.001
_KEYS = ("group", "measure", "financial_year", "official", "basis")

Row = dict[str, str]


def rows_in(file: Path) -> list[Row]:
    """The rows of a file. Raises DataError where it cannot be read."""
    try:
        with file.open(newline="", encoding="utf-8") as text:
            return [dict(row) for row in csv.DictReader(text)]
    except OSError as fault:
        raise DataError(f"{file} cannot be read: {fault}") from fault


def rows_of(report: ValidationReport) -> list[Row]:
    """The rows of a report, £ million to one decimal, without their stamps."""
    found = [
        {"group": figure.group, "measure": figure.measure, "kind": figure.kind, "financial_year": figure.financial_year}
        | {"head": figure.head, "verdict": figure.verdict, "official": _rounded(figure.official), "basis": ""}
        | {column: _rounded(figure.model[column]) for column in COLUMNS}
        for figure in report.figures
    ]
    found += [
        {"group": check.role, "measure": check.name, "kind": "", "head": "", "verdict": ""}
        | {"financial_year": check.financial_year, "official": _rounded(check.official), "basis": check.basis}
        | {column: _rounded(check.model) if column == AS_USED else "" for column in COLUMNS}
        for check in report.checks
    ]
    return found


def _rounded(amount: float | None) -> str:
    return "" if amount is None else f"{amount:.1f}".replace("-0.0", "0.0") if abs(amount) < 1 else f"{amount:.1f}"


def moved(now: Iterable[Row], was: Iterable[Row], stamp: Mapping[str, str]) -> tuple[list[Row], list[str]]:
    """The rows to keep, those within the tolerance as they were; and the measures whose figures moved."""
    before = {_key(row): row for row in was}
    rows = [before[_key(row)] if not _differs(row, before.get(_key(row))) else {**row, **stamp} for row in now]
    names = [row["measure"] for row in rows if all(row[part] == stamp[part] for part in STAMP)]
    return rows, list(dict.fromkeys(names))


def together(now: Iterable[Row], was: Iterable[Row]) -> list[Row]:
    """Rows of some measures with those kept of all others, measures in the order of their declaration, then checks."""
    listed = list(now)
    measured = {row["measure"] for row in listed}
    order = {name: place for place, name in enumerate(measures())}
    rows = [*listed, *(row for row in was if row["measure"] not in measured)]
    return sorted(rows, key=lambda row: order.get(row["measure"], len(order)))


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in _KEYS)


def _differs(now: Row, was: Row | None) -> bool:
    if was is None or any(bool(now[column]) != bool(was[column]) for column in COLUMNS):
        return True
    pairs = [(float(now[column]), float(was[column])) for column in COLUMNS if now[column]]
    return any(abs(model - other) > max(TOLERANCE, RELATIVE_TOLERANCE * abs(other)) for model, other in pairs)


def text_of(rows: Iterable[Row]) -> str:
    """Rows as CSV text, as `data/validation.csv` holds them."""
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADING, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def main() -> int:
    """Measure what is asked for, and keep it or compare it. Returns the exit code."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("names", nargs="*", metavar="MEASURE", help="all that are on file, where none is named")
    asked.add_argument("--check", action="store_true", help="only compare")
    asked.add_argument("--why", default="", help="why figures move; needed to keep them")
    options = asked.parse_args()
    if not (options.check or options.why):
        asked.error("give --why TEXT to keep what is measured, or --check, with or without names")
    stamp = {"on": datetime.date.today().isoformat(), "version": model_version(), "why": options.why}  # noqa: DTZ011
    report = validation.validate(options.names, progress=_told)
    was = rows_in(credibility.FILE) if credibility.FILE.exists() else []
    rows, names = moved(rows_of(report), was, stamp)
    sys.stderr.write(f"\nmoved: {', '.join(names) or 'nothing'}\n")
    if not options.check:
        whole = together(rows, was) if options.names else rows
        credibility.FILE.write_text(text_of(whole), encoding="utf-8")
    return 1 if names and options.check else 0


def _told(stage: str, done: float) -> None:
    sys.stderr.write(f"\r{done:5.0%} {stage:100.100}")


if __name__ == "__main__":
    sys.exit(main())
