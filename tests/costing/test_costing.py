"""Costings of a handful of companies, each sum worked out by hand."""

from __future__ import annotations

import dataclasses
from functools import partial

import numpy as np
import pytest

from openfisca_goodwork import costing
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.human_investment import HEADS
from openfisca_goodwork.policy import parse
from tests.costing.tiny_population import TinyPopulation

cost = partial(costing.cost, draws=0)  # the range has tests of its own

MAIN = "human-investment-super-deduction"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GOODWORK_CACHE", str(tmp_path))


# At 25%, 30% extra takes a tenth off the price of £1 of training; large companies respond with an elasticity of 0.3.
INDUCED = 0.9**-0.3 - 1


def population(profits, fees, *, weight=1_000_000.0, draw=0.0, **more):
    """Large companies, unless their employees are given."""
    count = len(profits)
    facts = {"trading_profit_before_capital_allowances": profits, "external_course_fees": fees}
    facts |= {"employees": [1_000.0] * count} | more
    return TinyPopulation(facts, np.full(count, weight), np.full(count, draw))


def reform(name="fees", rate=0.3, start="2027-04-01", extra=""):
    others = HEADS[1:]
    none = "".join(f"  human_investment.qualifying.{head}.inclusion: {{{start}: 0}}\n" for head in others)
    return parse(
        f"reform: {name}\ntitle: {name}\nsummary: Fees only.\nstatus: proposal\nsource: A test.\nrequires: '>=0.1'\n"
        f"parameters:\n  human_investment.additional_deduction: {{{start}: {rate}}}\n"
        f"  human_investment.qualifying.external_course_fees.inclusion: {{{start}: 1}}\n{none}{extra}",
        name=name,
    )


def test_a_million_companies_at_25_percent_with_10000_of_fees_cost_750m_a_year_spread_over_the_months_of_each_period():
    result = cost(reform(), population=population([1e6], [10_000.0]), behaviour="none")
    full, first = 0.25 * 0.3 * 10_000, 0.25 * 0.3 * 10_000 * 275 / 365
    expected = [-first / 4, -(first * 3 / 4 + full / 4), -full, -full, -full, -full]
    assert result.static == pytest.approx(expected, rel=1e-12)


def test_a_year_before_the_start_has_a_cost_because_december_periods_began_in_january():
    result = cost(reform(), population=population([1e6], [10_000.0]), behaviour="none")
    assert result.financial_years[0] == "2026-27"
    assert result.static[0] < 0


def test_companies_in_march_periods_have_no_cost_before_the_start():
    people = dataclasses.replace(population([1e6], [10_000.0]), end_month=3)
    result = cost(reform(), population=people, behaviour="none")
    assert result.static == pytest.approx([0, -750, -750, -750, -750, -750], abs=1e-9)


def test_three_hundred_of_deduction_between_the_limits_is_worth_26_and_a_half_percent():
    result = cost(reform(), population=population([100_000.0], [1_000.0]), behaviour="none")
    assert result.static[3] == pytest.approx(-0.265 * 300, rel=1e-9)


def test_a_company_that_never_pays_tax_costs_nothing_and_the_step_says_so():
    result = cost(reform(), population=population([-50_000.0], [10_000.0]))
    steps = {step.name: step.effect for step in result.steps}
    assert result.post_behavioural == pytest.approx([0] * 6, abs=1e-9)
    assert steps["Full entitlement at the main rate"][3] == pytest.approx(-750)
    assert steps["Actual tax rates and losses"][3] == pytest.approx(750)


# Of the years 2027 (275 of 365 days of relief) to 2033; half as many claim £500 a year as claim a fortune.
GAIN = 750 * (275 / 365 + 6) / 7
CHANCE = GAIN / (GAIN + 500)


def test_take_up_is_90_percent_in_the_end_times_what_there_is_to_gain():
    assert pytest.approx(0.532, abs=0.001) == 0.9 * CHANCE
    assert cost(reform(), population=population([1e6], [1e4], draw=0.54), behaviour="none").static[5] == 0
    claiming = cost(reform(), population=population([1e6], [1e4], draw=0.52), behaviour="none")
    assert claiming.static[5] == pytest.approx(-750)


