"""A population built in a process of its own: whoever asked for it can stop it at once, and pages are served meanwhile.

What is built is kept in the cache, from which the server reads it. Where the cache cannot be written nothing is built here,
and the server builds for itself. No Streamlit here.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any

from openfisca_goodwork import cache, population
from openfisca_goodwork.costing.request import Progress
from openfisca_goodwork.costing.two_laws import law_of_forecast
from openfisca_goodwork.population import LATEST, store
from openfisca_goodwork.system import current_law

HEARTBEAT = 0.25  # seconds
STAGE = "stage"
_ROOT = Path(__file__).parents[2]
_CHILD = f"from {__name__} import build; build()"
_MOST_FINGERPRINTS = 64


def _law(forecast: str, settings: tuple[str, ...]) -> Any:
    return current_law() if forecast == LATEST and not settings else law_of_forecast(forecast, settings)


@lru_cache(_MOST_FINGERPRINTS)
def _key(forecast: str, settings: tuple[str, ...]) -> str:
    return store.fingerprint(_law(forecast, settings), forecast=forecast)[: cache.KEY_LENGTH]


def is_kept(forecast: str = LATEST, settings: tuple[str, ...] = ()) -> bool:
    """Whether the population of a forecast, with settings of what it is made of, needs no building."""
    return any(cache.cache_directory().glob(f"population-*-{_key(population.known(forecast), settings)}.npz"))


def ensure(progress: Progress, forecast: str = LATEST, settings: tuple[str, ...] = ()) -> None:
    """Build the population in a process of its own, if it is not kept; whatever `progress` raises ends that process.

    A process that fails says nothing here: the server then reads or builds for itself, and says what is wrong.
    """
    if is_kept(forecast, settings) or not _can_be_kept():
        return
    child = begun(_CHILD, json.dumps([population.known(forecast), settings]), stderr=subprocess.DEVNULL)
    heard = listened_to(child, lambda output: (STAGE, *json.loads(output.readline())))
    try:
        next(followed(heard, progress, ("every company", 0.0)))
    finally:
        child.kill()
        child.wait()
        child.stdin.close()  # type: ignore[union-attr]


def begun(code: str, *arguments: str, stderr: int | None = None) -> subprocess.Popen[bytes]:
    """A process of this interpreter that runs code of this package.

    Its standard input and output are pipes of bytes; its input closes with this process, however that ends. Ctrl+C does not
    reach it: this process ends it.
    """
    path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
    return subprocess.Popen(  # noqa: S603 - this interpreter, with code of this package
        [sys.executable, "-c", code, *arguments],
        env=os.environ | {"PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        process_group=0,
    )


def listened_to(process: subprocess.Popen[bytes], read: Callable[[IO[bytes]], Any]) -> SimpleQueue[Any]:
    """What a process says, read message by message as it comes, and None at its end."""
    heard: SimpleQueue[Any] = SimpleQueue()

    def listen(output: IO[bytes]) -> None:
        with output, suppress(EOFError, OSError, ValueError, pickle.UnpicklingError):
            while True:
                heard.put(read(output))
        heard.put(None)

    threading.Thread(target=listen, args=(process.stdout,), daemon=True).start()
    return heard


def followed(heard: SimpleQueue[Any], progress: Progress, first: tuple[str, float]) -> Iterator[Any]:
    """Say each stage, and say it again while nothing new comes: a visitor who has left, or cancels, is heard there.

    Yields:
        What else a process says than its stages; None at its end.
    """
    said = first
    while True:
        with suppress(Empty):
            message = heard.get(timeout=HEARTBEAT)
            if message is None or message[0] != STAGE:
                yield message
            else:
                said = (message[1], message[2])
        progress(*said)


def _can_be_kept() -> bool:
    directory = cache.cache_directory()
    there = next((folder for folder in (directory, *directory.parents) if folder.exists()), directory)
    return directory != cache.NOWHERE and there.is_dir() and os.access(there, os.W_OK)


def build() -> None:
    """Build the population that the command line asks for, with a line of JSON for each stage: the whole of the process.

    It ends with whoever began it, so that a build that nobody waits for keeps no processor.
    """
    threading.Thread(target=_end_with_input, daemon=True).start()
    forecast, settings = json.loads(sys.argv[1])

    def say(stage: str, done: float) -> None:
        sys.stdout.write(f"{json.dumps([stage, done])}\n")
        sys.stdout.flush()

    population.load("default", progress=say, law=_law(forecast, tuple(settings)), forecast=forecast)


def _end_with_input() -> None:
    while os.read(sys.stdin.fileno(), 1):  # not sys.stdin.read, whose lock the interpreter wants when it ends
        pass
    os._exit(1)
