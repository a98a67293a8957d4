"""Which line of a log says best why a server did not start."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.embedded.errors import last_words


@pytest.mark.parametrize(
    ("log", "line"),
    [
        ("", "it left no message"),
        ("one\ntwo\n\n", "two"),
        ("FATAL: no room\nLOG: shut down", "FATAL: no room"),
        ("initdb: error: a\ninitdb: removing contents", "initdb: error: a"),
        (
            "could not write: No space left on device\nbye",
            "could not write: No space left on device",
        ),
    ],
)
def test_the_telling_line_is_chosen(log: str, line: str) -> None:
    assert last_words(log) == line


def test_a_log_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("FATAL: x\n")
    assert last_words(tmp_path / "log") == "FATAL: x"


def test_a_log_that_was_never_written_is_no_error(tmp_path: Path) -> None:
    assert last_words(tmp_path / "log") == "it left no message"
