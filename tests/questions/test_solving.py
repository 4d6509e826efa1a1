"""A value is looked for in few costings; where there is none, or more than one, that is said."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from openfisca_goodwork import cost, solve
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.questions import asking, solving
from openfisca_goodwork.questions.solving import MOST_COSTINGS
from tests.questions.made_up import NAMES, headlines, one_by_one

MAIN = "human-investment-super-deduction"
RATE = "human_investment.additional_deduction@2027-04-01"
MAIN_RATE = "corporation_tax.main_rate@2027-04-01"
Curve = Callable[[Callable[[float], tuple[float, ...]]], None]


@pytest.fixture
def curve(monkeypatch: pytest.MonkeyPatch) -> Curve:
    def made(effect: Callable[[float], tuple[float, ...]]) -> None:
        monkeypatch.setattr(solving, "headline_of", headlines(effect))
        monkeypatch.setattr(asking, "headlines_of", one_by_one(headlines(effect)))

    return made


def test_the_value_found_costs_what_was_wanted() -> None:
    result = solve(MAIN, vary=RATE, wanted={"2029-30": -500}, draws=0, between=(0, 1))
    (root,) = result.solutions[0].roots
    again = cost(MAIN, settings=[f"{RATE}={root.value:.9g}"], draws=0)
    assert again.post_behavioural[3] == pytest.approx(-500, abs=0.5)
    assert result.costings <= MOST_COSTINGS


def test_a_curve_is_solved_in_few_costings_and_to_its_tolerance(curve: Curve) -> None:
    curve(lambda rate: (0, -1000 * rate**1.2, -2000 * rate**1.2))
    asked: dict[str, Any] = {"vary": RATE, "wanted": {"2027-28": -100, "2026-27:2028-29": -900}, "draws": 0, "years": NAMES}
    result = solve(MAIN, **asked)
    assert [one.roots[0].value for one in result.solutions] == pytest.approx([0.1 ** (1 / 1.2), 0.3 ** (1 / 1.2)], rel=0.01)
    assert result.costings <= MOST_COSTINGS
    assert all(one.goes_one_way for one in result.solutions)
    assert [one.target.name for one in result.solutions] == ["2027-28", "2026-27 to 2028-29"]
    with ThreadPoolExecutor(1) as workers:
        by_workers = solve(MAIN, executor=workers, **asked)
    assert by_workers.to_dict() == result.to_dict()


def test_where_no_value_has_the_effect_the_nearest_is_said(curve: Curve) -> None:
    curve(lambda rate: (0, -100 * rate, 0))
    result = solve(MAIN, vary=RATE, wanted={"2027-28": -1000}, draws=0, years=NAMES)
    (found,) = result.solutions
    assert not found.roots
    assert (found.nearest.value, found.nearest.effect[1]) == (4.0, -400)
    assert "The nearest costed is -400 £ million, at 400%." in str(result)
    assert str(result).startswith("No value of human_investment.additional_deduction costs £1.0bn in 2027-28")


def test_where_several_values_have_the_effect_all_are_given(curve: Curve) -> None:
    curve(lambda rate: (0, 100 * (rate - 2) ** 2 - 200, 0))
    result = solve(MAIN, vary=RATE, wanted={"2027-28": -100}, draws=0, years=NAMES)
    (found,) = result.solutions
    assert sorted(root.value for root in found.roots) == pytest.approx([1, 3], abs=0.01)
    assert not found.goes_one_way
    assert "More than one value" in str(result)
    assert "does not go one way" in str(result)


def test_what_pays_for_a_reform_is_found_by_year_and_over_all_years(curve: Curve) -> None:
    curve(lambda rate: tuple(100_000 * (rate - 0.25) * weight - 100 for weight in (0.5, 1, 2)))
    result = solve(MAIN, revenue_neutral_with=MAIN_RATE, draws=0, years=NAMES)
    by_name = {one.target.name: one.roots[0].value for one in result.solutions}
    assert by_name == pytest.approx(
        {"All years": 0.25 + 300 / 350_000, "2026-27": 0.252, "2027-28": 0.251, "2028-29": 0.2505}, abs=2e-5
    )
    assert "pays for the reform over 2026-27 to 2028-29" in str(result)
    assert "In law without it: 25%" in str(result)


def test_a_search_makes_no_more_costings_than_it_may_and_says_what_it_read_between(curve: Curve) -> None:
    curve(lambda rate: (0, -1000 * (rate > 0.123456), 0))
    result = solve(MAIN, vary=RATE, wanted={"2027-28": -500}, draws=0, years=NAMES)
    assert result.costings == MOST_COSTINGS
    assert [root.is_costed for root in result.solutions[0].roots] == [False]
    assert "read in a straight line" in str(result)


def test_a_range_over_powers_of_ten_is_searched_by_proportion(curve: Curve) -> None:
    curve(lambda cap: (0, -1000 * cap / (cap + 1e6), 0))
    name = "human_investment.caps.per_group@2027-04-01"
    result = solve(MAIN, vary=name, wanted={"2027-28": -500}, draws=0, years=NAMES)
    assert result.solutions[0].roots[0].value == pytest.approx(1e6, rel=0.01)


def test_values_that_the_law_cannot_have_are_not_costed(curve: Curve) -> None:
    curve(lambda rate: (0, rate, 0))
    result = solve(MAIN, revenue_neutral_with=MAIN_RATE, draws=0, years=NAMES)
    assert result.least == pytest.approx(0.06, abs=1e-6)  # below it marginal relief is more than the tax


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "Say what varies"),
        ({"vary": RATE}, "Say what varies"),
        ({"vary": "corporation_tax.main_rate", "wanted": {"2027-28": -1}}, "is not PATH@DATE"),
        ({"vary": "corporation_tax.man_rate@2027-04-01", "wanted": {"2027-28": -1}}, "Did you mean"),
        ({"vary": "human_investment.form@2027-04-01", "wanted": {"2027-28": -1}}, "goodwork sweep"),
        ({"vary": RATE, "wanted": {"2035-36": -1}}, "2035-36"),
        ({"vary": RATE, "wanted": {"2027-28": float("nan")}}, "is no amount"),
        ({"vary": RATE, "wanted": {"2027-28": -1e12}}, "is £1,000,000,000.0bn, more than the country earns in a year"),
        ({"vary": RATE, "wanted": {"2027-28": -1}, "between": (0.5, 0.1)}, "from the smaller"),
        ({"vary": RATE, "wanted": {"2027-28": -1}, "between": (0.5, 9)}, "may be 0 to 4"),
    ],
)
def test_what_cannot_be_solved_is_refused_in_words(curve: Curve, asked: dict, words: str) -> None:
    curve(lambda rate: (0, rate, 0))
    with pytest.raises(GoodworkError, match=words):
        solve(MAIN, **asked, draws=0, years=NAMES)


def test_each_costing_says_how_many_are_left_and_about_how_long_they_take(curve: Curve) -> None:
    curve(lambda rate: (0, -1000 * rate**1.2, -2000 * rate**1.2))
    said: list[str] = []
    wanted = {"2027-28": -100, "2026-27:2028-29": -900}
    solve(MAIN, vary=RATE, wanted=wanted, draws=0, years=NAMES, progress=lambda stage, _done: said.append(stage))
    searched = [stage for stage in said if " left at most" in stage]
    assert searched
    assert all(re.fullmatch(r"Cost at .*%: \d+ left at most, about \d+ s", stage) for stage in searched)


@pytest.mark.slow
def test_at_the_ends_of_the_values_range_the_effects_range_reaches_the_amount_wanted() -> None:
    result = solve(MAIN, vary=RATE, wanted={"2029-30": -500}, draws=100, between=(0, 1))
    root = result.solutions[0].roots[0]
    assert result.costings <= MOST_COSTINGS
    assert root.low < -500 < root.high
    assert root.value_low < root.value < root.value_high
    for value, end in ((root.value_low, "low"), (root.value_high, "high")):
        there = cost(MAIN, settings=[f"{RATE}={value:.9g}"], draws=100)
        assert getattr(there.uncertainty, end)[3] == pytest.approx(-500, rel=0.05)
