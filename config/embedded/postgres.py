"""Make, start and stop the embedded PostgreSQL.

Any user of the machine can reach a port of the loopback, so it asks for a password:
128 random bits, which need no stretching (`scram_iterations`: 4096 rounds would cost
each connection 3 ms and protect nothing more).
"""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

from config.embedded.errors import EmbeddedError, last_words
from config.embedded.site import Site
from config.embedded.system import HOST, running_pid, wait_until

MAJOR = "18"
NAME = "shortlist"  # of the user and of the database

_START_TIMEOUT_S = 120  # recovery after a crash included
_STOP_TIMEOUT_S = 60
_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",  # a path over 107 characters would fail
    "max_connections": "200",
    "shared_buffers": "128MB",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0",  # /dev/shm is small in containers
    "scram_iterations": "1",
    "timezone": "UTC",
}
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def data_folder(directory: Path) -> Path:
    """Return where the data lie in the servers' directory."""
    return directory / "postgres"


def pid(directory: Path) -> int | None:
    """Return the server's process id while it runs."""
    data = data_folder(directory)
    return running_pid(data / "postmaster.pid", marker=str(data))


def port(directory: Path) -> int:
    """Return the port that the running server listens on."""
    lines = (data_folder(directory) / "postmaster.pid").read_text().splitlines()
    return int(lines[3])


def url(port: int, password: str) -> str:
    """Return the address for `DATABASE_URL`."""
    return f"postgres://{NAME}:{password}@{HOST}:{port}/{NAME}"


def check_version(directory: Path) -> None:
    """Raise EmbeddedError where the data are those of another PostgreSQL."""
    data = data_folder(directory)
    version_file = data / "PG_VERSION"
    if version_file.exists() and (found := version_file.read_text().strip()) != MAJOR:
        raise EmbeddedError(
            f"{data} holds data of PostgreSQL {found}, and this is {MAJOR}: "
            "move that folder away, or set VAR_DIR to another one."
        )


def make(site: Site, password: str, *, durable: bool) -> None:
    """Make the data folder and the database, whole or not at all."""
    made = site.directory / "postgres.new"
    shutil.rmtree(made, ignore_errors=True)
    options = ["--no-sync"] if not durable else []
    code, said = site.run(
        [
            *(site.postgres / "bin" / "initdb", "-D", made, "-U", NAME),
            *("--locale=C", "-E", "UTF8", "--auth-local=reject"),
            *("--auth-host=scram-sha-256", *options),
        ]
    )
    if code != 0:
        raise EmbeddedError(f"Cannot make a database: {last_words(said)}")
    _alone(site, made, f"CREATE DATABASE {NAME}")
    set_password(site, made, password)
    made.replace(data_folder(site.directory))


def set_password(site: Site, data: Path, password: str) -> None:
    """Give the database's user this password; no server may run on the data."""
    _alone(site, data, f"ALTER ROLE {NAME} PASSWORD '{password}'")


def _alone(site: Site, data: Path, statement: str) -> None:
    """Run one statement in single-user mode, which needs no password and no port."""
    _forget_dead_server(data)
    server = site.postgres / "bin" / "postgres"
    code, said = site.run(
        [server, "--single", "-c", "scram_iterations=1", "-D", data, "postgres"],
        stdin=f"{statement};\n",
    )
    if code != 0 or "ERROR" in said:
        raise EmbeddedError(f"Cannot set up PostgreSQL: {last_words(said)}")


def start(site: Site, port: int, *, durable: bool) -> None:
    """Start the server on its data and return when it accepts connections."""
    data = data_folder(site.directory)
    log = site.directory / "postgres.log"
    log.unlink(missing_ok=True)
    _forget_dead_server(data)
    settings = {**_SETTINGS, "port": str(port), **({} if durable else _NOT_DURABLE)}
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    code = site.launch(
        [
            *(site.postgres / "bin" / "pg_ctl", "start", "-D", data, "-l", log),
            *("-w", "-t", str(_START_TIMEOUT_S), "-o", options),
        ]
    )
    if code != 0:
        raise EmbeddedError(f"PostgreSQL did not start: {last_words(log)}")


def _forget_dead_server(data: Path) -> None:
    """Remove the pid file of a server that is gone.

    PostgreSQL does so itself unless another process has been given that number since,
    as happens after a reboot.
    """
    pid_file = data / "postmaster.pid"
    if running_pid(pid_file, marker=str(data)) is None:
        pid_file.unlink(missing_ok=True)


def stop(directory: Path) -> None:
    """Stop the server if it runs, ending its connections, and wait until it is gone."""
    running = pid(directory)
    if running is None:
        return
    os.kill(running, signal.SIGINT)  # 'fast' shutdown
    if wait_until(lambda: pid(directory) is None, timeout_s=_STOP_TIMEOUT_S):
        return
    raise EmbeddedError(f"PostgreSQL (process {running}) does not stop.")
