"""The interval of a costing: what any interval must do, on a handful of companies."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import qmc

from openfisca_goodwork.costing import CostingResult, cost
from openfisca_goodwork.costing.steps import behaviour_of
from openfisca_goodwork.costing.uncertainty import estimate
from openfisca_goodwork.costing.uncertainty.assumptions import Varied, assumptions_varied, drawn, interval, quantiles
from openfisca_goodwork.costing.uncertainty.result import SCALE
from openfisca_goodwork.costing.uncertainty.stacked import Period, move
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.policy import law_of
from openfisca_goodwork.system import current_law, leaf_parameters
from tests.costing.designs import design, written
from tests.costing.test_costing import MAIN, population, reform

ROOT = "assumptions.uncertainty"
DAY = "2010-04-01"
CLAIMS = "claims_of_first_year_allowances"
RATE = written("one-point", {"corporation_tax.main_rate": 0.26})
KNOWN = leaf_parameters(current_law())
ENDS = [path for path in KNOWN if path.startswith(f"{ROOT}.") and path.endswith((".low", ".high"))]
BEHAVIOURS = ("elasticity", "elasticity_of_small", "relabelling")
YEARS_OF_TAKE_UP = ("first_year", "second_year", "third_year", "later_years", "half_way_gain")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GOODWORK_CACHE", str(tmp_path))


def companies() -> Any:
    """Twelve companies, of which some are in loss and some claim late."""
    profits = [1e6, 9e4, -2e4, 3e5, 5e6, 7e4, 2e5, -4e5, 8e5, 4e4, 1.2e5, 2e6]
    people = population(profits, [1e4, 2e3, 5e3, 7e3, 2e4, 1e3, 9e3, 8e3, 4e3, 3e3, 6e3, 1e4], trainer_pay=[3e3] * 12)
    people.draw[:] = (np.arange(12) + 0.5) / 12
    return people


def costed(given: Any = MAIN, **options: Any) -> CostingResult:
    return cost(given, population=companies(), **options)


def value(path: str) -> float:
    return float(KNOWN[path].get_at_instant(DAY))


def setting(path: str, to: float) -> str:
    return f"{path}@{DAY}={to:g}"


def without_ranges() -> list[str]:
    """Settings that leave no assumption that a relief for training varies any room."""
    found = []
    for path in ENDS:
        node = path.rpartition(".")[0]
        about = KNOWN_NODES[node.rpartition(".")[2]].metadata
        if "human_investment" not in about.get("measures", ["human_investment"]):
            continue
        centre = next(one for one in (f"{node}.central", about["moves"], f"{about['moves']}.central") if one in KNOWN)
        found.append(setting(path, value(centre)))
    return [*found, *of_one_case(), setting(f"{ROOT}.model_error.scale", 0)]


def of_one_case() -> list[str]:
    """Settings that make the low and the high case of behaviour the central one, so that the range is that of the draws."""
    moved = [f"assumptions.behaviour.{name}" for name in BEHAVIOURS]
    pairs = [(f"{path}.{end}", f"{path}.central") for path in moved for end in ("low", "high")]
    take_up = [(f"assumptions.take_up.{end}", year) for end in ("low", "high") for year in YEARS_OF_TAKE_UP]
    pairs += [(f"{path}.{year}", f"assumptions.take_up.central.{year}") for path, year in take_up]
    return [setting(path, value(centre)) for path, centre in pairs]


KNOWN_NODES = current_law().parameters.assumptions.uncertainty.children


@pytest.mark.parametrize("given", [MAIN, reform(), RATE, design(end="2029-04-01")])
def test_the_interval_holds_the_central_effect_and_its_ends_are_in_order(given):
    result = costed(given)
    found = result.uncertainty
    assert found is not None and found.level == 0.8
    assert all(low <= one <= high for low, one, high in zip(found.low, result.post_behavioural, found.high, strict=True))
    assert any(low < high for low, high in zip(found.low, found.high, strict=True))
    assert found.total[0] <= sum(result.post_behavioural) <= found.total[1]


def test_the_same_costing_has_the_same_interval_to_the_byte_and_another_seed_another():
    first, again = (json.dumps(costed(settings=of_one_case()).to_dict()) for _ in range(2))
    other = costed(settings=[*of_one_case(), setting(f"{ROOT}.seed", 7)])
    assert first == again
    assert other.to_dict()["interval"]["low"] != json.loads(first)["interval"]["low"]
    assert other.post_behavioural == pytest.approx(costed().post_behavioural)


def test_without_any_range_the_interval_is_the_point():
    result = costed(settings=without_ranges())
    assert result.uncertainty.low == pytest.approx(result.post_behavioural, rel=1e-9)
    assert result.uncertainty.high == pytest.approx(result.post_behavioural, rel=1e-9)
    assert result.uncertainty.sensitivity == ()


@pytest.mark.parametrize(
    ("given", "name", "low", "high"),
    [
        (MAIN, "training_spending", 0.5, 1.6),
        (RATE, "profits_growth", -0.09, 0.09),
        (MAIN, "compliance_loss", 0.0, 0.6),
        (MAIN, "training_spending", 0.8, 1.2),
    ],
)
def test_a_wider_range_gives_a_wider_interval(given, name, low, high):
    cases = [*of_one_case(), setting(f"{ROOT}.model_error.scale", 0)] if given == MAIN else []
    plain, wide = (
        costed(given, settings=settings)
        for settings in (cases, [*cases, setting(f"{ROOT}.{name}.low", low), setting(f"{ROOT}.{name}.high", high)])
    )
    widths = [np.subtract(one.uncertainty.high, one.uncertainty.low) for one in (plain, wide)]
    assert all(widths[1][1:] > widths[0][1:])


def test_without_behaviour_only_the_base_is_uncertain():
    moved = {assumption.assumption for assumption in costed(behaviour="none").uncertainty.sensitivity}
    assert moved and not {path for path in moved if path.startswith(("assumptions.behaviour", "assumptions.take_up"))}
    central = {assumption.assumption for assumption in costed().uncertainty.sensitivity}
    assert {"assumptions.behaviour.elasticity", "assumptions.take_up"} <= central


def test_only_what_matters_to_the_reform_is_varied():
    of_rate = costed(RATE).uncertainty
    responses = {"assumptions.behaviour.investment.elasticity", "assumptions.behaviour.profits.response_to_rate"}
    moved = {assumption.assumption for assumption in of_rate.sensitivity}
    of_the_result = {f"{ROOT}.model_error", f"{ROOT}.sampling_noise"}
    assert (
        moved <= {f"{ROOT}.profits_growth", *of_the_result, *responses}
        and "assumptions.behaviour.profits.response_to_rate" in moved
    )
    assert not responses & {assumption.assumption for assumption in costed().uncertainty.sensitivity}
    ends = {assumption.assumption: assumption for assumption in costed(design(end="2029-04-01")).uncertainty.sensitivity}
    assert "assumptions.behaviour.retiming" in ends
    assert "assumptions.behaviour.retiming" not in {assumption.assumption for assumption in costed().uncertainty.sensitivity}


def test_without_a_response_of_profits_the_whole_of_its_step_comes_back_and_twice_the_response_takes_it_again():
    response = "assumptions.behaviour.profits.response_to_rate"
    twice = setting(f"{response}.high", 2 * value(f"{response}.central"))
    result = costed(RATE, settings=[twice])
    step = np.array(next(step.effect for step in result.steps if step.name == "Response of profits"))
    one = next(assumption for assumption in result.uncertainty.sensitivity if assumption.assumption == response)
    assert (one.label, one.low) == ("Response of profits to the main rate", 0)
    assert one.effect_low == pytest.approx(-step, rel=1e-9)
    assert one.effect_high == pytest.approx(step, rel=1e-9)


@pytest.mark.parametrize("behaviour", ["none", "low", "high"])
def test_responses_to_other_changes_are_uncertain_in_the_central_case_alone(behaviour):
    found = costed(RATE, behaviour=behaviour).uncertainty
    assert not any(assumption.assumption.startswith("assumptions.behaviour") for assumption in found.sensitivity)


def test_no_response_in_the_central_case_has_nothing_to_be_in_proportion_to_and_its_ends_are_refused():
    none = setting("assumptions.behaviour.profits.response_to_rate.central", 0)
    moved = {assumption.assumption for assumption in costed(RATE, settings=[none]).uncertainty.sensitivity}
    assert "assumptions.behaviour.profits.response_to_rate" not in moved
    with pytest.raises(GoodworkError, match=r"response_to_rate\.high"):
        costed(RATE, settings=[none, setting("assumptions.behaviour.profits.response_to_rate.high", 0.01)])


def test_training_twice_as_dear_is_worth_twice_the_relief():
    """Every pound of a company with large profits is relieved alike: the effect goes with what it spends."""
    people = population([1e7], [10_000.0])
    result = cost(reform(), population=people, settings=[setting(f"{ROOT}.training_spending.high", 2)])
    one = next(
        assumption for assumption in result.uncertainty.sensitivity if assumption.assumption == f"{ROOT}.training_spending"
    )
    assert one.effect_high == pytest.approx(result.post_behavioural, rel=1e-6)


def test_no_take_up_at_the_low_end_takes_the_whole_effect_away():
    people = population([1e7], [10_000.0], draw=0.39)
    none = [setting(f"assumptions.take_up.low.{year}", 0.0) for year in YEARS_OF_TAKE_UP]
    result = cost(reform(), population=people, settings=none)
    take_up = next(
        assumption for assumption in result.uncertainty.sensitivity if assumption.assumption == "assumptions.take_up"
    )
    assert take_up.effect_low == pytest.approx(-np.array(result.post_behavioural), rel=1e-6)
    assert take_up.in_words == ("low", "central", "high")


def test_a_loss_of_compliance_of_nothing_takes_its_step_away():
    result = costed(settings=[setting(f"{ROOT}.compliance_loss.low", 0)])
    step = next(step.effect for step in result.steps if step.name == "Compliance")
    one = next(
        assumption for assumption in result.uncertainty.sensitivity if assumption.assumption.endswith("compliance_loss")
    )
    assert one.effect_low == pytest.approx(-np.array(step), rel=1e-6)


def test_profits_that_grow_faster_by_a_point_a_year_are_worth_as_much_more_at_a_higher_rate():
    people = population([1e7], [0.0])
    result = cost(RATE, population=people, settings=[setting(f"{ROOT}.profits_growth.high", 0.01)], years="2031-32")
    # Calendar 2031 is six years after the last year known, 2032 seven; the financial year has nine and three months of them.
    more = 0.75 * 1.01**6 + 0.25 * 1.01**7 - 1
    growth = next(
        assumption for assumption in result.uncertainty.sensitivity if assumption.assumption == f"{ROOT}.profits_growth"
    )
    assert growth.effect_high[0] == pytest.approx(more * result.post_behavioural[0], rel=1e-9)


def test_the_error_measured_on_official_costings_is_in_the_range_and_can_be_left_out():
    scale = setting(f"{ROOT}.model_error.scale", 0)
    with_it, without = (costed(settings=[*of_one_case(), *more]) for more in ([], [scale]))
    one = next(
        assumption for assumption in with_it.uncertainty.sensitivity if assumption.assumption == f"{ROOT}.model_error"
    )
    # One in twenty normal errors is above 1.645 × √(π/2) = 2.06 times the mean error.
    error = with_it.credibility.mean
    assert (one.low, one.high) == pytest.approx((1 / (1 + 2.0615 * error), 1 + 2.0615 * error), rel=1e-4)
    assert one.effect_high == pytest.approx((one.high - 1) * np.array(with_it.post_behavioural))
    wide, narrow = (np.subtract(found.uncertainty.high, found.uncertainty.low) for found in (with_it, without))
    assert all(wide > narrow)


def test_the_low_and_the_high_case_of_behaviour_lie_within_the_range():
    found = costed().uncertainty
    for level in ("low", "high"):
        case = costed(behaviour=level, draws=0).post_behavioural
        assert all(low - 1e-6 <= one <= high + 1e-6 for low, one, high in zip(found.low, case, found.high, strict=True))


def test_training_that_follows_the_survey_s_trend_is_worth_less_by_as_much_a_year():
    people = population([1e7], [10_000.0])
    result = cost(reform(), population=people, years="2031-32")
    one = next(
        assumption for assumption in result.uncertainty.sensitivity if assumption.assumption == f"{ROOT}.training_trend"
    )
    # Calendar 2031 is six years after the last year known, 2032 seven.
    less = 0.75 * (1 - 0.011) ** 6 + 0.25 * (1 - 0.011) ** 7 - 1
    assert one.effect_low[0] == pytest.approx(less * result.post_behavioural[0], rel=1e-6)


def test_value_for_money_is_a_range_around_the_central_figure_with_the_costs_of_running_and_claiming():
    result = cost(reform(), population=population([1e7], [10_000.0]), years="2029-30:2031-32")
    value = result.value_for_money()
    low, high = value["public_money_per_extra_pound_range"]
    assert low < value["exchequer_cost_per_extra_pound"] < high
    # A million claims: HMRC checks one in twenty at £3,600, and each costs the company that makes it £500.
    assert value["running_costs"] == pytest.approx([180 + 500] * 3)
    whole = sum(value["exchequer_cost"]) + 3 * (180 + 500)
    assert value["whole_cost_per_extra_pound"] == pytest.approx(whole / sum(value["induced_training"]))
    # What claims cost is in proportion to what is paid, so that its range is as wide.
    more = value["whole_cost_per_extra_pound"] / value["exchequer_cost_per_extra_pound"]
    assert value["whole_cost_per_extra_pound_range"] == pytest.approx([low * more, high * more])
    said = f"(from £{low * more:.2f} to £{high * more:.2f}) with what HMRC and companies spend"
    assert said in " ".join(result.summary().split())


def test_no_draws_no_interval_and_the_command_says_so():
    result = costed(draws=0)
    assert result.uncertainty is None
    assert result.to_dict()["interval"] is None and result.to_dict()["sensitivity"] == []
    assert "--draws 0" in result.command
    assert "80% range" not in result.summary()


def test_more_draws_are_as_many_as_asked_for_and_a_wrong_number_is_refused():
    assert costed(draws=37).uncertainty.draws == 37
    with pytest.raises(GoodworkError, match=r"--draws -1 is outside 0 to 10,000"):
        costed(draws=-1)


def test_draws_that_run_a_part_at_a_time_make_the_same_interval(monkeypatch):
    whole = costed().uncertainty
    monkeypatch.setattr(estimate, "ROWS_AT_ONCE", 500)  # some forty draws of twelve companies
    parts = costed().uncertainty
    assert parts.low == pytest.approx(whole.low, rel=1e-12)
    assert parts.high == pytest.approx(whole.high, rel=1e-12)


@pytest.mark.parametrize(("share", "is_varied"), [("0", False), ("0.2", True), ("1", False)])
def test_a_share_of_nothing_or_all_has_nothing_that_its_draws_could_be_in_proportion_to(share, is_varied):
    law = law_of(MAIN, settings=[f"assumptions.base.training.head_share.external_course_fees@{DAY}={share}"])
    day = date(2027, 4, 1)
    varied = assumptions_varied(law, behaviour_of(law, "central", day), day, frozenset({"human_investment"}))
    assert ("external_fee_share" in {one.name for one in varied}) == is_varied


def test_the_result_tells_the_interval_its_driver_and_the_rating():
    told = costed().to_dict()
    assert told["interval"].keys() == {"level", "draws", "seed", "low", "high", "total", "alternatives"}
    assert told["interval"]["draws"] == 200
    first = told["sensitivity"][0]
    swings = [abs(assumption["total_effect_high"] - assumption["total_effect_low"]) for assumption in told["sensitivity"]]
    assert swings[0] == max(swings)
    assert len(first["effect_low"]) == len(first["effect_high"]) == 6
    text = costed().summary()
    assert "80% range" in text and "What drives the range" in text and "Uncertainty: very high" in text


def test_the_table_has_the_ends_of_the_interval_and_of_every_assumption():
    table = costed().to_dataframe()
    assert set(table[table["measure"] == "interval"]["item"]) == {"80% interval, low", "80% interval, high"}
    assert (table["measure"] == "sensitivity").sum() == 2 * 6 * len(costed().uncertainty.sensitivity)


def test_a_relief_for_training_is_rated_on_the_scale_of_the_obr():
    found = costed().rating
    assert (found.data, found.modelling, found.behaviour, found.overall) == ("high", "high", "very high", "very high")
    assert found.reasons.keys() == {"data", "modelling", "behaviour"}
    assert {found.data, found.modelling, found.behaviour, found.overall} <= set(SCALE)


def test_two_kinds_of_measure_have_the_worse_rating_of_each_axis():
    one, two, both = (costed(given).rating for given in ([RATE], [MAIN], [RATE, MAIN]))
    assert all(
        SCALE.index(getattr(both, axis)) == max(SCALE.index(getattr(each, axis)) for each in (one, two))
        for axis in ("data", "modelling", "behaviour")
    )


def test_every_rating_of_the_parameters_is_on_the_scale_and_every_kind_has_all_three():
    rated = [path for path in KNOWN if path.startswith(f"{ROOT}.rating.") and path.count(".") == 4]
    assert {KNOWN[path].get_at_instant(DAY) for path in rated} <= set(SCALE)
    kinds = {path.split(".")[3] for path in rated}
    assert {path.split(".")[0] for path in KNOWN} - {"assumptions"} == kinds
    assert len(rated) == 3 * len(kinds)


@pytest.mark.parametrize("shape", ["triangular", "lognormal"])
def test_half_of_the_draws_are_on_each_side_of_the_central_value(shape):
    one = Varied("x", "X", "inputs", 0.5, 1.0, 3.0, shape)
    chances = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    found = quantiles(one, chances)
    assert found[2] == pytest.approx(1.0)
    assert all(np.diff(found) > 0)
    if shape == "lognormal":
        assert found[[0, 4]] == pytest.approx([0.5, 3.0])
    else:
        assert quantiles(one, np.array([0.0, 1.0])) == pytest.approx([0.5, 3.0])
        assert found[1] == pytest.approx(1 - 0.5 * (1 - math.sqrt(0.5)))


def test_one_of_two_values_comes_in_half_of_the_draws():
    found = drawn([Varied("x", "X", "inputs", 0.0, 0.0, 1.0, "two_point")], 200, seed=1)["x"]
    assert found.mean() == pytest.approx(0.5)


def test_draws_are_those_of_scipy():
    """Latin hypercube and normal quantiles."""
    one = Varied("x", "X", "inputs", 0.5, 1.0, 3.0, "lognormal")
    chances = qmc.LatinHypercube(d=3, seed=9).random(50)
    found = drawn([replace(one, name=name) for name in "abc"], 50, seed=9)
    for name, chance in zip("abc", chances.T, strict=True):
        end = np.where(chance < 0.5, 0.5, 3.0)
        assert found[name] == pytest.approx(end ** (np.abs(ndtri(chance)) / ndtri(0.95)), rel=1e-12)


def test_a_latin_hypercube_has_one_draw_in_each_slice_of_chance():
    one = Varied("x", "X", "inputs", 0.0, 0.5, 1.0, "triangular")
    found = np.sort(drawn([one, one], 100, seed=3)["x"])
    edges = quantiles(one, np.linspace(0, 1, 101))
    assert all((edges[:-1] <= found) & (found <= edges[1:]))


def test_an_interval_leaves_as_much_out_on_each_side():
    low, high = interval(np.arange(101.0)[:, None], 0.8)
    assert (low[0], high[0]) == pytest.approx((10, 90))


@pytest.mark.parametrize(("value", "claimed"), [(1.3, 130), (2, 150), (0.5, 50)])
def test_more_or_less_plant_is_claimed_and_as_much_is_bought(value, claimed):
    given = {"main_rate_plant_new": np.array([100.0]), "main_rate_plant_used": np.array([50.0])}
    given = move({CLAIMS: np.array([value])}, {CLAIMS: 1}, given, Period(0, has_begun=True))
    assert (given["main_rate_plant_new"][0], given["main_rate_plant_used"][0]) == (claimed, 150 - claimed)


def test_claims_of_before_the_laws_differ_stay_as_they_are():
    given = {"main_rate_plant_new": np.array([100.0]), "main_rate_plant_used": np.array([50.0])}
    given = move({CLAIMS: np.array([1.3])}, {CLAIMS: 1}, given, Period(0, has_begun=False))
    assert given["main_rate_plant_new"][0] == 100
