"""Losses of earlier periods when a trade ceases: carried back as terminal losses, or relieved since they were made.

What the last period still carries forward is taken to be of the latest losses: older ones are used first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from openfisca_goodwork.law.earlier_periods import (
    EarlierPeriod,
    of_pairs,
    refuse_more_periods,
    share_of_last_months,
    take,
)
from openfisca_goodwork.law.group_relief import carried_forward_losses_given
from openfisca_goodwork.law.losses import share_against_total_profits
from openfisca_goodwork.law.periods import (
    AccountingPeriod,
    AccountingPeriods,
    accounting_periods,
    add_months,
    constant_array,
    history,
    of_earlier_period,
    over_period,
)
from openfisca_goodwork.law.periods.calendar import ONE_DAY

_LAST_MONTHS = "losses.terminal_loss_last_months"
_RELIEF_MONTHS = "losses.terminal_relief_months"
_AGAINST_TOTAL = "losses.carried_forward_against_total_profits"
_LATER, _OLDER = "trading_losses_brought_forward", "trading_losses_brought_forward_pre_april_2017"
_OLDER_USED = "trading_losses_used_pre_april_2017"
_MADE = "trade_loss_to_carry_forward"
_NOT_BACK = "human_investment_loss_kept_from_carry_back"


@dataclass
class Carried:
    """What the last period of a trade has not used of one period's loss (£, one per company).

    Attributes:
        back: how many periods before the last the loss was made; None for all that are older than those looked at.
        later: what of it relieves total profits. older: what of it relieves profits of the trade alone.
    """

    back: int | None
    later: np.ndarray
    older: np.ndarray


def carried_to_the_end(company: Any, period: Any, earlier: list[EarlierPeriod]) -> list[Carried]:
    """The losses carried forward to a period and not used in it, by the period of the loss, the latest first."""
    older_used = company(_OLDER_USED, period)
    later = company(_LATER, period) - (company("trading_losses_used", period) - older_used)
    later = later - carried_forward_losses_given(company, period)
    older = company(_OLDER, period) - older_used
    found = []
    for one in earlier:
        loss, share = of_earlier_period(company, period, _MADE, one.back), share_against_total_profits(company, one.label)
        found.append(Carried(one.back, np.minimum(share * loss, later), np.minimum((1 - share) * loss, older)))
        later, older = later - found[-1].later, older - found[-1].older
    return [*found, Carried(None, later, older)]


@dataclass
class _Room:
    """Profits of one earlier period that losses carried forward may still relieve (£, one per company).

    Attributes:
        period: the earlier period. in_all: of its total profits. of_trade: of the profits of its trade.
    """

    period: EarlierPeriod
    in_all: np.ndarray
    of_trade: np.ndarray

    def relieve(self, loss: np.ndarray, *, trade_alone: bool) -> np.ndarray:
        """Use a loss on the profits; what is left of it."""
        taken = np.minimum(loss, np.minimum(self.in_all, self.of_trade) if trade_alone else self.in_all)
        self.in_all = self.in_all - taken
        self.of_trade = self.of_trade - taken if trade_alone else self.of_trade
        self.period.left, self.period.relieved = self.period.left - taken, self.period.relieved + taken
        return loss - taken


def _room(company: Any, period: Any, one: EarlierPeriod, share: np.ndarray) -> _Room:
    """What is left of an earlier period's profits, and no more than the share of them within reach (s.45G).

    Its other reliefs are taken to have come off profits other than of the trade; where donations have covered profits, a
    claim would save nothing.
    """
    trade = of_earlier_period(company, period, "trade_profit", one.back) - of_earlier_period(
        company, period, _OLDER_USED, one.back
    )
    taxable = one.left - of_earlier_period(company, period, "charitable_donations_relief", one.back)
    in_all = np.minimum(np.maximum(taxable, 0), share * one.total)
    return _Room(one, in_all, np.minimum(in_all, share * trade))


def relieve_since_made(
    company: Any, period: Any, earlier: list[EarlierPeriod], carried: list[Carried], ceases: np.ndarray
) -> None:
    """Use losses carried forward to the end of a trade on the periods since they were made, the latest first (s.45F).

    Neither the period of the loss nor one before it, nor time before the relief began. Ahead of losses carried back, and of
    them first what relieves the trade alone.
    """
    months = ceases * over_period(company, period, _RELIEF_MONTHS)
    if not months.any():
        return
    began = history(company.law, _AGAINST_TOTAL)

    def share(now: AccountingPeriod, then: AccountingPeriod, far: int) -> float:
        return then.share(max(add_months(now.end + ONE_DAY, -far), began.since(now.end)), now.end) if far else 0.0

    def within(here: AccountingPeriods, there: AccountingPeriods) -> np.ndarray:
        return of_pairs(here, there, share, months.astype(int))

    here = accounting_periods(company, period)
    rooms = [_room(company, period, one, within(here, accounting_periods(company, one.label))) for one in earlier]
    for name in ("older", "later"):
        for loss in carried:
            for room in rooms if loss.back is None else rooms[: loss.back - 1]:
                setattr(loss, name, room.relieve(getattr(loss, name), trade_alone=name == "older"))
    refuse_more_periods(company, period, ceases * (carried[-1].later + carried[-1].older), within)


def carry_back_terminal(
    company: Any, period: Any, earlier: list[EarlierPeriod], carried: list[Carried], months: np.ndarray
) -> np.ndarray:
    """Use what is terminal of earlier losses, latest first, on the three years before each; what is used (s.39(3)).

    The part of the loss that is not terminal is taken to have had the relief already given. What of it may not be carried
    back is taken to be used first where losses carried forward are.
    """
    used, last = constant_array(0.0, company.count), over_period(company, period, _LAST_MONTHS)
    for place, (one, loss) in enumerate(zip(earlier, carried, strict=False)):
        there = accounting_periods(company, one.label)
        terminal = share_of_last_months(accounting_periods(company, period), there, last)
        made, not_back, forward = (
            of_earlier_period(company, period, name, one.back) for name in ("trade_loss", _NOT_BACK, _MADE)
        )
        left = loss.later + loss.older
        may_go = left - np.maximum(not_back - (forward - left), 0)
        room = (months > 0) * np.minimum(terminal * (made - not_back), may_go)
        if room.any():
            used = used + room - take(company, there, earlier[place + 1 :], room, np.zeros_like(months), months)
    return used
