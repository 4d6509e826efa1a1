"""Turns at what only one visitor may do at a time: first come, first served, each told their place. No Streamlit here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Turns:
    """A line of visitors of whom the first is served."""

    def __init__(self) -> None:
        self._line: list[object] = []
        self._moved = threading.Condition()

    def __len__(self) -> int:
        """How many are served or wait."""
        return len(self._line)

    @contextmanager
    def turn(self, wait: Callable[[int], None], every: float) -> Iterator[None]:
        """Wait for one's turn and hold it.

        Args:
            wait: called with how many come before, at once and every so often; whoever raises here leaves the line.
            every: seconds.
        """
        ticket = object()
        with self._moved:
            self._line.append(ticket)
        try:
            while before := self._line.index(ticket):
                wait(before)
                with self._moved:
                    self._moved.wait_for(lambda: self._line[0] is ticket, timeout=every)
            yield
        finally:
            with self._moved:
                self._line.remove(ticket)
                self._moved.notify_all()
