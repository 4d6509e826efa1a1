"""What is looked up at once: `goodwork rates`, `goodwork parameters` and `goodwork cite`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from openfisca_goodwork.commands import terminal
from openfisca_goodwork.commands.options import examples, printed, reforms_of

RATES = examples(
    "goodwork rates",
    "goodwork rates --reform human-investment-super-deduction",
    "goodwork rates --on 2022-06-01 --returns-on 2023-06-01",
    "goodwork rates --law law@2023-03-31 --on 2024-01-01 --csv > rates.csv",
    "goodwork rates --set assumptions.effective_rates.debt_share@2000-01-01=0.35",
)
PARAMETERS = examples(
    "goodwork parameters annual investment allowance",
    "goodwork parameters corporation_tax.main_rate",
    "goodwork parameters --json",
)
CITE = examples("goodwork cite", "goodwork cite --bibtex")


@printed(quiet=False)
def rates(
    law: Annotated[str, typer.Option(metavar="LAW", help="law, law@2023-03-31, or a reform's name or file.")] = "law",
    reform: Annotated[
        list[str], typer.Option("--reform", metavar="REFORM", help="Applied to it, and shown beside it.")
    ] = [],
    on: Annotated[str, typer.Option(metavar="DATE", help="The day of the spending.")] = "2027-04-01",
    returns_on: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day whose rate of tax the returns bear, where it is another.")
    ] = None,
    settings: Annotated[
        list[str], typer.Option("--set", metavar="PATH@DATE=VALUE", help="Change a parameter or an assumption.")
    ] = [],
) -> Any:
    """What £1 spent on a machine, a building or training costs after tax, and the tax on what it earns."""
    from openfisca_goodwork.effective_rates import effective_rates

    return effective_rates(law, reforms_of(reform), on=on, returns_on=returns_on, settings=settings)


@printed(csv=False, quiet=False)
def parameters(
    word: Annotated[list[str], typer.Argument(metavar="WORD", help="In the path, the label or the description.")] = [],
) -> Any:
    """Parameters by a word: meaning, unit, range, allowed words, value today."""
    from openfisca_goodwork.policy.compare import parameter_list

    return parameter_list(" ".join(word))


@terminal.guarded
def cite(
    bibtex: Annotated[bool, typer.Option("--bibtex", help="As BibTeX.")] = False,
) -> None:
    """How to cite the model: its version, day of release, and the digest of its law."""
    from openfisca_goodwork.citation import citation

    terminal.put(citation().bibtex if bibtex else citation().text)
