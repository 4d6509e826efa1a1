"""Step 6 of the human-investment relief: the extra deduction for each £1 of qualifying training, and who has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from openfisca_goodwork.law.human_investment.paths import (
    BY_SIZE,
    COMBINATION,
    CREDIT_RATE,
    ELIGIBLE_SIZES,
    FORM,
    GOOD_WORK,
    LEAST_EMPLOYEES,
    LEVY_PAYERS_OUT,
    MAXIMUM,
    RATE,
    RELIEF_WITHOUT,
    TURNOVER_CEILING,
    UPLIFTS,
)
from openfisca_goodwork.law.human_investment.size import by_size, is_within
from openfisca_goodwork.law.human_investment.terms import is_ever_other_than, taper
from openfisca_goodwork.law.periods import Segment, constant_array


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
        return found if is_deduction is None else np.where(is_deduction, found, 0)

    return rate


def credit_rate_of(stretch: Segment) -> np.ndarray | None:
    """The credit per £1 in a stretch, 0 where the relief is a deduction; None where the law never has a credit."""
    is_credit = _is(stretch, FORM, "credit", off="deduction")
    return None if is_credit is None else np.where(is_credit, stretch.value(CREDIT_RATE), 0)


def _is(stretch: Segment, path: str, wanted: str, off: str) -> Any:
    """Whether a switch stands at one word in the stretch; None where the law never has another than the usual one."""
    return stretch.value(path) == wanted if is_ever_other_than(stretch.company, path, off=off) else None


def _combined(uplifts: list[np.ndarray], takes_highest: Any) -> np.ndarray:
    """The uplifts of one £1: their sum, or the highest of them."""
    together = np.sum(uplifts, axis=0)
    return together if takes_highest is None else np.where(takes_highest, np.max(uplifts, axis=0), together)


def share_of_relief(stretch: Segment) -> np.ndarray:
    """What of a rate the company has, 0 to 1: of one that claims and is eligible, by good work and before a sunset."""
    company, period = stretch.company, stretch.period
    share = taper(stretch) * company("claims_human_investment_relief", period) * is_eligible(stretch)
    if not is_ever_other_than(company, GOOD_WORK, off=False):
        return share
    fails = stretch.value(GOOD_WORK).astype(bool) & ~company("meets_good_work_conditions", period)
    return share * np.where(fails, stretch.value(RELIEF_WITHOUT), 1)


def is_eligible(stretch: Segment) -> np.ndarray:
    """Who may have the relief, by size, staff and the levy (one per company)."""
    company, period = stretch.company, stretch.period
    eligible = constant_array(np.True_, company.count)
    if is_ever_other_than(company, ELIGIBLE_SIZES, off="all"):
        eligible = eligible & _is_of_eligible_size(stretch)
    if is_ever_other_than(company, TURNOVER_CEILING, off=np.inf):
        eligible = eligible & (company("group_annual_turnover", period) <= stretch.value(TURNOVER_CEILING))
    if is_ever_other_than(company, LEAST_EMPLOYEES, off=0):
        eligible = eligible & (company("employees_besides_directors", period) >= stretch.value(LEAST_EMPLOYEES))
    if is_ever_other_than(company, LEVY_PAYERS_OUT, off=False):
        pays_levy = company("apprenticeship_levy", period) > 0
        eligible = eligible & ~(pays_levy & stretch.value(LEVY_PAYERS_OUT).astype(bool))
    return eligible


def _is_of_eligible_size(stretch: Segment) -> np.ndarray:
    sizes, small = stretch.value(ELIGIBLE_SIZES), is_within(stretch, "small")
    some = np.where(sizes == "small_and_medium", small | is_within(stretch, "medium"), small)
    return (sizes == "all") | some
