"""Workers: processes of this machine, or of a Dask cluster, behind Python's ``Executor``.

A worker that is lost has its task done by another, up to ``TRIES`` times; one of another version of the package, of Python
or of a library that figures come from is refused in words. Results come back in the order of their tasks.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import multiprocessing
import os
import platform
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager, suppress
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from openfisca_goodwork import cache, system
from openfisca_goodwork.costing.ticks import SECONDS, on_one_processor
from openfisca_goodwork.errors import GoodworkError, and_joined, counted, quoted
from openfisca_goodwork.version import installing, model_version

TRIES = 3
MOST_WORKERS = 256  # of one machine; no machine has more processors to give them
# How long a scheduler may take to answer, and its first worker to be there (seconds).
ANSWER, FIRST_WORKER = 10, 30
# A task is given to a second worker once nothing has come back for SLOW times the longest wait so far, and SLOW_SECONDS.
SLOW, SLOW_SECONDS = 5.0, 60.0
# A cluster is asked for its workers so often while nothing comes back, and given up after so long without any (seconds).
ASKED_EVERY, GIVEN_UP = 5.0, 60.0
PACKAGE, CODE = "openfisca-goodwork", "code and parameters of openfisca-goodwork"
LIBRARIES = ("numpy", "scipy", "pandas", "openfisca-core")
_MEGABYTE = 2**20
_LAST_PORT = 65_535
_LENGTH, _LONGEST = 8, 2**32  # of what a scheduler says first: bytes of its length, and a length that no greeting has
_ADDRESS = re.compile(r"(tcp|tls|ws|wss|ucx)://\S+:\d{1,5}")
# What is raised where a worker, or the way to it, is lost; of Dask by name, as it need not be there.
_LOST = (BrokenExecutor, MemoryError, ConnectionError, TimeoutError, CancelledError)
_KILLED = "KilledWorker"  # said once Dask itself has tried some workers
_LOST_IN_DASK = frozenset({_KILLED, "CommClosedError", "FutureCancelledError", "ClosedClientError"})

Task = TypeVar("Task")
Found = TypeVar("Found")
Versions = Mapping[str, str]


class OtherVersionError(GoodworkError):
    """A worker runs other code than the process that asks it."""


@functools.cache
def own_versions() -> Versions:
    """Versions of this process's package, code, Python and libraries: where all are equal, figures are too."""
    root = Path(system.__file__).parent
    code = cache.fingerprint(*sorted(root.rglob("*.py")), system.resource_directory("parameters"), root / "data")
    python = ".".join(platform.python_version_tuple()[:2])
    libraries = {name: version(name) for name in LIBRARIES}
    return {PACKAGE: model_version(), CODE: code[: cache.KEY_LENGTH], "Python": python, **libraries}


def refuse_other_versions(theirs: Versions, ours: Versions, where: str) -> None:
    """Refuse a worker that has other versions, naming both. Raises OtherVersionError."""
    named = [
        f"{name} is {theirs.get(name) or 'missing'} there and {one} here"
        for name, one in ours.items()
        if theirs.get(name) != one
    ]
    if named:
        raise OtherVersionError(
            f"The worker on {where} would work out other figures: {and_joined(named)}. "
            "Install the same on every machine, start the workers again, and ask again."
        )


def _at_worker(ours: Versions, function: Callable[[Any], Any], task: Any) -> Any:
    """What a worker does: compare versions, then the task, on one processor."""
    refuse_other_versions(own_versions(), ours, socket.gethostname())
    with on_one_processor():
        return function(task)


def in_order(
    executor: Executor,
    function: Callable[[Task], Found],
    tasks: Sequence[Task],
    heard: Callable[[int], None] = lambda _done: None,
) -> Iterator[Found]:
    """What a function gives for each task, worked out by an executor's workers: in the order of the tasks, once it is there.

    Args:
        executor: whose workers have this package. function: of a module, with one argument. tasks: which can be pickled.
        heard: called with how many are done, all the time; where it raises, no further task is begun.

    Raises:
        GoodworkError: where a worker has other versions, or a task has lost its worker ``TRIES`` times. What a task raises.
    """
    work = _Work(executor, partial(_at_worker, own_versions(), function), tasks)
    try:
        for place in range(len(tasks)):
            while place not in work.found:
                work.wait_for_some()
                heard(len(work.found))
            yield work.found[place]
    finally:
        work.cancel()


def _is_lost(fault: BaseException) -> bool:
    return isinstance(fault, _LOST) or type(fault).__name__ in _LOST_IN_DASK


