"""The Good Jobs Audit, and suppliers under Good Work First, as reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any

from openfisca_goodwork.audit import GoodJobsAudit, GoodWorkFirst
from openfisca_goodwork.audit.figures import ALL, MODELLED, NOT_HELD, OBSERVED, PLACES, SECTION_NAMES, UK, Cell, of_uk
from openfisca_goodwork.audit.good_jobs import Effect, Focus
from openfisca_goodwork.audit.indicators import BY_NAME, INDICATORS, JOBS, PEOPLE, Indicator
from openfisca_goodwork.errors import and_joined, lower_first
from openfisca_goodwork.number_formats import COUNT, LINK, MILLION_1, NUMBER, PERCENTAGE, PROPOSED, TEXT, Kind, percentage
from openfisca_goodwork.reports.sections import Cell as Written
from openfisca_goodwork.reports.sections import (
    Column,
    Medium,
    Note,
    Part,
    Report,
    Row,
    Section,
    Style,
    Table,
    facts,
    rows_of,
)

MARK, FEW = "m", "*"
JOBS_IN_THOUSANDS = Kind("jobs", lambda jobs: f"{jobs / 1e3:,.0f}k", "#,##0")
TO_A_PENNY = Kind("pounds a job", lambda pounds: f"{pounds:,.2f}", "#,##0.00")
STANDING = "Figures of jobs, official and modelled; no law."
OF_PLACES = ("employment_rate", "inactivity", "no_qualifications", "level_3")
_FEW_RECORDS = f"{FEW}: few records stand behind it; not to be quoted."
_FORMATS = {0: "#,##0", 1: "#,##0.0"}
Key = tuple[str, str]


def report_of(audit: GoodJobsAudit) -> Report:
    """The audit of the country, region by region and section by section, or of one region beside the country."""
    sections = (
        _about(audit),
        *([_indicators(audit)] if audit.region else []),
        *_by_region_and_section(audit),
        _cells(audit),
        _focus(audit),
        _effects(audit),
        _people(audit),
        _sources(audit),
        notes_of(audit),
    )
    standing = f"{PROPOSED}." if audit.reform else STANDING
    return Report(_title(audit), standing, sections, audit.command, "audit")


def _title(audit: GoodJobsAudit) -> str:
    return f"Good Jobs Audit: {audit.region or UK}"


def _about(audit: GoodJobsAudit) -> Section:
    behind = and_joined([lower_first(entry.label) for entry in audit.focus])
    on = (
        f"{audit.region} is clearly behind the country, and among the last, on {behind}"
        if behind
        else f"{audit.region} is not clearly behind the country on any indicator"
    )
    finding = on if audit.region else _title(audit)
    legend = (
        f"{MARK}: modelled, companies only, periods that end in {audit.cell(JOBS).year}; –: not held; all else observed, "
        "all employers. RLW: the real living wage.\n"
        "In brackets: rank, 1 is best, among those held for the same year and status; a star: some are of another year."
    )
    said = Note(legend, on=Medium.TERMINAL | Medium.FILES)
    return Section("Cover", _title(audit), (said, *cover_of(audit, "The audit")), finding)


def _indicators(audit: GoodJobsAudit) -> Section:
    cells = [cell for cell in audit.cells if cell.place == audit.region and cell.section == ALL and cell.status != NOT_HELD]
    columns = (
        Column("Indicator", of="label"),
        Column(audit.region, NUMBER, of=lambda cell: Written(cell.value, measured(cell.indicator, _unit(cell)))),
        Column(UK, NUMBER, of=lambda cell: Written(cell.uk, measured(cell.indicator, _unit(cell)))),
        Column("Rank, 1 is best", of=lambda cell: "" if cell.rank is None else f"{cell.rank} of {cell.ranked}"),
        Column("Year", of="year"),
        Column("How known", of=lambda cell: f"{cell.status}, {cell.known}" if cell.known else cell.status),
    )
    caption = f"Indicators of {audit.region} beside the United Kingdom"
    question = f"How does {audit.region} compare?"
    return Section("Indicators", question, (Table.of(caption, columns, cells),), on=Medium.READ)


def _unit(cell: Cell) -> str:
    return cell.unit or BY_NAME[cell.indicator].unit


def _by_region_and_section(audit: GoodJobsAudit) -> Iterator[Section]:
    """Regions, or the one looked at, beside the country; then the sections of the region or of the country."""
    on, here = Medium.FILES | Medium.TERMINAL, audit.region or UK
    caption = "The region beside the country" if audit.region else "By region and nation"
    regions = [(place, (place, ALL)) for place in ([audit.region] if audit.region else PLACES[1:])]
    yield Section("Regions", "By region and nation", (_matrix(audit, caption, regions, has_country=True),), on=on)
    caption = "By section: ranks are those of the region among regions in that section."
    sections = [(name, (here, letter)) for letter, name in SECTION_NAMES.items()]
    table = _matrix(audit, caption if audit.region else f"By section, {UK}", sections, has_country=not audit.region)
    yield Section("Sections", f"By section: {here}", (table,), on=on)


def _matrix(audit: GoodJobsAudit, caption: str, rows: Sequence[tuple[str, Key]], *, has_country: bool) -> Table:
    """Places or sections line by line, then the country: as observed, and what the model has of it."""
    keys = [key for _, key in rows]
    shown = [
        indicator for indicator in INDICATORS if any(audit.cell(indicator.name, *key).value is not None for key in keys)
    ]
    lines = [Row((name, *_figures(audit.cell(indicator.name, *key) for indicator in shown))) for name, key in rows]
    if has_country:
        lines.append(Row((UK, *_figures(_of_the_country(audit, indicator, keys) for indicator in shown))))
        lines.append(Row(("its companies", *_figures(audit.modelled(indicator.name) for indicator in shown)), indent=1))
    columns = [Column("", width=36)]
    for indicator in shown:
        columns.append(Column(f"{' '.join(indicator.short)} {_years(audit, indicator, keys)}", NUMBER, 14))
        columns.append(Column(f"{indicator.label}, {indicator.unit}: status", width=14, on=Medium.WORKBOOK))
    return Table(caption, tuple(columns), lines)


def _figures(cells: Iterable[Cell]) -> Iterator[Written | str]:
    for cell in cells:
        yield Written(cell.value, _kind(cell))
        is_dated = cell.status == OBSERVED and cell.value is not None
        yield f"{cell.status} {cell.year}" if is_dated else cell.status


def _kind(cell: Cell) -> Kind:
    """How a figure is written: m where it is modelled, its rank in brackets."""
    indicator = BY_NAME[cell.indicator]
    marks = (MARK if cell.status == MODELLED else "") + ("" if cell.rank is None else f" ({cell.rank})")
    if cell.indicator == JOBS:
        return replace(JOBS_IN_THOUSANDS, write=lambda jobs: f"{JOBS_IN_THOUSANDS.write(jobs)}{marks}")
    name = f"indicator to {indicator.decimals} decimals"
    return Kind(name, lambda figure: f"{figure:,.{indicator.decimals}f}{marks}", _FORMATS[indicator.decimals])


def _of_the_country(audit: GoodJobsAudit, indicator: Indicator, keys: Iterable[Key]) -> Cell:
    """The country's cell, of the year that most of the column is of, where a figure of it is held for that year."""
    cell = audit.cell(indicator.name)
    years = [observed.year for key in keys if (observed := audit.cell(indicator.name, *key)).status == OBSERVED]
    year = max(sorted(set(years)), key=years.count, default=cell.year)
    value = of_uk(indicator.name, year) if cell.status == OBSERVED else None
    return cell if value is None else replace(cell, value=value, year=year)


