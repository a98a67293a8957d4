"""The locks: whole, hashed, in agreement with each other, from no named place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "requirements"
LOCKS = ("base", "dev", "prod")
PIN = re.compile(r"^([a-z0-9.-]+)(?:\[[a-z,]+\])?==(\S+)( ; .*?)? \\$", re.MULTILINE)
DECLARED = re.compile(r"^([a-z][a-z0-9-]+)", re.MULTILINE)


def pins(lock: str) -> set[tuple[str, str]]:
    """Return name and version of all that a lock installs, on whatever platform."""
    found = PIN.findall((FOLDER / f"{lock}.txt").read_text())
    return {(name, version) for name, version, _ in found}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes(lock: str) -> None:
    blocks = re.split(r"^(?=\S)", (FOLDER / f"{lock}.txt").read_text(), flags=re.M)
    bare = [
        block for block in blocks if block.strip() and "--hash=sha256:" not in block
    ]
    assert bare == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_names_a_registry(lock: str) -> None:
    assert "://" not in (FOLDER / f"{lock}.txt").read_text()


@pytest.mark.parametrize("lock", LOCKS)
def test_what_is_declared_is_locked(lock: str) -> None:
    declared = set(DECLARED.findall((FOLDER / f"{lock}.in").read_text()))
    assert declared - {name for name, _ in pins(lock)} == set()


@pytest.mark.parametrize("lock", ["dev", "prod"])
def test_the_same_versions_run_everywhere(lock: str) -> None:
    assert pins("base") <= pins(lock)


def test_debians_python_gets_what_later_ones_do_without() -> None:
    """redis-py needs it before 3.11.3; a lock of a later Python would lack it."""
    assert "async-timeout" in {name for name, _ in pins("base")}
