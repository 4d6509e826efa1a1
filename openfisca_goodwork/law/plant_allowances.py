"""The allowances on plant and machinery, and on which spending each is claimed (CAA 2001 Part 2, Chapters 4 and 5).

How much is claimed is for the company to say (``capital_allowances``; CAA 2001 ss.51A(7), 52(4)): a first-year allowance
that it claims by amount comes first, and what that claim leaves goes to the annual investment allowance and to the pool.
Where it says nothing, all is claimed. A company that pays tax wants the most relief soonest, so, for spending on one day:

1. a first-year allowance of 100% or more, where the class has one (super-deduction, full expensing, cars, charge points);
2. the annual investment allowance on the rest, first where the least relief is given otherwise in this period: on spending
   that has no first-year allowance, class by class (``Turn``); then on spending that has a smaller one, the lowest first
   (40%, 50%);
3. a smaller first-year allowance (50%, 40%) on what is left;
4. the pool.

No allowance is given on the same pound twice (CAA 2001 s.52A); none in the period in which the trade
ceases (ss.38B, 46).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from openfisca_core.periods import Period

from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.notes import Companies, cached_for_period
from openfisca_goodwork.law.periods import (
    AccountingPeriod,
    History,
    Segment,
    accounting_periods,
    constant_array,
    history,
    incurred_within,
    is_incurred_within,
    is_nothing,
    is_unlimited,
    segments,
    where,
)
from openfisca_goodwork.law.periods.history import segments_of
from openfisca_goodwork.law.plant import (
    CLASSES,
    FIRST_YEAR_ALLOWANCES,
    MAIN,
    SPECIAL,
    PlantClass,
    allowance_at,
    classes_with,
    first_year_allowance,
    in_turn,
    rate_path,
)
from openfisca_goodwork.law.training_match import ENABLED, TrainingMatch, training_match

LIMIT = "capital_allowances.annual_investment_allowance.limit"

# --- on which spending each allowance is claimed ---------------------------------------------------------------------


def claims(company: Companies, period: Period) -> Claims:
    """What is claimed on the plant of a period, worked out once for all formulas that ask for it."""
    return cached_for_period(company, period, _share_out)


def claims_by_class(company: Companies, period: Period) -> list[Claimed]:
    """What is claimed in a period class by class, stretch by stretch; first what was claimed first."""
    return _share_out(company, period, by_class=[]).by_class or []


def annual_allowance_on(company: Companies, period: Period, name: str) -> np.ndarray:
    """The annual investment allowance on one class of plant (£)."""
    of_class = (one for one in cached_for_period(company, period, claims_by_class) if one.plant.name == name)
    nothing = constant_array(0.0, company.count)
    return sum((one.allowance for one in of_class if not one.first_year and not one.is_pooled), nothing)


def _share_out(company: Companies, period: Period, by_class: list[Claimed] | None = None) -> Claims:
    """Share a period's spending on plant out over the allowances, in the order that the module gives."""
    spending, nothing = list(_incurred(company, period)), constant_array(0.0, company.count)
    annual_limit, match = _annual_limit(company, period), training_match(company, period)
    trading_on = ~company("is_final_accounting_period", period)
    pools = {MAIN: nothing, SPECIAL: nothing}
    annual, allocated, residue = dict(pools), dict(pools), dict(pools)
    claimed = Claims(company, period, trading_on, annual_limit, match, annual, allocated, residue, by_class)
    spending = list(claimed.claim_by_amount(spending))
    for one in spending:  # 1. a first-year allowance of 100% or more
        if one.rate >= 1:
            claimed.claim_first_year_allowance(one)
    for one in sorted(spending, key=lambda each: each.rate):  # 2. the annual investment allowance
        if one.rate < 1 and one.plant.has_annual_investment_allowance:
            claimed.claim_annual_investment_allowance(one)
    for one in spending:
        if 0 < one.rate < 1:  # 3. a smaller first-year allowance
            claimed.claim_first_year_allowance(one)
        claimed.allocate_to_pool(one)  # 4. what is left
    claimed.allocate_what_was_bought_and_sold()
    return claimed


def _incurred(company: Companies, period: Period) -> Iterator[Expenditure]:
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
    pairs = sorted(set(zip(places[is_there].tolist(), best[is_there].tolist(), strict=True)))
    return [(names[place] if rate else "", rate, is_there & (places == place) & (best == rate)) for place, rate in pairs]


# --- one way of claiming after the other -----------------------------------------------------------------------------


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


