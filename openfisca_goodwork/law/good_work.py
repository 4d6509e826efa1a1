"""Proposed, not law: the good-work conditions, on which a relief or a public contract may depend. None in current law."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from openfisca_goodwork.law.model import Variable
from openfisca_goodwork.law.periods import Segment, constant_array, segments, where

_COMBINATION = "good_work.combination"
# Condition → the input it is about: a largest share, or something that the company has or does.
_LARGEST_SHARES = {
    "good_work.conditions.maximum_share_below_living_wage": "share_paid_below_real_living_wage",
    "good_work.conditions.maximum_share_zero_hours": "share_on_zero_hours_contracts",
}
_THINGS_DONE = {
    "good_work.conditions.fair_work_pledge": "has_fair_work_pledge",
    "good_work.conditions.training_plan": "publishes_training_plan",
    "good_work.conditions.employee_voice": "has_employee_voice",
}


def _tests(stretch: Segment) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Each condition: for whom it is asked in the stretch, and who meets it."""
    company, period = stretch.company, stretch.period
    for path, name in _LARGEST_SHARES.items():
        most = stretch.value(path)
        if (most < 1).any():
            yield most < 1, company(name, period) <= most
    for path, name in _THINGS_DONE.items():
        asked = stretch.value(path).astype(bool)
        if asked.any():
            yield asked, company(name, period)


def _meets(stretch: Segment) -> np.ndarray:
    """Who meets the conditions of a stretch, all or any of those asked for; where none is asked for, everybody."""
    tests = list(_tests(stretch))
    if not tests:
        return constant_array(np.True_, stretch.company.count)
    every = np.all([met | ~asked for asked, met in tests], axis=0)
    some = np.any([met & asked for asked, met in tests], axis=0) | ~np.any([asked for asked, _met in tests], axis=0)
    return where((stretch.value(_COMBINATION) == "any") & (stretch.share > 0), some, every)


class meets_good_work_conditions(Variable):
    """Whether the company meets the good-work conditions in force in any part of the accounting period.

    Where they change inside it, those before and those after, on its figures of the whole period.
    Example: 3% of staff below the real living wage, at most 5% allowed, no other condition: it meets them.
    """

    value_type = bool
    label = "Meets the good-work conditions"
    reference = "Proposed, not law: good-work conditions"
    rule = "All of the conditions asked for are met, or any of them where that is enough; where none is, so does everybody."

    def formula(company, period):
        met = constant_array(np.True_, company.count)
        for stretch in segments(company, period, *_LARGEST_SHARES, *_THINGS_DONE, _COMBINATION):
            met = met & (_meets(stretch) | (stretch.share == 0))
        return met


# --- Good Work First: public contracts reserved to companies that meet the good-work conditions ----------------------
# No part of corporation tax: what a company stands to lose or gain is revenue, and its price to the buyer public spending.


_MINIMUM = "good_work.procurement.minimum_contract"
_RESERVED = "good_work.procurement.share_reserved"
_REFERENCE = "Proposed, not law: Good Work First"


class public_contract_revenue_reserved(Variable):
    """Part of a company's public contract revenue that is reserved to companies that meet the good-work conditions (£).

    The revenue is spread evenly over the period. Contracts are not told one by one: all of the revenue counts where the
    largest contract is of the size covered, none where it is smaller, which is an upper bound.
    Example: revenue of £2m, a largest contract of £5m, half of contracts from £1m on reserved: £1m.
    """

    label = "Public contract revenue reserved for good work"
    reference = _REFERENCE
    rule = "Revenue × the share reserved, where the largest contract is of the size covered."

    def formula(company, period):
        reserved = np.zeros(company.count)
        for stretch in segments(company, period, _MINIMUM, _RESERVED):
            is_covered = company("largest_public_contract", period) >= stretch.value(_MINIMUM)
            reserved = reserved + is_covered * stretch.value(_RESERVED) * stretch.share
        return reserved * company("public_contract_revenue", period)


class public_contract_revenue_at_risk(Variable):
    """Public contract revenue that a company would lose for not meeting the good-work conditions (£).

    Example: £1m reserved, and 12% of staff below the real living wage where 5% is allowed: £1m.
    """

    label = "Public contract revenue at risk"
    reference = _REFERENCE
    rule = "What is reserved, of a company that does not meet the conditions."

    def formula(company, period):
        return company("public_contract_revenue_reserved", period) * ~company("meets_good_work_conditions", period)
