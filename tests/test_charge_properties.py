"""The charge at its edges, in every financial year held and across every change: no jumps, exact pounds, fair shares."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openfisca_goodwork import system
from tests.test_law_properties import BOUNDED, LAW, PROFIT, WITH_LIMITS, found, periods, pounds

DAY = timedelta(days=1)
YEARS = range(2010, 2028)
EDGES = ("marginal_relief.lower_limit", "marginal_relief.upper_limit")
PENCE = Decimal("0.01")


def on(path: str, day: date) -> float:
    return float(system.leaf_parameters(LAW)[f"corporation_tax.{path}"](day.isoformat()))


def year_from(start: date) -> tuple[date, date]:
    return start, date(start.year + 1, start.month, start.day) - DAY


# A year, the year across its end, and nine months across its end: financial year by financial year.
PERIODS = [
    period
    for year in YEARS
    for period in (
        year_from(date(year, 4, 1)),
        year_from(date(year, 7, 1)),
        (date(year, 9, 1), date(year + 1, 5, 31)),
    )
]


def parts_with_limits(period: tuple[date, date]) -> list[tuple[date, date]]:
    """The stretches of a period in which there are limits: they fell away on 1 April 2015 and came back in 2023."""
    bounds = [(max(period[0], first), min(period[1], last)) for first, last in WITH_LIMITS]
    return [(first, last) for first, last in bounds if first <= last]


def edges(period: tuple[date, date], others: int) -> list[float]:
    """Profits at which a part of a period meets one of its limits, by hand."""
    length = (period[1] - period[0]).days + 1
    met = []
    for first, last in parts_with_limits(period):
        days = (last - first).days + 1
        is_whole, is_year = days == length, period == year_from(period[0])
        # 366 days: the financial years 2011, 2015, 2019, 2023, 2027, each with a 29 February at its end.
        year = 366 if not is_whole and (first.year - (first.month < 4)) % 4 == 3 else 365
        scale = 1 if is_whole and is_year else days / year
        met += [on(edge, first) * scale / (1 + others) * length / days for edge in EDGES]
    return met


@pytest.mark.parametrize("others", [0, 3])
@pytest.mark.parametrize("period", PERIODS, ids=lambda period: f"{period[0]}_{period[1]}")
def test_tax_is_continuous_at_every_limit_and_rises_throughout(period, others):
    step = 1e-3
    around = [edge + n * step for edge in edges(period, others) for n in (-2, -1, 0, 1, 2)]
    profits = np.unique([*np.linspace(0, 2_000_000, 201), *around])
    (tax,) = found(["corporation_tax"], period, **{PROFIT: profits}, associated_companies=others)
    assert (np.diff(tax) > 0).all()
    # No more than the highest marginal rate there ever was, 28% + 7/400, on each step of profits: a jump would be.
    assert (np.diff(tax) <= np.diff(profits) * 0.2975 + 1e-9).all()


def test_the_edges_are_those_of_the_law():
    # The year to 30 June 2015: 274/365 of limits of £300,000 and £1.5m, met by 274/365 of profits as large as they.
    assert edges(year_from(date(2014, 7, 1)), 0) == pytest.approx([300_000, 1_500_000])
    # The year to 31 December 2023: £50,000 × 275/366, met by 275/365 of the profits.
    assert edges(year_from(date(2023, 1, 1)), 0) == pytest.approx([50_000 * 365 / 366, 250_000 * 365 / 366])
    assert edges((date(2026, 9, 1), date(2027, 5, 31)), 1) == pytest.approx([25_000 * 273 / 365, 125_000 * 273 / 365])
    assert edges(year_from(date(2016, 7, 1)), 0) == []


@BOUNDED
@given(periods(), st.integers(0, 6), pounds)
def test_the_next_pound_is_taxed_exactly_within_the_rates_of_the_period(period, others, dividends):
    profits = np.array([1, 40_000.5, 299_999, 300_000.3, 1.4e6, 1.5e6 + 0.5, 3e9, 3e9 + 0.37, 9.9e12])
    (marginal,) = found(
        ["marginal_tax_rate"], period, **{PROFIT: profits}, associated_companies=others, exempt_distributions=dividends
    )
    lowest = min(on(name, day) for name in ("small_profits_rate", "main_rate") for day in period)
    highest = max(on("main_rate", day) for day in period) + max(on("marginal_relief.fraction", day) for day in period)
    assert marginal.min() >= lowest - 1e-9
    assert marginal.max() <= highest + 1e-9


@BOUNDED
@given(periods(), st.integers(0, 6), pounds)
def test_above_every_limit_the_next_pound_is_taxed_at_the_main_rate_by_days_whatever_the_size(period, others, dividends):
    (marginal,) = found(
        ["marginal_tax_rate"], period, **{PROFIT: [3e9, 3e9 + 0.37, 3e11]}, associated_companies=others,
        exempt_distributions=dividends,
    )  # fmt: skip
    days = [period[0] + n * DAY for n in range((period[1] - period[0]).days + 1)]
    assert marginal == pytest.approx([sum(on("main_rate", day) for day in days) / len(days)] * 3, abs=1e-9)


def test_between_the_limits_the_next_pound_is_taxed_at_26_5_percent_to_the_ninth_decimal():
    (marginal,) = found(["marginal_tax_rate"], 2026, **{PROFIT: [50_001.01, 123_456.78, 250_000.0]})
    assert marginal == pytest.approx([0.265, 0.265, 0.265], abs=1e-12)


def test_distributions_change_what_the_next_pound_bears_as_exact_decimals_say():
    # Year to 31 December 2026: £90,000 and £89,999 with £8,000 of distributions, each taxed in decimals.
    def tax(profits: Decimal) -> Decimal:
        augmented = profits + 8_000
        return profits * Decimal("0.25") - Decimal("0.015") * (250_000 - augmented) * profits / augmented

    (marginal,) = found(["marginal_tax_rate"], 2026, **{PROFIT: [90_000.0]}, exempt_distributions=8_000.0)
    assert marginal[0] == pytest.approx(float(tax(Decimal(90_000)) - tax(Decimal(89_999))), abs=1e-12)


def test_a_pound_across_a_limit_bears_a_part_of_each_rate():
    # £50,000.40: 60p of the last £1 at 19% and 40p at 26.5%. £250,000.25: 75p at 26.5%, 25p at 25%.
    (marginal,) = found(["marginal_tax_rate"], 2026, **{PROFIT: [50_000.40, 250_000.25, 0.5, 0.0]})
    assert marginal == pytest.approx([0.6 * 0.19 + 0.4 * 0.265, 0.75 * 0.265 + 0.25 * 0.25, 0.5 * 0.19, 0], abs=1e-9)


@BOUNDED
@given(periods(), st.integers(1, 5), st.lists(pounds, min_size=3, max_size=3), pounds)
def test_what_a_company_pays_depends_on_how_many_are_associated_and_not_on_the_order(period, others, profits, dividends):
    inputs = {"associated_companies": others, "exempt_distributions": dividends}
    (alone,) = (np.array([found(["corporation_tax"], period, **{PROFIT: [profit]}, **inputs)[0][0] for profit in profits]),)
    for order in permutations(range(len(profits))):
        (together,) = found(["corporation_tax"], period, **{PROFIT: [profits[place] for place in order]}, **inputs)
        np.testing.assert_array_equal(together, alone[list(order)])


def to_the_penny(amount: Any) -> Decimal:
    return (amount if isinstance(amount, Decimal) else Decimal(float(amount))).quantize(PENCE)


def test_three_billion_across_1_april_2023_is_right_to_the_penny():
    # Year to 31 December 2023: 90/365 at 19%, 275/365 at 25%.
    profits = Decimal("3000000000.37")
    right = profits * (Decimal(90) * 19 + Decimal(275) * 25) / 365 / 100
    (tax,) = found(["corporation_tax"], 2023, **{PROFIT: [float(profits)]})
    assert to_the_penny(tax[0]) == to_the_penny(right)


def test_three_billion_of_losses_and_profits_across_years_is_right_to_the_penny():
    # 2024 loses £3,000,000,000.37. 2025 makes £3,123,456,789.01 and relieves £5m and half of the rest; 2026 uses the others.
    lost, made = Decimal("3000000000.37"), Decimal("3123456789.01")
    most = 5_000_000 + (made - 5_000_000) / 2
    left = lost - most
    inputs = {2024: {PROFIT: [-float(lost)]}, 2025: {PROFIT: [float(made)]}, 2026: {PROFIT: [float(made)]}}
    built = system.simulation(
        LAW, {label: {name: np.array(value) for name, value in one.items()} for label, one in inputs.items()}
    )
    assert to_the_penny(built.calculate("corporation_tax", 2025)[0]) == to_the_penny((made - most) / 4)
    assert to_the_penny(built.calculate("corporation_tax", 2026)[0]) == to_the_penny((made - min(left, most)) / 4)
    assert built.calculate("trading_losses_carried_forward", 2026)[0] == 0


def test_three_billion_carried_back_is_repaid_to_the_penny():
    # 2024's profit of £3,000,000,000.37 at 25%; of 2025's loss of £2,999,999,999.99 all goes back, and leaves 38p at 19%.
    made, lost = Decimal("3000000000.37"), Decimal("2999999999.99")
    inputs = {2024: {PROFIT: [float(made)]}, 2025: {PROFIT: [-float(lost)], "claims_loss_carry_back": [True]}}
    built = system.simulation(
        LAW, {label: {name: np.array(value) for name, value in one.items()} for label, one in inputs.items()}
    )
    right = made / 4 - (made - lost) * Decimal("0.19")
    assert to_the_penny(built.calculate("loss_carry_back_repayment", 2025)[0]) == to_the_penny(right)
