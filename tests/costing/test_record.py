"""The record of a run: the record alone gives the result again, and what has changed since is told."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace

import pytest

import openfisca_goodwork as goodwork
from openfisca_goodwork.costing import cost, cost_again, record_of
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.policy import load, parse
from tests.reports.companies import MAIN, three_companies

SETTINGS = ("human_investment.additional_deduction@2028-04-01=0.4",)
RUNS = {
    "one reform": (MAIN, {}),
    "a baseline, years, behaviour and a setting": (
        MAIN,
        {"baseline": ["law@2024-04-01"], "years": "2027-28:2029-30", "behaviour": "high", "settings": SETTINGS, "draws": 20},
    ),
    "two reforms": (f"{MAIN} + no-full-expensing", {"draws": 0}),
    "settings alone": ((), {"settings": SETTINGS, "draws": 0}),
    "no effect": (MAIN, {"years": "2018-19:2019-20"}),
}


@pytest.fixture
def record():
    return kept(cost(MAIN, population=three_companies(), draws=0))


def kept(result):
    """A record as a file of JSON has it."""
    return json.loads(json.dumps(record_of(result), allow_nan=False))


def again(record):
    return cost_again(record, population=three_companies())


@pytest.mark.parametrize("run", RUNS)
def test_the_record_alone_gives_the_result_again(run):
    reforms, options = RUNS[run]
    first = cost(reforms, population=three_companies(), **options)
    result = again(kept(first))
    assert (result.is_same, result.changes, result.differences) == (True, (), ())
    assert result.result.post_behavioural == first.post_behavioural
    assert result.result.to_dict() == first.to_dict()
    assert result.summary().startswith("The costing of the record comes out the same.")


def test_the_text_of_the_record_counts_and_not_the_library():
    mine = parse(load(MAIN).text.replace("2027-04-01: 0.30", "2027-04-01: 0.15"))
    first = cost(mine, population=three_companies(), draws=0)
    result = again(kept(first))
    assert result.result.static == first.static
    assert result.result.static != cost(MAIN, population=three_companies(), draws=0).static


def test_the_record_can_be_read_from_a_file(record, tmp_path):
    file = tmp_path / "run-record.json"
    file.write_text(json.dumps(record), encoding="utf-8")
    assert again(file).is_same
    assert goodwork.cost_again is cost_again


def test_the_record_holds_the_seed_the_forecast_and_the_parameters(record):
    assert record["population"]["seed"] == 1
    assert record["forecast"] == "latest"
    assert len(record["parameters"]) == 64


def test_the_seed_of_the_record_is_the_one_of_the_run():
    result = replace(
        cost(MAIN, population=three_companies(), draws=0), settings=("assumptions.base.population.seed@2010-01-01=7",)
    )
    assert record_of(result)["population"]["seed"] == 7


def test_what_has_changed_since_is_told_and_the_figures_that_differ(record):
    record["model_version"] = "0.0.1"
    record["population"]["fingerprint"] = "another"
    record["result"]["exchequer_effect"]["static"][0] += 1
    result = again(record)
    assert not result.is_same
    assert [change.split(":")[0] for change in result.changes] == ["Version of the model", "Fingerprint of the population"]
    (difference,) = result.differences
    assert difference.startswith("exchequer_effect.static[1]: ")
    assert "does not come out the same" in result.summary()
    assert result.to_dict()["same"] is False


def test_a_figure_that_differs_though_nothing_changed_is_a_bug_and_said_to_be(record):
    record["result"]["claimants"][0] += 1
    assert "report this as a bug" in again(record).summary()


def test_figures_that_differ_by_less_than_eight_digits_are_the_same(record):
    record["result"]["exchequer_effect"]["static"][0] *= 1 + 5e-10
    assert again(record).is_same
    record["result"]["exchequer_effect"]["static"][0] *= 1 + 5e-7
    assert not again(record).is_same


def test_a_file_that_was_changed_beside_its_record_is_named(record, tmp_path):
    for name in ("cost.csv", "costing.xlsx", "note.docx"):
        (tmp_path / name).write_text(name)
    record["files"] = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(tmp_path.iterdir())}
    kept_in = tmp_path / "run-record.json"
    kept_in.write_text(json.dumps(record))
    assert cost_again(kept_in, population=three_companies()).files == ()
    (tmp_path / "costing.xlsx").write_text("another figure")
    (tmp_path / "note.docx").unlink()
    result = cost_again(kept_in, population=three_companies())
    assert result.is_same
    assert result.files == (
        "costing.xlsx was changed after the run: it is not the file that the record was written with.",
        "note.docx is no longer beside the record.",
    )
    assert result.files[0] in result.summary()
    assert result.to_dict()["files"] == list(result.files)
    assert again(record).files == ()  # the record alone says nothing of files


def test_a_record_that_names_a_file_elsewhere_is_refused(record):
    record["files"] = {"../cost.csv": "0"}
    with pytest.raises(GoodworkError, match="stand beside its record"):
        again(record)


def test_a_pipe_that_nothing_writes_to_is_no_record_and_nobody_waits_for_it(tmp_path):
    os.mkfifo(tmp_path / "run-record.json")
    with pytest.raises(GoodworkError, match="It is a pipe that nothing writes to"):
        cost_again(tmp_path / "run-record.json")


def test_every_fault_of_a_record_is_told_at_once():
    with pytest.raises(GoodworkError) as told:
        cost_again({"reforms": ["x"], "years": [], "behaviour": 3, "settings": [1], "result": {}, "population": {}})
    said = str(told.value)
    assert all(
        one in said
        for one in (
            "model_version is missing",
            "behaviour is not a text",
            "years is empty",
            "settings.0 is not a text",
            "reforms.0 is not an object",
        )
    )


@pytest.mark.parametrize(
    ("content", "said"), [("{", "is not JSON"), ("[1]", "holds no object"), ("[" * 9999, "is not JSON")]
)
def test_a_file_that_is_no_record_is_refused_in_words(tmp_path, content, said):
    file = tmp_path / "run-record.json"
    file.write_text(content)
    with pytest.raises(GoodworkError, match=said):
        cost_again(file)


def test_a_file_that_is_not_there_is_a_lesson(tmp_path):
    with pytest.raises(GoodworkError, match=r"cannot be read: No such file"):
        cost_again(tmp_path / "none.json")


def test_a_hostile_text_in_a_record_is_read_as_a_reform_file_is(record):
    record["reforms"][0]["text"] = "!!python/object/apply:os.system ['true']"
    with pytest.raises(GoodworkError):
        again(record)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"draws": "many"}, "draws is not a whole number."),
        ({"year_of_gains": 2027}, "year_of_gains is not a text."),
        ({"population": {"name": 1}}, "population.name is not a text."),
    ],
)
def test_an_option_of_another_kind_is_a_fault_of_the_record(record, changed, told):
    with pytest.raises(GoodworkError, match=told):
        again({**record, **changed})
