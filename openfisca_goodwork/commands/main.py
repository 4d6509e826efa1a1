"""The `goodwork` command: each command collects its options, calls one function, and prints one result.

What is printed where is `terminal`'s business, what the results say is theirs. Heavy libraries are imported inside the
commands, so that help comes at once.
"""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openfisca_goodwork.commands import checking, doors, lookups, questions, terminal
from openfisca_goodwork.commands.audit import app as audit_group
from openfisca_goodwork.commands.kept import app as cache_group
from openfisca_goodwork.commands.options import (
    AsCsv,
    AsJson,
    Quiet,
    Scheduler,
    Workers,
    examples,
    given_options,
    group,
    reforms_of,
    refuse_out,
    show,
    with_options_of_a_costing,
)
from openfisca_goodwork.commands.population import app as population_group
from openfisca_goodwork.commands.population import population_to_begin_with
from openfisca_goodwork.commands.reforms import app as reforms_group
from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.errors import GoodworkError, fault_report
from openfisca_goodwork.version import model_version

if TYPE_CHECKING:
    from openfisca_goodwork.costing import CostingResult

_BESIDE_A_RECORD = ("record", "out", "as_json", "quiet")
_DIFFERS = 3
app = group(
    "Corporation tax of UK companies: cost a reform over all of them, calculate one company, compare two sets of law.",
    no_args_is_help=True,
)
app.add_typer(reforms_group, name="reforms")
app.add_typer(population_group, name="population")
app.add_typer(audit_group, name="audit")
app.add_typer(cache_group, name="cache")
app.command(epilog=lookups.RATES)(lookups.rates)
app.command(epilog=checking.MONITOR)(checking.monitor)
app.command(epilog=lookups.PARAMETERS)(lookups.parameters)
app.command(epilog=lookups.CITE)(lookups.cite)
app.command(epilog=doors.SERVE)(doors.serve)
app.command(epilog=doors.MCP)(doors.mcp)


@app.callback(invoke_without_command=True)
def start(
    version: Annotated[bool, typer.Option("--version", is_eager=True, help="Print the version and leave.")] = False,
) -> None:
    """Set up the streams; print the version if that is all that is asked."""
    terminal.speak_utf8()
    if version:
        terminal.put(f"goodwork {model_version()}")
        raise typer.Exit


@app.command(
    epilog=examples(
        "goodwork cost human-investment-super-deduction",
        "goodwork cost ./my-reform.yaml --years 2027-28:2031-32 --behaviour high",
        "goodwork cost human-investment-super-deduction --json > result.json",
        "goodwork cost human-investment-super-deduction --out results",
        "goodwork cost --set corporation_tax.main_rate@2027-04-01=0.26",
        "goodwork cost full-expensing-2023 --baseline law-before-spring-budget-2023 --forecast 2023-03",
        "goodwork cost human-investment-super-deduction --companies companies.parquet --disclosure",
        "goodwork cost human-investment-super-deduction --records records",
        "goodwork cost human-investment-super-deduction --population full --workers 2 --plan",
        "goodwork cost --record results/run-record.json",
    )
)
@with_options_of_a_costing
@terminal.guarded
def cost(
    context: typer.Context,
    asked: dict[str, Any],
    record: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Instead: cost again what a run record says, and compare.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write the note, workbook, charts, table and run record there.")
    ] = None,
    records: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write what each record pays and gains there, as Parquet.")
    ] = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    plan: Annotated[bool, typer.Option("--plan", help="Instead: how much work it is, and in what memory.")] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """What a reform would cost the Exchequer, year by year. Plus improves the public finances, minus is a cost."""
    with terminal.starting():
        from openfisca_goodwork import costing
        from openfisca_goodwork.costing.executor import opened

    refuse_out(out)
    if record is not None:
        _cost_again(context, record, out, as_json=as_json, quiet=quiet)
    with opened(workers, scheduler) as executor, terminal.progress(quiet=quiet) as progress:
        if plan:
            show(costing.plan_of(CostingRequest(**asked, executor=executor)), as_json=as_json)
            return
        result = costing.cost(asked.pop("reforms"), **asked, progress=progress, executor=executor, records=records)
    if result.warnings:
        terminal.note(fault_report(result.warnings), quiet=quiet)
    show(result, as_json=as_json)
    _write(result, out, quiet=quiet)


def _cost_again(context: typer.Context, record: Path, out: Path | None, *, as_json: bool, quiet: bool) -> None:
    """Make the costing of a record again, print it, and leave; with another exit code where it is not that of the record."""
    from openfisca_goodwork.costing.record import cost_again

    if given := [flag for name, flag in given_options(context).items() if name not in _BESIDE_A_RECORD]:
        raise GoodworkError(
            f"A record says all of a costing but where to write it. Leave out {', '.join(given)}, or --record."
        )
    with terminal.progress(quiet=quiet) as progress:
        repeated = cost_again(record, progress)
    show(repeated, as_json=as_json)
    _write(repeated.result, out, quiet=quiet)
    raise typer.Exit(0 if repeated.is_same and not repeated.files else _DIFFERS)


def _write(result: CostingResult, directory: Path | None, *, quiet: bool) -> None:
    if directory is None:
        return
    from openfisca_goodwork.reports.costing_files import write_costing

    written = write_costing(result, directory)
    for line in (*written.left_out, f"Written to {directory}: {', '.join(file.name for file in written.files)}."):
        terminal.note(line, quiet=quiet)


