"""Step 6 of the human-investment relief: the extra deduction for each £1 of qualifying training."""

from __future__ import annotations

RATE = "human_investment.additional_deduction"
