"""What companies pay under two laws, and when: flows by kind of payment, and the bridge from accruals to cash.

Tax left after credits set off falls due as the law's payment regime has it, each law's own: where a relief takes a company
out of instalments, all of its tax is paid later. Losses surrendered save tax when the rest of the group pays, which for
the most part is very large; repayments for
losses carried back and credits paid out have dates of their own, which are assumptions (``assumptions.timing.payment``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork import system
from openfisca_goodwork.costing.runs import AUGMENTED, CHARGE, CREDITS, REPAYMENT, SAVED, TAX, Base, ByLabel, Outcome
from openfisca_goodwork.law.payment import PaymentRegime, PaymentTerms, instalments, payment_terms
from openfisca_goodwork.law.periods import (
    AccountingPeriod,
    AccountingPeriods,
    add_months,
    financial_year,
    history,
    shares_by_financial_year,
)

# --- accruals: from accounting periods to financial years ------------------------------------------------------------
# The tax of an accounting period accrues evenly over its months. That is the rule of the National Accounts since
# February 2017, whatever the payment regime: each payment is moved back to the months whose profits it is for.
# Instalments of large companies count in the three months four to six months before, those of very large ones in the
# month paid and the two before, payments of other companies 10 to 21 months before. For twelve months each lands on
# the period's own months; a shorter one is given its own months too. Costings before 2017 are cash.
#
# Source: OBR, New national accounts accruals methodology for corporation tax,
# https://obr.uk/box/new-national-accounts-accruals-methodology-for-corporation-tax/


SharesOf = Callable[[AccountingPeriod], Mapping[int, float]]


@cache
def accrued_shares(period: AccountingPeriod) -> Mapping[int, float]:
    """Share of an accounting period's tax that accrues in each financial year; together 1."""
    return shares_by_financial_year(period.start, period.end)


def year_shares(periods: AccountingPeriods, years: Sequence[int]) -> np.ndarray:
    """Share of each distinct accounting period's tax that accrues in each of some years: periods × years."""
    return np.array([[accrued_shares(one).get(year, 0.0) for year in years] for one in periods.distinct])


def _year_of_end(period: AccountingPeriod) -> Mapping[int, float]:
    return {financial_year(period.end): 1.0}


class Accruals:
    """Adds weighted amounts of accounting periods up into financial years.

    Args:
        base: the companies. weights: how many each record stands for.
        years: the financial years wanted, by the year each begins in.
        parts: stretches of the records that are added up each by itself, a row of the totals each; none for all as one.
    """

    def __init__(self, base: Base, weights: np.ndarray, years: tuple[int, ...], parts: Sequence[slice] = ()) -> None:
        self.base, self.weights, self.years, self.parts = base, weights, years, parts
        self._shares: dict[tuple[int, SharesOf], list[list[tuple[int, float]]]] = {}

    def over_months(self, amounts: ByLabel) -> np.ndarray:
        """Weighted total over the months of each financial year: tax that accrues (£), or what is spent or done."""
        return self._spread(amounts, accrued_shares)

    def ending_in(self, counts: ByLabel) -> np.ndarray:
        """Weighted total over the accounting periods that end in each financial year, as official counts have it."""
        return self._spread(counts, _year_of_end)

    def _spread(self, amounts: ByLabel, shares_of: SharesOf) -> np.ndarray:
        found = [self._spread_part(amounts, shares_of, part) for part in self.parts or (slice(None),)]
        return np.array(found if self.parts else found[0])

    def _spread_part(self, amounts: ByLabel, shares_of: SharesOf, part: slice) -> list[float]:
        totals = dict.fromkeys(self.years, 0.0)
        for label, values in amounts.items():
            periods = self.base.periods[label]
            weighted = self.weights[part] * values[part]
            sums = np.bincount(periods.index[part], weights=weighted, minlength=len(periods.distinct))
            for shares, amount in zip(self._shares_in(label, shares_of), sums.tolist(), strict=True):
                for year, share in shares if amount else ():
                    totals[year] += share * amount
        return [totals[year] for year in self.years]

    def _shares_in(self, label: int, shares_of: SharesOf) -> list[list[tuple[int, float]]]:
        """Financial years wanted and shares of them, one list a distinct accounting period of the label."""
        if (label, shares_of) not in self._shares:
            every = (shares_of(one).items() for one in self.base.periods[label].distinct)
            self._shares[label, shares_of] = [[pair for pair in pairs if pair[0] in self.years] for pairs in every]
        return self._shares[label, shares_of]


