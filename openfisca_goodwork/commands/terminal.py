"""How the command speaks: results on standard output, everything for people's eyes only on standard error.

Standard output carries the table, text or JSON that was asked for and nothing else, so that it can be piped. Mistakes
of the user end with their message and exit code, never with a traceback; a bug keeps its traceback.
"""

from __future__ import annotations

import errno
import functools
import gc
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec

import typer

from openfisca_goodwork.errors import GoodworkError

INTERRUPTED = 130
COLUMN_GAP = "  "
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

Progress = Callable[[str, float], None]
Arguments = ParamSpec("Arguments")


class Answer(NamedTuple):
    """Output of a command: text, or data for JSON, and notes for people's eyes beside it."""

    text: str = ""
    data: Any = None
    notes: tuple[str, ...] = ()


def speak_utf8() -> None:
    """Write UTF-8 whatever the machine's habit: a £ or an arrow must not stop a run whose output goes to a file."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def put(text: str) -> None:
    """Write a result to standard output, with one line end."""
    sys.stdout.write(f"{text.rstrip()}\n")


def put_json(data: Any) -> None:
    """Write a result to standard output as JSON; there is no NaN and no infinity in it."""
    put(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False))


def note(text: str, *, quiet: bool = False) -> None:
    """Write a line for people to standard error, unless they asked for quiet."""
    if not quiet:
        sys.stderr.write(f"{text}\n")


def tell(text: str, data: Any, notes: Iterable[str], *files: Path | None, as_json: bool, quiet: bool) -> None:
    """Print an answer as text or as JSON, and on standard error its notes and the files that were written."""
    for line in notes:
        note(line, quiet=quiet)
    if as_json:
        put_json(data)
    else:
        put(text)
    for file in files:
        if file is not None:
            note(f"Written to {file}.", quiet=quiet)


def aligned(rows: Iterable[Sequence[str]]) -> str:
    """Rows of text as columns of a terminal."""
    listed = [list(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*listed, strict=True)]
    lines = (COLUMN_GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in listed)
    return "\n".join(line.rstrip() for line in lines)


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Progress]:
    """A callback (stage, fraction done) that draws a bar on standard error, where that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False) as bars:
        task = bars.add_task("Starting", total=1.0)

        def show(stage: str, fraction: float) -> None:
            bars.update(task, description=stage[:1].upper() + stage[1:], completed=fraction)

        yield show


def _silent(stage: str, fraction: float) -> None:
    """A callback that shows nothing."""


@contextmanager
def starting() -> Iterator[None]:
    """Imports without the garbage collector: what they make stays, and to look through it takes a tenth of the start."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def guarded(command: Callable[Arguments, None]) -> Callable[Arguments, None]:
    """A command that ends as the exit codes say: 0 done, 2 the request is wrong, 3 the data is wrong, 1 a bug."""

    @functools.wraps(command)
    def run(*arguments: Arguments.args, **options: Arguments.kwargs) -> None:
        try:
            command(*arguments, **options)
            sys.stdout.flush()
        except GoodworkError as error:
            note(str(error))
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            note("Interrupted.")
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            _close_output()
            raise typer.Exit(0) from None

    return run


@contextmanager
def written_output() -> Iterator[None]:
    """Leave with words and exit code 2 where standard output takes nothing more, as on a full disk."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except OSError as fault:
        if fault.filename is not None or fault.errno not in _NO_ROOM:
            raise
        _close_output()
        note(f"The output cannot be written: {fault.strerror}. Free some space, or send it elsewhere.")
        sys.exit(GoodworkError.exit_code)


def _close_output() -> None:
    """Send what is left of the output nowhere: its reader has gone, which is no fault of anybody's."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
