"""`goodwork rates`: effective tax rates of £1 spent on machines, buildings and training."""

from __future__ import annotations

from typing import Annotated

import typer

from openfisca_goodwork.commands import terminal
from openfisca_goodwork.commands.options import AsCsv, AsJson, examples, reforms_of, show

EXAMPLES = examples(
    "goodwork rates",
    "goodwork rates --reform human-investment-super-deduction",
    "goodwork rates --on 2022-06-01 --returns-on 2023-06-01",
    "goodwork rates --law law@2023-03-31 --on 2024-01-01 --csv > rates.csv",
    "goodwork rates --set assumptions.effective_rates.debt_share@2000-01-01=0.35",
)


@terminal.guarded
def rates(
    law: Annotated[str, typer.Option(metavar="LAW", help="law, law@2023-03-31, or a reform's name or file.")] = "law",
    reform: Annotated[
        list[str], typer.Option("--reform", metavar="REFORM", help="Applied to it, and shown beside it.", show_default=False)
    ] = [],  # noqa: B006
    on: Annotated[str, typer.Option(metavar="DATE", help="The day of the spending.")] = "2027-04-01",
    returns_on: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day whose rate of tax the returns bear, where it is another.")
    ] = None,
    settings: Annotated[
        list[str],
        typer.Option("--set", metavar="PATH@DATE=VALUE", help="Change a parameter or an assumption.", show_default=False),
    ] = [],  # noqa: B006
    as_json: AsJson = False,  # noqa: FBT002
    as_csv: AsCsv = False,  # noqa: FBT002
) -> None:
    """What £1 spent on a machine, a building or training costs after tax, and the tax on what it earns."""
    from openfisca_goodwork.effective_rates import effective_rates

    result = effective_rates(law, reforms_of(reform), on=on, returns_on=returns_on, settings=settings)
    show(result, as_json=as_json, as_csv=as_csv)
