"""The economics of effective rates: published present values, figures by hand, and what must hold whatever the numbers."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from openfisca_goodwork.effective_rates import formulas

approx = pytest.approx
TAX_FOUNDATION = 0.075  # its nominal discount rate
REAL, PRICES = 0.05, 0.02
share = st.floats(0, 0.95)
small = st.floats(0.001, 0.3)
rates = st.floats(0.01, 1)


# --- present values ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "published"),
    [(0.25, 0.8269), (0.18, 0.7588), (0.20, 0.782)],
)
def test_a_pool_is_worth_what_the_tax_foundation_publishes(rate: float, published: float) -> None:
    assert formulas.declining_balance(rate, TAX_FOUNDATION) == approx(published, abs=5e-4)


@pytest.mark.parametrize(
    ("rate", "published"),
    # The industrial buildings allowance at 4%, 3%, 2%, 1%, and the structures and buildings allowance at 2% and 3%.
    [(0.04, 0.479), (0.03, 0.3914), (0.02, 0.279), (0.01, 0.143), (0, 0)],
)
def test_a_building_is_worth_what_the_tax_foundation_publishes(rate: float, published: float) -> None:
    assert formulas.straight_line(rate, TAX_FOUNDATION) == approx(published, abs=5e-4)


def test_a_pool_is_worth_its_deductions_one_by_one() -> None:
    left, worth = 1.0, 0.0
    for year in range(400):
        worth += 0.18 * left / 1.071**year
        left *= 0.82
    assert formulas.declining_balance(0.18, 0.071) == approx(worth)


def test_a_first_year_allowance_leaves_the_rest_to_the_pool_of_the_next_year() -> None:
    left, worth = 0.6, 0.4
    for year in range(1, 400):
        worth += 0.14 * left / 1.071**year
        left *= 0.86
    assert formulas.first_year_then_balance(0.4, 0.14, 0.071) == approx(worth) == approx(0.798, abs=5e-4)


def test_a_straight_line_is_worth_its_deductions_one_by_one() -> None:
    assert formulas.straight_line(0.04, 0.05) == approx(sum(0.04 / 1.05**year for year in range(25)))


def test_a_super_deduction_is_all_of_the_relief() -> None:
    assert formulas.first_year_then_balance(1.3, 0.18, 0.071) == 1.3


@given(rate=rates, other=rates, interest=small)
def test_a_higher_allowance_is_worth_more_and_none_more_than_the_cost(rate: float, other: float, interest: float) -> None:
    low, high = sorted((rate, other))
    for worth in (formulas.declining_balance, formulas.straight_line):
        assert 0 <= worth(low, interest) <= worth(high, interest) + 1e-12 <= 1 + 2e-12


@given(rate=rates, interest=small)
def test_deductions_are_worth_less_the_dearer_money_is(rate: float, interest: float) -> None:
    assume(rate < 0.999)
    assert formulas.declining_balance(rate, interest) > formulas.declining_balance(rate, interest * 2)


def test_a_building_without_interest_is_worth_its_cost() -> None:
    assert formulas.straight_line(0.03, 0) == 1


# --- rates ---------------------------------------------------------------------------------------------------


def measures(tax_relief: float, tax: float, wear: float) -> tuple[float, float | None, float]:
    needed = formulas.cost_of_capital(tax_relief, tax, REAL, PRICES, wear)
    return needed, formulas.marginal_rate(needed, REAL), formulas.average_rate(tax_relief, tax, REAL, PRICES, wear, 0.2)


def test_a_pool_at_18_percent_under_a_tax_of_19_percent_by_hand() -> None:
    # A = 0.19 × 0.18 × 1.071 / 0.251 = 0.145926; p = 0.854074 × (0.05 + 0.1225) / 0.81 - 0.1225 = 0.059386
    # EATR: R* = 0.15 / 1.05; R = -0.854074 + (0.81 × 0.3225 + 0.854074 × 0.8775) / 1.05
    tax_relief = 0.19 * formulas.declining_balance(0.18, 0.071)
    needed, marginal, average = measures(tax_relief, 0.19, 0.1225)
    assert needed == approx(0.059386, abs=1e-6)
    assert marginal == approx((0.059386 - 0.05) / 0.059386, abs=1e-5)
    value = -0.854074 + (0.81 * 0.3225 + 0.854074 * 0.8775) / 1.05
    assert average == approx((0.15 / 1.05 - value) * 1.05 / 0.2, abs=1e-5)


@pytest.mark.parametrize(
    ("tax_relief", "tax", "wear", "needed", "marginal", "average"),
    [  # figures worked out apart from this program
        (0.19 * 1.30, 0.19, 0.1225, 3.79, -32.1, 9.3),
        (0.19 * 1.30, 0.25, 0.1225, 5.07, 1.4, 19.0),
        (0.25, 0.25, 0.1225, 5.00, 0.0, 18.8),
        (0.25 * 0.7106, 0.25, 0.1225, 6.66, 25.0, 25.0),
        (0.25 * 0.4066, 0.25, 0.0361, 6.70, 25.4, 25.1),
        (0.25 * 1.3, 0.25, 0.20, 2.50, -100.0, 9.4),
        (0.25 * 2.3, 0.25, 0.20, -5.83, None, -21.9),
    ],
)
def test_rates_of_known_cases(
    tax_relief: float, tax: float, wear: float, needed: float, marginal: float | None, average: float
) -> None:
    result = measures(tax_relief, tax, wear)
    assert 100 * result[0] == approx(needed, abs=0.006)
    assert result[1] is None if marginal is None else 100 * (result[1] or 0) == approx(marginal, abs=0.06)
    assert 100 * result[2] == approx(average, abs=0.06)


@given(tax=share, wear=share, real=small, prices=small)
def test_spending_deducted_at_once_is_taxed_at_nothing_at_the_margin(
    tax: float, wear: float, real: float, prices: float
) -> None:
    assert formulas.cost_of_capital(tax, tax, real, prices, wear) == approx(real)


@given(wear=share, real=small, prices=small, earned=st.floats(0.05, 1))
def test_without_tax_there_is_no_effective_tax(wear: float, real: float, prices: float, earned: float) -> None:
    assert formulas.cost_of_capital(0, 0, real, prices, wear) == approx(real)
    assert formulas.average_rate(0, 0, real, prices, wear, earned) == approx(0, abs=1e-9)


@given(tax=share, worth=st.floats(0, 1.5), wear=share, real=small, prices=small)
def test_an_investment_that_just_breaks_even_has_the_marginal_rate_for_its_average(
    tax: float, worth: float, wear: float, real: float, prices: float
) -> None:
    needed = formulas.cost_of_capital(tax * worth, tax, real, prices, wear)
    assume(needed > 0.01)
    average = formulas.average_rate(tax * worth, tax, real, prices, wear, needed)
    assert average == approx(formulas.marginal_rate(needed, real), abs=1e-6)


@given(tax=share, worth=st.floats(0, 1), wear=share, real=small, prices=small)
def test_a_return_without_bound_is_taxed_at_the_rate_itself(
    tax: float, worth: float, wear: float, real: float, prices: float
) -> None:
    assert formulas.average_rate(tax * worth, tax, real, prices, wear, 1e9) == approx(tax, abs=1e-6)


@given(tax=share, worth=st.floats(0, 1), wear=share, real=small)
def test_the_average_rate_lies_between_the_marginal_rate_and_the_rate_itself(
    tax: float, worth: float, wear: float, real: float
) -> None:
    needed = formulas.cost_of_capital(tax * worth, tax, real, PRICES, wear)
    marginal = formulas.marginal_rate(needed, real) or 0.0
    average = formulas.average_rate(tax * worth, tax, real, PRICES, wear, needed + 0.1)
    assert min(marginal, tax) - 1e-9 <= average <= max(marginal, tax) + 1e-9


@given(tax=st.floats(0.01, 0.95), worth=st.floats(0, 1), wear=share, debt=st.floats(0.01, 1))
def test_interest_deducted_makes_investment_cheaper(tax: float, worth: float, wear: float, debt: float) -> None:
    terms = (tax * worth, tax, REAL, PRICES, wear)
    assert formulas.cost_of_capital(*terms, debt) < formulas.cost_of_capital(*terms)
    assert formulas.average_rate(*terms, 0.2, debt) < formulas.average_rate(*terms, 0.2)


@given(tax=st.floats(0.01, 0.5), extra=st.floats(0, 3), wear=share)
def test_an_extra_deduction_lowers_the_cost_of_use_by_tax_times_extra_over_what_tax_leaves(
    tax: float, extra: float, wear: float
) -> None:
    before, after = (
        formulas.user_cost(formulas.cost_of_capital(tax * (1 + one), tax, REAL, PRICES, wear), wear) for one in (0, extra)
    )
    assert after / before - 1 == approx(-tax * extra / (1 - tax))


def test_a_third_of_three_later_periods_leaves_an_eighth_of_a_relief_on_growth() -> None:
    assert (
        formulas.left_after_rolling_baseline(1, 3, 0.071)
        == approx(1 - (1 / 1.071 + 1 / 1.071**2 + 1 / 1.071**3) / 3)
        == approx(0.127, abs=1e-3)
    )


def test_an_employer_who_keeps_half_needs_twice_the_return_and_wear() -> None:
    assert formulas.return_to_society(0.05, 0.2, 0.5) == approx(0.30)
    assert formulas.return_to_society(0.05, 0.2, 1) == approx(0.05)
