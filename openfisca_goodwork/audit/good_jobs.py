"""The Good Jobs Audit: every indicator by place and section, where one fails, and what a reform does there."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openfisca_goodwork import costing, policy
from openfisca_goodwork import population as companies
from openfisca_goodwork.audit import figures
from openfisca_goodwork.audit.figures import ALL, MODELLED, PLACES, UK, Cell, where
from openfisca_goodwork.audit.indicators import BY_NAME, JOBS
from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.distribution import BY_REGION, BY_SECTION
from openfisca_goodwork.errors import GoodworkError, did_you_mean, quoted
from openfisca_goodwork.law.periods import parse_financial_years
from openfisca_goodwork.policy import Reform
from openfisca_goodwork.policy.check import ASSUMPTIONS, RESPONSES
from openfisca_goodwork.policy.compare import together, tried
from openfisca_goodwork.population import Population
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.sources import REGIONS, SECTIONS
from openfisca_goodwork.rendering import Worded
from openfisca_goodwork.version import model_version

if TYPE_CHECKING:
    import pandas


# --- where an indicator fails, how many jobs are there, and which lever would move it ---------------------------------


_OF_FOCUS = (
    *("where", "place", "section", "indicator", "label", "value", "uk", "unit", "year", "status", "rank", "ranked"),
    *("jobs", "lever", "parameter", "reform"),
)


@dataclass(frozen=True)
class Focus(Cell):
    """A place, or a section of the whole country, that fails an indicator.

    Attributes:
        jobs: in its companies (modelled). lever, parameter, reform: of the indicator.
    """

    jobs: float | None = None
    lever: str = ""
    parameter: str = ""
    reform: str = ""

    def to_dict(self) -> dict[str, Any]:
        """What the focus list says of the entry by name, for JSON and a row of a table."""
        return {name: getattr(self, name) for name in _OF_FOCUS}


def focus(cells: Iterable[Cell], jobs: Mapping[tuple[str, str], float | None], read: Assumptions) -> tuple[Focus, ...]:
    """Places among the last of an indicator, and behind the country by more than the assumed gap; the widest gap first."""
    last, gap = read("audit.focus.places"), read("audit.focus.gap")
    indicators = list(BY_NAME)

    def order(cell: Cell) -> tuple[Any, ...]:
        return indicators.index(cell.indicator), -abs(cell.gap or 0), cell.place, cell.section

    # Of a whole region, or of a section of the whole country.
    chosen = [cell for cell in cells if (cell.place == UK) != (cell.section == ALL) and _fails(cell, last, gap)]
    return tuple(
        Focus(
            **vars(cell), jobs=jobs.get((cell.place, cell.section)), lever=of.lever, parameter=of.parameter, reform=of.reform
        )
        for cell in sorted(chosen, key=order)
        for of in (BY_NAME[cell.indicator],)
    )


def _fails(cell: Cell, last: float, gap: float) -> bool:
    if cell.rank is None or not cell.uk or cell.gap is None or not cell.is_worse_than_uk:
        return False
    behind = cell.ranked - cell.rank
    return behind < last and abs(cell.gap) / abs(cell.uk) > gap


# --- what companies gain from a reform, by region and section --------------------------------------------------------


OF_COMPANIES = ("assumptions.base.", "assumptions.growth.", "assumptions.audit.")
"""Assumptions that the companies and their jobs rest on, and those of the audit itself."""


@dataclass(frozen=True)
class Effect:
    """What companies of a region, or of a section of the country, gain by a reform in a year; the Exchequer loses it.

    Attributes:
        gain: £ million, with the response assumed. per_job: £ for each of their employees; None without any.
        companies_gaining: how many gain. has_few_records: too few records stand behind it to quote it.
    """

    place: str
    section: str
    gain: float
    per_job: float | None
    companies_gaining: float
    has_few_records: bool

    @property
    def where(self) -> str:
        """Name of the place and section, for people."""
        return where(self.place, self.section)


def refuse_unused_settings(settings: Iterable[str], read: tuple[str, ...], mend: str) -> None:
    """Refuse settings `PATH@DATE=VALUE` of other parameters than those that begin as the ones read.

    Args:
        mend: what to do about it, in a sentence.

    Raises:
        GoodworkError: with every such setting.
    """
    unused = [setting for setting in settings if not setting.startswith(read)]
    if unused:
        raise GoodworkError("\n".join(f"--set {setting} changes no figure here. {mend}" for setting in unused))


def common(settings: Iterable[str]) -> tuple[str, ...]:
    """Settings among those given that change the population or the audit, and so hold under every law."""
    return tuple(setting for setting in settings if setting.startswith(ASSUMPTIONS) and not setting.startswith(RESPONSES))


def check(reforms: Sequence[str], year: str, settings: Sequence[str]) -> tuple[Reform, ...]:
    """Load the reforms of a request. Raises GoodworkError for wrong reforms, several years and unused settings."""
    errors: list[GoodworkError] = []
    read = f"The audit reads {', '.join(OF_COMPANIES)}"
    tried(lambda: refuse_unused_settings(common(settings), OF_COMPANIES, read), errors)
    if not reforms and not errors:
        tried(lambda: refuse_unused_settings(settings, OF_COMPANIES, "Name the reform it belongs to with --reform."), errors)
    tried(lambda: _refuse_more_than_one(year), errors)
    loaded = tried(lambda: policy.load_all(reforms), errors) if reforms else ()
    if errors or loaded is None:
        raise together(errors)
    return loaded


def _refuse_more_than_one(year: str) -> None:
    if len(parse_financial_years(year)) > 1:
        raise GoodworkError(f"{quoted(year)} is more than one year: a reform is shown in one, as --year 2029-30.")


def costed(reforms: Sequence[str], year: str, settings: Sequence[str], people: Population, progress: Any) -> CostingResult:
    """Costing of the reforms in one financial year, with the central response and without an interval."""
    of_reform = [setting for setting in settings if setting not in common(settings)]
    return costing.cost(list(reforms), years=year, settings=of_reform, population=people, draws=0, progress=progress)


def by_place(result: CostingResult) -> Iterator[Effect]:
    """Gains by region, then by section of the country; none where the reform moves nobody's tax."""
    if result.distribution is None:
        return
    tables = ((BY_REGION, [(place, ALL) for place in REGIONS]), (BY_SECTION, [(UK, section) for section in SECTIONS]))
    for name, places in tables:
        for place, row in zip(places, result.distribution.table(name).rows, strict=True):
            yield Effect(*place, row.gain, row.gain_per_employee, row.gaining, row.has_few_records)


