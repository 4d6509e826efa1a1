"""What is claimed on which spending on plant: the period's spending shared out over the allowances.

The order is that of the docstring of ``law/plant.py``: first-year allowances of 100% or more, the annual investment
allowance, smaller first-year allowances, the pool. No pound has two of them (CAA 2001 s.52A), and none is given in the
period in which the trade ceases (ss.38B, 46).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from openfisca_goodwork.law.annual_investment_allowance import LIMIT, AnnualLimit, annual_limit
from openfisca_goodwork.law.notes import cached_for_period
from openfisca_goodwork.law.periods import (
    AccountingPeriods,
    Segment,
    accounting_periods,
    constant_array,
    incurred_within,
    is_nothing,
    segments,
)
from openfisca_goodwork.law.plant_register import (
    CLASSES,
    FIRST_YEAR_ALLOWANCES,
    PlantClass,
    classes_with,
    in_turn,
    rate_path,
)
from openfisca_goodwork.law.training_match import ENABLED, TrainingMatch, training_match


@dataclass
class Claims:
    """What is claimed in one accounting period (£, one value a company).

    Attributes:
        limit: what of the annual investment allowance is free, with its caps on spending in part of the period.
        match: the room that training leaves for allowances; None where the law does not ask for it (``training_match``).
        annual_investment_allowance: by pool.
        expenditure: spending on which each first-year allowance is claimed, by the name of its rate.
        first_year_allowance: the allowance itself, before any taper, likewise.
        allocated: what is left for the pool in this period, by pool.
        residue: what a first-year allowance leaves for the pool of the next period (CAA 2001 s.58(5)), by pool.
    """

    limit: AnnualLimit
    match: TrainingMatch | None
    annual_investment_allowance: dict[str, Any]
    expenditure: dict[str, Any]
    first_year_allowance: dict[str, Any]
    allocated: dict[str, Any]
    residue: dict[str, Any]

    def within_match(self, stretch: Segment, amount: np.ndarray) -> np.ndarray:
        """What of spending in a stretch may have an allowance: all of it, unless it has to go with training."""
        return amount if self.match is None else self.match.within(stretch, amount)

    def use_match(self, stretch: Segment, amount: np.ndarray) -> None:
        """Take what has had an allowance off the room that training leaves."""
        if self.match is not None:
            self.match.use(stretch, amount)


@dataclass
class Expenditure:
    """Spending on a class of plant in one stretch of the period (£, one value a company).

    Attributes:
        plant: the class. stretch: days on which the rates, the limit and the match do not change.
        best: the best rate of first-year allowance in force (per distinct accounting period).
        rates: name of a rate → that rate where it is the best, else 0 (likewise).
        unrelieved: what has no allowance yet.
    """

    plant: PlantClass
    stretch: Segment
    best: np.ndarray
    rates: dict[str, np.ndarray]
    unrelieved: np.ndarray


def claims(company: Any, period: Any) -> Claims:
    """What is claimed on the plant of a period, worked out once for all formulas that ask for it."""
    return cached_for_period(company, period, _share_out)


def _share_out(company: Any, period: Any) -> Claims:
    """Share a period's spending on plant out over the allowances, in that order."""
    nothing: Callable[[], dict[str, Any]] = partial(defaultdict, partial(constant_array, 0.0, company.count))
    incurred = list(_incurred(company, period))
    limit, match = annual_limit(company, period), training_match(company, period)
    claimed = Claims(limit, match, nothing(), nothing(), nothing(), nothing(), nothing())
    trading_on = ~company("is_final_accounting_period", period)
    periods = accounting_periods(company, period)
    for expenditure in incurred:
        _claim_first_year_allowance(claimed, periods, expenditure, trading_on, full=True)
    _claim_annual_investment_allowance(claimed, periods, incurred, trading_on)
    for expenditure in incurred:
        _claim_first_year_allowance(claimed, periods, expenditure, trading_on, full=False)
        pool = expenditure.plant.pool
        claimed.allocated[pool] = claimed.allocated[pool] + expenditure.unrelieved
    _allocate_what_was_bought_and_sold(claimed, company, period)
    return claimed