def test_a_company_drawn_at_25_percent_claims_from_the_second_year_on():
    result = cost(reform(), population=population([1e6], [1e4], draw=0.25), behaviour="none")
    # The period to 31 December 2027 is in the first year (25% × 59%), the one to 31 December 2028 in the second (50% × 59%).
    assert result.static == pytest.approx([0, -750 / 4, -750, -750, -750, -750])


def test_a_claim_worth_50_pounds_is_made_by_one_company_in_twelve_and_one_worth_50000_by_nearly_all_who_ever_claim():
    for fees, chance in ((50 / 0.075, 50 / 550 * 0.9), (50_000 / 0.075, 50_000 / 50_500 * 0.9)):
        for draw, claims in ((chance - 0.01, True), (chance + 0.01, False)):
            people = dataclasses.replace(population([1e9], [fees], draw=draw), end_month=3)
            assert (cost(reform(), population=people, behaviour="none").static[5] < 0) is claims


def test_a_company_that_gains_nothing_does_not_claim_and_is_not_counted():
    result = cost(reform(), population=population([-50_000.0, 1e6], [10_000.0, 10_000.0]), behaviour="none")
    assert result.claimants[5] == pytest.approx(1e6)


def test_at_25_percent_the_price_falls_by_a_tenth_and_0_9_to_the_power_of_minus_0_3_is_induced():
    result = cost(reform(), population=population([1e6], [1e4]))
    steady = {step.name: step.effect[3] for step in result.steps}
    assert pytest.approx(0.0321, abs=0.0001) == INDUCED
    assert result.training["induced"][3] == pytest.approx(INDUCED * 10_000, rel=1e-6)
    assert steady["Relabelling"] == pytest.approx(-0.10 * 750, rel=1e-6)
    assert steady["Induced training"] == pytest.approx(-INDUCED * 750, rel=1e-6)
    assert steady["Displacement"] == pytest.approx(-0.25 * INDUCED * 10_000, rel=1e-6)
    assert steady["Compliance"] == pytest.approx(-0.10 * (750 * (1.1 + INDUCED) + 2_500 * INDUCED), rel=1e-6)


def test_small_and_medium_sized_companies_respond_with_an_elasticity_of_their_own():
    result = cost(reform(), population=population([1e6, 1e6], [1e4, 1e4], employees=[249.0, 250.0]))
    assert result.training["induced"][3] == pytest.approx((0.9**-0.6 - 1 + INDUCED) * 10_000, rel=1e-6)


def test_what_is_not_relieved_counts_in_the_price_of_training_in_what_is_induced_and_in_profit_lost():
    """Fees of £10,000 with £30,000 of trainees' time: £750 off a price of £30,000 after tax is a fortieth."""
    result = cost(reform(), population=population([1e6], [1e4], trainee_pay=[3e4], trainees=[20.0]))
    steady, share = {step.name: step.effect[3] for step in result.steps}, (1 - 0.025) ** -0.3 - 1
    assert result.training["induced"][3] == pytest.approx(share * 40_000, rel=1e-6)
    assert result.training["induced_relieved"][3] == pytest.approx(share * 10_000, rel=1e-6)
    assert steady["Induced training"] == pytest.approx(-share * 750, rel=1e-6)
    assert steady["Displacement"] == pytest.approx(-0.25 * share * 40_000, rel=1e-6)
    value = result.value_for_money()
    assert value["trainees_additional"][3] == pytest.approx(share * 20e6, rel=1e-6)
    assert value["by_year"]["deadweight_share"][3] == pytest.approx(1 / (1 + share), rel=1e-6)


@pytest.mark.parametrize(("rate", "growth"), [(0.15, 0.5), (0.3, 1), (0.45, 1.5), (0.9, 2)])
def test_reclassified_spending_and_incorrect_claims_grow_with_the_rate_up_to_twice_the_assumed(rate, growth):
    result = cost(reform(rate=rate), population=population([1e6], [1e4]))
    assert result.without_response[3] == pytest.approx(-2_500 * rate * (1 + 0.1 * growth) ** 2, rel=1e-6)


def test_incorrect_claims_of_a_higher_rate_over_a_lower_one_are_the_difference_of_the_two():
    people = population([1e6], [1e4])
    over = cost(reform("more", rate=0.45), baseline=reform(), population=people)
    more, less = (cost(reform(rate=rate), population=people) for rate in (0.45, 0.3))
    assert over.post_behavioural == pytest.approx(np.subtract(more.post_behavioural, less.post_behavioural), rel=1e-9)


