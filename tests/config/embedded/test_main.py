"""The command line: `start`, `stop` and `with`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg

from config.embedded.__main__ import BASE_DIR


def call(var_dir: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    """Call with both outputs captured: a server that held a pipe would hang it."""
    return subprocess.run(
        [sys.executable, "-m", "config.embedded", *argv],
        env=os.environ | {"VAR_DIR": str(var_dir)},
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def test_start_prints_two_addresses_that_answer_until_stop(var_dir: Path) -> None:
    started = call(var_dir, "start")
    names = [line.partition("=")[0] for line in started.stdout.splitlines()]
    address = started.stdout.splitlines()[0].partition("=")[2]
    with psycopg.connect(address) as connection:
        connection.execute("SELECT 1")
    call(var_dir, "stop")
    again = call(var_dir, "with", "/bin/sh", "-c", "exit 5")
    assert (names, started.stderr) == (["DATABASE_URL", "REDIS_URL"], "")
    assert again.returncode == 5


def test_a_command_finds_the_servers_in_its_environment(var_dir: Path) -> None:
    shown = call(var_dir, "with", "--no-fsync", "/usr/bin/env").stdout
    assert "DATABASE_URL=postgres://shortlist:" in shown
    assert "REDIS_URL=redis://:" in shown


def test_what_cannot_be_done_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    failed = call(tmp_path / "file", "start")
    assert failed.returncode == 1
    assert len(failed.stderr.splitlines()) == 1


def test_stop_without_servers_is_well(tmp_path: Path) -> None:
    assert call(tmp_path / "var", "stop").returncode == 0
