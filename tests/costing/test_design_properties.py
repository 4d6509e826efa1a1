"""What must be true of the costing of any design: random settings of every switch over a few hundred random companies."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openfisca_goodwork.costing import CostingResult, cost
from openfisca_goodwork.law.human_investment import HEADS
from tests.costing.designs import design
from tests.costing.tiny_population import TinyPopulation

COMPANIES = 300
A_FEW = settings(max_examples=4, deadline=None)
PENNY = 1e-8  # of £ million


class Random(TinyPopulation):
    """Companies whose profits and training move from year to year, seeded by label."""

    def inputs(self, label: int) -> dict[str, np.ndarray]:
        """The inputs of one label: profits fall into loss now and then, training moves by up to a third."""
        rng, found = np.random.default_rng(label), super().inputs(label)
        found["trading_profit_before_capital_allowances"] *= rng.choice([1.0, 1.5, -0.8], self.records, p=[0.6, 0.2, 0.2])
        moved = rng.uniform(2 / 3, 4 / 3, self.records)
        return found | {head: found[head] * moved for head in HEADS}


def _people() -> Random:
    rng = np.random.default_rng(1)
    pay, staff = rng.lognormal(12, 1.5, COMPANIES), rng.lognormal(3, 1.5, COMPANIES)
    tags = ("accredited", "registered_provider", "green", "retraining")
    facts: dict[str, np.ndarray] = {
        "trading_profit_before_capital_allowances": rng.lognormal(11.5, 1.5, COMPANIES),
        **{head: rng.lognormal(8, 1.5, COMPANIES) * rng.choice([0, 1], COMPANIES, p=[0.3, 0.7]) for head in HEADS},
        **{f"{tag}_share": rng.uniform(0, 1, COMPANIES) for tag in tags},
        "employees": staff,
        "employees_besides_directors": np.maximum(staff - 2, 0),
        "turnover": 1e5 * staff,
        "balance_sheet_total": 5e4 * staff,
        "pay_bill": pay,
        "paye_and_nic": 0.3 * pay,
        "trainees": staff / 2,
        "associated_companies": rng.choice([0.0, 1.0, 4.0], COMPANIES),
        "claims_loss_carry_back": rng.choice([0.0, 1.0], COMPANIES),
        "loss_absorbed_by_group_share": rng.choice([0.0, 0.4], COMPANIES),
        "levy_funded_training": rng.choice([0.0, 2_000.0], COMPANIES),
        "training_grants_received": rng.choice([0.0, 1_000.0], COMPANIES),
        "training_cost_of_leavers": rng.choice([0.0, 500.0], COMPANIES),
        "share_paid_below_real_living_wage": rng.choice([0.0, 0.2], COMPANIES),
    }
    return Random(
        {name: list(one) for name, one in facts.items()}, rng.uniform(1, 1e4, COMPANIES), rng.uniform(0, 1, COMPANIES)
    )


PEOPLE = _people()


@pytest.fixture(autouse=True, scope="module")
def _own_cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOODWORK_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def _sometimes(**values: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Switches that are on together, or off together."""
    return st.just({}) | st.fixed_dictionaries({name: st.sampled_from(one) for name, one in values.items()})


def _any_of(*strategies: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*strategies).map(lambda parts: {name: one for part in parts for name, one in part.items()})


LIMITS = _any_of(
    _sometimes(caps__per_group=[5_000, 50_000], caps__sharing=["divide", "allocate"]),
    _sometimes(caps__per_employee=[200, 1_000], caps__share_of_pay_bill=[0.01, 0.1]),
    _sometimes(caps__by_size__small=[10_000], caps__by_size__medium=[20_000], caps__per_trainee=[500]),
)
CONDITIONS = _any_of(
    _sometimes(eligibility__size=["small", "small_and_medium"]),
    _sometimes(eligibility__turnover_ceiling=[5e6], eligibility__minimum_employees_besides_directors=[1, 10]),
    _sometimes(eligibility__levy_payers_excluded=[True], qualifying__accredited_only=[True, False]),
    _sometimes(clawback__rate=[0.5, 1]),
)
RATES = _any_of(
    _sometimes(additional_deduction_by_size__small=[0.2], additional_deduction_by_size__large=[0.1, 0.5]),
    _sometimes(uplifts__accredited=[0.2], uplifts__green=[0.5], uplifts__combination=["sum", "highest"]),
    _sometimes(maximum_additional_deduction=[0.4, 0.8]),
)
LOSSES = st.just({}) | st.sampled_from(
    [
        {"losses__treatment": "none"},
        {"losses__allow_carry_back": False, "losses__allow_group_relief": False},
        {"losses__treatment": "surrender", "losses__surrender_rate": 0.145, "payable__notional_tax_rate": 0.1},
    ]
)
CREDIT = st.just({}) | st.fixed_dictionaries(
    {
        "form": st.just("credit"),
        "credit_rate": st.sampled_from([0.1, 0.3]),
        "credit_taxable": st.booleans(),
        "payable__notional_tax_rate": st.sampled_from([0, 0.25]),
        "payable__cap_fixed": st.just(1_000),
        "payable__cap_multiple_of_paye_and_nic": st.just(0.1),
    }
)
CASH = _sometimes(cash_option__rate=[0.05, 0.3], cash_option__spend_limit=[5_000, 1e6])
BASELINE = _sometimes(incremental__enabled=[True], incremental__years=[1, 3], incremental__share_of_baseline=[0.5, 1])
END = _sometimes(end=["2029-04-01", "2030-01-01"], straddle=["by_date_incurred", "day_weighted"])
HEADS_COUNTED = st.sampled_from([HEADS[:1], HEADS[:3], HEADS]).map(lambda heads: {"heads": heads})
DEDUCTIONS = _any_of(HEADS_COUNTED, LIMITS, CONDITIONS, RATES, END)
DESIGNS = _any_of(DEDUCTIONS, LOSSES, CREDIT, CASH, BASELINE)