def _years(audit: GoodJobsAudit, indicator: Indicator, keys: Iterable[Key]) -> str:
    """The year that most of a column is of; a star where some are of another."""
    years = Counter(cell.year[-4:] for key in keys if (cell := audit.cell(indicator.name, *key)).value is not None)
    most = max(sorted(years), key=years.__getitem__, default="")
    return most + ("*" if len(years) > 1 else "")


def measured(indicator: str, unit: str, mark: str = "") -> Kind:
    """How a figure of an indicator is written with its unit: `15.9%`, `£578`."""
    before, after = ("£", "") if unit.startswith("GBP") else ("", "%" if unit.startswith("%") else "")
    return Kind("measured", lambda figure: f"{before}{figure:,.{BY_NAME[indicator].decimals}f}{after}{mark}")


def _of_focus(value: float | None, entry: Focus) -> Written:
    """A figure of the focus list: marked m where it is modelled, as others are observed."""
    return Written(value, measured(entry.indicator, entry.unit, MARK if entry.status == MODELLED else ""))


def _focus(audit: GoodJobsAudit) -> Section:
    columns = (
        Column("Place", width=40, of=_where),
        Column("Indicator", width=42, of="label"),
        Column("Here", NUMBER, of=lambda entry: _of_focus(entry.value, entry)),
        Column("UK", NUMBER, of=lambda entry: _of_focus(entry.uk, entry)),
        Column("Unit", width=22, on=Medium.WORKBOOK, of="unit"),
        Column("Year", on=Medium.FILES, width=12, of="year"),
        Column("Status", on=Medium.FILES, width=12, of="status"),
        Column("Rank", NUMBER, 8, on=Medium.FILES, of="rank"),
        Column("Of", NUMBER, 6, on=Medium.FILES, of="ranked"),
        Column("Jobs in companies", JOBS_IN_THOUSANDS, 16, of="jobs"),
        Column("Lever of this model", width=44, of="lever"),
        Column("Parameter", width=60, on=Medium.WORKBOOK, of="parameter"),
        Column("Reform that uses it", width=52, on=Medium.WORKBOOK, of="reform"),
    )
    caption = "Focus list: places among the last of an indicator and clearly behind the country"
    empty = "None: no place with figures on file is among the last of an indicator and clearly behind the country."
    table = Table.of(caption, columns, audit.focus, "focus", empty=empty)
    return Section("Focus", "Where an indicator fails, and the lever", (table,))


