"""What is claimed on which spending on plant: the period's spending shared out over the allowances.

The order is that of the docstring of ``law/plant.py``: first-year allowances that the company claims by amount, those of
100% or more, the annual investment allowance, smaller first-year allowances, the pool. No pound has two of them (CAA 2001
s.52A), and none is given in the period in which the trade ceases (ss.38B, 46).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from openfisca_goodwork.law.annual_investment_allowance import LIMIT, AnnualLimit, annual_limit
from openfisca_goodwork.law.notes import cached_for_period
from openfisca_goodwork.law.periods import (
    Segment,
    constant_array,
    incurred_within,
    is_incurred_within,
    is_nothing,
    is_unlimited,
    segments,
    where,
)
from openfisca_goodwork.law.plant_register import (
    CLASSES,
    FIRST_YEAR_ALLOWANCES,
    MAIN,
    SPECIAL,
    PlantClass,
    allowance_at,
    classes_with,
    in_turn,
    rate_path,
)
from openfisca_goodwork.law.training_match import ENABLED, TrainingMatch, training_match


@dataclass(frozen=True)
class Claimed:
    """Spending on one class of plant on which one allowance is claimed, or that is left for the pool.

    Attributes:
        plant: the class. rate: the rate of a first-year allowance of that name; nothing for the annual investment allowance.
        amount: the spending (£, one value a company). allowance: what it gives (£, one value a company; 0 for the pool).
        is_pooled: whether it is what no allowance of the period was claimed on.
    """

    plant: PlantClass
    rate: str
    amount: np.ndarray
    allowance: np.ndarray
    is_pooled: bool = False


@dataclass
class Claimable:
    """What the company's own claims leave to be claimed in one accounting period (£, one value a company).

    Attributes:
        company, period: whose and when.
        left: by the input that holds the claim, what is left of it; None where nobody says how much is claimed.
    """

    company: Any
    period: Any
    left: dict[str, np.ndarray | None] = field(default_factory=dict)

    def of(self, claim: str) -> np.ndarray | None:
        """What is left of a claim, infinite for companies that do not say; None where nobody does."""
        if claim not in self.left:
            given = self.company(claim, self.period)
            self.left[claim] = None if is_unlimited(given) else given
        return self.left[claim]

    def within(self, claim: str, amount: np.ndarray) -> np.ndarray:
        """So much of an amount as the claim still reaches."""
        left = self.of(claim)
        return amount if left is None else np.minimum(amount, left)

    def use(self, claim: str, amount: np.ndarray) -> None:
        """Take what is claimed off what is left of a claim."""
        left = self.of(claim)
        if left is not None:
            self.left[claim] = left - amount


@dataclass
class Claims:
    """What is claimed in one accounting period (£, one value a company).

    Attributes:
        nothing: 0 for every company.
        claimable: what the company's own claims still leave.
        limit: what of the annual investment allowance is free, with its caps on spending in part of the period.
        match: the room that training leaves for allowances; None where the law does not ask for it (``training_match``).
        qualifying: spending on which each first-year allowance is claimed, and at which rate, by the name of the rate.
        annual_investment_allowance: by pool.
        allocated: what is left for the pool in this period, by pool.
        residue: what a first-year allowance leaves for the pool of the next period (CAA 2001 s.58(5)), by pool.
        by_class: what is claimed class by class; None where nobody asks, since it would hold many arrays.
    """

    nothing: np.ndarray
    claimable: Claimable
    limit: AnnualLimit
    match: TrainingMatch | None
    qualifying: dict[str, list[tuple[np.ndarray, Any]]]
    annual_investment_allowance: dict[str, Any]
    allocated: dict[str, Any]
    residue: dict[str, Any]
    by_class: list[Claimed] | None = None

    def expenditure(self, name: str) -> np.ndarray:
        """Spending on which the first-year allowance of this name is claimed (£)."""
        return sum((amount for amount, _rate in self.qualifying[name]), self.nothing)

    def first_year_allowance(self, name: str) -> np.ndarray:
        """The first-year allowance of this name, before any taper (£)."""
        return sum((amount * rate for amount, rate in self.qualifying[name]), self.nothing)

    def within_match(self, stretch: Segment, amount: np.ndarray) -> np.ndarray:
        """What of spending in a stretch may have an allowance: all of it, unless it has to go with training."""
        return amount if self.match is None else self.match.within(stretch, amount)

    def use_match(self, stretch: Segment, amount: np.ndarray) -> None:
        """Take what has had an allowance off the room that training leaves."""
        if self.match is not None:
            self.match.use(stretch, amount)


@dataclass
class Expenditure:
    """Spending on a class of plant, in one stretch of the period, that may have one rate of first-year allowance.

    Attributes:
        plant: the class. stretch: days on which the rates, the limit and the match do not change.
        name: of the best first-year allowance in force; nothing where there is none. rate: of it; 0 where there is none.
        unrelieved: what has no allowance yet (£, one value a company; 0 for companies that have another rate).
    """

    plant: PlantClass
    stretch: Segment
    name: str
    rate: float
    unrelieved: np.ndarray


def claims_by_class(company: Any, period: Any) -> list[Claimed]:
    """What is claimed in a period class by class, stretch by stretch; first what was claimed first."""
    return _share_out(company, period, by_class=[]).by_class or []


def annual_allowance_on(company: Any, period: Any, name: str) -> np.ndarray:
    """The annual investment allowance on one class of plant (£)."""
    of_class = (one for one in cached_for_period(company, period, claims_by_class) if one.plant.name == name)
    nothing = constant_array(0.0, company.count)
    return sum((one.allowance for one in of_class if not one.rate and not one.is_pooled), nothing)


def claims(company: Any, period: Any) -> Claims:
    """What is claimed on the plant of a period, worked out once for all formulas that ask for it."""
    return cached_for_period(company, period, _share_out)


def _share_out(company: Any, period: Any, by_class: list[Claimed] | None = None) -> Claims:
    """Share a period's spending on plant out over the allowances, in the order that the module gives."""
    nothing = constant_array(0.0, company.count)
    incurred = list(_incurred(company, period))
    limit, match = annual_limit(company, period), training_match(company, period)
    by_pool = {MAIN: nothing, SPECIAL: nothing}
    claimed = Claims(
        nothing,
        Claimable(company, period),
        limit,
        match,
        qualifying=defaultdict(list),
        annual_investment_allowance=dict(by_pool),
        allocated=dict(by_pool),
        residue=dict(by_pool),
        by_class=by_class,
    )
    trading_on = ~company("is_final_accounting_period", period)
    incurred = list(_claim_by_amount(claimed, incurred, trading_on))
    for expenditure in incurred:
        if expenditure.rate >= 1:
            _claim_first_year_allowance(claimed, expenditure, trading_on)
    for expenditure in sorted(incurred, key=lambda one: one.rate):
        if expenditure.rate < 1 and expenditure.plant.has_annual_investment_allowance:
            _claim_annual_investment_allowance(claimed, expenditure, trading_on)
    for expenditure in incurred:
        if 0 < expenditure.rate < 1:
            _claim_first_year_allowance(claimed, expenditure, trading_on)
        pool = expenditure.plant.pool
        claimed.allocated[pool] = claimed.allocated[pool] + expenditure.unrelieved
        if by_class is not None:
            by_class.append(Claimed(expenditure.plant, "", expenditure.unrelieved, nothing, is_pooled=True))
    _allocate_what_was_bought_and_sold(claimed, company, period)
    return claimed


