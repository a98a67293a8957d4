"""The short form of `make chaos`: the same code, two rounds of the same seeds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]


def test_nobody_is_lost_or_doubled_whatever_is_killed_or_cut(tmp_path: Path) -> None:
    played = subprocess.run(
        [sys.executable, "-m", "chaos", "--rounds", "2", "--seed", "2", "--jobs", "30"],
        cwd=ROOT,
        env={**os.environ, "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert played.returncode == 0, played.stdout + played.stderr
    assert (tmp_path / "chaos" / "report.txt").read_text() == played.stdout
