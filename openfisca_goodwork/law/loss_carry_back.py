"""Trading losses carried back: twelve months, and three years in two cases (CTA 2010 ss.37 to 39, 45F; FA 2021 Sch 2).

An accounting period's outputs stay as first assessed. What a loss takes back is reported, as a repayment, in the period of
the loss, by ``carry_back_repayment``. When a trade ceases, the final period also claims what is terminal of losses made in
the twelve months before the end, and relief in the three years to its end for losses carried forward to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from openfisca_goodwork.law.earlier_periods import (
    REACH,
    EarlierPeriod,
    earlier_periods,
    refuse_more_periods,
    share_within,
    take,
    variable_name,
)
from openfisca_goodwork.law.human_investment.losses import loss_kept_from_carry_back
from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.notes import cached_for_period
from openfisca_goodwork.law.periods import (
    AccountingPeriod,
    AccountingPeriods,
    History,
    accounting_periods,
    constant_array,
    history,
    of_earlier_period,
    over_period,
)
from openfisca_goodwork.law.terminal_losses import carried_to_the_end, carry_back_terminal, relieve_since_made

_MONTHS = "losses.carry_back_months"
_EXTENDED_MONTHS = "losses.extended_carry_back_months"
_EXTENDED_CAP = "losses.extended_carry_back_cap"
_TERMINAL_MONTHS = "losses.terminal_carry_back_months"
# Without either of these nothing is carried back.
WITH = ("trade_loss_available_for_carry_back", "is_final_accounting_period")


@dataclass(frozen=True)
class CarryBack:
    """What one period carries back (£, one per company).

    Attributes:
        earlier: the periods it reaches, the latest first. extension: the part that only the extended window lets through.
        terminal: the part that was lost in an earlier period, and is claimed when the trade ceases.
        months: how far before the period its own loss reaches.
    """

    earlier: list[EarlierPeriod]
    extension: np.ndarray
    terminal: np.ndarray
    months: np.ndarray


def carry_back(company: Any, period: Any) -> CarryBack:
    """The losses that a period carries back: its own, and when the trade ceases the terminal part of losses before it."""
    nothing = constant_array(0.0, company.count)
    loss = company("trade_loss_available_for_carry_back", period)
    ceases = company("is_final_accounting_period", period) & company("claims_loss_carry_back", period)
    if not (loss.any() or ceases.any()):
        return CarryBack([], nothing, nothing, nothing)
    periods = accounting_periods(company, period)
    usual = over_period(company, period, _MONTHS)
    terminal = ceases * over_period(company, period, _TERMINAL_MONTHS)
    extended = _at_end(company, periods, _EXTENDED_MONTHS)
    near = np.maximum(usual, terminal)
    earlier = list(earlier_periods(company, period, np.maximum(near, extended) + terminal))
    carried = carried_to_the_end(company, period, earlier) if ceases.any() else []
    relieve_since_made(company, period, earlier, carried, ceases)
    loss = take(company, periods, earlier, loss, nothing, near)
    extension = nothing
    if (loss * (extended > usual)).any():
        room = np.minimum(loss, _extension_left(company, period, periods, earlier)) * (extended > usual)
        extension = room - take(company, periods, earlier, room, usual, extended)
    until = np.maximum(near, extended)

    def reached(here: AccountingPeriods, there: AccountingPeriods) -> np.ndarray:
        return share_within(here, there, np.zeros_like(until), until)

    refuse_more_periods(company, period, loss - extension, reached)
    return CarryBack(earlier, extension, carry_back_terminal(company, period, earlier, carried, terminal), until)


def _at_end(company: Any, periods: Any, path: str) -> np.ndarray:
    """A parameter dated by the end of the period of the loss."""
    parameter = history(company.law, path)
    return periods.spread(periods.figure(_on_last_day, parameter))


def _on_last_day(one: AccountingPeriod, parameter: History) -> float:
    return float(parameter.on(one.end))


def _extension_left(company: Any, period: Any, periods: AccountingPeriods, earlier: list[EarlierPeriod]) -> np.ndarray:
    """This company's share of the one cap of all periods that end in the same window, less what those before it used.

    A window begins wherever the cap is dated (FA 2021 Sch 2 para 5).
    """
    cap = history(company.law, _EXTENDED_CAP)

    def window(of: AccountingPeriods) -> np.ndarray:
        return of.each(lambda one: cap.since(one.end).toordinal())

    used = constant_array(0.0, company.count)
    for one in earlier:
        is_same = window(accounting_periods(company, one.label)) == window(periods)
        used = used + is_same * of_earlier_period(company, period, "loss_carried_back_under_extension", one.back)
    share = company("extended_carry_back_cap_share", period)
    return np.maximum(_at_end(company, periods, _EXTENDED_CAP) * share - used, 0)


def _carried_back(back: int) -> type[Variable]:
    """The loss carried back to one earlier period."""

    def formula(company, period):
        earlier = cached_for_period(company, period, carry_back).earlier
        return earlier[back - 1].taken if len(earlier) >= back else constant_array(0.0, company.count)

    words = "the accounting period before" if back == 1 else f"the accounting period {back} before"
    attributes = {
        "label": f"Loss carried back to {words}",
        "reference": "CTA 2010 s.37(3)(b)",
        "rule": (
            "Loss that later periods leave, up to what is left of this earlier period's profits and, where only part of it "
            "is within the months allowed, that share of its total profits; when the trade ceases, terminal losses of "
            "earlier periods as well."
        ),
        "__doc__": f"Part of this period's trade loss set against total profits of {words} (£).",
        "__module__": __name__,
        "formula": formula,
    }
    return type(variable_name(back), (Variable,), attributes, kept=True, only_with=WITH)


globals().update({variable.__name__: variable for variable in map(_carried_back, REACH)})


class claims_loss_carry_back(Variable):
    """Whether the company claims to carry trading losses back (an input; a claim takes all it can)."""

    value_type = bool
    label = "Claims to carry losses back"
    reference = "CTA 2010 s.37(2)"
    box = "part of 45"


class trade_loss_available_for_carry_back(Variable, only_with=("claims_loss_carry_back",)):
    """Trade loss left after use against profits of the period and surrender, where the company carries it back (£)."""

    label = "Trade loss available to carry back"
    reference = "CTA 2010 s.37(3)(b)"
    rule = (
        "Trade loss − trade loss set off − group relief surrendered, and where the law keeps it from earlier periods what "
        "is left of the human-investment deduction, where the company claims to carry it back."
    )

    def formula(company, period):
        left = (
            company("trade_loss", period)
            - company("trade_loss_set_against_total_profits", period)
            - company("group_relief_surrendered", period)
            - loss_kept_from_carry_back(company, period)
        )
        claims_back = company("claims_loss_carry_back", period)
        # A difference of sums: its binary noise must not be a loss below nothing.
        return np.maximum(left, 0) * (claims_back & company("claims_loss_relief_against_total_profits", period))


class loss_carried_back(Variable, only_with=WITH):
    """Trade loss carried back to all earlier periods together (£), terminal losses of earlier periods included.

    Example: a loss of £18,200 after use against profits of its own year, £25,400 of profits in the nine months before:
    all £18,200.
    """

    label = "Loss carried back"
    reference = "CTA 2010 ss.37 to 39; FA 2021 Sch 2"
    rule = "The sum over the earlier periods."

    def formula(company, period):
        earlier = cached_for_period(company, period, carry_back).earlier
        return sum((one.taken for one in earlier), constant_array(0.0, company.count))


class loss_carried_back_under_extension(Variable, kept=True, only_with=WITH):
    """Part of the loss carried back that only the temporary extension to three years let through (£).

    Example: a loss of £5,500,000 in the year to 30 September 2020, £3,000,000 in each of the two years before: £2,000,000.
    """

    label = "Loss carried back under the temporary extension"
    reference = "FA 2021 Sch 2 paras 4, 5"
    rule = (
        "What of it only the temporary extension let through: up to the share of the group's cap, less what earlier periods "
        "that end in the same window used of it."
    )

    def formula(company, period):
        return cached_for_period(company, period, carry_back).extension


class terminal_losses_of_earlier_periods(Variable, only_with=WITH):
    """Part of the loss carried back when a trade ceases that was made in earlier periods of its last twelve months (£).

    Example: a loss of £120,000 in 2024, trade ceased on 30 June 2025: 184/366 or £60,327.87.
    """

    label = "Terminal losses of earlier periods, carried back"
    reference = "CTA 2010 s.39(3)(b)"
    rule = (
        "What of it was lost in earlier periods: when the trade ceases, the share of each that lies in the last months × "
        "its loss, so far as it was still carried forward and may be carried back, on the months before it."
    )

    def formula(company, period):
        return cached_for_period(company, period, carry_back).terminal


class losses_relieved_at_the_end_of_the_trade(Variable, only_with=WITH):
    """Losses carried forward to the end of the trade that relieve earlier periods of its last three years (£).

    What the restriction kept from them, or a lack of trade profits since; none where no loss is carried back by choice.
    Example: £12m brought into 2024, profits of £9m then and £3m in 2025, the last year: £7m used in 2024 and £3m in 2025,
    and the £2m left relieve the £2m that the restriction left in 2024.
    """

    label = "Terminal relief for losses carried forward"
    reference = "CTA 2010 ss.45F, 45G"
    rule = (
        "When the trade ceases, losses carried forward and not used in its last period, on what is left taxed of earlier "
        "periods since they were made, the latest first: of one partly within the months up to the end, that share of its "
        "total profits, and for losses of periods begun before 1 April 2017 of the profits of its trade."
    )

    def formula(company, period):
        earlier = cached_for_period(company, period, carry_back).earlier
        return sum((one.relieved for one in earlier), constant_array(0.0, company.count))
