"""What is remembered between runs, and the two locks.

`services.json` in VAR_DIR holds ports and passwords and is readable by its user alone;
`services.lock` is held while anything is started or stopped; `services.users` is held,
shared, by every process that uses the servers. The kernel drops both locks with the
process that holds them, so neither can go stale.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from config.embedded.errors import EmbeddedError


@dataclass(frozen=True, kw_only=True)
class State:
    """The memory of one VAR_DIR. `directory` is where the servers keep their files."""

    directory: str = ""
    postgres_port: int = 0
    postgres_password: str = ""
    valkey_port: int = 0
    valkey_password: str = ""
    kept: bool = False


def read(var_dir: Path) -> State:
    """Return what is remembered, a fresh state where nothing readable is."""
    try:
        known = json.loads((var_dir / "services.json").read_text())
        return State(**known)
    except (FileNotFoundError, ValueError, TypeError):
        return State()


def write(var_dir: Path, state: State) -> None:
    """Replace the memory in one step; a crash leaves the old or the new."""
    made = var_dir / "services.json.new"
    made.unlink(missing_ok=True)
    made.touch(mode=0o600)
    made.write_text(json.dumps(asdict(state), indent=1))
    made.replace(var_dir / "services.json")


def open_var_dir(var_dir: Path) -> None:
    """Make VAR_DIR where it lacks; EmbeddedError where it is somebody else's."""
    try:
        var_dir.mkdir(parents=True, exist_ok=True)
        owner = var_dir.stat().st_uid
    except OSError as error:
        raise EmbeddedError(f"Cannot use {var_dir}: {error.strerror}.") from error
    if owner != os.geteuid():
        raise EmbeddedError(
            f"{var_dir} belongs to another user (id {owner}): "
            "work as that user, or set VAR_DIR to a folder of your own."
        )


@contextmanager
def starting_or_stopping(var_dir: Path) -> Iterator[None]:
    """Let one process at a time start or stop the servers of a VAR_DIR."""
    with (var_dir / "services.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def enlist(var_dir: Path) -> IO[str]:
    """Count this process among the users until the returned file is closed."""
    users = (var_dir / "services.users").open("w")
    fcntl.flock(users, fcntl.LOCK_SH)
    return users


def is_last(users: IO[str]) -> bool:
    """Tell whether nobody else is enlisted; call it under `starting_or_stopping`."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
