"""What companies spend on plant, cars and buildings, and the pools they bring into their first accounting period."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openfisca_goodwork.population import distributions, forecasts, sources
from openfisca_goodwork.population.assumptions import Assumptions, dated_shares, growth_index, over_periods

Floats = NDArray[np.float64]
Columns = dict[str, NDArray]
BUILDING_HEAVY = "DEILPQ"
INFORMATION = "J"
LESSORS = "KN"
LEAST_LEFT_OF_LEASING = 0.01
ROUNDS_OF_CUTTING = 4
FIRST_POOLED_YEAR = 2008


def columns(read: Assumptions, ids: NDArray, section: NDArray, weights: Floats, spent: NDArray) -> Columns:
    """Stored columns of spending, from the panel of spending before scaling (years × companies)."""
    spent = _scaled(read, section, spent, weights)
    # Without the years a forecast is carried on for: the companies are those of the forecast itself.
    mean = spent[: forecasts.LAST_YEAR - read.panel_years[0] + 1].mean(axis=0, dtype=np.float64)
    lessor = _lessors(read, in_sections(section, LESSORS), distributions.uniform(ids, "lessor", read.seed), mean * weights)
    small, large = read("base.plant.used_share_small"), read("base.plant.used_share_large")
    return {
        "plant": spent,
        "plant_mean": mean.astype(np.float32),
        "lessor": lessor,
        "special_rate_share": special_rate_share(read, section).astype(np.float32),
        "used_share": (large + (small - large) / (1 + mean / read("base.plant.used_share_at"))).astype(np.float32),
        "structures": _structures(read, section, mean, weights).astype(np.float32),
        "plant_index": growth_index(read, "business_investment"),
        "leased_share_of_unclaimed": np.array(read("base.plant.leased_share_of_unclaimed")),
        "claimed_share": over_periods(claimed_share(read), read.panel_years),
        "structures_claimed_share": over_periods(structures_claimed_share(read), read.panel_years),
        "main_rate_car_share": dated_shares(read, "base.plant.main_rate_car_share"),
        "zero_emission_car_share": dated_shares(read, "base.plant.zero_emission_car_share"),
        "car_share": np.array(read("base.plant.car_share")),
        "lessor_car_share": np.array(read("base.plant.lessor_car_share")),
        "car_resale": np.array(read("base.plant.car_resale")),
        "return_on_plant": np.array(read("base.profit.return_on_plant")),
    }


def _scaled(read: Assumptions, section: NDArray, spent: NDArray, weights: Floats) -> NDArray[np.float32]:
    """Each year scaled to the total of 2018-19, shared out by sector, so that a few giants do not move a year.

    Growth comes from an index. A record that stands for others has at most the assumed share of a year: one draw of the tail
    is not theirs as well. What is cut is shared out over all.
    """
    total = read("base.plant.total_2018_19")
    group, shares = sources.allowance_groups()
    most = np.where(weights > 1, read("base.plant.largest_share_of_a_year") * total / weights, np.inf)
    found = np.empty_like(spent)
    for at, year in enumerate(spent):
        cut = _shared_out(total * shares, group[section], year, weights)
        for _ in range(ROUNDS_OF_CUTTING):
            cut = np.minimum(cut, most)
            cut *= total / (cut @ weights)
        found[at] = cut
    return found


def _shared_out(totals: Floats, sector: NDArray, amounts: NDArray, weights: Floats) -> Floats:
    """Amounts scaled to the total of each sector; a sector of which no record spends leaves its total to the others."""
    spent = np.bincount(sector, amounts * weights, minlength=totals.size)
    spends = spent > 0
    factors = np.divide(totals, spent, out=np.zeros(totals.size), where=spends)
    return amounts * factors[sector] * (totals.sum() / totals[spends].sum())


def _lessors(read: Assumptions, may_be: NDArray[np.bool_], chance: Floats, spent: Floats) -> NDArray[np.bool_]:
    """Which companies lease out what they buy: in the order of a draw, as many as buy what is leased out in all (£).

    One that would buy more than is left of it is passed over.
    """
    total = read("base.plant.leased_out_2018_19")
    places = np.flatnonzero(may_be)
    places = places[np.argsort(chance[places], kind="stable")]
    lessor, left = np.zeros(may_be.size, dtype=bool), total
    while places.size and left > LEAST_LEFT_OF_LEASING * total:
        bought = spent[places].cumsum()
        fit = int(np.searchsorted(bought, left, side="right"))
        lessor[places[:fit]] = True
        left -= float(bought[fit - 1]) if fit else 0.0
        places = places[fit + 1 :]
    return lessor


def claimed_share(read: Assumptions) -> Floats:
    """Share of new main-rate plant put forward for first-year allowances, by month (years × 12).

    As it turned out; under an outlook made before claims of them were published, as a costing of its day expected from then.
    """
    actual, outlook = read.by_month("base.plant.claimed_share.actual"), forecasts.month_of(read.forecast)
    if outlook is None or read("base.plant.claimed_share.outturn_is_known", outlook):
        return actual
    known = (np.arange(actual.size) < 12 * (outlook.year - read.panel_years[0]) + outlook.month - 1).reshape(actual.shape)
    return np.where(known, actual, read.by_month("base.plant.claimed_share.expected"))


def structures_claimed_share(read: Assumptions) -> Floats:
    """Share of spending on buildings for which the allowance is claimed, by month (years × 12).

    As it turned out; under an outlook made before the cost of the allowance was published, as its costings expected.
    """
    outlook = forecasts.month_of(read.forecast)
    is_known = outlook is None or read("base.structures.claimed_share.outturn_is_known", outlook)
    return read.by_month(f"base.structures.claimed_share.{'actual' if is_known else 'expected'}")


def in_sections(section: NDArray, letters: str) -> NDArray[np.bool_]:
    """Whether each company is in one of the sections."""
    return np.isin(section, [sources.SECTIONS.index(letter) for letter in letters])


def special_rate_share(read: Assumptions, section: NDArray) -> Floats:
    """Share of own-use plant that is special rate, by section."""
    share = np.full(section.size, read("base.plant.special_rate_share.most"))
    share[in_sections(section, BUILDING_HEAVY)] = read("base.plant.special_rate_share.building_heavy")
    share[in_sections(section, INFORMATION)] = read("base.plant.special_rate_share.information")
    return share


def _structures(read: Assumptions, section: NDArray, mean: Floats, weights: Floats) -> Floats:
    """Yearly spending on buildings that would qualify, in proportion to plant, more in building-heavy sections."""
    relative = mean * np.where(in_sections(section, BUILDING_HEAVY), read("base.structures.property_factor"), 1.0)
    return relative * read("base.structures.total_2018_19") / (relative @ weights)


def opening_pools(read: Assumptions, held: Columns) -> Columns:
    """Main and special-rate pools at the start of the first accounting period, and the buildings being written down.

    Usual spending is run through the annual investment allowance (main-rate spending first) and the writing-down rates of
    each year; before 2008 all of it went to the main pool. Buildings qualified only from October 2018: there are none.
    """
    mean = held["plant_mean"].astype(np.float64)
    index = held["plant_index"]
    growth = 1 + read("base.plant.growth_before")
    cars = mean * np.where(held["lessor"], held["lessor_car_share"], held["car_share"])
    leased = np.where(held["lessor"], mean - cars, 0.0)
    own = mean - cars - leased
    special = own * held["special_rate_share"]
    pooled = cars * (1 - held["car_resale"])
    main_cars = pooled * held["main_rate_car_share"][0, 11]
    main_pool, special_pool = np.zeros(mean.size), np.zeros(mean.size)
    first = read.labels[0]
    for year in range(first - int(read("base.plant.years_before")), FIRST_POOLED_YEAR):
        level = index[0, 11] * growth ** (year - (first - 1))
        main_pool = (main_pool + (mean - cars + pooled) * level) * (1 - _law_of(read, FIRST_POOLED_YEAR)[1])
    for year in range(FIRST_POOLED_YEAR, first):
        level = index[0, 11] * growth ** (year - (first - 1))
        limit, main_rate, special_rate = _law_of(read, year)
        allowance = np.minimum((own - special) * level, limit)
        more = np.minimum(special * level, limit - allowance)
        main_pool = (main_pool + (own - special + main_cars + leased) * level - allowance) * (1 - main_rate)
        special_pool = (special_pool + (special + pooled - main_cars) * level - more) * (1 - special_rate)
    return {
        "main_pool_brought_forward": main_pool.astype(np.float32),
        "special_rate_pool_brought_forward": special_pool.astype(np.float32),
        "structures_and_buildings_brought_forward": np.zeros(mean.size, dtype=np.float32),
    }


def _law_of(read: Assumptions, year: int) -> tuple[float, float, float]:
    """On 1 July: the limit of the annual investment allowance (£), main and special rate of writing down."""
    day, allowances = f"{year}-07-01", read.tree.capital_allowances
    down = allowances.writing_down
    return allowances.annual_investment_allowance.limit(day), down.main_rate(day), down.special_rate(day)
