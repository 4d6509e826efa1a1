"""The model's costing of each measure: as it is used, with nothing fitted, left out of the fit.

A costing is kept in the cache under all that it depends on, so that a second validation has only new ones to run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

from openfisca_goodwork import cache, costing, policy, system
from openfisca_goodwork.costing import official
from openfisca_goodwork.costing.credibility import AS_USED, COLUMNS, FOREIGN, LEFT_OUT, NOTHING_FITTED, RELIEFS, Check
from openfisca_goodwork.costing.official import Measure, declared
from openfisca_goodwork.costing.request import Progress
from openfisca_goodwork.costing.two_laws import reforms_of_forecast
from openfisca_goodwork.errors import DataError
from openfisca_goodwork.law.periods import financial_year_name, parse_financial_years
from openfisca_goodwork.policy.check import RESPONSES
from openfisca_goodwork.population import sources, store

_CODE = (*store.CODE, store.PACKAGE / "costing", store.PACKAGE / "policy", sources.DATA / "laws_of_outlooks.csv")
_EFFECT, _ASSUMED = "effect", "assumed"

ByColumn = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Effect:
    """What a costing gives: £ million by financial year, and the paths of the assumptions on behaviour that it read."""

    amounts: Mapping[str, float]
    assumed: frozenset[str]


def backcasts(chosen: Iterable[Measure], progress: Progress) -> dict[str, ByColumn]:
    """The model's costing of each measure, by column and financial year (£ million; plus improves the public finances).

    Measures of one OBR forecast come one after the other, and for one set of assumptions: each needs a population.
    """
    asked = sorted(chosen, key=lambda one: one.forecast)
    found: dict[str, dict[str, Mapping[str, float]]] = {path.name: {} for path in asked}
    settings: dict[str, tuple[str, ...]] = {}
    for done, (measure, column) in enumerate(_in_order(asked)):
        runs = len(asked) * len(COLUMNS)
        showing = _stretch(progress, f"{measure.title}, {in_words(column)}", done / runs, 1 / runs)
        effect = costed(measure, _settings_of(measure, column, settings), showing)
        if column == AS_USED:
            settings[measure.name] = tuple(effect.assumed)
        found[measure.name][column] = effect.amounts
    return {name: {column: by_column[column] for column in COLUMNS} for name, by_column in found.items()}


def _in_order(asked: list[Measure]) -> Iterator[tuple[Measure, str]]:
    """Measures by OBR forecast, all measures with the one set of assumptions before the next."""
    for forecast in dict.fromkeys(measure.forecast for measure in asked):
        for column in (AS_USED, NOTHING_FITTED, LEFT_OUT):
            yield from ((measure, column) for measure in asked if measure.forecast == forecast)


def in_words(column: str) -> str:
    """Name of a column with spaces: `left out`."""
    return column.replace("_", " ")


def _settings_of(measure: Measure, column: str, assumed: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The settings of a column, without those of behaviour that this costing never reads (which would be refused)."""
    if column == AS_USED:
        return ()
    settings = official.settings_without_any() if column == NOTHING_FITTED else official.settings_without(measure.name)
    read = assumed[measure.name]
    return tuple(setting for setting in settings if not setting.startswith(RESPONSES) or setting.partition("@")[0] in read)


def _stretch(progress: Progress, title: str, start: float, length: float) -> Progress:
    return lambda _stage, done: progress(title, start + length * done)


def costed(measure: Measure, settings: tuple[str, ...], progress: Progress) -> Effect:
    """A measure costed with the central response, from the cache where it is there.

    Args:
        settings: assumptions other than those of the package.
    """
    progress(measure.title, 0.0)
    asked = repr((measure.reforms, measure.laws, measure.settings, measure.forecast, measure.years, measure.basis, settings))
    arrays = cache.load_or_build(
        f"backcast-{measure.name}",
        cache.fingerprint(*everything(), *map(_text, _reforms_read(measure)), asked),
        lambda: _costed(measure, settings, progress),
    )
    years = map(financial_year_name, parse_financial_years(measure.years))
    amounts = dict(zip(years, np.asarray(arrays[_EFFECT]).tolist(), strict=True))
    return Effect(amounts, frozenset(np.asarray(arrays[_ASSUMED]).tolist()))


