"""Settings of assumptions that a costing would not read are refused in words; those that it reads are not."""

from __future__ import annotations

import pytest

from openfisca_goodwork.costing import cost
from openfisca_goodwork.errors import GoodworkError
from tests.costing.test_costing import MAIN, population

RATE = "corporation_tax.main_rate@2027-04-01=0.26"
SET_UP, CHECKED, PER_CLAIM = (
    f"assumptions.administration.{name}@2010-04-01={value}"
    for name, value in (("set_up", 5e6), ("share_of_claims_checked", 0.5), ("cost_of_a_checked_claim", 900))
)
UNCERTAINTY = "assumptions.uncertainty"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GOODWORK_CACHE", str(tmp_path))


def costed(*settings: str, reform: str | tuple[()] = MAIN, **options):
    return cost(reform, population=population([1e6], [1e4]), settings=settings, **{"draws": 0, **options})


def refused(*settings: str, **options) -> str:
    with pytest.raises(GoodworkError) as fault:
        costed(*settings, **options)
    return str(fault.value)


@pytest.mark.parametrize("setting", [SET_UP, CHECKED, PER_CLAIM])
def test_what_running_a_relief_costs_is_refused_where_neither_law_has_one(setting):
    path = setting.partition("@")[0]
    assert refused(RATE, setting, reform=()) == (
        f"--set {setting}: {path} is not used: neither law has a relief for training to run."
    )


def test_what_running_a_relief_costs_counts_where_the_reform_has_one():
    """A million claims a year, of which half are checked at £900 each; £5m to set up, in the year before the relief."""
    spent = costed(SET_UP, CHECKED, PER_CLAIM).administration
    assert (spent[0], spent[-1]) == (pytest.approx(-5), pytest.approx(-450))


def test_a_relief_is_set_up_only_where_the_baseline_has_none():
    bigger = "human_investment.additional_deduction@2027-04-01=0.5"
    assert "no relief is set up that the baseline has not" in refused(bigger, SET_UP, reform=(), baseline=MAIN)
    assert costed(bigger, CHECKED, reform=(), baseline=MAIN).administration


def test_a_relief_set_up_outside_the_years_costs_nothing_in_them():
    assert "is set up in 2026-27, which is not among the years asked for" in refused(SET_UP, years="2027-28:2031-32")


@pytest.mark.parametrize(
    "name", ["level", "seed", "records", "training_spending.high", "elasticity.shape", "last_known_year"]
)
def test_how_an_interval_is_drawn_is_refused_where_there_is_none(name):
    value = {"elasticity.shape": "lognormal", "last_known_year": "2020"}.get(name, "2")
    value = "0.9" if name == "level" else value
    assert "is not used: without draws there is no interval." in refused(f"{UNCERTAINTY}.{name}@2010-04-01={value}")


def test_no_draws_by_a_setting_is_no_idle_setting_and_leaves_others_idle():
    none = f"{UNCERTAINTY}.draws@2010-04-01=0"
    assert costed(none, draws=None).uncertainty is None
    words = refused(none, f"{UNCERTAINTY}.seed@2010-04-01=7", draws=None)
    assert (
        words
        == f"--set {UNCERTAINTY}.seed@2010-04-01=7: {UNCERTAINTY}.seed is not used: without draws there is no interval."
    )


def test_how_many_draws_is_said_once():
    assert f"{UNCERTAINTY}.draws is not used with --draws 30." in refused(f"{UNCERTAINTY}.draws@2010-04-01=9", draws=30)


def test_the_range_of_what_a_measure_does_not_move_is_refused():
    words = refused(f"{UNCERTAINTY}.investment_growth.high@2010-04-01=0.09", draws=20)
    assert "is not used: the interval of this costing does not vary it." in words


def test_a_rating_counts_with_draws_or_without_and_that_of_another_measure_is_refused():
    own, other = (f"{UNCERTAINTY}.rating.{kind}.data@2010-04-01=low" for kind in ("human_investment", "corporation_tax"))
    assert costed(own).rating.data == "low"
    assert "is not used: nothing that it rates differs between the two laws." in refused(other)


def test_every_idle_setting_is_told_at_once():
    words = refused(
        RATE, SET_UP, f"{UNCERTAINTY}.seed@2010-04-01=7", "assumptions.audit.near_points@2010-04-01=0.1", reform=()
    )
    assert len(words.splitlines()) == 3


@pytest.mark.parametrize("path", ["assumptions.take_up.central.first_year", "assumptions.behaviour.displacement"])
def test_an_assumption_on_training_is_refused_where_no_law_has_a_relief_for_it(path):
    with pytest.raises(GoodworkError, match=f"{path} is not used: neither law has a relief for training"):
        cost(
            settings=["corporation_tax.main_rate@2027-04-01=0.26", f"{path}@2010-04-01=0.5"],
            population=population([1e6], [0.0]),
        )


@pytest.mark.parametrize(("name", "shape"), [("elasticity", "two_point"), ("earnings_growth", "lognormal")])
def test_a_form_that_an_assumption_cannot_have_is_refused_in_words(name, shape):
    with pytest.raises(GoodworkError, match=f"{name}.shape cannot be {shape}"):
        cost(
            MAIN, settings=[f"{UNCERTAINTY}.{name}.shape@2010-04-01={shape}"], population=population([1e6], [1e4]), draws=20
        )
