"""What visitors share: results of the library's reforms, and nothing that anybody wrote."""

from __future__ import annotations

import mmap
import pickle
import threading
from dataclasses import replace

import numpy as np
import pytest

from openfisca_goodwork import cache, costing, policy
from openfisca_goodwork.costing import runs
from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.desk import building, costing_desk, kept_results
from openfisca_goodwork.desk.costing_desk import CostingDesk, Work, checked, key_of
from openfisca_goodwork.errors import GoodworkError
from tests.reports.companies import MAIN
from tests.screens.conftest import SECONDS

YEARS = "2027-28:2028-29"


@pytest.fixture
def counted(monkeypatch):
    """How often a costing was made."""
    made, cost = [], costing.cost

    def counting(*arguments, **options):
        made.append(arguments)
        return cost(*arguments, **options)

    monkeypatch.setattr(costing, "cost", counting)
    return made


def public(behaviour="none"):
    return CostingRequest(policy.load(MAIN), years=YEARS, behaviour=behaviour)


def private():
    return CostingRequest(checked(policy.load(MAIN).text.replace("0.30", "0.20")).reform, years=YEARS, behaviour="none")


def silent(_stage, _done):
    pass


def test_a_result_of_the_librarys_reforms_is_kept(counted):
    desk = CostingDesk()
    assert desk.cost(public(), silent) is desk.cost(public(), silent)
    assert len(counted) == 1


def test_a_result_of_a_visitors_own_reform_is_kept_for_the_same_text_alone(counted):
    """A comment in a file is nobody else's to read: it would come with the file of the result."""
    desk = CostingDesk()
    text = f"{policy.load(MAIN).text.replace('0.30', '0.20')}# between you and me\n"
    asked = replace(private(), reforms=[checked(text).reform])
    assert desk.cost(private(), silent) is desk.cost(private(), silent)
    assert desk.cost(asked, silent).reforms[0].text == text
    assert desk.cost(private(), silent).reforms[0].text != text
    assert len(counted) == 2


def test_a_result_of_the_library_is_there_after_a_restart_and_one_of_a_visitors_own_reform_is_not(counted, tmp_path):
    before, own = CostingDesk().cost(public(), silent), CostingDesk().cost(private(), silent)
    again = CostingDesk()
    assert again.kept(public()).to_dict() == before.to_dict()
    assert again.cost(public(), silent).to_dict() == before.to_dict()
    assert len(counted) == 2
    assert again.kept(private()) is None
    assert not any(own.reforms[0].text.encode() in file.read_bytes() for file in tmp_path.glob("result-*"))


def test_a_file_of_a_result_that_is_damaged_or_names_what_is_no_data_is_made_again(counted, tmp_path):
    CostingDesk().cost(public(), silent)
    [file] = tmp_path.glob("result-*")
    for content in (b"no result", pickle.dumps(print), pickle.dumps(counted)):
        cache.write(file, {kept_results.HELD: np.frombuffer(content, dtype=np.uint8)})
        assert CostingDesk().kept(public()) is None
    CostingDesk().cost(public(), silent)
    assert CostingDesk().kept(public()) is not None


def test_what_is_kept_is_given_without_waiting_for_a_turn(counted):
    desk = CostingDesk()
    result = desk.cost(public(), silent)
    inside, free = threading.Event(), threading.Event()

    def hold(_stage, _done):
        inside.set()
        assert free.wait(timeout=SECONDS)

    thread = threading.Thread(target=desk.cost, args=(public("low"), hold))
    thread.start()
    assert inside.wait(timeout=SECONDS)
    assert desk.before() == 1
    assert desk.cost(public(), silent) is result
    free.set()
    thread.join(timeout=SECONDS)
    assert len(counted) == 2


def test_assumptions_of_the_population_have_it_built_anew_and_are_not_refused(monkeypatch):
    """The desk holds the usual companies, which keep what they were made of."""
    built, asked = [], []
    monkeypatch.setattr(building, "ensure", lambda _progress, *which: built.append(which))
    monkeypatch.setattr(costing, "cost", lambda **request: asked.append(request["population"]))
    setting = "assumptions.base.losses.entry@2000-01-01=0.13"
    CostingDesk().cost(replace(public(), settings=(setting,)), silent)
    assert built == [("latest", (setting,))]
    assert asked == ["default"]


def test_the_baseline_of_the_last_run_is_held_until_memory_is_let_go(monkeypatch):
    made, run = [], runs._run_baseline
    monkeypatch.setattr(runs, "_run_baseline", lambda *asked: made.append(asked) or run(*asked))
    runs.HELD.clear()
    work = Work()
    asked = [replace(public(), years=years) for years in (YEARS, "2027-28:2029-30")]
    held = [work.cost(silent, one) for one in asked]
    assert len(made) == len(runs.HELD) == 1
    work.let_go()
    assert work.cost(silent, asked[1]).to_dict() == held[1].to_dict()
    assert len(made) == 2


def test_how_long_a_run_takes_is_known_from_the_last_alike():
    desk = CostingDesk()
    assert desk.seconds(public()) == costing_desk.SECONDS_WITHOUT
    desk.cost(public(), silent)
    assert 0 < desk.seconds(public()) != costing_desk.SECONDS_WITHOUT
    assert desk.seconds(public("central")) == costing_desk.SECONDS_WITH_RANGE
    assert desk.seconds(CostingRequest(policy.load("law@2022-06-01"))) == costing_desk.SECONDS_OF_A_DAY


def test_an_edited_reform_under_the_librarys_name_never_gets_the_librarys_result():
    desk = CostingDesk()
    assert desk.cost(public(), silent).static[1] == pytest.approx(1.5 * desk.cost(private(), silent).static[1])


