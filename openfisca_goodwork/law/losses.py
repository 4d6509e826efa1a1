"""Trading losses carried forward, and the restriction on their use (CTA 2010 ss.45, 45A, 45F, Part 7ZA).

A loss of a period begun before 1 April 2017 stays with its trade (s.45); a later one relieves total profits (s.45A). What
either leaves ends with the trade: against profits of its last period without restriction, and of the three years to its
end (``loss_carry_back``). What a company claims of either is an input, and a cap; left out, all that the law allows is used.
"""

from __future__ import annotations

from datetime import date

import numpy as np
from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.law.group_relief import carried_forward_losses_given
from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.notes import Companies
from openfisca_goodwork.law.periods import (
    RefusedInputError,
    brought_forward,
    history,
    is_nothing,
    over_period,
    positive,
    segments,
    where,
)

_LATER = "trading_losses_brought_forward"
_OLDER = "trading_losses_brought_forward_pre_april_2017"
_AGAINST_TOTAL = "losses.carried_forward_against_total_profits"
_ALLOWANCE = "losses.deductions_allowance"
_RESTRICTION = "losses.restriction_rate"
_TERMINAL_RELIEF = "losses.terminal_relief_months"


def relevant_maximum(company, period, profits):
    """Relevant maximum: what carried-forward losses may relieve of these profits, the allowance and half of the rest (£).

    All of the profits when the trade ceases: terminal relief for losses carried forward (s.45F) is outside the restriction,
    and is taken to be claimed for the last period itself; for the three years before it, with ``claims_loss_carry_back``.
    """
    yearly, rate, length = _limits(company, period)
    limited = np.isfinite(yearly)
    scale = length * company("deductions_allowance_share", period)
    allowance = where(limited, where(limited, yearly, 0) * scale, profits)  # no limit × no days is not a number
    above = positive(profits - allowance)
    most = allowance + rate * above
    ceases = company("is_final_accounting_period", period)
    return where(ceases & (over_period(company, period, _TERMINAL_RELIEF) > 0), profits, most) if ceases.any() else most


def _limits(company, period):
    """The yearly allowance, the share above it, and the length that the allowance goes with.

    Of a period across 1 April 2017, those of its part from that day on (F(No.2)A 2017 Sch 4 para 190; HMRC CTM05130).
    """
    found = [*(over_period(company, period, path) for path in (_ALLOWANCE, _RESTRICTION)), company("length_factor", period)]
    _first, *parts = segments(company, period, _AGAINST_TOTAL)
    for part in parts:
        since = (part.value(_ALLOWANCE), part.value(_RESTRICTION), part.length_factor)
        found = [where(part.share > 0, now, before) for now, before in zip(since, found, strict=True)]
    return found


def share_against_total_profits(company: Companies, period: Period) -> np.ndarray:
    """Share of each period that lies in the law under which its loss, carried forward, relieves total profits (s.45A).

    By days, or by months where the company counts in months (CTA 2010 s.1172; HMRC CTM04900).
    """
    first, *parts = segments(company, period, _AGAINST_TOTAL)
    if not parts:
        return first.value(_AGAINST_TOTAL)
    return sum(part.value(_AGAINST_TOTAL) * part.share for part in (first, *parts))


def first_day_of_claims(law: TaxBenefitSystem) -> date:
    """The first day of an accounting period for which a claim keeps older losses from being used (s.45(4B))."""
    return next(dated.start for dated in history(law, _AGAINST_TOTAL).values if dated.value)


def _later_losses(company, period):
    """Losses brought forward of periods begun from 1 April 2017 (£).

    Raises:
        RefusedInputError: where a period begun before that day has any.
    """
    losses = brought_forward(company, period, _LATER)
    if (losses * (share_against_total_profits(company, period) < 1)).any():
        raise RefusedInputError(
            f"{_LATER} is given for {period}, which begins before 1 April 2017: losses of later periods cannot reach it. "
            f"Give them as {_OLDER}."
        )
    return losses


class trading_losses_claim(Variable, minimum=0):
    """Losses of periods begun from 1 April 2017, brought forward, that the company claims to use at most (£)."""

    default_value = np.inf
    label = "Claim: trading losses brought forward"
    reference = "CTA 2010 s.45A(4), (5)"
    box = "part of 285"


