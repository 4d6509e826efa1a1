"""`goodwork cost --record`: a costing made again from the record of its run, and held against it."""

from __future__ import annotations

from pathlib import Path

import typer

from openfisca_goodwork import terminal
from openfisca_goodwork.commands.options import show
from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.record import cost_again
from openfisca_goodwork.errors import GoodworkError

_BESIDE = {"record", "out", "as_json", "quiet"}
_TYPED = "COMMANDLINE"  # by its name: Typer may come with a Click of its own
DIFFERS = 3


def refuse_beside(context: typer.Context) -> None:
    """Refuse what would change a costing that a record says in full. Raises GoodworkError with every such option."""
    given = [one for one in context.command.params if one.name not in _BESIDE and _is_given(context, one.name)]
    if given:
        names = ", ".join(one.opts[0] for one in given)
        raise GoodworkError(f"A record says all of a costing but where to write it. Leave out {names}, or --record.")


def _is_given(context: typer.Context, name: str | None) -> bool:
    source = None if name is None else context.get_parameter_source(name)
    return source is not None and source.name == _TYPED


def again(record: Path, *, as_json: bool, quiet: bool) -> tuple[CostingResult, bool]:
    """Make the costing of a record again and print it; the result, and whether it is that of the record."""
    with terminal.progress(quiet=quiet) as progress:
        found = cost_again(record, progress)
    show(found, as_json=as_json)
    return found.result, found.is_same
