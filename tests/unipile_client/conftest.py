"""A small server for what only a socket can show: stalls, drips, cut bodies."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

WIRE = Path(__file__).parent / "wire"


class Visit:
    """One connection to the server, as its script sees it."""

    def __init__(self, sock: socket.socket, is_over: threading.Event) -> None:
        self._socket = sock
        self._is_over = is_over
        self._file = sock.makefile("rb")

    def read_request(self) -> bytes:
        """Return the next request's head and body; b"" when the client is gone."""
        head = b""
        while line := self._file.readline():
            head += line
            if line == b"\r\n":
                break
        length = next(
            (
                int(line.split(b":")[1])
                for line in head.lower().splitlines()
                if line.startswith(b"content-length:")
            ),
            0,
        )
        return head + self._file.read(length)

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def answer(self, body: bytes, *, status: str = "200 OK") -> None:
        head = f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\n\r\n"
        self.send(head.encode() + body)

    def drip(self, data: bytes) -> None:
        """Send a byte each 20 ms until the test is over or the client has gone."""
        for byte in data:
            if self._is_over.wait(0.02):
                return
            self.send(bytes([byte]))

    def stall(self) -> None:
        """Do nothing until the test is over."""
        self._is_over.wait()

    def close(self) -> None:
        self._file.close()
        self._socket.close()


Script = Callable[[Visit], None]
Serve = Callable[[Script], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return a function that serves a script and answers its host:port."""
    is_over = threading.Event()
    listeners: list[socket.socket] = []

    def run(sock: socket.socket, script: Script) -> None:
        visit = Visit(sock, is_over)
        try:
            script(visit)
        except OSError:
            pass  # the client has gone, as it should past its deadline
        finally:
            visit.close()

    def accept(listener: socket.socket, script: Script) -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=run, args=(sock, script), daemon=True).start()

    def start(script: Script) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        threading.Thread(target=accept, args=(listener, script), daemon=True).start()
        return f"127.0.0.1:{listener.getsockname()[1]}"

    yield start
    is_over.set()
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@pytest.fixture(scope="session")
def wire() -> Callable[[str], Any]:
    """Return a function that reads one of the wire examples by name."""

    def read(name: str) -> Any:
        return json.loads((WIRE / f"{name}.json").read_text(encoding="utf-8"))

    return read


@pytest.fixture(scope="session")
def wire_bytes() -> Callable[[str], bytes]:
    """Return a function that reads one of the wire examples as it came."""
    return lambda name: (WIRE / f"{name}.json").read_bytes()
