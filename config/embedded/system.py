"""Ports and processes: what the launcher asks the operating system."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

HOST = "127.0.0.1"
_PROC = Path("/proc/self").exists()


def is_free(port: int) -> bool:
    """Tell whether a server could listen on this port of the loopback now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port(*, preferred: int | None = None) -> int:
    """Return the preferred port if it is free, else one that the system chooses."""
    if preferred and is_free(preferred):
        return preferred
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def command_line(pid: int) -> str:
    """Return what a process was started with, "" where there is none (any more)."""
    if _PROC:
        try:
            return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
        except OSError:
            return ""
    listed = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return listed.stdout


def running_pid(pid_file: Path, *, marker: str) -> int | None:
    """Return the process id in the first line of a file if that process is ours.

    After a crash or a reboot the number may belong to anybody, so its command line
    must hold the marker, the path that only our server was started with.
    """
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return pid if pid > 0 and marker in command_line(pid) else None


def wait_until(done: Callable[[], bool], *, timeout_s: float) -> bool:
    """Ask every 10 ms until it is so; False when the time is over."""
    deadline = time.monotonic() + timeout_s
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
