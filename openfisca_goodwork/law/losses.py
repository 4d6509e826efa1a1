"""Trading losses carried forward, and the restriction on their use (CTA 2010 ss.45, 45A, Part 7ZA)."""

from __future__ import annotations

import numpy as np

from openfisca_goodwork.law.research_and_development import does_research
from openfisca_goodwork.model import Variable
from openfisca_goodwork.periods import brought_forward, over_period

_ALLOWANCE = "losses.deductions_allowance"
_RESTRICTION = "losses.restriction_rate"


def _relievable(company, period, profits):
    """Most of these profits that carried-forward losses may cover: the allowance, and half of what is above it (£)."""
    yearly = over_period(company, period, _ALLOWANCE)
    limited = np.isfinite(yearly)
    scale = company("length_factor", period) * company("deductions_allowance_share", period)
    allowance = np.where(limited, np.where(limited, yearly, 0) * scale, profits)
    above = np.maximum(profits - allowance, 0)
    return allowance + over_period(company, period, _RESTRICTION) * above


class trading_losses_brought_forward(Variable, minimum=0):
    """Trading losses of periods begun from 1 April 2017 brought forward (£); an input in the first period."""

    label = "Trading losses brought forward"
    reference = "CTA 2010 s.45A"

    def formula(company, period):
        return brought_forward(company, period, "trading_losses_brought_forward")


class trading_losses_brought_forward_pre_april_2017(Variable, minimum=0):
    """Trading losses of periods begun before 1 April 2017 brought forward (£), usable against the trade alone."""

    label = "Trading losses of periods begun before April 2017, brought forward"
    reference = "CTA 2010 s.45"

    def formula(company, period):
        return brought_forward(company, period, "trading_losses_brought_forward_pre_april_2017")


class loss_restriction_maximum(Variable):
    """Most that carried-forward losses may relieve in the period: the relevant maximum (£).

    Example: qualifying profits of £21m and a £5m allowance give £5m + 50% × £16m = £13m.
    """

    label = "Maximum relief for carried-forward losses"
    reference = "CTA 2010 s.269ZD(4)"

    def formula(company, period):
        return _relievable(company, period, company("qualifying_profits", period))


class trading_losses_used_pre_april_2017(Variable):
    """Losses of periods begun before 1 April 2017 set against profits of the trade, within the trade's maximum (£).

    Reliefs of the period come off other profits first, which leaves the most trade profit to relieve.
    """

    label = "Trading losses of periods begun before April 2017, used"
    reference = "CTA 2010 ss.45, 269ZB"

    def formula(company, period):
        trade = np.minimum(company("trade_profit", period), company("qualifying_profits", period))
        pool = brought_forward(company, period, "trading_losses_brought_forward_pre_april_2017")
        return np.minimum(pool, np.minimum(trade, _relievable(company, period, trade)))


class trading_losses_used(Variable):
    """Losses carried forward and used in the period, of both kinds (£)."""

    label = "Trading losses used"
    reference = "CTA 2010 ss.45, 45A, 269ZD(2)"

    def formula(company, period):
        older = company("trading_losses_used_pre_april_2017", period)
        room = np.minimum(company("loss_restriction_maximum", period), company("qualifying_profits", period)) - older
        return older + np.minimum(brought_forward(company, period, "trading_losses_brought_forward"), room)


class trading_losses_carried_forward(Variable):
    """Losses of periods begun from 1 April 2017 carried to the next period (£)."""

    label = "Trading losses carried forward"
    reference = "CTA 2010 s.45A"

    def formula(company, period):
        new = company("unrelieved_trade_loss", period)
        if does_research(company, period):
            new = new - company("trade_loss_surrendered_for_tax_credit", period)
        used = company("trading_losses_used", period) - company("trading_losses_used_pre_april_2017", period)
        return brought_forward(company, period, "trading_losses_brought_forward") + new - used


class trading_losses_carried_forward_pre_april_2017(Variable):
    """Losses of periods begun before 1 April 2017 carried to the next period (£)."""

    label = "Trading losses of periods begun before April 2017, carried forward"
    reference = "CTA 2010 s.45"

    def formula(company, period):
        pool = brought_forward(company, period, "trading_losses_brought_forward_pre_april_2017")
        return pool - company("trading_losses_used_pre_april_2017", period)


class taxable_total_profits(Variable, kept=True):
    """Taxable total profits: what the charge falls on (£)."""

    label = "Taxable total profits"
    reference = "CTA 2010 s.4(2)"

    def formula(company, period):
        return company("qualifying_profits", period) - company("trading_losses_used", period)
