"""Costings that run while others wait: first come, first served, each with its place, its stage and a way to stop it."""

from __future__ import annotations

import logging
import threading
import uuid
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.desk.apart import Apart
from openfisca_goodwork.desk.costing_desk import CostingDesk
from openfisca_goodwork.doors.answers import costed
from openfisca_goodwork.errors import GoodworkError

WAITING, RUNNING, DONE, REFUSED, STOPPED = ("waiting", "running", "done", "refused", "stopped")
MOST_WAITING = 20
MOST_KEPT = 50


class Full(Exception):  # noqa: N818 — no error of the visitor's: they may ask again
    """As many costings wait as may."""


class _Cancelled(Exception):  # noqa: N818 — how a run is ended from outside
    """Nobody waits for this costing any more."""


@dataclass
class Job:
    """A costing that was asked for.

    Attributes:
        name: by which it is asked after. state: one of the five. stage, done: what it does, and the share done.
        answer: of one that is done. faults: why it was refused.
    """

    name: str
    request: CostingRequest
    state: str = WAITING
    stage: str = ""
    done: float = 0.0
    answer: dict[str, Any] | None = None
    faults: str = ""
    is_unwanted: threading.Event = field(default_factory=threading.Event)

    def progress(self, stage: str, done: float) -> None:
        """Take note of how far the run is; end it where nobody wants it any more."""
        if self.is_unwanted.is_set():
            raise _Cancelled
        self.stage, self.done = stage, done


class Jobs:
    """The costings of a server: one runs, the others wait in the order they came; the last results are kept."""

    def __init__(self, desk: CostingDesk | None = None) -> None:
        self._desk = desk or CostingDesk(work=Apart())
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Lock()
        self._runner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="costing")

    def ask(self, request: CostingRequest) -> Job:
        """Take a request in. Raises Full where as many wait as may."""
        with self._lock:
            if sum(job.state in {WAITING, RUNNING} for job in self._jobs.values()) >= MOST_WAITING:
                raise Full
            job = Job(uuid.uuid4().hex, request)
            self._jobs[job.name] = job
            ended = [name for name, other in self._jobs.items() if other.state not in {WAITING, RUNNING}]
            for name in ended[: max(0, len(self._jobs) - MOST_KEPT)]:
                del self._jobs[name]
        self._runner.submit(self._run, job).add_done_callback(partial(_note_fault_of_ours, job))
        return job

    def find(self, name: str) -> Job | None:
        """A costing by its name; None where there is none, or it is no longer kept."""
        return self._jobs.get(name)

    def place(self, job: Job) -> int:
        """How many costings come before one that waits."""
        with self._lock:
            before = list(self._jobs.values())
        return sum(other.state in {WAITING, RUNNING} for other in before[: before.index(job)]) if job in before else 0

    def stop(self, job: Job) -> None:
        """End a costing: at once where it waits, within a second where it runs."""
        job.is_unwanted.set()
        if job.state == WAITING:
            job.state = STOPPED

    def close(self) -> None:
        """End all of them, and what works them out."""
        for job in list(self._jobs.values()):
            job.is_unwanted.set()
        self._runner.shutdown(cancel_futures=True)
        self._desk.end()

    def _run(self, job: Job) -> None:
        if job.is_unwanted.is_set():
            job.state = STOPPED
            return
        job.state = RUNNING
        try:
            job.answer = costed(self._desk.cost(job.request, job.progress))
            job.done, job.state = 1.0, DONE
        except _Cancelled:
            job.state = STOPPED
        except GoodworkError as fault:
            job.faults, job.state = str(fault), REFUSED


def _note_fault_of_ours(job: Job, run: Future[None]) -> None:
    """Say of a costing that ended otherwise than by its answer or its faults that the program is at fault, and log why."""
    if not run.cancelled() and (fault := run.exception()) is not None:
        logging.getLogger(__name__).error("A costing failed.", exc_info=fault)
        job.faults, job.state = "The costing failed. This is a fault of the program; please report it.", REFUSED
