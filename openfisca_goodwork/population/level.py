"""The level of profits, and who makes any, by financial year and section: found by running the law itself.

The factors are such that the tax the law charges comes to the official total of each financial year (accounting periods
that end in it) and to each section's share of it, and that as many companies of each section have a liability as HMRC
counts. The year that is held out, and a year that was not published, take their place on the line (in logs) between the
fitted years around them; years after the last keep its shares.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork import system
from openfisca_goodwork.errors import DataError
from openfisca_goodwork.law.periods import financial_year_name
from openfisca_goodwork.population import forecasts, inputs, sources
from openfisca_goodwork.population.assumptions import NOMINAL_GDP, Assumptions

Floats = NDArray[np.float64]
Columns = dict[str, NDArray]
HELD_OUT_YEAR = "2021-22"
SECTION_TAX, SECTION_COUNT = "corporation tax liabilities", "companies with a liability"
TOTALS = ("corporation tax liabilities", "onshore corporation tax")
LAST_DAY = datetime.date(forecasts.LAST_YEAR, 4, 1)
LEVELS = ("profit_level", "paying_level")
TAX = "net_corporation_tax"
GROSS_TAX = "corporation_tax"
FIRST_ELASTICITY = 1.1
ELASTICITIES = (0.7, 2.0)
STEPS = (0.2, 5.0)
LEAST_STEP = 1e-4
PRECISION = 1e-4
ROUNDS = 14
USUAL_ROUNDS = 4
SECTION_ROUNDS = 10
SECTION_PRECISION = 1e-3
WORKERS, LEAST_AT_ONCE, MOST_AT_ONCE = 2, 50_000, 100_000

Progress = Callable[[float], None]
Amount = tuple[tuple[str, ...], Callable[..., Floats]]
"""Something worked out company by company: the outputs it needs, and how."""


def solved_years(labels: range) -> range:
    """Financial years whose level of profits is solved for, by the labels of a population.

    Not that of first periods which begin on the first day of which law is held, and so are short of a year.
    """
    return range(labels[0] + (labels[0] == forecasts.LAW_BEGINS.year), labels[-1])


def published_years() -> tuple[str, ...]:
    """The financial years of which tax by section was published."""
    return tuple(sorted({row.keys[0] for row in sources.rows("corporation_tax_by_section")}))


def fitted_years() -> tuple[int, ...]:
    """Those whose tax by section is fitted, by the year each begins in: all published but one."""
    return tuple(int(year[:4]) for year in published_years() if year != HELD_OUT_YEAR)


def tax_by_year(forecast: str = forecasts.LATEST) -> dict[int, sources.Row]:
    """Official tax of each financial year (by the year it begins in): HMRC's liabilities, before and after the OBR's tax.

    With an outlook of the past, those only for the years before it.
    """
    official = {int(row.keys[0][:4]): row for row in sources.rows("corporation_tax") if row.keys[1] in TOTALS}
    if forecasts.is_latest(forecast):
        return official
    expected = {int(row.year[:4]): row for row in forecasts.corporation_tax(forecast)}
    return {year: row for year, row in official.items() if year < min(expected)} | expected


def targets(read: Assumptions) -> Floats:
    """Official tax of each year solved for (£).

    After the last official one it grows as assumed, or as what is taxed did at the end of the outlook, at the rates of
    the law; with nominal GDP where it is carried on.
    """
    official = {year: row.figure * sources.pounds(row.unit) for year, row in tax_by_year(read.forecast).items()}
    last = max(official)
    after = 1 + read("growth.corporation_tax_after", LAST_DAY)
    if not forecasts.is_latest(read.forecast):
        after = official[last] / official[last - 1] / _change_of_rate(read, last)
    carried_on = 1 + read(f"growth.{NOMINAL_GDP}", LAST_DAY)
    found: list[float] = []
    for year in solved_years(read.labels):
        growth = carried_on if forecasts.is_latest(read.forecast) and year > forecasts.LAST_YEAR else after
        found.append(official[year] if year in official else found[-1] * growth * _change_of_rate(read, year))
    return np.array(found)


def _change_of_rate(read: Assumptions, year: int) -> float:
    """The main rate of a financial year over that of the year before."""
    main_rate = read.tree.corporation_tax.main_rate
    return float(main_rate(f"{year}-04-01") / main_rate(f"{year - 1}-04-01"))


def by_financial_year(
    law: TaxBenefitSystem, columns: Columns, names: tuple[str, ...], years: range
) -> dict[str, NDArray[np.float64]]:
    """Outputs of the law for the accounting periods that end in each financial year: name → years × companies."""
    return with_totals(law, columns, names, years, ())[0]


def with_totals(
    law: TaxBenefitSystem,
    columns: Columns,
    names: tuple[str, ...],
    years: range,
    added_up: tuple[str, ...],
    years_added_up: range | None = None,
    amounts: Mapping[str, Amount] = MappingProxyType({}),
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Outputs by company for some financial years, and others added up by weight for years of theirs, in one run of the law.

    `years_added_up`: those whose level of profits is solved for, unless given.

    `amounts`: more to be added up, worked out from outputs.

    Companies run in chunks, two at a time: NumPy lets go of the interpreter while it computes. Each chunk is added up by
    itself and the chunks in their order, so that no sum depends on which was ready first.
    """
    count, all_labels = columns["id"].size, inputs.labels(columns)
    years_added_up = solved_years(all_labels) if years_added_up is None else years_added_up
    found = {name: np.zeros((len(years), count)) for name in names}
    all_amounts = {name: ((name,), _itself) for name in added_up} | dict(amounts)
    outputs = list(dict.fromkeys((*names, *(one for needed, _ in all_amounts.values() for one in needed))))
    last = max([*years[-1:], *(years_added_up[-1:] if all_amounts else ())])

    def chunk(companies: slice) -> dict[str, Floats]:
        held, sums = inputs.part(columns, companies), {name: np.zeros(len(years_added_up)) for name in all_amounts}
        panel = inputs.Panel(held, range(all_labels[0], last + 2))
        for label, values in system.run(law, panel, outputs).items():
            ends = inputs.financial_year(held, label)
            for year in np.unique(ends):
                here = ends == year
                for name in names if year in years else ():
                    found[name][years.index(int(year)), companies][here] = values[name][here]
                for name, (needed, of) in all_amounts.items() if year in years_added_up else ():
                    amount = of(*(values[one][here] for one in needed))
                    sums[name][years_added_up.index(int(year))] += amount @ held["weight"][here]
        return sums

    with ThreadPoolExecutor(WORKERS) as pool:
        parts = list(pool.map(chunk, _chunks(count)))
    return found, {name: np.sum([part[name] for part in parts], axis=0) for name in all_amounts}


