"""How does one request end by its deadline, whatever the server does?

httpx's timeouts are for each read: a server that sends a byte a second is never late.
Here every wait on the network (name, connection, TLS, each write and read) gets what is
left of the whole request's time. The deadline belongs to the thread that waits, not to
the connection, which other threads use before and after.
"""

from __future__ import annotations

import functools
import logging
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol, cast

import httpcore
import httpx

# Node closes idle connections after 5 s: one that is older may die under the request.
KEEPALIVE_S = 4.0
# So little that one write is one wait.
WRITE_SIZE = 16 * 1024

_deadline: ContextVar[float | None] = ContextVar("unipile_deadline", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Give everything within, in this thread, so many seconds from now altogether."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def is_past_deadline() -> bool:
    """Return whether the time is up (never, outside of a deadline)."""
    until = _deadline.get()
    return until is not None and time.monotonic() >= until


def _hide_own_requests(record: logging.LogRecord) -> bool:
    """Drop httpx's lines about our requests: their addresses carry cursors."""
    return _deadline.get() is None


logging.getLogger("httpx").addFilter(_hide_own_requests)


class DeadlineTransport(httpx.BaseTransport):
    """Keep connections open and reuse them, with every wait under the deadline.

    Any number of threads may use it; each request has a connection of its own, so no
    time goes by waiting for one. It trusts no environment: a proxy would see the key.
    """

    def __init__(self) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trust(),
            max_connections=None,
            max_keepalive_connections=None,
            keepalive_expiry=KEEPALIVE_S,
            network_backend=_Backend(),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with _httpx_errors():
            response = self._pool.handle_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(
                        scheme=request.url.raw_scheme,
                        host=request.url.raw_host,
                        port=request.url.port,
                        target=request.url.raw_path,
                    ),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Body(cast(_ClosableBytes, response.stream)),
            extensions=response.extensions,
        )

    def close(self) -> None:
        self._pool.close()


@functools.cache
def _trust() -> ssl.SSLContext:
    """Read the certificates once, for all connections: it takes 0.04 s."""
    return httpx.create_ssl_context()


class _ClosableBytes(Protocol):
    def __iter__(self) -> Iterator[bytes]: ...

    def close(self) -> None: ...


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: _ClosableBytes) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        with _httpx_errors():
            yield from self._stream

    def close(self) -> None:
        self._stream.close()


class _Backend(httpcore.SyncBackend):
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers; each has its share of the time."""
        addresses = _resolve(host, port)
        for others, address in zip(
            range(len(addresses) - 1, -1, -1), addresses, strict=True
        ):
            try:
                return _Stream(
                    super().connect_tcp(
                        address,
                        port,
                        timeout=_left_s() / (others + 1),
                        local_address=local_address,
                        socket_options=socket_options or (),
                    )
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if not others:
                    raise
        raise httpcore.ConnectError("the host has no address")


class _Stream(httpcore.NetworkStream):
    """A connection whose every wait ends at the calling thread's deadline."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, timeout=_left_s())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), WRITE_SIZE):
            part = buffer[start : start + WRITE_SIZE]
            self._stream.write(part, timeout=_left_s())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(
            ssl_context, server_hostname, timeout=_left_s()
        )
        return _Stream(secured)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _resolve(host: str, port: int) -> list[str]:
    """Return the host's addresses, or raise when the time is up.

    The system's resolver cannot be interrupted, so it is asked in a thread that may be
    left behind; it ends by the resolver's own timeout.
    """
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put([str(address[4][0]) for address in found])
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, name="unipile-resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=_left_s())
    except queue.Empty:
        raise httpcore.ConnectTimeout("the host's address was not found") from None
    if isinstance(answer, Exception):
        raise httpcore.ConnectError(str(answer)) from None
    return answer


def _left_s() -> float:
    until = _deadline.get()
    if until is None:
        raise RuntimeError("a request needs a deadline")
    left_s = until - time.monotonic()
    if left_s <= 0:
        raise httpcore.TimeoutException("the time for the request is up")
    return left_s


@contextmanager
def _httpx_errors() -> Iterator[None]:
    """Raise httpx's error for httpcore's, as any httpx transport does."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise httpx.TimeoutException(str(error)) from error
    except httpcore.NetworkError as error:
        raise httpx.NetworkError(str(error)) from error
    except httpcore.ProtocolError as error:
        raise httpx.ProtocolError(str(error)) from error
