"""Cursors as Unipile makes them."""

from __future__ import annotations

import base64
import json

import pytest

from unipile_client.sandbox.cursors import (
    Cursor,
    decode,
    decode_offset,
    encode_offset,
)
from unipile_client.sandbox.problems import Problem

CURSOR = Cursor("8RfkKqSKRO-ImzJOi8OR5Q", 5, 5, {"api": "classic", "keywords": "é"})


def made_of(**changes: object) -> str:
    fields = {"account_id": "a", "limit": 5, "start": 5, "params": {}} | changes
    return base64.b64encode(json.dumps(fields).encode()).decode()


def test_it_is_base64_of_compact_json_in_unipiles_order() -> None:
    assert base64.b64decode(CURSOR.encode()).decode() == (
        '{"account_id":"8RfkKqSKRO-ImzJOi8OR5Q","limit":5,"start":5,'
        '"params":{"api":"classic","keywords":"é"}}'
    )


def test_it_is_padded() -> None:
    assert len(CURSOR.encode()) % 4 == 0


def test_it_comes_back_as_it_was() -> None:
    assert decode(CURSOR.encode()) == CURSOR


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not base64!",
        "bm90IGpzb24=",
        base64.b64encode(b"[]").decode(),
        base64.b64encode(b"\xff\xfe").decode(),
        CURSOR.encode()[:-4],
        CURSOR.encode() + "é",
        made_of(start=-1),
        made_of(limit=0),
        made_of(limit=101),
        made_of(start="5"),
        made_of(params=[]),
        made_of(more=1),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Problem) as refused:
        decode(text)

    assert (refused.value.status, refused.value.kind) == (400, "invalid_parameters")


def test_a_plain_list_goes_on_where_it_stopped() -> None:
    assert decode_offset(encode_offset(100)) == 100


def test_a_plain_list_begins_at_its_beginning() -> None:
    assert decode_offset(None) == 0


def test_a_plain_list_refuses_a_searchs_cursor() -> None:
    with pytest.raises(Problem):
        decode_offset(CURSOR.encode())
