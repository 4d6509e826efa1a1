"""`goodwork reforms`: the library, a reform as a file, and the checker of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from openfisca_goodwork.commands import terminal
from openfisca_goodwork.commands.options import PLUS, AsJson, Quiet, Reforms, examples, group, reforms_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openfisca_goodwork.errors import Fault
    from openfisca_goodwork.policy import CheckReport, Reform

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
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Every reform of the library, folder by folder: name, status, title."""
    from openfisca_goodwork import policy

    groups = policy.library_by_group()
    if as_json:
        terminal.put_json([_entry(one, group) for group, reforms in groups.items() for one in reforms])
        return
    rows = terminal.aligned((one.name, one.status, one.title) for reforms in groups.values() for one in reforms)
    lines = iter(rows.splitlines())
    terminal.put(
        "\n\n".join("\n".join([group, *(f"  {next(lines)}" for _ in reforms)]) for group, reforms in groups.items())
    )


def _entry(one: Reform, group: str) -> dict[str, str]:
    return {"name": one.name, "group": group, "status": one.status, "title": one.title, "summary": one.summary}


@app.command(epilog=examples("goodwork reforms show human-investment-super-deduction"))
@terminal.guarded
def show(
    reform: Reforms,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Print a reform: what it is and every value it sets."""
    from openfisca_goodwork import policy

    found = policy.load(f" {PLUS} ".join(reforms_of(reform)))
    if as_json:
        edits: dict[str, dict[str, Any]] = {path: {} for path in found.edits}
        for path, day, value in found.dated_edits():
            edits[path][day.isoformat()] = _for_json(value, found.straddles.get((path, day)))
        header = {
            name: getattr(found, name) for name in ("name", "title", "summary", "status", "source", "requires", "notes")
        }
        terminal.put_json({**header, "parameters": edits})
    else:
        terminal.put(found.text if found.text and PLUS not in found.name else found.to_yaml())


@app.command(epilog=examples("goodwork reforms schema > reform.schema.json"))
@terminal.guarded
def schema() -> None:
    """The JSON Schema of reform files, for editors that complete and check as you type."""
    from openfisca_goodwork import policy

    terminal.put_json(policy.reform_schema())


@app.command(epilog=examples("goodwork reforms check ./my-reform.yaml", "goodwork reforms check   # the whole library"))
@terminal.guarded
def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="The library where none is given.")] = [],  # noqa: B006
    as_json: AsJson = False,  # noqa: FBT002
    quiet: Quiet = False,  # noqa: FBT002
) -> None:
    """Check reform files. Every fault is shown at once, with its line and how to mend it; warnings stop nothing."""
    from openfisca_goodwork import errors, policy

    reports = policy.check(files or policy.library())
    if as_json:
        terminal.put_json([_report(one) for one in reports])
    faults = [fault for one in reports for fault in one.faults]
    for one in reports:
        if one.warnings:
            terminal.note(errors.fault_report(one.warnings))
        elif one.is_good:
            terminal.note(f"{one.file} is good.", quiet=quiet)
    if faults:
        raise errors.ReformError.from_faults(faults)


def _for_json(value: Any, straddle: str | None) -> Any:
    """A value of a reform: no limit is null, the law beneath is `current_law`; with its straddle where the file says one."""
    value = getattr(value, "value", value)
    shown = None if value == float("inf") else value
    return shown if straddle is None else {"value": shown, "straddle": straddle}


def _report(checked: CheckReport) -> dict[str, Any]:
    faults, warnings = map(_for_programs, (checked.faults, checked.warnings))
    return {"file": checked.file, "good": checked.is_good, "faults": faults, "warnings": warnings}


def _for_programs(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    return [{"line": one.line, "path": one.path, "message": one.message} for one in faults]
