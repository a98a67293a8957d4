"""Ports and processes as the operating system tells them."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded import system


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind((system.HOST, 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_port_that_somebody_listens_on_is_not_free(taken: int) -> None:
    assert not system.is_free(taken)


def test_a_port_that_nobody_listens_on_is_free() -> None:
    assert system.is_free(system.free_port())


def test_the_preferred_port_is_taken_when_it_is_free() -> None:
    wanted = system.free_port()
    assert system.free_port(preferred=wanted) == wanted


def test_another_port_is_taken_when_the_preferred_is_not_free(taken: int) -> None:
    assert system.free_port(preferred=taken) != taken


def test_a_process_is_known_by_its_command_line() -> None:
    with subprocess.Popen(["sleep", "4321"]) as sleeper:
        try:
            assert system.wait_until(
                lambda: "4321" in system.command_line(sleeper.pid), timeout_s=30
            )
        finally:
            sleeper.kill()


def test_a_process_that_is_gone_has_no_command_line() -> None:
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    assert system.command_line(gone.pid) == ""


@pytest.mark.parametrize("content", ["", "x", "0", "-1", "\n5"])
def test_a_broken_pid_file_names_nobody(tmp_path: Path, content: str) -> None:
    (tmp_path / "pid").write_text(content)
    assert system.running_pid(tmp_path / "pid", marker="") is None


def test_no_pid_file_names_nobody(tmp_path: Path) -> None:
    assert system.running_pid(tmp_path / "pid", marker="") is None


def test_a_pid_file_that_names_a_stranger_names_nobody(tmp_path: Path) -> None:
    (tmp_path / "pid").write_text(f"{os.getpid()}\n")
    assert system.running_pid(tmp_path / "pid", marker=str(tmp_path)) is None


def test_waiting_ends_when_it_is_so() -> None:
    answers = iter([False, False, True])
    assert system.wait_until(lambda: next(answers), timeout_s=60)


def test_waiting_ends_when_the_time_is_over() -> None:
    assert not system.wait_until(lambda: False, timeout_s=0.02)
