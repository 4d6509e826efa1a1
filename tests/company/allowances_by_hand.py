"""Capital allowances worked out again from what a working lists, beside `by_hand`; days are counted one by one."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction

from tests.company.told import Balances, Told

RATES = "capital_allowances.first_year_allowances.{}.rate"
OWN_USE = ("super_deduction", "full_expensing", "main_rate_40")
FIRST_YEAR = {
    "special_rate_plant_new": ("special_rate_allowance", "special_rate_50"),
    "main_rate_plant_for_leasing_new": ("main_rate_40",),
    "main_rate_plant_new": OWN_USE,
    "charge_points": ("charge_points", *OWN_USE),
    "energy_saving_plant": ("energy_saving", *OWN_USE),
    "zero_emission_cars_new": ("zero_emission_cars",),
}
ANNUAL = (
    "special_rate_plant_new", "special_rate_plant_used", "main_rate_plant_used", "main_rate_plant_for_leasing_new",
    "main_rate_plant_new", "charge_points", "energy_saving_plant",
)  # fmt: skip
CARS = ("zero_emission_cars_new", "main_rate_cars", "special_rate_cars")
SOLD = "structures_and_buildings_disposals"


def special(name: str) -> bool:
    return name.startswith("special_rate")


def allowances(t: Told, brought: Balances) -> float:
    """Capital allowances less balancing charges; the balances move on."""
    final, given = t.amount("is_final_accounting_period"), t.amount
    claimed, pooled, residue = plant(t)
    charged_half = given("special_rate_allowance_disposal_value") * t.first(
        "capital_allowances.disposals.special_rate_allowance_charge"
    )
    main = brought.main + pooled[False] - given("main_pool_disposal_value")
    special_pool = brought.special + pooled[True] - given("special_rate_pool_disposal_value")
    special_pool -= given("special_rate_allowance_disposal_value") - charged_half
    charges = max(-main, 0) + max(-special_pool, 0) + charged_half + given("full_expensing_disposal_value")
    charges += given("super_deduction_disposal_value") * max(super_rate(t), 1)
    written = [pool_allowance(t, main, "main_rate"), pool_allowance(t, special_pool, "special_rate")]
    if final:
        closing = max(main, 0) + max(special_pool, 0)
        brought.main, brought.special = residue[False], residue[True]
    else:
        closing = sum(written)
        brought.main = max(main, 0) - written[0] + residue[False]
        brought.special = max(special_pool, 0) - written[1] + residue[True]
    return claimed + closing + buildings(t, brought) - charges


def pool_allowance(t: Told, balance: float, rate: str) -> float:
    if balance <= t.first("capital_allowances.writing_down.small_pool_limit") * t.length:
        return max(balance, 0.0)
    hybrid = t.mean(f"capital_allowances.writing_down.{rate}")
    if len({value for _, value, _ in t.law[f"capital_allowances.writing_down.{rate}"]}) > 1:
        hybrid = Fraction(math.ceil(hybrid * 10_000), 10_000)
    return balance * float(hybrid) * t.length


def super_rate(t: Told) -> float:
    """1.3, or 1 and the extra 0.3 by the days before the relief ends, where the period runs past its end."""
    path = RATES.format("super_deduction")
    values = [(run[-1], t.on(path, run[0])) for run in t.stretches([path]) if t.on(path, run[0])]
    if not values:
        return 0.0
    last, rate = values[-1]
    if last == t.end:
        return float(rate)
    return 1 + (rate - 1) * ((last - t.start).days + 1) / t.days


def best(t: Told, name: str, day: date) -> tuple[str, float]:
    """The first-year allowance of a class on a day, and its rate: the highest, and of two alike the first."""
    rates = [(t.on(RATES.format(element), day), -place, element) for place, element in enumerate(FIRST_YEAR.get(name, ()))]
    rate, _, allowance = max(rates, default=(0.0, 0, ""))
    return allowance, rate


def plant(t: Told) -> tuple[float, dict[bool, float], dict[bool, float]]:
    """Allowances claimed, what joins each pool now, and what joins it next period (special: True)."""
    claimed, pooled, residue = 0.0, {False: 0.0, True: 0.0}, {False: 0.0, True: 0.0}
    limit = float(t.first("capital_allowances.annual_investment_allowance.limit"))
    assert len(t.law["capital_allowances.annual_investment_allowance.limit"]) == 1
    room = limit * t.length * t.amount("annual_investment_allowance_share")
    paths = [RATES.format(name) for names in FIRST_YEAR.values() for name in names]
    runs = t.stretches(paths)
    final = t.amount("is_final_accounting_period")
    pieces = [(name, *best(t, name, run[0]), t.spent(name, run)) for name in (*ANNUAL, *CARS) for run in runs]
    if final:
        pieces = [(name, "", 0.0, amount) for name, _, _, amount in pieces]
    claimed += sum(
        amount * (super_rate(t) if allowance == "super_deduction" else rate)
        for _, allowance, rate, amount in pieces
        if rate >= 1
    )
    partly = {False: 0.0, True: 0.0}
    for name, _, rate, amount in sorted((piece for piece in pieces if piece[2] < 1), key=lambda one: one[2]):
        taken = min(amount, room) if name in ANNUAL and not final else 0.0
        room -= taken
        rest = amount - taken
        claimed += taken + rest * rate
        (residue if rate else pooled)[special(name)] += rest * (1 - rate)
        partly[special(name)] += rest if rate else 0.0
    for is_special, name in ((True, "special_rate"), (False, "main_rate")):
        sold = min(t.amount(f"{name}_allowance_plant_bought_and_sold"), partly[is_special])
        moved = residue[is_special] * sold / partly[is_special] if sold else 0.0
        pooled[is_special] += moved
        residue[is_special] -= moved
    return claimed, pooled, residue


def buildings(t: Told, brought: Balances) -> float:
    """Day by day: the cost in use that day, at that day's rate."""
    cost, total = brought.buildings, 0.0
    path = "capital_allowances.structures_and_buildings.rate"
    for run in t.stretches([path]):
        for day in run:
            cost += t.spent("structures_and_buildings_expenditure", [day]) - t.spent(SOLD, [day])
            total += cost * t.on(path, run[0]) / t.days
    brought.buildings = 0.0 if t.amount("is_final_accounting_period") else cost
    return total * t.length