def test_only_the_last_results_are_kept(counted):
    desk = CostingDesk(most_kept=1)
    for behaviour in ("none", "low", "none"):
        desk.cost(replace(private(), behaviour=behaviour), silent)
    assert len(counted) == 3


def test_the_key_of_ones_own_reform_is_its_text():
    own = [replace(public(), reforms=[policy.parse(policy.load(MAIN).text + more)]) for more in ("", "# a comment\n")]
    assert key_of(own[0]) == key_of(public())
    assert len({key_of(private()), *map(key_of, own)}) == 3


def test_laws_of_two_days_have_two_keys():
    first, other = (key_of(CostingRequest(policy.load(f"law@{day}"))) for day in ("2022-06-01", "2023-06-01"))
    assert first != other


def test_settings_and_what_is_compared_with_are_part_of_the_key():
    asked = [public(), replace(public(), baseline=(policy.load(MAIN),)), replace(public(), settings=("a@2027-04-01=1",))]
    assert len(set(map(key_of, asked))) == 3


def test_a_second_visitor_waits_and_is_told(monkeypatch):
    monkeypatch.setattr(costing_desk, "WAIT", 0.01)
    desk, told, waiting, inside = CostingDesk(), [], threading.Event(), threading.Event()

    def first(stage, _done):
        inside.set()
        assert waiting.wait(timeout=SECONDS), stage

    def second(stage, _done):
        told.append(stage)
        waiting.set()

    thread = threading.Thread(target=desk.cost, args=(public(), first))
    thread.start()
    assert inside.wait(timeout=SECONDS)
    desk.cost(public("low"), second)
    thread.join(timeout=SECONDS)
    assert told[0] == "Wait: 1 run is before yours"


def test_who_asks_what_is_being_run_is_answered_with_its_end_and_before_others_who_came_first(counted, monkeypatch):
    monkeypatch.setattr(costing_desk, "WAIT", SECONDS)
    desk, answered, answers = CostingDesk(), threading.Event(), {}
    come = {"first": public(), "other": public("low"), "same": public()}

    def until_there_are(visitors):
        while desk.before() < visitors:
            threading.Event().wait(0.01)

    def running(name):
        if name == "first":
            until_there_are(len(come))
        if name == "other":
            assert answered.wait(timeout=SECONDS)

    def ask(name):
        answers[name] = desk.cost(come[name], lambda stage, _done: None if stage.startswith("Wait") else running(name))
        if name == "same":
            answered.set()

    visitors = [threading.Thread(target=ask, args=(name,)) for name in come]
    for number, visitor in enumerate(visitors, 1):
        visitor.start()
        until_there_are(number)
    for visitor in visitors:
        visitor.join(timeout=SECONDS)
    assert answers["same"] is answers["first"] is not answers["other"]
    assert len(counted) == 2


def test_a_run_that_is_stopped_gives_up_its_turn():
    desk = CostingDesk()

    def stopped(_stage, _done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.cost(public(), stopped)
    assert desk.cost(public(), silent).static


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("assumptions.uncertainty.records@2010-04-01=10000", "200 draws on 10,000 records, 2,000,000 in all"),
        ("assumptions.uncertainty.draws@2010-04-01=10000", "10,000 draws on 300 records, 3,000,000 in all"),
        ("assumptions.base.population.records@2000-01-01=250000", "250,000 is outside 1,000 to 150,000"),
    ],
)
def test_settings_that_would_hold_the_server_up_are_refused_before_anything_runs(counted, setting, words):
    with pytest.raises(GoodworkError, match=words):
        CostingDesk().cost(replace(public("central"), settings=(setting,)), silent)
    assert counted == []


def test_settings_of_ordinary_size_are_run(counted):
    asked = replace(public("central"), settings=("assumptions.behaviour.elasticity.central@2027-04-01=0.4",))
    assert CostingDesk().cost(asked, silent).static
    assert len(counted) == 1


def test_a_run_that_takes_too_much_memory_ends_in_words_and_gives_up_its_turn(monkeypatch):
    held = iter([0.0, 100.0])
    monkeypatch.setattr(costing_desk, "_megabytes", lambda: next(held, 1_701.0))
    desk = CostingDesk()
    with pytest.raises(GoodworkError, match="needs more than the 1,700 MB of memory that one run of this server may take"):
        desk.cost(public(), silent)
    monkeypatch.setattr(costing_desk, "_megabytes", lambda: 0.0)
    assert desk.cost(public(), silent).static


def test_memory_that_the_system_refuses_is_said_too(monkeypatch):
    def refused(**_asked):
        raise MemoryError

    monkeypatch.setattr(costing, "cost", refused)
    with pytest.raises(GoodworkError, match="The run was ended: it needs more than"):
        CostingDesk().cost(public(), silent)


def test_the_memory_of_a_process_is_what_the_system_says():
    before = costing_desk._megabytes()
    held = mmap.mmap(-1, 100_000_000)  # new pages, not those that a test before this has let go
    held[::4096] = b"x" * len(held[::4096])
    if costing_desk._MEMORY.exists():
        assert 90 < costing_desk._megabytes() - before < 200


def test_there_is_no_sentence_on_the_fit_before_the_population_is_there():
    desk = CostingDesk()
    assert desk.fit() == ""
    desk.cost(public(), silent)
    assert desk.fit().startswith("The population is within tolerance of 1 of 1")


def test_a_faulty_text_has_no_reform():
    report = checked("reform: [")
    assert report.reform is None
    assert report.faults
