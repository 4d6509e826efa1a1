"""What a relief for training costs HM Revenue and Customs to run: departmental spending, no part of a costing's line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from openfisca_goodwork.law.human_investment import relief_begins
from openfisca_goodwork.law.periods import financial_year, history

ROOT = "assumptions.administration"
SET_UP, _COST, _CHECKED = (f"{ROOT}.{name}" for name in ("set_up", "cost_of_a_checked_claim", "share_of_claims_checked"))


@dataclass(frozen=True)
class Administration:
    """What running the relief is assumed to cost.

    Attributes:
        values: the assumptions, by parameter path.
        set_up_in: the financial year of setting up; None where there is a relief already.
    """

    values: Mapping[str, float]
    set_up_in: int | None

    def spent(self, claims: np.ndarray | float, years: tuple[int, ...]) -> np.ndarray:
        """Spending in each financial year (£; minus is a cost).

        Args:
            claims: claims more than under the baseline, by year.
        """
        per_claim = self.values[_COST] * self.values[_CHECKED]
        once = np.array([self.values[SET_UP] if year == self.set_up_in else 0.0 for year in years])
        return 0.0 - once - per_claim * claims


def administration_of(before: Any, after: Any, day: date) -> Administration | None:
    """What is assumed of running the reliefs of two laws, read on a day; None where neither has a relief for training."""
    begins = relief_begins(after)
    if begins is None and relief_begins(before) is None:
        return None
    values = {path: float(history(after, path).on(day)) for path in (SET_UP, _COST, _CHECKED)}
    is_new = begins is not None and relief_begins(before) is None
    return Administration(values, financial_year(begins) - 1 if begins and is_new else None)
