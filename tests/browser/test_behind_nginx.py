"""The app and the API behind nginx, by the configuration that the page on serving prints; where nginx and openssl are."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import ROOT, _free_port
from tests.doors.test_http import RELIEF
from tests.doors.test_while_costing import answers, served, until

NGINX, OPENSSL = os.environ.get("GOODWORK_NGINX") or shutil.which("nginx"), shutil.which("openssl")
MOST_PAGES = 2
OF_ITS_OWN = """daemon off; pid {at}/pid; {user} events {{}}
http {{ access_log off; include {at}/page.conf;
client_body_temp_path {at}/b; proxy_temp_path {at}/p; fastcgi_temp_path {at}/f;
uwsgi_temp_path {at}/u; scgi_temp_path {at}/s; }}"""
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (NGINX and OPENSSL), reason="needs nginx (GOODWORK_NGINX names it) and openssl"),
]


@pytest.fixture
def proxied(address: str, browser: Browser, tmp_path: Path) -> Iterator[tuple[BrowserContext, int, httpx.Client]]:
    """A browser, the port of the proxy before the app and the API, and a client of the API through it."""
    page = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
    port, key, certificate = _free_port(), tmp_path / "key.pem", tmp_path / "certificate.pem"
    with served() as (_server, behind):
        printed = re.search(r"^```nginx\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[1]
        for said, here in (
            ("127.0.0.1:8501", address.removeprefix("http://")),
            ("127.0.0.1:8600", f"127.0.0.1:{behind.base_url.port}"),
            ("listen 443", f"listen 127.0.0.1:{port}"),
            ("example.org", "localhost"),
            ("/etc/ssl/goodwork.pem", str(certificate)),
            ("/etc/ssl/goodwork.key", str(key)),
            ("limit_conn pages 30", f"limit_conn pages {MOST_PAGES}"),
        ):
            assert said in printed
            printed = printed.replace(said, here)
        (tmp_path / "page.conf").write_text(printed)
        user = "user root;" if os.getuid() == 0 else ""
        (tmp_path / "nginx.conf").write_text(OF_ITS_OWN.format(at=tmp_path, user=user))
        made = ["-keyout", key, "-out", certificate, "-subj", "/CN=localhost"]
        subprocess.run([OPENSSL, "req", "-x509", "-newkey", "rsa:2048", "-nodes", *made], check=True, capture_output=True)
        nginx = subprocess.Popen([NGINX, "-p", tmp_path, "-c", tmp_path / "nginx.conf", "-e", tmp_path / "log.txt"])
        context = browser.new_context(ignore_https_errors=True)
        host = {"Host": f"api.localhost:{port}"}
        with httpx.Client(base_url=f"https://127.0.0.1:{port}", verify=False, headers=host, timeout=60) as client:  # noqa: S501
            until(lambda: answers(client))
            yield context, port, client
        context.close()
        nginx.terminate()
        nginx.wait()


def test_pages_a_costing_an_upload_and_the_api_come_through_and_no_more_pages_than_may(proxied) -> None:
    context, port, client = proxied
    of_app = f"https://goodwork.localhost:{port}"
    first, second, third = (context.new_page() for _ in range(3))
    refused: list[int] = []
    first.on("response", lambda answer: refused.append(answer.status) if answer.status not in {200, 101, 404} else None)
    headers = first.goto(f"{of_app}/cost?behaviour=none").headers
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    first.get_by_role("button", name="Run the costing").click()
    expect(first.get_by_text("Human-investment super-deduction costs").first).to_be_visible()
    second.goto(f"{of_app}/companies")
    second.locator("input[type=file]").set_input_files(ROOT / "examples" / "companies.csv")
    expect(second.get_by_text(re.compile(r"\d+ companies, \d+ accounting periods")).first).to_be_visible()
    third.goto(f"{of_app}/methods")
    third.wait_for_timeout(1_000)
    assert not third.get_by_role("heading").count()
    first.close()
    expect(third.get_by_role("heading").first).to_be_visible()
    assert refused == []

    place = client.post("/costings", json={"reforms": [RELIEF], "years": "2028-29:2029-30", "draws": 0}).headers["Location"]
    until(lambda: client.get(place).json()["state"] not in {"waiting", "running"})
    assert client.get(place).json()["state"] == "done"
    too_large = client.post("/calculate", content=b" " * 1_200_000)
    assert (too_large.status_code, too_large.json()["faults"][0][:18]) == (413, "The body is larger")
