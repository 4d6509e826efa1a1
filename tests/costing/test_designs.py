"""Costings of every kind of design for a company or two, each sum worked out by hand.

A record stands for a million companies, so that £1 a company is £1m. Of the years asked for, 2029-30 is the first in which
nothing but the accounting periods of 2029 and 2030 counts, and those are alike.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from openfisca_goodwork import costing
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.human_investment import HEADS
from tests.costing.designs import design, written
from tests.costing.test_costing import INDUCED, population
from tests.costing.tiny_population import TinyPopulation

cost = partial(costing.cost, draws=0)  # the range has tests of its own

FULL, RATES, CAPS = "Full entitlement at the main rate", "Actual tax rates and losses", "Caps and eligibility"
STEADY = 3  # the place of 2029-30 among the years


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GOODWORK_CACHE", str(tmp_path))


def steady(result):
    """Every step in 2029-30."""
    return {step.name: step.effect[STEADY] for step in result.steps}


class Growing(TinyPopulation):
    """Companies whose fees grow by a tenth a year, from £10,000 in 2018."""

    def inputs(self, label: int) -> dict[str, np.ndarray]:
        """The inputs of one label."""
        return super().inputs(label) | {"external_course_fees": np.full(self.records, fees_in(label))}


def fees_in(label):
    return 10_000 * 1.1 ** (label - 2018)


def growing():
    return Growing({"trading_profit_before_capital_allowances": [1e6], "employees": [1e3]}, np.array([1e6]), np.array([0.0]))


def test_a_cap_of_50000_leaves_3750_of_the_6000_that_fees_of_80000_would_have():
    result = cost(design(caps__per_group=50_000), population=population([1e6], [80_000.0]))
    step = steady(result)
    assert step[FULL] == pytest.approx(-0.25 * 0.3 * 80_000)
    assert step[CAPS] == pytest.approx(0.25 * 0.3 * 30_000)
    assert result.static[STEADY] == pytest.approx(-3_750)


def test_above_a_cap_the_price_does_not_move_so_nothing_is_induced_and_what_is_relabelled_gains_nothing():
    result = cost(design(caps__per_group=50_000), population=population([1e6, 1e6], [80_000.0, 40_000.0]))
    # Of the second company alone; 10% relabelled still fits under the cap.
    assert result.training["induced"][STEADY] == pytest.approx(INDUCED * 40_000, rel=1e-6)
    assert steady(result)["Relabelling"] == pytest.approx(-0.1 * 0.075 * 40_000, rel=1e-6)


def test_a_group_too_large_for_a_relief_shows_in_caps_and_eligibility_and_claims_nothing():
    sizes = {"employees": [300.0, 30.0], "turnover": [5e7, 5e6], "balance_sheet_total": [5e7, 5e6]}
    people = population([1e6, 1e6], [10_000.0, 20_000.0], **sizes)
    result = cost(design(eligibility__size="small_and_medium"), population=people)
    assert steady(result)[FULL] == pytest.approx(-750 - 1_500)
    assert steady(result)[CAPS] == pytest.approx(750)
    assert result.static[STEADY] == pytest.approx(-1_500)
    assert result.claimants[STEADY] == pytest.approx(1e6)
    assert result.training["induced"][STEADY] == pytest.approx((0.9**-0.6 - 1) * 20_000, rel=1e-6)


def test_rates_by_size_are_rates_and_no_test_of_eligibility():
    sizes = {"employees": [300.0, 30.0], "turnover": [5e7, 5e6], "balance_sheet_total": [5e7, 5e6]}
    people = population([1e6, 1e6], [10_000.0, 20_000.0], **sizes)
    given = design(additional_deduction=0, additional_deduction_by_size__small=0.4)
    step = steady(cost(given, population=people, behaviour="none"))
    assert step == pytest.approx({FULL: -0.25 * 0.4 * 20_000})


def test_training_that_never_grows_has_no_relief_above_a_rolling_baseline():
    result = cost(design(incremental__enabled=True), population=population([1e6], [10_000.0]))
    assert steady(result)[FULL] == pytest.approx(-750)
    assert steady(result)[CAPS] == pytest.approx(750)
    assert result.post_behavioural == pytest.approx([0] * 6, abs=1e-9)
    assert result.claimants[STEADY] == 0


def test_above_a_rolling_baseline_what_counts_is_more_than_the_mean_of_three_years():
    result = cost(design(incremental__enabled=True), population=growing(), behaviour="none")
    above = {year: fees_in(year) - np.mean([fees_in(year - back) for back in (1, 2, 3)]) for year in (2029, 2030)}
    assert result.static[STEADY] == pytest.approx(-0.075 * (0.75 * above[2029] + 0.25 * above[2030]), rel=1e-9)


@pytest.mark.parametrize(("rate", "lost"), [(0.035, 0.934), (0.07, 0.875)])
def test_one_pound_more_forfeits_later_increments_on_a_baseline_of_three_years(rate, lost):
    settings = [f"assumptions.behaviour.discount_rate@2010-04-01={rate}"]
    result = cost(design(incremental__enabled=True), population=growing(), settings=settings)
    # A third of the £1 is taken from each of the next three years: (1/1.07 + 1/1.07² + 1/1.07³) ÷ 3 = 0.875.
    by_hand = sum((1 + rate) ** -year for year in (1, 2, 3)) / 3
    assert by_hand == pytest.approx(lost, abs=0.0005)
    fall, fees = 0.075 / 0.75 * (1 - by_hand), 0.75 * fees_in(2029) + 0.25 * fees_in(2030)
    assert result.training["induced"][STEADY] == pytest.approx(((1 - fall) ** -0.3 - 1) * fees, rel=1e-6)


def test_on_a_fixed_baseline_one_pound_more_is_relieved_in_full():
    window = {"incremental__fixed_from": "2024-01-01", "incremental__fixed_to": "2025-12-31"}
    given = design(incremental__enabled=True, incremental__base="fixed", **window)
    result = cost(given, population=growing())
    fees = 0.75 * fees_in(2029) + 0.25 * fees_in(2030)
    base = (fees_in(2024) + fees_in(2025)) / 2
    assert result.static[STEADY] == pytest.approx(-0.075 * (fees - base), rel=1e-9)
    assert result.training["induced"][STEADY] == pytest.approx(INDUCED * fees, rel=1e-6)


def test_a_baseline_from_before_the_population_is_refused_in_words():
    inclusion = {f"human_investment.qualifying.{head}.inclusion": 1 for head in HEADS}
    switches = {"human_investment.additional_deduction": 0.3, "human_investment.incremental.enabled": True}
    early = written("early", {**inclusion, **switches}, start="2020-04-01")
    with pytest.raises(GoodworkError, match="reaches back to those of 2017: the population begins with those of 2018"):
        cost(early, population=growing(), years="2020-21:2025-26")


def test_below_a_fixed_baseline_nothing_moves():
    class Cut(TinyPopulation):
        def inputs(self, label):
            return super().inputs(label) | {"external_course_fees": np.full(1, 20_000.0 if label < 2026 else 10_000.0)}

    window = {"incremental__fixed_from": "2024-01-01", "incremental__fixed_to": "2025-12-31"}
    people = Cut({"trading_profit_before_capital_allowances": [1e6]}, np.array([1e6]), np.array([0.0]))
    result = cost(design(incremental__enabled=True, incremental__base="fixed", **window), population=people)
    assert result.post_behavioural == pytest.approx([0] * 6, abs=1e-9)
    assert result.training["induced"] == pytest.approx([0] * 6, abs=1e-9)


def test_a_taxable_credit_is_tax_where_it_is_set_off_and_spending_where_it_is_paid():
    given = design(form="credit", payable__notional_tax_rate=0.25)
    both = cost(given, population=population([1e6, -50_000.0], [10_000.0, 10_000.0]), behaviour="none")
    # 15% of 10,000 is 1,500. In profit: set off, and taxed at 25%. In loss: a quarter is held back and the rest paid.
    assert steady(both)[FULL] == pytest.approx(-2 * (1_500 - 375))
    assert both.tax[STEADY] == pytest.approx(-1_125)
    assert both.spending[STEADY] == pytest.approx(-1_125)
    assert sum(effects[STEADY] for effects in both.by_head.values()) == pytest.approx(-2_250)


def test_a_credit_lowers_the_price_of_one_more_pound_like_a_deduction_of_the_same_worth():
    # 10% untaxed is 10p: against 75p, a fall of 13 1/3%.
    given = design(form="credit", credit_rate=0.1, credit_taxable=False)
    result = cost(given, population=population([1e6], [10_000.0]))
    assert result.training["induced"][STEADY] == pytest.approx(((65 / 75) ** -0.3 - 1) * 10_000, rel=1e-6)


def test_cash_instead_of_a_deduction_is_spending_and_its_choice_a_matter_of_actual_rates():
    given = design(cash_option__rate=0.4, cash_option__spend_limit=50_000)
    result = cost(given, population=population([-500_000.0], [80_000.0]))
    # In loss the deduction saves nothing: 40p on the first 50,000 instead.
    assert steady(result)[FULL] == pytest.approx(-0.25 * 0.3 * 80_000)
    assert steady(result)[RATES] == pytest.approx(-20_000 + 6_000)
    assert result.static[STEADY] == pytest.approx(-20_000)
    assert result.spending[STEADY] == pytest.approx(-20_000 * 1.2)  # incorrect claims: 10%, twice over
    assert result.training["induced"][STEADY] == pytest.approx(0, abs=1e-6)
    assert result.by_head["external_course_fees"][STEADY] == pytest.approx(-20_000)


def test_within_the_limit_of_the_cash_option_one_more_pound_brings_its_cash():
    given = design(cash_option__rate=0.4, cash_option__spend_limit=50_000)
    result = cost(given, population=population([-500_000.0], [10_000.0]))
    # In loss, nothing is saved otherwise: a fall of 40% from £1.
    assert result.training["induced"][STEADY] == pytest.approx((0.6**-0.3 - 1) * 10_000, rel=1e-6)


def test_a_loss_given_up_is_paid_for_and_counts_as_spending():
    given = design(losses__treatment="surrender", losses__surrender_rate=0.145)
    result = cost(given, population=population([-50_000.0], [10_000.0]), behaviour="none")
    assert result.spending[STEADY] == pytest.approx(-0.145 * 3_000)
    assert result.tax[STEADY] == pytest.approx(0, abs=1e-9)


def test_a_deduction_that_may_make_no_loss_is_missing_in_the_step_of_rates_and_losses():
    result = cost(design(losses__treatment="none"), population=population([1_000.0], [10_000.0]), behaviour="none")
    # 3,000 at the main rate; the profit of 1,000 can take 1,000 of it, at 19%.
    assert steady(result) == pytest.approx({FULL: -750, RATES: 750 - 190})


def test_good_work_conditions_go_by_what_a_company_is():
    people = population([1e6, 1e6], [10_000.0, 20_000.0], share_paid_below_real_living_wage=[0.3, 0.0])
    conditions = written("conditions", {"good_work.conditions.maximum_share_below_living_wage": 0.05})
    result = cost([design(good_work__required=True), conditions], population=people, behaviour="none")
    assert steady(result) == pytest.approx({FULL: -750 - 1_500, CAPS: 750})


def test_training_that_the_levy_pays_for_comes_off_and_the_summary_says_how_the_survey_is_read():
    result = cost(design(), population=population([1e6], [10_000.0], levy_funded_training=[4_000.0]))
    assert result.static[STEADY] == pytest.approx(-0.075 * 6_000)
    assert result.training["induced"][STEADY] == pytest.approx(INDUCED * 6_000, rel=1e-6)
    assert result.survey_includes_levy is False
    assert "taken to be no part of what employers say they spend" in " ".join(result.summary().split())
    counted = cost(design(qualifying__exclude_levy_funded=False), population=population([1e6], [10_000.0]))
    assert counted.survey_includes_levy is None
    assert "survey_includes_levy" not in counted.summary()


def test_before_an_end_5_percent_of_the_last_year_comes_forward_and_is_missing_from_the_next():
    result = cost(design(end="2029-01-01"), population=population([1e6], [10_000.0]))
    retiming = next(step.effect for step in result.steps if step.name == "Retiming")
    # 500 moves from 2029 to 2028: 30% at 25% more relief, and its ordinary deduction a year earlier.
    lost_in_2028, back_in_2029 = 500 * (0.075 + 0.25), 500 * 0.25
    by_hand = [0, -lost_in_2028 / 4, -lost_in_2028 * 3 / 4 + back_in_2029 / 4, back_in_2029 * 3 / 4, 0, 0]
    assert retiming == pytest.approx(by_hand, rel=1e-9)


def test_an_end_within_an_accounting_period_is_counted_by_its_days():
    result = cost(design(end="2029-04-01"), population=population([1e6], [10_000.0]), years="2027-28:2031-32")
    retiming = next(step.effect for step in result.steps if step.name == "Retiming")
    # 275 of 366 days of 2028 and 90 of 365 days of 2029 are the last year; the ordinary deduction comes and goes.
    moved = 0.05 * 10_000 * (275 / 366 + 90 / 365)
    assert sum(retiming) == pytest.approx(-0.075 * moved, rel=1e-9)


@pytest.mark.parametrize(("level", "share"), [("none", 0), ("low", 0), ("central", 0.05), ("high", 0.15)])
def test_retiming_goes_by_the_level_of_behaviour(level, share):
    result = cost(design(end="2029-01-01"), population=population([1e6], [10_000.0]), behaviour=level)
    retiming = sum(sum(step.effect) for step in result.steps if step.name == "Retiming")
    assert retiming == pytest.approx(-0.075 * share * 10_000, rel=1e-9)


def test_a_relief_without_an_end_has_no_retiming():
    result = cost(design(), population=population([1e6], [10_000.0]))
    assert "Retiming" not in steady(result)
    assert not any("retiming" in path for path in result.assumptions)


def test_a_reform_brings_its_own_response():
    own = {
        "assumptions.behaviour.elasticity.central": 1.0,
        "assumptions.behaviour.relabelling.central": 0.02,
        "assumptions.take_up.central.later_years": 0.5,
    }
    response = written("response", own, start="2026-01-01")
    result = cost([design(), response], population=population([1e6], [10_000.0]))
    assert result.training["induced"][STEADY] == pytest.approx((1 / 0.9 - 1) * 10_000, rel=1e-6)
    assert steady(result)["Relabelling"] == pytest.approx(-0.02 * 750, rel=1e-6)
    late = cost([design(), response], population=population([1e6], [10_000.0], draw=0.6), behaviour="none")
    assert late.static[5] == 0


def test_heads_share_a_capped_effect_as_they_qualify():
    people = population([1e6], [30_000.0], trainer_pay=[90_000.0])
    result = cost(design(heads=(HEADS[0], HEADS[2]), caps__per_group=40_000), population=people)
    assert result.by_head["external_course_fees"][STEADY] == pytest.approx(-0.075 * 10_000)
    assert result.by_head["trainer_pay"][STEADY] == pytest.approx(-0.075 * 30_000)