@dataclass(frozen=True)
class Claimed:
    """Spending on one class of plant on which one allowance is claimed, or that is left for the pool.

    Attributes:
        plant: the class. first_year: the name of a first-year allowance; nothing for the annual investment allowance.
        amount: the spending (£, one value a company). allowance: what it gives (£, one value a company; 0 for the pool).
        is_pooled: whether it is what no allowance of the period was claimed on.
    """

    plant: PlantClass
    first_year: str
    amount: np.ndarray
    allowance: np.ndarray
    is_pooled: bool = False


@dataclass
class Claims:
    """What is claimed on the plant of one accounting period (£, one value a company).

    Attributes:
        company, period: whose and when. trading_on: whether the trade does not cease in the period.
        annual_limit: what of the annual investment allowance is free, with its caps on spending in part of the period.
        match: the room that training leaves for allowances; None where the law does not ask for it (``training_match``).
        first_year: spending on which each first-year allowance is claimed, and at which rate, by the name of the rate.
        annual: the annual investment allowance, by pool.
        allocated: what is left for the pool in this period, by pool.
        residue: what a first-year allowance leaves for the pool of the next period (CAA 2001 s.58(5)), by pool.
        by_class: what is claimed class by class; None where nobody asks, since it would hold many arrays.
        left_of_claims: by the input that holds a claim of the company's own, what is left of it; None where nobody says.
    """

    company: Companies
    period: Period
    trading_on: np.ndarray
    annual_limit: AnnualLimit
    match: TrainingMatch | None
    annual: dict[str, Any]
    allocated: dict[str, Any]
    residue: dict[str, Any]
    by_class: list[Claimed] | None = None
    first_year: dict[str, list[tuple[np.ndarray, Any]]] = field(default_factory=lambda: defaultdict(list))
    left_of_claims: dict[str, np.ndarray | None] = field(default_factory=dict)

    def expenditure(self, name: str) -> np.ndarray:
        """Spending on which the first-year allowance of this name is claimed (£)."""
        nothing = constant_array(0.0, self.company.count)
        return sum((spent for spent, _rate in self.first_year[name]), nothing)

    def first_year_allowance(self, name: str) -> np.ndarray:
        """The first-year allowance of this name: spending on which it is claimed × its rate on the day (s.52(3); £)."""
        nothing = constant_array(0.0, self.company.count)
        return sum((spent * rate for spent, rate in self.first_year[name]), nothing)

    def claim_first_year_allowance(self, spending: Expenditure) -> None:
        """Claim in full the first-year allowance that the spending may have: CAA 2001 s.52."""
        qualifying = self._within_match(spending, spending.unrelieved * self.trading_on)
        self._give_first_year_allowance(spending, spending.name, spending.rate, qualifying)
        if self.match is None:  # the same as below: where every company trades on, no array has to be made
            spending.unrelieved = spending.unrelieved * ~self.trading_on
        else:
            spending.unrelieved = spending.unrelieved - qualifying

    def claim_annual_investment_allowance(self, spending: Expenditure) -> None:
        """Claim the annual investment allowance on what is unrelieved, so far as it is free: CAA 2001 s.51A."""
        plant = spending.plant
        wanted = self._within_match(spending, spending.unrelieved * self.trading_on)
        allowance = self.annual_limit.take(spending.stretch, self._within_claim(plant.annual_allowance_claim, wanted))
        self._use_claim(plant.annual_allowance_claim, allowance)
        self._use_match(spending, allowance)
        self._note(Claimed(plant, "", allowance, allowance))
        self.annual[plant.pool] = self.annual[plant.pool] + allowance
        spending.unrelieved = spending.unrelieved - allowance

    def allocate_to_pool(self, spending: Expenditure) -> None:
        """Put what has no allowance into its pool: CAA 2001 s.58."""
        pool = spending.plant.pool
        self.allocated[pool] = self.allocated[pool] + spending.unrelieved
        nothing = constant_array(0.0, self.company.count)
        self._note(Claimed(spending.plant, "", spending.unrelieved, nothing, is_pooled=True))

    def claim_by_amount(self, spending: list[Expenditure]) -> Iterator[Expenditure]:
        """Claim the first-year allowances of which the company says how much (CAA 2001 s.52(4)), ahead of all others.

        What such a claim leaves has another first-year allowance only if the company claims that by amount as well; the rest
        goes to the annual investment allowance and to the pool.

        Yields:
            What is still to be claimed on, in the order given.
        """
        for one in spending:
            asked = self._left_of(allowance_at(one.name).claim) if one.name else None
            if asked is None:
                yield one
                continue
            by_amount = np.isfinite(asked)
            rest = replace(one, name="", rate=0.0, unrelieved=one.unrelieved * by_amount)
            for name in sorted(one.plant.first_year_allowances, key=lambda each: each != one.name):
                claim, rates = allowance_at(name).claim, one.stretch.value(rate_path(name))
                left = self._left_of(claim)
                if left is None:
                    continue
                wanted = self._within_match(one, rest.unrelieved * (self.trading_on & (rates > 0) & np.isfinite(left)))
                qualifying = self._within_claim(claim, wanted)
                self._use_claim(claim, qualifying)
                self._give_first_year_allowance(rest, name, rates, qualifying)
                rest.unrelieved = rest.unrelieved - qualifying
            yield rest
            if not by_amount.all():
                yield replace(one, unrelieved=one.unrelieved * ~by_amount)

    def allocate_what_was_bought_and_sold(self) -> None:
        """Allocate at once what an allowance left of plant disposed of in the period it was bought in (s.58(6), (7))."""
        for allowance in FIRST_YEAR_ALLOWANCES.values():
            if not allowance.bought_and_sold:
                continue
            sold = self.company(allowance.bought_and_sold, self.period)
            if not is_nothing(sold):
                (pool,) = {CLASSES[name].pool for name in classes_with(*allowance.rates)}
                spent = sum((self.expenditure(rate) for rate in allowance.rates), np.zeros_like(sold))
                share = np.minimum(sold, spent) / where(spent > 0, spent, 1)
                allocated = self.residue[pool] * share
                self.allocated[pool] = self.allocated[pool] + allocated
                self.residue[pool] = self.residue[pool] - allocated

    def _give_first_year_allowance(self, spending: Expenditure, name: str, rate: Any, qualifying: np.ndarray) -> None:
        """Give a first-year allowance on some spending; what it leaves is for the pool of the next period (s.58(5))."""
        self._use_match(spending, qualifying)
        self.first_year[name].append((qualifying, rate))
        if self.by_class is not None:
            self._note(Claimed(spending.plant, name, qualifying, qualifying * rate))
        if np.min(rate) < 1:  # an allowance of 100% or more leaves nothing
            pool = spending.plant.pool
            self.residue[pool] = self.residue[pool] + qualifying * np.maximum(1 - rate, 0)

    def _note(self, claimed: Claimed) -> None:
        if self.by_class is not None:
            self.by_class.append(claimed)

    def _left_of(self, claim: str) -> np.ndarray | None:
        """What is left of a claim, infinite for companies that do not say how much; None where nobody does."""
        if claim not in self.left_of_claims:
            given = self.company(claim, self.period)
            self.left_of_claims[claim] = None if is_unlimited(given) else given
        return self.left_of_claims[claim]

    def _within_claim(self, claim: str, amount: np.ndarray) -> np.ndarray:
        left = self._left_of(claim)
        return amount if left is None else np.minimum(amount, left)

    def _use_claim(self, claim: str, amount: np.ndarray) -> None:
        left = self._left_of(claim)
        if left is not None:
            self.left_of_claims[claim] = left - amount

    def _within_match(self, spending: Expenditure, amount: np.ndarray) -> np.ndarray:
        """What of an amount may have an allowance: all of it, unless it has to go with training."""
        return amount if self.match is None else self.match.within(spending.stretch, amount)

    def _use_match(self, spending: Expenditure, amount: np.ndarray) -> None:
        if self.match is not None:
            self.match.use(spending.stretch, amount)