# --- when it is paid: flows by kind, and from accruals to cash -------------------------------------------------------


REGIMES = tuple(kind.name for kind in PaymentRegime)
ROWS = (*REGIMES, "surrendered_losses", "repayments", "credits")
_REGIME = "payment_regime"
_LARGE_BEFORE = "large_company_carried_forward"
_FACTS = ("accounting_period_start", "accounting_period_end", "associated_companies", "related_51_percent_companies")
_FIRST = "first_accounting_period"
_TIMING = "assumptions.timing.payment"
CONVENTIONS = REPAYMENT_MONTHS, CREDIT_MONTHS, GROUP_IS_LARGE, GROUP_IS_VERY_LARGE = tuple(
    f"{_TIMING}.{name}"
    for name in ("repayment_months_after_end", "credit_months_after_end", "group_is_large", "group_is_very_large")
)
_VERY_LARGE_ABOVE = "payment.thresholds.very_large"


@dataclass(frozen=True, eq=False)
class Flows:
    """What the Exchequer has, by how it is paid (``ROWS``) and financial year (£; credits and repayments are negative).

    Attributes:
        accrued, paid: one row a kind of payment, one column a year.
        straddling: accrued in all years, of the accounting periods that a first day falls into.
        straddling_by_year: what of that accrues in each year.
    """

    accrued: np.ndarray
    paid: np.ndarray
    straddling: float
    straddling_by_year: np.ndarray

    def _each(self, made: Callable[[Any, str], Any]) -> Flows:
        return Flows(**{one.name: made(getattr(self, one.name), one.name) for one in fields(Flows)})

    def __add__(self, other: Flows) -> Flows:
        return self._each(lambda amount, name: amount + getattr(other, name))

    def __sub__(self, other: Flows) -> Flows:
        return self._each(lambda amount, name: amount - getattr(other, name))

    def __rmul__(self, factor: float) -> Flows:
        return self._each(lambda amount, _name: factor * amount)

    @property
    def in_cash(self) -> np.ndarray:
        """All kinds of payment together, by the year in which they fall due (£)."""
        return self.paid.sum(axis=0)

    @classmethod
    def none(cls, years: int) -> Flows:
        """Flows of 0 over a number of financial years."""
        return cls(np.zeros((len(ROWS), years)), np.zeros((len(ROWS), years)), 0.0, np.zeros(years))


def payment_regimes(law: TaxBenefitSystem, base: Base, outcome: Outcome) -> dict[int, np.ndarray]:
    """The payment regime of each company under a law, by label (place among ``REGIMES``), given what it is charged.

    The law's own formula, run upon the charge of the outcome; what a company was before the first label is handed on.
    """
    before = base.start - 1
    given: dict[int, dict[str, np.ndarray]] = {}
    if before in base.inputs:
        nothing = np.zeros(base.inputs[before][_FACTS[0]].size)
        handed_on = {_LARGE_BEFORE: base.inputs[before][_LARGE_BEFORE], CHARGE: nothing, AUGMENTED: nothing}
        given[before] = _facts(base, before) | handed_on
    for label, values in outcome.values.items():
        given[label] = _facts(base, label) | {name: np.asarray(values[name]) for name in (CHARGE, AUGMENTED)}
    first = {label: {_FIRST: np.maximum(base.inputs[label].get(_FIRST, 0), min(given))} for label in given}
    found = system.run(law, {label: one | first[label] for label, one in given.items()}, (_REGIME,))
    return {label: np.asarray(found[label][_REGIME]) for label in outcome.values}


