"""Losses that reach further back than the model looks."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from openfisca_goodwork import system
from openfisca_goodwork.law.periods import RefusedInputError, RefusedPeriodError

QUARTERS = [np.datetime64("2022-01-01"), *(np.datetime64(f"{year}-{month:02d}-01") for year, month in
            [(2022, 4), (2022, 7), (2022, 10), (2023, 1), (2023, 4), (2023, 7), (2023, 10), (2024, 1)])]  # fmt: skip
FIRST = 2017


def quarterly(output: str = "loss_carried_back", opening: float = 0.0, **last: Any) -> Any:
    """A company with eight quarterly periods, each with a profit of £100 but the last, which loses £500."""
    periods = list(pairwise(QUARTERS))
    inputs = {
        FIRST + place: {
            "accounting_period_start": np.array([start]),
            "accounting_period_end": np.array([after - np.timedelta64(1, "D")]),
            "trading_profit_before_capital_allowances": np.array([100.0]),
            "first_accounting_period": np.array([FIRST]),
        }
        for place, (start, after) in enumerate(periods)
    }
    label = max(inputs)
    inputs[FIRST]["trading_losses_brought_forward"] = np.array([opening])
    inputs[label] |= {
        "trading_profit_before_capital_allowances": np.array([-500.0]),
        "claims_loss_carry_back": np.array([True]),
    } | {name: np.array([value]) for name, value in last.items()}
    return system.simulation(system.current_law(), inputs).calculate(output, label)[0]


def test_four_quarters_are_the_twelve_months_of_a_quarterly_company():
    assert quarterly() == pytest.approx(400)


def test_a_terminal_loss_that_six_periods_cover_is_not_refused():
    assert quarterly(is_final_accounting_period=True) == pytest.approx(500)


def test_a_terminal_loss_that_reaches_a_seventh_period_is_refused():
    with pytest.raises(RefusedPeriodError, match="more than 6 earlier periods"):
        quarterly(is_final_accounting_period=True, trading_profit_before_capital_allowances=-601.0)


def test_losses_left_at_the_end_of_a_trade_that_reach_a_seventh_period_are_refused():
    # £700 of £5,000 have relieved the seven quarters; what is left could relieve any of the three years to the end.
    with pytest.raises(RefusedPeriodError, match="Losses claimed in the period from 1 October 2023 can reach more than 6"):
        quarterly(opening=5_000.0, is_final_accounting_period=True)


def test_losses_left_at_the_end_of_a_trade_without_a_claim_are_lost():
    ends = {"opening": 5_000.0, "is_final_accounting_period": True, "claims_loss_carry_back": False}
    assert quarterly("trading_losses_carried_forward", **ends) == 0
    assert quarterly("losses_relieved_at_the_end_of_the_trade", **ends) == 0


@pytest.mark.parametrize(
    "later",
    [
        {"trading_profit_before_capital_allowances": 1.0},
        {"trading_profit_before_capital_allowances": -1.0},
        {"main_rate_plant_used": 1_000.0},
        {"structures_and_buildings_expenditure": 1_000.0},
        {"research_and_development_expenditure": 1_000.0},
    ],
    ids=["profit", "loss", "plant", "building", "research"],
)
def test_nothing_of_a_trade_comes_after_its_end(later: dict[str, float]):
    ended = {2024: {"is_final_accounting_period": np.array([True])}, 2025: {}}
    ended[2026] = {name: np.array([value]) for name, value in later.items()}
    with pytest.raises(RefusedInputError, match="the trade ceased in 2024, but 2026 has"):
        system.simulation(system.current_law(), ended).calculate("corporation_tax", 2026)


def test_a_company_whose_trade_ended_is_taxed_on_its_rents_and_carries_nothing_of_the_trade():
    ended: dict[int, dict[str, Any]] = {
        2024: {
            "is_final_accounting_period": np.array([True]),
            "trading_profit_before_capital_allowances": np.array([-100_000.0]),
            "main_pool_brought_forward": np.array([50_000.0]),
            "structures_and_buildings_brought_forward": np.array([1_000_000.0]),
        },
        2025: {"property_profits": np.array([40_000.0])},
    }
    later = system.simulation(system.current_law(), ended)
    found = {name: later.calculate(name, 2025)[0] for name in ("corporation_tax", "capital_allowances", "trade_profit")}
    assert found == pytest.approx({"corporation_tax": 7_600, "capital_allowances": 0, "trade_profit": 0})  # 19% × £40,000
    balances = ("trading_losses", "main_pool", "special_rate_pool", "structures_and_buildings")
    assert [later.calculate(f"{name}_carried_forward", 2025)[0] for name in balances] == [0, 0, 0, 0]


def test_only_the_company_whose_trade_ended_is_refused():
    both = {2024: {"is_final_accounting_period": np.array([True, False])}}
    both[2025] = {"trading_profit_before_capital_allowances": np.array([0.0, 100_000.0])}
    tax = system.simulation(system.current_law(), both, 2).calculate("corporation_tax", 2025)
    assert tax == pytest.approx([0, 25_000 - 3 / 200 * 150_000])