def _cost(switches: dict[str, Any], behaviour: str = "none", baseline: Any = ()) -> CostingResult:
    return cost(design(**switches), baseline=baseline, population=PEOPLE, behaviour=behaviour)


def _whole(result: CostingResult) -> float:
    """The static effect of all years together: relief moves between them with losses carried back and forward."""
    return sum(result.static)


@A_FEW
@given(DESIGNS)
def test_the_steps_of_any_design_add_up_and_so_do_its_heads_and_tax_and_spending(switches):
    result = _cost(switches, behaviour="high")
    assert np.sum([step.effect for step in result.steps], axis=0) == pytest.approx(result.post_behavioural, abs=PENNY)
    assert np.add(result.tax, result.spending) == pytest.approx(result.post_behavioural, abs=PENNY)
    heads = np.sum(list(result.by_head.values()), axis=0) if result.by_head else np.zeros(len(result.years))
    assert heads == pytest.approx(result.static, abs=PENNY)
    assert min(result.training.get("induced", (0,))) >= 0


@A_FEW
@given(DESIGNS)
def test_any_design_at_a_rate_of_nothing_is_current_law_to_the_penny(switches):
    rates = [name for name in switches if "deduction_by_size" in name or "uplifts" in name]
    none = {name: one for name, one in switches.items() if name not in {*rates, "credit_rate"}}
    result = _cost(none | {"additional_deduction": 0, "credit_rate": 0}, behaviour="high")
    assert result.post_behavioural == pytest.approx([0] * 6, abs=PENNY)
    assert result.spending == pytest.approx([0] * 6, abs=PENNY)


@A_FEW
@given(DEDUCTIONS, st.sampled_from([(0.1, 0.3), (0.3, 1.0), (1.0, 3.0)]))
def test_a_higher_rate_never_lowers_the_static_cost_of_a_deduction(switches, rates):
    low, high = (_whole(_cost(switches | {"additional_deduction": rate})) for rate in rates)
    assert high <= low + PENNY


@A_FEW
@given(_any_of(HEADS_COUNTED, LIMITS, CONDITIONS, CREDIT, END).filter(lambda switches: "form" in switches))
def test_a_higher_rate_never_lowers_the_static_cost_of_a_credit(switches):
    low, high = (_whole(_cost(switches | {"credit_rate": rate})) for rate in (0.1, 0.3))
    assert high <= low + PENNY


@A_FEW
@given(_any_of(DEDUCTIONS, CREDIT), BASELINE.filter(bool))
def test_relief_above_a_baseline_never_costs_more_than_relief_for_all(switches, baseline):
    assert _whole(_cost(switches | baseline)) >= _whole(_cost(switches)) - PENNY


@A_FEW
@given(_any_of(HEADS_COUNTED, CONDITIONS, RATES, CREDIT, END), LIMITS.filter(bool))
def test_a_cap_never_raises_the_cost(switches, caps):
    assert _whole(_cost(switches | caps)) >= _whole(_cost(switches)) - PENNY


@A_FEW
@given(DEDUCTIONS)
def test_surrender_moves_cost_from_tax_to_spending(switches):
    surrender = {"losses__treatment": "surrender", "losses__surrender_rate": 0.145}
    ordinary, given_up = _cost(switches), _cost(switches | surrender)
    assert sum(ordinary.spending) == 0
    assert sum(given_up.spending) < 0
    assert sum(given_up.tax) >= sum(ordinary.tax) - PENNY


@A_FEW
@given(DESIGNS, DESIGNS)
def test_the_cost_of_one_design_over_another_is_the_difference_of_their_costs(one, other):
    # Each sets every switch that the other does, so that laid upon one another they are what they are alone.
    clash = {"end", "heads"}
    shared = {name: one[name] for name in clash & set(one)}
    first, second = ({name: value for name, value in each.items() if name not in clash} | shared for each in (one, other))
    both = first | second
    over = _cost(both, behaviour="central", baseline=design(**first))
    whole, part = _cost(both, behaviour="central"), _cost(first, behaviour="central")
    for row in ("static", "post_behavioural", "without_response", "spending"):
        by_hand = np.subtract(getattr(whole, row), getattr(part, row))
        assert getattr(over, row) == pytest.approx(by_hand, rel=1e-9, abs=1e-7), row
