"""Doors for programs: `goodwork serve` and `goodwork mcp`."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated

import typer

from openfisca_goodwork.commands import terminal
from openfisca_goodwork.commands.options import examples
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.version import installing

SERVE = examples("goodwork serve", "goodwork serve --port 8700", "curl http://127.0.0.1:8600/reforms?group=proposals")
MCP = examples("goodwork mcp")
LOCAL, LAST_PORT = "127.0.0.1", 65_535


@terminal.guarded
def serve(
    port: Annotated[int, typer.Option(metavar="PORT", help="To listen to.")] = 8600,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="This machine alone, unless said.")] = LOCAL,
) -> None:
    """Serve the HTTP API until interrupted: calculate, cost, compare, and OpenFisca's own API, guarded."""
    _need("api", "fastapi", "uvicorn", "a2wsgi", "openfisca_web_api")
    if not 0 < port <= LAST_PORT:
        raise GoodworkError(f"{port} is not a port. A port is a whole number from 1 to {LAST_PORT}.")
    import uvicorn  # here, because it comes with the extra `api` only

    from openfisca_goodwork.doors.http import create

    app = create()
    terminal.note(f"Serving on http://{host}:{port}; the questions are at http://{host}:{port}/docs. Ctrl+C ends it.")
    uvicorn.run(app, host=host, port=port, log_level="warning", limit_concurrency=200, timeout_keep_alive=5, ws="none")


@terminal.guarded
def mcp() -> None:
    """Serve an assistant over standard input and output (Model Context Protocol)."""
    _need("mcp", "mcp")
    from openfisca_goodwork.doors.mcp import serve as serve_assistant

    serve_assistant()


def _need(extra: str, *modules: str) -> None:
    if missing := [name for name in modules if find_spec(name) is None]:
        raise GoodworkError(f"This needs {', '.join(missing)}. Install it with: {installing(extra)}")
