"""The HTTP API through a real client over a real port: the answers of the commands, faults in words, nothing hung."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from openfisca_goodwork import calculate, policy
from openfisca_goodwork.doors.http import Guard, Limits, refuse
from tests.policy.test_size_of_settings import settings

http = pytest.importorskip("openfisca_goodwork.doors.http", reason="the HTTP API is an extra")
uvicorn = pytest.importorskip("uvicorn", reason="the HTTP API is an extra")

ROOT = Path(__file__).parents[2]
COMPANY = {
    "company": {"name": "Hilltop Joinery Ltd"},
    "accounting_periods": [
        {
            "start": "2028-01-01",
            "end": "2028-12-31",
            "trading_profit_before_capital_allowances": 240_000,
            "external_course_fees": 20_000,
        }
    ],
}
RELIEF = "human-investment-super-deduction"
OWN = """\
reform: half-a-point
title: Half a point off the main rate
summary: The main rate is 24.5% from April 2027.
status: proposal
source: A test.
requires: '>=0.1'
parameters:
  corporation_tax.main_rate: {2027-04-01: 0.245}
"""


@contextmanager
def served(app: Any) -> Iterator[str]:
    """An app on a port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@contextmanager
def unfinished(address: str) -> Iterator[socket.socket]:
    """A request of which one byte of the body has been sent, and no more comes."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as made:
        made.sendall(b"POST /calculate HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        yield made


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The API with a small body allowed and little patience."""
    with served(http.create(Limits(most_bytes=20_000, seconds_to_send=1.0))) as made:
        yield made


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=60) as made:
        yield made


