"""Visitors who come as soon as the port is open: everybody is served a page, and nothing is imported by halves."""

from __future__ import annotations

import ast
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidMessage
from websockets.sync.client import connect

from openfisca_goodwork.screens import loading

ROOT = Path(__file__).parent.parent.parent
SERVERS = {
    "goodwork app": ["-c", "from openfisca_goodwork.screens.launch import launch; launch({port}, headless=True)"],
    "streamlit run": ["-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port={port}", "--server.headless=true"],
}
VISITED = ("", "compare", "cost", "company", "methods")
SECONDS = 300
STARTS = 14


def visited(port, page, told):
    """Ask for a page until the port is open, and take what the server sends until the page is whole."""
    address, end = f"ws://127.0.0.1:{port}/_stcore/stream", time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            with connect(
                address, subprotocols=["streamlit"], max_size=None, open_timeout=SECONDS, ping_interval=None
            ) as line:
                asked = BackMsg()
                asked.rerun_script.page_name = page
                line.send(asked.SerializeToString())
                while not told or told[-1].WhichOneof("type") != "script_finished":
                    told.append(ForwardMsg.FromString(line.recv(timeout=SECONDS)))
                return
        except (ConnectionRefusedError, InvalidMessage):
            time.sleep(0.005)


def first_second(start, directory):
    """What five visitors at once are sent, each at another page, and the log of the server that they come to."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    log = directory / "log.txt"
    with log.open("w") as written:
        command = [sys.executable, *(part.format(port=port) for part in SERVERS[start])]
        server = subprocess.Popen(
            command, cwd=directory, env=os.environ | {"PYTHONPATH": path}, stdout=written, stderr=written
        )
        try:
            sent = {page: [] for page in VISITED}
            visitors = [threading.Thread(target=visited, args=(port, *one)) for one in sent.items()]
            for visitor in visitors:
                visitor.start()
            for visitor in visitors:
                visitor.join()
        finally:
            server.terminate()
            server.wait(timeout=30)
    return sent, log.read_text()


def exceptions(messages):
    """What went wrong on a page, as it says itself."""
    deltas = (one.delta.new_element for one in messages if one.WhichOneof("type") == "delta")
    return [one.exception.message for one in deltas if one.WhichOneof("type") == "exception"]


def check_that_all_are_served(start, directory):
    sent, log = first_second(start, directory)
    assert "Traceback" not in log and "Error" not in log, log
    for page, messages in sent.items():
        assert exceptions(messages) == [], page
        assert any(one.WhichOneof("type") == "delta" for one in messages), f"Nothing was shown of {page!r}. {log}"
        assert messages[-1].script_finished == ForwardMsg.FINISHED_SUCCESSFULLY, page


@pytest.mark.parametrize("start", SERVERS)
def test_five_visitors_at_the_first_second_are_served_whole_pages(start, tmp_path):
    check_that_all_are_served(start, tmp_path)


def test_at_every_start_five_visitors_at_the_first_second_are_served(tmp_path):
    for number in range(STARTS):
        directory = tmp_path / f"{number}"
        directory.mkdir()
        check_that_all_are_served(list(SERVERS)[number % 2], directory)


def test_no_page_imports_what_was_not_imported_before_the_first_was_shown():
    code = (
        "import gc, sys\nfrom openfisca_goodwork.screens import loading\nloading.import_everything()\n"
        "print(*sys.modules)\nprint(gc.get_freeze_count(), len(gc.get_objects()))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    modules, counts = said.splitlines()
    loaded, (frozen, looked_at) = set(modules.split()), map(int, counts.split())
    assert looked_at < frozen / 100, "Streamlit looks at each of them after every run of a page"
    assert loaded.isdisjoint({"altair", "scipy"}), "what no page needs takes 65 MB"
    for page in loading.PAGES:
        tree = ast.parse((ROOT / "openfisca_goodwork" / "screens" / f"{page.script}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                assert {one.name for one in node.names} <= loaded, page.script
            elif isinstance(node, ast.ImportFrom):
                assert node.module in loaded, page.script