app.command(epilog=questions.SWEEP_EXAMPLES)(questions.sweep)
app.command(epilog=questions.SOLVE_EXAMPLES)(questions.solve)
app.command(epilog=questions.PACKAGE_EXAMPLES)(questions.package)


@app.command(
    epilog=examples(
        "goodwork calculate examples/small-company.yaml",
        "goodwork calculate examples/small-company.yaml --reform human-investment-super-deduction",
        "goodwork calculate examples/small-company.yaml --working",
        "goodwork calculate examples/small-company.yaml --advise",
        "goodwork calculate examples/small-company.yaml --json > company.json",
        "goodwork calculate companies.csv --reform human-investment-super-deduction --csv > taxes.csv",
        "goodwork calculate examples/small-company.yaml --xlsx company.xlsx",
        "goodwork calculate examples/small-company.yaml --schedules",
        "goodwork calculate examples/small-company.yaml --papers papers.docx --next-year next-year.yaml",
        "goodwork calculate --template my-companies.csv",
    )
)
@terminal.guarded
def calculate(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="Company files (YAML), or tables of many (CSV, Excel).")
    ] = [],
    reform: Annotated[list[str], typer.Option("--reform", metavar="REFORM", help="Beside current law.")] = [],
    working: Annotated[bool, typer.Option("--working", help="Every step, with the law it rests on.")] = False,
    advise: Annotated[bool, typer.Option("--advise", help="Which claims pay the least tax.")] = False,
    schedules: Annotated[bool, typer.Option("--schedules", help="Schedules, with boxes of the tax return.")] = False,
    xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a workbook.")] = None,
    papers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write papers to file: .docx, or .html to print.")
    ] = None,
    next_year: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the next period's company file.")] = None,
    template: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Instead: write a .csv or .yaml to fill in, or the .json schema.")
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
) -> None:
    """One company's tax, or that of many, under current law and under a reform."""
    with terminal.starting():
        from openfisca_goodwork.commands.calculating import Asked, answer, write_template

    if template is not None:
        terminal.note(write_template(template, files), quiet=quiet)
        return
    asked = Asked(working, xlsx, as_csv, as_json, advise, schedules, papers, next_year)
    terminal.tell(*answer(files, reforms_of(reform), asked), *asked.files, as_json=as_json, quiet=quiet)


@app.command(
    epilog=examples(
        "goodwork compare law human-investment-super-deduction",
        "goodwork compare law@2022-04-01 law --on 2023-04-01",
        "goodwork compare law ./my-reform.yaml --from 2027-04-01 --to 2028-03-31 --csv > differences.csv",
        "goodwork compare law law --set corporation_tax.main_rate@2027-04-01=0.26 --touches",
        "goodwork compare law human-investment-super-deduction --xlsx differences.xlsx",
        "goodwork compare --history corporation_tax.main_rate",
        "goodwork compare --history human_investment.additional_deduction human-investment-super-deduction",
    )
)
@terminal.guarded
def compare(
    sides: Annotated[
        list[str],
        typer.Argument(
            metavar="A B",
            help="Each: law; law@2023-04-01, the law as it stood on that day, held as if nothing had been changed since; "
            "a reform's name or file, a name also as NAME@2028-04-01; 'a + b'.",
        ),
    ] = [],
    on: Annotated[str | None, typer.Option(metavar="DATE", help="Only what differs on this day.")] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Only what differs on or after this day.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Only what differs on or before this day.")] = None,
    history: Annotated[
        str | None, typer.Option(metavar="PATH", help="Instead: every value of a parameter or group, beside a law if given.")
    ] = None,
    touches: Annotated[bool, typer.Option("--touches", help="Also the variables that the differences touch.")] = False,
    baseline: Annotated[list[str], typer.Option(metavar="REFORM", help="Applied to current law before A and B.")] = [],
    settings: Annotated[list[str], typer.Option("--set", metavar="PATH@DATE=VALUE", help="Change a parameter of B.")] = [],
    settings_a: Annotated[list[str], typer.Option("--set-a", metavar="PATH@DATE=VALUE", help="Change one of A.")] = [],
    xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a workbook.")] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
) -> None:
    """Every parameter that differs between two sets of law, with the sources of both."""
    with terminal.starting():
        from openfisca_goodwork.commands.comparing import Asked, answer

    asked = Asked(sides, on, start, end, history, touches, reforms_of(baseline), settings, settings_a, xlsx, as_csv, as_json)
    terminal.tell(*answer(asked), xlsx, as_json=as_json, quiet=quiet)


app.command(epilog=checking.VALIDATE)(checking.validate)


@app.command("app", epilog=examples("goodwork app", "goodwork app --port 8600 --headless", "goodwork app --prepare"))
@terminal.guarded
def serve_app(
    port: Annotated[int | None, typer.Option(metavar="PORT", help="Of this machine; Streamlit's own unless said.")] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Serve only; open no browser.")] = False,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="This machine alone, unless said.")] = doors.LOCAL,
    prepare: Annotated[
        bool, typer.Option("--prepare", help="Build the table of companies first, if it is not kept: up to 3 minutes.")
    ] = False,
) -> None:
    """The web app, served until interrupted."""
    from openfisca_goodwork.screens.launch import launch

    launch(port, headless=headless, host=host, prepare=population_to_begin_with if prepare else None)


def main() -> None:
    """Run the command that the process was started with; where its output cannot be written, say so."""
    with terminal.written_output():
        try:
            app(prog_name="goodwork")
        finally:
            gc.freeze()  # the process ends: the collector need not look through what it has, which takes a sixth of the time


if __name__ == "__main__":
    main()
