"""Every output of the law, asked for in any order of variables and years, is the same to the last bit."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from openfisca_goodwork import policy, system
from openfisca_goodwork.law.model import YEAR

LABELS = range(2021, 2027)
COMPANIES = 24
REFORM = "human-investment-super-deduction"
BALANCES = ("trading_losses", "main_pool", "special_rate_pool", "structures_and_buildings")
MONEY = (
    "property_profits", "chargeable_gains", "qualifying_charitable_donations", "group_relief_available",
    "main_rate_plant_new", "special_rate_plant_used", "main_rate_cars", "structures_and_buildings_expenditure",
    "research_and_development_expenditure", "paye_and_nic", "pay_bill", "external_course_fees", "trainer_pay",
    "main_pool_disposal_value", "exempt_distributions",
)  # fmt: skip


def some_companies() -> dict[int, dict[str, np.ndarray]]:
    """Profits and losses around the limits and the restriction, with much else, year by year."""
    draw = np.random.default_rng(7)
    inputs: dict[int, dict[str, np.ndarray]] = {}
    size = draw.choice([50_000, 400_000, 20_000_000], COMPANIES)
    for label in LABELS:
        inputs[label] = {name: size * draw.uniform(0, 0.3, COMPANIES) * (draw.random(COMPANIES) < 0.4) for name in MONEY}
        inputs[label]["trading_profit_before_capital_allowances"] = size * draw.uniform(-1, 1.5, COMPANIES)
        inputs[label]["claims_loss_carry_back"] = draw.random(COMPANIES) < 0.6
    inputs[LABELS[0]] |= {f"{name}_brought_forward": size * draw.uniform(0, 2, COMPANIES) for name in BALANCES}
    inputs[LABELS[-1]]["is_final_accounting_period"] = draw.random(COMPANIES) < 0.5
    return inputs


def outputs(law: Any) -> list[str]:
    """Every variable of a label that is worked out."""
    return [name for name, variable in law.variables.items() if variable.definition_period == YEAR and variable.formulas]


def worked_out(law: Any, order: list[tuple[str, int]]) -> dict[tuple[str, int], np.ndarray]:
    built = system.simulation(law, some_companies(), COMPANIES)
    return {(name, label): np.array(built.calculate(name, label)) for name, label in order}


@pytest.mark.parametrize("reforms", [(), (REFORM,)], ids=["current law", "reform"])
def test_no_output_depends_on_what_was_asked_before(reforms):
    law = policy.law_of(reforms) if reforms else system.current_law()
    asked = [(name, label) for label in LABELS for name in outputs(law)]
    first = worked_out(law, asked)
    for seed in range(3):
        order = asked[:]
        random.Random(seed).shuffle(order)  # noqa: S311
        again = worked_out(law, order)
        different = [key for key in asked if not np.array_equal(first[key], again[key])]
        assert different == []


def test_outputs_asked_for_newest_first_are_the_same():
    law = system.current_law()
    asked = [(name, label) for label in LABELS for name in outputs(law)]
    first, backwards = worked_out(law, asked), worked_out(law, asked[::-1])
    assert [key for key in asked if not np.array_equal(first[key], backwards[key])] == []


def test_the_companies_reach_what_depends_on_other_years():
    law = system.current_law()
    reached = (
        "loss_carried_back",
        "trading_losses_used",
        "losses_relieved_at_the_end_of_the_trade",
        "large_company_carried_forward",
    )
    result = worked_out(law, [(name, label) for label in LABELS for name in reached])
    assert {name for (name, _label), values in result.items() if values.any()} == set(reached)
