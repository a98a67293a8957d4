"""Start and stop the embedded Valkey.

It keeps nothing on disk: PostgreSQL is the truth, and losing every message only delays.
The password reaches it through its standard input, as any user can read a command line.
"""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

from config.embedded.errors import EmbeddedError, last_words
from config.embedded.site import Site
from config.embedded.system import HOST, running_pid, wait_until

_START_TIMEOUT_S = 20
_STOP_TIMEOUT_S = 20


def pid(directory: Path) -> int | None:
    """Return the server's process id while it runs."""
    pid_file = directory / "valkey.pid"
    return running_pid(pid_file, marker=str(pid_file))


def url(port: int, password: str) -> str:
    """Return the address for `REDIS_URL`."""
    return f"redis://:{password}@{HOST}:{port}/0"


def start(site: Site, port: int, password: str) -> None:
    """Start the server and return when it answers."""
    pid_file = site.directory / "valkey.pid"
    log = site.directory / "valkey.log"
    for left_over in (pid_file, log):
        left_over.unlink(missing_ok=True)
    code = site.launch(
        [
            *(site.valkey_server, "-", "--port", str(port), "--bind", HOST),
            *("--daemonize", "yes", "--set-proc-title", "no"),
            *("--pidfile", pid_file, "--logfile", log, "--dir", site.directory),
            *("--save", "", "--appendonly", "no"),
        ],
        stdin=f"requirepass {password}\n",
    )

    def is_decided() -> bool:
        is_written = pid_file.exists() and pid_file.read_text().endswith("\n")
        return _answers(port, password) or (is_written and not pid(site.directory))

    if (
        code != 0
        or not wait_until(is_decided, timeout_s=_START_TIMEOUT_S)
        or pid(site.directory) is None
    ):
        stop(site.directory)  # it may run and not answer
        raise EmbeddedError(f"Valkey did not start: {last_words(log)}")


def _answers(port: int, password: str) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=1) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answers = connection.makefile("rb")
            return (answers.readline(), answers.readline()) == (
                b"+OK\r\n",
                b"+PONG\r\n",
            )
    except OSError:
        return False


def stop(directory: Path) -> None:
    """Stop the server if it runs and wait until it is gone."""
    running = pid(directory)
    if running is None:
        return
    os.kill(running, signal.SIGTERM)
    if wait_until(lambda: pid(directory) is None, timeout_s=_STOP_TIMEOUT_S):
        return
    raise EmbeddedError(f"Valkey (process {running}) does not stop.")