def _where(entry: Focus | Effect) -> str:
    """The place of an entry, that it is the country's left out."""
    return entry.where.removesuffix(f", {UK}")


def _effects(audit: GoodJobsAudit) -> Section:
    """What companies gain by the reform in each place, and per job there; nothing where none was asked for."""
    if audit.no_effect:
        why = Note(f"{audit.reform}: no effect. {audit.no_effect}")
        return Section("Reform", "What companies gain by the reform", (why,))
    few = replace(TO_A_PENNY, write=lambda pounds: f"{TO_A_PENNY.write(pounds)}{FEW}")
    failing: dict[Key, list[str]] = {}
    for entry in audit.focus:
        failing.setdefault((entry.place, entry.section), []).append(BY_NAME[entry.indicator].word)
    columns = (
        Column("Place", width=40, of=_where),
        Column("Gain, £ million", MILLION_1, 16, of="gain"),
        Column(
            "Gain per job, £",
            TO_A_PENNY,
            16,
            of=lambda effect: Written(effect.per_job, few if effect.has_few_records else None),
        ),
        Column("Companies that gain", COUNT, 20, on=Medium.FILES, of="companies_gaining"),
        Column("Few records", width=12, on=Medium.FILES, of="has_few_records"),
        Column("Focus list for", width=60, of=lambda effect: "; ".join(failing.get((effect.place, effect.section), []))),
    )
    caption = f"{audit.reform}: what companies gain in {audit.year}, and the Exchequer loses, modelled. {PROPOSED}."
    where = (
        "A region is where a company is registered, not where it trains; gains differ by region as sizes and sections do."
    )
    has_few = any(effect.has_few_records for effect in audit.effects)
    notes = [where, *([_FEW_RECORDS] if has_few else [])] if audit.effects else []
    return Section("Reform", caption, (Table.of(caption, columns, audit.effects, "reform"), *map(Note, notes)))


def _people(audit: GoodJobsAudit) -> Section:
    of_places = [PEOPLE[name] for name in OF_PLACES]
    held = {(person["place"], person["measure"]): person for person in audit.people if person["measure"] in of_places}
    places = [place for place in (*PLACES[1:], UK) if any(key[0] == place for key in held)]
    years = ", ".join(sorted({str(row["year"]) for row in held.values()}))
    to_a_tenth = Kind("per cent to a tenth", lambda share: f"{share:,.1f}", "#,##0.0")
    rows = [(place, *(held.get((place, name), {}).get("value") for name in of_places)) for place in places]
    caption = f"Who lives there: people aged 16 to 64, %, {years} (observed)"
    on = Medium.PROSE
    table = Table(caption, (Column(""), *(Column(name, to_a_tenth) for name in of_places)), rows, on=on)
    others = [
        person
        for person in audit.people
        if person["measure"] not in of_places and not (audit.region and person["place"] == UK)
    ]
    said = (Note(line, on=on) for line in _others(others))
    name = "Who lives and works there"
    every = Table.of(name, _ALL_PEOPLE, audit.people, "people", on=Medium.WORKBOOK)
    return Section("People", name, (table, *said, every), on=Medium.TERMINAL | Medium.FILES)


_ALL_PEOPLE = tuple(
    Column("Seen" if name == "known" else name.capitalize(), kind, width, of=itemgetter(name))
    for name, kind, width in (
        *(("place", TEXT, 26), ("group", TEXT, 34), ("measure", TEXT, 44), ("value", NUMBER, 12), ("unit", TEXT, 44)),
        *(("year", TEXT, 14), ("known", TEXT, 13), ("source", TEXT, 60), ("address", LINK, 60)),
    )
)


