"""Switches of the human-investment relief that hold for a whole accounting period, read while the relief is in force.

A period that the relief begins or ends in has them as they are inside it; the rates go by the day of the spending.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from openfisca_goodwork.law.human_investment.caps import length_of
from openfisca_goodwork.law.human_investment.paths import CREDIT_RATE, IN_FORCE
from openfisca_goodwork.law.human_investment.terms import in_force_of_each, is_ever_other_than, stretches_of
from openfisca_goodwork.law.notes import cached_for_period
from openfisca_goodwork.law.periods import Segment, constant_array, where

TREATMENT = "human_investment.losses.treatment"
SURRENDER_RATE = "human_investment.losses.surrender_rate"
CREDIT_BEFORE = "human_investment_credit_brought_forward"
HELD_BACK_BEFORE = "human_investment_notional_tax_brought_forward"


def gives_credit(company: Any, period: Any) -> bool:
    """Whether the law has a credit on any date, or a company was told to have a balance of one."""
    return cached_for_period(company, period, _credit_or_balance)


def _credit_or_balance(company: Any, period: Any) -> bool:
    return (
        is_ever_other_than(company, CREDIT_RATE, 0)
        or gives_credit_for_losses(company, period)
        or not company.notes.told.isdisjoint({CREDIT_BEFORE, HELD_BACK_BEFORE})
    )


def gives_credit_for_losses(company: Any, _period: Any) -> bool:
    """Whether the law has, on any date, a payable credit for a loss given up."""
    return is_ever_other_than(company, TREATMENT, "ordinary") and is_ever_other_than(company, SURRENDER_RATE, 0)


def while_in_force(company: Any, period: Any, path: str) -> np.ndarray:
    """The last value within the period on a day on which the relief is in force; on its last day where it never is."""
    stretches = [one for one in stretches_of(company, period, (*IN_FORCE, path)) if one.share.any()]
    found = stretches[0].value(path)
    for stretch in stretches[1:]:
        found = where(stretch.share > 0, stretch.value(path), found)
    for stretch in stretches:
        found = where(_is_in_force(stretch), stretch.value(path), found)
    return found


def length_in_force(company: Any, period: Any) -> np.ndarray:
    """Days of the period on which the relief is in force ÷ 365, at most the period's own length: what scales a limit."""
    stretches = stretches_of(company, period, IN_FORCE)
    lengths = (length_of(one) * one.periods.spread(in_force_of_each(one)) for one in stretches)
    return np.minimum(sum(lengths, constant_array(0.0, company.count)), stretches[0].periods.length_factor)


def _is_in_force(stretch: Segment) -> np.ndarray:
    return (stretch.share > 0) & stretch.periods.spread(in_force_of_each(stretch))
