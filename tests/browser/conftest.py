"""The app served on a port of its own, and a browser to look at it. The population is that of the machine's cache."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from openfisca_goodwork import cache
from openfisca_goodwork.desk import kept_results

ROOT = Path(__file__).parent.parent.parent
START = "from openfisca_goodwork.screens.launch import launch; launch({port}, headless=True)"
SECONDS_TO_START = 300
WAIT = 180_000  # milliseconds until a state that was waited for counts as missing: a machine may be busy with much else
expect.set_options(timeout=WAIT)
WIDTHS = {"wide": 1280, "phone": 390}
HEIGHT = 900


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the app is served, from a directory that has nothing to do with it; it writes nowhere but into its cache."""
    directory = tmp_path_factory.mktemp("served")
    for entry in cache.entries(f"{kept_results.NAME}-*.npz"):
        entry.path.unlink(missing_ok=True)  # a result of an earlier session would come at once, where a run is to be seen
    port = _free_port()
    variables = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    variables |= {
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        cache.DIRECTORY_VARIABLE: str(cache.cache_directory()),
    }
    for name in ("HOME", "TMPDIR"):
        variables[name] = str(directory / name)
        (directory / name).mkdir()
    with (directory / "log.txt").open("w") as log:
        command = [sys.executable, "-c", START.format(port=port)]
        server = subprocess.Popen(command, cwd=directory, env=variables, stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server, directory / "log.txt")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=30)
    assert [str(path) for path in directory.rglob("*") if path.is_file()] == [str(directory / "log.txt")]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.read() == b"ok":
                    return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    pytest.fail(f"The app did not start:\n{log.read_text()}")


@pytest.fixture(params=[(width, scheme) for width in WIDTHS for scheme in ("light", "dark")], ids="-".join)
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page of each width in each colour scheme; whatever goes wrong in it fails the test."""
    yield from _page(browser, *request.param)


@pytest.fixture(params=[("wide", "light"), ("phone", "dark")], ids="-".join)
def corner(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """As `page`, of each width once and each colour scheme once."""
    yield from _page(browser, *request.param)


def _page(browser: Browser, width: str, scheme: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": WIDTHS[width], "height": HEIGHT}, color_scheme=scheme)
    opened, wrong = context.new_page(), []
    opened.on("pageerror", lambda error: wrong.append(error.message))
    yield opened
    context.close()
    assert wrong == []
