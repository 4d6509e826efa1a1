"""The servers for programs while they cost: cheap requests are served, an unwanted run ends, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from anyio.abc import TaskGroup
from anyio.from_thread import start_blocking_portal

from tests.doors.test_http import OWN
from tests.doors.test_mcp import mcp

pytestmark = pytest.mark.slow
GOODWORK = (sys.executable, "-m", "openfisca_goodwork.commands.main")
LONG = 120.0  # seconds, for what only a machine that hangs does not do
LOOKS = 10


def test_requests_are_served_beside_a_costing_a_cancelled_one_ends_and_the_servers_end_leaves_nothing() -> None:
    with served() as (server, client):
        costing = running(client)
        [work] = map(held, below(server.pid))
        for _ in range(LOOKS):
            client.get("/reforms").raise_for_status()
        assert client.get(costing).json()["state"] == "running"
        client.delete(costing).raise_for_status()
        until(lambda: client.get(costing).json()["state"] == "stopped")
        assert not is_alive(work)
        running(client)
        [work] = map(held, below(server.pid))
        server.terminate()
        server.wait(LONG)
        assert not is_alive(work)


def test_a_server_that_is_killed_takes_its_costing_along() -> None:
    with served() as (server, client):
        running(client)
        [work] = below(server.pid)
        server.kill()
        until(lambda: not is_alive(work))


@contextmanager
def served() -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """`goodwork serve` on a port of its own, and a client of it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    server = subprocess.Popen([*GOODWORK, "serve", "--port", str(port)], stderr=subprocess.PIPE, text=True)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=LONG) as client:
            until(lambda: answers(client))
            yield server, client
    finally:
        server.kill()
        _, said = server.communicate()
    assert "Traceback" not in said, said


def test_an_assistant_is_answered_beside_a_costing_and_one_that_it_calls_off_ends() -> None:
    async def costing(client: Any, server: int, tasks: TaskGroup) -> int:
        """Begin a costing; its process."""
        heard = anyio.Event()

        async def note(*_said: object) -> None:
            heard.set()

        tasks.start_soon(partial(client.call_tool, "cost_reform", {"reforms": [OWN]}, progress_callback=note))
        await heard.wait()
        [work] = below(server)
        return work

    async def ask() -> None:
        command = mcp.StdioServerParameters(command=GOODWORK[0], args=[*GOODWORK[1:], "mcp"])
        before = set(below(os.getpid()))
        async with mcp.Client(command) as client:
            [server] = set(below(os.getpid())) - before
            async with anyio.create_task_group() as tasks:
                work = held(await costing(client, server, tasks))
                for _ in range(LOOKS):
                    await client.call_tool("list_reforms", {"group": "proposals"})
                assert is_alive(work)
                tasks.cancel_scope.cancel()
            until(lambda: not is_alive(work))
            assert not (await client.call_tool("about", {})).is_error
            async with anyio.create_task_group() as tasks:
                work = await costing(client, server, tasks)
                tasks.cancel_scope.cancel()
        until(lambda: not is_alive(work))
        assert not is_alive(server)

    with start_blocking_portal() as portal:
        portal.call(ask)


def running(client: httpx.Client) -> str:
    """Ask for a costing of a reform of one's own, which no run before has left; its address, once it runs apart."""
    place = client.post("/costings", json={"reforms": [OWN]}).raise_for_status().headers["Location"]
    until(lambda: client.get(place).json()["done"] > 0)
    return place


def held(work: int) -> int:
    """A costing's process, halted so that it is in its midst however fast it would be over."""
    os.kill(work, signal.SIGSTOP)
    return work


def below(process: int) -> list[int]:
    """Processes that a process has begun."""
    listed = (path.read_text(encoding="ascii") for path in Path(f"/proc/{process}/task").glob("*/children"))
    return [int(one) for each in listed for one in each.split()]


def is_alive(process: int) -> bool:
    """Whether a process runs still; one that waits to be noted by another is over."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def answers(client: httpx.Client) -> bool:
    """Whether a server is there."""
    try:
        return client.get("/").status_code == 200
    except httpx.ConnectError:
        return False


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + LONG
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)
