"""What the commands share: how a group is made, options with the same name and meaning, and how a result is printed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from openfisca_goodwork import terminal
from openfisca_goodwork.errors import GoodworkError

PLUS = "+"

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print the table as CSV.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Nothing on standard error but mistakes.")]
Reforms = Annotated[list[str], typer.Argument(metavar="REFORM", help="Names, files, or 'a + b'.", show_default=False)]


def examples(*lines: str) -> str:
    """The end of a command's help; the mark keeps each example on its own line."""
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])


def group(text: str, *, no_args_is_help: bool) -> typer.Typer:
    """A group of commands with plain help, which comes at once."""
    return typer.Typer(
        help=text,
        no_args_is_help=no_args_is_help,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )


def reforms_of(given: list[str]) -> list[str]:
    """The reforms of a command line, where an unquoted `a + b` comes as three words."""
    return [one for one in given if one != PLUS]


def refuse_file(directory: Path | None) -> None:
    """Refuse, before any work is done, a directory that is a file. Raises GoodworkError."""
    if directory is not None and directory.exists() and not directory.is_dir():
        raise GoodworkError(f"--out {directory} is a file. Name a directory; it is made if it is not there.")


def refuse_both(*, as_json: bool, as_csv: bool) -> None:
    """Refuse two forms of one result. Raises GoodworkError."""
    if as_json and as_csv:
        raise GoodworkError("Ask for --json or for --csv, not for both.")


def show(result: Any, *, as_json: bool, as_csv: bool = False) -> None:
    """Print a result: its summary, its table as CSV, or all of it as JSON.

    Raises:
        GoodworkError: where both forms are asked for.
    """
    refuse_both(as_json=as_json, as_csv=as_csv)
    if as_json:
        terminal.put_json(result.to_dict())
    elif as_csv:
        from openfisca_goodwork.reports.csv_text import csv_of

        terminal.put(csv_of(result.to_dataframe()))
    else:
        terminal.put(result.summary())
