"""`goodwork cache`: what is kept between runs, shown, bounded and cleared."""

from __future__ import annotations

import datetime
import re
from typing import Annotated

import typer

from openfisca_goodwork.commands import terminal
from openfisca_goodwork.commands.options import AsJson, examples, group
from openfisca_goodwork.errors import GoodworkError, counted, quoted

app = group("What is kept between runs: populations and baselines. Show it, bound it, clear it.", no_args_is_help=False)

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_SIZE = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?) ?(?P<unit>[kmgt]?)b?", re.IGNORECASE)
NO_LIMIT = "none"


@app.callback(
    invoke_without_command=True, epilog=examples("goodwork cache", "goodwork cache bound 2GB", "goodwork cache clear")
)
def cache(context: typer.Context) -> None:
    """Show what is kept where no more is asked for."""
    if context.invoked_subcommand is None:
        show()


@app.command(epilog=examples("goodwork cache show", "goodwork cache show --json"))
@terminal.guarded
def show(
    as_json: AsJson = False,
) -> None:
    """The directory, what is kept in it with its size and last use, and the limit."""
    from openfisca_goodwork import cache as kept

    kept.refuse_unfit()
    entries, most = kept.entries(), kept.limit()
    if as_json:
        listed = [{"name": entry.path.name, "bytes": entry.size, "last_used": _moment(entry.used)} for entry in entries]
        terminal.put_json({"directory": str(kept.cache_directory()), "limit_in_bytes": most, "entries": listed})
        return
    total = _size(sum(entry.size for entry in entries))
    bounded = "no limit" if most is None else f"limit {_size(most)}"
    terminal.put(f"{kept.cache_directory()}: {counted(len(entries), 'file')}, {total}; {bounded}")
    if entries:
        terminal.put(
            terminal.aligned((_moment(entry.used), _size(entry.size).rjust(9), entry.path.name) for entry in entries[::-1])
        )


@app.command(epilog=examples("goodwork cache clear"))
@terminal.guarded
def clear() -> None:
    """Remove all that is kept; it is made again when it is needed."""
    from openfisca_goodwork import cache as kept

    kept.refuse_unfit()
    terminal.put(f"{_size(kept.clear())} freed in {kept.cache_directory()}.")


@app.command(epilog=examples("goodwork cache bound 2GB", "goodwork cache bound none"))
@terminal.guarded
def bound(
    most: Annotated[str, typer.Argument(metavar="SIZE", help="As 500MB or 2GB; none for no limit.")],
) -> None:
    """Keep no more than so much from now on: what was used longest ago goes first."""
    from openfisca_goodwork import cache as kept

    match = _SIZE.fullmatch(most)
    if match is None and most.lower() != NO_LIMIT:
        raise GoodworkError(f"{quoted(most)} is no size. Write it as 500MB or 2GB, or none for no limit.")
    size = None if match is None else round(float(match["number"]) * _UNITS[match["unit"].lower()])
    freed = kept.bound(size)
    said = "There is no limit" if size is None else f"No more than {_size(size)} is kept"
    terminal.put(f"{said} in {kept.cache_directory()}; {_size(freed)} freed.")


def _size(size: int) -> str:
    """A number of bytes as people read it."""
    unit = next(unit for unit in reversed(_UNITS) if size >= _UNITS[unit] or not unit)
    return f"{size / _UNITS[unit]:,.1f} {unit.upper()}B" if unit else counted(size, "byte")


def _moment(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%d %H:%M")