def _incurred(company: Any, period: Any) -> Iterator[Expenditure]:
    """Spending class by class, and of each stretch by stretch: cut where an allowance that the class may have changes."""
    cuts: dict[tuple[str, ...], list[Segment]] = {}
    for plant in in_turn():
        allowances = plant.first_year_allowances
        if allowances not in cuts:
            cuts[allowances] = segments(company, period, LIMIT, ENABLED, *map(rate_path, allowances))
        for stretch in cuts[allowances]:
            if is_incurred_within(stretch, plant.name):
                for name, rate, has_it in stretch.known(_best_rates, allowances):
                    yield Expenditure(plant, stretch, name, rate, incurred_within(stretch, plant.name, has_it))


def _best_rates(stretch: Segment, names: tuple[str, ...]) -> list[tuple[str, float, np.ndarray]]:
    """The best of some first-year allowances and its rate, and which of the distinct accounting periods have that one."""
    is_there = np.array([bounds is not None for bounds in stretch.bounds])
    rates = np.array([stretch.value_of_each(rate_path(name)) for name in names] or [np.zeros(is_there.size)])
    best, places = rates.max(axis=0), rates.argmax(axis=0)
    found = sorted(set(zip(places[is_there].tolist(), best[is_there].tolist(), strict=True)))
    return [(names[place] if rate else "", rate, is_there & (places == place) & (best == rate)) for place, rate in found]


