"""How long does create-job take, against a single INSERT?"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from urllib.parse import urlsplit

import psycopg

from bench.figures import against, load, milliseconds, percentile, spread
from bench.stack import CEOS, Stack, running

WARM_UP = 50
REQUESTS = {1: 200, 32: 960}  # by clients at once

Ask = Callable[[], Awaitable[None]]


def measure() -> Iterator[str]:
    """Yield (h). No worker runs: what is measured is the request alone."""
    with running(pace_s=2, accounts=8, works=False) as stack:
        stack.db.execute("CREATE TABLE floor_jobs (id uuid PRIMARY KEY, body jsonb)")
        for clients, requests in REQUESTS.items():
            yield asyncio.run(_with_clients(stack, clients, requests))


async def _with_clients(stack: Stack, clients: int, requests: int) -> str:
    noise = load()
    callers = [await _Caller.connect(stack) for _ in range(clients)]
    inserters = [await _Inserter.connect(stack) for _ in range(clients)]
    await _race([one.create for one in callers], WARM_UP)
    floor, floor_s = await _race([one.insert for one in inserters], requests)
    taken, taken_s = await _race([one.create for one in callers], requests)
    for one in callers:
        await one.close()
    for other in inserters:
        await other.close()
    ratio = against(percentile(taken, 0.5), percentile(floor, 0.5))
    return (
        f"(h) create-job, {clients} at once: {spread(milliseconds(taken))}, "
        f"{requests / taken_s:.0f} a second; single INSERT "
        f"{spread(milliseconds(floor))}, {requests / floor_s:.0f} a second: {ratio} "
        f"[{noise}]"
    )


async def _race(clients: list[Ask], requests: int) -> tuple[list[float], float]:
    """Let clients ask one after another, all at once; return each time, and all."""
    taken: list[float] = []
    left = iter(range(requests))

    async def work(ask: Ask) -> None:
        for _ in left:
            began = time.perf_counter()
            await ask()
            taken.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(work(ask) for ask in clients))
    return taken, time.perf_counter() - began


class _Caller:
    """A kept HTTP connection that sends one fixed request: almost no work here."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
    ) -> None:
        self._reader, self._writer, self._request = reader, writer, request

    @classmethod
    async def connect(cls, stack: Stack) -> _Caller:
        address = urlsplit(stack.url)
        body = json.dumps({"search_criteria": CEOS, "target_count": 50}).encode()
        head = (
            "POST /api/linkedin/search/create-job HTTP/1.1\r\n"
            f"Host: {address.netloc}\r\nAuthorization: Token {stack.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        pair = await asyncio.open_connection(address.hostname, address.port)
        return cls(*pair, head.encode() + body)

    async def create(self) -> None:
        self._writer.write(self._request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"create-job answered {head[:12].decode()}")
        length = head.lower().split(b"content-length:")[1].split(b"\r\n")[0]
        await self._reader.readexactly(int(length))

    async def close(self) -> None:
        self._writer.close()


class _Inserter:
    """A kept connection that inserts one row and commits."""

    def __init__(self, db: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        self._db = db

    @classmethod
    async def connect(cls, stack: Stack) -> _Inserter:
        return cls(
            await psycopg.AsyncConnection.connect(stack.database_url, autocommit=True)
        )

    async def insert(self) -> None:
        await self._db.execute(
            "INSERT INTO floor_jobs VALUES (%s, %s)", [uuid.uuid4(), json.dumps(CEOS)]
        )

    async def close(self) -> None:
        await self._db.close()