def _facts(base: Base, label: int) -> dict[str, np.ndarray]:
    return {name: base.inputs[label][name] for name in _FACTS if name in base.inputs[label]}


class Ledger:
    """Adds what companies pay up into financial years, accrued and in cash.

    Args:
        base: the companies. weights: how many each record stands for.
        years: the financial years wanted, by the year each begins in.
        first_day: the day whose accounting periods are told apart.
    """

    def __init__(self, base: Base, weights: np.ndarray, years: tuple[int, ...], first_day: date) -> None:
        self.base, self.weights, self.years, self.first_day = base, weights, years, first_day
        self._regimes: dict[Outcome, dict[int, np.ndarray]] = {}
        self._known: dict[Outcome, Flows] = {}
        self._dues: dict[tuple[Any, AccountingPeriod], list[list[float]]] = {}

    def of(self, law: TaxBenefitSystem, outcome: Outcome) -> Flows:
        """All that the companies pay and are paid in one run of a law."""
        if outcome not in self._known:
            self._known[outcome] = self._flows(law, self._sums_of(law, outcome))
        return self._known[outcome]

    def shared(self, law: TaxBenefitSystem, outcome: Outcome, share: np.ndarray) -> Flows:
        """Payments on a share of each company's amounts."""
        return self._flows(law, self._sums_of(law, outcome, share))

    def as_tax(self, law: TaxBenefitSystem, outcome: Outcome, amounts: ByLabel) -> Flows:
        """Other amounts (£ per record, by label), due when the companies' tax of a run is."""
        regimes = self.regimes(law, outcome)
        rows = ((label, self._by_regime(label, regimes, self.weights * amount)) for label, amount in amounts.items())
        return self._flows(law, ((label, np.vstack([due, np.zeros_like(due)])) for label, due in rows))

    def regimes(self, law: TaxBenefitSystem, outcome: Outcome) -> dict[int, np.ndarray]:
        """The payment regimes of a run, found once."""
        if outcome not in self._regimes:
            self._regimes[outcome] = payment_regimes(law, self.base, outcome)
        return self._regimes[outcome]

    def _sums_of(
        self, law: TaxBenefitSystem, outcome: Outcome, share: np.ndarray | float = 1.0
    ) -> Iterator[tuple[int, np.ndarray]]:
        """Label and weighted totals (£): one row a kind of payment, one column a distinct accounting period."""
        regimes = self.regimes(law, outcome)
        for label, given in outcome.values.items():
            weights = self.weights * share
            repaid, saved, credited = (-weights * given[name] for name in (REPAYMENT, SAVED, CREDITS))
            due = weights * given[TAX] - repaid - saved
            rows = [self._sum(label, one) for one in (saved, repaid, credited)]
            yield label, np.vstack([self._by_regime(label, regimes, due), *rows])

    def _sum(self, label: int, amounts: np.ndarray) -> np.ndarray:
        periods = self.base.periods[label]
        return np.bincount(periods.index, weights=amounts, minlength=len(periods.distinct))

    def _by_regime(self, label: int, regimes: ByLabel, amounts: np.ndarray) -> np.ndarray:
        periods = self.base.periods[label]
        code = periods.index * len(REGIMES) + regimes[label]
        found = np.bincount(code, weights=amounts, minlength=len(periods.distinct) * len(REGIMES))
        return found.reshape(-1, len(REGIMES)).T

    def _flows(self, law: TaxBenefitSystem, sums: Iterator[tuple[int, np.ndarray]]) -> Flows:
        total = Flows.none(len(self.years))
        for label, one in sums:
            distinct = self.base.periods[label].distinct
            is_across = np.array([each.start < self.first_day <= each.end for each in distinct])
            paid = np.einsum("rp,rpy->ry", one, self._due(law, distinct))
            across = one[:, is_across].sum(axis=0)
            shares = year_shares(self.base.periods[label], self.years)
            total += Flows(one @ shares, paid, float(across.sum()), across @ shares[is_across])
        return total

    def _due(self, law: TaxBenefitSystem, distinct: tuple[AccountingPeriod, ...]) -> np.ndarray:
        """Share that falls due in each financial year (third), by kind of payment and accounting period."""
        for one in distinct:
            if (law, one) not in self._dues:
                self._dues[law, one] = self._due_of(law, one)
        return np.array([self._dues[law, one] for one in distinct]).transpose(1, 0, 2)

    def _due_of(self, law: TaxBenefitSystem, period: AccountingPeriod) -> list[list[float]]:
        """Share that falls due in each financial year (column), by kind of payment (row)."""
        terms = payment_terms(law, period.start)
        by_regime = {regime: self._in_years(_shares_due(regime, period, terms)) for regime in REGIMES}
        months = (int(history(law, path).on(period.end)) for path in (REPAYMENT_MONTHS, CREDIT_MONTHS))
        own = [self._in_years({financial_year(add_months(period.end, later)): 1.0}) for later in months]
        return [*by_regime.values(), self._of_group(law, by_regime, period), *own]

    def _of_group(
        self, law: TaxBenefitSystem, by_regime: Mapping[str, list[float]], period: AccountingPeriod
    ) -> list[float]:
        """Share in each financial year of the tax that losses surrendered save the rest of a group."""
        if not history(law, GROUP_IS_LARGE).on(period.end):
            return by_regime["ordinary"]
        has_very_large = np.isfinite(history(law, _VERY_LARGE_ABOVE).on(period.start))
        share = float(history(law, GROUP_IS_VERY_LARGE).on(period.end)) if has_very_large else 0.0
        return [
            (1 - share) * large + share * very
            for large, very in zip(by_regime["large"], by_regime["very_large"], strict=True)
        ]

    def _in_years(self, shares: Mapping[int, float]) -> list[float]:
        return [shares.get(year, 0.0) for year in self.years]


