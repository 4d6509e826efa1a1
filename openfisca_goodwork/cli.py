"""The `goodwork` command: each command collects its options, calls one function, and prints one result.

What is printed where is `terminal`'s business, what the results say is theirs. Heavy libraries are imported inside the
commands, so that help comes at once.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openfisca_goodwork import terminal
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.version import model_version

if TYPE_CHECKING:
    from openfisca_goodwork.policy import CheckReport
    from openfisca_goodwork.population import Population

PLUS = "+"
MANY = ".csv"
YEARS = "2026-27:2031-32"


class Behaviour(StrEnum):
    """How strongly companies respond to the price of training."""

    NONE = "none"
    LOW = "low"
    CENTRAL = "central"
    HIGH = "high"


def _examples(*lines: str) -> str:
    """The end of a command's help; the mark keeps each example on its own line."""
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])


def _group(text: str, *, no_args_is_help: bool) -> typer.Typer:
    return typer.Typer(
        help=text,
        no_args_is_help=no_args_is_help,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )


app = _group(
    "Corporation tax of UK companies: cost a reform over all of them, calculate one company, compare two sets of law.",
    no_args_is_help=True,
)
reforms_app = _group("The reforms of the package, and the checker of files.", no_args_is_help=False)
population_app = _group("The table of companies: build it, see its fit, export it.", no_args_is_help=True)
app.add_typer(reforms_app, name="reforms")
app.add_typer(population_app, name="population")

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Nothing on standard error but mistakes.")]
ReformsToCost = Annotated[list[str], typer.Argument(metavar="REFORM", help="Names, files, or 'a + b'.", show_default=False)]
Settings = Annotated[
    list[str],
    typer.Option("--set", metavar="PATH@DATE=VALUE", help="Change a parameter or an assumption.", show_default=False),
]


@app.callback(invoke_without_command=True)
def start(
    version: Annotated[bool, typer.Option("--version", is_eager=True, help="Print the version and leave.")] = False,  # noqa: FBT002
) -> None:
    """Set up the streams; print the version if that is all that is asked."""
    terminal.speak_utf8()
    if version:
        terminal.put(f"goodwork {model_version()}")
        raise typer.Exit


@app.command(
    epilog=_examples(
        "goodwork cost human-investment-super-deduction",
        "goodwork cost ./my-reform.yaml --years 2027-28:2031-32 --behaviour high",
        "goodwork cost human-investment-super-deduction --json > result.json",
        "goodwork cost human-investment-super-deduction --out results",
    )
)
@terminal.guarded
def cost(
    reforms: ReformsToCost,
    baseline: Annotated[
        list[str], typer.Option(metavar="REFORM", help="Laid upon current law before comparing.", show_default=False)
    ] = [],  # noqa: B006
    years: Annotated[str, typer.Option(metavar="FIRST:LAST", help="Financial years.")] = YEARS,
    behaviour: Annotated[Behaviour, typer.Option(help="How strongly training responds to its price.")] = Behaviour.CENTRAL,
    settings: Settings = [],  # noqa: B006
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write the tables and the run record there.")] = None,
    as_json: AsJson = False,  # noqa: FBT002
    quiet: Quiet = False,  # noqa: FBT002
) -> None:
    """What a reform would cost the Exchequer, year by year. Plus improves the public finances, minus is a cost."""
    from openfisca_goodwork import costing

    with terminal.progress(quiet=quiet) as progress:
        result = costing.cost(
            _reforms(reforms),
            baseline=_reforms(baseline),
            years=years,
            behaviour=behaviour.value,
            settings=settings,
            progress=progress,
        )
    _show(result, as_json=as_json)
    if out is not None:
        from openfisca_goodwork import reports

        written = reports.write_costing(result, out)
        for line in (*written.left_out, f"Written to {out}: {', '.join(file.name for file in written.files)}."):
            terminal.note(line, quiet=quiet)


@app.command(
    epilog=_examples(
        "goodwork calculate examples/small-company.yaml",
        "goodwork calculate examples/small-company.yaml --reform human-investment-super-deduction",
        "goodwork calculate examples/small-company.yaml --working",
        "goodwork calculate examples/small-company.yaml --json > company.json",
        "goodwork calculate companies.csv --reform human-investment-super-deduction",
    )
)
@terminal.guarded
def calculate(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="Company files (YAML), or tables of many (CSV).", show_default=False)
    ],
    reform: Annotated[
        list[str], typer.Option("--reform", metavar="REFORM", help="Beside current law.", show_default=False)
    ] = [],  # noqa: B006
    working: Annotated[bool, typer.Option("--working", help="Every step, with the law it rests on.")] = False,  # noqa: FBT002
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """One company's tax, under current law and under a reform."""
    results = [_calculated(file, _reforms(reform), working=working) for file in files]
    if as_json:
        told = [result.to_dict(**({"working": True} if working else {})) for result in results]
        terminal.put_json(told[0] if len(told) == 1 else told)
        return
    texts = [text for result in results for text in (result.summary(), *([result.working_in_words()] if working else []))]
    terminal.put("\n\n".join(texts))


