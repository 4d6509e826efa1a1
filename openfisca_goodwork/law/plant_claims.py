"""Which allowance a company claims on which plant: the choices that the law leaves open, in one place.

A company that pays tax wants the most relief soonest, so, for spending on one day:

1. a first-year allowance of 100% or more, where the class has one (super-deduction, full expensing, cars, charge points);
2. the annual investment allowance on the rest, on special-rate plant first (it is slowest to write down), then
   second-hand main-rate plant, plant to lease out, new main-rate plant; within a class, on spending that has no
   first-year allowance before spending that has;
3. a smaller first-year allowance (50%, 40%) on what is left;
4. the pool.

No allowance is given on the same pound twice (CAA 2001 s.52A); none in the period in which the trade ceases (ss.38B, 46).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from openfisca_goodwork.law.annual_investment_allowance_limit import LIMIT, AnnualLimit, annual_limit
from openfisca_goodwork.periods import Segment, incurred_within, segments

MAIN, SPECIAL = "main_pool", "special_rate_pool"


@dataclass(frozen=True)
class PlantClass:
    """A class of plant: the pool it belongs to, the first-year allowances it may have, whether it may have AIA."""

    pool: str
    first_year_allowances: tuple[str, ...] = ()
    has_annual_investment_allowance: bool = True


_OWN_USE = ("super_deduction", "full_expensing", "main_rate_40")

# In the order in which the annual investment allowance is used.
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


def _nothing() -> defaultdict[str, Any]:
    return defaultdict(float)


@dataclass
class PlantClaims:
    """What is claimed in one accounting period (£, one per company).

    Attributes:
        limit: the annual investment allowance's maximum, and its caps on spending in part of the period.
        annual_investment_allowance: by pool.
        expenditure: spending on which each first-year allowance is claimed, by allowance.
        first_year_allowance: the allowance itself, before any taper, by allowance.
        pooled: what is left for the pool in this period, by pool.
        residue: what a first-year allowance leaves for the pool of the next period (CAA 2001 s.58(5)), by pool.
    """

    limit: AnnualLimit
    annual_investment_allowance: dict[str, Any] = field(default_factory=_nothing)
    expenditure: dict[str, Any] = field(default_factory=_nothing)
    first_year_allowance: dict[str, Any] = field(default_factory=_nothing)
    pooled: dict[str, Any] = field(default_factory=_nothing)
    residue: dict[str, Any] = field(default_factory=_nothing)


def plant_claims(company: Any, period: Any) -> PlantClaims:
    """Share out a period's spending on plant over the allowances, class by class, stretch by stretch."""
    stretches = segments(company, period, LIMIT, *map(rate_path, ALLOWANCES))
    claims = PlantClaims(annual_limit(company, period, stretches))
    trading_on = ~company("is_final_accounting_period", period)
    for name, plant_class in CLASSES.items():
        amounts = [incurred_within(stretch, name) for stretch in stretches]
        if any(amount.any() for amount in amounts):
            _claim(claims, plant_class, stretches, amounts, trading_on)
    return claims


def _claim(
    claims: PlantClaims, plant_class: PlantClass, stretches: list[Segment], amounts: list[np.ndarray], trading_on: np.ndarray
) -> None:
    """Claim on one class of plant, in the order of this module's first paragraph."""
    rates = [dict(_best_rates(plant_class, stretch)) for stretch in stretches]
    left = list(amounts)
    for place, rate_of in enumerate(rates):
        left[place] = _claim_first_year(claims, plant_class, rate_of, left[place], trading_on, full=True)
    if plant_class.has_annual_investment_allowance:
        _claim_annual(claims, plant_class, rates, left, trading_on)
    for place, rate_of in enumerate(rates):
        rest = _claim_first_year(claims, plant_class, rate_of, left[place], trading_on, full=False)
        claims.pooled[plant_class.pool] = claims.pooled[plant_class.pool] + rest


def _best_rates(plant_class: PlantClass, stretch: Segment) -> Iterator[tuple[str, np.ndarray]]:
    """For each first-year allowance of a class, its rate where it is the best one in force, else 0."""
    names = plant_class.first_year_allowances
    if names:
        rates = np.array([stretch.value_of_each(rate_path(name)) for name in names])
        best = rates.argmax(axis=0)
        for place, name in enumerate(names):
            yield name, stretch.periods.spread(np.where(best == place, rates[place], 0.0))


def _claim_first_year(
    claims: PlantClaims,
    plant_class: PlantClass,
    rate_of: dict[str, np.ndarray],
    amount: np.ndarray,
    trading_on: np.ndarray,
    *,
    full: bool,
) -> np.ndarray:
    """Claim the first-year allowances that relieve all the spending (or only part of it); what is left."""
    for name, rate in rate_of.items():
        eligible = trading_on & ((rate >= 1) if full else (rate > 0) & (rate < 1))
        if eligible.any():
            spent = np.where(eligible, amount, 0.0)
            claims.expenditure[name] = claims.expenditure[name] + spent
            claims.first_year_allowance[name] = claims.first_year_allowance[name] + spent * rate
            claims.residue[plant_class.pool] = claims.residue[plant_class.pool] + spent * np.maximum(1 - rate, 0)
            amount = amount - spent
    return amount


def _claim_annual(
    claims: PlantClaims,
    plant_class: PlantClass,
    rates: list[dict[str, np.ndarray]],
    left: list[np.ndarray],
    trading_on: np.ndarray,
) -> None:
    """Use the annual investment allowance: on spending without a first-year allowance, then on spending with one."""
    for wanted in (False, True):
        for place, rate_of in enumerate(rates):
            has_allowance = sum(rate_of.values(), np.zeros_like(left[place])) > 0
            eligible = np.where(trading_on & (has_allowance == wanted), left[place], 0.0)
            if eligible.any():
                taken = claims.limit.take(place, eligible)
                pool = plant_class.pool
                claims.annual_investment_allowance[pool] = claims.annual_investment_allowance[pool] + taken
                left[place] = left[place] - taken