@cache
def _shares_due(regime: str, period: AccountingPeriod, terms: PaymentTerms) -> Mapping[int, float]:
    """Share of the tax of a period that a regime makes due, by financial year."""
    shares: dict[int, float] = {}
    for one in instalments(1.0, regime, period.start, period.end, terms):
        shares[financial_year(one.due)] = shares.get(financial_year(one.due), 0.0) + one.amount
    return shares


_MILLION = 1e6

Amounts = tuple[float, ...]


@dataclass(frozen=True)
class Bridge:
    """From accruals to cash (£ million by financial year; plus improves the public finances).

    Attributes:
        accruals: the post-behavioural effect as it accrues over the months of accounting periods.
        timing: what the dates of each kind of payment add to it, by kind (``ROWS``).
        cash: the effect when it falls due, which is accruals and timing together.
    """

    accruals: Amounts
    timing: Mapping[str, Amounts]
    cash: Amounts

    @classmethod
    def of(cls, flows: Flows) -> Bridge:
        """The bridge of flows in £."""
        moved = flows.paid - flows.accrued
        timing = {row: millions(amounts) for row, amounts in zip(ROWS, moved, strict=True)}
        return cls(millions(flows.accrued.sum(axis=0)), timing, millions(flows.paid.sum(axis=0)))

    @property
    def difference(self) -> Amounts:
        """Cash less accruals, by year."""
        return tuple(paid - accrued for paid, accrued in zip(self.cash, self.accruals, strict=True))


def millions(amounts: Any) -> Amounts:
    """Amounts in £ (an array) as £ million, nothing never with a sign."""
    return tuple((amounts / _MILLION + 0.0).tolist())