def _others(people: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What else is on file of who works there: a sentence for each measure, unit and year."""
    groups: dict[tuple[str, str, str, str], list[str]] = {}
    for person in people:
        named = "" if person["group"] == ALL else f"{person['group']} "
        groups.setdefault((person["measure"], person["place"], person["unit"], person["year"]), []).append(
            f"{named}{person['value']:g}"
        )
    for (measure, place, unit, year), listed in groups.items():
        yield f"{measure}, {place}, {year}, {unit}: {'; '.join(listed)}"


def _cells(audit: GoodJobsAudit) -> Section:
    columns = (
        Column("Place", width=26, of="place"),
        Column("Section", width=34, of=lambda cell: "All" if cell.section == ALL else SECTION_NAMES[cell.section]),
        Column("Indicator", width=40, of="label"),
        Column("Value", NUMBER, 14, of="value"),
        Column("Unit", width=22, of="unit"),
        Column("Year", width=14, of="year"),
        Column("Status", width=12, of="status"),
        Column("Seen", width=13, of="known"),
        Column("Rank", NUMBER, 8, of="rank"),
        Column("Of", NUMBER, 6, of=lambda cell: cell.ranked or None),
        Column("UK", NUMBER, 14, of="uk"),
        Column("Gap to UK", NUMBER, 12, of="gap"),
        Column("Gap to median", NUMBER, 14, of="median_gap"),
        Column("Source", width=60, of="source"),
        Column("Address", LINK, 60, of="address"),
    )
    name = "Every figure, and how it is known"
    return Section("Cells", name, (Table.of(name, columns, audit.cells, "cells", filtered=True),), on=Medium.WORKBOOK)


def _sources(audit: GoodJobsAudit) -> Section:
    """Each source once, with the indicators and how it was seen."""
    by_source: dict[tuple[str, str], list[str]] = {}
    for cell in audit.cells:
        if cell.value is not None:
            listed = by_source.setdefault((_short(cell), cell.known or cell.status), [])
            listed += [] if cell.label in listed else [cell.label]
    lines = (f"{'; '.join(labels)}: {source} ({known})" for (source, known), labels in by_source.items())
    notes = (Note("Sources", on=Medium.TERMINAL), *(Note(line, Style.POINT) for line in lines))
    return Section("Sources", "Where the figures come from", notes, on=Medium.PROSE)


def _short(cell: Cell) -> str:
    """A source without what only tells one of its rows from another."""
    return cell.source.split(" (")[0].split(", table ")[0]


def notes_of(result: GoodJobsAudit | GoodWorkFirst) -> Section:
    """What to know of the figures, the companies behind them, and the command; a workbook has these on its cover."""
    on = Medium.PROSE
    notes = (Note(note, Style.POINT) for note in result.notes)
    behind = (Note(f"Population {result.population[:12]}", on=on), Note(f"Reproduce: {result.command}", Style.CODE, on))
    return Section("Notes", "What to know of the figures", (*notes, *behind), on=on | Medium.SCREEN)


def cover_of(result: GoodJobsAudit | GoodWorkFirst, caption: str) -> Iterator[Part]:
    """The same for the cover of a workbook."""
    yield facts(caption, {"Population": result.population, "Reproduce": result.command}, on=Medium.WORKBOOK)
    yield from (Note(note, Style.POINT, Medium.WORKBOOK) for note in result.notes)


# --- Good Work First: who passes, which condition fails, what passing costs and who would pay -------------------------


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


def _about_suppliers(result: GoodWorkFirst) -> Section:
    points, held = _PERCENT * result.near_points, result.all
    share = held.contracts_failing / held.contracts if held.contracts else 0
    finding = f"{result.title}: suppliers with {percentage(share)} of the contracts covered would fail (modelled)"
    near = f"Accounting periods that end in {result.label}. Near passing: would pass with limits {points:g} points wider."
    parts: tuple[Part, ...] = (
        Note(f"Modelled throughout, companies of the United Kingdom. {PROPOSED}."),
        Note(f"Asked: {'; '.join(result.conditions)}."),
        Note(near),
        *cover_of(result, "Where it comes from"),
    )
    return Section("Cover", "Suppliers of the public sector under Good Work First", parts, finding)


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
        Column("Passed on to the buyer", width=22, of=lambda share: Written(share.share, PERCENTAGE)),
        Column("Wage bill, £m", MILLIONS, 18, of="wage_bill"),
        Column("Buyers pay, £m a year", MILLIONS, 24, of="departmental_spending"),
        Column("Suppliers pay, £m a year", MILLIONS, 22, of="suppliers"),
    )
    wages = _millions(result.passed_on[0].wage_bill)
    said = f"Passing would cost suppliers £{wages} million a year in wages, without training plans and all else it takes"
    table = Table.of("Who pays the wage bill of passing", columns, result.passed_on, "wage-bill")
    return Section("Wage bill", "What passing costs, and who would pay it", (table,), said)
