"""The charge to corporation tax: rates and marginal relief (CTA 2010 ss.18A to 18N, before 2015 ss.18 to 24).

Where a limit changes inside an accounting period, the parts before and after are periods of their own, profits shared by
days (FA 2014 Sch 1 para 22(2) to (4) for 1 April 2015, FA 2021 Sch 1 para 34 for 1 April 2023). Where only a rate changes,
one computation of limits and the rates weighted by days.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from openfisca_core.periods import Period

from openfisca_goodwork.law.model import SHARE, Variable
from openfisca_goodwork.law.notes import Companies, cached_for_period
from openfisca_goodwork.law.periods import (
    AccountingPeriod,
    constant_array,
    days_between,
    financial_year,
    financial_year_start,
    history,
    is_nothing,
    over_period,
    picked,
    segments,
    where,
)
from openfisca_goodwork.law.periods.calendar import ONE_DAY

RATES = {"main": "corporation_tax.main_rate", "small": "corporation_tax.small_profits_rate"}
FRACTION = "corporation_tax.marginal_relief.fraction"
LIMITS = ("corporation_tax.marginal_relief.lower_limit", "corporation_tax.marginal_relief.upper_limit")


@dataclass(frozen=True)
class ChargePart:
    """A part of the accounting period that is charged on its own (one value a company).

    Attributes:
        share: its share of the period's profits.
        main, small: rates. fraction: of marginal relief.
        lower, upper: limits for this part and this company, divided by its associated companies (£).
        has_small_rate: whether the company may have the small profits rate and marginal relief at all.
    """

    share: np.ndarray
    main: np.ndarray
    small: np.ndarray
    fraction: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    has_small_rate: np.ndarray

    @property
    def _is_flat(self) -> bool:
        """Whether all profits of all companies have one rate, without marginal relief: then no limit matters."""
        return is_nothing(self.fraction) and is_nothing(self.small - self.main)

    def _has_relief(self, augmented: np.ndarray) -> np.ndarray:
        """Where augmented profits lie between the limits."""
        part = augmented * self.share
        return self.has_small_rate & (part > self.lower) & (part <= self.upper)

    def is_charged_at_small_rate(self, augmented: np.ndarray) -> np.ndarray:
        """Where augmented profits do not exceed the lower limit."""
        return self.has_small_rate & (augmented * self.share <= self.lower)

    def _rate(self, augmented: np.ndarray) -> np.ndarray:
        """The rate before marginal relief."""
        return where(self.is_charged_at_small_rate(augmented), self.small, self.main)

    def relief(self, profits: np.ndarray, augmented: np.ndarray) -> np.ndarray:
        """Marginal relief on the part's share: F × (U − A) × N ÷ A, as CTA 2010 s.18B(2) has it (£).

        F is the fraction, U the upper limit, A augmented profits and N taxable total profits. The relief reduces the
        corporation tax charged, and so is at most that tax.
        """
        between = self._has_relief(augmented)
        if not between.any():
            return constant_array(0.0, profits.size)
        relief, at = np.zeros(profits.size), np.flatnonzero(between)
        some, n, a = self.only(at), profits[at], augmented[at]
        by_fraction = some.fraction * (some.upper - a * some.share) * (n / a)
        relief[at] = np.minimum(by_fraction, some.main * n * some.share)
        return relief

    def _takes_all(self, augmented: np.ndarray) -> np.ndarray:
        """Where the fraction would come to more than the tax, so that the relief is all of it."""
        part = augmented * self.share
        return self.fraction * (self.upper - part) > self.main * part

    def tax(self, profits: np.ndarray, augmented: np.ndarray) -> np.ndarray:
        """Tax on the part's share of taxable total profits, after marginal relief (£)."""
        if self._is_flat:
            return self.main * profits * self.share
        return self._rate(augmented) * profits * self.share - self.relief(profits, augmented)

    def only(self, at: np.ndarray) -> ChargePart:
        """The part for some of the companies, by their places."""
        return ChargePart(**{one.name: picked(getattr(self, one.name), at) for one in fields(self)})

    def tax_of_last(self, profits: np.ndarray, less: np.ndarray, exempt_distributions: np.ndarray) -> np.ndarray:
        """Tax that profits bear above a lower amount of profits, worked out without subtracting two large sums (£)."""
        augmented, step = profits + exempt_distributions, profits - less
        tax = self._rate(augmented) * step * self.share
        reaches = self.has_small_rate & (augmented * self.share > self.lower)
        reaches = reaches & ((less + exempt_distributions) * self.share <= self.upper)
        if reaches.any():
            at = np.flatnonzero(reaches)
            some, tax = self.only(at), np.array(tax)
            tax[at] = some._near_the_limits(less[at], step[at], exempt_distributions[at])  # noqa: SLF001
        return tax

    def _near_the_limits(self, less: np.ndarray, step: np.ndarray, exempt_distributions: np.ndarray) -> np.ndarray:
        """Tax on a step of profits that begins or ends between the limits, or crosses them (£).

        Fraction × (upper limit − share × a) × p ÷ a, with augmented profits a = p + distributions, is worth for each £1
        more of p: fraction × (upper limit × distributions ÷ (a × a of £1 less) − share).
        """
        augmented_less = less + exempt_distributions
        augmented = augmented_less + step
        rate, rate_less = self._rate(augmented), self._rate(augmented_less)
        product = augmented * augmented_less
        risen = exempt_distributions / where(product > 0, product, 1)
        by_fraction = (self._has_relief(one) & ~self._takes_all(one) for one in (augmented, augmented_less))
        more_relief = where(
            np.logical_and(*by_fraction),
            self.fraction * step * (self.upper * risen - self.share),
            self.relief(less + step, augmented) - self.relief(less, augmented_less),
        )
        return (rate * step + (rate - rate_less) * less) * self.share - more_relief


