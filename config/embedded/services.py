"""Have the servers of a VAR_DIR running while somebody needs them."""

from __future__ import annotations

import atexit
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import IO

from config.embedded import postgres as postgres_server
from config.embedded import state as memory
from config.embedded import valkey as valkey_server
from config.embedded.errors import EmbeddedError
from config.embedded.site import Site, open_site
from config.embedded.state import State
from config.embedded.system import free_port, is_free

_PORT_TRIES = 3


@dataclass(frozen=True, kw_only=True)
class ServiceUrls:
    """Where the servers listen, passwords included; "" for one not asked for."""

    database_url: str
    redis_url: str


class Hold:
    """This process's need of the servers, until `release` or the process's end."""

    def __init__(self, var_dir: Path, urls: ServiceUrls, users: IO[str]) -> None:
        self.urls = urls
        self._var_dir = var_dir
        self._users = users
        self._pid = os.getpid()

    def release(self) -> None:
        """Stop the servers if nobody else needs them and they are not kept.

        A forked child shares its parent's lock and leaves the matter to it.
        """
        if self._users.closed or os.getpid() != self._pid:
            return
        with memory.starting_or_stopping(self._var_dir), self._users:
            if memory.is_last(self._users) and not memory.read(self._var_dir).kept:
                _stop_both(self._var_dir)

    def __enter__(self) -> Hold:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def ensure(
    var_dir: Path, *, postgres: bool = True, valkey: bool = True, durable: bool = True
) -> ServiceUrls:
    """Return the servers' addresses, running from now until this process ends.

    Takes about 1 ms when they run, and half a second (the first time one second) when
    they do not. The last process to end stops them, unless `keep` was called. Without
    `durable`, a PostgreSQL started here survives a crash of its own but not of the
    machine; one that runs already stays as it is. Raises EmbeddedError.
    """
    held = hold(var_dir, postgres=postgres, valkey=valkey, durable=durable)
    atexit.register(held.release)
    return held.urls


def hold(
    var_dir: Path, *, postgres: bool = True, valkey: bool = True, durable: bool = True
) -> Hold:
    """Do what `ensure` does, until the returned hold is released."""
    var_dir = var_dir.absolute()
    memory.open_var_dir(var_dir)
    users = memory.enlist(var_dir)
    with memory.starting_or_stopping(var_dir):
        try:
            urls = _start(var_dir, postgres=postgres, valkey=valkey, durable=durable)
        except BaseException as error:
            with users:
                if memory.is_last(users):
                    _stop_both(var_dir)
            if isinstance(error, OSError):
                raise EmbeddedError(f"Cannot use {var_dir}: {error}") from error
            raise
    return Hold(var_dir, urls, users)


def keep(var_dir: Path) -> ServiceUrls:
    """Have both servers running until `stop`, whoever comes and goes."""
    var_dir = var_dir.absolute()
    with hold(var_dir) as held:
        with memory.starting_or_stopping(var_dir):
            memory.write(var_dir, replace(memory.read(var_dir), kept=True))
        return held.urls


def stop(var_dir: Path) -> None:
    """Stop both servers now, kept or needed or not."""
    var_dir = var_dir.absolute()
    if not var_dir.exists():
        return
    memory.open_var_dir(var_dir)
    with memory.starting_or_stopping(var_dir):
        _stop_both(var_dir)


def _stop_both(var_dir: Path) -> None:
    state = memory.read(var_dir)
    if not state.directory:
        return
    directory = Path(state.directory)
    valkey_server.stop(directory)
    postgres_server.stop(directory)
    memory.write(var_dir, replace(state, kept=False))


def _start(
    var_dir: Path, *, postgres: bool, valkey: bool, durable: bool
) -> ServiceUrls:
    """Start what is asked for and does not run.

    What a start needs is remembered before it, so that one that is killed on the way
    leaves nothing that the next could not find.
    """
    state = memory.read(var_dir)
    directory = Path(state.directory or "/nonexistent")
    has_postgres = postgres_server.pid(directory) is not None
    has_valkey = valkey_server.pid(directory) is not None
    if not (has_postgres or has_valkey):
        state = replace(state, kept=False)
    if (postgres and not has_postgres) or (valkey and not has_valkey):
        site = open_site(var_dir, remembered=state.directory)
        state = replace(state, directory=str(site.directory))
        if postgres and not has_postgres:
            state = _start_postgres(var_dir, site, state, durable=durable)
        if valkey and not has_valkey:
            state = _start_valkey(var_dir, site, state)
    return ServiceUrls(
        database_url=postgres_server.url(state.postgres_port, state.postgres_password)
        if postgres
        else "",
        redis_url=valkey_server.url(state.valkey_port, state.valkey_password)
        if valkey
        else "",
    )


def _start_postgres(var_dir: Path, site: Site, state: State, *, durable: bool) -> State:
    postgres_server.check_version(site.directory)
    data = postgres_server.data_folder(site.directory)
    password = state.postgres_password or secrets.token_hex(16)
    if not data.exists():
        postgres_server.make(site, password, durable=durable)
    elif not state.postgres_password:
        postgres_server.set_password(site, data, password)
    state = replace(state, postgres_password=password)

    def start_on(port: int) -> State:
        chosen = replace(state, postgres_port=port)
        memory.write(var_dir, chosen)
        postgres_server.start(site, port, durable=durable)
        return chosen

    return _on_a_free_port(state.postgres_port, start_on)


def _start_valkey(var_dir: Path, site: Site, state: State) -> State:
    state = replace(state, valkey_password=secrets.token_hex(16))

    def start_on(port: int) -> State:
        chosen = replace(state, valkey_port=port)
        memory.write(var_dir, chosen)
        valkey_server.start(site, port, chosen.valkey_password)
        return chosen

    return _on_a_free_port(state.valkey_port, start_on)


def _on_a_free_port(preferred: int, start_on: Callable[[int], State]) -> State:
    """Start on the remembered port, or on others while somebody is faster than us."""
    for _ in range(_PORT_TRIES - 1):
        port = free_port(preferred=preferred)
        try:
            return start_on(port)
        except EmbeddedError:
            if is_free(port):
                raise
    return start_on(free_port())
