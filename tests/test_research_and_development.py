"""Relief for research and development over many companies at once: nothing is lost, and nobody's neighbours matter."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from openfisca_goodwork import system
from openfisca_goodwork.system import DatedValue

LAW = system.current_law()
LABELS = (2022, 2023, 2024, 2025, 2026)
COUNT = 400
CREDIT = "research_and_development_expenditure_credit"
STEPS = (
    "research_and_development_credit_set_off",
    "notional_tax_deduction",
    "research_and_development_credit_paid",
    "research_and_development_credit_carried_forward",
)
OUTPUTS = (
    CREDIT,
    *STEPS,
    "notional_tax_deduction_used",
    "notional_tax_deduction_carried_forward",
    "corporation_tax",
    "net_corporation_tax",
    "payable_credits",
    "unrelieved_trade_loss",
    "trade_loss_surrendered_for_tax_credit",
    "trading_losses_carried_forward",
    "trading_losses_used",
    "research_and_development_tax_credit",
    "research_and_development_credit_added_by_carry_back",
    "notional_tax_deduction_added_by_carry_back",
)


def companies():
    """Companies of every size, kind and month of account, with and without research: for each label, their inputs."""
    draw = np.random.default_rng(7)
    month = draw.integers(0, 12, COUNT)
    fixed = {
        "is_small_or_medium_sized_enterprise": draw.random(COUNT) < 0.6,
        "is_research_intensive": draw.random(COUNT) < 0.4,
        "claims_research_and_development_expenditure_credit": draw.random(COUNT) < 0.1,
        "claims_loss_carry_back": draw.random(COUNT) < 0.5,
        "is_exempt_from_paye_and_nic_cap": draw.random(COUNT) < 0.1,
        "first_accounting_period": np.full(COUNT, LABELS[0]),
    }
    found = {}
    for label in LABELS:
        first = np.datetime64(f"{label - 1}-02") + month.astype("timedelta64[M]")
        found[label] = fixed | {
            "accounting_period_start": first.astype("datetime64[D]"),
            "accounting_period_end": (first + np.timedelta64(12, "M")).astype("datetime64[D]") - np.timedelta64(1, "D"),
            "trading_profit_before_capital_allowances": draw.normal(0, 300_000, COUNT).round(2),
            "research_and_development_expenditure": (draw.lognormal(11, 1.5, COUNT) * (draw.random(COUNT) < 0.7)).round(2),
            "paye_and_nic": draw.lognormal(9, 1, COUNT).round(2),
            "loss_absorbed_by_group_share": draw.random(COUNT) * (draw.random(COUNT) < 0.2),
        }
    return found


@pytest.fixture(scope="module")
def inputs():
    return companies()


@pytest.fixture(scope="module")
def results(inputs):
    return system.run(LAW, inputs, OUTPUTS)


def test_every_pound_of_an_expenditure_credit_is_set_off_held_back_paid_or_carried_forward(results):
    before = np.zeros(COUNT)
    for label in LABELS:
        found = results[label]
        before = before + found["research_and_development_credit_added_by_carry_back"]
        np.testing.assert_allclose(before + found[CREDIT], sum(found[step] for step in STEPS), atol=1e-6)
        assert all((found[step] >= -1e-9).all() for step in STEPS)
        before = found["research_and_development_credit_carried_forward"]


def test_notional_tax_is_kept_until_tax_takes_it(results):
    before = np.zeros(COUNT)
    for label in LABELS:
        found = results[label]
        before = before + found["notional_tax_deduction_added_by_carry_back"]
        after = before + found["notional_tax_deduction"] - found["notional_tax_deduction_used"]
        np.testing.assert_allclose(found["notional_tax_deduction_carried_forward"], after, atol=1e-6)
        assert (found["notional_tax_deduction_used"] <= before + 1e-9).all()
        before = after


def test_a_credit_never_discharges_more_tax_than_is_due(results):
    for found in results.values():
        discharged = found["notional_tax_deduction_used"] + found["research_and_development_credit_set_off"]
        assert (discharged <= found["corporation_tax"] + 1e-6).all()
        assert discharged.any()


def test_a_loss_is_surrendered_or_carried_forward_and_not_both(results):
    before = np.zeros(COUNT)
    for label in LABELS:
        found = results[label]
        kept = found["unrelieved_trade_loss"] - found["trade_loss_surrendered_for_tax_credit"]
        assert (kept >= -1e-6).all()
        after = before + kept - found["trading_losses_used"]
        np.testing.assert_allclose(found["trading_losses_carried_forward"], after, atol=1e-6)
        before = found["trading_losses_carried_forward"]
    assert any(found["trade_loss_surrendered_for_tax_credit"].any() for found in results.values())


def test_a_company_has_the_one_credit_or_the_other(results):
    for found in results.values():
        assert not (found[CREDIT].astype(bool) & found["research_and_development_tax_credit"].astype(bool)).any()
        assert found[CREDIT].any()
        assert found["research_and_development_tax_credit"].any()


def test_a_company_among_others_comes_to_what_it_comes_to_alone(inputs, results):
    for place in range(0, COUNT, 16):
        alone = {label: {name: given[place : place + 1] for name, given in inputs[label].items()} for label in LABELS}
        for label, found in system.run(LAW, alone, OUTPUTS).items():
            for name in OUTPUTS:
                np.testing.assert_allclose(
                    found[name][0], results[label][name][place], atol=1e-6, err_msg=f"{name} {label} {place}"
                )


@pytest.mark.parametrize(
    ("path", "value", "name", "expected"),
    [
        ("merged_credit.rate", 0.25, CREDIT, 25_000),
        ("merged_credit.cap_fixed", 1_000, "payable_credits", 1_000),
        ("merged_credit.cap_multiple_of_paye_and_nic", 0, "payable_credits", 16_200),
    ],
)
def test_a_reform_of_the_credit_takes_hold(path, value, name, expected):
    whole = f"research_and_development.{path}"
    before = system.dated_values(system.leaf_parameters(LAW)[whole])
    law = system.with_values(LAW, {whole: [*before, DatedValue(date(2027, 4, 1), value)]})
    given = {
        "accounting_period_start": np.array(["2027-04-01"], dtype="datetime64[D]"),
        "accounting_period_end": np.array(["2028-03-31"], dtype="datetime64[D]"),
        "trading_profit_before_capital_allowances": np.array([-500_000.0]),
        "research_and_development_expenditure": np.array([100_000.0]),
    }
    assert system.run(law, {2028: given}, [name])[2028][name] == pytest.approx([expected])
