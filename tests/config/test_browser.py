"""A Chromium that is there and runs is taken; nothing is downloaded then."""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path

import pytest

from config import browser


def test_a_program_that_starts_runs() -> None:
    assert browser.runs(sys.executable)


@pytest.mark.parametrize("path", ["/bin/false", "/nonexistent"])
def test_a_program_that_does_not_start_does_not_run(path: str) -> None:
    assert not browser.runs(path)


def test_the_one_that_was_asked_for_comes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CHROMIUM_PATH", sys.executable)
    assert list(islice(browser.installed(), 1)) == [sys.executable]


def test_one_on_the_path_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    chromium = tmp_path / "chromium"
    chromium.write_text("#!/bin/sh\nexit 0\n")
    chromium.chmod(0o755)
    assert browser.find_or_install() == str(chromium)


def test_the_path_alone_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHROMIUM_PATH", sys.executable)
    assert browser.main() == 0
    assert capsys.readouterr().out == f"{sys.executable}\n"


@pytest.fixture
def empty_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the only folder in which programs are found; it is empty."""
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def playwright(monkeypatch: pytest.MonkeyPatch, folder: Path, install: str) -> None:
    """Stand in for the Python that installs Playwright's browser and names it."""
    python = folder / "python"
    program(python, f'[ "$1" = -m ] && {{ {install}; }} || echo {folder}/downloaded')
    monkeypatch.setattr(sys, "executable", str(python))


def test_without_any_browser_playwrights_is_downloaded(
    empty_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(empty_machine / "source", "exit 0")
    copy = f"/bin/cp {empty_machine}/source {empty_machine}/downloaded"
    playwright(monkeypatch, empty_machine, copy)
    assert browser.find_or_install() == str(empty_machine / "downloaded")


@pytest.mark.parametrize("package", [browser.SHELL, "chromium"])
def test_root_gets_the_package_that_the_distribution_has(
    empty_machine: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    program(empty_machine / "source", "exit 0")
    copy = f"/bin/cp {empty_machine}/source {empty_machine}/{package}"
    program(
        empty_machine / "apt-get",
        f"for last; do :; done; [ $last = {package} ] && {copy}",
    )
    assert browser.find_or_install() == str(empty_machine / package)


def test_a_downloaded_browser_that_does_not_run_is_no_browser(
    empty_machine: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    program(empty_machine / "downloaded", "echo libnss3.so is missing >&2; exit 127")
    playwright(monkeypatch, empty_machine, "true")
    assert browser.main() == 1
    said = capfd.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