class _Work:
    """Tasks that are out with workers, and what has come back."""

    def __init__(self, executor: Executor, call: Callable[[Any], Any], tasks: Sequence[Any]) -> None:
        self.found: dict[int, Any] = {}
        self._executor, self._call, self._tasks = executor, call, tasks
        self._out: dict[Future[Any], int] = {}
        self._lost = dict.fromkeys(range(len(tasks)), 0)
        self._heard_at, self._longest_wait = time.monotonic(), 0.0
        for place in range(len(tasks)):
            self._send(place)

    def _send(self, place: int) -> None:
        try:
            self._out[self._executor.submit(self._call, self._tasks[place])] = place
        except Exception as fault:
            if not _is_lost(fault) and not isinstance(fault, RuntimeError):
                raise
            raise _all_lost(1, fault) from fault  # the executor is broken, or closed, for good

    def wait_for_some(self) -> None:
        """Take in what is done, send again what was lost, and what is late to a second worker."""
        done, _ = wait(self._out, SECONDS, FIRST_COMPLETED)
        if not done and isinstance(self._executor, ClusterWorkers):
            self._executor.refuse_lost()
        for one in done:
            place = self._out.pop(one)
            if place not in self.found:
                self._take(place, one)
        waited = time.monotonic() - self._heard_at
        if done:
            self._heard_at, self._longest_wait = time.monotonic(), max(self._longest_wait, waited)
        elif self.found and waited > max(SLOW * self._longest_wait, SLOW_SECONDS):
            self._heard_at = time.monotonic()
            for place in {*self._out.values()} - {*self.found}:
                self._send(place)

    def _take(self, place: int, one: Future[Any]) -> None:
        try:
            self.found[place] = one.result()
        except ModuleNotFoundError as fault:
            if not (fault.name or "").startswith("openfisca_goodwork"):
                raise
            raise OtherVersionError(f"A worker lacks this package. {_install()}") from fault
        except BaseException as fault:
            if not _is_lost(fault):
                raise
            self._lost[place] += TRIES if type(fault).__name__ == _KILLED else 1
            if self._lost[place] >= TRIES:
                raise _all_lost(self._lost[place], fault) from fault
            self._send(place)

    def cancel(self) -> None:
        if isinstance(self._executor, ClusterWorkers) and self._executor.is_lost:
            return  # what was asked for is lost with the way
        for one in self._out:
            one.cancel()


def _all_lost(times: int, fault: BaseException) -> GoodworkError:
    what = "ran out of memory" if isinstance(fault, MemoryError) else f"was lost ({type(fault).__name__})"
    return GoodworkError(
        f"The worker of a task {what}, {counted(times, 'time')} in all: nothing is written. Workers are lost where a "
        "machine has too little memory (--plan says what each needs: ask for fewer), where somebody ends them, where the "
        'scheduler is stopped, or where a script that asks for them does so outside of `if __name__ == "__main__":`.'
    )


def _install() -> str:
    return f"Install {PACKAGE} {model_version()} in the Python of every worker, and start the workers again."


def memory_of_this_machine() -> int | None:
    """All its memory (MB); None where the system does not tell."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // _MEGABYTE
    except (AttributeError, OSError, ValueError):
        return None


class LocalWorkers(Executor):
    """Processes of this machine, begun with the first task; each has one task at a time, and is begun anew where it dies.

    Use it in a ``with``; what is still at work at its end is stopped.

    Attributes:
        count: how many there are. memory: of the machine (MB); None where the system does not tell.

    Raises:
        GoodworkError: for a number of workers that cannot be.
    """

    def __init__(self, count: int) -> None:
        if not 1 <= count <= MOST_WORKERS:
            raise GoodworkError(f"--workers {count} is outside 1 to {MOST_WORKERS}. For more, start a cluster: --scheduler.")
        self.count = count
        self.memory = memory_of_this_machine()
        self._tasks: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._servers: list[threading.Thread] = []
        self._pids: set[int] = set()
        self._lock, self._is_closed = threading.Lock(), False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have a function of a module called by a worker."""
        with self._lock:
            if self._is_closed:
                raise RuntimeError("These workers are closed.")
            future: Future[Any] = Future()
            self._tasks.put((future, partial(fn, *args, **kwargs)))
            if not self._servers:
                self._servers = [threading.Thread(target=self._serve, daemon=True) for _ in range(self.count)]
                for one in self._servers:
                    one.start()
            return future

    @property
    def processes(self) -> frozenset[int]:
        """Ids of the processes that have been begun."""
        return frozenset(self._pids)

    def _serve(self) -> None:
        """Hand one process its tasks, one after the other, for as long as there are any."""
        process = self._begun()
        while (task := self._tasks.get()) is not None:
            future, call = task
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(process.submit(call).result())
            except BrokenExecutor as fault:
                process.shutdown(wait=False)
                if not self._is_closed:
                    process = self._begun()
                future.set_exception(fault)
            except BaseException as fault:  # noqa: BLE001 - it is raised where the result is asked for
                future.set_exception(fault)
        process.shutdown(wait=False)

    def _begun(self) -> ProcessPoolExecutor:
        process = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _begin_worker)
        with suppress(BrokenExecutor):  # the first task says so
            self._pids.add(process.submit(os.getpid).result())
        return process

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as of Executor
        """Take no more tasks; with ``cancel_futures`` end what is at work too."""
        with self._lock:
            self._is_closed = True
        if cancel_futures:
            with suppress(Empty):
                while (task := self._tasks.get_nowait()) is not None:
                    task[0].cancel()
            for pid in self._pids:
                with suppress(OSError):  # has ended already
                    os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))  # one that is stopped hears no other
        for _ in self._servers:
            self._tasks.put(None)
        if wait:
            for one in self._servers:
                one.join()

    def __exit__(self, *_: object) -> None:
        """End the processes: whoever leaves has what they asked for, or wants it no more."""
        self.shutdown(cancel_futures=True)


