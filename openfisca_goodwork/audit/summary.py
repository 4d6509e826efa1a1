"""The Good Jobs Audit as text: places beside each other, sections beside each other, the focus list, who lives there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from textwrap import wrap
from typing import Any

from openfisca_goodwork.audit import words
from openfisca_goodwork.audit.cells import ALL, MODELLED, OBSERVED, PLACES, SECTION_NAMES, UK, Cell
from openfisca_goodwork.audit.figures import of_uk
from openfisca_goodwork.audit.good_jobs import GoodJobsAudit
from openfisca_goodwork.audit.indicators import BY_NAME, INDICATORS, JOBS, PEOPLE, Indicator

PAGE = 128
_LABEL, _GAP = 25, 2
_SECTION_LABEL = 38
_FOCUS_PLACE, _FOCUS = 39, (78, 8, 8, 8)
_EFFECTS = (39, 12, 12)
OF_PLACES = ("employment_rate", "inactivity", "no_qualifications", "level_3")


def summary_of(audit: GoodJobsAudit) -> str:
    """The whole text."""
    parts = [_title(audit)]
    parts += [_of_region(audit)] if audit.region else [_regions(audit), _sections(audit)]
    parts += [_focus(audit), _effects(audit), _who(audit), _sources(audit), _notes(audit)]
    return "\n\n".join(part for part in parts if part)


def _title(audit: GoodJobsAudit) -> str:
    marks = f"{words.MARK}: modelled, companies only, periods that end in {_year(audit)}; {words.NONE}: not held"
    return "\n".join(
        [
            f"Good Jobs Audit: {audit.region or UK}",
            f"{marks}; all else observed, all employers. RLW: the real living wage.",
            "In brackets: rank, 1 is best, among those held for the same year and status; a star: some are of another year.",
        ]
    )


def _year(audit: GoodJobsAudit) -> str:
    return audit.cell(JOBS).year


def _held(audit: GoodJobsAudit, keys: Iterable[tuple[str, str]]) -> list[Indicator]:
    """The indicators that some of these places have."""
    listed = list(keys)
    return [one for one in INDICATORS if any(audit.cell(one.name, *key).value is not None for key in listed)]


def _regions(audit: GoodJobsAudit) -> str:
    rows = [(place, (place, ALL)) for place in PLACES[1:]]
    return "\n".join(["By region and nation", *_table(audit, rows, _LABEL, has_country=True)])


def _sections(audit: GoodJobsAudit) -> str:
    rows = [(name, (UK, letter)) for letter, name in SECTION_NAMES.items()]
    return "\n".join(["By section, United Kingdom", *_table(audit, rows, _SECTION_LABEL, has_country=True)])


def _of_region(audit: GoodJobsAudit) -> str:
    rows = [(name, (audit.region, letter)) for letter, name in SECTION_NAMES.items()]
    beside = _table(audit, [(audit.region, (audit.region, ALL))], _LABEL, has_country=True)
    local = "By section: ranks are those of the region among regions in that section."
    sections = _table(audit, rows, _SECTION_LABEL)
    return "\n".join(["The region beside the country", *beside, "", local, *sections])


def _table(
    audit: GoodJobsAudit, rows: Sequence[tuple[str, tuple[str, str]]], label: int, *, has_country: bool = False
) -> Iterator[str]:
    """Places or sections line by line, then the country: as observed, and what the model has of it."""
    keys = [key for _, key in rows]
    shown = _held(audit, keys)
    lines = [("", [one.short[line] for one in shown]) for line in range(2)]
    lines.append(("", [_years(audit, one, keys) for one in shown]))
    lines += [(name, [words.in_cell(audit.cell(one.name, *key)) for one in shown]) for name, key in rows]
    if has_country:
        lines.append((UK, [words.in_cell(_of_the_country(audit, one, keys)) for one in shown]))
        lines.append(("  its companies", [words.in_cell(audit.modelled(one.name)) for one in shown]))
    widths = [label, *(max(len(cells[at]) for _, cells in lines) + _GAP for at in range(len(shown)))]
    yield from (_line(name, cells, widths) for name, cells in lines)


def _of_the_country(audit: GoodJobsAudit, indicator: Indicator, keys: Iterable[tuple[str, str]]) -> Cell:
    """The country's cell, of the year that most of the column is of, where a figure of it is held for that year."""
    cell = audit.cell(indicator.name)
    years = [one.year for key in keys if (one := audit.cell(indicator.name, *key)).status == OBSERVED]
    year = max(sorted(set(years)), key=years.count, default=cell.year)
    value = of_uk(indicator.name, year) if cell.status == OBSERVED else None
    return cell if value is None else replace(cell, value=value, year=year)


def _years(audit: GoodJobsAudit, indicator: Indicator, keys: Iterable[tuple[str, str]]) -> str:
    """The year that most of a column is of; a star where some are of another."""
    years = [cell.year[-4:] for key in keys if (cell := audit.cell(indicator.name, *key)).value is not None]
    most = max(sorted(set(years)), key=years.count, default="")
    return most + ("*" if len(set(years)) > 1 else "")


