"""The options of a costing are said once: what the function, the command, the link and the record take is made from them."""

from __future__ import annotations

import ast
import inspect
import shlex

import pytest
import typer

from openfisca_goodwork import policy
from openfisca_goodwork import population as people_of_the_country
from openfisca_goodwork.commands.main import app
from openfisca_goodwork.costing import cost, cost_again, record_of
from openfisca_goodwork.costing.request import CostingRequest, Kind, options
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.screens.links import costing_query
from openfisca_goodwork.screens.reform_draft import Draft
from tests.costing.test_costing import MAIN, population

FEES = "human-investment-super-deduction-external-fees"
NOT_DEFAULT = {
    "reforms": [MAIN, FEES],
    "baseline": [FEES],
    "years": "2027-28:2029-30",
    "behaviour": "low",
    "basis": "cash",
    "forecast": "2025-11",
    "population": "full",
    "companies": "companies.parquet",
    "age_to": "2029-30",
    "reweight": True,
    "disclosure": True,
    "where": ["section=C", "region=London"],
    "year_of_gains": "2028-29",
    "draws": 30,
    "appraise": True,
    "settings": ["assumptions.behaviour.elasticity.low@2010-04-01=0.2"],
}


def asked() -> CostingRequest:
    """A request with no option at its default."""
    return CostingRequest(**NOT_DEFAULT)


def test_the_function_takes_every_option_and_says_what_each_is():
    assert list(inspect.signature(cost).parameters) == [
        *(option.name for option in options()),
        "progress",
        "early",
        "records",
        "executor",
    ]
    said = inspect.getdoc(cost)
    assert all(f"{option.name}: {option.argument}" in said for option in options())


def test_the_command_takes_every_option_and_its_own_line_reproduces_a_request():
    command = typer.main.get_command(app).commands["cost"]
    line = shlex.split(asked().command)
    given = command.make_context("cost", line[2:]).params
    assert {name: given[name] for name in NOT_DEFAULT} == NOT_DEFAULT


def test_the_python_of_a_request_asks_for_the_same():
    called = ast.parse(asked().python).body[1].value
    given = {keyword.arg: ast.literal_eval(keyword.value) for keyword in called.keywords}
    assert {"reforms": ast.literal_eval(called.args[0]), **given} == NOT_DEFAULT


def test_a_link_has_what_the_page_asks_for_and_nothing_at_its_default():
    reforms = {"reforms": [policy.load(MAIN)], "baseline": [policy.load(FEES)]}
    query = costing_query(CostingRequest(**NOT_DEFAULT | reforms), Draft(MAIN))
    assert set(query) == {key for option in options() for key in option.link} | {"version"}
    assert (query["first"], query["last"], query["set"]) == (["2027-28"], ["2029-30"], NOT_DEFAULT["settings"])
    plain = costing_query(CostingRequest(reforms["reforms"]), Draft(MAIN))
    assert set(plain) == {"reforms", "first", "last", "behaviour", "version"}


def test_a_record_keeps_every_option_and_costs_the_same_again(tmp_path, monkeypatch):
    monkeypatch.setenv("GOODWORK_CACHE", str(tmp_path))
    people = population([1e6], [1e4])
    result = cost(MAIN, baseline=FEES, years="2027-28:2029-30", behaviour="low", basis="cash", draws=20, population=people)
    record = record_of(result)
    assert {option.name for option in options()} <= set(record)
    assert cost_again(record, population=people).is_same


def test_a_request_tells_all_that_is_wrong_with_it_at_once():
    with pytest.raises(GoodworkError) as fault:
        cost("no-such-reform", years="2031-32:2026-27", behaviour="strong", basis="weekly", forecast="2031-03", draws=-1)
    said = str(fault.value)
    for words in ("no-such-reform", "not a range", "'strong' is not", "'weekly' is not", "'2031-03' is not", "--draws -1"):
        assert words in said


def test_every_option_with_a_list_of_values_refuses_others_and_says_which_there_are():
    for one in (each for each in options() if each.kind is Kind.CHOICE):
        assert all(value in one.fault("none of them") for value in one.choices)
        assert not any(one.fault(value) for value in one.choices)


def test_settings_of_which_no_population_can_be_made_are_a_lesson_and_a_fault_of_ours_stays_one(monkeypatch):
    def failing(*_given, **_named):
        raise ValueError("f(a) and f(b) must have different signs")

    monkeypatch.setattr(people_of_the_country, "load", failing)
    setting = "assumptions.base.pay.spread@2000-01-01=2"
    with pytest.raises(GoodworkError, match=rf"can be made with --set {setting} \(f\(a\) and f\(b\) .* Set it nearer"):
        cost(MAIN, settings=[setting])
    with pytest.raises(ValueError, match=r"^f\(a\) and f\(b\)"):
        cost(MAIN)
