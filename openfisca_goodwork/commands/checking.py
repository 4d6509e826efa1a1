"""`goodwork validate` and `goodwork monitor`: the model against official figures, a costing against what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from openfisca_goodwork.commands.options import examples, printed, reforms_of

VALIDATE = examples(
    "goodwork validate",
    "goodwork validate --measure SD_130_50 --measure CT_25_SPR",
    "goodwork validate --csv > validation.csv",
    "goodwork validate --out validation",
)
MONITOR = examples(
    "goodwork monitor results/run-record.json --outturn examples/outturn.yaml",
    "goodwork monitor results/run-record.json --outturn outturn.yaml --law ./as-enacted.yaml",
    "goodwork monitor results/run-record.json --outturn outturn.yaml --forecast 2025-11 --json",
)


@printed(out="Write the table and a picture a measure there.")
def validate(
    measure: Annotated[list[str], typer.Option("--measure", metavar="NAME", help="Only this one; may be repeated.")] = [],
    *,
    progress: Any,
) -> Any:
    """The model against every official figure on file, fitted and not fitted apart.

    Every measure is costed on the law and the forecast of its day, for which populations are built: some minutes at first.
    """
    from openfisca_goodwork import validation

    return validation.validate(measure, progress=progress)


@printed(csv=False, xlsx=True)
def monitor(
    record: Annotated[Path, typer.Argument(metavar="RECORD", help="The run-record.json of a costing.")],
    outturn: Annotated[Path, typer.Option(metavar="FILE", help="What came of it: examples/outturn.yaml shows the form.")],
    law: Annotated[list[str], typer.Option("--law", metavar="REFORM", help="What was enacted instead.")] = [],
    forecast: Annotated[str, typer.Option(metavar="latest|YYYY-MM", help="The later OBR forecast of the economy.")] = "",
    *,
    progress: Any,
) -> Any:
    """A costing held against what came of it: the difference split into law, economy, base, take-up and the rest."""
    from openfisca_goodwork import costing

    return costing.monitor(record, outturn, law=tuple(reforms_of(law)), forecast=forecast, progress=progress)
