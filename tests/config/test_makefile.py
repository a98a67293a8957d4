"""The commands that the README promises, and what a host and CI run."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parents[2]
TARGETS = [
    "demo",
    "run",
    "smoke",
    "install",
    "test",
    "check",
    "bench",
    "chaos",
    "chaos-proof",
    "services",
    "services-stop",
    "lock",
    "clean",
]


def dry_run(target: str, *variables: str) -> str:
    """Return what make would do, with nothing of an outer make in the environment."""
    outer = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "VAR_DIR", "PORT")
    asked = subprocess.run(
        ["make", "-n", target, *variables],
        cwd=BASE_DIR,
        env={name: value for name, value in os.environ.items() if name not in outer},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr
    return asked.stdout


@pytest.mark.parametrize("target", TARGETS)
def test_a_promised_target_exists(target: str) -> None:
    assert dry_run(target)


@pytest.mark.parametrize("target", ["demo", "run", "smoke"])
def test_the_application_needs_no_tools_for_tests(target: str) -> None:
    commands = dry_run(target)
    assert "bootstrap.py base" in commands
    assert "bootstrap.py dev" not in commands


def test_tests_are_preceded_by_the_checks() -> None:
    commands = dry_run("test")
    assert 0 < commands.index("ruff check") < commands.index("pytest")


def test_tests_have_servers_of_their_own() -> None:
    assert 'VAR_DIR="var/test"' in dry_run("test")


def test_tests_have_servers_of_their_own_in_a_given_folder() -> None:
    assert 'VAR_DIR="/srv/x/test"' in dry_run("test", "VAR_DIR=/srv/x")


def test_another_python_can_be_named() -> None:
    assert dry_run("install", "PYTHON=python9").startswith("python9 -I ")


def test_cleaning_keeps_the_data() -> None:
    assert "var" not in dry_run("clean").replace(".venv", "").split()


def test_ci_runs_the_tests_and_nothing_else() -> None:
    script = (BASE_DIR / ".ci" / "run").read_text()
    commands = [
        line
        for line in script.splitlines()
        if line and not line.startswith(("#", "set ", "cd "))
    ]
    assert commands == ["exec make test"]


def test_the_procfile_names_one_process_each() -> None:
    lines = (BASE_DIR / "Procfile").read_text().splitlines()
    names = [line.partition(":")[0] for line in lines]
    assert names == ["release", "web", "worker", "dispatcher"]


def test_the_procfile_listens_where_the_host_says() -> None:
    assert "--port $PORT" in (BASE_DIR / "Procfile").read_text()
