"""Those who ask for a run: what each hears of it, and how long it goes on once they have left. No Streamlit here.

A page that is loaded anew leaves its run and comes back a moment later, as another visitor who asks the same.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from openfisca_goodwork.costing.request import Progress

# Seconds that a run goes on, or keeps its place in the line, for whoever left it: a phone takes some to load a page again.
UNTIL_GIVEN_UP = 15.0
HasLeft = Callable[[BaseException], bool]


class Askers:
    """All who ask for runs now.

    Args:
        has_left: whether what a callback raises says that whoever asked has left, perhaps to come back; whatever else it
            raises ends the run at once.
    """

    def __init__(self, has_left: HasLeft) -> None:
        self.has_left = has_left
        self._all: list[Asker] = []

    @contextmanager
    def asking(self, key: str, progress: Progress) -> Iterator[Asker]:
        """Be among those who ask for the run of a key."""
        asker = Asker(self, key, progress)
        self._all.append(asker)
        try:
            yield asker
        finally:
            self._all.remove(asker)

    def of(self, key: str) -> tuple[Asker, ...]:
        """Those who ask for the run of a key."""
        return tuple(asker for asker in tuple(self._all) if asker.key == key)

    def is_asked(self, key: str) -> bool:
        """Whether the run of a key goes on or waits its turn."""
        return bool(self.of(key))


class Asker:
    """One who asks for a run, and what they hear of it as long as they are there.

    A callback that raises because they have left is passed over for ``UNTIL_GIVEN_UP`` seconds, and as long as somebody else
    waits for the same run. After that it raises, which ends the run.
    """

    def __init__(self, among: Askers, key: str, progress: Progress) -> None:
        self.key = key
        self._among = among
        self._progress = self.telling(progress)
        self.left_at: float | None = None
        self.stage: tuple[str, float] | None = None

    def heard(self, stage: str, done: float) -> None:
        """Say a stage of their run."""
        self.stage = (stage, done)
        self._progress(stage, done)

    def waits(self, stage: str, done: float) -> None:
        """Say that they wait; the stage instead, where the same run goes on for another."""
        stages = (asker.stage for asker in self._among.of(self.key))
        self._progress(*next(filter(None, stages), (stage, done)))

    def telling(self, say: Callable[..., None]) -> Callable[..., None]:
        """A callback that is called as long as they are there."""
        return partial(self._tell, say)

    def _tell(self, say: Callable[..., None], *what: object) -> None:
        try:
            say(*what)
        except BaseException as raised:
            if not self._among.has_left(raised):
                raise
            now = time.monotonic()
            self.left_at = self.left_at or now
            if now - self.left_at > UNTIL_GIVEN_UP and not self._is_waited_for():
                raise

    def _is_waited_for(self) -> bool:
        return any(asker.left_at is None for asker in self._among.of(self.key))


# --- turns at what only one visitor may do at a time: first come, first served, each told their place -----------------


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
