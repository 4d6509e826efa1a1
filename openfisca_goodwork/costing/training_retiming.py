"""Training brought forward into the last twelve months of a relief that ends, and missing from the twelve after.

The same pounds move: profit is lower by their ordinary deduction in the earlier months and higher in the later ones. Within
an accounting period they are dated by its days, so that what moves in front of the end counts in full.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from openfisca_goodwork.law.human_investment import relief_spells
from openfisca_goodwork.law.periods import AccountingPeriod, AccountingPeriods, add_months, days_between
from openfisca_goodwork.law.periods.calendar import ONE_DAY

_MONTHS = 12

ByLabel = Mapping[int, np.ndarray]
Days = tuple[date, date]


def ends(law: Any) -> bool:
    """Whether a relief of the law has an end, which is known before."""
    return any(last is not None for _first, last in relief_spells(law))


def brought_forward(
    law: Any, periods: Mapping[int, AccountingPeriods], acting: ByLabel, share: float
) -> tuple[dict[int, np.ndarray], dict[int, np.ndarray]]:
    """What is brought forward into each label, as a multiple of its training, and the profit gained by what moves (£).

    Args:
        periods: the companies' accounting periods, by label.
        acting: label → training that counts, of those who claim a relief (£ per record).
        share: what is brought forward, of the training of the last twelve months.
    """
    ended = [(first, last) for first, last in relief_spells(law) if last is not None]
    earlier = {label: np.zeros(amount.size) for label, amount in acting.items()}
    moved = {label: np.zeros(amount.size) for label, amount in acting.items()}
    for first, last in ended:
        window = max(first, _months_from(last, -_MONTHS)), last
        after = last + ONE_DAY, _months_from(last, _MONTHS) - ONE_DAY
        of_window = {label: share * _of_training_in(law, periods[label], window) for label in acting}
        total = sum((of_window[label] * amount for label, amount in acting.items()), np.zeros(1))
        for label, amount in acting.items():
            earlier[label] += of_window[label] * (amount > 0)
            later = days_in(periods[label], after) / days_between(*after)
            moved[label] += total * later - of_window[label] * amount
    return earlier, moved


def _months_from(last: date, months: int) -> date:
    """The day after a last day, moved by some months, later or earlier."""
    return add_months(last + ONE_DAY, months)


def _of_training_in(law: Any, periods: AccountingPeriods, window: Days) -> np.ndarray:
    """Share of each period's counted training that falls in a window: training spreads over the days of the relief."""
    spells = [(first, last or date.max - ONE_DAY) for first, last in relief_spells(law)]
    in_force = sum((days_in(periods, spell) for spell in spells), np.zeros(1))
    return np.where(in_force > 0, days_in(periods, window) / np.where(in_force > 0, in_force, 1), 0)


def days_in(periods: AccountingPeriods, stretch: Days) -> np.ndarray:
    """Days of each company's period within a stretch of time."""

    def days(period: AccountingPeriod) -> float:
        first, last = max(period.start, stretch[0]), min(period.end, stretch[1])
        return float(days_between(first, last)) if first <= last else 0.0

    return periods.each(days)