class pre_april_2017_trading_losses_claim(Variable, minimum=0):
    """Most that losses of periods begun before 1 April 2017 may take off the profits of the trade (£).

    The law uses them without a claim; a claim stops them, or caps them, in a period begun on or after 1 April 2017.
    """

    default_value = np.inf
    label = "Claim: cap on losses of periods begun before April 2017"
    reference = "CTA 2010 s.45(4A) to (4C)"


class trading_losses_brought_forward(Variable, minimum=0):
    """Trading losses of periods begun from 1 April 2017 brought forward (£); an input in the first period."""

    label = "Trading losses brought forward"
    reference = "CTA 2010 s.45A"

    def formula(company, period):
        return _later_losses(company, period)


class trading_losses_brought_forward_pre_april_2017(Variable, minimum=0):
    """Trading losses of periods begun before 1 April 2017 brought forward (£), usable against the trade alone."""

    label = "Trading losses of periods begun before April 2017, brought forward"
    reference = "CTA 2010 s.45"


class loss_restriction_maximum(Variable):
    """Most that carried-forward losses may relieve in the period: the relevant maximum, or all when the trade ceases (£).

    Example: qualifying profits of £21m and a £5m allowance give £5m + 50% × £16m = £13m.
    """

    label = "Maximum relief for carried-forward losses"
    reference = "CTA 2010 ss.45F, 269ZD(4)"
    rule = (
        "Deductions allowance × length of the period × share of the group's allowance, plus the restricted share of "
        "qualifying profits above that, of a period across 1 April 2017 by the figures and the length of its part since; no "
        "restriction where the allowance has no limit, nor when the trade ceases."
    )

    def formula(company, period):
        return relevant_maximum(company, period, company("qualifying_profits", period))


class trading_losses_used_before_other_reliefs(Variable):
    """Losses that reduce the trade's profit of days before 1 April 2017, ahead of every other relief (£).

    No claim was needed and none could stop it; donations and group relief have what is left.
    Example: in 2015 losses of £100,000 take a profit of £100,000, and donations of £10,000 are lost.
    """

    label = "Trading losses used before other reliefs"
    reference = "CTA 2010 s.45(4)(b), before s.45(4A); F(No.2)A 2017 Sch 4 para 190"
    rule = "Losses of before 1 April 2017, so far as the share of the trade's profit that falls before that day reaches."

    def formula(company, period):
        losses = brought_forward(company, period, _OLDER)
        share_before = 1 - share_against_total_profits(company, period)
        if is_nothing(share_before):
            return share_before
        return np.minimum(losses, company("trade_profit", period) * share_before)


class trading_losses_used_pre_april_2017(Variable, kept=True):
    """Losses of periods begun before 1 April 2017 set against profits of the trade, within the trade's maximum (£).

    Since then reliefs of the period come off other profits first, which leaves the most trade profit to relieve, and a
    company may claim that its profits are reduced by less (s.45(4A)). That it is taken to claim so far as donations and
    group relief would be lost otherwise.
    """

    label = "Trading losses of periods begun before April 2017, used"
    reference = "CTA 2010 ss.45, 45F, 269ZB"
    box = "part of 160"
    rule = (
        "Those used before other reliefs, plus losses of periods begun before 1 April 2017 against what is left of the "
        "profit of the trade, within the same maximum worked out on that profit, and no more than is claimed."
    )

    def formula(company, period):
        at_first = company("trading_losses_used_before_other_reliefs", period)
        trade = np.minimum(company("trade_profit", period) - at_first, company("qualifying_profits", period))
        losses = brought_forward(company, period, _OLDER) - at_first
        # A claim may specify only a period that begins on or after 1 April 2017: s.45(4B).
        begins_before = share_against_total_profits(company, period) < 1
        claim = where(begins_before, np.inf, company("pre_april_2017_trading_losses_claim", period))
        return at_first + np.minimum(np.minimum(losses, claim), np.minimum(trade, relevant_maximum(company, period, trade)))


class pre_april_2017_trading_losses_without_a_claim(Variable):
    """Losses of periods begun before 1 April 2017 that the law uses where the company makes no claim (£).

    They come off the profit of the trade before donations and group relief, which may then be lost: the model takes a
    claim under s.45(4A) to be made for as much as keeps these.
    Example: profit and losses of £100,000, donations of £10,000: £100,000, where £90,000 with the claim pays no more tax.
    """

    label = "Losses of before April 2017 that are used without a claim"
    reference = "CTA 2010 ss.45(4), (4A), 45F, 269ZB"
    rule = "The smallest of the losses brought forward, the profit of the trade, and the maximum worked out on that profit."

    def formula(company, period):
        at_first = company("trading_losses_used_before_other_reliefs", period)
        trade = company("trade_profit", period) - at_first
        losses = brought_forward(company, period, _OLDER) - at_first
        return at_first + np.minimum(losses, np.minimum(trade, relevant_maximum(company, period, trade)))