# --- the audit -------------------------------------------------------------------------------------------------------


DEFAULT_YEAR = "2029-30"
Progress = Callable[[str, float], None]
NOTES = tuple(
    """\
Observed: an official figure, of all employers. Modelled: made by this model's companies, which are no public bodies, \
charities or sole traders; training there follows section and size. Not held: no figure on file; none is made up.
Not on file: pay and low pay of sections by place, and automation by place or section, which the ONS publishes; the scores \
of the Institute for the Future of Work's Good Work Monitor, which are its own and not open.
A lever is a switch of this model that bears on the indicator, not a forecast that it would mend it.""".splitlines()
)


@dataclass(frozen=True)
class GoodJobsAudit(Worded):
    """The Good Jobs Audit of the United Kingdom, or of one region.

    Attributes:
        region: the one asked for; empty for the whole country.
        cells: every indicator by place and section, national and local; those not held are in it too.
        focus: places that fail an indicator. people: who lives and works there, figures on file.
        effects: what companies gain by a reform, by place; empty where none was asked for. reform: its title. year: of it.
        no_effect: why the reform moves nothing, where it does not.
        population: fingerprint of the companies. settings: as given. reforms: as a command calls them.
    """

    region: str
    cells: tuple[Cell, ...]
    focus: tuple[Focus, ...]
    people: tuple[Mapping[str, Any], ...]
    population: str
    settings: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    reforms: tuple[str, ...] = ()
    reform: str = ""
    year: str = ""
    no_effect: str = ""
    notes: tuple[str, ...] = field(default=NOTES)

    @cached_property
    def _by_key(self) -> dict[tuple[str, str, str], Cell]:
        cells: dict[tuple[str, str, str], Cell] = {}
        for cell in self.cells:
            cells.setdefault((cell.place, cell.section, cell.indicator), cell)
        return cells

    def cell(self, indicator: str, place: str = UK, section: str = ALL) -> Cell:
        """First cell of an indicator and place (official before modelled); an empty cell where none is held."""
        return self._by_key.get((place, section, indicator), Cell(place, section, indicator))

    def modelled(self, indicator: str, place: str = UK, section: str = ALL) -> Cell:
        """The modelled cell of an indicator and a place, where an official figure stands before it or not."""
        for cell in self.cells:
            if (cell.indicator, cell.place, cell.section, cell.status) == (indicator, place, section, MODELLED):
                return cell
        return Cell(place, section, indicator)

    @property
    def command(self) -> str:
        """The command that gives this audit again."""
        region = f" --region {shlex.quote(self.region)}" if self.region else ""
        return figures.command_of(f"goodwork audit{region}", self.reforms, self.year, self.settings)

    def to_dataframe(self) -> pandas.DataFrame:
        """One row a cell: place, section, indicator, value, status, rank, gaps, source."""
        import pandas

        return pandas.DataFrame([cell.to_dict() for cell in self.cells])

    def to_dict(self) -> dict[str, Any]:
        """The whole audit as plain values, for JSON."""
        return {
            "model_version": model_version(),
            "region": self.region or None,
            "cells": [cell.to_dict() for cell in self.cells],
            "focus": [entry.to_dict() for entry in self.focus],
            "people": [dict(person) for person in self.people],
            "reform": self.reform or None,
            "year": self.year or None,
            "effects": [asdict(effect) for effect in self.effects],
            "no_effect": self.no_effect or None,
            "notes": list(self.notes),
            "population": self.population,
            "command": self.command,
        }


