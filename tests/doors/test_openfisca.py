"""OpenFisca's web API, guarded: whatever body comes is answered or refused in words, never with an error of the server."""

from __future__ import annotations

import copy
import io
import json
import random
import warnings
from typing import Any

import pytest

pytest.importorskip("openfisca_web_api", reason="the web API is an extra")

from openfisca_goodwork.doors import openfisca
from openfisca_goodwork.system import current_law

PROFIT = "trading_profit_before_capital_allowances"
ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 1e308, 10**30, "2028-13-45", "2028-02-30", "deduction", "no word of it", "", [], {}),
    *("0001-01-01", "9999-12-31", "2**64", "1/0", "__import__('os')"),
)
PERIODS = ("2028-01", "year:2028:3", "month:2028-01", "ETERNITY", "eternity", "9999", "0000", "day:2028-01-01", "2028-01-01")
RAW = (
    *(b"", b"null", b"[]", b"{}", b"\xff\xfe", b'{"companies":{}}', b'{"companies":null}', b'{"companies":{"a":null}}'),
    *(
        b'{"companies":{"a":[]}}',
        b'{"companies":{"a":{"corporation_tax":{}}}}',
        b'{"companies":{"a":{"corporation_tax":5}}}',
    ),
    b'{"companies":{"a/b":{"corporation_tax":{"2028":null}}}}',
    b'{"companies":{"a":{"corporation_tax":{"2028":NaN}}}}',
)


@pytest.fixture(scope="module")
def app():
    return openfisca.guarded()


def status_of(app, path: str, content: bytes) -> str:
    told: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "here",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(content)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(content),
        "wsgi.errors": io.StringIO(),
    }
    b"".join(app(environ, lambda status, _headers, _fault=None: told.append(status)))
    return told[0]


def bodies():
    names = sorted(current_law().variables)
    chosen = [*random.Random(1).sample(names, 12), PROFIT, "accounting_period_start", "accounting_period_end"]  # noqa: S311
    for name in chosen:
        for value in ODD:
            body = copy.deepcopy(openfisca.EXAMPLE)
            body["companies"]["example"][name] = {"2028": value}
            yield json.dumps(body).encode()
    for period in PERIODS:
        body = copy.deepcopy(openfisca.EXAMPLE)
        body["companies"]["example"] |= {PROFIT: {period: 5}, "corporation_tax": {period: None}}
        yield json.dumps(body).encode()
    yield from RAW


def test_no_body_is_answered_with_an_error_of_the_server(app) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # amounts of 1e308 overflow, as they must
        found = {status_of(app, path, body)[:3] for body in bodies() for path in ("/calculate", "/trace")}
    assert found == {"200", "400"}
