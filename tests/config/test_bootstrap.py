"""A `.venv` that fits is kept, any other is made anew."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from config import bootstrap

SCRIPT = Path(bootstrap.__file__)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a project whose environment fits, without making a real one."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "kept").write_text("")
    for lock in ("base", "dev"):
        (tmp_path / "requirements" / f"{lock}.txt").write_text(f"# {lock}\n")
    pip_that(tmp_path, "exit 0")
    write_stamp(tmp_path, python=sys.version)
    return tmp_path


def pip_that(root: Path, script: str) -> None:
    python = root / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\necho "$@" >> {root}/called\n{script}\n')
    python.chmod(0o755)


def write_stamp(root: Path, *, python: str) -> None:
    made_by = {"python": python, "in": sys.base_prefix, "folder": str(root / ".venv")}
    stamp = {"made_by": made_by, "installed": {}}
    (root / ".venv" / "stamp.json").write_text(json.dumps(stamp))


def calls(root: Path) -> list[str]:
    called = root / "called"
    return called.read_text().splitlines() if called.exists() else []


def test_what_is_installed_is_not_installed_again(root: Path) -> None:
    bootstrap.install(root, "base")
    bootstrap.install(root, "base")
    assert len(calls(root)) == 1


def test_only_wheels_with_known_hashes_are_installed(root: Path) -> None:
    bootstrap.install(root, "base")
    (call,) = calls(root)
    assert "--require-hashes --only-binary :all: --no-deps" in call


def test_a_changed_lock_is_installed_into_the_same_environment(root: Path) -> None:
    bootstrap.install(root, "base")
    (root / "requirements" / "base.txt").write_text("# newer\n")
    bootstrap.install(root, "base")
    assert len(calls(root)) == 2
    assert (root / ".venv" / "kept").exists()


def test_the_tools_come_on_top_of_the_base(root: Path) -> None:
    bootstrap.install(root, "base")
    bootstrap.install(root, "dev")
    assert [call.rpartition("/")[2] for call in calls(root)] == ["base.txt", "dev.txt"]


def test_the_tools_hold_the_base(root: Path) -> None:
    bootstrap.install(root, "dev")
    bootstrap.install(root, "base")
    assert [call.rpartition("/")[2] for call in calls(root)] == ["dev.txt"]


def test_an_installation_that_failed_leaves_no_stamp(root: Path) -> None:
    pip_that(root, "exit 7")
    with pytest.raises(bootstrap.Unusable, match="exit code 7"):
        bootstrap.install(root, "base")
    assert not (root / ".venv" / "stamp.json").exists()


@pytest.mark.parametrize("stamp", [None, "{", "another interpreter"])
def test_an_environment_that_does_not_fit_is_made_anew(
    root: Path, stamp: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker = root / "python3"
    maker.write_text(f'#!/bin/sh\necho "$@" >> {root}/called\nrm {root}/.venv/kept\n')
    maker.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(maker))
    if stamp is None:
        (root / ".venv" / "stamp.json").unlink()
    elif stamp == "{":
        (root / ".venv" / "stamp.json").write_text(stamp)
    else:
        write_stamp(root, python="2.7")
    bootstrap.install(root, "base")
    assert calls(root)[0] == f"-m venv --clear {root / '.venv'}"
    assert json.loads((root / ".venv" / "stamp.json").read_text())["installed"]["base"]


def test_an_old_python_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 11, 1, "final", 0))
    with pytest.raises(bootstrap.Unusable, match=r"3\.11\.2 or newer is needed"):
        bootstrap.check_interpreter()


def test_this_python_is_accepted() -> None:
    bootstrap.check_interpreter()


def test_it_runs_without_anything_installed() -> None:
    code = f"import runpy; runpy.run_path({str(SCRIPT)!r}, run_name='bootstrap')"
    argv = [sys.executable, "-I", "-S", "-c", code]
    assert subprocess.run(argv, check=False).returncode == 0