def charge_parts(company: Companies, period: Period) -> list[ChargePart]:
    """The parts of each company's period that are charged on their own, with their rates and limits."""
    divisor = 1 + company("associated_companies", period)
    has_small_rate = company("is_uk_resident", period) & ~company("is_close_investment_holding_company", period)
    parts = []
    for stretch in segments(company, period, *LIMITS):
        scale = stretch.length_factor / divisor
        lower, upper = (stretch.value(path) * scale for path in LIMITS)
        rates = {name: stretch.value(path) for name, path in RATES.items()}
        share, fraction = stretch.figure(_share_of_days), stretch.value(FRACTION)
        parts.append(ChargePart(share, **rates, fraction=fraction, lower=lower, upper=upper, has_small_rate=has_small_rate))
    return parts


def _share_of_days(period: AccountingPeriod, start: date, end: date) -> float:
    """Share of profits that falls to a part: by days, however limits are apportioned (FA 2021 Sch 1 para 34)."""
    return days_between(start, end) / days_between(period.start, period.end)


def tax_on(parts: list[ChargePart], profits: np.ndarray, exempt_distributions: np.ndarray) -> np.ndarray:
    """Corporation tax on taxable total profits, a pure function that other rules may call again (£)."""
    return sum((part.tax(profits, profits + exempt_distributions) for part in parts), constant_array(0.0, profits.size))


class augmented_profits(Variable):
    """Taxable total profits and the exempt distributions that count (£)."""

    label = "Augmented profits"
    reference = "CTA 2010 s.18L"
    box = "315 + 620"
    rule = "Taxable total profits + exempt distributions received."

    def formula(company, period):
        return company("taxable_total_profits", period) + company("exempt_distributions", period)