def _calculated(file: Path, reforms: list[str], *, working: bool) -> Any:
    """The result of a company file, or of a table of many companies."""
    if file.suffix.lower() != MANY:
        from openfisca_goodwork import company

        return company.calculate(file, reforms)
    if working:
        raise GoodworkError(f"{file} is a table of companies, and the working is of one. Write its file in YAML.")
    from openfisca_goodwork.company import many

    return many.calculate_many(file, reforms)


@app.command(
    epilog=_examples(
        "goodwork compare law human-investment-super-deduction",
        "goodwork compare law@2022-04-01 law --on 2023-04-01",
        "goodwork compare law ./my-reform.yaml --from 2027-04-01 --to 2028-03-31 --csv > differences.csv",
    )
)
@terminal.guarded
def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="law, law@2023-04-01, a reform's name or file.", show_default=False)],
    b: Annotated[str, typer.Argument(metavar="B", help="The other, in the same ways.", show_default=False)],
    on: Annotated[str | None, typer.Option(metavar="DATE", help="Only what differs on this day.")] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Only what differs on or after this day.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Only what differs on or before this day.")] = None,
    as_json: AsJson = False,  # noqa: FBT002
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the differences as CSV.")] = False,  # noqa: FBT002
    quiet: Quiet = False,  # noqa: FBT002
) -> None:
    """Every parameter that differs between two sets of law."""
    from openfisca_goodwork import policy

    if as_json and as_csv:
        raise GoodworkError("Ask for --json or for --csv, not for both.")
    comparison = policy.compare(a, b, on=on, start=start, end=end)
    for override in comparison.overrides:
        terminal.note(f"{override.later} replaces {override.path} of {override.earlier} from {override.date}.", quiet=quiet)
    if as_csv:
        terminal.put(comparison.to_dataframe().to_csv(index=False, lineterminator="\n"))
    else:
        _show(comparison, as_json=as_json)


@reforms_app.callback(
    invoke_without_command=True,
    epilog=_examples(
        "goodwork reforms",
        "goodwork reforms show human-investment-super-deduction",
        "goodwork reforms check ./my-reform.yaml",
    ),
)
def reforms(context: typer.Context) -> None:
    """List the library where no more is asked for."""
    if context.invoked_subcommand is None:
        list_reforms()


@reforms_app.command("list", epilog=_examples("goodwork reforms list", "goodwork reforms list --json"))
@terminal.guarded
def list_reforms(
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Every reform of the library: name, status, title."""
    from openfisca_goodwork import policy

    library = [(path, policy.load(path)) for path in policy.library().values()]
    if as_json:
        terminal.put_json(
            [
                {
                    "name": one.name,
                    "group": path.parent.name,
                    "status": one.status,
                    "title": one.title,
                    "summary": one.summary,
                }
                for path, one in library
            ]
        )
    else:
        terminal.put(terminal.aligned((one.name, one.status, one.title) for _, one in library))


@reforms_app.command(epilog=_examples("goodwork reforms show human-investment-super-deduction"))
@terminal.guarded
def show(
    reform: Annotated[list[str], typer.Argument(metavar="REFORM", help="A name, a file, or 'a + b'.", show_default=False)],
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Print a reform: what it is and every value it sets."""
    from openfisca_goodwork import policy

    found = policy.load(f" {PLUS} ".join(_reforms(reform)))
    if as_json:
        edits = {path: {day.isoformat(): _for_json(value) for day, value in dated} for path, dated in found.edits.items()}
        header = {
            name: getattr(found, name) for name in ("name", "title", "summary", "status", "source", "requires", "notes")
        }
        terminal.put_json({**header, "parameters": edits})
    else:
        terminal.put(found.to_yaml() if PLUS in found.name else found.text)


@reforms_app.command(
    epilog=_examples("goodwork reforms check ./my-reform.yaml", "goodwork reforms check   # the whole library")
)
@terminal.guarded
def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="The library where none is given.")] = [],  # noqa: B006
    as_json: AsJson = False,  # noqa: FBT002
    quiet: Quiet = False,  # noqa: FBT002
) -> None:
    """Check reform files. Every fault is shown at once, with its line and how to mend it."""
    from openfisca_goodwork import errors, policy

    reports = policy.check(files or policy.library())
    if as_json:
        terminal.put_json([_report(one) for one in reports])
    faults = [fault for one in reports for fault in one.faults]
    for one in reports:
        if one.is_good:
            terminal.note(f"{one.file} is good.", quiet=quiet)
    if faults:
        raise errors.ReformError.from_faults(faults)


