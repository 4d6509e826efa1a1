"""What must be true of the law for every company, and one very large company to the penny."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openfisca_goodwork import system
from openfisca_goodwork.law.capital_allowances import PARTS
from openfisca_goodwork.law.human_investment import HEADS, inclusion_path
from openfisca_goodwork.law.periods import AccountingPeriod
from openfisca_goodwork.law.plant import CLASSES
from openfisca_goodwork.system import DatedValue

LAW = system.current_law()
PROFIT = "trading_profit_before_capital_allowances"
BOUNDED = settings(max_examples=40, deadline=None, derandomize=True)
WITH_LIMITS = ((date(2010, 4, 1), date(2015, 3, 31)), (date(2023, 4, 1), date(2033, 12, 31)))
OFF = DatedValue(date(2010, 4, 1), 0)

labels = st.integers(2011, 2033)
associates = st.integers(0, 6)
pounds = st.floats(0, 3e6, allow_subnormal=False).map(lambda amount: round(amount, 2))


@st.composite
def periods(draw: Any) -> tuple[date, date]:
    """Any accounting period of up to a year within the law of the charge."""
    start = draw(st.dates(date(2010, 4, 1), date(2032, 12, 31)))
    return start, date.fromordinal(start.toordinal() + draw(st.integers(0, 364)))


def found(names: list[str], period: tuple[date, date] | int, law: Any = LAW, **inputs: Any) -> list[np.ndarray]:
    """Outputs of companies given as arrays, all with one accounting period."""
    count = max(np.size(value) for value in inputs.values())
    given_inputs = {name: np.broadcast_to(np.asarray(value), count) for name, value in inputs.items()}
    label = period if isinstance(period, int) else period[1].year
    if not isinstance(period, int):
        for name, day in zip(("accounting_period_start", "accounting_period_end"), period, strict=True):
            given_inputs[name] = np.full(count, np.datetime64(day))
    built = system.simulation(law, {label: given_inputs}, count)
    return [built.calculate(name, label) for name in names]


def with_relief(rate: float) -> Any:
    """The law with the proposed relief from April 2027 on every head of cost."""
    start = date(2027, 4, 1)
    values = {inclusion_path(head): [OFF, DatedValue(start, 1)] for head in HEADS}
    return system.with_values(LAW, values | {"human_investment.additional_deduction": [OFF, DatedValue(start, rate)]})


RELIEFS = {rate: with_relief(rate) for rate in (0.0, 0.1, 0.3, 0.75, 2.0)}


@BOUNDED
@given(periods(), associates, pounds)
def test_more_profit_never_means_less_tax_nor_more_tax_than_profit(period, others, distributions):
    profits = np.linspace(0, 2_000_000, 401)
    (tax,) = found(
        ["corporation_tax"], period, **{PROFIT: profits}, associated_companies=others, exempt_distributions=distributions
    )
    assert (np.diff(tax) >= -1e-9).all()
    assert (tax <= profits * 0.30).all()


@BOUNDED
@given(periods(), associates, st.sampled_from([0.0, 0.0, 12_345.67]))
def test_tax_does_not_jump_at_any_limit(period, others, distributions):
    limits = found(["marginal_relief_lower_limit", "marginal_relief_upper_limit"], period, associated_companies=[others])
    # Where a change of limits cuts the period, the limit is met by the part's share of profits.
    shares = [AccountingPeriod(*period).share(*part) for part in WITH_LIMITS]
    edges = [limit[0] / share - less for limit in limits for share in shares if share for less in (0, distributions)]
    profits = np.sort(np.clip([edge + step for edge in edges for step in (-0.01, -1e-6, 0, 1e-6, 0.01)], 0, None))
    if profits.size:
        (tax,) = found(
            ["corporation_tax"], period, **{PROFIT: profits}, associated_companies=others, exempt_distributions=distributions
        )
        assert (np.diff(tax) <= np.diff(profits) * 0.40 + 1e-7).all()


@BOUNDED
@given(periods(), associates)
def test_the_next_pound_is_taxed_within_the_rates_of_the_period(period, others):
    profits = np.linspace(1, 2_500_000, 301)
    (marginal,) = found(["marginal_tax_rate"], period, **{PROFIT: profits}, associated_companies=others)
    leaves = system.leaf_parameters(LAW)
    days = [date.fromordinal(day) for day in range(period[0].toordinal(), period[1].toordinal() + 1)]

    def values(path: str) -> list[float]:
        return [leaves[f"corporation_tax.{path}"](day.isoformat()) for day in {days[0], days[-1]}]

    assert marginal.min() >= min(values("small_profits_rate") + values("main_rate")) - 1e-9
    assert marginal.max() <= max(values("main_rate")) + max(values("marginal_relief.fraction")) + 1e-9


@BOUNDED
@given(periods(), associates, pounds, pounds)
def test_companies_that_share_the_limits_pay_together_what_one_with_all_their_profits_would(
    period, others, profits, dividends
):
    (alone,) = found(
        ["corporation_tax"], period, **{PROFIT: [profits * (1 + others)]}, exempt_distributions=dividends * (1 + others)
    )
    (each,) = found(
        ["corporation_tax"], period, **{PROFIT: [profits]}, exempt_distributions=dividends, associated_companies=others
    )
    assert each[0] * (1 + others) == pytest.approx(alone[0], abs=1e-6)


@BOUNDED
@given(st.lists(pounds, min_size=6, max_size=6), pounds, pounds, pounds, pounds, st.sampled_from(sorted(RELIEFS)))
def test_the_deduction_is_the_sum_of_its_heads_and_never_negative(spent, levy, connected, grants, research, rate):
    names = ["human_investment_deduction", *(f"human_investment_deduction_{head}" for head in HEADS)]
    names.append("qualifying_training_expenditure")
    heads = {head: [amount] for head, amount in zip(HEADS, spent, strict=True)}
    whole, *parts, qualifying = found(
        names,
        2027,
        RELIEFS[rate],
        **heads,
        levy_funded_training=levy,
        training_from_connected_parties=connected,
        training_grants_received=grants,
        training_in_research_and_development=research,
    )
    assert min(float(part[0]) for part in parts) >= 0
    assert sum(part[0] for part in parts) == pytest.approx(whole[0], abs=1e-6)
    assert whole[0] == pytest.approx(rate * qualifying[0], abs=1e-6)
    left = max(sum(spent) - min(levy + connected, sum(spent)) - grants - research, 0) if rate else 0
    assert qualifying[0] == pytest.approx(left * 275 / 365, abs=1e-5)


@BOUNDED
@given(st.integers(2027, 2033), pounds, associates)
def test_a_higher_rate_of_relief_never_raises_the_tax_of_the_period(label, fees, others):
    profits = np.linspace(-500_000, 3_000_000, 101)
    inputs = {PROFIT: profits, "external_course_fees": fees, "associated_companies": others}
    taxes = [found(["corporation_tax"], label, RELIEFS[rate], **inputs)[0] for rate in sorted(RELIEFS)]
    assert all((higher <= lower + 1e-9).all() for lower, higher in pairwise(taxes))
    np.testing.assert_array_equal(taxes[0], found(["corporation_tax"], label, LAW, **inputs)[0])


POOLED = ("main_pool", "special_rate_pool")
# The super-deduction gives more than was spent.
ALLOWANCES = [name for name in PARTS if name not in {"super_deduction", "structures_and_buildings_allowance"}]
SPENDING = list(CLASSES)


@BOUNDED
@given(
    st.dates(date(2023, 4, 1), date(2032, 12, 31)),
    st.integers(0, 364),
    st.lists(pounds, min_size=len(SPENDING), max_size=len(SPENDING)),
    st.lists(pounds, min_size=4, max_size=4),
    st.booleans(),
)
def test_every_pound_spent_on_plant_is_relieved_once_or_carried_forward(start, length, spent, pools, ceases):
    period = (start, date.fromordinal(start.toordinal() + length))
    inputs: dict[str, Any] = {name: [amount] for name, amount in zip(SPENDING, spent, strict=True)}
    inputs |= {f"{pool}_brought_forward": amount for pool, amount in zip(POOLED, pools[:2], strict=True)}
    inputs |= {f"{pool}_disposal_value": amount for pool, amount in zip(POOLED, pools[2:], strict=True)}
    inputs["is_final_accounting_period"] = ceases
    names = [*ALLOWANCES, *(f"{pool}_carried_forward" for pool in POOLED), "balancing_charges"]
    *given_and_left, charged = (float(value[0]) for value in found(names, period, **inputs))
    assert min(given_and_left) >= 0
    assert sum(given_and_left) == pytest.approx(sum(spent) + sum(pools[:2]) - sum(pools[2:]) + charged, abs=1e-5)


@BOUNDED
@given(
    periods(),
    st.lists(pounds, min_size=12, max_size=12),
    st.floats(0, 1),
)
def test_the_annual_allowance_keeps_to_its_maximum_and_to_what_was_spent(period, spent, share):
    # One item a month or so, wherever the period lies; what falls outside it is not this period's.
    days = [date.fromordinal(period[0].toordinal() + 30 * place) for place in range(12)]
    label = period[1].year
    dates = {
        "accounting_period_start": np.array([period[0]], "M8[D]"),
        "accounting_period_end": np.array([period[1]], "M8[D]"),
    }
    items = {str(day): {"main_rate_plant_used_on": [amount]} for day, amount in zip(days, spent, strict=True)}
    built = system.simulation(LAW, {label: dates | {"annual_investment_allowance_share": [share]}, **items})
    maximum, claimed, bought, pooled = (
        float(built.calculate(name, label)[0])
        for name in (
            "annual_investment_allowance_maximum",
            "annual_investment_allowance",
            "main_rate_plant_used",
            "main_pool_balance",
        )
    )
    assert 0 <= claimed <= min(maximum, bought) + 1e-6
    assert claimed + pooled == pytest.approx(bought, abs=1e-6)
    # A limit that never falls in the period lets spending on its last day have all of the maximum.
    assert maximum <= 1_000_000 * share + 1e-6


@BOUNDED
@given(st.lists(st.floats(-2e7, 2e7), min_size=4, max_size=4), pounds, pounds, pounds)
def test_losses_are_used_once_or_carried_forward(results, rents, newer, older):
    kinds = {"trading_losses_brought_forward": [newer * 9], "trading_losses_brought_forward_pre_april_2017": [older * 9]}
    inputs = {2024 + n: {PROFIT: [result], "property_profits": [rents]} for n, result in enumerate(results)}
    inputs[2024] |= kinds
    built = system.simulation(LAW, inputs)

    def total(name: str) -> float:
        return sum(float(built.calculate(name, label)[0]) for label in inputs)

    left = sum(float(built.calculate(name.replace("brought", "carried"), 2027)[0]) for name in kinds)
    made = total("trade_loss") + 9 * (newer + older)
    assert left == pytest.approx(
        made - total("trade_loss_set_against_total_profits") - total("trading_losses_used"), abs=1e-5
    )
    for label in inputs:
        used, most = (built.calculate(name, label)[0] for name in ("trading_losses_used", "loss_restriction_maximum"))
        assert 0 <= used <= most + 1e-6
        assert built.calculate("taxable_total_profits", label)[0] >= -1e-6


def test_a_company_of_three_billion_is_right_to_the_penny():
    """The year to 31 December 2026, by hand in exact decimals."""
    pence = Decimal("0.01")
    trading, rents, donations = Decimal("3000000000.37"), Decimal("12345678.90"), Decimal("1000000.01")
    plant, main, special, buildings = (Decimal(x) for x in ("40000000.11", "123456789.01", "9876543.21", "55555555.55"))
    losses = Decimal("2000000000.99")
    annual = Decimal(1_000_000)
    half = (plant - annual) * Decimal("0.5")
    allowances = annual + half + main * Decimal("0.1499") + special * Decimal("0.06") + buildings * Decimal("0.03")
    qualifying = trading - allowances + rents - donations
    most = 5_000_000 + (qualifying - 5_000_000) / 2
    profits = qualifying - min(losses, most)
    inputs = {
        PROFIT: trading,
        "property_profits": rents,
        "qualifying_charitable_donations": donations,
        "special_rate_plant_new": plant,
        "main_pool_brought_forward": main,
        "special_rate_pool_brought_forward": special,
        "structures_and_buildings_brought_forward": buildings,
        "trading_losses_brought_forward": losses,
    }
    right = {
        "capital_allowances": allowances,
        "loss_restriction_maximum": most,
        "taxable_total_profits": profits,
        "corporation_tax": profits * Decimal("0.25"),
        "trading_losses_carried_forward": losses - min(losses, most),
        "main_pool_carried_forward": main * Decimal("0.8501"),
        "special_rate_pool_carried_forward": special * Decimal("0.94") + half,
    }
    values = found(list(right), 2026, **{name: [float(amount)] for name, amount in inputs.items()})
    rounded = {name: Decimal(float(value[0])).quantize(pence) for name, value in zip(right, values, strict=True)}
    assert rounded == {name: amount.quantize(pence) for name, amount in right.items()}
