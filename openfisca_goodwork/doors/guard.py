"""What a request may take: so many bytes, so long to send them, so many at once; as ASGI middleware around any app."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

_TOO_LARGE, _TOO_SLOW, _BUSY = 413, 408, 503
# What a browser may do with an answer: nothing but show it as data.
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)


@dataclass(frozen=True)
class Limits:
    """What a request may take.

    Attributes:
        most_bytes: of its body. seconds_to_send: for its body to arrive. most_at_once: requests being answered.
    """

    most_bytes: int = 1_000_000
    seconds_to_send: float = 10.0
    most_at_once: int = 16


class Guard:
    """An app whose requests are whole, small and few before it sees them."""

    def __init__(self, app: App, limits: Limits | None = None) -> None:
        self._app, self._limits, self._busy = app, limits or Limits(), 0

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it in words."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limits = self._limits
        try:
            body = await asyncio.wait_for(self._body(scope, receive), limits.seconds_to_send)
        except TimeoutError:
            await refuse(send, _TOO_SLOW, f"The body did not arrive within {limits.seconds_to_send:g} seconds.")
            return
        if body is None:
            await refuse(send, _TOO_LARGE, f"The body is larger than {limits.most_bytes:,} bytes. Ask for less at a time.")
            return
        if self._busy >= limits.most_at_once:
            await refuse(send, _BUSY, f"{limits.most_at_once} requests are being answered. Ask again in some seconds.")
            return
        self._busy += 1
        try:
            await self._app(scope, _again(body), _with_headers(send))
        finally:
            self._busy -= 1

    async def _body(self, scope: MutableMapping[str, Any], receive: Receive) -> bytes | None:
        """The body, whole; None where it is too large, found as early as its headers say so."""
        most = self._limits.most_bytes
        told = dict(scope["headers"]).get(b"content-length", b"0")
        if told.isdigit() and int(told) > most:
            return None
        parts, size, more = [], 0, True
        while more:
            message = await receive()
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > most:
                return None
            more = message["type"] == "http.request" and message.get("more_body", False)
        return b"".join(parts)


def _again(body: bytes) -> Receive:
    """What hands a body over that has been read already, and then waits for ever."""
    given = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if given:
            return given.pop()
        await asyncio.Event().wait()
        raise AssertionError  # never reached: nobody sets the event

    return receive


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *_HEADERS]
        await send(message)

    return sending


async def refuse(send: Send, status: int, fault: str) -> None:
    """Answer with a status and a fault in words."""
    content = json.dumps({"faults": [fault]}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode()), *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