# --- the annual investment allowance: its limit, and its caps where the limit changes inside a period ----------------


class annual_investment_allowance_maximum(Variable):
    """Most that may be claimed as annual investment allowance (£).

    The limit, in proportion for a period that is not twelve months or straddles a change, times this company's share of
    the single allowance of its group.
    Example: the year to 31 March 2019 has 275/365 × £200,000 + 90/365 × £1,000,000 = £397,260.27.
    """

    label = "Annual investment allowance, maximum"
    reference = "CAA 2001 ss.51A(5), (6), 51C to 51E; FA 2019 Sch 13 para 1"
    rule = "Limit × length of the period × share of the group's allowance; where the limit changes, each limit by its days."

    def formula(company, period):
        limit = history(company.law, LIMIT)
        share_of_group = company("annual_investment_allowance_share", period)
        return accounting_periods(company, period).each(partial(maximum_of, limit)) * share_of_group


class annual_investment_allowance(Variable):
    """Annual investment allowance claimed (£): spending left by 100% allowances, up to the maximum and its caps.

    Example: special-rate plant of £1,200,000 in 2026 takes £1,000,000.
    """

    label = "Annual investment allowance"
    reference = "CAA 2001 ss.38A, 51A"
    box = "690"
    rule = (
        "Up to the maximum, on spending that no first-year allowance of 100% or more covers: first that without any, "
        "special-rate plant before second-hand, leased and new main-rate plant; then that with a smaller one, the lowest "
        "first. Spending before a rise of the limit counts as if it had not risen. No cars; none in the final period."
    )

    def formula(company, period):
        claimed_on = claims(company, period).annual
        return claimed_on[MAIN] + claimed_on[SPECIAL]


