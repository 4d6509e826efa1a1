"""The work of a desk in a process of its own."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace

import pytest

from openfisca_goodwork.desk import apart, costing_desk
from openfisca_goodwork.desk.apart import Apart
from openfisca_goodwork.desk.costing_desk import CostingDesk, Work
from openfisca_goodwork.errors import GoodworkError
from tests.desk.test_costing_desk import public, silent
from tests.screens.conftest import SECONDS

CHILD = """
from functools import partial
from openfisca_goodwork import costing, population
from openfisca_goodwork.desk import apart, building, costing_desk
from tests.reports.companies import three_companies
from tests.screens.conftest import _fit
population.load = lambda _name, progress: three_companies()
population.report = lambda _people: _fit()
building.is_kept = lambda *_which: True
costing.cost = partial(costing.cost, draws=0)
costing_desk.MOST_MEGABYTES = {most}
apart.serve()
"""


class LeftError(BaseException):
    """What a visitor's leaving looks like from here."""


@pytest.fixture(scope="module")
def work():
    """Work in a process over the three companies of the pages: that of the test before, where it left one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apart, "_CHILD", CHILD.format(most=costing_desk.MOST_MEGABYTES))
        made = Apart()
        yield made
        made.end()


def pid(work):
    return work._process.pid


def test_a_run_apart_says_its_stages_and_gives_what_one_here_gives_and_the_next_is_done_by_the_same_process(work):
    desk, stages, early = CostingDesk(work=work), [], []
    asked = replace(public("low"), draws=5)
    result = desk.cost(asked, lambda stage, done: stages.append((stage, done)), early.append)
    process = pid(work)
    assert result.to_dataframe().equals(CostingDesk().cost(asked, silent).to_dataframe())
    assert [one.static for one in early] == [result.static]
    assert len({stage for stage, _done in stages}) > 2
    assert desk.fit().startswith("The population is within tolerance of 1 of 1")
    with pytest.raises(GoodworkError, match="is no region"):
        desk.of_population("audit", silent, "Atlantis")
    assert desk.of_population("report", silent).lines
    assert pid(work) == process


def test_a_run_that_nobody_wants_any_more_ends_at_once_with_its_process(work):
    desk, left = CostingDesk(work=work), []

    def leave(stage, _done):
        if stage != apart._BEGIN[0]:
            left.append(work._process)
            raise LeftError

    with pytest.raises(LeftError):
        desk.cost(public(), leave)
    assert [process.returncode for process in left] == [-signal.SIGKILL]
    assert desk.before() == 0
    assert desk.cost(public(), silent).static


def test_a_run_that_is_refused_here_in_words_ends_too_and_answers_no_later_question(work):
    desk, begun = CostingDesk(work=work), []

    def refuse(stage, _done):
        if stage != apart._BEGIN[0]:
            begun.append(pid(work))
            raise GoodworkError("Not here.")

    with pytest.raises(GoodworkError, match="Not here"):
        desk.cost(public(), refuse)
    with pytest.raises(ProcessLookupError):
        os.kill(begun[0], 0)
    assert desk.cost(public(), silent).static


def test_a_process_that_is_ended_from_outside_is_said_and_the_next_run_begins_another(work):
    desk = CostingDesk(work=work)

    def kill(stage, _done):
        if stage != apart._BEGIN[0]:
            os.kill(pid(work), signal.SIGKILL)

    with pytest.raises(GoodworkError, match="was ended from outside"):
        desk.cost(public(), kill)
    assert desk.cost(public(), silent).static


def test_what_goes_wrong_in_the_process_is_said_here(monkeypatch, capfd):
    """Too much memory in words, a fault of the program as one."""
    monkeypatch.setattr(
        apart, "_CHILD", CHILD.format(most=-10_000).replace("apart.serve", "costing_desk.Work.report = 1\napart.serve")
    )
    work = Apart()
    with pytest.raises(GoodworkError, match="The run was ended: it needs more than"):
        CostingDesk(work=work).cost(public(), silent)
    with pytest.raises(RuntimeError, match="its traceback is in the server's log"):
        CostingDesk(work=work).of_population("report", silent)
    assert work._process is None
    assert "TypeError: 'int' object is not callable" in capfd.readouterr().err


def test_memory_is_let_go_once_nobody_runs_or_waits_for_a_while(monkeypatch):
    let_go, done = [], threading.Event()
    monkeypatch.setattr(Work, "let_go", lambda _work: (let_go.append(len(desk._turns)), done.set()))
    monkeypatch.setattr(costing_desk, "REST", 0.05)
    desk = CostingDesk()
    entered = threading.Event()

    def second():
        desk.cost(public("low"), lambda _stage, _done: time.sleep(0.02))

    waiting = threading.Thread(target=second)

    def first(_stage, _done):
        if not entered.is_set():
            entered.set()
            waiting.start()
            while desk.before() < 2:
                time.sleep(0.01)

    desk.cost(public(), first)
    assert not let_go
    waiting.join()
    assert done.wait(timeout=SECONDS)
    assert let_go == [1]
    assert desk.before() == 0


def test_letting_go_of_memory_begins_no_process():
    work = Apart()
    work.let_go()
    assert work._process is None
