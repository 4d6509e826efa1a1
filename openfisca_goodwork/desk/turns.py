"""Turns at what only one visitor may do at a time: first come, first served, each told their place. No Streamlit here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Turns:
    """A line of visitors of whom the first is served."""

    def __init__(self) -> None:
        self._line: list[object] = []
        self._moved = threading.Condition()

    def __len__(self) -> int:
        """How many are served or wait."""
        return len(self._line)

    @contextmanager
    def turn(self, wait: Callable[[int], None], every: float, known: Callable[[], Any] = lambda: None) -> Iterator[Any]:
        """Wait for one's turn and hold it; leave the line before where the turn of another has brought what one came for.

        Args:
            wait: called with how many come before, at once and every so often; whoever raises here leaves the line.
            every: seconds. known: what one came for, None while it is not there; asked whenever the line moves.

        Yields:
            What one came for, where it is known; else None, and it is one's turn.
        """
        ticket = object()
        with self._moved:
            self._line.append(ticket)
        try:
            while (answer := known()) is None and (before := self._line.index(ticket)):
                wait(before)
                with self._moved:
                    self._moved.wait_for(lambda: self._line[0] is ticket or known() is not None, timeout=every)
            yield answer
        finally:
            with self._moved:
                self._line.remove(ticket)
                self._moved.notify_all()
