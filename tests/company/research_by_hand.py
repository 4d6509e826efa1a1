"""Research and development relief worked out again from what a working lists, beside `by_hand`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

NODE = "research_and_development."
SMALL, MERGED = NODE + "sme_payable_credit.", NODE + "merged_credit."
SIZE = NODE + "small_or_medium_sized_enterprise."
SPENT = "research_and_development_expenditure"
INTENSIVE_RATE = NODE + "intensive_credit.rate"


@dataclass
class ResearchBalances:
    """What moves from period to period: credit above its cap, notional tax held back, the condition met last year."""

    credit: float = 0.0
    held_back: float = 0.0
    was_intensive: float = 0.0


@dataclass
class Research:
    """One period's relief: what enters the result, and what the loss and the tax have to know."""

    credit: float
    deduction: float
    has_deduction: bool
    is_intensive: bool


def relief(t: Any, result_before: float, brought: ResearchBalances) -> Research:
    """Which relief it is, and what of it enters the trading result; the condition moves on."""
    spent = t.spent(SPENT, t.every_day())
    total, needed = t.amount("total_relevant_expenditure"), t.first(NODE + "intensive_credit.intensity")
    intensive = bool(t.amount("is_research_intensive") or (total and spent >= needed * total))
    merged = t.first(MERGED + "in_force")
    open_to_it = is_small_or_medium(t) and not t.amount("claims_research_and_development_expenditure_credit")
    enough = (intensive or brought.was_intensive == 1) and result_before < 0 if merged else True
    has = bool(spent and open_to_it and enough)
    credit_path = MERGED + "rate" if merged else NODE + "rdec.rate"
    credit = 0.0 if has else by_day(t, credit_path)
    if t.length == 1 and (spent or brought.was_intensive):
        brought.was_intensive = float(intensive and has)
    return Research(credit, by_day(t, NODE + "sme_additional_deduction.rate") if has else 0.0, has, intensive)


def is_small_or_medium(t: Any) -> bool:
    """What it says it is; or by its size, where employees are given; or, without them, as R&D-intensive as it says."""
    if t.amount("is_small_or_medium_sized_enterprise"):
        return True
    if not t.amount("group_employees"):
        return bool(t.amount("is_research_intensive"))
    pounds = t.first(SIZE + "pounds_per_euro")
    fits = t.amount("group_turnover") / t.length <= t.first(SIZE + "turnover") * pounds
    fits = fits or t.amount("group_balance_sheet_total") <= t.first(SIZE + "balance_sheet_total") * pounds
    return bool(t.amount("group_employees") < t.first(SIZE + "employees") and fits)


def by_day(t: Any, path: str) -> float:
    return sum(t.spent(SPENT, run) * t.on(path, run[0]) for run in t.stretches([path]))


def loss_given_up(t: Any, research: Research, unrelieved: float) -> float:
    """The loss surrendered for the tax credit, less where the cap cuts the credit."""
    if not (research.has_deduction and t.amount("claims_research_and_development_tax_credit")):
        return 0.0
    at_intensive = t.first(MERGED + "in_force") or research.is_intensive
    rate_path, share_path = INTENSIVE_RATE if at_intensive else SMALL + "rate", SMALL + "surrenderable_share_of_expenditure"
    runs = t.stretches([share_path, SMALL + "rate", INTENSIVE_RATE])
    most = [t.spent(SPENT, run) * t.on(share_path, run[0]) for run in runs]
    rates = [t.on(rate_path, run[0]) for run in runs]
    if len(set(rates)) == 1:
        given, credit = min(unrelieved, sum(most)), min(unrelieved, sum(most)) * rates[0]
    else:
        parts = [min(unrelieved * len(run) / t.days, limit) for run, limit in zip(runs, most, strict=True)]
        given, credit = sum(parts), sum(part * rate for part, rate in zip(parts, rates, strict=True))
    capped = credit if t.amount("is_exempt_from_paye_and_nic_cap") else min(credit, cap(t, SMALL, t.amount("paye_and_nic")))
    return given * capped / credit if credit else 0.0


def cap(t: Any, node: str, liabilities: float) -> float:
    fixed, multiple = t.first(node + "cap_fixed"), t.first(node + "cap_multiple_of_paye_and_nic")
    return math.inf if math.isinf(fixed) or math.isinf(multiple) else fixed * t.length + multiple * liabilities


def off_tax(
    t: Any,
    research: Research,
    tax: float,
    others_at_main_rate: bool,  # noqa: FBT001
    brought: ResearchBalances,
) -> tuple[float, float]:
    """What of notional tax and credit discharges the tax of the period, and what is paid; the balances move on."""
    used = min(brought.held_back, tax)
    whole = brought.credit + research.credit
    set_off = min(whole, tax - used)
    merged = t.first(MERGED + "in_force")
    rate = "small_profits_rate" if merged and not others_at_main_rate else "main_rate"
    notional = max(research.credit * float(t.mean("corporation_tax." + rate)) - set_off, 0.0)
    liabilities = t.amount("paye_and_nic")
    if merged:
        most = math.inf if t.amount("is_exempt_from_paye_and_nic_cap") else cap(t, MERGED, liabilities)
    else:
        most = liabilities * t.amount("research_and_development_staff_share")
    brought.held_back += notional - used
    brought.credit = max(whole - set_off - notional - most, 0.0)
    return used + set_off, whole - set_off - notional - brought.credit