def _claim_by_amount(claimed: Claims, incurred: list[Expenditure], trading_on: np.ndarray) -> Iterator[Expenditure]:
    """Claim the first-year allowances of which the company says how much (CAA 2001 s.52(4)), ahead of all others.

    What such a claim leaves has another first-year allowance only if the company claims that by amount as well; the rest
    goes to the annual investment allowance and to the pool.

    Yields:
        What is still to be claimed on, in the order given.
    """
    for one in incurred:
        asked = claimed.claimable.of(allowance_at(one.name).claim) if one.name else None
        if asked is None:
            yield one
            continue
        by_amount = np.isfinite(asked)
        rest = replace(one, name="", rate=0.0, unrelieved=one.unrelieved * by_amount)
        for name in sorted(one.plant.first_year_allowances, key=lambda each: each != one.name):
            claim, rates = allowance_at(name).claim, one.stretch.value(rate_path(name))
            left = claimed.claimable.of(claim)
            if left is None:
                continue
            wanted = claimed.within_match(one.stretch, rest.unrelieved * (trading_on & (rates > 0) & np.isfinite(left)))
            qualifying = claimed.claimable.within(claim, wanted)
            claimed.claimable.use(claim, qualifying)
            _note_first_year_allowance(claimed, rest, name, rates, qualifying)
            rest.unrelieved = rest.unrelieved - qualifying
        yield rest
        if not by_amount.all():
            yield replace(one, unrelieved=one.unrelieved * ~by_amount)


def _claim_first_year_allowance(claimed: Claims, expenditure: Expenditure, trading_on: np.ndarray) -> None:
    """Claim the first-year allowance that the spending may have, in full: CAA 2001 s.52."""
    qualifying = claimed.within_match(expenditure.stretch, expenditure.unrelieved * trading_on)
    _note_first_year_allowance(claimed, expenditure, expenditure.name, expenditure.rate, qualifying)
    if claimed.match is None:  # the same as below: where every company trades on, no array has to be made
        expenditure.unrelieved = expenditure.unrelieved * ~trading_on
    else:
        expenditure.unrelieved = expenditure.unrelieved - qualifying


def _note_first_year_allowance(
    claimed: Claims, expenditure: Expenditure, name: str, rate: Any, qualifying: np.ndarray
) -> None:
    """Note spending on which a first-year allowance is claimed, and what the allowance leaves for the next period's pool."""
    claimed.use_match(expenditure.stretch, qualifying)
    claimed.qualifying[name].append((qualifying, rate))
    if claimed.by_class is not None:
        claimed.by_class.append(Claimed(expenditure.plant, name, qualifying, qualifying * rate))
    if np.min(rate) < 1:  # an allowance of 100% or more leaves nothing
        pool = expenditure.plant.pool
        claimed.residue[pool] = claimed.residue[pool] + qualifying * np.maximum(1 - rate, 0)


def _claim_annual_investment_allowance(claimed: Claims, expenditure: Expenditure, trading_on: np.ndarray) -> None:
    """Use the annual investment allowance: spending comes in the order of what a first-year allowance would give on it."""
    pool, stretch = expenditure.plant.pool, expenditure.stretch
    wanted = claimed.within_match(stretch, expenditure.unrelieved * trading_on)
    plant = expenditure.plant
    allowance = claimed.limit.take(stretch, claimed.claimable.within(plant.annual_allowance_claim, wanted))
    claimed.claimable.use(plant.annual_allowance_claim, allowance)
    claimed.use_match(stretch, allowance)
    if claimed.by_class is not None:
        claimed.by_class.append(Claimed(expenditure.plant, "", allowance, allowance))
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
            spent = sum((claimed.expenditure(rate) for rate in allowance.rates), np.zeros_like(sold))
            share = np.minimum(sold, spent) / where(spent > 0, spent, 1)
            allocated = claimed.residue[pool] * share
            claimed.allocated[pool] = claimed.allocated[pool] + allocated
            claimed.residue[pool] = claimed.residue[pool] - allocated