@dataclass
class AnnualLimit:
    """Annual investment allowance still free in an accounting period, with the cap on spending in each run of windows.

    A window is a stretch between two changes of the limit; a run is a window, or several in a row.

    Attributes (£, one value a company):
        runs: first and last window of each run; the last run is the whole period.
        free: per run, what spending in it may still take.
        limit: the parameter.
    """

    runs: list[tuple[int, int]]
    free: list[np.ndarray]
    limit: History

    def take(self, stretch: Segment, amount: np.ndarray) -> np.ndarray:
        """Use the allowance on spending in a stretch: no more than is free in any run that its window belongs to."""
        if len(self.runs) == 1:
            taken = np.minimum(amount, self.free[0])
            self.free = [self.free[0] - taken]
            return taken
        window = _window(self.limit, stretch)
        within = [(first <= window) & (window <= last) for first, last in self.runs]
        taken = amount
        for is_within, free in zip(within, self.free, strict=True):
            taken = np.minimum(taken, where(is_within, free, np.inf))
        self.free = [free - is_within * taken for is_within, free in zip(within, self.free, strict=True)]
        return taken


def _annual_limit(company: Companies, period: Period) -> AnnualLimit:
    """The caps on spending in each run of windows, times each company's share of the single allowance of its group.

    That of the whole period is no more than the company claims (s.51A(7)).
    """
    periods, parameter = accounting_periods(company, period), history(company.law, LIMIT)
    share = company("annual_investment_allowance_share", period)
    depth = int(periods.figure(_windows, parameter).values.max())
    runs = [(first, last) for first in reversed(range(depth)) for last in range(first, depth)]
    free = [periods.spread(periods.figure(_run_maximum, parameter, *run)) * share for run in runs]
    free[-1] = np.minimum(free[-1], company("annual_investment_allowance_claim", period))
    return AnnualLimit(runs, free, parameter)


def maximum_of(parameter: History, period: AccountingPeriod) -> float:
    """The maximum for a period: each part's limit by its share of the period, all by the period's length.

    CAA 2001 s.51A(6); FA 2014 Sch 2 para 4 and FA 2019 Sch 13 para 1 for a period that straddles a change.
    """
    return period.length_factor * sum(value * share for value, share in _parts(parameter, period))


def _windows(period: AccountingPeriod, parameter: History) -> int:
    """How many stretches of a period have a limit of their own."""
    return len(segments_of((parameter,), period))


def _run_maximum(period: AccountingPeriod, parameter: History, first: int, last: int) -> float:
    """What spending in a run of windows may take at most, first and last included.

    Spending before an increase is relieved as if the increase had not been made; spending after a decrease within what
    the part after it gives alone (FA 2019 Sch 13 para 1 on; FA 2013 Sch 1 para 2 where a period has one of each).
    """
    parts = _parts(parameter, period)
    values = [value for value, _share in parts]
    falls = [place for place in range(1, len(values)) if values[place] < values[place - 1]]
    counted_from = max((place for place in falls if place <= first), default=0)
    counted = [value if counted_from <= place <= last else 0.0 for place, value in enumerate(values)]
    for place in range(last + 1, len(values)):
        counted[place] = min(values[place], counted[place - 1])
    return period.length_factor * sum(value * share for value, (_limit, share) in zip(counted, parts, strict=True))


def _parts(parameter: History, period: AccountingPeriod) -> list[tuple[float, float]]:
    """The limit in force and the share of the period, window by window."""
    windows = segments_of((parameter,), period)
    return [(parameter.on(first), period.share(first, last)) for first, last in windows]


def _window(parameter: History, stretch: Segment) -> np.ndarray:
    """The window in which a stretch lies, per company (0 where it is empty)."""
    places = [
        0 if bounds is None else sum(first <= bounds[0] for first, _last in segments_of((parameter,), distinct)) - 1
        for distinct, bounds in zip(stretch.periods.distinct, stretch.bounds, strict=True)
    ]
    return stretch.periods.spread(np.array(places))


# --- first-year allowances -------------------------------------------------------------------------------------------

_FULL = (
    "Spending on days on which this is the highest rate that the class of plant may have × the rate; none in the final "
    "period."
)
_SMALLER = (
    "Spending on days on which this is the highest rate that the class of plant may have, less annual investment allowance "
    "used on it, × the rate."
)


