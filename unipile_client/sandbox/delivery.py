"""How an answer travels: late, in drips, in part, or not at all.

Each way is a Starlette response around another. A client that hangs up ends
every wait: its request is then over, as the request log shows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from unipile_client.sandbox.faults import Fault


class _Wrapped(Response):
    def __init__(self, inner: Response) -> None:
        super().__init__()
        self.inner = inner


class Late(_Wrapped):
    """Answers after `delay_s` seconds."""

    def __init__(self, inner: Response, *, delay_s: float) -> None:
        super().__init__(inner)
        self.delay_s = delay_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not await _hangs_up_before(receive, asyncio.sleep(self.delay_s)):
            await self.inner(scope, receive, send)


class Stalled(_Wrapped):
    """Answers when released, and until then never."""

    def __init__(self, inner: Response, *, released: asyncio.Event) -> None:
        super().__init__(inner)
        self.released = released

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not await _hangs_up_before(receive, self.released.wait()):
            await self.inner(scope, receive, send)


class Dropped(Response):
    """Closes the connection without a word."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"]["transport"].abort()
        await receive()


class Cut(_Wrapped):
    """Promises the whole body, sends half of it and closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytes(self.inner.body)
        await _send_head(self.inner, send)
        await _send_part(body[: len(body) // 2], send)
        scope["state"]["transport"].close()
        await receive()


class Dripping(_Wrapped):
    """Sends one byte each `interval_s` seconds."""

    def __init__(self, inner: Response, *, interval_s: float) -> None:
        super().__init__(inner)
        self.interval_s = interval_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytes(self.inner.body)
        await _send_head(self.inner, send)
        for place in range(len(body)):
            await _send_part(body[place : place + 1], send)
            if await _hangs_up_before(receive, asyncio.sleep(self.interval_s)):
                return
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def deliver(
    response: Response,
    faults: Iterable[Fault],
    *,
    latency_s: float,
    released: asyncio.Event,
) -> Response:
    """Wrap the answer in the ways that the faults name."""
    for fault in faults:
        match fault.kind:
            case "drop":
                response = Dropped()
            case "cut_body":
                response = Cut(response)
            case "drip":
                response = Dripping(response, interval_s=fault.interval_s)
            case "stall":
                response = Stalled(response, released=released)
            case "slow":
                latency_s += fault.latency_s
    return Late(response, delay_s=latency_s) if latency_s else response


async def _hangs_up_before(
    receive: Receive, event: Coroutine[object, object, object]
) -> bool:
    """Wait for the event; True if the client hung up first."""
    waiting = asyncio.ensure_future(event)
    hung_up = asyncio.ensure_future(receive())
    try:
        await asyncio.wait((waiting, hung_up), return_when=asyncio.FIRST_COMPLETED)
        return not waiting.done()
    finally:
        waiting.cancel()
        hung_up.cancel()


async def _send_head(response: Response, send: Send) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": response.status_code,
            "headers": response.raw_headers,
        }
    )


async def _send_part(part: bytes, send: Send) -> None:
    await send({"type": "http.response.body", "body": part, "more_body": True})