def test_a_company_is_what_the_command_says_of_it(client: httpx.Client) -> None:
    answer = client.post("/calculate", json={"company": COMPANY, "reforms": [RELIEF]})
    assert answer.status_code == 200
    assert answer.json() == json.loads(json.dumps(calculate(COMPANY, [RELIEF]).to_dict()))
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_every_question_is_in_the_openapi_document(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    page = client.get("/docs")
    assert all(f"{method.upper()} {path}<" in page.text for path, methods in paths.items() for method in methods)
    assert "none, low, central, high; central unless said" in page.text
    assert not re.search(r"https?://|<script|<link|<style", page.text), "what it would load, a browser is told to refuse"
    assert {"/calculate", "/compare", "/costings", "/costings/{id}", "/parameters", "/rates", "/reforms"} <= set(paths)


def test_each_question_of_the_page_is_answered_and_the_page_has_them_all(client: httpx.Client) -> None:
    page = (ROOT / "docs" / "doors.md").read_text(encoding="utf-8")
    block, asked, costing = re.search(r"^```http\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[1], set(), ""
    for method, path, body in re.findall(r"^(GET|POST|DELETE) (\S+)\n(\{.*\})?", block, re.MULTILINE):
        answer = client.request(method, path.replace("{id}", costing), json=json.loads(body) if body else None)
        assert answer.status_code in {200, 202}, answer.text
        costing = costing or answer.headers.get("Location", "").rpartition("/")[2]
        asked.add((method.lower(), re.sub(r"parameters/.*", "parameters/{path}", path).partition("?")[0]))
    known = client.get("/openapi.json").json()["paths"]
    assert asked == {(method, path) for path, methods in known.items() for method in methods}


def test_laws_parameters_rates_and_reforms_are_those_of_the_commands(client: httpx.Client) -> None:
    compared = client.post("/compare", json={"a": "law", "b": OWN, "on": "2028-01-01"}).json()
    assert [row["path"] for row in compared["differences"]] == ["corporation_tax.main_rate"]
    assert {each["name"] for each in client.get("/reforms", params={"group": "foreign"}).json()} == {
        reform.name for reform in policy.library_by_group()["foreign"]
    }
    history = client.get("/parameters/corporation_tax.main_rate").json()
    assert history["values"][-1]["value"] == 0.25
    found = client.get("/parameters", params={"word": "main rate", "most": 1}).json()
    assert (len(found["parameters"]), found["found"] > 1) == (1, True)
    assert client.get("/rates", params={"on": "2027-04-01", "reform": RELIEF}).status_code == 200


def test_faults_are_told_in_words_all_at_once(client: httpx.Client) -> None:
    wrong = {"company": COMPANY | {"accounting_periods": [{"start": "2028-01-01", "end": "2027-12-31", "fees": 1}]}}
    answer = client.post("/calculate", json=wrong)
    assert answer.status_code == 400
    assert any("fees" in fault for fault in answer.json()["faults"])
    for question, said in (
        ({"company": COMPANY, "reforms": ["human-investment"]}, "Did you mean"),
        ({"company": COMPANY, "reforms": ["/etc/passwd"]}, "a file of the server is not read"),
        ({"company": COMPANY, "reforms": ["./pyproject.toml"]}, "a file of the server is not read"),
        ({"company": COMPANY, "reforms": [RELIEF] * 11}, "at most 10"),
        ({"firm": COMPANY}, "company is missing. 'firm' is not known here"),
        (
            {"company": "Hilltop", "reforms": RELIEF},
            f"in {{ }}, and is 'Hilltop'. reforms must be a list, in [ ], and is '{RELIEF}'",
        ),
    ):
        answer = client.post("/calculate", json=question)
        assert answer.status_code == 400, question
        assert said in " ".join(answer.json()["faults"]), answer.text
    as_a_form = client.post("/calculate", content=b'{"company": {}}', headers={"Content-Type": "text/plain"})
    assert "Content-Type: application/json" in as_a_form.json()["faults"][0]
    refused = client.get("/parameters", params={"most": "many"}).json()["faults"]
    assert refused == ["most must be a whole number, and is 'many'."]
    refused = client.post("/costings", json={"reforms": [RELIEF], "behaviour": "strong", "draws": -1}).json()["faults"]
    assert refused == [
        "behaviour must be 'none', 'low', 'central' or 'high', and is 'strong'.",
        "draws must be at least 0, and is -1.",
    ]
    assert "no parameter" in client.get("/parameters", params={"word": "zzz"}).text.lower()


def test_a_body_too_large_or_too_slow_is_refused(client: httpx.Client, address: str) -> None:
    assert client.post("/calculate", content=b" " * 20_001).status_code == 413
    with unfinished(address) as slow:
        assert b"408" in slow.recv(100)


def test_others_are_served_while_bodies_are_waited_for() -> None:
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await refuse(send, 418, "Served.")

    with served(Guard(app, Limits(seconds_to_send=3600.0))) as address, ExitStack() as opened:
        for _ in range(5):
            opened.enter_context(unfinished(address))
        assert httpx.get(address, timeout=60).json() == {"faults": ["Served."]}


def test_a_costing_is_asked_for_looked_at_and_stopped(client: httpx.Client) -> None:
    asked = client.post("/costings", json={"reforms": ["./pyproject.toml"]})
    assert asked.status_code == 400
    for path, setting in settings().items():
        asked = client.post("/costings", json={"reforms": [RELIEF], "settings": [setting]})
        assert asked.status_code == 400
        assert f"{path}: " in asked.json()["faults"][1]
    too_much = "assumptions.uncertainty.records@2010-04-01=10000"
    asked = client.post("/costings", json={"reforms": [RELIEF], "settings": [too_much]})
    assert asked.status_code == 400
    assert "2,000,000 in all" in asked.json()["faults"][0]
    assert client.get("/costings/none").status_code == 404
    asked = client.post("/costings", json={"reforms": [RELIEF], "years": "2031-32:2026-27"})
    assert asked.status_code == 202
    state = _ended(client, asked.headers["Location"])
    assert state["state"] == "refused"
    assert "not a range" in " ".join(state["faults"])


@pytest.mark.slow
def test_a_costing_is_that_of_the_command(client: httpx.Client) -> None:
    from openfisca_goodwork import cost

    asked = client.post("/costings", json={"reforms": [RELIEF], "years": "2028-29:2029-30", "draws": 0})
    state = _ended(client, asked.headers["Location"])
    assert state["state"] == "done"
    expected = json.loads(json.dumps(cost(RELIEF, years="2028-29:2029-30", draws=0).to_dict()))
    assert {name: state["result"][name] for name in expected} == expected
    assert state["result"]["unit"].startswith("£ million")


def _ended(client: httpx.Client, place: str) -> dict:
    until = time.monotonic() + 240
    while (state := client.get(place).json())["state"] in {"waiting", "running"} and time.monotonic() < until:
        time.sleep(0.1)
    return state


def test_openfisca_is_served_below_and_what_would_take_the_server_is_refused_in_words(client: httpx.Client) -> None:
    example = client.get("/").json()["situation"]
    answer = client.post("/openfisca/calculate", json=example)
    assert answer.status_code == 200, answer.text
    assert answer.json()["companies"]["example"]["corporation_tax"]["2028"] == pytest.approx(50_000 - 0.015 * 50_000)
    company = example["companies"]["example"]
    profit = "trading_profit_before_capital_allowances"
    for body, said in (
        (example | {"axes": [[{"count": 1_000_000_000, "name": profit, "min": 0, "max": 1, "period": "2028"}]]}, "axes"),
        ({"companies": {"a": company | {profit: {"2028": "9**9**9**9"}}}}, "no plain number"),
        ({"companies": {str(number): {} for number in range(201)}}, "too many"),
        ({"companies": {"a": company | {"profit": {"2028": 1}}}}, "no such variable"),
        ({"companies": {"a": company | {profit: {"soon": 1}}}}, "no period"),
        ({"companies": {"a": company | {profit: 5}}}, "object of periods"),
        ({"companies": []}, "must be an object"),
        ({"firms": {}}, "not known here"),
        ([], "must be an object"),
    ):
        answer = client.post("/openfisca/calculate", json=body)
        assert answer.status_code == 400, body
        assert said in answer.text, answer.text
    assert client.post("/openfisca/trace", content=b"{").status_code == 400
    assert client.post("/openfisca/calculate", content=b"[" * 5_000).status_code == 400
