"""Costings against other laws than today's, of several measures, of reliefs that end: differences stay differences."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from openfisca_goodwork import costing
from openfisca_goodwork.costing.steps import OF_ALL_COMPANIES
from openfisca_goodwork.policy import parse
from tests.costing.test_costing import INDUCED, population, reform

cost = partial(costing.cost, draws=0)  # the range has tests of its own

HEADER = "title: {0}\nsummary: {0}.\nstatus: proposal\nsource: A test.\nrequires: '>=0.1'\nparameters:\n"
RATE = "human_investment.additional_deduction"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GOODWORK_CACHE", str(tmp_path))


def change(name, *lines):
    text = f"reform: {name}\n" + HEADER.format(name) + "".join(f"  {line}\n" for line in lines)
    return parse(text, name=name)


def people():
    profits, fees = [1e6, 60_000.0, 200_000.0, -3e4, 3e6], [1e4, 5e3, 2e4, 1e4, 0.0]
    return population(profits, fees, draw=0.5, trainer_pay=[0.0, 1e4, 3e4, 0.0, 0.0])


def bigger():
    return change("bigger", f"{RATE}: {{2027-04-01: 0.5}}")


def rate_rise(day="2027-04-01"):
    return change("rate-rise", f"corporation_tax.main_rate: {{{day}: 0.26}}")


def effects(result):
    return np.array([result.static, result.post_behavioural, result.without_response])


def test_the_cost_of_a_bigger_relief_over_a_smaller_one_is_the_difference_of_their_costs():
    companies = people()
    over = cost(bigger(), baseline=reform(), population=companies)
    whole, part = cost([reform(), bigger()], population=companies), cost(reform(), population=companies)
    assert effects(over) == pytest.approx(effects(whole) - effects(part), rel=1e-9, abs=1e-9)


def test_a_repeal_gives_back_what_the_introduction_costs():
    companies = people()
    repeal = change("repeal", f"{RATE}: {{2027-04-01: 0}}")
    back = cost(repeal, baseline=reform(), population=companies)
    assert effects(back) == pytest.approx(-effects(cost(reform(), population=companies)), rel=1e-9, abs=1e-9)


def test_a_rate_rise_beside_the_relief_adds_up_to_the_rise_and_the_relief_under_it():
    companies = people()
    together = cost([rate_rise(), reform()], population=companies)
    alone = cost(rate_rise(), population=companies)
    under = cost(reform(), baseline=rate_rise(), population=companies)
    assert effects(together) == pytest.approx(effects(alone) + effects(under), rel=1e-9, abs=1e-9)


def test_the_tables_of_the_relief_hold_nothing_of_a_rate_rise_beside_it():
    companies = people()
    together, alone = cost([rate_rise(), reform()], population=companies), cost(rate_rise(), population=companies)
    steps = {step.name: np.array(step.effect) for step in together.steps}
    assert steps["Change of law, training relief apart"] == pytest.approx(np.array(alone.static))
    assert (steps["Compliance"] <= 0).all()
    assert (np.array(together.by_head["external_course_fees"]) <= 0).all()
    assert together.value_for_money()["exchequer_cost_per_extra_pound"] > 0


def test_a_rate_rise_alone_has_no_response_of_training_in_it():
    result = cost(rate_rise(), population=people())
    assert {step.name for step in result.steps} <= {step.name for step in OF_ALL_COMPANIES}


def test_take_up_counts_from_the_first_day_of_the_relief_whatever_else_changed_before():
    companies = people()
    later = cost([rate_rise("2025-04-01"), reform()], population=companies)
    plain = cost(reform(), population=companies)
    assert later.claimants == plain.claimants


def test_nothing_is_induced_or_displaced_after_a_relief_has_ended():
    ends = change("ends", f"{RATE}: {{2027-01-01: 0.3, 2029-01-01: 0}}", *open_heads("2027-01-01"))
    result = cost(ends, population=population([1e6], [1e4]), years="2027-28:2031-32")
    steps = {step.name: step.effect for step in result.steps}
    for name in ("Relabelling", "Induced training", "Displacement", "Compliance"):
        assert steps[name][0] < 0
        assert steps[name][2:] == pytest.approx((0, 0, 0), abs=1e-9)
    # At 25% the price falls by a tenth in the two years of the relief.
    assert result.training["induced"][0] == pytest.approx(INDUCED * 10_000, rel=1e-3)


def test_a_head_that_still_counts_when_the_rate_is_back_at_0_changes_nothing():
    companies = people()
    still, closed = (
        cost(
            change(name, f"{RATE}: {{2027-04-01: 0.3, 2029-04-01: 0}}", *open_heads("2027-04-01", until)),
            population=companies,
        )
        for name, until in (("still", None), ("closed", "2029-04-01"))
    )
    assert effects(still) == pytest.approx(effects(closed), rel=1e-12, abs=1e-9)


def open_heads(start, until=None):
    closing = f", {until}: 0" if until else ""
    return [f"human_investment.qualifying.external_course_fees.inclusion: {{{start}: 1{closing}}}"]
