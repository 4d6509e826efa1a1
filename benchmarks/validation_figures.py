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
import datetime
import sys

from openfisca_goodwork import validation
from openfisca_goodwork.costing import credibility
from openfisca_goodwork.validation import kept_figures
from openfisca_goodwork.version import model_version


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
    was = kept_figures.rows_in(credibility.FILE) if credibility.FILE.exists() else []
    rows, names = kept_figures.moved(kept_figures.rows_of(report), was, stamp)
    sys.stderr.write(f"\nmoved: {', '.join(names) or 'nothing'}\n")
    if not options.check:
        whole = kept_figures.together(rows, was) if options.names else rows
        credibility.FILE.write_text(kept_figures.text_of(whole), encoding="utf-8")
    return 1 if names and options.check else 0


def _told(stage: str, done: float) -> None:
    sys.stderr.write(f"\r{done:5.0%} {stage:100.100}")


if __name__ == "__main__":
    sys.exit(main())
