"""Which allowance a company claims on which plant: the choices that the law leaves open, in one place.

A company that pays tax wants the most relief soonest, so, for spending on one day:

1. a first-year allowance of 100% or more, where the class has one (super-deduction, full expensing, cars, charge points);
2. the annual investment allowance on the rest, first where the least relief is given otherwise in this period: on spending
   that has no first-year allowance, special-rate plant (it is slowest to write down), then second-hand main-rate plant,
   plant to lease out, new main-rate plant; then on spending that has a smaller one, the lowest first (40%, 50%);
3. a smaller first-year allowance (50%, 40%) on what is left;
4. the pool.

Claims are in full, even where that leaves no profit for donations or group relief, which then are lost: a company might do
better to claim less. No allowance is given on the same pound twice (CAA 2001 s.52A); none in the period in which the trade
ceases (ss.38B, 46).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from openfisca_goodwork.law.annual_investment_allowance_limit import LIMIT, AnnualLimit, annual_limit
from openfisca_goodwork.law.periods import AccountingPeriods, Segment, accounting_periods, alike, incurred_within, segments
from openfisca_goodwork.law.training_match import ENABLED, TrainingMatch, training_match

MAIN, SPECIAL = "main_pool", "special_rate_pool"


@dataclass(frozen=True)
class PlantClass:
    """A class of plant: the pool it belongs to, the first-year allowances it may have, whether it may have AIA."""

    pool: str
    first_year_allowances: tuple[str, ...] = ()
    has_annual_investment_allowance: bool = True


_OWN_USE = ("super_deduction", "full_expensing", "main_rate_40")

# In the order in which the annual investment allowance is used on spending that has no first-year allowance.
CLASSES = {
    "special_rate_plant_new": PlantClass(SPECIAL, ("special_rate_allowance", "special_rate_50")),
    "special_rate_plant_used": PlantClass(SPECIAL),
    "main_rate_plant_used": PlantClass(MAIN),
    "main_rate_plant_for_leasing_new": PlantClass(MAIN, ("main_rate_40",)),
    "main_rate_plant_new": PlantClass(MAIN, _OWN_USE),
    "charge_points": PlantClass(MAIN, ("charge_points", *_OWN_USE)),
    "energy_saving_plant": PlantClass(MAIN, ("energy_saving", *_OWN_USE)),
    "zero_emission_cars_new": PlantClass(MAIN, ("zero_emission_cars",), has_annual_investment_allowance=False),
    "main_rate_cars": PlantClass(MAIN, has_annual_investment_allowance=False),
    "special_rate_cars": PlantClass(SPECIAL, has_annual_investment_allowance=False),
}
ALLOWANCES = tuple(dict.fromkeys(name for one in CLASSES.values() for name in one.first_year_allowances))


def rate_path(allowance: str) -> str:
    """Path of a first-year allowance's rate."""
    return f"capital_allowances.first_year_allowances.{allowance}.rate"


@dataclass
class PlantClaims:
    """What is claimed in one accounting period (£, one per company).

    Attributes:
        limit: the annual investment allowance's maximum, and its caps on spending in part of the period.
        annual_investment_allowance: by pool.
        expenditure: spending on which each first-year allowance is claimed, by allowance.
        first_year_allowance: the allowance itself, before any taper, by allowance.
        pooled: what is left for the pool in this period, by pool.
        residue: what a first-year allowance leaves for the pool of the next period (CAA 2001 s.58(5)), by pool; for plant
            disposed of before, it is pooled in this one (s.58(6), (7)).
        match: the room that training leaves for allowances, were the law to ask for it (``training_match``).
    """

    limit: AnnualLimit
    annual_investment_allowance: dict[str, Any]
    expenditure: dict[str, Any]
    first_year_allowance: dict[str, Any]
    pooled: dict[str, Any]
    residue: dict[str, Any]
    match: TrainingMatch | None = None


@dataclass
class _Waiting:
    """Spending on a class of plant in one stretch of the period, while it waits for its allowances (£, one per company).

    Attributes:
        best: the best rate of first-year allowance in force (per distinct accounting period).
        rates: first-year allowance → its rate where it is the best one, else 0 (likewise). left: spending without an
            allowance yet.
    """

    plant_class: PlantClass
    stretch: Segment
    best: np.ndarray
    rates: dict[str, np.ndarray]
    left: np.ndarray