class marginal_relief_lower_limit(Variable):
    """Lower limit for the period: divided by one plus the associated companies, in proportion to its length (£).

    Example: one associated company, twelve months from 1 April 2024: £25,000.
    """

    label = "Lower limit"
    reference = "CTA 2010 s.18D"
    rule = "The limit × length of the period ÷ (1 + associated companies), part by part where a limit changes."

    def formula(company, period):
        return sum(part.lower for part in cached_for_period(company, period, charge_parts))


class marginal_relief_upper_limit(Variable):
    """Upper limit for the period: divided by one plus the associated companies, in proportion to its length (£).

    Example: one associated company, twelve months from 1 April 2024: £125,000.
    """

    label = "Upper limit"
    reference = "CTA 2010 s.18D"
    rule = "The limit × length of the period ÷ (1 + associated companies), part by part where a limit changes."

    def formula(company, period):
        return sum(part.upper for part in cached_for_period(company, period, charge_parts))


class marginal_relief(Variable):
    """Marginal relief: what reduces corporation tax where augmented profits lie between the two limits (£).

    Example: profits of £90,000 and distributions of £8,000: 3/200 × (£250,000 − £98,000) × 90/98 = £2,093.88.
    """

    label = "Marginal relief"
    reference = "CTA 2010 s.18B"
    box = "435"
    rule = (
        "Between the limits, fraction × (upper limit − augmented profits) × profits ÷ augmented profits, part by part; "
        "at most the tax."
    )

    def formula(company, period):
        profits, augmented = company("taxable_total_profits", period), company("augmented_profits", period)
        return sum(part.relief(profits, augmented) for part in cached_for_period(company, period, charge_parts))


class corporation_tax(Variable):
    """Corporation tax after marginal relief, before credits and repayments (£).

    Example: profits of £200,000 in the year to 31 December 2023, no associated companies: £46,483.75.
    """

    label = "Corporation tax"
    reference = "CTA 2009 s.8; CTA 2010 ss.18A, 18B"
    box = "440"
    rule = (
        "Rate × the part's share of profits: the small profits rate where augmented profits do not exceed the lower limit, "
        "else the main rate; less, between the limits, fraction × (upper limit − augmented profits) × profits ÷ augmented "
        "profits, at most all. Rates that change within the part are weighted by days. A company that is not UK resident, "
        "or a close investment-holding company, has the main rate alone."
    )

    def formula(company, period):
        parts = cached_for_period(company, period, charge_parts)
        profits = company("taxable_total_profits", period)
        return tax_on(parts, profits, company("exempt_distributions", period))


class marginal_tax_rate(Variable):
    """Tax of this period on the last £1 of taxable total profits: 0.265 between the limits, 0 for a company in loss.

    What £1 more of deductions would save, unless losses carried forward are in use: they would then be used by less.
    """

    unit = SHARE
    label = "Marginal tax rate"
    reference = "CTA 2010 ss.18A, 18B; HMRC CTM03925"
    rule = "Corporation tax less the tax on £1 less of profits, by the same parts and figures."

    def formula(company, period):
        parts, profits = cached_for_period(company, period, charge_parts), company("taxable_total_profits", period)
        less, exempt_distributions = np.maximum(profits - 1, 0), company("exempt_distributions", period)
        return sum(part.tax_of_last(profits, less, exempt_distributions) for part in parts)


class corporation_tax_saved_in_group(Variable):
    """What losses surrendered to the rest of the group save there, at the main rate (£)."""

    label = "Corporation tax saved in the group"
    reference = "CTA 2010 s.99"
    rule = "(Group relief surrendered − what of it members that are named have) × the main rate."

    def formula(company, period):
        absorbed = company("group_relief_surrendered", period) - company("trading_losses_surrendered_to_group", period)
        return absorbed * over_period(company, period, RATES["main"])


