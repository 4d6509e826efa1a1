"""What must be true of the human-investment relief under any setting of its switches, for many companies at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openfisca_goodwork import system
from openfisca_goodwork.law.human_investment import HEADS, RATE, inclusion_path
from openfisca_goodwork.law.human_investment.terms import BY_SIZE, UPLIFTS
from openfisca_goodwork.system import DatedValue

LAW = system.current_law()
MANY = settings(max_examples=20, deadline=None)
FIRST, START, INSIDE, SUNSET = (date(2010, 4, 1), date(2027, 4, 1), date(2028, 8, 1), date(2029, 4, 1))
LABELS = range(2025, 2030)
COMPANIES = 40
QUALIFYING, DEDUCTION = "qualifying_training_expenditure", "human_investment_deduction"
CLAIMS = "claims_human_investment_relief"
PARTS = tuple(f"{DEDUCTION}_{head}" for head in HEADS)
TAX = ("net_corporation_tax", "taxable_total_profits", "trading_losses_carried_forward", "payable_credits")
SHARES = tuple(f"{tag}_share" for tag in (*UPLIFTS, "registered_provider"))

Law = dict[str, list[DatedValue]]

share = st.sampled_from([0.0, 0.1, 0.5, 1.0])
pounds = st.sampled_from([0.0, 500.0, 20_000.0, 1_000_000.0])


def path(name: str) -> str:
    return f"human_investment.{name}"


RATES = {RATE: share, **dict.fromkeys(BY_SIZE.values(), share), **dict.fromkeys(UPLIFTS.values(), share)}
LIMITS = {
    path("caps.per_employee"): pounds,
    path("caps.per_trainee"): pounds,
    path("caps.per_group"): pounds,
    path("caps.share_of_pay_bill"): share,
    **{path(f"caps.by_size.{size}"): pounds for size in BY_SIZE},
}
INCREMENT = {path("incremental.enabled"): st.just(value=True)}
ELIGIBILITY = {
    path("eligibility.size"): st.sampled_from(["small_and_medium", "small"]),
    path("eligibility.turnover_ceiling"): pounds,
    path("eligibility.minimum_employees_besides_directors"): st.sampled_from([1, 3]),
    path("eligibility.levy_payers_excluded"): st.just(value=True),
    path("good_work.required"): st.just(value=True),
}
WINDOW = {path("incremental.fixed_from"): "2025-07-01", path("incremental.fixed_to"): "2026-06-30"}
NARROWED = {
    path("qualifying.accredited_only"): st.just(value=True),
    path("qualifying.registered_providers_only"): st.just(value=True),
}
MAXIMUM = {path("maximum_additional_deduction"): share}
HIGHEST = {path("uplifts.combination"): st.just("highest")}
WEIGHTED = {path("straddle"): st.just("day_weighted")}
LIMITING = (LIMITS, INCREMENT, ELIGIBILITY, NARROWED, MAXIMUM, HIGHEST, WEIGHTED)
OTHERS = {
    path("caps.sharing"): st.sampled_from(["divide", "allocate"]),
    path("incremental.base"): st.sampled_from(["rolling", "fixed"]),
    path("incremental.years"): st.integers(1, 4),
    path("incremental.share_of_baseline"): share,
    path("incremental.new_company_share_of_pay_bill"): share,
    path("good_work.relief_if_not_met"): share,
    "good_work.conditions.fair_work_pledge": st.just(value=True),
    **{path(f"qualifying.exclude_{name}"): st.booleans() for name in ("levy_funded", "grant_funded")},
}
SWITCHES: dict[str, Any] = {**RATES, **OTHERS}
for _some in LIMITING:
    SWITCHES.update(_some)


@st.composite
def clauses(draw: Any) -> Law:
    """A clause from April 2027 with some of its switches on, which may change in 2028 and may end in April 2029."""
    changed: Law = {}
    heads = draw(st.sets(st.sampled_from(HEADS), min_size=1))
    for name, values in {**{inclusion_path(head): share for head in heads}, **_some_of(draw)}.items():
        changed[name] = [_off(name), DatedValue(START, draw(values))]
        if draw(st.booleans()):
            changed[name].append(DatedValue(INSIDE, draw(values)))
    changed.setdefault(RATE, [_off(RATE), DatedValue(START, 0.3)])
    changed |= {name: [_off(name), DatedValue(START, day)] for name, day in WINDOW.items()}
    if draw(st.booleans()):
        changed = {name: [*dated, DatedValue(SUNSET, 0)] if name in RATES else dated for name, dated in changed.items()}
    return changed


def _some_of(draw: Any) -> dict[str, Any]:
    return {name: SWITCHES[name] for name in draw(st.sets(st.sampled_from(sorted(SWITCHES))))}


def _off(name: str) -> DatedValue:
    return system.dated_values(system.leaf_parameters(LAW)[name])[0]


def without(changed: Law, *switches: dict[str, Any]) -> Law:
    """The same clause with some switches off."""
    return {name: dated for name, dated in changed.items() if not any(name in some for some in switches)}


def companies(seed: int) -> dict[int, dict[str, np.ndarray]]:
    """Companies of all kinds, with years to the end of any month, over five accounting periods."""
    random = np.random.default_rng(seed)
    ends = random.integers(1, 13, COMPANIES)

    def money(most: float) -> np.ndarray:
        return np.round(random.random(COMPANIES) * most * (random.random(COMPANIES) < 0.7), 2)

    found = {}
    for label in LABELS:
        found[label] = {
            "accounting_period_start": _first_of_month(label - 1, ends + 1),
            "accounting_period_end": _first_of_month(label, ends + 1) - np.timedelta64(1, "D"),
            "trading_profit_before_capital_allowances": money(900_000) - money(300_000),
            **{head: money(40_000) for head in HEADS},
            "levy_funded_training": money(9_000),
            "training_grants_received": money(9_000),
            "training_from_connected_parties": money(9_000),
            "employees": random.integers(0, 400, COMPANIES).astype(float),
            "turnover": money(60_000_000),
            "balance_sheet_total": money(50_000_000),
            "pay_bill": money(5_000_000),
            "trainees": random.integers(0, 30, COMPANIES).astype(float),
            "associated_companies": random.integers(0, 4, COMPANIES).astype(float),
            "human_investment_cap_share": random.random(COMPANIES),
            CLAIMS: random.random(COMPANIES) < 0.8,
            "has_fair_work_pledge": random.random(COMPANIES) < 0.5,
            **{name: np.round(random.random(COMPANIES), 2) for name in SHARES},
        }
    found[LABELS[0]]["is_new_company"] = random.random(COMPANIES) < 0.5
    found[LABELS[0]]["baseline_training_expenditure"] = money(50_000)
    return found


def _first_of_month(year: int, month: np.ndarray) -> np.ndarray:
    return (np.datetime64(f"{year}-01", "M") + (month - 1)).astype("datetime64[D]")


def outcome(changed: Law, seed: int, *names: str) -> dict[str, np.ndarray]:
    """Outputs of all labels under current law with a clause laid upon it, one row a label."""
    outputs = system.run(system.with_values(LAW, changed), companies(seed), names)
    return {name: np.array([outputs[label][name] for label in LABELS]) for name in names}


seeds = st.integers(0, 10_000)


@MANY
@given(clauses(), seeds)
def test_the_deduction_is_the_sum_of_its_parts_only_what_was_spent_qualifies_and_only_for_those_who_claim(changed, seed):
    outputs = outcome(changed, seed, DEDUCTION, *PARTS, QUALIFYING, *HEADS, CLAIMS)
    assert all((outputs[name] >= 0).all() for name in PARTS)
    np.testing.assert_allclose(outputs[DEDUCTION], sum(outputs[name] for name in PARTS), rtol=1e-12)
    assert (outputs[QUALIFYING] >= 0).all()
    assert (outputs[QUALIFYING] <= sum(outputs[head] for head in HEADS) + 1e-6).all()
    assert not outputs[DEDUCTION][~outputs[CLAIMS]].any()


@MANY
@given(clauses(), seeds, st.sampled_from([0.01, 0.4]), st.sampled_from(sorted(RATES)))
def test_a_higher_rate_never_lowers_the_deduction(changed, seed, more, name):
    """The relief is in force either way: where a rate brings more days into it, they share its limits."""
    changed = changed | {RATE: [_off(RATE), DatedValue(START, 0.1)]}
    dated = changed.get(name, [_off(name), DatedValue(START, 0)])
    raised = [dated[0], *(DatedValue(one.date, one.value + more) for one in dated[1:])]
    lower, higher = (outcome({**changed, name: rates}, seed, DEDUCTION)[DEDUCTION] for rates in (dated, raised))
    assert (higher >= lower - 1e-6).all()


@MANY
@given(clauses(), seeds)
def test_with_every_rate_at_0_taxes_are_those_of_current_law_to_the_last_bit(changed, seed):
    law, zero = outcome({}, seed, *TAX), outcome(without(changed, RATES), seed, *TAX, DEDUCTION, QUALIFYING)
    assert not zero[DEDUCTION].any()
    assert not zero[QUALIFYING].any()
    assert all(np.array_equal(law[name], zero[name]) for name in TAX)


@MANY
@given(clauses(), seeds, st.sampled_from(range(len(LIMITING))))
def test_no_limit_of_any_kind_raises_the_relief(changed, seed, which):
    free = without(changed, LIMITING[which])
    limited = outcome(changed, seed, QUALIFYING, DEDUCTION), outcome(free, seed, QUALIFYING, DEDUCTION)
    if LIMITING[which] is not NARROWED or not any(name in changed for name in INCREMENT):
        assert (limited[0][QUALIFYING] <= limited[1][QUALIFYING] + 1e-6).all()
        assert (limited[0][DEDUCTION] <= limited[1][DEDUCTION] + 1e-6).all()


ON = DatedValue(START, value=True)


@MANY
@given(clauses(), seeds)
def test_above_a_baseline_there_is_never_more_than_without_one(changed, seed):
    above = {**without(changed, INCREMENT), path("incremental.enabled"): [_off(path("incremental.enabled")), ON]}
    limited, free = (outcome(one, seed, QUALIFYING)[QUALIFYING] for one in (above, without(changed, INCREMENT)))
    assert (limited <= free + 1e-6).all()


@pytest.mark.parametrize("seed", range(3))
def test_in_current_law_training_changes_no_bit_of_any_tax(seed):
    with_training = companies(seed)
    inputs = {"trading_profit_before_capital_allowances", "accounting_period_start", "accounting_period_end"}
    inputs |= {"associated_companies"}
    bare = {label: {name: values[name] for name in inputs} for label, values in with_training.items()}
    law, alone = (system.run(LAW, given_inputs, [*TAX, DEDUCTION]) for given_inputs in (with_training, bare))
    for label in LABELS:
        assert all(np.array_equal(law[label][name], alone[label][name]) for name in (*TAX, DEDUCTION))
        assert not law[label][DEDUCTION].any()


@MANY
@given(clauses(), seeds)
def test_results_do_not_depend_on_the_size_of_chunks(changed, seed):
    law = system.with_values(LAW, changed)
    names = (DEDUCTION, QUALIFYING)
    whole, parts = (system.run(law, companies(seed), names, companies_at_once=size) for size in (COMPANIES, 25))
    assert all(np.array_equal(whole[label][name], parts[label][name]) for label in LABELS for name in names)