def plant_claims(company: Any, period: Any) -> PlantClaims:
    """Share out a period's spending on plant over the allowances, in the order of this module's first paragraph."""
    nothing: Callable[[], dict[str, Any]] = partial(defaultdict, partial(alike, 0.0, company.count))
    claims = PlantClaims(annual_limit(company, period), nothing(), nothing(), nothing(), nothing(), nothing())
    claims.match = training_match(company, period)
    trading_on = ~company("is_final_accounting_period", period)
    spending = list(_spending(company, period))
    periods = accounting_periods(company, period)
    for one in spending:
        _claim_first_year(claims, periods, one, trading_on, full=True)
    _claim_annual(claims, periods, spending, trading_on)
    for one in spending:
        _claim_first_year(claims, periods, one, trading_on, full=False)
        claims.pooled[one.plant_class.pool] = claims.pooled[one.plant_class.pool] + one.left
    _pool_what_was_sold(claims, company, period)
    return claims


def _spending(company: Any, period: Any) -> Iterator[_Waiting]:
    """Spending class by class, and of each stretch by stretch: cut where an allowance that the class may have changes."""
    for name, plant_class in CLASSES.items():
        for stretch in segments(company, period, LIMIT, ENABLED, *map(rate_path, plant_class.first_year_allowances)):
            amount = incurred_within(stretch, name)
            if amount.any():
                yield _Waiting(plant_class, stretch, *_best_rates(plant_class, stretch), amount)


def _best_rates(plant_class: PlantClass, stretch: Segment) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The best rate in force for a class, and for each of its first-year allowances the rate where it is that one."""
    names = plant_class.first_year_allowances
    if not names:
        return np.zeros(len(stretch.periods.distinct)), {}
    rates = np.array([stretch.value_of_each(rate_path(name)) for name in names])
    best = rates.argmax(axis=0)
    return rates.max(axis=0), {name: np.where(best == at, rates[at], 0.0) for at, name in enumerate(names)}


def _claim_first_year(
    claims: PlantClaims, periods: AccountingPeriods, one: _Waiting, trading_on: np.ndarray, *, full: bool
) -> None:
    """Claim the first-year allowances that relieve all the spending (or only part of it)."""
    for name, rate in one.rates.items():
        wanted = (rate >= 1) if full else (rate > 0) & (rate < 1)
        if wanted.any():
            eligible = trading_on & periods.spread(wanted)
            spent = one.left * eligible
            if claims.match is not None:
                spent = claims.match.within(one.stretch, spent)
                claims.match.use(one.stretch, spent)
            claims.expenditure[name] = claims.expenditure[name] + spent
            claims.first_year_allowance[name] = claims.first_year_allowance[name] + spent * periods.spread(rate)
            left_over = spent * periods.spread(np.maximum(1 - rate, 0))
            claims.residue[one.plant_class.pool] = claims.residue[one.plant_class.pool] + left_over
            one.left = one.left * ~eligible if claims.match is None else one.left - spent


def _claim_annual(claims: PlantClaims, periods: AccountingPeriods, spending: list[_Waiting], trading_on: np.ndarray) -> None:
    """Use the annual investment allowance: on spending without a first-year allowance, then by what it would give."""
    spending = [one for one in spending if one.plant_class.has_annual_investment_allowance and one.left.any()]
    smaller = {rate for one in spending for rate in one.best.tolist() if 0 < rate < 1}
    for rate in (0, *sorted(smaller)):
        for one in spending:
            has_rate = one.best == rate
            if has_rate.any():
                eligible = one.left * (trading_on & periods.spread(has_rate))
                if claims.match is not None:
                    eligible = claims.match.within(one.stretch, eligible)
                taken = claims.limit.take(one.stretch, eligible)
                if claims.match is not None:
                    claims.match.use(one.stretch, taken)
                pool = one.plant_class.pool
                claims.annual_investment_allowance[pool] = claims.annual_investment_allowance[pool] + taken
                one.left = one.left - taken


# Plant that had a smaller first-year allowance and was disposed of in the same period, by its pool.
_SOLD = {
    SPECIAL: ("special_rate_allowance_plant_bought_and_sold", ("special_rate_allowance", "special_rate_50")),
    MAIN: ("main_rate_allowance_plant_bought_and_sold", ("main_rate_40",)),
}


def _pool_what_was_sold(claims: PlantClaims, company: Any, period: Any) -> None:
    """Pool at once what a first-year allowance left of plant that was disposed of in the period it was bought in."""
    for pool, (name, allowances) in _SOLD.items():
        sold = company(name, period)
        if sold.any():
            spent = sum((claims.expenditure[one] for one in allowances), np.zeros_like(sold))
            share = np.minimum(sold, spent) / np.where(spent > 0, spent, 1)
            pooled = claims.residue[pool] * share
            claims.pooled[pool] = claims.pooled[pool] + pooled
            claims.residue[pool] = claims.residue[pool] - pooled
