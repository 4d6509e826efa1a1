"""What companies do about changes of law other than a relief for training, worked out by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from openfisca_goodwork import policy
from openfisca_goodwork.costing import cost
from openfisca_goodwork.costing.behaviour import Behaviour
from openfisca_goodwork.costing.investment import End, Retiming, retimed_from
from openfisca_goodwork.costing.steps import behaviour_of
from openfisca_goodwork.costing.two_laws import law_of_forecast, reforms_of_forecast
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.periods import history
from openfisca_goodwork.law.periods.accounting_period import factorise
from openfisca_goodwork.population import outlooks
from openfisca_goodwork.system import current_law, run
from tests.costing.test_costing import population

KNOWN_ON = date(2026, 4, 1)
FULL_EXPENSING_ENDS = "capital_allowances.first_year_allowances.full_expensing.rate@2029-04-01=0"
ONE_POINT_MORE = "corporation_tax.main_rate@2027-04-01=0.26"
POOLED = (
    "capital_allowances.annual_investment_allowance.limit@2027-01-01=0",
    "capital_allowances.first_year_allowances.full_expensing.rate@2027-01-01=0",
    "capital_allowances.first_year_allowances.main_rate_40.rate@2027-01-01=0",
)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GOODWORK_CACHE", str(tmp_path))


def costed(*settings, level="central", plant=0.0):
    people = population([1e6], [0.0], main_rate_plant_new=[plant])
    return cost(settings=settings, population=people, behaviour=level, draws=0)


def step(result, name):
    return next((one.effect for one in result.steps if one.name == name), (0.0,) * len(result.years))


def central(law) -> Behaviour:
    return behaviour_of(law, "central", date(2029, 4, 1), others=True)


def test_profits_fall_by_the_assumed_share_for_each_point_on_the_main_rate():
    """£1m × 1m companies × 0.2% × 26%, in a full year."""
    lost = step(costed(ONE_POINT_MORE), "Response of profits")
    assert lost[2:] == pytest.approx([-520.0] * 4, rel=1e-9)
    of_2027, rate = 0.002 * 275 / 365, (0.25 * 90 + 0.26 * 275) / 365
    assert lost[0] == pytest.approx(-1e6 * of_2027 * rate / 4, rel=1e-9)


def test_profits_that_a_higher_main_rate_does_not_reach_do_not_fall():
    people = population([40_000.0, 1e6], [0.0, 0.0], main_rate_plant_new=[0.0, 0.0])
    result = cost(settings=(ONE_POINT_MORE,), population=people, behaviour="central", draws=0)
    alone = cost(settings=(ONE_POINT_MORE,), population=population([1e6], [0.0], main_rate_plant_new=[0.0]), draws=0)
    each = step(alone, "Response of profits")[-1] * people.weight[1] / 1e6
    assert step(result, "Response of profits")[-1] == pytest.approx(each, rel=1e-9)
    total = result.distribution.total()
    assert (total.gaining, total.unaffected) == (0, people.weight[0])


def test_without_a_response_the_whole_effect_is_static():
    result = costed(ONE_POINT_MORE, level="none")
    assert [one.is_behavioural for one in result.steps] == [False]
    assert result.post_behavioural == result.static == result.without_response


def test_the_steps_add_up_and_elasticity_0_leaves_out_induced_investment_alone():
    result = costed(*POOLED, plant=100_000.0)
    assert sum(one.effect[-1] for one in result.steps) == pytest.approx(result.post_behavioural[-1], abs=1e-9)
    induced = step(result, "Induced investment")
    expected = [whole - part for whole, part in zip(result.post_behavioural, induced, strict=True)]
    assert result.without_response == pytest.approx(expected, abs=1e-9)
    assert induced[-1] > 0  # what is not invested takes no allowance


def test_plant_that_is_written_down_costs_more_than_plant_deducted_at_once_and_less_is_bought():
    """User cost 1 where all is deducted at once; (1 - 25% × 14% × 1.07 ÷ 21%) ÷ 75% where it goes to the pool."""
    result = costed(*POOLED, plant=100_000.0)
    dearer = (1 - 0.25 * 0.14 * 1.07 / 0.21) / 0.75 - 1
    assert result.investment["planned"][2:] == pytest.approx([100_000.0] * 4)
    assert result.investment["induced"][-1] == pytest.approx(-0.4 * dearer * 100_000.0, rel=1e-3)


def test_investment_is_brought_forward_in_front_of_the_end_of_full_expensing():
    """The allowance falls from 100% to 40%, so the peak is 60% of 12%; three years before the end are from April 2026."""
    law = policy.law_of((), settings=(FULL_EXPENSING_ENDS,))
    assert Retiming.of(law, central(law), KNOWN_ON).ends == (End(KNOWN_ON, date(2029, 4, 1), pytest.approx(0.072)),)
    assert retimed_from(current_law(), law, central(law), KNOWN_ON) == KNOWN_ON
    assert not Retiming.of(current_law(), central(law), KNOWN_ON).ends


def test_what_is_brought_forward_is_missing_afterwards():
    law = policy.law_of((), settings=(FULL_EXPENSING_ENDS,))
    retiming = Retiming.of(law, central(law), KNOWN_ON)
    years = range(2026, 2034)
    factors = [factors_of(retiming, date(year, 4, 1), date(year + 1, 3, 31))[""] for year in years]
    assert sum(factors) == pytest.approx(len(years), abs=1e-12)
    assert factors[2] == pytest.approx(1 + 0.072 * sum(at + 0.5 for at in range(24, 36)) / 36 / 12)
    assert factors[:3] == sorted(factors[:3])
    assert factors[3:6] == pytest.approx([1 - 0.072 / 2] * 3)
    assert factors[6:] == [1, 1]


def test_in_a_period_that_an_end_falls_into_what_moves_is_dated_in_front_of_it():
    """Calendar 2029: January to March are the last three of the 36 months, and have the peak; nine months miss a 36th."""
    law = policy.law_of((), settings=(FULL_EXPENSING_ENDS,))
    result = factors_of(Retiming.of(law, central(law), KNOWN_ON), date(2029, 1, 1), date(2029, 12, 31))
    assert result == {
        "": 0,
        "2029-03-31": pytest.approx(90 / 365 + 0.072 * (33.5 + 34.5 + 35.5) / 36 / 12),
        "2029-04-01": pytest.approx(275 / 365 - 9 / 12 * 0.072 / 2),
    }


def test_an_end_inside_a_period_costs_what_is_bought_in_front_of_it():
    """A company whose year is the calendar year, without an annual investment allowance: what is deducted in full."""
    no_annual = "capital_allowances.annual_investment_allowance.limit@2026-01-01=0"
    no_other = "capital_allowances.first_year_allowances.main_rate_40.rate@2026-01-01=0"
    law = policy.law_of((), settings=(no_annual, no_other, FULL_EXPENSING_ENDS))
    result = factors_of(Retiming.of(law, central(law), KNOWN_ON), date(2029, 1, 1), date(2029, 12, 31))
    given = {f"main_rate_plant_new_on@{day}": np.array([1e6 * share]) for day, share in result.items() if day}
    facts = {"accounting_period_end": np.array(["2029-12-31"], "M8[D]"), "main_rate_plant_new": np.zeros(1)}
    claimed = run(law, {2029: facts | given}, ["full_expensing"])[2029]["full_expensing"]
    assert claimed == pytest.approx(1e6 * (90 / 365 + 0.12 * (33.5 + 34.5 + 35.5) / 36 / 12))


def test_only_spending_between_the_two_limits_is_brought_forward_where_the_limit_of_the_annual_allowance_falls():
    law = policy.law_of(["law-before-budget-2018", "annual-investment-allowance-1000000-2019"])
    ends = Retiming.of(law, central(law), date(2018, 11, 1)).ends
    assert ends == (End(date(2019, 1, 1), date(2021, 1, 1), pytest.approx(0.12), (200_000, 1_000_000)),)
    spent = np.array([150_000.0, 200_000.0, 400_000.0, 1_000_000.0, 3_000_000.0])
    assert ends[0].applies_to(spent).tolist() == [0, 0, 0.5, 0, 0]


ENDS_TOGETHER = ("capital_allowances.annual_investment_allowance.limit@2028-01-01=0",)
FIRST_YEAR_ENDS = tuple(
    f"capital_allowances.first_year_allowances.{one}.rate@2028-01-01=0" for one in ("full_expensing", "main_rate_40")
)


def test_what_ends_with_two_allowances_on_one_day_moves_once():
    law = policy.law_of((), settings=(*ENDS_TOGETHER, *FIRST_YEAR_ENDS))
    (end,) = Retiming.of(law, central(law), KNOWN_ON).ends
    assert end.limits is None


def test_a_lower_limit_beside_full_expensing_is_no_end():
    law = policy.law_of((), settings=("capital_allowances.annual_investment_allowance.limit@2028-01-01=200000",))
    assert Retiming.of(law, central(law), KNOWN_ON).ends == ()


@pytest.mark.parametrize("plant", ["main_rate_plant_new", "special_rate_plant_new"])
def test_where_nothing_is_brought_forward_dating_what_is_planned_moves_nothing(plant):
    """An end inside a calendar year, another allowance's end later in it, and a peak of nothing much."""
    settings = (
        FULL_EXPENSING_ENDS,
        "capital_allowances.first_year_allowances.special_rate_50.rate@2029-07-01=0",
        "capital_allowances.annual_investment_allowance.limit@2026-01-01=0",
        "assumptions.behaviour.investment.elasticity.central@2000-01-01=0",
        "assumptions.behaviour.investment.retiming.central@2022-03-23=0.000000001",
    )
    people = population([50e6], [0.0], **{plant: [3e6]})
    assert step(cost(settings=settings, population=people, draws=0), "Retiming of investment") == pytest.approx(
        [0.0] * 6, abs=0.1
    )


