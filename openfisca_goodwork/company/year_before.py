"""The twelve months before a company's first accounting period, known by their profit alone: a loss can go back to them.

A company file begins with those months then. They hand on unchanged what was said to be brought forward to the period after
them, and are taken to have had its associated companies and no dividends.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from openfisca_goodwork.company.assumed import LARGE_BEFORE
from openfisca_goodwork.company.claims import CARRY_BACK, LATER
from openfisca_goodwork.company.vocabulary import PROFIT
from openfisca_goodwork.law.human_investment import HEADS, TAGS
from openfisca_goodwork.law.periods import add_months
from openfisca_goodwork.law.periods.calendar import ONE_DAY

_YEAR = 12
_BASELINE = "baseline_training_expenditure"
# An opening balance, and the claim for none of it by which the year before hands it on.
KEPT_BY: Mapping[str, str] = MappingProxyType(
    {
        "trading_losses_brought_forward": LATER,
        "main_pool_brought_forward": "main_pool_writing_down_allowance_claim",
        "special_rate_pool_brought_forward": "special_rate_pool_writing_down_allowance_claim",
    }
)
# What a relief may look at in the year before: as in the period after it.
_SAME = (
    *("associated_companies", "employees", "employees_besides_directors", "turnover", "balance_sheet_total", "pay_bill"),
    *("sic_section", "sic_division", "region"),
    *("share_paid_below_real_living_wage", "share_on_zero_hours_contracts"),
    *("has_fair_work_pledge", "publishes_training_plan", "has_employee_voice"),
)


def with_year_before(period: Mapping[str, Any], profits: float) -> list[dict[str, Any]]:
    """An accounting period that carries its loss back, after the twelve months before it; both as a company file has them.

    Args:
        period: the first one of a file, with its days as ISO text; of opening balances, those of ``KEPT_BY``, the training
            of a year before and ``LARGE_BEFORE``, which the profits of the year before say instead.
        profits: taxable total profits of the year before (£).
    """
    start = datetime.date.fromisoformat(period["start"])
    balances = {name: period[name] for name in KEPT_BY if period.get(name)}
    before = {
        "start": add_months(start, -_YEAR).isoformat(),
        "end": (start - ONE_DAY).isoformat(),
        PROFIT: profits,
        **{name: period[name] for name in _SAME if name in period},
        **balances,
        **{KEPT_BY[name]: 0 for name in balances},
        **_training_before(period),
    }
    left_out = {*balances, _BASELINE, LARGE_BEFORE}
    return [before, {**{name: fact for name, fact in period.items() if name not in left_out}, CARRY_BACK: True}]


def _training_before(period: Mapping[str, Any]) -> dict[str, Any]:
    """The baseline, as the training of the year before and of the years before that: all of a type and kind that counts."""
    if _BASELINE not in period:
        return {}
    dated = (head for item in period.get("expenditure", ()) for head in item)
    head = next((name for name in (*period, *dated) if name in HEADS and period.get(name, True)), None)
    marks = {f"{tag}_share": 1.0 for tag in TAGS if period.get(f"{tag}_share")}
    spent = {head: period[_BASELINE], **marks} if head and period[_BASELINE] else {}
    return {_BASELINE: period[_BASELINE], **spent}
