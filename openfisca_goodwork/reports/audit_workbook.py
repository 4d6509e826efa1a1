"""The Good Jobs Audit, or the tables of Good Work First, as a workbook: every cell with how it is known and its source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openfisca_goodwork.audit import GoodJobsAudit, GoodWorkFirst
from openfisca_goodwork.audit.cells import ALL, MODELLED, PLACES, SECTION_NAMES, UK, Cell, where
from openfisca_goodwork.audit.indicators import INDICATORS
from openfisca_goodwork.number_formats import PROPOSED
from openfisca_goodwork.reports.workbook import Page, Pages, write_workbook
from openfisca_goodwork.version import model_version

_CELLS = {
    "Place": 26,
    "Section": 34,
    "Indicator": 40,
    "Value": 14,
    "Unit": 22,
    "Year": 14,
    "Status": 12,
    "Seen": 13,
    "Rank": 8,
    "Of": 6,
    "UK": 14,
    "Gap to UK": 12,
    "Gap to median": 14,
    "Source": 60,
    "Address": 60,
}
_FOCUS = {
    "Place": 40,
    "Indicator": 42,
    "Here": 12,
    "UK": 12,
    "Unit": 22,
    "Year": 12,
    "Status": 12,
    "Rank": 8,
    "Of": 6,
    "Jobs (modelled)": 16,
    "Lever": 44,
    "Parameter": 60,
    "Reform that uses it": 52,
}
_PEOPLE = {
    "Place": 26,
    "Group": 34,
    "Measure": 44,
    "Value": 12,
    "Unit": 44,
    "Year": 14,
    "Seen": 13,
    "Source": 60,
    "Address": 60,
}
_EFFECTS = {"Place": 40, "Gain, £ million": 16, "Gain per job, £": 16, "Companies that gain": 20, "Few records": 12}
_SUPPLIERS = {
    "": 36,
    "Suppliers": 13,
    "Contracts, £": 18,
    "Passing": 13,
    "Contracts of those passing, £": 18,
    "Failing": 13,
    "Contracts of those failing, £": 18,
    "Near passing": 13,
    "Contracts of those near, £": 18,
    "Jobs at those failing": 14,
    "Wage bill of passing, £": 18,
}
_WHOLE = "number"


def write_audit_workbook(found: GoodJobsAudit | GoodWorkFirst, path: Path) -> Path:
    """Write either as a workbook.

    Raises:
        GoodworkError: for a name that is not of a workbook, without XlsxWriter, or where the disk refuses.
    """
    fill = _audit if isinstance(found, GoodJobsAudit) else _procurement
    return write_workbook(path, lambda pages: fill(pages, found))  # type: ignore[arg-type]


def _audit(pages: Pages, audit: GoodJobsAudit) -> None:
    title = f"Good Jobs Audit: {audit.region or UK}"
    _cover(pages.page("Cover", title, [20, 110]), audit.notes, audit.command, audit.population)
    regions = [place for place in PLACES if audit.region in {"", place} or place == UK]
    _matrix(pages, "Regions", "By region and nation", audit, [(place, ALL) for place in regions])
    sections = [(audit.region or UK, letter) for letter in SECTION_NAMES]
    _matrix(pages, "Sections", f"By section: {audit.region or UK}", audit, sections)
    _rows(pages, "Cells", "Every figure, and how it is known", _CELLS, map(_cell, audit.cells))
    _rows(
        pages,
        "Focus",
        "Places among the last of an indicator and clearly behind the country",
        _FOCUS,
        map(_focus, audit.focus),
    )
    _rows(pages, "People", "Who lives and works there", _PEOPLE, map(_person, audit.people))
    if audit.effects:
        name = f"{audit.reform}: what companies gain in {audit.year}, and the Exchequer loses, modelled. {PROPOSED}."
        rows = ([one.where, one.gain, one.per_job, one.companies_gaining, one.has_few_records] for one in audit.effects)
        _rows(pages, "Reform", name, _EFFECTS, rows)


def _cover(page: Page, notes: Iterable[str], command: str, population: str) -> None:
    for label, value in (
        *(("Note", note) for note in notes),
        ("Population", population),
        ("Model", f"openfisca-goodwork {model_version()}"),
        ("Reproduce", command),
    ):
        page.put(0, label, style="bold")
        page.put(1, value, style="wrapped")
        page.row += 1


def _matrix(pages: Pages, name: str, title: str, audit: GoodJobsAudit, keys: Sequence[tuple[str, str]]) -> None:
    """Places or sections by indicators: figure and status side by side."""
    shown = [one for one in INDICATORS if any(audit.cell(one.name, *key).value is not None for key in keys)]
    page = pages.page(name, title, [36, *[14, 11] * len(shown)])
    page.heading(["", *(text for one in shown for text in (f"{one.label}, {one.unit}", "Status"))])
    for key in keys:
        page.put(0, where(*key) if key[1] != ALL else key[0])
        for column, one in enumerate(shown):
            cell = audit.cell(one.name, *key)
            page.put(1 + 2 * column, cell.value, style="money")
            page.put(
                2 + 2 * column,
                cell.status if cell.status == MODELLED or cell.value is None else f"{cell.status} {cell.year}",
            )
        page.row += 1


def _rows(pages: Pages, name: str, title: str, columns: Mapping[str, int], rows: Iterable[Sequence[Any]]) -> None:
    page = pages.page(name, title, list(columns.values()))
    page.heading(list(columns))
    for row in rows:
        for column, (heading, value) in enumerate(zip(columns, row, strict=True)):
            if heading == "Address":
                page.link(column, value)
            else:
                page.put(column, value, style=_WHOLE if isinstance(value, int) else "")
        page.row += 1


def _cell(cell: Cell) -> list[Any]:
    section = "All" if cell.section == ALL else SECTION_NAMES[cell.section]
    known = [cell.value, cell.unit, cell.year, cell.status, cell.known, cell.rank, cell.ranked or None]
    return [cell.place, section, cell.label, *known, cell.uk, cell.gap, cell.median_gap, cell.source, cell.address]


def _focus(one: Any) -> list[Any]:
    figures = [one.value, one.uk, one.unit, one.year, one.status, one.rank, one.ranked, one.jobs]
    return [one.where, one.label, *figures, one.lever, one.parameter, one.reform]


def _person(one: Mapping[str, Any]) -> list[Any]:
    return [one[name] for name in ("place", "group", "measure", "value", "unit", "year", "known", "source", "address")]


def _procurement(pages: Pages, found: GoodWorkFirst) -> None:
    title = f"{found.title}: suppliers of the public sector, modelled. {PROPOSED}."
    asked = [f"Asked: {text}." for text in found.conditions]
    _cover(pages.page("Cover", title, [20, 110]), [*asked, *found.notes], found.command, found.population)
    for by, rows in found.tables.items():
        if by != "all":
            listed = [list(row.to_list()) for row in (*found.tables["all"], *rows)]
            _rows(pages, f"By {by}", f"Suppliers by {by}, a year, modelled", _SUPPLIERS, listed)
    names = {"Condition": 40, "Fail it": 14, "Their contracts, £": 18, "Jobs": 14}
    alone = {"Fail it alone": 14, "Their contracts, £ ": 18, "Jobs ": 14}
    conditions = ([one.label, *one.fails, *one.alone] for one in found.by_condition)
    _rows(pages, "Conditions", "Which condition fails", names | alone, conditions)
    together = ([" + ".join(one.conditions) or "none", one.suppliers, one.contracts, one.jobs] for one in found.together)
    columns = {"Conditions failed": 80, "Suppliers": 14, "Contracts, £": 18, "Jobs": 14}
    _rows(pages, "Together", "Suppliers by exactly which conditions they fail", columns, together)
    paid = ([one.share, one.wage_bill, one.departmental_spending, one.suppliers] for one in found.passed_on)
    columns = {"Share passed on": 16, "Wage bill, £": 18, "Departmental spending, £": 24, "Borne by suppliers, £": 22}
    _rows(pages, "Wage bill", "The wage bill of passing, a year, and who would pay it", columns, paid)