class net_corporation_tax(Variable):
    """Corporation tax after credits set off, repayments for losses carried back, and what surrendered losses save (£).

    Losses surrendered to the rest of the group save tax there at the main rate. Credits paid out are not in it.
    """

    label = "Net corporation tax"
    reference = "CTA 2010 ss.4, 99; CTA 2009 s.1042I"
    rule = (
        "Corporation tax − notional tax used − credits set off − repayment − losses surrendered to members that are not "
        "named × the main rate."
    )

    def formula(company, period):
        return (
            company("corporation_tax", period)
            - company("loss_carry_back_repayment", period)
            - company("corporation_tax_saved_in_group", period)
            - company("human_investment_notional_tax_used", period)
            - company("human_investment_credit_set_off", period)
            - company("notional_tax_deduction_used", period)
            - company("research_and_development_credit_set_off", period)
        )


class payable_credits(Variable):
    """Credits paid out in cash: public spending, not tax (£).

    The expenditure credit that is left after its steps, and the R&D tax credit; the proposed credit for training likewise,
    and the cash that may be had instead of its deduction. What a loss carried back frees of credits that had met earlier tax
    is in the repayment for it (``credits_paid_for_loss_carried_back``).
    """

    label = "Payable credits"
    reference = "CTA 2009 ss.1042I, step 7, 1054"
    box = "875 + 880"
    rule = "Expenditure credit paid + tax credit + human-investment credit paid + its cash option."

    def formula(company, period):
        for_training = company("human_investment_credit_paid", period) + company("human_investment_cash_option", period)
        return (
            company("research_and_development_credit_paid", period)
            + company("research_and_development_tax_credit", period)
            + for_training
        )


# --- the charge by financial year, as boxes 330 to 435 of the tax return show it (CTA 2009 s.8(5)) -------------------


@dataclass(frozen=True)
class YearCharge:
    """What falls to one financial year of an accounting period, or to one of its parts that is charged on its own.

    Attributes:
        year: the financial year, by the year in which it begins. start, end: the days of the period in it.
        profits: taxable total profits of those days (£). rate: they are charged at. relief: marginal relief (£).
        lower, upper: limits of the part of the period that is charged on its own and holds those days (£).
    """

    year: int
    start: date
    end: date
    profits: float
    rate: float
    relief: float
    lower: float
    upper: float

    @property
    def before_relief(self) -> float:
        """Tax before marginal relief (£)."""
        return self.profits * self.rate

    @property
    def tax(self) -> float:
        """Tax after marginal relief (£)."""
        return self.before_relief - self.relief


def charge_by_year(company: Companies, period: Period) -> Iterator[YearCharge]:
    """The charge of the first company's accounting period, financial year by financial year; the taxes add up to all of it.

    Profits are shared by days. Within a part with one set of limits, each year has its own rate and its own fraction.
    """
    profits, augmented = company("taxable_total_profits", period), company("augmented_profits", period)
    parts = cached_for_period(company, period, charge_parts)
    for stretch, part in zip(segments(company, period, *LIMITS), parts, strict=True):
        first, last = (days[0].item() for days in stretch.days())
        years = list(_years(first, last))
        is_small = bool(part.is_charged_at_small_rate(augmented)[0])
        rate = history(company.law, RATES["small" if is_small else "main"])
        fractions = [history(company.law, FRACTION).on(start) * days_between(start, end) for start, end in years]
        whole, relief = sum(fractions), float(part.relief(profits, augmented)[0])
        for (start, end), fraction in zip(years, fractions, strict=True):
            share = float(part.share[0]) * days_between(start, end) / days_between(first, last)
            of_year = relief * fraction / whole if whole else 0.0
            limits = float(part.lower[0]), float(part.upper[0])
            yield YearCharge(
                financial_year(start), start, end, float(profits[0]) * share, float(rate.on(start)), of_year, *limits
            )


def _years(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The days from first to last, financial year by financial year."""
    start = first
    while start <= last:
        end = min(financial_year_start(financial_year(start) + 1) - ONE_DAY, last)
        yield start, end
        start = end + ONE_DAY
