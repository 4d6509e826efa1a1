"""`goodwork sweep`, `goodwork solve`, `goodwork package`: many costings asked at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openfisca_goodwork.commands import terminal
from openfisca_goodwork.commands.options import (
    AsCsv,
    AsJson,
    Quiet,
    Scheduler,
    Workers,
    examples,
    given_options,
    reforms_of,
    refuse_files,
    show,
    with_options_of_a_costing,
    write_files,
)
from openfisca_goodwork.errors import GoodworkError, quoted

if TYPE_CHECKING:
    from openfisca_goodwork.questions import PackageResult, SolveResult, SweepResult

_YAML = (".yaml", ".yml")
_NOT_ASKED = ("year_of_gains", "appraise")
_BESIDE = ("reforms", "out", "workers", "scheduler", "as_json", "as_csv", "quiet", "draws")

SWEEP_EXAMPLES = examples(
    "goodwork sweep examples/sweep.yaml",
    "goodwork sweep examples/sweep.yaml --out sweep",
    "goodwork sweep examples/sweep.yaml --csv > sweep.csv",
)
SOLVE_EXAMPLES = examples(
    "goodwork solve human-investment-super-deduction --vary human_investment.additional_deduction@2027-04-01 "
    "--for 2029-30=-500",
    "goodwork solve human-investment-super-deduction --revenue-neutral-with corporation_tax.main_rate@2027-04-01 --draws 0",
)
PACKAGE_EXAMPLES = examples(
    "goodwork package examples/package.yaml",
    "goodwork package human-investment-super-deduction no-full-expensing --years 2027-28:2031-32",
    "goodwork package examples/package.yaml --out package",
)

Out = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Write the tables, workbook, picture and records there.", show_default=False),
]


@terminal.guarded
def sweep(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What varies (YAML).", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write the tables, workbook, picture and records there; a sweep that was interrupted goes on.",
            show_default=False,
        ),
    ] = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    as_json: AsJson = False,  # noqa: FBT002
    as_csv: AsCsv = False,  # noqa: FBT002
    quiet: Quiet = False,  # noqa: FBT002
) -> None:
    """Cost every combination of values of parameters, reforms, baselines, behaviours and forecasts."""
    from openfisca_goodwork.costing.executor import opened
    from openfisca_goodwork.questions import run_sweep

    refuse_files(as_json=as_json, as_csv=as_csv, out=out)
    with opened(workers, scheduler) as executor, terminal.progress(quiet=quiet) as progress:
        result = run_sweep(file, out, executor, progress)
    _put(result, out, as_json=as_json, as_csv=as_csv, quiet=quiet)


@with_options_of_a_costing
@terminal.guarded
def solve(  # noqa: PLR0913, PLR0917 — the options of the command
    context: typer.Context,
    asked: dict[str, Any],
    vary: Annotated[str, typer.Option(metavar="PATH@DATE", help="The parameter whose value is looked for.")] = "",
    wanted: Annotated[
        list[str],
        typer.Option(
            "--for", metavar="YEAR=AMOUNT", help="The effect wanted, £ million; minus is a cost.", show_default=False
        ),
    ] = [],  # noqa: B006
    revenue_neutral_with: Annotated[
        str, typer.Option(metavar="PATH@DATE", help="Instead: the parameter that pays for the reform.")
    ] = "",
    between: Annotated[
        str, typer.Option(metavar="LOW:HIGH", help="Look between these values; the parameter's own range unless said.")
    ] = "",
    out: Out = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    as_json: AsJson = False,  # noqa: FBT002
    as_csv: AsCsv = False,  # noqa: FBT002
    quiet: Quiet = False,  # noqa: FBT002
) -> None:
    """The value at which a reform costs what is wanted, or that pays for it; in 12 costings at most."""
    from openfisca_goodwork.costing.executor import opened
    from openfisca_goodwork.questions import solve as solved

    refuse_files(as_json=as_json, as_csv=as_csv, out=out)
    _refuse_not_asked(context)
    amounts = dict(_amount(text) for text in wanted)
    given = {name: value for name, value in asked.items() if name not in _NOT_ASKED}
    with opened(workers, scheduler) as executor, terminal.progress(quiet=quiet) as progress:
        result = solved(
            given.pop("reforms"),
            vary=vary,
            wanted=amounts or None,
            revenue_neutral_with=revenue_neutral_with,
            between=_ends(between) if between else None,
            progress=progress,
            executor=executor,
            **given,
        )
    _put(result, out, as_json=as_json, as_csv=as_csv, quiet=quiet)


@with_options_of_a_costing
@terminal.guarded
def package(
    context: typer.Context,
    asked: dict[str, Any],
    out: Out = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    as_json: AsJson = False,  # noqa: FBT002
    as_csv: AsCsv = False,  # noqa: FBT002
    quiet: Quiet = False,  # noqa: FBT002
) -> None:
    """A scorecard of measures in their order (a FILE, or reforms), with what they do to one another."""
    from openfisca_goodwork.costing.executor import opened
    from openfisca_goodwork.questions import package as packaged

    refuse_files(as_json=as_json, as_csv=as_csv, out=out)
    _refuse_not_asked(context, "draws")
    given = {name: value for name, value in asked.items() if name not in {*_NOT_ASKED, "draws"}}
    reforms = reforms_of(given.pop("reforms"))
    with opened(workers, scheduler) as executor, terminal.progress(quiet=quiet) as progress:
        if _is_package(reforms):
            if named := given_options(context, beside=_BESIDE):
                raise GoodworkError(f"A package's file says all of it. Put {', '.join(named)} into {reforms[0]}.")
            result = packaged(Path(reforms[0]), executor, progress)
        else:
            result = packaged(reforms, executor, progress, **given)
    _put(result, out, as_json=as_json, as_csv=as_csv, quiet=quiet)


def _is_package(given: list[str]) -> bool:
    """Whether what was named is one file of a package, and no reform."""
    return len(given) == 1 and given[0].endswith(_YAML)


def _refuse_not_asked(context: typer.Context, *more: str) -> None:
    """Refuse options of a costing that these questions do not have. Raises GoodworkError."""
    names = {*_NOT_ASKED, *more}
    beside = [
        parameter.name for parameter in context.command.params if parameter.name is not None and parameter.name not in names
    ]
    if given := given_options(context, beside=beside):
        raise GoodworkError(f"{', '.join(given)}: goodwork cost has it. Leave it out here.")


def _amount(text: str) -> tuple[str, float]:
    """The years and the amount of YEAR=AMOUNT. Raises GoodworkError."""
    years, equals, amount = text.partition("=")
    try:
        return years.strip(), float(amount.replace(",", "").replace("£", ""))
    except ValueError:
        said = f"--for {quoted(text)} is not YEAR=AMOUNT" if equals else f"--for {quoted(text)} has no amount"
        raise GoodworkError(f"{said}. Write £ million: --for 2029-30=-500, minus for a cost.") from None


def _ends(text: str) -> tuple[float, float]:
    """The values of LOW:HIGH. Raises GoodworkError."""
    try:
        low, high = map(float, text.split(":"))
    except ValueError:
        raise GoodworkError(f"--between {quoted(text)} is not LOW:HIGH. For example: --between 0.1:0.5") from None
    return low, high


def _put(
    result: SweepResult | SolveResult | PackageResult, out: Path | None, *, as_json: bool, as_csv: bool, quiet: bool
) -> None:
    """Print a result, and write its files where a directory is given."""
    show(result, as_json=as_json, as_csv=as_csv)
    if out is not None:
        from openfisca_goodwork.reports.questions import write_question

        write_files(result, out=out, write=write_question, quiet=quiet)
