"""A wire between a process and its database, which can be cut, held and mended."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass
from types import TracebackType

# PostgreSQL's answer to a COMMIT (its CommandComplete), not the question
_COMMITTED = b"C\0\0\0\x0bCOMMIT\0"
_A_PAGE = 20_000  # bytes: nothing else that is committed is as large


class Relay:
    """Passes bytes to and fro between its own port and another address."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._guard = threading.Lock()
        self._open: list[socket.socket] = []
        self._is_cut = False
        self._flows = threading.Event()
        self._flows.set()
        self._holds_commit = False
        self._held = threading.Event()

    def __enter__(self) -> Relay:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.cut()
        self.let_go()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def cut(self) -> None:
        """Break all connections off, and new ones as soon as they are made."""
        with self._guard:
            self._is_cut = True
            for end in self._open:
                _close(end)
            self._open.clear()

    def mend(self) -> None:
        with self._guard:
            self._is_cut = False

    def hold(self) -> None:
        """Pass nothing on until `let_go`, and break nothing off."""
        self._flows.clear()

    def hold_at_commit(self, *, timeout_s: float) -> None:
        """Hold when the next page is committed and the answer to that on its way."""
        self._held.clear()
        self._holds_commit = True
        self._held.wait(timeout_s)
        self.hold()

    def let_go(self) -> None:
        self._holds_commit = False
        self._flows.set()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            with self._guard:
                far = None if self._is_cut else self._reach()
                if far is None:
                    _close(near)
                    continue
                self._open += [near, far]
            asked = _Asked()
            for ends in ((near, far), (far, near)):
                threading.Thread(
                    target=self._pass_on, args=(*ends, asked), daemon=True
                ).start()

    def _reach(self) -> socket.socket | None:
        try:
            return socket.create_connection(self._target)
        except OSError:
            return None  # nobody listens there

    def _pass_on(
        self, source: socket.socket, target: socket.socket, asked: _Asked
    ) -> None:
        try:
            is_answer = target.getsockname()[1] == self.port
            while part := source.recv(65536):
                if not is_answer:
                    asked.size += len(part)
                elif _COMMITTED in part:
                    if self._holds_commit and asked.size > _A_PAGE:
                        self._flows.clear()
                        self._held.set()
                    asked.size = 0
                self._flows.wait()
                target.sendall(part)
        except OSError:
            pass  # cut
        _close(source)
        _close(target)


@dataclass
class _Asked:
    """How many bytes a connection has sent since it last committed."""

    size: int = 0


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):  # closed already by the other side
        end.shutdown(socket.SHUT_RDWR)
    end.close()
