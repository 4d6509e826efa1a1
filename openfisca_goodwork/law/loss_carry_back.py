"""Trading losses carried back: twelve months, and three years in two cases (CTA 2010 ss.37 to 39; FA 2021 Sch 2).

An accounting period's outputs stay as first assessed. What a loss takes back is reported, as a repayment, in the period of
the loss: the earlier periods' charge worked out again on what is left of their profits. When a trade ceases, the final
period also claims what is terminal of losses made in the twelve months before the end and carried forward to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from openfisca_goodwork.law.charge import charge_parts, tax_on
from openfisca_goodwork.law.human_investment.losses import loss_kept_from_carry_back
from openfisca_goodwork.model import Variable
from openfisca_goodwork.notes import once
from openfisca_goodwork.periods import (
    PERIODS_BACK,
    AccountingPeriod,
    AccountingPeriods,
    RefusedPeriodError,
    accounting_periods,
    add_months,
    alike,
    first_labels,
    history,
    of_earlier_period,
    over_period,
)
from openfisca_goodwork.periods.calendar import ONE_DAY, day_in_words

_MONTHS = "losses.carry_back_months"
_EXTENDED_MONTHS = "losses.extended_carry_back_months"
_EXTENDED_CAP = "losses.extended_carry_back_cap"
_TERMINAL_MONTHS = "losses.terminal_carry_back_months"
_TERMINAL_LAST_MONTHS = "losses.terminal_loss_last_months"
_REACH = range(1, PERIODS_BACK + 1)


@dataclass
class EarlierPeriod:
    """An accounting period that a loss may reach, and what is taken of its profits (£, one per company).

    Attributes:
        back: how many periods before that of the loss. label: its label as the engine's period.
        total: its total profits, of which a partly reached period gives its share (s.38).
        given: losses that periods in between have carried back to it.
        left: its profits less every relief already given, donations apart, which come after.
        taken: what the period of the loss takes.
    """

    back: int
    label: Any
    total: np.ndarray
    given: np.ndarray
    left: np.ndarray
    taken: np.ndarray


@dataclass(frozen=True)
class CarryBack:
    """What one period carries back (£, one per company).

    Attributes:
        earlier: the periods it reaches, the latest first. extension: what of it needed the extended window.
        terminal: what of it is a loss of an earlier period, claimed when the trade ceases.
    """

    earlier: list[EarlierPeriod]
    extension: np.ndarray
    terminal: np.ndarray


def carry_back(company: Any, period: Any) -> CarryBack:
    """What this period's loss takes back from each earlier period, and with it what is terminal of losses before it."""
    nothing = alike(0.0, company.count)
    loss = company("trade_loss_available_for_carry_back", period)
    ceases = company("is_final_accounting_period", period) & company("claims_loss_carry_back", period)
    if not (loss.any() or ceases.any()):
        return CarryBack([], nothing, nothing)
    periods = accounting_periods(company, period)
    usual = over_period(company, period, _MONTHS)
    terminal = ceases * over_period(company, period, _TERMINAL_MONTHS)
    extended = _at_end(company, periods, _EXTENDED_MONTHS)
    near = np.maximum(usual, terminal)
    earlier = list(_earlier_periods(company, period, np.maximum(near, extended) + terminal))
    loss = _take(company, periods, earlier, loss, alike(0.0, company.count), near)
    extension = nothing
    if (loss * (extended > usual)).any():
        room = np.minimum(loss, _extension_left(company, period, periods, earlier)) * (extended > usual)
        extension = room - _take(company, periods, earlier, room, usual, extended)
    _refuse_more_periods(company, period, loss - extension, np.maximum(near, extended))
    return CarryBack(earlier, extension, _take_terminal(company, period, earlier, terminal))


def _at_end(company: Any, periods: Any, path: str) -> np.ndarray:
    """A parameter dated by the end of the period of the loss."""
    parameter = history(company.simulation.tax_benefit_system, path)
    return periods.each(lambda one: parameter.on(one.end))


def _earlier_periods(company: Any, period: Any, months: np.ndarray) -> Iterator[EarlierPeriod]:
    """The company's earlier accounting periods, the latest first, as far as one begins or ends within so many months."""
    farthest = add_months(min(one.start for one in accounting_periods(company, period).distinct), -int(months.max()))
    for back in _REACH:
        label = period.offset(-back, "year")
        if not (label.start.year >= first_labels(company, period)).any():
            return
        if max(one.end for one in accounting_periods(company, label).distinct) < farthest:
            return
        yield _earlier_period(company, period, label, back)


