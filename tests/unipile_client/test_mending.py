"""What PostgreSQL's jsonb could not hold is mended, and nothing else is touched."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unipile_client.mending import mend, rewrite

ANY_TEXT = st.text(alphabet=st.characters(codec=None, exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        (rb'"plain"', rb'"plain"'),
        (
            rb'"\u00e9 \ud83d\ude00 \uD83D\uDE00"',
            rb'"\u00e9 \ud83d\ude00 \uD83D\uDE00"',
        ),
        (rb'"cut \ud83d"', rb'"cut \ufffd"'),
        (rb'"cut \uDE00"', rb'"cut \ufffd"'),
        (rb'"\ud83d\ud83d\ude00"', rb'"\ufffd\ud83d\ude00"'),
        (rb'"\ude00\ud83d"', rb'"\ufffd\ufffd"'),
        (rb'"\ud83d\n"', rb'"\ufffd\n"'),
        (rb'"nul \u0000"', rb'"nul \ufffd"'),
        (rb'"not nul \\u0000"', rb'"not nul \\u0000"'),
        (rb'"not cut \\ud83d"', rb'"not cut \\ud83d"'),
        (rb'"cut \\\ud83d"', rb'"cut \\\ufffd"'),
        (b'"bad \xff utf-8"', '"bad \ufffd utf-8"'.encode()),
        (b'"utf-8 surrogate \xed\xa0\xbd"', None),
        (b'\xef\xbb\xbf"after a mark"', b'"after a mark"'),
    ],
)
def test_only_what_cannot_be_kept_is_replaced(
    text: bytes, mended: bytes | None
) -> None:
    found = mend(text)

    assert mended is None or found == mended
    assert "\x00" not in msgspec.json.decode(found)


@given(ANY_TEXT)
def test_any_string_that_javascript_can_write_can_be_read_and_stored(text: str) -> None:
    found = json.loads(mend(json.dumps(text).encode()))

    assert "\x00" not in found
    found.encode()
    if "\x00" not in text and text.encode("utf-8", "replace").decode() == text:
        assert found == text


@given(st.binary())
def test_mending_twice_changes_nothing_more(text: bytes) -> None:
    assert mend(mend(text)) == mend(text)


@pytest.mark.parametrize(
    ("text", "rewritten"),
    [
        (b'{"a": NaN, "b": -Infinity}', b'{"a":null,"b":null}'),
        (b'{"a": 1e400}', b'{"a":null}'),
        (b'{"a": "line\nbreak"}', b'{"a":"line\\nbreak"}'),
        (b'{"a": "nul\x00"}', b'{"a":"nul\\ufffd"}'),
    ],
)
def test_nearly_json_is_rewritten(text: bytes, rewritten: bytes) -> None:
    assert rewrite(text) == rewritten


@pytest.mark.parametrize("text", [b"", b"<html>", b"{", b'{"a": 1} x', b"tru"])
def test_what_is_no_json_stays_none(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        rewrite(text)
