"""`goodwork monitor`: the record of a costing held against what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from openfisca_goodwork.commands import terminal
from openfisca_goodwork.commands.options import (
    AsJson,
    Quiet,
    Workbook,
    examples,
    reforms_of,
    refuse_files,
    show,
    write_files,
)

EXAMPLES = examples(
    "goodwork monitor results/run-record.json --outturn examples/outturn.yaml",
    "goodwork monitor results/run-record.json --outturn outturn.yaml --law ./as-enacted.yaml",
    "goodwork monitor results/run-record.json --outturn outturn.yaml --forecast 2025-11 --json",
)


@terminal.guarded
def monitor(
    record: Annotated[Path, typer.Argument(metavar="RECORD", help="The run-record.json of a costing.")],
    outturn: Annotated[Path, typer.Option(metavar="FILE", help="What came of it: examples/outturn.yaml shows the form.")],
    law: Annotated[
        list[str], typer.Option("--law", metavar="REFORM", help="What was enacted instead.", show_default=False)
    ] = [],  # noqa: B006
    forecast: Annotated[
        str, typer.Option(metavar="latest|YYYY-MM", help="The later OBR forecast of the economy.", show_default=False)
    ] = "",
    xlsx: Workbook = None,
    as_json: AsJson = False,  # noqa: FBT002
    quiet: Quiet = False,  # noqa: FBT002
) -> None:
    """A costing held against what came of it: the difference split into law, economy, base, take-up and the rest."""
    from openfisca_goodwork import costing

    refuse_files(as_json=as_json, xlsx=xlsx)
    with terminal.progress(quiet=quiet) as progress:
        result = costing.monitor(record, outturn, law=tuple(reforms_of(law)), forecast=forecast, progress=progress)
    show(result, as_json=as_json)
    write_files(result, xlsx=xlsx, quiet=quiet)