def _line(label: str, cells: Sequence[str], widths: Sequence[int]) -> str:
    shown = (f"{cell:>{width}}" for cell, width in zip(cells, widths[1:], strict=True))
    return (f"{label:{widths[0]}}" + "".join(shown)).rstrip()


def _focus(audit: GoodJobsAudit) -> str:
    if not audit.focus:
        return "Focus list: no place with figures on file is among the last of an indicator and clearly behind the country."
    heading = _line(f"{'Place':{_FOCUS_PLACE}}Indicator", ["Here", "UK", "Jobs"], _FOCUS) + "  Lever"
    lines = ["Focus list: places among the last of an indicator and clearly behind the country", heading]
    for one in audit.focus:
        decimals = BY_NAME[one.indicator].decimals
        mark = words.MARK if one.status == MODELLED else ""
        shown = [words.measured(value, one.unit, decimals) for value in (one.value, one.uk)]
        cells = [shown[0] + mark, shown[1] + mark, words.jobs(one.jobs)]
        where = one.where.removesuffix(f", {UK}")
        lines.append(_line(f"{where:{_FOCUS_PLACE}}{one.label}", cells, _FOCUS) + f"  {one.lever}")
    return "\n".join(lines)


def _effects(audit: GoodJobsAudit) -> str:
    """What companies gain by the reform where something fails, and per job there."""
    if audit.no_effect:
        return f"{audit.reform}: no effect. {audit.no_effect}"
    if not audit.effects:
        return ""
    failing: dict[tuple[str, str], list[str]] = {}
    for one in audit.focus:
        failing.setdefault((one.place, one.section), []).append(BY_NAME[one.indicator].word)
    lines = [
        f"{audit.reform}: what companies gain in {audit.year}, and the Exchequer loses, modelled. Proposed, not law.",
        "A region is where a company is registered, not where it trains; gains differ by region as sizes and sections do.",
        _line("Place", ["£ million", "£ per job"], _EFFECTS) + "  Focus list for",
    ]
    for effect in audit.effects:
        per_job = words.NONE if effect.per_job is None else words.number(effect.per_job, 2)
        cells = [words.number(effect.gain, 1), per_job + ("*" if effect.has_few_records else "")]
        named = "; ".join(failing.get((effect.place, effect.section), []))
        lines.append(f"{_line(effect.where.removesuffix(f', {UK}'), cells, _EFFECTS)}  {named}".rstrip())
    if any(effect.has_few_records for effect in audit.effects):
        lines.append("*: few records stand behind it; not to be quoted.")
    return "\n".join(lines)


def _who(audit: GoodJobsAudit) -> str:
    """Who lives and works there: what is held of every place as a table, the rest in sentences."""
    of_places = [PEOPLE[name] for name in OF_PLACES]
    held = {(one["place"], one["measure"]): one for one in audit.people if one["measure"] in of_places}
    places = [place for place in (*PLACES[1:], UK) if any(key[0] == place for key in held)]
    if not places:
        return ""
    years = ", ".join(sorted({str(one["year"]) for one in held.values()}))
    wide = [_LABEL, *[len(name) + 2 for name in of_places]]
    lines = [f"Who lives there: people aged 16 to 64, %, {years} (observed)", _line("", of_places, wide)]
    for place in places:
        found = [held.get((place, name)) for name in of_places]
        lines.append(_line(place, [words.NONE if one is None else words.number(one["value"], 1) for one in found], wide))
    others = [one for one in audit.people if one["measure"] not in of_places and not (audit.region and one["place"] == UK)]
    return "\n".join([*lines, *_others(others)])


def _others(people: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What else is on file of who works there: a sentence for each measure, unit and year."""
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for one in people:
        named = "" if one["group"] == ALL else f"{one['group']} "
        found.setdefault((one["measure"], one["place"], one["unit"], one["year"]), []).append(f"{named}{one['value']:g}")
    for (measure, place, unit, year), listed in found.items():
        yield from wrap(f"{measure}, {place}, {year}, {unit}: {'; '.join(listed)}", PAGE, subsequent_indent="  ")


def _sources(audit: GoodJobsAudit) -> str:
    """Each source once, with the indicators and how it was seen."""
    found: dict[tuple[str, str], list[str]] = {}
    for cell in audit.cells:
        if cell.value is not None:
            listed = found.setdefault((_short(cell), cell.known or cell.status), [])
            listed += [] if cell.label in listed else [cell.label]
    lines = ["Sources"]
    for (source, known), labels in found.items():
        lines += wrap(f"{'; '.join(labels)}: {source} ({known})", PAGE, initial_indent="  ", subsequent_indent="    ")
    return "\n".join(lines)


def _short(cell: Cell) -> str:
    """A source without what only tells one of its rows from another."""
    return cell.source.split(" (")[0].split(", table ")[0]


def _notes(audit: GoodJobsAudit) -> str:
    lines = [line for note in audit.notes for line in wrap(note, PAGE)]
    return "\n".join([*lines, f"Population {audit.population[:12]}", f"Reproduce: {audit.command}"])
