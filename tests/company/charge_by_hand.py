"""The charge worked out again from what a working lists, beside `by_hand`: rates, limits and marginal relief by parts."""

from __future__ import annotations

from datetime import date

from tests.company.days_by_hand import months_on
from tests.company.told import Told

CHARGE = "corporation_tax."
RELIEF = "corporation_tax.marginal_relief."


def charge(t: Told, profits: float) -> float:
    """The charge, each part of a period in which a limit changes on its own."""
    parts = t.stretches([RELIEF + "lower_limit", RELIEF + "upper_limit"])
    return sum(charge_on_part(t, days, profits, whole=len(parts) == 1) for days in parts)


def limits(t: Told, days: list[date], *, whole: bool) -> tuple[float, float]:
    """Lower and upper limit of a part for this company: a part by the days of its financial year."""
    first = days[0]
    year = date(first.year - (first.month < 4), 4, 1)
    length = t.length if whole else len(days) / (months_on(year, 12) - year).days
    scale = length / (1 + t.amount("associated_companies"))
    return t.on(RELIEF + "lower_limit", first) * scale, t.on(RELIEF + "upper_limit", first) * scale


def main_rate_alone(t: Told) -> bool:
    return bool(not t.amount("is_uk_resident") or t.amount("is_close_investment_holding_company"))


def charge_on_part(t: Told, days: list[date], profits: float, *, whole: bool) -> float:
    lower, upper = limits(t, days, whole=whole)
    main, small = (float(t.mean(CHARGE + name, days[0], days[-1])) for name in ("main_rate", "small_profits_rate"))
    share = len(days) / t.days
    augmented = (profits + t.amount("exempt_distributions")) * share
    if main_rate_alone(t):
        return main * profits * share
    if augmented <= lower:
        return small * profits * share
    fraction = float(t.mean(RELIEF + "fraction", days[0], days[-1]))
    marginal = fraction * (upper - augmented) * (profits * share / augmented) if augmented <= upper else 0.0
    return main * profits * share - marginal


def at_main_rate(t: Told, others: float) -> bool:
    """Whether profits other than an R&D credit are charged above the small profits rate in some part of the period."""
    parts = t.stretches([RELIEF + "lower_limit", RELIEF + "upper_limit"])
    augmented = others + t.amount("exempt_distributions")
    above = (augmented * len(days) / t.days > limits(t, days, whole=len(parts) == 1)[0] for days in parts)
    return others > 0 and (main_rate_alone(t) or any(above))
