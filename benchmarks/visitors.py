"""Visitors of the app without a browser: they speak with the server as a page does, and say what it sends and when.

A server of one's own, over the population in the cache, is started by `served`. Needs the extra `app`.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from openfisca_goodwork import cache

ROOT = Path(__file__).parent.parent
START = "from openfisca_goodwork.screens.launch import launch; launch({port}, headless=True)"
SECONDS, AT_ONCE = 600.0, 0.1
WAITS, BEGINS = "Wait", "Starting"  # what the box of a run says before it is served


@contextmanager
def served(*, is_built: bool = True) -> Iterator[tuple[str, int]]:
    """The app on a port of its own: its address, and the process of the server.

    Its cache is its own, too, so that no result of another run comes at once: with the population kept here, or empty.
    """
    with TemporaryDirectory(prefix="goodwork-app-") as directory:
        for name in ("population", "baseline") if is_built else ():
            for entry in cache.entries(f"{name}-*.npz"):
                shutil.copy2(entry.path, directory)
        yield from _served(directory)


def _served(directory: str) -> Iterator[tuple[str, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-c", START.format(port=port)]
    variables = os.environ | {"PYTHONPATH": path, cache.DIRECTORY_VARIABLE: directory}
    server = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while server.poll() is None and not _answers(f"http://127.0.0.1:{port}/_stcore/health"):
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", server.pid
    finally:
        server.terminate()
        server.wait(timeout=60)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - the server started here
            return bool(answer.read() == b"ok")
    except OSError:  # not there yet, or too busy to say
        return False


def memory(process: int, what: str = "VmRSS") -> float:
    """Resident memory of a process and of those that it has begun (MB): now, or at the peak of each (``VmHWM``)."""
    held = 0
    for one in (process, *children(process)):
        status = Path(f"/proc/{one}/status").read_text(encoding="ascii")
        held += sum(map(int, re.findall(rf"^{what}:\s+(\d+) kB", status, re.MULTILINE)))
    return held / 1024


def children(process: int) -> list[int]:
    """Processes that a process has begun."""
    listed = (path.read_text(encoding="ascii") for path in Path(f"/proc/{process}/task").glob("*/children"))
    return [int(one) for each in listed for one in each.split()]


class Visitor:
    """Somebody with a page open: what it shows is taken as it comes."""

    def __init__(self, address: str) -> None:
        self._line = connect(
            f"ws{address.removeprefix('http')}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            open_timeout=SECONDS,
            ping_interval=None,
            close_timeout=AT_ONCE,
        )
        self._page, self._query = "", ""
        self._buttons: dict[str, str] = {}
        self.faults: list[str] = []
        self.stage = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.leave()

    def leave(self) -> None:
        """Close the page, whatever runs on it, and wait for no answer."""
        self._line.close()

    def send(self, page: str, query: str = "", pressed: str = "") -> float:
        """Ask for a page, by the path of its address and a query, or press one of its buttons; when that was."""
        self._page, self._query = page, query
        asked = BackMsg()
        asked.rerun_script.page_name, asked.rerun_script.query_string = page, query
        if pressed:
            state = asked.rerun_script.widget_states.widgets.add()
            state.id, state.trigger_value = self._buttons[pressed], True
        self._line.send(asked.SerializeToString())
        return time.monotonic()

    def press(self, label: str) -> float:
        """Press a button of the page; when that was."""
        return self.send(self._page, self._query, label)

    def finish(self) -> float:
        """Take what the server sends until the page is whole; when that was."""
        while not self._take():
            pass
        return time.monotonic()

    def wait(self) -> None:
        """Take what the server sends until a run of the page waits in line."""
        self._until(lambda: self.stage.startswith(WAITS))

    def be_served(self) -> float:
        """Take what the server sends until a run of the page is served; when that was."""
        self._until(lambda: bool(self.stage) and not self.stage.startswith((WAITS, BEGINS)))
        return time.monotonic()

    def _until(self, is_so: Callable[[], bool]) -> None:
        while not is_so():
            if self._take():
                raise AssertionError(f"The page came to its end; its run was last at {self.stage!r}.")

    def _take(self) -> bool:
        message = ForwardMsg.FromString(self._line.recv(timeout=SECONDS))
        kind = message.WhichOneof("type")
        if kind == "delta":
            self._note(message.delta)
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "script_finished" and message.script_finished not in {
            ForwardMsg.FINISHED_SUCCESSFULLY,
            ForwardMsg.FINISHED_EARLY_FOR_RERUN,
        }:
            self.faults.append(ForwardMsg.ScriptFinishedStatus.Name(message.script_finished))
        return kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN

    def _note(self, delta: Any) -> None:
        if delta.WhichOneof("type") == "add_block":
            is_run = delta.add_block.expandable.icon  # a box of stages has a sign of its state; one that folds has none
            self.stage = delta.add_block.expandable.label if is_run else self.stage
            return
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "button":
            self._buttons[element.button.label] = element.button.id
        elif kind == "exception":
            self.faults.append(element.exception.message)