def test_the_steps_add_up_to_the_totals_to_the_penny():
    people = population([1e6, 9e4, -2e4, 3e5], [1e4, 2e3, 5e3, 7e3], trainer_pay=[0.0, 1e3, 0.0, 2e4])
    result = cost(MAIN, population=people)
    total = np.sum([step.effect for step in result.steps], axis=0)
    assert total == pytest.approx(result.post_behavioural, abs=1e-8)
    heads = np.sum(list(result.by_head.values()), axis=0)
    assert heads == pytest.approx(result.static, abs=1e-8)


def test_without_behaviour_the_post_behavioural_effect_is_the_static_one():
    result = cost(MAIN, population=population([1e6], [1e4]), behaviour="none")
    assert result.post_behavioural == pytest.approx(result.static)
    assert result.without_response == pytest.approx(result.static)


def test_elasticity_zero_keeps_relabelling_and_compliance():
    result = cost(reform(), population=population([1e6], [1e4]))
    assert result.without_response[3] == pytest.approx(-750 * 1.10 * 1.10, rel=1e-6)


def test_the_order_of_companies_does_not_matter():
    people = population([1e6, 9e4, -2e4], [1e4, 2e3, 5e3])
    turned = population([-2e4, 1e6, 9e4], [5e3, 1e4, 2e3])
    assert cost(MAIN, population=people).post_behavioural == pytest.approx(cost(MAIN, population=turned).post_behavioural)


def test_a_loss_that_the_deduction_makes_goes_back_to_the_year_before_the_reform_began():
    people = population([1_000.0], [10_000.0], claims_loss_carry_back=[1.0])
    result = cost(reform(), population=people, behaviour="none")
    # 2027: 275/365 of 3,000 is 2,260.27; 1,000 is used at once, 1,000 goes back to 2026 at 19%, the rest is carried forward.
    assert result.static[0] == pytest.approx(-0.19 * 2_000 / 4, rel=1e-9)


def test_without_a_reform_that_acts_the_two_laws_agree_for_companies_that_carry_losses_back():
    people = population([1_000.0, -5_000.0], [10_000.0, 0.0], claims_loss_carry_back=[1.0, 1.0])
    assert cost(reform(rate=0.0), population=people).post_behavioural == pytest.approx([0] * 6, abs=1e-9)


@pytest.mark.parametrize("rates", [(0.0, 0.1), (0.1, 0.3), (0.3, 1.0), (1.0, 3.0)])
def test_a_higher_rate_never_lowers_the_static_cost(rates):
    people = population([1e6, 60_000.0, 1_000.0, -3e4], [1e4, 5e3, 2e4, 1e4])
    low, high = (cost(reform(rate=rate), population=people, behaviour="none").static for rate in rates)
    assert all(more <= less + 1e-9 for less, more in zip(low, high, strict=True))


def test_a_rate_of_zero_gives_current_law_to_the_penny():
    result = cost(reform(rate=0.0), population=population([1e6], [1e4]))
    assert result.post_behavioural == pytest.approx([0] * 6, abs=1e-9)


def test_a_reform_that_starts_after_the_years_asked_for_says_so():
    result = cost(reform(start="2031-04-01"), population=population([1e6], [1e4]), years="2026-27:2029-30")
    assert result.static == (0, 0, 0, 0)
    assert "1 April 2031" in result.no_effect


def test_the_year_before_a_start_asked_for_alone_has_the_cost_that_it_has_among_others():
    people = population([1e6], [1e4])
    alone = cost(reform(), population=people, years="2026-27")
    assert not alone.no_effect
    assert alone.post_behavioural == pytest.approx(cost(reform(), population=people).post_behavioural[:1])


def test_a_rate_without_a_head_to_count_costs_nothing_and_says_why():
    extra = "  human_investment.additional_deduction: {2027-04-01: 0.3}\n"
    heads = "".join(f"  human_investment.qualifying.{head}.inclusion: {{2027-04-01: 0}}\n" for head in HEADS)
    idle = parse(
        "reform: idle\ntitle: Idle\nsummary: A rate.\nstatus: proposal\nsource: A test.\nrequires: '>=0.1'\n"
        f"parameters:\n{extra}{heads}",
        name="idle",
    )
    result = cost(idle, population=population([1e6], [1e4]))
    assert result.static == (0,) * 6
    assert result.no_effect == "It gives a rate of relief and counts no type of training cost, so nothing qualifies."
    assert [warning.message for warning in result.warnings] == [result.no_effect]