def everything() -> list[str]:
    """What any costing depends on besides its reforms: code, tables, libraries, parameters."""
    libraries = [f"{library}={version(library)}" for library in store.LIBRARIES]
    files = cache.fingerprint(*sources.population_files(), *_CODE)
    return [files, *libraries, system.parameters_fingerprint(system.current_law())]


def _reforms_read(measure: Measure) -> tuple[str, ...]:
    """The reforms that its costing reads: its own, of its law, and of the law that its population stands on."""
    return (*measure.reforms, *measure.laws, *reforms_of_forecast(measure.forecast))


def _text(reform: str) -> str:
    one = policy.load(reform)
    return one.text or one.to_yaml()


def _costed(measure: Measure, settings: tuple[str, ...], progress: Progress) -> dict[str, np.ndarray]:
    result = costing.cost(
        measure.reforms,
        baseline=measure.laws,
        years=measure.years,
        forecast=measure.forecast,
        basis=measure.basis,
        settings=(*measure.settings, *settings),
        draws=0,
        progress=progress,
    )
    return {_EFFECT: np.array(result.post_behavioural), _ASSUMED: np.array(sorted(result.assumptions), dtype=np.str_)}


# --- checks that are no errors: official costs of reliefs by year, and what schemes of other countries came to --------


_LATEST, _HOME = "latest", "United Kingdom"


def checks(progress: Progress) -> tuple[Check, ...]:
    """Official costs of reliefs and of foreign schemes, each with the model's beside it (£ million, as costs)."""
    wanted = [(_relief, declaration) for declaration in declared()["relief_checks"].items()]
    wanted += [(_foreign, declaration) for declaration in declared()["foreign_checks"].items()]
    found: list[Check] = []
    for done, (check, (name, how)) in enumerate(wanted):
        progress(name, done / len(wanted))
        found += check(name, how)
    return tuple(found)


def _relief(name: str, how: dict[str, Any]) -> Iterator[Check]:
    """What current law gives less without the relief, by year, nobody changing what they do.

    Of a relief that no reform or setting takes away: what it saves in the year, from the report of the population.
    """
    if "reforms" not in how and "settings" not in how:
        lines = (line for line in store.report(store.load()).lines if line.block == name)
        yield from (Check(RELIEFS, name, line.year, line.official or 0.0, line.model, line.source) for line in lines)
        return
    official = [row for row in sources.rows("relief_costs") if row.keys[1] == name]
    without = costing.cost(
        how.get("reforms", ()),
        years=f"{official[0].year}:{official[-1].year}",
        behaviour="none",
        forecast=_LATEST,
        settings=how.get("settings", ()),
        draws=0,
    )
    for row, amount in zip(official, without.static, strict=True):
        yield Check(RELIEFS, name, row.year, row.figure, amount, row.source)


def _foreign(name: str, how: dict[str, Any]) -> Iterator[Check]:
    """What the scheme would cost as UK law beside what it cost, at the same share of output."""
    model = -sum(costing.cost(name, years=how["years"], forecast=_LATEST, draws=0).post_behavioural)
    home = _output(_HOME, how["output_of"])
    for row in sources.rows("foreign_schemes"):
        if row.keys[0] == name:
            scaled = row.figure / _output(row.keys[1], row.year) * home
            basis = f"{row.keys[1]}, {row.keys[2]}: {row.unit} {row.figure:g}, {row.year}; {row.source}"
            yield Check(FOREIGN, name, how["years"], scaled, model, basis)


def _output(country: str, year: str) -> float:
    """Gross domestic product of a country in a year, millions of its money. Raises DataError where it is not on file."""
    found = [row.figure for row in sources.rows("gross_domestic_product") if (row.keys[0], row.year) == (country, year)]
    if not found:
        raise DataError(f"data/gross_domestic_product.csv has no figure of {country} in {year}.")
    return found[0]
