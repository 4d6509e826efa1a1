"""Costings on a cash basis: dates and amounts worked out by hand, and the bridge to them from accruals.

A record stands for a million companies, so that £1 a company is £1m. £10,000 of fees with 30% extra is worth £750 at 25%.
"""

from __future__ import annotations

import collections
import dataclasses
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given

from openfisca_goodwork.costing import cost
from openfisca_goodwork.costing.payments import accrued_shares
from openfisca_goodwork.law.payment import instalments, payment_terms
from openfisca_goodwork.law.periods import AccountingPeriod, add_months
from openfisca_goodwork.system import current_law
from tests.costing.designs import design, written
from tests.costing.test_costing import population, reform
from tests.costing.test_design_properties import A_FEW, DESIGNS, PEOPLE

ORDINARY, LARGE, VERY_LARGE = 1e6, 5e6, 5e7
PENNY = 1e-8  # of £ million


@pytest.fixture(autouse=True, scope="module")
def _own_cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOODWORK_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def in_cash(given, people, **options):
    return cost(given, population=people, **({"behaviour": "none", "basis": "cash"} | options))


@pytest.mark.parametrize(
    ("profit", "expected"),
    [
        # Due on 1 October 2028 for 2027.
        (ORDINARY, [0, 0, -750, -750, -750, -750]),
        # For 2027 a quarter each on 14 July and October 2027, 14 January and April 2028.
        (LARGE, [0, -562.5, -750, -750, -750, -750]),
        # A quarter each on 14 March, June, September and December 2027.
        (VERY_LARGE, [-187.5, -750, -750, -750, -750, -750]),
    ],
)
def test_a_company_in_calendar_years_saves_when_its_tax_is_due(profit, expected):
    result = in_cash(design(), population([profit], [10_000.0]))
    assert result.static == pytest.approx(expected, abs=1e-6)


def test_of_a_period_under_way_at_the_start_the_part_from_then_on_is_relieved_and_each_instalment_is_less():
    result = in_cash(reform(), population([VERY_LARGE], [10_000.0]))
    first = 750 * 275 / 365
    assert result.static == pytest.approx([-first / 4, -first * 3 / 4 - 187.5, -750, -750, -750, -750], abs=1e-6)


def test_a_large_company_in_march_years_pays_half_of_a_period_after_it():
    people = dataclasses.replace(population([LARGE], [10_000.0]), end_month=3)
    # The year to 31 March 2028: 14 October 2027, 14 January, 14 April and 14 July 2028.
    assert in_cash(reform(), people).static == pytest.approx([0, -375, -750, -750, -750, -750], abs=1e-6)


def test_a_relief_that_takes_a_company_out_of_instalments_delays_all_of_its_tax_once():
    result = in_cash(design(), population([1_502_000.0], [10_000.0]))
    # Without it £375,500 a year in instalments, three of 2027 within 2027-28; with it £374,750 on 1 October 2028.
    assert result.static == pytest.approx([0, -0.75 * 375_500, -750, -750, -750, -750], abs=1e-6)
    assert result.bridge.accruals == pytest.approx([-187.5, -750, -750, -750, -750, -750], abs=1e-6)


def test_a_credit_paid_out_is_cash_twelve_months_after_the_period_or_when_it_is_assumed_to_be():
    people, credit = population([-50_000.0], [10_000.0]), design(form="credit")
    assert in_cash(credit, people).spending == pytest.approx([0, 0, -1_500, -1_500, -1_500, -1_500], abs=1e-6)
    sooner = ["assumptions.timing.payment.credit_months_after_end@2000-01-01=2"]
    earlier = in_cash(credit, people, settings=sooner)
    assert earlier.spending == pytest.approx([0, -1_500, -1_500, -1_500, -1_500, -1_500], abs=1e-6)
    assert earlier.bridge.timing["credits"] == pytest.approx([375, 0, 0, 0, 0, 0], abs=1e-6)


