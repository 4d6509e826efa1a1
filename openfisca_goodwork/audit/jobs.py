"""The Good Jobs Audit put together: official figures, modelled cells, ranks, the focus list, a reform's effect there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

from openfisca_goodwork import policy
from openfisca_goodwork import population as companies
from openfisca_goodwork.audit import effects, modelled, observed
from openfisca_goodwork.audit.cells import ALL, PLACES, UK, Cell
from openfisca_goodwork.audit.focus import focus
from openfisca_goodwork.audit.indicators import BY_NAME, JOBS
from openfisca_goodwork.audit.ranks import ranked
from openfisca_goodwork.audit.result import GoodJobsAudit
from openfisca_goodwork.errors import GoodworkError, did_you_mean, quoted
from openfisca_goodwork.policy.sides import together, tried
from openfisca_goodwork.population import Population
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.sources import REGIONS, SECTIONS

DEFAULT_YEAR = "2029-30"
Progress = Callable[[str, float], None]


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
    law = tried(lambda: policy.law_of(settings=effects.common(given)), errors)
    loaded = tried(lambda: effects.check(listed, year, given), errors)
    if loaded is None or law is None or place is None:
        raise together(errors)
    show = progress or (lambda _stage, _done: None)
    people = companies.load(population, law=law, progress=show) if isinstance(population, str) else population
    read = Assumptions(law.parameters)
    cells = tuple(_all(ranked([*observed.cells(), *modelled.cells(people, read)])))
    jobs = {(one.place, one.section): one.value for one in cells if one.indicator == JOBS}
    first = {(one.place, one.section, one.indicator): one for one in reversed(cells)}
    failing = focus([one for one in cells if first[one.place, one.section, one.indicator] is one], jobs, read)
    about: dict[str, Any] = {"population": people.fingerprint, "settings": given, "reforms": listed}
    if loaded:
        result = effects.costed(listed, year, given, people, show)
        title = " + ".join(one.title for one in loaded)
        found = effects.by_place(result)
        moved = found if any(one.gain for one in found) else ()
        why = "" if moved else result.no_effect or f"It moves no corporation tax in {year}."
        about |= {"effects": moved, "reform": title, "year": year, "no_effect": why}
    audited = GoodJobsAudit(region="", cells=cells, focus=failing, people=tuple(observed.people()), **about)
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
    """What of an audit is of one region, with the country beside it."""
    return replace(
        whole,
        region=region,
        cells=tuple(one for one in whole.cells if one.place in {region, UK}),
        focus=tuple(one for one in whole.focus if one.place == region),
        people=tuple(one for one in whole.people if one["place"] in {region, UK}),
        effects=tuple(one for one in whole.effects if one.place == region),
    )


def _all(held: Iterable[Cell]) -> Iterator[Cell]:
    """Every cell by place, section and indicator, official before modelled; those not held say so."""
    by_key: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in held:
        by_key.setdefault((cell.place, cell.section, cell.indicator), []).append(cell)
    for key in product(PLACES, (ALL, *SECTIONS), BY_NAME):
        yield from by_key.get(key, [Cell(*key)])
