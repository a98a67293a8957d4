"""The texts that lead to the rest of a list: ours, or refused."""

from __future__ import annotations

import base64

import pytest

from accounts.errors import Refusal
from prospects import cursors


def test_the_parts_come_back() -> None:
    parts = ["0zoë 🎉", 41, None]
    assert cursors.parts_of(cursors.cursor_of(*parts), number=3) == parts


@pytest.mark.parametrize(
    "text",
    [b"not json", b'"ab"', b"{}", b'["a"]', b"\xff\xfe", b"[" * 100_000, b"", b"7"],
)
def test_a_text_of_somebody_elses_is_refused(text: bytes) -> None:
    with pytest.raises(Refusal):
        cursors.parts_of(base64.urlsafe_b64encode(text).decode(), number=2)


@pytest.mark.parametrize("cursor", ["", "%%%", "é", "\ud800", "x", "A" * 100_000])
def test_a_text_that_is_no_base64_is_refused(cursor: str) -> None:
    with pytest.raises(Refusal):
        cursors.parts_of(cursor, number=2)
