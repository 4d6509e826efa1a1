"""A population in parts costs what it does as a whole."""

from __future__ import annotations

import json
import pickle
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from openfisca_goodwork import population
from openfisca_goodwork.costing import cost, cost_each, plan_of
from openfisca_goodwork.costing import executor as workers_of
from openfisca_goodwork.costing import parts as parts_of_costing
from openfisca_goodwork.costing.executor import LocalWorkers, opened
from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.costing.uncertainty import estimate
from openfisca_goodwork.errors import DataError, GoodworkError
from openfisca_goodwork.population import Population, chosen
from tests.costing.tiny_population import TinyPopulation

REFORM = "human-investment-super-deduction"


class InProcess(Executor):
    """Workers of this process: each task goes through a pickle to them and back, as between processes.

    Attributes:
        sent: bytes of each task. losses: how many of the first tasks lose their worker.
    """

    def __init__(self, losses: int = 0, fault: type[Exception] = BrokenProcessPool) -> None:
        self.sent: list[int] = []
        self.losses, self.fault = losses, fault

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        sent, future = pickle.dumps((fn, args, kwargs)), Future[Any]()
        self.sent.append(len(sent))
        if len(self.sent) <= self.losses:
            future.set_exception(self.fault("the worker is gone"))
            return future
        try:
            function, arguments, named = pickle.loads(sent)  # noqa: S301 - of this process
            future.set_result(pickle.loads(pickle.dumps(function(*arguments, **named))))  # noqa: S301
        except Exception as fault:  # noqa: BLE001 - it is raised where the result is asked for
            future.set_exception(fault)
        return future


