"""What must be true of every company in the use of the human-investment relief: credit, losses, cash, off switches."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openfisca_goodwork import system
from openfisca_goodwork.law.human_investment import HEADS, inclusion_path
from openfisca_goodwork.system import DatedValue

LAW = system.current_law()
START, LABELS, COUNT = date(2027, 4, 1), (2027, 2028, 2029, 2030), 300
BOUNDED = settings(max_examples=25, deadline=None, derandomize=True)
PENNY = 0.005
OPENING_CREDITS = ("human_investment_credit_brought_forward", "human_investment_notional_tax_brought_forward")
OTHER_CREDITS = (*OPENING_CREDITS, "research_and_development_expenditure")

seeds = st.integers(0, 10**6)
rates = st.floats(0.01, 1, allow_subnormal=False)


def with_switches(**switches: Any) -> Any:
    """The law with every head of cost counted from April 2027, and these switches of the relief from then on."""
    values = {inclusion_path(head): 1 for head in HEADS}
    values |= {f"human_investment.{path}": value for path, value in switches.items()}
    leaves = system.leaf_parameters(LAW)
    return system.with_values(
        LAW, {path: [*system.dated_values(leaves[path])[:1], DatedValue(START, value)] for path, value in values.items()}
    )


def companies(seed: int) -> dict[int, dict[str, np.ndarray]]:
    """Companies of every kind over four periods: in profit and loss, with R&D, plant, losses, a group, a short period."""
    draw = np.random.default_rng(seed)

    def some(share: float, scale: float) -> np.ndarray:
        return np.where(draw.random(COUNT) < share, draw.exponential(scale, COUNT).round(2), 0)

    inputs = {}
    for label in LABELS:
        inputs[label] = {head: some(0.5, 20_000) for head in HEADS} | {
            "trading_profit_before_capital_allowances": draw.normal(20_000, 150_000, COUNT).round(2),
            "main_rate_plant_used": some(0.3, 40_000),
            "other_income": some(0.3, 30_000),
            "research_and_development_expenditure": some(0.2, 60_000),
            "paye_and_nic": some(0.8, 10_000),
            "loss_absorbed_by_group_share": np.where(draw.random(COUNT) < 0.2, draw.random(COUNT), 0),
            "group_relief_available": some(0.1, 50_000),
            "claims_loss_carry_back": draw.random(COUNT) < 0.4,
            "is_small_or_medium_sized_enterprise": draw.random(COUNT) < 0.5,
            "is_research_intensive": draw.random(COUNT) < 0.5,
        }
    first = inputs[LABELS[0]]
    first["trading_losses_brought_forward"] = some(0.3, 60_000)
    first["human_investment_credit_brought_forward"] = some(0.3, 5_000)
    first["human_investment_notional_tax_brought_forward"] = some(0.3, 5_000)
    starts = np.where(draw.random(COUNT) < 0.5, np.datetime64("2027-01-01"), np.datetime64("2027-05-15"))
    first["accounting_period_start"] = starts
    return inputs


def total(found: dict[int, dict[str, np.ndarray]], name: str) -> np.ndarray:
    """A flow over all four periods (£, one per company)."""
    return sum((found[label][name] for label in LABELS), np.zeros(COUNT))


CREDIT_NAMES = (
    "human_investment_credit",
    "human_investment_credit_set_off",
    "human_investment_notional_tax",
    "human_investment_credit_carried_forward",
    "human_investment_credit_paid",
    "human_investment_credit_cap",
    "human_investment_notional_tax_used",
    "human_investment_notional_tax_carried_forward",
    "corporation_tax",
    "human_investment_credit_added_by_carry_back",
    "human_investment_notional_tax_added_by_carry_back",
)


@BOUNDED
@given(seeds, rates, st.floats(0, 0.5), st.floats(0, 20_000), st.floats(0, 3), st.booleans())
def test_of_a_credit_what_is_used_held_back_carried_and_paid_is_all_there_was(seed, rate, notional, fixed, multiple, taxed):
    law = with_switches(
        form="credit",
        credit_rate=rate,
        credit_taxable=taxed,
        **{
            "payable.notional_tax_rate": notional,
            "payable.cap_fixed": fixed,
            "payable.cap_multiple_of_paye_and_nic": multiple,
        },
    )
    inputs = companies(seed)
    outputs = system.run(law, inputs, CREDIT_NAMES)
    before = inputs[LABELS[0]]["human_investment_credit_brought_forward"]
    held = inputs[LABELS[0]]["human_investment_notional_tax_brought_forward"]
    for label in LABELS:
        credit, set_off, held_back, carried, paid, cap, used, held_on, tax, more, more_held = (
            outputs[label][name] for name in CREDIT_NAMES
        )
        np.testing.assert_allclose(set_off + held_back + carried + paid, credit + before + more, rtol=0, atol=1e-6)
        np.testing.assert_allclose(used + held_on, held + more_held + held_back, rtol=0, atol=1e-6)
        assert min(one.min() for one in (set_off, held_back, carried, paid, used, held_on)) >= -1e-9
        assert (paid <= cap + 1e-6).all()
        assert (set_off + used <= tax + 1e-6).all()
        before, held = carried, held_on


@BOUNDED
@given(seeds, rates, rates)
def test_a_loss_oneup_moves_cost_from_corporation_tax_to_payable_credits(seed, extra, rate):
    names = ("net_corporation_tax", "payable_credits", "human_investment_loss_surrendered", "trading_losses_carried_forward")
    inputs = companies(seed)
    # Credits of other kinds would meet the tax that the loss no longer saves, and leave less of them to be paid.
    for label in LABELS:
        for name in [one for one in inputs[label] if one in OTHER_CREDITS]:
            del inputs[label][name]
    treated = {"losses.treatment": "surrender", "losses.surrender_rate": rate}
    laws = with_switches(additional_deduction=extra), with_switches(additional_deduction=extra, **treated)
    ordinary, surrender = (system.run(law, inputs, names) for law in laws)
    oneup = total(surrender, "human_investment_loss_surrendered")
    assert oneup.any()
    np.testing.assert_allclose(total(surrender, "payable_credits"), rate * oneup, rtol=0, atol=1e-6)
    assert not total(ordinary, "payable_credits").any()
    dearer = total(surrender, "net_corporation_tax") - total(ordinary, "net_corporation_tax")
    assert (dearer >= -PENNY).all()
    last = LABELS[-1]
    fewer = ordinary[last]["trading_losses_carried_forward"] - surrender[last]["trading_losses_carried_forward"]
    assert ((fewer >= -PENNY) & (fewer <= oneup + PENNY)).all()


@BOUNDED
@given(seeds, rates)
def test_with_no_loss_allowed_the_relief_is_never_more_than_with_ordinary_losses(seed, extra):
    names = ("human_investment_deduction", "corporation_tax", "capital_allowances", "balancing_charges")
    inputs = companies(seed)
    ordinary = system.run(with_switches(additional_deduction=extra), inputs, names)
    none = system.run(with_switches(additional_deduction=extra, **{"losses.treatment": "none"}), inputs, names)
    for label in LABELS:
        less = none[label]["human_investment_deduction"]
        assert (less <= ordinary[label]["human_investment_deduction"]).all()
        profit = inputs[label]["trading_profit_before_capital_allowances"] + none[label]["balancing_charges"]
        assert (less <= np.maximum(profit - none[label]["capital_allowances"], 0) + 1e-9).all()
    saved = {
        name: total(system.run(LAW, inputs, names), "corporation_tax") - total(found, "corporation_tax")
        for name, found in {"ordinary": ordinary, "none": none}.items()
    }
    assert saved["none"].sum() < saved["ordinary"].sum() + 1e-6


OFF_SWITCHES = (
    {"form": "credit", "payable.notional_tax_rate": 0.19, "payable.maximum": 1_000},
    {"losses.treatment": "surrender", "losses.surrender_rate": 0.145, "losses.surrender_includes_base": True},
    {"losses.treatment": "none", "losses.allow_carry_back": False, "losses.allow_group_relief": False},
    {"cash_option.rate": 0.4, "cash_option.spend_limit": 50_000},
    {"good_work.required": True},
)


@pytest.mark.parametrize("switches", OFF_SWITCHES, ids=lambda switches: next(iter(switches)))
def test_at_a_rate_of_0_no_switch_changes_anything(switches):
    names = ("net_corporation_tax", "payable_credits", "trading_losses_carried_forward", "loss_carried_back")
    inputs = companies(7)
    for name in OPENING_CREDITS:
        del inputs[LABELS[0]][name]  # a balance is capped, and taxed, by the switches of the day
    with_them, without = (system.run(law, inputs, names) for law in (with_switches(**switches), LAW))
    for label in LABELS:
        for name in names:
            np.testing.assert_array_equal(with_them[label][name], without[label][name])


@BOUNDED
@given(seeds, rates, rates, st.floats(0, 80_000))
def test_of_the_first_pounds_a_company_has_the_deduction_or_the_cash_never_both(seed, extra, cash, limit):
    names = (
        "qualifying_training_expenditure",
        "human_investment_deduction",
        "human_investment_cash_option",
        "payable_credits",
        *(f"human_investment_deduction_{head}" for head in HEADS),
    )
    inputs = companies(seed)
    law = with_switches(additional_deduction=extra, **{"cash_option.rate": cash, "cash_option.spend_limit": limit})
    outputs = system.run(law, inputs, names)
    for label in LABELS:
        qualifying, deduction, paid, _credits, *heads = (outputs[label][name] for name in names)
        np.testing.assert_allclose(deduction / extra + paid / cash, qualifying, rtol=0, atol=1e-6)
        np.testing.assert_allclose(sum(heads), deduction, rtol=0, atol=1e-6)
        assert (paid <= cash * limit + 1e-6).all()


@BOUNDED
@given(seeds, rates, st.booleans(), st.booleans())
def test_a_loss_kept_from_the_group_or_from_earlier_periods_is_carried_forward_instead(seed, extra, back, group):
    names = (
        "trade_loss",
        "trade_loss_set_against_total_profits",
        "group_relief_surrendered",
        "loss_carried_back",
        "unrelieved_trade_loss",
        "human_investment_deduction",
    )
    law = with_switches(additional_deduction=extra, **{"losses.allow_carry_back": back, "losses.allow_group_relief": group})
    outputs = system.run(law, companies(seed), names)
    for label in LABELS:
        loss, in_period, in_group, carried_back, left, deduction = (outputs[label][name] for name in names)
        np.testing.assert_allclose(in_period + in_group + carried_back + left, loss, rtol=0, atol=1e-6)
        kept = np.maximum(np.minimum(deduction, loss) - in_period, 0)
        if not (back or group):
            assert (in_group + carried_back <= loss - in_period - kept + 1e-6).all()


ON_SWITCHES = (
    {"form": "credit", "credit_rate": 0.2, "payable.notional_tax_rate": 0.19, "payable.maximum": 1_000},
    {"additional_deduction": 0.3, "losses.treatment": "surrender", "losses.surrender_rate": 0.145},
    {"additional_deduction": 0.3, "losses.treatment": "none"},
    {"additional_deduction": 0.3, "losses.allow_carry_back": False, "losses.allow_group_relief": False},
    {"additional_deduction": 0.3, "cash_option.rate": 0.4, "cash_option.spend_limit": 10_000},
)


@pytest.mark.parametrize("switches", ON_SWITCHES, ids=lambda switches: [*switches][-1])
def test_a_company_comes_to_the_same_among_many_as_among_few(switches):
    names = ("net_corporation_tax", "payable_credits", "trading_losses_carried_forward", "human_investment_deduction")
    law, inputs = with_switches(**switches), companies(11)
    many = {label: {name: np.tile(array, 5) for name, array in one.items()} for label, one in inputs.items()}
    few, found = system.run(law, inputs, names), system.run(law, many, names)
    for label in LABELS:
        for name in names:
            np.testing.assert_array_equal(found[label][name], np.tile(few[label][name], 5))
