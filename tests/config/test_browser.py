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