def factors_of(retiming, start, end):
    """The factors of one company, which may spend anything."""
    periods = factorise(*(np.array([day], "M8[D]") for day in (start, end)), np.zeros(1, dtype=bool))
    return {when: float(found[0]) for when, found in retiming.factors(periods, np.ones(1)).items()}


def test_an_end_that_was_over_when_the_laws_became_known_moves_nothing():
    law = policy.law_of(["law-before-spring-budget-2023"])
    assert Retiming.of(law, central(law), date(2023, 4, 1)).ends == ()
    assert Retiming.of(law, central(law), date(2021, 4, 1)).ends == (End(date(2021, 4, 1), date(2023, 4, 1), 0.12),)


def test_the_peak_of_the_super_deduction_was_set_higher_than_that_of_full_expensing():
    law = policy.law_of(["law-before-spring-budget-2023"])
    assumed = behaviour_of(law, "central", date(2021, 4, 1), others=True)
    assert Retiming.of(law, assumed, date(2021, 4, 1)).ends[0].peak == pytest.approx(0.27)


def test_every_outlook_of_the_past_has_its_law():
    for outlook in outlooks()[:-2]:
        assert reforms_of_forecast(outlook), outlook
    assert reforms_of_forecast(outlooks()[-2]) == ()


def test_the_outlook_of_march_2021_knew_25_percent_and_no_full_expensing():
    law = law_of_forecast("2021-03")
    assert history(law, "corporation_tax.main_rate").on(date(2024, 1, 1)) == pytest.approx(0.25)
    assert history(law, "capital_allowances.first_year_allowances.full_expensing.rate").on(date(2024, 1, 1)) == 0
    assert history(law, "capital_allowances.first_year_allowances.super_deduction.rate").on(date(2022, 1, 1)) == 1.3


