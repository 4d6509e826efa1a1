"""Structures and buildings: the allowance, a straight line by days (CAA 2001 Part 2A), and the gain on a sale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
from openfisca_core.periods import Period

from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.notes import Companies
from openfisca_goodwork.law.periods import AccountingPeriod, brought_forward, held_within, history, incurred, segments, where
from openfisca_goodwork.law.periods.history import mean_within, segments_of

RATE = "capital_allowances.structures_and_buildings.rate"
_COST = "structures_and_buildings_brought_forward"
_NEW, _SOLD = "structures_and_buildings_expenditure", "structures_and_buildings_disposals"


# --- what a company tells -------------------------------------------------------------------------------------------


class structures_and_buildings_expenditure(Variable, dated=True, minimum=0):
    """Qualifying cost of structures and buildings whose allowance begins in the accounting period (£).

    Dated by the later of the day the cost was incurred and the day the building was first used.
    """

    label = "Structures and buildings expenditure"
    reference = "CAA 2001 s.270AA"
    box = "part of 771"


class structures_and_buildings_disposals(Variable, dated=True, minimum=0):
    """Qualifying cost of structures and buildings sold or demolished, on the day the interest in them ended (£)."""

    label = "Structures and buildings disposals, at cost"
    reference = "CAA 2001 ss.270AA(2), 270DA"


class structures_and_buildings_disposal_proceeds(Variable, minimum=0):
    """Proceeds of structures and buildings sold, land left out (£); market value where they were given away."""

    label = "Proceeds of structures and buildings sold"
    reference = "TCGA 1992 ss.17, 37B"


class structures_and_buildings_allowances_given_on_disposals(Variable, minimum=0):
    """Structures and buildings allowance given, up to the sale, on what was sold (£)."""

    label = "Allowances given on structures and buildings sold"
    reference = "TCGA 1992 s.37B"
    rule = (
        "Cost × each day's rate ÷ the days of the year, for every day of use before the sale, as if claimed in full. Before "
        "the first accounting period told of, periods are taken to be years."
    )


def straight_line(company: Companies, period: Period, rate: str, cost: str, new: str, sold: str = "") -> Any:
    """Each day's rate × the cost held on it, over the days of a period (£): s.270AA(5).

    Args:
        rate: path of the yearly rate. cost, new, sold: the variables that hold cost brought forward, new, and sold.
    """
    before, allowance = brought_forward(company, period, cost), 0
    for stretch in segments(company, period, rate):
        held = before * stretch.share + held_within(stretch, new)
        held = held - held_within(stretch, sold) if sold else held
        allowance = allowance + stretch.value(rate) * held
    return allowance * company("length_factor", period)


# --- the allowance --------------------------------------------------------------------------------------------------


class structures_and_buildings_brought_forward(Variable, minimum=0):
    """Qualifying cost of structures and buildings already being written down (£): cost, not what is left of it."""

    label = "Structures and buildings brought forward"
    reference = "CAA 2001 s.270AA"


class structures_and_buildings_allowance(Variable):
    """Structures and buildings allowance (£): for each day of use, cost × the day's rate ÷ the days of a year.

    The seller's allowance stops on the day of a sale, without a balancing charge; the buyer goes on with the same cost.
    Spending given for the whole period is taken to come into use evenly over its days; dated items on their day.
    What is not claimed is lost: the cost goes on being written down by days of use.
    Example: £500,000 first used on 1 January 2027, year to 31 March 2027, at 3%: £500,000 × 3% × 90/365 = £3,698.63.
    """

    label = "Structures and buildings allowance"
    reference = "CAA 2001 ss.270AA, 270EA; FA 2020 s.29"
    box = "711"
    rule = (
        "Cost × each day's rate ÷ the days of the year, for every day of use, up to the day of a sale; amounts given for "
        "the whole period are taken to come evenly over its days; no more than is claimed."
    )

    def formula(company, period):
        most = straight_line(company, period, RATE, _COST, _NEW, _SOLD)
        return np.minimum(most, company("structures_and_buildings_allowance_claim", period))


class structures_and_buildings_carried_forward(Variable):
    """Qualifying cost of structures and buildings being written down at the end of the period (£).

    None past the end of the trade: an allowance is given for days on which there is a qualifying activity.
    """

    label = "Structures and buildings carried forward"
    reference = "CAA 2001 s.270AA(2)"
    rule = "Cost brought forward + cost of the period − cost of what was sold; nothing after the final period."

    def formula(company, period):
        cost = brought_forward(company, period, _COST) + incurred(company, period, _NEW) - incurred(company, period, _SOLD)
        return cost * ~company("is_final_accounting_period", period)


# --- sales ----------------------------------------------------------------------------------------------------------


class structures_and_buildings_gain(Variable):
    """Chargeable gain on structures and buildings sold: proceeds and allowances given on them, less their cost (£).

    A loss, below 0, comes off the other chargeable gains of the period; the rest of it is left out. What is demolished has
    no proceeds: the allowances given on it say that it was disposed of. What is given away has its market value (s.17).
    Example: cost £1,000,000, allowances given £60,000, sold for £1,200,000: £260,000.
    """

    label = "Gain on structures and buildings sold"
    reference = "TCGA 1992 ss.2A, 17, 24, 37B"
    box = "part of 220"
    rule = (
        "Where there are proceeds, or allowances given on what was disposed of: proceeds + those allowances − its cost; a "
        "loss, so far as there are other chargeable gains."
    )

    def formula(company, period):
        proceeds = company("structures_and_buildings_disposal_proceeds", period)
        given = company("structures_and_buildings_allowances_given_on_disposals", period)
        disposed_of = (proceeds > 0) | (given > 0)
        gain = proceeds + given - incurred(company, period, _SOLD)
        return where(disposed_of, np.maximum(gain, -company("chargeable_gains", period)), 0)


def allowances_given(
    system: Any, cost: float, begins: date, sold: date, periods: Sequence[AccountingPeriod]
) -> Iterator[tuple[AccountingPeriod, float]]:
    """The allowance on a building, period by period, from the day it begins to the day before the sale.

    It is what ``structures_and_buildings_allowance`` comes to on that building alone, taken to have been claimed in full.

    Args:
        system: the law. cost: qualifying cost (£).
        begins: the later of the days on which the cost was incurred and the building was first used.
        sold: the day on which the interest in it ended.
        periods: accounting periods the company tells of, oldest first. Those before them are taken to be years, the last
            of which ends on the day before the first.

    Yields:
        Each accounting period in which the building was held, oldest first, and its allowance (£).
        Example: £1,000,000 from 1 January 2020, sold 1 January 2022: £27,513.66 for 2020 and £30,000 for 2021.
    """
    rates = history(system, RATE)
    for period in (*_years_before(periods[0], begins), *periods):
        if period.end >= begins and period.start < sold:
            held = (
                mean_within(rates, start, end)
                * (_share_from(period, start, end, begins) - _share_from(period, start, end, sold))
                for start, end in segments_of((rates,), period)
            )
            yield period, cost * sum(held) * period.length_factor


def _years_before(first: AccountingPeriod, day: date) -> list[AccountingPeriod]:
    """Years that end on the day before a period, back to the one that holds a day; oldest first."""
    years: list[AccountingPeriod] = []
    earliest = first
    while earliest.start > day:
        earliest = earliest.year_before
        years.insert(0, earliest)
    return years


def _share_from(period: AccountingPeriod, start: date, end: date, day: date) -> float:
    """Share of a period that a stretch of it makes up from a day on."""
    return period.share(max(start, day), end)


# --- buildings in special tax sites of freeports and investment zones: 10% a year (CAA 2001 ss.270AA, 270BNA) -------
# What a site asks for (construction begun once it is designated, use before its sunset, an allowance statement) the company
# says by giving the cost here.


_SITE_RATE = "capital_allowances.structures_and_buildings.special_tax_site_rate"
_SITE_COST, _SITE_NEW = "special_tax_site_buildings_brought_forward", "special_tax_site_buildings_expenditure"


class special_tax_site_buildings_expenditure(Variable, dated=True, minimum=0):
    """Qualifying cost of buildings in special tax sites whose allowance begins in the accounting period (£).

    Dated by the later of the day the cost was incurred and the day the building was first used.
    """

    label = "Buildings in special tax sites, expenditure"
    reference = "CAA 2001 s.270BNA"
    box = "part of 771"


class special_tax_site_buildings_brought_forward(Variable, minimum=0):
    """Qualifying cost of buildings in special tax sites already being written down (£): cost, not what is left of it."""

    label = "Buildings in special tax sites, brought forward"
    reference = "CAA 2001 ss.270AA, 270BNA"


class special_tax_site_buildings_allowance(Variable, only_with=(_SITE_COST, _SITE_NEW)):
    """Structures and buildings allowance on buildings in special tax sites (£): cost × 10% a year, for each day of use.

    Its end after ten years is not followed: leave out what has had them.
    Example: £500,000 first used on 1 January 2027, year to 31 March 2027: £500,000 × 10% × 90/365 = £12,328.77.
    """

    label = "Structures and buildings allowance in special tax sites"
    reference = "CAA 2001 ss.270AA(5), 270BNA; HMRC CA94751"
    rule = "Cost × the rate ÷ the days of the year, for every day of use; undated amounts come evenly over the days."

    def formula(company, period):
        return straight_line(company, period, _SITE_RATE, _SITE_COST, _SITE_NEW)


class special_tax_site_buildings_carried_forward(Variable):
    """Qualifying cost of buildings in special tax sites being written down at the end of the period (£)."""

    label = "Buildings in special tax sites, carried forward"
    reference = "CAA 2001 s.270AA(2)"
    rule = "Cost brought forward + cost of the period; nothing after the final period."

    def formula(company, period):
        cost = brought_forward(company, period, _SITE_COST) + incurred(company, period, _SITE_NEW)
        return cost * ~company("is_final_accounting_period", period)
