"""Earlier accounting periods: the balances they hand on, and what they came to. No formula reads a later one."""

from __future__ import annotations

import numpy as np
from openfisca_core.periods import Period

from openfisca_goodwork.law.notes import Companies
from openfisca_goodwork.law.periods.calendar import RefusedPeriodError
from openfisca_goodwork.law.periods.companies import accounting_periods, beginnings
from openfisca_goodwork.law.periods.constant_arrays import constant_array, where

# How many accounting periods a formula may look back: three years of them, some of them short.
PERIODS_BACK = 6
EARLIER_PERIODS = range(1, PERIODS_BACK + 1)  # counted back: 1 is the one before


def brought_forward(company: Companies, period: Period, name: str) -> np.ndarray:
    """The balance a company brings into an accounting period (one per company).

    Args:
        name: a variable ``…_brought_forward…``: an input in the company's first period. In every other the balance is
            the ``…_carried_forward…`` of the period before.

    Raises:
        PeriodError: for an opening balance given anywhere but in the first period.
    """
    accounting_periods(company, period)
    label, begin = period.start.year, beginnings(company, period)
    is_given = (name, label) in company.notes.inputs
    if label > begin.latest and not is_given:
        return _closing(company, label - 1, begin.earliest, name)
    begins = label <= begin.labels
    opening = _opening(company, period, name, begins) if is_given else constant_array(0.0, company.count)
    return opening if begins.all() else where(begins, opening, _closing(company, label - 1, begin.earliest, name))


def carried_forward_name(name: str) -> str:
    """``main_pool_brought_forward`` → ``main_pool_carried_forward``: the two ends of one balance."""
    return name.replace("_brought_forward", "_carried_forward")


def _opening(company: Companies, period: Period, name: str, begins: np.ndarray) -> np.ndarray:
    given = company.given(name, period)
    if (given[~begins] != 0).any():
        raise RefusedPeriodError(
            f"{name} is given for {period}, which is not the company's first accounting period. Give it in the first "
            f"one, or say where the company begins with first_accounting_period: {period.start.year}."
        )
    return given


def _closing(company: Companies, label: int, first: int, name: str) -> np.ndarray:
    return company.of_earlier_label(carried_forward_name(name), label, first)


def of_earlier_period(company: Companies, period: Period, name: str, back: int) -> np.ndarray:
    """What a variable came to so many accounting periods before this one; 0 before the company's first (one per company)."""
    label, begin = period.start.year - back, beginnings(company, period)
    if label < begin.earliest:
        return constant_array(0.0, company.count)
    there = company.of_earlier_label(name, label, begin.earliest)
    return there if label >= begin.latest else where(label >= begin.labels, there, 0)