@pytest.mark.parametrize(("months", "expected"), [(12, [0, 0, -380, -190]), (3, [0, -190, -190, -190])])
def test_tax_repaid_for_a_loss_carried_back_has_a_date_of_its_own(months, expected):
    people = population([1_000.0], [10_000.0], claims_loss_carry_back=[1.0])
    settings = [f"assumptions.timing.payment.repayment_months_after_end@2000-01-01={months}"]
    # Of 2027 both £190 less on 1 October 2028 and £190 of 2026 back, on 31 December 2028 or 31 March 2028.
    assert in_cash(reform(), people, years="2026-27:2029-30", settings=settings).static == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("is_large", "very_large", "expected"),
    [
        ("true", 0, [0, -562.5, -750]),
        ("true", 1, [-187.5, -750, -750]),
        ("true", 0.5, [-93.75, -656.25, -750]),
        ("false", 1, [0, 0, -750]),
    ],
)
def test_losses_given_to_the_group_save_tax_when_the_rest_of_it_pays(is_large, very_large, expected):
    people = population([-50_000.0], [10_000.0], loss_absorbed_by_group_share=[1.0])
    values = {"group_is_large": is_large, "group_is_very_large": very_large}
    settings = [f"assumptions.timing.payment.{name}@2000-01-01={value}" for name, value in values.items()]
    result = in_cash(design(), people, years="2026-27:2028-29", settings=settings)
    assert result.static == pytest.approx(expected, abs=1e-6)


def test_to_pay_within_the_period_brings_half_a_year_of_tax_forward_and_changes_no_liability():
    late = written("late", {"payment.thresholds.very_large": 10**13}, start="2019-04-01")
    early = written("early", {"payment.thresholds.very_large": 20_000_000}, start="2019-04-01")
    people, years = population([VERY_LARGE], [0.0]), "2018-19:2021-22"
    result = cost(early, baseline=late, population=people, years=years, basis="cash")
    # At 19% a quarter is £2.375m: of 2020 it falls due on 14 March 2020, before 1 April, and so each year from then on.
    assert result.static == pytest.approx([0, 2_375_000, 2_375_000, 0], abs=1e-6)
    accrued = cost(early, baseline=late, population=people, years=years)
    assert accrued.static == pytest.approx([0] * 4, abs=1e-6)
    assert accrued.bridge == result.bridge
    assert _row(result, "As it accrues") == ["0"] * 4


def test_all_that_accrues_is_paid_in_the_end():
    people = population([ORDINARY, LARGE, VERY_LARGE, 90_000.0], [1e4, 2e4, 3e4, 5e3])
    result = cost(design(end="2028-07-01"), population=people, behaviour="high", years="2018-19:2031-32")
    assert sum(result.bridge.accruals) < -1_000
    assert sum(result.bridge.cash) == pytest.approx(sum(result.bridge.accruals), abs=1e-6)
    for moved in result.bridge.timing.values():
        assert sum(moved) == pytest.approx(0, abs=1e-6)


RANGES = ("public_money_per_extra_pound_range", "whole_cost_per_extra_pound_range")


@A_FEW
@given(DESIGNS)
def test_the_bridge_of_any_design_adds_up_to_the_penny_and_steps_and_heads_to_its_ends(switches):
    on_accruals, on_cash = (cost(design(**switches), population=PEOPLE, basis=one) for one in ("accruals", "cash"))
    bridge = on_accruals.bridge
    assert bridge.accruals == pytest.approx(on_accruals.post_behavioural, abs=PENNY)
    assert bridge.cash == pytest.approx(on_cash.post_behavioural, abs=PENNY)
    assert np.add(bridge.accruals, np.sum(list(bridge.timing.values()), axis=0)) == pytest.approx(bridge.cash, abs=PENNY)
    assert on_cash.bridge == bridge
    assert np.add(on_cash.tax, on_cash.spending) == pytest.approx(on_cash.post_behavioural, abs=PENNY)
    heads = np.sum(list(on_cash.by_head.values()), axis=0) if on_cash.by_head else np.zeros(len(on_cash.years))
    assert heads == pytest.approx(on_cash.static, abs=PENNY)
    # Its ranges are those of the effect on the basis asked for; everything else of it accrues, whatever the basis.
    values = [
        {name: of for name, of in one.value_for_money().items() if name not in RANGES} for one in (on_cash, on_accruals)
    ]
    assert values[0] == values[1]


@A_FEW
@given(DESIGNS, DESIGNS)
def test_the_cash_of_one_design_over_another_is_the_difference_of_their_cash(one, other):
    clash = {"end", "heads"}
    shared = {name: one[name] for name in clash & set(one)}
    first, second = ({name: value for name, value in each.items() if name not in clash} | shared for each in (one, other))
    over = cost(design(**first | second), baseline=design(**first), population=PEOPLE)
    whole, part = (cost(design(**each), population=PEOPLE) for each in (first | second, first))
    assert over.bridge.cash == pytest.approx(np.subtract(whole.bridge.cash, part.bridge.cash), rel=1e-9, abs=1e-7)


