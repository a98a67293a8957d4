"""The whole system, started as `make` starts it, from an empty folder."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import embedded
from config.embedded.system import free_port, wait_until
from config.processes import BASE_DIR, is_healthy

pytestmark = pytest.mark.acceptance


@pytest.fixture
def var_dir() -> Iterator[Path]:
    """Return a VAR_DIR in a folder that every account can reach."""
    home = Path(tempfile.mkdtemp(prefix="shortlist-test-"))
    home.chmod(0o755)
    yield home / "var"
    embedded.stop(home / "var")
    shutil.rmtree(home)


def start(command: str, var_dir: Path, **environment: str) -> subprocess.Popen[str]:
    """Start with nothing given from outside but what is named."""
    given = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "LANG")
        if name in os.environ
    }
    return subprocess.Popen(
        [sys.executable, "-m", "config.processes", command],
        env={**given, "VAR_DIR": str(var_dir), **environment},
        cwd=BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def processes_of(var_dir: Path) -> list[str]:
    """Return the command lines of all that was told of this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(var_dir).encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def test_the_smoke_test_passes_and_leaves_nothing_running(var_dir: Path) -> None:
    with start("smoke", var_dir, PORT=str(free_port())) as smoke:
        output, _ = smoke.communicate()
    assert smoke.returncode == 0, output
    assert processes_of(var_dir) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything_in_order(
    var_dir: Path, number: signal.Signals
) -> None:
    port = free_port()
    unipile = {"UNIPILE_DSN": "http://127.0.0.1:9", "UNIPILE_API_KEY": "unused"}
    with start("run", var_dir, PORT=str(port), **unipile) as running:
        try:
            assert wait_until(
                lambda: is_healthy(f"http://127.0.0.1:{port}"), timeout_s=90
            )
            assert len(processes_of(var_dir)) >= 4
        finally:
            running.send_signal(number)
        output, _ = running.communicate()
    assert running.returncode == 0, output
    assert processes_of(var_dir) == []


def test_a_start_that_fails_is_one_line_and_leaves_nothing(var_dir: Path) -> None:
    given = {"PORT": str(free_port()), "SEARCH_LEASE_SECONDS": "1"}
    with start("run", var_dir, **given) as running:
        output, _ = running.communicate()
    assert running.returncode == 1
    assert output.splitlines()[-1].startswith("migrate ended with exit code 1: ")
    assert processes_of(var_dir) == []
