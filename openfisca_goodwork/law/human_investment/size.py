"""The size of a company's group, on which the human-investment relief may depend."""

from __future__ import annotations

import numpy as np

from openfisca_goodwork.law.human_investment.paths import MEASURES, limit_path
from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.periods import Segment, where

_REFERENCE = "Proposed, not law: human-investment relief, eligibility"


class group_annual_turnover(Variable):
    """Turnover of the group for a year: that of a period that is no year, annualised (£).

    Example: £5m in a period of 73 days is £25m a year.
    """

    label = "Yearly turnover of the group"
    reference = _REFERENCE
    rule = "Turnover of the group ÷ length of the period."

    def formula(company, period):
        return company("group_turnover", period) / company("length_factor", period)


def is_within(stretch: Segment, size: str) -> np.ndarray:
    """Whether the group is within the limits of a size: staff under theirs, and turnover or balance sheet within theirs.

    Args:
        size: ``small`` or ``medium``; a small group is within the limits of a medium-sized one as well.
    """
    staff, turnover, balance_sheet = (stretch.value(limit_path(size, measure)) for measure in MEASURES)
    company, period = stretch.company, stretch.period
    return (company("group_employees", period) < staff) & (
        (company("group_annual_turnover", period) <= turnover)
        | (company("group_balance_sheet_total", period) <= balance_sheet)
    )


def by_size(stretch: Segment, small: np.ndarray, medium: np.ndarray, large: np.ndarray) -> np.ndarray:
    """Of three values, the one for the size of the company's group."""
    return where(is_within(stretch, "small"), small, where(is_within(stretch, "medium"), medium, large))