@population_app.command(epilog=_examples("goodwork population build"))
@terminal.guarded
def build(
    quiet: Quiet = False,  # noqa: FBT002
) -> None:
    """Build the table of companies and keep it."""
    people = _population(quiet=quiet)
    terminal.put(
        f"{len(people.frame):,} records stand for {people.companies:,.0f} companies; fingerprint {people.fingerprint}"
    )


@population_app.command(epilog=_examples("goodwork population report", "goodwork population report --csv > fit.csv"))
@terminal.guarded
def report(
    as_json: AsJson = False,  # noqa: FBT002
    as_csv: Annotated[bool, typer.Option("--csv", help="Print every target as CSV.")] = False,  # noqa: FBT002
    quiet: Quiet = False,  # noqa: FBT002
) -> None:
    """Official figures beside the model's, fitted and held out."""
    from openfisca_goodwork import population

    if as_json and as_csv:
        raise GoodworkError("Ask for --json or for --csv, not for both.")
    fit = population.report(_population(quiet=quiet))
    if as_csv:
        terminal.put(fit.to_dataframe().to_csv(index=False, lineterminator="\n"))
    else:
        _show(fit, as_json=as_json)


@population_app.command(
    epilog=_examples(
        "goodwork population export companies.parquet --year 2023-24 --variable corporation_tax",
        "goodwork population export companies.csv --year 2027-28 --variable turnover --variable external_course_fees",
    )
)
@terminal.guarded
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Ends in .parquet or .csv.", show_default=False)],
    year: Annotated[str, typer.Option(metavar="YEAR", help="Accounting periods that end in it.", show_default=False)],
    variable: Annotated[
        list[str], typer.Option(metavar="NAME", help="An input or an output of the law.", show_default=False)
    ] = [],  # noqa: B006
    quiet: Quiet = False,  # noqa: FBT002
) -> None:
    """Write the table of companies to a file."""
    from openfisca_goodwork import population
    from openfisca_goodwork.errors import PeriodError
    from openfisca_goodwork.periods import parse_financial_years

    years = parse_financial_years(year)
    if len(years) > 1:
        raise PeriodError("A table holds the accounting periods that end in one financial year: --year 2023-24.")
    population.export(_population(quiet=quiet), file, years[0], variable)
    terminal.note(f"Written to {file}.", quiet=quiet)


@app.command("app", epilog=_examples("goodwork app", "goodwork app --port 8600 --headless"))
@terminal.guarded
def serve_app(
    port: Annotated[int | None, typer.Option(metavar="PORT", help="Of this machine; Streamlit's own unless said.")] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Serve only; open no browser.")] = False,  # noqa: FBT002
) -> None:
    """The web app, served to this machine until interrupted."""
    from openfisca_goodwork.screens.launch import launch

    launch(port, headless=headless)


def _population(*, quiet: bool) -> Population:
    from openfisca_goodwork import population

    with terminal.progress(quiet=quiet) as progress:
        return population.load("default", progress=progress)


def _reforms(given: list[str]) -> list[str]:
    """The reforms of a command line, where an unquoted `a + b` comes as three words."""
    return [one for one in given if one != PLUS]


def _show(result: Any, *, as_json: bool) -> None:
    """Print a result: its summary, or the same as JSON."""
    if as_json:
        terminal.put_json(result.to_dict())
    else:
        terminal.put(result.summary())


def _for_json(value: Any) -> Any:
    """A value of a reform: no limit is null, and the law beneath is `current_law`."""
    value = getattr(value, "value", value)
    return None if value == float("inf") else value


def _report(checked: CheckReport) -> dict[str, Any]:
    faults = [{"line": one.line, "path": one.path, "message": one.message} for one in checked.faults]
    return {"file": checked.file, "good": checked.is_good, "faults": faults}


def main() -> None:
    """Run the command that the process was started with."""
    app(prog_name="goodwork")


if __name__ == "__main__":
    main()
