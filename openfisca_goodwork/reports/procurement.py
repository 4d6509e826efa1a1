"""Good Work First as a report: who passes, which condition fails, what passing costs and who would pay."""

from __future__ import annotations

from openfisca_goodwork.audit import GoodWorkFirst
from openfisca_goodwork.number_formats import PERCENTAGE, PROPOSED, Kind, percentage
from openfisca_goodwork.reports.audit import JOBS_IN_THOUSANDS, cover_of, notes_of
from openfisca_goodwork.reports.sections import (
    Cell,
    Column,
    Medium,
    Note,
    Part,
    Report,
    Row,
    Section,
    Table,
    rows_of,
)

_THOUSAND, _MILLION = 1e3, 1e6
_PERCENT = 100


def _count(number: float) -> str:
    """A number of companies to some three figures, as nobody counted them: `734`, `15.0k`, `128k`."""
    if abs(number) < _THOUSAND:
        return f"{number:,.0f}"
    return f"{number / _THOUSAND:,.{1 if abs(number) < 100 * _THOUSAND else 0}f}k"


def _millions(pounds: float) -> str:
    """£ million, without decimals from ten on."""
    amount = pounds / _MILLION
    return f"{amount:,.{0 if abs(amount) >= 10 else 1}f}"


SUPPLIERS = Kind("suppliers", _count, "#,##0")
MILLIONS = Kind("pounds in millions", _millions, "#,##0.0,,")


def report_of_suppliers(result: GoodWorkFirst) -> Report:
    """Suppliers of the public sector under the conditions of a law, all of it modelled."""
    by_class = (_suppliers(result, by) for by in result.tables if by != "all")
    sections = (
        _about_suppliers(result),
        *by_class,
        _conditions(result),
        _together(result),
        _wage_bill(result),
        notes_of(result),
    )
    return Report(result.title, f"{PROPOSED}.", sections, result.command, "suppliers")


def finding_of_suppliers(result: GoodWorkFirst) -> str:
    """What share of the contracts is with suppliers that would fail, as a title."""
    held = result.all
    share = held.contracts_failing / held.contracts if held.contracts else 0
    return f"{result.title}: suppliers with {percentage(share)} of the contracts covered would fail (modelled)"


def _about_suppliers(result: GoodWorkFirst) -> Section:
    points = _PERCENT * result.near_points
    near = f"Accounting periods that end in {result.label}. Near passing: would pass with limits {points:g} points wider."
    parts: tuple[Part, ...] = (
        Note(f"Modelled throughout, companies of the United Kingdom. {PROPOSED}."),
        Note(f"Asked: {'; '.join(result.conditions)}."),
        Note(near),
        *cover_of(result, "Where it comes from"),
    )
    return Section("Cover", "Suppliers of the public sector under Good Work First", parts, finding_of_suppliers(result))


def _suppliers(result: GoodWorkFirst, by: str) -> Section:
    """Suppliers that pass and fail, by size, section or region; those of which there are none are left to the workbook."""
    columns = (
        Column("", width=36, of=lambda row: row.name.capitalize() if row.name.islower() else row.name),
        Column("Suppliers", SUPPLIERS, 13, of="suppliers"),
        Column("Contracts, £m a year", MILLIONS, 18, of="contracts"),
        Column("Passing", SUPPLIERS, 13, of="passing"),
        Column("Contracts passing, £m", MILLIONS, 18, of="contracts_passing"),
        Column("Failing", SUPPLIERS, 13, of="failing"),
        Column("Contracts failing, £m", MILLIONS, 18, of="contracts_failing"),
        Column("Near passing", SUPPLIERS, 13, of="near"),
        Column("Contracts of those near, £m", MILLIONS, 18, on=Medium.WORKBOOK, of="contracts_near"),
        Column("Jobs at failing", JOBS_IN_THOUSANDS, 14, of="jobs_failing"),
        Column("Wage bill of passing, £m", MILLIONS, 18, on=Medium.WORKBOOK, of="wage_bill"),
    )
    held = (result.all, *result.tables[by])
    shown = (Medium.EVERYWHERE if row.suppliers else Medium.WORKBOOK for row in held)
    rows = [Row(cells, on=on) for cells, on in zip(rows_of(columns, held), shown, strict=True)]
    table = Table(f"Suppliers that pass and fail, by {by}", columns, rows, f"by-{by}")
    return Section(f"By {by}", f"Suppliers by {by}, a year, modelled", (table,), folded=by != "size")


def _conditions(result: GoodWorkFirst) -> Section:
    names = (("Fail it", SUPPLIERS), ("Their contracts, £m", MILLIONS), ("Their jobs", JOBS_IN_THOUSANDS))
    columns = [Column("Condition", width=40), *(Column(name, kind, 16) for name, kind in names)]
    columns += [Column(f"{name}, alone", kind, 16) for name, kind in names]
    rows = [(condition.label.capitalize(), *condition.fails, *condition.alone) for condition in result.by_condition]
    caption = "Suppliers that fail each condition, whatever else they fail, and that fail it alone"
    table = Table(caption, tuple(columns), rows, "conditions")
    return Section("Conditions", "Which condition fails", (table,))


def _together(result: GoodWorkFirst) -> Section:
    columns = (
        Column("Conditions that fail", width=80, of=lambda row: " + ".join(row.conditions).capitalize() or "None"),
        Column("Suppliers", SUPPLIERS, 14, of="suppliers"),
        Column("Contracts, £m a year", MILLIONS, 18, of="contracts"),
        Column("Jobs", JOBS_IN_THOUSANDS, 14, of="jobs"),
    )
    table = Table.of("Suppliers by exactly which conditions they fail", columns, result.together, "together")
    return Section("Together", "Exactly which conditions fail", (table,), folded=True)


def _wage_bill(result: GoodWorkFirst) -> Section:
    columns = (
        Column("Passed on to the buyer", width=22, of=lambda share: Cell(share.share, PERCENTAGE)),
        Column("Wage bill, £m", MILLIONS, 18, of="wage_bill"),
        Column("Buyers pay, £m a year", MILLIONS, 24, of="departmental_spending"),
        Column("Suppliers pay, £m a year", MILLIONS, 22, of="suppliers"),
    )
    wages = _millions(result.passed_on[0].wage_bill)
    said = f"Passing would cost suppliers £{wages} million a year in wages, without training plans and all else it takes"
    table = Table.of("Who pays the wage bill of passing", columns, result.passed_on, "wage-bill")
    return Section("Wage bill", "What passing costs, and who would pay it", (table,), said)
