"""Accounting periods, financial years and day counts: the only room that counts days.

An OpenFisca year is the *label* of one accounting period, by default the one that ends in that calendar year. The dates
of law come from ``accounting_period_start`` and ``accounting_period_end`` alone. Formulas ask ``over_period`` for a
parameter that has one value over a period, ``segments`` for one that goes by date, and ``brought_forward`` for balances.
"""

from openfisca_goodwork.law.periods.accounting_period import (
    AccountingPeriod,
    AccountingPeriods,
    Figure,
)
from openfisca_goodwork.law.periods.balances import (
    EARLIER_PERIODS,
    PERIODS_BACK,
    brought_forward,
    carried_forward_name,
    of_earlier_period,
)
from openfisca_goodwork.law.periods.calendar import (
    RefusedDateError,
    RefusedInputError,
    RefusedPeriodError,
    add_months,
    day_in_words,
    days_between,
    financial_year,
    financial_year_days,
    financial_year_name,
    financial_year_start,
    full_years_between,
    months_of_period,
    parse_financial_years,
    shares_by_financial_year,
)
from openfisca_goodwork.law.periods.companies import (
    Read,
    Segment,
    accounting_periods,
    first_labels,
    history_of,
    length_factor,
    on_last_day,
    over_period,
    refuse_other_labels,
    segments,
)
from openfisca_goodwork.law.periods.constant_arrays import (
    ConstantArray,
    constant_array,
    folded,
    is_nothing,
    is_unlimited,
    part_of,
    picked,
    positive,
    unwritable,
    where,
)
from openfisca_goodwork.law.periods.history import STRADDLES, HeardLaw, History, Value, history
from openfisca_goodwork.law.periods.reach import periods_within, share_within_last_months, share_within_months_before
from openfisca_goodwork.law.periods.spending import held_within, incurred, incurred_within, is_incurred_within

__all__ = [
    "EARLIER_PERIODS",
    "PERIODS_BACK",
    "STRADDLES",
    "AccountingPeriod",
    "AccountingPeriods",
    "ConstantArray",
    "Figure",
    "HeardLaw",
    "History",
    "Read",
    "RefusedDateError",
    "RefusedInputError",
    "RefusedPeriodError",
    "Segment",
    "Value",
    "accounting_periods",
    "add_months",
    "brought_forward",
    "carried_forward_name",
    "constant_array",
    "day_in_words",
    "days_between",
    "financial_year",
    "financial_year_days",
    "financial_year_name",
    "financial_year_start",
    "first_labels",
    "folded",
    "full_years_between",
    "held_within",
    "history",
    "history_of",
    "incurred",
    "incurred_within",
    "is_incurred_within",
    "is_nothing",
    "is_unlimited",
    "length_factor",
    "months_of_period",
    "of_earlier_period",
    "on_last_day",
    "over_period",
    "parse_financial_years",
    "part_of",
    "periods_within",
    "picked",
    "positive",
    "refuse_other_labels",
    "segments",
    "share_within_last_months",
    "share_within_months_before",
    "shares_by_financial_year",
    "unwritable",
    "where",
]
