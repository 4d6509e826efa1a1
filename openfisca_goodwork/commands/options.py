"""What the commands share: how a group is made, options with the same name and meaning, and how a result is printed."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from openfisca_goodwork.commands import terminal
from openfisca_goodwork.costing.request import Kind, Option, options
from openfisca_goodwork.errors import GoodworkError, refuse_long_name

PLUS = "+"
Writer = Callable[[Any, Path], tuple[Iterable[Path], str]]
"""What writes a result into a directory, and gives its files, and in words what was left out."""
_TYPES: dict[Kind, Any] = {Kind.COUNT: int | None, Kind.FLAG: bool, Kind.COMPANIES: str | None}
_TYPED = "COMMANDLINE"  # by its name: Typer may come with a Click of its own

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print the table as CSV.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Nothing on standard error but mistakes.")]
Workbook = Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help="Write a workbook.")]
Workers = Annotated[
    int | None, typer.Option("--workers", metavar="N", help="Share the work among N processes of this machine.")
]
Scheduler = Annotated[
    str | None, typer.Option("--scheduler", metavar="ADDRESS", help="Share it among a Dask cluster: tcp://NAME:PORT.")
]
Reforms = Annotated[list[str], typer.Argument(metavar="REFORM", help="Names, files, or 'a + b'.")]


class Worded(NamedTuple):
    """A result with another text than its summary."""

    result: Any
    text: Callable[[], str] | None


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


def with_options_of_a_costing(command: Callable[..., None]) -> Callable[..., None]:
    """A command with every option of a costing beside its own; it is called with their values by name, in ``asked``."""
    own = [parameter for parameter in _parameters(command) if parameter.name != "asked"]
    first = [parameter for parameter in own if parameter.annotation is typer.Context]

    @wraps(command)
    def called(**given: Any) -> None:
        values = {option.name: given.pop(option.name) for option in options()}
        for option in options():
            if option.kind is Kind.REFORMS:
                values[option.name] = reforms_of(values[option.name])
        command(asked=values, **given)

    return _taking(called, [*first, *map(_parameter, options()), *(each for each in own if each not in first)])


def printed(
    *, csv: bool = True, xlsx: bool = False, out: str = "", write: Writer | None = None, quiet: bool = True
) -> Callable[[Callable[..., Any]], Callable[..., None]]:
    """A command that gives a result, which is printed as text or JSON, and written to files, as the options added here say.

    A keyword of the command is no option of its own, but given to it: ``progress``, ``executor``, which brings its options,
    and whichever of the options added here it names. Where it gives nothing, nothing is printed.

    Args:
        csv: whether the result is printed as CSV too. xlsx: whether it is written as a workbook. out: what is written into a
            directory, for the help. write: how it is; as a table with its charts where None. quiet: whether it can be quiet.
    """

    def giving(command: Callable[..., Any]) -> Callable[..., None]:
        own = _parameters(command)
        takes = {parameter.name for parameter in own if parameter.kind is parameter.KEYWORD_ONLY}
        is_shared = "executor" in takes
        added = (
            (xlsx, "xlsx", Workbook, None),
            (bool(out), "out", Annotated[Path | None, typer.Option(metavar="DIR", help=out)], None),
            (is_shared, "workers", Workers, None),
            (is_shared, "scheduler", Scheduler, None),
            (True, "as_json", AsJson, False),
            (csv, "as_csv", AsCsv, False),
            (quiet, "quiet", Quiet, False),
        )

        @wraps(command)
        def called(**given: Any) -> None:
            asked = {name: given.pop(name, default) for _, name, _, default in added}
            forms, files = {name: asked[name] for name in ("as_json", "as_csv")}, (asked["xlsx"], asked["out"])
            _refuse(*files, **forms)
            given |= {name: asked[name] for name in takes & asked.keys()}
            with ExitStack() as stack:
                if is_shared:
                    from openfisca_goodwork.costing.executor import opened

                    given["executor"] = stack.enter_context(opened(asked["workers"], asked["scheduler"]))
                if "progress" in takes:
                    given["progress"] = stack.enter_context(terminal.progress(quiet=asked["quiet"]))
                result = command(**given)
            if result is not None:
                result, text = result if isinstance(result, Worded) else (result, None)
                show(result, **forms, text=text)
                _write(result, *files, write, quiet=asked["quiet"])

        forms = [_keyword(name, kind, default) for is_there, name, kind, default in added if is_there]
        return _taking(terminal.guarded(called), [*(each for each in own if each.name not in takes), *forms])

    return giving


def _parameters(command: Callable[..., Any]) -> list[inspect.Parameter]:
    return list(inspect.signature(command, eval_str=True).parameters.values())


def _taking(command: Callable[..., None], parameters: Sequence[inspect.Parameter]) -> Callable[..., None]:
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command


def _keyword(name: str, kind: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=kind)


def _parameter(option: Option) -> inspect.Parameter:
    shown: dict[str, Any] = {"help": option.help, "metavar": option.metavar or "|".join(option.choices) or None}
    shown["show_default"] = option.shown_default or bool(option.default)
    info = typer.Option(option.flag, **shown) if option.flag else typer.Argument(**shown)
    kind: Any = list[str] if option.is_list else _TYPES.get(option.kind, str)
    default = list(option.default) if option.is_list else option.default
    return _keyword(option.name, Annotated[kind, info], default)


def reforms_of(given: list[str]) -> list[str]:
    """The reforms of a command line, where an unquoted `a + b` comes as three words."""
    return [reform for reform in given if reform != PLUS]


def refuse_out(directory: Path | None) -> None:
    """Refuse, before any work is done, a directory that is a file, is below one, or cannot be written.

    Raises:
        GoodworkError: for `--out` that nothing can be put in.
    """
    if directory is None:
        return
    refuse_long_name(directory)
    there = next((folder for folder in (directory, *directory.parents) if os.access(folder, os.F_OK)), Path())
    if not there.is_dir():
        below = "" if there == directory else f": {there}"
        raise GoodworkError(f"--out {directory}{below} is a file. Name a directory; it is made if it is not there.")
    if not os.access(there, os.W_OK | os.X_OK):
        raise GoodworkError(f"--out {directory}: {there} cannot be written. Name a directory that can be.")


def _refuse(xlsx: Path | None, out: Path | None, *, as_json: bool, as_csv: bool) -> None:
    """Refuse, before any work is done, two forms of one result, and files that cannot be written. Raises GoodworkError."""
    if as_json and as_csv:
        raise GoodworkError("Ask for --json or for --csv, not for both.")
    refuse_out(out)
    if xlsx is not None:
        from openfisca_goodwork.reports.workbook import check_workbook

        check_workbook(xlsx)


def _write(result: Any, xlsx: Path | None, out: Path | None, write: Writer | None, *, quiet: bool) -> None:
    """Write the files asked for, a result's workbook and a directory, and say so."""
    if xlsx is not None:
        from openfisca_goodwork.reports import report_of
        from openfisca_goodwork.reports.workbook import write_report

        terminal.note(f"Written to {write_report(report_of(result), xlsx)}.", quiet=quiet)
    if out is not None:
        from openfisca_goodwork.reports.pictures import write_table_and_pictures

        files, left_out = (write or write_table_and_pictures)(result, out)
        for line in (*([left_out] if left_out else []), f"Written to {out}: {', '.join(file.name for file in files)}."):
            terminal.note(line, quiet=quiet)


def given_options(context: typer.Context) -> dict[str, str]:
    """What was typed of a command's options and arguments: name → as it is typed."""
    named = ((parameter.name, parameter.opts[0]) for parameter in context.command.params if parameter.name is not None)
    sources = ((name, flag, context.get_parameter_source(name)) for name, flag in named)
    return {name: flag for name, flag, source in sources if source is not None and source.name == _TYPED}


def show(result: Any, *, as_json: bool, as_csv: bool = False, text: Callable[[], str] | None = None) -> None:
    """Print a result: its summary, or another text; its table as CSV; or all of it as JSON."""
    if as_json:
        terminal.put_json(result.to_dict())
    elif as_csv:
        from openfisca_goodwork.reports.csv_text import csv_of

        terminal.put(csv_of(result.to_dataframe()))
    else:
        terminal.put((text or result.summary)())