def _incurred(company: Any, period: Any) -> Iterator[Expenditure]:
    """Spending class by class, and of each stretch by stretch: cut where an allowance that the class may have changes."""
    for plant in in_turn():
        for stretch in segments(company, period, LIMIT, ENABLED, *map(rate_path, plant.first_year_allowances)):
            amount = incurred_within(stretch, plant.name)
            if not is_nothing(amount):
                yield Expenditure(plant, stretch, *_best_rates(plant, stretch), amount)


def _best_rates(plant: PlantClass, stretch: Segment) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The best rate in force for a class, and for each of its first-year allowances the rate where it is the best."""
    names = plant.first_year_allowances
    if not names:
        return np.zeros(len(stretch.periods.distinct)), {}
    rates = np.array([stretch.value_of_each(rate_path(name)) for name in names])
    best = rates.argmax(axis=0)
    return rates.max(axis=0), {name: np.where(best == place, rates[place], 0.0) for place, name in enumerate(names)}


def _claim_first_year_allowance(
    claimed: Claims, periods: AccountingPeriods, expenditure: Expenditure, trading_on: np.ndarray, *, full: bool
) -> None:
    """Claim the first-year allowances that relieve all the spending (or only part of it): CAA 2001 s.52."""
    pool, stretch = expenditure.plant.pool, expenditure.stretch
    for name, rate in expenditure.rates.items():
        in_force = (rate >= 1) if full else (rate > 0) & (rate < 1)
        if in_force.any():
            qualifies = trading_on & periods.spread(in_force)
            qualifying = claimed.within_match(stretch, expenditure.unrelieved * qualifies)
            claimed.use_match(stretch, qualifying)
            allowance = qualifying * periods.spread(rate)
            claimed.expenditure[name] = claimed.expenditure[name] + qualifying
            claimed.first_year_allowance[name] = claimed.first_year_allowance[name] + allowance
            if not full:  # an allowance of 100% or more leaves nothing
                claimed.residue[pool] = claimed.residue[pool] + qualifying * periods.spread(1 - rate)
            if claimed.match is None:  # the same as below: where every company qualifies, no array has to be made
                expenditure.unrelieved = expenditure.unrelieved * ~qualifies
            else:
                expenditure.unrelieved = expenditure.unrelieved - qualifying


def _claim_annual_investment_allowance(
    claimed: Claims, periods: AccountingPeriods, incurred: list[Expenditure], trading_on: np.ndarray
) -> None:
    """Use the annual investment allowance: on spending without a first-year allowance, then by what that would give."""
    may_have_it = (expenditure for expenditure in incurred if expenditure.plant.has_annual_investment_allowance)
    qualifying = [expenditure for expenditure in may_have_it if not is_nothing(expenditure.unrelieved)]
    smaller = {rate for expenditure in qualifying for rate in expenditure.best.tolist() if 0 < rate < 1}
    for rate in (0, *sorted(smaller)):
        for expenditure in qualifying:
            has_rate = expenditure.best == rate
            if has_rate.any():
                pool, stretch = expenditure.plant.pool, expenditure.stretch
                qualifies = trading_on & periods.spread(has_rate)
                wanted = claimed.within_match(stretch, expenditure.unrelieved * qualifies)
                allowance = claimed.limit.take(stretch, wanted)
                claimed.use_match(stretch, allowance)
                claimed.annual_investment_allowance[pool] = claimed.annual_investment_allowance[pool] + allowance
                expenditure.unrelieved = expenditure.unrelieved - allowance


def _allocate_what_was_bought_and_sold(claimed: Claims, company: Any, period: Any) -> None:
    """Allocate at once what an allowance left of plant disposed of in the period it was bought in (s.58(6), (7))."""
    for allowance in FIRST_YEAR_ALLOWANCES.values():
        sold = (
            company(allowance.bought_and_sold, period) if allowance.bought_and_sold else constant_array(0.0, company.count)
        )
        if not is_nothing(sold):
            (pool,) = {CLASSES[name].pool for name in classes_with(*allowance.rates)}
            spent = sum((claimed.expenditure[rate] for rate in allowance.rates), np.zeros_like(sold))
            share = np.minimum(sold, spent) / np.where(spent > 0, spent, 1)
            allocated = claimed.residue[pool] * share
            claimed.allocated[pool] = claimed.allocated[pool] + allocated
            claimed.residue[pool] = claimed.residue[pool] - allocated
