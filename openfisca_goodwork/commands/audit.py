"""`goodwork audit`: the Good Jobs Audit, and the suppliers of the public sector under the Good Work First pledge."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openfisca_goodwork.commands import terminal
from openfisca_goodwork.commands.options import examples, given_options, group, printed, reforms_of
from openfisca_goodwork.errors import GoodworkError

if TYPE_CHECKING:
    from openfisca_goodwork.audit.local import LocalAudit, PlaceList, PlaceReform

app = group("The Good Jobs Audit, and the suppliers that Good Work First would pass or fail.", no_args_is_help=False)

Settings = Annotated[
    list[str],
    typer.Option("--set", metavar="PATH@DATE=VALUE", help="Change an assumption, or the reform."),
]


@app.callback(
    invoke_without_command=True,
    epilog=examples(
        "goodwork audit",
        "goodwork audit --region 'North East'",
        "goodwork audit --reform human-investment-super-deduction --year 2029-30",
        "goodwork audit --csv > audit.csv",
        "goodwork audit --xlsx audit.xlsx",
        "goodwork audit --place Hartlepool",
        "goodwork audit --place E06000052 --brief cornwall.docx",
        "goodwork audit --authority",
        "goodwork audit --authority --reform human-investment-super-deduction-left-behind-areas",
        "goodwork audit procurement",
    ),
)
@printed(xlsx=True)
def audit(
    context: typer.Context,
    region: Annotated[str, typer.Option(metavar="NAME", help="One region or nation, section by section.")] = "",
    place: Annotated[
        str, typer.Option(metavar="PLACE", help="One authority, combined authority or skills area: code or name.")
    ] = "",
    authority: Annotated[
        bool, typer.Option("--authority", help="List the places; with --reform, what it does in each authority.")
    ] = False,
    brief: Annotated[Path | None, typer.Option(metavar="FILE", help="With --place: two pages, .docx or .html.")] = None,
    reform: Annotated[list[str], typer.Option("--reform", metavar="REFORM", help="Its effect by place and per job.")] = [],
    year: Annotated[str, typer.Option(metavar="YEAR", help="Financial year of the reform's effect.")] = "2029-30",
    settings: Settings = [],
    *,
    quiet: bool,
) -> Any:
    """The Good Jobs Audit by region and section: each figure observed, modelled or not held; ranks, and a focus list."""
    if context.invoked_subcommand is not None:
        if given := given_options(context):
            before = f"{', '.join(given.values())} before {context.invoked_subcommand}"
            raise GoodworkError(f"{before} changes nothing: its own options come after it.")
        return None
    from openfisca_goodwork.audit import audit as made

    if not reform and "year" in given_options(context):
        raise GoodworkError("--year is the year of a reform's effect. Name the reform with --reform, or leave --year out.")
    where = [name for name, said in (("--region", region), ("--place", place), ("--authority", authority)) if said]
    if len(where) > 1:
        raise GoodworkError(f"{' and '.join(where)} ask for different things. Give one of them.")
    if brief is not None and not place:
        raise GoodworkError("--brief is of one place: name it with --place CODE or NAME.")
    asked: dict[str, Any] = {"reforms": reforms_of(reform), "year": year, "settings": settings}
    if place:
        return _of_place(place, asked, brief, quiet=quiet)
    if authority:
        return _by_authority(asked, quiet=quiet)
    with terminal.progress(quiet=quiet) as progress:
        return made(region, **asked, progress=progress)


def _of_place(place: str, asked: dict[str, Any], brief: Path | None, *, quiet: bool) -> LocalAudit:
    """The audit of a place, with what reforms do there where any are named; its brief written where asked for."""
    from openfisca_goodwork.audit.local import local_audit, named_place, reform_by_place

    there = named_place(place)
    if brief is not None:
        from openfisca_goodwork.reports.printed import check_printed

        check_printed(brief)
    if there.note:
        terminal.note(there.note, quiet=quiet)
    result = local_audit(there, () if asked["reforms"] else asked["settings"])
    if asked["reforms"]:
        with terminal.progress(quiet=quiet) as progress:
            result = replace(result, reform=reform_by_place(**asked, progress=progress))
    if brief is not None:
        from openfisca_goodwork.reports.local_audit import brief_of
        from openfisca_goodwork.reports.printed import write_printed

        terminal.note(f"Written to {write_printed(brief_of(result), brief)}.", quiet=quiet)
    return result


def _by_authority(asked: dict[str, Any], *, quiet: bool) -> PlaceList | PlaceReform:
    from openfisca_goodwork.audit.local import place_list, reform_by_place

    if not asked["reforms"]:
        if asked["settings"]:
            raise GoodworkError("--set changes nothing in a list of places. Name a reform with --reform.")
        return place_list()
    with terminal.progress(quiet=quiet) as progress:
        return reform_by_place(**asked, progress=progress)


@app.command(
    epilog=examples(
        "goodwork audit procurement",
        "goodwork audit procurement --set good_work.conditions.employee_voice@2027-04-01=true",
        "goodwork audit procurement --csv > suppliers.csv",
        "goodwork audit procurement --xlsx suppliers.xlsx",
    )
)
@printed(xlsx=True)
def procurement(
    reform: Annotated[list[str], typer.Option("--reform", metavar="REFORM", help="good-work-first unless named.")] = [],
    settings: Settings = [],
    *,
    progress: Any,
) -> Any:
    """Good Work First: suppliers and contracts that pass and fail, why, and what passing would cost whom. All modelled."""
    from openfisca_goodwork.audit import good_work_first
    from openfisca_goodwork.audit.procurement import DEFAULT_REFORM

    return good_work_first(reforms_of(reform) or (DEFAULT_REFORM,), settings=settings, progress=progress)
