"""Balances from period to period: right in every order, and opened in one place only."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

from openfisca_goodwork import system
from openfisca_goodwork.errors import PeriodError
from tests.openfisca_command import run_yaml
from tests.periods.chained import BALANCES, LABELS, CountryTaxBenefitSystem, brought, carried, expected

OPENING = 7
EXPECTED = expected(OPENING)


@pytest.fixture(scope="module")
def chained():
    return CountryTaxBenefitSystem()


def started(chained):
    opening = {brought(place): np.array([OPENING, 0]) for place in range(BALANCES)}
    return system.simulation(chained, {LABELS[0]: opening}, count=2)


def test_the_expected_balances_need_64_bits_and_no_more():
    assert len(EXPECTED) == 40 * 15
    assert sum(balance > 2**31 for balance in EXPECTED.values()) > len(EXPECTED) / 2
    assert 3 * max(EXPECTED.values()) < 2**53


@pytest.mark.parametrize("seed", range(4))
def test_forty_balances_over_fifteen_periods_are_right_in_any_order(chained, seed):
    order = list(EXPECTED)
    random.Random(seed).shuffle(order)  # noqa: S311
    built = started(chained)
    wrong = [pair for pair in order if built.calculate(carried(pair[0]), pair[1])[0] != EXPECTED[pair]]
    assert wrong == []


@pytest.mark.parametrize("place", [0, 20, BALANCES - 1])
def test_the_last_period_may_be_asked_for_first(chained, place):
    built = started(chained)
    nothing = expected(0)
    assert built.calculate(carried(place), LABELS[-1]).tolist() == [EXPECTED[place, LABELS[-1]], nothing[place, LABELS[-1]]]


def test_a_run_of_many_companies_gives_the_same(chained):
    inputs = {label: {"turnover": np.zeros(3)} for label in LABELS}
    inputs[LABELS[0]] = {brought(place): np.full(3, OPENING) for place in range(BALANCES)}
    outputs = system.run(chained, inputs, [carried(39)], companies_at_once=2)
    assert {label: outputs[label][carried(39)].tolist() for label in LABELS} == {
        label: [EXPECTED[39, label]] * 3 for label in LABELS
    }


def test_a_yaml_test_gives_the_same(tmp_path):
    places = (39, 0, 17)
    case = {
        "name": "Forty balances over fifteen periods",
        "period": LABELS[0],
        "input": {brought(place): OPENING for place in range(BALANCES)},
        "output": {carried(place): {label: EXPECTED[place, label] for label in reversed(LABELS)} for place in places},
    }
    done = run_yaml(json.dumps([case]), tmp_path, country="tests.periods.chained")
    assert "1 passed" in done.stdout, done.stdout


def test_a_balance_opens_in_the_first_period_and_nowhere_else():
    built = system.simulation(
        system.current_law(), {2024: {"turnover": [1.0]}, 2025: {"main_pool_brought_forward": [500.0]}}
    )
    with pytest.raises(PeriodError, match=r"main_pool_brought_forward is given for 2025, which is not the company's first"):
        built.calculate("main_pool_carried_forward", 2025)


def test_a_company_may_begin_later_than_the_others_and_open_there():
    inputs = {
        2024: {"main_pool_brought_forward": [1e5, 0], "first_accounting_period": [2024, 2025]},
        2025: {"main_pool_brought_forward": [0, 1e5]},
    }
    built = system.simulation(system.current_law(), inputs, count=2)
    assert built.calculate("main_pool_carried_forward", 2025).tolist() == pytest.approx([67_240, 82_000])


def test_what_the_forty_balances_prove_holds_for_the_law():
    built = system.simulation(system.current_law(), {2019: {"main_pool_brought_forward": [1e6]}})
    cold = built.calculate("main_pool_carried_forward", 2025)[0]
    assert cold == pytest.approx(1e6 * 0.82**7)
