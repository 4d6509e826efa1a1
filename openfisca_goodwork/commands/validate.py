"""`goodwork validate`: the model against every official figure on file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from openfisca_goodwork.commands import terminal
from openfisca_goodwork.commands.options import AsCsv, AsJson, Quiet, refuse_files, show, write_files

Measures = Annotated[
    list[str],
    typer.Option("--measure", metavar="NAME", help="Only this one; may be repeated.", show_default=False),
]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Write the table and a picture a measure there.")]


@terminal.guarded
def validate(
    measure: Measures = [],  # noqa: B006
    out: Out = None,
    as_json: AsJson = False,  # noqa: FBT002
    as_csv: AsCsv = False,  # noqa: FBT002
    quiet: Quiet = False,  # noqa: FBT002
) -> None:
    """The model against every official figure on file, fitted and not fitted apart.

    Every measure is costed on the law and the forecast of its day, for which populations are built: some minutes at first.
    """
    from openfisca_goodwork import validation

    refuse_files(as_json=as_json, as_csv=as_csv, out=out)
    with terminal.progress(quiet=quiet) as progress:
        report = validation.validate(measure, progress=progress)
    show(report, as_json=as_json, as_csv=as_csv)
    write_files(report, out=out, quiet=quiet)