def _earlier_period(company: Any, period: Any, label: Any, back: int) -> EarlierPeriod:
    def there(name: str) -> np.ndarray:
        return of_earlier_period(company, period, name, back)

    given = sum(
        (of_earlier_period(company, period, variable_name(between), back - between) for between in range(1, back)),
        alike(0.0, company.count),
    )
    total = there("total_profits") - there("trading_losses_used_pre_april_2017")
    left = there("taxable_total_profits") + there("charitable_donations_relief") - given
    return EarlierPeriod(back, label, total, given, left, alike(0.0, company.count))


def _take(
    company: Any, periods: Any, earlier: list[EarlierPeriod], loss: np.ndarray, after: np.ndarray, until: np.ndarray
) -> np.ndarray:
    """Use a loss on the earlier periods, latest first, within so many months before it began; what is left of it.

    A period that lies only partly within the window gives that share of its total profits, and no more than is left (s.38).
    """
    for one in earlier:
        there = accounting_periods(company, one.label)
        share = _share_within(periods, there, after, until)
        taken = np.minimum(loss, np.minimum(one.left, share * one.total))
        one.left, one.taken, loss = one.left - taken, one.taken + taken, loss - taken
    return loss


def _share_within(periods: Any, there: Any, after: np.ndarray, until: np.ndarray) -> np.ndarray:
    """Share of each company's earlier period that lies between two numbers of months before the later one began."""
    near, far = after.astype(int), until.astype(int)
    code = periods.index
    for values in (there.index, near, far):
        lowest, highest = int(values.min()), int(values.max())
        code = code if lowest == highest else code * (highest - lowest + 1) + (values - lowest)
    example = np.full(int(code.max()) + 1, -1)
    example[code] = np.arange(code.size)  # a company of each kind: far faster than sorting four keys
    shares = np.zeros(example.size)
    for kind, at in enumerate(example.tolist()):
        if at >= 0:
            pair = periods.distinct[periods.index[at]], there.distinct[there.index[at]]
            shares[kind] = _share(*pair, int(near[at]), int(far[at]))
    return shares[code]


def _share(loss_period: AccountingPeriod, earlier: AccountingPeriod, near: int, far: int) -> float:
    first = add_months(loss_period.start, -far)
    last = add_months(loss_period.start, -near) - ONE_DAY
    return earlier.share(first, last) if far > near else 0.0


def _extension_left(company: Any, period: Any, periods: AccountingPeriods, earlier: list[EarlierPeriod]) -> np.ndarray:
    """This company's share of the one cap of all periods that end in the same window, less what those before it used.

    A window begins wherever the cap is dated (FA 2021 Sch 2 para 5).
    """
    cap = history(company.simulation.tax_benefit_system, _EXTENDED_CAP)

    def window(of: AccountingPeriods) -> np.ndarray:
        return of.each(lambda one: cap.since(one.end).toordinal())

    used = alike(0.0, company.count)
    for one in earlier:
        is_same = window(accounting_periods(company, one.label)) == window(periods)
        used = used + is_same * of_earlier_period(company, period, "loss_carried_back_under_extension", one.back)
    share = company("extended_carry_back_cap_share", period)
    return np.maximum(_at_end(company, periods, _EXTENDED_CAP) * share - used, 0)


def _refuse_more_periods(company: Any, period: Any, left: np.ndarray, months: np.ndarray) -> None:
    """Refuse a loss that could still reach a period further back than is looked at.

    Raises:
        RefusedPeriodError: more accounting periods within its reach than ``PERIODS_BACK``.
    """
    label = period.offset(-(PERIODS_BACK + 1), "year")
    exists = (label.start.year >= first_labels(company, period)) & (left > 0)
    if not exists.any():
        return
    here, there = accounting_periods(company, period), accounting_periods(company, label)
    reached = exists & (_share_within(here, there, np.zeros_like(months), months) > 0)
    if reached.any():
        start = here.starts[int(np.flatnonzero(reached)[0])].item()
        raise RefusedPeriodError(
            f"The loss of the period from {day_in_words(start)} can be carried back over more than {PERIODS_BACK} "
            "periods, which is as many as are looked at. Leave claims_loss_carry_back out, or give longer periods."
        )


