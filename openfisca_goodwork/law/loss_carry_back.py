"""Trading losses carried back: twelve months, and three years in two cases (CTA 2010 ss.37 to 39; FA 2021 Sch 2).

An accounting period's outputs stay as first assessed. What a loss takes back is reported, as a repayment, in the period of
the loss: the earlier periods' charge worked out again on what is left of their profits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from openfisca_goodwork.law.charge import charge_parts, tax_on
from openfisca_goodwork.model import Variable
from openfisca_goodwork.notes import once
from openfisca_goodwork.periods import (
    PERIODS_BACK,
    AccountingPeriod,
    accounting_periods,
    add_months,
    first_labels,
    history,
    of_earlier_period,
    over_period,
)
from openfisca_goodwork.periods.calendar import ONE_DAY

_MONTHS = "losses.carry_back_months"
_EXTENDED_MONTHS = "losses.extended_carry_back_months"
_EXTENDED_CAP = "losses.extended_carry_back_cap"
_TERMINAL_MONTHS = "losses.terminal_carry_back_months"
_REACH = range(1, PERIODS_BACK + 1)


@dataclass
class EarlierPeriod:
    """An accounting period that a loss may reach, and what the loss takes of its profits (£, one per company).

    Attributes:
        back: how many periods before that of the loss. label: its label as the engine's period.
        left: its total profits less every relief already given, losses carried back before included.
        profits: its total profits before losses carried back, of which a partly reached period gives its share.
        taken: what this loss takes.
    """

    back: int
    label: Any
    left: np.ndarray
    profits: np.ndarray
    taken: np.ndarray


def carry_back(company: Any, period: Any) -> tuple[list[EarlierPeriod], np.ndarray]:
    """What this period's loss takes back from each earlier period, and what of it needed the extended window (£)."""
    nothing = np.zeros(company.count)
    loss = company("trade_loss_available_for_carry_back", period)
    if not loss.any():
        return [], nothing
    earlier = list(_earlier_periods(company, period))
    periods = accounting_periods(company, period)
    usual = over_period(company, period, _MONTHS)
    terminal = company("is_final_accounting_period", period) * over_period(company, period, _TERMINAL_MONTHS)
    loss = _take(company, periods, earlier, loss, np.zeros_like(usual), np.maximum(usual, terminal))
    extended = _at_end(company, periods, _EXTENDED_MONTHS)
    room = np.minimum(loss, _at_end(company, periods, _EXTENDED_CAP))
    left = _take(company, periods, earlier, room, usual, extended)
    return earlier, np.where(extended > usual, room - left, nothing)


def _at_end(company: Any, periods: Any, path: str) -> np.ndarray:
    """A parameter dated by the end of the period of the loss."""
    parameter = history(company.simulation.tax_benefit_system, path)
    return periods.each(lambda one: parameter.on(one.end))


def _earlier_periods(company: Any, period: Any) -> Iterator[EarlierPeriod]:
    """The company's earlier accounting periods, the latest first."""
    for back in _REACH:
        if not (period.start.year - back >= first_labels(company, period)).any():
            return
        label = period.offset(-back, "year")
        donations = of_earlier_period(company, period, "charitable_donations_relief", back)
        profits = of_earlier_period(company, period, "taxable_total_profits", back) + donations
        given = sum(
            (of_earlier_period(company, period, variable_name(between), back - between) for between in range(1, back)),
            np.zeros(company.count),
        )
        yield EarlierPeriod(back, label, profits - given, profits, np.zeros(company.count))


def _take(
    company: Any, periods: Any, earlier: list[EarlierPeriod], loss: np.ndarray, after: np.ndarray, until: np.ndarray
) -> np.ndarray:
    """Use a loss on the earlier periods, latest first, within so many months before it began; what is left of it.

    A period that lies only partly within the window gives that share of its profits (s.38).
    """
    for one in earlier:
        there = accounting_periods(company, one.label)
        share = _share_within(periods, there, after, until)
        taken = np.minimum(loss, np.minimum(one.left, share * one.profits))
        one.left, one.taken, loss = one.left - taken, one.taken + taken, loss - taken
    return loss


