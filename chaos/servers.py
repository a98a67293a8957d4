"""PostgreSQL (with fsync) and Valkey of our own, stopped as hard as can be."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from chaos.relay import Relay
from config import embedded
from config.embedded import postgres, state, valkey
from config.embedded.errors import EmbeddedError
from config.embedded.site import open_site
from config.embedded.system import HOST, wait_until

_IS_DEAD_WITHIN_S = 30
_START_TRIES = 10


class Servers:
    """The two servers of one VAR_DIR; they keep their ports and passwords."""

    def __init__(self, var_dir: Path, urls: embedded.ServiceUrls) -> None:
        self.urls = urls
        self._known = state.read(var_dir)
        self._site = open_site(var_dir, remembered=self._known.directory)

    def relay(self) -> Relay:
        """Return a wire to PostgreSQL, for whom `url_through` it is given."""
        return Relay(HOST, self._known.postgres_port)

    def url_through(self, port: int) -> str:
        return postgres.url(port, self._known.postgres_password)

    def crash_postgres(self) -> None:
        """Stop it by immediate shutdown: what was not flushed is not there."""
        _end(lambda: postgres.pid(self._site.directory), signal.SIGQUIT)

    def start_postgres(self) -> None:
        _start(
            lambda: postgres.start(self._site, self._known.postgres_port, durable=True)
        )

    def kill_valkey(self) -> None:
        _end(lambda: valkey.pid(self._site.directory), signal.SIGKILL)

    def start_valkey(self) -> None:
        port, password = self._known.valkey_port, self._known.valkey_password
        _start(lambda: valkey.start(self._site, port, password))

    def flush_valkey(self) -> None:
        with redis.Redis.from_url(self.urls.redis_url) as client:
            client.flushall()


@contextmanager
def serving(var_dir: Path) -> Iterator[Servers]:
    with embedded.hold(var_dir) as held:
        yield Servers(var_dir, held.urls)


def _end(pid: Callable[[], int | None], number: signal.Signals) -> None:
    running = pid()
    if running is not None:
        os.kill(running, number)
    if not wait_until(lambda: pid() is None, timeout_s=_IS_DEAD_WITHIN_S):
        raise EmbeddedError(f"Process {running} outlived {number.name}.")


def _start(start: Callable[[], None]) -> None:
    """Start on the known port, which somebody's outgoing connection may have now."""
    for _ in range(_START_TRIES - 1):
        try:
            return start()
        except EmbeddedError:
            time.sleep(0.3)
    return start()
