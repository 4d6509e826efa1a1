"""`goodwork sweep`, `goodwork solve`, `goodwork package`: many costings asked at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from openfisca_goodwork.commands.options import examples, given_options, printed, with_options_of_a_costing
from openfisca_goodwork.errors import GoodworkError, quoted

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

OUT = "Write the tables, workbook, picture and records there."


def _write(result: Any, directory: Path) -> tuple[tuple[Path, ...], str]:
    from openfisca_goodwork.reports.questions import write_question

    return write_question(result, directory)


@printed(out=f"{OUT[:-1]}; a sweep that was interrupted goes on.", write=_write)
def sweep(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What varies (YAML).")],
    *,
    out: Path | None,
    progress: Any,
    executor: Any,
) -> Any:
    """Cost every combination of values of parameters, reforms, baselines, behaviours and forecasts."""
    from openfisca_goodwork.questions import run_sweep

    return run_sweep(file, out, executor, progress)


@with_options_of_a_costing
@printed(out=OUT, write=_write)
def solve(
    context: typer.Context,
    asked: dict[str, Any],
    vary: Annotated[str, typer.Option(metavar="PATH@DATE", help="The parameter whose value is looked for.")] = "",
    wanted: Annotated[
        list[str], typer.Option("--for", metavar="YEAR=AMOUNT", help="The effect wanted, £ million; minus is a cost.")
    ] = [],
    revenue_neutral_with: Annotated[
        str, typer.Option(metavar="PATH@DATE", help="Instead: the parameter that pays for the reform.")
    ] = "",
    between: Annotated[
        str, typer.Option(metavar="LOW:HIGH", help="Look between these values; the parameter's own range unless said.")
    ] = "",
    *,
    progress: Any,
    executor: Any,
) -> Any:
    """The value at which a reform costs what is wanted, or that pays for it; in 12 costings at most."""
    from openfisca_goodwork.questions import solve as solved

    _refuse_not_asked(context)
    amounts = dict(_amount(text) for text in wanted)
    given = {name: value for name, value in asked.items() if name not in _NOT_ASKED}
    return solved(
        given.pop("reforms"),
        vary=vary,
        wanted=amounts or None,
        revenue_neutral_with=revenue_neutral_with,
        between=_ends(between) if between else None,
        progress=progress,
        executor=executor,
        **given,
    )


@with_options_of_a_costing
@printed(out=OUT, write=_write)
def package(
    context: typer.Context,
    asked: dict[str, Any],
    *,
    progress: Any,
    executor: Any,
) -> Any:
    """A scorecard of measures in their order (a FILE, or reforms), with what they do to one another."""
    from openfisca_goodwork.questions import package as packaged

    _refuse_not_asked(context, "draws")
    given = {name: value for name, value in asked.items() if name not in {*_NOT_ASKED, "draws"}}
    reforms = given.pop("reforms")
    if len(reforms) != 1 or not reforms[0].endswith(_YAML):
        return packaged(reforms, executor, progress, **given)
    if named := [flag for name, flag in given_options(context).items() if name not in _BESIDE]:
        raise GoodworkError(f"A package's file says all of it. Put {', '.join(named)} into {reforms[0]}.")
    return packaged(Path(reforms[0]), executor, progress)


def _refuse_not_asked(context: typer.Context, *more: str) -> None:
    if given := [flag for name, flag in given_options(context).items() if name in {*_NOT_ASKED, *more}]:
        raise GoodworkError(f"{', '.join(given)}: goodwork cost has it. Leave it out here.")


def _amount(text: str) -> tuple[str, float]:
    years, equals, amount = text.partition("=")
    try:
        return years.strip(), float(amount.replace(",", "").replace("£", ""))
    except ValueError:
        said = f"--for {quoted(text)} is not YEAR=AMOUNT" if equals else f"--for {quoted(text)} has no amount"
        raise GoodworkError(f"{said}. Write £ million: --for 2029-30=-500, minus for a cost.") from None


def _ends(text: str) -> tuple[float, float]:
    try:
        low, high = map(float, text.split(":"))
    except ValueError:
        raise GoodworkError(f"--between {quoted(text)} is not LOW:HIGH. For example: --between 0.1:0.5") from None
    return low, high