def _share_within(periods: Any, there: Any, after: np.ndarray, until: np.ndarray) -> np.ndarray:
    """Share of each company's earlier period that lies between two numbers of months before the later one began."""
    near, far = after.astype(int), until.astype(int)
    shape = (len(periods.distinct), len(there.distinct), int(near.max()) + 1, int(far.max()) + 1)
    code = np.ravel_multi_index((periods.index, there.index, near, far), shape)
    shares = np.zeros(int(np.prod(shape)))
    for one in np.flatnonzero(np.bincount(code, minlength=shares.size)).tolist():  # far faster than sorting four keys
        here, other, first, last = map(int, np.unravel_index(one, shape))
        shares[one] = _share(periods.distinct[here], there.distinct[other], first, last)
    return shares[code]


def _share(loss_period: AccountingPeriod, earlier: AccountingPeriod, near: int, far: int) -> float:
    first = add_months(loss_period.start, -far)
    last = add_months(loss_period.start, -near) - ONE_DAY
    return earlier.share(first, last) if far > near else 0.0


def variable_name(back: int) -> str:
    """Name of the output: loss carried back to the period so many before."""
    return f"loss_carried_back_{back}"


def _carried_back(back: int) -> type[Variable]:
    """The loss carried back to one earlier period."""

    def formula(company, period):
        earlier, _extended = once(company, period, carry_back)
        return earlier[back - 1].taken if len(earlier) >= back else np.zeros(company.count)

    words = "the accounting period before" if back == 1 else f"the accounting period {back} before"
    attributes = {
        "label": f"Loss carried back to {words}",
        "reference": "CTA 2010 s.37(3)(b)",
        "__doc__": f"Part of this period's trade loss set against total profits of {words} (£).",
        "__module__": __name__,
        "formula": formula,
    }
    return type(variable_name(back), (Variable,), attributes, kept=True)


globals().update({variable.__name__: variable for variable in map(_carried_back, _REACH)})


class claims_loss_carry_back(Variable):
    """Whether the company claims to carry trading losses back (an input; a claim takes all it can)."""

    value_type = bool
    label = "Claims to carry losses back"
    reference = "CTA 2010 s.37(2)"


class trade_loss_available_for_carry_back(Variable):
    """Trade loss left after use against profits of the period and surrender, where the company carries it back (£)."""

    label = "Trade loss available to carry back"
    reference = "CTA 2010 s.37(3)(b)"

    def formula(company, period):
        if not company("claims_loss_carry_back", period).any():
            return np.zeros(company.count)
        left = (
            company("trade_loss", period)
            - company("trade_loss_set_against_total_profits", period)
            - company("group_relief_surrendered", period)
        )
        return left * company("claims_loss_carry_back", period)


class loss_carried_back(Variable):
    """Part of this period's trade loss carried back to all earlier periods together (£).

    Example: a loss of £18,200 after use against profits of its own year, £25,400 of profits in the nine months before:
    all £18,200.
    """

    label = "Loss carried back"
    reference = "CTA 2010 ss.37 to 39; FA 2021 Sch 2"

    def formula(company, period):
        earlier, _extended = once(company, period, carry_back)
        return sum((one.taken for one in earlier), np.zeros(company.count))


class loss_carry_back_repayment(Variable):
    """Tax of earlier periods repaid because of this period's loss (£): their charge worked out again on what is left.

    Example: £20,000 of profits taxed at 19% and a loss of £100,000 in the next year: £3,800.
    """

    label = "Repayment for loss carried back"
    reference = "CTA 2010 s.37; TMA 1970 s.59DA"

    def formula(company, period):
        earlier, _extended = once(company, period, carry_back)
        return sum((_repaid(company, period, one) for one in earlier), np.zeros(company.count))


def _repaid(company, period, one):
    """Tax of one earlier period on its profits before this loss, less the tax on what the loss leaves."""
    parts = once(company, one.label, charge_parts)
    distributions = of_earlier_period(company, period, "exempt_distributions", one.back)
    taxable = of_earlier_period(company, period, "taxable_total_profits", one.back)
    before = np.maximum(taxable - (one.profits - one.left - one.taken), 0)
    after = np.maximum(taxable - (one.profits - one.left), 0)
    return tax_on(parts, before, distributions) - tax_on(parts, after, distributions)
