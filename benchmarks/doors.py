"""Time the HTTP API beside a costing: requests that compute nothing, and calling the costing off.

The server is one of its own, over the population in the cache (built first where there is none). Needs the extra `api`.
"""

from __future__ import annotations

import os
import platform
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import httpx

from openfisca_goodwork import population

REFORM = """\
reform: small-profits-rate-{rate}
title: A small profits rate of {rate}%
summary: Profits up to the lower limit are charged at {rate}%.
status: proposal
source: An example
requires: ">=0.1"
parameters:
  corporation_tax.small_profits_rate:
    2027-04-01: 0.{rate}
"""
LOOKS, CALLED_OFF, WAIT = 5, 8, 600.0


@contextmanager
def served() -> Iterator[httpx.Client]:
    """`goodwork serve` on a port of its own, and a client of it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command = [sys.executable, "-m", "openfisca_goodwork.commands.main", "serve", "--port", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=WAIT) as client:
            until(lambda: is_there(client))
            yield client
    finally:
        server.terminate()
        server.wait()


def is_there(client: httpx.Client) -> bool:
    """Whether the server answers yet."""
    with suppress(httpx.ConnectError):
        return client.get("/").is_success
    return False


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    while not is_so():
        time.sleep(0.01)


def seconds(action: Callable[[], object]) -> float:
    """How long an action takes."""
    began = time.monotonic()
    action()
    return time.monotonic() - began


def state(client: httpx.Client, costing: str) -> str:
    """How far a costing is: running, stopped, done."""
    return str(client.get(costing).json()["state"])


def call_off(client: httpx.Client, costing: str) -> None:
    """Call a costing off, and wait until it has ended."""
    client.delete(costing)
    until(lambda: state(client, costing) != "running")


def row(figure: str, listed: list[float], bound: str) -> str:
    """A row of the table: how many, the median, the 95th percentile, the worst."""
    ninety_fifth = statistics.quantiles(listed, n=20, method="inclusive")[-1]
    return (
        f"| {figure} | {len(listed)} | {statistics.median(listed):.2f} | {ninety_fifth:.2f} | {max(listed):.2f} | {bound} |"
    )


def begun(client: httpx.Client, rate: int) -> str:
    """Ask for a costing that no other was of; its address, once it runs."""
    asked = client.post("/costings", json={"reforms": [REFORM.format(rate=rate)]}).raise_for_status()
    costing = str(asked.headers["Location"])
    until(lambda: client.get(costing).json()["done"] > 0)
    return costing


def main() -> None:
    """Print the table."""
    population.load("default")
    looked, ended = [], []
    with served() as client:
        for number in range(CALLED_OFF):
            costing = begun(client, 20 + number)
            for _ in range(LOOKS):
                taken = seconds(lambda: client.get("/reforms").raise_for_status())
                looked += [taken] if state(client, costing) == "running" else []
            if state(client, costing) == "running":
                began = time.monotonic()
                call_off(client, costing)
                ended.append(time.monotonic() - began)
    print(f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}\n")
    print("| Figure | times | median s | 95th percentile s | worst s | bound |\n|---|---|---|---|---|---|")
    print(row("The list of reforms, beside a costing", looked, "0.5 s"))
    print(row("From calling a costing off to its end", ended, "1 s"))


if __name__ == "__main__":
    main()
