"""`goodwork reforms`: the library, a reform as a file, and the checker of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from openfisca_goodwork.commands import terminal
from openfisca_goodwork.commands.options import PLUS, AsJson, Quiet, Reforms, examples, group, reforms_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openfisca_goodwork.errors import Fault
    from openfisca_goodwork.policy import Reform

app = group("The reforms of the package, and the checker of files.", no_args_is_help=False)


@app.callback(
    invoke_without_command=True,
    epilog=examples(
        "goodwork reforms",
        "goodwork reforms show human-investment-super-deduction",
        "goodwork reforms check ./my-reform.yaml",
    ),
)
def reforms(context: typer.Context) -> None:
    """List the library where no more is asked for."""
    if context.invoked_subcommand is None:
        listreforms_of()


@app.command("list", epilog=examples("goodwork reforms list", "goodwork reforms list --json"))
@terminal.guarded
def listreforms_of(
    as_json: AsJson = False,
) -> None:
    """Every reform of the library, folder by folder: name, status, title."""
    from openfisca_goodwork import policy

    groups = policy.library_by_group()
    if as_json:
        terminal.put_json([_entry(reform, group) for group, reforms in groups.items() for reform in reforms])
        return
    rows = terminal.aligned((reform.name, reform.status, reform.title) for reforms in groups.values() for reform in reforms)
    lines = iter(rows.splitlines())
    terminal.put(
        "\n\n".join("\n".join([group, *(f"  {next(lines)}" for _ in reforms)]) for group, reforms in groups.items())
    )


def _entry(reform: Reform, group: str) -> dict[str, str]:
    return {"name": reform.name, "group": group, "status": reform.status, "title": reform.title, "summary": reform.summary}


@app.command(epilog=examples("goodwork reforms show human-investment-super-deduction"))
@terminal.guarded
def show(
    reform: Reforms,
    as_json: AsJson = False,
) -> None:
    """Print a reform: what it is and every value it sets."""
    from openfisca_goodwork import policy

    loaded = policy.load(f" {PLUS} ".join(reforms_of(reform)))
    if as_json:
        edits: dict[str, dict[str, Any]] = {path: {} for path in loaded.edits}
        for path, day, value in loaded.dated_edits():
            edits[path][day.isoformat()] = _for_json(value, loaded.straddles.get((path, day)))
        header = {
            name: getattr(loaded, name) for name in ("name", "title", "summary", "status", "source", "requires", "notes")
        }
        terminal.put_json({**header, "parameters": edits})
    else:
        terminal.put(loaded.text if loaded.text and PLUS not in loaded.name else loaded.to_yaml())


@app.command(epilog=examples("goodwork reforms schema > reform.schema.json"))
@terminal.guarded
def schema() -> None:
    """The JSON Schema of reform files, for editors that complete and check as you type."""
    from openfisca_goodwork import policy

    terminal.put_json(policy.reform_schema())


@app.command(epilog=examples("goodwork reforms check ./my-reform.yaml", "goodwork reforms check   # the whole library"))
@terminal.guarded
def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="The library where none is given.")] = [],
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Check reform files. Every fault is shown at once, with its line and how to mend it; warnings stop nothing."""
    from openfisca_goodwork import errors, policy

    reports = policy.check(files or policy.library())
    if as_json:
        terminal.put_json(
            [
                {"file": report.file, "good": report.is_good}
                | {"faults": _for_programs(report.faults), "warnings": _for_programs(report.warnings)}
                for report in reports
            ]
        )
    faults = [fault for report in reports for fault in report.faults]
    for report in reports:
        if report.warnings:
            terminal.note(errors.fault_report(report.warnings))
        elif report.is_good:
            terminal.note(f"{report.file} is good.", quiet=quiet)
    if faults:
        raise errors.ReformError.from_faults(faults)


def _for_json(value: Any, straddle: str | None) -> Any:
    """A value of a reform: no limit is null, the law beneath is `current_law`; with its straddle where the file says one."""
    value = getattr(value, "value", value)
    shown = None if value == float("inf") else value
    return shown if straddle is None else {"value": shown, "straddle": straddle}


def _for_programs(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    return [{"line": fault.line, "path": fault.path, "message": fault.message} for fault in faults]