class ClusterWorkers(Executor):
    """The workers of a Dask cluster.

    Attributes:
        count: how many there are now. memory: of the one that has least (MB); None where none has a limit.
    """

    _asked: Future[int] | None = None
    _without_since: float | None = None

    def __init__(self, client: Any) -> None:
        limits = [one["memory_limit"] for one in client.scheduler_info(n_workers=-1)["workers"].values()]
        self.count = len(limits)
        self.memory = min(filter(None, limits), default=0) // _MEGABYTE or None
        self._executor: Executor = client.get_executor(pure=False)
        self._client, self._why = client, ""
        self._asked_at = self._looked_at = time.monotonic()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have a function of a module called by a worker."""
        return self._executor.submit(fn, *args, **kwargs)

    @property
    def is_lost(self) -> bool:
        """Whether the way to the scheduler is lost for good."""
        return bool(self._client.status == "closed")

    def refuse_lost(self) -> None:
        """Ask the scheduler for its workers now and then. Raises GoodworkError where it has told of none for long.

        Dask itself would wait without end for workers, and for a scheduler whose connection is open and mute.
        """
        if self.is_lost:
            raise _gone(f"could not be reached for {ANSWER} seconds")
        now, since = time.monotonic(), self._looked_at
        self._looked_at = now
        if now - since > ASKED_EVERY:  # nobody has waited meanwhile
            self._without_since = None
        if self._asked is None and now - self._asked_at > ASKED_EVERY:
            self._asked_at = now
            self._asked = asyncio.run_coroutine_threadsafe(self._workers_there(), self._client.loop.asyncio_loop)
        elif self._asked is not None and self._asked.done():
            asked, self._asked = self._asked, None
            try:
                self._why = "" if asked.result() else "has had no worker"
            except Exception as fault:
                if not _is_lost(fault) and not isinstance(fault, OSError | AttributeError):  # of a client that closes
                    raise
                self._why = "has not answered"
            self._without_since = (self._without_since or self._asked_at) if self._why else None
        if self._without_since is not None and now - self._without_since > GIVEN_UP:
            raise _gone(f"{self._why} for {GIVEN_UP:.0f} seconds")

    async def _workers_there(self) -> int:
        """How many workers the scheduler knows."""
        about = await asyncio.wait_for(self._client.scheduler.identity(n_workers=-1), ANSWER)
        return len(about["workers"])

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as of Executor
        """Take no more tasks."""
        self._executor.shutdown(wait, cancel_futures=cancel_futures)


def _begin_worker() -> None:
    """Leave an interrupt to the process that asks, and end with it, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def end_with_parent() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()


@contextmanager
def opened(workers: int | None = None, scheduler: str | None = None) -> Iterator[Executor | None]:
    """Workers as they are asked for: processes of this machine, or those of a Dask cluster by its scheduler's address.

    None where neither is given: the work is done here.

    Raises:
        GoodworkError: for both at once, too many, and a scheduler that cannot be used, with the reason.
    """
    if workers is not None and scheduler is not None:
        raise GoodworkError("Give --workers for processes of this machine, or --scheduler for a cluster, not both.")
    if scheduler is not None:
        with _cluster(scheduler) as executor:
            yield executor
    elif workers is not None:
        with LocalWorkers(workers) as local:
            yield local
    else:
        yield None


