"""Companies whose trade ends with losses still carried forward: the tax comes out again, loss by loss."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from openfisca_goodwork.company import calculate
from tests.company.test_working import comes_out_again
from tests.seeds import seeds

STARTS = [date(2019, 1, 1), date(2019, 7, 1), date(2020, 4, 1), date(2021, 1, 1), date(2022, 10, 1), date(2026, 4, 1)]
RELIEVED = "losses_relieved_at_the_end_of_the_trade"


def a_trade_that_ends(seed: int) -> dict[str, Any]:
    """Three to five periods of large profits and losses, the last of which ends the trade."""
    draw = Random(seed)  # noqa: S311
    start, count, found = draw.choice(STARTS), draw.randint(3, 5), []
    for place in range(count):
        year = date(start.year + 1, start.month, start.day) - timedelta(days=1)
        end = year if draw.random() < 0.7 else start.replace(day=1) + timedelta(days=draw.randint(60, 360))
        facts: dict[str, Any] = {
            "trading_profit_before_capital_allowances": draw.choice([-8e6, -2e6, 3e6, 9e6, 14e6, 20e6]) * draw.random(),
            "property_profits": draw.choice([0.0, 0.0, 2e6]),
            "qualifying_charitable_donations": draw.choice([0.0, 500_000.0]),
            "deductions_allowance_share": draw.choice([1.0, 0.2, 0.0]),
            "claims_loss_carry_back": place == count - 1 or draw.random() < 0.3,
            "is_final_accounting_period": place == count - 1,
        }
        if place == 0:
            facts["trading_losses_brought_forward_pre_april_2017"] = draw.choice([0.0, 5e6, 30e6])
            facts["trading_losses_brought_forward"] = draw.choice([0.0, 5e6, 30e6])
        found.append({"start": start, "end": end, **facts})
        start = end + timedelta(days=1)
    return {"accounting_periods": found}


@pytest.mark.parametrize("seed", seeds(6, 20))
def test_what_is_relieved_when_a_trade_ends_comes_out_again_from_the_steps(seed: int) -> None:
    comes_out_again(a_trade_that_ends(seed))


def test_a_third_of_them_have_losses_relieved_at_the_end_of_the_trade() -> None:
    ends = [calculate(a_trade_that_ends(seed)).accounting_periods[-1] for seed in range(20)]
    relieved = [period.amount("current_law", RELIEVED) for period in ends]
    assert sum(amount > 1 for amount in relieved) >= 7
