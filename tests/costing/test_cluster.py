"""Processes that work together, on this machine alone: the same bytes whatever dies, and no worker is left behind."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from openfisca_goodwork.commands.main import app
from openfisca_goodwork.costing import cost, parts
from openfisca_goodwork.costing import executor as workers_of
from openfisca_goodwork.costing.executor import LocalWorkers, opened
from openfisca_goodwork.costing.uncertainty import estimate

REFORM = "human-investment-super-deduction"
MOMENTS = 5
# Of few records in three parts and three stretches of draws.
ASKED: dict[str, Any] = {"settings": ["assumptions.base.population.records@2000-01-01=6000"], "draws": 100}
AT_ONCE, ROWS_AT_ONCE = 2_500, 16_000


@pytest.fixture(scope="module", autouse=True)
def _in_parts() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(parts, "AT_ONCE", AT_ONCE)
        patched.setattr(estimate, "ROWS_AT_ONCE", ROWS_AT_ONCE)
        yield


@pytest.fixture(scope="module")
def alone(_in_parts: None) -> str:
    """The costing in this process."""
    return json.dumps(cost(REFORM, **ASKED).to_dict())


def is_alive(pid: int) -> bool:
    with suppress(OSError):
        os.kill(pid, 0)
        return True
    return False


def are_ended(pids: Iterable[int]) -> bool:
    """Whether processes end within ten seconds: those that were killed are there until somebody asks for them."""
    for _ in range(100):
        multiprocessing.active_children()
        if not any(map(is_alive, pids)):
            return True
        time.sleep(0.1)
    return False


def killing(moment: int, pids: Callable[[], list[int]]) -> Callable[[str, float], None]:
    """A progress callback that kills a worker once, when the first worker is there and so much of the work is done."""
    share = 0.3 + moment * 0.65 / MOMENTS
    left = [None]

    def heard(_stage: str, done: float) -> None:
        alive = [one for one in pids() if is_alive(one)]
        if left and alive and done >= share:
            left.clear()
            os.kill(alive[0], signal.SIGKILL)

    return heard


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_worker_killed_at_any_moment_changes_no_byte(alone: str, moment: int) -> None:
    with LocalWorkers(2) as workers:
        heard = killing(moment, lambda: sorted(workers.processes))
        found = cost(REFORM, **ASKED, executor=workers, progress=heard)
    assert json.dumps(found.to_dict()) == alone
    assert len(workers.processes) >= 3
    assert are_ended(workers.processes)


@contextmanager
def cluster(workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and workers of this Python, on the loopback."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    host, port = address.removeprefix("tcp://").split(":")
    begun = [_begun("scheduler", "--host", host, "--port", port)]
    try:
        begun += [_begun("worker", address, "--nthreads", "1", "--no-nanny", "--host", host) for _ in range(workers)]
        yield address, begun[1:]
    finally:
        for one in begun:
            one.kill()
            one.wait()


def _begun(what: str, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *options, "--no-dashboard"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_three_processes_on_the_loopback_give_the_bytes_of_one_though_one_is_killed(alone: str) -> None:
    with cluster(workers=2) as (address, workers):
        for waited in count():
            assert waited < 120, "the scheduler never listened"
            with suppress(OSError), socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))):
                break
            time.sleep(0.5)
        with opened(scheduler=address) as executor:
            heard = killing(1, lambda: [workers[0].pid])
            found = cost(REFORM, **ASKED, executor=executor, progress=heard)
        assert workers[0].wait(10) == -signal.SIGKILL
    assert json.dumps(found.to_dict()) == alone


class Relay:
    """A port that hands on what is sent between those who call it and a scheduler, and can be cut."""

    def __init__(self, address: str) -> None:
        host, _, port = address.removeprefix("tcp://").rpartition(":")
        self.server, self.there = socket.create_server(("127.0.0.1", 0)), (host, int(port))
        self.address = f"tcp://127.0.0.1:{self.server.getsockname()[1]}"
        self.pairs: list[tuple[socket.socket, socket.socket]] = []
        self.hands_on = threading.Event()
        self.hands_on.set()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                here, there = self.server.accept()[0], socket.create_connection(self.there)
                self.pairs.append((here, there))
                for ends in ((here, there), (there, here)):
                    threading.Thread(target=self._pump, args=ends, daemon=True).start()

    def _pump(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while said := one.recv(65_536):
                self.hands_on.wait()
                other.sendall(said)
        self._close(one, other)

    @staticmethod
    def _close(*ends: socket.socket) -> None:
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def cut(self) -> None:
        """End every connection; whoever calls again gets through."""
        for pair in list(self.pairs):
            self._close(*pair)
        self.pairs.clear()

    def cut_for_good(self) -> None:
        """End every connection, and take no more."""
        self._close(self.server)
        self.cut()


@contextmanager
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Relay, list[Callable[[], None]]]]:
    """A cluster of Dask, a relay before its scheduler, and what is to happen as each part begins to be run."""
    from distributed import LocalCluster

    options = {"n_workers": 2, "threads_per_worker": 1, "processes": False, "protocol": "tcp", "host": "127.0.0.1"}
    happenings: list[Callable[[], None]] = []
    found_in = parts.found_in

    def found_after(*asked: Any) -> Any:
        if happenings:
            happenings.pop(0)()
        return found_in(*asked)

    monkeypatch.setattr(parts, "found_in", found_after)
    with LocalCluster(**options, dashboard_address=None) as held:
        relay = Relay(held.scheduler_address)
        try:
            yield held, relay, happenings
        finally:
            relay.hands_on.set()
            relay.cut_for_good()


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::RuntimeWarning")
def test_a_connection_cut_at_several_moments_changes_no_byte_and_for_good_is_refused_with_nothing_written(
    alone: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with in_this_process(monkeypatch) as (_held, relay, happenings):
        happenings.extend([relay.cut, relay.hands_on.set, relay.hands_on.set, relay.cut])  # no task is lost three times
        with opened(scheduler=relay.address) as executor:
            assert json.dumps(cost(REFORM, **ASKED, executor=executor).to_dict()) == alone
        assert not happenings
    for name, seconds in (("ANSWER", 2), ("ASKED_EVERY", 0.5), ("GIVEN_UP", 3)):
        monkeypatch.setattr(workers_of, name, seconds)
    for words, lose in (
        ("could not be reached for 2 seconds", lambda _held, relay: relay.cut_for_good()),
        ("has not answered for 3 seconds", lambda _held, relay: relay.hands_on.clear()),
        ("has had no worker for 3 seconds", lambda held, _relay: held.scale(0)),
    ):
        with in_this_process(monkeypatch) as (held, relay, happenings):
            happenings.append(lambda lose=lose, held=held, relay=relay: lose(held, relay))
            out = tmp_path / words
            asked = [REFORM, "--set", *ASKED["settings"], "--draws", "0", "--scheduler", relay.address, "--out", str(out)]
            told = CliRunner().invoke(app, ["cost", *asked])
        assert told.exit_code == 2, told.output
        assert f"The scheduler {words}: nothing is written. See that it and its workers run" in " ".join(told.stderr.split())
        assert not out.exists() and "Traceback" not in told.output
