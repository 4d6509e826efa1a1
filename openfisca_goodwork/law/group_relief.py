"""What one company of a group may give and may have (CTA 2010 Parts 5 and 5A); who gives what to whom is decided outside.

The limits here are those of a whole accounting period. Where the periods of two companies overlap in part, each limit is
taken in proportion to the days in common (ss.138 to 142, 188DB to 188DG): ``company.group`` does so.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from openfisca_core.periods import Period

from openfisca_goodwork.law.human_investment.losses import may_go_to_group
from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.notes import Companies
from openfisca_goodwork.law.periods import RefusedInputError, is_nothing, positive, where

# Under half a penny (£) is rounding, not more than the law allows.
_HALF_A_PENNY = 0.005
_CURRENT, _CARRIED = "trading_losses_surrendered_to_group", "carried_forward_losses_surrendered_to_group"


def trade_loss_given(company: Companies, period: Period) -> np.ndarray:
    """Trade loss of the period given to members of the group (£).

    Raises:
        RefusedInputError: where it is more than there is to give.
    """
    return _given(company, period, _CURRENT, "group_relief_surrenderable", "its trade loss of the period (CTA 2010 s.99)")


def carried_forward_losses_given(company: Companies, period: Period) -> np.ndarray:
    """Losses brought forward that are given to members of the group (£).

    Raises:
        RefusedInputError: where it is more than the company's own profits leave.
    """
    own = "what its own profits cannot use of losses of periods begun from 1 April 2017 (CTA 2010 ss.188BB, 188BE)"
    return _given(company, period, _CARRIED, "carried_forward_losses_surrenderable", own)


def _given(company: Companies, period: Period, name: str, most: str, words: str) -> np.ndarray:
    given: np.ndarray = company(name, period)
    if is_nothing(given):
        return given
    allowed = company(most, period)
    above = np.flatnonzero(given > allowed + _HALF_A_PENNY)
    if above.size:
        asked, may_give = float(given[above[0]]), float(allowed[above[0]])
        raise RefusedInputError(
            f"{name} is {asked:,.2f} for {period}; a company may give at most {may_give:,.2f}, {words}. Give that or less."
        )
    return np.minimum(given, allowed)


def _own_losses_left(company: Companies, period: Period) -> Any:
    """Losses of periods begun from 1 April 2017 brought forward and not used (£)."""
    used = company("trading_losses_used", period) - company("trading_losses_used_pre_april_2017", period)
    return positive(company("trading_losses_brought_forward", period) - used)


def _room(company: Companies, period: Period) -> Any:
    """What the restriction and profits leave for losses brought forward beyond those used (£)."""
    used = company("trading_losses_used", period) - company("trading_losses_used_before_other_reliefs", period)
    most = np.minimum(company("loss_restriction_maximum", period), company("qualifying_profits", period))
    return positive(most - used)


class group_relief_surrenderable(Variable):
    """Most of the period's trade loss that may be given to other members of the group (£).

    All of it, whether or not the company has other profits; where the proposed relief says so, less what its deduction made.
    """

    label = "Trade loss that may be surrendered to the group"
    reference = "CTA 2010 ss.99(1)(a), 100; HMRC CTM80110"
    rule = "Trade loss, and where the law keeps it from the group less what the human-investment deduction made of it."

    def formula(company, period):
        loss = company("trade_loss", period)
        made = np.minimum(company("human_investment_deduction", period), loss)
        return where(may_go_to_group(company, period), loss, loss - made)


class carried_forward_losses_surrenderable(Variable):
    """Most of the losses brought forward that may be given to other members of the group (£): what own profits cannot use.

    Example: £900,000 brought forward, own profits of £250,000: £650,000.
    """

    label = "Losses brought forward that may be surrendered to the group"
    reference = "CTA 2010 ss.188BB(1)(d), 188BE; HMRC CTM82030"
    rule = (
        "Losses of periods begun from 1 April 2017 brought forward − those used; the older ones may not be given, and none "
        "while the company claims less than its own profits could use."
    )

    def formula(company, period):
        could_use_more = _room(company, period) > _HALF_A_PENNY
        return where(could_use_more, 0, _own_losses_left(company, period))


class group_relief_for_carried_forward_losses_maximum(Variable):
    """Most of other members' losses brought forward that the company's profits may use (£).

    Its own losses brought forward come first, and all come within one restriction.
    Example: qualifying profits of £21m, a £5m allowance, own losses of £4m used: £13m − £4m = £9m.
    """

    label = "Group relief for carried-forward losses, maximum"
    reference = "CTA 2010 ss.188CD, 188DB, 188DD; HMRC CTM82110"
    rule = (
        "The smaller of the maximum relief for carried-forward losses and qualifying profits, − trading losses used; "
        "nothing where losses of the company's own that relieve total profits are left, or older ones are kept by a claim."
    )

    def formula(company, period):
        without = company("pre_april_2017_trading_losses_without_a_claim", period)
        kept_by_claim = without > company("trading_losses_used_pre_april_2017", period) + _HALF_A_PENNY
        has_own = (_own_losses_left(company, period) > _HALF_A_PENNY) | kept_by_claim
        return where(has_own, 0, _room(company, period))


class group_relief_for_carried_forward_losses(
    Variable, only_with=("group_relief_for_carried_forward_losses_available",), kept=True
):
    """Losses brought forward by other members of the group that relieve this company's profits (£)."""

    label = "Group relief for carried-forward losses"
    reference = "CTA 2010 ss.188CB, 188CK"
    box = "312"
    rule = "The smaller of what is available and the maximum."

    def formula(company, period):
        available = company("group_relief_for_carried_forward_losses_available", period)
        return np.minimum(available, company("group_relief_for_carried_forward_losses_maximum", period))