def _take_terminal(company: Any, period: Any, earlier: list[EarlierPeriod], months: np.ndarray) -> np.ndarray:
    """Use what is terminal of earlier losses, latest first, on the three years before each; what is used (s.39(3)).

    The part of the loss that is not terminal is taken to have had the relief already given.
    """
    used = alike(0.0, company.count)
    if not months.any():
        return used
    carried = company("trading_losses_brought_forward", period) - company("trading_losses_used", period)
    carried = carried + company("trading_losses_brought_forward_pre_april_2017", period)
    for place, one in enumerate(earlier):
        there = accounting_periods(company, one.label)
        loss = _share_of_last_months(company, period, there) * of_earlier_period(company, period, "trade_loss", one.back)
        unrelieved = of_earlier_period(company, period, "unrelieved_trade_loss", one.back)
        room = (months > 0) * np.minimum(np.minimum(loss, unrelieved), carried - used)
        if room.any():
            left = _take(company, there, earlier[place + 1 :], room, np.zeros_like(months), months)
            used = used + room - left
    return used


def _share_of_last_months(company: Any, period: Any, there: AccountingPeriods) -> np.ndarray:
    """Share of an earlier period that lies in the months up to the end of this one, in which the trade ceases."""
    here, months = accounting_periods(company, period), over_period(company, period, _TERMINAL_LAST_MONTHS)
    code = here.index * len(there.distinct) + there.index
    shares = {}
    for one, place in zip(*np.unique(code, return_index=True), strict=True):
        ends = here.distinct[here.index[place]].end + ONE_DAY
        first = add_months(ends, -int(months[place]))
        shares[one] = there.distinct[there.index[place]].share(first, ends)
    return np.array([shares[one] for one in code])


def variable_name(back: int) -> str:
    """Name of the output: loss carried back to the period so many before."""
    return f"loss_carried_back_{back}"


def _carried_back(back: int) -> type[Variable]:
    """The loss carried back to one earlier period."""

    def formula(company, period):
        earlier = once(company, period, carry_back).earlier
        return earlier[back - 1].taken if len(earlier) >= back else alike(0.0, company.count)

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
            return alike(0.0, company.count)
        left = (
            company("trade_loss", period)
            - company("trade_loss_set_against_total_profits", period)
            - company("group_relief_surrendered", period)
            - loss_kept_from_carry_back(company, period)
        )
        return left * company("claims_loss_carry_back", period)


class loss_carried_back(Variable):
    """Trade loss carried back to all earlier periods together (£), terminal losses of earlier periods included.

    Example: a loss of £18,200 after use against profits of its own year, £25,400 of profits in the nine months before:
    all £18,200.
    """

    label = "Loss carried back"
    reference = "CTA 2010 ss.37 to 39; FA 2021 Sch 2"

    def formula(company, period):
        earlier = once(company, period, carry_back).earlier
        return sum((one.taken for one in earlier), alike(0.0, company.count))


class loss_carried_back_under_extension(Variable, kept=True):
    """Part of the loss carried back that only the temporary extension to three years let through (£).

    Example: a loss of £5,500,000 in the year to 30 September 2020, £3,000,000 in each of the two years before: £2,000,000.
    """

    label = "Loss carried back under the temporary extension"
    reference = "FA 2021 Sch 2 paras 4, 5"

    def formula(company, period):
        return once(company, period, carry_back).extension


class terminal_losses_of_earlier_periods(Variable):
    """Part of the loss carried back when a trade ceases that was made in earlier periods of its last twelve months (£).

    Example: a loss of £120,000 in 2024, trade ceased on 30 June 2025: 184/366 or £60,327.87.
    """

    label = "Terminal losses of earlier periods, carried back"
    reference = "CTA 2010 s.39(3)(b)"

    def formula(company, period):
        return once(company, period, carry_back).terminal


class loss_carry_back_repayment(Variable):
    """Tax of earlier periods repaid because of this period's loss (£): their charge worked out again on what is left.

    Example: £20,000 of profits taxed at 19% and a loss of £100,000 in the next year: £3,800.
    """

    label = "Repayment for loss carried back"
    reference = "CTA 2010 s.37; TMA 1970 s.59DA"

    def formula(company, period):
        earlier = once(company, period, carry_back).earlier
        return sum((_repaid(company, period, one) for one in earlier), alike(0.0, company.count))


def _repaid(company, period, one):
    """Tax of one earlier period on its profits before this loss, less the tax on what the loss leaves."""
    if not one.taken.any():
        return alike(0.0, company.count)
    parts = once(company, one.label, charge_parts)
    distributions = of_earlier_period(company, period, "exempt_distributions", one.back)
    taxable = of_earlier_period(company, period, "taxable_total_profits", one.back)
    before = np.maximum(taxable - one.given, 0)
    after = np.maximum(taxable - one.given - one.taken, 0)
    return tax_on(parts, before, distributions) - tax_on(parts, after, distributions)
