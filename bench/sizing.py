"""`python -m bench.sizing`: what a page costs each process, and how large each is.

Processor time, unlike seconds on the clock, is the same on a busy machine.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bench.stack import VAR_DIR, Stack, running

PEOPLE = 2500
PAGE_SIZE = 100
_TICKS_S = 1 / os.sysconf("SC_CLK_TCK")
_MARKS = {
    "worker": "celery",
    "dispatcher": "manage.py\0dispatch",
    "web": "uvicorn",
    "postgres": "postgres",
    "valkey": "valkey-server",
}


def main() -> None:
    with running(pace_s=0) as stack:
        _fetch(stack)  # what is done once is done
        before = {name: _cpu_s(name) for name in _MARKS}
        pages = _fetch(stack)
        for name in _MARKS:
            a_page_ms = (_cpu_s(name) - before[name]) / pages * 1000
            size_mb = max(_memory_mb(pid) for pid in _pids(name))
            sys.stdout.write(f"{name:12}{a_page_ms:6.1f} ms a page{size_mb:6.0f} MB\n")


def _fetch(stack: Stack) -> int:
    """Let searches on four accounts end; return how many pages they were."""
    accounts = [ours for ours, _ in stack.accounts()[:4]]
    jobs = [stack.create(PEOPLE, account_id=one) for one in accounts]
    stack.seconds_of(jobs)
    return len(jobs) * PEOPLE // PAGE_SIZE


def _pids(name: str) -> list[int]:
    """Return the processes of this stack: those that work in its folder or for it."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            command = (folder / "cmdline").read_text(errors="replace")
            environment = (folder / "environ").read_text(errors="replace")
        except OSError:
            continue
        is_ours = str(VAR_DIR) in command + environment or _is_of_postgres(folder)
        if folder.name.isdigit() and is_ours and _MARKS[name] in command:
            found.append(int(folder.name))
    return found


def _is_of_postgres(folder: Path) -> bool:
    """Say whether our PostgreSQL started it: its children rename themselves."""
    parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[1]
    try:
        return str(VAR_DIR) in Path(f"/proc/{parent}/cmdline").read_text()
    except OSError:
        return False


def _cpu_s(name: str) -> float:
    """Return what the processes have used, ended children of theirs included."""
    ticks = 0
    for pid in _pids(name):
        columns = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += sum(int(one) for one in columns[11:15])
    return ticks * _TICKS_S


def _memory_mb(pid: int) -> float:
    """Return its proportional share, for processes of PostgreSQL share buffers."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main()
