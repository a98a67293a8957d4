"""How long may a request's body be? 1 MB, and that is known before it is stored.

Django receives a body whole, to memory and then to disk, before any of our code runs,
so this stands in front of it. What is let through is received here, and handed on with
its length, which a client that sends in chunks does not say and DRF wants to know.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BYTES = 1_048_576
# A client that is cut off while it sends never reads why; so much is heard out.
MOST_BYTES_HEARD = 16 * MOST_BYTES


class _TooLong(Exception):
    pass


class _ClientGone(Exception):
    pass


class LimitedBodies:
    """An ASGI application that answers 413 to what is too long for `application`."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await _receive_all(receive)
        except _TooLong:
            await _refuse(send)
            return
        except _ClientGone:
            return
        headers = [pair for pair in scope["headers"] if pair[0] != b"content-length"]
        if body:
            headers.append((b"content-length", str(len(body)).encode()))
        await self._application(
            {**scope, "headers": headers}, _again(body, receive), send
        )


async def _receive_all(receive: Receive) -> bytes:
    """Return the body; raises _TooLong at its end, or when that is not in sight."""
    body, length, has_more = bytearray(), 0, True
    while has_more and length <= MOST_BYTES_HEARD:
        message = await receive()
        if message["type"] != "http.request":
            raise _ClientGone
        part = message.get("body", b"")
        length += len(part)
        if length <= MOST_BYTES:
            body += part
        has_more = message.get("more_body", False)
    if length > MOST_BYTES:
        raise _TooLong
    return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body first, then what comes next."""
    waiting: list[Message] = [{"type": "http.request", "body": body}]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again


async def _refuse(send: Send) -> None:
    """Answer in the shape of every error."""
    request_id = str(uuid.uuid4())
    answer = {
        "success": False,
        "error": "The body is over 1 MB.",
        "code": "body_too_large",
        "request_id": request_id,
    }
    headers = [
        (b"content-type", b"application/json"),
        (b"x-request-id", request_id.encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(answer).encode()})
