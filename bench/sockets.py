"""How long from a commit to the browser?

From the event's row (its time is taken a statement before the commit: the figure is a
little long) to the last byte of its frame in a client, on one machine's clock.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import partial

import httpx

from bench.figures import load, milliseconds, spread
from bench.stack import Stack, running

SOCKETS = 500


def measure() -> Iterator[str]:
    """Yield (i)."""
    with running(pace_s=0.2) as stack:
        noise = load()
        waits: list[float] = []
        for _ in range(6):
            waits += asyncio.run(_waits(stack, jobs=1, sockets=1, people=2500))
        yield f"(i) commit to browser, 1 socket: {_told(waits)} [{noise}]"
    with running(pace_s=2, latency_s=0.5, accounts=202) as stack:
        for jobs, people in ((200, 500), (1, 1000)):
            noise = load()
            waits = asyncio.run(
                _waits(stack, jobs=jobs, sockets=SOCKETS, people=people)
            )
            yield (
                f"(i) commit to browser, {SOCKETS} sockets on {jobs} search(es): "
                f"{_told(waits)} [{noise}]"
            )


def _told(waits: Sequence[float]) -> str:
    return spread(milliseconds(waits))


async def _waits(stack: Stack, *, jobs: int, sockets: int, people: int) -> list[float]:
    """Run searches with sockets spread over them; return what each frame took."""
    accounts = [ours for ours, _ in stack.accounts()[:jobs]]
    loop = asyncio.get_running_loop()
    _let_turns_begin(stack, "tomorrow")
    job_ids = [stack.create(people, account_id=ours) for ours in accounts]
    web = httpx.URL(stack.url)
    listeners = []
    for number in range(sockets):
        job_id = job_ids[number % jobs]
        _, listener = await loop.create_connection(
            partial(_Listener, job_id, stack.token), web.host, web.port or 80
        )
        await listener.opened
        listeners.append(listener)
    await asyncio.sleep(1)
    for listener in listeners:
        listener.heard.clear()
    _let_turns_begin(stack, "now")
    await asyncio.to_thread(stack.seconds_of, job_ids)
    await asyncio.sleep(1)
    for listener in listeners:
        listener.close()
    return list(_waits_of(stack, listeners))


def _let_turns_begin(stack: Stack, when: str) -> None:
    stack.db.execute("UPDATE user_unipile_accounts SET next_turn_at = %s", [when])


def _waits_of(stack: Stack, listeners: Sequence[_Listener]) -> Iterator[float]:
    written = {
        (job_id, revision): float(at)
        for job_id, revision, at in stack.ask(
            "SELECT job_id::text, revision, extract(epoch FROM created_at)::float8"
            " FROM prospect_search_events"
        )
    }
    for listener in listeners:
        for at, frame in listener.heard:
            if b"search_job.updated" in frame:
                yield at - written[listener.job_id, json.loads(frame)["revision"]]


class _Listener(asyncio.Protocol):
    """A websocket that only notes when which frame came: 500 must cost little here."""

    def __init__(self, job_id: str, token: str) -> None:
        self.job_id = job_id
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.heard: list[tuple[float, bytes]] = []
        self._token = token
        self._buffer = bytearray()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        lines = [
            f"GET /ws/search-jobs/{self.job_id} HTTP/1.1",
            "Host: localhost",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Protocol: token.{self._token}",
        ]
        transport.write("\r\n".join([*lines, "", ""]).encode())

    def data_received(self, data: bytes) -> None:
        now = time.time()
        self._buffer += data
        if not self.opened.done():
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head.splitlines()[0]:
                raise RuntimeError(head.decode(errors="replace"))
            self._buffer = rest
            self.opened.set_result(None)
        while (frame := self._frame()) is not None:
            self.heard.append((now, frame))

    def _frame(self) -> bytes | None:
        """Take the next whole frame off the buffer. Source: RFC 6455, section 5.2."""
        buffer = self._buffer
        if len(buffer) < 4:
            return None
        size, begin = buffer[1], 2
        if size >= 126:
            begin = 4 if size == 126 else 10
            size = int.from_bytes(buffer[2:begin], "big")
        if len(buffer) < begin + size:
            return None
        frame = bytes(buffer[begin : begin + size])
        del buffer[: begin + size]
        return frame

    def close(self) -> None:
        self._transport.close()
