"""Credits run again by a loss carried back: the same over many companies at a time, and cash conserved over the years."""

from __future__ import annotations

import numpy as np

from openfisca_goodwork.system import current_law, run, simulation

LABELS = range(2024, 2028)
COUNT = 60
OUTPUTS = (
    "net_corporation_tax",
    "payable_credits",
    "loss_carry_back_repayment",
    "credits_paid_for_loss_carried_back",
    "notional_tax_deduction_carried_forward",
    "research_and_development_credit_carried_forward",
)


def companies() -> dict[int, dict[str, np.ndarray]]:
    draw = np.random.default_rng(20)
    found = {
        label: {
            "trading_profit_before_capital_allowances": draw.normal(20_000, 150_000, COUNT),
            "research_and_development_expenditure": np.where(draw.random(COUNT) < 0.5, draw.random(COUNT) * 200_000, 0.0),
            "paye_and_nic": draw.random(COUNT) * 20_000,
            "claims_loss_carry_back": draw.random(COUNT) < 0.8,
        }
        for label in LABELS
    }
    found[LABELS[0]]["notional_tax_deduction_brought_forward"] = np.where(draw.random(COUNT) < 0.3, 3_000.0, 0.0)
    return found


def test_chunks_of_companies_have_what_each_has_by_itself() -> None:
    inputs = companies()
    planned, built = run(current_law(), inputs, OUTPUTS, companies_at_once=25), simulation(current_law(), inputs, COUNT)
    assert planned[2026]["credits_paid_for_loss_carried_back"].any()
    for label in LABELS:
        for name in OUTPUTS:
            assert np.allclose(planned[label][name], built.calculate(name, label), rtol=0, atol=1e-6), (label, name)


def test_a_loss_carried_back_is_worth_something_and_never_more_than_the_highest_rate_of_tax_on_it() -> None:
    """Tax less credits, with what is kept for later: a credit is neither lost nor paid twice."""
    claims = companies()
    nothing = {label: {**each, "claims_loss_carry_back": np.zeros(COUNT, dtype=bool)} for label, each in claims.items()}
    names = (*OUTPUTS, "corporation_tax", "loss_carried_back", "research_and_development_expenditure_credit")
    first, after = LABELS[0], LABELS[1]
    two_years = {label: claims[label] for label in (first, after)}
    found = run(current_law(), two_years, names)
    without = run(current_law(), {label: nothing[label] for label in (first, after)}, names)
    taxed = {"notional_tax_deduction_carried_forward", "research_and_development_credit_carried_forward"}

    def worth(results: dict[int, dict[str, np.ndarray]]) -> np.ndarray:
        """Cash to the company over the two years, with what it may still use (£)."""
        cash = sum(each["payable_credits"] - each["net_corporation_tax"] for each in results.values())
        return np.asarray(cash + sum(results[after][name] for name in taxed))

    gained = worth(found) - worth(without)
    took = found[after]["loss_carried_back"] > 0
    assert took.any()
    assert (gained[took] > 0).all()
    assert np.allclose(gained[~took], 0, rtol=0, atol=1e-6)
    # 26.5% is the highest rate there is: no pound of loss gets back more.
    assert (gained <= 0.265 * found[after]["loss_carried_back"] + 1e-6).all()