class trading_losses_used(Variable):
    """Losses carried forward and used in the period, of both kinds (£)."""

    label = "Trading losses used"
    reference = "CTA 2010 ss.45, 45A, 45F, 269ZD(2)"
    box = "160 + 285"
    rule = "The older losses used, plus later ones as claimed, so far as the maximum and qualifying profits leave room."

    def formula(company, period):
        older = company("trading_losses_used_pre_april_2017", period)
        at_first = company("trading_losses_used_before_other_reliefs", period)
        most = np.minimum(company("loss_restriction_maximum", period), company("qualifying_profits", period))
        room = positive(most - (older - at_first))
        later = np.minimum(_later_losses(company, period), company("trading_losses_claim", period))
        return older + np.minimum(later, room)


class trade_loss_to_carry_forward(Variable, kept=True):
    """Trade loss of the period that no use, carry-back or surrender has taken (£); what ends with the trade included.

    Example: a loss of £120,000, of which £20,000 relieves rents and £60,000 the year before: £40,000.
    """

    label = "Trade loss of the period to carry forward"
    reference = "CTA 2010 ss.45(3), 45A(1); CTA 2009 s.1062"
    rule = "Unrelieved trade loss − loss surrendered for the R&D tax credit and for the human-investment credit."

    def formula(company, period):
        return (
            company("unrelieved_trade_loss", period)
            - company("human_investment_loss_surrendered", period)
            - company("trade_loss_surrendered_for_tax_credit", period)
        )


class trading_losses_carried_forward(Variable):
    """Losses of periods begun from 1 April 2017 carried to the next period (£); none past the end of the trade.

    Example: of a loss of £120,000 in 2017, 275/365 or £90,410.96.
    """

    label = "Trading losses carried forward"
    reference = "CTA 2010 s.45A; F(No.2)A 2017 Sch 4 para 190"
    rule = (
        "Brought forward + the share of the period from 1 April 2017 × its trade loss to carry forward − later losses used "
        "− those surrendered to the group; nothing after the final period."
    )

    def formula(company, period):
        new = company("trade_loss_to_carry_forward", period) * share_against_total_profits(company, period)
        used = company("trading_losses_used", period) - company("trading_losses_used_pre_april_2017", period)
        used = used + carried_forward_losses_given(company, period)
        # What is used comes as a difference of sums: its binary noise must not leave a pool below nothing.
        left = positive(_later_losses(company, period) + new - used)
        return left * ~company("is_final_accounting_period", period)


class trading_losses_carried_forward_pre_april_2017(Variable):
    """Losses of periods begun before 1 April 2017 carried to the next period (£); none past the end of the trade.

    Example: of a loss of £120,000 in 2017, 90/365 or £29,589.04.
    """

    label = "Trading losses of periods begun before April 2017, carried forward"
    reference = "CTA 2010 s.45; F(No.2)A 2017 Sch 4 para 190"
    rule = (
        "Brought forward + the share of the period before 1 April 2017 × its trade loss to carry forward − older losses "
        "used; nothing after the final period."
    )

    def formula(company, period):
        new = company("trade_loss_to_carry_forward", period) * (1 - share_against_total_profits(company, period))
        losses = brought_forward(company, period, _OLDER) + new
        left = positive(losses - company("trading_losses_used_pre_april_2017", period))
        return left * ~company("is_final_accounting_period", period)


class taxable_total_profits(Variable, kept=True):
    """Taxable total profits: what the charge falls on (£)."""

    label = "Taxable total profits"
    reference = "CTA 2010 s.4(2)"
    box = "315"
    rule = (
        "Qualifying profits − trading losses used, but for those used before other reliefs, which are off already, − group "
        "relief for carried-forward losses."
    )

    def formula(company, period):
        used = company("trading_losses_used", period) - company("trading_losses_used_before_other_reliefs", period)
        used = used + company("group_relief_for_carried_forward_losses", period)
        return company("qualifying_profits", period) - used
