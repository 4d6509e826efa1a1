"""Step 6 of the human-investment relief: the extra deduction for each £1 of qualifying training."""

from __future__ import annotations

from openfisca_goodwork.law.human_investment.paths import RATE

__all__ = ["RATE"]