def test_a_baseline_that_has_the_reform_already_leaves_nothing_to_cost():
    people = population([1e6], [1e4])
    assert cost(MAIN, baseline=MAIN, population=people).no_effect
    enacted = cost("corporation-tax-25-percent-2023", population=people).no_effect
    assert enacted.startswith("It sets only what the law in force already says. To see what an enacted measure does,")


def test_a_change_of_rate_is_costed_for_companies_that_do_not_train():
    change = parse(
        "reform: one-point\ntitle: One point\nsummary: 26%.\nstatus: proposal\nsource: A test.\nrequires: '>=0.1'\n"
        "parameters:\n  corporation_tax.main_rate: {2027-04-01: 0.26}\n",
        name="one-point",
    )
    result = cost(change, population=population([1e6], [0.0]))
    assert result.static[3] == pytest.approx(10_000, rel=1e-9)


def test_a_credit_paid_in_cash_is_spending_and_not_tax():
    change = parse(
        "reform: bigger-credit\ntitle: Bigger credit\nsummary: 30%.\nstatus: proposal\nsource: A test.\nrequires: '>=0.1'\n"
        "parameters:\n  research_and_development.merged_credit.rate: {2027-01-01: 0.30}\n",
        name="bigger-credit",
    )
    people = population([-500_000.0], [0.0], research_and_development_expenditure=[100_000.0], paye_and_nic=[100_000.0])
    result = cost(change, population=people, years="2029-30")
    # Of £10,000 more credit a company in loss is paid 81%: the notional tax at 19% is held back.
    assert result.spending == pytest.approx((-8_100.0,))
    assert result.tax == pytest.approx((0.0,), abs=1e-9)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"behaviour": "strong"}, "not a level of behaviour"),
        ({"basis": "weekly"}, "'weekly' is not a basis .--basis.. Choose one of accruals, cash"),
        ({"years": "2026-2031"}, "not a financial year"),
        ({"years": "2031-32:2026-27"}, "not a range"),
        ({"forecast": "2031-03"}, "The forecast '2031-03' is not on file"),
        ({"forecast": "2021-03"}, "A population that is built already keeps them"),
        ({"settings": ["human_investment.additional_deduction=0.1"]}, "PATH@DATE=VALUE"),
        ({"settings": ["assumptions.growth.prices@2027-04-01=0.1"]}, "A population that is built already keeps them"),
        (
            {"settings": ["assumptions.behaviour.elasticity.high@2010-04-01=2"], "draws": 0},
            "not used with --behaviour central",
        ),
        ({"settings": ["assumptions.behaviour.elasticity.central@2029-04-01=2"]}, "is read on 1 April 2027"),
        ({"years": "2031-32:2034-35"}, "covers the financial years 2018-19 to 2031-32.*2049-50: --forecast to-2050"),
        ({"reforms": []}, "nothing to cost"),
    ],
)
def test_a_wrong_option_is_refused_in_words(options, words):
    with pytest.raises(GoodworkError, match=words):
        cost(**({"reforms": MAIN, "population": population([1e6], [1e4])} | options))


def test_the_cached_baseline_gives_the_same_figures_again():
    people = population([1e6, 9e4], [1e4, 2e3])
    assert cost(MAIN, population=people).to_dict() == cost(MAIN, population=people).to_dict()


def test_a_setting_of_the_reform_changes_the_reform_and_not_the_baseline():
    doubled = "human_investment.additional_deduction@2027-04-01=0.6"
    people = population([1e6], [1e4])
    plain = cost(reform(), population=people, behaviour="none").static
    twice = cost(reform(), population=people, behaviour="none", settings=[doubled]).static
    assert twice == pytest.approx(2 * np.array(plain))


def test_a_later_reform_owns_the_rate_and_the_result_says_what_it_replaced():
    result = cost([reform(), reform("more", rate=0.5)], population=population([1e6], [1e4]), behaviour="none")
    assert result.static[3] == pytest.approx(-1250)
    assert "human_investment.additional_deduction" in {override.path for override in result.overrides}
