"""The figures of law that the kernel computes with, read once for each label from the dated values of the parameters.

A figure is one number where the accounting periods of all twelve year ends agree, else a table of twelve.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from openfisca_goodwork.law.periods import AccountingPeriod, History, history
from openfisca_goodwork.law.periods.calendar import ONE_DAY, add_months
from openfisca_goodwork.law.periods.history import mean_within, segments_of, taper_before, value_over

Figure = float | np.ndarray

MONTHS = range(1, 13)
HEADS = (
    "external_course_fees",
    "training_materials_and_travel",
    "trainer_pay",
    "trainee_pay",
    "training_centre_costs",
    "training_management_costs",
)
_ALLOWANCES = "capital_allowances.first_year_allowances"
_LIMIT = "capital_allowances.annual_investment_allowance.limit"
_MARGINAL = "corporation_tax.marginal_relief"
_TRAINING = "human_investment.additional_deduction"
_SUPER = "super_deduction"
_OWN_USE = (_SUPER, "full_expensing", "main_rate_40")
# Class of plant → its pool and the first-year allowances it may have; in the order in which spending without one takes
# the annual allowance.
CLASSES: dict[str, tuple[str, tuple[str, ...]]] = {
    "special_rate_plant_new": ("special", ("special_rate_allowance", "special_rate_50")),
    "special_rate_plant_used": ("special", ()),
    "main_rate_plant_used": ("main", ()),
    "main_rate_plant_for_leasing_new": ("main", ("main_rate_40",)),
    "main_rate_plant_new": ("main", _OWN_USE),
    "charge_points": ("main", ("charge_points", *_OWN_USE)),
    "zero_emission_cars_new": ("main", ("zero_emission_cars",)),
    "main_rate_cars": ("main", ()),
    "special_rate_cars": ("special", ()),
}


@dataclass(frozen=True)
class PlantShares:
    """Shares of a period's spending on a class of plant, by what it earns.

    Attributes:
        above: the super-deduction, rate (1.3, tapered) and all. full: other allowances of 100%.
        partial: an allowance of ``rate``. none: nothing but the pool.
    """

    above: Figure
    full: Figure
    partial: Figure
    none: Figure
    rate: Figure


@dataclass(frozen=True)
class ChargePart:
    """A part of the period charged on its own: its share, rates, fraction of relief and limits (£)."""

    share: Figure
    main: Figure
    small: Figure
    fraction: Figure
    lower: Figure
    upper: Figure


@dataclass(frozen=True)
class Figures:
    """All figures of the accounting periods with one label, 12 months each."""

    annual_limit: Figure
    plant: dict[str, PlantShares]
    super_rate: Figure
    small_pool: Figure
    main_rate: Figure
    special_rate: Figure
    buildings_held: Figure
    buildings_new: Figure
    training_share: Figure
    training_rate: Figure
    training_heads: dict[str, Figure]
    loss_allowance: Figure
    loss_restriction: Figure
    group_rate: Figure
    charge: list[ChargePart]


def figures(system: Any, label: int) -> Figures:
    """Read the figures for the twelve-month periods that end in a calendar year.

    Raises:
        ValueError: where the law of these periods has something that the kernel leaves out.
    """
    periods = [_period(label, month) for month in MONTHS]
    _refuse_what_is_left_out(system, periods)

    def over(path: str) -> Figure:
        return _figure([value_over(history(system, path), one) for one in periods])

    return Figures(
        annual_limit=_figure([history(system, _LIMIT).on(one.start) for one in periods]),
        plant={name: _plant_shares(system, periods, allowances) for name, (_pool, allowances) in CLASSES.items()},
        super_rate=_figure([_super_rate(system, one) for one in periods]),
        small_pool=over("capital_allowances.writing_down.small_pool_limit"),
        main_rate=over("capital_allowances.writing_down.main_rate"),
        special_rate=over("capital_allowances.writing_down.special_rate"),
        **_buildings(system, periods),
        **_training(system, periods),
        loss_allowance=over("losses.deductions_allowance"),
        loss_restriction=over("losses.restriction_rate"),
        group_rate=over("corporation_tax.main_rate"),
        charge=_charge(system, periods),
    )


def _period(label: int, month: int) -> AccountingPeriod:
    after = add_months(date(label, month, 1), 1)
    return AccountingPeriod(add_months(after, -len(MONTHS)), after - ONE_DAY)


def _figure(values: Sequence[float]) -> Figure:
    return float(values[0]) if len(set(values)) == 1 else np.array(values, dtype=np.float64)


def _refuse_what_is_left_out(system: Any, periods: list[AccountingPeriod]) -> None:
    begun_after = history(system, "losses.carried_forward_against_total_profits")
    if any(len(segments_of((history(system, _LIMIT),), one)) > 1 for one in periods):
        raise ValueError("The limit of the annual investment allowance changes.")
    if any(value_over(begun_after, one) != 1 for one in periods):
        raise ValueError("A period begins before the losses carried forward of today.")


def _plant_shares(system: Any, periods: list[AccountingPeriod], allowances: tuple[str, ...]) -> PlantShares:
    rows = [_shares_of_one(system, one, allowances) for one in periods]
    return PlantShares(*map(_figure, zip(*rows, strict=True)))


def _shares_of_one(system: Any, one: AccountingPeriod, allowances: tuple[str, ...]) -> tuple[float, ...]:
    dated = {name: history(system, f"{_ALLOWANCES}.{name}.rate") for name in allowances}
    shares = {"above": 0.0, "full": 0.0, "partial": 0.0, "none": 0.0}
    partial_rates = set()
    for start, end in segments_of(tuple(dated.values()), one):
        name, rate = max(((name, each.on(start)) for name, each in dated.items()), key=lambda pair: pair[1], default=("", 0))
        kind = "above" if name == _SUPER and rate else "full" if rate >= 1 else "partial" if rate else "none"
        shares[kind] += one.share(start, end)
        if kind == "partial":
            partial_rates.add(rate)
    if len(partial_rates) > 1:
        raise ValueError("Two partial allowances in one period.")
    return (*shares.values(), partial_rates.pop() if partial_rates else 0.0)


def _super_rate(system: Any, one: AccountingPeriod) -> float:
    dated = history(system, f"{_ALLOWANCES}.{_SUPER}.rate")
    rates = [
        1 + (dated.on(start) - 1) * taper_before(dated, one, end)
        for start, end in segments_of((dated,), one)
        if dated.on(start) > 0
    ]
    return max(rates, default=0.0)


def _buildings(system: Any, periods: list[AccountingPeriod]) -> dict[str, Figure]:
    """Allowance on £1 held throughout, and on £1 spent evenly over the days of the period."""
    dated = history(system, "capital_allowances.structures_and_buildings.rate")
    held, new = [], []
    for one in periods:
        days = int(one.measure(one.start, one.end))
        held.append(_sum_over(dated, one, one.share))
        new.append(_sum_over(dated, one, lambda start, end, one=one, days=days: _evenly(one, start, end) / days**2))
    return {"buildings_held": _figure(held), "buildings_new": _figure(new)}


def _sum_over(dated: History, one: AccountingPeriod, measure: Callable[[date, date], float]) -> float:
    return sum(dated.on(start) * measure(start, end) for start, end in segments_of((dated,), one))


def _evenly(one: AccountingPeriod, start: date, end: date) -> float:
    """Sum over the days of a stretch of how many days of the period have been, this one included."""
    first, last = int(one.measure(one.start, start)), int(one.measure(one.start, end))
    return sum(range(first, last + 1))


def _training(system: Any, periods: list[AccountingPeriod]) -> dict[str, Any]:
    """The share of a period in which the relief is in force; its rate, and the heads it counts, there."""
    dated = history(system, _TRAINING)
    heads = {name: history(system, f"human_investment.qualifying.{name}.inclusion") for name in HEADS}
    rates: dict[str, list[float]] = {name: [0.0] * len(periods) for name in ("share", "rate", *HEADS)}
    for place, one in enumerate(periods):
        found = [bounds for bounds in segments_of((dated, *heads.values()), one) if dated.on(bounds[0]) > 0]
        if len(found) > 1:
            raise ValueError("The relief for training changes within a period.")
        for start, end in found:
            rates["share"][place] = one.share(start, end)
            rates["rate"][place] = dated.on(start) * taper_before(dated, one, end)
            for name, counted in heads.items():
                rates[name][place] = counted.on(start)
    figure = {name: _figure(values) for name, values in rates.items()}
    return {
        "training_share": figure["share"],
        "training_rate": figure["rate"],
        "training_heads": {name: figure[name] for name in HEADS},
    }


def _charge(system: Any, periods: list[AccountingPeriod]) -> list[ChargePart]:
    limits = tuple(history(system, f"{_MARGINAL}.{name}_limit") for name in ("lower", "upper"))
    rates = (
        history(system, "corporation_tax.main_rate"),
        history(system, "corporation_tax.small_profits_rate"),
        history(system, f"{_MARGINAL}.fraction"),
    )
    cuts = [segments_of(limits, one) for one in periods]
    parts = []
    for slot in range(max(map(len, cuts))):
        rows = []
        for one, found in zip(periods, cuts, strict=True):
            if slot >= len(found):
                rows.append((0.0,) * 6)
                continue
            start, end = found[slot]
            scale = one.length_factor_of_part(start, end)
            means = (mean_within(each, start, end) for each in rates)
            rows.append((one.share(start, end), *means, *(each.on(start) * scale for each in limits)))
        parts.append(ChargePart(*map(_figure, zip(*rows, strict=True))))
    return parts
