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
