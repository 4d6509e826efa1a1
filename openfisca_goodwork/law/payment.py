"""By when corporation tax is payable: the regime a company is in (TMA 1970 ss.59D, 59E; SI 1998/3175)."""

from __future__ import annotations

import numpy as np
from openfisca_core.indexed_enums import Enum, EnumArray

from openfisca_goodwork.law.model import SHARE, Variable
from openfisca_goodwork.law.periods import (
    accounting_periods,
    add_months,
    brought_forward,
    days_between,
    history,
    over_period,
    where,
)
from openfisca_goodwork.law.periods.calendar import ONE_DAY

_THRESHOLDS = "payment.thresholds"
_MONTHS_BEFORE = "payment.first_year_exception_months"
_OUTPUTS = ("payment_regime", "large_company_brought_forward", "large_company_carried_forward")
_COUNTED = ("associated_companies", "related_51_percent_companies")


class PaymentRegime(Enum):
    """How a company pays."""

    ordinary = "In one sum, nine months and a day after the period"
    large = "In quarterly instalments from the seventh month of the period"
    very_large = "In quarterly instalments within the period"


def _threshold(company, period, name):
    """A profit threshold: divided by one plus the companies counted, in proportion to the period's length (£)."""
    counted = over_period(company, period, f"{_THRESHOLDS}.companies_counted")
    others = sum(company(kind, period) * (counted == kind) for kind in _COUNTED)
    return over_period(company, period, f"{_THRESHOLDS}.{name}") * company("length_factor", period) / (1 + others)


class instalment_threshold(Variable):
    """Augmented profits above which tax is payable in instalments (£).

    Example: one company counted with it, twelve months: £750,000.
    """

    label = "Threshold for instalments"
    reference = "SI 1998/3175 reg 3"
    rule = "The threshold, in proportion to the length, divided by 1 + the companies counted."

    def formula(company, period):
        return _threshold(company, period, "large")


class large_company_brought_forward(Variable, minimum=0, maximum=1):
    """Share of the twelve months before the first period in which it was a large company up to the end of them, 0 to 1.

    1 for a company that was large throughout. Large counts as if there were no first-year exception.
    """

    unit = SHARE
    label = "Large company in the twelve months before"
    reference = "SI 1998/3175 reg 3(5), before April 2019 reg 3(3); HMRC CTM92530"

    def formula(company, period):
        return brought_forward(company, period, "large_company_brought_forward")


class large_company_carried_forward(Variable, serves=_OUTPUTS):
    """Share of the twelve months to the end of the period in which it was a large company without a break up to it.

    0 where it is not large in this period, be it because it owes little; less than 1 where it was not large, or did not
    exist, in some part of the twelve months. The first-year exception asks for it, and does not count here itself.
    """

    unit = SHARE
    label = "Large company in the twelve months to the end of the period"
    reference = "SI 1998/3175 reg 3(5), before April 2019 reg 3(3); HMRC CTM92530"
    rule = (
        "0 where augmented profits do not exceed the threshold, or the tax the small liability × length. Else the days of "
        "the period, with those before it in which the company was large without a break, ÷ the days of the twelve months "
        "to its end; at most 1."
    )

    def formula(company, period):
        is_above = company("augmented_profits", period) > company("instalment_threshold", period)
        periods = accounting_periods(company, period)
        months = history(company.law, _MONTHS_BEFORE)
        to_start = periods.each(lambda one: _days_before(one.start, months.on(one.start)))
        to_end = periods.each(lambda one: _days_before(one.end + ONE_DAY, months.on(one.start)))
        days = brought_forward(company, period, "large_company_brought_forward") * to_start
        days = days + periods.each(lambda one: days_between(one.start, one.end))
        return where(is_above & ~_owes_little(company, period), np.minimum(days / to_end, 1), 0)


def _days_before(day, months):
    """Days of the months before a day."""
    return days_between(add_months(day, -int(months)), day - ONE_DAY)


def _owes_little(company, period):
    """Whether the total liability, tax on loans to participators among it, is too little for instalments (reg 3(4))."""
    de_minimis = over_period(company, period, "payment.de_minimis_liability") * company("length_factor", period)
    return company("tax_chargeable", period) <= de_minimis


class payment_regime(Variable):
    """Whether the company pays as an ordinary, a large or a very large one.

    Not large with tax, that on loans to participators included, of at most £10,000; nor, while profits are at most £10m,
    where in some part of the twelve months before the company was not large or did not exist.
    """

    value_type = Enum
    possible_values = PaymentRegime
    default_value = PaymentRegime.ordinary
    label = "Payment regime"
    reference = "SI 1998/3175 reg 3"
    box = "630 or 631"
    rule = (
        "Ordinary where the tax is at most the small liability × length; else very large above that threshold; else large "
        "above the threshold, unless profits are within the first-year exception and it was not large throughout the twelve "
        "months before. Thresholds are taken in proportion to the length, divided by 1 + the companies counted."
    )

    def formula(company, period):
        profits = company("augmented_profits", period)
        excepted = (profits <= _threshold(company, period, "first_year_exception")) & (
            brought_forward(company, period, "large_company_brought_forward") < 1
        )
        is_large = (profits > company("instalment_threshold", period)) & ~excepted
        is_very_large = profits > _threshold(company, period, "very_large")
        ordinary, large, very_large = (kind.index for kind in PaymentRegime)
        regime = where(is_very_large, very_large, where(is_large, large, ordinary))
        found = where(_owes_little(company, period), ordinary, regime).astype(np.uint8)
        return EnumArray(found, PaymentRegime)