@contextmanager
def _cluster(address: str) -> Iterator[Executor]:
    """The workers of a Dask cluster, all of the same versions as this process."""
    is_one = _ADDRESS.fullmatch(address)
    if not is_one or int(address.rpartition(":")[2]) > _LAST_PORT:
        raise GoodworkError(
            f"--scheduler {quoted(address)} is no address of a scheduler. Write it as the scheduler prints it when it "
            "starts: tcp://NAME:PORT, as in tcp://127.0.0.1:8786."
        )
    try:
        from distributed import Client
    except ModuleNotFoundError as fault:
        raise GoodworkError(
            f"--scheduler needs Dask, which is not installed here ({fault.name} is missing): "
            f"{installing('cluster')}. On one machine --workers N needs nothing more."
        ) from fault
    _refuse_others(address)
    with _quiet("distributed"):
        try:
            client = Client(address, timeout=ANSWER, set_as_default=False)  # type: ignore[no-untyped-call]
        except (OSError, ValueError, TypeError, RuntimeError) as fault:
            raise _no_answer(address, type(fault).__name__) from fault
        try:
            _refuse_unlike(client, address)
            yield ClusterWorkers(client)
        finally:
            client.close(timeout=ANSWER)  # type: ignore[no-untyped-call]


def _gone(why: str) -> GoodworkError:
    return GoodworkError(
        f"The scheduler {why}: nothing is written. See that it and its workers run and can be reached from here, and "
        "ask again."
    )


def _no_answer(address: str, why: str) -> GoodworkError:
    return GoodworkError(
        f"No Dask scheduler answers at {address} within {ANSWER} seconds ({why}). Start one with `dask scheduler`, mind "
        "that its port can be reached from here, and that nothing else listens there."
    )


def _refuse_others(address: str) -> None:
    """Refuse a port behind which is no scheduler: Dask speaks first, and begins with a length, where it is not encrypted.

    Its own client would wait for what others say, without end.
    """
    if not address.startswith("tcp://"):
        return
    host, _, port = address.removeprefix("tcp://").rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), ANSWER) as there:
            said = there.recv(_LENGTH, socket.MSG_WAITALL)
    except (OSError, OverflowError) as fault:
        raise _no_answer(address, str(fault)) from fault
    if len(said) < _LENGTH or int.from_bytes(said, "little") > _LONGEST:
        raise _no_answer(address, f"what listens there says {said!r}" if said else "what listens there says nothing")


def _refuse_unlike(client: Any, address: str) -> None:
    """Refuse a cluster without workers, and workers of other versions, before anything is sent. Raises GoodworkError."""
    try:
        client.wait_for_workers(1, timeout=FIRST_WORKER)
    except TimeoutError as fault:
        raise GoodworkError(
            f"The scheduler at {address} has had no worker for {FIRST_WORKER} seconds. Start some: dask worker {address}."
        ) from fault
    # Asked with functions of the standard library, as a worker without this package cannot run any other.
    of_each = {name: client.run(version, name, on_error="return") for name in (PACKAGE, *LIBRARIES)}
    pythons = client.run(platform.python_version)
    for worker, its_python in pythons.items():
        theirs = {name: _named(found.get(worker)) for name, found in of_each.items()}
        theirs["Python"] = ".".join(its_python.split(".")[:2])
        if not theirs[PACKAGE]:
            raise OtherVersionError(f"The worker at {worker} lacks this package. {_install()}")
        ours = {name: one for name, one in own_versions().items() if name != CODE}
        refuse_other_versions(theirs | {PACKAGE: ours[PACKAGE]}, ours, worker)
    for worker, theirs in client.run(own_versions).items():
        refuse_other_versions(theirs, own_versions(), worker)


def _named(found: Any) -> str:
    """A version that a worker was asked for; nothing where it lacks what was asked about."""
    if isinstance(found, BaseException) and not isinstance(found, PackageNotFoundError):
        raise found
    return found if isinstance(found, str) else ""


@contextmanager
def _quiet(logger: str) -> Iterator[None]:
    """Keep a library's own log off standard error while this lasts: what matters of it is raised."""
    known = (name for name in logging.root.manager.loggerDict if name == logger or name.startswith(f"{logger}."))
    before = {log: (log.level, log.disabled) for log in map(logging.getLogger, known)}
    for log in before:
        log.disabled = False
        log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for log, (level, _) in before.items():
            log.setLevel(level)
