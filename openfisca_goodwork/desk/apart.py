"""The work of a desk in a process of its own: pages are served meanwhile, and an unwanted run ends at once.

The process is begun with the first run and kept for the next ones, with its population. A run that is ended in its midst
ends the process, and the next run begins another. No Streamlit here.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import IO, Any

from openfisca_goodwork.costing.request import Early, Progress
from openfisca_goodwork.desk import memory
from openfisca_goodwork.desk.building import STAGE, begun, followed, listened_to
from openfisca_goodwork.desk.costing_desk import Work, silent
from openfisca_goodwork.errors import GoodworkError

# Niceness of runs: pages come first where both want a processor.
_NICER = 5
_EARLY, _DONE, _REFUSED = ("early", "done", "refused")
_BEGIN: tuple[str, float] = ("Get ready", 0.0)
_CHILD = f"from {__name__} import serve; serve()"
LOST = "The process of this run was ended from outside, perhaps because the machine has too little memory. Run it again."


class Apart(Work):
    """The same as `Work`, done in a process of its own; whatever `progress` raises ends that process.

    Raises RuntimeError for a fault of the program, whose traceback the process has written to standard error.
    """

    def __init__(self) -> None:
        super().__init__()
        self._process: subprocess.Popen[bytes] | None = None
        self._heard: SimpleQueue[Any] = SimpleQueue()

    def do(self, what: str, progress: Progress, *given: Any, early: Early | None = None) -> Any:
        """As `Work.do`: have it done in the process, and hand on its stages."""
        try:
            asked = self._begun().stdin
            with suppress(BrokenPipeError):  # what has become of it is heard below
                pickle.dump((what, given, early is not None), asked)  # type: ignore[arg-type]
                asked.flush()  # type: ignore[union-attr]
            kind, answer = self._answer(progress, early)
        except BaseException:
            self.end()  # else what it still says would answer the next question
            raise
        if kind == _REFUSED:
            raise answer
        return answer

    def let_go(self, progress: Progress = silent) -> None:
        """As `Work.let_go`, there and here, where results are shown."""
        super().let_go(progress)
        if self._process is not None:
            self.do("let_go", progress)

    def end(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with suppress(BrokenPipeError):
                process.stdin.close()  # type: ignore[union-attr]
            process.wait()

    def _answer(self, progress: Progress, early: Early | None) -> tuple[str, Any]:
        """Whether it was done or refused, and the result or the refusal."""
        for message in followed(self._heard, progress, _BEGIN):
            if message is None:
                break
            if message[0] != _EARLY:
                return message
            if early is not None:
                early(message[1])
        raise self._ended()

    def _ended(self) -> Exception:
        status = self._process.wait() if self._process else 0
        self.end()
        return GoodworkError(LOST) if status < 0 else RuntimeError("The run failed: its traceback is in the server's log.")

    def _begun(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.end()
            self._process = begun(_CHILD)
            self._heard = listened_to(self._process, pickle.load)
        return self._process


def serve() -> None:
    """Do what standard input asks for, and say on standard output what becomes of it: the whole of the process."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever is printed is no answer
    if hasattr(os, "nice"):
        os.nice(_NICER)
    memory.share()
    work, asked = Work(), SimpleQueue[Any]()
    # Not sys.stdin, which the interpreter wants to itself when it ends.
    threading.Thread(target=_hear, args=(os.fdopen(os.dup(sys.stdin.fileno()), "rb"), asked), daemon=True).start()

    def say(*message: Any) -> None:
        pickle.dump(message, answers)
        answers.flush()

    with suppress(BrokenPipeError):
        while True:
            what, given, wants_early = asked.get()
            try:
                say(_DONE, work.do(what, partial(say, STAGE), *given, early=partial(say, _EARLY) if wants_early else None))
            except GoodworkError as error:
                say(_REFUSED, error)


def _hear(questions: IO[bytes], asked: SimpleQueue[Any]) -> None:
    """Take in what is asked; end with whoever began this process, in the midst of a run too."""
    with suppress(EOFError, pickle.UnpicklingError):
        while True:
            asked.put(pickle.load(questions))  # noqa: S301 - asked by the process that began this one
    os._exit(0)