class OneAtWork(InProcess):
    """A worker that does its first task and leaves the others waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Future[Any]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if not self.sent:
            return super().submit(fn, *args, **kwargs)
        self.waiting.append(Future())
        return self.waiting[-1]


@pytest.fixture(scope="module")
def people() -> Population:
    """One in twenty of the records."""
    whole = population.load()
    some = chosen(whole, np.arange(0, whole.records, 20))
    return Population(some.columns, "a small population")


@pytest.mark.parametrize("reforms", [REFORM, "corporation-tax-stays-19-percent-2023", [REFORM, "no-full-expensing"]])
def test_parts_add_up_to_the_whole(monkeypatch: pytest.MonkeyPatch, people: Population, reforms: Any) -> None:
    year = "2031-32"  # unless given, that of the finding of the first part, which here stands for too few companies
    whole = cost(reforms, population=people, draws=0, year_of_gains=year).to_dataframe()
    monkeypatch.setattr(parts_of_costing, "AT_ONCE", 2_100)
    parts = cost(reforms, population=people, draws=0, year_of_gains=year).to_dataframe()
    assert list(parts["item"]) == list(whole["item"])
    assert parts["value"].to_numpy() == pytest.approx(whole["value"].to_numpy(), rel=1e-9, abs=1e-9)


def test_in_cash_parts_add_up_to_the_whole_too(monkeypatch: pytest.MonkeyPatch, people: Population) -> None:
    whole = cost(REFORM, population=people, draws=0, basis="cash")
    monkeypatch.setattr(parts_of_costing, "AT_ONCE", 2_100)
    parts = cost(REFORM, population=people, draws=0, basis="cash")
    assert parts.post_behavioural == pytest.approx(whole.post_behavioural, rel=1e-9, abs=1e-9)
    assert parts.bridge is not None and whole.bridge is not None
    assert parts.bridge.cash == pytest.approx(whole.bridge.cash, rel=1e-9, abs=1e-9)
    assert parts.timeline.straddling == pytest.approx(whole.timeline.straddling)


def test_shares_of_the_whole_are_those_of_all_parts(monkeypatch: pytest.MonkeyPatch, people: Population) -> None:
    settings = ["assumptions.behaviour.maximum_response@2010-04-01=0.001"]
    whole = cost(REFORM, population=people, draws=0, settings=settings)
    monkeypatch.setattr(parts_of_costing, "AT_ONCE", 2_100)
    assert 0 < whole.share_at_maximum < 1
    assert cost(REFORM, population=people, draws=0, settings=settings).share_at_maximum == pytest.approx(
        whole.share_at_maximum
    )


def test_what_is_no_population_is_refused_in_words(people: Population) -> None:
    with pytest.raises(GoodworkError, match="population: a dict is none"):
        cost(REFORM, population=people.columns)


def test_a_population_of_few_records_is_one_part(people: Population) -> None:
    assert not people.is_part
    assert [one.is_part for one in people.parts(4_000)] == [True, True]


def test_the_command_that_gives_a_result_again_names_the_population(
    monkeypatch: pytest.MonkeyPatch, people: Population
) -> None:
    monkeypatch.setattr(population, "load", lambda *_, **__: people)
    assert "--population full" in cost(REFORM, population="full").command
    assert "--population" not in cost(REFORM).command


# --- workers -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch, people: Population) -> Iterator[None]:
    """A population that is had by its name, in two parts, and draws in several stretches."""
    monkeypatch.setattr(parts_of_costing, "AT_ONCE", 3_100)
    monkeypatch.setattr(estimate, "ROWS_AT_ONCE", 20_000)
    monkeypatch.setattr(population, "load", lambda *_, **__: people)
    yield
    parts_of_costing._last.clear()


def bytes_of(reforms: Any, draws: int = 100, **asked: Any) -> str:
    return json.dumps(cost(reforms, draws=draws, **asked).to_dict())


@pytest.mark.usefixtures("in_parts")
@pytest.mark.parametrize("reforms", [REFORM, ["corporation-tax-stays-19-percent-2023", REFORM]])
def test_workers_give_the_bytes_of_one_process_and_are_sent_no_company(reforms: Any) -> None:
    workers = InProcess()
    assert bytes_of(reforms, executor=workers) == bytes_of(reforms)
    assert len(workers.sent) >= 4
    # Three hundred records of a sample alone have some forty inputs each, of eight accounting periods.
    assert max(workers.sent) < 300 * 40 * 8 * 8 / 10


@pytest.mark.usefixtures("in_parts")
def test_several_threads_give_who_gains_and_cash_alike() -> None:
    asked: dict[str, Any] = {"year_of_gains": "2029-30", "basis": "cash", "draws": 0}
    with ThreadPoolExecutor(2) as workers:
        found = cost(REFORM, executor=workers, **asked)
    assert found == cost(REFORM, **asked)


@pytest.mark.usefixtures("in_parts")
def test_a_population_given_as_it_is_goes_out_part_by_part_and_progress_goes_over_all(people: Population) -> None:
    workers = InProcess()
    heard: list[tuple[str, float]] = []
    found = bytes_of(REFORM, draws=0, population=people, executor=workers, progress=lambda *stage: heard.append(stage))
    assert found == bytes_of(REFORM, draws=0, population=people)
    assert len(workers.sent) == 2
    shares = [share for stage, share in heard if "by workers" in stage]
    assert shares == sorted(shares) and min(shares) < 0.7 and max(shares) == pytest.approx(0.9)


@pytest.mark.usefixtures("in_parts")
def test_a_part_that_finds_another_year_is_run_again_with_that_of_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    found, years = parts_of_costing.found_in, iter((2029, 2031))

    def with_other_years(laws, people, place, assumed, year, *more):
        return found(laws, people, place, assumed, year or next(years), *more)

    monkeypatch.setattr(parts_of_costing, "found_in", with_other_years)
    workers = InProcess()
    result = cost(REFORM, draws=0, executor=workers)
    assert len(workers.sent) == 3
    monkeypatch.setattr(parts_of_costing, "found_in", found)
    assert result.to_dict()["distribution"] == cost(REFORM, draws=0, year_of_gains="2029-30").to_dict()["distribution"]


@pytest.mark.usefixtures("in_parts")
def test_who_stops_a_costing_stops_its_workers() -> None:
    def stopping(stage: str, _done: float) -> None:
        if "by workers: 1 done" in stage:
            raise KeyboardInterrupt

    workers = OneAtWork()
    with pytest.raises(KeyboardInterrupt):
        cost(REFORM, draws=0, executor=workers, progress=stopping)
    assert [one.cancelled() for one in workers.waiting] == [True]


@pytest.mark.usefixtures("in_parts")
def test_a_worker_with_another_population_is_refused(monkeypatch: pytest.MonkeyPatch, people: Population) -> None:
    others = iter([people])
    unlike = Population(people.columns, "other figures")
    monkeypatch.setattr(population, "load", lambda *_, **__: next(others, unlike))
    with pytest.raises(DataError, match="other figures than the one asked about"):
        cost(REFORM, draws=0, executor=InProcess())


@pytest.mark.usefixtures("in_parts")
def test_a_list_of_requests_is_costed_in_its_order_with_and_without_workers() -> None:
    asked = [CostingRequest(REFORM, behaviour=level, draws=0) for level in ("low", "high")]
    heard: list[int] = []
    found = cost_each(asked, InProcess(), heard.append)
    assert found == cost_each(asked)
    assert [one.behaviour for one in found] == ["low", "high"]
    assert heard[-1] == 2


def test_records_are_written_by_one_process(tmp_path: Path) -> None:
    with pytest.raises(GoodworkError, match="--records is written by one process"):
        cost(REFORM, executor=InProcess(), records=tmp_path)


def test_what_a_worker_refuses_is_said_in_its_words() -> None:
    with pytest.raises(GoodworkError, match="There is nothing to cost"):
        cost_each([CostingRequest()], InProcess())


def test_tasks_that_lose_their_worker_are_done_by_another_and_given_up_in_words_after_three() -> None:
    words = {BrokenProcessPool: "was lost", ConnectionResetError: "was lost", MemoryError: "ran out of memory"}
    for fault, said in words.items():
        assert list(workers_of.in_order(InProcess(losses=2, fault=fault), abs, [-1, -2, -3])) == [1, 2, 3]
        with pytest.raises(GoodworkError, match=f"(?s){said}.*3 times.*--plan says"):
            list(workers_of.in_order(InProcess(losses=100, fault=fault), abs, [-1]))


def test_a_worker_of_another_version_is_refused_with_both_named(monkeypatch: pytest.MonkeyPatch) -> None:
    here = workers_of.own_versions()
    there = iter([here, {**here, "numpy": "1.0", "Python": "3.9"}])
    monkeypatch.setattr(workers_of, "own_versions", lambda: next(there))
    with pytest.raises(GoodworkError, match=r"Python is 3\.9 there and 3\.\d+ here and numpy is 1\.0 there and .* here"):
        list(workers_of.in_order(InProcess(), abs, [1]))


def test_a_worker_without_the_package_is_told_what_to_install() -> None:
    with pytest.raises(GoodworkError, match=r"lacks this package\. Install openfisca-goodwork"):
        list(workers_of.in_order(InProcess(losses=1, fault=_LackingError), abs, [1]))


class _LackingError(ModuleNotFoundError):
    def __init__(self, _words: str) -> None:
        super().__init__("No module", name="openfisca_goodwork.costing")


def test_a_task_that_is_late_is_given_to_a_second_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers_of, "SLOW_SECONDS", 0.3)
    is_second, over = threading.Event(), threading.Event()
    with ThreadPoolExecutor(3) as workers:
        found = list(workers_of.in_order(workers, partial(_late, is_second, over), [1, 2]))
        over.set()
    assert found == [1, 4]


def _late(is_second: threading.Event, over: threading.Event, number: int) -> int:
    """The square of a number; of 2 the first time never."""
    if number == 2 and not is_second.is_set():
        is_second.set()
        over.wait()
    return number**2


def test_the_plan_says_parts_stretches_and_memory_before_anything_is_run() -> None:
    with opened(workers=2) as workers:
        plan = plan_of(CostingRequest(REFORM, population="full", draws=1_000, executor=workers))
        alone = plan_of(CostingRequest(REFORM, population="full"))
        assert isinstance(workers, LocalWorkers) and not workers.processes
    assert (plan.parts, plan.stretches, plan.used, plan.where) == (21, 4, 2, "workers")
    assert 500 < plan.memory_of_a_worker < 2_000 and plan.memory_here < alone.memory_here
    assert "Memory of each worker" in plan.summary() and "Memory of each worker" not in alone.summary()
    assert not replace(plan, memory_there_is=1_000).is_enough
    assert "more memory than there is" in replace(plan, memory_there_is=1_000).summary()


def test_the_plan_asks_for_no_less_memory_than_was_measured() -> None:
    default = plan_of(CostingRequest(REFORM))
    assert default.records == 120_000
    assert 1_511 <= default.memory_here <= 1_511 * 1.1  # MB, benchmarks/results.md


def _silent(said: bytes) -> Iterator[int]:
    """A port that says something, or nothing, to whoever calls."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            caller, _ = server.accept()
            with caller, suppress(OSError):
                caller.sendall(said)
                caller.recv(1)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"workers": 0}, "--workers 0 is outside 1 to 256"),
        ({"workers": 2, "scheduler": "tcp://127.0.0.1:1"}, "not both"),
        ({"scheduler": "127.0.0.1:8786"}, "no address of a scheduler"),
        ({"scheduler": "tcp://127.0.0.1:1"}, "No Dask scheduler answers .* refused"),
        ({"scheduler": "tcp://127.0.0.1:99999"}, "no address of a scheduler"),
    ],
)
def test_workers_that_cannot_be_are_refused_in_words(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(GoodworkError, match=words), opened(**asked):
        pass


def test_a_port_with_something_else_behind_it_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers_of, "ANSWER", 1)
    for said, words in ((b"SSH-2.0-OpenSSH_9.6", "says b'SSH-2.0-'"), (b"", "timed out")):
        for port in _silent(said):
            with pytest.raises(GoodworkError, match=words), opened(scheduler=f"tcp://127.0.0.1:{port}"):
                pass


def test_without_dask_a_scheduler_is_answered_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    words = r"pip install 'openfisca-goodwork\[cluster\]'.*--workers N needs nothing"
    with pytest.raises(GoodworkError, match=words), opened(scheduler="tcp://127.0.0.1:8786"):
        pass


def test_a_reform_that_changes_nothing_is_not_run_for_no_records():
    heard = []
    facts = {"trading_profit_before_capital_allowances": [1e6]}
    people = TinyPopulation(facts, np.array([1e6]), np.array([0.0]))
    cost(REFORM, draws=0, population=people, progress=lambda stage, _done: heard.append(stage))
    assert "Find that no record is affected" in heard
    assert not [stage for stage in heard if " 0 records" in stage]
