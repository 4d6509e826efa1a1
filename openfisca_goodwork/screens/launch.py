"""Starting the web app's server, from a checkout or from an installed package, whatever the directory.

The settings are those of ``.streamlit/config.toml``, read from the package or the checkout and handed over as options, so
that Streamlit finds them from anywhere. The server listens to this machine alone, unless it is told otherwise.
"""

from __future__ import annotations

import importlib.util
import socket
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from openfisca_goodwork.desk import memory
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.system import resource_directory
from openfisca_goodwork.version import installing

SETTINGS = ".streamlit"
SCRIPT = Path(__file__).parent / "navigation.py"
ADDRESS = "127.0.0.1"
LAST_PORT = 65_535
BIND = "_bind_socket"  # what Streamlit calls the making of its port's socket
HEADERS = (
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"frame-ancestors 'none'; object-src 'none'; base-uri 'self'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)
NOT_INSTALLED = f"The web app needs Streamlit. Install it with: {installing('app')}"


def launch(
    port: int | None = None,
    *,
    headless: bool = False,
    host: str = ADDRESS,
    prepare: Callable[[], object] | None = None,
) -> None:
    """Serve the app until it is interrupted.

    Args:
        port: the port to listen to; Streamlit's own choice where none is given.
        headless: serve only, and open no browser. host: the address to listen on; this machine alone unless given.
        prepare: called before the port is open, once it is known that the app can be served.

    Raises:
        GoodworkError: where Streamlit is not installed, the port is none, or the user has no home directory.
    """
    if importlib.util.find_spec("streamlit") is None:
        raise GoodworkError(NOT_INSTALLED)
    if port is not None and not 0 < port <= LAST_PORT:
        raise GoodworkError(f"{port} is not a port. A port is a whole number from 1 to {LAST_PORT}.")
    try:
        Path.home()
    except RuntimeError:  # what the charts' library stops at
        raise GoodworkError("The web app needs a home directory, if only to read: set HOME to a directory.") from None
    from starlette.middleware import Middleware  # here, because both come with the extra `app` only
    from streamlit import App

    from openfisca_goodwork.screens.loading import import_everything
    from openfisca_goodwork.screens.shared import is_server

    options = settings() | {"server.address": host, "server.headless": headless, "server.fileWatcherType": "none"}
    options |= {} if port is None else {"server.port": port}
    if prepare is not None:
        prepare()
    memory.share()
    import_everything()
    is_server.set()
    try:
        with sent_at_once():
            App(SCRIPT, middleware=[Middleware(Unframed)]).run(config=options)
    finally:
        is_server.clear()


@contextmanager
def sent_at_once() -> Iterator[None]:
    """Have a server that is started within send what it has at once, not when the browser has told of what came before.

    Streamlit makes the socket of its port without the number by which Python knows that it is of TCP: each file of a page
    would wait for 40 ms (https://github.com/Kludex/uvicorn/issues/3149). A connection has what the socket of its port has.
    """
    from streamlit.web.server.starlette import starlette_server  # here, because it comes with the extra `app` only

    names = vars(starlette_server)
    bind = names.get(BIND)
    if bind is None:  # of another Streamlit, which is slower at worst
        yield
        return

    def bind_at_once(*asked: Any) -> socket.socket:
        bound: socket.socket = bind(*asked)
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return bound

    names[BIND] = bind_at_once
    try:
        yield
    finally:
        names[BIND] = bind


class Unframed:
    """The app with headers by which no other page can show it in a frame, or have its answers read as another kind."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, with the headers on what it is answered."""

        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        await self._app(scope, receive, sending)


def settings() -> dict[str, Any]:
    """The app's settings by their full names: `theme.light.primaryColor` and so on."""
    file = resource_directory(SETTINGS) / "config.toml"
    return dict(_by_full_name(tomllib.loads(file.read_text(encoding="utf-8"))))


def _by_full_name(section: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in section.items():
        if isinstance(value, Mapping):
            yield from _by_full_name(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value