def of_a_large_investor(**options):
    people = population([10e6], [0.0], main_rate_plant_new=[3e6])
    return cost(settings=(FULL_EXPENSING_ENDS,), population=people, draws=0, **options)


def test_what_is_brought_forward_does_not_depend_on_the_years_asked_for():
    """The allowance ends on 1 April 2029, after all the accounting periods of the two years."""
    whole, early = of_a_large_investor(), of_a_large_investor(years="2026-27:2027-28")
    assert early.post_behavioural == pytest.approx(whole.post_behavioural[:2])
    assert early.post_behavioural[0] < 0


def test_without_a_response_laws_that_differ_only_later_are_the_same_in_the_years():
    assert "the same in the years" in of_a_large_investor(years="2026-27:2027-28", behaviour="none").no_effect


def test_what_falls_before_the_start_leaves_out_investment_brought_forward_into_periods_that_end_before_it():
    """Calendar-year periods: three of the twelve months of the one under way are in 2028-29."""
    result = of_a_large_investor()
    early = result.timeline.before_the_start(result.years)
    assert early.share == pytest.approx(0.25)
    assert early.effect > result.post_behavioural[2]


def test_the_static_effect_beside_who_gains_is_the_accrued_one_whatever_the_basis():
    accrued, cash = (
        cost(
            settings=POOLED,
            population=population([1e6], [0.0], main_rate_plant_new=[1e5]),
            draws=0,
            basis=basis,
            year_of_gains="2031-32",
        )
        for basis in ("accruals", "cash")
    )
    for step_of in ("static", "post-behavioural"):
        assert cash.distribution.total(step_of).accrued == pytest.approx(accrued.distribution.total(step_of).accrued)
    assert accrued.distribution.total("static").accrued == pytest.approx(accrued.static[-1])


def test_investment_is_in_the_json():
    result = costed(*POOLED, plant=100_000.0)
    assert result.to_dict()["investment"]["induced"] == list(result.investment["induced"])


@pytest.mark.parametrize("path", ["assumptions.effective_rates.debt_share", "assumptions.audit.near_points"])
def test_an_assumption_that_no_costing_reads_is_refused(path):
    with pytest.raises(GoodworkError, match="no costing reads"):
        costed(ONE_POINT_MORE, f"{path}@2000-01-01=0.1")
