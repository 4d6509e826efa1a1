"""Step 6 of the human-investment relief: the extra deduction for each £1 of qualifying training, and who has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from openfisca_goodwork.law.human_investment.eligibility import is_eligible
from openfisca_goodwork.law.human_investment.paths import (
    BY_SIZE,
    COMBINATION,
    CREDIT_RATE,
    FORM,
    GOOD_WORK,
    MAXIMUM,
    RATE,
    RELIEF_WITHOUT,
    UPLIFTS,
)
from openfisca_goodwork.law.human_investment.size import by_size
from openfisca_goodwork.law.human_investment.terms import is_ever_other_than, taper
from openfisca_goodwork.law.periods import Segment, where


def extra_rates(stretch: Segment) -> Callable[[frozenset[str]], np.ndarray]:
    """The extra deduction per £1 in a stretch, as a function of the tags of the spending: rate, uplifts, maximum."""
    company = stretch.company
    base = stretch.value(RATE)
    if any(is_ever_other_than(company, path, off=0) for path in BY_SIZE.values()):
        base = base + by_size(stretch, *(stretch.value(path) for path in BY_SIZE.values()))
    uplifts = {tag: stretch.value(path) for tag, path in UPLIFTS.items() if is_ever_other_than(company, path, off=0)}
    takes_highest = _is(stretch, COMBINATION, "highest", off="sum")
    is_deduction = _is(stretch, FORM, "deduction", off="deduction")

    def rate(tags: frozenset[str]) -> np.ndarray:
        marked = [uplift for tag, uplift in uplifts.items() if tag in tags]
        found = base + _combined(marked, takes_highest) if marked else base
        if is_ever_other_than(company, MAXIMUM, off=np.inf):
            found = np.minimum(found, stretch.value(MAXIMUM))
        return found if is_deduction is None else where(is_deduction, found, 0)

    return rate


def credit_rate_of(stretch: Segment) -> np.ndarray | None:
    """The credit per £1 in a stretch, 0 where the relief is a deduction; None where the law never has a credit."""
    is_credit = _is(stretch, FORM, "credit", off="deduction")
    return None if is_credit is None else where(is_credit, stretch.value(CREDIT_RATE), 0)


def _is(stretch: Segment, path: str, wanted: str, off: str) -> Any:
    """Whether a switch stands at one word in the stretch; None where the law never has another than the usual one."""
    return stretch.value(path) == wanted if is_ever_other_than(stretch.company, path, off=off) else None


def _combined(uplifts: list[np.ndarray], takes_highest: Any) -> np.ndarray:
    """The uplifts of one £1: their sum, or the highest of them."""
    together = np.sum(uplifts, axis=0)
    return together if takes_highest is None else where(takes_highest, np.max(uplifts, axis=0), together)


def share_of_relief(stretch: Segment) -> np.ndarray:
    """What of a rate the company has, 0 to 1: of one that claims and is eligible, by good work and before a sunset."""
    company, period = stretch.company, stretch.period
    share = taper(stretch) * company("claims_human_investment_relief", period) * is_eligible(stretch)
    if not is_ever_other_than(company, GOOD_WORK, off=False):
        return share
    fails = stretch.value(GOOD_WORK).astype(bool) & ~company("meets_good_work_conditions", period)
    return share * where(fails, stretch.value(RELIEF_WITHOUT), 1)
