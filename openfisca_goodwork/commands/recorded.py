"""`goodwork cost --record`: a costing made again from the record of its run, and held against it."""

from __future__ import annotations

from pathlib import Path

import typer

from openfisca_goodwork.commands import terminal
from openfisca_goodwork.commands.options import given_options, show
from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.record import cost_again
from openfisca_goodwork.errors import GoodworkError

_BESIDE = ("record", "out", "as_json", "quiet")
DIFFERS = 3


def refuse_beside(context: typer.Context) -> None:
    """Refuse what would change a costing that a record says in full. Raises GoodworkError with every such option."""
    if given := given_options(context, beside=_BESIDE):
        raise GoodworkError(
            f"A record says all of a costing but where to write it. Leave out {', '.join(given)}, or --record."
        )


def again(record: Path, *, as_json: bool, quiet: bool) -> tuple[CostingResult, bool]:
    """Make the costing of a record again and print it; the result, and whether it and its files are those of the record."""
    with terminal.progress(quiet=quiet) as progress:
        repeated = cost_again(record, progress)
    show(repeated, as_json=as_json)
    return repeated.result, repeated.is_same and not repeated.files
