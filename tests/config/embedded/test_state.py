"""What is remembered, and the locks that nobody can leave behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from config.embedded import state
from config.embedded.errors import EmbeddedError
from config.embedded.state import State


def test_what_was_written_is_read(tmp_path: Path) -> None:
    known = State(directory="/x", postgres_port=1, valkey_password="y", kept=True)
    state.write(tmp_path, known)
    assert state.read(tmp_path) == known


@pytest.mark.parametrize("content", ["", "{", "[]", '{"unknown": 1}', "null"])
def test_an_unreadable_memory_is_a_fresh_one(tmp_path: Path, content: str) -> None:
    (tmp_path / "services.json").write_text(content)
    assert state.read(tmp_path) == State()


def test_no_memory_is_a_fresh_one(tmp_path: Path) -> None:
    assert state.read(tmp_path) == State()


def test_the_memory_is_never_readable_by_others(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        state.write(tmp_path, State())
    finally:
        os.umask(before)
    assert (tmp_path / "services.json").stat().st_mode & 0o777 == 0o600


def test_a_crash_while_writing_leaves_the_old_memory(tmp_path: Path) -> None:
    state.write(tmp_path, State(postgres_port=1))
    (tmp_path / "services.json.new").write_text('{"postgres_po')
    assert state.read(tmp_path) == State(postgres_port=1)


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    state.open_var_dir(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


def test_the_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    somebody_elses = Path("/usr")
    if os.geteuid() == 0:
        somebody_elses = tmp_path
        os.chown(tmp_path, 12345, 12345)
    with pytest.raises(EmbeddedError, match="belongs to another user"):
        state.open_var_dir(somebody_elses)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with pytest.raises(EmbeddedError, match="Cannot use"):
        state.open_var_dir(tmp_path / "var")


def test_one_user_is_the_last(tmp_path: Path) -> None:
    with state.enlist(tmp_path) as only:
        assert state.is_last(only)


def test_one_of_two_users_is_not_the_last(tmp_path: Path) -> None:
    with state.enlist(tmp_path) as one, state.enlist(tmp_path):
        assert not state.is_last(one)
