"""Ticks: before each accounting period that the law runs, whoever waits for a costing is heard, and may stop it.

A tick repeats the stage that was last told to the progress callback. Where that raises, the costing ends there, also in what
runs beside it on another processor.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import Any

import numpy as np

from openfisca_goodwork.system import Divisible, Inputs, Slices

Progress = Callable[[str, float], None]
Edit = Callable[[int, dict[str, np.ndarray]], dict[str, np.ndarray]]
WORKERS = 2
SECONDS = 0.2


class _Stopped(Exception):  # noqa: N818 - no error: nobody waits for this run any more
    """What runs beside a run that was stopped is stopped too."""


_TICK: ContextVar[Callable[[], None]] = ContextVar("tick", default=lambda: None)
_IS_ALONE: ContextVar[bool] = ContextVar("is_alone", default=False)


@contextmanager
def on_one_processor() -> Iterator[None]:
    """Have nothing run side by side while this lasts: every other processor has a worker of its own."""
    before = _IS_ALONE.set(True)
    try:
        yield
    finally:
        _IS_ALONE.reset(before)


@contextmanager
def ticking(progress: Progress) -> Iterator[Progress]:
    """A progress callback whose last stage is told again at each tick, while this lasts."""
    last: list[tuple[str, float]] = []

    def told(stage: str, done: float) -> None:
        last[:] = [(stage, done)]
        progress(stage, done)

    def again() -> None:
        for stage, done in last:
            progress(stage, done)

    before = _TICK.set(again)
    try:
        yield told
    finally:
        _TICK.reset(before)


def ticked(inputs: Inputs, edit: Edit | None = None) -> Inputs:
    """Inputs of a run of the law, edited as they are read, with a tick before each label of each chunk.

    Chunks are those of the inputs; what is edited runs as one.
    """
    return _Ticked(inputs) if edit is None and isinstance(inputs, (dict, Divisible)) else _TickedLabels(inputs, edit)


class _TickedLabels(Mapping[int, Mapping[str, np.ndarray]]):
    """Inputs with a tick before each label is read."""

    def __init__(self, inputs: Inputs, edit: Edit | None = None) -> None:
        self._inputs, self._edit = inputs, edit

    def __getitem__(self, label: int) -> Mapping[str, np.ndarray]:
        _TICK.get()()
        given = self._inputs[label]
        return given if self._edit is None else self._edit(label, dict(given))

    def __iter__(self) -> Iterator[int]:
        return iter(self._inputs)

    def __len__(self) -> int:
        return len(self._inputs)


class _Ticked(_TickedLabels):
    """Inputs with a tick before each label is read, of companies that can be run in parts (``Divisible``)."""

    @property
    def count(self) -> int:
        given = self._inputs
        return given.count if isinstance(given, Divisible) else len(next(iter(given[min(given)].values())))

    def part(self, companies: slice) -> Inputs:
        given = self._inputs
        return _TickedLabels((given if isinstance(given, Divisible) else Slices(given, self.count)).part(companies))


def side_by_side(*runs: Callable[[], Any]) -> list[Any]:
    """Runs that do not depend on one another, on two processors: NumPy lets go of the interpreter while it computes.

    The ticks are this thread's, one for each of theirs; where one stops the costing, the runs end at their next label.
    """
    if _IS_ALONE.get():
        return [run() for run in runs]
    heard, stopped = threading.Semaphore(0), threading.Event()
    with ThreadPoolExecutor(WORKERS) as pool:
        asked = [pool.submit(copy_context().run, _heeding, heard, stopped, run) for run in runs]
        for one in asked:
            one.add_done_callback(lambda _done: heard.release())
        try:
            while not (ended := all(one.done() for one in asked)) or heard.acquire(blocking=False):
                if not ended:
                    heard.acquire(timeout=SECONDS)
                _TICK.get()()
        except BaseException:
            stopped.set()
            raise
        return [one.result() for one in asked]


def _heeding(heard: threading.Semaphore, stopped: threading.Event, run: Callable[[], Any]) -> Any:
    def heed() -> None:
        heard.release()
        if stopped.is_set():
            raise _Stopped

    _TICK.set(heed)
    heed()
    return run()