class super_deduction_expenditure(Variable):
    """Expenditure on which the super-deduction is claimed (£)."""

    label = "Expenditure with the super-deduction"
    reference = "FA 2021 s.9(1), (2)"
    rule = "Spending on days on which this is the highest rate that the class of plant may have; none in the final period."

    def formula(company, period):
        return claims(company, period).expenditure("super_deduction")


@first_year_allowance("super_deduction")
class super_deduction(Variable, only_with=("super_deduction_expenditure",)):
    """Super-deduction: expenditure on which it is claimed × its rate in this period (£).

    Example: £40,000 in February 2023, year to 31 December 2023: £42,958.90.
    """

    label = "Super-deduction"
    reference = "FA 2021 ss.9 to 11"
    box = "691"
    rule = "Spending while the relief is in force × the super-deduction rate of the period; none in the final period."

    def formula(company, period):
        return company("super_deduction_expenditure", period) * company("super_deduction_rate", period)


@first_year_allowance(
    "special_rate_allowance",
    "special_rate_50",
    is_full=False,
    bought_and_sold="special_rate_allowance_plant_bought_and_sold",
)
class special_rate_allowance(Variable):
    """First-year allowance of 50% on new special-rate plant, of 2021 or since 2023 (£).

    Example: £100,000 left by the annual investment allowance gives £50,000; the other half joins the pool next period.
    """

    label = "First-year allowance on special-rate plant (50%)"
    reference = "FA 2021 s.9(3); CAA 2001 s.45S"
    box = "693"
    rule = _SMALLER

    def formula(company, period):
        claimed = claims(company, period)
        return claimed.first_year_allowance("special_rate_allowance") + claimed.first_year_allowance("special_rate_50")


@first_year_allowance("full_expensing")
class full_expensing(Variable):
    """Full expensing: 100% of spending on new main-rate plant for own use (£).

    That is the class ``main_rate_plant_new`` (cars and plant to lease out have classes of their own), on days on which
    ``capital_allowances.first_year_allowances.full_expensing`` has a rate. It comes before the annual investment allowance.
    Example: £3,000,000 in 2026 gives £3,000,000.
    """

    label = "Full expensing"
    reference = "CAA 2001 s.45S"
    box = "688"
    rule = _FULL

    def formula(company, period):
        return claims(company, period).first_year_allowance("full_expensing")


@first_year_allowance("main_rate_40", is_full=False, bought_and_sold="main_rate_allowance_plant_bought_and_sold")
class main_rate_first_year_allowance(Variable):
    """First-year allowance of 40% on new main-rate plant, plant to lease out included (£).

    Example: a hire company with £100,000 above the annual investment allowance on 1 July 2026 has £40,000.
    """

    label = "First-year allowance on main-rate plant (40%)"
    reference = "CAA 2001 s.45U; FA 2026 s.29"
    box = "part of 725"
    rule = _SMALLER

    def formula(company, period):
        return claims(company, period).first_year_allowance("main_rate_40")


@first_year_allowance("zero_emission_cars")
class zero_emission_car_allowance(Variable):
    """First-year allowance of 100% on new zero-emission cars (£).

    Example: a £30,000 electric car bought new in 2026 gives £30,000.
    """

    label = "First-year allowance on zero-emission cars"
    reference = "CAA 2001 s.45D"
    box = "726 or part of 725"
    rule = _FULL

    def formula(company, period):
        return claims(company, period).first_year_allowance("zero_emission_cars")


@first_year_allowance("charge_points", "energy_saving")
class other_first_year_allowances(Variable):
    """First-year allowances of 100% on charge points and on energy-saving plant (£)."""

    label = "First-year allowances on charge points and energy-saving plant"
    reference = "CAA 2001 ss.45A, 45EA, 45H"
    rule = _FULL

    def formula(company, period):
        claimed = claims(company, period)
        return claimed.first_year_allowance("charge_points") + claimed.first_year_allowance("energy_saving")


@first_year_allowance("special_tax_site")
class special_tax_site_allowance(Variable):
    """First-year allowance of 100% on new plant in a special tax site, special-rate plant included (£).

    Example: £400,000 of wiring for a factory in a freeport gives £400,000, and leaves the annual investment allowance alone.
    """

    label = "First-year allowance in special tax sites"
    reference = "CAA 2001 ss.45O, 52"
    rule = _FULL

    def formula(company, period):
        return claims(company, period).first_year_allowance("special_tax_site")


__all__ = ["FIRST_YEAR_ALLOWANCES", "LIMIT", "Claims", "claims", "claims_by_class"]