def audit(
    region: str = "",
    reforms: Iterable[str | Path] = (),
    year: str = DEFAULT_YEAR,
    population: str | Population = "default",
    settings: Iterable[str] = (),
    progress: Progress | None = None,
) -> GoodJobsAudit:
    """The Good Jobs Audit, by region × section and nationally.

    Args:
        region: only that region or nation, its sections one by one; the whole country unless given.
        reforms: costed, for what they do in the places of the focus list. year: the financial year of that.
        population: `default` or a Population. settings: `PATH@DATE=VALUE` of assumptions and of the reform.
        progress: called with the name of a stage and the share of the work done.

    Raises:
        GoodworkError: for an unknown region, and for a wrong reform, year or setting.
    """
    errors: list[GoodworkError] = []
    place = tried(lambda: named_region(region), errors)
    listed, given = tuple(map(str, reforms)), tuple(settings)
    law = tried(lambda: policy.law_of(settings=common(given)), errors)
    loaded = tried(lambda: check(listed, year, given), errors)
    if loaded is None or law is None or place is None:
        raise together(errors)
    show = progress or (lambda _stage, _done: None)
    people = companies.load(population, law=law, progress=show) if isinstance(population, str) else population
    read = Assumptions(law.parameters)
    cells = tuple(_all(figures.ranked([*figures.observed_cells(), *figures.modelled_cells(people, read)])))
    jobs = {(cell.place, cell.section): cell.value for cell in cells if cell.indicator == JOBS}
    first = {(cell.place, cell.section, cell.indicator): cell for cell in reversed(cells)}
    failing = focus([cell for cell in cells if first[cell.place, cell.section, cell.indicator] is cell], jobs, read)
    about: dict[str, Any] = {"population": people.fingerprint, "settings": given, "reforms": listed}
    if loaded:
        result = costed(listed, year, given, people, show)
        title = " + ".join(reform.title for reform in loaded)
        gains = tuple(by_place(result))
        moved = gains if any(effect.gain for effect in gains) else ()
        why = "" if moved else result.no_effect or f"It moves no corporation tax in {year}."
        about |= {"effects": moved, "reform": title, "year": year, "no_effect": why}
    audited = GoodJobsAudit(region="", cells=cells, focus=failing, people=tuple(figures.people_of_places()), **about)
    return of_region(audited, place) if place else audited


def named_region(region: str) -> str:
    """A region or nation by its name in any case; empty for none. Raises GoodworkError for another name."""
    if not region:
        return ""
    known = {name.casefold(): name for name in REGIONS} | {"east of england": "East", "yorkshire": REGIONS[2]}
    if region.strip().casefold() in known:
        return known[region.strip().casefold()]
    near = did_you_mean(region, REGIONS)
    raise GoodworkError(f"{quoted(region)} is no region or nation of the audit. {near}")


def of_region(whole: GoodJobsAudit, region: str) -> GoodJobsAudit:
    """The part of an audit that concerns one region, with the country beside it."""
    return replace(
        whole,
        region=region,
        cells=tuple(cell for cell in whole.cells if cell.place in {region, UK}),
        focus=tuple(entry for entry in whole.focus if entry.place == region),
        people=tuple(person for person in whole.people if person["place"] in {region, UK}),
        effects=tuple(effect for effect in whole.effects if effect.place == region),
    )


def _all(held: Iterable[Cell]) -> Iterator[Cell]:
    """Every cell by place, section and indicator, official before modelled; those not held say so."""
    by_key: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in held:
        by_key.setdefault((cell.place, cell.section, cell.indicator), []).append(cell)
    for key in product(PLACES, (ALL, *SECTIONS), BY_NAME):
        yield from by_key.get(key, [Cell(*key)])
