"""Losses that reach further back than the model looks."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from openfisca_goodwork import system
from openfisca_goodwork.periods import RefusedPeriodError

QUARTERS = [np.datetime64("2022-01-01"), *(np.datetime64(f"{year}-{month:02d}-01") for year, month in
            [(2022, 4), (2022, 7), (2022, 10), (2023, 1), (2023, 4), (2023, 7), (2023, 10), (2024, 1)])]  # fmt: skip
FIRST = 2017


def quarterly(**last: Any) -> Any:
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
    inputs[label] |= {
        "trading_profit_before_capital_allowances": np.array([-500.0]),
        "claims_loss_carry_back": np.array([True]),
    } | {name: np.array([value]) for name, value in last.items()}
    return system.simulation(system.current_law(), inputs).calculate("loss_carried_back", label)[0]


def test_four_quarters_are_the_twelve_months_of_a_quarterly_company():
    assert quarterly() == pytest.approx(400)


def test_a_terminal_loss_that_six_periods_cover_is_not_refused():
    assert quarterly(is_final_accounting_period=True) == pytest.approx(500)


def test_a_terminal_loss_that_reaches_a_seventh_period_is_refused():
    with pytest.raises(RefusedPeriodError, match="more than 6 periods"):
        quarterly(is_final_accounting_period=True, trading_profit_before_capital_allowances=-601.0)