def test_the_same_costing_in_cash_is_the_same_to_the_last_digit():
    first, again = (in_cash(design(end="2029-04-01"), PEOPLE, behaviour="high") for _ in range(2))
    assert first.to_dict() == again.to_dict()
    assert "--basis cash" in first.command
    assert first.to_dict()["basis"] == "cash"


# How many months before the month of payment its tax counts, by the rule of the National Accounts since February 2017.
MOVED_BACK = {"ordinary": range(10, 22), "large": range(4, 7), "very_large": range(3)}


def moved_back(regime, start, end):
    """Share of a period's tax by month (year × 12 + month), each payment that the law gives moved back by the rule."""
    result = collections.Counter()
    for one in instalments(1.0, regime, start, end, payment_terms(current_law(), start)):
        paid, months = one.due.year * 12 + one.due.month, MOVED_BACK[regime]
        for before in months:
            result[paid - before] += one.amount / len(months)
    return result


@pytest.mark.parametrize("start", [date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1)])
def test_the_payments_of_twelve_months_moved_back_by_the_national_accounts_rule_fall_evenly_on_those_months(start):
    end = add_months(start, 12) - timedelta(1)
    first = start.year * 12 + start.month
    for regime in MOVED_BACK:
        assert moved_back(regime, start, end) == pytest.approx(dict.fromkeys(range(first, first + 12), 1 / 12))
    by_year = collections.Counter()
    for month, share in moved_back("large", start, end).items():
        by_year[(month - 4) // 12] += share
    assert accrued_shares(AccountingPeriod(start, end)) == pytest.approx(by_year)


def test_a_short_period_of_a_company_in_instalments_accrues_over_its_own_months_by_the_rule_too():
    for regime in ("large", "very_large"):
        assert moved_back(regime, date(2026, 1, 1), date(2026, 6, 30)) == pytest.approx(
            dict.fromkeys(range(2026 * 12 + 1, 2026 * 12 + 7), 1 / 6)
        )
    assert accrued_shares(AccountingPeriod(date(2026, 1, 1), date(2026, 6, 30))) == pytest.approx({2025: 0.5, 2026: 0.5})
    # 10 to 21 months before 1 April 2027 reach back before such a period; its tax does not.
    assert min(moved_back("ordinary", date(2026, 1, 1), date(2026, 6, 30))) == 2025 * 12 + 7


@pytest.mark.parametrize("profit", [ORDINARY, LARGE, VERY_LARGE])
@pytest.mark.parametrize("end_month", [3, 6, 12])
def test_cash_never_runs_ahead_of_accruals_and_both_come_to_the_same_in_all(profit, end_month):
    people = dataclasses.replace(population([profit], [10_000.0]), end_month=end_month)
    result = cost(design(end="2029-04-01"), population=people, behaviour="none", years="2026-27:2031-32")
    accrued, paid = np.cumsum(result.bridge.accruals), np.cumsum(result.bridge.cash)
    assert np.all(paid >= accrued - PENNY)  # both are costs
    assert paid[-1] == pytest.approx(accrued[-1])
    assert sum(result.value.costs["exchequer_cost"]) == pytest.approx(-sum(result.post_behavioural))


def test_the_tax_of_companies_of_every_size_accrues_alike():
    """£10,000 × 30% × 25% × 1m companies; a quarter of the first period, calendar 2027, is before April 2027."""
    for profit in (ORDINARY, LARGE, VERY_LARGE):
        result = cost(design(), population=population([profit], [10_000.0]), behaviour="none")
        assert result.static == pytest.approx([-187.5, *[-750] * 5])


def test_the_summary_shows_the_other_basis_and_what_lies_between():
    people = population([LARGE], [10_000.0])
    on_accruals, on_cash = (cost(design(), population=people, behaviour="none", basis=one) for one in ("accruals", "cash"))
    assert _row(on_accruals, "As it falls due (cash)") == ["0", "-560", *["-750"] * 4]  # 562.5
    assert _row(on_accruals, "Difference: dates of payment") == ["+190", "+190", "0", "0", "0", "0"]
    assert _row(on_cash, "As it accrues") == ["-190", *["-750"] * 5]
    assert "Tax counts in the year in which it falls due." in on_cash.summary()


def _row(result, label):
    """The cells of a line of the summary."""
    line = next(line for line in result.summary().splitlines() if line.strip().startswith(label))
    return line.strip().removeprefix(label).split()