def _itself(amount: Floats) -> Floats:
    return amount


def _chunks(count: int) -> Iterator[slice]:
    """Slices of all companies, no longer than one run of the law takes, and shared out evenly where they are few."""
    size = min(max(-(-count // WORKERS), LEAST_AT_ONCE), MOST_AT_ONCE)
    return (slice(start, min(start + size, count)) for start in range(0, count, size))


def of_each_year(item: str, years: range) -> Floats:
    """HMRC's figure of each section in each of the years, on file or in line with the fitted years around it."""
    fitted = np.array(fitted_years())
    logs = np.log([sources.by_section(item, financial_year_name(year)) for year in fitted])
    return np.exp([np.interp(years, fitted, one) for one in logs.T]).T


def solve_sections(
    law: TaxBenefitSystem,
    columns: Columns,
    weights: Floats,
    read: Assumptions,
    progress: Progress,
    *,
    last_by_weights: bool = True,
) -> Columns:
    """Levels by year and section (each years of the panel × sections) of profits, and of companies with any, together.

    `profit_level` is a factor on drawn profits; `paying_level` is the share of the companies with a profit that keep it, and
    above 1 of those with a loss that have a profit.

    `last_by_weights`: whether weights see to the companies with a liability in the last fitted year, and so in later ones,
    which then need no level of their own; else the level of that year stands for those after it. A section whose share
    needs a factor beyond the assumed limit keeps the limit; the report shows what is missed.
    """
    columns, limit, least = dict(columns), read("base.profit.section_factor_limit"), read("base.population.least_liability")
    years = solved_years(read.labels)
    tax_wanted, liable_wanted = of_each_year(SECTION_TAX, years), of_each_year(SECTION_COUNT, years)
    tax_wanted *= (targets(read) / tax_wanted.sum(axis=1))[:, None]
    liable_wanted = liable_wanted[: fitted_years()[-1] - years[0] + (not last_by_weights)]
    level, paying = (columns[name][-len(years) - 1 : -1] for name in LEVELS)
    for number in range(1, SECTION_ROUNDS + 1):
        columns |= {"profit_level": _padded(level, read), "paying_level": _padded(paying, read)}
        found = by_financial_year(law, columns, (TAX, GROSS_TAX), years)
        missed = tax_wanted / np.maximum(_by_section(columns, found[TAX] * weights), least)
        liable = _by_section(columns, (found[GROSS_TAX] >= least) * weights)[: len(liable_wanted)]
        count_missed = liable_wanted / np.maximum(liable, least)
        progress(number / SECTION_ROUNDS)
        if max(np.abs(missed - 1).max(), np.abs(count_missed - 1).max()) < SECTION_PRECISION:
            break
        level = level * np.clip(missed, *STEPS) ** (1 / FIRST_ELASTICITY)
        usual = np.median(level, axis=1)[:, None]
        level = np.clip(level, usual / limit, usual * limit)
        solved = paying[: len(liable)] * np.clip(count_missed, *STEPS)
        later = paying[len(liable) :] if last_by_weights else np.repeat(solved[-1:], len(paying) - len(solved), axis=0)
        paying = np.concatenate([solved, later])
    return {name: columns[name] for name in LEVELS}


def _by_section(columns: Columns, amounts: Floats) -> Floats:
    """Amounts of years × companies added up to years × sections."""
    section = columns["section"].astype(np.int64)
    return np.array([np.bincount(section, amount, minlength=len(sources.SECTIONS)) for amount in amounts])


def solve_years(law: TaxBenefitSystem, columns: Columns, weights: Floats, read: Assumptions, progress: Progress) -> Columns:
    """Levels of every year, the mix of sections held, by the secant method. Raises DataError if totals are not met."""
    columns, wanted, years = dict(columns), targets(read), solved_years(read.labels)
    start = columns["profit_level"][-len(years) - 1 : -1]
    level = np.ones(len(start))
    elasticity = np.full(level.size, FIRST_ELASTICITY)
    last_missed, last_step = np.zeros(level.size), np.zeros(level.size)
    for number in range(1, ROUNDS + 1):
        columns["profit_level"] = _padded(level[:, None] * start, read)
        tax = by_financial_year(law, columns, (TAX,), years)[TAX]
        missed = np.log(wanted / np.maximum(tax @ weights, 1.0))
        progress(min(number / USUAL_ROUNDS, 1.0))
        if np.abs(missed).max() < PRECISION:
            return {name: columns[name] for name in LEVELS}
        moved = np.abs(last_step) > LEAST_STEP
        slope = (last_missed - missed) / np.where(moved, last_step, 1.0)
        elasticity = np.where(moved, np.clip(slope, *ELASTICITIES), elasticity)
        last_step, last_missed = np.clip(missed, -1, 1) / elasticity, missed
        level = level * np.exp(last_step)
    raise DataError(
        f"Corporation tax is {np.abs(missed).max():.1%} from its official total after {ROUNDS} rounds. The assumptions "
        "on profits or losses have no level that fits; change them back one by one."
    )


def _padded(level: Floats, read: Assumptions) -> Floats:
    """Levels of all years of the panel from those solved for.

    The first also stands for those before; in the year after the last, every section moves as the middle one did.
    """
    before = len(read.panel_years) - len(level) - 1
    return np.concatenate([level[:1]] * before + [level, level[-1:] * np.median(level[-1] / level[-2])])
