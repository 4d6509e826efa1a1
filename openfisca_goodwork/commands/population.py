"""`goodwork population`: the table of companies, built, described, and written to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openfisca_goodwork.commands import terminal
from openfisca_goodwork.commands.options import Quiet, Worded, examples, group, printed

if TYPE_CHECKING:
    from openfisca_goodwork.population import Population

Which = Annotated[
    str,
    typer.Option("--population", metavar="NAME", help="default (a weighted sample) or full (every company, one by one)."),
]

Forecast = Annotated[
    str, typer.Option(metavar="latest|YYYY-MM", help="The OBR forecast that tax and growth follow, by its month.")
]

_CHARGE = "corporation_tax"
_NOT_TO_BE_ADDED_UP = (
    "corporation_tax is each company's own charge and adds up to more than is paid. Add up net_corporation_tax, in which a "
    "loss that a group uses is a negative of the company that gives it."
)

app = group("The table of companies: build it, see its fit, export it.", no_args_is_help=True)


@app.command(epilog=examples("goodwork population build", "goodwork population build --population full"))
@terminal.guarded
def build(
    which: Which = "default",
    forecast: Forecast = "latest",
    quiet: Quiet = False,
) -> None:
    """Build the table of companies and keep it."""
    people = _population(which, forecast, quiet=quiet)
    terminal.put(f"{people.records:,} records stand for {people.companies:,.0f} companies; fingerprint {people.fingerprint}")


@app.command(
    epilog=examples(
        "goodwork population report",
        "goodwork population report --summary --forecast 2021-03",
        "goodwork population report --csv > fit.csv",
        "goodwork population report --xlsx fit.xlsx --out fit",
    )
)
@printed(xlsx=True, out="Write the table and a picture a block there.")
def report(
    summary: Annotated[bool, typer.Option("--summary", help="Only the errors block by block.")] = False,
    which: Which = "default",
    forecast: Forecast = "latest",
    *,
    quiet: bool,
) -> Any:
    """Every official figure beside the model's, fitted and held out; then the errors block by block."""
    from openfisca_goodwork import population
    from openfisca_goodwork.reports import text
    from openfisca_goodwork.reports.population import listing_of

    fit = population.report(_population(which, forecast, quiet=quiet))
    return fit if summary else Worded(fit, lambda: text.render(listing_of(fit)))


@app.command(
    epilog=examples(
        "goodwork population export companies.parquet --year 2023-24 --variable corporation_tax",
        "goodwork population export companies.csv --year 2027-28 --variable turnover --variable external_course_fees",
        "goodwork population export --companies companies.parquet",
    )
)
@terminal.guarded
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Ends in .parquet or .csv.")],
    year: Annotated[
        str | None, typer.Option(metavar="YEAR", help="Financial year in which the accounting periods end, as 2023-24.")
    ] = None,
    variable: Annotated[list[str], typer.Option(metavar="NAME", help="An input or an output of the law.")] = [],
    companies: Annotated[
        bool, typer.Option("--companies", help="Every accounting period and input, as goodwork cost --companies reads them.")
    ] = False,
    which: Which = "default",
    forecast: Forecast = "latest",
    quiet: Quiet = False,
) -> None:
    """Write the table of companies to a file."""
    from openfisca_goodwork import population
    from openfisca_goodwork.errors import GoodworkError, PeriodError, refuse_long_name
    from openfisca_goodwork.law.periods import parse_financial_years

    refuse_long_name(file)
    if companies:
        if year is not None or variable:
            raise GoodworkError("--companies writes every accounting period and input: leave out --year and --variable.")
        population.export_companies(_population(which, forecast, quiet=quiet), file)
        terminal.note(f"Written to {file}.", quiet=quiet)
        return
    if year is None:
        raise GoodworkError("Say the financial year in which the accounting periods end (--year 2023-24), or --companies.")
    years = parse_financial_years(year)
    if len(years) > 1:
        raise PeriodError("A table holds the accounting periods that end in one financial year: --year 2023-24.")
    population.export(_population(which, forecast, quiet=quiet), file, years[0], variable)
    terminal.note(f"Written to {file}.", quiet=quiet)
    if _CHARGE in variable:
        terminal.note(_NOT_TO_BE_ADDED_UP, quiet=quiet)


@app.command(epilog=examples("goodwork population schema", "goodwork population schema --json > companies.schema.json"))
@terminal.guarded
def schema(
    as_json: Annotated[bool, typer.Option("--json", help="Print the JSON Schema of a row.")] = False,
) -> None:
    """The columns that a file of your own companies may have (goodwork cost --companies)."""
    from openfisca_goodwork.population.own_columns import columns
    from openfisca_goodwork.population.own_columns import schema as schema_of_a_row

    if as_json:
        terminal.put_json(schema_of_a_row())
        return
    for column in columns().values():
        terminal.put(f"{column.name}: {column.in_words}")


def population_to_begin_with() -> Population:
    """The population that costings are made over unless another is asked for, built where it is not kept."""
    return _population("default", "latest", quiet=False)


def _population(which: str, forecast: str, *, quiet: bool) -> Population:
    from openfisca_goodwork import population
    from openfisca_goodwork.costing.two_laws import law_of_forecast

    law = law_of_forecast(population.known(forecast))  # as a costing has it, whose population this is to be
    with terminal.progress(quiet=quiet) as progress:
        return population.load(which, progress=progress, law=law, forecast=forecast)
